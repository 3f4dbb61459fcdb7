//! The scrub: the whole log read again and again in the background, at a bounded rate, so that a disk that forgets is
//! noticed before somebody asks for what it forgot.
//!
//! Each pass reads every entry that the newest checkpoint covered when it began, compares its bytes with the hash
//! stored with it, and their root with the checkpoint. Deliberately absent: the tables beside the entries, which are
//! checked whenever the log is opened; and mending.

use std::sync::PoisonError;
use std::time::Duration;

use servanda_events::ids::Position;
use servanda_proof::{Audit, Checkpoint, Fault, Mark, Verdict, leaf_hash};

use crate::{Log, LogError};

/// Entries that are read at once.
const STEP: u64 = 256;

/// How far the scrub is, and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Passes that came to their end.
    pub passes: u64,
    /// The last position read in the pass under way.
    pub position: Position,
    /// What is wrong, since it was found; it stays until the log is opened again.
    pub trouble: Option<LogError>,
}

/// One pass.
struct Pass {
    audit: Audit,
    size: Position,
}

impl Log {
    /// How far the scrub is, and what it found.
    pub fn scrubbed(&self) -> Scrubbed {
        self.scrub_state().lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the log again and again, at most so many entries a second, until the log is closed or something is wrong
    /// with it. Trouble with reading that may pass is tried again in the next pass.
    pub async fn scrub(&self, entries_per_second: u64) {
        let pause = Duration::from_millis(STEP * 1_000 / entries_per_second.max(1)).max(Duration::from_millis(1));
        loop {
            tokio::time::sleep(pause).await;
            let Some(mut pass) = self.pass() else { continue };
            let done = loop {
                let log = self.clone();
                let stepped = tokio::task::spawn_blocking(move || pass.step(&log).map(|more| (pass, more))).await;
                match stepped.unwrap_or_else(|error| Err(LogError::Io { detail: error.to_string() })) {
                    Ok((next, true)) => pass = next,
                    Ok((_, false)) => break Ok(()),
                    Err(error) => break Err(error),
                }
                tokio::time::sleep(pause).await;
            };
            match done {
                Ok(()) => self.scrub_note(|state| state.passes += 1),
                Err(LogError::Closed) => return,
                Err(error @ (LogError::Distrusted { .. } | LogError::Corrupt { .. } | LogError::Damaged { .. })) => {
                    tracing::error!(%error, "the log is not what was recorded any more");
                    self.scrub_note(|state| state.trouble = Some(error));
                    return;
                }
                Err(error) => tracing::warn!(%error, "the log could not be read again; it is tried later"),
            }
        }
    }

    /// A pass over what the newest checkpoint covers; none while there is nothing.
    fn pass(&self) -> Option<Pass> {
        let checkpoint: Checkpoint = self.checkpoint()?.text().parse().ok()?;
        let mark = Mark { size: checkpoint.size, root: checkpoint.root };
        (checkpoint.size > 0).then(|| Pass { audit: Audit::against(vec![mark]), size: checkpoint.size })
    }

    fn scrub_note(&self, note: impl FnOnce(&mut Scrubbed)) {
        note(&mut self.scrub_state().lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn wrong(fault: Fault) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Invalid(fault),
        advice: "stop the service, keep the files as they are, and restore the newest verified backup",
    }
}

impl Pass {
    /// Reads the next entries; whether there are more.
    fn step(&mut self, log: &Log) -> Result<bool, LogError> {
        let after = self.audit.tree().size();
        let count = STEP.min(self.size - after);
        let entries = log.store().read(after, usize::try_from(count).unwrap_or(usize::MAX))?;
        let hashes = log.store().hashes(0, after, count)?;
        for (position, hash) in (after + 1..).zip(hashes) {
            let found = entries.get(usize::try_from(position - after - 1).unwrap_or(usize::MAX));
            let what = match found.filter(|entry| entry.position == position) {
                Some(entry) if leaf_hash(&entry.bytes) == hash => {
                    self.audit.push(hash);
                    continue;
                }
                Some(_) => "its bytes are not those whose hash was stored with it",
                None => "it is missing",
            };
            return Err(wrong(Fault::Entry { position, what: what.to_owned() }));
        }
        log.scrub_note(|state| state.position = after + count);
        if let Some((after, upto)) = self.audit.difference() {
            return Err(wrong(Fault::Differs { after, upto }));
        }
        Ok(after + count < self.size)
    }
}
