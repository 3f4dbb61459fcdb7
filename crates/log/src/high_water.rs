//! The high-water file: the newest checkpoints that the log signed, outside the database and best on another disk. A
//! database that has less than this file, or something else, is an older copy or was changed.
//!
//! It is a ring of lines of a fixed length, made at full length once: writing a line moves no other, so that one
//! `fdatasync` of one block makes a checkpoint durable. A crash can damage one line only, the one that comes after the
//! newest; any other damage is refused. The lines are text: size, root, signature.
//!
//! Deliberately absent: judging the log; and moving or removing the file, which is a person's decision.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use servanda_proof::{Checkpoint, Hash, Mark, Policy, SignedNote, Verdict, judge_checkpoint};

use crate::LogError;

/// The file's name in its folder.
const FILE: &str = "high-water";
const FORM: &str = "servanda high-water 1";
/// Bytes of a line, with its line feed.
const LINE: usize = 256;
/// Lines for checkpoints, behind the first, which names the log.
const SLOTS: usize = 1_023;

/// The file, open for writing.
#[derive(Debug)]
pub(crate) struct HighWater {
    path: PathBuf,
    file: File,
    origin: String,
    /// Where the next checkpoint goes.
    slot: usize,
}

/// What the file says.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The newest checkpoint.
    pub(crate) newest: Option<(Checkpoint, SignedNote)>,
    /// All checkpoints; the signature of the newest alone was checked.
    pub(crate) marks: Vec<Mark>,
    notes: Vec<SignedNote>,
    slot: usize,
    /// The keys that the log has had; none where the marks are someone else's.
    policy: Option<Policy>,
}

impl Seen {
    /// What someone else saw.
    pub(crate) fn of(mark: Mark) -> Self {
        Self { marks: vec![mark], ..Self::default() }
    }

    /// Whether the mark of a size was signed by the log.
    pub(crate) fn is_signed(&self, size: u64) -> bool {
        let place = self.marks.iter().position(|mark| mark.size == size);
        let note = place.and_then(|place| self.notes.get(place));
        note.zip(self.policy.as_ref()).is_some_and(|(note, policy)| judge_checkpoint(note, policy).is_ok())
    }
}

fn damaged(path: &Path, detail: impl Into<String>) -> LogError {
    LogError::HighWater { path: path.to_owned(), detail: detail.into() }
}

fn failed(path: &Path, error: &io::Error) -> LogError {
    damaged(path, format!("{error}; make its folder writable, or choose another by the setting data.high_water"))
}

impl HighWater {
    /// The file in a folder, if there is one.
    pub(crate) fn open(dir: &Path, policy: &Policy) -> Result<Option<(Self, Seen)>, LogError> {
        let path = dir.join(FILE);
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, &error)),
        };
        let seen = read(&path, &file, policy)?;
        let (origin, slot) = (origin(policy).to_owned(), seen.slot);
        Ok(Some((Self { path, file, origin, slot }, seen)))
    }

    /// What the file in a folder says; nothing if there is none.
    pub(crate) fn look(dir: &Path, policy: &Policy) -> Result<Option<Seen>, LogError> {
        let path = dir.join(FILE);
        match File::open(&path) {
            Ok(file) => read(&path, &file, policy).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path, &error)),
        }
    }

    /// The file in a folder that must have one.
    pub(crate) fn expect(dir: &Path, policy: &Policy) -> Result<(Self, Seen), LogError> {
        let missing = "it is missing; if the ledger was moved, bring the file along or set data.high_water to its \
                       folder; if it is lost, restore the ledger from a verified backup into a new folder";
        Self::open(dir, policy)?.ok_or_else(|| damaged(&dir.join(FILE), missing))
    }

    /// The file in a folder; made now if there is none.
    pub(crate) fn open_or_create(dir: &Path, policy: &Policy) -> Result<(Self, Seen), LogError> {
        if let Some(found) = Self::open(dir, policy)? {
            return Ok(found);
        }
        let path = dir.join(FILE);
        create(dir, &path, origin(policy)).map_err(|error| failed(&path, &error))?;
        Self::expect(dir, policy)
    }

    /// Appends a checkpoint; it is durable when this returns.
    pub(crate) fn append(&mut self, checkpoint: &Checkpoint, note: &SignedNote) -> Result<(), LogError> {
        let note = note.to_string();
        let signature = note.trim_end().rsplit(' ').next().unwrap_or_default();
        let line = padded(&format!("{} {} {signature}", checkpoint.size, checkpoint.root.to_base64()));
        let place = ((1 + self.slot) * LINE) as u64;
        let mut write = || {
            self.file.seek(SeekFrom::Start(place))?;
            self.file.write_all(&line)?;
            self.file.sync_data()
        };
        write().map_err(|error| failed(&self.path, &error))?;
        self.slot = (self.slot + 1) % SLOTS;
        Ok(())
    }

    /// The same file, which takes nothing any more.
    #[cfg(test)]
    pub(crate) fn broken(self) -> Self {
        let file = File::open(&self.path).unwrap_or(self.file);
        Self { file, ..self }
    }

    /// The log that it is about.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

