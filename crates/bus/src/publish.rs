//! Publishing behind the end of the stream: many messages under way, acknowledged in groups, one group after the other.
//!
//! Every message says which place it expects, so the server itself refuses one that would stand elsewhere. For the same
//! reason the acknowledgement of one message vouches for all before it, and only the last of a group asks for one. At
//! the first acknowledgement that is not what it should be, nothing more is sent, what is under way is waited for, and
//! the caller begins anew. Memory is bounded by the window, in messages and bytes, and by two pages of the log.
//!
//! Deliberately absent: a header with the expected last message id, which stops a replicated stream of some servers.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::{OutboundMessage, PublishMessage};
use async_nats::jetstream::publish::PublishAck;
use servanda_events::ids::Position;
use servanda_log::{Follower, LogError};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::connect::Link;
use crate::message::{MEDIA_TYPE, Message, message};
use crate::relay::{Relay, Settings};
use crate::state::{Fault, Trouble};
use crate::stream::unanswered;

/// Entries of one page of the log.
const PAGE_ENTRIES_MAX: usize = 256;
/// Most entries of a page that say nothing of many writers: a command with what follows from it.
const ONE_BY_ONE_ENTRIES_MAX: usize = 3;
/// How long the log is left alone while many record at the same time.
const REST: Duration = Duration::from_millis(10);
/// Most messages of which only the last asks for an acknowledgement.
const GROUP_MESSAGES_MAX: usize = 16;
/// Fewest groups of a full window, so that it is filled again while others are under way.
const GROUPS_UNDER_WAY: usize = 8;
/// Most bytes under way, however few messages they are.
const WINDOW_BYTES_MAX: usize = 4 << 20;
/// How often an idle relay looks whether the stream is still there and ends where it should.
const LOOK_EVERY: Duration = Duration::from_secs(5);

type Ack = Pin<Box<dyn Future<Output = Result<PublishAck, PublishError>> + Send>>;

/// A number of messages and the bytes of their bodies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Load {
    messages: usize,
    bytes: usize,
}

/// A group that was sent and is not acknowledged yet.
struct UnderWay {
    /// Position of its last message, the one that is acknowledged.
    last: Position,
    load: Load,
    ack: Ack,
}

/// Messages under way, and those that come next.
#[derive(Default)]
struct Window {
    under_way: VecDeque<UnderWay>,
    /// Everything under way, with the group that is not complete.
    load: Load,
    /// The group that is not complete.
    group: Load,
    /// Whether anything was sent in this session.
    begun: bool,
    next: VecDeque<Message>,
}

impl Window {
    /// Sends what there is room for. The last message that is sent always asks for an acknowledgement.
    async fn fill(&mut self, js: &Context, settings: &Settings) -> Result<(), Fault> {
        while let Some(message) = self.next_to_send(settings.window_messages) {
            let position = message.position;
            let wish = PublishMessage::build()
                .payload(message.body.into())
                .message_id(&message.id)
                .expected_last_sequence(position - 1)
                .header("Content-Type", MEDIA_TYPE);
            if self.asks(settings.window_messages) {
                let ack = js.send_publish(message.subject, wish).await.map_err(|error| refused(&error))?;
                let load = std::mem::take(&mut self.group);
                self.under_way.push_back(UnderWay { last: position, load, ack: ack.into_future() });
            } else {
                unasked(js, wish.outbound_message(message.subject), settings.ack_max).await?;
            }
            self.begun = true;
        }
        Ok(())
    }

    /// The next message, if there is one and room for it.
    fn next_to_send(&mut self, messages_max: usize) -> Option<Message> {
        let message = if self.has_room(messages_max) { self.next.pop_front()? } else { return None };
        for load in [&mut self.load, &mut self.group] {
            load.messages += 1;
            load.bytes += message.body.len();
        }
        Some(message)
    }

    fn has_room(&self, messages_max: usize) -> bool {
        self.load.messages < messages_max && (self.load.bytes < WINDOW_BYTES_MAX || self.load.messages == 0)
    }

    /// Whether the message that was taken last asks for an acknowledgement: where its group is complete, where nothing
    /// comes behind it for now, and where it is the first, whose refusal says why the others are refused.
    fn asks(&self, messages_max: usize) -> bool {
        let complete = self.group.messages >= (messages_max / GROUPS_UNDER_WAY).clamp(1, GROUP_MESSAGES_MAX);
        complete || self.next.is_empty() || !self.has_room(messages_max) || !self.begun
    }

    /// The next acknowledgement, of the group that was sent first. May be cancelled.
    async fn acknowledged(&mut self) -> Option<(Position, Result<PublishAck, PublishError>)> {
        let first = self.under_way.front_mut()?;
        let acknowledged = first.ack.as_mut().await;
        let done = self.under_way.pop_front()?;
        self.load.messages -= done.load.messages;
        self.load.bytes -= done.load.bytes;
        Some((done.last, acknowledged))
    }

    /// Waits for what is under way, whatever becomes of it, so that nothing of it meets what is sent next.
    async fn drain(&mut self, patience: Duration) {
        let all = async { while self.acknowledged().await.is_some() {} };
        let _late = tokio::time::timeout(patience, all).await;
    }
}

/// Sends a message that asks for no acknowledgement.
async fn unasked(js: &Context, message: OutboundMessage, patience: Duration) -> Result<(), Fault> {
    let OutboundMessage { subject, payload, headers } = message;
    let client = js.client();
    let sent = client.publish_with_headers(subject, headers.unwrap_or_default(), payload);
    // A client that is not connected takes no more after a while.
    match tokio::time::timeout(patience, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Fault::new(Trouble::PublishRefused, error.to_string())),
        Err(_late) => Err(Fault::new(Trouble::AckMissing, "the server takes no more messages")),
    }
}

