//! The only reader of wall time in Servanda, with a twin whose time is set by hand.
//!
//! Deliberately absent: sleeping, time-outs and time zones.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use servanda_events::dates::Instant;

/// Where the time comes from. Clones of a clock show the same time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is set, in microseconds since 1970.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `instant`.
    pub fn fixed(instant: Instant) -> Self {
        Self::Set(Arc::new(AtomicI64::new(instant.micros())))
    }

    /// Sets a clock made by [`Clock::fixed`]; the machine's clock is left alone.
    pub fn set(&self, instant: Instant) {
        match self {
            Self::System => {}
            Self::Set(micros) => micros.store(instant.micros(), Ordering::SeqCst),
        }
    }

    /// The time.
    pub fn now(&self) -> Instant {
        let micros = match self {
            Self::System => system_micros(),
            Self::Set(micros) => micros.load(Ordering::SeqCst),
        };
        instant(micros)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place where the time comes from")]
fn system_micros() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// The moment after `earlier`, as close as the log can tell moments apart.
pub(crate) fn next_after(earlier: Instant) -> Instant {
    instant(earlier.micros() + 1)
}

/// The first of `count` moments in a row that come `now`, but in any case after `last`.
pub(crate) fn after(last: Option<Instant>, now: Instant) -> Instant {
    last.map_or(now, |last| now.max(next_after(last)))
}

/// The `place`-th moment, from 0, of moments in a row.
pub(crate) fn in_row(first: Instant, place: usize) -> Instant {
    instant(first.micros() + i64::try_from(place).unwrap_or(i64::MAX))
}

fn instant(micros: i64) -> Instant {
    // Only a time beyond the year 9999 has no instant; the log then keeps writing the last one that has.
    const LAST_MICROS: i64 = 253_402_207_199_999_999;
    Instant::from_micros(micros.min(LAST_MICROS)).unwrap_or_else(|| instant(0))
}
