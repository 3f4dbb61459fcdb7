//! Rows of small tables through small mappings.

use serde_json::{Value, json};

use super::*;
use crate::delimited;
use crate::error::MappingError;

const MAPPING: &str = r#"
[source]
name = "register"
title = "A register"
lang = "en"

[table]
id = ["nr"]
verbatim = ["state"]

[[leave_out]]
when = { state = "draft" }
reason = "a draft is no document"

[[command]]
what = "party"
command = "RegisterParty"
shared = true
each = { column = "parties", separator = ";", within = "states" }
[command.data]
party_id = { item = true, map = "states", slug = "" }
kind = "state"
names = { en = { item = true } }
country = { item = true, map = "states" }

[[command]]
what = "made"
command = "MakeCommitment"
[command.data]
commitment_id = { column = "nr", slug = "reg-" }
obligors = { column = "parties", separator = ";", each = { item = true, map = "states", slug = "" } }
modality = "finance"
statement = { en = { text = "{title} (no. {nr})" } }
amount = { money = "amount", currency = { column = "currency" }, decimal = ",", group = " " }
value_status = { column = "amount", filled = "known", empty = "unknown" }
weight = "1"
verifiable = { column = "check", map = "yes" }
counts_toward_totals = true
planned_end = { column = ["end", "end_planned"], date = ["%d.%m.%Y", "fuzzy"] }

[maps.states]
KZ = "KAZ"
FR = "FRA"

[maps.yes]
yes = true
no = false
"#;

const HEAD: &str = "nr,title,parties,amount,currency,check,end,end_planned,state\n";

fn table(csv: &str) -> Result<Vec<Row>, InputError> {
    rows_of(MAPPING, csv)
}

