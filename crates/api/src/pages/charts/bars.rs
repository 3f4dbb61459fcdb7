//! Bars: a share of a whole in a row of a table, and groups of bars side by side.
//!
//! Deliberately absent: colours, which the style sheet gives by a bar's number.

use serde::Serialize;

/// A bar in a row of a table: so much of a whole, in a width of 100. Something that is not nothing is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    /// Of 100.
    pub(crate) filled: u64,
}

impl Bar {
    /// `part` of `whole`; none where the whole is nothing.
    pub(crate) fn of(part: u64, whole: u64) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let filled = u64::try_from(u128::from(part.min(whole)) * 100 / u128::from(whole)).unwrap_or(100);
        let seen = if part > 0 { filled.max(1) } else { 0 };
        Some(Self { filled: if part < whole { seen.min(99) } else { seen } })
    }
}

const WIDTH: i64 = 720;
const LABELS: i64 = 220;
const VALUES: i64 = 80;
const THICK: i64 = 16;
const BETWEEN: i64 = 4;
const APART: i64 = 14;

/// A group of bars: one for each series, in their order.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// What it is called.
    pub(crate) label: String,
    /// How many, series by series.
    pub(crate) counts: Vec<u64>,
}

/// A chart of lying bars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Bars {
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) left: i64,
    pub(crate) groups: Vec<Drawn>,
}

/// A group as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Drawn {
    pub(crate) label: String,
    pub(crate) label_y: i64,
    pub(crate) bars: Vec<DrawnBar>,
}

/// A bar as it is drawn, with its count at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DrawnBar {
    pub(crate) y: i64,
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) label: String,
    pub(crate) label_x: i64,
    pub(crate) label_y: i64,
    /// The number of its series, 1 for the first.
    pub(crate) number: usize,
}

/// The chart of some groups; none where every count is nothing.
pub(crate) fn bars(groups: &[Group], count: impl Fn(u64) -> String) -> Option<Bars> {
    let most = groups.iter().flat_map(|group| &group.counts).copied().max().filter(|most| *most > 0)?;
    let mut y = APART;
    let mut drawn = Vec::new();
    for group in groups {
        let top = y;
        let mut of_group = Vec::new();
        for (number, value) in (1..).zip(&group.counts) {
            let room = i128::from(WIDTH - LABELS - VALUES);
            let part = i128::from(*value) * room / i128::from(most);
            let width = i64::try_from(part).unwrap_or_default().max(i64::from(*value > 0));
            of_group.push(DrawnBar {
                y,
                width,
                height: THICK,
                label: count(*value),
                label_x: LABELS + width + 6,
                label_y: y + THICK - 3,
                number,
            });
            y += THICK + BETWEEN;
        }
        drawn.push(Drawn { label: super::cut(&group.label, 30), label_y: (top + y - BETWEEN) / 2 + 5, bars: of_group });
        y += APART;
    }
    Some(Bars { width: WIDTH, height: y, left: LABELS, groups: drawn })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_never_drawn_as_nothing_nor_a_part_as_the_whole() {
        let filled = |part, whole| Bar::of(part, whole).map(|bar| bar.filled);
        assert_eq!(filled(0, 19), Some(0));
        assert_eq!(filled(1, 100_000), Some(1));
        assert_eq!(filled(99_999, 100_000), Some(99));
        assert_eq!(filled(19, 19), Some(100));
        assert_eq!(filled(0, 0), None);
        assert_eq!(filled(u64::MAX - 1, u64::MAX), Some(99));
    }

    #[test]
    fn the_longest_bar_fills_the_room_and_none_stands_on_another() {
        let group = |label: &str, counts: &[u64]| Group { label: label.to_owned(), counts: counts.to_vec() };
        let chart = bars(&[group("early", &[1, 2]), group("late", &[8, 0])], |count| count.to_string()).unwrap();
        let all: Vec<&DrawnBar> = chart.groups.iter().flat_map(|group| &group.bars).collect();
        assert_eq!(all.iter().map(|bar| bar.width).max(), Some(WIDTH - LABELS - VALUES));
        assert_eq!(all[3].width, 0);
        assert!(all.windows(2).all(|pair| pair[0].y + pair[0].height < pair[1].y));
        assert!(all.iter().all(|bar| bar.y + bar.height < chart.height));
        assert_eq!(bars(&[group("none", &[0, 0])], |count| count.to_string()), None);
    }
}
