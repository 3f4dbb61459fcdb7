//! What would become of each row, by the same rules as any command, before anything is recorded.
//!
//! A row of which one command is refused is not recorded at all. Rows see those before them, as they will be recorded.
//! Whether a second person is wanted is asked of the table as a whole, see [`super::second`].
//! Deliberately absent: recording, see [`super::recording`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use servanda_events::field_error::FieldError;
use servanda_events::ids::Position;
use servanda_events::{Refusal, Request};
use servanda_interop::caused::Refused;
use servanda_interop::{Row, RowError, Source, Wish};
use servanda_log::{Log, Outcome, Rehearsal, TransactError};

use crate::app::App;
use crate::auth::Caller;
use crate::change::{self, Change};
use crate::pages::{in_the_way, say};
use crate::problem::Problem;
use crate::words::{Lang, Words};

/// What would become of a row. The greatest of what would become of its commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// The mapping leaves it out.
    LeftOut,
    /// It is so already.
    Same,
    /// It would be recorded.
    Create,
    /// What it recorded before would be corrected.
    Change,
    /// Something is wrong with it.
    Wrong,
}

/// What is wrong with a row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) code: String,
    /// The column.
    pub(crate) column: Option<String>,
    /// What stands there.
    pub(crate) found: Option<String>,
    /// What is wrong, and what to do.
    pub(crate) sentence: String,
    /// The entry that is in the way.
    pub(crate) entry: Option<Position>,
}

impl Trouble {
    /// The column with what stands there, as the language quotes it.
    pub(crate) fn place(&self, lang: Lang) -> Option<String> {
        let column = ("column", self.column.as_ref()?.into());
        Some(match &self.found {
            Some(found) => say::say(lang, "import-place-found", &[column, ("found", found.into())]),
            None => say::say(lang, "import-place", &[column]),
        })
    }
}

/// A row with what would become of it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) id: Option<String>,
    pub(crate) status: Status,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) warnings: Vec<String>,
    pub(crate) entries: usize,
    /// What is to be recorded of it.
    pub(crate) requests: Vec<Request>,
}

/// Errors of one cause.
#[derive(Debug, Serialize)]
pub(crate) struct Cause {
    pub(crate) sentence: String,
    pub(crate) column: Option<String>,
    pub(crate) count: usize,
    /// The first rows that have it.
    pub(crate) rows: Vec<u64>,
}

/// How many of a list are named.
const NAMED_MAX: usize = 5;

/// Looks at rows one after the other.
pub(crate) struct Preview<'a> {
    app: &'a App,
    log: &'a Log,
    source: &'a Source,
    caller: &'a Caller,
    lang: Lang,
    rehearsal: Rehearsal,
}

impl<'a> Preview<'a> {
    pub(crate) fn new(app: &'a App, source: &'a Source, caller: &'a Caller, lang: Lang) -> Self {
        let log = app.log();
        Self { app, log, source, caller, lang, rehearsal: log.rehearsal() }
    }

    /// What would become of a row.
    pub(crate) fn line(&mut self, row: Row) -> Result<Line, Problem> {
        let warned = |warning: &FieldError| Words::shared().sentence(&warning.code, &warning.params, self.lang);
        let mut line = Line {
            number: row.number,
            id: row.id,
            status: if row.left_out.is_some() { Status::LeftOut } else { Status::Same },
            troubles: row.errors.iter().map(|error| self.misread(error)).collect(),
            warnings: row.left_out.into_iter().chain(row.warnings.iter().map(warned)).collect(),
            entries: 0,
            requests: Vec::new(),
        };
        if !line.troubles.is_empty() {
            line.status = Status::Wrong;
            return Ok(line);
        }
        let name = format!("{}, row {} ({})", self.source.name, row.number, line.id.as_deref().unwrap_or_default());
        let mut refused = Refused::default();
        for wish in row.wishes {
            self.wish(wish, &name, &mut line, &mut refused)?;
        }
        if line.status == Status::Wrong {
            line.requests.clear();
            line.entries = 0;
        }
        Ok(line)
    }

    fn misread(&self, error: &RowError) -> Trouble {
        let params = &error.error.params;
        // The map of parties is made from the ledger, so the remedy lies there.
        let of_parties = params.get("map").is_some_and(|map| map == "parties");
        let unmapped = error.error.code == "value_not_mapped" && of_parties;
        let code = if unmapped { "party_not_known" } else { &error.error.code };
        Trouble {
            code: code.to_owned(),
            column: error.column.clone(),
            found: params.get("value").cloned(),
            sentence: Words::shared().sentence(code, params, self.lang),
            entry: None,
        }
    }

