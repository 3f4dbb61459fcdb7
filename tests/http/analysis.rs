//! The analysts' pages: every figure leads to exactly what it counts, and every page is a file with the same rows.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::json;
use servanda_events::testing::scene::{
    achieve, but, commit_funds, commitment, disburse, dispute, milestone, rebaseline, with,
};
use servanda_tests::server::{Ask, Server};

use crate::visit;

const PAGES: &[&str] = &[
    "/",
    "/analysis/promises",
    "/analysis/milestones",
    "/analysis/by-party",
    "/analysis/by-body",
    "/analysis/by-sector",
    "/analysis/by-package",
    "/analysis/burn-up",
    "/analysis/money",
    "/analysis/coverage",
    "/analysis/late",
    "/analysis/compare?from=2024-11-06",
];

/// The visit with more to count: promises with money, within others, late, disputed, moved.
async fn busy() -> Server {
    let server = visit().await;
    let amount = json!({ "amount": { "amount": "100", "currency": "EUR" }, "value_status": "known" });
    let part = json!({
        "amount": { "amount": "40", "currency": "EUR" }, "value_status": "known", "umbrella_of": "whole",
        "sectors": [{ "scheme": "dac", "code": "23110" }],
    });
    server
        .tell([
            with(commitment("whole"), amount),
            with(commitment("part"), part),
            commit_funds("part", "loan", "40", "EUR"),
            disburse("part", "loan", "10.05", "EUR", "r1"),
            with(milestone("whole", "road", "2025-01-31"), json!({ "titles": { "en": "The road" } })),
            milestone("whole", "bridge", "2025-02-28"),
            rebaseline("whole", "bridge", 1, "2025-06-30"),
            milestone("part", "gate", "2025-01-15"),
            but(achieve("part", "gate", "2025-03-01", "fra"), json!({ "command_id": "gate" })),
            dispute("part", "gate.1", "kaz"),
        ])
        .await;
    server
}

/// Addresses and words of the links of a page.
fn links(html: &str) -> Vec<(String, String)> {
    let pieces = html.split("<a class=\"govuk-link\" href=\"").skip(1);
    pieces
        .filter_map(|piece| {
            let (href, rest) = piece.split_once("\">")?;
            let (text, _) = rest.split_once("</a>")?;
            Some((href.replace("&amp;", "&"), text.to_owned()))
        })
        .collect()
}

/// The rows of a file: what comes after its head and the names of its columns.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let all: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    let head = all.iter().position(|row| row.iter().all(String::is_empty)).unwrap();
    all[head + 2..].to_vec()
}

