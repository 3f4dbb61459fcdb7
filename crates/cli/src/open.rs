//! From settings to the parts: the log, the read model. What a person should know of it is said aloud.
//!
//! Deliberately absent: creating a ledger where somebody only wants to look.

use std::path::Path;

use anyhow::{Result, anyhow};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::{Opened, ReadModel};

use crate::args::Place;
use crate::output::{progress_bar, say};
use crate::settings::{Settings, Sources, environment};

/// The settings that a verb runs with; `flags` are its own, by the keys that they set.
pub(crate) fn settings(place: &Place, mut flags: Vec<(&'static str, String)>) -> Result<Settings> {
    if let Some(dir) = &place.data {
        flags.push(("data.dir", dir.display().to_string()));
    }
    Settings::load(&Sources { file: place.config.as_deref(), environment: environment(), flags })
}

/// The log, held by this process alone, and made if it is not there.
pub(crate) fn log(settings: &Settings) -> Result<Log> {
    let log = Log::open(&settings.data.dir, settings.ledger()?, settings.log(), Clock::System, Ids::System)?;
    if let Some(entries) = log.upgraded() {
        say(format!(
            "the log was written by a version without checkpoints; its {entries} entries have a tree and a signed \
             checkpoint now, which say nothing of what happened to them before"
        ));
    }
    Ok(log)
}

/// The log to look at, also while a service holds it.
pub(crate) fn log_to_read(settings: &Settings) -> Result<Log> {
    let dir = &settings.data.dir;
    Log::open_read_only(dir, &settings.log(), Clock::System)?.ok_or_else(|| no_ledger(dir))
}

fn no_ledger(dir: &Path) -> anyhow::Error {
    let dir = dir.display();
    anyhow!("there is no ledger in {dir}; check --data, or make one: `servanda serve --demo --data {dir}`")
}

/// The read model of a log that this process holds, built anew where it must be, which is said.
pub(crate) fn read_model(dir: &Path, log: &Log, told: impl Fn(u64)) -> Result<ReadModel> {
    let bar = progress_bar(Some(log.head()), "building the read model");
    let opened = ReadModel::open(dir, log, |position| {
        bar.set_position(position);
        told(position);
    });
    bar.finish_and_clear();
    let (model, opened) = opened?;
    if let Opened::Rebuilt(reason) = opened
        && log.head() > 0
    {
        say(format!("the read model was built from the log's {} entries: {reason}", log.head()));
    }
    Ok(model)
}
