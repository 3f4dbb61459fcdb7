//! Taking over an export of another log, byte for byte.
//!
//! The whole file is verified before the first entry is appended: its form, its counts, its order, that every entry can
//! be read, and the root. What the log holds already must be the same bytes; only the rest is appended.
//!
//! Deliberately absent: foreign formats, and judging the facts; they were decided upon when they were recorded.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use servanda_events::codec::canonical;
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, EventId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::{ENTRY_BYTES_MAX, decode, decode_index};
use servanda_proof::{Hash, Tree, leaf_hash};

use crate::append::Exact;
use crate::export::{Header, Trailer, VERSION};
use crate::{Log, LogError};

/// About how many entries are appended in one transaction; the entries of one command stay together.
const BATCH: usize = 1_000;
/// How often progress is told, in entries.
const STEP: u64 = 1_000;

/// An export that was read to its end and found whole.
#[derive(Debug)]
pub struct Export {
    lines: Lines,
    ledger: LedgerName,
    entries: u64,
    root: Hash,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Entries that the log held already, with the same bytes.
    pub already: u64,
    /// Entries appended.
    pub appended: u64,
}

/// Why an export was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read.
    #[error("the export could not be read; check the file, then import again")]
    Read(#[from] io::Error),
    /// It is not an export, or a newer one.
    #[error("line 1 is not the header of an export that this version reads ({detail}); export the other log again")]
    NotAnExport {
        /// What is wrong.
        detail: String,
    },
    /// It ends too early.
    #[error("the export ends after {found} of {announced} entries; copy or export it again")]
    Truncated {
        /// Entries found.
        found: u64,
        /// Entries that the header announces.
        announced: u64,
    },
    /// A line is not what must stand there.
    #[error("line {line} of the export is wrong ({detail}); nothing was appended; copy or export it again")]
    Wrong {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// The entries are not those over which the root was computed.
    #[error("the export was altered: its entries have root {found}, its trailer says {said}; nothing was appended")]
    RootDiffers {
        /// The root of the entries found.
        found: Hash,
        /// The root in the trailer.
        said: String,
    },
    /// The log holds something else at a position.
    #[error("the log holds another entry {position} than the export; import into an empty data directory")]
    Differs {
        /// The first position that differs.
        position: Position,
    },
    /// The log could not take it.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Export {
    /// Reads an export to its end and checks that it is whole. `progress` hears how many of how many entries are read,
    /// now and then.
    pub fn open(path: &Path, progress: impl FnMut(u64, u64)) -> Result<Self, ImportError> {
        Self::verify(File::open(path)?, progress)
    }

    /// The same for an export that can be read only once, such as standard input; it is kept in a temporary file.
    pub fn spool(mut from: impl Read, progress: impl FnMut(u64, u64)) -> Result<Self, ImportError> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut from, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Self::verify(file, progress)
    }

    fn verify(file: File, mut progress: impl FnMut(u64, u64)) -> Result<Self, ImportError> {
        let mut lines = Lines { from: BufReader::with_capacity(1 << 16, file), line: Vec::new(), number: 0 };
        let header = lines.header()?;
        let mut order = Order::default();
        let mut tree = Tree::new();
        while tree.size() < header.entries {
            let truncated = ImportError::Truncated { found: tree.size(), announced: header.entries };
            if !lines.next()? {
                return Err(truncated);
            }
            if lines.trailer().is_some() {
                return Err(truncated);
            }
            order.check(&lines.line, &header.ledger).map_err(|detail| lines.wrong(detail))?;
            tree.push(leaf_hash(&lines.line));
            if tree.size().is_multiple_of(STEP) || tree.size() == header.entries {
                progress(tree.size(), header.entries);
            }
        }
        if !lines.next()? {
            return Err(ImportError::Truncated { found: tree.size(), announced: header.entries });
        }
        let trailer = lines.trailer().ok_or_else(|| lines.wrong("the trailer must stand here".to_owned()))?;
        if trailer.entries != header.entries {
            return Err(lines.wrong(format!("it says {} entries, the header {}", trailer.entries, header.entries)));
        }
        if lines.next()? {
            return Err(lines.wrong("nothing may follow the trailer".to_owned()));
        }
        let root = tree.root();
        if trailer.root != root.to_string() {
            return Err(ImportError::RootDiffers { found: root, said: trailer.root });
        }
        Ok(Self { lines, ledger: header.ledger, entries: header.entries, root })
    }

    /// The ledger whose log it is. A new log for it must be opened with this name.
    pub fn ledger(&self) -> &LedgerName {
        &self.ledger
    }

    /// How many entries it has.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The root of the tree over its entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Appends what the log does not hold yet. `progress` hears how many of how many entries are done, now and then. If
    /// it is stopped half-way, importing again goes on where it stopped.
    pub async fn append_to(mut self, log: &Log, mut progress: impl FnMut(u64, u64)) -> Result<Imported, ImportError> {
        if *log.ledger() != self.ledger {
            let (wanted, found) = (self.ledger, log.ledger().clone());
            return Err(LogError::WrongLedger { wanted, found }.into());
        }
        self.lines.rewind()?;
        self.lines.header()?;
        let already = log.head().min(self.entries);
        self.compare(log, already)?;
        let mut done = already;
        progress(done, self.entries);
        let mut batch: Vec<Exact> = Vec::with_capacity(BATCH);
        for position in already + 1..=self.entries {
            let bytes = self.lines.expect_next()?;
            let index = decode_index(&bytes).map_err(|error| LogError::unreadable(position, &error))?;
            let goes_on = batch.last().is_some_and(|last| last.index.command_id == index.command_id);
            if batch.len() >= BATCH && !goes_on {
                done += batch.len() as u64;
                log.store().append_exact(log.ledger(), std::mem::take(&mut batch)).await?;
                progress(done, self.entries);
            }
            batch.push(Exact { bytes, index });
        }
        log.store().append_exact(log.ledger(), batch).await?;
        progress(self.entries, self.entries);
        Ok(Imported { already, appended: self.entries - already })
    }

    /// Checks that the log's first entries are the export's.
    fn compare(&mut self, log: &Log, upto: Position) -> Result<(), ImportError> {
        let mut position = 0;
        while position < upto {
            let page = log.read(position, usize::try_from(upto - position).unwrap_or(BATCH).min(BATCH))?;
            if page.is_empty() {
                return Err(LogError::Corrupt { position: position + 1, detail: "it is missing".to_owned() }.into());
            }
            for entry in page {
                position += 1;
                if *entry.bytes != *self.lines.expect_next()? {
                    return Err(ImportError::Differs { position });
                }
            }
        }
        Ok(())
    }
}

