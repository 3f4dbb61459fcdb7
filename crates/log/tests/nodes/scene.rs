//! A server with a store that can be rolled back, and directories for nodes.
//!
//! Deliberately absent: several servers.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use futures_util::FutureExt as _;
use servanda_events::testing::parsed;
use servanda_log::{
    Clock, FillError, FillStep, Filled, Ids, Log, LogError, Moved, NodeState, Servers, Settings, move_to_file,
    move_to_stream, reseed,
};
use tempfile::TempDir;

use super::jetstream::{accounts, connect};
use super::kit::noon;
use super::nats::{Nats, newest};

const STREAM: &str = "SERVANDA_MAIN_LOG";

/// A server, its store, and directories for nodes.
pub(crate) struct Scene {
    pub(crate) server: Nats,
    store: PathBuf,
    dir: TempDir,
}

impl Scene {
    /// `None` where there is no server that is new enough.
    pub(crate) fn new() -> Option<Self> {
        let program = newest()?;
        let place = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
        let store = place.path().join("store");
        let server = Nats::start_in(&program, place, &store, &accounts(), &[]);
        Some(Self { server, store, dir: TempDir::new().unwrap() })
    }

    /// The directory of a node.
    pub(crate) fn path(&self, node: &str) -> PathBuf {
        self.dir.path().join(node)
    }

    /// The server as a node sees it.
    pub(crate) async fn servers(&self) -> Servers {
        let (client, complaints) = connect(&self.server.url(), "node0").await;
        Servers { client, complaints, replicas: 1, node: String::new() }
    }

    /// Starts a node, which people call as its directory is called.
    pub(crate) async fn try_node(&self, node: &str) -> Result<Log, LogError> {
        let servers = Servers { node: node.to_owned(), ..self.servers().await };
        let at = (Clock::System, Ids::System);
        Log::join(&self.path(node), Some(parsed("main")), Settings::default(), at, servers, |_, _| ()).await
    }

    /// A node, with the keys of `a` if it has none.
    pub(crate) async fn node(&self, node: &str) -> Log {
        if node != "a" && !self.path(node).exists() {
            copy_keys(&self.path("a"), &self.path(node));
        }
        self.try_node(node).await.unwrap()
    }

    /// What is said to a node that does not start.
    pub(crate) async fn refused(&self, node: &str) -> String {
        self.try_node(node).await.err().map(|error| error.to_string()).unwrap()
    }

    /// Asks the server about the stream, with the rights of a person who may do anything.
    pub(crate) async fn admin(&self, what: &str, body: &serde_json::Value) -> serde_json::Value {
        let (client, _) = connect(&self.server.url(), "admin0").await;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = client.request(format!("$JS.API.STREAM.{what}.{STREAM}"), body.into()).await.unwrap();
        serde_json::from_slice(&answer.payload).unwrap()
    }

    /// Removes the stream, as an administrator may.
    pub(crate) async fn delete_stream(&self) {
        assert_eq!(self.admin("DELETE", &serde_json::Value::Null).await["success"], true);
    }

    /// How many messages the stream has, if it is there.
    pub(crate) async fn messages(&self) -> Option<u64> {
        self.admin("INFO", &serde_json::Value::Null).await["state"]["messages"].as_u64()
    }

    /// Fills the stream from the longest of some nodes' copies.
    pub(crate) async fn reseed(&self, nodes: &[&str], dry_run: bool) -> Result<Filled, FillError> {
        self.reseed_told(nodes, dry_run, |_, _, _| ()).await
    }

    pub(crate) async fn reseed_told(
        &self,
        nodes: &[&str],
        dry_run: bool,
        told: impl FnMut(FillStep, u64, u64),
    ) -> Result<Filled, FillError> {
        let dirs: Vec<_> = nodes.iter().map(|node| (self.path(node), Settings::default())).collect();
        reseed(&dirs, (&noon(), &Ids::System), self.servers().await, dry_run, told).await
    }

    /// Brings the log of a folder into the stream.
    pub(crate) async fn move_in(&self, node: &str, dry_run: bool) -> Result<Filled, FillError> {
        self.move_in_told(node, dry_run, |_, _, _| ()).await
    }

    pub(crate) async fn move_in_told(
        &self,
        node: &str,
        dry_run: bool,
        told: impl FnMut(FillStep, u64, u64),
    ) -> Result<Filled, FillError> {
        let at = (&noon(), &Ids::System);
        move_to_stream(&self.path(node), &Settings::default(), at, self.servers().await, dry_run, told).await
    }

    /// Brings the log out of the stream into the folder of a node.
    pub(crate) async fn move_out(&self, node: &str, dry_run: bool) -> Result<Moved, FillError> {
        self.move_out_told(node, dry_run, |_, _, _| ()).await
    }

    pub(crate) async fn move_out_told(
        &self,
        node: &str,
        dry_run: bool,
        told: impl FnMut(FillStep, u64, u64),
    ) -> Result<Moved, FillError> {
        let at = (&noon(), &Ids::System);
        move_to_file(&self.path(node), &Settings::default(), at, self.servers().await, dry_run, told).await
    }

    /// Keeps the store as it is now.
    pub(crate) fn keep_store(&mut self) {
        self.server.kill();
        self.copy_store("store", "kept");
        self.server.begin();
    }

    /// Puts the store back as it was kept.
    pub(crate) fn roll_back(&mut self) {
        self.server.kill();
        std::fs::remove_dir_all(&self.store).unwrap();
        self.copy_store("kept", "store");
        self.server.begin();
    }

    fn copy_store(&self, from: &str, to: &str) {
        let place = self.store.parent().unwrap();
        let copied = Command::new("cp").arg("-a").arg(place.join(from)).arg(place.join(to)).status().unwrap();
        assert!(copied.success());
    }
}

/// Gives a node the keys of another.
pub(crate) fn copy_keys(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for name in ["keys/log.key", "keys/log.pub"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// What an error says.
pub(crate) fn said<T: std::fmt::Debug>(answer: Result<T, FillError>) -> String {
    answer.unwrap_err().to_string()
}

/// Runs something that is cut off by a panic in it, as by a kill.
pub(crate) async fn cut_off<T: std::fmt::Debug>(work: impl Future<Output = Result<T, FillError>>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    assert!(ended.is_err(), "it was not cut off: {:?}", ended.ok());
}

/// A stop at a step once it has done so much.
pub(crate) fn stop_at(step: FillStep, when: u64) -> impl FnMut(FillStep, u64, u64) {
    move |now, done, _| assert!(!(now == step && done >= when), "cut off here, as the test wants it")
}

/// Everything that a log holds, with its signed end.
pub(crate) fn exported(log: &Log) -> Vec<u8> {
    let mut file = Vec::new();
    log.export(&mut file, |_, _| ()).unwrap();
    file
}

pub(crate) async fn closed(log: Log) {
    log.close().await.unwrap();
}

/// Waits until a node stands as it should.
pub(crate) async fn comes_to(log: &Log, what: &str, good: impl Fn(&NodeState) -> bool) -> NodeState {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let state = log.node().unwrap();
            if good(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} does not come: {:?}", log.node()))
}

/// Waits until a node has an entry.
pub(crate) async fn reaches(log: &Log, position: u64) {
    let mut follower = log.follow(0);
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while follower.position() < position {
            follower.next(1_000).await.unwrap();
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{log:?} does not come to {position}: {:?}", log.node()));
}
