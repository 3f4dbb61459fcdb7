//! The flags of bringing records in and out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use servanda_events::ids::ActorId;

use super::{Place, values};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Form of the input; `ndjson` is an export of this program
    #[arg(value_name = "FORMAT")]
    pub(crate) form: Form,
    /// File to import; `-` for standard input
    pub(crate) file: PathBuf,
    /// What the input means; needed for every form but `ndjson`
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Import into a throw-away copy of the ledger: the answers are the same, and nothing is kept
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Answer each row with JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Who imports, by pseudonym
    #[arg(long, value_name = "ID", default_value = "operator", value_parser = values::id::<ActorId>)]
    pub(crate) actor: ActorId,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// A form of records that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// An export of this program: the exact entries of a whole ledger
    Ndjson,
    /// A table as text
    Csv,
    /// A sheet of a workbook
    Xlsx,
    /// Activities of the International Aid Transparency Initiative, version 2.03
    Iati,
    /// Releases of the Open Contracting Data Standard
    Ocds,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    /// Where the log is to be from now on
    pub(crate) to: Target,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Servers of the stream, separated by commas [default: the setting bus.url]
    #[arg(long, value_name = "URL")]
    pub(crate) nats: Option<String>,
    /// Check everything and say what would be done; send and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Where a log can be brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// From this folder into a stream of the servers; the folder becomes a node's copy
    Jetstream,
    /// Out of the stream into this folder of one of its nodes; the stream is ended
    Sqlite,
}

#[derive(Debug, Args)]
pub(crate) struct ReseedArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Folder of another node, with its high-water folder beside it; may be given several times
    #[arg(long = "copy", value_name = "DIR")]
    pub(crate) copies: Vec<PathBuf>,
    /// Servers of the stream, separated by commas [default: the setting bus.url]
    #[arg(long, value_name = "URL")]
    pub(crate) nats: Option<String>,
    /// Check everything and say what would be done; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Form of the output; `ndjson` is the exact entries, one per line
    #[arg(value_parser = values::format)]
    pub(crate) format: Format,
    /// File to write instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// A form of whole ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Ndjson,
}
