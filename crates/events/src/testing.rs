//! Given, when, then: a ledger in memory, for tests of rules and for tests that need a history to read.
//!
//! A [`Story`] takes commands as JSON and goes the whole way: parse, consult, resolve dates, decide, write the exact
//! bytes, read them back, fold. The clock is set by hand. Deliberately absent: storage, concurrency, a real nonce; the
//! log has tests of its own for those.

mod generate;
pub mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use generate::histories;

use crate::case::{Consulted, Context, Decision};
use crate::codec::CodecError;
use crate::dates::Instant;
use crate::field_error::FieldError;
use crate::history::History;
use crate::ids::{CommandId, EventId, LedgerName, StreamId};
use crate::recorded::{Draft, Fact, Recorded, Sha256Hex, UniqueKey, decode};
use crate::refusal::Refusal;
use crate::request::{FieldProblem, ParseError, Request};
use crate::story::StoryLine;

const NONCE: &str = "00000000000000000000000000000000";

/// A command as JSON, with the time at which it is told.
pub type TimedCommand = (Instant, Value);

/// Why a command told nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// It is not a command at all.
    Unreadable(FieldError),
    /// A field of it is wrong.
    Invalid(FieldProblem),
    /// The rules say no.
    Refused(Refusal),
    /// Its id belongs to another command.
    CommandIdReused,
    /// Its entry could not be written.
    Unwritable(CodecError),
}

/// A ledger in memory, with a clock set by hand.
#[derive(Debug, Clone)]
pub struct Story {
    now: Instant,
    told: usize,
    entries: Vec<Vec<u8>>,
    recorded: Vec<Recorded>,
    histories: BTreeMap<StreamId, Arc<History>>,
    holders: BTreeMap<UniqueKey, BTreeSet<StreamId>>,
    answers: BTreeMap<CommandId, (Sha256Hex, Vec<Recorded>)>,
}

impl Story {
    /// An empty ledger at `instant`, such as `2025-03-20T09:00:00Z`.
    pub fn at(instant: &str) -> Self {
        Self {
            now: parsed(instant),
            told: 0,
            entries: Vec::new(),
            recorded: Vec::new(),
            histories: BTreeMap::new(),
            holders: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Sets the clock.
    #[must_use]
    pub fn then_at(mut self, instant: &str) -> Self {
        self.now = parsed(instant);
        self
    }

    /// Records a command that must be allowed and must not be needless.
    #[must_use]
    pub fn given(mut self, command: Value) -> Self {
        let shown = command.to_string();
        match self.when(command) {
            Ok(recorded) => assert!(!recorded.is_empty(), "nothing was recorded for {shown}"),
            Err(failure) => panic!("{failure} for {shown}"),
        }
        self
    }

    /// Tells a command and gives what was recorded, or why nothing was. Commands without an id are `c1`, `c2` and on.
    pub fn when(&mut self, command: impl fmt::Display) -> Result<Vec<Recorded>, Failure> {
        self.when_bytes(command.to_string().as_bytes())
    }

    /// Tells a command by its bytes.
    pub fn when_bytes(&mut self, bytes: &[u8]) -> Result<Vec<Recorded>, Failure> {
        let request = Request::parse(bytes).map_err(|error| match error {
            ParseError::Unreadable(error) => Failure::Unreadable(error),
            ParseError::Invalid(problem) => Failure::Invalid(problem),
        })?;
        self.tell(request)
    }

    /// Tells a line of a story, at its own time.
    pub fn tell_line(&mut self, line: StoryLine) -> Result<Vec<Recorded>, Failure> {
        self.now = line.at;
        self.tell(line.request)
    }

    fn tell(&mut self, mut request: Request) -> Result<Vec<Recorded>, Failure> {
        let command_id = request.command_id.clone().unwrap_or_else(|| {
            self.told += 1;
            parsed(&format!("c{}", self.told))
        });
        let hash = request.content_hash().map_err(Failure::Unwritable)?;
        if let Some((first, answer)) = self.answers.get(&command_id) {
            return if *first == hash { Ok(answer.clone()) } else { Err(Failure::CommandIdReused) };
        }
        let stream = request.command.stream();
        let history = self.history(&stream);
        let consulted = self.consulted(&request, &history);
        request.resolve_dates(&history, &consulted).map_err(Failure::Invalid)?;
        let context = Context { now: self.now, actor: parsed("registrar"), command_id: command_id.clone() };
        let decision = request.decide(&history, &consulted, &context).map_err(Failure::Refused)?;
        if decision.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.append(&request, &hash, decision, &context)?;
        self.answers.insert(command_id, (hash, answer.clone()));
        Ok(answer)
    }

    /// What `when` gave, in one line: `MilestoneAchieved [no_evidence]`, `nothing`, `refused: date_in_future at
    /// /occurred_on`, `invalid: unknown_currency at /data/amount/currency`.
    pub fn answer(&mut self, command: Value) -> String {
        match self.when(command) {
            Ok(recorded) if recorded.is_empty() => "nothing".to_owned(),
            Ok(recorded) => recorded.iter().map(shown).collect::<Vec<_>>().join(", "),
            Err(failure) => failure.to_string(),
        }
    }

    /// Tells each command to a copy of this story and compares the [`answer`](Self::answer). The first text says which
    /// case it is.
    pub fn answers<'t>(&self, cases: impl IntoIterator<Item = (&'t str, Value, &'t str)>) {
        for (case, command, expected) in cases {
            assert_eq!(self.clone().answer(command), expected, "{case}");
        }
    }

    /// Tells lines in turn, each at its own time, and gives what each led to.
    pub fn play(&mut self, lines: &[TimedCommand]) -> Vec<Result<Vec<Recorded>, Failure>> {
        let mut told = Vec::with_capacity(lines.len());
        for (at, command) in lines {
            self.now = *at;
            told.push(self.when(command.clone()));
        }
        told
    }

    fn consulted(&self, request: &Request, history: &History) -> Consulted {
        let histories = crate::consults(&request.command, history);
        let keys = crate::claims_keys(&request.command, history);
        let holders = keys.iter().flat_map(|key| {
            let streams = self.holders.get(key).into_iter().flatten();
            streams.map(|stream| (key.clone(), self.history(stream)))
        });
        Consulted {
            histories: histories.iter().map(|stream| self.history(stream)).collect(),
            holders: holders.collect(),
        }
    }

    fn append(
        &mut self,
        request: &Request,
        hash: &Sha256Hex,
        decision: Decision,
        context: &Context,
    ) -> Result<Vec<Recorded>, Failure> {
        let stream = request.command.stream();
        let mut history = (*self.history(&stream)).clone();
        let mut written = Vec::with_capacity(decision.len());
        for (index, decided) in decision.into_iter().enumerate() {
            let draft = draft(request, hash, decided, context, index + 1, history.revision() + 1)?;
            let position = self.entries.len() as u64 + written.len() as u64 + 1;
            let recorded_at = self.next_moment(written.len());
            let bytes = draft.bytes(position, recorded_at);
            let recorded = decode(&bytes).map_err(Failure::Unwritable)?;
            assert_eq!(recorded, draft.recorded(position, recorded_at), "the bytes read back as something else");
            history.evolve(&recorded);
            written.push((bytes, recorded));
        }
        self.histories.insert(stream.clone(), Arc::new(history));
        for (bytes, recorded) in &written {
            self.entries.push(bytes.clone());
            self.recorded.push(recorded.clone());
            for key in &recorded.keys {
                self.holders.entry(key.clone()).or_default().insert(stream.clone());
            }
        }
        Ok(written.into_iter().map(|(_, recorded)| recorded).collect())
    }

    /// Recorded times rise strictly, even where the clock stands still.
    fn next_moment(&self, ahead: usize) -> Instant {
        let last = self.recorded.last().map_or(i64::MIN, |recorded| recorded.fact.recorded_at.micros());
        let micros = self.now.micros().max(last.saturating_add(1)) + ahead as i64;
        Instant::from_micros(micros).unwrap_or(self.now)
    }

    /// The exact bytes of every entry.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.entries
    }

