//! A real nats-server for tests: started on a free port of this machine with a store of its own, stopped, killed, and
//! started again on the same store and port.
//!
//! Deliberately absent: a stand-in. Where no nats-server is installed, the test that asked says so, loudly, and claims
//! nothing.
#![expect(clippy::print_stderr, reason = "what a test could not try is said where whoever runs it looks")]

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::repository::root;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// A user who owns nothing, for a program whose origin cannot be verified.
const NOBODY: u32 = 65_534;

/// A nats-server program.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    /// What it says of its version: `2.9.10`.
    pub version: String,
    /// Whether it comes from a place that nobody vouches for.
    foreign: bool,
}

impl Program {
    fn at(path: PathBuf, foreign: bool) -> Option<Self> {
        let output = Command::new(&path).arg("--version").output().ok()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = said.trim().rsplit(['v', ' ']).next()?.to_owned();
        Some(Self { path, version, foreign })
    }
}

/// The newest nats-server, where `scripts/bus-extras` could get it.
pub fn newest() -> Option<Program> {
    let found = Program::at(root().join("target/bus-extras/bin/nats-server"), true);
    if found.is_none() {
        eprintln!("NOT TRIED: the newest nats-server is not in target/bus-extras; scripts/bus-extras gets it");
    }
    found
}

/// The nats-server of this machine; `scripts/need nats-server` installs it.
pub fn installed() -> Option<Program> {
    let places = ["nats-server", "/usr/sbin/nats-server", "/usr/local/bin/nats-server"];
    let found = places.iter().find_map(|place| Program::at(place.into(), false));
    if found.is_none() {
        eprintln!("NOT TRIED: no nats-server is installed; scripts/need nats-server installs it");
    }
    found
}

/// Both, as far as they are there.
pub fn all() -> Vec<Program> {
    installed().into_iter().chain(newest()).collect()
}

/// A running server; killed, and its store removed, when it is dropped.
#[derive(Debug)]
pub struct Nats {
    program: Program,
    port: u16,
    dir: tempfile::TempDir,
    config: PathBuf,
    /// What the command line says beside the configuration.
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    child: Option<Child>,
}

impl Nats {
    /// A server with JetStream for anybody.
    pub fn start(program: &Program) -> Self {
        Self::start_with(program, "", &[])
    }

    /// The same with further configuration.
    pub fn start_with(program: &Program, more: &str, environment: &[(&str, &str)]) -> Self {
        let dir = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
        let store = dir.path().join("store");
        Self::start_in(program, dir, &store, more, environment)
    }

    /// A server with a configuration of the project, as it is but for its port and its store.
    pub fn start_configured(program: &Program, config: &str, environment: &[(&str, &str)]) -> Self {
        let dir = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
        // A store that the configuration names lies in the folder that the server is started in.
        let (port, store) = (free_port(), dir.path().join("data/nats"));
        let text = std::fs::read_to_string(root().join(config)).unwrap();
        let place = ["-a", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
        Self::of(program, dir, &store, (port, &text, place.into()), environment)
    }

    /// A server whose store is elsewhere.
    pub fn start_in(
        program: &Program,
        dir: tempfile::TempDir,
        store: &Path,
        more: &str,
        environment: &[(&str, &str)],
    ) -> Self {
        let port = free_port();
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 2GB }}\n{more}\n",
            store.display()
        );
        Self::of(program, dir, store, (port, &text, Vec::new()), environment)
    }

    fn of(
        program: &Program,
        dir: tempfile::TempDir,
        store: &Path,
        (port, text, arguments): (u16, &str, Vec<String>),
        environment: &[(&str, &str)],
    ) -> Self {
        let config = dir.path().join("server.conf");
        std::fs::write(&config, text).unwrap();
        std::fs::create_dir_all(store).unwrap();
        if program.foreign && is_root() {
            let above = store.parent().filter(|above| above.starts_with(dir.path()));
            for path in [Some(dir.path()), above, Some(store), Some(config.as_path())].into_iter().flatten() {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let mut server = Self { program: program.clone(), port, dir, config, arguments, environment, child: None };
        server.begin();
        server
    }

    /// Starts it again on its store and its port.
    pub fn begin(&mut self) {
        use std::os::unix::process::CommandExt as _;
        assert!(self.child.is_none(), "the server runs already");
        let words = std::fs::File::create(self.dir.path().join("words")).unwrap();
        let mut command = Command::new(&self.program.path);
        command
            .arg("-c")
            .arg(&self.config)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words);
        command.current_dir(self.dir.path()).envs(self.environment.iter().map(|(name, value)| (name, value)));
        if self.program.foreign && is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        self.child = Some(command.spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "nats-server does not start: {}", self.words());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it said.
    pub fn words(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("words")).unwrap_or_default()
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Its process, stopped and woken by signals.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let told = Command::new("kill").args([&format!("-{name}"), id.as_str()]).status().unwrap();
        assert!(told.success());
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0"
}
