//! The pages for people.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::json;
use servanda_api::Lang;
use servanda_events::testing::scene::{but, state, with};
use servanda_tests::server::{Ask, Server};

use crate::visit;

/// Each page that can be seen, by a good address and by one that is refused, with what is said to the second.
const PAGES: &[(&str, &str, &str, &str)] = &[
    ("/", "/?as_of=2025-03-01&known_at=", "/?as_of=soon", "400 bad_parameter"),
    ("/sign-in", "/sign-in?next=/work", "/sign-in?nxt=/work", "400 unknown_parameter"),
    ("/analysis/promises", "/analysis/promises?sort=completion", "/analysis/promises?standing=x", "400 bad_parameter"),
    (
        "/analysis/milestones",
        "/analysis/milestones?claim=reported&sort=late_first",
        "/analysis/milestones?sort=x",
        "400 bad_parameter",
    ),
    ("/analysis/by-party", "/analysis/by-party?package=visit", "/analysis/by-party?page=x", "400 bad_parameter"),
    ("/analysis/by-body", "/analysis/by-body?state=fra", "/analysis/by-body?within=x", "400 bad_parameter"),
    ("/analysis/by-sector", "/analysis/by-sector?sector=-", "/analysis/by-sector?word=x", "400 bad_parameter"),
    ("/analysis/by-package", "/analysis/by-package", "/analysis/by-package?format=pdf", "400 bad_parameter"),
    ("/analysis/burn-up", "/analysis/burn-up", "/analysis/burn-up?package=A%20B", "400 bad_parameter"),
    ("/analysis/money", "/analysis/money?into=EUR", "/analysis/money?into=euro", "400 bad_parameter"),
    ("/analysis/coverage", "/analysis/coverage", "/analysis/coverage?planned=x", "400 bad_parameter"),
    ("/analysis/late", "/analysis/late", "/analysis/late?as_of=x", "400 bad_parameter"),
    (
        "/analysis/compare",
        "/analysis/compare?from=2024-11-05",
        "/analysis/compare?from=2030-01-01",
        "400 comparison_reversed",
    ),
    ("/data", "/data", "/data?known_at=x", "400 bad_parameter"),
    ("/record", "/record", "/record?as_of=soon", "400 bad_parameter"),
    ("/record/{form}", "/record/party", "/record/nothing", "404 route_unknown"),
    ("/import", "/import", "/import?as_of=soon", "400 bad_parameter"),
    ("/drafts", "/drafts", "/drafts?as_of=soon", "400 bad_parameter"),
    (
        "/agreements",
        "/agreements?q=&status=signed&status=in_force&party=fra",
        "/agreements?status=lost",
        "400 bad_parameter",
    ),
    ("/agreements/{id}", "/agreements/treaty", "/agreements/none", "404 not_found"),
    ("/commitments", "/commitments?status=open&package=visit", "/commitments?page_token=x", "400 bad_page_token"),
    ("/commitments/{id}", "/commitments/branch?as_of=2025-03-20", "/commitments/none", "404 not_found"),
    ("/packages", "/packages", "/packages?page_token=x", "400 bad_page_token"),
    ("/packages/{id}", "/packages/visit", "/packages/none", "404 not_found"),
    ("/parties", "/parties", "/parties?as_of=x", "400 bad_parameter"),
    ("/parties/{id}", "/parties/fra", "/parties/none", "404 not_found"),
    ("/indicators", "/indicators", "/indicators?page_token=x", "400 bad_page_token"),
    ("/indicators/{id}", "/indicators/turnover?as_of=2025-03-20", "/indicators/none", "404 not_found"),
    ("/overdue", "/overdue?party=fra", "/overdue?party=F", "400 bad_parameter"),
    ("/search", "/search?q=branch", "/search?q=a&q=b", "400 parameter_twice"),
    ("/history/{stream}", "/history/commitment-branch", "/history/commitment-none", "404 not_found"),
    ("/entries", "/entries?family=commitment&family=party&before=5", "/entries?family=x", "400 bad_parameter"),
    ("/entries/{position}", "/entries/3", "/entries/0", "404 entry_not_found"),
    (
        "/explain",
        "/explain?of=package/visit&figure=completion_mean",
        "/explain?of=package/visit&figure=nothing",
        "400 bad_parameter",
    ),
    ("/as-of", "/as-of?page=/agreements%3Fq%3Dx", "/as-of?page=//elsewhere", "400 bad_parameter"),
    ("/help", "/help", "/help?as_of=2025-01-01", "400 unknown_parameter"),
    ("/accessibility", "/accessibility", "/accessibility?x=1", "400 unknown_parameter"),
    ("/problems/{code}", "/problems/own_claim", "/problems/nothing", "404 route_unknown"),
];

