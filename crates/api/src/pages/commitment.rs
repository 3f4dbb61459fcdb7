//! One commitment or prospect: what was promised, the milestones with their dates, what was claimed and answered, the
//! documents, the money, the figures.
//!
//! Deliberately absent: the history, see `history`; the forms, see `record`.

use axum::extract::Path;
use axum::response::Response;
use servanda_events::ids::CommitmentId;
use servanda_events::text::Texts;
use servanda_projector::progress::{CommitmentProgress, Figure, MilestoneState};
use servanda_projector::views::{ClaimStanding, ClaimView, CommitmentView, FlowView, MilestoneView};

use super::commitments::{achieved_of, standing, statement};
use super::figures::As;
use super::format;
use super::look::{Look, name_of};
use super::packages::parties_of;
use super::parts::{Cell, Line, Section, Table, Thing};
use super::record::links;
use super::routes::Row;
use super::visitor::Visitor;
use crate::problem::Problem;
use crate::reads::{id, not_found};

pub(super) static ONE: Row = Row::reads("/commitments/{id}", "commitment", &[]);

pub(super) async fn one(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let commitment_id: CommitmentId = id("commitment", &text)?;
    let missing = not_found("commitment", &text);
    let page = visitor
        .read(move |look| {
            let view = look.reader.commitment(&commitment_id)?.ok_or(missing)?;
            shown(look, &commitment_id, &view)
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}

fn shown(look: &Look<'_>, commitment_id: &CommitmentId, view: &CommitmentView) -> Result<Thing, Problem> {
    let progress = look.reader.commitment_progress(commitment_id)?;
    let mut sections = vec![Section { lines: about(look, view)?, ..Section::new("about", String::new()) }];
    sections.push(milestones(look, view));
    sections.extend(claims(look, view)?);
    sections.extend(documents(look, view));
    sections.extend(money(look, view));
    if let Some(progress) = &progress {
        sections.push(figures(look, commitment_id, progress));
    }
    sections.extend(links::of_commitment(look, commitment_id, view));
    sections.push(Section {
        links: vec![
            Cell::link(look.text("link-history"), look.link(&format!("/history/commitment-{commitment_id}"))),
            Cell::link(look.text("link-json"), look.data_link(&format!("/api/v1/commitments/{commitment_id}"))),
        ],
        ..Section::new("more", look.text("section-more"))
    });
    Ok(Thing {
        title: statement(look, view),
        kind: look.text(if view.commitment.is_some() { "head-commitment" } else { "head-prospect" }),
        back: Some(Cell::link(look.text("nav-commitments"), look.link("/commitments"))),
        status: Some(standing(look, progress.as_ref().map(|progress| progress.standing))),
        sentences: vec![look.as_known()],
        sections,
        demonstration: view.demonstration,
    })
}

fn about(look: &Look<'_>, view: &CommitmentView) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    if let Some(prospect) = view.prospect.as_ref().filter(|_| view.commitment.is_none()) {
        lines.push(look.titles("head-statement", &prospect.statement));
        lines.push(Line::new(look.text("head-parties"), parties_of(look, &prospect.parties)?));
    }
    let Some(made) = &view.commitment else { return Ok(lines) };
    lines.push(look.titles("head-statement", &made.statement));
    if let Some(first) = view.first_promise.as_ref().filter(|first| first.statement != made.statement) {
        lines.push(look.titles("head-first-statement", &first.statement));
    }
    lines.push(Line::new(look.text("head-obligors"), parties_of(look, &made.obligors)?));
    if !made.beneficiaries.is_empty() {
        lines.push(Line::new(look.text("head-beneficiaries"), parties_of(look, &made.beneficiaries)?));
    }
    if let Some(id) = &made.agreement_id {
        let title = look.reader.agreement(id)?.map(|view| view.agreement.titles.best(look.lang.tag()).to_owned());
        let cell = Cell::link(title.unwrap_or_else(|| id.to_string()), look.link(&format!("/agreements/{id}")));
        lines.push(Line::new(look.text("head-agreement"), vec![cell]));
    }
    if let Some(id) = &made.package_id {
        let title = look.reader.package(id)?.map(|view| view.package.titles.best(look.lang.tag()).to_owned());
        let cell = Cell::link(title.unwrap_or_else(|| id.to_string()), look.link(&format!("/packages/{id}")));
        lines.push(Line::new(look.text("head-package"), vec![cell]));
    }
    let amount = made.amount.as_ref().map_or_else(|| look.text("amount-unknown"), |money| look.money(money));
    lines.push(Line::new(look.text("head-amount"), vec![Cell::text(amount)]));
    lines.push(Line::new(look.text("head-made"), vec![Cell::text(look.date(&view.occurred_on))]));
    if let Some(end) = &made.planned_end {
        lines.push(Line::new(look.text("head-planned-end"), vec![Cell::text(look.date(end))]));
    }
    for condition in &view.conditions {
        let words = condition.text.best(look.lang.tag());
        let state = look.text(&format!("condition-{}", name_of(&condition.state)));
        lines.push(Line::new(look.text("head-condition"), vec![Cell::text(words).noted(Some(state))]));
    }
    if let Some(suspended) = &view.suspended {
        let since = Cell::text(look.date(&suspended.suspended_on)).noted(Some(suspended.reason.to_string()));
        lines.push(Line::new(look.text("head-suspended"), vec![since]));
    }
    if let Some(closed) = &view.closed {
        lines.push(Line::new(look.text("head-ended"), vec![Cell::text(look.date(&closed.closed_on))]));
    }
    if !made.verifiable {
        lines.push(Line::new(look.text("head-verifiable"), vec![Cell::text(look.text("not-verifiable"))]));
    }
    Ok(lines)
}

/// The word for where a milestone stands.
fn state(look: &Look<'_>, state: MilestoneState) -> Cell {
    let colour = match state {
        MilestoneState::AchievedOnTime | MilestoneState::AchievedTimelinessUnknown => "green",
        MilestoneState::AchievedLate | MilestoneState::AtRisk => "orange",
        MilestoneState::Overdue | MilestoneState::Missed => "red",
        MilestoneState::InDueWindow | MilestoneState::Scheduled => "teal",
        MilestoneState::Unscheduled | MilestoneState::Cancelled => "grey",
    };
    Cell::tag(look.text(&format!("milestone-{}", name_of(&state))), colour)
}

fn heads(look: &Look<'_>, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| look.text(key)).collect()
}

/// The milestones: planned first, planned now, achieved. The first date never disappears.
fn milestones(look: &Look<'_>, view: &CommitmentView) -> Section {
    let mut section = Section::new("milestones", look.text("section-milestones"));
    if view.milestones.is_empty() {
        section.sentences.push(look.text("milestones-none"));
        return section;
    }
    let row = |milestone: &MilestoneView| {
        let date = |date: Option<&servanda_events::dates::FuzzyDate>| Cell::or_dash(date.map(|date| look.date(date)));
        let moved =
            (milestone.baseline_no > 0).then(|| look.say("milestone-moved", &[("n", milestone.baseline_no.into())]));
        let why = milestone.missed.as_ref().map(|missed| missed.reason.to_string());
        let why = why.or_else(|| milestone.cancelled.as_ref().map(|cancelled| cancelled.reason.to_string()));
        vec![
            Cell::text(milestone.plan.titles.best(look.lang.tag())),
            date(milestone.plan.due.as_ref()),
            date(milestone.due_now.as_ref()).noted(moved),
            date(milestone.achieved.as_ref().map(|achieved| &achieved.achieved_on)),
            state(look, milestone.state).noted(why),
        ]
    };
    let heads = heads(look, &["page-milestone", "page-due-first", "page-due-now", "head-achieved-on", "head-status"]);
    section.table = Some(Table::new(section.title.clone(), &heads, view.milestones.iter().map(row).collect()));
    section
        .sentences
        .extend(achieved_of(look, &view.milestones).map(|of| look.say("milestones-achieved", &[("of", of.into())])));
    section
}

/// The word for where a claim stands.
fn claim_standing(look: &Look<'_>, standing: ClaimStanding) -> Cell {
    let colour = match standing {
        ClaimStanding::Confirmed | ClaimStanding::Verified => "green",
        ClaimStanding::Disputed | ClaimStanding::Rejected => "red",
        ClaimStanding::Claimed => "yellow",
    };
    Cell::tag(look.text(&format!("claim-{}", name_of(&standing))), colour)
}

/// What the sides say of what was claimed. Silence is shown as silence.
fn claims(look: &Look<'_>, view: &CommitmentView) -> Result<Option<Section>, Problem> {
    let mut claims: Vec<(String, &ClaimView)> = Vec::new();
    for milestone in &view.milestones {
        let title = milestone.plan.titles.best(look.lang.tag());
        claims.extend(milestone.achieved.iter().chain(&milestone.rejected).map(|a| (title.to_owned(), &a.claim)));
    }
    for payment in view.flows.iter().flat_map(|flow| flow.payments.iter().chain(&flow.rejected)) {
        claims.push((look.money(&payment.amount), &payment.claim));
    }
    if claims.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for (title, claim) in claims {
        let stated = claim.reported_by.as_ref().map(|party| look.party(party)).transpose()?;
        let mut answers = Vec::new();
        for answer in &claim.answers {
            let key = if answer.confirms { "answer-confirms" } else { "answer-disputes" };
            answers.push(look.say(key, &[("party", look.party(&answer.by_party)?.into())]));
        }
        for check in &claim.verifications {
            answers.push(look.say("answer-verified", &[("party", look.party(&check.verifier)?.into())]));
        }
        let answers = if answers.is_empty() { look.text("answer-none") } else { answers.join("; ") };
        rows.push(vec![
            Cell::text(title),
            Cell::or_dash(stated),
            claim_standing(look, claim.standing),
            Cell::text(answers),
        ]);
    }
    let heads = heads(look, &["head-claim", "page-reported-by", "head-status", "head-answers"]);
    let title = look.text("section-claims");
    let table = Some(Table::new(title.clone(), &heads, rows));
    Ok(Some(Section { table, sentences: vec![look.text("claims-silence")], ..Section::new("claims", title) }))
}

/// The address of a document; a link where a browser opens it as a page.
fn address(url: &str) -> Cell {
    if url.starts_with("https://") { Cell::link(url, url) } else { Cell::text(url) }
}

/// The documents, and what is known of whether they can be found: only what somebody recorded.
fn documents(look: &Look<'_>, view: &CommitmentView) -> Option<Section> {
    if view.documents.is_empty() {
        return None;
    }
    let row = |document: &servanda_projector::views::DocumentView| {
        let evidence = &document.document.evidence;
        let lost = document
            .unavailable_at
            .map(|day| look.say("document-unavailable", &[("date", format::day(day, look.lang).into())]));
        vec![
            Cell::text(evidence.title.to_string()).noted(lost),
            evidence.url.as_ref().map_or_else(|| Cell::text("–"), |url| address(url.as_str())),
            evidence.sha256.as_ref().map_or_else(|| Cell::text("–"), |hash| Cell::code(hash.to_string())),
        ]
    };
    let heads = heads(look, &["head-document", "head-address", "head-hash"]);
    let title = look.text("section-documents");
    let table = Some(Table::new(title.clone(), &heads, view.documents.iter().map(row).collect()));
    Some(Section { table, sentences: vec![look.text("documents-about")], ..Section::new("documents", title) })
}

fn money(look: &Look<'_>, view: &CommitmentView) -> Option<Section> {
    let of = |flow: &FlowView| {
        let written = |money: &servanda_events::money::Money| look.money(money);
        let owed = flow.owed.as_ref().map(|owed| {
            vec![Cell::text(look.text("money-owed")), Cell::text("–"), Cell::number(written(owed)), Cell::text("–")]
        });
        let planned = flow.scheduled.iter().map(|planned| {
            vec![
                Cell::text(look.text("money-planned")),
                Cell::text(look.date(&planned.due)),
                Cell::number(written(&planned.amount)),
                Cell::text("–"),
            ]
        });
        let paid = flow.payments.iter().chain(&flow.rejected).map(|payment| {
            vec![
                Cell::text(look.text(if payment.returned { "money-returned" } else { "money-paid" })),
                Cell::text(look.date(&payment.value_date)),
                Cell::number(written(&payment.amount)),
                claim_standing(look, payment.claim.standing),
            ]
        });
        owed.into_iter().chain(planned).chain(paid).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<Cell>> = view.flows.iter().flat_map(of).collect();
    if rows.is_empty() {
        return None;
    }
    let heads = ["head-what".to_owned(), "head-date".to_owned(), "#".to_owned(), "head-status".to_owned()];
    let amount = format!("#{}", look.text("head-amount"));
    let heads: Vec<String> = heads.iter().map(|key| if key == "#" { amount.clone() } else { look.text(key) }).collect();
    let title = look.text("section-money");
    Some(Section { table: Some(Table::new(title.clone(), &heads, rows)), ..Section::new("money", title) })
}

fn figures(look: &Look<'_>, commitment_id: &CommitmentId, progress: &CommitmentProgress) -> Section {
    let of = format!("commitment/{commitment_id}");
    let line = |key: &str, name: &str, figure: &Figure, how| {
        Line::new(look.text(key), vec![look.figure(&of, name, &figure.into(), how)])
    };
    let mut lines = vec![
        line("figure-completion", "completion", &progress.completion, As::Share),
        line("figure-partial", "partial_completion", &progress.partial_completion, As::Share),
        line("figure-on-time", "on_time_rate", &progress.on_time_rate, As::Share),
        line("figure-verified", "verified_share", &progress.verified_share, As::Share),
        line("figure-disputed", "disputed_share", &progress.disputed_share, As::Share),
        line("figure-cancelled", "cancelled_share", &progress.cancelled_share, As::Share),
        line("figure-freshness", "freshness", &progress.freshness, As::Number),
    ];
    for (place, money) in progress.money.per_currency.iter().enumerate() {
        lines.extend(look.money_lines(&of, place, &money.into()));
    }
    if let Some(all) = &progress.money.converted {
        let converted = look.figure(&of, "money.converted.share", &(&all.share).into(), As::Share);
        lines.push(Line::new(format!("{}, {}", look.text("dictionary-converted"), all.currency), vec![converted]));
    }
    // Why a milestone is late or doubted is explained as figures are.
    let why = |key: &str, title: &Texts, name: String| {
        Line::new(
            look.text(key),
            vec![Cell::link(title.best(look.lang.tag()).to_owned(), look.explain_link(&of, &name))],
        )
    };
    for (place, late) in progress.overdue.iter().enumerate() {
        lines.push(why("milestone-overdue", &late.titles, format!("overdue.{place}")));
    }
    for (place, doubted) in progress.at_risk.iter().enumerate() {
        lines.push(why("milestone-at_risk", &doubted.titles, format!("at_risk.{place}")));
    }
    Section { lines, ..Section::new("figures", look.text("section-figures")) }
}
