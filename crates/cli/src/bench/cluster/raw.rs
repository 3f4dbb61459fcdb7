//! The limit: the client library alone, publishing the same bytes into a stream of the same servers, each message for
//! its place; many under way, or each sent by a writer that waits for the one before.
//!
//! Deliberately absent: a tree, a copy, rules; who reads it back.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, StorageType};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::copies::Copies;

/// The stream of the limit, made anew for each round.
const STREAM: &str = "RAW";
const SUBJECT: &str = "raw.log";

/// How often a new stream without a leader is asked again.
const ATTEMPTS_MAX: usize = 500;
/// Bare copies beside it, as many as there are nodes.
const COPIES: usize = 3;

/// How long servers get to clear a stream away, before anything else is measured on them.
const SETTLES: Duration = Duration::from_millis(250);

/// What a round of the limit came to.
pub(super) struct Published {
    pub(super) took: Duration,
    /// From sending a message to its acknowledgement.
    pub(super) latencies: Vec<Duration>,
}

async fn create(js: &Context) -> Result<()> {
    js.create_stream(Config {
        name: STREAM.to_owned(),
        subjects: vec![SUBJECT.to_owned()],
        num_replicas: 3,
        storage: StorageType::File,
        duplicate_window: Duration::from_secs(10),
        allow_direct: true,
        ..Config::default()
    })
    .await?;
    for _ in 0..ATTEMPTS_MAX {
        // A message for a place that is not there is refused by whoever leads the stream, once somebody does.
        let probe = PublishMessage::build().payload(Vec::new().into()).expected_last_sequence(u64::from(u32::MAX));
        match js.send_publish(SUBJECT, probe).await?.await {
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => return Ok(()),
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    anyhow::bail!("nobody leads the stream of the limit")
}

async fn remove(js: &Context) -> Result<()> {
    js.delete_stream(STREAM).await?;
    tokio::time::sleep(SETTLES).await;
    Ok(())
}

/// Publishes messages with so many under way.
pub(super) async fn publish(js: &Context, messages: Vec<Vec<u8>>, window: usize) -> Result<Published> {
    create(js).await?;
    let (mut under_way, mut latencies) = (VecDeque::with_capacity(window), Vec::with_capacity(messages.len()));
    let begun = Instant::now();
    for (behind, message) in (0_u64..).zip(messages) {
        if under_way.len() == window {
            acknowledged(&mut under_way, &mut latencies).await?;
        }
        let wish = PublishMessage::build().payload(message.into()).expected_last_sequence(behind);
        under_way.push_back((Instant::now(), js.send_publish(SUBJECT, wish).await?.into_future()));
    }
    while !under_way.is_empty() {
        acknowledged(&mut under_way, &mut latencies).await?;
    }
    let took = begun.elapsed();
    remove(js).await?;
    Ok(Published { took, latencies })
}

/// Messages that are still to be sent, and how many were.
struct Waiting {
    messages: std::vec::IntoIter<Vec<u8>>,
    sent: u64,
}

/// Publishes messages by so many writers, each of which sends one, waits until it is acknowledged, and sends the next.
/// With a folder it waits also until one of three bare copies there holds the message, a third of the writers for each.
pub(super) async fn publish_by(
    js: &Context,
    messages: Vec<Vec<u8>>,
    writers: usize,
    copied_to: Option<&Path>,
) -> Result<Published> {
    create(js).await?;
    let copies = copied_to.map(|dir| Copies::begin(dir, &js.client(), STREAM, COPIES)).transpose()?;
    let copies = copies.map(Arc::new);
    let waiting = Arc::new(Mutex::new(Waiting { messages: messages.into_iter(), sent: 0 }));
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for writer in 0..writers {
        let (js, waiting, copies) = (js.clone(), Arc::clone(&waiting), copies.clone());
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                // Held while it is sent, so that places are asked for in their order.
                let mut next = waiting.lock().await;
                let Some(message) = next.messages.next() else { return anyhow::Ok(latencies) };
                let wish = PublishMessage::build().payload(message.into()).expected_last_sequence(next.sent);
                next.sent += 1;
                let begun = Instant::now();
                let acknowledged = js.send_publish(SUBJECT, wish).await?.into_future();
                drop(next);
                let number = acknowledged.await?.sequence;
                if let Some(copies) = &copies {
                    copies.hold(number, writer).await?;
                }
                latencies.push(begun.elapsed());
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    let took = begun.elapsed();
    if let Some(copies) = copies.and_then(Arc::into_inner) {
        copies.end().await?;
    }
    remove(js).await?;
    Ok(Published { took, latencies })
}

async fn acknowledged<F, T, E>(under_way: &mut VecDeque<(Instant, F)>, latencies: &mut Vec<Duration>) -> Result<()>
where
    F: Future<Output = Result<T, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let (sent, first) = under_way.pop_front().context("nothing is under way")?;
    first.await?;
    latencies.push(sent.elapsed());
    Ok(())
}
