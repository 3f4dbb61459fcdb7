//! The command line: every verb with its flags, and how their values are read.
//!
//! Deliberately absent: what the verbs do.

mod moving;
mod people;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::{ActorId, CommitmentId, Family, LedgerName, Position};
use servanda_events::money::Currency;

pub(crate) use self::moving::{ExportArgs, Form, Format, ImportArgs, MigrateArgs, ReseedArgs, Target};
pub(crate) use self::people::{TokenVerb, UserVerb};

/// The ledger that shows whether agreements are kept.
#[derive(Debug, Parser)]
#[command(name = "servanda", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const AFTER_HELP: &str = "Data go to standard output, words to standard error.
Exit codes: 0 it is done, 1 it failed, 2 wrong use, 3 a verification failed, 4 a refusal or a conflict.
Settings: flags over SERVANDA_SECTION__KEY over the file of --config over defaults; see `servanda config print`.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Serve the ledger: interface, pages, event feed, read models
    Serve(ServeArgs),
    /// Record commands, one JSON object per line, and answer each with a line
    Record(RecordArgs),
    /// Bring records in: entries of another log, or foreign tables and files
    Import(ImportArgs),
    /// Bring all entries out
    Export(ExportArgs),
    /// Recompute everything and give a verdict: on a ledger, a bundle, a proof, or a service
    Verify(VerifyArgs),
    /// Write the proof of one entry, which verifies offline
    Prove(ProveArgs),
    /// Copy the log while it is in use, verify the copy, and only then call it a backup
    Backup(BackupArgs),
    /// Verify a backup and make it the log of a new data directory
    Restore(RestoreArgs),
    /// Bring the log into a stream of several servers, or out of it, with every byte and every signature
    Migrate(MigrateArgs),
    /// Fill a stream that was lost, or lost its end, from the longest of the nodes' copies
    Reseed(ReseedArgs),
    /// The key with which the log signs
    #[command(subcommand)]
    Key(KeyVerb),
    /// Show how far promises are kept
    Progress(ProgressArgs),
    /// Fold the whole log in memory and print the digest of what it comes to; publishes nothing
    Replay(ReplayArgs),
    /// Build the read models anew beside the live ones and switch to them, also while a service runs
    Rebuild(RebuildArgs),
    /// Print the JSON Schema of every event and command
    Schema,
    /// Print the OpenAPI document of the HTTP interface
    Openapi,
    /// Print the AsyncAPI document of the message bus
    Asyncapi,
    /// Print the events of a ledger as they come from the message bus, one per line
    Subscribe(SubscribeArgs),
    /// Check or show the settings
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
    /// People and programs that record
    #[command(subcommand)]
    User(UserVerb),
    /// Access tokens of users
    #[command(subcommand)]
    Token(TokenVerb),
    /// Measure this program beside the limits of the machine, on a throw-away directory
    Bench(BenchArgs),
}

