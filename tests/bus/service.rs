//! The program with a bus: what a person and an operator see, and a service killed in the middle of publishing.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, run, run_with_input};
use servanda_tests::nats::{Nats, all, free_port, installed};

/// Records so many states into a ledger that nobody holds.
fn record(data: &Path, from: usize, count: usize) {
    let lines: String = (from..from + count).map(|n| format!("{}\n", scene::state(&format!("p{n}"), "KAZ"))).collect();
    run_with_input(&["record", "-", "--data", data.to_str().unwrap()], lines.as_bytes()).expect(0);
}

/// Waits until the service's bus is as asked.
fn until(service: &Service, what: &str, good: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let ready = service.json("/readyz");
        if good(&ready["bus"]) {
            return ready;
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "{what} does not come about: {ready}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn caught_up(service: &Service) -> Value {
    until(service, "the end of the log", |bus| bus["degraded"] == false && bus["lag"] == 0)
}

fn subscribe(server: &Nats, ledger: &str, more: &[&str]) -> Vec<Value> {
    let url = server.url();
    let arguments = [&["subscribe", "--nats", url.as_str(), "--ledger", ledger, "--end"], more].concat();
    run(&arguments).expect(0).lines()
}

/// The entries of a ledger, as an export gives them.
fn entries(data: &Path) -> Vec<Value> {
    let mut lines = run(&["export", "ndjson", "--data", data.to_str().unwrap()]).expect(0).lines();
    lines.pop();
    lines.split_off(1)
}

fn data_of(messages: &[Value]) -> Vec<Value> {
    messages.iter().map(|message| message["data"].clone()).collect()
}

#[test]
fn what_a_service_records_comes_out_of_subscribe() {
    for program in all() {
        let (server, data) = (Nats::start(&program), tempfile::tempdir().unwrap());
        let url = server.url();
        let service = Service::start(data.path(), &["--demo", "--nats", &url]);
        let ready = caught_up(&service);
        assert_eq!((&ready["ready"], &ready["bus"]["server"]), (&json!(true), &json!(program.version)));
        let counts = service.get("/metrics").1;
        for name in ["servanda_bus_up 1", "servanda_bus_lag_entries 0", "servanda_bus_retries_total 0"] {
            assert!(counts.contains(name), "{name} is missing:\n{counts}");
        }
        let place = data.path().to_str().unwrap();
        let token = run(&["token", "create", "--user", "admin", "--scope", "admin", "--data", place]).expect(0).stdout;
        let header = format!("Authorization: Bearer {}", token.trim());
        let (status, answer) = service.post_command_with(&scene::state("uzb", "UZB"), &[&header]).unwrap();
        assert_eq!(status, 201, "{answer}");
        caught_up(&service);
        let all = subscribe(&server, "demo", &["--from", "1"]);
        assert_eq!(data_of(&all), entries(data.path()));
        let parties = subscribe(&server, "demo", &["--from", "1", "--family", "party"]);
        assert!(!parties.is_empty() && parties.iter().all(|m| m["subject"].as_str().unwrap().starts_with("party-")));
        let two = subscribe(&server, "demo", &["--from", "1", "--family", "party", "--family", "package"]);
        assert!(two.len() > parties.len() && two.len() < all.len());
        let last = subscribe(&server, "demo", &["--from", "3", "--type", "PartyRegistered", "--id", "uzb"]);
        assert_eq!((last.len(), &last[0]["data"]["data"]["party_id"]), (1, &json!("uzb")));
        let (code, words) = service.stop();
        assert_eq!(code, 0, "{words}");
        // A second start with --demo, a rebuild and a replay publish nothing.
        let name = data.path().to_str().unwrap();
        run(&["rebuild", "--data", name]).expect(0);
        run(&["replay", "--data", name]).expect(0);
        let service = Service::start(data.path(), &["--demo", "--nats", &url]);
        caught_up(&service);
        assert!(service.get("/metrics").1.contains("servanda_bus_published_total 0"));
        drop(service);
        // Nor does a copy of the ledger made from an export.
        let copy = tempfile::tempdir().unwrap();
        let export = copy.path().join("export.ndjson");
        run(&["export", "ndjson", "--data", name, "--output", export.to_str().unwrap()]).expect(0);
        let twin = copy.path().join("twin");
        run(&["import", "ndjson", export.to_str().unwrap(), "--data", twin.to_str().unwrap()]).expect(0);
        let service = Service::start(&twin, &["--nats", &url]);
        caught_up(&service);
        assert!(service.get("/metrics").1.contains("servanda_bus_published_total 0"));
        assert_eq!(subscribe(&server, "demo", &["--from", "1"]), all);
    }
}

#[test]
fn a_service_killed_while_it_publishes_misses_nothing() {
    for program in all() {
        let (server, data) = (Nats::start(&program), tempfile::tempdir().unwrap());
        let url = server.url();
        let mut recorded = 0;
        for round in 0..4 {
            record(data.path(), recorded, 1_500);
            recorded += 1_500;
            let service = Service::start(data.path(), &["--nats", &url]);
            let before = u64::try_from(recorded).unwrap() - 1_400 + round * 100;
            until(&service, "a part of the log", |bus| bus["position"].as_u64() >= Some(before));
            service.kill();
        }
        let service = Service::start(data.path(), &["--nats", &url]);
        caught_up(&service);
        let messages = subscribe(&server, "main", &["--from", "1"]);
        assert_eq!(data_of(&messages), entries(data.path()));
        let places: Vec<u64> = messages.iter().map(|m| m["sequence"].as_str().unwrap().parse().unwrap()).collect();
        assert_eq!(places, (1..=u64::try_from(recorded).unwrap()).collect::<Vec<_>>());
    }
}

#[test]
fn without_its_bus_a_service_is_degraded_and_goes_on_recording() {
    let Some(program) = installed() else { return };
    let (mut server, data) = (Nats::start(&program), tempfile::tempdir().unwrap());
    let url = server.url();
    server.kill();
    let service = Service::start(data.path(), &["--nats", &url]);
    let ready = until(&service, "the trouble", |bus| bus["trouble"] == "bus_unreachable");
    assert_eq!((&ready["ready"], &ready["bus"]["degraded"]), (&json!(true), &json!(true)));
    for name in ["kaz", "fra", "uzb"] {
        assert_eq!(service.post_command(&scene::state(name, "KAZ")).unwrap().0, 201);
    }
    assert_eq!(service.json("/readyz")["bus"]["lag"], 3);
    let counts = service.get("/metrics").1;
    assert!(counts.contains("servanda_bus_up 0") && counts.contains("servanda_bus_lag_entries 3"), "{counts}");
    assert!(counts.lines().any(|line| line.starts_with("servanda_bus_lag_seconds 0.")), "{counts}");
    server.begin();
    caught_up(&service);
    assert_eq!(subscribe(&server, "main", &["--from", "1"]).len(), 3);
    server.kill();
    until(&service, "the trouble again", |bus| bus["degraded"] == true);
    let (code, words) = service.stop();
    assert_eq!(code, 0, "{words}");
    let without = Service::start(data.path(), &[]);
    assert_eq!(without.json("/readyz")["bus"], Value::Null, "no bus was asked for");
}

#[test]
fn settings_of_the_bus_that_cannot_be_are_told_before_anything_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("ledger");
    let serve = |url: &str, config: &str| {
        let file = dir.path().join("config.toml");
        std::fs::write(&file, config).unwrap();
        let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
        let more = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--config", file, "--nats", url];
        run(&more).expect(2).stderr
    };
    let url = "nats://127.0.0.1:4222";
    for (url, config, word) in [
        ("http://127.0.0.1", "", "no address of a server"),
        ("nats://relay:geheim@127.0.0.1", "", "bus.password_file"),
        (url, "[bus]\ncreds_file = \"absent.creds\"\n", "bus.creds_file"),
        (url, "[bus]\nuser = \"relay\"\n", "bus.password_file go together"),
        (url, "[bus]\ncreds_file = \"a\"\nnkey_file = \"b\"\n", "bus.creds_file and bus.nkey_file"),
        (url, "[bus]\ntls_cert_file = \"a\"\n", "bus.tls_key_file"),
        (url, "[bus]\nreplicas = 0\n", "bus.replicas"),
    ] {
        let words = serve(url, config);
        assert!(words.contains(word) && !words.contains("geheim"), "{word}: {words}");
        assert!(!data.exists(), "{word}: a ledger was made");
    }
}

