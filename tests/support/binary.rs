//! The program itself: built once, run with arguments, or kept running as a service that can be asked, told to stop, or
//! killed.
//!
//! Deliberately absent: knowledge of what it should answer.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::repository::root;

/// How long a service may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, built with the profile of the test that asks.
pub fn servanda() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("a test has a file");
        // target/<profile>/deps/<test>
        let profile_dir = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
        let built = build_mark(profile_dir);
        if !built.as_ref().is_some_and(|mark| mark.exists()) {
            build(profile_dir);
            if let Some(mark) = built {
                std::fs::write(mark, "").expect("the folder of the build can be written");
            }
        }
        profile_dir.join("servanda")
    })
}

/// A runner that gives each test a process of its own says which run it is, so that one of them builds for all.
fn build_mark(profile_dir: &Path) -> Option<PathBuf> {
    let run = std::env::var("NEXTEST_RUN_ID").ok()?;
    Some(profile_dir.join("deps").join(format!("servanda-built-for-{run}")))
}

/// The example of a subscriber, built with the same profile.
pub fn subscriber_example() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let profile_dir = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
    cargo_build(profile_dir, &["--package", "servanda-bus", "--example", "subscriber"]);
    profile_dir.join("examples/subscriber")
}

fn build(profile_dir: &Path) {
    cargo_build(profile_dir, &["--package", "servanda", "--bin", "servanda"]);
}

fn cargo_build(profile_dir: &Path, what: &[&str]) {
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()).expect("a profile has a name") {
        "debug" => "dev",
        other => other,
    };
    let target = profile_dir.parent().expect("a profile lies in a folder");
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo.args(["build", "--locked", "--profile", profile]).args(what);
    let built = cargo.arg("--target-dir").arg(target).current_dir(root()).output().expect("cargo runs");
    assert!(built.status.success(), "the program cannot be built: {}", String::from_utf8_lossy(&built.stderr));
}

/// A command that runs the program with nothing of this environment that could change its settings.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(servanda());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SERVANDA_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("NO_COLOR", "1");
    // Everything of a test lies in the folder that goes with it.
    if let Some(data) = arguments.iter().skip_while(|argument| **argument != "--data").nth(1) {
        command.env("SERVANDA_DATA__HIGH_WATER", Path::new(data).join("high-water"));
    }
    command
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Words.
    pub stderr: String,
}

impl Ran {
    /// Fails unless it ended with this code.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Its data as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// Its data as JSON, line by line.
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Ran {
    command(arguments).stdin(Stdio::null()).output().expect("the program runs").into()
}

/// Runs the program to its end with something on its standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = piped(command(arguments)).stdin(Stdio::piped()).spawn().expect("the program runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // The program may end, or write a lot, before it has read everything.
    let writer = std::thread::spawn(move || {
        let _ended_early = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    output.into()
}

fn piped(mut command: Command) -> Command {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running service; killed when it is dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    /// Where it listens: `127.0.0.1:4711`.
    pub address: String,
    /// What it said before it said where it listens.
    pub greeting: String,
    words: std::thread::JoinHandle<String>,
}

impl Service {
    /// Starts a service on a free port and waits until it says where it is.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::try_start(data, more).unwrap_or_else(|words| panic!("the service did not start: {words}"))
    }

    /// The same, or the words of a service that ended at once.
    #[expect(clippy::zombie_processes, reason = "whoever gets the service ends it and waits")]
    pub fn try_start(data: &Path, more: &[&str]) -> Result<Self, String> {
        let data = data.to_str().expect("the folder of a test has a readable name");
        let mut arguments = vec!["serve", "--data", data, "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        let mut child = command(&arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut words = String::new();
        loop {
            let before = words.len();
            if stderr.read_line(&mut words).expect("words are readable") == 0 {
                child.wait().expect("the program ends");
                return Err(words);
            }
            if let Some((_, rest)) = words[before..].split_once(" at http://") {
                let address = rest.trim().trim_end_matches('/').to_owned();
                let greeting = words.clone();
                // Whoever does not read what is told blocks the teller.
                let words = std::thread::spawn(move || {
                    let mut rest = String::new();
                    let _cut_off = stderr.read_to_string(&mut rest);
                    words + &rest
                });
                return Ok(Self { child, address, greeting, words });
            }
        }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, as a power cut would, and gives what it said.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("a running process can be killed");
        self.child.wait().expect("it ends");
        self.said()
    }

    /// Tells it to stop, waits until it has, and gives its exit code and what it said.
    pub fn stop(mut self) -> (i32, String) {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().expect("kill runs");
        assert!(told.success(), "the service was gone already");
        let begun = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().expect("its state can be asked") {
                break status.code().unwrap_or(-1);
            }
            assert!(begun.elapsed() < PATIENCE, "the service does not stop");
            std::thread::sleep(Duration::from_millis(10));
        };
        (code, self.said())
    }

    fn said(&mut self) -> String {
        let words = std::mem::replace(&mut self.words, std::thread::spawn(String::new));
        words.join().expect("words are readable")
    }

    /// The people of the demo with their passwords, as the service said them.
    pub fn people(&self) -> BTreeMap<String, String> {
        let line = |line: &str| {
            let mut words = line.strip_prefix("servanda:   ")?.split_whitespace();
            words.next().map(str::to_owned).zip(words.next().map(str::to_owned))
        };
        self.greeting.lines().filter_map(line).collect()
    }

    /// Asks with GET; gives status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        ask(&self.address, "GET", path, &[], "").expect("the service answers")
    }

    /// Sends a command; gives status and body, or nothing where the service went away.
    pub fn post_command(&self, command: &Value) -> Option<(u16, String)> {
        self.post_command_with(command, &[])
    }

    /// The same with further headers.
    pub fn post_command_with(&self, command: &Value, headers: &[&str]) -> Option<(u16, String)> {
        post_command(&self.address, command, headers)
    }

    /// Asks for JSON that must be there.
    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("the page is JSON")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Sends a command to a service; nothing where it went away before it answered.
pub fn post_command(address: &str, command: &Value, headers: &[&str]) -> Option<(u16, String)> {
    let headers = [&["Content-Type: application/json"], headers].concat();
    ask(address, "POST", "/api/v1/commands", &headers, &command.to_string()).ok()
}

/// An answer, as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }
}

fn ask(address: &str, method: &str, path: &str, headers: &[&str], body: &str) -> std::io::Result<(u16, String)> {
    let answer = fetch(address, method, path, headers, body)?;
    Ok((answer.status, String::from_utf8(answer.body).map_err(std::io::Error::other)?))
}

/// One request on a connection of its own.
pub fn fetch(address: &str, method: &str, path: &str, headers: &[&str], body: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let broken = || std::io::Error::other(format!("the answer was cut off: {}", String::from_utf8_lossy(&answer)));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let body = answer[end + 4..].to_vec();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let answer = Answer { status, headers: head.lines().skip(1).filter_map(header).collect(), body };
    match answer.header("content-length").parse::<usize>() {
        Ok(length) if length != answer.body.len() => Err(std::io::Error::other(format!("it was cut off: {answer:?}"))),
        _ => Ok(answer),
    }
}
