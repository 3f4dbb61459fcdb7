//! Questions about parties, packages and agreements that need more than one stream: old ids of parties, links that
//! changed, commitments of an agreement that has ended.

use std::collections::BTreeSet;
use std::sync::Arc;

use servanda_events::Fact;
use servanda_events::commitment::State;
use servanda_events::ids::{AgreementId, CommitmentId, Family, PackageId, PartyId, Position, StreamId};

use crate::error::ProjectorError;
use crate::queries::{Filter, Page};
use crate::read_db::NamedStream;
use crate::reader::Reader;
use crate::views::{AgreementStatus, AgreementView, DeclaredView, PackageView, PartyView, merged};

impl Reader<'_> {
    /// One party, if it was known and so. The id of a party that was merged into another gives that other one.
    pub fn party(&self, id: &PartyId) -> Result<Option<PartyView>, ProjectorError> {
        let survivor = self.survivor(id)?;
        let Some(stream) = self.stream(&StreamId::from(&survivor))? else { return Ok(None) };
        let view = PartyView::of(&self.facts(&stream)?);
        Ok(view.map(|view| PartyView { merged_into: (survivor != *id).then_some(survivor), ..view }))
    }

    /// A page of parties, after an id. Those that were merged into others stand there with that.
    pub fn parties(&self, filter: &Filter, after: &str, limit: usize) -> Result<Page<PartyView>, ProjectorError> {
        self.page(Family::Party, filter, after, limit, |facts| {
            let Some(view) = PartyView::of(facts) else { return Ok(None) };
            let survivor = self.survivor(&view.party.party_id)?;
            let merged_into = (survivor != view.party.party_id).then_some(survivor);
            Ok(Some(PartyView { merged_into, ..view }))
        })
    }

    /// The party that an id stands for, after all mergers. Of a circle of mergers, which two commands told at the same
    /// time can make, the party asked for stays itself.
    fn survivor(&self, id: &PartyId) -> Result<PartyId, ProjectorError> {
        let mut seen = BTreeSet::from([id.clone()]);
        let mut last = id.clone();
        while let Some(next) = self.merged_into(&last)? {
            if !seen.insert(next.clone()) {
                return Ok(id.clone());
            }
            last = next;
        }
        Ok(last)
    }

    fn merged_into(&self, id: &PartyId) -> Result<Option<PartyId>, ProjectorError> {
        for stream in self.linked(&format!("merged/{id}"), Family::Party)? {
            // The merger may be known and yet lie after the date.
            if merged(&self.facts(&stream)?).contains(id) {
                return Ok(stream.name.key().parse().ok());
            }
        }
        Ok(None)
    }

    /// All ids under which the party of an id was or is known.
    pub(crate) fn ids_of_party(&self, id: &PartyId) -> Result<BTreeSet<PartyId>, ProjectorError> {
        let mut ids = BTreeSet::new();
        let mut next = vec![self.survivor(id)?];
        while let Some(id) = next.pop() {
            if let Some(stream) = self.stream(&StreamId::from(&id))?
                && !ids.contains(&id)
            {
                next.extend(merged(&self.facts(&stream)?));
            }
            ids.insert(id);
        }
        Ok(ids)
    }

    /// Streams of a family that are linked with one of some things, in the order of their names.
    pub(crate) fn linked_with_any(
        &self,
        targets: &[String],
        family: Family,
    ) -> Result<Vec<NamedStream>, ProjectorError> {
        let mut streams = Vec::new();
        for target in targets {
            streams.extend(self.linked(target, family)?);
        }
        streams.sort_by(|a: &NamedStream, b| a.name.cmp(&b.name));
        streams.dedup_by(|a, b| a.id == b.id);
        Ok(streams)
    }

    /// One package, if it was known and so.
    pub fn package(&self, id: &PackageId) -> Result<Option<PackageView>, ProjectorError> {
        let Some(stream) = self.stream(&StreamId::from(id))? else { return Ok(None) };
        self.package_of(&self.facts(&stream)?)
    }

    /// A page of packages, after an id.
    pub fn packages(&self, filter: &Filter, after: &str, limit: usize) -> Result<Page<PackageView>, ProjectorError> {
        self.page(Family::Package, filter, after, limit, |facts| self.package_of(facts))
    }

    fn package_of(&self, facts: &[Arc<Fact>]) -> Result<Option<PackageView>, ProjectorError> {
        let Some(mut view) = PackageView::of(facts) else { return Ok(None) };
        let id = view.package.package_id.clone();
        for reconciled in
            view.declared.iter_mut().filter_map(|declared: &mut DeclaredView| declared.reconciled.as_mut())
        {
            let since = reconciled.entries.last().copied().unwrap_or_default();
            reconciled.reopened = reconciled.reopened || self.package_changed(&id, since)?;
        }
        Ok(Some(view))
    }

    /// Whether what belongs to a package was changed in the ledger after a position: its links, its agreements as
    /// registered, the commitments of both.
    fn package_changed(&self, id: &PackageId, since: Position) -> Result<bool, ProjectorError> {
        if self.relinked(&format!("package/{id}"), since)? || self.relinked(&format!("unlinked/{id}"), since)? {
            return Ok(true);
        }
        for agreement in self.linked_agreements(id)? {
            let id = &agreement.agreement.agreement_id;
            if agreement.registered.iter().any(|entry| *entry > since)
                || self.relinked(&format!("agreement/{id}"), since)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One agreement, if it was known and so.
    pub fn agreement(&self, id: &AgreementId) -> Result<Option<AgreementView>, ProjectorError> {
        let Some(stream) = self.stream(&StreamId::from(id))? else { return Ok(None) };
        self.agreement_of(&self.facts(&stream)?)
    }

    /// A page of agreements, after an id.
    pub fn agreements(
        &self,
        filter: &Filter,
        after: &str,
        limit: usize,
    ) -> Result<Page<AgreementView>, ProjectorError> {
        self.page(Family::Agreement, filter, after, limit, |facts| {
            let view = self.agreement_of(facts)?;
            // The link may be known and yet lie after the date, or have been undone by then.
            Ok(view.filter(|view| filter.package.as_ref().is_none_or(|id| view.packages.contains(id))))
        })
    }

    pub(crate) fn linked_agreements(&self, id: &PackageId) -> Result<Vec<AgreementView>, ProjectorError> {
        let filter = Filter { package: Some(id.clone()), ..Filter::default() };
        Ok(self.agreements(&filter, "", usize::MAX)?.items)
    }

    fn agreement_of(&self, facts: &[Arc<Fact>]) -> Result<Option<AgreementView>, ProjectorError> {
        let Some(mut view) = AgreementView::of(facts, self.at().as_of) else { return Ok(None) };
        if view.status == AgreementStatus::Ended
            && let Some(end) = &mut view.end
        {
            let named: BTreeSet<&CommitmentId> = end.fates.iter().map(|fate| &fate.commitment_id).collect();
            let mut open = self.open_commitments(&view.agreement.agreement_id)?;
            open.retain(|id| !named.contains(id));
            end.without_fate = open;
        }
        Ok(Some(view))
    }

    /// The commitments made under an agreement that are still owed.
    fn open_commitments(&self, id: &AgreementId) -> Result<Vec<CommitmentId>, ProjectorError> {
        let mut open = Vec::new();
        for stream in self.linked(&format!("agreement/{id}"), Family::Commitment)? {
            let facts = self.facts(&stream)?;
            let state = State::of(&facts, Some(self.at().as_of));
            if state.closed().is_some() {
                continue;
            }
            let made = state.made().filter(|(_, made)| made.agreement_id.as_ref() == Some(id));
            open.extend(made.map(|(_, made)| made.commitment_id.clone()));
        }
        Ok(open)
    }
}
