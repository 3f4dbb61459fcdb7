//! The forms: what each asks, and what it has recorded. One file for each kind of work of an official.
//!
//! Deliberately absent: rules. Whether a command is allowed is decided where every command is decided.

use serde_json::{Value, json};

use super::form::{Field, Form, Kind, Shown, needed, optional};
use super::scene::Scene;
use super::wanted::{Complaint, Filling, Wanted};

mod achieve;
mod amend;
mod answer;
mod correct;
mod entered;
mod money;
mod promise;
mod sign;

pub(crate) use self::amend::is_amended_as;
pub(crate) use self::correct::{has as has_in_fact, seeded, ways};

/// Every form.
pub(crate) static ALL: &[&Form] = &[
    &achieve::ACHIEVE,
    &answer::ANSWER,
    &correct::CORRECT,
    &sign::SIGN,
    &promise::PROMISE,
    &promise::MILESTONE,
    &money::FUNDS,
    &money::PAID,
    &money::RETURNED,
    &entered::PARTY,
    &entered::PACKAGE,
];

/// The form of a name.
pub(crate) fn form(id: &str) -> Option<&'static Form> {
    ALL.iter().copied().find(|form| form.id == id)
}

/// For which party the person speaks, where the account does not say.
const REPORTED_BY: Field = needed("reported_by", Kind::One("speakers")).shown(Shown::Unbound);

/// The document that supports what is recorded: what it is, with its register number; where it lies; its hash.
const EVIDENCE: &[Field] = &[
    optional("evidence_title", Kind::Line),
    optional("evidence_url", Kind::Url),
    optional("evidence_sha256", Kind::Scan),
];

/// Whose statement it is, where the account says so; other facts are nobody's statement.
fn put_own_party(wanted: &mut Wanted, scene: &Scene) {
    if let Some(party) = &scene.party {
        wanted.set("/reported_by", party.as_str());
    }
}

/// Sets the id of the thing that the form is about.
fn put_subject(filling: &Filling<'_>, wanted: &mut Wanted, family: &str) {
    wanted.set(&format!("/data/{family}_id"), filling.named(family));
}

/// A list of one sector in the words of the source, if one was named.
fn put_sector(filling: &Filling<'_>, wanted: &mut Wanted) -> Result<(), Complaint> {
    if let Some(code) = filling.value("sector")? {
        wanted.set("/data/sectors", json!([{ "scheme": "source", "code": code }]));
    }
    wanted.because("/data/sectors", "sector");
    Ok(())
}

/// The first text of a map of languages, in the order of their tags, English before all.
fn any_text(texts: Option<&Value>) -> String {
    let map = texts.and_then(Value::as_object);
    let text = map.and_then(|map| map.get("en").or_else(|| map.values().next()));
    text.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "flows_tests.rs"]
mod tests;
