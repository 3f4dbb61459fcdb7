//! What a person needs to see beside a form: the claim and its evidence beside the answer, the milestone beside what
//! became of it, the entry beside its correction.
//!
//! Deliberately absent: judging any of it.

use serde::Serialize;
use servanda_events::commitment::{Claim, Milestone};
use servanda_events::dates::{FuzzyDate, Instant};
use servanda_events::{Event, Fact};

use super::form::{Answers, Form};
use super::scene::Scene;
use crate::pages::{format, say};

/// One thing that is known.
#[derive(Debug, Serialize)]
pub(crate) struct Known {
    pub(crate) key: String,
    pub(crate) lines: Vec<String>,
    /// Where it leads, where it leads somewhere.
    pub(crate) href: Option<String>,
}

/// What is known of what a form is about.
#[derive(Debug, Serialize)]
pub(crate) struct Aside {
    pub(crate) title: String,
    pub(crate) rows: Vec<Known>,
    /// What a person should bear in mind.
    pub(crate) note: Option<String>,
}

/// What stands beside a form.
pub(crate) fn of(form: &Form, answers: &Answers, scene: &Scene, now: Instant) -> Option<Aside> {
    let rows = Rows { scene };
    match form.id {
        "answer" => {
            let state = scene.commitment();
            let claim = state.claims().iter().find(|claim| claim.fact.event_id.as_str() == answers.text("claim"))?;
            Some(rows.claim(claim, now))
        }
        "achieve" => {
            let state = scene.commitment();
            let id = answers.text("milestone");
            let milestone = state.milestones().iter().find(|milestone| milestone.plan.milestone_id.as_str() == id);
            Some(milestone.map_or_else(|| rows.commitment(), |milestone| rows.milestone(milestone)))
        }
        "correct" => scene.about_fact().map(|fact| rows.entry(fact)),
        "milestone" | "funds" | "paid" | "returned" => Some(rows.commitment()),
        _ => None,
    }
}

struct Rows<'a> {
    scene: &'a Scene,
}