    fn wish(&mut self, mut wish: Wish, name: &str, line: &mut Line, refused: &mut Refused) -> Result<(), Problem> {
        if let Err(problem) = self.caller.may_state(Arc::make_mut(&mut wish.request), self.log) {
            return self.refused(&wish, &problem, line);
        }
        match self.rehearsal.next(&wish.request, &self.caller.actor) {
            Ok(outcome) => taken(line, &outcome, (*wish.request).clone(), Status::Create, self.lang),
            Err(TransactError::CommandIdReused { .. }) if wish.shared => {}
            Err(TransactError::CommandIdReused { .. }) => self.again(&wish, name, line)?,
            Err(TransactError::Refused(refusal)) if wish.shared && is_there_already(&refusal) => {}
            Err(TransactError::Log(error)) => return Err(error.into()),
            Err(error) => {
                let refusal = match &error {
                    TransactError::Refused(refusal) => Some(refusal),
                    _ => None,
                };
                // What only lacks what was refused before is no trouble of its own.
                if !refused.follows(&wish.request.command, refusal) {
                    self.refused(&wish, &error.into(), line)?;
                }
            }
        }
        Ok(())
    }

    /// The row was imported before, and says otherwise now.
    fn again(&mut self, wish: &Wish, name: &str, line: &mut Line) -> Result<(), Problem> {
        match change::of(self.log, wish, self.source, name).map_err(Problem::internal)? {
            Change::Same => {}
            Change::MendedSince(_) => {
                line.warnings.push(say::text(self.lang, "import-mended"));
            }
            Change::OfSomethingElse => {
                let problem = Problem::new(axum::http::StatusCode::CONFLICT, "import_id_taken");
                self.refused(wish, &problem, line)?;
            }
            Change::Correct(mut correction) => {
                if let Err(problem) = self.caller.may_state(&mut correction, self.log) {
                    return self.refused(wish, &problem, line);
                }
                match self.rehearsal.next(&correction, &self.caller.actor) {
                    Ok(outcome) => taken(line, &outcome, *correction, Status::Change, self.lang),
                    Err(TransactError::Log(error)) => return Err(error.into()),
                    Err(error) => self.refused(wish, &error.into(), line)?,
                }
            }
        }
        Ok(())
    }

    fn refused(&self, wish: &Wish, problem: &Problem, line: &mut Line) -> Result<(), Problem> {
        let told = in_the_way::told(self.app, problem, self.lang)?;
        line.status = Status::Wrong;
        let trouble = Trouble {
            code: problem.code().to_owned(),
            column: problem.pointer().and_then(|pointer| wish.column(pointer)).map(str::to_owned),
            found: problem.params().get("value").cloned(),
            sentence: told.sentence,
            entry: told.entry,
        };
        // Commands of a row that have the same cell find the same fault in it.
        if !line.troubles.contains(&trouble) {
            line.troubles.push(trouble);
        }
        Ok(())
    }
}

fn taken(line: &mut Line, outcome: &Outcome, request: Request, status: Status, lang: Lang) {
    if outcome.repeated || outcome.entries.is_empty() {
        return;
    }
    line.status = line.status.max(status);
    line.entries += outcome.entries.len();
    line.requests.push(request);
    let flags = outcome.entries.iter().flat_map(|entry| &entry.fact.flags);
    for warning in flags.map(|flag| Words::shared().warning(flag, lang)) {
        if !line.warnings.contains(&warning) {
            line.warnings.push(warning);
        }
    }
}

/// A thing that rows have in common may be in the ledger already.
fn is_there_already(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::PartyAlreadyRegistered { .. }
            | Refusal::AgreementAlreadyRegistered
            | Refusal::PackageAlreadyAnnounced
            | Refusal::RateAlreadyRecorded
            | Refusal::IndicatorAlreadyDefined
    )
}

/// What is wrong, by cause, the commonest first.
pub(crate) fn causes(lines: &[Line]) -> Vec<Cause> {
    let mut causes: BTreeMap<(String, Option<String>), Cause> = BTreeMap::new();
    for line in lines {
        for trouble in &line.troubles {
            let key = (trouble.code.clone(), trouble.column.clone());
            let cause = causes.entry(key).or_insert_with(|| Cause {
                sentence: trouble.sentence.clone(),
                column: trouble.column.clone(),
                count: 0,
                rows: Vec::new(),
            });
            cause.count += 1;
            if cause.rows.len() < NAMED_MAX {
                cause.rows.push(line.number);
            }
        }
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}
