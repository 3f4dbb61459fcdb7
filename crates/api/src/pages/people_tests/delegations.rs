//! Deciding in the place of another, and the documents of a proposal, as pages show them.

use axum::http::StatusCode;
use serde_json::json;
use servanda_events::Request;
use servanda_events::testing::scene::{achieve, but};

use super::{Office, id};
use crate::four_eyes::{Submitted, submit};

const FORM: &str = "giver=reviewer&taker=recorder&from=2025-04-20&until=2025-04-30&reason=On+leave";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_on_leave_hands_over_and_the_colleague_finds_the_proposals_and_decides() {
    let office = Office::open().await;
    let (reviewer, recorder) = (office.session("reviewer"), office.session("recorder"));
    let proposal = office.proposal().await;
    let waits = "1 proposal waits for your review";
    assert!(!office.get("/review", &recorder).await.text.contains(waits));
    let wrong = office.ask("post", "/delegations", &reviewer, &FORM.replace("2025-04-30", "2026-04-30")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("href=\"#until\"") && wrong.text.contains("value=\"On leave\""), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"recorder\" selected"), "{}", wrong.text);
    let done = office.ask("post", "/delegations", &reviewer, FORM).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/delegations"));

    let page = office.get("/review", &recorder).await.text;
    assert!(page.contains(waits) && page.contains("in the place of reviewer"), "{page}");
    let shown = office.get(&format!("/review/{proposal}"), &recorder).await.text;
    let sha256 = shown.split("name=\"sha256\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let approve = format!("/review/{proposal}/approve");
    let approved = office.ask("post", &approve, &recorder, &format!("sha256={sha256}")).await;
    assert_eq!(approved.location(), format!("/review?decided={proposal}"), "{}", approved.text);
    let entry = office.app.log().entry(office.app.log().head()).unwrap().unwrap().decode().unwrap();
    assert_eq!((entry.fact.recorded_by.clone(), entry.proposed_by), (id("recorder"), Some(id("proposer"))));

    let listed = office.get("/delegations", &recorder).await.text;
    let end = listed.split("action=\"").find_map(|part| part.split_once("/end\"")).unwrap().0.to_owned() + "/end";
    assert_eq!(office.ask("post", &end, &office.session("proposer"), "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask("post", &end, &recorder, "").await.location(), "/delegations");
    assert!(office.get("/delegations", &reviewer).await.text.contains("ended by recorder"));
    let audit = office.get("/admin/audit", &office.session("admin")).await.text;
    assert!(audit.contains("review handed over") && audit.contains("review taken back"), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_decides_sees_which_documents_nobody_has_opened() {
    let office = Office::open().await;
    let (reviewer, proposer) =
        (office.session("reviewer"), office.app.access().user(&id("proposer")).unwrap().unwrap());
    let evidence = json!([
        { "title": "Opening report", "url": "https://mfa.example/report.pdf" },
        { "title": "Letter no. 7" }
    ]);
    let command = but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "evidence": evidence }));
    let request = Request::parse(command.to_string().as_bytes()).unwrap();
    let Submitted::Proposed(proposal) = submit(&office.app, &proposer, request).await.unwrap() else {
        panic!("recorded at once");
    };
    let page = format!("/review/{}", proposal.id);
    let before = office.get(&page, &reviewer).await.text;
    assert!(before.contains("You have not opened it here.") && before.contains("There is no address to open."));
    assert!(before.contains("You have not opened every document."), "{before}");

    let document = format!("{page}/evidence/0");
    let foreign = axum::http::Request::builder()
        .uri(&document)
        .header("host", "ledger.example")
        .header("cookie", &reviewer)
        .header("sec-fetch-site", "cross-site")
        .body(axum::body::Body::empty())
        .unwrap();
    office.send(foreign).await;
    assert!(office.app.access().opened(&proposal.id).unwrap().is_empty(), "another web site opens nothing for anybody");
    for _ in 0..2 {
        let led = office.get(&document, &reviewer).await;
        assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "https://mfa.example/report.pdf"));
    }
    assert_eq!(office.app.access().opened(&proposal.id).unwrap().len(), 1);
    let after = office.get(&page, &reviewer).await.text;
    assert!(after.contains("Opened here by reviewer") && !after.contains("You have not opened"), "{after}");
    assert!(office.get(&page, &office.session("admin")).await.text.contains("You have not opened every document."));
    for place in ["1", "2", "x"] {
        let none = office.get(&format!("{page}/evidence/{place}"), &reviewer).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{place}");
    }
}
