//! Whom a verifier believes (C2SP tlog-policy): the keys of logs, the keys of witnesses, and how many of the witnesses
//! must have seen a checkpoint.
//!
//! A log's key may be replaced. The statements that say so are no part of a policy; a policy follows them, and then
//! knows which key signs checkpoints of which sizes.
//!
//! Deliberately absent: addresses of logs and witnesses; they are read over.

use std::fmt;

use crate::keys::{KeyKind, PublicKey};
use crate::note::{Signed, SignedNote};
use crate::rotation::Rotation;

/// Most lines of a policy that is read.
const LINES_MAX: usize = 1_000;

/// Whom a verifier believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<LogKey>,
    members: Vec<Member>,
    /// The member whose word is needed; none where no witness is asked for.
    quorum: Option<usize>,
}

/// A key of a log, with the sizes of the checkpoints that it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LogKey {
    key: PublicKey,
    /// The smallest: the position of the entry with which it took over.
    from: u64,
    /// The position of the entry with which another took over: it signs nothing of that size or beyond.
    until: Option<u64>,
}

impl LogKey {
    fn of(key: PublicKey) -> Self {
        Self { key, from: 0, until: None }
    }
}

/// A statement that a policy cannot follow: it contradicts another, or itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rotation of the log's key at entry {position} does not hold: {what}")]
pub struct BadRotation {
    /// The position of its entry.
    pub position: u64,
    /// What is wrong.
    pub what: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    name: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Witness(PublicKey),
    Group { needed: usize, members: Vec<usize> },
}

/// A text that is no policy, with the line at fault, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy is wrong: {what}")]
pub struct NotAPolicy {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// What a note comes to under a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No log of the policy signed it, or a signature by a known key is wrong.
    NotSigned,
    /// A key of the log signed it that was replaced before, or takes over only later.
    WrongKey {
        /// The position of the entry with which the key ended, or with which it begins.
        position: u64,
        /// Whether it had ended.
        retired: bool,
    },
    /// A log signed it; witnesses are too few.
    TooFewWitnesses,
    /// A log signed it, and the quorum is met by so many witnesses; 0 where none is asked for.
    Good {
        /// Witnesses of the policy that signed it.
        witnesses: usize,
    },
}

impl Policy {
    /// The policy that believes one log, and asks for no witness.
    pub fn of_log(key: PublicKey) -> Self {
        Self { logs: vec![LogKey::of(key)], members: Vec::new(), quorum: None }
    }

    /// The keys of logs, in the order in which they came to be believed.
    pub fn logs(&self) -> impl DoubleEndedIterator<Item = &PublicKey> {
        self.logs.iter().map(|log| &log.key)
    }

    /// The key with which a log of so many entries signs; none where the policy believes no key of that time.
    pub fn key_at(&self, size: u64) -> Option<&PublicKey> {
        let in_force = |log: &&LogKey| log.from <= size && log.until.is_none_or(|until| size < until);
        self.logs.iter().find(in_force).map(|log| &log.key)
    }

    /// This policy, and every key to which a key that it believes was handed on. Statements about other keys say
    /// nothing to it.
    pub fn following(&self, rotations: &[Rotation]) -> Result<Self, BadRotation> {
        let mut policy = self.clone();
        let mut rotations: Vec<&Rotation> = rotations.iter().collect();
        rotations.sort_by_key(|rotation| rotation.position());
        for rotation in rotations {
            let position = rotation.position();
            let wrong = |what: String| BadRotation { position, what };
            let place = |key: &PublicKey| policy.logs.iter().position(|log| log.key == *key);
            let (old, new) = (place(rotation.old()), place(rotation.new_key()));
            if let Some(old) = old {
                match policy.logs[old].until {
                    // The same statement again, or what a wider policy knew before.
                    Some(until) if until == position && new.is_some_and(|new| policy.logs[new].from == position) => {
                        continue;
                    }
                    Some(until) => return Err(wrong(format!("the key that signed it ended with entry {until}"))),
                    None if policy.logs[old].from >= position => {
                        return Err(wrong("the key that signed it was not in force then".to_owned()));
                    }
                    None => policy.logs[old].until = Some(position),
                }
            }
            match new {
                Some(new) if policy.logs[new].from == position => {}
                Some(new) if policy.logs[new].until.is_some() || policy.logs[new].from > 0 => {
                    return Err(wrong("it goes back to a key that the log had before".to_owned()));
                }
                Some(new) => policy.logs[new].from = position,
                None if old.is_some() => {
                    policy.logs.push(LogKey { key: rotation.new_key().clone(), from: position, until: None });
                }
                None => {}
            }
        }
        Ok(policy)
    }

    /// The same, and the keys that were handed on to a key that it believes. For whoever has kept the checkpoints
    /// themselves; someone who is shown them should not believe a key that ended before the one they know.
    pub fn with_earlier_keys(&self, rotations: &[Rotation]) -> Result<Self, BadRotation> {
        let mut policy = self.clone();
        let mut earlier: Vec<&Rotation> = rotations.iter().collect();
        earlier.sort_by_key(|rotation| std::cmp::Reverse(rotation.position()));
        for rotation in earlier {
            let believes = |key: &PublicKey| policy.logs.iter().any(|log| log.key == *key);
            if believes(rotation.new_key()) && !believes(rotation.old()) {
                policy.logs.insert(0, LogKey::of(rotation.old().clone()));
            }
        }
        policy.following(rotations)
    }

