//! What can go wrong with the log, each in words that say what to do next.
//!
//! Deliberately absent: sentences for refusals of the rules, which are written per language elsewhere.

use std::path::PathBuf;

use servanda_events::Refusal;
use servanda_events::codec::CodecError;
use servanda_events::ids::{CommandId, LedgerName, Position};
use servanda_events::request::FieldProblem;
use servanda_proof::Verdict;

/// Why the log could not do it. Whatever failed left nothing half-written behind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// More is waiting to be written than the log lets wait, or a stream is fought over.
    #[error("the log is busy; send the command again in a moment")]
    Busy,
    /// The log was closed.
    #[error("the log is closed, the service is stopping; send the command again when it is back")]
    Closed,
    /// Another process has the data directory.
    #[error("{} is in use by another process; stop that process or choose another data directory", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The directory or the database may not be written.
    #[error(
        "{} may not be written; give this user the right to write there or choose another data directory",
        path.display()
    )]
    ReadOnly {
        /// What may not be written.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("the disk of the log is full, nothing was written; free some space, then send the command again")]
    Full,
    /// The operating system or the database reported a failure.
    #[error("the log could not be read or written ({detail}); check the disk, then try again")]
    Io {
        /// What was reported.
        detail: String,
    },
    /// An entry does not read as it was written.
    #[error("entry {position} is damaged ({detail}); stop writing and restore the log from a verified copy")]
    Corrupt {
        /// Its position.
        position: Position,
        /// What is wrong with it.
        detail: String,
    },
    /// The database file itself is damaged, or is not a log.
    #[error("the log's file is damaged or is not a log ({detail}); restore it from a verified copy")]
    Damaged {
        /// What is wrong with it.
        detail: String,
    },
    /// An entry needs a newer version of this program.
    #[error("entry {position} cannot be read: {detail}")]
    NewerEntry {
        /// Its position.
        position: Position,
        /// What is newer.
        detail: String,
    },
    /// The log was written by a newer version of this program.
    #[error("the log has format {found}, this program knows up to {known}; install the newer version of servanda")]
    NewerVersion {
        /// The log's format.
        found: i64,
        /// The newest known format.
        known: i64,
    },
    /// The log is another ledger's.
    #[error("the log belongs to ledger `{found}`, not to `{wanted}`; choose another data directory or the right name")]
    WrongLedger {
        /// The ledger asked for.
        wanted: LedgerName,
        /// The ledger whose log it is.
        found: LedgerName,
    },
    /// Entries of another log do not continue this one.
    #[error(
        "entry {position} does not continue this log ({detail}); import into an empty directory or the same ledger"
    )]
    Misfit {
        /// Its position.
        position: Position,
        /// What does not fit.
        detail: String,
    },
    /// The log is not what was recorded, or less than that. It is not opened.
    #[error("{verdict}; nothing was changed; {advice}")]
    Distrusted {
        /// What is wrong, with the first position at fault.
        verdict: Verdict,
        /// What to do.
        advice: &'static str,
    },
    /// The high-water file cannot be relied upon.
    #[error("the high-water file {} cannot be relied upon: {detail}", path.display())]
    HighWater {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        detail: String,
    },
    /// The key that signs checkpoints cannot be used. Nothing of the key is repeated here.
    #[error("the signing key {} cannot be used: {detail}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        detail: String,
    },
    /// The servers that hold the log do not answer, or have no leader. Nothing was recorded.
    #[error(
        "the servers of the log do not answer ({detail}); nothing was recorded; send the command again in a moment"
    )]
    Away {
        /// What was heard.
        detail: String,
    },
    /// The servers that hold the log did not confirm in time.
    #[error(
        "the log did not confirm in time ({detail}); the command may be recorded or not: send it again with the same \
         command id, and it is recorded once"
    )]
    Unconfirmed {
        /// What was heard.
        detail: String,
    },
    /// The stream or its servers are not as they must be.
    #[error("the stream of the log cannot be used: {detail}")]
    Stream {
        /// What is wrong, and what to change.
        detail: String,
    },
    /// The entries of one command do not fit into one message.
    #[error("the entries of the command are {bytes} bytes, more than {most}; divide it into several commands")]
    CommandTooLong {
        /// How long they are.
        bytes: usize,
        /// How long they may be.
        most: usize,
    },
    /// The directory holds a node's copy of a log that a stream holds.
    #[error(
        "{} holds a node's copy of a log in a stream, into which only the stream may write; start it with \
         `servanda serve --log jetstream`, or choose another data directory",
        path.display()
    )]
    NodeCopy {
        /// The directory.
        path: PathBuf,
    },
    /// The database library is not fit for a ledger.
    #[error("the database library is not fit for a ledger ({detail}); build servanda with the bundled one")]
    Unfit {
        /// What is missing.
        detail: String,
    },
}

impl LogError {
    /// Why the bytes at `position` could not be read.
    pub(crate) fn unreadable(position: Position, error: &CodecError) -> Self {
        let detail = error.to_string();
        match error {
            CodecError::Newer { .. } | CodecError::UnknownType { .. } => Self::NewerEntry { position, detail },
            CodecError::Unreadable { .. } | CodecError::TooLarge { .. } => Self::Corrupt { position, detail },
        }
    }
}

/// Why a command was not recorded. Nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransactError {
    /// The rules say no.
    #[error("the command is refused: {}", .0.code_and_params().0)]
    Refused(Refusal),
    /// A field is wrong, as can be known only with the ledger at hand.
    #[error("the command is invalid at {}: {}", .0.pointer, .0.error.code)]
    Invalid(FieldProblem),
    /// The command's id was used for another command.
    #[error("command id {command_id} was used for another command; choose a new id for a new command")]
    CommandIdReused {
        /// The id.
        command_id: CommandId,
    },
    /// An entry of the command would be longer than an entry may be.
    #[error("an entry of the command would be {bytes} bytes long, more than 65535; shorten its texts")]
    TooLarge {
        /// How long it would be.
        bytes: usize,
    },
    /// The log could not do it.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl From<CodecError> for TransactError {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::TooLarge { bytes } => Self::TooLarge { bytes },
            other => Self::Log(LogError::Io { detail: other.to_string() }),
        }
    }
}
