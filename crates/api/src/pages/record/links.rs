//! The ways from a thing to the forms about it. Where the past is looked at, there are none.
//!
//! Deliberately absent: whether the visitor may; the form says so.

use servanda_events::ids::{AgreementId, CommitmentId, PackageId, Position};
use servanda_projector::views::{ClaimStanding, ClaimView, CommitmentView};

use crate::pages::look::Look;
use crate::pages::parts::{Cell, Section};

/// A section with links to forms; none in the past.
fn section(look: &Look<'_>, links: Vec<Cell>) -> Option<Section> {
    let now = look.clocks.is_empty() && !links.is_empty();
    now.then(|| Section { links, ..Section::new("record", look.text("record-title")) })
}

fn link(look: &Look<'_>, form: &str, about: &str) -> Cell {
    Cell::link(look.text(&format!("record-{form}")), format!("/record/{form}?{about}"))
}

/// What can be recorded about a commitment.
pub(crate) fn of_commitment(look: &Look<'_>, id: &CommitmentId, view: &CommitmentView) -> Option<Section> {
    view.commitment.as_ref()?;
    let about = format!("commitment={id}");
    let open = view.milestones.iter().any(|m| m.achieved.is_none() && m.missed.is_none() && m.cancelled.is_none());
    let mut links = Vec::new();
    if open {
        links.push(link(look, "achieve", &about));
    }
    links.extend(claims(look, view).map(|(claim, what)| {
        let text = look.say("record-answer-about", &[("what", what.into())]);
        Cell::link(text, format!("/record/answer?{about}&claim={}", claim.claim_event_id))
    }));
    links.extend(["milestone", "funds", "paid"].map(|form| link(look, form, &about)));
    if view.flows.iter().any(|flow| flow.payments.iter().any(|payment| !payment.returned)) {
        links.push(link(look, "returned", &about));
    }
    section(look, links)
}

/// Claims that nobody answered, or that are disputed and may be answered anew, with what each is about.
fn claims<'v>(look: &Look<'_>, view: &'v CommitmentView) -> impl Iterator<Item = (&'v ClaimView, String)> {
    let achieved = view.milestones.iter().filter_map(|milestone| {
        let achieved = milestone.achieved.as_ref()?;
        Some((&achieved.claim, milestone.plan.titles.best(look.lang.tag()).to_owned()))
    });
    let payments = view.flows.iter().flat_map(|flow| &flow.payments);
    let paid = payments.map(|payment| (&payment.claim, look.money(&payment.amount)));
    let open = |claim: &ClaimView| matches!(claim.standing, ClaimStanding::Claimed | ClaimStanding::Disputed);
    achieved.chain(paid).filter(move |(claim, _)| open(claim))
}

/// What can be recorded about an agreement.
pub(crate) fn of_agreement(look: &Look<'_>, id: &AgreementId) -> Option<Section> {
    section(look, vec![link(look, "commitment", &format!("agreement={id}"))])
}

/// What can be recorded about a package.
pub(crate) fn of_package(look: &Look<'_>, id: &PackageId) -> Option<Section> {
    section(look, vec![link(look, "sign", &format!("package={id}"))])
}

/// What can be recorded about an entry.
pub(crate) fn of_entry(look: &Look<'_>, position: Position) -> Option<Section> {
    section(look, vec![link(look, "correct", &format!("entry={position}"))])
}
