//! Looks at what can be verified without asking anybody: a data directory, a bundle, a proof.
//!
//! Deliberately absent: the network.

use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_log::{Bundle, ImportError, Log, LogError, rotation_in};
use servanda_proof::{
    Audit, BadRotation, Checkpoint, Fault, Mark, Policy, Rotation, SignedNote, TlogProof, Verdict, judge_checkpoint,
    judge_proof, leaf_hash,
};

use super::memory::Memory;
use super::{Believed, worse};
use crate::ending::{conflict, usage};
use crate::open;
use crate::output::progress_bar;
use crate::settings::Settings;

/// Entries that are read at once.
pub(crate) const PAGE: usize = 4_096;
/// Longest proof that is read, in bytes: an entry in base64, and all there can be beside it.
const PROOF_BYTES_MAX: u64 = 1 << 20;

/// What a look came to.
pub(crate) struct Look {
    pub(crate) verdict: Verdict,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) note: Option<SignedNote>,
    /// How the log's key was replaced, in what is looked at and in what was seen before.
    pub(crate) rotations: Vec<Rotation>,
    /// What was seen of the same log before.
    pub(crate) remembered: Option<Mark>,
    pub(crate) checked: Vec<String>,
    pub(crate) not_checked: Vec<String>,
}

impl Look {
    /// A look at a signed checkpoint of a log whose key was replaced as is `said`; an error of the signature is the
    /// verdict.
    pub(crate) fn at(note: SignedNote, said: &[Rotation], believed: &Believed, memory: &Memory) -> Result<Self> {
        let mut look = Self::with(Verdict::Unwitnessed);
        let origin = note.text().lines().next().unwrap_or_default();
        let seen = memory.rotations(origin)?;
        let followed = match believed.following(said, &seen) {
            Ok(followed) => followed,
            Err(verdict) => return Ok(Self { verdict, ..look }),
        };
        look.rotations = together(said, &seen);
        match judge_checkpoint(&note, &followed.policy) {
            Ok((checkpoint, verdict)) => {
                look.remembered = memory.mark(&checkpoint.origin, &followed.policy, &look.rotations)?;
                look.checked.push("the signature of the log under the checkpoint".to_owned());
                let keys = followed.policy.logs().count() - believed.policy.logs().count();
                if keys > 0 {
                    look.checked.push(format!("{keys} rotations of the log's key, each signed by the key before it"));
                }
                look.verdict = verdict;
                look.checkpoint = Some(checkpoint);
                look.note = Some(note);
            }
            Err(verdict) => look.verdict = verdict,
        }
        if believed.borrowed {
            let whence = "whether the key is the log's: it came with what was verified; give your own with --key";
            look.not_checked.push(whence.to_owned());
        }
        if !believed.policy.asks_for_witnesses() {
            look.not_checked.push("what witnesses saw: the policy asks for none".to_owned());
        }
        Ok(look)
    }

    fn with(verdict: Verdict) -> Self {
        let (checked, not_checked, rotations) = (Vec::new(), Vec::new(), Vec::new());
        Self { verdict, checkpoint: None, note: None, rotations, remembered: None, checked, not_checked }
    }

    pub(crate) fn invalid(fault: Fault) -> Self {
        Self::with(Verdict::Invalid(fault))
    }

    /// The way through the whole history to the checkpoint.
    pub(crate) fn scan(&self) -> Scan {
        let signed = self.checkpoint.as_ref().map(|c| Mark { size: c.size, root: c.root });
        Scan::against(signed.into_iter().chain(self.remembered).collect())
    }

    /// The verdict on a whole history whose key was replaced as is `said`.
    pub(crate) fn judge(&mut self, scan: &Scan, said: &[Rotation]) {
        let Some(size) = self.checkpoint.as_ref().map(|checkpoint| checkpoint.size) else {
            return;
        };
        let (found, remembered) = (scan.audit.tree().size(), self.remembered);
        self.checked.push(format!("the bytes of {found} entries, one by one, and the tree over them"));
        match remembered {
            Some(mark) => self
                .checked
                .push(format!("that nothing before entry {} differs from what was seen before", mark.size + 1)),
            None => self.not_checked.push("against earlier looks: this log was not verified here before".to_owned()),
        }
        let own = |upto| upto == size && remembered.is_none_or(|mark| mark.size != upto);
        match (scan.audit.end(), scan.audit.difference()) {
            // Entries that differ from the checkpoint's own, and not from those of an earlier look.
            (_, Some((after, upto))) if own(upto) => self.verdict = Verdict::Invalid(Fault::Differs { after, upto }),
            (Err(diverged @ Verdict::Diverged { .. }), _) => self.verdict = diverged,
            _ if found < size => self.verdict = Verdict::Invalid(Fault::Short { found, size }),
            (Err(stale), _) => self.verdict = stale,
            (Ok(()), _) => {}
        }
        if let (true, Some(bad)) = (self.verdict.holds(), scan.differs(said)) {
            self.verdict = Verdict::Invalid(bad.into());
        }
    }
}

