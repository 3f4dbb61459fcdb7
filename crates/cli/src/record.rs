//! `record`: commands, one on each line, through the same rules as the interface, answered with one line each.
//!
//! Lines are read and parsed on one thread, decided upon on another, and written by the log's; a line is answered as
//! soon as it is durable, in the order of the lines. Memory stays bounded whatever stands in the file.
//!
//! Deliberately absent: undoing what was recorded when a later line is refused. Each line stands for itself.

mod answer;

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};

use anyhow::{Context as _, Result, bail};
use indicatif::ProgressBar;
use servanda_api::Words;
use servanda_events::field_error::FieldError;
use servanda_events::ids::ActorId;
use servanda_events::request::{COMMAND_BYTES_MAX, ParseError, Request};
use servanda_log::{Acknowledged, Bulk, Hashed, Log, LogError, Outcome, TransactError};
use tokio::sync::mpsc;

use crate::args::RecordArgs;
use crate::ending::conflict;
use crate::lines::{self, Lines};
use crate::output::{progress_bar, say};
use crate::scratch::Scratch;
use crate::{open, runtime};

use self::answer::{Answer, Status};

/// Commands that may be under way.
pub(crate) const WINDOW: usize = 1_024;
/// Lines that may wait for their answers; beyond that nothing more is read.
const WAITING_MAX: usize = 4_096;
/// Lines read and parsed ahead.
const AHEAD_MAX: usize = 1_024;
/// Lines taken from those at a time.
const TOGETHER_MAX: usize = 128;

/// How many lines came to what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) recorded: u64,
    pub(crate) already: u64,
    pub(crate) repeated: u64,
    pub(crate) refused: u64,
}

/// A line that was read.
struct Read {
    number: u64,
    read_bytes: u64,
    command: Result<Hashed, ParseError>,
}

/// A line that is not printed yet.
enum Slot {
    Waiting(u64),
    Answered(Box<Answer>),
}

pub(crate) fn run(args: &RecordArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let (input, length) = lines::open(&args.file)?;
    runtime()?.block_on(async {
        let scratch = if args.dry_run { Some(Scratch::copy_of(&settings).await?) } else { None };
        let log = match &scratch {
            Some(scratch) => scratch.log().clone(),
            None => open::log(&settings).map_err(in_use)?,
        };
        let bar = progress_bar(length, "recording");
        let out = io::BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        let recorded = Recording::new(&log, &args.actor, args.dry_run, out, bar.clone()).run(input).await;
        bar.finish_and_clear();
        // What was recorded before a failure stays recorded, so the log is closed in any case.
        let closed = log.close().await;
        let counts = recorded?;
        closed?;
        summary(&counts, args.dry_run)
    })
}

/// A service that holds the ledger takes commands itself.
fn in_use(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<LogError>() {
        Some(LogError::InUse { .. }) => {
            error.context("the ledger is held; a service that runs on it takes the same lines at POST /api/v1/commands")
        }
        _ => error,
    }
}

fn summary(counts: &Counts, dry_run: bool) -> Result<()> {
    let Counts { recorded, already, repeated, refused } = counts;
    let would = if dry_run { " (dry run: nothing is kept)" } else { "" };
    let text = format!("{recorded} recorded, {already} already so, {repeated} repeated, {refused} refused{would}");
    if *refused > 0 {
        return Err(conflict(format!("{text}; each refused line says why in its `sentence`")));
    }
    say(text);
    Ok(())
}

/// One run over many lines.
pub(crate) struct Recording<'a, W> {
    bulk: Bulk,
    actor: &'a ActorId,
    dry_run: bool,
    acknowledged: Acknowledged,
    words: Words,
    slots: VecDeque<Slot>,
    waiting: usize,
    counts: Counts,
    /// `None` once whoever read the answers has gone; the lines are recorded all the same.
    out: Option<W>,
    bar: ProgressBar,
}

impl<'a, W: Write> Recording<'a, W> {
    pub(crate) fn new(log: &Log, actor: &'a ActorId, dry_run: bool, out: W, bar: ProgressBar) -> Self {
        Self {
            bulk: log.bulk(WINDOW),
            actor,
            dry_run,
            acknowledged: log.acknowledged(),
            words: Words::new(),
            slots: VecDeque::new(),
            waiting: 0,
            counts: Counts::default(),
            out: Some(out),
            bar,
        }
    }

