//! What the rows of a table can be, and the mapping that follows from what a person says of its columns.
//!
//! A mapping is written as the command line reads one, so that what is imported here can be imported there. Parties
//! may stand in a table by id or by a name that the ledger knows. Deliberately absent: expressions, and any column
//! that has to be prepared; whoever needs more writes the mapping themselves.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pages::record::form::Answers;

/// Something that a column of a table can give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// Its name in the forms and in the keys of its texts.
    pub(crate) name: &'static str,
    pub(crate) needed: bool,
    /// Whether its cells name parties.
    pub(crate) parties: bool,
}

const fn needed(name: &'static str) -> Target {
    Target { name, needed: true, parties: false }
}

const fn optional(name: &'static str) -> Target {
    Target { name, needed: false, parties: false }
}

const fn of_parties(name: &'static str, needed: bool) -> Target {
    Target { name, needed, parties: true }
}

/// What the rows of a table are.
pub(crate) struct Kind {
    pub(crate) id: &'static str,
    pub(crate) targets: &'static [Target],
    command: fn(&Columns<'_>) -> String,
}

/// Every kind.
pub(crate) static KINDS: &[Kind] = &[
    Kind {
        id: "commitments",
        targets: &[
            needed("id"),
            needed("statement"),
            of_parties("obligors", true),
            of_parties("beneficiaries", false),
            optional("agreement"),
            optional("amount"),
            optional("currency"),
            optional("due"),
        ],
        command: commitments,
    },
    Kind {
        id: "milestones",
        targets: &[needed("id"), needed("commitment"), needed("title"), optional("due")],
        command: milestones,
    },
    Kind {
        id: "achieved",
        targets: &[
            needed("id"),
            needed("commitment"),
            needed("milestone"),
            needed("date"),
            of_parties("reporter", true),
            optional("deliverable"),
        ],
        command: achieved,
    },
    Kind {
        id: "payments",
        targets: &[
            needed("id"),
            needed("commitment"),
            needed("amount"),
            needed("currency"),
            needed("date"),
            of_parties("payer", true),
            of_parties("payee", true),
            optional("flow"),
            optional("reference"),
        ],
        command: payments,
    },
];

/// The kind of a name.
pub(crate) fn kind(id: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// What a person said of a table.
pub(crate) struct Columns<'a> {
    pub(crate) answers: &'a Answers,
    /// The source's short name.
    pub(crate) source: &'a str,
}

/// A text as TOML writes it; JSON writes it the same way.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Columns<'_> {
    /// The column of a target, quoted; none where no column gives it.
    fn column(&self, target: &str) -> Option<String> {
        let column = self.answers.text(&format!("column-{target}"));
        (!column.is_empty()).then(|| quoted(column))
    }

    fn cell(&self, target: &str) -> Option<String> {
        self.column(target).map(|column| format!("{{ column = {column} }}"))
    }

    fn id(&self, target: &str) -> Option<String> {
        self.column(target)
            .map(|column| format!("{{ column = {column}, slug = {} }}", quoted(&format!("{}-", self.source))))
    }

    /// Dates with the day before the month, or as the ledger writes them.
    fn date(&self, target: &str) -> Option<String> {
        const FORMS: &str = r#"["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "fuzzy"]"#;
        self.column(target).map(|column| format!("{{ column = {column}, date = {FORMS} }}"))
    }

    fn parties(&self, target: &str) -> Option<String> {
        let each = "each = { item = true, map = \"parties\" }";
        self.column(target).map(|column| format!("{{ column = {column}, separator = \";\", {each} }}"))
    }

    fn party(&self, target: &str) -> Option<String> {
        self.column(target).map(|column| format!("{{ column = {column}, map = \"parties\" }}"))
    }

    fn money(&self) -> Option<String> {
        let amount = self.column("amount")?;
        let currency = match self.cell("currency") {
            Some(cell) => cell,
            None => quoted(&self.answers.text("currency").to_ascii_uppercase()),
        };
        let (decimal, group) = if self.answers.text("numbers") == "comma" { (",", " ") } else { (".", ",") };
        Some(format!("{{ money = {amount}, currency = {currency}, decimal = {decimal:?}, group = {group:?} }}"))
    }

    fn lang(&self) -> &str {
        match self.answers.text("lang") {
            "" => "en",
            lang => lang,
        }
    }

    /// A command of each row: its name, its fields, those of its envelope.
    fn command(
        &self,
        what: &str,
        name: &str,
        data: &[(&str, Option<String>)],
        envelope: &[(&str, Option<String>)],
    ) -> String {
        let lines = |fields: &[(&str, Option<String>)]| -> String {
            fields.iter().filter_map(|(key, value)| Some(format!("{key} = {}\n", value.as_ref()?))).collect()
        };
        let mut text = format!("[[command]]\nwhat = {what:?}\ncommand = {name:?}\n[command.data]\n{}", lines(data));
        let envelope = lines(envelope);
        if !envelope.is_empty() {
            text.push_str(&format!("[command.envelope]\n{envelope}"));
        }
        text
    }
}

fn fixed(text: &str) -> Option<String> {
    Some(quoted(text))
}

