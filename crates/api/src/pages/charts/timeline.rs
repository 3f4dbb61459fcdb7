//! A timeline: one row for each milestone with its plan as a bar, the day on which it was first due, the day on which
//! it is due, and the day on which it was achieved.
//!
//! Each mark has a shape of its own: an upright line for what was first due, an open square for what is due, a filled
//! circle for what was achieved and confirmed, an open one for what was only reported. Deliberately absent: words.

use serde::Serialize;
use servanda_events::dates::LedgerDate;

use super::cut;
use super::scale::{Days, Tick};

const WIDTH: i64 = 720;
const LABELS: i64 = 236;
const RIGHT: i64 = 16;
const ROW: i64 = 40;
const TOP: i64 = 12;
const BOTTOM: i64 = 28;
/// Characters of a label at most.
const LABEL_CHARS: usize = 30;

/// A milestone to draw.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// What it is called.
    pub(crate) label: String,
    /// Where it stands, in a word.
    pub(crate) word: String,
    /// The day on which it was planned.
    pub(crate) planned_on: LedgerDate,
    /// The last day on which it was first due.
    pub(crate) first_due: Option<LedgerDate>,
    /// The last day on which it is due.
    pub(crate) due: Option<LedgerDate>,
    /// The day on which it was achieved, as claimed, and whether that was confirmed.
    pub(crate) achieved: Option<(LedgerDate, bool)>,
}

/// A timeline as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Timeline {
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) left: i64,
    pub(crate) right: i64,
    pub(crate) bottom: i64,
    pub(crate) days: Vec<Tick>,
    /// The place of the day asked for.
    pub(crate) today: i64,
    pub(crate) rows: Vec<Row>,
}

/// A row as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) word: String,
    pub(crate) y: i64,
    /// Where the bar of the plan begins and how long it is; none without a due date.
    pub(crate) bar: Option<(i64, i64)>,
    pub(crate) first_due: Option<i64>,
    pub(crate) due: Option<i64>,
    pub(crate) achieved: Option<i64>,
    pub(crate) confirmed: bool,
    /// How far behind its due date it lies: from that place to the achievement's, or to today's; none in time.
    pub(crate) late: Option<(i64, i64)>,
}

/// The timeline of some milestones at a date; none where there is none.
pub(crate) fn timeline(items: &[Item], as_of: LedgerDate) -> Option<Timeline> {
    let days = items.iter().flat_map(|item| {
        let achieved = item.achieved.map(|(day, _)| day);
        [Some(item.planned_on), item.first_due, item.due, achieved].into_iter().flatten()
    });
    let has_items = !items.is_empty();
    let axis = Days::over(days.chain(has_items.then_some(as_of)), LABELS, WIDTH - LABELS - RIGHT)?;
    let row = |(place, item): (i64, &Item)| {
        let at = |day: Option<LedgerDate>| day.map(|day| axis.place(day));
        let (start, due) = (axis.place(item.planned_on), at(item.due));
        let until = item.achieved.map_or(as_of, |(day, _)| day);
        let late = item.due.filter(|due| until > *due).map(|due| (axis.place(due), axis.place(until)));
        Row {
            label: cut(&item.label, LABEL_CHARS),
            word: cut(&item.word, LABEL_CHARS),
            y: TOP + place * ROW,
            bar: due.map(|due| (start.min(due), (due - start).abs().max(2))),
            first_due: at(item.first_due.filter(|first| Some(*first) != item.due)),
            due,
            achieved: at(item.achieved.map(|(day, _)| day)),
            confirmed: item.achieved.is_some_and(|(_, confirmed)| confirmed),
            late: late.map(|(from, to)| (from, to - from)),
        }
    };
    let rows: Vec<Row> = (0..).zip(items).map(row).collect();
    let bottom = TOP + i64::try_from(rows.len()).unwrap_or_default() * ROW;
    Some(Timeline {
        width: WIDTH,
        height: bottom + BOTTOM,
        left: LABELS,
        right: WIDTH - RIGHT,
        bottom,
        days: axis.ticks(),
        today: axis.place(as_of),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LedgerDate {
        text.parse().unwrap()
    }

    fn item(first_due: &str, due: &str, achieved: Option<(&str, bool)>) -> Item {
        Item {
            label: "A bridge over a river with a long name".to_owned(),
            word: "overdue".to_owned(),
            planned_on: day("2024-11-05"),
            first_due: Some(day(first_due)),
            due: Some(day(due)),
            achieved: achieved.map(|(text, confirmed)| (day(text), confirmed)),
        }
    }

    #[test]
    fn a_moved_deadline_shows_both_and_an_unmoved_one_shows_once() {
        let items = [item("2025-03-31", "2025-09-30", None), item("2025-03-31", "2025-03-31", None)];
        let chart = timeline(&items, day("2025-06-30")).unwrap();
        assert!(chart.rows[0].first_due < chart.rows[0].due);
        assert_eq!(chart.rows[1].first_due, None);
        assert!(chart.rows[0].y < chart.rows[1].y && chart.rows[1].y < chart.bottom);
    }

    #[test]
    fn what_is_late_is_drawn_to_the_day_it_was_achieved_or_to_the_day_asked_for() {
        let late = |achieved, as_of: &str| {
            let chart = timeline(&[item("2025-03-31", "2025-03-31", achieved)], day(as_of)).unwrap();
            (chart.rows[0].late.map(|(from, long)| from + long), chart.rows[0].achieved, chart.today)
        };
        assert_eq!(late(None, "2025-03-31").0, None);
        let (end, _, today) = late(None, "2025-06-30");
        assert_eq!(end, Some(today));
        let (end, achieved, _) = late(Some(("2025-05-02", true)), "2025-06-30");
        assert_eq!(end, achieved);
        assert_eq!(late(Some(("2025-03-01", false)), "2025-06-30").0, None);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(timeline(&[], day("2025-06-30")), None);
    }
}
