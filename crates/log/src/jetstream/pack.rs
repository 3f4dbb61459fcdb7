//! A pack: the entries of whole commands in one message of the stream, so that either all of them are recorded or none.
//!
//! The body is the entries' exact bytes, a line feed between two: canonical JSON has none inside. The headers say who
//! made the pack and on which history, so that whoever folds it notices a history that was rolled back or split.
//!
//! Deliberately absent: the place in the stream, which the server gives; and any header that names the message in
//! front, which stops a replicated stream of some servers for good.

use async_nats::HeaderMap;
use servanda_events::ids::Position;
use servanda_events::recorded::decode_index;
use servanda_proof::Hash;

use crate::append::Exact;
use crate::{Ids, LogError};

/// Names this pack among all others.
const ID: &str = "Servanda-Pack";
/// Root of the tree over all entries in front of it.
const ROOT: &str = "Servanda-Root";
/// The public key with which the log signs at that root.
const KEY: &str = "Servanda-Key";
/// Stands in a pack with which a stream is filled from a copy: the last position that it is filled up to. Before that
/// entry is there, no node records.
const FILLED_UPTO: &str = "Servanda-Filled-Upto";
/// Stands in the last message of a stream whose log went on elsewhere, with the mark of the folder that took it.
const MOVED: &str = "Servanda-Moved";
/// Says where in the stream the message must stand. The only guard, and the only header that the server acts on.
const EXPECTED: &str = "Nats-Expected-Last-Sequence";
/// Most bytes of a body; what a server takes with its usual settings, with room for headers.
pub(crate) const BYTES_MAX: usize = 1_000_000;

/// What a pack says beside its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) root: Hash,
    pub(crate) key: String,
    pub(crate) kind: Kind,
}

/// What a message is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A node recorded it.
    Recorded,
    /// It is part of a history that is filled in from a copy.
    Filled { upto: Position },
    /// It has no entries, and nothing comes behind it: the log went on in a folder.
    Moved { to: String },
}

impl Label {
    pub(crate) fn new(ids: &Ids, root: Hash, key: String, kind: Kind) -> Result<Self, LogError> {
        Ok(Self { id: ids.nonce()?, root, key, kind })
    }

    /// The headers of a pack that is to stand right behind a message.
    pub(crate) fn headers(&self, behind: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ID, self.id.as_str());
        headers.insert(ROOT, self.root.to_base64().as_str());
        headers.insert(KEY, self.key.as_str());
        headers.insert(EXPECTED, behind.to_string().as_str());
        match &self.kind {
            Kind::Recorded => {}
            Kind::Filled { upto } => headers.insert(FILLED_UPTO, upto.to_string().as_str()),
            Kind::Moved { to } => headers.insert(MOVED, to.as_str()),
        }
        headers
    }

    /// What the headers of a message say, if it is a pack.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).map(|value| value.as_str().to_owned());
        let kind = match (text(FILLED_UPTO), text(MOVED)) {
            (None, None) => Kind::Recorded,
            (Some(upto), None) => Kind::Filled { upto: upto.parse().ok()? },
            (None, Some(to)) => Kind::Moved { to },
            (Some(_), Some(_)) => return None,
        };
        Some(Self { id: text(ID)?, root: Hash::from_base64(&text(ROOT)?)?, key: text(KEY)?, kind })
    }
}

/// The headers of a message for a place that no stream has.
pub(crate) fn fits_nowhere() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(EXPECTED, i64::MAX.to_string().as_str());
    headers
}

/// The body of a pack.
pub(crate) fn body(entries: &[Exact]) -> Vec<u8> {
    let mut body = Vec::with_capacity(entries.iter().map(|entry| entry.bytes.len() + 1).sum());
    for entry in entries {
        if !body.is_empty() {
            body.push(b'\n');
        }
        body.extend_from_slice(&entry.bytes);
    }
    body
}

/// The entries of a body, of which there is at least one.
pub(crate) fn entries(body: &[u8], next: Position) -> Result<Vec<Exact>, LogError> {
    let read = |bytes: &[u8]| {
        let index = decode_index(bytes).map_err(|error| LogError::unreadable(next, &error))?;
        Ok(Exact { bytes: bytes.to_vec(), index })
    };
    body.split(|byte| *byte == b'\n').map(read).collect()
}

/// The position of the first entry of a body.
pub(crate) fn first(body: &[u8]) -> Result<Position, LogError> {
    let line = body.split(|byte| *byte == b'\n').next().unwrap_or_default();
    decode_index(line).map(|index| index.position).map_err(|error| LogError::unreadable(0, &error))
}

/// The position of the last entry of a body.
pub(crate) fn last(body: &[u8]) -> Result<Position, LogError> {
    let line = body.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    decode_index(line).map(|index| index.position).map_err(|error| LogError::unreadable(0, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reads_as_it_was_written_and_only_the_place_is_asked_of_the_server() {
        for kind in [Kind::Recorded, Kind::Filled { upto: 70 }, Kind::Moved { to: "a1".to_owned() }] {
            let (root, key) = (Hash::from_bytes([7; 32]), "log+key".to_owned());
            let label = Label::new(&Ids::stepping(), root, key, kind).unwrap();
            let headers = label.headers(41);
            assert_eq!(Label::of(&headers), Some(label));
            let of_the_server: Vec<String> =
                headers.iter().map(|(name, _)| name.to_string()).filter(|name| name.starts_with("Nats-")).collect();
            assert_eq!(of_the_server, [EXPECTED]);
            assert_eq!(headers.get(EXPECTED).unwrap().as_str(), "41");
        }
    }

    #[test]
    fn a_message_that_is_no_pack_is_known_as_none() {
        assert_eq!(Label::of(&HeaderMap::new()), None);
        assert!(matches!(entries(b"", 3), Err(LogError::Corrupt { position: 3, .. })));
        assert!(matches!(entries(b"{}\n{}", 3), Err(LogError::Corrupt { position: 3, .. })));
    }
}