fn with_format(address: &str, format: &str) -> String {
    format!("{address}{}format={format}", if address.contains('?') { '&' } else { '?' })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_leads_to_exactly_what_it_counts() {
    let server = busy().await;
    let mut followed = BTreeSet::new();
    for page in PAGES {
        let html = server.get(page).await.text().to_owned();
        for (href, text) in links(&html) {
            let list = href.starts_with("/analysis/promises") || href.starts_with("/analysis/milestones");
            let part = text.split(" of ").next().and_then(|part| part.parse::<usize>().ok());
            let Some(count) = part.filter(|_| list && !text.contains("name")) else { continue };
            let answer = server.get(&with_format(&href, "csv")).await;
            assert_eq!(answer.said(), "200", "{href} on {page}");
            assert_eq!(rows(answer.text()).len(), count, "{text} on {page} leads to {href}");
            followed.insert(href);
        }
    }
    assert!(followed.len() > 20, "only {} figures were followed: {followed:?}", followed.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_its_file_have_the_same_rows_and_the_file_says_what_it_is() {
    let server = busy().await;
    for page in PAGES.iter().filter(|page| **page != "/") {
        let html = server.get(page).await.text().to_owned();
        let file = server.get(&with_format(page, "csv")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
        let text = file.text();
        for line in ["Ledger,", "Filter,none: the whole ledger", "State of,2025-03-20", "As known at entry,", "Rows,"] {
            assert!(text.contains(line), "{line} is missing on {page}:\n{text}");
        }
        let rows = rows(text);
        assert!(text.contains(&format!("Rows,{}", rows.len())), "{page}:\n{text}");
        let name = file.header("content-disposition");
        assert!(
            name.contains("_as-of-2025-03-20_known-at-") && name.contains(&format!("_{}-rows.csv", rows.len())),
            "{name}"
        );
        let first: Vec<String> = rows.iter().map(|row| row[0].replace('"', "&quot;")).collect();
        for cell in first.iter().filter(|cell| cell.chars().all(char::is_alphabetic)) {
            assert!(html.contains(cell.as_str()), "{cell} of the file is not on {page}");
        }
        let workbook = server.get(&with_format(page, "xlsx")).await;
        assert_eq!(workbook.status, StatusCode::OK);
        assert!(workbook.body.starts_with(b"PK"), "{page}");
    }
    let filtered = server.get("/analysis/promises?standing=open&format=csv").await;
    assert!(filtered.header("content-disposition").contains("_standing-open_"));
    assert!(filtered.text().contains("Filter,Where the commitment stands: open"), "{}", filtered.text());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_within_others_is_added_to_nothing_and_nothing_is_converted_unasked() {
    let server = busy().await;
    let money = rows(server.get("/analysis/money?format=csv").await.text());
    let of = |which: &str| money.iter().find(|row| row[0] == "EUR" && row[1] == which).unwrap();
    assert_eq!(of("standing alone")[2..4], ["1", "100"]);
    assert_eq!(of("within the amounts of others")[2..6], ["1", "40", "40", "10.05"]);
    assert!(!server.get("/analysis/money").await.text().contains("The same in"));
    let converted = server.get("/analysis/money?into=USD").await.text().to_owned();
    assert!(converted.contains("The same in USD") && converted.contains("no rate recorded"), "{converted}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_deadline_hides_no_delay() {
    let server = busy().await;
    let late = server.get("/analysis/milestones?as_of=2025-03-20&milestone=overdue&format=csv").await;
    let late = rows(late.text());
    assert!(late.iter().any(|row| row[10] == "whole/road"), "{late:?}");
    let moved = rows(server.get("/analysis/milestones?delay_first=month&format=csv").await.text());
    assert!(moved.iter().any(|row| row[10] == "whole/bridge"), "{moved:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_hears_of_new_entries_only_in_the_present() {
    let server = visit().await;
    let now = server.get("/").await.text().to_owned();
    assert!(now.contains("role=\"status\" data-live data-after=\"15\""), "{now}");
    assert!(!server.get("/?as_of=2025-03-01").await.text().contains("data-live"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_and_entries_can_be_subscribed_to() {
    let server = busy().await;
    let calendar = server.send(Ask::get("/deadlines.ics").header("host", "ledger.example")).await;
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    let text = calendar.text().replace("\r\n ", "");
    assert!(text.contains("UID:whole/road@") && text.contains("DTSTART;VALUE=DATE:20250131"), "{text}");
    assert!(text.contains("URL:http://ledger.example/commitments/whole"), "{text}");
    assert!(!text.contains("UID:part/gate@"), "what is achieved is no deadline any more: {text}");
    let one = server.get("/deadlines.ics?package=visit&standing=fulfilled").await;
    assert!(!one.text().contains("BEGIN:VEVENT"));
    let feed = server.get("/entries.atom").await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    assert!(feed.text().contains("<entry>") && feed.text().contains("Claim disputed"), "{}", feed.text());
    assert!(!feed.text().contains(">commitment-part"), "what an entry is about has a name: {}", feed.text());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_sent_packed_to_a_browser_that_takes_it() {
    let server = visit().await;
    let plain = server.get("/").await;
    let packed = server.send(Ask::get("/").header("accept-encoding", "gzip")).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.len() * 3 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_with_what_stood_there_before() {
    let server = busy().await;
    let changes = rows(server.get("/analysis/compare?from=2024-11-06&format=csv").await.text());
    assert!(changes.iter().any(|row| row[0] == "amended"), "{changes:?}");
    assert!(changes.iter().any(|row| row[0] == "became late" && row[2] == "The road"), "by its name: {changes:?}");
    let page = server.get("/analysis/compare?from=2024-11-06").await.text().to_owned();
    assert!(page.contains("Changes from 6 November 2024 (entry"), "{page}");
    assert!(page.contains("href=\"/indicators/turnover\""), "what changed leads to its page: {page}");
    let disputed = rows(server.get("/analysis/compare?from=2024-11-06&change=disputed&format=csv").await.text());
    assert!(!disputed.is_empty() && disputed.iter().all(|row| row[0] == "disputed"), "{disputed:?}");
    let narrowed = server.get("/analysis/compare?from=2024-11-06&sector=dac:23110&format=csv").await;
    let narrowed = rows(narrowed.text());
    assert!(!narrowed.is_empty() && narrowed.len() < changes.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_stands_in_the_order_that_is_asked_for_on_the_page_and_in_its_files() {
    let server = busy().await;
    let late = rows(server.get("/analysis/milestones?sort=late_first&format=csv").await.text());
    let days: Vec<Option<i64>> = late.iter().map(|row| row[9].parse().ok()).collect();
    let known: Vec<i64> = days.iter().copied().map_while(|day| day).collect();
    assert!(known.len() > 1 && known.is_sorted_by(|one, other| one >= other), "{days:?}");
    assert!(days[known.len()..].iter().all(Option::is_none), "what is not known stands last: {days:?}");
    let named = rows(server.get("/analysis/promises?sort=name&format=csv").await.text());
    let names: Vec<String> = named.iter().map(|row| row[0].to_lowercase()).collect();
    assert!(names.len() > 1 && names.is_sorted(), "{names:?}");
    let page = server.get("/analysis/milestones?sort=late_first").await.text().to_owned();
    assert!(page.contains("<option value=\"late_first\" selected>latest first, first date</option>"), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_a_file_with_every_row_of_its_pages() {
    let server = busy().await;
    let page = server.get("/overdue?party=fra").await.text().to_owned();
    assert!(page.contains("2 overdue milestones<") && page.contains("Rows: 2."), "{page}");
    let (href, _) = links(&page).into_iter().find(|(_, text)| text == "CSV file").unwrap();
    assert_eq!(href, "/overdue?party=fra&format=csv");
    let file = server.get(&href).await;
    let rows = rows(file.text());
    let road = rows.iter().find(|row| row[6] == "whole/road").unwrap();
    assert_eq!(road[3..6], ["2025-01-31", "2025-01-31", "48"]);
    assert_eq!(rows.len(), 2);
    assert!(file.text().contains("Filter,Party: ") && file.text().contains("State of,2025-03-20"), "{}", file.text());
    let name = file.header("content-disposition");
    assert!(name.contains("_overdue_party-fra_as-of-2025-03-20_known-at-") && name.contains("_2-rows.csv"), "{name}");
    assert!(server.get("/overdue?format=xlsx").await.body.starts_with(b"PK"));
    assert_eq!(server.get("/overdue?format=pdf").await.said(), "400 bad_parameter");
    let nothing = server.get("/overdue?as_of=2024-11-06").await.text().to_owned();
    assert!(!nothing.contains("format=csv"), "{nothing}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_names_what_its_entries_are_about_and_a_figure_its_inputs() {
    let server = busy().await;
    let history = server.get("/history/commitment-whole").await.text().to_owned();
    for words in ["The road", "31 January 2025", "30 June 2025"] {
        assert!(history.contains(words), "{words} is missing: {history}");
    }
    let answered = server.get("/history/commitment-part").await.text().to_owned();
    assert!(answered.contains("EUR") && !answered.contains("gate.1"), "a claim by its name: {answered}");
    let figure = server.get("/explain?of=commitment/whole&figure=completion&lang=ru").await.text().to_owned();
    assert!(figure.contains("Веса равны") && !figure.contains("equal weights"), "{figure}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_milestone_that_is_invented_is_marked_beside_a_promise_that_is_not() {
    let server = busy().await;
    let page = server.get("/analysis/milestones").await.text().to_owned();
    assert!(!page.contains("demonstration"), "{page}");
    let invented = milestone("whole", "tunnel", "2025-02-01");
    server.tell([but(invented, json!({ "demonstration": true }))]).await;
    let file = server.get("/analysis/milestones?format=csv").await;
    let marked: Vec<_> = rows(file.text()).into_iter().filter(|row| row[0].ends_with("(demonstration)")).collect();
    assert_eq!(marked.iter().map(|row| row[10].as_str()).collect::<Vec<_>>(), ["whole/tunnel"]);
    for page in ["/analysis/milestones", "/analysis/late", "/overdue"] {
        assert!(server.get(page).await.text().contains("demonstration"), "{page}");
    }
    server.stop().await;
}
