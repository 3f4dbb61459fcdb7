//! A table where the ledger wants two persons: all its good rows become one proposal, are approved or returned as a
//! whole, and are taken back the same way. And the table back with what is wrong in it.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode};
use servanda_events::Recorded;
use servanda_events::ids::{ActorId, Position};
use servanda_events::testing::scene::prospect;
use servanda_interop::workbook;

use super::forms::hidden;
use super::{Office, Reply, id};

const TABLE: &str =
    "Nr;Text;Who;For\n1;A school is built;fra;kaz\n2;A road is built;Atlantis;kaz\n3;A dam is built;fra;kaz\n";
const COLUMNS: &str = "column-id=Nr&column-statement=Text&column-obligors=Who&column-beneficiaries=For&currency=eur\
    &numbers=comma&lang=en&modality=works&source=Works";

impl Office {
    /// Sends a table and says what its columns mean; gives its address.
    async fn table(&self, cookie: &str, table: &str) -> String {
        let sent = self.sent(cookie, "commitments", &[("\"file\"; filename=\"works.csv\"", table)]).await;
        let said = self.ask("post", sent.location(), cookie, COLUMNS).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        said.location().strip_suffix("/preview").unwrap().to_owned()
    }

    async fn sent(&self, cookie: &str, kind: &str, files: &[(&str, &str)]) -> Reply {
        let part =
            |head: &str, body: &str| format!("--cut\r\ncontent-disposition: form-data; name={head}\r\n\r\n{body}\r\n");
        let files: String = files.iter().map(|(head, body)| part(head, body)).collect();
        let body = part("\"kind\"", kind) + &files + "--cut--\r\n";
        let request = HttpRequest::builder()
            .method("POST")
            .uri("/import")
            .header("host", "ledger.example")
            .header("accept", "text/html")
            .header("cookie", cookie)
            .header("content-type", "multipart/form-data; boundary=cut")
            .header("sec-fetch-site", "same-origin");
        let sent = self.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        sent
    }

    /// Proposes the good rows of a table, and gives the address of the proposal.
    async fn proposed(&self, cookie: &str, batch: &str, act: &str) -> String {
        let head = self.app.log().head();
        let reply = self.ask("post", &format!("{batch}/{act}"), cookie, "").await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, batch), "{}", reply.text);
        assert_eq!(self.app.log().head(), head, "nothing is a fact yet");
        let page = self.get(batch, cookie).await.text;
        let link = page.split("href=\"/review/").nth(1).unwrap_or_else(|| panic!("no proposal: {page}"));
        format!("/review/{}", link.split('"').next().unwrap())
    }

    async fn approve(&self, cookie: &str, proposal: &str) -> Reply {
        let page = self.get(proposal, cookie).await.text;
        let seen = format!("sha256={}", hidden(&page, "sha256"));
        self.ask("post", &format!("{proposal}/approve"), cookie, &seen).await
    }

    fn after(&self, head: Position) -> Vec<Recorded> {
        self.app.log().read(head, 100).unwrap().iter().map(|entry| entry.decode().unwrap()).collect()
    }
}

fn types(entries: &[Recorded]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.fact.event.type_name()).collect()
}

