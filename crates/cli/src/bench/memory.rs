//! P9: the memory of a service of its own with the large ledger, while 64 connections record and others read; and of
//! one at rest that holds the day's survey, which grows with the commitments while the other does not.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use super::Sizes;
use super::http::{CONNECTIONS, get, round};
use super::ledger::{self, Further, PACKAGE, commitment_id};
use super::report::{Goal, Line, Unit, by};

/// Commands sent over each connection.
const EACH: u64 = 200;
/// Commitments read meanwhile.
const READS: u64 = 5_000;
/// Packages read meanwhile.
const PACKAGES: u64 = 20;

/// A service in a process of its own; killed when it is dropped.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(dir: &Path, survey: bool) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir);
        // Where the bench's own log has it, which knows no settings.
        command.env("SERVANDA_DATA__HIGH_WATER", dir.join("high-water"));
        command.env("SERVANDA_SERVER__SURVEY", survey.to_string());
        command.env("SERVANDA_TRACES__FILTER", "warn").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the service does not start")?;
        let mut words = BufReader::new(child.stderr.take().context("the service has no words")?).lines();
        let address = loop {
            let line = words.next().context("the service ended before it said where it is")??;
            if let Some((_, url)) = line.split_once(" at http://") {
                break url.trim_end_matches('/').parse()?;
            }
        };
        // Nobody else reads what it says, and a full pipe would hold it up.
        std::thread::spawn(move || words.for_each(drop));
        Ok(Self { child, address })
    }

    /// A line of what the system knows of the process's memory, in KiB.
    fn kib(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("the memory of a process can be read only on Linux")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("the system tells no memory")?;
        Ok(line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Loads a service and looks at the most memory that it ever had.
pub(super) async fn measure(dir: &Path, sizes: Sizes, further: &mut Further) -> Result<Vec<Line>> {
    let (entries, commitments) = (sizes.entries, ledger::commitments(sizes.entries));
    let (each, reads, packages) = (sizes.of(EACH), sizes.of(READS), sizes.of(PACKAGES));
    let service = Service::start(dir, false)?;
    let address = service.address;
    let at_rest = service.kib("VmRSS")?;
    let reading = tokio::spawn(async move {
        let mut paths: Vec<String> =
            (0..reads).map(|n| format!("/api/v1/commitments/{}", commitment_id(n * 7_919 % commitments))).collect();
        for n in 0..packages {
            let known_at = entries / (1 + n % 2);
            paths.push(format!("/api/v1/packages/{PACKAGE}/progress?known_at={known_at}"));
        }
        get(address, paths).await
    });
    round(address, further.texts(CONNECTIONS, each)).await?;
    reading.await??;
    let peak = service.kib("VmHWM")?;
    drop(service);
    let service = Service::start(dir, true)?;
    // The front page is answered from the survey, by whoever makes it first.
    get(service.address, vec!["/".to_owned()]).await?;
    let surveyed = service.kib("VmHWM")?;
    let mebibytes = |kib| [by(kib, 1_024)];
    let what = |what: &str| format!("memory of `serve` with {entries} entries, {what}");
    Ok(vec![
        Line::alone("P9", what("at rest"), Unit::Mebibytes, &mebibytes(at_rest), Goal::None),
        Line::alone("P9", what("peak under load"), Unit::Mebibytes, &mebibytes(peak), Goal::AtMost(150.0)),
        Line::alone(
            "P9",
            what("peak with the day's survey, at rest"),
            Unit::Mebibytes,
            &mebibytes(surveyed),
            Goal::None,
        ),
    ])
}
