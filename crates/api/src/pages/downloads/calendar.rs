//! Deadlines as a calendar that other programs subscribe to (RFC 5545). A deadline is a whole day without a zone: the
//! last day on which a milestone is due.
//!
//! Deliberately absent: alarms, which are the subscriber's own affair.

use chrono::{DateTime, NaiveDate, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};
use servanda_events::dates::{Instant, LedgerDate};

/// A deadline.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    /// Stays the same while the deadline moves, so that a calendar moves it too.
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) due: LedgerDate,
    /// The page that shows it.
    pub(crate) url: String,
    /// How often it was moved.
    pub(crate) moved: u32,
}

/// The calendar.
pub(crate) fn calendar(name: &str, deadlines: &[Deadline], made_at: Instant) -> String {
    let stamp = DateTime::<Utc>::from_timestamp_micros(made_at.micros()).unwrap_or_default();
    let mut calendar = Calendar::new();
    calendar.name(name);
    for deadline in deadlines {
        let Some(day) = date(deadline.due) else { continue };
        let event = Event::new()
            .uid(&deadline.uid)
            .timestamp(stamp)
            .sequence(deadline.moved)
            .summary(&deadline.title)
            .description(&deadline.about)
            .url(&deadline.url)
            // Without an end it is that one day; an end on the same day would not be later than its start.
            .starts(day)
            .status(EventStatus::Confirmed)
            .done();
        calendar.push(event);
    }
    calendar.to_string()
}

fn date(day: LedgerDate) -> Option<NaiveDate> {
    let of_month = u32::try_from(day.days_since(day.first_of_month()) + 1).ok()?;
    NaiveDate::from_ymd_opt(i32::from(day.year()), u32::try_from(day.month()).ok()?, of_month)
}
