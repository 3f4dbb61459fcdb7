//! Looks at what can be verified without asking anybody: a data directory, a bundle, a proof.
//!
//! Deliberately absent: the network.

use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_log::{Bundle, ImportError, Log, LogError};
use servanda_proof::{
    Audit, Checkpoint, Fault, Mark, SignedNote, TlogProof, Verdict, judge_checkpoint, judge_proof, leaf_hash,
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
    pub(crate) checked: Vec<String>,
    pub(crate) not_checked: Vec<String>,
}

impl Look {
    /// A look at a signed checkpoint; an error of the signature is the verdict.
    pub(crate) fn at(note: SignedNote, believed: &Believed) -> Self {
        let mut look =
            Self { verdict: Verdict::Unwitnessed, checkpoint: None, note: None, checked: vec![], not_checked: vec![] };
        match judge_checkpoint(&note, &believed.policy) {
            Ok((checkpoint, verdict)) => {
                look.checked.push("the signature of the log under the checkpoint".to_owned());
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
        look
    }

    pub(crate) fn invalid(fault: Fault) -> Self {
        let verdict = Verdict::Invalid(fault);
        Self { verdict, checkpoint: None, note: None, checked: Vec::new(), not_checked: Vec::new() }
    }

    /// The verdict on a whole history.
    pub(crate) fn judge_history(&mut self, audit: &Audit, remembered: Option<Mark>) {
        let Some(checkpoint) = &self.checkpoint else {
            return;
        };
        let found = audit.tree().size();
        self.checked.push(format!("the bytes of {found} entries, one by one, and the tree over them"));
        let against = match remembered {
            Some(mark) => format!("that nothing before entry {} differs from what was seen before", mark.size + 1),
            None => String::new(),
        };
        let verdict = match audit.end() {
            Err(diverged @ Verdict::Diverged { .. }) => diverged,
            _ if found < checkpoint.size => Verdict::Invalid(Fault::Short { found, size: checkpoint.size }),
            Err(stale) => stale,
            Ok(()) => self.verdict.clone(),
        };
        match remembered {
            Some(_) => self.checked.push(against),
            None => self.not_checked.push("against earlier looks: this log was not verified here before".to_owned()),
        }
        self.verdict = verdict;
    }
}

/// The marks that a history must agree with: the checkpoint, and what was seen before.
fn audit(look: &Look, remembered: Option<Mark>) -> Audit {
    let signed = look.checkpoint.as_ref().map(|c| Mark { size: c.size, root: c.root });
    Audit::against(signed.into_iter().chain(remembered).collect())
}

/// Whether entries that differ from what was signed are the checkpoint's own, and not those of an earlier look.
pub(crate) fn own(look: &mut Look, audit: &Audit, remembered: Option<Mark>) {
    let Some(size) = look.checkpoint.as_ref().map(|checkpoint| checkpoint.size) else {
        return;
    };
    if let Some((after, upto)) = audit.difference()
        && upto == size
        && remembered.is_none_or(|mark| mark.size != upto)
    {
        look.verdict = Verdict::Invalid(Fault::Differs { after, upto });
    }
}

fn remembered(memory: &Memory, look: &Look, believed: &Believed) -> Result<Option<Mark>> {
    match &look.checkpoint {
        Some(checkpoint) => memory.mark(&checkpoint.origin, &believed.policy),
        None => Ok(None),
    }
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
    let believed = Believed::or(given, log.public_key().cloned())?;
    let mut look = Look::at((*note).clone(), &believed);
    let Some(size) = look.checkpoint.as_ref().map(|checkpoint| checkpoint.size) else {
        return Ok(look);
    };
    let remembered = remembered(memory, &look, &believed)?;
    let mut audit = audit(&look, remembered);
    let bar = progress_bar(Some(size), "verifying");
    match read_all(&log, size, &mut audit, |position| bar.set_position(position)) {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => return Ok(Look::invalid(fault)),
        Err(error) => return damaged(error.into(), audit.tree().size()),
    }
    bar.finish_and_clear();
    look.judge_history(&audit, remembered);
    own(&mut look, &audit, remembered);
    let beyond = log.head().saturating_sub(size);
    if beyond > 0 {
        look.not_checked.push(format!("{beyond} entries that came after the checkpoint"));
    }
    look.not_checked.push("the tables beside the entries: they are whenever the log is opened to record".to_owned());
    Ok(look)
}

/// Hands all entries of a log up to a size to an audit. A gap is a fault; an end that comes too early is the audit's.
pub(crate) fn read_all(
    log: &Log,
    size: u64,
    audit: &mut Audit,
    mut told: impl FnMut(u64),
) -> Result<Result<(), Fault>, LogError> {
    while audit.tree().size() < size {
        let after = audit.tree().size();
        let limit = usize::try_from(size - after).unwrap_or(PAGE).min(PAGE);
        let page = log.read(after, limit)?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            let position = audit.tree().size() + 1;
            if entry.position != position {
                return Ok(Err(Fault::Entry { position, what: "it is missing".to_owned() }));
            }
            audit.push(leaf_hash(&entry.bytes));
        }
        told(audit.tree().size());
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
    let mut look = Look::at(proof.checkpoint.clone(), &believed);
    let (verdict, _) = judge_proof(&proof, entry, &believed.policy);
    if verdict.holds() {
        look.checked.push(format!("that these bytes are entry {} of the log", proof.index + 1));
        look.not_checked.push("the other entries: a proof is of one".to_owned());
    }
    look.verdict = verdict;
    let (mark, checkpoint) = (remembered(memory, &look, &believed)?, look.checkpoint.clone());
    match (mark, checkpoint) {
        (Some(mark), Some(c)) if mark.size == c.size && mark.root != c.root => {
            let other = Verdict::Diverged { after: 0, upto: c.size };
            look.verdict = worse(look.verdict, other);
        }
        (Some(mark), Some(c)) if mark.size == c.size => {
            look.checked.push("that the checkpoint is the one that was seen before".to_owned());
        }
        _ => {
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
    let end = match Bundle::read(path, |_| ()) {
        Ok(end) => end,
        Err(error) => return faulty(error),
    };
    let Some(note) = end.checkpoint.as_ref().and_then(|text| text.parse::<SignedNote>().ok()) else {
        return Ok(Look::invalid(Fault::NoCheckpoint));
    };
    let mut look = Look::at(note, &believed);
    let remembered = remembered(memory, &look, &believed)?;
    let mut audit = audit(&look, remembered);
    let bar = progress_bar(Some(end.entries), "verifying");
    let read = Bundle::read(path, |entry| {
        audit.push(leaf_hash(entry));
        bar.set_position(audit.tree().size());
    });
    bar.finish_and_clear();
    if let Err(error) = read {
        return faulty(error);
    }
    look.judge_history(&audit, remembered);
    own(&mut look, &audit, remembered);
    if look.verdict.holds() && look.checkpoint.as_ref().is_some_and(|c| c.size != end.entries) {
        look.verdict = Verdict::Invalid(Fault::Differs {
            after: look.checkpoint.as_ref().map_or(0, |c| c.size),
            upto: end.entries,
        });
    }
    Ok(look)
}