/// The log that a policy with the keys of one log is about.
fn origin(policy: &Policy) -> &str {
    policy.logs().next().map_or("", |key| key.name())
}

fn padded(text: &str) -> Vec<u8> {
    let mut line = text.as_bytes().to_vec();
    line.resize(LINE - 1, b' ');
    line.push(b'\n');
    line
}

fn create(dir: &Path, path: &Path, origin: &str) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    let mut bytes = padded(&format!("{FORM} {origin}"));
    (0..SLOTS).for_each(|_| bytes.extend(padded("")));
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

fn read(path: &Path, mut file: &File, policy: &Policy) -> Result<Seen, LogError> {
    let mut bytes = Vec::with_capacity((1 + SLOTS) * LINE);
    file.read_to_end(&mut bytes).map_err(|error| failed(path, &error))?;
    if bytes.len() != (1 + SLOTS) * LINE {
        return Err(damaged(path, format!("it has {} bytes; put back a good copy of it", bytes.len())));
    }
    let mut lines = bytes.chunks(LINE);
    let origin = origin(policy);
    if lines.next() != Some(&padded(&format!("{FORM} {origin}"))) {
        let detail = format!(
            "it is not that of the log {origin}; move it away if it belongs to a ledger that is gone, or set \
             data.high_water"
        );
        return Err(damaged(path, detail));
    }
    let blank = padded("");
    let slots: Vec<Option<Option<(Checkpoint, SignedNote)>>> =
        lines.map(|line| (line != blank).then(|| slot(line, origin))).collect();
    newest(path, slots, policy)
}

/// A line: size, root, signature.
fn slot(line: &[u8], origin: &str) -> Option<(Checkpoint, SignedNote)> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?.trim_end_matches(' ');
    let mut parts = text.split(' ');
    let (size, root, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let checkpoint = Checkpoint { origin: origin.to_owned(), size: size.parse().ok()?, root: Hash::from_base64(root)? };
    let note: SignedNote = format!("{checkpoint}\n\u{2014} {origin} {signature}\n").parse().ok()?;
    // A line has one spelling, so that no changed byte goes unnoticed.
    (padded(&format!("{size} {root} {signature}")) == line && checkpoint.size.to_string() == size)
        .then_some((checkpoint, note))
}

/// The newest line that the log signed. A line that does not hold may stand right behind it only.
fn newest(
    path: &Path,
    slots: Vec<Option<Option<(Checkpoint, SignedNote)>>>,
    policy: &Policy,
) -> Result<Seen, LogError> {
    let good = |note: &SignedNote| judge_checkpoint(note, policy).is_ok();
    let mut by_size: Vec<usize> = (0..slots.len()).filter(|at| matches!(slots[*at], Some(Some(_)))).collect();
    by_size.sort_by_key(|at| slots[*at].iter().flatten().map(|(checkpoint, _)| checkpoint.size).max());
    let mut bad: Vec<usize> = (0..slots.len()).filter(|at| matches!(slots[*at], Some(None))).collect();
    let mut newest = None;
    while let Some(at) = by_size.pop() {
        if slots[at].iter().flatten().any(|(_, note)| good(note)) {
            newest = Some(at);
            break;
        }
        bad.push(at);
    }
    let next = newest.map_or(0, |at| (at + 1) % SLOTS);
    if let Some(at) = bad.iter().find(|at| **at != next) {
        let line = at + 2;
        return Err(damaged(path, format!("line {line} is not what the log wrote; put back a good copy of the file")));
    }
    let mut seen = Seen { slot: next, policy: Some(policy.clone()), ..Seen::default() };
    for (at, found) in slots.into_iter().enumerate() {
        if let Some(Some((checkpoint, note))) = found.filter(|_| !bad.contains(&at)) {
            if Some(at) == newest {
                seen.newest = Some((checkpoint.clone(), note.clone()));
            }
            seen.marks.push(Mark { size: checkpoint.size, root: checkpoint.root });
            seen.notes.push(note);
        }
    }
    Ok(seen)
}

/// The verdict on a log that has fewer entries than were signed.
pub(crate) fn stale(size: u64, seen: u64) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Stale { size, seen },
        advice: "this is an older copy, or its end was lost; put the newest copy back, or restore the newest backup",
    }
}
