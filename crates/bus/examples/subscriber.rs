//! A subscriber that takes every entry of a ledger into its own SQLite database exactly once, however often it is
//! killed.
//!
//! `cargo run -p servanda-bus --example subscriber -- nats://127.0.0.1:4222 main events.sqlite`
//!
//! What it makes of a message and how far it has come are written in one transaction, so after a crash it goes on
//! behind the last entry that counts. A message that comes again changes nothing. To build it anew, remove the
//! database. Deliberately absent: acknowledgements to the server, which would be a second memory beside the database.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rusqlite::{Connection as Database, OptionalExtension as _, Transaction, params};
use serde_json::Value;
use servanda_bus::message::entry_of;
use servanda_bus::names::Filter;
use servanda_bus::{Connection, Published, Tail};

/// Messages taken in together.
const BATCH_MESSAGES_MAX: usize = 500;
/// How long to wait for a further message before what is there is written.
const BATCH_WAIT: Duration = Duration::from_millis(5);

const TABLES: &str = "
    PRAGMA journal_mode = wal;
    CREATE TABLE IF NOT EXISTS entry (
        position INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, thing TEXT NOT NULL,
        entry TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT;
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [servers, ledger, database, rest @ ..] = &arguments[..] else {
        bail!("usage: subscriber SERVERS LEDGER DATABASE [LAST POSITION]");
    };
    let last: Option<u64> = rest.first().map(|text| text.parse()).transpose().context("the last position")?;
    let mut database = Database::open(database)?;
    database.execute_batch(TABLES)?;
    let mut position = position_in(&database)?;
    let connection = Connection { servers: servers.clone(), ..Connection::default() };
    let mut tail = Tail::open(&connection, &ledger.parse()?, Filter::default(), position).await?;
    while last.is_none_or(|last| position < last) {
        // A gap ends it here: whoever builds on every entry must not go on without one.
        let mut batch = vec![tail.next().await?];
        while batch.len() < BATCH_MESSAGES_MAX {
            match tokio::time::timeout(BATCH_WAIT, tail.next()).await {
                Ok(message) => batch.push(message?),
                Err(_) => break,
            }
        }
        let transaction = database.transaction()?;
        for message in &batch {
            take(&transaction, message)?;
        }
        transaction.commit()?;
        position = tail.position();
    }
    Ok(())
}

/// The last position that counts.
fn position_in(database: &Database) -> Result<u64> {
    let last: Option<i64> =
        database.query_row("SELECT max(position) FROM entry", [], |row| row.get(0)).optional()?.flatten();
    Ok(u64::try_from(last.unwrap_or(0))?)
}

/// Takes a message in: the entry, and what follows from it.
fn take(transaction: &Transaction<'_>, message: &Published) -> Result<()> {
    let event: Value = serde_json::from_slice(&message.body)?;
    let text = |name: &str| event[name].as_str().with_context(|| format!("the message has no {name}"));
    let entry = entry_of(&message.body).context("the message has no data")?;
    // By its place and its id, an entry counts once.
    let added = transaction.execute(
        "INSERT INTO entry (position, event_id, type, thing, entry) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO NOTHING",
        params![i64::try_from(message.position)?, text("id")?, text("type")?, text("subject")?, entry],
    )?;
    if added == 1 {
        transaction.execute(
            "INSERT INTO thing (name, events) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET events = events + 1",
            [text("subject")?],
        )?;
    }
    Ok(())
}
