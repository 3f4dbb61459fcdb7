//! Which messages ask for an acknowledgement, and when the log is left alone for a moment.

use super::*;

/// Goes through `count` messages of so many bytes without an acknowledgement, and gives the positions that ask for one.
fn asking(count: u64, bytes: usize, messages_max: usize) -> Vec<Position> {
    let text = |position| Message { position, id: String::new(), subject: String::new(), body: "x".repeat(bytes) };
    let mut window = Window { next: (1..=count).map(text).collect(), ..Window::default() };
    let mut asked = Vec::new();
    while let Some(message) = window.next_to_send(messages_max) {
        if window.asks(messages_max) {
            asked.push(message.position);
            window.group = Load::default();
        }
        window.begun = true;
    }
    asked
}

#[test]
fn the_first_message_the_last_of_each_group_and_the_last_of_all_ask() {
    assert_eq!(asking(1, 10, 256), [1]);
    assert_eq!(asking(2, 10, 256), [1, 2]);
    assert_eq!(asking(40, 10, 256), [1, 17, 33, 40]);
}

#[test]
fn the_last_message_that_there_is_room_for_asks() {
    // Nothing would ever make room if it did not.
    assert_eq!(asking(1_000, 10, 256).last(), Some(&256));
    assert_eq!(asking(1_000, 10, 20), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 20]);
    assert_eq!(asking(1_000, 10, 1), [1]);
    assert_eq!(asking(100, WINDOW_BYTES_MAX / 4, 256), [1, 4]);
    assert_eq!(asking(100, WINDOW_BYTES_MAX + 1, 256), [1]);
}

#[test]
fn the_log_is_left_alone_only_while_many_record_at_the_same_time() {
    assert_eq!(rest_after(1), None, "what comes alone is sent at once");
    assert_eq!(rest_after(ONE_BY_ONE_ENTRIES_MAX), None);
    assert_eq!(rest_after(16), Some(REST));
    assert_eq!(rest_after(PAGE_ENTRIES_MAX), None, "what waits already is not made to wait");
}
