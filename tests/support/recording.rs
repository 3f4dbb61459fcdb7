//! What a run of the program did to its files, call by call, and the states in which a power cut can leave them.
//!
//! The calls are recorded by strace while they go through to the system. What a file holds is safe when the file
//! was synced; until then each change may be there or not, earlier ones missing while later ones are there, and a
//! write torn into pieces of 512 bytes. Names (created, moved, removed) are safe when their folder was synced, and
//! come in their order. Deliberately absent: a disk that says it has synced and has not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::binary::command;

const SECTOR: usize = 512;
const CALLS: &str = "trace=openat,pwrite64,write,lseek,fdatasync,fsync,ftruncate,unlink,rename";

/// Numbers that look drawn at random and are the same in every run (xorshift).
#[derive(Debug)]
pub struct Drawn(pub u64);

impl Drawn {
    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// One call.
#[derive(Debug, Clone)]
pub enum Call {
    /// Bytes written at a place of a file.
    Write(PathBuf, usize, Vec<u8>),
    /// A file cut or stretched to a length.
    Truncate(PathBuf, usize),
    /// A file or a folder made safe.
    Sync(PathBuf),
    /// A file created.
    Create(PathBuf),
    /// A file moved.
    Rename(PathBuf, PathBuf),
    /// A file removed.
    Remove(PathBuf),
    /// Text written to standard output: what the program answered.
    Said(String),
}

/// Whether calls can be recorded here.
pub fn can_record() -> bool {
    Command::new("strace").arg("-V").output().is_ok()
}

/// Runs the program and gives the calls that it made on files below a folder. Fails if the program does.
pub fn record(arguments: &[&str], below: &Path) -> Vec<Call> {
    let plain = command(arguments);
    let told = below.with_extension("calls");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-y", "-xx", "-s", "400000", "-e", CALLS, "-o"]).arg(&told).arg("--");
    traced.arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let ran = traced.stdin(Stdio::null()).output().expect("strace runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = std::fs::read_to_string(&told).expect("strace writes what it saw");
    read(&text, below)
}

/// What stands between two marks, from hexadecimal.
fn between(text: &str, open: char, close: char) -> Option<Vec<u8>> {
    let start = text.find(open)? + 1;
    let inner = &text[start..start + text[start..].find(close)?];
    inner.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte.get(..2)?, 16).ok()).collect()
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8(bytes).expect("the folder of a test has a readable name"))
}

/// The last numbers of the arguments.
fn numbers(arguments: &str) -> Vec<usize> {
    let tail = arguments.rsplit('"').next().unwrap_or_default();
    tail.split([',', ' ', ')', '>']).filter_map(|word| word.parse().ok()).collect()
}

/// A call on an open file. `places` says where its next plain write goes.
fn on_file(
    name: &str,
    before: &str,
    result: &str,
    file: PathBuf,
    places: &mut BTreeMap<PathBuf, usize>,
) -> Option<Call> {
    let last = || numbers(before.trim_end_matches(" <unfinished ...>")).last().copied().unwrap_or(0);
    let data = || between(before, '"', '"').unwrap_or_default();
    Some(match name {
        "pwrite64" => Call::Write(file, last(), data()),
        "write" => {
            let (data, place) = (data(), places.entry(file.clone()).or_default());
            let at = *place;
            *place += data.len();
            Call::Write(file, at, data)
        }
        "lseek" => {
            places.insert(file, result.trim().parse().unwrap_or(0));
            return None;
        }
        "ftruncate" => Call::Truncate(file, last()),
        _ => Call::Sync(file),
    })
}

/// A call that was on its way while another thread made one: a sync counts when it has come back, and only then is it
/// known where the next plain write goes.
fn come_back(rest: &str, file: PathBuf, places: &mut BTreeMap<PathBuf, usize>) -> Option<Call> {
    let result = rest.rsplit("= ").next().unwrap_or_default().trim();
    if rest.contains("lseek resumed>") {
        places.insert(file, result.parse().ok()?);
        return None;
    }
    (result == "0").then_some(Call::Sync(file))
}

fn read(text: &str, below: &Path) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut places: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut begun: BTreeMap<&str, PathBuf> = BTreeMap::new();
    let ours = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        path.starts_with(below) && !matches!(name, "log.sqlite-shm" | "log.lock")
    };
    for line in text.lines() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if rest.starts_with("<... ") {
            calls.extend(begun.remove(process).and_then(|file| come_back(rest, file, &mut places)));
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        let cut_off = rest.contains("<unfinished");
        let failed = !cut_off && rest.contains(" = -1 ");
        if failed {
            continue;
        }
        let (before, result) = arguments.rsplit_once(") = ").unwrap_or((arguments, ""));
        let file = || between(before, '<', '>').map(path);
        let texts = || before.match_indices('"').map(|(at, _)| at).collect::<Vec<_>>();
        match name {
            "write" if before.starts_with("1<") => {
                let said = between(before, '"', '"').unwrap_or_default();
                calls.push(Call::Said(String::from_utf8_lossy(&said).into_owned()));
            }
            "openat" => {
                let Some(opened) = between(result, '<', '>').map(path).filter(|path| ours(path)) else { continue };
                places.insert(opened.clone(), 0);
                if before.contains("O_CREAT") {
                    calls.push(Call::Create(opened.clone()));
                }
                if before.contains("O_TRUNC") {
                    calls.push(Call::Truncate(opened, 0));
                }
            }
            "rename" => {
                let quotes = texts();
                let from = between(&before[..=quotes[1]], '"', '"').map(path);
                let to = between(&before[quotes[2]..], '"', '"').map(path);
                if let (Some(from), Some(to)) = (from, to)
                    && ours(&to)
                {
                    calls.push(Call::Rename(from, to));
                }
            }
            "unlink" => {
                let removed = between(before, '"', '"').map(path).filter(|path| ours(path));
                calls.extend(removed.map(Call::Remove));
            }
            _ => {
                let Some(file) = file().filter(|path| path == below || ours(path)) else { continue };
                if cut_off && (name.ends_with("sync") || name == "lseek") {
                    begun.insert(process, file);
                } else {
                    calls.extend(on_file(name, before, result, file, &mut places));
                }
            }
        }
    }
    calls
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, data) => {
            bytes.resize(bytes.len().max(at + data.len()), 0);
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
        Change::Truncate(length) => bytes.resize(*length, 0),
    }
}

