//! Opinions of assessors as shares of what could be had on their scales, to stand beside the figures. They are never
//! averaged into them, and scores of different scales or versions never with each other.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{AssessmentRecorded, Scale, State};
use servanda_events::ids::Position;
use servanda_events::text::Line;

use super::commitment::promise_entries;
use super::figure::Figure;

/// What one assessor thinks of several commitments, on one scale.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AssessmentMean {
    /// Who.
    pub assessor: Line,
    /// On which scale.
    pub scale: Scale,
    /// Version of the scale.
    pub scale_version: Line,
    /// The mean of the scores as shares of the scale; the newest score of each commitment counts.
    pub share: Figure,
}

/// A score as a share of its scale; none where the scale is one of words, whose steps are not equal.
pub(crate) fn score_share(assessment: &AssessmentRecorded) -> Option<Decimal> {
    let score = assessment.scale.score(assessment.value.as_ref()?.as_str())?;
    match assessment.scale {
        Scale::G20 => Some((score + Decimal::ONE) / Decimal::TWO),
        Scale::Pam => Some(score / Decimal::from(3)),
        Scale::Percent => Some(score / Decimal::ONE_HUNDRED),
        Scale::Ogp => None,
    }
}

type Key<'s> = (&'s Line, Scale, &'s Line);

/// The newest assessment of a commitment by each assessor on each scale.
fn newest<'s>(state: &State<'s>) -> BTreeMap<Key<'s>, (&'s Fact, &'s AssessmentRecorded)> {
    let mut newest: BTreeMap<Key<'s>, (&Fact, &AssessmentRecorded)> = BTreeMap::new();
    for (fact, assessment) in state.assessments() {
        let key = (&assessment.assessor, assessment.scale, &assessment.scale_version);
        let earlier = |(known, _): &(&Fact, &AssessmentRecorded)| {
            (known.occurred_on.earliest, known.position) <= (fact.occurred_on.earliest, fact.position)
        };
        if newest.get(&key).is_none_or(earlier) {
            newest.insert(key, (fact, assessment));
        }
    }
    newest
}

/// The first score that anyone gave, on whatever scale.
pub(super) fn first_score<'s>(state: &State<'s>) -> Option<&'s Fact> {
    state.assessments().iter().find(|(_, assessment)| assessment.value.is_some()).map(|(fact, _)| *fact)
}

/// The means over several commitments, each with the entries by which it belongs to them.
pub(super) fn means<'m, 's: 'm>(states: impl Iterator<Item = (&'m State<'s>, &'m [Position])>) -> Vec<AssessmentMean> {
    let mut sums: BTreeMap<Key<'s>, (Decimal, u64, Vec<Position>)> = BTreeMap::new();
    for (state, base) in states {
        for (key, (fact, assessment)) in newest(state) {
            let Some(share) = score_share(assessment) else { continue };
            let (sum, count, entries) = sums.entry(key).or_default();
            *sum += share;
            *count += 1;
            entries.extend(fact.sources().chain(promise_entries(state)).chain(base.iter().copied()));
        }
    }
    let row = |((assessor, scale, version), (sum, count, entries)): (Key<'_>, (Decimal, u64, Vec<Position>))| {
        let share = Figure::ratio("assessment_mean.v1", sum, Decimal::from(count)).from(entries);
        AssessmentMean { assessor: assessor.clone(), scale, scale_version: version.clone(), share }
    };
    sums.into_iter().map(row).collect()
}
