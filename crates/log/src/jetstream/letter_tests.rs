//! How appends are carried: the bytes stay the same, and what was cut or changed is not taken for a letter.
//!
//! Deliberately absent: the way, which is tried with several nodes.

use servanda_events::testing::parsed;

use super::*;
use crate::prepare::{Prepared, Wish};
use crate::{Clock, Ids, Log};

/// What the rules decide of a command with two unique things to look at, ready to be appended.
fn decided() -> (Log, Append) {
    let log = Log::memory(parsed("main"), Clock::System, Ids::stepping());
    let command = servanda_events::testing::scene::company("orano", "111").to_string();
    let request = servanda_events::Request::parse(command.as_bytes()).unwrap();
    let wish = Wish::new(&log, &request, &parsed("official")).unwrap();
    match wish.prepare(&log, &request, 1, |stream| log.history(stream)).unwrap() {
        Prepared::Append(ready) => (log.clone(), ready.append),
        Prepared::Nothing(_) => panic!("nothing is decided"),
    }
}

#[test]
fn an_append_that_was_carried_becomes_the_same_bytes() {
    let (log, append) = decided();
    let end = End { head: 40, hash: "x".to_owned() };
    let letter = written(&end, [&append, &append].into_iter());
    let (carried_end, read) = read(&letter, log.ledger(), log.now()).unwrap();
    assert_eq!(carried_end, end);
    assert_eq!(read.len(), 2);
    let at: Instant = "2026-03-04T05:06:07.000008Z".parse().unwrap();
    for carried in &read {
        assert_eq!(carried.stream, append.stream);
        assert_eq!((carried.expected, &carried.seen), (append.expected, &append.seen));
        assert_eq!((&carried.keys_seen, &carried.command_id), (&append.keys_seen, &append.command_id));
        assert!(!append.keys_seen.is_empty());
        let bytes = |append: &Append| append.drafts.iter().map(|draft| draft.bytes(41, at)).collect::<Vec<_>>();
        assert_eq!(bytes(carried), bytes(&append));
    }
    assert!(letter.len() <= 2 * bytes(&append), "the estimate is not below what it takes");
}

#[test]
fn a_letter_that_was_cut_or_changed_is_none() {
    let (log, append) = decided();
    let letter = written(&End { head: 0, hash: String::new() }, [&append].into_iter());
    for end in 0..letter.len() {
        let read = read(&letter[..end], log.ledger(), log.now());
        assert!(read.is_none_or(|(_, appends)| appends.is_empty()), "the first {end} bytes are taken for a letter");
    }
    assert!(read(&letter, &parsed("another"), log.now()).is_none());
    let text = String::from_utf8(letter).unwrap();
    assert!(read(text.replace("\"drafts\":1", "\"drafts\":0").as_bytes(), log.ledger(), log.now()).is_none());
    assert!(read(text.replace("\"type\":", "\"kind\":").as_bytes(), log.ledger(), log.now()).is_none());
}

#[test]
fn an_answer_reads_as_it_was_written() {
    let at: Instant = "2026-03-04T05:06:07.000008Z".parse().unwrap();
    let told = vec![
        Told::Appended { first: 7, at },
        Told::Known(Known { first: 3, entries: 2 }),
        Told::Conflict,
        Told::Failed,
    ];
    let sent = Reply { head: 9, told };
    assert_eq!(read_reply(&reply(&sent)), Some(sent));
    assert_eq!(read_reply(b""), None);
}
