//! Out of one log and into another: the same bytes, or nothing.

use std::io::Write;
use std::path::PathBuf;

use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Export, Ids, ImportError, Imported, Log, LogError, TransactError};
use servanda_proof::{Tree, leaf_hash};
use tempfile::TempDir;

use crate::kit::{Place, all_bytes, record, record_visit, refusal, tell, visit, with_id};

/// A log with a command of two entries in the middle and a unique key.
async fn filled(place: &Place) -> Log {
    let log = place.log("from");
    record_visit(&log).await;
    record(&log, &scene::milestone("branch", "m1", "2025")).await;
    record(&log, &with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "claim")).await;
    record(&log, &with_id(scene::confirm("branch", "claim.1", "kaz"), "answer")).await;
    record(&log, &with_id(scene::retract("commitment-branch", "claim.1", &["answer.1"]), "retraction")).await;
    record(&log, &with_id(scene::company("orano", "111"), "company")).await;
    log
}

fn exported(log: &Log) -> Vec<u8> {
    let mut file = Vec::new();
    log.export(&mut file, |_, _| ()).unwrap();
    file
}

fn spooled(file: &[u8]) -> Result<Export, ImportError> {
    Export::spool(file, |_, _| ())
}

async fn imported(file: &[u8], log: &Log) -> Result<Imported, ImportError> {
    spooled(file)?.append_to(log, |_, _| ()).await
}

pub(crate) async fn an_export_taken_over_gives_the_same_bytes_and_the_same_root(place: Place) {
    let from = filled(&place).await;
    let mut file = Vec::new();
    let mut told = Vec::new();
    let export = from.export(&mut file, |done, of| told.push((done, of))).unwrap();
    assert_eq!((export.entries, told.last()), (13, Some(&(13, 13))));
    let mut tree = Tree::new();
    all_bytes(&from).iter().for_each(|bytes| tree.push(leaf_hash(bytes)));
    assert_eq!(export.root, tree.root());

    let dir = TempDir::new().unwrap();
    let path: PathBuf = dir.path().join("export.ndjson");
    std::fs::File::create(&path).unwrap().write_all(&file).unwrap();
    let read = Export::open(&path, |_, _| ()).unwrap();
    assert_eq!((read.ledger(), read.entries(), read.root()), (from.ledger(), 13, tree.root()));

    let to = place.log("to");
    let mut told = Vec::new();
    let done = read.append_to(&to, |done, of| told.push((done, of))).await.unwrap();
    assert_eq!(done, Imported { already: 0, appended: 13 });
    assert_eq!((told.first(), told.last()), (Some(&(0, 13)), Some(&(13, 13))));
    assert_eq!(all_bytes(&to), all_bytes(&from));
    let before_the_trailer = |file: &[u8]| file[..file.len() - 1].rsplitn(2, |b| *b == b'\n').nth(1).unwrap().to_vec();
    assert_eq!(before_the_trailer(&exported(&to)), before_the_trailer(&file), "only the signature is another");
}

pub(crate) async fn a_log_taken_over_goes_on_as_if_it_had_been_written_there(place: Place) {
    let from = filled(&place).await;
    let to = place.log("to");
    imported(&exported(&from), &to).await.unwrap();
    for stream in ["party-kaz", "party-orano", "commitment-branch"] {
        assert_eq!(to.history(&parsed(stream)).unwrap(), from.history(&parsed(stream)).unwrap());
    }
    assert!(tell(&to, &with_id(scene::company("orano", "111"), "company")).await.unwrap().repeated);
    let reused = tell(&to, &with_id(scene::company("vicat", "333"), "company")).await;
    assert_eq!(reused, Err(TransactError::CommandIdReused { command_id: parsed("company") }));
    assert_eq!(refusal(tell(&to, &scene::company("vicat", "111")).await), "org_id_taken");
    let next = with_id(scene::milestone("branch", "m2", "2026"), "next");
    let (there, here) = (record(&from, &next).await, record(&to, &next).await);
    assert_eq!(there, here);
}

pub(crate) async fn taking_over_again_appends_only_what_is_new(place: Place) {
    let from = filled(&place).await;
    let to = place.log("to");
    let early = exported(&from);
    assert_eq!(imported(&early, &to).await.unwrap(), Imported { already: 0, appended: 13 });
    assert_eq!(imported(&early, &to).await.unwrap(), Imported { already: 13, appended: 0 });
    record(&from, &scene::company("vicat", "222")).await;
    assert_eq!(imported(&exported(&from), &to).await.unwrap(), Imported { already: 13, appended: 1 });
    assert_eq!(imported(&early, &to).await.unwrap(), Imported { already: 13, appended: 0 }, "the log is further on");
    assert_eq!(all_bytes(&to), all_bytes(&from));
}