impl Rows<'_> {
    fn text(&self, key: &str) -> String {
        say::text(self.scene.lang, key)
    }

    fn row(&self, key: &str, line: String) -> Known {
        Known { key: self.text(key), lines: vec![line], href: None }
    }

    fn date(&self, date: &FuzzyDate) -> String {
        format::fuzzy(date, self.scene.lang)
    }

    fn promise(&self) -> Option<Known> {
        let state = self.scene.commitment();
        let made = state.promise().map(|promise| self.scene.said(&promise.in_force().statement));
        let noted = || state.prospect().map(|(_, prospect)| self.scene.said(&prospect.statement));
        made.or_else(noted).map(|statement| self.row("aside-promise", statement))
    }

    fn commitment(&self) -> Aside {
        Aside { title: self.text("aside-about"), rows: self.promise().into_iter().collect(), note: None }
    }

    fn milestone(&self, milestone: &Milestone<'_>) -> Aside {
        let mut rows: Vec<Known> = self.promise().into_iter().collect();
        rows.push(self.row("aside-milestone", self.scene.said(&milestone.plan.titles)));
        let none = || self.text("record-none");
        let first = milestone.plan.due.as_ref().map_or_else(none, |due| self.date(due));
        rows.push(self.row("aside-due-first", first));
        if milestone.baseline_no > 0 {
            rows.push(self.row("aside-due-now", milestone.due.map_or_else(none, |due| self.date(due))));
        }
        if let Some(test) = &milestone.plan.acceptance_test {
            rows.push(self.row("aside-test", self.scene.said(test)));
        }
        Aside { title: self.text("aside-about"), rows, note: None }
    }

    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Aside {
        let fact = claim.fact;
        let mut rows: Vec<Known> = self.promise().into_iter().collect();
        rows.extend(self.said(fact));
        for answer in &claim.answers {
            let key = if answer.confirms { "aside-confirmed" } else { "aside-disputed" };
            rows.push(self.row(key, self.scene.name(answer.by_party.as_str())));
        }
        if claim.answers.is_empty() {
            let waited = now.date().days_since(fact.recorded_at.date()).max(0);
            let waiting = say::say(self.scene.lang, "aside-days", &[("days", waited.into())]);
            rows.push(self.row("aside-waiting", waiting));
        }
        rows.extend(self.evidence(fact));
        Aside { title: self.text("aside-claim"), rows, note: Some(self.text("aside-silence")) }
    }

    fn entry(&self, fact: &Fact) -> Aside {
        let mut rows: Vec<Known> = self.promise().into_iter().collect();
        rows.extend(self.said(fact));
        rows.extend(self.evidence(fact));
        Aside { title: self.text("aside-entry"), rows, note: Some(self.text("aside-stays")) }
    }

    /// Who says what happened, and when.
    fn said(&self, fact: &Fact) -> Vec<Known> {
        let mut rows = vec![self.row("aside-what", event_name(fact.event.type_name(), self.scene))];
        if let Some(party) = &fact.reported_by {
            rows.push(self.row("aside-who", self.scene.name(party.as_str())));
        }
        rows.push(self.row("aside-when", self.date(&fact.occurred_on)));
        match &fact.event {
            Event::MilestoneAchieved(achieved) => {
                let state = self.scene.commitment();
                if let Some(milestone) = state.milestone(&achieved.milestone_id) {
                    rows.push(self.row("aside-milestone", self.scene.said(&milestone.plan.titles)));
                    let none = || self.text("record-none");
                    rows.push(self.row("aside-due-now", milestone.due.map_or_else(none, |due| self.date(due))));
                }
                rows.extend(achieved.deliverable.as_ref().map(|text| self.row("aside-deliverable", text.to_string())));
            }
            Event::FundsDisbursed(paid) => {
                rows.push(self.row("aside-amount", self.scene.money(&paid.amount)));
                let between = [&paid.payer, &paid.payee].map(|party| self.scene.name(party.as_str()));
                rows.push(self.row("aside-between", between.join(" → ")));
            }
            Event::FundsReturned(returned) => {
                rows.push(self.row("aside-amount", self.scene.money(&returned.amount)));
                rows.push(self.row("aside-reason", returned.reason.to_string()));
            }
            Event::CommitmentFulfilled(fulfilled) => {
                rows.extend(fulfilled.final_scope.as_ref().map(|text| self.row("aside-deliverable", text.to_string())));
            }
            _ => {}
        }
        rows.push(self.row("aside-recorded", format::moment(fact.recorded_at, self.scene.lang)));
        rows.push(Known {
            key: self.text("aside-entry-number"),
            lines: vec![fact.position.to_string()],
            href: Some(format!("/entries/{}", fact.position)),
        });
        rows
    }

    /// The documents that support a fact: what each is, where it lies, its hash. None is fetched.
    fn evidence(&self, fact: &Fact) -> Vec<Known> {
        if fact.evidence.is_empty() {
            return vec![self.row("aside-evidence", self.text("aside-no-evidence"))];
        }
        let document = |evidence: &servanda_events::recorded::Evidence| {
            let hash = evidence.sha256.as_ref().map(|hash| format!("SHA-256: {}", hash.as_str()));
            let web = |url: &&servanda_events::text::Line| {
                url.as_str().starts_with("https://") || url.as_str().starts_with("http://")
            };
            Known {
                key: self.text("aside-evidence"),
                lines: std::iter::once(evidence.title.to_string()).chain(hash).collect(),
                href: evidence.url.as_ref().filter(web).map(ToString::to_string),
            }
        };
        fact.evidence.iter().map(document).collect()
    }
}

/// What a type of event is called.
pub(crate) fn event_name(name: &str, scene: &Scene) -> String {
    let key = format!("event-{name}");
    if crate::words::Words::shared().knows(&key) { say::text(scene.lang, &key) } else { name.to_owned() }
}
