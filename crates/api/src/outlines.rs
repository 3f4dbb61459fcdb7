//! Outlines: the figures of an agreement, a package, a party, a sector, the whole ledger as pages show them, quick
//! however many commitments they are over.
//!
//! Deliberately absent: the entries behind the figures and the figures that are read second, see [`crate::figures`].

use axum::extract::Path;
use axum::response::Response;
use servanda_events::ids::{AgreementId, PackageId, PartyId};
use servanda_projector::Over;
use servanda_projector::progress::Outline;

use crate::contract::{
    AGREEMENT_ID, AS_OF, Good, KNOWN_AT, PACKAGE_ID, PARTY_ID, Param, SCHEME, SECTOR, Spec, WAIT_FOR, of,
};
use crate::figures::{ROLLUP, figures};
use crate::problem::Problem;
use crate::reads::{Ask, Single, id, not_found, single};

const OUTLINE: &[Good] = &[Good { schema: of!(Single<Outline>), ..ROLLUP }];

const fn outline_of(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [&'static Param],
) -> Spec {
    figures(path, id, about, params, OUTLINE)
}

pub(crate) static AGREEMENT: Spec = outline_of(
    "/api/v1/agreements/{id}/outline",
    "getAgreementOutline",
    "The first figures of the commitments of an agreement, without the entries behind them.",
    &[&AGREEMENT_ID, &AS_OF, &KNOWN_AT, &WAIT_FOR],
);
pub(crate) static PACKAGE: Spec = outline_of(
    "/api/v1/packages/{id}/outline",
    "getPackageOutline",
    "The first figures of a package, without the entries behind them.",
    &[&PACKAGE_ID, &AS_OF, &KNOWN_AT, &WAIT_FOR],
);
pub(crate) static PARTY: Spec = outline_of(
    "/api/v1/parties/{id}/outline",
    "getPartyOutline",
    "The first figures of the commitments that a party must deliver, without the entries behind them.",
    &[&PARTY_ID, &AS_OF, &KNOWN_AT, &WAIT_FOR],
);
pub(crate) static IN_SECTOR: Spec = outline_of(
    "/api/v1/sectors/{scheme}/{code}/outline",
    "getSectorOutline",
    "The first figures of the commitments of a sector, without the entries behind them.",
    &[&SCHEME, &SECTOR, &AS_OF, &KNOWN_AT, &WAIT_FOR],
);
pub(crate) static LEDGER: Spec = outline_of(
    "/api/v1/outline",
    "getLedgerOutline",
    "The first figures of all commitments of the ledger, without the entries behind them.",
    &[&AS_OF, &KNOWN_AT, &WAIT_FOR],
);

async fn outline(ask: Ask, spec: &'static Spec, over: Over, missing: Problem) -> Result<Response, Problem> {
    let read = ask.app.read().clone();
    single(ask, spec, true, move |reader| read.outline(reader, &over, 0), missing).await
}

pub(crate) async fn agreement(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id: AgreementId = id("agreement", &text)?;
    outline(ask, &AGREEMENT, Over::Agreement(id), not_found("agreement", &text)).await
}

pub(crate) async fn package(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id: PackageId = id("package", &text)?;
    outline(ask, &PACKAGE, Over::Package(id), not_found("package", &text)).await
}

pub(crate) async fn party(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id: PartyId = id("party", &text)?;
    outline(ask, &PARTY, Over::Party(id), not_found("party", &text)).await
}

pub(crate) async fn in_sector(Path((scheme, code)): Path<(String, String)>, ask: Ask) -> Result<Response, Problem> {
    let missing = not_found("sector", &format!("{scheme}/{code}"));
    outline(ask, &IN_SECTOR, Over::Sector { scheme, code }, missing).await
}

pub(crate) async fn ledger(ask: Ask) -> Result<Response, Problem> {
    outline(ask, &LEDGER, Over::Ledger, not_found("commitment", "")).await
}
