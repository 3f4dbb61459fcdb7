//! `progress`: how far promises are kept, at a date, as known at a moment; as a table or as JSON, with what is behind
//! it.
//!
//! It never makes a ledger, and asks beside a service that runs. Deliberately absent: the formulas, which are the
//! projector's.

mod ask;
mod explain;
mod lists;
mod table;

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::{LedgerName, Position};
use servanda_log::Log;
use servanda_projector::At;

use crate::args::{Moment, ProgressArgs};
use crate::ending::usage;
use crate::open;
use crate::output::{print_json, print_text, say};

use self::ask::{Answer, Subject};

/// The answer as JSON.
#[derive(Serialize)]
struct Shown<'a> {
    ledger: &'a LedgerName,
    as_of: LedgerDate,
    known_at: KnownAt,
    of: String,
    progress: Value,
    /// The entries behind the figures, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<explain::Source>,
}

#[derive(Serialize)]
struct KnownAt {
    position: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Instant>,
}

pub(crate) fn run(args: &ProgressArgs) -> Result<()> {
    let subject = Subject::of(args.kind, args.id.as_deref())?;
    let settings = open::settings(&args.place, Vec::new())?;
    let log = open::log_to_read(&settings)?;
    let as_of = args.as_of.unwrap_or_else(|| log.now().date());
    let (known_at, time) = match args.known_at {
        None => (log.head(), None),
        Some(Moment::Position(position)) if position > log.head() => {
            return Err(usage(format!("position {position} is ahead of the log, whose last entry is {}", log.head())));
        }
        Some(Moment::Position(position)) => (position, None),
        Some(Moment::Time(time)) => (log.position_at(time)?, Some(time)),
    };
    let at = At { as_of, known_at };
    let (applied, answer) = ask::ask(&settings, &log, at, &subject, args.currency)?;
    if applied < known_at {
        say(format!("the read model is at position {applied} of {known_at}; the figures are as known at {applied}"));
    }
    let at = At { known_at: known_at.min(applied), ..at };
    let progress = match &answer {
        Answer::Commitment(figures, _) => serde_json::to_value(figures)?,
        Answer::Rollup(rollup) => serde_json::to_value(rollup)?,
    };
    if args.json {
        let entries = if args.explain { sources(&log, &progress)? } else { Vec::new() };
        let known_at = KnownAt { position: at.known_at, time };
        return print_json(&Shown {
            ledger: log.ledger(),
            as_of,
            known_at,
            of: subject.to_string(),
            progress,
            entries,
        });
    }
    let mut text = heading(&log, &subject, at, time);
    match &answer {
        Answer::Commitment(figures, view) => table::commitment(figures, view.as_deref(), &mut text),
        Answer::Rollup(rollup) => table::rollup(rollup, &mut text),
    }
    if args.explain {
        let sources = sources(&log, &progress)?;
        explain::figures(&progress, &sources, &mut text);
    }
    print_text(&text)
}

fn heading(log: &Log, subject: &Subject, at: At, time: Option<Instant>) -> String {
    let time = time.map_or_else(String::new, |time| format!(" ({time})"));
    let marked = if log.ledger().as_str() == "demo" { " - a demonstration, partly invented" } else { "" };
    format!(
        "{subject} in ledger {}{marked}\nas of {}, as known at position {}{time}\n\n",
        log.ledger(),
        at.as_of,
        at.known_at
    )
}

/// The entries behind all figures of an answer, each once.
fn sources(log: &Log, progress: &Value) -> Result<Vec<explain::Source>> {
    let mut positions = BTreeSet::new();
    explain::positions(progress, &mut positions);
    positions.into_iter().map(|position| explain::Source::of(log, position)).collect()
}
