//! The same records in other ways: in parts, in another form, after a run that was stopped.

use std::io::{Cursor, Write as _};

use serde_json::json;
use servanda_events::testing::scene;
use servanda_tests::binary::run;
use servanda_tests::repository::root;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{HEAD, MAPPING, Place};

fn row(n: usize) -> String {
    format!("{n},Document {n},KAZ,1.1.2024,2.1.2024,open\n")
}

/// What the ledger holds, without the times and the random numbers of its entries.
fn facts(place: &Place) -> Vec<(String, String)> {
    let entry = |entry: &serde_json::Value| (entry["event_id"].to_string(), entry["data"].to_string());
    let mut facts: Vec<_> = place.entries().iter().map(entry).collect();
    facts.sort();
    facts
}

#[test]
fn a_table_in_parts_comes_to_the_same_as_the_whole() {
    let table = |rows: std::ops::Range<usize>| format!("{HEAD}{}", rows.map(row).collect::<String>());
    let (whole, parts) = (Place::new(), Place::new());
    whole.import(&table(1..400), &[]).expect(0);
    for rows in [1..3, 200..400, 1..400, 100..300] {
        parts.import(&table(rows), &[]).expect(0);
    }
    assert_eq!(facts(&whole), facts(&parts));
}

#[test]
fn a_party_that_the_ledger_knows_already_is_left_as_it_is_known() {
    let place = Place::new();
    let known = scene::but(scene::state("kaz", "KAZ"), json!({ "data": { "names": { "en": "Kazakhstan" } } }));
    place.record(&known);
    let lines = place.lines(&format!("{HEAD}{}", row(1)));
    assert_eq!((&lines[0]["status"], lines[0].get("problems")), (&json!("created"), None));
    let names: Vec<_> = place.entries().iter().filter(|e| e["type"] == "PartyRegistered").cloned().collect();
    assert_eq!((names.len(), &names[0]["data"]["names"]["en"]), (1, &json!("Kazakhstan")));
}

#[test]
fn what_the_envelope_says_is_corrected_and_taken_away_too() {
    let place = Place::new();
    let effect =
        "computed_by_rule = false\n[command.envelope]\neffective_on = { column = \"state\", date = \"%d.%m.%Y\" }";
    place.write("mapping.toml", MAPPING.replace("computed_by_rule = false", effect).as_bytes());
    let with = |state: &str| format!("{HEAD}1,A,KZ,1.1.2024,2.1.2024,{state}\n").replace("KZ", "KAZ");
    place.import(&with("3.1.2024"), &[]).expect(0);
    for (state, new) in [("4.1.2024", json!("2024-01-04")), ("", json!(null)), ("5.1.2024", json!("2024-01-05"))] {
        assert_eq!(place.statuses(&with(state)), ["changed"], "{state}");
        let entries = place.entries();
        let patches = &entries.last().unwrap()["data"]["patches"];
        assert_eq!(
            (&patches[0]["path"], &patches[0]["new"], patches.as_array().unwrap().len()),
            (&json!("/effective_on"), &new, 1)
        );
        assert_eq!(place.statuses(&with(state)), ["left"], "{state}");
    }
}

#[test]
fn an_item_that_left_a_list_is_told_and_so_is_nothing_else() {
    let place = Place::new();
    let signed = "[[command]]\nwhat = \"by\"\ncommand = \"SignAgreement\"\n\
        each = { column = \"state\", separator = \";\" }\n[command.data]\n\
        agreement_id = { column = \"nr\", slug = \"works-\" }\nparty_id = { item = true, slug = \"\" }\n\
        signature_kind = \"unknown\"\n[command.envelope]\noccurred_on = { column = \"day\", date = \"%d.%m.%Y\" }\n";
    place.write("mapping.toml", format!("{MAPPING}\n{signed}").as_bytes());
    let with = |state: &str| format!("{HEAD}1,A,KAZ;FRA,1.1.2024,,{state}\n10,B,KAZ;FRA,1.1.2024,,KAZ\n");
    place.import(&with("KAZ;FRA"), &[]).expect(0);
    let lines = place.lines(&with("FRA"));
    let problems = lines[0]["problems"].as_array().unwrap();
    assert_eq!((problems.len(), &problems[0]["what"]), (1, &json!("by-kaz")));
    assert!(problems[0]["sentence"].as_str().unwrap().contains("import-works-1-by-kaz.1"));
    assert_eq!(lines[1]["status"], "left");
    assert_eq!(place.statuses(&with("KAZ;FRA")), ["left", "left"]);
}

/// The sheet of a table of texts, in the parts that a workbook has.
fn workbook(csv: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let cell = |(at, text): (usize, &str)| {
        let column = char::from(b'A' + u8::try_from(at).unwrap());
        format!("<c r=\"{column}ROW\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |(n, line): (usize, &str)| {
        let cells: String = line.split(';').enumerate().map(cell).collect();
        format!("<row r=\"{}\">{}</row>", n + 1, cells.replace("ROW", &(n + 1).to_string()))
    };
    let rows: String = csv.lines().enumerate().map(row).collect();
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>\
             </Relationships>"
        )
    };
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
        ),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Table\" sheetId=\"1\" r:id=\"r\"/>\
                 </sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_of_a_workbook_is_the_same_table() {
    let place = Place::new();
    let folder = root().join("config/import");
    place.write("works.xlsx", &workbook(&std::fs::read_to_string(folder.join("works.csv")).unwrap()));
    let (mapping, data) = (folder.join("works.toml"), place.path("data"));
    let import = |form: &str, file: &str| {
        run(&["import", form, file, "--mapping", mapping.to_str().unwrap(), "--data", &data]).expect(0).stderr
    };
    let (sheet, table) = (place.path("works.xlsx"), folder.join("works.csv"));
    assert!(import("xlsx", &sheet).contains("3 rows: 3 created"));
    assert!(import("csv", table.to_str().unwrap()).contains("3 left as they are"));
}

#[test]
fn a_row_whose_id_begins_like_that_of_another_says_nothing_for_it() {
    let acts = r#"
[source]
name = "acts"
title = "Register of signatures"

[table]
id = ["nr"]

[[command]]
what = "document"
command = "RegisterAgreement"
shared = true
[command.data]
agreement_id = "treaty"
titles = { en = "Treaty" }
instrument_kind = "treaty"
class = "intergovernmental"
legal_effect = "binding"
legal_effect_basis = "stated"
counts_toward_totals = true
parties = [{ party_id = "kaz", role = "party" }, { party_id = "fra", role = "party" }]

[[command]]
what = "signed"
command = "SignAgreement"
[command.data]
agreement_id = "treaty"
party_id = { column = "party", slug = "" }
signature_kind = "unknown"
[command.envelope]
occurred_on = { column = "day", date = "%d.%m.%Y" }
"#;
    let place = Place::new();
    place.write("mapping.toml", acts.as_bytes());
    let table = "nr,party,day\n1,KAZ,1.1.2024\n1-2,FRA,2.1.2024\n";
    assert_eq!(place.statuses(table), ["created", "created"]);
    assert_eq!(place.statuses(table), ["left", "left"]);
}
