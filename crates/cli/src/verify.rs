//! `verify`: everything recomputed, and a verdict. On the ledger of a data directory, on a bundle that `export` wrote,
//! on one proof, or on a service.
//!
//! The verdict says what was checked and what was not. It is compared with the newest checkpoint of the same log that
//! was verified before, which this verb remembers. From the key that is believed it follows the rotations to the
//! newest. Deliberately absent: believing the service or the folder that is verified; where the key comes from it,
//! that is said.

pub(crate) mod look;
mod memory;
mod service;

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use servanda_proof::{Checkpoint, Policy, PublicKey, Rotation, Verdict};

use self::look::Look;
use self::memory::Memory;
use crate::args::VerifyArgs;
use crate::ending::{does_not_hold, usage};
use crate::output::{print_json, print_text};
use crate::{open, runtime};

/// Whom the verifier believes, and who told it to.
pub(crate) struct Believed {
    policy: Policy,
    /// Whether the key comes from what is verified.
    borrowed: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    verdict: &'static str,
    sentence: String,
    origin: Option<String>,
    size: Option<u64>,
    root: Option<String>,
    checked: Vec<String>,
    not_checked: Vec<String>,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let given = given(args)?;
    let memory = Memory::of(args)?;
    let mut look = match args.target.as_deref() {
        None => look::ledger(&settings, given, &memory)?,
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            runtime()?.block_on(service::look(url, given, &memory))?
        }
        Some(file) => look::file(Path::new(file), args.entry.as_deref(), given, &memory)?,
    };
    if look.verdict.holds() {
        memory.keep(&mut look)?;
    }
    report(&look, args.json)?;
    if look.verdict.holds() {
        Ok(())
    } else {
        Err(does_not_hold("the verification failed; do not rely on this ledger"))
    }
}

/// Whom the flags say to believe.
fn given(args: &VerifyArgs) -> Result<Option<Believed>> {
    let policy = match (&args.key, &args.policy) {
        (Some(key), _) => {
            let key = PublicKey::parse(key).map_err(|error| usage(format!("the key after --key is wrong: {error}")))?;
            Policy::of_log(key)
        }
        (None, Some(path)) => {
            let shown = path.display();
            let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
            Policy::parse(&text).map_err(|error| usage(format!("{shown}: {error}")))?
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Believed { policy, borrowed: false }))
}

impl Believed {
    /// The given policy, or the key that comes with what is verified.
    fn or(given: Option<Self>, key: Option<PublicKey>) -> Result<Self> {
        let borrowed = || key.map(|key| Self { policy: Policy::of_log(key), borrowed: true });
        given
            .or_else(borrowed)
            .ok_or_else(|| usage("whose signature shall it bear? Give the log's key with --key or --policy"))
    }

    /// The same, following the rotations of what is verified and those that were seen before; or the verdict if they
    /// contradict each other.
    fn following(&self, said: &[Rotation], seen: &[Rotation]) -> Result<Self, Verdict> {
        let alone = self.policy.following(said).map_err(|bad| Verdict::Invalid(bad.into()))?;
        let policy = alone.following(seen).map_err(|bad| {
            // Both hold by themselves: the log handed its key on twice.
            Verdict::Diverged { after: bad.position.saturating_sub(1), upto: bad.position }
        })?;
        Ok(Self { policy, borrowed: self.borrowed })
    }
}

fn report(look: &Look, json: bool) -> Result<()> {
    let checkpoint = look.checkpoint.as_ref();
    let report = Report {
        verdict: look.verdict.word(),
        sentence: look.verdict.to_string(),
        origin: checkpoint.map(|checkpoint| checkpoint.origin.clone()),
        size: checkpoint.map(|checkpoint| checkpoint.size),
        root: checkpoint.map(|checkpoint| checkpoint.root.to_base64()),
        checked: look.checked.clone(),
        not_checked: look.not_checked.clone(),
    };
    if json {
        return print_json(&report);
    }
    let mut text = format!("{}\n", report.sentence);
    if let Some(Checkpoint { origin, size, root }) = checkpoint {
        text += &format!("log          {origin}\nentries      {size}\nroot         {}\n", root.to_base64());
    }
    let lines = |head: &str, lines: &[String]| lines.iter().map(|l| format!("{head:<13}{l}\n")).collect::<String>();
    text += &lines("checked", &report.checked);
    text += &lines("not checked", &report.not_checked);
    print_text(&text)
}

/// The worse of two verdicts, the first where both are as bad.
fn worse(one: Verdict, other: Verdict) -> Verdict {
    if one.holds() { other } else { one }
}
