//! What changed between an earlier look and the visitor's own: facts added, amended, confirmed, verified, disputed,
//! corrected, taken back, and milestones that became late.
//!
//! Deliberately absent: what counts as a change (`servanda-projector`); figures at both looks, which are asked for
//! twice.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use servanda_events::ids::{AgreementId, CommitmentId, Family, MilestoneId};
use servanda_projector::{Change, ChangeKind, FieldChange, Filter};

use super::desk::Desk;
use super::filter::Scope;
use super::page::{Field, Link, Made, Section, Want, answer};
use crate::contract::{AS_OF, Param, Place};
use crate::pages::format;
use crate::pages::look::{Look, name_of};
use crate::pages::review::stated;
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::shell::encoded;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::when::When;

/// Changes on one page, unless those of one thing are more.
const CHANGES: usize = 50;
/// Changes in a file at most.
const CHANGES_MAX: usize = 200_000;
/// Days before the visitor's date at which the earlier look is taken where none is asked for.
const DAYS: u32 = 90;

const fn query(name: &'static str, about: &'static str, expected: &'static str) -> Param {
    Param { name, place: Place::Query, required: false, about, expected, schema: crate::contract::text_schema }
}

pub(crate) static FROM: Param =
    query("from", "The earlier look; 90 days before by default.", "2025-03-31, 2025-03-31@1234");
pub(crate) static CHANGE: Param = query("change", "Changes of one sort.", "confirmed, became_late");
pub(crate) static AFTER: Param = query("after", "The thing after which the page begins.", "commitment-lorraine-branch");

/// All sorts of changes, in the order in which they are shown.
const KINDS: [ChangeKind; 8] = [
    ChangeKind::Added,
    ChangeKind::Amended,
    ChangeKind::Corrected,
    ChangeKind::Retracted,
    ChangeKind::Confirmed,
    ChangeKind::Verified,
    ChangeKind::Disputed,
    ChangeKind::BecameLate,
];

/// What the address asks besides the filter.
struct Question {
    from: When,
    kind: Option<ChangeKind>,
    after: String,
    /// The earlier look as it stands in the address.
    text: String,
}

pub(crate) async fn compare(visitor: Visitor) -> Result<Response, Problem> {
    let text = match visitor.asked.text(&FROM) {
        Some(text) => text.to_owned(),
        None => before(visitor.when.as_of),
    };
    let from = When::of_look(&visitor.app, &text, &FROM).await?;
    if from.as_of > visitor.when.as_of || from.known_at.position > visitor.when.known_at.position {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "comparison_reversed"));
    }
    let kind = match visitor.asked.text(&CHANGE) {
        Some(name) => Some(KINDS.into_iter().find(|kind| name_of(kind) == name).ok_or_else(|| CHANGE.bad(name))?),
        None => None,
    };
    let after = visitor.asked.text(&AFTER).unwrap_or_default().to_owned();
    let question = Question { from, kind, after, text };
    answer(visitor, move |desk, look, want| made(desk, look, want, &question)).await
}

/// The day some days before another.
fn before(day: servanda_events::dates::LedgerDate) -> String {
    let months = i32::try_from(DAYS / 30).unwrap_or_default();
    let first = day.first_of_month_after(-months).unwrap_or(day);
    first.to_string()
}

/// The promises and documents that pass the filter; none where there is no filter.
struct Passing {
    promises: BTreeSet<CommitmentId>,
    agreements: BTreeSet<AgreementId>,
}

impl Passing {
    fn of(desk: &Desk<'_>) -> Option<Self> {
        (!desk.scope.pairs().is_empty()).then(|| Self {
            promises: desk.rows.iter().map(|row| row.line.commitment_id.clone()).collect(),
            agreements: desk.rows.iter().filter_map(|row| row.agreement_id.clone()).collect(),
        })
    }

    fn takes(&self, change: &Change) -> bool {
        match change.family {
            Family::Commitment => change.id.parse().is_ok_and(|id| self.promises.contains(&id)),
            Family::Agreement => change.id.parse().is_ok_and(|id| self.agreements.contains(&id)),
            Family::Party | Family::Package | Family::Indicator | Family::Ledger => false,
        }
    }
}

