//! What became of each row, as a line for a person or for a program, and what all of it came to.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use serde::Serialize;
use servanda_api::{Lang, Problem, Words, flag_name};
use servanda_interop::{Row, RowError};
use servanda_log::Outcome;

/// Streams that the line of a flag names; beyond that it counts them.
const AGAINST_MAX: usize = 5;

/// What became of a row. The greatest of what became of its commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// The mapping leaves it out.
    LeftOut,
    /// It is so already.
    Left,
    /// It was recorded.
    Created,
    /// What it had recorded was corrected.
    Changed,
    /// Something of it was refused.
    Refused,
}

/// A row's answer.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    status: Status,
    entries: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Flagged>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Trouble>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Flagged {
    what: String,
    flag: String,
    sentence: String,
    /// Streams that the rule looked at, as they stood then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checked_against: Vec<String>,
}

/// Why something of a row was refused.
#[derive(Debug, Serialize)]
pub(super) struct Trouble {
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    code: String,
    sentence: String,
}

/// What rows came to together.
#[derive(Debug, Default, Serialize)]
struct Counts {
    rows: u64,
    created: u64,
    changed: u64,
    left: u64,
    left_out: u64,
    refused: u64,
    entries: u64,
    flagged_rows: u64,
    flags: BTreeMap<String, u64>,
    refusals: BTreeMap<String, u64>,
}

/// The answers to all rows.
pub(super) struct Report {
    json: bool,
    dry_run: bool,
    words: Words,
    counts: Counts,
    /// `None` once whoever read the lines has gone; the rows are imported all the same.
    out: Option<io::BufWriter<io::Stdout>>,
}

impl Line {
    pub(super) fn of(row: &Row, words: &Words) -> Self {
        let mut line = Self {
            row: row.number,
            id: row.id.clone(),
            status: if row.left_out.is_some() { Status::LeftOut } else { Status::Left },
            entries: 0,
            flags: Vec::new(),
            problems: Vec::new(),
            remarks: row.left_out.iter().cloned().collect(),
        };
        let warned = row.warnings.iter().map(|warning| words.sentence(&warning.code, &warning.params, Lang::En));
        line.remarks.extend(warned);
        for RowError { column, error } in &row.errors {
            let sentence = words.sentence(&error.code, &error.params, Lang::En);
            line.refuse(Trouble { what: None, column: column.clone(), code: error.code.clone(), sentence });
        }
        line
    }

    /// The number of the row.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// The source's id of the row; nothing where it has none.
    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    fn at_least(&mut self, status: Status) {
        self.status = self.status.max(status);
    }

    /// A command of the row was answered.
    pub(super) fn recorded(&mut self, what: &str, outcome: &Outcome, as_what: Status, words: &Words) {
        if outcome.repeated || outcome.entries.is_empty() {
            return;
        }
        self.at_least(as_what);
        self.entries += outcome.entries.len();
        for flag in outcome.entries.iter().flat_map(|entry| &entry.fact.flags) {
            self.flags.push(Flagged {
                what: what.to_owned(),
                flag: flag_name(flag.code),
                sentence: words.flag(flag.code, Lang::En),
                checked_against: flag.checked_against.iter().map(ToString::to_string).collect(),
            });
        }
    }

    /// A command of the row was refused; `column` is where its value at fault came from.
    pub(super) fn refused(&mut self, what: &str, column: Option<&str>, problem: &Problem, words: &Words) {
        self.refuse(Trouble {
            what: Some(what.to_owned()),
            column: column.map(str::to_owned).or_else(|| problem.pointer().map(str::to_owned)),
            code: problem.code().to_owned(),
            sentence: problem.detail(words, Lang::En),
        });
    }

    fn refuse(&mut self, trouble: Trouble) {
        self.at_least(Status::Refused);
        // Commands of a row that have the same cell find the same fault in it.
        let told = |known: &Trouble| (&known.column, &known.sentence) == (&trouble.column, &trouble.sentence);
        if !self.problems.iter().any(told) {
            self.problems.push(trouble);
        }
    }

    /// Something that a person should know.
    pub(super) fn remark(&mut self, what: &str, remark: &str) {
        self.remarks.push(format!("{what}: {remark}"));
    }

