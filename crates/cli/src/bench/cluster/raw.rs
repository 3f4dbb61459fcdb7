//! The limit: the client library alone, publishing the same bytes into a stream of the same servers, each message for
//! its place, many under way.
//!
//! Deliberately absent: a tree, a copy, rules; who reads it back.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use async_nats::jetstream::Context;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, StorageType};

/// The stream of the limit, made anew for each round.
const STREAM: &str = "RAW";
const SUBJECT: &str = "raw.log";

/// What a round of the limit came to.
pub(super) struct Published {
    pub(super) took: Duration,
    /// From sending a message to its acknowledgement.
    pub(super) latencies: Vec<Duration>,
}

/// Publishes messages with so many under way.
pub(super) async fn publish(js: &Context, messages: Vec<Vec<u8>>, window: usize) -> Result<Published> {
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
    js.delete_stream(STREAM).await?;
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