/// That every entry names both persons.
fn by_both(entries: &[Recorded]) {
    let (reviewer, recorder): (ActorId, ActorId) = (id("reviewer"), id("recorder"));
    for entry in entries {
        assert_eq!((&entry.fact.recorded_by, entry.proposed_by.as_ref()), (&reviewer, Some(&recorder)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_returned_or_approved_as_a_whole_and_taken_back_the_same_way() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let head = office.app.log().head();
    let batch = office.table(&recorder, TABLE).await;
    let preview = office.get(&format!("{batch}/preview"), &recorder).await.text;
    assert!(preview.contains("Send the good rows to a second person: 2 (2 entries)"), "{preview}");

    let first = office.proposed(&recorder, &batch, "record").await;
    let page = office.get(&first, &reviewer).await.text;
    for words in ["works.csv", "A school is built", "A dam is built", "works-3", "Works, row 2 (1)"] {
        assert!(page.contains(words) || page.contains(&words.to_lowercase()), "{words} is missing: {page}");
    }
    assert!(!page.contains("A road is built"), "a row that is wrong is not proposed");
    assert!(page.contains(">A school is built</th>"), "a new thing is named by its text: {page}");
    for other in ["recorder", "other-reviewer"] {
        let reply = office.approve_blindly(other, &first, &page).await;
        assert_eq!((reply.status, office.app.log().head()), (StatusCode::FORBIDDEN, head), "{other}");
    }
    office.ask("post", &format!("{first}/return"), &reviewer, "reason=Which+school").await;
    assert!(office.get(&first, &recorder).await.text.contains("Which school"));
    let open = office.get(&format!("{batch}/preview"), &recorder).await;
    assert_eq!(open.status, StatusCode::OK, "a table that was returned is open again");
    assert!(open.text.contains("Returned to you: Which school") && open.text.contains(&first), "{}", open.text);

    let second = office.proposed(&recorder, &batch, "record").await;
    assert!(office.get("/work", &recorder).await.text.contains("Returned to me: 0"), "it is proposed anew");
    assert_ne!(first, second);
    let approved = office.approve(&reviewer, &second).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text);
    let entries = office.after(head);
    assert_eq!(types(&entries), ["CommitmentMade", "CommitmentMade"]);
    by_both(&entries);
    let again = office.approve_blindly("reviewer", &second, &page).await;
    assert_eq!((again.status, office.app.log().head()), (StatusCode::CONFLICT, head + 2), "approved once");
    assert!(office.get(&batch, &recorder).await.text.contains("Entries recorded: 2."));

    let back = office.proposed(&recorder, &batch, "undo").await;
    office.approve(&reviewer, &back).await;
    let entries = office.after(head + 2);
    assert_eq!(types(&entries), ["EntryRetracted", "EntryRetracted"]);
    by_both(&entries);
    assert!(office.get(&batch, &recorder).await.text.contains("All of it is taken back"));
}

impl Office {
    /// Sends the hash that somebody else was shown.
    async fn approve_blindly(&self, name: &str, proposal: &str, page: &str) -> Reply {
        let seen = format!("sha256={}", hidden(page, "sha256"));
        self.ask("post", &format!("{proposal}/approve"), &self.session(name), &seen).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_table_is_recorded_when_one_of_its_streams_has_moved() {
    let office = Office::open().await;
    let (recorder, reviewer) = (office.session("recorder"), office.session("reviewer"));
    let batch = office.table(&recorder, TABLE).await;
    let proposal = office.proposed(&recorder, &batch, "record").await;
    let moved = servanda_events::Request::of_value(&prospect("works-3")).unwrap();
    office.app.log().transact(&moved, &id("somebody")).await.unwrap();
    let head = office.app.log().head();
    let page = office.get(&proposal, &reviewer).await.text;
    assert!(page.contains("has changed since it was proposed"), "{page}");
    let reply = office.approve(&reviewer, &proposal).await;
    assert_eq!((reply.status, office.app.log().head()), (StatusCode::CONFLICT, head), "{}", reply.text);
    let preview = office.get(&format!("{batch}/preview"), &recorder).await;
    assert_eq!(preview.status, StatusCode::OK, "the table is open again: {}", preview.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_comes_back_with_what_is_wrong_beside_each_row() {
    let office = Office::open().await;
    let recorder = office.session("recorder");
    let batch = office.table(&recorder, TABLE).await;
    for (lang, words) in [("en", "Enter the party first"), ("ru", "Atlantis")] {
        let cookie = format!("{recorder}; lang={lang}");
        let page = office.get(&format!("{batch}/preview"), &cookie).await.text;
        assert!(page.contains(&format!("{batch}/annotated")), "{page}");
        let file = office.file(&format!("{batch}/annotated"), &cookie).await;
        let rows: Vec<Vec<String>> =
            workbook::rows(Cursor::new(file), None).unwrap().map(|row| row.unwrap().cells).collect();
        let cell = |row: usize, column: usize| rows[row].get(column).map_or("", String::as_str);
        assert_eq!(rows[0][..4], ["Nr", "Text", "Who", "For"]);
        assert_eq!(cell(1, 1), "A school is built");
        assert!(!cell(1, 5).contains("Atlantis"), "a good row has warnings at most: {rows:?}");
        assert!(cell(2, 5).contains(words) && cell(2, 5).contains("Atlantis"), "{rows:?}");
        assert!(!cell(2, 4).is_empty() && cell(2, 4) != cell(1, 4), "{rows:?}");
    }
    // Mended, and sent again with its two columns more.
    let mended = "Nr;Text;Who;For;What becomes of it;What is wrong, and what to do\n2;A road is built;fra;kaz;x;y\n";
    let again = office.table(&recorder, mended).await;
    let preview = office.get(&format!("{again}/preview"), &recorder).await.text;
    assert!(preview.contains("Send the good rows to a second person: 1 (1 entry)"), "{preview}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_speaks_of_columns_and_warns_of_a_row_whose_line_has_no_end() {
    const MAPPING: &str = "[source]\nname = \"works\"\ntitle = \"Works\"\n[table]\nid = [\"Nr\"]\nopen_end = true\n\
        [[command]]\nwhat = \"noted\"\ncommand = \"NoteProspect\"\n[command.data]\n\
        commitment_id = { column = \"Nr\", slug = \"works-\" }\nstatement = { en = { column = \"Text\" } }\n";
    let office = Office::open().await;
    let recorder = office.session("recorder");
    let table = "Nr,Text\n1,\n2,A ro\u{b}ad\n3,A dam";
    let files = [("\"file\"; filename=\"works.csv\"", table), ("\"mapping\"; filename=\"m.toml\"", MAPPING)];
    let sent = office.sent(&recorder, "own", &files).await;
    let page = office.get(sent.location(), &recorder).await.text;
    assert!(page.contains("Nothing stands here, and the row cannot be recorded without it"), "{page}");
    assert!(page.contains("as character 5: U+000B (vertical tab), in “A ro␋ad”"), "{page}");
    assert!(page.contains("The last line of the file has no end, and its row is taken"), "{page}");
    assert!(!page.contains("/data/statement"), "{page}");
}

impl Office {
    async fn file(&self, path: &str, cookie: &str) -> Vec<u8> {
        use hyper::service::Service as _;
        let request = HttpRequest::builder().uri(path).header("host", "ledger.example").header("cookie", cookie);
        let service = hyper_util::service::TowerToHyperService::new(crate::routes::router(self.app.clone()));
        let response = service.call(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body();
        axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()
    }
}