/// What is seen of a whole history on the way through it.
pub(crate) struct Scan {
    pub(crate) audit: Audit,
    rotations: Vec<Rotation>,
    bad: Option<BadRotation>,
}

impl Scan {
    /// A way on which the history is compared with marks.
    pub(crate) fn against(marks: Vec<Mark>) -> Self {
        Self { audit: Audit::against(marks), rotations: Vec::new(), bad: None }
    }

    /// Takes the next entry.
    pub(crate) fn push(&mut self, entry: &[u8]) {
        match rotation_in(entry, self.audit.tree().size() + 1) {
            Ok(rotation) => self.rotations.extend(rotation),
            Err(bad) => self.bad = self.bad.take().or(Some(bad)),
        }
        self.audit.push(leaf_hash(entry));
    }

    /// How many entries were taken.
    pub(crate) fn size(&self) -> u64 {
        self.audit.tree().size()
    }

    /// Whether the entries state other rotations than those by which the checkpoint was judged.
    fn differs(&self, said: &[Rotation]) -> Option<BadRotation> {
        let said = || said.iter().filter(|rotation| rotation.position() <= self.size());
        let other = self.rotations.iter().find(|found| !said().any(|said| said == *found));
        let other = other.or_else(|| said().find(|said| !self.rotations.contains(said)));
        let what = "the entries and what was said of them beside them are not the same";
        let differs = other.map(|other| BadRotation { position: other.position(), what: what.to_owned() });
        self.bad.clone().or(differs)
    }
}

/// Rotations of two lists, each once, in the order of their entries.
fn together(one: &[Rotation], other: &[Rotation]) -> Vec<Rotation> {
    let mut all = one.to_vec();
    all.extend(other.iter().filter(|rotation| !one.contains(rotation)).cloned());
    all.sort_by_key(Rotation::position);
    all
}

/// The ledger of a data directory, also while a service has it.
pub(crate) fn ledger(settings: &Settings, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let log = match open::log_to_read(settings) {
        Ok(log) => log,
        Err(error) => return damaged(error, 0),
    };
    let note = log.checkpoint().ok_or_else(|| {
        conflict("the log has no checkpoint yet; open it once to record, with `servanda serve` or `record`")
    })?;
    let said = match log.rotations() {
        Ok(said) => said,
        Err(error) => return damaged(error.into(), 0),
    };
    // A checkpoint of a log whose key is just being replaced may still be the old key's.
    let first = |key: servanda_proof::PublicKey| Policy::of_log(key).with_earlier_keys(&said).ok();
    let first = log.public_key().and_then(first).and_then(|policy| policy.logs().next().cloned());
    let believed = Believed::or(given, first)?;
    let mut look = Look::at((*note).clone(), &said, &believed, memory)?;
    let Some(size) = look.checkpoint.as_ref().map(|checkpoint| checkpoint.size) else {
        return Ok(look);
    };
    let mut scan = look.scan();
    let bar = progress_bar(Some(size), "verifying");
    match read_all(&log, size, &mut scan, |position| bar.set_position(position)) {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => return Ok(Look::invalid(fault)),
        Err(error) => return damaged(error.into(), scan.size()),
    }
    bar.finish_and_clear();
    look.judge(&scan, &said);
    let beyond = log.head().saturating_sub(size);
    if beyond > 0 {
        look.not_checked.push(format!("{beyond} entries that came after the checkpoint"));
    }
    look.not_checked.push("the tables beside the entries: they are whenever the log is opened to record".to_owned());
    Ok(look)
}

/// Hands all entries of a log up to a size to a scan. A gap is a fault; an end that comes too early is the audit's.
pub(crate) fn read_all(
    log: &Log,
    size: u64,
    scan: &mut Scan,
    mut told: impl FnMut(u64),
) -> Result<Result<(), Fault>, LogError> {
    while scan.size() < size {
        let after = scan.size();
        let limit = usize::try_from(size - after).unwrap_or(PAGE).min(PAGE);
        let page = log.read(after, limit)?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            let position = scan.size() + 1;
            if entry.position != position {
                return Ok(Err(Fault::Entry { position, what: "it is missing".to_owned() }));
            }
            scan.push(&entry.bytes);
        }
        told(scan.size());
    }
    Ok(Ok(()))
}

