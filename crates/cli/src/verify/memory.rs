//! The verifier's own high-water mark: the newest checkpoint of each log that it verified, and how the log's key was
//! replaced until then, in a folder of its own.
//!
//! Deliberately absent: checkpoints of logs that did not verify.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use servanda_proof::{Checkpoint, Mark, Policy, Rotation, SignedNote, judge_checkpoint, leaf_hash};

use super::look::Look;
use crate::args::VerifyArgs;

const CHECKPOINT: &str = "checkpoint";
const ROTATIONS: &str = "rotations";

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

    fn file(&self, origin: &str, what: &str) -> Option<PathBuf> {
        self.0.as_ref().map(|dir| dir.join(format!("{}.{what}", leaf_hash(origin.as_bytes()))))
    }

    /// How the key of a log was replaced, as far as it was verified before.
    pub(crate) fn rotations(&self, origin: &str) -> Result<Vec<Rotation>> {
        let Some((path, text)) = self.read(origin, ROTATIONS)? else {
            return Ok(Vec::new());
        };
        let told = || format!("{} does not hold any more; find out why, or remove it", path.display());
        Rotation::read_all(&text).with_context(told)
    }

    /// The newest checkpoint of a log that was verified before. One that does not bear the log's signature any more is
    /// an error: a memory that was changed must not be passed over.
    pub(crate) fn mark(&self, origin: &str, policy: &Policy, rotations: &[Rotation]) -> Result<Option<Mark>> {
        let Some((path, text)) = self.read(origin, CHECKPOINT)? else {
            return Ok(None);
        };
        let note: Option<SignedNote> = text.parse().ok();
        let logs = policy.logs().find_map(|key| {
            // It was judged when it was new, by the key of its time.
            let policy = Policy::of_log(key.clone()).with_earlier_keys(rotations).ok()?;
            judge_checkpoint(note.as_ref()?, &policy).ok()
        });
        let told = || {
            let path = path.display();
            format!("the remembered checkpoint {path} does not bear this log's signature; find out why, or remove it")
        };
        let (checkpoint, _) = logs.with_context(told)?;
        Ok(Some(Mark { size: checkpoint.size, root: checkpoint.root }))
    }

    fn read(&self, origin: &str, what: &str) -> Result<Option<(PathBuf, String)>> {
        let Some(path) = self.file(origin, what) else {
            return Ok(None);
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Remembers what was verified, if it is newer, and says so.
    pub(crate) fn keep(&self, look: &mut Look) -> Result<()> {
        let (Some(checkpoint), Some(note)) = (&look.checkpoint, &look.note) else {
            return Ok(());
        };
        let files = self.file(&checkpoint.origin, CHECKPOINT).zip(self.file(&checkpoint.origin, ROTATIONS));
        let Some((path, beside)) = files else {
            look.not_checked.push("against earlier looks: nothing is remembered".to_owned());
            return Ok(());
        };
        let before = std::fs::read_to_string(&path).ok().and_then(|text| text.parse::<SignedNote>().ok());
        let size = |note: &SignedNote| note.text().parse::<Checkpoint>().map_or(0, |checkpoint| checkpoint.size);
        if before.as_ref().is_some_and(|before| size(before) >= checkpoint.size) {
            return Ok(());
        }
        let keep = |path: &Path, text: &str| {
            write(path, text).with_context(|| {
                format!("{} cannot be written; choose a folder with --seen, or say --forget", path.display())
            })
        };
        if !look.rotations.is_empty() {
            keep(&beside, &look.rotations.iter().map(ToString::to_string).collect::<String>())?;
        }
        keep(&path, &note.to_string())
    }
}

/// All of a file or nothing of it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut file = std::fs::File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}
