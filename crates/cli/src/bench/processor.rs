//! How long processors worked for a process, by the system's own account.
//!
//! Where several programs share the processors of one machine, this says what a ratio of rates cannot: whose work it
//! was. Deliberately absent: systems without `/proc`, on which nothing is measured.

use std::time::Duration;

/// The system counts in hundredths of a second, on every kind of machine.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of a process since its start, of all its threads, in programs and in the system.
pub(super) fn time_of(process: u32) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let ticks = ticks(&text)?;
    Some(TICK.saturating_mul(u32::try_from(ticks).ok()?))
}

/// The two counts behind the name of the program, which may hold anything, even blanks and brackets.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().skip(11);
    let (program, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(program + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_stand_behind_a_name_that_holds_anything() {
        let line = "7 (a (b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 17 0 0 20 0 9 0 100 1 1";
        assert_eq!(ticks(line), Some(267));
        assert_eq!(ticks("7 (short) S 1"), None);
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn a_process_that_is_not_there_has_no_time() {
        assert_eq!(time_of(u32::MAX), None);
    }
}
