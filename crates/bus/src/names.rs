//! Names on the bus: the stream of a ledger, and the subjects by which a subscriber filters on the server.
//!
//! `servanda.<ledger>.evt.<family>.<event>.<id>`: every token is made of a to z, 0 to 9, `-` and `_`, as the ids of the
//! ledger are, so nothing has to be escaped. Deliberately absent: subjects for commands; the bus takes none.

use servanda_events::ids::{Family, LedgerName, StreamId};

/// The JetStream stream of a ledger's events: `SERVANDA_MAIN_EVENTS`.
pub fn stream_name(ledger: &LedgerName) -> String {
    format!("SERVANDA_{}_EVENTS", ledger.as_str().to_uppercase())
}

/// The subject of an event.
pub fn subject(ledger: &LedgerName, stream: &StreamId, type_name: &str) -> String {
    let (family, event) = (stream.family().as_str(), event_token(type_name));
    format!("servanda.{ledger}.evt.{family}.{event}.{}", stream.key())
}

/// All subjects of a ledger's events.
pub fn all_subjects(ledger: &LedgerName) -> String {
    format!("servanda.{ledger}.evt.>")
}

/// What a subscriber wants of a ledger's events; what is not given may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// The family of the things.
    pub family: Option<Family>,
    /// The type of event: `MilestoneAchieved`.
    pub type_name: Option<&'a str>,
    /// The id of the thing.
    pub id: Option<&'a str>,
}

impl Filter<'_> {
    /// The subject that the server filters by.
    pub fn subject(&self, ledger: &LedgerName) -> String {
        if *self == Self::default() {
            return all_subjects(ledger);
        }
        let family = self.family.map_or("*", Family::as_str);
        let event = self.type_name.map_or_else(|| "*".to_owned(), event_token);
        format!("servanda.{ledger}.evt.{family}.{event}.{}", self.id.unwrap_or("*"))
    }
}

/// The type of an event as a token of a subject: `MilestoneAchieved` is `milestone_achieved`.
pub fn event_token(type_name: &str) -> String {
    let mut token = String::with_capacity(type_name.len() + 4);
    for (place, letter) in type_name.chars().enumerate() {
        if letter.is_ascii_uppercase() && place > 0 {
            token.push('_');
        }
        token.push(letter.to_ascii_lowercase());
    }
    token
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use servanda_events::Event;
    use servanda_events::testing::parsed;

    use super::*;

    #[test]
    fn a_subject_goes_from_the_wide_to_the_narrow() {
        let (ledger, stream) = (parsed("main"), parsed::<StreamId>("commitment-lorraine-branch"));
        let subject = subject(&ledger, &stream, "MilestoneAchieved");
        assert_eq!(subject, "servanda.main.evt.commitment.milestone_achieved.lorraine-branch");
        assert_eq!(stream_name(&parsed("paris-visit")), "SERVANDA_PARIS-VISIT_EVENTS");
    }

    #[test]
    fn a_filter_leaves_open_what_it_does_not_name() {
        let ledger = parsed("main");
        assert_eq!(Filter::default().subject(&ledger), "servanda.main.evt.>");
        let family = Filter { family: Some(Family::Party), ..Filter::default() };
        assert_eq!(family.subject(&ledger), "servanda.main.evt.party.*.*");
        let one = Filter { type_name: Some("EntryCorrected"), id: Some("x"), ..Filter::default() };
        assert_eq!(one.subject(&ledger), "servanda.main.evt.*.entry_corrected.x");
    }

    #[test]
    fn each_type_of_event_has_a_token_of_its_own_that_a_subject_may_hold() {
        let tokens: BTreeSet<String> = Event::TYPES.iter().map(|(name, _)| event_token(name)).collect();
        assert_eq!(tokens.len(), Event::TYPES.len());
        let plain = |token: &String| token.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(tokens.iter().all(plain), "{tokens:?}");
    }
}
