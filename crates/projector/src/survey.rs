//! A survey: every promise of the ledger in a short row, at one date and one moment of knowledge.
//!
//! All that analysts count, group and draw comes from one survey, so that two pages at the same two clocks never
//! disagree. Which promises count is decided as in roll-ups: nothing beside its parts, or beside the whole it went
//! into. Deliberately absent: figures with their entries ([`crate::progress`]).

mod compact;
mod rows;
mod series;
mod span;
mod tally;

pub use compact::CompactTexts;
use rows::Promised;
pub(crate) use rows::Rows;
pub use rows::{SurveyedAgreement, SurveyedParty};
pub use series::{BurnUp, BurnUpPoint, Delay, Delays};
pub use tally::{Axis, Group, MoneyTotal, Tally, groups, money_totals};

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use servanda_events::agreement::Sector;
use servanda_events::ids::{AgreementId, CommitmentId, PackageId, PartyId};

use crate::progress::{self, MilestoneState, Outline, Standing, Surveyed, SurveyedMilestone};
use crate::reader::At;
use crate::rollups::{self, Over};

/// Every promise of the ledger in a short row.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    at: At,
    rows: Rows,
    /// The promises that count, in the order of their ids.
    members: Vec<Arc<Surveyed>>,
    /// Each promise that went into another, with the one it went into.
    into: HashMap<CommitmentId, CommitmentId>,
    /// Each promise within the amount of another that counts, with that one.
    within: HashMap<CommitmentId, CommitmentId>,
    /// Each party that went into another, with the one it went into.
    survivors: BTreeMap<PartyId, PartyId>,
    states: BTreeSet<PartyId>,
    sectors: BTreeSet<Sector>,
}

