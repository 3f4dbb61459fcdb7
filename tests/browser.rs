//! The front page of the demo as a real browser shows it.
//!
//! Skipped, aloud, where no Chromium is installed; `scripts/test` installs it. Deliberately absent: the figures.
#![expect(clippy::print_stderr, reason = "a test that does nothing must say so")]

use std::path::Path;
use std::process::{Command, Output};

use servanda_tests::binary::Service;
use servanda_tests::repository::root;

/// Names under which the browser is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

fn browser() -> Option<&'static str> {
    let found = BROWSERS
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()));
    if found.is_none() {
        eprintln!("SKIPPED: no Chromium is installed, so nothing is known about the page in a browser");
    }
    found
}

/// Shows a page and ends.
fn show(browser: &str, profile: &Path, more: &[&str], url: &str) -> Output {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--window-size=1280,2000"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(more)
        .arg(url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn the_front_page_of_the_demo_shows_its_progress() {
    let Some(browser) = browser() else { return };
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let service = Service::start(data.path(), &["--demo"]);
    let url = format!("http://{}/?as_of=2025-12-31", service.address);

    let shown = show(browser, profile.path(), &["--dump-dom"], &url);
    let page = String::from_utf8(shown.stdout).unwrap();
    let lower = page.to_lowercase();
    for words in ["paris", "invented, to demonstrate", "named in the ledger", "36", "overdue", "days late", "confirmed"]
    {
        assert!(lower.contains(words), "no `{words}` in\n{page}");
    }

    let folder = root().join("target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = folder.join("front-page.png");
    let _first_time = std::fs::remove_file(&picture);
    show(browser, profile.path(), &[&format!("--screenshot={}", picture.display())], &url);
    let bytes = std::fs::read(&picture).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000, "{} bytes", bytes.len());
}
