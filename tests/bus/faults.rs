//! Faults of what is there: a stream made otherwise, of another log, with holes, at its limit; credentials that are
//! wrong; readers that do not read. Each is named, none changes what is there, and all heal once their cause is gone.

use std::io::Write as _;
use std::time::Duration;

use async_nats::jetstream::stream::Config;
use servanda_bus::names::{all_subjects, stream_name};
use servanda_bus::stream::StreamWish;
use servanda_bus::{Connection, Credentials, Settings, Trouble};
use servanda_events::testing::parsed;
use servanda_log::{Clock, Ids, Log};
use servanda_tests::nats::{Nats, all, installed};

use crate::kit::{Running, admin, delete_stream, holds, ledger, log_of, read, record, small, times, to};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_made_otherwise_is_reported_field_by_field_and_left_alone() {
    for program in all() {
        let server = Nats::start(&program);
        let admin = admin(&server).await;
        let config = Config {
            name: stream_name(&ledger()),
            subjects: vec![all_subjects(&ledger())],
            max_age: Duration::from_secs(3_600),
            duplicate_window: Duration::from_secs(10),
            deny_delete: true,
            allow_direct: true,
            ..Config::default()
        };
        let made = admin.create_stream(config).await.unwrap();
        let before = serde_json::to_value(&made.cached_info().config).unwrap();
        let log = log_of(10).await;
        let running = Running::start(&log, to(&server.url()));
        let told = running.trouble(Trouble::StreamIncompatible).await;
        for field in ["max_age is 3600000000000, must be 0", "deny_purge is false, must be true", "discard is \"old\""]
        {
            assert!(told.contains(field), "{field}: {told}");
        }
        assert!(!told.contains("allow_direct") && !told.contains("duplicate_window"), "{told}");
        let after = admin.get_stream(stream_name(&ledger())).await.unwrap();
        assert_eq!(serde_json::to_value(&after.cached_info().config).unwrap(), before);
        assert_eq!(after.cached_info().state.messages, 0);
        // A person removes it, and the relay goes on by itself.
        delete_stream(&server).await;
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_another_log_is_left_alone() {
    let Some(program) = installed() else { return };
    let server = Nats::start(&program);
    let log = log_of(20).await;
    let first = Running::start(&log, to(&server.url()));
    first.done(&log).await;
    first.stop().await;
    let before = read(&server.url(), 20).await;
    // Another log of the same name: the same commands, recorded at another time.
    let other = Log::memory(ledger(), Clock::fixed(parsed("2025-04-01T09:00:00Z")), Ids::stepping());
    record(&other, 30).await;
    let running = Running::start(&other, to(&server.url()));
    assert!(running.trouble(Trouble::StreamDiverged).await.contains("message 20"));
    running.stop().await;
    // An older copy of the same log.
    let older = log_of(15).await;
    let running = Running::start(&older, to(&server.url()));
    assert!(running.trouble(Trouble::StreamAhead).await.contains("ends at 20 and the log at 15"));
    running.stop().await;
    assert_eq!(read(&server.url(), 20).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_with_holes_is_told() {
    let Some(program) = installed() else { return };
    let server = Nats::start(&program);
    let log = log_of(20).await;
    let running = Running::start(&log, to(&server.url()));
    running.done(&log).await;
    // What the stream's own settings forbid, an administrator of the server can do: age it, and set it back.
    let admin = admin(&server).await;
    let mut config = admin.get_stream(stream_name(&ledger())).await.unwrap().cached_info().config.clone();
    config.max_messages = 15;
    config.discard = async_nats::jetstream::stream::DiscardPolicy::Old;
    admin.update_stream(&config).await.unwrap();
    config.max_messages = -1;
    config.discard = async_nats::jetstream::stream::DiscardPolicy::New;
    admin.update_stream(&config).await.unwrap();
    assert!(running.trouble(Trouble::StreamHoles).await.contains("the first of them 6"));
    delete_stream(&server).await;
    running.done(&log).await;
    holds(&server.url(), &log).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_stream_waits_for_room_and_the_log_goes_on() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(400).await;
        let settings = Settings { stream: small(100_000), ..to(&server.url()) };
        let running = Running::start(&log, settings);
        running.trouble(Trouble::StreamFull).await;
        record(&log, 10).await;
        let held = running.relay.state().position;
        assert!(held > 10 && held < 400, "{held}");
        running.stop().await;
        // The operator gives it room, in both places.
        let admin = admin(&server).await;
        let mut config = admin.get_stream(stream_name(&ledger())).await.unwrap().cached_info().config.clone();
        config.max_bytes = 10_000_000;
        admin.update_stream(&config).await.unwrap();
        let running = Running::start(&log, Settings { stream: small(10_000_000), ..to(&server.url()) });
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn message_ids_that_the_server_forgot_make_nothing_double() {
    for program in all() {
        let mut server = Nats::start(&program);
        let log = log_of(usize::try_from(3_000 * times()).unwrap()).await;
        let wish = StreamWish { duplicate_window: Duration::from_millis(100), ..StreamWish::default() };
        let settings = Settings { stream: wish, ..to(&server.url()) };
        for _ in 0..3 * times() {
            let running = Running::start(&log, settings.clone());
            running.until("a part of the log", |state| state.published > 300).await;
            running.kill().await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        server.kill();
        server.begin();
        let running = Running::start(&log, settings);
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_told_and_right_ones_count_without_a_restart() {
    for program in all() {
        let users = "authorization { users: [ { user: relay, password: \"right\" } ] }";
        let server = Nats::start_with(&program, users, &[]);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "wrong").unwrap();
        let credentials = Credentials::Password { user: "relay".into(), file: file.path().to_owned() };
        let connection = Connection { servers: server.url(), credentials, ..Connection::default() };
        let log = log_of(50).await;
        let running = Running::start(&log, Settings { connection: connection.clone(), ..to("") });
        let told = running.trouble(Trouble::CredentialsRefused).await;
        assert!(told.contains("check the credentials") && !told.contains("wrong"), "{told}");
        record(&log, 5).await;
        std::fs::write(file.path(), "right\n").unwrap();
        running.done(&log).await;
        let read = crate::kit::read_as(&connection, &ledger(), log.head()).await;
        assert_eq!(read.len(), 55);
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_read_holds_nobody_up() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(200).await;
        let running = Running::start(&log, to(&server.url()));
        running.done(&log).await;
        // One that never reads what the server sends it, by hand.
        let mut deaf = std::net::TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        deaf.write_all(b"CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB > 1\r\nPING\r\n").unwrap();
        // One that asks, and takes its time.
        let settings = to(&server.url());
        let filter = servanda_bus::names::Filter::default();
        let mut slow = servanda_bus::Tail::open(&settings.connection, &ledger(), filter, 0).await.unwrap();
        slow.next().await.unwrap();
        record(&log, 20_000).await;
        running.done(&log).await;
        assert_eq!(running.relay.state().reconnects, 0);
        for expected in 2..=log.head() {
            assert_eq!(slow.next().await.unwrap().position, expected);
        }
        drop(deaf);
        running.stop().await;
    }
}