/// Publishes the entries behind `tip` and whatever comes, until the stop or the first fault.
pub(crate) async fn publish(
    relay: &Relay,
    js: &Context,
    tip: Position,
    link: &mut watch::Receiver<Link>,
    stop: &CancellationToken,
) -> Result<(), Fault> {
    let mut window = Window::default();
    let published = forward(relay, js, tip, &mut window, link, stop).await;
    if published.is_err() && !link.borrow().lost {
        window.drain(relay.settings.ack_max).await;
    }
    published
}

async fn forward(
    relay: &Relay,
    js: &Context,
    tip: Position,
    window: &mut Window,
    link: &mut watch::Receiver<Link>,
    stop: &CancellationToken,
) -> Result<(), Fault> {
    // The reader ends with this function.
    let mut reader = JoinSet::new();
    let (sender, mut pages) = mpsc::channel(1);
    reader.spawn(read(relay.log.follow(tip), sender));
    let mut reading = true;
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    look.reset();
    loop {
        if stop.is_cancelled() {
            window.next.clear();
            reading = false;
        }
        window.fill(js, &relay.settings).await?;
        let (idle, hungry) = (window.under_way.is_empty(), window.next.is_empty());
        tokio::select! {
            biased;
            heard = link.changed() => {
                if heard.is_err() || link.borrow_and_update().lost {
                    return Err(Fault::new(Trouble::Unreachable, "the connection to the server was lost"));
                }
            }
            acknowledged = window.acknowledged(), if !idle => {
                if let Some((position, ack)) = acknowledged {
                    taken(relay, link, position, ack)?;
                }
            }
            page = pages.recv(), if hungry && reading => match page {
                Some(page) => window.next.extend(page?),
                // The log was closed, and the stop comes next.
                None => reading = false,
            },
            () = stop.cancelled(), if idle => return Ok(()),
            _ = look.tick(), if idle => {
                let (end, position) = (relay.end(js, link).await?, relay.state().position);
                if end != position {
                    let detail = format!("the stream ends at {end}, and {position} was expected");
                    return Err(Fault::new(Trouble::Overtaken, detail));
                }
            }
        }
    }
}

/// How long to leave the log alone after a page of so many entries. What is recorded one by one is sent at once, and so
/// is what waits already. Between them are those who record together: a moment lets more of theirs come together, and
/// each read, each sending and each acknowledgement is then for many entries.
fn rest_after(entries: usize) -> Option<Duration> {
    (entries > ONE_BY_ONE_ENTRIES_MAX && entries < PAGE_ENTRIES_MAX).then_some(REST)
}

/// Reads the log and makes messages of it, a page ahead of what is sent.
async fn read(mut follower: Follower, pages: mpsc::Sender<Result<Vec<Message>, Fault>>) {
    let unreadable = |detail: String| Fault::new(Trouble::LogUnreadable, detail);
    loop {
        let page = match follower.next(PAGE_ENTRIES_MAX).await {
            Ok(entries) => {
                let made = entries.iter().map(|entry| {
                    message(&entry.bytes).map_err(|error| unreadable(format!("entry {}: {error}", entry.position)))
                });
                made.collect::<Result<Vec<_>, _>>()
            }
            Err(LogError::Closed) => return,
            Err(error) => Err(unreadable(error.to_string())),
        };
        let entries = page.as_ref().map_or(0, Vec::len);
        if pages.send(page).await.is_err() || entries == 0 {
            return;
        }
        if let Some(rest) = rest_after(entries) {
            tokio::time::sleep(rest).await;
        }
    }
}

/// Takes note of an acknowledgement, which must be the position's own.
fn taken(
    relay: &Relay,
    link: &watch::Receiver<Link>,
    position: Position,
    ack: Result<PublishAck, PublishError>,
) -> Result<(), Fault> {
    let ack = ack.map_err(|error| match error.kind() {
        PublishErrorKind::TimedOut => match unanswered(link, &error.to_string()) {
            fault if fault.trouble == Trouble::NotPermitted => fault,
            fault => Fault { trouble: Trouble::AckMissing, ..fault },
        },
        _ => refused(&error),
    })?;
    if ack.sequence != position {
        let detail = format!("entry {position} stands at {} of the stream already", ack.sequence);
        return Err(Fault::new(Trouble::Overtaken, detail));
    }
    relay.shared.change(|state| {
        state.published += position.saturating_sub(state.position);
        state.position = position;
    });
    Ok(())
}

/// Why a message was not taken.
fn refused(error: &PublishError) -> Fault {
    let source = std::error::Error::source(error);
    let said = source.map_or_else(|| error.to_string(), ToString::to_string);
    let code = source.and_then(|source| source.downcast_ref::<async_nats::jetstream::Error>());
    let code = code.map(|error| error.error_code().0);
    let trouble = match (error.kind(), code) {
        (PublishErrorKind::WrongLastSequence, _) | (_, Some(10_071 | 10_164)) => Trouble::Overtaken,
        (PublishErrorKind::StreamNotFound, _) => Trouble::StreamAway,
        (PublishErrorKind::BrokenPipe, _) => Trouble::Unreachable,
        (PublishErrorKind::TimedOut, _) => Trouble::AckMissing,
        // The server says the same of a stream at its limit and of a disk that takes no more.
        (_, Some(10_077)) if said.contains("maximum") => Trouble::StreamFull,
        (_, Some(10_077 | 10_023 | 10_028 | 10_047)) => Trouble::ServerFull,
        (_, Some(10_109)) => Trouble::StreamIncompatible,
        _ => Trouble::PublishRefused,
    };
    Fault::new(trouble, said)
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;
