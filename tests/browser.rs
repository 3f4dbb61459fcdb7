//! The pages of the demo as a real browser shows them: in four languages, with and without scripts, by the rules of
//! accessibility, narrow, enlarged, by keyboard; and the flows of the officials of each side, from signing in to the
//! entry. With `SERVANDA_SCREENSHOTS=folder` each page is written there as a picture. What is done and looked for
//! stands in the scripts of `tests/browser`.
//!
//! Skipped, aloud, where Chromium, Node.js or the packages of `tests/browser` are missing; `scripts/test` fetches them.
//! Deliberately absent: the figures.
#![expect(clippy::print_stderr, reason = "a test that does nothing must say so")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
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
        eprintln!("SKIPPED: no Chromium is installed, so nothing is known about the pages in a browser");
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
    for words in ["paris", "invented, to demonstrate", "where commitments stand", "overdue", "confirmed last"] {
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

/// Every page that shows something, with what it takes to show it.
const PAGES: &[&str] = &[
    "/",
    "/?as_of=2025-12-31",
    "/agreements?status=signed",
    "/agreements/doc-supply?as_of=2026-03-01",
    "/commitments?status=open&status=overdue",
    "/commitments/demo-supply",
    "/packages",
    "/packages/paris-visit",
    "/parties",
    "/parties/air-liquide",
    "/indicators",
    "/indicators/trade-turnover",
    "/indicators/usd-eur-2025-04",
    "/overdue",
    "/search?q=paris",
    "/history/commitment-demo-supply",
    "/entries?family=commitment",
    "/entries/61",
    "/explain?of=commitment/demo-supply&figure=completion",
    "/as-of?page=/agreements",
    "/help",
    "/accessibility",
    "/problems/own_claim",
    "/analysis/promises",
    "/analysis/promises?standing=overdue&package=paris-visit",
    "/analysis/milestones",
    "/analysis/by-party",
    "/analysis/by-body",
    "/analysis/by-sector",
    "/analysis/by-package",
    "/analysis/burn-up",
    "/analysis/money?into=EUR",
    "/analysis/coverage",
    "/analysis/late",
    "/analysis/compare?from=2025-03-31",
    "/data",
];

/// The demo with its people, as one browser sees it.
struct Demo {
    service: Service,
    browser: &'static str,
    folder: PathBuf,
    _data: tempfile::TempDir,
}

impl Demo {
    /// Starts the demo with these settings; nothing where there is nothing to look at it with.
    fn start(settings: &str) -> Option<Self> {
        let browser = browser()?;
        let folder = root().join("tests/browser");
        let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
        if !node || !folder.join("node_modules/playwright-core").is_dir() {
            eprintln!(
                "SKIPPED: Node.js or the packages of tests/browser are missing (scripts/browser-extras fetches them)"
            );
            return None;
        }
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("settings.toml");
        std::fs::write(&file, settings).unwrap();
        let service = Service::start(&data.path().join("data"), &["--demo", "--config", file.to_str().unwrap()]);
        Some(Self { service, browser, folder, _data: data })
    }

    /// Runs a script of `tests/browser`; gives how often it looked at a page, and fails where it found a fault.
    fn looked(&self, script: &str, settings: &[(&str, &str)]) -> usize {
        let output = Command::new("node")
            .arg(script)
            .current_dir(&self.folder)
            .env("BASE", format!("http://{}", self.service.address))
            .env("PEOPLE", serde_json::to_string(&self.service.people()).unwrap())
            .env("CHROMIUM", which(self.browser))
            .envs(settings.iter().copied())
            .envs(std::env::var_os("SERVANDA_SCREENSHOTS").map(|folder| ("SCREENSHOTS", folder)))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        let last = said.lines().last().unwrap_or_default().strip_suffix(" times, found 0 faults");
        last.and_then(|last| last.strip_prefix("looked ")?.parse().ok()).unwrap_or_else(|| panic!("{said}"))
    }
}

/// Looks at every page and every form in one language.
fn look_in(language: &str) {
    let Some(demo) = Demo::start("[webhooks]\nhosts = \"hooks.example\"\n") else { return };
    let pages = serde_json::to_string(PAGES).unwrap();
    let looked = demo.looked("every.mjs", &[("LANGUAGE", language), ("PAGES", &pages)]);
    assert!(looked > PAGES.len() * 4, "only {looked} looks");
}

/// Walks flows to their ends, one after the other, with or without scripts.
fn walk(flows: &str, scripts: bool, settings: &str, more: &[(&str, &str)]) {
    let Some(demo) = Demo::start(settings) else { return };
    let scripts = if scripts { "yes" } else { "no" };
    let looked = demo.looked("flows.mjs", &[&[("FLOWS", flows), ("SCRIPTS", scripts)], more].concat());
    assert!(looked > 10, "only {looked} looks");
}

/// Accounts and webhooks, where the operator allows one host on which the flow listens, and one where nobody does.
fn administer(scripts: bool) {
    let listening = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hosts = format!("{listening},127.0.0.1:9");
    walk("accounts,webhooks", scripts, &format!("[webhooks]\nhosts = \"{hosts}\"\n"), &[("HOOKS", &hosts)]);
}

/// Where the browser stands.
fn which(browser: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(browser)).find(|file| file.is_file()).unwrap()
}

#[test]
fn every_page_holds_in_english() {
    look_in("en");
}

#[test]
fn every_page_holds_in_french() {
    look_in("fr");
}

#[test]
fn every_page_holds_in_kazakh() {
    look_in("kk");
}

#[test]
fn every_page_holds_in_russian() {
    look_in("ru");
}

/// Two persons for every entry.
const FOUR_EYES: &str = "[policy]\nfour_eyes = \"all\"\n";

#[test]
fn what_is_signed_is_recorded_answered_corrected_and_amended_with_scripts() {
    walk("signing", true, "", &[]);
}

#[test]
fn what_is_signed_is_recorded_answered_corrected_and_amended_without_scripts() {
    walk("signing", false, "", &[]);
}

#[test]
fn two_persons_decide_on_forms_and_tables_and_in_the_place_of_another_with_scripts() {
    walk("eyes,tables,handover", true, FOUR_EYES, &[]);
}

#[test]
fn two_persons_decide_on_forms_and_tables_and_in_the_place_of_another_without_scripts() {
    walk("eyes,tables,handover", false, FOUR_EYES, &[]);
}

#[test]
fn accounts_tokens_tables_and_webhooks_are_looked_after_with_scripts() {
    administer(true);
}

#[test]
fn accounts_tokens_tables_and_webhooks_are_looked_after_without_scripts() {
    administer(false);
}
