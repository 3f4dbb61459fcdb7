//! The filter of the analysts' pages: one set of values in the address, which applies to everything on a page and to
//! every file, and which every link keeps. A figure is a link to the list with the filter that counts just its rows.
//!
//! Deliberately absent: the form that sets it ([`super::page`]).

use std::sync::Arc;

use servanda_events::ids::{AgreementId, PackageId, PartyId};
use servanda_projector::progress::{CompletionWord, MilestoneState, Standing, Surveyed, SurveyedMilestone};
use servanda_projector::survey::{Delay, Survey};
use servanda_projector::views::ClaimStanding;

use crate::contract::{Asked, OF_AGREEMENT, OF_PACKAGE, Param, Place};
use crate::pages::look::name_of;
use crate::pages::shell::encoded;
use crate::problem::Problem;

const fn query(name: &'static str, about: &'static str, expected: &'static str) -> Param {
    Param { name, place: Place::Query, required: false, about, expected, schema: crate::contract::text_schema }
}

/// What stands in the address for things that name none: no sector, no package.
pub(crate) const NONE: &str = "-";

pub(crate) static STATE: Param = query("state", "Promises that a state or one of its bodies must deliver.", "kaz");
pub(crate) static BODY: Param = query("body", "Promises that this very body must deliver.", "kz-mfa");
pub(crate) static SECTOR: Param =
    query("sector", "Promises of a sector; `-` for those that name none.", "dac:23110, -");
pub(crate) static STANDING: Param = query("standing", "Promises that stand so.", "overdue, fulfilled");
pub(crate) static WORD: Param = query("word", "Promises with this word for completion.", "complete, no_evidence");
pub(crate) static MONEY: Param = query("currency", "Promises with money in a currency.", "EUR");
pub(crate) static PARTS: Param =
    query("within", "Promises within the amounts of others, or those that stand alone.", "yes, no");
pub(crate) static MILESTONES: Param = query("planned", "Promises with milestones, or without any.", "yes, no");
pub(crate) static MILESTONE: Param = query("milestone", "Milestones in a state.", "overdue, at_risk");
pub(crate) static CLAIM: Param = query(
    "claim",
    "Milestones whose claim stands so; `reported` for any claim, `vouched` for confirmed or verified.",
    "vouched, disputed",
);
pub(crate) static DELAY: Param =
    query("delay", "Milestones late by so much against the due date now.", "month, longer");
pub(crate) static DELAY_FIRST: Param =
    query("delay_first", "Milestones late by so much against the first due date.", "month, longer");

/// What narrows promises.
pub(crate) const PROMISES: &[&Param] =
    &[&OF_PACKAGE, &OF_AGREEMENT, &STATE, &BODY, &SECTOR, &STANDING, &WORD, &MONEY, &PARTS, &MILESTONES];

/// What narrows milestones.
const OF_MILESTONES: &[&Param] = &[&MILESTONE, &CLAIM, &DELAY, &DELAY_FIRST];

/// All standings, in the order in which they are shown.
pub(crate) const STANDINGS: [Standing; 7] = [
    Standing::Fulfilled,
    Standing::Open,
    Standing::Overdue,
    Standing::Missed,
    Standing::Suspended,
    Standing::CancelledMutually,
    Standing::CancelledUnilaterally,
];

/// All states of milestones, in the order in which they are shown.
pub(crate) const STATES: [MilestoneState; 10] = [
    MilestoneState::AchievedOnTime,
    MilestoneState::AchievedLate,
    MilestoneState::AchievedTimelinessUnknown,
    MilestoneState::Scheduled,
    MilestoneState::InDueWindow,
    MilestoneState::AtRisk,
    MilestoneState::Overdue,
    MilestoneState::Missed,
    MilestoneState::Unscheduled,
    MilestoneState::Cancelled,
];

/// All words for completion, in the order in which they are shown; the last is for what is not measurable.
pub(crate) const WORDS: [Option<CompletionWord>; 6] = [
    Some(CompletionWord::Complete),
    Some(CompletionWord::Substantial),
    Some(CompletionWord::Limited),
    Some(CompletionWord::NotStarted),
    Some(CompletionWord::NoEvidence),
    None,
];

/// What a word for completion is called in the address and in the texts.
pub(crate) fn word_name(word: Option<CompletionWord>) -> String {
    word.map_or_else(|| "not_measurable".to_owned(), |word| name_of(&word))
}

/// What a delay is called in the address and in the texts.
pub(crate) fn delay_name(delay: Delay) -> &'static str {
    match delay {
        Delay::Early => "early",
        Delay::OnTheDay => "on_the_day",
        Delay::Month => "month",
        Delay::Quarter => "quarter",
        Delay::HalfYear => "half_year",
        Delay::Year => "year",
        Delay::Longer => "longer",
    }
}

/// A filter as the address gives it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) package: Option<PackageId>,
    pub(crate) no_package: bool,
    pub(crate) agreement: Option<AgreementId>,
    pub(crate) state: Option<PartyId>,
    pub(crate) body: Option<PartyId>,
    pub(crate) sector: Option<String>,
    pub(crate) standing: Option<Standing>,
    pub(crate) word: Option<Option<CompletionWord>>,
    pub(crate) currency: Option<String>,
    pub(crate) within: Option<bool>,
    pub(crate) planned: Option<bool>,
    pub(crate) milestone: Option<MilestoneState>,
    pub(crate) claim: Option<String>,
    pub(crate) delay: Option<Delay>,
    pub(crate) delay_first: Option<Delay>,
    /// The values as they stand in the address.
    pairs: Vec<(&'static str, String)>,
}

