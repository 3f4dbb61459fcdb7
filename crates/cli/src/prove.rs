//! `prove`: the proof of one entry in one file.
//!
//! Deliberately absent: the verdict on it, which is for someone else's `verify`.

use std::io::Write as _;

use anyhow::{Context as _, Result};

use crate::args::ProveArgs;
use crate::ending::conflict;
use crate::open;
use crate::output::{print_text, say};

pub(crate) fn run(args: &ProveArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let log = open::log_to_read(&settings)?;
    let Some(proof) = log.proof(args.position)? else {
        return Err(match log.checkpoint() {
            Some(_) => {
                conflict(format!("no checkpoint covers entry {} yet; the log has {}", args.position, log.head()))
            }
            None => {
                conflict("the log has no checkpoint yet; open it once to record, with `servanda serve` or `record`")
            }
        });
    };
    let text = proof.to_string();
    match &args.output {
        Some(path) => {
            let told = || format!("{} cannot be written; choose another file after --output", path.display());
            std::fs::File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).with_context(told)?;
        }
        None => print_text(&text)?,
    }
    if let Some(key) = log.public_key() {
        say(format!("verify it with: servanda verify FILE --key '{key}'"));
    }
    Ok(())
}