/// What is no page of its own, or needs a draft or a table: the tests of the forms and of tables walk through them.
/// What is for people who signed in is shown beside its handlers, in `crates/api/src/pages/people_tests.rs`.
const ELSEWHERE: &[&str] = &[
    "/assets/{name}",
    "/deadlines.ics",
    "/entries.atom",
    "/live",
    "/account",
    "/account/password",
    "/work",
    "/review",
    "/review/{id}",
    "/review/{id}/evidence/{place}",
    "/delegations",
    "/admin",
    "/admin/new",
    "/admin/users/{id}",
    "/admin/webhooks",
    "/admin/audit",
    "/admin/status",
    "/drafts/{draft}/check",
    "/drafts/{draft}/{step}",
    "/recorded/{position}",
    "/import/{batch}",
    "/import/{batch}/annotated",
    "/import/{batch}/columns",
    "/import/{batch}/preview",
];

/// Keys of texts that were not found would stand in the page as they are.
fn assert_spoken(html: &str, lang: Lang, path: &str) {
    assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{path}");
    assert!(!html.contains("{$") && !html.contains("{ $"), "a value is missing in {} on {path}", lang.tag());
    for prefix in [
        ">page-",
        ">nav-",
        ">form-",
        ">event-",
        ">qualifier-",
        ">class-",
        ">agreement-",
        ">standing-",
        ">milestone-",
        ">claim-",
        ">condition-",
        ">instrument-",
        ">effect-",
        ">party-",
        ">family-",
        ">glossary-",
        ">head-",
        ">list-",
        ">analysis-",
        ">data-",
        ">indicator-",
        ">direction-",
        ">dictionary-",
    ] {
        assert!(!html.contains(prefix), "{prefix} on {path} in {}", lang.tag());
    }
    // The name of a vocabulary is an address that nobody opens.
    let html = html.replace("http://www.w3.org/2000/svg", "");
    assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains("http://"), "{path}");
    let scripts = html.matches("<script").count();
    assert_eq!(scripts, html.matches("src=\"/assets/").count(), "a script stands in the page {path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_shown_in_four_languages_and_refuses_what_it_does_not_take() {
    let server = visit().await;
    for (route, good, bad, refused) in PAGES {
        for lang in Lang::ALL {
            let page = server.send(Ask::get(good).header("accept-language", lang.tag())).await;
            assert_eq!(page.said(), "200", "{route} in {}", lang.tag());
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert_spoken(page.text(), lang, route);
        }
        assert_eq!(server.get(bad).await.said(), *refused, "{route}: {bad}");
        let joined = if good.contains('?') { "&" } else { "?" };
        assert_eq!(server.get(&format!("{good}{joined}nothing=1")).await.said(), "400 unknown_parameter", "{route}");
    }
    server.stop().await;
}

