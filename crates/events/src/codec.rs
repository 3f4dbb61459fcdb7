//! Events to and from (type name, schema version, JSON); old shapes are lifted to the newest on read.
//!
//! Nothing is ever written in an old shape. A version newer than this program is refused, never guessed at.

mod upcast;

use serde::Serialize;

use crate::catalogue::Event;

/// Why bytes of the log could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Not an entry, or damaged.
    #[error("the entry is unreadable: {detail}")]
    Unreadable {
        /// What the parser met.
        detail: String,
    },
    /// Written by a newer version of this program.
    #[error("{what} version {version} is newer than this program reads; install the newer version of servanda")]
    Newer {
        /// The type of event, or the envelope.
        what: String,
        /// Its version.
        version: u16,
    },
    /// A type of event that this program does not know.
    #[error("the type of event `{what}` is unknown to this program; install a newer version of servanda")]
    UnknownType {
        /// The type's name.
        what: String,
    },
    /// The entry would be longer than an entry may be.
    #[error("the entry would be {bytes} bytes long, more than 65535")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
}

/// RFC 8785 canonical JSON.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, CodecError> {
    crate::canonical::to_string(value).map_err(|error| CodecError::Unreadable { detail: error.to_string() })
}

/// The event of a type name, a schema version and its JSON.
pub fn decode_event(type_name: &str, schema: u16, data: &str) -> Result<Event, CodecError> {
    let newest =
        Event::newest_schema(type_name).ok_or_else(|| CodecError::UnknownType { what: type_name.to_owned() })?;
    let unreadable = |error: serde_json::Error| CodecError::Unreadable { detail: format!("{type_name}: {error}") };
    if schema == newest {
        return Event::from_json(type_name, data).map_err(unreadable);
    }
    if schema > newest {
        return Err(CodecError::Newer { what: type_name.to_owned(), version: schema });
    }
    let old = serde_json::from_str(data).map_err(unreadable)?;
    let lifted = upcast::lift(type_name, schema, old)
        .ok_or_else(|| CodecError::Unreadable { detail: format!("{type_name} has no version {schema}") })?;
    Event::from_json(type_name, &lifted.to_string()).map_err(unreadable)
}
