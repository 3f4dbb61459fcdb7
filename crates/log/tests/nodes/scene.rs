//! A server with a store that can be rolled back, and directories for nodes.
//!
//! Deliberately absent: several servers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use servanda_log::{Clock, Log, LogError, Servers, Settings};
use tempfile::TempDir;

use crate::jetstream_kit::{accounts, connect, join};
use crate::nats::{Nats, newest};

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

    /// Starts a node.
    pub(crate) async fn try_node(&self, node: &str) -> Result<Log, LogError> {
        join(&self.server.url(), "node0", &self.path(node), (Clock::System, Settings::default())).await
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
