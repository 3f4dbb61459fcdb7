//! Packages and parties: their lists, one package, one party.
//!
//! Deliberately absent: coverage class by class, which the dashboard shows.

use axum::extract::Path;
use axum::response::Response;
use servanda_events::ids::{PackageId, PartyId};
use servanda_projector::views::{PackageView, PartyView};
use servanda_projector::{Filter, Over, ProjectorError};

use super::format;
use super::listing;
use super::look::{Look, name_of};
use super::parts::{Cell, Line, Section, Table, Thing};
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::PAGE_TOKEN;
use crate::problem::Problem;
use crate::reads::{id, not_found};

pub(super) static PACKAGES: Row = Row::reads("/packages", "packages", &[&PAGE_TOKEN]);
pub(super) static PACKAGE: Row = Row::reads("/packages/{id}", "package", &[]);
pub(super) static PARTIES: Row = Row::reads("/parties", "parties", &[&PAGE_TOKEN]);
pub(super) static PARTY: Row = Row::reads("/parties/{id}", "party", &[]);

pub(super) async fn packages(visitor: Visitor) -> Result<Response, Problem> {
    let after = visitor.cursor()?.map(|cursor| cursor.after).unwrap_or_default();
    let (next, title, table) = visitor
        .read(move |look| {
            let row = |view: &PackageView| {
                let package = &view.package;
                let title = package.titles.best(look.lang.tag());
                let href = look.link(&format!("/packages/{}", package.package_id));
                let parties = package.parties.iter().map(|id| look.party(id)).collect::<Result<Vec<_>, _>>()?;
                Ok(Some(vec![
                    Cell::link(title, href).marked(view.demonstration),
                    Cell::or_dash(package.anchor_date.map(|date| format::day(date, look.lang))),
                    Cell::text(parties.join(", ")),
                ]))
            };
            let page = |after: &str, limit| look.reader.packages(&Filter::default(), after, limit);
            let found = listing::found(&after, page, |view| view.package.package_id.to_string(), row)?;
            let heads = ["head-package", "head-announced", "head-parties"].map(|key| look.text(key));
            let title = listing::title(look, "list-packages", found.count, found.counted);
            Ok((found.next_after, title, Table::new(look.text("nav-packages"), &heads, found.rows)))
        })
        .await?;
    let listing = visitor.listing(next, &[]).showing(title, table);
    visitor.page("pages/list.html", &listing)
}

pub(super) async fn parties(visitor: Visitor) -> Result<Response, Problem> {
    let after = visitor.cursor()?.map(|cursor| cursor.after).unwrap_or_default();
    let lang = visitor.lang;
    let (next, title, table) = visitor
        .read(move |look| {
            let row = |view: &PartyView| {
                let name = view.party.names.best(look.lang.tag());
                let href = look.link(&format!("/parties/{}", view.party.party_id));
                Ok(Some(vec![
                    Cell::link(name, href).marked(view.demonstration),
                    Cell::text(look.text(&format!("party-{}", name_of(&view.party.kind)))),
                    Cell::or_dash(view.party.country.as_ref().map(ToString::to_string)),
                ]))
            };
            let page = |after: &str, limit| look.reader.parties(&Filter::default(), after, limit);
            let mut found = listing::found(&after, page, |view| view.party.party_id.to_string(), row)?;
            // A page goes by ids; within it names stand where the visitor looks for them.
            found.rows.sort_by(|one, other| format::order(&one[0].text, &other[0].text, lang));
            let heads = ["head-party", "head-kind", "head-country"].map(|key| look.text(key));
            let title = listing::title(look, "list-parties", found.count, found.counted);
            Ok((found.next_after, title, Table::new(look.text("nav-parties"), &heads, found.rows)))
        })
        .await?;
    let listing = visitor.listing(next, &[]).showing(title, table);
    visitor.page("pages/list.html", &listing)
}

/// Links that the page of a thing ends with.
pub(super) fn more(look: &Look<'_>, stream: &str, json: &str, others: Vec<Cell>) -> Section {
    let own = [
        Cell::link(look.text("link-history"), look.link(&format!("/history/{stream}"))),
        Cell::link(look.text("link-json"), look.data_link(json)),
    ];
    Section { links: others.into_iter().chain(own).collect(), ..Section::new("more", look.text("section-more")) }
}

