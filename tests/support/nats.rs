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

use super::repository::root;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a server may take to send its clients away; it waits for ten seconds first.
const LAME_MAX: Duration = Duration::from_secs(60);
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
    host: String,
    port: u16,
    /// The command that leads to where it runs, such as into a network of the test's own; none for here.
    through: Vec<String>,
    dir: tempfile::TempDir,
    store: PathBuf,
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

    /// A server with a configuration of the test's own that listens at `host` and `port`, run by the command `through`
    /// if there is one, with its store in a folder of its own or in another one.
    pub fn start_at(
        program: &Program,
        store: Option<&Path>,
        text: impl FnOnce(&Path) -> String,
        (host, port): (&str, u16),
        through: &[String],
    ) -> Self {
        let dir = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
        let store = store.map_or_else(|| dir.path().join("store"), Path::to_owned);
        let text = text(&store);
        let mut server = Self::made(program, dir, &store, (port, &text, Vec::new()), &[]);
        (server.host, server.through) = (host.to_owned(), through.to_vec());
        server.begin();
        server
    }

    fn of(
        program: &Program,
        dir: tempfile::TempDir,
        store: &Path,
        place: (u16, &str, Vec<String>),
        environment: &[(&str, &str)],
    ) -> Self {
        let mut server = Self::made(program, dir, store, place, environment);
        server.begin();
        server
    }

    fn made(
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
        let (program, host, through) = (program.clone(), "127.0.0.1".to_owned(), Vec::new());
        let store = store.to_owned();
        Self { program, host, port, through, dir, store, config, arguments, environment, child: None }
    }

    /// Starts it again on its store and its port.
    pub fn begin(&mut self) {
        use std::os::unix::process::CommandExt as _;
        assert!(self.child.is_none(), "the server runs already");
        let words = std::fs::File::create(self.dir.path().join("words")).unwrap();
        let mut line = self.through.clone();
        line.push(self.program.path.to_str().unwrap().to_owned());
        let mut command = Command::new(&line[0]);
        command
            .args(&line[1..])
            .arg("-c")
            .arg(&self.config)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words);
        command.current_dir(self.dir.path()).envs(self.environment.iter().map(|(name, value)| (name, value)));
        // A command that leads elsewhere needs rights to do so, and takes them away itself.
        if self.program.foreign && is_root() && self.through.is_empty() {
            command.uid(NOBODY).gid(NOBODY);
        }
        self.child = Some(command.spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect((self.host.as_str(), self.port)).is_err() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "nats-server does not start: {}", self.words());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("nats://{}:{}", self.host, self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps its streams.
    pub fn store(&self) -> &Path {
        &self.store
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

    /// Has it end as an operator does who wants no one to notice: it lets another server take the lead, sends its
    /// clients away, and stops by itself.
    pub fn end(&mut self) {
        self.signal("USR2");
        let begun = Instant::now();
        while self.runs() {
            assert!(begun.elapsed() < LAME_MAX, "nats-server does not end: {}", self.words());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child = None;
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
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

/// Whether this is the user who may become any other; the root of a user's own namespace may not.
pub fn is_root() -> bool {
    let root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
    let users = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    root && users.split_whitespace().nth(2).and_then(|count| count.parse().ok()).is_none_or(|count: u32| count > NOBODY)
}

/// The command that takes the rights of root away from a program that nobody vouches for; none where there are none.
pub fn without_rights() -> Vec<String> {
    let id = NOBODY.to_string();
    let line = ["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"];
    if is_root() { line.map(str::to_owned).to_vec() } else { Vec::new() }
}
