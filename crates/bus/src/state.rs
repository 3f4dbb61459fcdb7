//! How the relay stands, as plain data, for whoever looks after the service.
//!
//! Deliberately absent: how far it lags behind, which is a question to the log.

use std::sync::{Arc, Mutex, PoisonError};

use servanda_events::ids::Position;

/// What keeps the relay from publishing. The ledger goes on recording all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// No server answers.
    Unreachable,
    /// The server does not accept the credentials.
    CredentialsRefused,
    /// The encrypted connection could not be made.
    Tls,
    /// The credentials allow less than the relay needs.
    NotPermitted,
    /// The server is older than the relay can work with.
    ServerTooOld,
    /// The server has no JetStream, or not for this account.
    NoJetStream,
    /// The server has no leader for the stream, or does not answer about it.
    StreamAway,
    /// Someone configured the stream otherwise.
    StreamIncompatible,
    /// The stream holds something else than this log.
    StreamDiverged,
    /// The stream is longer than this log.
    StreamAhead,
    /// Messages were taken out of the stream.
    StreamHoles,
    /// The stream has reached the limit of its size.
    StreamFull,
    /// The server has no room for another message.
    ServerFull,
    /// Something else took the place of a message, such as a second relay.
    Overtaken,
    /// The server refused a message for another reason.
    PublishRefused,
    /// An acknowledgement did not come in time.
    AckMissing,
    /// An entry of the log could not be read.
    LogUnreadable,
}

impl Trouble {
    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "bus_unreachable",
            Self::CredentialsRefused => "bus_credentials_refused",
            Self::Tls => "bus_tls_failed",
            Self::NotPermitted => "bus_not_permitted",
            Self::ServerTooOld => "bus_server_too_old",
            Self::NoJetStream => "bus_no_jetstream",
            Self::StreamAway => "bus_stream_away",
            Self::StreamIncompatible => "bus_stream_incompatible",
            Self::StreamDiverged => "bus_stream_diverged",
            Self::StreamAhead => "bus_stream_ahead",
            Self::StreamHoles => "bus_stream_holes",
            Self::StreamFull => "bus_stream_full",
            Self::ServerFull => "bus_server_full",
            Self::Overtaken => "bus_overtaken",
            Self::PublishRefused => "bus_publish_refused",
            Self::AckMissing => "bus_ack_missing",
            Self::LogUnreadable => "bus_log_unreadable",
        }
    }

    /// Whether it goes away only when a person does something; the relay then looks again now and then only.
    pub fn needs_a_person(self) -> bool {
        match self {
            Self::CredentialsRefused
            | Self::Tls
            | Self::NotPermitted
            | Self::ServerTooOld
            | Self::NoJetStream
            | Self::StreamIncompatible
            | Self::StreamDiverged
            | Self::StreamAhead
            | Self::StreamHoles
            | Self::LogUnreadable => true,
            Self::Unreachable
            | Self::StreamAway
            | Self::StreamFull
            | Self::ServerFull
            | Self::Overtaken
            | Self::PublishRefused
            | Self::AckMissing => false,
        }
    }
}

/// A trouble, with what the server or the system said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", trouble.code())]
pub struct Fault {
    /// What it is.
    pub trouble: Trouble,
    /// What was said, and what to do.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
        Self { trouble, detail: detail.into() }
    }
}

/// How the relay stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Whether it is connected, has found its stream good, and publishes what comes.
    pub following: bool,
    /// What is in its way.
    pub fault: Option<Fault>,
    /// Position of the last entry that the server acknowledged; 0 while nothing is known.
    pub position: Position,
    /// Messages acknowledged since the start of this process.
    pub published: u64,
    /// Times that publishing was begun anew after a fault.
    pub retries: u64,
    /// Times that the connection was made anew.
    pub reconnects: u64,
    /// Version of the server.
    pub server_version: Option<String>,
}

/// The state that the relay writes and others read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub(crate) fn get(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