/// Changes that pass, from `after` on, until there are enough; with the thing to go on after.
fn changes(
    look: &Look<'_>,
    scope: &Scope,
    passing: Option<&Passing>,
    question: &Question,
    enough: usize,
) -> Result<(Vec<Change>, Option<String>), Problem> {
    let filter = Filter { package: scope.package.clone(), agreement: scope.agreement.clone(), party: None };
    let (mut found, mut after) = (Vec::new(), question.after.clone());
    loop {
        let page = look.reader.changes_since(question.from.at(), &filter, &after, CHANGES)?;
        let passes = |change: &Change| {
            passing.is_none_or(|passing| passing.takes(change))
                && question.kind.is_none_or(|kind| change.change == kind)
        };
        found.extend(page.items.into_iter().filter(passes));
        match page.next_after {
            Some(next) if found.len() < enough => after = next,
            next => return Ok((found, next)),
        }
    }
}

fn made(desk: &Desk<'_>, look: &Look<'_>, want: Want, question: &Question) -> Result<Made, Problem> {
    let passing = Passing::of(desk);
    let enough = if want.is_file() { CHANGES_MAX } else { CHANGES };
    let (found, next) = changes(look, desk.scope, passing.as_ref(), question, enough)?;
    let told = |when: &When| {
        let day = format::day(when.as_of, desk.lang);
        desk.say("analysis-compare-look", &[("date", day.into()), ("position", when.known_at.position.into())])
    };
    let looks = [("from", told(&question.from).into()), ("to", told(&look.when).into())];
    let sheet = Sheet {
        name: "changes",
        title: desk.say("analysis-compare-title", &looks),
        columns: vec![
            desk.column("analysis-column-change", Kind::Text),
            desk.column("analysis-column-thing", Kind::Text),
            desk.column("analysis-column-fact", Kind::Text),
            desk.column("analysis-column-occurred", Kind::Date),
            desk.column("analysis-column-before", Kind::Text),
            desk.column("analysis-column-after", Kind::Text),
            desk.column("analysis-column-entry", Kind::Count),
        ],
        rows: found.iter().map(|change| cells(desk, look, change)).collect::<Result<_, _>>()?,
    };
    let empty = found.is_empty();
    let mut links = vec![desk.meaning("change")];
    let ended = next.is_none();
    if let Some(next) = next {
        let from = question.text.as_str();
        let kind = question.kind.map(|kind| name_of(&kind)).unwrap_or_default();
        let more = [("from", from), ("change", &kind), ("after", &next)];
        links.push(Link { text: desk.text("analysis-compare-more"), href: desk.list("/analysis/compare", &more) });
    }
    let about = if want.is_file() || ended { "analysis-compare-all" } else { "analysis-compare-page" };
    let changed = Section {
        id: "changes",
        title: desk.text("analysis-compare-changes"),
        about: desk.text("analysis-compare-about"),
        table: (!empty).then(|| sheet.shown(desk.lang)),
        empty: empty.then(|| desk.text("analysis-compare-nothing")),
        links,
        ..Section::default()
    };
    Ok(Made {
        title: sheet.title.clone(),
        lead: desk.text("analysis-compare-lead"),
        sections: vec![kinds(desk, &found, question, desk.text(about)), changed],
        sheet,
        fields: vec![
            Field {
                name: FROM.name,
                kind: "text",
                label: desk.text("analysis-compare-from"),
                hint: Some(desk.text("analysis-compare-from-hint")),
                value: question.text.clone(),
            },
            Field {
                name: AS_OF.name,
                kind: "date",
                label: desk.text("analysis-compare-to"),
                hint: None,
                value: look.when.as_of.to_string(),
            },
        ],
        ..Made::default()
    })
}