pub(super) async fn package(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let package_id: PackageId = id("package", &text)?;
    let missing = not_found("package", &text);
    let page = visitor
        .read(move |look| {
            let view = look.reader.package(&package_id)?.ok_or(missing)?;
            let package = &view.package;
            let mut lines =
                vec![look.titles("head-titles", &package.titles), look.titles("head-occasion", &package.occasion)];
            lines.push(Line::new(look.text("head-parties"), parties_of(look, &package.parties)?));
            if let Some(date) = package.anchor_date {
                lines.push(Line::new(look.text("head-announced"), vec![Cell::text(format::day(date, look.lang))]));
            }
            if let Some(place) = &package.place {
                lines.push(Line::new(look.text("page-place"), vec![Cell::text(place.to_string())]));
            }
            let mut sections = vec![Section { lines, ..Section::new("about", String::new()) }];
            if let Some(outline) = look.outline(&Over::Package(package_id.clone()))? {
                sections.push(super::agreements::commitments(look, &outline)?);
                sections.push(look.outline_section(&format!("package/{package_id}"), &outline));
            }
            let of =
                |path: &str, key: &str| Cell::link(look.text(key), look.link(&format!("{path}?package={package_id}")));
            let others = vec![of("/agreements", "link-its-agreements"), of("/commitments", "link-its-commitments")];
            let json = format!("/api/v1/packages/{package_id}");
            sections.extend(super::record::links::of_package(look, &package_id));
            sections.push(more(look, &format!("package-{package_id}"), &json, others));
            Ok(Thing {
                title: package.titles.best(look.lang.tag()).to_owned(),
                kind: look.text("head-package"),
                back: Some(Cell::link(look.text("nav-packages"), look.link("/packages"))),
                status: None,
                sentences: vec![look.as_known()],
                sections,
                demonstration: view.demonstration,
            })
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}

/// Parties, each with a link to it.
pub(super) fn parties_of(look: &Look<'_>, parties: &[PartyId]) -> Result<Vec<Cell>, ProjectorError> {
    let cell = |id: &PartyId| Ok(Cell::link(look.party(id)?, look.link(&format!("/parties/{id}"))));
    parties.iter().map(cell).collect()
}

pub(super) async fn party(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let party_id: PartyId = id("party", &text)?;
    let missing = not_found("party", &text);
    let page = visitor
        .read(move |look| {
            let view = look.reader.party(&party_id)?.ok_or(missing)?;
            let party = &view.party;
            let kind = look.text(&format!("party-{}", name_of(&party.kind)));
            let mut lines = vec![look.titles("head-names", &party.names)];
            if let Some(country) = &party.country {
                lines.push(Line::new(look.text("head-country"), vec![Cell::text(country.to_string())]));
            }
            if let Some(parent) = &party.parent {
                lines.push(Line::new(look.text("head-parent"), parties_of(look, std::slice::from_ref(parent))?));
            }
            if !view.merged.is_empty() {
                let merged = view.merged.iter().map(|id| Cell::code(id.to_string())).collect();
                lines.push(Line::new(look.text("head-merged"), merged));
            }
            let mut sections = vec![Section { lines, ..Section::new("about", String::new()) }];
            if let Some(outline) = look.outline(&Over::Party(party_id.clone()))? {
                sections.push(super::agreements::commitments(look, &outline)?);
                if outline.identified > 0 {
                    sections.push(look.outline_section(&format!("party/{party_id}"), &outline));
                }
            }
            let of = |path: &str, key: &str| Cell::link(look.text(key), look.link(&format!("{path}?party={party_id}")));
            let others = vec![
                of("/agreements", "link-its-agreements"),
                of("/commitments", "link-its-commitments"),
                of("/overdue", "link-its-overdue"),
            ];
            let json = format!("/api/v1/parties/{party_id}");
            sections.push(more(look, &format!("party-{}", party.party_id), &json, others));
            Ok(Thing {
                title: party.names.best(look.lang.tag()).to_owned(),
                kind,
                back: Some(Cell::link(look.text("nav-parties"), look.link("/parties"))),
                status: None,
                sentences: vec![look.as_known()],
                sections,
                demonstration: view.demonstration,
            })
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}
