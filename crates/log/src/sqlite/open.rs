//! Opening the log's files: the lock, the connections with what they must promise, a new log's tables.
//!
//! Deliberately absent: believing what the file holds, see `trust`. A log written by a newer version is refused.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};
use servanda_events::dates::Instant;
use servanda_events::ids::{LedgerName, Position};

use crate::{Entry, LogError, Settings};

/// The log's file in the data directory.
const FILE: &str = "log.sqlite";
/// The file that says that a directory holds a node's copy, and of which stream.
pub(crate) const STREAM_MARK: &str = "log.stream";
/// Held by the process that has the log open.
const LOCK: &str = "log.lock";
/// Format of the tables that this version writes, and the newest that it reads. Format 2 had a row for each hash.
pub(crate) const FORMAT: i64 = 3;
/// The first format with a tree.
pub(crate) const WITH_TREE: i64 = 2;
/// Where the key that signs checkpoints lies in the data directory.
const KEYS: &str = "keys";
/// Where the high-water file lies if nothing else is said: in the data directory.
const HIGH_WATER: &str = "high-water";
/// Says in the file's header that it is a log of this program ("SVLG").
const APPLICATION: i64 = 0x5356_4c47;
/// Versions before this one can lose pages when a checkpoint meets a write.
const SQLITE_MIN: (i32, &str) = (3_051_003, "3.51.3");
const PAGE_BYTES: u32 = 4_096;
const WRITER_CACHE_KIB: i64 = 8 * 1024;
const READER_CACHE_KIB: i64 = 2 * 1024;
/// How long another program that writes into the file is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
const STATEMENTS_MAX: usize = 32;

/// Where the files of a log lie.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) database: PathBuf,
    lock: PathBuf,
    /// Folder of the key.
    pub(crate) keys: PathBuf,
    /// Folder of the high-water file.
    pub(crate) high_water: PathBuf,
    /// Name of a new log towards outsiders, where one is asked for.
    pub(crate) origin: Option<String>,
    pub(crate) with_tree: bool,
    file_bytes_max: Option<u64>,
}

/// The durable end of a log, as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Last {
    pub(crate) position: Position,
    pub(crate) at: Option<Instant>,
    /// The newest stream's number.
    pub(crate) stream: i64,
}

impl Files {
    /// The files of a directory, which is made if it is not there.
    pub(crate) fn in_dir(dir: &Path, settings: &Settings) -> Result<Self, LogError> {
        std::fs::create_dir_all(dir).map_err(|error| io_error(dir, &error))?;
        Ok(Self::of_dir(dir, settings))
    }

    /// The files of a directory that is there, or not.
    pub(crate) fn of_dir(dir: &Path, settings: &Settings) -> Self {
        Self {
            database: dir.join(FILE),
            lock: dir.join(LOCK),
            keys: dir.join(KEYS),
            high_water: settings.high_water.clone().unwrap_or_else(|| dir.join(HIGH_WATER)),
            origin: settings.origin.clone(),
            with_tree: settings.with_tree,
            file_bytes_max: settings.file_bytes_max,
        }
    }

    /// Whether there is a log.
    pub(crate) fn exist(&self) -> bool {
        self.database.is_file()
    }

    /// Whether the log is a node's copy, whose keys are brought by hand.
    pub(crate) fn are_a_copy(&self) -> bool {
        self.database.with_file_name(STREAM_MARK).exists()
    }

    /// Takes the lock, for as long as the answer lives.
    pub(crate) fn lock(&self) -> Result<File, LogError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let file = options.open(&self.lock).map_err(|error| io_error(&self.lock, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(LogError::InUse { path: self.lock.clone() }),
            Err(TryLockError::Error(error)) => Err(io_error(&self.lock, &error)),
        }
    }

