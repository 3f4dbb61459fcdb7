//! The verifier's own high-water mark: the newest checkpoint of each log that it verified, in a folder of its own.
//!
//! Deliberately absent: checkpoints of logs that did not verify.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use servanda_proof::{Checkpoint, Mark, Policy, SignedNote, judge_checkpoint, leaf_hash};

use super::look::Look;
use crate::args::VerifyArgs;

/// Where checkpoints are remembered; nowhere if the person said so, or has no home.
pub(crate) struct Memory(Option<PathBuf>);

impl Memory {
    pub(crate) fn of(args: &VerifyArgs) -> Result<Self> {
        if args.forget {
            return Ok(Self(None));
        }
        let at_home = || {
            let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
            let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local").join("state"));
            state.or_else(home).map(|state| state.join("servanda").join("seen"))
        };
        Ok(Self(args.seen.clone().or_else(at_home)))
    }

    fn file(&self, origin: &str) -> Option<PathBuf> {
        self.0.as_ref().map(|dir| dir.join(format!("{}.checkpoint", leaf_hash(origin.as_bytes()))))
    }

    /// The newest checkpoint of a log that was verified before. One that does not bear the log's signature any more is
    /// an error: a memory that was changed must not be passed over.
    pub(crate) fn mark(&self, origin: &str, policy: &Policy) -> Result<Option<Mark>> {
        let Some(path) = self.file(origin) else {
            return Ok(None);
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let note: Option<SignedNote> = text.parse().ok();
        let logs = policy.logs().iter().fold(None, |found, key| {
            found.or_else(|| judge_checkpoint(note.as_ref()?, &Policy::of_log(key.clone())).ok())
        });
        let told = || {
            let path = path.display();
            format!("the remembered checkpoint {path} does not bear this log's signature; find out why, or remove it")
        };
        let (checkpoint, _) = logs.with_context(told)?;
        Ok(Some(Mark { size: checkpoint.size, root: checkpoint.root }))
    }

    /// Remembers what was verified, if it is newer, and says so.
    pub(crate) fn keep(&self, look: &mut Look) -> Result<()> {
        let (Some(checkpoint), Some(note)) = (&look.checkpoint, &look.note) else {
            return Ok(());
        };
        let Some(path) = self.file(&checkpoint.origin) else {
            look.not_checked.push("against earlier looks: nothing is remembered".to_owned());
            return Ok(());
        };
        let before = std::fs::read_to_string(&path).ok().and_then(|text| text.parse::<SignedNote>().ok());
        let size = |note: &SignedNote| note.text().parse::<Checkpoint>().map_or(0, |checkpoint| checkpoint.size);
        if before.as_ref().is_some_and(|before| size(before) >= checkpoint.size) {
            return Ok(());
        }
        let new = path.with_extension("new");
        let write = || {
            std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
            let mut file = std::fs::File::create(&new)?;
            file.write_all(note.to_string().as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&new, &path)
        };
        write().with_context(|| {
            format!("{} cannot be written; choose a folder with --seen, or say --forget", path.display())
        })
    }
}
