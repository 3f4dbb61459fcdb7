//! Which parties became one, as known and so: who answers a claim may turn out to be the one that made it.
//!
//! Deliberately absent: the page of a party and its old ids, see [`crate::documents`].

use std::collections::BTreeMap;

use servanda_events::commitment::State;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{Family, PartyId, Position};
use servanda_events::{Event, Fact};

use crate::error::ProjectorError;
use crate::reader::Reader;
use crate::texts;

/// Each party that went into another one, with that one and the entries that say so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mergers(BTreeMap<PartyId, (PartyId, Vec<Position>)>);

impl Mergers {
    /// The parties that an id stood for, from itself to the survivor, each with the entries by which it went on. Of a
    /// circle, which two commands told at the same time can make, each is passed once.
    fn way<'m>(&'m self, id: &'m PartyId) -> Vec<(&'m PartyId, &'m [Position])> {
        let mut way: Vec<(&PartyId, &[Position])> = vec![(id, &[])];
        let mut last = id;
        while let Some((into, entries)) = self.0.get(last) {
            if way.iter().any(|(passed, _)| *passed == into) {
                break;
            }
            way.push((into, entries));
            last = into;
        }
        way
    }

    /// The entries by which two ids came to stand for one party; none where they do not.
    fn same(&self, one: &PartyId, other: &PartyId) -> Option<Vec<Position>> {
        let (one, other) = (self.way(one), self.way(other));
        let (left, right) = one
            .iter()
            .enumerate()
            .find_map(|(left, (id, _))| Some((left, other.iter().position(|(there, _)| there == id)?)))?;
        let entries = one.iter().take(left + 1).chain(other.iter().take(right + 1));
        Some(entries.flat_map(|(_, entries)| entries.iter().copied()).collect())
    }

    /// Tells them to a commitment.
    pub(crate) fn tell(&self, state: &mut State<'_>) {
        if !self.0.is_empty() {
            state.know_mergers(|one, other| self.same(one, other));
        }
    }
}

impl Reader<'_> {
    /// The mergers that were known, and so by the reader's date.
    pub(crate) fn mergers(&self) -> Result<Mergers, ProjectorError> {
        self.mergers_by(self.at().as_of)
    }

    /// The mergers that were known, and so by a date.
    pub(crate) fn mergers_by(&self, as_of: LedgerDate) -> Result<Mergers, ProjectorError> {
        let mut mergers = Mergers::default();
        for stream in self.linked(texts::MERGES, Family::Party)? {
            let Ok(survivor) = stream.name.key().parse::<PartyId>() else { continue };
            let facts = self.known(&stream)?;
            for fact in facts.iter().filter(|fact| fact.occurred_on.earliest <= as_of) {
                let said = |fact: &Fact| (survivor.clone(), fact.sources().collect::<Vec<_>>());
                if let Event::PartiesMerged(merger) = &fact.event {
                    mergers.0.extend(merger.merged.iter().map(|id| (id.clone(), said(fact))));
                }
            }
        }
        Ok(mergers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(id: &str) -> PartyId {
        id.parse().unwrap()
    }

    #[test]
    fn two_ids_are_of_one_party_where_their_ways_meet_and_name_the_entries_up_to_there() {
        let into = |from: &str, into: &str, entry: Position| (party(from), (party(into), vec![entry]));
        let mergers = Mergers([into("a", "b", 1), into("b", "c", 2), into("d", "c", 3), into("c", "e", 4)].into());
        let same = |one: &str, other: &str| mergers.same(&party(one), &party(other));
        assert_eq!(same("a", "b"), Some(vec![1]));
        assert_eq!(same("b", "a"), Some(vec![1]));
        assert_eq!(same("a", "d"), Some(vec![1, 2, 3]));
        assert_eq!(same("a", "a"), Some(vec![]));
        assert_eq!((same("a", "f"), same("f", "g")), (None, None));
        let circle = Mergers([into("a", "b", 1), into("b", "a", 2)].into());
        assert_eq!(circle.same(&party("a"), &party("b")), Some(vec![2]), "by whichever of the two entries");
        assert_eq!(circle.same(&party("a"), &party("c")), None);
    }
}
