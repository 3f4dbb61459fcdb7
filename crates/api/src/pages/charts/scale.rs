//! From days and counts to places on paper, and the ticks of both axes.
//!
//! Deliberately absent: knowing what is drawn.

use serde::Serialize;
use servanda_events::dates::LedgerDate;

/// A mark of an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Tick {
    /// Its place along the axis.
    pub(crate) at: i64,
    /// What stands beside it.
    pub(crate) label: String,
}

/// An axis of days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    first: LedgerDate,
    days: i64,
    left: i64,
    width: i64,
}

/// Ticks of an axis at most; more than these would run into each other.
const TICKS_MAX: i64 = 9;

impl Days {
    /// An axis that holds all the days, from the first of a month to the first of a month; none without days.
    pub(crate) fn over(days: impl IntoIterator<Item = LedgerDate>, left: i64, width: i64) -> Option<Self> {
        let (mut earliest, mut latest): (Option<LedgerDate>, Option<LedgerDate>) = (None, None);
        for day in days {
            earliest = Some(earliest.map_or(day, |earliest| earliest.min(day)));
            latest = Some(latest.map_or(day, |latest| latest.max(day)));
        }
        let first = earliest?.first_of_month();
        let last = latest?.first_of_month_after(1).unwrap_or(latest?);
        Some(Self { first, days: last.days_since(first).max(1), left, width })
    }

    /// The place of a day; days beyond the axis stand at its ends.
    pub(crate) fn place(&self, day: LedgerDate) -> i64 {
        self.left + (day.days_since(self.first).clamp(0, self.days) * self.width) / self.days
    }

    /// Years, or months where there are few of them; each is written as ISO 8601 does, which all four languages read.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let months = self.days / 30;
        let step = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000]
            .into_iter()
            .find(|step| months / i64::from(*step) <= TICKS_MAX);
        let step = step.unwrap_or(12_000);
        let mut ticks = Vec::new();
        let of_year = LedgerDate::new(self.first.year(), 1, 1);
        let mut month = 0;
        while let Some(day) = of_year.and_then(|start| start.first_of_month_after(month)) {
            month += step;
            let after = day.days_since(self.first);
            if after > self.days {
                break;
            }
            if after >= 0 {
                let whole = day.to_string();
                let label = whole.get(..if step >= 12 { 4 } else { 7 }).unwrap_or_default().to_owned();
                ticks.push(Tick { at: self.place(day), label });
            }
        }
        ticks
    }
}

/// An axis of counts, from 0 upwards; its places run downwards, as those of an SVG do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    top: u64,
    bottom_at: i64,
    height: i64,
}

impl Counts {
    /// An axis that holds all counts up to `most`.
    pub(crate) fn up_to(most: u64, bottom_at: i64, height: i64) -> Self {
        let step = step(most);
        Self { top: most.div_ceil(step).max(1) * step, bottom_at, height }
    }

    /// The place of a count.
    pub(crate) fn place(&self, count: u64) -> i64 {
        let part = i128::from(count.min(self.top)) * i128::from(self.height) / i128::from(self.top);
        self.bottom_at - i64::try_from(part).unwrap_or(self.height)
    }

    /// The counts at which a line is drawn.
    pub(crate) fn ticks(&self) -> Vec<(i64, u64)> {
        let step = step(self.top);
        (0..=self.top / step).map(|n| (self.place(n * step), n * step)).collect()
    }
}

/// 1, 2 or 5 times a power of ten, so that an axis has about five steps.
fn step(most: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let step = power.saturating_mul(step);
            if most <= step.saturating_mul(5) {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LedgerDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_lie_between_the_ends_of_the_axis_in_their_order() {
        let axis = Days::over([day("2024-11-05"), day("2026-12-31")], 100, 600).unwrap();
        let places = ["2024-11-01", "2025-01-01", "2026-12-31", "2027-01-01"].map(|text| axis.place(day(text)));
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!((places[0], places[3]), (100, 700));
        assert_eq!(axis.place(day("1990-01-01")), 100);
        assert_eq!(axis.place(day("2090-01-01")), 700);
    }

    #[test]
    fn an_axis_of_two_years_is_marked_by_months_and_a_long_one_by_years() {
        let labels = |from: &str, to: &str| -> Vec<String> {
            let axis = Days::over([day(from), day(to)], 0, 600).unwrap();
            axis.ticks().into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels("2025-01-10", "2025-03-02"), ["2025-01", "2025-02", "2025-03", "2025-04"]);
        assert_eq!(labels("2024-01-10", "2025-12-02")[..3], ["2024-01", "2024-04", "2024-07"]);
        assert_eq!(labels("2019-05-10", "2025-12-02"), ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]);
        assert!(labels("0001-01-01", "9999-12-31").len() <= 10);
    }

    #[test]
    fn without_days_there_is_no_axis() {
        assert!(Days::over([], 0, 600).is_none());
    }

    #[test]
    fn counts_have_round_steps_and_the_largest_fits() {
        let ticks =
            |most| Counts::up_to(most, 200, 200).ticks().into_iter().map(|(_, count)| count).collect::<Vec<_>>();
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(19), [0, 5, 10, 15, 20]);
        assert_eq!(ticks(312_345), [0, 100_000, 200_000, 300_000, 400_000]);
        let axis = Counts::up_to(19, 200, 200);
        assert_eq!((axis.place(0), axis.place(10), axis.place(20)), (200, 100, 0));
        assert_eq!(axis.place(u64::MAX), 0);
    }
}
