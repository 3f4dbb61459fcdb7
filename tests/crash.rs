//! The service killed in the middle of its work, again and again: what it acknowledged is there exactly once, what it
//! did not acknowledge is wholly there or wholly absent, and the log goes on without a gap.
//!
//! The moments are drawn from a seed, which a failure prints. Deliberately absent: a power cut, which a test cannot
//! make; that acknowledged entries were synced to the disk is the log's own tests' affair.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "what was tried is counted")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, post_command, run};

const ROUNDS: u64 = 20;
/// The same in a campaign.
const ROUNDS_OF_A_CAMPAIGN: u64 = 1_000;
/// Most rounds of one ledger: the whole of it is looked at after each.
const ROUNDS_OF_A_LEDGER: usize = 50;
const CLIENTS: u64 = 6;
const SEED: u64 = 20_241_105;

/// Numbers that look drawn at random and are the same in every run (xorshift).
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// What clients sent, by the ids of their commands: where the entries stand of those that were acknowledged.
#[derive(Default)]
struct Sent(Mutex<BTreeMap<String, Option<Vec<u64>>>>);

impl Sent {
    fn note(&self, id: &str, positions: Option<Vec<u64>>) {
        self.0.lock().unwrap().insert(id.to_owned(), positions);
    }
}

/// The `turn`-th command of a client in a round: a commitment, then milestones of it and claims about them; every
/// seventh takes back a claim together with what stands on it, which leads to two entries at once.
fn command(round: u64, client: u64, turn: u64) -> Value {
    let commitment = format!("r{round}-k{client}-{}", turn / 7);
    let id = |turn: u64| format!("{round}.{client}.{turn}");
    let bare = match turn % 7 {
        0 => {
            scene::but(scene::commitment(&commitment), json!({ "data": { "agreement_id": null, "package_id": null } }))
        }
        1 => scene::milestone(&commitment, "one", "2025"),
        2 => scene::milestone(&commitment, "two", "2026"),
        3 => scene::achieve(&commitment, "one", "2025-03-01", "fra"),
        4 => scene::confirm(&commitment, &format!("{}.1", id(turn - 1)), "kaz"),
        5 => scene::achieve(&commitment, "two", "2025-04-01", "fra"),
        _ => {
            let (claim, answer) = (format!("{}.1", id(turn - 3)), format!("{}.1", id(turn - 2)));
            scene::retract(&format!("commitment-{commitment}"), &claim, &[answer.as_str()])
        }
    };
    scene::but(bare, json!({ "command_id": id(turn) }))
}

