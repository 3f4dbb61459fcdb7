//! The answer to a line: what became of it, where its entries stand, or why there are none.

use serde::Serialize;
use servanda_api::{Lang, Problem, Words, flag_name};
use servanda_events::ids::{CommandId, Position, Revision, StreamId};
use servanda_events::request::ParseError;
use servanda_log::{Acknowledged, LogError, Outcome, TransactError};

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// It is in the ledger now.
    Recorded,
    /// It was so already; nothing was recorded.
    Already,
    /// The same command was recorded before.
    Repeated,
    /// The rules say no.
    Refused,
    /// A field is wrong.
    Invalid,
    /// It is no command at all.
    Unreadable,
}

/// The answer to a line.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    line: u64,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    command_id: Option<CommandId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<StreamId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<Revision>,
    /// Positions of the entries; of the first answer's where it is repeated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    positions: Vec<Position>,
    /// What is certain of them: `checkpointed` or `durable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<&'static str>,
    /// Warnings that stand in the entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
}

impl Answer {
    /// The answer to a line that the log answered.
    pub(super) fn of(line: u64, dry_run: bool, outcome: &Outcome, acknowledged: Acknowledged) -> Self {
        let status = match (outcome.repeated, outcome.entries.is_empty()) {
            (true, _) => Status::Repeated,
            (false, true) => Status::Already,
            (false, false) => Status::Recorded,
        };
        let flags = outcome.entries.iter().flat_map(|entry| &entry.fact.flags);
        Self {
            command_id: Some(outcome.command_id.clone()),
            stream: Some(outcome.stream.clone()),
            revision: Some(outcome.revision),
            positions: outcome.entries.iter().map(|entry| entry.fact.position).collect(),
            acknowledged: (!outcome.entries.is_empty() && !dry_run).then(|| acknowledged.word()),
            flags: flags.map(|flag| flag_name(flag.code)).collect(),
            ..Self::bare(line, dry_run, status)
        }
    }

    /// The answer to a line that is no command.
    pub(super) fn not_read(line: u64, dry_run: bool, error: ParseError, words: &Words) -> Self {
        let status = match error {
            ParseError::Unreadable(_) => Status::Unreadable,
            ParseError::Invalid(_) => Status::Invalid,
        };
        Self::problem(line, dry_run, status, &error.into(), words)
    }

    /// The answer to a line that was not recorded; a failure of the log is not about the line.
    pub(super) fn not_recorded(
        line: u64,
        dry_run: bool,
        error: TransactError,
        words: &Words,
    ) -> Result<Self, LogError> {
        let status = match error {
            TransactError::Log(error) => return Err(error),
            TransactError::Invalid(_) | TransactError::TooLarge { .. } => Status::Invalid,
            TransactError::Refused(_) | TransactError::CommandIdReused { .. } => Status::Refused,
        };
        Ok(Self::problem(line, dry_run, status, &error.into(), words))
    }

    fn problem(line: u64, dry_run: bool, status: Status, problem: &Problem, words: &Words) -> Self {
        Self {
            code: Some(problem.code().to_owned()),
            pointer: problem.pointer().map(str::to_owned),
            sentence: Some(problem.detail(words, Lang::En)),
            ..Self::bare(line, dry_run, status)
        }
    }

    fn bare(line: u64, dry_run: bool, status: Status) -> Self {
        Self {
            line,
            status,
            dry_run,
            command_id: None,
            stream: None,
            revision: None,
            positions: Vec::new(),
            acknowledged: None,
            flags: Vec::new(),
            code: None,
            pointer: None,
            sentence: None,
        }
    }
}
