//! Drafts: kept until tomorrow, overtaken by others, shown in four languages, closed in the past.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde_json::json;
use servanda_api::Lang;
use servanda_events::testing::scene::{but, milestone, state};
use servanda_tests::server::{Ask, Reply};

use crate::official::{Official, Page, between, claim, entry_of};
use crate::visit;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_overtaken_sees_what_changed_and_keeps_every_answer() {
    let server = visit().await;
    let official = Official::of(&server);
    let (page, address) = official
        .walk(
            "/record/achieve?commitment=branch",
            &[
                &[("milestone", "open"), ("outcome", "partly"), ("reported_by", "fra")],
                &[("happened_on-year", "2025"), ("happened_on-month", "3")],
                &[("done", "3"), ("total", "4"), ("unit", "floors"), ("method", "count")],
                &[],
            ],
        )
        .await;
    let plan = milestone("branch", "other", "2026");
    server.tell([but(plan, json!({ "command_id": "meanwhile" }))]).await;
    let before = server.log.head();
    let conflict = official.send(&page, &[]).await;
    assert_eq!((conflict.status, server.log.head()), (StatusCode::CONFLICT, before));
    for words in ["Somebody recorded meanwhile", "Milestone planned", "floors", "March 2025"] {
        assert!(conflict.text().contains(words), "{words} is missing: {}", conflict.text());
    }
    let again = official.send(&Page::of(&conflict), &[]).await;
    assert_eq!(again.header("location"), address);
    official.record(&Page::of(&official.open(&address).await)).await;
    assert_eq!(server.log.head(), before + 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_waits_until_tomorrow_and_can_be_deleted() {
    let server = visit().await;
    let official = Official::of(&server);
    let page = Page::of(&official.open("/record/party").await);
    let later = official.send(&page, &[("names-en", "Half a name"), ("then", "later")]).await;
    assert_eq!(later.header("location"), "/drafts");
    let list = official.open("/drafts").await;
    assert!(list.text().contains("Half a name"), "{}", list.text());
    let href = between(list.text(), "href=\"/drafts/", "\"").map(|id| format!("/drafts/{id}")).unwrap();
    let unfinished = official.open(&href).await;
    let step = unfinished.header("location").to_owned();
    assert!(step.ends_with("/name"), "{step}");
    assert!(official.open(&step).await.text().contains("Half a name"));
    let gone = official.post(&href.replace("/check", "/delete"), "").await;
    assert_eq!(gone.header("location"), "/drafts");
    assert_eq!(official.open(&href).await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_keeps_what_was_chosen() {
    let server = visit().await;
    server.tell((0..30).map(|n| but(state(&format!("p{n}"), "UZB"), json!({ "command_id": format!("p{n}") })))).await;
    let official = Official::of(&server);
    let first = Page::of(&official.open("/record/sign").await);
    let answer = official.send(&first, &[]).await;
    let page = Page::of(&official.open(answer.header("location")).await);
    let found = official.send(&page, &[("parties", "p7"), ("parties-find", "kaz"), ("then", "find")]).await;
    let html = official.open(found.header("location")).await.text().to_owned();
    assert!(html.contains("value=\"p7\" checked") && html.contains("value=\"kaz\""), "{html}");
    assert!(!html.contains("value=\"p8\""), "{html}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_form_is_shown_in_four_languages() {
    let server = visit().await;
    let entry = entry_of(&server, "MilestoneAchieved");
    let claim = claim(&server);
    let begins: BTreeMap<&str, String> = [
        ("achieve", "commitment=branch&milestone=open".to_owned()),
        ("answer", format!("commitment=branch&claim={claim}")),
        ("correct", format!("entry={entry}")),
        ("milestone", "commitment=branch".to_owned()),
        ("funds", "commitment=branch".to_owned()),
        ("paid", "commitment=branch".to_owned()),
        ("returned", "commitment=branch".to_owned()),
        ("sign", String::new()),
        ("commitment", "agreement=treaty".to_owned()),
        ("party", String::new()),
        ("package", String::new()),
    ]
    .into();
    for lang in Lang::ALL {
        let official = Official { server: &server, lang };
        for (form, query) in &begins {
            let first = official.open(&format!("/record/{form}?{query}")).await;
            assert_spoken(&first, lang, form);
            let begun = official.send(&Page::of(&first), &[("then", "later")]).await;
            assert_eq!(begun.status, StatusCode::SEE_OTHER, "{form}: {}", begun.text());
            let draft = Page::of(&first).hidden.into_iter().find(|(name, _)| name == "draft").unwrap().1;
            for step in servanda_api::form_pages(form) {
                assert_spoken(&official.open(&format!("/drafts/{draft}/{step}")).await, lang, step);
            }
        }
        for path in ["/record", "/drafts", "/recorded/15", "/recorded/0?form=answer", "/recorded/0"] {
            assert_spoken(&official.open(path).await, lang, path);
        }
    }
    server.stop().await;
}

/// A page in its language, where no key stands for itself and nothing stands in the page that the policy forbids.
fn assert_spoken(reply: &Reply, lang: Lang, what: &str) {
    let html = reply.text();
    assert_eq!(reply.status, StatusCode::OK, "{what} in {}: {html}", lang.tag());
    assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{what}");
    assert!(!html.contains("{$") && !html.contains("{ $"), "a value is missing on {what} in {}", lang.tag());
    for prefix in
        [">record-", ">field-", ">choice-", ">aside-", ">check-", ">recorded-", ">step-", ">event-", ">drafts-"]
    {
        let at = html.find(prefix).map(|at| &html[at..(at + 60).min(html.len())]);
        assert_eq!(at, None, "{what} in {}", lang.tag());
    }
    assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains("onclick"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_from_the_past_or_from_another_site() {
    let server = visit().await;
    let official = Official::of(&server);
    let past = official.open("/record/party?as_of=2024-12-31").await;
    assert!(past.text().contains("Nothing can be recorded while you look at the past."), "{}", past.text());
    assert!(past.text().contains("<fieldset class=\"app-plain\" disabled>"), "{}", past.text());
    let foreign = Ask::bytes("application/x-www-form-urlencoded", "draft=0123456789").to("/record/party");
    let foreign =
        server.send(foreign.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_scan_only_the_hash_is_kept() {
    let server = visit().await;
    let official = Official::of(&server);
    let page = Page::of(&official.open("/record/commitment?agreement=treaty").await);
    let draft = page.hidden.iter().find(|(name, _)| name == "draft").unwrap().1.clone();
    official.send(&page, &[("statement-en", "x"), ("then", "later")]).await;
    let part = |name: &str, more: &str, body: &str| {
        format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{body}\r\n")
    };
    let body = part("evidence_title", "", "Scan 1")
        + &part("evidence_sha256", "", "")
        + &part("evidence_sha256-file", "; filename=\"scan.pdf\"", "abc")
        + &part("then", "", "later")
        + "--cut--\r\n";
    let ask = Ask::bytes("multipart/form-data; boundary=cut", body).to(&format!("/drafts/{draft}/document"));
    assert_eq!(server.send(ask).await.status, StatusCode::SEE_OTHER);
    let html = official.open(&format!("/drafts/{draft}/document")).await.text().to_owned();
    assert!(html.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "{html}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_things_lead_to_the_forms_about_them_and_not_from_the_past() {
    let server = visit().await;
    let official = Official::of(&server);
    let entry = entry_of(&server, "MilestoneAchieved");
    for (page, form) in [
        ("/commitments/branch", "/record/achieve?commitment=branch"),
        ("/commitments/branch", "/record/paid?commitment=branch"),
        ("/agreements/treaty", "/record/commitment?agreement=treaty"),
        ("/packages/visit", "/record/sign?package=visit"),
        (&format!("/entries/{entry}"), &format!("/record/correct?entry={entry}")),
    ] {
        let html = official.open(page).await.text().to_owned();
        assert!(html.contains(&format!("href=\"{form}\"")), "{page} does not lead to {form}: {html}");
        assert_eq!(official.open(form).await.status, StatusCode::OK, "{form}");
    }
    let past = official.open("/commitments/branch?as_of=2025-03-01").await.text().to_owned();
    assert!(!past.contains("href=\"/record/achieve"), "{past}");
    server.stop().await;
}