/// The value of a list that the address names; refused where it names none.
fn one_of<T: Copy>(asked: &Asked, param: &Param, all: &[T], name: impl Fn(T) -> String) -> Result<Option<T>, Problem> {
    let Some(text) = asked.text(param) else { return Ok(None) };
    all.iter().copied().find(|value| name(*value) == text).map(Some).ok_or_else(|| param.bad(text))
}

const YES_NO: [bool; 2] = [true, false];

fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// How claims are asked for.
pub(crate) const CLAIMS: [&str; 4] = ["reported", "vouched", "unanswered", "disputed"];

impl Scope {
    /// What the address asks.
    pub(crate) fn of(asked: &Asked) -> Result<Self, Problem> {
        let delays = |param| one_of(asked, param, &Delay::ALL, |delay| delay_name(delay).to_owned());
        let no_package = asked.text(&OF_PACKAGE) == Some(NONE);
        let params = PROMISES.iter().chain(OF_MILESTONES);
        Ok(Self {
            package: if no_package { None } else { asked.value(&OF_PACKAGE)? },
            no_package,
            agreement: asked.value(&OF_AGREEMENT)?,
            state: asked.value(&STATE)?,
            body: asked.value(&BODY)?,
            sector: asked.text(&SECTOR).map(str::to_owned),
            standing: one_of(asked, &STANDING, &STANDINGS, |standing| name_of(&standing))?,
            word: one_of(asked, &WORD, &WORDS, word_name)?,
            currency: asked.text(&MONEY).map(str::to_owned),
            within: one_of(asked, &PARTS, &YES_NO, yes_no)?,
            planned: one_of(asked, &MILESTONES, &YES_NO, yes_no)?,
            milestone: one_of(asked, &MILESTONE, &STATES, |state| name_of(&state))?,
            claim: one_of(asked, &CLAIM, &CLAIMS, str::to_owned)?.map(str::to_owned),
            delay: delays(&DELAY)?,
            delay_first: delays(&DELAY_FIRST)?,
            pairs: params.filter_map(|param| Some((param.name, asked.text(param)?.to_owned()))).collect(),
        })
    }

    /// The values as they stand in the address.
    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.pairs
    }

    /// The address of a page under this filter, with some values instead of the present ones.
    pub(crate) fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| !more.iter().any(|(of, _)| of == name));
        let kept = kept.map(|(name, value)| (*name, value.as_str()));
        let pairs = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The promises of a survey that pass.
    pub(crate) fn rows<'s>(&self, survey: &'s Survey) -> Vec<&'s Arc<Surveyed>> {
        survey.members().iter().filter(|row| self.takes(survey, row)).collect()
    }

    fn takes(&self, survey: &Survey, row: &Surveyed) -> bool {
        let packages = || survey.packages_of(row);
        let sector = |wanted: &str| match wanted {
            NONE => survey.sectors_of(row).is_empty(),
            wanted => survey.sectors_of(row).iter().any(|sector| sector_name(sector) == wanted),
        };
        let money = |wanted: &str| {
            let promised = row.amount.filter(|_| row.counts_toward_totals).map(|amount| amount.currency());
            let mut currencies = row.money.iter().map(|money| money.currency).chain(promised);
            currencies.any(|currency| currency.to_string() == wanted)
        };
        self.package.as_ref().is_none_or(|id| packages().contains(id))
            && (!self.no_package || packages().is_empty())
            && self.agreement.as_ref().is_none_or(|id| row.agreement_id.as_ref() == Some(id))
            && self
                .state
                .as_ref()
                .is_none_or(|id| row.obligors.iter().any(|of| survey.top_of(of) == survey.survivor(id)))
            && self.body.as_ref().is_none_or(|id| survey.obligors_of(row).contains(survey.survivor(id)))
            && self.sector.as_deref().is_none_or(sector)
            && self.standing.is_none_or(|standing| row.line.standing == standing)
            && self.word.is_none_or(|word| row.line.completion_word == word)
            && self.currency.as_deref().is_none_or(money)
            && self.within.is_none_or(|within| survey.part_of(row).is_some() == within)
            && self.planned.is_none_or(|planned| row.milestones.is_empty() != planned)
    }

    /// Whether a milestone passes. Those that were given up are left out, unless they are asked for.
    pub(crate) fn takes_milestone(&self, milestone: &SurveyedMilestone) -> bool {
        let claim = |wanted: &str| match wanted {
            "reported" => milestone.achieved_on.is_some(),
            "vouched" => milestone.confirmed_on.is_some(),
            "unanswered" => milestone.standing == Some(ClaimStanding::Claimed),
            _ => milestone.standing == Some(ClaimStanding::Disputed),
        };
        let delay = |wanted: Delay, days: Option<i64>| days.is_some_and(|days| Delay::of(days) == wanted);
        self.milestone.map_or(milestone.state != MilestoneState::Cancelled, |state| milestone.state == state)
            && self.claim.as_deref().is_none_or(claim)
            && self.delay.is_none_or(|wanted| delay(wanted, milestone.late_days))
            && self.delay_first.is_none_or(|wanted| delay(wanted, milestone.late_days_original))
    }
}

/// What a sector is called in the address.
pub(crate) fn sector_name(sector: &servanda_events::agreement::Sector) -> String {
    format!("{}:{}", sector.scheme.as_str(), sector.code.as_str())
}