#[derive(Debug, Clone, Default)]
struct File {
    safe: Vec<u8>,
    open: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Name {
    Is(PathBuf, usize),
    /// The second was the first until now: at no moment are there both or neither.
    Moved(PathBuf, PathBuf, usize),
    Gone(PathBuf),
}

fn rename(names: &mut BTreeMap<PathBuf, usize>, name: &Name) {
    match name {
        Name::Is(path, file) => drop(names.insert(path.clone(), *file)),
        Name::Moved(from, to, file) => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
        Name::Gone(path) => drop(names.remove(path)),
    }
}

/// A disk on which calls are played.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    now: BTreeMap<PathBuf, usize>,
    safe: BTreeMap<PathBuf, usize>,
    open: Vec<Name>,
}

impl Disk {
    /// A disk with these files, all of them safe.
    pub fn with(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Self {
        let mut disk = Self::default();
        for (path, safe) in files {
            disk.now.insert(path.clone(), disk.files.len());
            disk.files.push(File { safe, open: Vec::new() });
        }
        disk.safe = disk.now.clone();
        disk
    }

    fn name(&mut self, name: Name) {
        rename(&mut self.now, &name);
        self.open.push(name);
    }

    /// Plays one call.
    pub fn play(&mut self, call: &Call) {
        let change = match call {
            Call::Write(path, at, data) => Some((path, Change::Write(*at, data.clone()))),
            Call::Truncate(path, length) => Some((path, Change::Truncate(*length))),
            _ => None,
        };
        if let Some((path, change)) = change {
            if let Some(file) = self.now.get(path) {
                self.files[*file].open.push(change);
            }
            return;
        }
        match call {
            Call::Create(path) if !self.now.contains_key(path) => {
                self.files.push(File::default());
                self.name(Name::Is(path.clone(), self.files.len() - 1));
            }
            Call::Rename(from, to) => {
                if let Some(file) = self.now.get(from).copied() {
                    self.name(Name::Moved(from.clone(), to.clone(), file));
                }
            }
            Call::Remove(path) => self.name(Name::Gone(path.clone())),
            Call::Sync(path) => match self.now.get(path) {
                Some(file) => {
                    let file = &mut self.files[*file];
                    file.open.drain(..).for_each(|change| apply(&mut file.safe, &change));
                }
                // A folder.
                None => {
                    let in_it = |name: &Name| match name {
                        Name::Is(name, _) | Name::Moved(_, name, _) | Name::Gone(name) => name.parent() == Some(path),
                    };
                    let last = self.open.iter().rposition(in_it).map_or(0, |last| last + 1);
                    self.open.drain(..last).for_each(|name| rename(&mut self.safe, &name));
                }
            },
            _ => {}
        }
    }

    /// The files as they read at this moment, whether that is safe or not.
    pub fn read(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let read = |(path, file): (&PathBuf, &usize)| {
            let File { safe, open } = &self.files[*file];
            let mut bytes = safe.clone();
            open.iter().for_each(|change| apply(&mut bytes, change));
            (path.clone(), bytes)
        };
        self.now.iter().map(read).collect()
    }

    /// Whether anything that was done to a file is not safe.
    pub fn has_open(&self, path: &Path) -> bool {
        self.now.get(path).is_some_and(|file| !self.files[*file].open.is_empty())
    }

    /// The files as a power cut at this moment may leave them.
    pub fn cut(&self, drawn: &mut Drawn) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut names = self.safe.clone();
        let kept = drawn.below(self.open.len() + 1);
        self.open[..kept].iter().for_each(|name| rename(&mut names, name));
        let left = |(path, file): (PathBuf, usize)| (path, left(&self.files[file], drawn));
        names.into_iter().map(left).collect()
    }
}

/// What is left of one file: none of its open changes, all, those up to one, those from one on, any of them; and
/// one of those torn.
fn left(file: &File, drawn: &mut Drawn) -> Vec<u8> {
    let mut bytes = file.safe.clone();
    let (kind, edge) = (drawn.below(5), drawn.below(file.open.len() + 1));
    let torn = drawn.below(2 * file.open.len());
    for (n, change) in file.open.iter().enumerate() {
        let kept = match kind {
            0 => false,
            1 => true,
            2 => n < edge,
            3 => n >= edge,
            _ => drawn.below(2) == 0,
        };
        match change {
            Change::Write(at, data) if kept && n == torn => {
                let (up_to, pieces) = (drawn.below(data.len() / SECTOR + 1), drawn.below(2) == 0);
                for (piece, bytes_of) in data.chunks(SECTOR).enumerate() {
                    if if pieces { drawn.below(2) == 0 } else { piece < up_to } {
                        apply(&mut bytes, &Change::Write(at + piece * SECTOR, bytes_of.to_vec()));
                    }
                }
            }
            change if kept => apply(&mut bytes, change),
            _ => {}
        }
    }
    bytes
}
