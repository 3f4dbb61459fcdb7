//! A real file, imported by its mapping into a ledger of its own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use servanda_events::History;
use servanda_events::ids::{Position, StreamId};
use servanda_log::{Clock, Log, Settings};
use servanda_tests::binary::run;
use servanda_tests::repository::root;

/// The folder of real files; says loudly that there is none.
pub(crate) fn data(of: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SERVANDA_TEST_DATA").map(PathBuf::from).filter(|folder| folder.join(of).exists());
    if folder.is_none() {
        let told = format!("NOT RUN: SERVANDA_TEST_DATA names no folder with {of}\n");
        std::io::stderr().write_all(told.as_bytes()).unwrap();
    }
    folder
}

/// What an import came to.
pub(crate) struct Imported {
    folder: tempfile::TempDir,
    /// The answers to its rows.
    pub(crate) rows: Vec<Value>,
    /// What they came to together.
    pub(crate) summary: Value,
}

impl Imported {
    /// Imports a file of the folder by a mapping of the project.
    pub(crate) fn of(form: &str, file: &str, mapping: &str) -> Option<Self> {
        let imported = Self { folder: tempfile::tempdir().unwrap(), rows: Vec::new(), summary: Value::Null };
        imported.again(form, file, mapping)
    }

    /// Imports another file, or the same again, into the same ledger.
    pub(crate) fn again(mut self, form: &str, file: &str, mapping: &str) -> Option<Self> {
        let file = data(file)?.join(file);
        let mapping = root().join("config/import").join(mapping);
        let words = |path: PathBuf| path.to_str().unwrap().to_owned();
        let (file, mapping, ledger) = (words(file), words(mapping), words(self.folder.path().to_owned()));
        let ran = run(&["import", form, &file, "--mapping", &mapping, "--data", &ledger, "--json"]);
        assert!(ran.code == 0 || ran.code == 4, "{}", ran.stderr);
        self.rows = ran.lines();
        self.summary = self.rows.pop().unwrap()["summary"].clone();
        Some(self)
    }

    /// A figure of the summary.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.summary[name].as_u64().unwrap()
    }

    /// Rows per flag, or per reason of a refusal.
    pub(crate) fn counts(&self, name: &str) -> BTreeMap<String, u64> {
        serde_json::from_value(self.summary[name].clone()).unwrap()
    }

    /// The log.
    pub(crate) fn log(&self) -> Log {
        Log::open_read_only(self.folder.path(), &Settings::default(), Clock::System).unwrap().unwrap()
    }

    /// A stream as the ledger knew it at a position.
    pub(crate) fn known_at(log: &Log, stream: &str, position: Position) -> History {
        let stream: StreamId = stream.parse().unwrap();
        let entries = log.read_stream(&stream, 0, usize::MAX).unwrap();
        let recorded: Vec<_> = entries.iter().map(|entry| entry.decode().unwrap()).collect();
        History::of(stream, recorded.iter().filter(|recorded| recorded.fact.position <= position))
    }

    /// A stream as the ledger knows it now.
    pub(crate) fn now(log: &Log, stream: &str) -> Arc<History> {
        log.history(&stream.parse().unwrap()).unwrap()
    }
}
