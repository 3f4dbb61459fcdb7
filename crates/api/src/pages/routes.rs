//! The table of all pages: method, path, name, who may, and the handler. The router is made from it, and so is the test
//! that asks every page as everyone; a page without a row cannot be reached.
//!
//! Deliberately absent: the JSON interface, whose table is [`crate::routes`]; pages are no part of its contract.

use axum::Router;
use axum::routing::{MethodRouter, get};
use tower_http::csrf::CsrfLayer;

use super::{
    agreements, assets, commitment, commitments, dashboard, explain, help, history, import, packages, problem, record,
    search,
};
use crate::app::App;
use crate::contract::{AS_OF, KNOWN_AT, LANG, Param, WAIT_FOR};

/// Who may see a page or send its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anyone, even where reading needs a sign-in: what a person needs to get in, or to understand a refusal.
    Anyone,
    /// Whoever may read the ledger.
    Readers,
}

impl Who {
    /// Who may record from pages. Whether they may is asked again of each command.
    pub(crate) const RECORDING: Self = Self::Readers;
}

/// A page: a row of the table, whose handler stands beside it.
#[derive(Debug)]
pub(crate) struct Row {
    /// `get` or `post`.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Short name, for tests and traces.
    pub(crate) id: &'static str,
    pub(crate) who: Who,
    /// Whether it reads at the two clocks, and so takes them in its address.
    pub(crate) clocks: bool,
    /// What else it takes in its address, besides `lang`. Anything else is refused.
    pub(crate) params: &'static [&'static Param],
}

impl Row {
    /// A page that reads the ledger at the two clocks.
    pub(crate) const fn reads(path: &'static str, id: &'static str, params: &'static [&'static Param]) -> Self {
        Self { method: "get", path, id, who: Who::Readers, clocks: true, params }
    }

    /// The same for whoever may record.
    pub(crate) const fn recording(path: &'static str, id: &'static str, params: &'static [&'static Param]) -> Self {
        Self { method: "get", path, id, who: Who::RECORDING, clocks: true, params }
    }

    /// A page without clocks, or what a form is sent to.
    pub(crate) const fn plain(
        method: &'static str,
        path: &'static str,
        id: &'static str,
        who: Who,
        params: &'static [&'static Param],
    ) -> Self {
        Self { method, path, id, who, clocks: false, params }
    }

    /// Everything that its address may have.
    pub(crate) fn takes(&self) -> Vec<&'static Param> {
        let clocks: &[&Param] = if self.clocks { &[&AS_OF, &KNOWN_AT, &WAIT_FOR] } else { &[] };
        self.params.iter().chain(clocks).chain(&[&LANG]).copied().collect()
    }
}

/// Every page.
pub(crate) fn table() -> Vec<(&'static Row, MethodRouter<App>)> {
    let mut table: Vec<(&'static Row, MethodRouter<App>)> = vec![
        (&dashboard::DASHBOARD, get(dashboard::dashboard)),
        (&agreements::LIST, get(agreements::list)),
        (&agreements::ONE, get(agreements::one)),
        (&commitments::LIST, get(commitments::list)),
        (&commitment::ONE, get(commitment::one)),
        (&packages::PACKAGES, get(packages::packages)),
        (&packages::PACKAGE, get(packages::package)),
        (&packages::PARTIES, get(packages::parties)),
        (&packages::PARTY, get(packages::party)),
        (&search::OVERDUE, get(search::overdue)),
        (&search::SEARCH, get(search::search)),
        (&history::HISTORY, get(history::history)),
        (&history::ENTRY, get(history::entry)),
        (&explain::EXPLAIN, get(explain::explain)),
        (&help::AS_OF, get(help::as_of)),
        (&help::HELP, get(help::help)),
        (&help::ACCESSIBILITY, get(help::accessibility)),
        (&problem::PROBLEM, get(problem::explained)),
        (&assets::ASSET, get(assets::asset)),
    ];
    table.extend(record::table());
    table.extend(import::pages());
    table
}

/// The row of a route that was matched.
pub(crate) fn row(method: &str, path: &str) -> Option<&'static Row> {
    // A browser that asks with HEAD asks for what GET would send.
    let method = if method == "HEAD" { "GET" } else { method };
    let of = |row: &Row| row.path == path && row.method.eq_ignore_ascii_case(method);
    table().into_iter().map(|(row, _)| row).find(|row| of(row))
}

/// The router of the pages. A form that another web site's page sends is refused before anything looks at it.
pub(crate) fn router() -> Router<App> {
    let routes = table().into_iter().fold(Router::new(), |router, (row, handler)| router.route(row.path, handler));
    routes.layer(CsrfLayer::new())
}
