//! Outlines: the figures of an agreement, a package, a party, a sector, the whole ledger as pages show them, quick
//! however many commitments they are over.
//!
//! Deliberately absent: the entries behind the figures and the figures that are read second, see [`crate::figures`].

use axum::extract::RawPathParams;
use axum::routing::{MethodRouter, get};
use servanda_projector::progress::Outline;

use crate::app::App;
use crate::contract::{
    AGREEMENT_ID, AS_OF, Good, KNOWN_AT, PACKAGE_ID, PARTY_ID, Param, SCHEME, SECTOR, Spec, WAIT_FOR, of,
};
use crate::figures::{ROLLUP, figures};
use crate::over::{missing, over};
use crate::reads::{Ask, Single, single};

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

/// Answers with an outline.
pub(crate) fn outline(spec: &'static Spec) -> MethodRouter<App> {
    get(move |parts: RawPathParams, ask: Ask| async move {
        let over = over(spec, &parts)?;
        let (missing, read) = (missing(&over), ask.app.read().clone());
        single(ask, spec, true, move |reader| read.outline(reader, &over, 0), missing).await
    })
}