    /// Every entry, read back from its bytes.
    pub fn recorded(&self) -> &[Recorded] {
        &self.recorded
    }

    /// The streams that have entries.
    pub fn streams(&self) -> impl Iterator<Item = &StreamId> {
        self.histories.keys()
    }

    /// The history of a stream, empty where nothing was recorded.
    pub fn history(&self, stream: &StreamId) -> Arc<History> {
        self.histories.get(stream).cloned().unwrap_or_else(|| Arc::new(History::empty(stream.clone())))
    }

    /// The fact in effect of an event.
    pub fn fact(&self, event_id: &str) -> Option<Arc<Fact>> {
        let event_id: EventId = parsed(event_id);
        self.histories.values().find_map(|history| history.fact(&event_id).cloned())
    }
}

fn draft(
    request: &Request,
    hash: &Sha256Hex,
    decided: crate::case::Decided,
    context: &Context,
    place: usize,
    revision: u64,
) -> Result<Draft, Failure> {
    let ledger: LedgerName = parsed("test");
    let recorded = Recorded {
        stream: request.command.stream(),
        command_id: context.command_id.clone(),
        command_hash: hash.clone(),
        keys: decided.keys,
        causation_id: request.meta.causation_id.clone(),
        correlation_id: request.meta.correlation_id.clone(),
        proposed_by: None,
        fact: Arc::new(Fact {
            position: 0,
            revision,
            event_id: EventId::of(&context.command_id, place),
            recorded_at: context.now,
            occurred_on: decided.occurred_on.unwrap_or_else(|| panic!("a decision says when it was so")),
            effective_on: request.meta.effective_on,
            recorded_by: context.actor.clone(),
            reported_by: decided.reported_by,
            evidence: request.meta.evidence.clone(),
            flags: decided.flags,
            note: request.meta.note.clone(),
            demonstration: request.meta.demonstration,
            event: decided.event,
            corrections: Vec::new(),
        }),
    };
    Draft::new(recorded, &ledger, NONCE).map_err(Failure::Unwritable)
}

/// A value of its text, in a test.
pub fn parsed<T: std::str::FromStr<Err = FieldError>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error: FieldError| panic!("{text}: {}", error.code))
}

fn shown(recorded: &Recorded) -> String {
    let flags: Vec<String> = recorded.fact.flags.iter().map(|flag| code_of(&flag.code)).collect();
    let name = recorded.fact.event.type_name();
    if flags.is_empty() { name.to_owned() } else { format!("{name} [{}]", flags.join(", ")) }
}

fn code_of(code: &crate::flag::FlagCode) -> String {
    serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "unreadable: {}", error.code),
            Self::Invalid(problem) => write!(f, "invalid: {} at {}", problem.error.code, problem.pointer),
            Self::Refused(refusal) => {
                write!(f, "refused: {}", refusal.code_and_params().0)?;
                refusal.pointer().map_or(Ok(()), |pointer| write!(f, " at {pointer}"))
            }
            Self::CommandIdReused => f.write_str("refused: command_id_reused"),
            Self::Unwritable(error) => write!(f, "unwritable: {error}"),
        }
    }
}
