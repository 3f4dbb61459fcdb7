//! Taking over an export of another log, byte for byte.
//!
//! The whole file is verified before the first entry is appended: its form, its counts, its order, that every entry can
//! be read, and the root. What the log holds already must be the same bytes; only the rest is appended.
//!
//! Deliberately absent: foreign formats, and judging the facts; they were decided upon when they were recorded.

mod lines;
mod order;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use servanda_events::ids::{LedgerName, Position};
use servanda_events::recorded::decode_index;
use servanda_proof::{Hash, Tree, leaf_hash};

use self::lines::Lines;
use self::order::Order;
use crate::append::Exact;
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

/// What an export says at its end, for a verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The ledger that its header names.
    pub ledger: LedgerName,
    /// How many entries it has.
    pub entries: u64,
    /// The signed checkpoint, as it stands there.
    pub checkpoint: Option<String>,
}

impl Bundle {
    /// Reads an export line by line and hands each entry's bytes over, whatever they say: a verifier believes the hash.
    pub fn read(path: &Path, mut each: impl FnMut(&[u8])) -> Result<Self, ImportError> {
        let mut lines = Lines::new(File::open(path)?);
        let header = lines.header()?;
        let mut entries = 0;
        loop {
            if !lines.next()? {
                return Err(ImportError::Truncated { found: entries, announced: header.entries });
            }
            if entries == header.entries {
                let trailer = lines.trailer().ok_or_else(|| lines.wrong("the trailer must stand here".to_owned()))?;
                if trailer.entries != entries || lines.next()? {
                    return Err(lines.wrong("the trailer says another number, or is not the end".to_owned()));
                }
                return Ok(Self { ledger: header.ledger, entries, checkpoint: trailer.checkpoint });
            }
            each(lines.line());
            entries += 1;
        }
    }
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
        let mut lines = Lines::new(file);
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
            order.check(lines.line(), &header.ledger).map_err(|detail| lines.wrong(detail))?;
            tree.push(leaf_hash(lines.line()));
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
