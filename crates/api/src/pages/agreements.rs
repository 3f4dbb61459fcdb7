//! Agreements: the list with its filters, and one agreement with its commitments.
//!
//! Deliberately absent: the history, see `history`.

use axum::extract::Path;
use axum::response::Response;
use servanda_events::ids::{AgreementId, Family};
use servanda_projector::progress::Outline;
use servanda_projector::views::{AgreementStatus, AgreementView};
use servanda_projector::{Filter, Over, ProjectorError};

use super::listing;
use super::look::{Look, name_of};
use super::parts::{Cell, Line, Section, Table, Thing};
use super::record;
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{OF_PACKAGE, OF_PARTY, PAGE_TOKEN, Param, Place, Q};
use crate::problem::Problem;
use crate::reads::{id, not_found};

/// Words in the titles.
const WORDS: Param = Param { required: false, ..Q };
/// Where an agreement stands.
const STATUS: Param = listing::filter("status", STATUSES_SAID, Place::Queries);
const STATUSES: &[&str] = &["registered", "signed", "provisionally_applied", "in_force", "suspended", "ended"];
const STATUSES_SAID: &str = "registered, signed, provisionally_applied, in_force, suspended, ended";
/// Hits of a search that are looked at.
const HITS_MAX: usize = 1_000;

pub(super) static LIST: Row =
    Row::reads("/agreements", "agreements", &[&WORDS, &STATUS, &OF_PARTY, &OF_PACKAGE, &PAGE_TOKEN]);
pub(super) static ONE: Row = Row::reads("/agreements/{id}", "agreement", &[]);

/// The word for where an agreement stands.
pub(super) fn status(look: &Look<'_>, status: AgreementStatus) -> Cell {
    let colour = match status {
        AgreementStatus::InForce => "green",
        AgreementStatus::Signed | AgreementStatus::ProvisionallyApplied => "teal",
        AgreementStatus::Suspended => "orange",
        AgreementStatus::Registered | AgreementStatus::Ended => "grey",
    };
    Cell::tag(look.text(&format!("agreement-{}", name_of(&status))), colour)
}

fn row(look: &Look<'_>, view: &AgreementView) -> Result<Vec<Cell>, Problem> {
    let agreement = &view.agreement;
    let title = agreement.titles.best(look.lang.tag());
    let href = look.link(&format!("/agreements/{}", agreement.agreement_id));
    let parties = agreement.parties.iter().map(|party| look.party(&party.party_id)).collect::<Result<Vec<_>, _>>()?;
    let signed = view.signatures.iter().max_by_key(|signature| signature.signed_on.latest);
    Ok(vec![
        Cell::link(title, href).marked(view.demonstration),
        status(look, view.status),
        Cell::or_dash(signed.map(|signature| look.date(&signature.signed_on))),
        Cell::text(parties.join(", ")),
    ])
}

pub(super) async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let cursor = visitor.cursor()?;
    let statuses = visitor.chosen(&STATUS, STATUSES)?;
    let words = visitor.asked.text(&WORDS).map(str::to_owned);
    let filter =
        Filter { party: visitor.asked.value(&OF_PARTY)?, package: visitor.asked.value(&OF_PACKAGE)?, agreement: None };
    let after = cursor.map(|cursor| cursor.after).unwrap_or_default();
    let choosers = visitor.choosers(&filter, &[OF_PARTY.name, OF_PACKAGE.name]).await?;
    let (found, title, table) = visitor
        .read(move |look| {
            let ids = look.wanted(Family::Agreement, words.as_deref(), HITS_MAX, &filter)?;
            let wanted = |id: &AgreementId, status: AgreementStatus| {
                ids.as_ref().is_none_or(|ids| ids.contains(id.as_str()))
                    && (statuses.is_empty() || statuses.contains(&name_of(&status)))
            };
            let survey = look.survey()?;
            let all = survey.agreements().iter().filter(|(id, agreement)| wanted(id, agreement.status));
            let found = listing::page_of(&after, all.map(|(id, _)| id), |id| id.as_str());
            // What is shown is read in full; the others are only counted.
            let mut rows = Vec::new();
            for id in found.rows {
                rows.extend(look.reader.agreement(id)?.map(|view| row(look, &view)).transpose()?);
            }
            let heads = ["head-agreement", "head-status", "head-signed", "head-parties"].map(|key| look.text(key));
            let title = listing::title(look, "list-agreements", found.count, found.counted);
            let table = Table::new(look.text("nav-agreements"), &heads, rows);
            Ok((found.next_after, title, table))
        })
        .await?;
    let listing = visitor.listing(found, &[(&WORDS, "filter-words")]);
    let mut listing = listing.showing(title, table).choosing(choosers, visitor.uri.path());
    listing.choices = vec![visitor.choices(&STATUS, "head-status", "agreement-", STATUSES)];
    visitor.page("pages/list.html", &listing)
}

