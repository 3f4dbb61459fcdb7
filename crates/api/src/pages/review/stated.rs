//! A proposal in words: what its command is called, what its fields are called, and their values as the reader's
//! language writes them, with names instead of ids.
//!
//! Deliberately absent: leaving anything out. A field without words of its own stands there by its name, a value
//! without words as it is.

use serde_json::{Map, Value};
use servanda_events::dates::FuzzyDate;
use servanda_projector::ProjectorError;

use crate::access::Proposal;
use crate::pages::look::Look;
use crate::pages::visitor::Visitor;
use crate::pages::{format, say};
use crate::problem::Problem;
use crate::words::{Lang, Words};

/// Commands that forms propose and that have no name of their own, with the event to which each leads.
const LEADS_TO: [(&str, &str); 13] = [
    ("RegisterParty", "PartyRegistered"),
    ("AnnouncePackage", "PackageAnnounced"),
    ("LinkAgreementToPackage", "AgreementLinkedToPackage"),
    ("SignAgreement", "AgreementSigned"),
    ("AmendAgreement", "AgreementAmended"),
    ("AmendCommitment", "CommitmentAmended"),
    ("RebaselineMilestone", "MilestoneRebaselined"),
    ("ReportMilestoneProgress", "MilestoneProgressReported"),
    ("MissMilestone", "MilestoneMissed"),
    ("CancelMilestone", "MilestoneCancelled"),
    ("CommitFunds", "FundsCommitted"),
    ("ReturnFunds", "FundsReturned"),
    ("ScheduleDisbursement", "DisbursementScheduled"),
];
/// Fields whose value is a party.
const PARTIES: [&str; 10] = [
    "by_party",
    "reported_by",
    "payer",
    "payee",
    "obligors",
    "beneficiaries",
    "agreed_by",
    "signed_by",
    "parties",
    "parent",
];
/// Fields whose value is a date as closely as it is known.
const DATES: [&str; 11] = [
    "achieved_on",
    "occurred_on",
    "due",
    "new_due",
    "value_date",
    "planned_start",
    "planned_end",
    "effective_on",
    "determined_on",
    "anchor_date",
    "rate_date",
];
/// Languages of texts.
const LANGS: [&str; 4] = ["en", "fr", "kk", "ru"];

/// What a command is called: by the event to which it leads.
pub(super) fn command_name(lang: Lang, command: &str) -> String {
    let own = format!("command-{command}");
    let event = LEADS_TO.iter().find(|(of, _)| *of == command).map(|(_, event)| format!("event-{event}"));
    let known = [Some(own), event].into_iter().flatten().find(|key| Words::shared().knows(key));
    known.map_or_else(|| spaced(command), |key| say::text(lang, &key))
}

