//! Values on the command line: from text to what it means, or to what should stand there instead.
//!
//! The library's own errors are codes for programs; here people read what they should have written.

use servanda_api::{Lang, Role, Scope};
use servanda_events::Event;
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::Family;
use servanda_events::money::Currency;

use super::{Format, Moment};

pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "use a to z, 0 to 9, `-` and `_`, beginning with a letter or digit, at most 64".to_owned())
}

pub(super) fn date(text: &str) -> Result<LedgerDate, String> {
    text.parse().map_err(|_| "give a day such as 2025-03-31".to_owned())
}

pub(super) fn time(text: &str) -> Result<Instant, String> {
    text.parse().map_err(|_| "give a time such as 2025-03-02T10:00:00Z".to_owned())
}

pub(super) fn currency(text: &str) -> Result<Currency, String> {
    text.parse().map_err(|_| format!("`{text}` is no currency; write its ISO 4217 code, for example EUR"))
}

pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let position = text.parse().map(Moment::Position);
    position
        .or_else(|_| text.parse().map(Moment::Time))
        .map_err(|_| "give a position such as 42, or a time such as 2025-03-02T10:00:00Z".to_owned())
}

pub(super) fn scope(text: &str) -> Result<Scope, String> {
    Scope::of_name(text).ok_or_else(|| "give read, record or admin".to_owned())
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    Role::of_name(text).ok_or_else(|| "give reader, recorder, reviewer, verifier or administrator".to_owned())
}

pub(super) fn lang(text: &str) -> Result<Lang, String> {
    Lang::of_tag(text).ok_or_else(|| "give en, fr, kk or ru".to_owned())
}

pub(super) fn family(text: &str) -> Result<Family, String> {
    text.parse().map_err(|_| "give party, package, agreement, commitment or indicator".to_owned())
}

pub(super) fn event_type(text: &str) -> Result<String, String> {
    match Event::newest_schema(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("give the name of a type such as MilestoneAchieved; `servanda schema` lists all".to_owned()),
    }
}

pub(super) fn format(text: &str) -> Result<Format, String> {
    match text {
        "ndjson" => Ok(Format::Ndjson),
        _ => Err("only `ndjson` is known to this version".to_owned()),
    }
}
