//! Every id of the ledger, as a type of its own.
//!
//! An id is chosen by whoever records the fact (`paris-visit`, a UUID, a register number in lower case) and never
//! changes. Nothing here generates an id: drawing one is the caller's business.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;

use crate::field_error::FieldError;

/// Longest id of a thing, in bytes.
pub const ID_BYTES_MAX: usize = 64;
/// Longest command id, in bytes. An event id is a command id, a dot and a number.
pub const COMMAND_ID_BYTES_MAX: usize = 64;

fn slug(kind: &'static str, text: &str) -> Result<(), FieldError> {
    let bytes = text.as_bytes();
    let good = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-' || *b == b'_';
    match bytes.first() {
        Some(first) if (first.is_ascii_lowercase() || first.is_ascii_digit()) && bytes.len() <= ID_BYTES_MAX => {}
        _ => return Err(FieldError::malformed_id(kind, text)),
    }
    if bytes.iter().all(good) { Ok(()) } else { Err(FieldError::malformed_id(kind, text)) }
}

fn visible(kind: &'static str, text: &str, bytes_max: usize) -> Result<(), FieldError> {
    let good = !text.is_empty()
        && text.len() <= bytes_max
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if good { Ok(()) } else { Err(FieldError::malformed_id(kind, text)) }
}

/// A checked text newtype: `parse` is the only way in, JSON goes through it, and the JSON Schema carries its pattern.
macro_rules! checked_text {
    ($(#[doc = $doc:expr])* $name:ident, $check:expr, $pattern:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::field_error::FieldError;
            fn from_str(text: &str) -> Result<Self, $crate::field_error::FieldError> {
                let check: fn(&str) -> Result<(), $crate::field_error::FieldError> = $check;
                check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::parse_str(deserializer)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}
pub(crate) use checked_text;

macro_rules! slugs {
    ($($(#[doc = $doc:expr])* $name:ident = $kind:literal;)*) => {
        $(checked_text!($(#[doc = $doc])* $name, |text| slug($kind, text), "^[a-z0-9][a-z0-9_-]{0,63}$");)*
    };
}

slugs! {
    /// A party: a state, a body of government, a company, a university, an international organisation.
    PartyId = "party";
    /// An outcome package: what one visit or summit announced together.
    PackageId = "package";
    /// A signed document that creates commitments.
    AgreementId = "agreement";
    /// One thing that one or more obligors undertook, or a prospect of it.
    CommitmentId = "commitment";
    /// A measured series, or a recorded exchange rate.
    IndicatorId = "indicator";
    /// A milestone within its commitment.
    MilestoneId = "milestone";
    /// A flow of money within its commitment.
    FlowId = "flow";
    /// A declared total within its package.
    DeclaredId = "declared total";
    /// A condition within its commitment.
    ConditionId = "condition";
    /// An amendment within its agreement or commitment.
    AmendmentId = "amendment";
    /// A reservation within its agreement.
    ReservationId = "reservation";
    /// A correction of the text of an agreement, within it.
    CorrectionId = "correction";
    /// An instalment within its flow of money.
    ScheduleId = "instalment";
    /// A document within its commitment.
    EvidenceId = "document";
    /// An assessment within its commitment.
    AssessmentId = "assessment";
    /// An official or a program that records, by pseudonym; names live outside the log.
    ActorId = "actor";
    /// A ledger; the short name that stands in every entry and in the subjects of the bus.
    LedgerName = "ledger";
}

checked_text!(
    /// The id of a command, chosen by its sender; a command with the same id is recorded once, whenever it arrives
    /// again.
    CommandId, |text| visible("command", text, COMMAND_ID_BYTES_MAX), "^[!#-\\[\\]-~]{1,64}$"
);
checked_text!(
    /// The id of an event: its command's id, a dot, and its place among that command's events, counted from 1.
    EventId, |text| visible("event", text, COMMAND_ID_BYTES_MAX + 8), "^[!#-\\[\\]-~]{1,72}$"
);

impl EventId {
    /// The id of the `place`-th event (from 1) of a command.
    pub fn of(command: &CommandId, place: usize) -> Self {
        Self([command.as_str(), ".", &place.to_string()].concat().into())
    }
}

/// The six families of streams.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Who promises and who receives.
    Party,
    /// What one visit announced together.
    Package,
    /// A signed document.
    Agreement,
    /// One promise, with its milestones and its money.
    Commitment,
    /// A measured series or an exchange rate: context, not delivery.
    Indicator,
    /// The ledger itself: what became of its key.
    Ledger,
}

impl Family {
    /// All six, in the order of the glossary.
    pub const ALL: [Self; 6] =
        [Self::Party, Self::Package, Self::Agreement, Self::Commitment, Self::Indicator, Self::Ledger];

    /// The family's name in stream names and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Package => "package",
            Self::Agreement => "agreement",
            Self::Commitment => "commitment",
            Self::Indicator => "indicator",
            Self::Ledger => "ledger",
        }
    }
}

impl FromStr for Family {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| FieldError::malformed_id("family", text))
    }
}

/// The name of a stream: the family and the id of the thing, `commitment-lorraine-branch`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    family: Family,
    name: Box<str>,
}

impl StreamId {
    /// The family of the stream.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The id of the thing, without the family.
    pub fn key(&self) -> &str {
        &self.name[self.family.as_str().len() + 1..]
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    fn join(family: Family, key: &str) -> Self {
        Self { family, name: [family.as_str(), "-", key].concat().into() }
    }
}

macro_rules! stream_of {
    ($($id:ident => $family:ident),*) => {
        $(impl From<&$id> for StreamId {
            fn from(id: &$id) -> Self {
                Self::join(Family::$family, id.as_str())
            }
        })*
    };
}
stream_of!(
    PartyId => Party,
    PackageId => Package,
    AgreementId => Agreement,
    CommitmentId => Commitment,
    IndicatorId => Indicator,
    LedgerName => Ledger
);

impl FromStr for StreamId {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let (family, key) = text.split_once('-').ok_or_else(|| FieldError::malformed_id("stream", text))?;
        slug("stream", key)?;
        Ok(Self::join(family.parse()?, key))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl serde::Serialize for StreamId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> serde::Deserialize<'de> for StreamId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parse_str(deserializer)
    }
}

impl schemars::JsonSchema for StreamId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StreamId".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(party|package|agreement|commitment|indicator|ledger)-[a-z0-9][a-z0-9_-]{0,63}$"
        })
    }
}

/// The place of an entry in the whole log, counted from 1 without gaps. 0 stands before the first entry.
pub type Position = u64;
/// The place of an entry in its stream, counted from 1 without gaps. 0 stands for an empty stream.
pub type Revision = u64;
