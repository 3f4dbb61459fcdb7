//! The questions that can be asked: one thing, pages of things, figures of a thing or of several, what is overdue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::State;
use servanda_events::ids::{AgreementId, CommitmentId, Family, IndicatorId, PackageId, PartyId, StreamId};

use crate::error::ProjectorError;
use crate::progress::{CommitmentProgress, Declared, Member, OverdueMilestone, Rates, Rollup, pairs};
use crate::read_db::NamedStream;
use crate::reader::Reader;
use crate::texts;
use crate::views::{AgreementView, CommitmentView, IndicatorView};

/// Streams looked at in one go while filling a page.
const STEP: usize = 200;

/// What a roll-up is over.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Which things a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Those of a package.
    pub package: Option<PackageId>,
    /// Those of an agreement.
    pub agreement: Option<AgreementId>,
    /// Those that concern a party.
    pub party: Option<PartyId>,
}

impl Filter {
    /// What a stream must be linked with: with one of each list.
    fn targets(&self, reader: &Reader<'_>) -> Result<Vec<Vec<String>>, ProjectorError> {
        let package = self.package.as_ref().map(|id| vec![format!("package/{id}")]);
        let agreement = self.agreement.as_ref().map(|id| vec![format!("agreement/{id}")]);
        let party = self.party.as_ref().map(|id| reader.ids_of_party(id)).transpose()?;
        let party = party.map(|ids| ids.iter().map(|id| format!("party/{id}")).collect());
        Ok(package.into_iter().chain(agreement).chain(party).collect())
    }
}

/// A page of a list, in the order of the ids.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Page<T> {
    /// The things.
    pub items: Vec<T>,
    /// The id to go on after; none at the end.
    pub next_after: Option<String>,
}