impl Survey {
    /// The survey of what was read at two clocks.
    pub(crate) fn of(at: At, rows: Rows) -> Self {
        let promised = || {
            rows.promises.values().filter_map(|promised| match promised {
                Promised::Yes(row) => Some(row),
                Promised::Prospect(_) => None,
            })
        };
        let parts = |row: &'_ Arc<Surveyed>| {
            let into = row.line.commitment_id.clone();
            row.merges.iter().cloned().map(move |part| (part, into.clone())).collect::<Vec<_>>()
        };
        let into: HashMap<CommitmentId, CommitmentId> = promised().flat_map(parts).collect();
        let counts = |row: &&Arc<Surveyed>| !row.split && !into.contains_key(&row.line.commitment_id);
        let members = promised().filter(counts).cloned().collect();
        let survivors = survivors(&rows.parties);
        let (within, states, sectors) = Default::default();
        let mut survey = Self { at, rows, members, into, within, survivors, states, sectors };
        survey.within = survey.all_within();
        survey.states = survey.all_states();
        survey.sectors = survey.all_sectors();
        survey
    }

    fn all_within(&self) -> HashMap<CommitmentId, CommitmentId> {
        let named = self.members.iter().map(|row| (&row.line.commitment_id, self.umbrella_of(row)));
        progress::within(named).into_iter().map(|(part, whole)| (part.clone(), whole.clone())).collect()
    }

    /// The commitment whose amount contains that of a row, as far as is known: what it names, or what that went into.
    fn umbrella_of<'s>(&'s self, row: &'s Surveyed) -> Option<&'s CommitmentId> {
        row.umbrella_of.as_ref().map(|named| progress::after_mergers(named, |id| self.into.get(id)))
    }

    fn all_states(&self) -> BTreeSet<PartyId> {
        let obligors: HashSet<&PartyId> = self.members.iter().flat_map(|row| &row.obligors).collect();
        obligors.into_iter().map(|id| self.top_of(id).clone()).collect()
    }

    fn all_sectors(&self) -> BTreeSet<Sector> {
        let documents: HashSet<&AgreementId> =
            self.members.iter().filter_map(|row| row.agreement_id.as_ref()).collect();
        let documents = documents.into_iter().filter_map(|id| self.rows.agreements.get(id));
        let of_documents = documents.flat_map(|agreement| &agreement.sectors);
        let named: BTreeSet<&Sector> = self.members.iter().flat_map(|row| &row.sectors).chain(of_documents).collect();
        named.into_iter().cloned().collect()
    }

    /// The parties that stand at the top of those that must deliver something: states, mostly.
    pub fn states(&self) -> &BTreeSet<PartyId> {
        &self.states
    }

    /// The fields of activity of the promises that count.
    pub fn sectors(&self) -> &BTreeSet<Sector> {
        &self.sectors
    }

    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The date and the moment of knowledge.
    pub fn at(&self) -> At {
        self.at
    }

    /// The promises that count, in the order of their ids.
    pub fn members(&self) -> &[Arc<Surveyed>] {
        &self.members
    }

    /// The promise of an id, if it counts.
    pub fn member(&self, id: &CommitmentId) -> Option<&Arc<Surveyed>> {
        let found = self.members.binary_search_by(|row| row.line.commitment_id.cmp(id));
        found.ok().and_then(|place| self.members.get(place))
    }

    /// Every promise and prospect with where it stands, in the order of the ids; a prospect has no standing. What was
    /// divided, or went into others, is among them.
    pub fn standings(&self) -> impl Iterator<Item = (&CommitmentId, Option<Standing>)> {
        self.rows.promises.iter().map(|(id, promised)| match promised {
            Promised::Yes(row) => (id, Some(row.line.standing)),
            Promised::Prospect(_) => (id, None),
        })
    }

    /// The promises of which something is overdue, in the order of the ids, each with those milestones.
    pub fn overdue(&self) -> impl Iterator<Item = (&Surveyed, impl Iterator<Item = &SurveyedMilestone>)> {
        let is_late = |milestone: &&SurveyedMilestone| milestone.state == MilestoneState::Overdue;
        // A promise that ended has nothing left to be done, and says so by this count.
        let late = self.members.iter().filter(|row| row.line.overdue > 0);
        late.map(move |row| (row.as_ref(), row.milestones.iter().filter(is_late)))
    }

    /// How many prospects are noted; they are never counted as promised.
    pub fn prospects(&self) -> usize {
        self.prospects_of(&Over::Ledger)
    }

    fn prospects_of(&self, over: &Over) -> usize {
        let counts = |promised: &&Promised| match promised {
            Promised::Yes(_) => false,
            Promised::Prospect(package) => over.takes_prospect_of(package.as_ref()),
        };
        self.rows.promises.values().filter(counts).count()
    }

    /// The promises that a roll-up is over, in the order of their ids.
    fn members_of(&self, over: &Over) -> Vec<&Surveyed> {
        let of_document = |row: &Surveyed, has: &dyn Fn(&SurveyedAgreement) -> bool| {
            row.agreement_id.as_ref().and_then(|id| self.rows.agreements.get(id)).is_some_and(|document| has(document))
        };
        let wanted = |row: &&Surveyed| match over {
            Over::Package(id) => {
                row.package_id.as_ref() == Some(id) || of_document(row, &|document| document.packages.contains(id))
            }
            Over::Agreement(id) => row.agreement_id.as_ref() == Some(id),
            Over::Party(id) => row.obligors.iter().any(|obligor| self.survivor(obligor) == self.survivor(id)),
            Over::Sector { scheme, code } => {
                let names = |sectors: &[Sector]| rollups::names(sectors, scheme, code);
                names(&row.sectors) || of_document(row, &|document| names(&document.sectors))
            }
            Over::Ledger => true,
        };
        self.members.iter().map(AsRef::as_ref).filter(wanted).collect()
    }

    /// What a page shows of a roll-up, with so many commitments.
    pub(crate) fn outline(&self, over: &Over, lines_max: usize) -> Outline {
        let limits = (self.prospects_of(over), lines_max);
        Outline::of_rows(&self.members_of(over), |row| self.umbrella_of(row), limits, self.at.as_of)
    }

    /// The packages, by their ids, with their titles.
    pub fn packages(&self) -> &BTreeMap<PackageId, CompactTexts> {
        &self.rows.packages
    }

    /// The documents, by their ids.
    pub fn agreements(&self) -> &BTreeMap<AgreementId, Arc<SurveyedAgreement>> {
        &self.rows.agreements
    }

    /// The commitment within whose amount a promise lies; none where it stands alone, or names one that does not count.
    pub fn part_of<'s>(&'s self, row: &'s Surveyed) -> Option<&'s CommitmentId> {
        self.within.get(&row.line.commitment_id)
    }

    /// The packages of a promise: its own, and those of its document.
    pub fn packages_of<'s>(&'s self, row: &'s Surveyed) -> BTreeSet<&'s PackageId> {
        let agreement = row.agreement_id.as_ref().and_then(|id| self.rows.agreements.get(id));
        row.package_id.iter().chain(agreement.into_iter().flat_map(|agreement| &agreement.packages)).collect()
    }

    /// The fields of activity of a promise: its own, and those of its document.
    pub fn sectors_of<'s>(&'s self, row: &'s Surveyed) -> BTreeSet<&'s Sector> {
        let agreement = row.agreement_id.as_ref().and_then(|id| self.rows.agreements.get(id));
        row.sectors.iter().chain(agreement.into_iter().flat_map(|agreement| &agreement.sectors)).collect()
    }

    /// The party that an id stands for, after all mergers.
    pub fn survivor<'s>(&'s self, id: &'s PartyId) -> &'s PartyId {
        let mut last = id;
        // A circle of mergers has at most as many steps as there are mergers.
        for _ in 0..self.survivors.len() {
            match self.survivors.get(last) {
                Some(next) if next == id => return id,
                Some(next) => last = next,
                None => break,
            }
        }
        last
    }

    /// A party, by whichever of its ids.
    pub fn party(&self, id: &PartyId) -> Option<&SurveyedParty> {
        self.rows.parties.get(self.survivor(id)).map(AsRef::as_ref)
    }

    /// The party at the top of those that a party is part of: the state of a ministry. Itself where it is part of none.
    pub fn top_of<'s>(&'s self, id: &'s PartyId) -> &'s PartyId {
        let mut top = self.survivor(id);
        for _ in 0..PARENTS_MAX {
            let Some(parent) = self.rows.parties.get(top).and_then(|party| party.parent.as_ref()) else { break };
            top = self.survivor(parent);
        }
        top
    }

    /// Who must deliver, each party once, by the ids they have now.
    pub fn obligors_of<'s>(&'s self, row: &'s Surveyed) -> BTreeSet<&'s PartyId> {
        row.obligors.iter().map(|id| self.survivor(id)).collect()
    }
}

/// Steps from a body to its state that are followed at most.
const PARENTS_MAX: usize = 8;

fn survivors(parties: &BTreeMap<PartyId, Arc<SurveyedParty>>) -> BTreeMap<PartyId, PartyId> {
    let mergers = parties.iter().flat_map(|(id, party)| party.merged.iter().map(|merged| (merged.clone(), id.clone())));
    mergers.collect()
}

#[cfg(test)]
#[path = "survey/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "survey/counts_tests.rs"]
mod counts_tests;
