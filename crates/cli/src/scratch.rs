//! A throw-away copy of a ledger's log, so that a dry run is a real run whose result is thrown away.
//!
//! Every later line sees what the earlier ones would have recorded, by the same code. The copy lies in the system's
//! folder for temporary files (`TMPDIR`) and is removed in the end. Deliberately absent: read models, users, tokens.

use std::fs::File;
use std::io::BufWriter;

use anyhow::{Context as _, Result};
use servanda_log::{Clock, Export, Ids, Log};

use crate::output::progress_bar;
use crate::settings::Settings;

/// A copy of a log; removed when it is dropped.
pub(crate) struct Scratch {
    log: Log,
    _dir: tempfile::TempDir,
}

impl Scratch {
    /// Copies the log of a ledger, also while a service holds it, or makes an empty one where there is none.
    pub(crate) async fn copy_of(settings: &Settings) -> Result<Self> {
        let from = Log::open_read_only(&settings.data.dir, &settings.log(), Clock::System)?;
        let told = "the dry run needs room for a copy of the log in the folder for temporary files; set TMPDIR to one";
        let dir = tempfile::Builder::new().prefix("servanda-dry-run-").tempdir().context(told)?;
        let ledger = match &from {
            Some(from) => Some(from.ledger().clone()),
            None => settings.ledger()?,
        };
        let scratch = servanda_log::Settings { high_water: None, ..settings.log() };
        let log = Log::open(dir.path(), ledger, scratch, Clock::System, Ids::System).context(told)?;
        if let Some(from) = from {
            let path = dir.path().join("copy.ndjson");
            from.export(BufWriter::new(File::create(&path).context(told)?), |_, _| {}).context(told)?;
            let bar = progress_bar(Some(from.head()), "copying the log for the dry run");
            Export::open(&path, |_, _| {})?.append_to(&log, |done, _| bar.set_position(done)).await.context(told)?;
            bar.finish_and_clear();
        }
        Ok(Self { log, _dir: dir })
    }

    /// The copy.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }
}