/// `AchieveMilestone` as `Achieve milestone`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for (at, c) in name.char_indices() {
        if at > 0 && c.is_ascii_uppercase() {
            text.push(' ');
            text.push(c.to_ascii_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

/// The name of a field; of a question that a form asks for it, where it has no other.
pub(crate) fn field(lang: Lang, name: &str) -> String {
    let keys = [format!("stated-{}", name.replace('_', "-")), format!("field-{name}")];
    let known = keys.into_iter().find(|key| Words::shared().knows(key));
    known.map_or_else(|| name.replace('_', " "), |key| say::text(lang, &key))
}

/// Looks at the ledger as it is now.
pub(super) fn looking<T>(
    visitor: &Visitor,
    work: impl FnOnce(&Look<'_>) -> Result<T, ProjectorError>,
) -> Result<T, Problem> {
    let (app, lang, when) = (&visitor.app, visitor.lang, visitor.when);
    Ok(app.read().at(when.at(), |reader| work(&Look { app, reader, lang, clocks: "", when }))?)
}

/// What a proposal is about: the thing by its name, or the name that a new thing is to have.
pub(super) fn about(visitor: &Visitor, proposal: &Proposal) -> Result<String, Problem> {
    let (name, _) = looking(visitor, |look| look.thing(&proposal.stream))?;
    if name != proposal.stream.key() {
        return Ok(name);
    }
    let whole: Value = serde_json::from_slice(&proposal.bytes).unwrap_or_default();
    Ok(new_name(visitor.lang, &whole).unwrap_or(name))
}

/// The name that a command gives to a new thing.
pub(super) fn new_name(lang: Lang, command: &Value) -> Option<String> {
    let texts = ["titles", "names", "statement"].iter().find_map(|name| command["data"][*name].as_object())?;
    texts.get(lang.tag()).or_else(|| texts.values().next())?.as_str().map(str::to_owned)
}

/// A field with its value in one line. Some fields are named by the question that asks for them.
pub(crate) fn pair(lang: Lang, key: &str, value: &str) -> String {
    if key.ends_with('?') {
        return format!("{key} {value}");
    }
    say::say(lang, "review-pair", &[("key", key.into()), ("value", value.into())])
}

/// A value of a command as a text; a dash where there is none.
pub(crate) fn value(look: &Look<'_>, command: &str, name: &str, value: &Value) -> Result<String, ProjectorError> {
    Ok(match value {
        Value::Null => "–".to_owned(),
        Value::Bool(yes) => look.text(if *yes { "choice-yes_no-yes" } else { "choice-yes_no-no" }),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let all = items.iter().map(|item| self::value(look, command, name, item));
            all.collect::<Result<Vec<_>, _>>()?.join(", ")
        }
        Value::Object(parts) => object(look, command, parts)?,
        Value::String(text) => text_of(look, command, name, text)?,
    })
}

fn object(look: &Look<'_>, command: &str, parts: &Map<String, Value>) -> Result<String, ProjectorError> {
    let text = |name: &str| parts.get(name).and_then(Value::as_str);
    if let (Some(amount), Some(currency)) = (text("amount"), text("currency")) {
        return Ok(format::money(amount, currency, look.lang));
    }
    // A date says in words what it means.
    if parts.contains_key("precision")
        && let Some(written) = text("text")
    {
        let date = serde_json::from_value::<FuzzyDate>(Value::Object(parts.clone()));
        return Ok(date.map_or_else(|_| written.to_owned(), |date| look.date(&date)));
    }
    if parts.keys().all(|key| LANGS.contains(&key.as_str())) {
        let said = parts.iter().map(|(lang, said)| format!("{lang}: {}", said.as_str().unwrap_or_default()));
        return Ok(said.collect::<Vec<_>>().join("; "));
    }
    let named = parts.iter().map(|(name, part)| {
        let written = match (name.as_str(), part.as_str()) {
            ("party_id", Some(id)) => party(look, id)?,
            _ => value(look, command, name, part)?,
        };
        Ok(format!("{}: {written}", field(look.lang, name)))
    });
    Ok(named.collect::<Result<Vec<_>, ProjectorError>>()?.join("; "))
}

fn party(look: &Look<'_>, id: &str) -> Result<String, ProjectorError> {
    id.parse().map_or_else(|_| Ok(id.to_owned()), |id| look.party(&id))
}

fn text_of(look: &Look<'_>, command: &str, name: &str, text: &str) -> Result<String, ProjectorError> {
    if PARTIES.contains(&name) || (name == "party_id" && command != "RegisterParty") {
        return party(look, text);
    }
    if DATES.contains(&name) {
        let date = serde_json::from_value::<FuzzyDate>(Value::String(text.to_owned()));
        return Ok(date.map_or_else(|_| text.to_owned(), |date| look.date(&date)));
    }
    let stream = match name {
        "stream" => text.parse().ok(),
        "commitment_id" | "agreement_id" | "package_id" => {
            format!("{}-{text}", name.trim_end_matches("_id")).parse().ok()
        }
        _ => None,
    };
    if let Some(stream) = stream {
        return Ok(look.thing(&stream)?.0);
    }
    let list = match (command, name) {
        ("RegisterParty", "kind") => "party_kind",
        ("AmendAgreement", "kind") => "amendment_kind",
        ("AmendCommitment", "field") => "amended_field",
        (_, "legal_effect_basis") => "effect_basis",
        (_, name) => name,
    };
    let key = format!("choice-{list}-{text}");
    Ok(if Words::shared().knows(&key) { look.text(&key) } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_forms_has_a_name_in_every_language() {
        let commands = LEADS_TO.iter().map(|(command, _)| *command).chain([
            "RegisterAgreement",
            "MakeCommitment",
            "PlanMilestone",
            "AchieveMilestone",
            "DisburseFunds",
            "ConfirmClaim",
            "DisputeClaim",
            "CorrectEntry",
            "RetractEntry",
        ]);
        for command in commands {
            for lang in [Lang::Fr, Lang::Kk, Lang::Ru] {
                assert_ne!(command_name(lang, command), spaced(command), "{command} in {}", lang.tag());
            }
        }
        assert_eq!(command_name(Lang::Fr, "ResolveDispute"), "Resolve dispute");
    }

    #[test]
    fn a_field_without_words_stands_there_by_its_name() {
        assert_eq!(field(Lang::En, "some_thing"), "some thing");
        assert_eq!(field(Lang::En, "finance_type"), "In what form");
    }
}