fn rows_of(mapping: &str, csv: &str) -> Result<Vec<Row>, InputError> {
    let mapping = Mapping::parse(mapping).map_err(|error| InputError::Json { detail: error.to_string() })?;
    let mut open = |name: &str| -> io::Result<Box<dyn Read>> {
        match name {
            "shares.csv" => Ok(Box::new("code,share\n1,0.5\n2,\n".as_bytes())),
            "cut.csv" => Ok(Box::new("code,share\n1,0.5".as_bytes())),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    };
    let rows = delimited::rows(std::io::Cursor::new(csv.to_owned().into_bytes()), &mapping.form)?;
    Table::new(mapping, rows, &mut open)?.collect()
}

fn one(line: &str) -> Row {
    table(&format!("{HEAD}{line}\n")).unwrap().remove(0)
}

fn data(wish: &Wish) -> Value {
    serde_json::to_value(&wish.request.command).unwrap()["data"].clone()
}

fn errors(row: &Row) -> Vec<(&str, &str)> {
    row.errors.iter().map(|e| (e.column.as_deref().unwrap_or("-"), e.error.code.as_str())).collect()
}

#[test]
fn a_row_becomes_the_commands_of_its_mapping() {
    let row = one("7,A school,KZ;FR,\"1 250,50\",EUR,yes,,2026-Q1,signed");
    assert_eq!((row.number, row.id.as_deref(), errors(&row)), (2, Some("7"), vec![]));
    let what: Vec<&str> = row.wishes.iter().map(|wish| wish.what.as_str()).collect();
    assert_eq!(what, ["party-kz", "party-fr", "made"]);
    let made = &row.wishes[2];
    assert_eq!(made.request.command_id.as_ref().unwrap().as_str(), "import-register-7-made");
    let wanted = json!({
        "commitment_id": "reg-7", "obligors": ["kaz", "fra"], "modality": "finance", "weight": "1",
        "statement": { "en": "A school (no. 7)" }, "amount": { "amount": "1250.50", "currency": "EUR" },
        "value_status": "known", "verifiable": true, "counts_toward_totals": true,
    });
    let mut found = data(made);
    assert_eq!(found["planned_end"]["text"], "2026-Q1");
    found.as_object_mut().unwrap().remove("planned_end");
    assert_eq!(found, wanted);
    assert_eq!(made.request.meta.note.as_ref().unwrap().as_str(), "register, row 2 (7); state: signed");
    assert_eq!(made.request.meta.evidence[0].title.as_str(), "A register");
    assert_eq!(made.column("/data/amount"), Some("amount"));
    assert_eq!(made.column("/data/obligors/1"), Some("parties"));
    assert_eq!(row.wishes[0].request.command_id.as_ref().unwrap().as_str(), "import-register-party-kaz-party");
}

#[test]
fn an_empty_cell_leaves_its_field_out_and_what_an_empty_one_means_can_be_said() {
    let row = one("7,A school,KZ,,,no,,,");
    let made = data(&row.wishes[1]);
    assert_eq!((made.get("amount"), made.get("planned_end")), (None, None));
    assert_eq!(made["value_status"], "unknown");
    assert_eq!(row.wishes[1].request.meta.note.as_ref().unwrap().as_str(), "register, row 2 (7)");
}

#[test]
fn what_cannot_be_read_is_told_with_its_column_and_nothing_of_the_row_is_kept() {
    for (line, wanted) in [
        ("7,A,KZ;XX,,,no,,,", vec![("parties", "value_not_mapped")]),
        ("7,A,KZ,,,maybe,,,", vec![("check", "value_not_mapped")]),
        ("7,A,KZ,12.x,EUR,no,,,", vec![("amount", "number_in_other_form")]),
        ("7,A,KZ,\"1 250,50\",JPY,no,,,", vec![("amount", "amount_too_precise")]),
        ("7,A,KZ,\"1 250,50\",ABC,no,,,", vec![("amount", "unknown_currency")]),
        ("7,A,KZ,,,no,31.02.2026,,", vec![("end", "date_in_other_form")]),
        ("7,A,KZ,,,maybe,soon,,", vec![("end", "date_in_other_form"), ("check", "value_not_mapped")]),
        (",A,KZ,,,no,,,", vec![("nr", "row_id_missing")]),
        ("7,A,KZ,,,no,,", vec![("-", "row_width")]),
        ("7,,KZ,,,no,,,", vec![("title", "cell_missing")]),
        ("7,A,,,,no,,,", vec![("parties", "cell_missing")]),
        ("7,A,KZ,12,,no,,,", vec![("currency", "currency_missing")]),
        ("7,A,KZ,12.x,,no,,,", vec![("amount", "number_in_other_form")]),
        ("7,A\u{b}B,KZ,,,no,,,", vec![("title", "control_character")]),
        ("7,,,12,,no,soon,,", vec![("end", "date_in_other_form"), ("currency", "currency_missing")]),
    ] {
        let row = one(line);
        let mut found = errors(&row);
        found.sort_by_key(|(column, _)| wanted.iter().position(|(w, _)| w == column));
        assert_eq!(found, wanted, "{line}");
        assert!(row.wishes.is_empty(), "{line}");
    }
}

#[test]
fn a_number_cell_of_a_workbook_is_read_with_a_point_whatever_the_mapping_says_of_texts() {
    let amount = |cell: &str, numbers: Vec<usize>, form: &str| {
        let mapping = MAPPING.replace("decimal = \",\", group = \" \"", form);
        let mapping = Mapping::parse(&mapping).unwrap();
        let head = Cells { number: 1, cells: HEAD.trim().split(',').map(str::to_owned).collect(), ..Cells::default() };
        let cells = ["7", "A school", "KZ", cell, "EUR", "no", "", "", ""].map(str::to_owned).to_vec();
        let rows = vec![Ok(head), Ok(Cells { number: 2, cells, numbers, ..Cells::default() })];
        let mut table = Table::new(mapping, rows.into_iter(), &mut |_| Err(io::ErrorKind::NotFound.into())).unwrap();
        let row = table.next().unwrap().unwrap();
        match row.wishes.last() {
            Some(made) => data(made)["amount"]["amount"].as_str().unwrap().to_owned(),
            None => errors(&row)[0].1.to_owned(),
        }
    };
    for form in [r#"decimal = ",", group = " ""#, r#"decimal = ",", group = ".""#, r#"decimal = ".", group = ",""#] {
        assert_eq!(amount("12.5", vec![3], form), "12.5", "{form}");
        assert_eq!(amount("12500000.75", vec![0, 3], form), "12500000.75", "{form}");
        assert_eq!(amount("1250.3000000000002", vec![3], form), "number_cell_not_exact", "{form}");
    }
    assert_eq!(amount("12.50", vec![], r#"decimal = ",", group = ".""#), "number_in_other_form");
    assert_eq!(amount("12,5", vec![], r#"decimal = ".", group = ",""#), "number_in_other_form");
    assert_eq!(amount("1 250,5", vec![0], r#"decimal = ",", group = " ""#), "1250.5");
}

#[test]
fn a_cell_at_fault_is_told_once_however_many_commands_ask_for_it() {
    let begin = MAPPING.find("[[command]]\nwhat = \"made\"").unwrap();
    let made = &MAPPING[begin..MAPPING.find("[maps.states]").unwrap()];
    let again = format!("{MAPPING}\n{}", made.replace("\"made\"", "\"again\""));
    let rows = rows_of(&again, &format!("{HEAD}7,A,KZ,,,no,soon,,\n")).unwrap();
    assert_eq!(errors(&rows[0]), [("end", "date_in_other_form")]);
}

#[test]
fn a_cell_that_is_missing_is_told_once_by_its_column_and_so_is_one_that_only_a_rule_misses() {
    let begin = MAPPING.find("[[command]]\nwhat = \"made\"").unwrap();
    let made = &MAPPING[begin..MAPPING.find("[maps.states]").unwrap()];
    let again = format!("{MAPPING}\n{}", made.replace("\"made\"", "\"again\""));
    let rows = rows_of(&again, &format!("{HEAD}7,,KZ,,,no,,,\n")).unwrap();
    assert_eq!(errors(&rows[0]), [("title", "cell_missing")]);
    let either = MAPPING
        .replace("verifiable = { column = \"check\", map = \"yes\" }", "verifiable = true")
        .replace("{ en = { text = \"{title} (no. {nr})\" } }", "{ en = { column = [\"title\", \"check\"] } }");
    let rows = rows_of(&either, &format!("{HEAD}7,,KZ,,,,,,\n")).unwrap();
    assert_eq!(errors(&rows[0]), [("title, check", "cell_missing")], "either of them would do");
    let row = one("7,A school,KZ,,,no,,,");
    assert_eq!(row.wishes[1].column("/data/amount"), Some("amount"), "where a rule misses what the cell would give");
}

#[test]
fn ids_do_not_follow_what_may_change_of_a_row() {
    let ids = |line: &str| one(line).wishes.iter().map(|w| w.request.command_id.clone()).collect::<Vec<_>>();
    let first = ids("7,A school,KZ,,,no,,,signed");
    assert_eq!(first, ids("7,Another title,KZ,\"1 250,50\",EUR,yes,1.1.2026,,in force"));
    assert_ne!(first, ids("8,A school,KZ,,,no,,,signed"));
    let moved = table(&format!("{HEAD}1,B,KZ,,,no,,,\n7,A school,KZ,,,no,,,\n")).unwrap();
    assert_eq!(moved[1].wishes[0].request.command_id, first[1]);
    assert_eq!(moved[1].wishes.len(), 1, "the party came with the first row");
}

#[test]
fn a_row_that_comes_twice_is_refused_the_second_time() {
    let rows = table(&format!("{HEAD}7,A,KZ,,,no,,,\n8,A,KZ,,,no,,,\n7,B,KZ,,,no,,,\n")).unwrap();
    assert_eq!((errors(&rows[0]), errors(&rows[1])), (vec![], vec![]));
    assert_eq!((errors(&rows[2]), rows[2].wishes.len()), (vec![("nr", "row_id_twice")], 0));
}

#[test]
fn a_table_that_was_cut_off_in_its_last_number_records_nothing_of_that_row() {
    let whole = format!("{HEAD}7,A,KZ,,,no,,,\n8,A,KZ,\"1 250,50\",EUR,no,,,\n");
    let cut = &whole[..whole.len() - 1];
    let rows = table(cut).unwrap();
    assert_eq!((errors(&rows[0]), rows[0].wishes.len()), (vec![], 2));
    assert_eq!((errors(&rows[1]), rows[1].wishes.len()), (vec![("-", "last_line_open")], 0));
    let told = MAPPING.replace("id = [\"nr\"]", "id = [\"nr\"]\nopen_end = true");
    let taken = rows_of(&told, cut).unwrap();
    assert_eq!(data(&taken[1].wishes[0])["amount"]["amount"], "1250.50");
    let warned = |row: &Row| row.warnings.iter().map(|warning| warning.code.clone()).collect::<Vec<_>>();
    assert_eq!((warned(&taken[0]), warned(&taken[1])), (vec![], vec!["last_line_taken".to_owned()]));
    assert_eq!(warned(&rows_of(&told, &whole).unwrap()[1]), Vec::<String>::new());
}

#[test]
fn rows_that_the_mapping_leaves_out_say_why() {
    let row = one("7,A,nowhere,,,,,,draft");
    assert_eq!((row.left_out.as_deref(), row.wishes.len(), row.errors.len()), (Some("a draft is no document"), 0, 0));
}

#[test]
fn a_command_is_made_only_where_its_conditions_hold() {
    let with = |when: &str| MAPPING.replace("shared = true\n", &format!("shared = true\nwhen = {when}\n"));
    for (when, holds) in [
        ("{ state = true }", true),
        ("{ state = false }", false),
        ("{ state = \"signed\" }", true),
        ("{ state = [\"open\", \"signed\"], check = \"no\" }", true),
        ("{ state = [\"open\", \"signed\"], check = \"yes\" }", false),
        ("{ state = { not = [\"signed\"] } }", false),
        ("{ state = { not = \"open\" } }", true),
    ] {
        let row = rows_of(&with(when), &format!("{HEAD}7,A,KZ,,,no,,,signed\n")).unwrap().remove(0);
        assert_eq!(row.wishes.len(), if holds { 2 } else { 1 }, "{when}");
    }
    assert!(refused(&with("{ state = { nott = \"open\" } }")).contains("{ not = [words] }"));
}

#[test]
fn a_value_map_may_lie_in_a_table_beside_the_input() {
    let mapping = |file: &str| {
        MAPPING.replace("weight = \"1\"", "weight = { column = \"nr\", map = \"shares\", default = \"9\" }")
            + &format!("[lookups.shares]\nfile = \"{file}\"\nkey = \"code\"\nvalue = \"share\"\n")
    };
    let row = |nr: &str| rows_of(&mapping("shares.csv"), &format!("{HEAD}{nr},A,KZ,,,no,,,\n")).unwrap().remove(0);
    assert_eq!(data(&row("1").wishes[1])["weight"], "0.5");
    assert_eq!(errors(&row("2")), [("nr", "missing_field")], "an empty meaning leaves the field out");
    assert_eq!(errors(&row("3")), [("nr", "value_not_mapped")]);
    let cut = rows_of(&mapping("cut.csv"), HEAD).unwrap_err().to_string();
    assert!(cut.contains("the last line of cut.csv"), "0.5 may have been 0.55: {cut}");
    let missing = rows_of(&mapping("none.csv"), HEAD).unwrap_err().to_string();
    assert!(missing.contains("none.csv"), "{missing}");
}

#[test]
fn a_column_that_is_not_there_is_told_with_the_one_that_may_be_meant() {
    let error = table("nr,titel,parties,amount,currency,check,end,end_planned,state\n").unwrap_err().to_string();
    assert!(error.contains("`title`") && error.contains("did you mean `titel`"), "{error}");
    assert!(!error.contains("delimiter"), "{error}");
    let error = table("nr;title;parties\n").unwrap_err().to_string();
    assert!(error.contains("nr;title;parties") && error.contains("`delimiter`"), "{error}");
    let error = table("nr,nr\n").unwrap_err().to_string();
    assert!(error.contains("`nr` stands there twice"), "{error}");
    assert!(matches!(table(""), Err(InputError::Empty)));
}

fn refused(mapping: &str) -> String {
    let error: MappingError = Mapping::parse(mapping).unwrap_err();
    error.to_string()
}

#[test]
fn a_mapping_with_a_mistake_is_refused_with_what_is_meant() {
    let with = |from: &str, to: &str| {
        assert!(MAPPING.contains(from), "{from}");
        refused(&MAPPING.replace(from, to))
    };
    for (from, to, words) in [
        ("verbatim =", "verbatin =", vec!["verbatin", "did you mean `verbatim`"]),
        ("map = \"yes\"", "mapp = \"yes\"", vec!["`mapp`", "did you mean `map`"]),
        ("MakeCommitment", "MakeComitment", vec!["did you mean `MakeCommitment`"]),
        ("map = \"yes\"", "map = \"ja\"", vec!["[maps.ja]"]),
        ("[maps.yes]", "[maps.no]", vec!["[maps.yes]"]),
        ("name = \"register\"", "name = \"Our Register\"", vec!["source.name", "a to z"]),
        ("id = [\"nr\"]", "id = []", vec!["table.id"]),
        ("id = [\"nr\"]", "id = [\"nr\"]\nencoding = \"klingon\"", vec!["table.encoding", "windows-1251"]),
        ("id = [\"nr\"]", "id = [\"nr\"]\ndelimiter = \"»\"", vec!["table.delimiter"]),
        ("what = \"made\"", "what = \"party\"", vec!["`party` stands there twice"]),
        ("weight = \"1\"", "weight = 1.5", vec!["in quotes"]),
        ("{ state = \"draft\" }", "{ state = 3 }", vec!["leave_out.when.state"]),
        (", currency = { column = \"currency\" }", "", vec!["`currency` of the money"]),
        ("separator = \";\", each", "each", vec!["`separator` and `each`"]),
        ("decimal = \",\"", "decimal = \",,\"", vec!["one sign"]),
        ("decimal = \",\", group = \" \"", "group = \".\"", vec!["amount.group", "name another sign as `decimal`"]),
        ("group = \" \"", "group = \",\"", vec!["amount.group", "cannot stand before the decimals"]),
        ("group = \" \"", "group = \"0\"", vec!["amount.group", "a digit"]),
        ("planned_end =", "planed_end =", vec!["`planed_end`", "did you mean `planned_end`", "obligors"]),
        ("modality = \"finance\"\n", "", vec!["command `made`.data", "needs the field `modality`"]),
    ] {
        let error = with(from, to);
        assert!(words.iter().all(|word| error.contains(word)), "{to}: {error}");
    }
    assert!(refused(&format!("{MAPPING}\n[command.envelope]\nnote = \"x\"\n")).contains("command"), "a table twice");
    let own = MAPPING.replace("[maps.states]", "[command.envelope]\nnote = \"x\"\n[maps.states]");
    assert!(refused(&own).contains("`note` cannot be set here"));
    let none = "[source]\nname = \"x\"\ntitle = \"x\"\n[table]\nid = [\"a\"]\n";
    assert!(refused(none).contains("[[command]]"));
}

#[test]
fn every_mapping_of_the_project_can_be_used() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/import");
    let mut count = 0;
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let read = match name.as_str() {
            name if !name.ends_with(".toml") => continue,
            name if name.starts_with("iati-") => crate::iati::Mapping::parse(&text).map(drop),
            name if name.starts_with("ocds-") => crate::ocds::Mapping::parse(&text).map(drop),
            _ => Mapping::parse(&text).map(drop),
        };
        assert!(read.is_ok(), "{name}: {read:?}");
        count += 1;
    }
    assert!(count >= 7, "{count} mappings");
}