/// The lines of an export, one at a time and none longer than one may be.
#[derive(Debug)]
struct Lines {
    from: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    fn rewind(&mut self) -> io::Result<()> {
        self.number = 0;
        self.from.seek(SeekFrom::Start(0)).map(|_| ())
    }

    /// Goes to the next line, which must end in a line feed; `false` at the end.
    fn next(&mut self) -> Result<bool, ImportError> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.from).take(ENTRY_BYTES_MAX as u64 + 1).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        if self.line.pop() != Some(b'\n') {
            return Err(self.wrong("it is too long, or the file ends in the middle of it".to_owned()));
        }
        Ok(true)
    }

    fn header(&mut self) -> Result<Header, ImportError> {
        let not = |detail: String| ImportError::NotAnExport { detail };
        if !self.next().map_err(|error| not(error.to_string()))? {
            return Err(not("the file is empty".to_owned()));
        }
        let header: Header = serde_json::from_slice(&self.line).map_err(|error| not(error.to_string()))?;
        if header.servanda_export != VERSION {
            return Err(not(format!("version {}, this one reads {VERSION}", header.servanda_export)));
        }
        Ok(header)
    }

    fn trailer(&self) -> Option<Trailer> {
        let trailer: Trailer = serde_json::from_slice(&self.line).ok()?;
        (trailer.servanda_export_end == VERSION).then_some(trailer)
    }

    /// The next line of a file that was found whole before.
    fn expect_next(&mut self) -> Result<Vec<u8>, ImportError> {
        if self.next()? {
            return Ok(std::mem::take(&mut self.line));
        }
        Err(self.wrong("the file became shorter while it was imported".to_owned()))
    }

    fn wrong(&self, detail: String) -> ImportError {
        ImportError::Wrong { line: self.number, detail }
    }
}

/// What the entries read so far demand of the next one.
#[derive(Default)]
struct Order {
    position: Position,
    recorded_at: Option<Instant>,
    revisions: HashMap<StreamId, Revision>,
    command: Option<(CommandId, usize)>,
}

impl Order {
    fn check(&mut self, bytes: &[u8], ledger: &LedgerName) -> Result<(), String> {
        let recorded = decode(bytes).map_err(|error| error.to_string())?;
        let index = decode_index(bytes).map_err(|error| error.to_string())?;
        if index.ledger != *ledger {
            return Err(format!("it belongs to ledger {}", index.ledger));
        }
        let parsed: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if canonical(&parsed).map_err(|error| error.to_string())?.as_bytes() != bytes {
            return Err("its bytes are not canonical".to_owned());
        }
        self.position += 1;
        if index.position != self.position {
            return Err(format!("it is entry {}, and entry {} must stand here", index.position, self.position));
        }
        if self.recorded_at.is_some_and(|last| index.recorded_at <= last) {
            return Err("it was recorded before the entry in front of it".to_owned());
        }
        self.recorded_at = Some(index.recorded_at);
        let revision = self.revisions.entry(index.stream).or_insert(0);
        *revision += 1;
        if index.revision != *revision {
            return Err(format!("it has revision {}, and {revision} comes next in its stream", index.revision));
        }
        let place = match &self.command {
            Some((command, place)) if *command == index.command_id => place + 1,
            _ => 1,
        };
        if recorded.fact.event_id != EventId::of(&index.command_id, place) {
            return Err(format!("event {} is not number {place} of its command", recorded.fact.event_id));
        }
        self.command = Some((index.command_id, place));
        Ok(())
    }
}