/// Where the ledger and its settings are.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Place {
    /// Folder of the ledger [default: data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Publish to these servers of the bus, such as nats://127.0.0.1:4222 [default: nowhere]
    #[arg(long, value_name = "URL")]
    pub(crate) nats: Option<String>,
    /// Where the log is: in this folder (sqlite), or in a stream of the servers of --nats (jetstream) [default: sqlite]
    #[arg(long, value_name = "STORE", value_parser = ["sqlite", "jetstream"])]
    pub(crate) log: Option<String>,
    /// With --log jetstream, begin with this backup of another node, if the folder has no copy yet
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshot: Option<PathBuf>,
    /// First record the ledger of the Paris visit, if the folder is empty
    #[arg(long)]
    pub(crate) demo: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SubscribeArgs {
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Servers of the bus [default: the setting bus.url, or nats://127.0.0.1:4222]
    #[arg(long, value_name = "URL")]
    pub(crate) nats: Option<String>,
    /// Name of the ledger [default: main]
    #[arg(long, value_name = "NAME", value_parser = values::id::<LedgerName>)]
    pub(crate) ledger: Option<LedgerName>,
    /// First position to print; 1 for everything [default: what comes from now on]
    #[arg(long, value_name = "POSITION")]
    pub(crate) from: Option<Position>,
    /// Only these families: party, package, agreement, commitment, indicator, ledger
    #[arg(long, value_name = "FAMILY", value_parser = values::family)]
    pub(crate) family: Vec<Family>,
    /// Only events of this type, such as MilestoneAchieved
    #[arg(long = "type", value_name = "TYPE", value_parser = values::event_type)]
    pub(crate) kind: Option<String>,
    /// Only events about the thing with this id
    #[arg(long, value_name = "ID", value_parser = values::id::<CommitmentId>)]
    pub(crate) id: Option<CommitmentId>,
    /// Stop at what is the end of the stream now, instead of waiting for more
    #[arg(long)]
    pub(crate) end: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// File of commands; `-` for standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Record into a throw-away copy of the ledger: the answers are the same, and nothing is kept
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Who records, by pseudonym
    #[arg(long, value_name = "ID", default_value = "operator", value_parser = values::id::<ActorId>)]
    pub(crate) actor: ActorId,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A proof or a bundle (a file), or a service (https://…) [default: the ledger of --data]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// The log's public key, from somewhere that you trust
    #[arg(long, value_name = "KEY", conflicts_with = "policy")]
    pub(crate) key: Option<String>,
    /// A file with the keys of logs and witnesses, and how many witnesses are needed (C2SP tlog-policy)
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The entry's exact bytes, for a proof that does not bring them along
    #[arg(long, value_name = "FILE")]
    pub(crate) entry: Option<PathBuf>,
    /// Folder in which the newest checkpoint that was seen is remembered [default: ~/.local/state/servanda/seen]
    #[arg(long, value_name = "DIR")]
    pub(crate) seen: Option<PathBuf>,
    /// Neither remember what is seen now nor compare with what was seen before
    #[arg(long, conflicts_with = "seen")]
    pub(crate) forget: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Position of the entry
    pub(crate) position: Position,
    /// File to write instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Folder in which the backup gets a new folder of its own
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Folder of the backup
    pub(crate) backup: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
    /// The log's private key, from where it is kept; a backup never holds it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Replace the key by a new one, in an entry that both sign; no service may have the log meanwhile
    Rotate {
        #[command(flatten)]
        place: Place,
        /// Who replaces it, by pseudonym
        #[arg(long, value_name = "ID", default_value = "operator", value_parser = values::id::<ActorId>)]
        actor: ActorId,
        /// Servers of the stream, where the folder has a node's copy [default: the setting bus.url]
        #[arg(long, value_name = "URL")]
        nats: Option<String>,
    },
    /// Draw the next key of a log in a stream, to be brought to every node before it is replaced
    Next {
        #[command(flatten)]
        place: Place,
    },
}

/// What figures can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Commitment,
    Agreement,
    Package,
    Party,
    Sector,
    Ledger,
}

#[derive(Debug, Args)]
pub(crate) struct ProgressArgs {
    /// What the figures are of
    pub(crate) kind: Kind,
    /// Its id; SCHEME/CODE for a sector, nothing for the ledger
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// What was so by this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) as_of: Option<LedgerDate>,
    /// As the ledger knew it then: a time such as 2025-03-02T10:00:00Z, or a position [default: now]
    #[arg(long, value_name = "TIME or POSITION", value_parser = values::moment)]
    pub(crate) known_at: Option<Moment>,
    /// Give all money in this currency as well, through recorded rates only [default: one in which something is owed]
    #[arg(long, value_name = "CODE", value_parser = values::currency)]
    pub(crate) currency: Option<Currency>,
    /// List the formula, the inputs and the entries behind each figure
    #[arg(long)]
    pub(crate) explain: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A moment of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Time(Instant),
    Position(Position),
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Last position to fold
    #[arg(long, value_name = "POSITION")]
    pub(crate) to: Option<Position>,
    /// Only facts that were so by this day
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) as_of: Option<LedgerDate>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RebuildArgs {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Say whether the settings are good, and what is wrong with them
    Check(ConfigArgs),
    /// Print the settings in force, secrets masked
    Print(ConfigArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Entries of the large ledger
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(20_000..))]
    pub(crate) entries: u64,
    /// A rough look in about a minute: fewer entries, shorter rounds
    #[arg(long, conflicts_with = "entries")]
    pub(crate) quick: bool,
    /// Everything once and small: whether the benchmark runs; its figures say nothing
    #[arg(long, conflicts_with_all = ["entries", "quick", "cluster"])]
    pub(crate) smoke: bool,
    /// Measure the pages for people alone
    #[arg(long, conflicts_with = "reads")]
    pub(crate) pages: bool,
    /// Measure a log on three servers with three nodes alone
    #[arg(long, conflicts_with_all = ["pages", "reads"])]
    pub(crate) cluster: bool,
    /// The nats-server of --cluster, 2.12.8 or newer; scripts/bus-extras gets one for measurements
    #[arg(long, value_name = "FILE", default_value = "target/bus-extras/bin/nats-server")]
    pub(crate) nats_server: PathBuf,
    /// Measure reading and the memory of a service alone
    #[arg(long)]
    pub(crate) reads: bool,
    /// Insert the entries of this ledger bare and print how many a second: the limit of whatever recorded them
    #[arg(long, value_name = "LEDGER", conflicts_with_all = ["pages", "reads", "cluster", "quick", "entries", "smoke"])]
    pub(crate) bare: Option<PathBuf>,
    /// Where the throw-away directory is made; measure the disk that will be used
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