#[test]
fn no_page_is_missing_here() {
    let here: BTreeSet<&str> = PAGES.iter().map(|page| page.0).chain(ELSEWHERE.iter().copied()).collect();
    let pages: BTreeSet<&str> =
        servanda_api::page_names().into_iter().filter(|(method, _)| *method == "get").map(|(_, path)| path).collect();
    assert_eq!(here, pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_was_chosen_stays_and_the_page_with_it() {
    let server = visit().await;
    let chosen = server.get("/?as_of=2025-03-01&lang=kk").await;
    assert_spoken(chosen.text(), Lang::Kk, "/");
    let cookie = chosen.header("set-cookie");
    assert!(
        cookie.starts_with("lang=kk; ") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let next = server.send(Ask::get("/").header("cookie", "lang=kk").header("accept-language", "ru")).await;
    assert_spoken(next.text(), Lang::Kk, "/");
    assert!(!next.headers.contains_key("set-cookie"));
    for lang in Lang::ALL.into_iter().filter(|lang| *lang != Lang::Kk) {
        let same = format!("/?as_of=2025-03-01&amp;lang={}", lang.tag());
        assert!(chosen.text().contains(&format!("href=\"{same}\"")), "{same}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_style_sheet_and_the_scripts_can_be_kept_for_ever() {
    let server = visit().await;
    let html = server.get("/").await.text().to_owned();
    let addresses: BTreeSet<&str> = html.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert!(addresses.len() >= 5, "{addresses:?}");
    for address in addresses {
        let plain = server.get(address).await;
        assert_eq!(plain.status, StatusCode::OK, "{address}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        let packed = server.send(Ask::get(address).header("accept-encoding", "gzip")).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{address}");
        assert!(packed.body.len() < plain.body.len(), "{address}");
    }
    assert_eq!(server.get("/assets/main-00000000.css").await.said(), "404 route_unknown");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_is_honest_about_what_cannot_be_measured() {
    let server = visit().await;
    let html = server.get("/").await.text().to_owned();
    for words in [
        "State of 20 March 2025, as known at entry 15.",
        "0 of 1",
        "never counted as commitments; there are: 1.",
        "4,200,000,000",
        "href=\"/analysis/promises?standing=overdue\"",
    ] {
        assert!(html.contains(words), "{words} is missing:\n{html}");
    }
    let coverage = server.get("/analysis/coverage").await.text().to_owned();
    assert!(coverage.contains("2.8%") && coverage.contains("not measurable"), "{coverage}");
    let promises = server.get("/analysis/promises").await.text().to_owned();
    assert!(promises.contains("50%") && promises.contains("a branch will open"), "{promises}");
    // By then nothing was due, achieved or confirmed.
    let earlier = server.get("/analysis/promises?as_of=2024-12-31&known_at=9").await.text().to_owned();
    assert!(earlier.contains("not measurable") && !earlier.contains("100%"), "{earlier}");
    assert!(earlier.contains("You are looking at what was so by 31 December 2024, as it was known at entry 9."));
    assert!(server.get("/?as_of=2020-01-01").await.text().contains("Nothing yet."));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_narrowed_by_choosing_names() {
    let server = visit().await;
    for path in ["/agreements", "/commitments", "/overdue"] {
        let all = server.get(path).await.text().to_owned();
        assert!(all.contains("<option value=\"\" selected>All</option>"), "{path}: {all}");
        let narrowed = server.get(&format!("{path}?party=fra&package=visit&lang=fr")).await.text().to_owned();
        for chosen in ["<option value=\"fra\" selected>", "<option value=\"visit\" selected>"] {
            assert!(narrowed.contains(chosen), "{chosen} is missing on {path}: {narrowed}");
        }
        assert!(narrowed.contains("<label class=\"govuk-label\" for=\"party\">"), "{path}: {narrowed}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_shows_each_value_with_its_source_and_its_entry() {
    let server = visit().await;
    let page = server.get("/indicators/turnover").await.text().to_owned();
    let json = server.get("/api/v1/indicators/turnover").await.json();
    let observed = &json["data"]["observations"][0];
    let source = observed["source"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned();
    let entry = format!("href=\"/entries/{}\"", observed["entries"][0]);
    for words in ["4,200,000,000", source.as_str(), entry.as_str()] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
    // Before it was recorded, there is nothing to show; the list says so too.
    assert_eq!(server.get("/indicators/turnover?known_at=1").await.said(), "404 not_found");
    assert!(server.get("/indicators?known_at=1").await.text().contains("<h1 class=\"govuk-heading-l\">0 indicators"));
    assert!(server.get("/").await.text().contains("href=\"/indicators/turnover\""));
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
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    let there = server.send(Ask::get("/%3Cscript%3E").header("accept", "text/html")).await;
    assert_eq!(there.status, StatusCode::NOT_FOUND);
    assert!(!there.text().contains("<script>"));
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

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_filtered_counted_and_says_so_in_its_address() {
    let server = visit().await;
    let all = server.get("/commitments").await.text().to_owned();
    assert!(all.contains("<h1 class=\"govuk-heading-l\">2 commitments</h1>"), "{all}");
    let prospects = server.get("/commitments?status=prospect").await.text().to_owned();
    assert!(prospects.contains("1 commitment</h1>") && prospects.contains("a centre is considered"), "{prospects}");
    assert!(!prospects.contains("a branch will open") && prospects.contains("value=\"prospect\" checked"));
    let found = server.get("/agreements?q=treaty&as_of=2025-03-20").await.text().to_owned();
    assert!(found.contains("agreement</h1>") && found.contains("name=\"as_of\" value=\"2025-03-20\""), "{found}");
    assert!(server.get("/agreements?q=nowhere").await.text().contains("Nothing was found."));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_every_page_leads_somewhere() {
    let server = visit().await;
    let mut asked = BTreeSet::new();
    let mut waiting: Vec<String> = PAGES.iter().map(|page| page.1.to_owned()).collect();
    while let Some(address) = waiting.pop() {
        if !asked.insert(address.clone()) || asked.len() > 600 {
            continue;
        }
        let page = server.get(&address).await;
        if page.status == StatusCode::SEE_OTHER && page.header("location").starts_with("/sign-in") {
            continue;
        }
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.said());
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        for link in page.text().split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#39;", "'");
            // What differs by the language alone was asked before.
            if link.starts_with('/') && !link.contains("lang=") && !link.starts_with("/as-of") {
                waiting.push(link);
            }
        }
    }
    assert!(asked.len() > 60, "only {} addresses were found", asked.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_shown_with_its_hash_and_the_way_to_its_bytes() {
    let server = visit().await;
    let interface = server.get("/api/v1/entries/3").await;
    let page = server.get("/entries/3").await.text().to_owned();
    assert!(page.contains(interface.header("servanda-leaf-hash")), "{page}");
    assert!(page.contains("href=\"/api/v1/entries/3\""), "{page}");
    // Nobody knew of it before it was recorded.
    assert_eq!(server.get("/entries/3?known_at=2").await.said(), "404 entry_not_found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_entries_stand_by_days_and_can_be_narrowed_to_the_end() {
    let server = visit().await;
    let all = server.get("/entries").await.text().to_owned();
    assert!(all.contains("<h2 class=\"govuk-heading-m\" id=\"day-20"), "{all}");
    assert!(all.contains("Entry 15</a>") && all.contains("Entry 1</a>") && !all.contains("before="), "{all}");
    let newest = all.find("Entry 15</a>").unwrap();
    assert!(newest < all.find("Entry 14</a>").unwrap(), "the newest first");
    let agreements = server.get("/entries?family=agreement").await.text().to_owned();
    assert!(agreements.contains("href=\"/agreements/treaty\"") && !agreements.contains("/commitments/branch"));
    assert!(agreements.contains("value=\"agreement\" checked"), "{agreements}");
    let earlier = server.get("/entries?before=3").await.text().to_owned();
    assert!(earlier.contains("Entry 2</a>") && !earlier.contains("Entry 3</a>"), "{earlier}");
    let known = server.get("/entries?known_at=4").await.text().to_owned();
    assert!(known.contains("Entry 4</a>") && !known.contains("Entry 5</a>"), "{known}");
    let none = server.get("/entries?family=ledger").await.text().to_owned();
    assert!(none.contains("No entry passes this filter here."), "{none}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_words_and_late_milestones_are_explained_as_figures_are() {
    let server = visit().await;
    for (of, figure, formula) in [
        ("package/visit", "counts", "counts.v1"),
        ("package/visit", "counts.identified", "counts.v1"),
        ("package/visit", "completion_words", "completion_words.v1"),
        ("package/visit", "overdue.0", "overdue.v1"),
        ("commitment/branch", "overdue.0", "overdue.v1"),
    ] {
        let page = server.get(&format!("/explain?of={of}&figure={figure}&as_of=2025-03-20")).await;
        assert_eq!(page.status, StatusCode::OK, "{of} {figure}");
        assert!(page.text().contains(formula) && page.text().contains("/entries/"), "{of} {figure}: {}", page.text());
    }
    let commitment = server.get("/commitments/branch?as_of=2025-03-20").await;
    assert!(commitment.text().contains("figure=overdue.0"), "{}", commitment.text());
    let package = server.get("/packages/visit?as_of=2025-03-20").await;
    assert!(package.text().contains("figure=counts"), "{}", package.text());
    server.stop().await;
}
