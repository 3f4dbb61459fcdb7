//! Lines that change in steps, such as a burn-up: scope, reported, confirmed. Counts do not change between two facts,
//! so no line is drawn slanting.
//!
//! Deliberately absent: what is counted.

use serde::Serialize;
use servanda_events::dates::LedgerDate;

use super::scale::{Counts, Days, Tick};

const WIDTH: i64 = 720;
const HEIGHT: i64 = 320;
const LEFT: i64 = 56;
const RIGHT: i64 = 176;
const TOP: i64 = 16;
const BOTTOM: i64 = 32;
/// Least distance between the labels at the ends of two lines.
const LABEL_APART: i64 = 20;

/// One line of the chart.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// What it is called, which stands at its end.
    pub(crate) label: String,
    /// The count from each day on, in the order of the days.
    pub(crate) points: Vec<(LedgerDate, u64)>,
}

/// A chart of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Steps {
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) left: i64,
    pub(crate) right: i64,
    pub(crate) bottom: i64,
    pub(crate) days: Vec<Tick>,
    pub(crate) counts: Vec<Tick>,
    pub(crate) lines: Vec<Line>,
}

/// A line as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// The `d` of its path.
    pub(crate) path: String,
    pub(crate) label: String,
    pub(crate) end_x: i64,
    pub(crate) end_y: i64,
    pub(crate) label_y: i64,
    /// Its number, 1 for the first; dashes and marks follow from it.
    pub(crate) number: usize,
}

/// The chart of some lines up to a day; none where no line has a point.
pub(crate) fn steps(series: &[Series], until: LedgerDate, count: impl Fn(u64) -> String) -> Option<Steps> {
    let points = || series.iter().flat_map(|series| &series.points);
    let first = points().map(|(day, _)| *day).min()?;
    let most = points().map(|(_, count)| *count).max()?;
    let days = Days::over([first, until.max(first)], LEFT, WIDTH - LEFT - RIGHT)?;
    let counts = Counts::up_to(most, HEIGHT - BOTTOM, HEIGHT - TOP - BOTTOM);
    let mut lines: Vec<Line> =
        (1..).zip(series).filter_map(|(number, of)| line(of, number, days, counts, until)).collect();
    spread(&mut lines);
    Some(Steps {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: WIDTH - RIGHT,
        bottom: HEIGHT - BOTTOM,
        days: days.ticks(),
        counts: counts.ticks().into_iter().map(|(at, number)| Tick { at, label: count(number) }).collect(),
        lines,
    })
}

fn line(series: &Series, number: usize, days: Days, counts: Counts, until: LedgerDate) -> Option<Line> {
    let (first, from) = series.points.first()?;
    let (mut path, mut y) = (format!("M{} {}", days.place(*first), counts.place(*from)), counts.place(*from));
    for (day, count) in &series.points[1..] {
        y = counts.place(*count);
        path.push_str(&format!("H{}V{y}", days.place(*day)));
    }
    let end_x = days.place(until);
    path.push_str(&format!("H{end_x}"));
    Some(Line { path, label: series.label.clone(), end_x, end_y: y, label_y: y, number })
}

/// Moves labels apart that would stand on each other, the highest line's upwards.
fn spread(lines: &mut [Line]) {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(lines[*place].end_y));
    let mut below = HEIGHT;
    for place in order {
        let y = lines[place].end_y.min(below - LABEL_APART);
        lines[place].label_y = y;
        below = y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LedgerDate {
        text.parse().unwrap()
    }

    fn series(label: &str, points: &[(&str, u64)]) -> Series {
        let points = points.iter().map(|(text, count)| (day(text), *count)).collect();
        Series { label: label.to_owned(), points }
    }

    #[test]
    fn a_line_goes_level_until_something_happens_and_then_straight_up() {
        let scope = series("scope", &[("2025-01-01", 2), ("2025-07-01", 4)]);
        let chart = steps(&[scope], day("2025-12-31"), |count| count.to_string()).unwrap();
        let path = &chart.lines[0].path;
        assert!(path.starts_with('M') && path.contains('H') && path.contains('V') && !path.contains('L'), "{path}");
        assert_eq!(chart.lines[0].end_x, path.rsplit('H').next().unwrap().parse::<i64>().unwrap());
        assert_eq!(chart.counts.len(), 5);
    }

    #[test]
    fn labels_of_lines_that_end_together_do_not_stand_on_each_other() {
        let flat = |label| series(label, &[("2025-01-01", 0)]);
        let chart = steps(&[flat("a"), flat("b"), flat("c")], day("2025-12-31"), |count| count.to_string()).unwrap();
        let mut labels: Vec<i64> = chart.lines.iter().map(|line| line.label_y).collect();
        labels.sort_unstable();
        assert!(labels.windows(2).all(|pair| pair[1] - pair[0] >= LABEL_APART), "{labels:?}");
        assert!(labels[2] < HEIGHT);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(steps(&[series("a", &[])], day("2025-12-31"), |count| count.to_string()), None);
    }
}