/// Sends commands one after the other until the service is gone.
fn client(address: &str, round: u64, client: u64, sent: &Sent, stop: &AtomicBool) {
    for turn in 0.. {
        let command = command(round, client, turn);
        let id = command["command_id"].as_str().unwrap();
        sent.note(id, None);
        let Some((status, answer)) = post_command(address, &command, &[]) else { return };
        assert_eq!(status, 201, "{command}: {answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let entries = answer["entries"].as_array().unwrap();
        sent.note(id, Some(entries.iter().map(|entry| entry["position"].as_u64().unwrap()).collect()));
        if stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// The positions of each command's entries, as they stand in the log.
fn recorded(data: &Path) -> BTreeMap<String, Vec<u64>> {
    let exported = run(&["export", "ndjson", "--data", data.to_str().unwrap()]).expect(0).lines();
    let entries = &exported[1..exported.len() - 1];
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (entry, position) in entries.iter().zip(1..) {
        assert_eq!(entry["position"], position, "a gap in the log");
        found.entry(entry["command_id"].as_str().unwrap().to_owned()).or_default().push(position);
    }
    found
}

#[test]
fn what_was_acknowledged_survives_and_nothing_is_there_by_halves() {
    let mut drawn = Drawn(SEED);
    let campaign = std::env::var_os("SERVANDA_CAMPAIGN").is_some();
    let rounds: Vec<u64> = (0..if campaign { ROUNDS_OF_A_CAMPAIGN } else { ROUNDS }).collect();
    let acknowledged: usize = rounds.chunks(ROUNDS_OF_A_LEDGER).map(|rounds| one_ledger(rounds, &mut drawn)).sum();
    eprintln!("{} kills, {acknowledged} commands acknowledged, each there once", rounds.len());
}

/// Kills the service of a new ledger in each round; gives how many commands it had acknowledged.
fn one_ledger(rounds: &[u64], drawn: &mut Drawn) -> usize {
    let dir = tempfile::tempdir().unwrap();
    let sent = Arc::new(Sent::default());
    let (mut unanswered, mut there_all_the_same) = (0, 0);
    for &round in rounds {
        let service = Service::start(dir.path(), &[]);
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (address, sent, stop) = (service.address.clone(), Arc::clone(&sent), Arc::clone(&stop));
                std::thread::spawn(move || client(&address, round, number, &sent, &stop))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(100 + drawn.below(900)));
        service.kill();
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().unwrap_or_else(|_| panic!("a client failed in round {round} of seed {SEED}"));
        }

        let found = recorded(dir.path());
        still_verifies(dir.path());
        let sent = sent.0.lock().unwrap();
        for (id, acknowledged) in sent.iter() {
            match (acknowledged, found.get(id)) {
                (Some(positions), found) => {
                    assert_eq!(found, Some(positions), "command {id} in round {round} of seed {SEED}");
                }
                (None, None) => unanswered += 1,
                (None, Some(positions)) => {
                    there_all_the_same += 1;
                    let turn: u64 = id.rsplit('.').next().unwrap().parse().unwrap();
                    let whole = if turn % 7 == 6 { 2 } else { 1 };
                    assert_eq!(positions.len(), whole, "command {id} by halves in round {round} of seed {SEED}");
                }
            }
        }
        let unknown: BTreeSet<&String> = found.keys().filter(|id| !sent.contains_key(*id)).collect();
        assert!(unknown.is_empty(), "nobody sent {unknown:?}");
    }
    let acknowledged = sent.0.lock().unwrap().values().flatten().count();
    assert!(acknowledged > 100, "only {acknowledged} commands were acknowledged, so little was tried");
    assert!(unanswered + there_all_the_same > 0, "no command was ever cut off, so nothing was tried");
    the_ledger_goes_on(dir.path(), &sent);
    acknowledged
}

/// A verifier who looked after each crash before finds that the log continues what it saw.
fn still_verifies(data: &Path) {
    let (seen, name) = (data.join("seen"), data.to_str().unwrap());
    let arguments = ["verify", "--json", "--seen", seen.to_str().unwrap(), "--data", name];
    let verdict = run(&arguments).expect(0).json();
    assert_eq!(verdict["verdict"], "UNWITNESSED", "{verdict}");
}

/// After all the crashes the log folds, the read model agrees with it, and a cut-off command can be sent again.
fn the_ledger_goes_on(data: &Path, sent: &Sent) {
    let name = data.to_str().unwrap();
    let digest = run(&["replay", "--json", "--data", name]).expect(0).json();
    let service = Service::start(data, &[]);
    let head = service.json("/readyz")["log"]["head"].as_u64().unwrap();
    assert_eq!(digest["position"], head);
    let progress = run(&["progress", "ledger", "--json", "--data", name]).expect(0).json();
    assert_eq!(progress["known_at"]["position"], head);
    let sent = sent.0.lock().unwrap();
    let again = sent.iter().find(|(_, answer)| answer.is_some()).map(|(id, _)| id.clone()).unwrap();
    let parts: Vec<u64> = again.split('.').map(|part| part.parse().unwrap()).collect();
    let (status, answer) = service.post_command(&command(parts[0], parts[1], parts[2])).unwrap();
    assert!((200..300).contains(&status), "{answer}");
    let (code, words) = service.stop();
    assert_eq!(code, 0, "{words}");
    let after = run(&["replay", "--json", "--data", name]).expect(0).json();
    assert_eq!(after, digest, "sending a recorded command again adds nothing");
}
