//! The parameters of the interface, each declared once and meaning the same everywhere.
//!
//! Deliberately absent: which route takes which; that stands beside the handlers.

use schemars::{Schema, SchemaGenerator};

use super::{Param, Place};

const fn query(
    name: &'static str,
    about: &'static str,
    expected: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
) -> Param {
    Param { name, place: Place::Query, required: false, about, expected, schema }
}

pub(crate) fn text_schema(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "string" })
}

pub(crate) fn position_schema(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "integer", "minimum": 0 })
}

macro_rules! of {
    ($type:ty) => {
        |generator: &mut schemars::SchemaGenerator| generator.subschema_for::<$type>()
    };
}
pub(crate) use of;

pub(crate) const AS_OF: Param = query(
    "as_of",
    "What was so by this date (first clock). Today by default.",
    "2025-03-31",
    of!(servanda_events::dates::LedgerDate),
);
pub(crate) const KNOWN_AT: Param = query(
    "known_at",
    "As the ledger knew it (second clock): a position of the log, or a moment. The newest by default.",
    "1234, 2025-03-31T09:00:00Z",
    |_| schemars::json_schema!({ "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "format": "date-time" }] }),
);
pub(crate) const CURRENCY: Param = query(
    "currency",
    "Gives all money in this currency as well (ISO 4217), through recorded rates only. By default in one of those in \
     which something is owed.",
    "EUR",
    of!(servanda_events::money::Currency),
);
pub(crate) const FROM: Param = Param {
    required: true,
    ..query(
        "from",
        "The earlier look at the ledger: what was so by a date, as known at a position or a moment. With a date alone, as \
         known at the end of that day.",
        "2025-03-31, 2025-03-31@1234, 2025-03-31@2025-04-02T09:00:00Z",
        text_schema,
    )
};
pub(crate) const TO: Param = query(
    "to",
    "The later look, in the same form. Today, with all that is known, by default.",
    "2025-06-30, 2025-06-30@2345",
    text_schema,
);
pub(crate) const WAIT_FOR: Param = query(
    "wait_for",
    "Waits some seconds until the pages have reached this position, such as that of your own command.",
    "1234",
    position_schema,
);
pub(crate) const PAGE_SIZE: Param = query(
    "page_size",
    "Things on one page; 50 by default.",
    "1 – 500",
    |_| schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 500 }),
);
pub(crate) const PAGE_TOKEN: Param =
    query("page_token", "The `next_page_token` of the page before.", "next_page_token", text_schema);
pub(crate) const OF_PACKAGE: Param =
    query("package", "Those of a package.", "paris-visit", of!(servanda_events::ids::PackageId));
pub(crate) const OF_AGREEMENT: Param =
    query("agreement", "Those of an agreement.", "joint-declaration", of!(servanda_events::ids::AgreementId));
pub(crate) const OF_PARTY: Param =
    query("party", "Those that concern a party.", "kz-mfa", of!(servanda_events::ids::PartyId));
pub(crate) const AFTER: Param =
    query("after", "Entries after this position; from the first by default.", "1234", position_schema);
pub(crate) const UP_TO: Param = query(
    "up_to",
    "Entries up to this position, it among them; to the end of the log by default.",
    "1300",
    position_schema,
);
pub(crate) const STREAM: Param =
    query("stream", "Entries of one stream.", "commitment-lorraine-branch", of!(servanda_events::ids::StreamId));
pub(crate) const TYPE: Param = query("type", "Entries of one type of event.", "MilestoneAchieved", text_schema);
pub(crate) const LIMIT: Param = query(
    "limit",
    "Most items; 100 by default.",
    "1 – 1000",
    |_| schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 1000 }),
);
pub(crate) const Q: Param = Param {
    required: true,
    ..query(
        "q",
        "Words to search for in titles, names, statements and titles of documents, in any language.",
        "lorraine",
        text_schema,
    )
};
pub(crate) const VALIDATE_ONLY: Param = query(
    "validate_only",
    "Says what would be recorded, by the same rules, and records nothing.",
    "true, false",
    |_| schemars::json_schema!({ "type": "boolean" }),
);
pub(crate) const LANG: Param = query(
    "lang",
    "Language of the page.",
    "en, fr, kk, ru",
    |_| schemars::json_schema!({ "enum": ["en", "fr", "kk", "ru"] }),
);

const fn path(name: &'static str, about: &'static str, schema: fn(&mut SchemaGenerator) -> Schema) -> Param {
    Param { name, place: Place::Path, required: true, about, expected: "an id", schema }
}

pub(crate) const PARTY_ID: Param = path("id", "The party.", of!(servanda_events::ids::PartyId));
pub(crate) const PACKAGE_ID: Param = path("id", "The package.", of!(servanda_events::ids::PackageId));
pub(crate) const AGREEMENT_ID: Param = path("id", "The agreement.", of!(servanda_events::ids::AgreementId));
pub(crate) const COMMITMENT_ID: Param =
    path("id", "The commitment or prospect.", of!(servanda_events::ids::CommitmentId));
pub(crate) const INDICATOR_ID: Param =
    path("id", "The indicator or exchange rate.", of!(servanda_events::ids::IndicatorId));
pub(crate) const POSITION: Param =
    Param { expected: "1234", ..path("position", "The place of the entry in the log.", position_schema) };
pub(crate) const LEVEL: Param = path("level", "The level of the tile, 0 for the hashes of entries.", position_schema);
pub(crate) const TILE: Param = path("tile", "The name of the tile, as C2SP tlog-tiles writes it.", text_schema);
pub(crate) const SIZE_FROM: Param = Param {
    required: true,
    ..query("size_from", "The size of the log at the earlier checkpoint, 1 or more.", "1234", position_schema)
};
pub(crate) const SIZE_TO: Param = Param {
    required: true,
    ..query("size_to", "The size of the log at the later checkpoint.", "2345", position_schema)
};
pub(crate) const SCHEME: Param = path("scheme", "The code list of the sector.", text_schema);
pub(crate) const SECTOR: Param = path("code", "The code of the sector.", text_schema);

const fn header(
    name: &'static str,
    about: &'static str,
    expected: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
) -> Param {
    Param { name, place: Place::Header, required: false, about, expected, schema }
}

pub(crate) const IDEMPOTENCY_KEY: Param = header(
    "Idempotency-Key",
    "The command's id, instead of `command_id` in the body. A command sent again under the same id is recorded once.",
    "0196f1d2-7c1a-7000-8000-000000000001",
    of!(servanda_events::ids::CommandId),
);
pub(crate) const IF_MATCH: Param =
    header("If-Match", "The revision that the stream must have, as in the `ETag` of an answer.", "\"17\"", text_schema);
pub(crate) const LAST_EVENT_ID: Param =
    header("Last-Event-ID", "The position of the last entry received; goes before `after`.", "1234", position_schema);
