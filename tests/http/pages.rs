//! The pages for people.

use hyper::StatusCode;
use serde_json::json;
use servanda_api::Lang;
use servanda_events::testing::scene::{but, state, with};
use servanda_tests::server::{Ask, Server};

use crate::visit;

#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_shows_the_ledger_in_four_languages() {
    let server = visit().await;
    for lang in Lang::ALL {
        let page = server.send(Ask::get("/").header("accept-language", lang.tag())).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        let html = page.text();
        assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())));
        assert!(!html.contains("page-") && !html.contains("{$"), "a word is missing in {}", lang.tag());
        assert!(!html.contains("<script") && !html.contains("style=") && !html.contains("http://"));
        let same = server.get(&format!("/?lang={}", lang.tag())).await;
        assert_eq!(
            same.text().replace(&format!("<input type=\"hidden\" name=\"lang\" value=\"{}\">", lang.tag()), ""),
            html
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_is_honest_about_what_cannot_be_measured() {
    let server = visit().await;
    let html = server.get("/").await.text().to_owned();
    for words in [
        "1 measurable of 1 commitments in the ledger; 1 of 36 declared documents are in the ledger.",
        "50%",
        "2.8%",
        "a branch will open",
        "a centre is considered",
        "4,200,000,000",
        "<td>2025-02</td><td>2025-02</td><td class=\"number\">20</td>",
    ] {
        assert!(html.contains(words), "{words} is missing:\n{html}");
    }
    let address = "/api/v1/packages/visit/progress?as_of=2025-03-20&amp;known_at=15".replace('/', "&#x2f;");
    assert!(html.contains(&format!("href=\"{address}\"")), "{html}");
    // By then nothing was due, achieved or confirmed.
    let earlier = server.get("/?as_of=2024-12-31&known_at=9").await.text().to_owned();
    assert!(earlier.contains("not measurable") && !earlier.contains("100%"), "{earlier}");
    assert!(earlier.contains("You are looking at the past."));
    assert!(server.get("/?as_of=2020-01-01").await.text().contains("Nothing was recorded by then."));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invented_entries_are_marked_on_the_page() {
    let server = Server::start().await;
    server.tell([state("kaz", "KAZ")]).await;
    let banner = "to demonstrate the program";
    assert!(!server.get("/").await.text().contains(banner));
    server.tell([but(state("fra", "FRA"), json!({ "demonstration": true }))]).await;
    assert!(server.get("/").await.text().contains(banner));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_is_shown_as_text() {
    let server = visit().await;
    let named = json!({ "names": { "en": "<script>alert(1)</script>" } });
    server.tell([with(state("evil", "KAZ"), named)]).await;
    let claim = servanda_events::testing::scene::achieve("branch", "open", "2025-03-01", "evil");
    server.tell([claim]).await;
    let html = server.get("/").await.text().to_owned();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
    let there = server.send(Ask::get("/%3Cscript%3E").header("accept", "text/html")).await;
    assert_eq!(there.status, StatusCode::NOT_FOUND);
    assert!(!there.text().contains("<script"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_a_browser_gets_a_problem_as_a_page() {
    let server = Server::start().await;
    let ask = |path: &str| Ask::get(path).header("accept", "text/html,*/*;q=0.8").header("accept-language", "kk");
    let page = server.send(ask("/?as_of=soon")).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::BAD_REQUEST, "text/html; charset=utf-8"));
    assert!(page.text().contains("«as_of» параметрі «soon» бола алмайды."), "{}", page.text());
    let explained = server.get("/problems/revision_differs?lang=en").await;
    assert!(explained.text().contains("You expected version ‹expected› of this thing"), "{}", explained.text());
    server.stop().await;
}