fn commitments(columns: &Columns<'_>) -> String {
    let said = columns.cell("statement").map(|cell| format!("{{ {} = {cell} }}", columns.lang()));
    let status = match columns.column("amount") {
        Some(amount) => Some(format!("{{ column = {amount}, filled = \"known\", empty = \"unknown\" }}")),
        None => fixed("unknown"),
    };
    let modality = columns.answers.text("modality");
    let data = [
        ("commitment_id", columns.id("id")),
        ("agreement_id", columns.cell("agreement")),
        ("obligors", columns.parties("obligors")),
        ("beneficiaries", columns.parties("beneficiaries")),
        ("modality", fixed(if modality.is_empty() { "works" } else { modality })),
        ("statement", said),
        ("amount", columns.money()),
        ("value_status", status),
        ("planned_end", columns.date("due")),
        ("weight", fixed("1")),
        ("verifiable", Some("true".to_owned())),
        ("counts_toward_totals", Some("true".to_owned())),
    ];
    columns.command("promise", "MakeCommitment", &data, &[])
}

fn milestones(columns: &Columns<'_>) -> String {
    let titles = columns.cell("title").map(|cell| format!("{{ {} = {cell} }}", columns.lang()));
    let data = [
        ("commitment_id", columns.cell("commitment")),
        ("milestone_id", columns.id("id")),
        ("titles", titles),
        ("milestone_type", fixed("delivery")),
        ("due", columns.date("due")),
        ("weight", fixed("1")),
    ];
    columns.command("milestone", "PlanMilestone", &data, &[])
}

fn achieved(columns: &Columns<'_>) -> String {
    let data = [
        ("commitment_id", columns.cell("commitment")),
        ("milestone_id", columns.cell("milestone")),
        ("achieved_on", columns.date("date")),
        ("deliverable", columns.cell("deliverable")),
    ];
    columns.command("achieved", "AchieveMilestone", &data, &[("reported_by", columns.party("reporter"))])
}

fn payments(columns: &Columns<'_>) -> String {
    let data = [
        ("commitment_id", columns.cell("commitment")),
        ("flow_id", columns.cell("flow").or_else(|| columns.id("id"))),
        ("amount", columns.money()),
        ("value_date", columns.date("date")),
        ("payer", columns.party("payer")),
        ("payee", columns.party("payee")),
        ("reference", columns.cell("reference")),
    ];
    columns.command("payment", "DisburseFunds", &data, &[("reported_by", columns.party("payer"))])
}

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The file's name.
    pub(crate) name: String,
    pub(crate) encoding: &'static str,
    pub(crate) delimiter: char,
    pub(crate) sheet: Option<String>,
}

/// The mapping of a table, as text.
pub(crate) fn mapping(
    kind: &Kind,
    columns: &Columns<'_>,
    written: &Written,
    parties: &BTreeMap<String, String>,
) -> String {
    let id = columns.column("id").unwrap_or_else(|| quoted(""));
    let sheet = written.sheet.as_ref().map(|sheet| format!("sheet = {}\n", quoted(sheet))).unwrap_or_default();
    let mut text = format!(
        "[source]\nname = {}\ntitle = {}\nlang = {}\n\n[table]\nid = [{id}]\nencoding = {}\ndelimiter = {}\n{sheet}\n",
        quoted(columns.source),
        quoted(&written.name),
        quoted(columns.lang()),
        quoted(written.encoding),
        quoted(&written.delimiter.to_string()),
    );
    text.push_str(&(kind.command)(columns));
    text.push_str("\n[maps.parties]\n");
    for (word, party) in parties {
        text.push_str(&format!("{} = {}\n", quoted(word), quoted(party)));
    }
    text
}

/// Longest short name of a source, in bytes.
const SOURCE_BYTES_MAX: usize = 24;

/// The short name of a source, from what a person calls the table: it stands in the ids of what its rows record, so
/// that the same table is known again.
pub(crate) fn source_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(SOURCE_BYTES_MAX);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "table".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_interop::mapping::Mapping;

    #[test]
    fn every_kind_makes_a_mapping_that_the_importer_reads() {
        for kind in KINDS {
            let said =
                kind.targets.iter().map(|target| (format!("column-{}", target.name), format!("{} \"x\"", target.name)));
            let mut answers: Answers = said.collect();
            for numbers in ["comma", "point"] {
                answers.set("numbers", numbers);
                let columns = Columns { answers: &answers, source: "works" };
                let parties = BTreeMap::from([("Қазақстан \"KZ\"".to_owned(), "kaz".to_owned())]);
                let written = Written {
                    name: "a\\b.csv".into(),
                    encoding: "utf-8",
                    delimiter: ';',
                    sheet: Some("Лист 1".into()),
                };
                let text = mapping(kind, &columns, &written, &parties);
                let read = Mapping::parse(&text);
                assert!(read.is_ok(), "{}: {:?}\n{text}", kind.id, read.err());
            }
        }
    }

    #[test]
    fn what_needs_no_column_may_stay_without_one() {
        for kind in KINDS {
            let needed = kind.targets.iter().filter(|target| target.needed);
            let answers: Answers = needed.map(|target| (format!("column-{}", target.name), target.name)).collect();
            let columns = Columns { answers: &answers, source: "works" };
            let written = Written { name: "a.csv".into(), encoding: "utf-8", delimiter: '\t', sheet: None };
            let text = mapping(kind, &columns, &written, &BTreeMap::new());
            assert!(Mapping::parse(&text).is_ok(), "{}: {:?}\n{text}", kind.id, Mapping::parse(&text).err());
        }
    }

    #[test]
    fn a_source_has_a_short_name_of_small_letters() {
        assert_eq!(source_name("Works 2025 (final).xlsx"), "works-2025-final-xlsx");
        assert_eq!(source_name("Кесте"), "table");
        assert!(source_name(&"a".repeat(60)).len() <= SOURCE_BYTES_MAX);
    }
}