    fn text(&self) -> String {
        let id = self.id.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
        let status = match self.status {
            Status::LeftOut => "left out",
            Status::Left => "left as it is",
            Status::Created => "created",
            Status::Changed => "changed",
            Status::Refused => "refused",
        };
        let mut text = format!("row {}{id}: {status}", self.row);
        if self.entries > 0 {
            let entries = if self.entries == 1 { "entry" } else { "entries" };
            text.push_str(&format!(", {} {entries}", self.entries));
        }
        for Trouble { what, column, code, sentence } in &self.problems {
            let what = what.as_ref().map_or_else(String::new, |what| format!("{what}: "));
            let column = column.as_ref().map_or_else(String::new, |column| format!("column {column}: "));
            text.push_str(&format!("; {what}{column}{code}: {sentence}"));
        }
        let mut flags: Vec<(&Flagged, Vec<&str>)> = Vec::new();
        for flagged in &self.flags {
            let against = flagged.checked_against.iter().map(String::as_str);
            match flags.iter_mut().find(|(known, _)| known.what == flagged.what && known.flag == flagged.flag) {
                Some((_, all)) => all.extend(against),
                None => flags.push((flagged, against.collect())),
            }
        }
        for (Flagged { what, flag, sentence, .. }, against) in flags {
            let shown = against.iter().take(AGAINST_MAX).copied().collect::<Vec<_>>().join(", ");
            let against = match against.len() {
                0 => String::new(),
                n if n > AGAINST_MAX => format!(" ({shown} and {} more)", n - AGAINST_MAX),
                _ => format!(" ({shown})"),
            };
            text.push_str(&format!("; {what}: flag {flag}: {sentence}{against}"));
        }
        for remark in &self.remarks {
            text.push_str(&format!("; {remark}"));
        }
        text.replace(['\n', '\r'], " ")
    }
}

impl Report {
    pub(super) fn new(json: bool, dry_run: bool) -> Self {
        let out = Some(io::BufWriter::with_capacity(64 * 1024, io::stdout()));
        Self { json, dry_run, words: Words::new(), counts: Counts::default(), out }
    }

    /// The sentences.
    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    /// Rows that were refused.
    pub(super) fn refused(&self) -> u64 {
        self.counts.refused
    }

    /// Prints a row's answer.
    pub(super) fn print(&mut self, line: &Line) -> Result<()> {
        let counts = &mut self.counts;
        counts.rows += 1;
        counts.entries += line.entries as u64;
        *match line.status {
            Status::LeftOut => &mut counts.left_out,
            Status::Left => &mut counts.left,
            Status::Created => &mut counts.created,
            Status::Changed => &mut counts.changed,
            Status::Refused => &mut counts.refused,
        } += 1;
        let mut flags: Vec<&str> = line.flags.iter().map(|flagged| flagged.flag.as_str()).collect();
        counts.flagged_rows += u64::from(!flags.is_empty());
        flags.sort_unstable();
        flags.dedup();
        for flag in flags {
            *counts.flags.entry(flag.to_owned()).or_default() += 1;
        }
        let mut codes: Vec<&str> = line.problems.iter().map(|trouble| trouble.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *counts.refusals.entry(code.to_owned()).or_default() += 1;
        }
        let text = if self.json { serde_json::to_string(line)? } else { line.text() };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let Some(out) = &mut self.out else { return Ok(()) };
        match writeln!(out, "{text}") {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.out = None,
            written => written.context("the answers cannot be written")?,
        }
        Ok(())
    }

    /// Writes what waits; an import that failed is told after the lines that it came to.
    pub(super) fn finish(&mut self, done: Result<()>) -> Result<()> {
        if self.json {
            let summary = serde_json::json!({ "summary": &self.counts, "dry_run": self.dry_run });
            self.write(&summary.to_string())?;
        }
        if let Some(Err(error)) = self.out.as_mut().map(io::Write::flush)
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            return Err(error).context("the answers cannot be written");
        }
        done
    }

    /// What all of it came to, in a sentence.
    pub(super) fn summary(&self) -> String {
        let c = &self.counts;
        let mut text = format!(
            "{} rows: {} created, {} changed, {} left as they are, {} left out, {} refused; {} entries",
            c.rows, c.created, c.changed, c.left, c.left_out, c.refused, c.entries
        );
        for (head, codes) in [("rows with a flag", &c.flags), ("rows refused for", &c.refusals)] {
            let listed: Vec<String> = codes.iter().map(|(code, rows)| format!("{code} {rows}")).collect();
            if !listed.is_empty() {
                text.push_str(&format!("; {head}: {}", listed.join(", ")));
            }
        }
        if self.dry_run {
            text.push_str(" (dry run: nothing is kept)");
        }
        text
    }
}
