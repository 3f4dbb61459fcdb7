//! Figures of several commitments: which they are, by which entries they belong to what is asked for, and what else is
//! needed to compute.

use std::collections::{BTreeMap, BTreeSet};

use servanda_events::agreement::Sector;
use servanda_events::commitment::{CommitmentMade, State};
use servanda_events::ids::{AgreementId, CommitmentId, Family, PackageId, PartyId, Position, StreamId};
use servanda_events::money::Currency;
use servanda_events::package::Measure;
use servanda_events::{Event, Fact};

use crate::cache::StreamForms;
use crate::error::ProjectorError;
use crate::progress::{Coverage, Declared, Member, Merged, Rates, Rollup, Subject, pairs};
use crate::queries::Filter;
use crate::read_db::NamedStream;
use crate::reader::Reader;
use crate::texts;
use crate::views::{AgreementView, DeclaredView, PackageView};

/// What a roll-up is over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Over {
    /// The commitments of a package, named by it or by one of its agreements.
    Package(PackageId),
    /// The commitments of an agreement.
    Agreement(AgreementId),
    /// The commitments that a party must deliver.
    Party(PartyId),
    /// The commitments of a sector, named by them or by their agreement.
    Sector {
        /// The code list.
        scheme: String,
        /// The code in it.
        code: String,
    },
    /// All commitments.
    Ledger,
}

impl Over {
    /// Whether it takes in a prospect that was named in a package, or in none. Nobody owes a prospect yet: it belongs
    /// to that package and to the whole ledger.
    pub(crate) fn takes_prospect_of(&self, package: Option<&PackageId>) -> bool {
        match self {
            Self::Package(id) => package == Some(id),
            Self::Agreement(_) | Self::Party(_) | Self::Sector { .. } => false,
            Self::Ledger => true,
        }
    }
}

/// What is asked for, with the entries by which it is known.
#[derive(Default)]
pub(crate) struct Asked {
    package: Option<PackageView>,
    /// Agreements by which commitments belong to it, with the entries that say so.
    agreements: BTreeMap<AgreementId, Vec<Position>>,
    /// The agreements of a package.
    linked: Vec<AgreementView>,
    /// All ids of a party.
    parties: BTreeSet<PartyId>,
    entries: Vec<Position>,
}

impl Asked {
    /// The totals that were declared for a package and that no other took the place of.
    fn in_force(&self) -> impl Iterator<Item = &DeclaredView> {
        self.package.iter().flat_map(|view| &view.declared).filter(|declared| declared.superseded_by.is_none())
    }

    /// The entries by which a promise belongs to what is asked for; none where the promise itself says so.
    fn via(&self, over: &Over, made: &CommitmentMade) -> Vec<Position> {
        let of_itself = match over {
            Over::Package(id) => made.package_id.as_ref() == Some(id),
            Over::Sector { scheme, code } => names(&made.sectors, scheme, code),
            Over::Agreement(_) | Over::Party(_) | Over::Ledger => true,
        };
        let agreement = made.agreement_id.as_ref().filter(|_| !of_itself);
        agreement.and_then(|id| self.agreements.get(id)).cloned().unwrap_or_default()
    }
}

/// Whether a sector is one of some.
pub(crate) fn names(sectors: &[Sector], scheme: &str, code: &str) -> bool {
    sectors.iter().any(|sector| sector.scheme.as_str() == scheme && sector.code.as_str() == code)
}

