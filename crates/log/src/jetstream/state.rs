//! How a node stands towards the stream of its log, as plain data, for whoever looks after it.
//!
//! Deliberately absent: judging it.

use std::sync::{Arc, Mutex, PoisonError};

use servanda_events::ids::Position;

use crate::LogError;

/// How a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeState {
    /// The server that leads the stream, as it was last said; nothing while there is none.
    pub leader: Option<String>,
    /// The last message of the stream that stands in the node's copy.
    pub message: u64,
    /// Messages of the stream that the copy lacked when it was last asked for.
    pub lag: u64,
    /// The position of the last entry in the copy.
    pub position: Position,
    /// Packs of this node that another node's came in front of, since its start.
    pub overtaken: u64,
    /// Commands of this node that the sequencer recorded, since its start.
    pub forwarded: u64,
    /// The node that records for all, by the name it gave itself; nothing while there is none or it is not known.
    pub sequencer: Option<String>,
    /// Whether that is this node.
    pub sequencing: bool,
    /// Number of the newest sequencer's time as such; it only rises. 0 while there was none.
    pub term: u64,
    /// What is in the way. The node records nothing meanwhile; what its copy holds can be read.
    pub trouble: Option<LogError>,
    /// Whether it stays in the way until a person does something.
    pub halted: bool,
    /// Version of the server.
    pub server_version: String,
}

/// The state that the node writes and others read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<NodeState>>);

impl Shared {
    pub(crate) fn get(&self) -> NodeState {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the node halted.
    pub(crate) fn halted(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).halted
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut NodeState)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
