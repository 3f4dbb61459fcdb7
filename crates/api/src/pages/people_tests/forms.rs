//! A form where the ledger wants two persons: its answers become a proposal, and a fact only by another person.

use axum::http::StatusCode;

use super::{Office, id};

/// The value of a hidden field.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_asks_for_is_a_fact_only_when_a_second_person_approves_it() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let head = office.app.log().head();
    let first = office.get("/record/achieve?commitment=branch", &recorder).await.text;
    let (draft, revision) = (hidden(&first, "draft"), hidden(&first, "revision"));
    let answers = format!("draft={draft}&revision={revision}&commitment=branch&milestone=open&outcome=achieved");
    let mut reply = office.ask("post", "/record/achieve", &recorder, &answers).await;
    for answers in ["happened_on-day=1&happened_on-month=3&happened_on-year=2025", "", "", ""] {
        if reply.location().ends_with("/check") {
            break;
        }
        let step = reply.location().to_owned();
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
        reply = office.ask("post", &step, &recorder, answers).await;
    }
    let check = format!("/drafts/{draft}/check");
    assert_eq!(reply.location(), check);
    assert!(office.get("/work", &recorder).await.text.contains(&check), "what is begun stands in my work");

    let proposed = office.ask("post", &check, &recorder, "").await;
    let proposal = format!("/review/{draft}-1");
    assert_eq!((proposed.status, proposed.location()), (StatusCode::SEE_OTHER, proposal.as_str()));
    assert_eq!(office.app.log().head(), head, "nothing is a fact yet");
    assert!(!office.get("/work", &recorder).await.text.contains(&check), "the draft has done its work");

    let page = office.get(&proposal, &reviewer).await.text;
    let seen = format!("sha256={}", hidden(&page, "sha256"));
    let own = office.ask("post", &format!("{proposal}/approve"), &recorder, &seen).await;
    assert_eq!((own.status, office.app.log().head()), (StatusCode::FORBIDDEN, head));
    office.ask("post", &format!("{proposal}/approve"), &reviewer, &seen).await;
    let entry = office.app.log().entry(head + 1).unwrap().unwrap().decode().unwrap();
    assert_eq!((entry.fact.recorded_by.clone(), entry.proposed_by), (id("reviewer"), Some(id("recorder"))));
}
