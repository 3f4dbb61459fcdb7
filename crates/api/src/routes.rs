//! The whole route table on one screen: each route's contract with its handler. The router and the OpenAPI document are
//! both made from it.

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::routing::{MethodRouter, get, post};

use crate::app::App;
use crate::contract::Spec;
use crate::edge::edge;
use crate::problem::Problem;
use crate::{commands, compare, entries, feed, figures, health, outlines, pages, proofs, things};

/// Every route.
pub(crate) fn table() -> Vec<(&'static Spec, MethodRouter<App>)> {
    vec![
        (&commands::RECORD, post(commands::record)),
        (&things::PARTIES, get(things::parties)),
        (&things::PARTY, get(things::party)),
        (&things::PARTY_HISTORY, get(things::party_history)),
        (&figures::PARTY, figures::rollup(&figures::PARTY)),
        (&outlines::PARTY, outlines::outline(&outlines::PARTY)),
        (&things::PACKAGES, get(things::packages)),
        (&things::PACKAGE, get(things::package)),
        (&things::PACKAGE_HISTORY, get(things::package_history)),
        (&figures::PACKAGE, figures::rollup(&figures::PACKAGE)),
        (&outlines::PACKAGE, outlines::outline(&outlines::PACKAGE)),
        (&things::AGREEMENTS, get(things::agreements)),
        (&things::AGREEMENT, get(things::agreement)),
        (&things::AGREEMENT_HISTORY, get(things::agreement_history)),
        (&figures::AGREEMENT, figures::rollup(&figures::AGREEMENT)),
        (&outlines::AGREEMENT, outlines::outline(&outlines::AGREEMENT)),
        (&things::COMMITMENTS, get(things::commitments)),
        (&things::COMMITMENT, get(things::commitment)),
        (&things::COMMITMENT_HISTORY, get(things::commitment_history)),
        (&figures::COMMITMENT, get(figures::commitment)),
        (&things::INDICATORS, get(things::indicators)),
        (&things::INDICATOR, get(things::indicator)),
        (&things::INDICATOR_HISTORY, get(things::indicator_history)),
        (&figures::IN_SECTOR, figures::rollup(&figures::IN_SECTOR)),
        (&outlines::IN_SECTOR, outlines::outline(&outlines::IN_SECTOR)),
        (&figures::LEDGER, figures::rollup(&figures::LEDGER)),
        (&outlines::LEDGER, outlines::outline(&outlines::LEDGER)),
        (&figures::OVERDUE, get(figures::overdue)),
        (&figures::AT_RISK, get(figures::at_risk)),
        (&compare::COMPARE, get(compare::compare)),
        (&figures::SEARCH, get(figures::search)),
        (&entries::LIST, get(entries::list)),
        (&entries::ONE, get(entries::one)),
        (&proofs::PROOF, get(proofs::proof)),
        (&proofs::CONSISTENCY, get(proofs::consistency)),
        (&proofs::CHECKPOINT, get(proofs::checkpoint)),
        (&proofs::POLICY, get(proofs::policy)),
        (&proofs::ROTATIONS, get(proofs::rotations)),
        (&proofs::ENTRIES, get(proofs::entries)),
        (&proofs::HASHES, get(proofs::hashes)),
        (&feed::FEED, get(feed::feed)),
        (&health::LIVE, get(health::live)),
        (&health::READY, get(health::ready)),
        (&health::METRICS, get(health::metrics)),
        (&health::OPENAPI, get(health::contract)),
    ]
}

/// What can be done with a route, for the sentence about what cannot.
pub(crate) fn allowed(route: &str) -> String {
    let of_interface = table().into_iter().map(|(spec, _)| (spec.path, spec.method));
    let of_pages = pages::routes::table().into_iter().map(|(row, _)| (row.path, row.method));
    let of_route = of_interface.chain(of_pages).filter(|(path, _)| *path == route);
    of_route.map(|(_, method)| method.to_uppercase()).collect::<Vec<_>>().join(", ")
}

/// The router over an app.
pub(crate) fn router(app: App) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, (spec, handler)| router.route(spec.path, handler));
    let routes = routes.merge(pages::routes::router());
    routes.fallback(nothing_there).layer(axum::middleware::from_fn_with_state(app.clone(), edge)).with_state(app)
}

async fn nothing_there(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &uri.path())
}
