//! A power cut of the server of the bus, which need not sync what it acknowledges: the log fills up what it lost.
//!
//! Simulated: the server has a disk in a file, is killed, and goes on with what had reached that file. Deliberately
//! absent: a power cut of the ledger's own machine, see `tests/power.rs`.

use servanda_tests::apart::{DISK, Disk, inside, sh};
use servanda_tests::nats::{Nats, all, is_root};

use crate::kit::{Running, admin, holds, ledger, log_of, record, times, to};

#[expect(clippy::print_stderr, reason = "what a test could not try, and what was lost, is said where it is looked for")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_lost_in_a_power_cut_is_published_again_and_nothing_else() {
    const TEST: &str = "power::what_the_server_lost_in_a_power_cut_is_published_again_and_nothing_else";
    if !is_root() {
        eprintln!("NOT TRIED: a power cut of the bus, for only root may mount a disk of files");
        return;
    }
    if !inside(TEST, DISK) {
        return;
    }
    sh("ip link set lo up");
    for program in all() {
        for round in 0..times() {
            let dir = tempfile::tempdir().unwrap();
            sh(&format!("chmod 755 {}", dir.path().display()));
            let mut disk = Disk::new(dir.path(), "disk", 200);
            let store = disk.mount.join("store");
            let own = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
            let mut server = Nats::start_in(&program, own, &store, "", &[]);
            let log = log_of(1_000).await;
            let running = Running::start(&log, to(&server.url()));
            running.done(&log).await;
            running.stop().await;

            server.kill();
            disk.cut();
            server.begin();
            let stream = servanda_bus::names::stream_name(&ledger());
            let left = match admin(&server).await.get_stream(stream).await {
                Ok(stream) => stream.cached_info().state.messages,
                Err(_) => 0,
            };
            eprintln!("nats-server {}: {left} of 1000 acknowledged messages are left", program.version);
            assert!(left < 1_000, "nothing was lost: this is no power cut");
            let running = Running::start(&log, to(&server.url()));
            running.done(&log).await;
            holds(&server.url(), &log).await;

            // And once more while it publishes.
            record(&log, 500 + usize::try_from(round).unwrap()).await;
            server.kill();
            disk.cut();
            server.begin();
            record(&log, 100).await;
            running.done(&log).await;
            running.stop().await;
            holds(&server.url(), &log).await;
        }
    }
}