    /// Records all lines of the input.
    pub(crate) async fn run(mut self, input: impl BufRead + Send + 'static) -> Result<Counts> {
        let (sender, mut read) = mpsc::channel(AHEAD_MAX);
        let reader = std::thread::spawn(move || read_lines(input, &sender));
        let mut lines = Vec::with_capacity(TOGETHER_MAX);
        loop {
            let may_read = self.slots.len() < WAITING_MAX;
            // Whoever sends lines and waits for their answers must get them.
            if read.is_empty() {
                self.flush()?;
            }
            tokio::select! {
                biased;
                // Many at a time: each wakes the reader once when the line of lines is full.
                count = read.recv_many(&mut lines, TOGETHER_MAX), if may_read => {
                    if count == 0 {
                        break;
                    }
                    for line in lines.drain(..) {
                        self.take(line).await?;
                    }
                }
                answer = self.bulk.next(), if self.waiting > 0 => self.answered(answer)?,
            }
        }
        while self.waiting > 0 {
            let answer = self.bulk.next().await;
            self.answered(answer)?;
        }
        self.flush()?;
        match reader.join() {
            Ok(read) => read.context("the input cannot be read to its end")?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        Ok(self.counts)
    }

    async fn take(&mut self, line: Read) -> Result<()> {
        self.bar.set_position(line.read_bytes);
        match line.command {
            Ok(command) => {
                self.slots.push_back(Slot::Waiting(line.number));
                self.waiting += 1;
                self.bulk.submit(command, self.actor).await;
                while let Some(answer) = self.bulk.ready() {
                    self.answered(Some(answer))?;
                }
            }
            Err(error) => {
                let answer = Answer::not_read(line.number, self.dry_run, error, &self.words);
                self.slots.push_back(Slot::Answered(Box::new(answer)));
            }
        }
        self.print()
    }

    /// Gives the first line that waits its answer.
    fn answered(&mut self, answer: Option<Result<Outcome, TransactError>>) -> Result<()> {
        let waits = self.slots.iter_mut().find(|slot| matches!(slot, Slot::Waiting(_)));
        let (Some(slot), Some(answer)) = (waits, answer) else {
            bail!("an answer of the log belongs to no line; this is a mistake in the program, please report it");
        };
        let Slot::Waiting(line) = *slot else { return Ok(()) };
        let answered = match answer {
            Ok(outcome) => Answer::of(line, self.dry_run, &outcome, self.acknowledged),
            Err(error) => Answer::not_recorded(line, self.dry_run, error, &self.words).map_err(|error| {
                let rest = format!("line {line} and those behind it may not be recorded; record the file again then");
                anyhow::Error::from(error).context(rest)
            })?,
        };
        *slot = Slot::Answered(Box::new(answered));
        self.waiting -= 1;
        self.print()
    }

    /// Prints the answers up to the first line that still waits.
    fn print(&mut self) -> Result<()> {
        while let Some(Slot::Answered(answer)) = self.slots.front() {
            match answer.status {
                Status::Recorded => self.counts.recorded += 1,
                Status::Already => self.counts.already += 1,
                Status::Repeated => self.counts.repeated += 1,
                Status::Refused | Status::Invalid | Status::Unreadable => self.counts.refused += 1,
            }
            if let Some(out) = &mut self.out {
                let written = serde_json::to_writer(&mut *out, answer).map_err(io::Error::from);
                let written = written.and_then(|()| out.write_all(b"\n"));
                self.unless_gone(written)?;
            }
            self.slots.pop_front();
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let flushed = self.out.as_mut().map_or(Ok(()), Write::flush);
        self.unless_gone(flushed)
    }

    fn unless_gone(&mut self, written: io::Result<()>) -> Result<()> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.out = None,
            written => written.context("the answers cannot be written")?,
        }
        Ok(())
    }
}

fn read_lines(input: impl BufRead, to: &mpsc::Sender<Read>) -> io::Result<()> {
    let mut lines = Lines::new(input, COMMAND_BYTES_MAX);
    while let Some(line) = lines.next_line()? {
        let command = match &line.bytes {
            Some(bytes) => Request::parse(bytes).map(Hashed::from),
            None => Err(ParseError::Unreadable(FieldError::new("command_too_large"))),
        };
        let read = Read { number: line.number, read_bytes: line.read_bytes, command };
        // Nobody takes lines any more after a failure of the log.
        if to.blocking_send(read).is_err() {
            break;
        }
    }
    Ok(())
}
