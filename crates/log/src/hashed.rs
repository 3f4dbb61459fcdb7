//! A command with the hash of its content: whoever reads commands on one thread and records them on another computes it
//! on the first, which has less to do.

use std::sync::Arc;

use servanda_events::Request;
use servanda_events::codec::CodecError;
use servanda_events::recorded::Sha256Hex;

/// A command with the hash of its content.
#[derive(Debug, Clone)]
pub struct Hashed {
    pub(crate) request: Arc<Request>,
    /// An error is the command's answer, in its turn.
    pub(crate) hash: Result<Sha256Hex, CodecError>,
}

impl From<Arc<Request>> for Hashed {
    fn from(request: Arc<Request>) -> Self {
        let hash = request.content_hash();
        Self { request, hash }
    }
}

impl From<Request> for Hashed {
    fn from(request: Request) -> Self {
        Arc::new(request).into()
    }
}
