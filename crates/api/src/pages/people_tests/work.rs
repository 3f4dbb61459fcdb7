//! My work: what is due, what waits for an answer, and the ways to the forms.

use servanda_events::Request;
use servanda_events::testing::scene::achieve;

use super::{Office, id};

#[tokio::test(flavor = "multi_thread")]
async fn my_work_shows_what_is_due_and_what_waits_for_an_answer() {
    let office = Office::open().await;
    let fra = office.get("/work", &office.session("recorder")).await.text;
    assert!(fra.contains("11 days left"), "{fra}");
    assert!(fra.contains("href=\"/record/achieve?commitment=branch&amp;milestone=open\""), "{fra}");
    let log = office.app.log();
    let claim = Request::parse(achieve("branch", "open", "2025-03-01", "fra").to_string().as_bytes()).unwrap();
    log.transact(&claim, &id("recorder")).await.unwrap();
    office.app.read().catch_up(log).unwrap();
    let kaz = office.get("/work", &office.session("other-reviewer")).await.text;
    assert!(kaz.contains("Claims that wait for your party") && kaz.contains("answer: 1"), "{kaz}");
    assert!(kaz.contains("has waited for 0 days"), "{kaz}");
    let reader = office.get("/work", &office.session("reader")).await.text;
    assert!(!reader.contains("Waits for my review"), "who reads reviews nothing");
}