/// A ledger that cannot be read to its end because it is damaged; any other failure is no verdict.
fn damaged(error: anyhow::Error, after: u64) -> Result<Look> {
    match error.downcast_ref::<LogError>() {
        Some(LogError::Damaged { .. } | LogError::Corrupt { .. }) => {
            Ok(Look::invalid(Fault::Entry { position: after + 1, what: format!("it cannot be read ({error})") }))
        }
        Some(LogError::Distrusted { verdict, .. }) => {
            let mut look = Look::invalid(Fault::NoCheckpoint);
            look.verdict = verdict.clone();
            Ok(look)
        }
        _ => Err(error),
    }
}

/// A file: a proof or a bundle, by its first line.
pub(crate) fn file(path: &Path, entry: Option<&Path>, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let shown = path.display();
    let told = || format!("{shown} cannot be read; check the name");
    let mut head = [0; 16];
    let mut opened = std::fs::File::open(path).with_context(told)?;
    let read = std::io::Read::read(&mut opened, &mut head).with_context(told)?;
    if head[..read].starts_with(b"c2sp.org/") {
        let length = opened.metadata().with_context(told)?.len();
        let text =
            if length > PROOF_BYTES_MAX { String::new() } else { std::fs::read_to_string(path).with_context(told)? };
        let entry = entry.map(std::fs::read).transpose().context("the file after --entry cannot be read")?;
        return proof(&text, entry.as_deref(), given, memory);
    }
    if head[..read].starts_with(b"{\"servanda_exp") {
        return bundle(path, given, memory);
    }
    Err(usage(format!("{shown} is neither a proof nor a bundle; see `servanda prove` and `servanda export`")))
}

fn proof(text: &str, entry: Option<&[u8]>, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let believed = Believed::or(given, None)?;
    let Ok(proof) = text.parse::<TlogProof>() else {
        return Ok(Look::invalid(Fault::NoCheckpoint));
    };
    let mut look = Look::at(proof.checkpoint.clone(), &proof.rotations, &believed, memory)?;
    if look.checkpoint.is_some() {
        let followed = believed.following(&proof.rotations, &look.rotations);
        look.verdict = followed.map_or_else(|verdict| verdict, |f| judge_proof(&proof, entry, &f.policy).0);
    }
    if look.verdict.holds() {
        look.checked.push(format!("that these bytes are entry {} of the log", proof.index + 1));
        look.not_checked.push("the other entries: a proof is of one".to_owned());
    }
    match (look.remembered, look.checkpoint.clone()) {
        (Some(mark), Some(c)) if mark.size == c.size && mark.root != c.root => {
            let other = Verdict::Diverged { after: 0, upto: c.size };
            look.verdict = worse(look.verdict, other);
        }
        (Some(mark), Some(c)) if mark.size == c.size => {
            look.checked.push("that the checkpoint is the one that was seen before".to_owned());
        }
        (mark, _) => {
            look.not_checked.push("whether this history is the one that was seen before".to_owned());
            // A checkpoint that was not compared must not take the place of one that was.
            if mark.is_some() {
                look.note = None;
            }
        }
    }
    Ok(look)
}

fn bundle(path: &Path, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let believed = Believed::or(given, None)?;
    let shown = path.display().to_string();
    let faulty = |error: ImportError| match error {
        ImportError::Read(error) => Err(anyhow::Error::from(error).context(format!("{shown} cannot be read"))),
        other => Ok(Look { not_checked: vec![other.to_string()], ..Look::invalid(Fault::NoCheckpoint) }),
    };
    // The checkpoint stands at the end, and says what has to be looked for on the way.
    let (mut said, mut position) = (Vec::new(), 0);
    let collect = |entry: &[u8]| {
        position += 1;
        said.extend(rotation_in(entry, position).ok().flatten());
    };
    let end = match Bundle::read(path, collect) {
        Ok(end) => end,
        Err(error) => return faulty(error),
    };
    let Some(note) = end.checkpoint.as_ref().and_then(|text| text.parse::<SignedNote>().ok()) else {
        return Ok(Look::invalid(Fault::NoCheckpoint));
    };
    let mut look = Look::at(note, &said, &believed, memory)?;
    let mut scan = look.scan();
    let bar = progress_bar(Some(end.entries), "verifying");
    let read = Bundle::read(path, |entry| {
        scan.push(entry);
        bar.set_position(scan.size());
    });
    bar.finish_and_clear();
    if let Err(error) = read {
        return faulty(error);
    }
    look.judge(&scan, &said);
    if look.verdict.holds() && look.checkpoint.as_ref().is_some_and(|c| c.size != end.entries) {
        look.verdict = Verdict::Invalid(Fault::Differs {
            after: look.checkpoint.as_ref().map_or(0, |c| c.size),
            upto: end.entries,
        });
    }
    Ok(look)
}
