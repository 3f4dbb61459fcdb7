//! The order of a list, as the address asks: by name as the visitor's language sorts, or by what is worst or newest
//! first.
//!
//! What is equal keeps the list's own order, so that pages of it do not overlap. Deliberately absent: an order of
//! everything; a figure that is not measurable stands last, whichever way the others go.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use servanda_projector::progress::{Surveyed, SurveyedMilestone};

use super::desk::Desk;
use crate::contract::{Asked, Param, Place};
use crate::pages::format;
use crate::problem::Problem;

/// In which order the rows of a list stand.
pub(crate) static SORT: Param = Param {
    name: "sort",
    place: Place::Query,
    required: false,
    about: "The order of the rows; the list's own by default.",
    expected: "name, late, late_first, overdue, completion, newest",
    schema: crate::contract::text_schema,
};

/// An order that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// By name.
    Name,
    /// The latest against the date now first.
    Late,
    /// The latest against the first date first.
    LateFirst,
    /// The most overdue milestones first.
    Overdue,
    /// The least complete first.
    Completion,
    /// The newest promise first.
    Newest,
}

/// What commitments can be ordered by, and milestones.
pub(crate) const OF_PROMISES: &[Order] = &[Order::Name, Order::Overdue, Order::Completion, Order::Newest];
pub(crate) const OF_MILESTONES: &[Order] = &[Order::Name, Order::Late, Order::LateFirst];

impl Order {
    /// Its name in the address and in the texts.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Late => "late",
            Self::LateFirst => "late_first",
            Self::Overdue => "overdue",
            Self::Completion => "completion",
            Self::Newest => "newest",
        }
    }

    /// The order that an address asks for, if it asks for one.
    pub(crate) fn of(asked: &Asked) -> Result<Option<Self>, Problem> {
        let all = OF_PROMISES.iter().chain(OF_MILESTONES);
        let named = |text: &str| all.copied().find(|order| order.as_str() == text).ok_or_else(|| SORT.bad(text));
        asked.text(&SORT).map(named).transpose()
    }
}

/// Commitments in an order.
pub(crate) fn promises<'a>(desk: &Desk<'a>, order: Option<Order>) -> Vec<&'a Arc<Surveyed>> {
    let mut rows: Vec<&Arc<Surveyed>> = desk.rows.clone();
    match order {
        Some(Order::Name) => by_name(&mut rows, |row| desk.statement(row), desk),
        Some(Order::Overdue) => rows.sort_by_key(|row| Reverse(row.line.overdue)),
        Some(Order::Completion) => rows.sort_by(|one, other| {
            let share = |row: &Surveyed| row.line.completion.filter(|_| row.line.verifiable).map(|share| share.0);
            known_first(share(one), share(other), |one, other| one.cmp(other))
        }),
        Some(Order::Newest) => rows.sort_by_key(|row| Reverse(row.promised_on)),
        Some(Order::Late | Order::LateFirst) | None => {}
    }
    rows
}

/// Milestones in an order.
pub(crate) fn milestones(desk: &Desk<'_>, rows: &mut [(&Surveyed, &SurveyedMilestone)], order: Option<Order>) {
    let latest = |one: Option<i64>, other: Option<i64>| known_first(one, other, |one, other| other.cmp(one));
    match order {
        Some(Order::Name) => {
            let name =
                |(_, milestone): &(&Surveyed, &SurveyedMilestone)| milestone.titles.best(desk.lang.tag()).to_owned();
            by_name(rows, name, desk);
        }
        Some(Order::Late) => rows.sort_by(|(_, one), (_, other)| latest(one.late_days, other.late_days)),
        Some(Order::LateFirst) => {
            rows.sort_by(|(_, one), (_, other)| latest(one.late_days_original, other.late_days_original));
        }
        Some(Order::Overdue | Order::Completion | Order::Newest) | None => {}
    }
}

/// Sorts by a name, which is made once for each.
fn by_name<T>(rows: &mut [T], name: impl Fn(&T) -> String, desk: &Desk<'_>)
where
    T: Copy,
{
    let mut named: Vec<(String, T)> = rows.iter().map(|row| (name(row), *row)).collect();
    named.sort_by(|(one, _), (other, _)| format::order(one, other, desk.lang));
    for (place, (_, row)) in rows.iter_mut().zip(named) {
        *place = row;
    }
}

/// What is known before what is not.
fn known_first<T>(one: Option<T>, other: Option<T>, order: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => order(&one, &other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stands_last_whichever_way_the_others_go() {
        let mut days = [None, Some(3), Some(9), None, Some(-2)];
        days.sort_by(|one, other| known_first(*one, *other, |one, other| other.cmp(one)));
        assert_eq!(days, [Some(9), Some(3), Some(-2), None, None]);
        days.sort_by(|one, other| known_first(*one, *other, i64::cmp));
        assert_eq!(days, [Some(-2), Some(3), Some(9), None, None]);
    }
}