    /// Whether it asks for witnesses at all.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, NotAPolicy> {
        let mut policy = Self { logs: Vec::new(), members: Vec::new(), quorum: None };
        let mut quorum_seen = false;
        for (n, line) in text.split('\n').enumerate() {
            let wrong = |what| NotAPolicy { line: n + 1, what };
            if n >= LINES_MAX {
                return Err(wrong("there are too many lines"));
            }
            if line.chars().any(|c| c.is_control() && c != '\t') {
                return Err(wrong("it holds a control character"));
            }
            let items: Vec<&str> = line.split([' ', '\t']).filter(|item| !item.is_empty()).collect();
            match items.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key] | ["log", key, _] => policy.log(key).map_err(wrong)?,
                ["witness", name, key] | ["witness", name, key, _] => policy.witness(name, key).map_err(wrong)?,
                ["group", name, needed, members @ ..] => policy.group(name, needed, members).map_err(wrong)?,
                ["quorum", name] if !quorum_seen => {
                    quorum_seen = true;
                    policy.quorum = match *name {
                        "none" => None,
                        name => Some(policy.find(name).ok_or_else(|| wrong("nobody has that name above it"))?),
                    };
                }
                _ => return Err(wrong("it is neither log, witness, group, nor the one quorum")),
            }
        }
        if quorum_seen { Ok(policy) } else { Err(NotAPolicy { line: 0, what: "there is no quorum" }) }
    }

    fn log(&mut self, key: &str) -> Result<(), &'static str> {
        let key = PublicKey::parse(key).ok().filter(|key| key.kind() == KeyKind::Log).ok_or("it is no log's key")?;
        if self.logs().any(|other| other.is_same_key(&key)) {
            return Err("the key stands there twice");
        }
        self.logs.push(LogKey::of(key));
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str) -> Result<(), &'static str> {
        let key = PublicKey::parse(key).ok().filter(|key| key.kind() == KeyKind::Witness);
        let key = key.ok_or("it is no witness's key")?;
        let twice = |member: &Member| matches!(&member.what, What::Witness(other) if other.is_same_key(&key));
        if self.members.iter().any(twice) {
            return Err("the key stands there twice");
        }
        self.define(name, What::Witness(key))
    }

    fn group(&mut self, name: &str, needed: &str, names: &[&str]) -> Result<(), &'static str> {
        let members = names.iter().map(|name| self.find(name)).collect::<Option<Vec<_>>>();
        let members = members.ok_or("a member is not defined above it")?;
        let taken = |place: &usize| {
            let grouped =
                |member: &Member| matches!(&member.what, What::Group { members, .. } if members.contains(place));
            self.members.iter().any(grouped) || members.iter().filter(|other| *other == place).count() > 1
        };
        if members.iter().any(taken) {
            return Err("a member is in a group already");
        }
        let needed = match needed {
            "all" => members.len(),
            "any" => 1,
            number => number.parse().map_err(|_| "it needs `all`, `any` or a number")?,
        };
        if !(1..=members.len()).contains(&needed) {
            return Err("it needs at least one member and at most all");
        }
        self.define(name, What::Group { needed, members })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }

    fn define(&mut self, name: &str, what: What) -> Result<(), &'static str> {
        if name == "none" || self.find(name).is_some() {
            return Err("the name is taken");
        }
        self.members.push(Member { name: name.to_owned(), what });
        Ok(())
    }

    /// What a note comes to whose text names `origin` as the log, with `size` entries.
    pub fn judge(&self, note: &SignedNote, origin: &str, size: u64) -> Standing {
        let mut by_log = false;
        let mut wrong_key = Standing::NotSigned;
        for LogKey { key, from, until } in self.logs.iter().filter(|log| log.key.name() == origin) {
            match note.signed_by(key) {
                Signed::Yes { .. } => match until {
                    Some(until) if size >= *until => wrong_key = Standing::WrongKey { position: *until, retired: true },
                    _ if size < *from => wrong_key = Standing::WrongKey { position: *from, retired: false },
                    _ => by_log = true,
                },
                Signed::No => {}
                Signed::Wrong => return Standing::NotSigned,
            }
        }
        if !by_log {
            return wrong_key;
        }
        let mut saw = Vec::with_capacity(self.members.len());
        let mut witnesses = 0;
        for member in &self.members {
            saw.push(match &member.what {
                What::Witness(key) => match note.signed_by(key) {
                    Signed::Yes { .. } => {
                        witnesses += 1;
                        true
                    }
                    Signed::No => false,
                    Signed::Wrong => return Standing::NotSigned,
                },
                What::Group { needed, members } => members.iter().filter(|place| saw[**place]).count() >= *needed,
            });
        }
        if self.quorum.is_none_or(|quorum| saw[quorum]) {
            Standing::Good { witnesses }
        } else {
            Standing::TooFewWitnesses
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.logs().try_for_each(|key| writeln!(f, "log {key}"))?;
        for Member { name, what } in &self.members {
            match what {
                What::Witness(key) => writeln!(f, "witness {name} {key}")?,
                What::Group { needed, members } => {
                    write!(f, "group {name} {needed}")?;
                    members.iter().try_for_each(|place| write!(f, " {}", self.members[*place].name))?;
                    writeln!(f)?;
                }
            }
        }
        let quorum = self.quorum.map_or("none", |place| self.members[place].name.as_str());
        writeln!(f, "quorum {quorum}")
    }
}
