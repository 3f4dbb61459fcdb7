//! A network, mounts and disks of a test's own: the test runs itself again inside namespaces of the system, where
//! nothing of this machine's network and mounts is seen or changed.
//!
//! Where the system does not permit that, it is said aloud, and nothing is claimed. Deliberately absent: changing
//! anything outside.
#![expect(clippy::print_stderr, reason = "what a test could not try is said where whoever runs it looks")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary::servanda;
use crate::nats::is_root;

/// Says to the inner run that it is one.
const INSIDE: &str = "SERVANDA_INSIDE";

/// Runs a line of the shell.
pub fn sh(line: &str) {
    let ran = Command::new("sh").args(["-ec", line]).output().unwrap();
    assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// Whether this runs in namespaces of its own. Outside it runs the test of this name again inside, and fails if that
/// does. `needs` is a line of the shell that must do inside.
pub fn inside(test: &str, needs: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    // Built out here, where everything is.
    let _program = servanda();
    let mut own = vec!["--net", "--mount", "--fork", "--kill-child"];
    if !is_root() {
        own.push("--map-root-user");
    }
    let tried = Command::new("unshare").args(&own).args(["sh", "-ec", needs]).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        eprintln!("NOT TRIED: {test}, for the system does not let a test do this of its own: {needs}");
        return false;
    }
    let myself = std::env::current_exe().unwrap();
    let mut inner = Command::new("unshare");
    inner.args(&own).arg(myself).args([test, "--exact", "--nocapture"]).env(INSIDE, "1");
    assert!(inner.status().unwrap().success(), "it does not hold inside");
    false
}

/// A disk in a file, with a file system of its own, whose power can be cut. Needs to be inside, as root.
#[derive(Debug)]
pub struct Disk {
    image: PathBuf,
    /// Where it is mounted.
    pub mount: PathBuf,
    cuts: usize,
}

/// What a disk of files needs to be tried.
pub const DISK: &str = "losetup -f && command -v mkfs.ext4";
/// What a small disk in memory needs to be tried.
pub const MEMORY: &str = "mount -t tmpfs -o size=1m none /mnt";

impl Disk {
    /// A new disk of so many megabytes, which anybody may write to.
    pub fn new(dir: &Path, name: &str, megabytes: u32) -> Self {
        let (image, mount) = (dir.join(format!("{name}.image")), dir.join(name));
        std::fs::create_dir_all(&mount).unwrap();
        let (at, on) = (image.display(), mount.display());
        sh(&format!(
            "truncate -s {megabytes}M {at}; mkfs.ext4 -q {at}; mount -o loop {at} {on}; chmod 777 {on}; sync -f {on}"
        ));
        Self { image, mount, cuts: 0 }
    }

    /// Cuts the power: the disk is from now on what had reached it by this moment, and nothing that only stood in the
    /// memory of the system. Whoever wrote to it must have been killed.
    pub fn cut(&mut self) {
        self.cuts += 1;
        let left = self.image.with_extension(format!("cut{}", self.cuts));
        std::fs::copy(&self.image, &left).unwrap();
        let (left_at, on) = (left.display(), self.mount.display());
        sh(&format!("umount -l {on}; mount -o loop {left_at} {on}"));
        // Removed names keep what is mounted.
        std::fs::remove_file(&self.image).unwrap();
        self.image = left;
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The namespace takes its mounts with it, and this only gives the room back earlier.
        let _ended = Command::new("umount").arg("-l").arg(&self.mount).output();
    }
}
