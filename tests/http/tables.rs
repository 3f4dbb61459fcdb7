//! The import of tables from pages: columns, preview, the good rows or nothing, the same table again, taken back.

use hyper::StatusCode;
use serde_json::json;
use servanda_api::Lang;
use servanda_events::testing::scene::but;
use servanda_tests::server::{Ask, Reply, Server};

use crate::official::{Official, Page, between, names, recorded_after};
use crate::visit;

const TABLE: &str = "\u{feff}Nr;Text;Who;For;Amount;By\n\
    1;A school is built;fra;kaz;1 250,50;31.12.2026\n\
    2;A road is built;France;kaz;;2027\n\
    3;A bridge is built;Atlantis;kaz;10;2027\n\
    4;A dam is built;fra;kaz;12;someday\n";

/// Sends a table, and gives the address of its next page.
async fn sent(official: &Official<'_>, kind: &str, files: &[(&str, &str, &str)]) -> Reply {
    let mut body = format!("--cut\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n");
    for (name, file, text) in files {
        body.push_str(&format!(
            "--cut\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--cut--\r\n");
    let ask = Ask::bytes("multipart/form-data; boundary=cut", body).to("/import");
    official.server.send(ask.header("accept", "text/html")).await
}

const COLUMNS: &[(&str, &str)] = &[
    ("column-id", "Nr"),
    ("column-statement", "Text"),
    ("column-obligors", "Who"),
    ("column-beneficiaries", "For"),
    ("column-amount", "Amount"),
    ("column-due", "By"),
    ("currency", "eur"),
    ("numbers", "comma"),
    ("lang", "en"),
    ("modality", "works"),
    ("source", "Works"),
];

/// Sends the table and says what its columns mean; gives its address.
pub(crate) async fn ready(official: &Official<'_>, table: &str) -> String {
    let columns = sent(official, "commitments", &[("file", "works.csv", table)]).await;
    assert_eq!(columns.status, StatusCode::SEE_OTHER, "{}", columns.text());
    let page = Page::of(&official.open(columns.header("location")).await);
    let said = official.send(&page, COLUMNS).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    said.header("location").strip_suffix("/preview").unwrap().to_owned()
}

/// The ledger of these tests, in which France has a name of its own.
pub(crate) async fn ledger() -> Server {
    let server = visit().await;
    let france = json!({ "command": "CorrectEntry", "data": {
        "stream": "party-fra", "target_event_id": "fra.1", "error_kind": "clerical", "reason": "its name",
        "patches": [{ "path": "/data/names", "old": { "en": "fra" }, "new": { "en": "France" } }],
    } });
    server.tell([but(france, json!({ "command_id": "france" }))]).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn good_rows_are_recorded_and_all_of_it_is_taken_back() {
    let server = ledger().await;
    let official = Official::of(&server);
    let batch = ready(&official, TABLE).await;
    let preview = official.open(&format!("{batch}/preview")).await;
    let html = preview.text();
    for words in [
        "knows no one party called “Atlantis”",
        "someday",
        "<strong>Who “Atlantis”:</strong>",
        "<strong>By “someday”:</strong>",
        "Record the good rows: 2 (2 entries)",
    ] {
        assert!(html.contains(words), "{words} is missing: {html}");
    }
    let before = server.log.head();
    let recorded = official.post(&format!("{batch}/record"), "").await;
    assert_eq!((recorded.status, recorded.header("location")), (StatusCode::SEE_OTHER, batch.as_str()));
    let events = recorded_after(&server, before);
    assert_eq!(names(&events), ["CommitmentMade", "CommitmentMade"]);
    let (first, second) = (&events[0].1, &events[1].1);
    assert_eq!((&first["amount"]["amount"], &first["amount"]["currency"]), (&json!("1250.50"), &json!("EUR")));
    assert_eq!((&first["planned_end"]["text"], &second["obligors"]), (&json!("2026-12-31"), &json!(["fra"])));
    assert_eq!((&second["value_status"], &second["planned_end"]["text"]), (&json!("unknown"), &json!("2027")));
    official.post(&format!("{batch}/record"), "").await;
    assert_eq!(server.log.head(), before + 2, "a table was recorded twice");

    let page = official.open(&batch).await;
    assert!(
        page.text().contains("Entries recorded: 2.") && page.text().contains("Rows of which nothing was recorded: 2.")
    );
    let undone = official.post(&format!("{batch}/undo"), "").await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.text());
    let taken_back = recorded_after(&server, before + 2);
    assert_eq!(names(&taken_back), ["EntryRetracted", "EntryRetracted"]);
    assert!(official.open(&batch).await.text().contains("All of it is taken back"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_table_again_adds_nothing_and_a_changed_row_corrects() {
    let server = ledger().await;
    let official = Official::of(&server);
    let table = "Nr;Text;Who;For;Amount;By\n1;A school is built;fra;kaz;100;2026\n";
    let first = ready(&official, table).await;
    official.post(&format!("{first}/record"), "").await;
    let before = server.log.head();
    let again = ready(&official, table).await;
    let preview = official.open(&format!("{again}/preview")).await;
    assert!(
        preview.text().contains("Is so already") && !preview.text().contains("Record the good rows"),
        "{}",
        preview.text()
    );
    let changed = ready(&official, &table.replace("100", "120")).await;
    let preview = official.open(&format!("{changed}/preview")).await;
    assert!(preview.text().contains("Would be corrected"), "{}", preview.text());
    official.post(&format!("{changed}/record"), "").await;
    assert_eq!(names(&recorded_after(&server, before)), ["EntryCorrected"]);
    official.post(&format!("{changed}/undo"), "").await;
    let back = recorded_after(&server, before + 1);
    assert_eq!(names(&back), ["EntryCorrected"], "a correction is taken back by the opposite one");
    assert_eq!(back[0].1["patches"][0]["new"]["amount"], "100");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_remembered_and_a_missing_one_is_asked_for_with_everything_kept() {
    let server = ledger().await;
    let official = Official::of(&server);
    let columns = sent(&official, "commitments", &[("file", "works.csv", TABLE)]).await;
    let page = Page::of(&official.open(columns.header("location")).await);
    let without: Vec<(&str, &str)> = COLUMNS.iter().copied().filter(|(name, _)| *name != "column-statement").collect();
    let refused = official.send(&page, &without).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("href=\"#column-statement\""), "{}", refused.text());
    assert!(refused.text().contains("<option value=\"Who\" selected>"), "{}", refused.text());
    official.send(&page, COLUMNS).await;
    let next = sent(&official, "commitments", &[("file", "next.csv", TABLE)]).await;
    let next = official.open(next.header("location")).await;
    for column in ["Nr", "Text", "Who", "For", "Amount", "By"] {
        assert!(next.text().contains(&format!("<option value=\"{column}\" selected>")), "{column}: {}", next.text());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_and_nothing_is_kept() {
    let server = ledger().await;
    let official = Official::of(&server);
    for (kind, files) in [
        ("commitments", &[][..]),
        ("nothing", &[("file", "a.csv", TABLE)][..]),
        ("own", &[("file", "a.csv", TABLE)][..]),
        ("commitments", &[("file", "a.xlsx", "PK\u{3}\u{4} no workbook")][..]),
        ("commitments", &[("file", "a.csv", "Nr;Nr\n1;2\n")][..]),
    ] {
        let refused = sent(&official, kind, files).await;
        let known = refused.status == StatusCode::UNPROCESSABLE_ENTITY;
        assert!(known || files.first().is_some_and(|file| file.2.starts_with("Nr;Nr")), "{kind}: {}", refused.text());
    }
    let broken =
        sent(&official, "own", &[("file", "a.csv", TABLE), ("mapping", "m.toml", "[source]\nname = 1\n")]).await;
    let preview = official.open(broken.header("location")).await;
    assert_eq!(preview.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(preview.text().contains("The mapping cannot be used"), "{}", preview.text());
    assert_eq!(server.log.head(), 16);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_import_is_shown_in_four_languages() {
    let server = ledger().await;
    let english = Official::of(&server);
    let open = ready(&english, TABLE).await;
    let done = ready(&english, TABLE).await;
    english.post(&format!("{done}/record"), "").await;
    for lang in Lang::ALL {
        let official = Official { server: &server, lang };
        for path in ["/import".to_owned(), format!("{open}/columns"), format!("{open}/preview"), done.clone()] {
            let page = official.open(&path).await;
            let html = page.text();
            assert_eq!(page.status, StatusCode::OK, "{path}: {html}");
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{path}");
            assert!(!html.contains("{$") && !html.contains("{ $") && !html.contains(" style="), "{path}");
            for prefix in [">import-", ">record-", ">choice-"] {
                assert_eq!(html.find(prefix).map(|at| &html[at..at + 40]), None, "{path} in {}", lang.tag());
            }
        }
    }
    let list = english.open("/import").await;
    assert!(between(list.text(), &format!("href=\"{done}\">"), "<").is_some_and(|name| name == "works.csv"));
    server.stop().await;
}