pub(super) async fn one(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let agreement_id: AgreementId = id("agreement", &text)?;
    let missing = not_found("agreement", &text);
    let page = visitor
        .read(move |look| {
            let view = look.reader.agreement(&agreement_id)?.ok_or(missing)?;
            shown(look, &agreement_id, &view)
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}

fn shown(look: &Look<'_>, agreement_id: &AgreementId, view: &AgreementView) -> Result<Thing, Problem> {
    let agreement = &view.agreement;
    let of = format!("agreement/{agreement_id}");
    let mut sections = vec![Section { lines: about(look, view)?, ..Section::new("about", String::new()) }];
    if let Some(outline) = look.outline(&Over::Agreement(agreement_id.clone()))? {
        sections.push(commitments(look, &outline)?);
        if outline.identified > 0 {
            sections.push(look.outline_section(&of, &outline));
        }
    }
    sections.extend(record::links::of_agreement(look, agreement_id));
    sections.push(Section {
        links: vec![
            Cell::link(look.text("link-history"), look.link(&format!("/history/agreement-{agreement_id}"))),
            Cell::link(look.text("link-json"), look.data_link(&format!("/api/v1/agreements/{agreement_id}"))),
        ],
        ..Section::new("more", look.text("section-more"))
    });
    Ok(Thing {
        title: agreement.titles.best(look.lang.tag()).to_owned(),
        kind: look.text(&format!("instrument-{}", name_of(&agreement.instrument_kind))),
        back: Some(Cell::link(look.text("nav-agreements"), look.link("/agreements"))),
        status: Some(status(look, view.status)),
        sentences: vec![look.as_known()],
        sections,
        demonstration: view.demonstration,
    })
}

fn about(look: &Look<'_>, view: &AgreementView) -> Result<Vec<Line>, Problem> {
    let agreement = &view.agreement;
    let party = |id| Ok::<_, ProjectorError>(Cell::link(look.party(id)?, look.link(&format!("/parties/{id}"))));
    let mut lines = vec![look.titles("head-titles", &agreement.titles)];
    let parties = agreement.parties.iter().map(|listed| party(&listed.party_id)).collect::<Result<Vec<_>, _>>()?;
    lines.push(Line::new(look.text("head-parties"), parties));
    let signed = view.signatures.iter().map(|signature| {
        let who = party(&signature.signature.party_id)?;
        let named = [&signature.signature.signatory, &signature.signature.capacity];
        let named = named.into_iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let when = look.date(&signature.signed_on);
        let place = signature.signature.place.as_ref().map(|place| format!("; {place}")).unwrap_or_default();
        Ok(who.noted(Some([when + &place, named].join(". ").trim_end_matches(". ").to_owned())))
    });
    let signed = signed.collect::<Result<Vec<_>, ProjectorError>>()?;
    lines.push(Line::new(look.text("head-signatures"), if signed.is_empty() { vec![Cell::text("–")] } else { signed }));
    lines.push(Line::new(
        look.text("head-class"),
        vec![Cell::text(look.text(&format!("class-{}", name_of(&agreement.class))))],
    ));
    lines.push(Line::new(
        look.text("head-effect"),
        vec![Cell::text(look.text(&format!("effect-{}", name_of(&agreement.legal_effect))))],
    ));
    if !view.packages.is_empty() {
        let packages = view.packages.iter().map(|id| {
            let title = look.reader.package(id)?.map(|view| view.package.titles.best(look.lang.tag()).to_owned());
            Ok(Cell::link(title.unwrap_or_else(|| id.to_string()), look.link(&format!("/packages/{id}"))))
        });
        lines.push(Line::new(look.text("head-packages"), packages.collect::<Result<_, ProjectorError>>()?));
    }
    for entry in &view.entries_into_force {
        let who = match &entry.fact.scope {
            servanda_events::agreement::EntryScope::All => None,
            servanda_events::agreement::EntryScope::ForParty(party) => Some(look.party(party)?),
        };
        let day = super::format::day(entry.fact.effective_on, look.lang);
        lines.push(Line::new(look.text("head-in-force"), vec![Cell::text(day).noted(who)]));
    }
    if let Some(end) = &view.end {
        let day = super::format::day(end.effective_on, look.lang);
        lines.push(Line::new(look.text("head-ended"), vec![Cell::text(day)]));
    }
    Ok(lines)
}

/// The commitments under something, with where each stands and what is due next.
pub(super) fn commitments(look: &Look<'_>, outline: &Outline) -> Result<Section, Problem> {
    let mut section = Section::new("commitments", look.text("nav-commitments"));
    if outline.identified == 0 {
        section.sentences.push(look.text("commitments-none"));
        return Ok(section);
    }
    let rows = outline.commitments.iter().map(|line| super::commitments::line(look, line)).collect::<Result<_, _>>()?;
    let heads = ["head-commitment", "head-status", "head-next-due", "#head-achieved"];
    let heads =
        heads.map(|key| key.strip_prefix('#').map_or_else(|| look.text(key), |key| format!("#{}", look.text(key))));
    section.table = Some(Table::new(look.text("nav-commitments"), &heads, rows));
    if outline.identified > outline.commitments.len() {
        let values = [("shown", outline.commitments.len().into()), ("n", outline.identified.into())];
        section.sentences.push(look.say("commitments-first", &values));
    }
    Ok(section)
}