pub(crate) async fn a_log_that_holds_something_else_is_left_alone(place: Place) {
    let from = filled(&place).await;
    let to = place.log("to");
    imported(&exported(&from), &to).await.unwrap();
    record(&from, &scene::company("vicat", "222")).await;
    record(&to, &scene::company("alstom", "333")).await;
    let before = all_bytes(&to);
    match imported(&exported(&from), &to).await {
        Err(ImportError::Differs { position: 14 }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(all_bytes(&to), before);
    let other_ledger = Log::memory(parsed("other"), Clock::System, Ids::System);
    match imported(&exported(&from), &other_ledger).await {
        Err(ImportError::Log(LogError::WrongLedger { .. })) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(other_ledger.head(), 0);
}

pub(crate) async fn an_export_that_is_not_whole_is_refused_before_anything_is_appended(place: Place) {
    let from = filled(&place).await;
    let file = exported(&from);
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 15);
    let text = String::from_utf8(file.clone()).unwrap();
    let said = |file: &[u8]| spooled(file).unwrap_err().to_string();
    let check = |file: &[u8], part: &str| {
        let said = said(file);
        assert!(said.contains(part), "`{said}` does not say `{part}`");
    };

    check(b"", "line 1 is not the header");
    check(b"hello\n", "line 1 is not the header");
    check(lines[1], "line 1 is not the header");
    check(text.replace("\"servanda_export\":2", "\"servanda_export\":3").as_bytes(), "version 3");
    check(&lines[..1].concat(), "ends after 0 of 13");
    check(&lines[..8].concat(), "ends after 7 of 13");
    check(&lines[..14].concat(), "ends after 13 of 13");
    check(&file[..file.len() - 1], "line 15 of the export is wrong (it is too long, or the file ends");
    check(&file[..file.len() / 2], "the file ends in the middle");
    check(&[&lines[..5], &lines[14..]].concat().concat(), "ends after 4 of 13");
    check(&[&lines[..5], &lines[6..]].concat().concat(), "line 6 of the export is wrong");
    check(&[&lines[..5], &lines[4..]].concat().concat(), "line 6 of the export is wrong");
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    check(&swapped.concat(), "line 3 of the export is wrong");
    check(&[file.as_slice(), b"\n"].concat(), "nothing may follow");
    check(text.replace("\"visit\"", "\"visas\"").as_bytes(), "was altered");
    check(text.replace("\"party-kaz\"", "\"party-uzb\"").as_bytes(), "was altered");
    check(text.replacen("\"v\":1}", "\"v\":1,\"w\":1}", 1).as_bytes(), "line 2 of the export is wrong");
    check(text.replacen("\"v\":1}", "\"v\":1 }", 1).as_bytes(), "its bytes are not canonical");
    check(text.replacen("\"v\":1}", "\"v\":1,\"v\":1}", 1).as_bytes(), "duplicate");
    check(text.replacen("\"v\":1}", "\"v\":9}", 1).as_bytes(), "newer");
    check(
        text.replace("\"ledger\":\"main\",\"nonce", "\"ledger\":\"mine\",\"nonce").as_bytes(),
        "belongs to ledger mine",
    );
    check(text.replacen("\"revision\":2", "\"revision\":3", 1).as_bytes(), "comes next in its stream");
    check(text.replacen("retraction.2", "retraction.3", 1).as_bytes(), "is not number 2 of its command");
    check(text.replace(".000003Z", ".000000Z").as_bytes(), "recorded before the entry in front of it");
    let mut bits = file.clone();
    bits[file.len() / 2] ^= 0x80;
    check(&bits, "of the export is wrong");
    check(&[lines[0], &vec![b'x'; 1 << 20], b"\n"].concat(), "too long");
    check(text.replace("\"entries\":13,\"root\"", "\"entries\":12,\"root\"").as_bytes(), "it says 12 entries");
}

pub(crate) async fn exact_entries_must_continue_the_log_and_come_all_or_none(place: Place) {
    let from = filled(&place).await;
    let bytes = all_bytes(&from);
    let to = place.log("to");
    let misfit = |answer: Result<(), LogError>| match answer {
        Err(LogError::Misfit { position, .. }) => position,
        other => panic!("{other:?}"),
    };
    assert_eq!(misfit(to.append_exact(bytes[1..3].to_vec()).await), 2);
    to.append_exact(bytes[..3].to_vec()).await.unwrap();
    assert_eq!(misfit(to.append_exact(bytes[..3].to_vec()).await), 1);
    assert_eq!(misfit(to.append_exact([&bytes[3..5], &bytes[6..7]].concat()).await), 7);
    assert_eq!(to.head(), 3, "two of those three would have fitted");
    let garbage = vec![bytes[3].clone(), b"{}".to_vec()];
    assert!(matches!(to.append_exact(garbage).await, Err(LogError::Corrupt { position: 5, .. })));
    // The second entry of a command in a call of its own is a command that is recorded already.
    to.append_exact(bytes[3..11].to_vec()).await.unwrap();
    assert_eq!(misfit(to.append_exact(bytes[11..].to_vec()).await), 12);
    assert_eq!(to.head(), 11);
    assert_eq!(all_bytes(&to), bytes[..11]);
    // After all that the log still works.
    to.append_exact(vec![]).await.unwrap();
    record(&to, &scene::company("vicat", "999")).await;
    assert_eq!(to.head(), 12);
}

pub(crate) async fn an_empty_log_goes_out_and_in_too(place: Place) {
    let file = exported(&place.log("from"));
    let to = place.log("to");
    assert_eq!(imported(&file, &to).await.unwrap(), Imported { already: 0, appended: 0 });
    for command in visit() {
        record(&to, &command).await;
    }
    assert_eq!(to.head(), 7);
}
