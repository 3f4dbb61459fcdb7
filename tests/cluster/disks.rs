//! Disks that lose their power, fill up, or give back other bits than they got.
//!
//! A power cut is simulated: each server has a disk in a file; the server is killed, and goes on with a copy of that
//! file, which has what had been synced or written back by then, and nothing that was only in the system's memory. Each
//! cut is shown to lose something: a file that was not synced.
//!
//! Deliberately absent: disks that say they synced and have not.

use std::time::Duration;

use servanda_tests::apart::{DISK, Disk, MEMORY, inside, sh};
use servanda_tests::nats::{Nats, is_root, newest};

use crate::kit::{Clients, Cluster, Site, Wish, all_is_well, here, times};

/// Sites with a disk in a file each.
fn with_disks(dir: &std::path::Path) -> (Vec<Site>, Vec<Disk>) {
    let disks: Vec<Disk> = (0..3).map(|n| Disk::new(dir, &format!("disk{n}"), 200)).collect();
    let sites = here().into_iter().zip(&disks).map(|(site, disk)| {
        let store = disk.mount.join("store");
        Site { store: Some(store), ..site }
    });
    (sites.collect(), disks)
}

/// A folder that a server without rights reaches.
fn open_folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    sh(&format!("chmod 755 {}", dir.path().display()));
    dir
}

/// Kills a server and cuts its power.
fn cut(server: &mut Nats, disk: &mut Disk) {
    let forgotten = disk.mount.join("not-synced");
    std::fs::write(&forgotten, "in memory alone").unwrap();
    server.kill();
    disk.cut();
    let left = std::fs::read_to_string(&forgotten).unwrap_or_default();
    assert!(!left.contains("alone"), "what was not synced is there: this is no power cut");
    let _gone = std::fs::remove_file(forgotten);
}

#[test]
fn no_power_cut_of_one_server_or_of_all_loses_what_was_acknowledged() {
    let Some(program) = newest() else { return };
    if !is_root() && std::env::var_os("SERVANDA_INSIDE").is_none() {
        eprintln!("NOT TRIED: power cuts of servers, for only root may mount a disk of files");
        return;
    }
    if !inside("disks::no_power_cut_of_one_server_or_of_all_loses_what_was_acknowledged", DISK) {
        return;
    }
    sh("ip link set lo up");
    let dir = open_folder();
    let (sites, mut disks) = with_disks(dir.path());
    let mut cluster = Cluster::at(&program, &sites, &Wish::usual());
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    for _ in 0..times() {
        let leader = cluster.leader(&nodes[0]);
        clients.during("a power cut of the leader", || {
            cut(&mut cluster.servers[leader], &mut disks[leader]);
            std::thread::sleep(Duration::from_secs(2));
            cluster.servers[leader].begin();
        });
        // Each server has what it acknowledged again before the next harm comes.
        clients.go_on(30);
        clients.during("a power cut of all servers", || {
            for (server, disk) in cluster.servers.iter_mut().zip(&mut disks) {
                cut(server, disk);
            }
            cluster.servers.iter_mut().for_each(Nats::begin);
        });
    }
    all_is_well(&cluster, nodes, &clients.stop());
}

#[test]
fn a_full_disk_of_a_server_or_of_a_node_stops_that_one_alone() {
    let Some(program) = newest() else { return };
    if !inside("disks::a_full_disk_of_a_server_or_of_a_node_stops_that_one_alone", MEMORY) {
        return;
    }
    sh("ip link set lo up");
    let dir = open_folder();
    let mut sites = here();
    for (n, site) in sites.iter_mut().enumerate() {
        let small = dir.path().join(format!("small{n}"));
        sh(&format!("mkdir {0}; mount -t tmpfs -o size=48m,mode=755 none {0}; mkdir {0}/store", small.display()));
        site.store = Some(small.join("store"));
    }
    let mut cluster = Cluster::at(&program, &sites, &Wish::usual());
    let data = cluster.data(1);
    sh(&format!("mkdir {0}; mount -t tmpfs -o size=24m none {0}", data.display()));
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    let fill =
        |path: &std::path::Path| sh(&format!("cat /dev/zero >{0} || true; truncate -s -1 {0} || true", path.display()));
    let leader = cluster.leader(&nodes[0]);
    let ballast = sites[leader].store.as_ref().unwrap().with_file_name("ballast");
    clients.during("the leader's disk full", || {
        fill(&ballast);
        clients.go_on(50);
        std::fs::remove_file(&ballast).unwrap();
        cluster.servers[leader].kill();
    });
    cluster.servers[leader].begin();
    let ballast = data.join("ballast");
    clients.during("a node's disk full", || {
        fill(&ballast);
        std::thread::sleep(Duration::from_secs(4));
        clients.go_on(50);
        std::fs::remove_file(&ballast).unwrap();
    });
    all_is_well(&cluster, nodes, &clients.stop());
}

/// Flips bits in every file of messages that a server has; gives how many.
fn flip(server: &Nats) -> usize {
    let mut flipped = 0;
    let messages = server.store().join("jetstream/LEDGER/streams/SERVANDA_MAIN_LOG/msgs");
    for entry in std::fs::read_dir(&messages).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "blk") {
            continue;
        }
        let mut bytes = std::fs::read(&path).unwrap();
        for quarter in 1..4 {
            let place = bytes.len() * quarter / 4;
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << (place % 8);
                flipped += 1;
            }
        }
        std::fs::write(&path, bytes).unwrap();
    }
    flipped
}

#[test]
fn flipped_bits_in_the_files_of_a_server_never_become_part_of_any_copy() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program);
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    clients.go_on(100);
    for round in 0..times() {
        let follower = (cluster.leader(&nodes[0]) + 1 + round % 2) % 3;
        clients.during("bits flipped in the files of a follower", || {
            cluster.servers[follower].kill();
            let flipped = flip(&cluster.servers[follower]);
            assert!(flipped > 0, "nothing was flipped");
            cluster.servers[follower].begin();
            clients.go_on(100);
        });
        assert!(cluster.servers[follower].runs(), "{}", cluster.servers[follower].words());
    }
    all_is_well(&cluster, nodes, &clients.stop());
}
