//! Filters of lists that take a thing: chosen by its name in the visitor's language, not typed as an id. The address
//! keeps the id.
//!
//! So many things are offered as a person looks through; of more, the first, and the one that is chosen. Deliberately
//! absent: searching in a chooser; the page of a thing leads to the lists of what is its.

use servanda_events::ids::{AgreementId, PackageId, PartyId};
use servanda_projector::{Filter, ProjectorError};

use super::format;
use super::look::Look;
use super::parts::{Choice, Chooser};
use super::visitor::Visitor;
use crate::contract::{OF_AGREEMENT, OF_PACKAGE, OF_PARTY};
use crate::problem::Problem;

/// Things that a chooser offers.
const OFFERED_MAX: usize = 100;

impl Visitor {
    /// The choosers of a list for these filters, with what is chosen.
    pub(super) async fn choosers(
        &self,
        filter: &Filter,
        names: &'static [&'static str],
    ) -> Result<Vec<Chooser>, Problem> {
        let filter = filter.clone();
        self.read(move |look| Ok(of(look, &filter, names)?)).await
    }
}

fn of(look: &Look<'_>, filter: &Filter, names: &[&'static str]) -> Result<Vec<Chooser>, ProjectorError> {
    let mut choosers = Vec::with_capacity(names.len());
    for name in names.iter().copied() {
        let (chosen, (offered, cut)) = match name {
            name if name == OF_PARTY.name => (filter.party.as_ref().map(PartyId::as_str), parties(look)?),
            name if name == OF_PACKAGE.name => (filter.package.as_ref().map(PackageId::as_str), packages(look)?),
            name if name == OF_AGREEMENT.name => {
                (filter.agreement.as_ref().map(AgreementId::as_str), agreements(look)?)
            }
            _ => continue,
        };
        choosers.push(chooser(look, name, offered, cut, chosen, filter)?);
    }
    Ok(choosers)
}

/// Ids with names, and whether there are more.
type Offered = (Vec<(String, String)>, bool);

fn parties(look: &Look<'_>) -> Result<Offered, ProjectorError> {
    let page = look.reader.parties(&Filter::default(), "", OFFERED_MAX)?;
    let named = page.items.iter().map(|view| {
        let party = &view.party;
        (party.party_id.to_string(), party.names.best(look.lang.tag()).to_owned())
    });
    Ok((named.collect(), page.next_after.is_some()))
}

fn packages(look: &Look<'_>) -> Result<Offered, ProjectorError> {
    let page = look.reader.packages(&Filter::default(), "", OFFERED_MAX)?;
    let named = page.items.iter().map(|view| {
        let package = &view.package;
        (package.package_id.to_string(), package.titles.best(look.lang.tag()).to_owned())
    });
    Ok((named.collect(), page.next_after.is_some()))
}

fn agreements(look: &Look<'_>) -> Result<Offered, ProjectorError> {
    let page = look.reader.agreements(&Filter::default(), "", OFFERED_MAX)?;
    let named = page.items.iter().map(|view| {
        let agreement = &view.agreement;
        (agreement.agreement_id.to_string(), agreement.titles.best(look.lang.tag()).to_owned())
    });
    Ok((named.collect(), page.next_after.is_some()))
}

/// What is chosen stays to be chosen, so that sending the form again does not lose it.
fn chooser(
    look: &Look<'_>,
    name: &'static str,
    mut offered: Vec<(String, String)>,
    cut: bool,
    chosen: Option<&str>,
    filter: &Filter,
) -> Result<Chooser, ProjectorError> {
    if let Some(id) = chosen.filter(|id| !offered.iter().any(|(of, _)| of == id)) {
        offered.push((id.to_owned(), title(look, name, filter)?.unwrap_or_else(|| id.to_owned())));
    }
    offered.sort_by(|one, other| format::order(&one.1, &other.1, look.lang));
    let label = match name {
        name if name == OF_PARTY.name => "filter-party",
        name if name == OF_PACKAGE.name => "filter-package",
        _ => "filter-agreement",
    };
    let all = Choice { value: String::new(), text: look.text("filter-all"), chosen: chosen.is_none() };
    let item = |(value, text): (String, String)| Choice { chosen: chosen == Some(value.as_str()), value, text };
    Ok(Chooser {
        name,
        label: look.text(label),
        items: std::iter::once(all).chain(offered.into_iter().map(item)).collect(),
        cut: cut.then(|| look.say("filter-cut", &[("n", OFFERED_MAX.into())])),
    })
}

/// The name of the chosen thing.
fn title(look: &Look<'_>, name: &str, filter: &Filter) -> Result<Option<String>, ProjectorError> {
    let tag = look.lang.tag();
    Ok(match (&filter.party, &filter.package, &filter.agreement) {
        (Some(id), _, _) if name == OF_PARTY.name => Some(look.party(id)?),
        (_, Some(id), _) if name == OF_PACKAGE.name => {
            look.reader.package(id)?.map(|view| view.package.titles.best(tag).to_owned())
        }
        (_, _, Some(id)) if name == OF_AGREEMENT.name => {
            look.reader.agreement(id)?.map(|view| view.agreement.titles.best(tag).to_owned())
        }
        _ => None,
    })
}
