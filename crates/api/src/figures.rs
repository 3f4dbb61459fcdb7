//! How far promises are kept: figures of one commitment, of an agreement, a package, a party, a sector, the whole
//! ledger; what is overdue or at risk; and search. Every figure carries its formula, its inputs and the entries
//! behind it.
//!
//! Deliberately absent: the formulas (`servanda-projector`).

use axum::extract::{Path, RawPathParams};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use servanda_events::ids::CommitmentId;
use servanda_events::money::Currency;
use servanda_projector::progress::{AtRiskMilestone, CommitmentProgress, OverdueMilestone, Rollup};
use servanda_projector::{Hit, Reader};

use crate::app::App;
use crate::contract::{
    AGREEMENT_ID, AS_OF, COMMITMENT_ID, CURRENCY, Good, KNOWN_AT, LIMIT, OF_AGREEMENT, OF_PACKAGE, OF_PARTY,
    PACKAGE_ID, PAGE_SIZE, PAGE_TOKEN, PARTY_ID, Param, Q, SCHEME, SECTOR, Spec, WAIT_FOR, of,
};
use crate::over::{missing, over};
use crate::problem::Problem;
use crate::reads::{Ask, List, Single, id, list, not_found, paged, single, single_or};
use crate::when::{When, blocking};

pub(crate) const fn figures(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [&'static Param],
    good: &'static [Good],
) -> Spec {
    Spec {
        method: "get",
        path,
        id,
        tag: "progress",
        about,
        params,
        records: false,
        good,
        problems: &[400, 401, 404, 503],
    }
}

pub(crate) const ROLLUP: Good = Good {
    status: 200,
    about: "The figures. `null` is \"not measurable\", never zero.",
    media: "application/json",
    schema: of!(Single<Rollup>),
};

pub(crate) static COMMITMENT: Spec = figures(
    "/api/v1/commitments/{id}/progress",
    "getCommitmentProgress",
    "The figures of one commitment. A prospect has none, and the answer says so: `prospect_without_figures`.",
    &[&COMMITMENT_ID, &AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[Good { schema: of!(Single<CommitmentProgress>), ..ROLLUP }],
);
pub(crate) static AGREEMENT: Spec = figures(
    "/api/v1/agreements/{id}/progress",
    "getAgreementProgress",
    "The figures of the commitments of an agreement.",
    &[&AGREEMENT_ID, &AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[ROLLUP],
);
pub(crate) static PACKAGE: Spec = figures(
    "/api/v1/packages/{id}/progress",
    "getPackageProgress",
    "The figures of a package, with the coverage of what was declared for it.",
    &[&PACKAGE_ID, &AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[ROLLUP],
);
pub(crate) static PARTY: Spec = figures(
    "/api/v1/parties/{id}/progress",
    "getPartyProgress",
    "The figures of the commitments that a party must deliver.",
    &[&PARTY_ID, &AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[ROLLUP],
);
pub(crate) static IN_SECTOR: Spec = figures(
    "/api/v1/sectors/{scheme}/{code}/progress",
    "getSectorProgress",
    "The figures of the commitments of a sector.",
    &[&SCHEME, &SECTOR, &AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[ROLLUP],
);
pub(crate) static LEDGER: Spec = figures(
    "/api/v1/progress",
    "getLedgerProgress",
    "The figures of all commitments of the ledger.",
    &[&AS_OF, &KNOWN_AT, &CURRENCY, &WAIT_FOR],
    &[ROLLUP],
);
pub(crate) static OVERDUE: Spec = figures(
    "/api/v1/overdue",
    "listOverdue",
    "Milestones that are overdue, with the day on which they were first due, in the order of their commitments. Those of \
     one commitment are never split over pages.",
    &[&AS_OF, &KNOWN_AT, &WAIT_FOR, &OF_PACKAGE, &OF_AGREEMENT, &OF_PARTY, &PAGE_SIZE, &PAGE_TOKEN],
    &[Good { status: 200, about: "A page of them.", media: "application/json", schema: of!(List<OverdueMilestone>) }],
);
pub(crate) static AT_RISK: Spec = figures(
    "/api/v1/at-risk",
    "listAtRisk",
    "Milestones that are neither achieved nor overdue and that there is reason to doubt: due soon and not reported done, \
     behind their time, with a condition unmet, or after one that is overdue. In the order of their commitments; those of \
     one commitment are never split over pages.",
    &[&AS_OF, &KNOWN_AT, &WAIT_FOR, &OF_PACKAGE, &OF_AGREEMENT, &OF_PARTY, &PAGE_SIZE, &PAGE_TOKEN],
    &[Good { status: 200, about: "A page of them.", media: "application/json", schema: of!(List<AtRiskMilestone>) }],
);
pub(crate) static SEARCH: Spec = Spec {
    tag: "things",
    ..figures(
        "/api/v1/search",
        "search",
        "Titles, names, statements and titles of documents that contain every word, in any language, best first. In \
         languages where there are none, words are looked for without their endings: up to three letters, and in \
         Kazakh the endings that stand behind one another.",
        &[&Q, &AS_OF, &KNOWN_AT, &WAIT_FOR, &LIMIT],
        &[Good { status: 200, about: "What was found.", media: "application/json", schema: of!(List<Hit>) }],
    )
};

/// The currency in which all money is asked for as well.
fn currency(ask: &Ask, spec: &'static Spec) -> Result<Option<Currency>, Problem> {
    spec.asked(&ask.uri)?.value(&CURRENCY)
}

pub(crate) async fn commitment(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id: CommitmentId = id("commitment", &text)?;
    let currency = currency(&ask, &COMMITMENT)?;
    let figures = move |reader: &Reader<'_>| {
        Ok(match reader.commitment_progress_in(&id, currency)? {
            Some(figures) => Ok(figures),
            // It is there, and says what it is; only figures are there for promises alone.
            None if reader.commitment(&id)?.is_some() => {
                Err(Problem::new(StatusCode::NOT_FOUND, "prospect_without_figures").with("id", &id))
            }
            None => Err(not_found("commitment", &text)),
        })
    };
    single_or(ask, &COMMITMENT, false, figures).await
}

/// Answers with the figures of several commitments.
pub(crate) fn rollup(spec: &'static Spec) -> MethodRouter<App> {
    get(move |parts: RawPathParams, ask: Ask| async move {
        let over = over(spec, &parts)?;
        let (missing, currency) = (missing(&over), currency(&ask, spec)?);
        single(ask, spec, true, move |reader| reader.rollup_in(&over, currency), missing).await
    })
}

pub(crate) async fn overdue(ask: Ask) -> Result<Response, Problem> {
    list(ask, &OVERDUE, |reader, filter, after, limit| reader.overdue(filter, after, limit)).await
}

pub(crate) async fn at_risk(ask: Ask) -> Result<Response, Problem> {
    list(ask, &AT_RISK, |reader, filter, after, limit| reader.at_risk(filter, after, limit)).await
}

pub(crate) async fn search(ask: Ask) -> Result<Response, Problem> {
    let asked = SEARCH.asked(&ask.uri)?;
    let limit = asked.number(&LIMIT, 100, 1_000)?;
    let query = asked
        .text(&Q)
        .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "parameter_missing").with("name", &Q.name))?;
    let query = query.to_owned();
    let when = When::of(&ask.app, &asked).await?;
    let hits =
        blocking(&ask.app, move |app| Ok(app.read().at(when.at(), |reader| reader.search(&query, limit))?)).await?;
    paged(&ask, &asked, "", &when, hits, None)
}
