//! Drafts: whose they are, how long they last, what stays of them.

use super::*;

fn user(name: &str) -> ActorId {
    name.parse().unwrap()
}

fn draft(id: &str, second: i64, answers: &[(&str, &str)]) -> Draft {
    Draft {
        id: id.parse().unwrap(),
        form: "achieve".to_owned(),
        answers: answers.iter().copied().collect(),
        revision: 7,
        changed_at: Instant::from_micros(second * 1_000_000).unwrap(),
        recorded: None,
        sent: None,
    }
}

#[test]
fn a_draft_survives_a_restart_and_is_seen_by_its_own_person_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drafts.sqlite");
    let kept = draft("d-1", 1, &[("outcome", "achieved"), ("reason", "қазақша")]);
    Drafts::open(&path).unwrap().keep(&user("aigerim"), &kept).unwrap();
    let again = Drafts::open(&path).unwrap();
    assert_eq!(again.draft(&user("aigerim"), &kept.id).unwrap(), Some(kept.clone()));
    assert_eq!(again.draft(&user("jean"), &kept.id).unwrap(), None);
    again.keep(&user("jean"), &draft("d-1", 2, &[("outcome", "not")])).unwrap();
    assert_eq!(again.draft(&user("aigerim"), &kept.id).unwrap(), Some(kept), "another person's draft was changed");
}

#[cfg(unix)]
#[test]
fn the_file_is_readable_by_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drafts.sqlite");
    let _drafts = Drafts::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn once_recorded_the_answers_are_gone_and_a_second_press_finds_the_entry() {
    let drafts = Drafts::memory().unwrap();
    let who = user("aigerim");
    let kept = draft("d-1", 1, &[("reason", "secret words")]);
    drafts.keep(&who, &kept).unwrap();
    drafts.recorded(&who, &kept.id, 42).unwrap();
    let left = drafts.draft(&who, &kept.id).unwrap().unwrap();
    assert_eq!((left.recorded, left.answers), (Some(42), Answers::default()));
    assert_eq!(drafts.drafts_of(&who).unwrap(), []);
    drafts.keep(&who, &kept).unwrap();
    drafts.forget(&who, &kept.id).unwrap();
    assert_eq!(drafts.draft(&who, &kept.id).unwrap().unwrap().recorded, Some(42), "a recorded draft came back");
}

#[test]
fn drafts_are_listed_the_newest_first_and_can_be_deleted() {
    let drafts = Drafts::memory().unwrap();
    let who = user("aigerim");
    for (id, second) in [("d-1", 1), ("d-2", 3), ("d-3", 2)] {
        drafts.keep(&who, &draft(id, second, &[])).unwrap();
    }
    let ids = |drafts: &Drafts| drafts.drafts_of(&who).unwrap().iter().map(|d| d.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&drafts), ["d-2", "d-3", "d-1"]);
    drafts.forget(&user("jean"), &"d-2".parse().unwrap()).unwrap();
    drafts.forget(&who, &"d-3".parse().unwrap()).unwrap();
    assert_eq!(ids(&drafts), ["d-2", "d-1"]);
}

#[test]
fn a_person_cannot_fill_the_disk_with_drafts() {
    let drafts = Drafts::memory().unwrap();
    let who = user("aigerim");
    let long = draft("d-long", 1, &[("reason", &"x".repeat(DRAFT_BYTES_MAX))]);
    assert!(matches!(drafts.keep(&who, &long), Err(DraftError::TooLong)));
    for n in 0..DRAFTS_MAX {
        drafts.keep(&who, &draft(&format!("d-{n}"), n, &[])).unwrap();
    }
    assert!(matches!(drafts.keep(&who, &draft("one-more", 1, &[])), Err(DraftError::TooMany)));
    drafts.keep(&who, &draft("d-0", 9, &[("reason", "still kept")])).unwrap();
}

#[test]
fn a_claim_that_is_not_ours_is_remembered_for_the_party_alone() {
    let drafts = Drafts::memory().unwrap();
    let (kaz, fra): (PartyId, PartyId) = ("kaz".parse().unwrap(), "fra".parse().unwrap());
    let claim: EventId = "c-1.1".parse().unwrap();
    let at = Instant::from_micros(0).unwrap();
    drafts.set_aside(&kaz, &claim, &user("aigerim"), "paid to another ministry", at).unwrap();
    assert_eq!(drafts.set_aside_by(&kaz).unwrap(), BTreeSet::from([claim]));
    assert!(drafts.set_aside_by(&fra).unwrap().is_empty());
}

#[test]
fn what_waits_for_a_second_person_is_kept_and_not_listed() {
    let drafts = Drafts::memory().unwrap();
    let who = user("aigerim");
    let kept = draft("d-1", 1, &[("reason", "words")]);
    drafts.keep(&who, &kept).unwrap();
    drafts.sent(&who, &kept.id, Sent::Part).unwrap();
    assert_eq!(drafts.drafts_of(&who).unwrap().len(), 1, "the rest of it can still be sent");
    drafts.sent(&who, &kept.id, Sent::All).unwrap();
    assert_eq!(drafts.drafts_of(&who).unwrap(), []);
    drafts.keep(&who, &draft("d-1", 2, &[("reason", "other words")])).unwrap();
    let found = drafts.draft(&who, &kept.id).unwrap().unwrap();
    assert_eq!(found, Draft { sent: Some(Sent::All), ..kept }, "what was sent is changed");
    drafts.forget(&who, &found.id).unwrap();
    assert_eq!(drafts.draft(&who, &found.id).unwrap(), None);
}

#[test]
fn a_file_of_the_first_version_is_brought_up_to_date_with_its_drafts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drafts.sqlite");
    let kept = draft("d-1", 1, &[("reason", "words")]);
    let drafts = Drafts::open(&path).unwrap();
    drafts.keep(&user("aigerim"), &kept).unwrap();
    drafts.file().execute_batch("ALTER TABLE draft DROP COLUMN sent; PRAGMA user_version = 1;").unwrap();
    drop(drafts);
    let drafts = Drafts::open(&path).unwrap();
    assert_eq!(drafts.draft(&user("aigerim"), &kept.id).unwrap(), Some(kept));
}