    /// The connection that writes. To be opened under the lock, and only once. All that it finds is durable, and so is
    /// what it commits when the commit returns.
    pub(crate) fn writer(&self) -> Result<Connection, LogError> {
        check_library()?;
        self.write_wal_again()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = self.connect(flags, WRITER_CACHE_KIB)?;
        self.prepare_writer(&connection).map_err(|error| self.error(&error))?;
        if connection.is_readonly(MAIN_DB).map_err(|error| self.error(&error))? {
            return Err(LogError::ReadOnly { path: self.database.clone() });
        }
        expect(&connection, "journal_mode", "wal")?;
        expect(&connection, "synchronous", "2")?;
        expect(&connection, "mmap_size", "0")?;
        Ok(connection)
    }

    /// What stands in the write-ahead log may have been written by a process that ended before it was durable, or a
    /// sync of it failed. A failed sync is reported once, and what it was about may be lost without a word at the next;
    /// so all of it is written again as it is.
    fn write_wal_again(&self) -> Result<(), LogError> {
        let path = self.database.with_file_name(format!("{FILE}-wal"));
        let mut file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(io_error(&path, &error)),
        };
        let mut write = || {
            let (mut at, mut piece) = (0, vec![0; 1 << 20]);
            loop {
                file.seek(SeekFrom::Start(at))?;
                let count = file.read(&mut piece)?;
                if count == 0 {
                    return file.sync_data();
                }
                file.seek(SeekFrom::Start(at))?;
                file.write_all(&piece[..count])?;
                at += count as u64;
            }
        };
        write().map_err(|error| io_error(&path, &error))?;
        self.sync_dir()
    }

    /// A connection that reads.
    pub(crate) fn reader(&self) -> Result<Connection, LogError> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        connection.pragma_update(None, "query_only", true).map_err(|error| self.error(&error))?;
        Ok(connection)
    }

    fn connect(&self, flags: OpenFlags, cache_kib: i64) -> Result<Connection, LogError> {
        let connect = || {
            // One thread at a time uses a connection; the compiler sees to it.
            let connection = Connection::open_with_flags(&self.database, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(PATIENCE)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            // Else a statement is prepared anew for each other value of its LIMIT.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            connection.pragma_update(None, "cell_size_check", true)?;
            connection.pragma_update(None, "mmap_size", 0)?;
            connection.pragma_update(None, "cache_size", -cache_kib)?;
            Ok(connection)
        };
        connect().map_err(|error| self.error(&error))
    }

    fn prepare_writer(&self, connection: &Connection) -> rusqlite::Result<()> {
        // Counts only before the file has pages.
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "recursive_triggers", true)?;
        if let Some(bytes) = self.file_bytes_max {
            connection.pragma_update(None, "max_page_count", bytes.div_ceil(u64::from(PAGE_BYTES)).to_string())?;
        }
        // The writer makes checkpoints when nobody waits for it.
        connection.pragma_update(None, "wal_autocheckpoint", 0)
    }

    /// What the database reported, in the log's words.
    pub(crate) fn error(&self, error: &rusqlite::Error) -> LogError {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => LogError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                LogError::InUse { path: self.database.clone() }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                LogError::ReadOnly { path: self.database.clone() }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LogError::Damaged { detail },
            _ => LogError::Io { detail },
        }
    }

    fn number(&self, connection: &Connection, pragma: &str) -> Result<i64, LogError> {
        connection.pragma_query_value(None, pragma, |row| row.get(0)).map_err(|error| self.error(&error))
    }

    /// Whether the file was never written to.
    pub(crate) fn is_new(&self, connection: &Connection) -> Result<bool, LogError> {
        let number = |pragma| self.number(connection, pragma);
        let unmarked = number("user_version")? == 0 && number("application_id")? == 0;
        Ok(unmarked && number("page_count")? <= 1 && self.has_no_tables(connection)?)
    }

    /// The format of the tables.
    pub(crate) fn format(&self, connection: &Connection) -> Result<i64, LogError> {
        self.number(connection, "user_version")
    }

    /// Gives the name of the ledger whose log this is, if it is one that this program can read.
    pub(crate) fn check(&self, connection: &Connection, wanted: Option<LedgerName>) -> Result<LedgerName, LogError> {
        let (found, application) =
            (self.number(connection, "user_version")?, self.number(connection, "application_id")?);
        if application != APPLICATION {
            return Err(LogError::Damaged { detail: format!("application id {application:#x}") });
        }
        if found < 1 {
            return Err(LogError::Damaged { detail: format!("format {found}") });
        }
        if found > FORMAT {
            return Err(LogError::NewerVersion { found, known: FORMAT });
        }
        let name: String = connection
            .query_row("SELECT value FROM about WHERE name = 'ledger'", [], |row| row.get(0))
            .map_err(|error| self.error(&error))?;
        let found: LedgerName =
            name.parse().map_err(|_| LogError::Damaged { detail: format!("`{name}` is no name of a ledger") })?;
        match wanted {
            Some(wanted) if wanted != found => Err(LogError::WrongLedger { wanted, found }),
            _ => Ok(found),
        }
    }

    fn has_no_tables(&self, connection: &Connection) -> Result<bool, LogError> {
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(|error| self.error(&error))?;
        Ok(tables == 0)
    }

    /// Creates the tables in a new file, with what else belongs into the same transaction.
    pub(crate) fn create<T>(
        &self,
        connection: &mut Connection,
        ledger: &LedgerName,
        format: i64,
        and: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.execute("INSERT INTO about (name, value) VALUES ('ledger', ?1)", [ledger.as_str()])?;
        let done = and(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", format)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Makes sure that new files are still there after a power cut.
    pub(crate) fn sync_dir(&self) -> Result<(), LogError> {
        let dir = self.database.parent().unwrap_or(Path::new("."));
        if cfg!(unix) {
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| io_error(&self.database, &error))?;
        }
        Ok(())
    }

    /// Where the log ends. Looks for gaps and reads the last entry.
    pub(crate) fn last(&self, connection: &Connection) -> Result<Last, LogError> {
        let read = || {
            connection.query_row(
                "SELECT ifnull(max(position), 0), (SELECT count(*) FROM entry), \
                 (SELECT ifnull(max(stream), 0) FROM entry) FROM entry",
                [],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)),
            )
        };
        let (head, count, stream) = read().map_err(|error| self.error(&error))?;
        let position = unsigned(head);
        if head != count {
            let detail = format!("the log has {count} entries, but the last one is number {head}");
            return Err(LogError::Corrupt { position, detail });
        }
        if position == 0 {
            return Ok(Last { position, at: None, stream });
        }
        let body = connection
            .query_row("SELECT body FROM entry WHERE position = ?1", [head], |row| {
                Ok(Box::from(row.get_ref(0)?.as_bytes()?))
            })
            .map_err(|error| self.error(&error))?;
        let entry = Entry { position, bytes: body };
        Ok(Last { position, at: Some(entry.decode()?.fact.recorded_at), stream })
    }
}

/// Counts in the database are signed, and never below zero.
pub(crate) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn check_library() -> Result<(), LogError> {
    if rusqlite::version_number() < SQLITE_MIN.0 {
        let detail = format!("SQLite {} is older than {}", rusqlite::version(), SQLITE_MIN.1);
        return Err(LogError::Unfit { detail });
    }
    Ok(())
}

fn expect(connection: &Connection, pragma: &str, wanted: &str) -> Result<(), LogError> {
    let found = connection.pragma_query_value(None, pragma, |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    });
    match found {
        Ok(found) if found == wanted => Ok(()),
        found => Err(LogError::Unfit { detail: format!("{pragma} is {found:?}, not {wanted}") }),
    }
}

fn io_error(path: &Path, error: &io::Error) -> LogError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            LogError::ReadOnly { path: path.to_owned() }
        }
        io::ErrorKind::StorageFull => LogError::Full,
        _ => LogError::Io { detail: format!("{}: {error}", path.display()) },
    }
}
