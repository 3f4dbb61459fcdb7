//! The complete, lossless form of a log in a file: a header line, the exact bytes of each entry on a line of its own,
//! and a trailer line with the count and the root of the RFC 6962 tree over the entries, and the log's signed
//! checkpoint of them: all that is needed to verify it offline.
//!
//! Deliberately absent: selections and other formats.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use servanda_events::ids::LedgerName;
use servanda_proof::{Checkpoint, Fault, Hash, Tree, Verdict, leaf_hash};

use crate::{Log, LogError};

/// Version of the export's form. Version 1 had no checkpoint.
pub(crate) const VERSION: u16 = 2;
const PAGE: usize = 1_000;

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) servanda_export: u16,
    pub(crate) ledger: LedgerName,
    pub(crate) entries: u64,
}

/// The last line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trailer {
    pub(crate) servanda_export_end: u16,
    pub(crate) entries: u64,
    /// In hexadecimal.
    pub(crate) root: String,
    /// The signed checkpoint of exactly these entries, where the log signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checkpoint: Option<String>,
}

/// What was written into an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// How many entries.
    pub entries: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Why an export was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The export could not be written.
    #[error("the export could not be written; check the space and the rights where it goes, then export again")]
    Write(#[from] io::Error),
}

impl Log {
    /// Writes all entries up to the newest checkpoint, or up to the present head of a log without one. `progress` hears
    /// how many of how many are written, now and then. Reads the disk; not for use inside async tasks.
    pub fn export(&self, mut to: impl Write, mut progress: impl FnMut(u64, u64)) -> Result<Exported, ExportError> {
        let checkpoint = self.checkpoint();
        let signed: Option<Checkpoint> = checkpoint.as_ref().and_then(|note| note.text().parse().ok());
        let entries = signed.as_ref().map_or(self.head(), |checkpoint| checkpoint.size);
        line(&mut to, &Header { servanda_export: VERSION, ledger: self.ledger().clone(), entries })?;
        let mut tree = Tree::new();
        while tree.size() < entries {
            let limit = usize::try_from(entries - tree.size()).unwrap_or(PAGE).min(PAGE);
            let page = self.read(tree.size(), limit)?;
            if page.is_empty() {
                return Err(LogError::Corrupt { position: tree.size() + 1, detail: "it is missing".to_owned() }.into());
            }
            for entry in page {
                if entry.position != tree.size() + 1 {
                    let detail = "it is missing".to_owned();
                    return Err(LogError::Corrupt { position: tree.size() + 1, detail }.into());
                }
                entry.decode()?;
                to.write_all(&entry.bytes)?;
                to.write_all(b"\n")?;
                tree.push(leaf_hash(&entry.bytes));
            }
            progress(tree.size(), entries);
        }
        let root = tree.root();
        if signed.is_some_and(|checkpoint| checkpoint.root != root) {
            let verdict = Verdict::Invalid(Fault::Differs { after: 0, upto: entries });
            let advice = "the export is not whole; verify the log, and restore the newest verified backup";
            return Err(LogError::Distrusted { verdict, advice }.into());
        }
        let (root_text, checkpoint) = (root.to_string(), checkpoint.map(|note| note.to_string()));
        line(&mut to, &Trailer { servanda_export_end: VERSION, entries, root: root_text, checkpoint })?;
        to.flush()?;
        Ok(Exported { entries, root })
    }
}

fn line(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    to.write_all(b"\n")
}