impl Reader<'_> {
    /// The figures of several commitments; none where the package, agreement or party is not known, or where nothing
    /// names the sector.
    pub fn rollup(&self, over: &Over) -> Result<Option<Rollup>, ProjectorError> {
        self.rollup_in(over, None)
    }

    /// The same with all money in a currency as well, which is else chosen from those in which something is owed.
    pub fn rollup_in(&self, over: &Over, currency: Option<Currency>) -> Result<Option<Rollup>, ProjectorError> {
        let Some(asked) = self.asked(over)? else { return Ok(None) };
        self.rollup_of_in(over, &asked, &self.members(over, &asked)?, currency).map(Some)
    }

    /// The figures of what is asked for, over the streams of its commitments.
    pub(crate) fn rollup_of(
        &self,
        over: &Over,
        asked: &Asked,
        members: &[NamedStream],
    ) -> Result<Rollup, ProjectorError> {
        self.rollup_of_in(over, asked, members, None)
    }

    fn rollup_of_in(
        &self,
        over: &Over,
        asked: &Asked,
        members: &[NamedStream],
        currency: Option<Currency>,
    ) -> Result<Rollup, ProjectorError> {
        self.over_members(over, asked, members, |members, states, subject| {
            Ok(Rollup::of(members, subject, self.at().as_of, &self.rates(states, currency)?))
        })
    }

    /// What was declared for a package beside what is recorded; none where the package is not known. It is what its
    /// roll-up says, without the other figures: commitments are read only where an amount was declared.
    pub fn coverage(&self, package: &PackageId) -> Result<Option<Coverage>, ProjectorError> {
        let over = Over::Package(package.clone());
        let Some(asked) = self.asked(&over)? else { return Ok(None) };
        let of_amounts = asked.in_force().any(|declared| declared.total.measure == Measure::Amount);
        let members = if of_amounts { self.members(&over, &asked)? } else { Vec::new() };
        self.over_members(&over, &asked, &members, |members, _, subject| Ok(subject.coverage(members)))
    }

    /// Works on the members that some streams hold, with their states and what they are members of.
    fn over_members<T>(
        &self,
        over: &Over,
        asked: &Asked,
        members: &[NamedStream],
        work: impl FnOnce(&[Member<'_>], &[State<'_>], &Subject<'_>) -> Result<T, ProjectorError>,
    ) -> Result<T, ProjectorError> {
        let forms: Vec<StreamForms> =
            members.iter().map(|stream| self.forms(stream.id)).collect::<Result<_, ProjectorError>>()?;
        let mergers = self.mergers()?;
        let state = |forms| {
            let mut state = State::told_by(self.in_effect(forms), None);
            mergers.tell(&mut state);
            state
        };
        let states: Vec<State<'_>> = forms.iter().map(|forms| state(forms)).collect();
        let prospects = states.iter().filter(|state| state.made().is_none()).filter_map(State::prospect);
        let prospects: Vec<&Fact> = prospects
            .filter(|(_, prospect)| over.takes_prospect_of(prospect.package_id.as_ref()))
            .map(|(fact, _)| fact)
            .collect();
        let noted: Vec<Position> = prospects.iter().flat_map(|fact| fact.sources()).collect();
        let merged = self.merged()?;
        // Who was taken out of a promise by an amendment owes it no more.
        let owes = |made: &CommitmentMade| made.obligors.iter().any(|obligor| asked.parties.contains(obligor));
        let wanted = |made: &CommitmentMade| !matches!(over, Over::Party(_)) || owes(made);
        let members = Member::all(&states, &merged, wanted, |made| asked.via(over, made));
        let declared: Vec<Declared<'_>> =
            asked.in_force().map(|d| Declared { total: &d.total, entries: &d.entries }).collect();
        let package = asked.package.as_ref().map(|_| (declared.as_slice(), asked.linked.as_slice()));
        let prospects = (prospects.len(), noted.as_slice());
        let subject = Subject { entries: &asked.entries, prospects, package };
        work(&members, &states, &subject)
    }

    /// What is asked for, if it was known and so.
    pub(crate) fn asked(&self, over: &Over) -> Result<Option<Asked>, ProjectorError> {
        let mut asked = Asked::default();
        match over {
            Over::Package(id) => {
                let Some(view) = self.package(id)? else { return Ok(None) };
                asked.package = Some(view);
                asked.entries = self.founding(&StreamId::from(id))?;
                asked.linked = self.linked_agreements(id)?;
                let by_agreement = |view: &AgreementView| {
                    (view.agreement.agreement_id.clone(), view.named_as_one().collect::<Vec<_>>())
                };
                asked.agreements = asked.linked.iter().map(by_agreement).collect();
            }
            Over::Agreement(id) => {
                if self.agreement(id)?.is_none() {
                    return Ok(None);
                }
                asked.entries = self.founding(&StreamId::from(id))?;
            }
            Over::Party(id) => {
                if self.party(id)?.is_none() {
                    return Ok(None);
                }
                asked.parties = self.ids_of_party(id)?;
                for id in &asked.parties {
                    asked.entries.extend(self.founding(&StreamId::from(id))?);
                }
            }
            Over::Sector { scheme, code } => {
                for stream in self.linked(&texts::sector_link(scheme, code), Family::Agreement)? {
                    if let Ok(id) = stream.name.key().parse() {
                        asked.agreements.insert(id, self.founding(&stream.name)?);
                    }
                }
                let target = texts::sector_link(scheme, code);
                if asked.agreements.is_empty() && self.linked(&target, Family::Commitment)?.is_empty() {
                    return Ok(None);
                }
            }
            Over::Ledger => {}
        }
        Ok(Some(asked))
    }

    /// Positions of the entries by which a party, a package or an agreement is known; of a party also those by which
    /// others went into it.
    fn founding(&self, name: &StreamId) -> Result<Vec<Position>, ProjectorError> {
        let Some(stream) = self.stream(name)? else { return Ok(Vec::new()) };
        let founds = |fact: &Fact| {
            matches!(
                fact.event,
                Event::PartyRegistered(_)
                    | Event::PartiesMerged(_)
                    | Event::PackageAnnounced(_)
                    | Event::AgreementRegistered(_)
            )
        };
        let facts = self.known(&stream)?;
        Ok(facts.iter().filter(|fact| founds(fact)).flat_map(|fact| fact.sources().collect::<Vec<_>>()).collect())
    }

    /// The commitments that went into others, as known and so, each with that one and the entries that say so.
    pub(crate) fn merged(&self) -> Result<Merged, ProjectorError> {
        let mut merged = Merged::new();
        for stream in self.linked(texts::MERGES, Family::Commitment)? {
            let facts = self.facts(&stream)?;
            let state = State::of(&facts, Some(self.at().as_of));
            let Ok(into) = stream.name.key().parse::<CommitmentId>() else { continue };
            for (fact, merge) in state.merges() {
                let said: Vec<Position> = fact.sources().collect();
                let parts = merge.from.iter().map(|part| part.commitment_id.clone());
                merged.extend(parts.map(|part| (part, (into.clone(), said.clone()))));
            }
        }
        Ok(merged)
    }

    /// The commitment streams of a roll-up, each once, in the order of their names.
    pub(crate) fn members(&self, over: &Over, asked: &Asked) -> Result<Vec<NamedStream>, ProjectorError> {
        let mut streams = Vec::new();
        let mut add = |found: Vec<NamedStream>| streams.extend(found);
        let linked = |target: &str| self.linked(target, Family::Commitment);
        match over {
            Over::Package(id) => add(linked(&format!("package/{id}"))?),
            Over::Agreement(id) => add(linked(&format!("agreement/{id}"))?),
            Over::Party(_) => {
                for id in &asked.parties {
                    add(linked(&format!("obligor/{id}"))?);
                }
            }
            Over::Sector { scheme, code } => add(linked(&texts::sector_link(scheme, code))?),
            Over::Ledger => {
                self.each(Family::Commitment, &Filter::default(), "", |stream| {
                    add(vec![NamedStream { id: stream.id, name: stream.name.clone() }]);
                    Ok(true)
                })?;
            }
        }
        for id in asked.agreements.keys() {
            add(linked(&format!("agreement/{id}"))?);
        }
        streams.sort_by(|a, b| a.name.cmp(&b.name));
        streams.dedup_by(|a, b| a.id == b.id);
        Ok(streams)
    }

    /// The rates that the money of some commitments needs, as known and so.
    pub(crate) fn rates(&self, states: &[State<'_>], currency: Option<Currency>) -> Result<Rates, ProjectorError> {
        let mut facts = Vec::new();
        for (base, quote) in pairs(states.iter().flat_map(State::flows), currency) {
            for stream in self.linked(&format!("rate/{base}/{quote}"), Family::Indicator)? {
                facts.extend(self.facts(&stream)?);
            }
        }
        // A rate that was corrected is found by what it was, too.
        facts.sort_by_key(|fact| fact.position);
        facts.dedup_by_key(|fact| fact.position);
        Ok(Rates::of(facts.iter().map(AsRef::as_ref), currency))
    }
}