#[test]
fn a_subscriber_without_bus_or_stream_is_told_what_to_do() {
    let nobody = format!("nats://127.0.0.1:{}", free_port());
    let words = run(&["subscribe", "--nats", &nobody]).expect(1).stderr;
    assert!(words.contains("bus_unreachable") && words.contains("check that the server runs"), "{words}");
    let words = run(&["subscribe", "--from", "0", "--nats", &nobody]).expect(2).stderr;
    assert!(words.contains("positions begin with 1"), "{words}");
    assert!(run(&["subscribe", "--family", "city"]).expect(2).stderr.contains("give party, package"));
    assert!(run(&["subscribe", "--type", "Nothing"]).expect(2).stderr.contains("MilestoneAchieved"));
    let Some(program) = installed() else { return };
    let server = Nats::start(&program);
    let words = run(&["subscribe", "--nats", &server.url(), "--ledger", "other"]).expect(1).stderr;
    assert!(words.contains("no stream SERVANDA_OTHER_EVENTS") && words.contains("--nats"), "{words}");
}

#[test]
fn the_contract_is_printed() {
    let document = run(&["asyncapi"]).expect(0).json();
    assert_eq!(document["asyncapi"], "3.0.0");
    assert_eq!(document["operations"]["receiveEvents"]["action"], "receive");
}
