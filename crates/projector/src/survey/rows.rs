//! What a survey holds of each stream: short rows, and the dates at which they stay as they are.
//!
//! Deliberately absent: which promises count, and what is counted ([`super::Survey`]).

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use servanda_events::agreement::{self, Sector};
use servanda_events::commitment::State;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{AgreementId, CommitmentId, Family, PackageId, PartyId};
use servanda_events::party::PartyKind;

use super::CompactTexts;
use super::span::Span;
use crate::error::ProjectorError;
use crate::mergers::Mergers;
use crate::progress::{Dates, Surveyed};
use crate::queries::Filter;
use crate::read_db::NamedStream;
use crate::reader::Reader;
use crate::views::{AgreementStatus, AgreementView, PackageView, PartyView};

/// What is known of each stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(super) promises: BTreeMap<CommitmentId, Promised>,
    pub(super) packages: BTreeMap<PackageId, CompactTexts>,
    pub(super) agreements: BTreeMap<AgreementId, Arc<SurveyedAgreement>>,
    pub(super) parties: BTreeMap<PartyId, Arc<SurveyedParty>>,
    /// How long each stream stays as it was read, by its local id; those of which nothing is so by the date among them.
    spans: BTreeMap<i64, Span>,
    /// Which parties had become one when the rows were read.
    mergers: Mergers,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Promised {
    Yes(Arc<Surveyed>),
    /// A prospect, with the package in which it was named.
    Prospect(Option<PackageId>),
}

/// A document as analysts group by it.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyedAgreement {
    /// Its titles, per language.
    pub titles: CompactTexts,
    /// The packages that it is linked to.
    pub packages: Vec<PackageId>,
    /// Its fields of activity.
    pub sectors: Vec<Sector>,
    /// Where it stands.
    pub status: AgreementStatus,
    /// Whether it counts toward the totals of its packages.
    pub counts_toward_totals: bool,
}

/// A party as analysts group by it.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyedParty {
    /// Its names, per language.
    pub names: CompactTexts,
    /// What sort of body it is.
    pub kind: PartyKind,
    /// The party that it is part of.
    pub parent: Option<PartyId>,
    pub(super) merged: Vec<PartyId>,
}

/// The families that a survey reads.
const FAMILIES: [Family; 4] = [Family::Party, Family::Package, Family::Agreement, Family::Commitment];

impl Reader<'_> {
    /// Every stream that a survey reads.
    pub(crate) fn surveyed_streams(&self) -> Result<Vec<NamedStream>, ProjectorError> {
        let mut streams = Vec::new();
        for family in FAMILIES {
            self.each(family, &Filter::default(), "", |stream| {
                streams.push(NamedStream { id: stream.id, name: stream.name.clone() });
                Ok(true)
            })?;
        }
        Ok(streams)
    }
}

impl Rows {
    /// The rows of streams by a date. The reader reads at a later one: what comes after the date says how long a row
    /// stays as it is.
    pub(crate) fn of(
        reader: &Reader<'_>,
        streams: &[NamedStream],
        as_of: LedgerDate,
        mergers: &Mergers,
    ) -> Result<Self, ProjectorError> {
        let (mut rows, mut dates) = (Self::after(mergers), Dates::default());
        for stream in streams {
            rows.read(reader, stream, as_of, &mut dates)?;
        }
        Ok(rows)
    }

    /// No rows yet, of a ledger in which some parties became one.
    pub(crate) fn after(mergers: &Mergers) -> Self {
        Self { mergers: mergers.clone(), ..Self::default() }
    }

    /// Which parties had become one when the rows were read.
    pub(crate) fn mergers(&self) -> &Mergers {
        &self.mergers
    }

    fn read(
        &mut self,
        reader: &Reader<'_>,
        stream: &NamedStream,
        as_of: LedgerDate,
        dates: &mut Dates,
    ) -> Result<(), ProjectorError> {
        let mut facts = reader.facts_once(stream)?;
        let mut span = Span::around(as_of);
        facts.iter().for_each(|fact| span.turn(fact.occurred_on.earliest));
        facts.retain(|fact| fact.occurred_on.earliest <= as_of);
        let key = stream.name.key();
        match stream.name.family() {
            Family::Commitment => {
                let Ok(id) = key.parse::<CommitmentId>() else { return Ok(()) };
                let mut state = State::of(&facts, None);
                self.mergers.tell(&mut state);
                let promised = match Surveyed::of(&state, as_of, dates) {
                    Some(row) => {
                        span.of_promise(&state, row.line.standing);
                        Some(Promised::Yes(Arc::new(row)))
                    }
                    None => state.prospect().map(|(_, prospect)| Promised::Prospect(prospect.package_id.clone())),
                };
                self.promises.extend(promised.map(|promised| (id, promised)));
            }
            Family::Agreement => {
                let Ok(id) = key.parse::<AgreementId>() else { return Ok(()) };
                span.of_agreement(&agreement::State::of(&facts, None));
                let row = AgreementView::of(&facts, as_of).map(|view| SurveyedAgreement {
                    titles: (&view.agreement.titles).into(),
                    status: view.status,
                    sectors: view.agreement.sectors,
                    counts_toward_totals: view.agreement.counts_toward_totals,
                    packages: view.packages,
                });
                self.agreements.extend(row.map(|row| (id, Arc::new(row))));
            }
            Family::Party => {
                let Ok(id) = key.parse::<PartyId>() else { return Ok(()) };
                let row = PartyView::of(&facts).map(|view| SurveyedParty {
                    names: (&view.party.names).into(),
                    kind: view.party.kind,
                    parent: view.party.parent,
                    merged: view.merged,
                });
                self.parties.extend(row.map(|row| (id, Arc::new(row))));
            }
            Family::Package => {
                let Ok(id) = key.parse::<PackageId>() else { return Ok(()) };
                self.packages.extend(PackageView::of(&facts).map(|view| (id, (&view.package.titles).into())));
            }
            Family::Indicator | Family::Ledger => return Ok(()),
        }
        self.spans.insert(stream.id, span);
        Ok(())
    }

    /// The local ids of the streams that read otherwise at a date.
    pub(crate) fn otherwise_at(&self, date: LedgerDate) -> impl Iterator<Item = i64> {
        self.spans.iter().filter(move |(_, span)| !span.covers(date)).map(|(stream, _)| *stream)
    }

    /// The same rows but for those of some streams.
    pub(crate) fn without(mut self, streams: &[NamedStream]) -> Self {
        for stream in streams {
            let key = stream.name.key();
            match stream.name.family() {
                Family::Commitment => remove(&mut self.promises, key),
                Family::Agreement => remove(&mut self.agreements, key),
                Family::Party => remove(&mut self.parties, key),
                Family::Package => remove(&mut self.packages, key),
                Family::Indicator | Family::Ledger => {}
            }
            self.spans.remove(&stream.id);
        }
        self
    }

    /// Adds the rows of other streams.
    pub(crate) fn add(&mut self, other: Self) {
        self.promises.extend(other.promises);
        self.packages.extend(other.packages);
        self.agreements.extend(other.agreements);
        self.parties.extend(other.parties);
        self.spans.extend(other.spans);
    }

    /// How many promises and prospects there are.
    pub(crate) fn len(&self) -> usize {
        self.promises.len()
    }
}

fn remove<K: Ord + FromStr, V>(rows: &mut BTreeMap<K, V>, key: &str) {
    if let Ok(id) = key.parse::<K>() {
        rows.remove(&id);
    }
}
