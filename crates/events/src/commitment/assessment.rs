//! Rules of assessments, and the table of the scales. An opinion changes no fact, and is never averaged in.

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::commitment::decide::{line, made, state};
use crate::commitment::milestones::milestone;
use crate::commitment::{AssessmentRecorded, Scale};
use crate::refusal::Refusal;

/// The words of the Open Government Partnership, from 0.
const OGP_WORDS: [&str; 5] = ["no_evidence", "not_started", "limited", "substantial", "complete"];

impl Scale {
    /// Its least and its greatest score, and whether it has only whole ones.
    fn bounds(self) -> (i64, i64, bool) {
        match self {
            Self::Ogp => (0, 4, true),
            Self::G20 => (-1, 1, true),
            Self::Pam => (0, 3, true),
            Self::Percent => (0, 100, false),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Ogp => "ogp",
            Self::G20 => "g20",
            Self::Pam => "pam",
            Self::Percent => "percent",
        }
    }

    /// The score as a number; none where it is not on the scale.
    pub fn score(self, value: &str) -> Option<Decimal> {
        let word = || (self == Self::Ogp).then(|| OGP_WORDS.iter().position(|word| *word == value)).flatten();
        if let Some(score) = word() {
            return Some(Decimal::from(score));
        }
        let score = value.parse::<crate::money::Quantity>().ok()?.value();
        let (least, greatest, whole) = self.bounds();
        let within = Decimal::from(least) <= score && score <= Decimal::from(greatest);
        (within && (!whole || score.fract().is_zero())).then_some(score)
    }
}

/// The refusals that look at an assessment alone.
pub(super) fn check_assessment(assessment: &AssessmentRecorded) -> Result<(), Refusal> {
    match &assessment.value {
        Some(value) if assessment.scale.score(value.as_str()).is_none() => {
            Err(Refusal::ValueOutsideScale { value: value.clone(), scale: assessment.scale.as_str() })
        }
        None if assessment.not_assessed_reason.is_none() => Err(Refusal::AssessmentWithoutValue),
        Some(_) | None => Ok(()),
    }
}

/// An opinion on a commitment, or on a milestone of it, is recorded under an id of its own, whether that still runs or
/// not.
pub(crate) fn record_assessment(wish: &AssessmentRecorded, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let of_milestones = state.milestones().iter().flat_map(|milestone| &milestone.assessments);
    let mut all = state.assessments().iter().chain(of_milestones);
    if let Some((_, there)) = all.find(|(_, a)| a.assessment_id == wish.assessment_id) {
        let taken = Refusal::AssessmentIdTaken { assessment: line(wish.assessment_id.as_str()) };
        return if *there == wish { Ok(vec![]) } else { Err(taken) };
    }
    check_assessment(wish)?;
    wish.milestone_id.as_ref().map(|id| milestone(&state, id)).transpose()?;
    Ok(vec![Decided::new(wish.clone())])
}
