//! The table of all pages: method, path, name, who may, and the handler. The router is made from it, and so is the test
//! that asks every page as everyone; a page without a row cannot be reached.
//!
//! Deliberately absent: the JSON interface, whose table is [`crate::routes`]; pages are no part of its contract.

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::csrf::CsrfLayer;

use super::{
    account, administration, agreements, analysis, assets, commitment, commitments, delegations, entries, explain,
    help, history, import, indicators, live, overdue, packages, problem, record, review, search, session, work,
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
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and may record or propose something.
    Recorders,
    /// The same, and whoever is at the machine itself, as long as nobody has an account.
    Recording,
    /// Whoever decides on what others propose.
    Reviewers,
    /// Whoever looks after accounts.
    Administrators,
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

    /// A page of a form. It takes the clocks too, so that it can say that nothing is recorded in the past.
    pub(crate) const fn recording(path: &'static str, id: &'static str, params: &'static [&'static Param]) -> Self {
        Self { who: Who::Recording, ..Self::reads(path, id, params) }
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
    let mut pages: Vec<(&'static Row, MethodRouter<App>)> = vec![
        (&agreements::LIST, get(agreements::list)),
        (&agreements::ONE, get(agreements::one)),
        (&commitments::LIST, get(commitments::list)),
        (&commitment::ONE, get(commitment::one)),
        (&packages::PACKAGES, get(packages::packages)),
        (&packages::PACKAGE, get(packages::package)),
        (&packages::PARTIES, get(packages::parties)),
        (&packages::PARTY, get(packages::party)),
        (&indicators::LIST, get(indicators::list)),
        (&indicators::ONE, get(indicators::one)),
        (&overdue::OVERDUE, get(overdue::overdue)),
        (&search::SEARCH, get(search::search)),
        (&history::HISTORY, get(history::history)),
        (&history::ENTRY, get(history::entry)),
        (&entries::ENTRIES, get(entries::entries)),
        (&explain::EXPLAIN, get(explain::explain)),
        (&help::AS_OF, get(help::as_of)),
        (&help::HELP, get(help::help)),
        (&help::ACCESSIBILITY, get(help::accessibility)),
        (&problem::PROBLEM, get(problem::explained)),
        (&session::SIGN_IN, get(session::sign_in)),
        (&session::SIGN_IN_POST, post(session::sign_in_post)),
        (&session::SIGN_OUT, post(session::sign_out)),
        (&session::EXTEND, post(session::extend)),
        (&account::ACCOUNT, get(account::account)),
        (&account::TOKEN, post(account::token)),
        (&account::TOKEN_REVOKE, post(account::token_revoke)),
        (&account::PASSWORD, get(account::password)),
        (&account::PASSWORD_POST, post(account::password_post)),
        (&work::WORK, get(work::work)),
        (&review::REVIEW, get(review::review)),
        (&review::PROPOSAL, get(review::proposal)),
        (&review::APPROVE, post(review::approve)),
        (&review::RETURN, post(review::give_back)),
        (&review::AGAIN, post(review::again)),
        (&review::WITHDRAW, post(review::withdraw)),
        (&review::MEND, post(review::mend)),
        (&review::EVIDENCE, get(review::evidence)),
        (&delegations::DELEGATIONS, get(delegations::delegations)),
        (&delegations::HAND_OVER, post(delegations::hand_over)),
        (&delegations::TAKE_BACK, post(delegations::take_back)),
        (&administration::USERS, get(administration::users)),
        (&administration::USER_NEW, get(administration::user_new)),
        (&administration::USER_CREATE, post(administration::user_create)),
        (&administration::USER, get(administration::user)),
        (&administration::USER_ROLE, post(administration::user_role)),
        (&administration::USER_PASSWORD, post(administration::user_password)),
        (&administration::USER_CLOSE, post(administration::user_close)),
        (&administration::USER_OPEN, post(administration::user_open)),
        (&administration::audit::AUDIT, get(administration::audit::audit)),
        (&administration::status::STATUS, get(administration::status::status)),
        (&administration::webhooks::WEBHOOKS, get(administration::webhooks::webhooks)),
        (&administration::webhooks::MAKE, post(administration::webhooks::webhook_make)),
        (&administration::webhooks::PAUSE, post(administration::webhooks::webhook_pause)),
        (&administration::webhooks::RESUME, post(administration::webhooks::webhook_resume)),
        (&administration::webhooks::REMOVE, post(administration::webhooks::webhook_remove)),
        (&live::LIVE, get(live::live)),
        (&assets::ASSET, get(assets::asset)),
    ];
    pages.extend(analysis::table());
    pages.extend(record::table());
    pages.extend(import::pages());
    pages
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
    // A workbook is packed already; so are the assets, which the layer leaves as they are.
    let packed = NotForContentType::const_new("application/vnd.openxmlformats");
    routes.layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(packed))).layer(CsrfLayer::new())
}
