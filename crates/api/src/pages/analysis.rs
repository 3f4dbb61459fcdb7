//! The analysts' pages: what is counted, grouped, drawn and compared over many promises, each page also as a file.
//!
//! - [`page`]: the frame of them all; [`filter`]: the one filter; [`order`]: of lists; [`desk`]: survey, names, links.
//! - [`home`], [`lists`], [`groups`], [`burn_up`], [`late`], [`money`], [`coverage`], [`compare`], [`data`], [`feeds`]:
//!   the pages. [`dictionary`]: what each figure is.
//!
//! All pages count in one survey at the visitor's two clocks, so no two of them disagree, and every count is a link to
//! the list of exactly what it counts. Deliberately absent: formulas (`servanda-projector`), scripts, HTML.

mod burn_up;
mod compare;
mod coverage;
mod data;
mod desk;
mod dictionary;
mod feeds;
mod filter;
mod groups;
mod home;
mod late;
mod lists;
mod money;
mod order;
mod page;

use axum::routing::{MethodRouter, get};

use super::routes::Row;
use crate::app::App;
use crate::contract::{OF_AGREEMENT, OF_PACKAGE, Param};
use filter::{BODY, CLAIM, DELAY, DELAY_FIRST, MILESTONE, MILESTONES, MONEY, PARTS, SECTOR, STANDING, STATE, WORD};
use page::PAGE;
pub(super) use page::{FORMAT, head_of};

/// What every page of many promises takes.
macro_rules! taking {
    ($($more:expr),*) => {
        &[
            &OF_PACKAGE, &OF_AGREEMENT, &STATE, &BODY, &SECTOR, &STANDING, &WORD, &MONEY, &PARTS, &MILESTONES, &FORMAT,
            &PAGE, $($more),*
        ]
    };
}

const FILTERED: &[&Param] = taking!();
static HOME: Row = Row::reads("/", "dashboard", &[&FORMAT]);
static PROMISES: Row = Row::reads("/analysis/promises", "analysis-promises", taking!(&order::SORT));
static MILESTONE_LIST: Row = Row::reads(
    "/analysis/milestones",
    "analysis-milestones",
    taking!(&MILESTONE, &CLAIM, &DELAY, &DELAY_FIRST, &order::SORT),
);
static BY_PARTY: Row = Row::reads("/analysis/by-party", "analysis-by-party", FILTERED);
static BY_BODY: Row = Row::reads("/analysis/by-body", "analysis-by-body", FILTERED);
static BY_SECTOR: Row = Row::reads("/analysis/by-sector", "analysis-by-sector", FILTERED);
static BY_PACKAGE: Row = Row::reads("/analysis/by-package", "analysis-by-package", FILTERED);
static BURN_UP: Row = Row::reads("/analysis/burn-up", "analysis-burn-up", FILTERED);
static CURRENCIES: Row = Row::reads("/analysis/money", "analysis-money", taking!(&money::INTO));
static COVERAGE: Row = Row::reads("/analysis/coverage", "analysis-coverage", FILTERED);
static LATE: Row = Row::reads("/analysis/late", "analysis-late", FILTERED);
static COMPARE: Row =
    Row::reads("/analysis/compare", "analysis-compare", taking!(&compare::FROM, &compare::CHANGE, &compare::AFTER));
static DATA: Row = Row::reads("/data", "data", &[]);
static DEADLINES: Row = Row::reads("/deadlines.ics", "deadlines", FILTERED);
static ENTRIES: Row = Row::reads("/entries.atom", "entries-atom", &[]);

/// The rows of these pages.
pub(super) fn table() -> Vec<(&'static Row, MethodRouter<App>)> {
    vec![
        (&HOME, get(home::home)),
        (&PROMISES, get(lists::promises)),
        (&MILESTONE_LIST, get(lists::milestones)),
        (&BY_PARTY, get(groups::parties)),
        (&BY_BODY, get(groups::bodies)),
        (&BY_SECTOR, get(groups::sectors)),
        (&BY_PACKAGE, get(groups::packages)),
        (&BURN_UP, get(burn_up::burn_up)),
        (&CURRENCIES, get(money::money)),
        (&COVERAGE, get(coverage::coverage)),
        (&LATE, get(late::late)),
        (&COMPARE, get(compare::compare)),
        (&DATA, get(data::data)),
        (&DEADLINES, get(feeds::deadlines)),
        (&ENTRIES, get(feeds::entries)),
    ]
}