/// How many changes there are of each sort.
fn kinds(desk: &Desk<'_>, found: &[Change], question: &Question, about: String) -> Section {
    let mut counts: BTreeMap<ChangeKind, u64> = BTreeMap::new();
    for change in found {
        *counts.entry(change.change).or_default() += 1;
    }
    let row = |kind: ChangeKind| {
        let count = counts.get(&kind).copied().unwrap_or_default();
        let more = [("from", question.text.as_str()), ("change", &name_of(&kind))];
        vec![
            Cell::Text(desk.text(&format!("analysis-change-{}", name_of(&kind)))),
            desk.count(count, "/analysis/compare", &more),
        ]
    };
    let sheet = Sheet {
        name: "sorts",
        title: desk.text("analysis-compare-sorts"),
        columns: vec![
            desk.column("analysis-column-change", Kind::Text),
            desk.column("analysis-column-count", Kind::Count),
        ],
        rows: KINDS.into_iter().map(row).collect(),
    };
    Section {
        id: "sorts",
        title: sheet.title.clone(),
        about,
        table: Some(sheet.shown(desk.lang)),
        ..Section::default()
    }
}

/// The address of a thing's page.
fn page_of(change: &Change) -> Option<String> {
    let folder = match change.family {
        Family::Commitment => "commitments",
        Family::Agreement => "agreements",
        Family::Package => "packages",
        Family::Party => "parties",
        Family::Indicator => "indicators",
        Family::Ledger => return None,
    };
    Some(format!("/{folder}/{}", encoded(&change.id)))
}

/// A milestone by its name; one that was given up, or is not there any more, by its id.
fn milestone(desk: &Desk<'_>, change: &Change, id: &MilestoneId) -> String {
    let promise = change.id.parse::<CommitmentId>().ok().and_then(|id| desk.survey.member(&id));
    let found = promise.and_then(|row| row.milestones.iter().find(|milestone| milestone.milestone_id == *id));
    found.map_or_else(|| id.to_string(), |milestone| desk.milestone(milestone))
}

fn cells(desk: &Desk<'_>, look: &Look<'_>, change: &Change) -> Result<Vec<Cell>, Problem> {
    let name = match change.family {
        Family::Commitment => {
            let id = change.id.parse::<CommitmentId>().ok();
            id.and_then(|id| desk.survey.member(&id)).map(|row| desk.statement(row))
        }
        Family::Indicator => Some(look.thing(&change.stream)?.0),
        Family::Agreement => change.id.parse().ok().map(|id| desk.agreement(&id)),
        Family::Package => change.id.parse().ok().map(|id| desk.package(&id)),
        Family::Party => change.id.parse().ok().map(|id| desk.party(&id)),
        Family::Ledger => None,
    };
    let thing = Cell::Text(name.unwrap_or_else(|| change.id.clone()));
    let told = match (&change.milestone_id, change.kind) {
        (Some(id), _) => milestone(desk, change, id),
        (None, kind) => kind.map(|kind| desk.text(&format!("event-{kind}"))).unwrap_or_default(),
    };
    let side = |of: fn(&FieldChange) -> &Value| -> Result<Cell, Problem> {
        let one = |field: &FieldChange| {
            let name = field.path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
            let value = stated::value(look, "CorrectEntry", name, of(field))?;
            Ok::<_, Problem>(stated::pair(desk.lang, &stated::field(desk.lang, name), &value))
        };
        Ok(Cell::Text(change.fields.iter().map(one).collect::<Result<Vec<_>, _>>()?.join("; ")))
    };
    let entry = change.by_entry.or(change.entry);
    let number =
        |entry: u64| Cell::Count(i64::try_from(entry).unwrap_or(i64::MAX)).to(desk.link(&format!("/entries/{entry}")));
    Ok(vec![
        Cell::Text(desk.text(&format!("analysis-change-{}", name_of(&change.change)))),
        match page_of(change) {
            Some(path) => thing.to(desk.link(&path)),
            None => thing,
        },
        Cell::Text(told),
        Cell::Date(change.occurred_on.clone()),
        side(|field| &field.before)?,
        side(|field| &field.after)?,
        Cell::or(entry.map(number), &desk.text("analysis-no-entry")),
    ])
}
