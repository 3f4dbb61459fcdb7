//! A form where the ledger wants two persons: its answers become a proposal, and a fact only by another person.

use axum::http::StatusCode;
use servanda_events::Request;
use servanda_events::testing::scene::milestone;

use super::{Office, id};

/// The value of a hidden field.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

impl Office {
    /// Reports the milestone by the form, to its last page; gives the draft.
    async fn reported(&self, cookie: &str) -> String {
        let first = self.get("/record/achieve?commitment=branch", cookie).await.text;
        let (draft, revision) = (hidden(&first, "draft"), hidden(&first, "revision"));
        let answers = format!("draft={draft}&revision={revision}&commitment=branch&milestone=open&outcome=achieved");
        let mut reply = self.ask("post", "/record/achieve", cookie, &answers).await;
        for answers in ["happened_on-day=1&happened_on-month=3&happened_on-year=2025", "", "", ""] {
            if reply.location().ends_with("/check") {
                break;
            }
            let step = reply.location().to_owned();
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
            reply = self.ask("post", &step, cookie, answers).await;
        }
        assert_eq!(reply.location(), format!("/drafts/{draft}/check"));
        draft
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_asks_for_is_a_fact_only_when_a_second_person_approves_it() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let head = office.app.log().head();
    let draft = office.reported(&recorder).await;
    let check = format!("/drafts/{draft}/check");
    assert!(office.get("/work", &recorder).await.text.contains(&check), "what is begun stands in my work");
    let asked = office.get(&check, &recorder).await.text;
    assert!(asked.contains("Send to a second person") && asked.contains("only when a second person"), "{asked}");

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

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_returned_is_opened_again_with_every_answer_and_the_reason() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let draft = office.reported(&recorder).await;
    let check = format!("/drafts/{draft}/check");
    let first = office.ask("post", &check, &recorder, "").await.location().to_owned();
    let again = office.ask("post", &check, &recorder, "").await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, first.as_str()), "pressed twice");
    office.ask("post", &format!("{first}/return"), &reviewer, "reason=Which+opening").await;

    let mend = format!("{first}/mend");
    assert!(office.get(&first, &recorder).await.text.contains(&format!("action=\"{mend}\"")));
    assert!(!office.get(&first, &reviewer).await.text.contains("/mend"), "the form is its own person's");
    let open = office.ask("post", &mend, &recorder, "").await.location().to_owned();
    assert!(open.starts_with("/drafts/") && open.ends_with("/check") && open != check, "{open}");
    let page = office.get(&open, &recorder).await.text;
    for kept in ["Returned to you: Which opening", "1 March 2025"] {
        assert!(page.contains(kept), "{kept} is not in {page}");
    }
    assert!(office.get("/work", &recorder).await.text.contains("Returned to me: 0"), "it is put aside");
    assert_eq!(office.ask("post", &mend, &recorder, "").await.status, StatusCode::CONFLICT, "opened once");

    let second = office.ask("post", &open, &recorder, "").await.location().to_owned();
    assert!(second.starts_with("/review/") && second != first, "{second}");
    let shown = office.get(&second, &reviewer).await.text;
    let head = office.app.log().head();
    let seen = format!("sha256={}", hidden(&shown, "sha256"));
    office.ask("post", &format!("{second}/approve"), &reviewer, &seen).await;
    assert_eq!(office.app.log().head(), head + 1);
    let gone = office.get(&open, &recorder).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "answers are kept until they are decided, and no longer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_overtaken_is_proposed_anew_by_its_form() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let draft = office.reported(&recorder).await;
    let stale = office.ask("post", &format!("/drafts/{draft}/check"), &recorder, "").await.location().to_owned();
    let seen = format!("sha256={}", hidden(&office.get(&stale, &reviewer).await.text, "sha256"));
    let more = Request::parse(milestone("branch", "second", "2026").to_string().as_bytes()).unwrap();
    office.app.log().transact(&more, &id("operator")).await.unwrap();
    let told = office.ask("post", &format!("{stale}/approve"), &reviewer, &seen).await;
    assert_eq!(told.status, StatusCode::CONFLICT);

    let page = office.get(&stale, &recorder).await.text;
    assert!(page.contains(&format!("action=\"{stale}/mend\"")) && !page.contains("/again\""), "one way: {page}");
    let open = office.ask("post", &format!("{stale}/again"), &recorder, "").await.location().to_owned();
    assert!(open.starts_with("/drafts/") && open.ends_with("/check"), "{open}");
    assert!(office.get(&open, &recorder).await.text.contains("1 March 2025"), "what was proposed is in the form");
    let anew = office.ask("post", &open, &recorder, "").await.location().to_owned();
    assert!(anew.starts_with("/review/") && anew != stale, "{anew}");
    let (seen, head) = (office.get(&anew, &reviewer).await.text, office.app.log().head());
    office.ask("post", &format!("{anew}/approve"), &reviewer, &format!("sha256={}", hidden(&seen, "sha256"))).await;
    assert_eq!(office.app.log().head(), head + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_withdrawn_or_has_no_form_is_not_opened_again() {
    let office = Office::open().await;
    let (recorder, proposer, reviewer) =
        (office.session("recorder"), office.session("proposer"), office.session("reviewer"));
    let of_program = format!("/review/{}", office.proposal().await);
    office.ask("post", &format!("{of_program}/return"), &reviewer, "reason=Why").await;
    let reply = office.ask("post", &format!("{of_program}/mend"), &proposer, "").await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
    let draft = office.reported(&recorder).await;
    let proposal = office.ask("post", &format!("/drafts/{draft}/check"), &recorder, "").await.location().to_owned();
    let open = office.ask("post", &format!("{proposal}/mend"), &recorder, "").await;
    assert_eq!(open.status, StatusCode::CONFLICT, "it waits for a second person");
    office.ask("post", &format!("{proposal}/withdraw"), &recorder, "").await;
    assert_eq!(office.get(&format!("/drafts/{draft}/check"), &recorder).await.status, StatusCode::NOT_FOUND);
}
