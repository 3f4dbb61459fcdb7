//! Faults of what should be there and is not: a server that is away, was killed, lost its stream or its disk; a
//! connection cut in the middle of a message; a relay killed in the middle of its work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use servanda_bus::Trouble;
use servanda_tests::nats::{Nats, all, free_port, installed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::kit::{Running, delete_stream, holds, log_of, record, times, to};

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_killed_in_its_work_goes_on_where_the_stream_ends() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(usize::try_from(6_000 * times()).unwrap()).await;
        for round in 1..=8 * times() {
            let running = Running::start(&log, to(&server.url()));
            running.until("a part of the log", |state| state.published > 50 * (round % 9)).await;
            running.kill().await;
        }
        let running = Running::start(&log, to(&server.url()));
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_misses_nothing_in_the_end() {
    for program in all() {
        let mut server = Nats::start(&program);
        let log = log_of(200).await;
        let running = Running::start(&log, to(&server.url()));
        for _ in 0..4 * times() {
            let before = running.relay.state().position;
            let recording = tokio::spawn({
                let log = log.clone();
                async move { record(&log, 2_000).await }
            });
            running.until("some progress", |state| state.position > before + 300).await;
            server.kill();
            recording.await.unwrap();
            server.begin();
        }
        let state = running.done(&log).await;
        assert!(state.reconnects >= 1, "{state:?}");
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_late_gets_everything() {
    let Some(program) = installed() else { return };
    let mut server = Nats::start(&program);
    server.kill();
    let log = log_of(100).await;
    let running = Running::start(&log, to(&server.url()));
    let told = running.trouble(Trouble::Unreachable).await;
    assert!(told.contains("check that the server runs"), "{told}");
    assert!(!running.relay.state().following);
    record(&log, 100).await;
    server.begin();
    running.done(&log).await;
    holds(&server.url(), &log).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_for_a_while_gets_everything_once() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(2_000).await;
        let running = Running::start(&log, to(&server.url()));
        running.until("a beginning", |state| state.position > 100).await;
        server.signal("STOP");
        record(&log, 500).await;
        running.until("its fault", |state| state.fault.is_some()).await;
        server.signal("CONT");
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_removed_is_filled_anew_even_while_nothing_happens() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(1_000).await;
        let running = Running::start(&log, to(&server.url()));
        running.done(&log).await;
        delete_stream(&server).await;
        // Nothing is recorded meanwhile: it is the relay that looks.
        running.until("a second filling", |state| state.published == 2_000).await;
        holds(&server.url(), &log).await;
        delete_stream(&server).await;
        record(&log, 100).await;
        running.until("a third filling", |state| state.published >= 3_100 && state.position == 1_100).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_is_full_is_told_and_catches_up_with_room() {
    let Some(program) = installed() else { return };
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::mount(&dir.path().join("disk"), "2m");
    let Some(disk) = disk else { return };
    let mut server = Nats::start_in(&program, tempfile::tempdir().unwrap(), &disk.0.join("store"), "", &[]);
    let log = log_of(6_000).await;
    let running = Running::start(&log, to(&server.url()));
    running.until("a fault", |state| state.fault.is_some() && state.position > 0).await;
    record(&log, 10).await;
    assert!(running.relay.state().position < log.head());
    disk.grow("64m");
    // JetStream of this server stays off after its disk was full, until it is started again.
    server.kill();
    server.begin();
    running.done(&log).await;
    holds(&server.url(), &log).await;
    running.stop().await;
}

/// A small disk in memory, where this user may mount one.
struct Disk(std::path::PathBuf);

impl Disk {
    #[expect(clippy::print_stderr, reason = "what a test could not try is said where whoever runs it looks")]
    fn mount(at: &std::path::Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "servanda-test"]).arg(at);
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self(at.to_owned()));
        }
        eprintln!("NOT TRIED: a full disk of the server, because this user may not mount a small one");
        None
    }

    fn grow(&self, size: &str) {
        let mut mount = std::process::Command::new("mount");
        let grown = mount.args(["-o", &format!("remount,size={size}")]).arg(&self.0).status().unwrap();
        assert!(grown.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _busy = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Stands between relay and server, and cuts each connection after so many bytes from the relay.
async fn cutter(to: u16, cut_after: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let cut_after = cut_after.load(Ordering::SeqCst);
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
                    (client.into_split(), server.into_split());
                let back = tokio::spawn(async move {
                    let _cut = tokio::io::copy(&mut from_server, &mut to_client).await;
                });
                let mut left = usize::try_from(cut_after).unwrap();
                let mut buffer = vec![0; 16_384];
                while left > 0 {
                    let Ok(read) = from_client.read(&mut buffer).await else { break };
                    let passed = read.min(left);
                    if read == 0 || to_server.write_all(&buffer[..passed]).await.is_err() {
                        break;
                    }
                    left -= passed;
                }
                back.abort();
            });
        }
    });
    format!("nats://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_in_the_middle_of_a_message_loses_nothing() {
    for program in all() {
        let server = Nats::start(&program);
        let cut_after = Arc::new(AtomicU64::new(120_003));
        let url = cutter(server.port(), Arc::clone(&cut_after)).await;
        let log = log_of(usize::try_from(1_500 * times()).unwrap()).await;
        let running = Running::start(&log, to(&url));
        // Every connection carries about a hundred messages and the half of another.
        running.until("several cuts", |state| state.reconnects >= 4 * times()).await;
        cut_after.store(u64::from(u32::MAX), Ordering::SeqCst);
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
