//! The questions that can be asked: one thing, pages of things, figures of a thing, what is overdue or at risk.
//! Figures of several things are asked for in [`crate::rollups`].

use std::collections::HashSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::State;
use servanda_events::ids::{AgreementId, CommitmentId, Family, IndicatorId, PackageId, PartyId, StreamId};
use servanda_events::money::Currency;

use crate::error::ProjectorError;
use crate::progress::{AtRiskMilestone, Calendar, CommitmentProgress, OverdueMilestone};
use crate::read_db::NamedStream;
use crate::reader::Reader;
use crate::views::{CommitmentView, IndicatorView};

/// Streams looked at in one go while filling a page.
const STEP: usize = 200;

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
                    let of: fn(&[Arc<Fact>], &Reader<'_>) -> Result<Option<$view>, ProjectorError> = $of;
                    of(&self.facts(&stream)?, self)
                }

                #[doc = concat!("A page of ", stringify!($many), ", after an id.")]
                pub fn $many(&self, filter: &Filter, after: &str, limit: usize) -> Result<Page<$view>, ProjectorError> {
                    let of: fn(&[Arc<Fact>], &Reader<'_>) -> Result<Option<$view>, ProjectorError> = $of;
                    self.page($family, filter, after, limit, |facts| of(facts, self))
                }
            )*
        }
    };
}

family_queries! {
    commitment, commitments: CommitmentId => CommitmentView, Family::Commitment,
        |facts, reader| Ok(CommitmentView::of(facts, reader.at().as_of, &reader.mergers()?));
    indicator, indicators: IndicatorId => IndicatorView, Family::Indicator, |facts, _| Ok(IndicatorView::of(facts));
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
    pub(crate) fn each(
        &self,
        family: Family,
        filter: &Filter,
        after: &str,
        mut see: impl FnMut(&NamedStream) -> Result<bool, ProjectorError>,
    ) -> Result<bool, ProjectorError> {
        let mut after = format!("{}-{after}", family.as_str());
        if let Some(streams) = self.passing_streams(family, filter)? {
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

    /// The streams of a family that pass a filter, in the order of their names; none where it asks for nothing.
    fn passing_streams(&self, family: Family, filter: &Filter) -> Result<Option<Vec<NamedStream>>, ProjectorError> {
        let targets = filter.targets(self)?;
        let Some((first, others)) = targets.split_first() else { return Ok(None) };
        let mut streams = self.linked_with_any(first, family)?;
        for other in others {
            let also: HashSet<i64> = self.linked_with_any(other, family)?.iter().map(|stream| stream.id).collect();
            streams.retain(|stream| also.contains(&stream.id));
        }
        Ok(Some(streams))
    }

    /// The ids of the things of a family that pass a filter, as known, whatever was so by the date; none where it asks
    /// for nothing. No fact is read.
    pub fn passing(&self, family: Family, filter: &Filter) -> Result<Option<HashSet<String>>, ProjectorError> {
        let streams = self.passing_streams(family, filter)?;
        Ok(streams.map(|streams| streams.iter().map(|stream| stream.name.key().to_owned()).collect()))
    }

    /// The figures of one commitment; none for a prospect.
    pub fn commitment_progress(&self, id: &CommitmentId) -> Result<Option<CommitmentProgress>, ProjectorError> {
        self.commitment_progress_in(id, None)
    }

    /// The same with all money in a currency as well, which is else chosen from those in which something is owed.
    pub fn commitment_progress_in(
        &self,
        id: &CommitmentId,
        currency: Option<Currency>,
    ) -> Result<Option<CommitmentProgress>, ProjectorError> {
        let Some(stream) = self.stream(&StreamId::from(id))? else { return Ok(None) };
        let facts = self.facts(&stream)?;
        let mut state = State::of(&facts, Some(self.at().as_of));
        self.mergers()?.tell(&mut state);
        let rates = self.rates(std::slice::from_ref(&state), currency)?;
        Ok(CommitmentProgress::of(&state, self.at().as_of, &rates))
    }

    /// A page of overdue milestones, after a commitment's id; a commitment's milestones are never split over pages.
    pub fn overdue(
        &self,
        filter: &Filter,
        after: &str,
        limit: usize,
    ) -> Result<Page<OverdueMilestone>, ProjectorError> {
        self.page_of_milestones(filter, after, limit, |calendar| calendar.all_overdue().collect())
    }

    /// A page of milestones at risk, after a commitment's id; a commitment's milestones are never split over pages.
    pub fn at_risk(&self, filter: &Filter, after: &str, limit: usize) -> Result<Page<AtRiskMilestone>, ProjectorError> {
        self.page_of_milestones(filter, after, limit, |calendar| calendar.all_at_risk())
    }

    /// What the calendar says of the milestones of commitments. Those that went into others are owed there.
    fn page_of_milestones<T>(
        &self,
        filter: &Filter,
        after: &str,
        limit: usize,
        of: impl Fn(&Calendar<'_>) -> Vec<T>,
    ) -> Result<Page<T>, ProjectorError> {
        let mut items = Vec::new();
        let mut last: Option<String> = None;
        let as_of = self.at().as_of;
        let merged = self.merged()?;
        let ended = self.each(Family::Commitment, filter, after, |stream| {
            if items.len() >= limit {
                return Ok(false);
            }
            let facts = self.facts(stream)?;
            let state = State::of(&facts, Some(as_of));
            if state.made().is_some_and(|(_, made)| !merged.contains_key(&made.commitment_id)) {
                items.extend(of(&Calendar::of(&state, as_of)));
            }
            last = Some(stream.name.key().to_owned());
            Ok(true)
        })?;
        Ok(Page { items, next_after: last.filter(|_| !ended) })
    }
}
