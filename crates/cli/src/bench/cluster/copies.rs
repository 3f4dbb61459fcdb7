//! Bare copies beside the limit: each reads the messages back from the servers and syncs them twice, as a node's copy
//! does with entries and their checkpoint. What is left of the speed of the servers where three such copies share their
//! disk and processors.
//!
//! Deliberately absent: a database, a tree, a signature.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_nats::Client;
use futures_util::StreamExt as _;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

/// How long the servers may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Messages that are asked for at once.
const MESSAGES_MAX: usize = 256;

/// Copies that follow a stream, each with the number of the last message that it has synced.
pub(super) struct Copies {
    stored: watch::Sender<u64>,
    held: Vec<watch::Receiver<u64>>,
    tasks: Vec<JoinHandle<Result<()>>>,
}

impl Copies {
    /// Begins copies of a stream that is empty, each with its own files in a folder.
    pub(super) fn begin(dir: &Path, client: &Client, stream: &str, count: usize) -> Result<Self> {
        let stored = watch::Sender::new(0);
        let (mut held, mut tasks) = (Vec::new(), Vec::new());
        for n in 0..count {
            let place = |what: &str| dir.join(format!("bare{n}.{what}"));
            let files = [File::create(place("entries"))?, File::create(place("mark"))?];
            let holding = watch::Sender::new(0);
            held.push(holding.subscribe());
            tasks.push(tokio::spawn(follow(client.clone(), stream.to_owned(), files, stored.subscribe(), holding)));
        }
        Ok(Self { stored, held, tasks })
    }

    /// Says that a message is stored, and waits until one of the copies holds it.
    pub(super) async fn hold(&self, number: u64, copy: usize) -> Result<()> {
        self.stored.send_if_modified(|newest| {
            let further = number > *newest;
            *newest = number.max(*newest);
            further
        });
        let mut held = self.held[copy % self.held.len()].clone();
        held.wait_for(|held| *held >= number).await.context("a bare copy has stopped")?;
        Ok(())
    }

    /// Ends them.
    pub(super) async fn end(self) -> Result<()> {
        let Self { stored, tasks, .. } = self;
        drop(stored);
        for task in tasks {
            task.await??;
        }
        Ok(())
    }
}

async fn follow(
    client: Client,
    stream: String,
    mut files: [File; 2],
    mut stored: watch::Receiver<u64>,
    holding: watch::Sender<u64>,
) -> Result<()> {
    let mut held = 0;
    // It ends with what is to be followed.
    while stored.wait_for(|stored| *stored > held).await.is_ok() {
        let messages = read(&client, &stream, held + 1).await?;
        if messages.is_empty() {
            // The server that answers has not heard of the newest yet.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        held += messages.len() as u64;
        files = spawn_blocking(move || {
            files[0].write_all(&messages.concat())?;
            files[0].sync_data()?;
            files[1].write_all(&held.to_be_bytes())?;
            files[1].sync_data()?;
            anyhow::Ok(files)
        })
        .await??;
        holding.send_replace(held);
    }
    Ok(())
}

/// The messages from a number on, as far as they are there.
async fn read(client: &Client, stream: &str, from: u64) -> Result<Vec<Vec<u8>>> {
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await?;
    let asked = format!("{{\"seq\":{from},\"batch\":{MESSAGES_MAX}}}");
    client.publish_with_reply(format!("$JS.API.DIRECT.GET.{stream}"), inbox, asked.into()).await?;
    let mut messages = Vec::new();
    loop {
        let answer = tokio::time::timeout(PATIENCE, answers.next()).await?.context("no message came")?;
        match answer.status.map(|status| status.as_u16()) {
            None | Some(200) => messages.push(answer.payload.to_vec()),
            Some(204 | 404) => return Ok(messages),
            Some(status) => anyhow::bail!("messages are refused: {status}"),
        }
    }
}