macro_rules! family_queries {
    ($($one:ident, $many:ident: $id:ty => $view:ty, $family:expr, $of:expr;)*) => {
        impl Reader<'_> {
            $(
                #[doc = concat!("One ", stringify!($one), ", if it was known and so.")]
                pub fn $one(&self, id: &$id) -> Result<Option<$view>, ProjectorError> {
                    let Some(stream) = self.stream(&StreamId::from(id))? else { return Ok(None) };
                    let of: fn(&[Arc<Fact>], &Reader<'_>) -> Option<$view> = $of;
                    Ok(of(&self.facts(&stream)?, self))
                }

                #[doc = concat!("A page of ", stringify!($many), ", after an id.")]
                pub fn $many(&self, filter: &Filter, after: &str, limit: usize) -> Result<Page<$view>, ProjectorError> {
                    let of: fn(&[Arc<Fact>], &Reader<'_>) -> Option<$view> = $of;
                    self.page($family, filter, after, limit, |facts| Ok(of(facts, self)))
                }
            )*
        }
    };
}

family_queries! {
    commitment, commitments: CommitmentId => CommitmentView, Family::Commitment,
        |facts, reader| CommitmentView::of(facts, reader.at().as_of);
    indicator, indicators: IndicatorId => IndicatorView, Family::Indicator, |facts, _| IndicatorView::of(facts);
}

impl Reader<'_> {
    pub(crate) fn page<T>(
        &self,
        family: Family,
        filter: &Filter,
        after: &str,
        limit: usize,
        view: impl Fn(&[Arc<Fact>]) -> Result<Option<T>, ProjectorError>,
    ) -> Result<Page<T>, ProjectorError> {
        let mut items = Vec::new();
        let mut last: Option<String> = None;
        self.each(family, filter, after, |stream| {
            if items.len() == limit {
                return Ok(false);
            }
            if let Some(item) = view(&self.facts(stream)?)? {
                items.push(item);
                last = Some(stream.name.key().to_owned());
            }
            Ok(true)
        })
        .map(|ended| Page { items, next_after: last.filter(|_| !ended) })
    }

    /// Calls `see` for each stream of the family that passes the filter, after an id, until it answers false. True
    /// when all were seen.
    fn each(
        &self,
        family: Family,
        filter: &Filter,
        after: &str,
        mut see: impl FnMut(&NamedStream) -> Result<bool, ProjectorError>,
    ) -> Result<bool, ProjectorError> {
        let mut after = format!("{}-{after}", family.as_str());
        let targets = filter.targets(self)?;
        if let Some((first, others)) = targets.split_first() {
            let mut streams = self.linked_with_any(first, family)?;
            for other in others {
                let also = self.linked_with_any(other, family)?;
                streams.retain(|stream| also.iter().any(|s| s.id == stream.id));
            }
            for stream in streams.iter().filter(|stream| stream.name.as_str() > after.as_str()) {
                if !see(stream)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        loop {
            let streams = self.streams(family, &after, STEP)?;
            for stream in &streams {
                if !see(stream)? {
                    return Ok(false);
                }
            }
            match streams.last() {
                None => return Ok(true),
                Some(stream) => after = stream.name.as_str().to_owned(),
            }
        }
    }

    /// The figures of one commitment; none for a prospect.
    pub fn commitment_progress(&self, id: &CommitmentId) -> Result<Option<CommitmentProgress>, ProjectorError> {
        let Some(stream) = self.stream(&StreamId::from(id))? else { return Ok(None) };
        let facts = self.facts(&stream)?;
        let state = State::of(&facts, Some(self.at().as_of));
        let rates = self.rates(std::slice::from_ref(&state))?;
        Ok(CommitmentProgress::of(&state, self.at().as_of, &rates))
    }

    /// The figures of several commitments; none where the package, agreement or party is not known.
    pub fn rollup(&self, over: &Over) -> Result<Option<Rollup>, ProjectorError> {
        let package = match over {
            Over::Package(id) => match self.package(id)? {
                None => return Ok(None),
                Some(view) => Some((view, self.linked_agreements(id)?)),
            },
            Over::Agreement(id) if self.agreement(id)?.is_none() => return Ok(None),
            Over::Party(id) if self.party(id)?.is_none() => return Ok(None),
            Over::Agreement(_) | Over::Party(_) | Over::Sector { .. } | Over::Ledger => None,
        };
        let mut facts: Vec<Vec<Arc<Fact>>> = Vec::new();
        for stream in self.members(over, package.as_ref().map(|(_, agreements)| agreements.as_slice()))? {
            facts.push(self.facts(&stream)?);
        }
        let as_of = self.at().as_of;
        let states: Vec<State<'_>> = facts.iter().map(|facts| State::of(facts, Some(as_of))).collect();
        let rates = self.rates(&states)?;
        let prospects = states.iter().filter(|s| s.made().is_none() && s.prospect().is_some()).count();
        let members = Member::all(&states, &self.merged()?);
        let declared: Vec<Declared<'_>> = package
            .iter()
            .flat_map(|(view, _)| &view.declared)
            .filter(|declared| declared.superseded_by.is_none())
            .map(|d| Declared { total: &d.total, entries: &d.entries })
            .collect();
        let parts = package.as_ref().map(|(_, agreements)| (declared.as_slice(), agreements.as_slice()));
        Ok(Some(Rollup::of(&members, prospects, parts, as_of, &rates)))
    }

    /// The commitments that went into others, as known and so.
    fn merged(&self) -> Result<BTreeSet<CommitmentId>, ProjectorError> {
        let mut merged = BTreeSet::new();
        for stream in self.linked(texts::MERGES, Family::Commitment)? {
            let facts = self.facts(&stream)?;
            let state = State::of(&facts, Some(self.at().as_of));
            let parts = state.merges().iter().flat_map(|(_, merge)| &merge.from);
            merged.extend(parts.map(|part| part.commitment_id.clone()));
        }
        Ok(merged)
    }

    /// The commitment streams of a roll-up, each once, in the order of their names.
    fn members(&self, over: &Over, agreements: Option<&[AgreementView]>) -> Result<Vec<NamedStream>, ProjectorError> {
        let mut streams = BTreeMap::new();
        let mut add = |found: Vec<NamedStream>| {
            for stream in found {
                streams.insert(stream.name.clone(), stream);
            }
        };
        let linked = |target: &str| self.linked(target, Family::Commitment);
        match over {
            Over::Package(id) => {
                add(linked(&format!("package/{id}"))?);
                for agreement in agreements.unwrap_or_default() {
                    add(linked(&format!("agreement/{}", agreement.agreement.agreement_id))?);
                }
            }
            Over::Agreement(id) => add(linked(&format!("agreement/{id}"))?),
            Over::Party(id) => {
                for id in self.ids_of_party(id)? {
                    add(linked(&format!("obligor/{id}"))?);
                }
            }
            Over::Sector { scheme, code } => {
                let target = texts::sector_link(scheme, code);
                add(linked(&target)?);
                for agreement in self.linked(&target, Family::Agreement)? {
                    add(linked(&format!("agreement/{}", agreement.name.key()))?);
                }
            }
            Over::Ledger => {
                self.each(Family::Commitment, &Filter::default(), "", |stream| {
                    add(vec![NamedStream { id: stream.id, name: stream.name.clone() }]);
                    Ok(true)
                })?;
            }
        }
        Ok(streams.into_values().collect())
    }

    /// The rates that the payments of some commitments need, as known and so.
    fn rates(&self, states: &[State<'_>]) -> Result<Rates, ProjectorError> {
        let mut facts = Vec::new();
        // One commitment's money may be convertible where the money of all of them together is not, and the reverse.
        let all = states.iter().flat_map(State::flows);
        let mut needed = pairs(all);
        needed.extend(states.iter().flat_map(|state| pairs(state.flows().iter())));
        needed.sort_unstable();
        needed.dedup();
        for (base, quote) in needed {
            for stream in self.linked(&format!("rate/{base}/{quote}"), Family::Indicator)? {
                facts.extend(self.facts(&stream)?);
            }
        }
        Ok(Rates::of(facts.iter().map(AsRef::as_ref)))
    }

    /// A page of overdue milestones, after a commitment's id; a commitment's milestones are never split over pages.
    pub fn overdue(
        &self,
        filter: &Filter,
        after: &str,
        limit: usize,
    ) -> Result<Page<OverdueMilestone>, ProjectorError> {
        let mut items = Vec::new();
        let mut last: Option<String> = None;
        let as_of = self.at().as_of;
        let ended = self.each(Family::Commitment, filter, after, |stream| {
            if items.len() >= limit {
                return Ok(false);
            }
            let facts = self.facts(stream)?;
            let state = State::of(&facts, Some(as_of));
            if state.made().is_some() {
                items.extend(state.milestones().iter().filter_map(|m| OverdueMilestone::of(m, as_of)));
            }
            last = Some(stream.name.key().to_owned());
            Ok(true)
        })?;
        Ok(Page { items, next_after: last.filter(|_| !ended) })
    }
}
