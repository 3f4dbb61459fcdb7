//! Rows into the log: many at a time, answered in their order.
//!
//! A command whose id was taken by other content is looked at again once everything before it is durable: its row may
//! have moved in the file, or its source says otherwise now.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::http::StatusCode;
use indicatif::ProgressBar;
use servanda_api::Problem;
use servanda_api::change::{Change, fill_old};
use servanda_events::ids::{ActorId, EventId, StreamId};
use servanda_events::{Refusal, Request};
use servanda_interop::caused::Refused;
use servanda_interop::{Row, Source, Wish};
use servanda_log::{Bulk, Hashed, Log, LogError, Outcome, TransactError};
use tokio::sync::mpsc;

use crate::record::WINDOW;

use super::report::{Line, Report, Status};
use super::{Rows, compared};

/// Rows read ahead.
const AHEAD_MAX: usize = 256;
/// Commands to look at again before everything waits for them.
const AGAIN_MAX: usize = 1_024;

/// Facts of one stream that are looked through for what a row said once.
const LOOKED_THROUGH_MAX: usize = 10_000;

/// A row under way.
struct Slot {
    line: Line,
    waiting: usize,
    /// Whether something of the row was imported before.
    known: bool,
    /// What the row says now, to tell what it said once and does not any more.
    said: Vec<Arc<Request>>,
    /// What of it was refused.
    refused: Refused,
}

impl Slot {
    /// Its name in reasons and remarks: source, row and id.
    fn name(&self, source: &Source) -> String {
        format!("{}, row {} ({})", source.name, self.line.row(), self.line.id())
    }

    /// How the ids of the row's own commands begin.
    fn prefix(&self, source: &Source) -> String {
        format!("import-{}-{}-", source.name, self.line.id())
    }

    /// The events that the row's commands make, stream by stream.
    fn events(&self) -> BTreeMap<StreamId, BTreeSet<EventId>> {
        let mut events: BTreeMap<StreamId, BTreeSet<EventId>> = BTreeMap::new();
        for request in &self.said {
            let event = request.command_id.as_ref().map(|id| EventId::of(id, 1));
            events.entry(request.command.stream()).or_default().extend(event);
        }
        events
    }
}

/// A row with its commands as they are handed in, hashed by whoever reads the rows.
fn hashed(row: Row) -> (Row, Vec<Hashed>) {
    let commands = row.wishes.iter().map(|wish| Arc::clone(&wish.request).into()).collect();
    (row, commands)
}

/// One import.
pub(super) struct Recording<'a> {
    log: Log,
    bulk: Bulk,
    source: &'a Source,
    actor: &'a ActorId,
    report: &'a mut Report,
    bar: ProgressBar,
    /// Rows not printed yet, and the number of the first of them.
    slots: VecDeque<Slot>,
    first: u64,
    /// Commands under way, with the number of their row.
    under_way: VecDeque<(u64, Wish)>,
    again: Vec<(u64, Wish)>,
}

impl<'a> Recording<'a> {
    pub(super) fn new(
        log: &Log,
        source: &'a Source,
        actor: &'a ActorId,
        report: &'a mut Report,
        bar: ProgressBar,
    ) -> Self {
        Self {
            log: log.clone(),
            bulk: log.bulk(WINDOW),
            source,
            actor,
            report,
            bar,
            slots: VecDeque::new(),
            first: 0,
            under_way: VecDeque::new(),
            again: Vec::new(),
        }
    }

    /// Imports all rows.
    pub(super) async fn run(mut self, rows: Rows) -> Result<()> {
        let (sender, mut read) = mpsc::channel(AHEAD_MAX);
        let reader = std::thread::spawn(move || {
            for row in rows.map(|row| row.map(hashed)) {
                // Nobody takes rows any more after a failure of the log.
                if sender.blocking_send(row).is_err() {
                    break;
                }
            }
        });
        while let Some(row) = read.recv().await {
            let (row, commands) = row.context("the input changed while it was imported")?;
            self.row(row, commands).await?;
        }
        self.settle().await?;
        if let Err(panic) = reader.join() {
            std::panic::resume_unwind(panic);
        }
        Ok(())
    }

    async fn row(&mut self, row: Row, commands: Vec<Hashed>) -> Result<()> {
        self.bar.inc(1);
        let at = self.first + self.slots.len() as u64;
        let line = Line::of(&row, self.report.words());
        // A record that is published once says nothing of what others say.
        let said = row.wishes.iter().filter(|wish| may_differ(wish)).map(|wish| Arc::clone(&wish.request)).collect();
        let refused = Refused::default();
        self.slots.push_back(Slot { line, waiting: row.wishes.len(), known: false, said, refused });
        for (mut wish, mut command) in row.wishes.into_iter().zip(commands) {
            if wish.old_from_ledger {
                self.settle().await?;
                if !fill_old(&self.log, &mut wish)? {
                    self.slot(at)?.waiting -= 1;
                    continue;
                }
                command = Arc::clone(&wish.request).into();
            }
            self.bulk.submit(command, self.actor).await;
            self.under_way.push_back((at, wish));
            while let Some(answer) = self.bulk.ready() {
                self.answered(answer)?;
            }
        }
        if self.again.len() >= AGAIN_MAX {
            self.settle().await?;
        }
        self.print()
    }

    /// Waits for everything under way, and looks again at what asks for it.
    async fn settle(&mut self) -> Result<()> {
        while let Some(answer) = self.bulk.next().await {
            self.answered(answer)?;
        }
        for (at, wish) in std::mem::take(&mut self.again) {
            let source = self.source;
            let name = self.slot(at)?.name(source);
            match compared(&self.log, &wish, self.source, &name)? {
                Change::Same => {}
                Change::MendedSince(remark) => self.slot(at)?.line.remark(&wish.what, remark),
                Change::OfSomethingElse => {
                    let command_id = wish.request.command_id.clone().context("a command of an import has an id")?;
                    self.refused(at, &wish, TransactError::CommandIdReused { command_id })?;
                }
                Change::Correct(correction) => match self.log.transact(&correction, self.actor).await {
                    Ok(outcome) => self.recorded(at, &wish.what, &outcome, Status::Changed)?,
                    Err(error) => self.refused(at, &wish, error)?,
                },
            }
            self.slot(at)?.waiting -= 1;
        }
        self.print()
    }

    fn slot(&mut self, at: u64) -> Result<&mut Slot> {
        let index = usize::try_from(at - self.first)?;
        self.slots
            .get_mut(index)
            .context("a row was answered twice; this is a mistake in the program, please report it")
    }

    fn answered(&mut self, answer: Result<Outcome, TransactError>) -> Result<()> {
        let Some((at, wish)) = self.under_way.pop_front() else {
            bail!("an answer of the log belongs to no row; this is a mistake in the program, please report it");
        };
        match answer {
            Ok(outcome) if outcome.repeated && may_differ(&wish) && is_mended(&self.log, &outcome)? => {
                self.slot(at)?.known = true;
                self.again.push((at, wish));
                return Ok(());
            }
            Ok(outcome) => {
                self.slot(at)?.known |= outcome.repeated && !wish.shared;
                self.recorded(at, &wish.what, &outcome, Status::Created)?;
            }
            Err(TransactError::CommandIdReused { .. }) if !wish.shared => {
                self.slot(at)?.known = true;
                self.again.push((at, wish));
                return Ok(());
            }
            Err(error) => self.refused(at, &wish, error)?,
        }
        self.slot(at)?.waiting -= 1;
        Ok(())
    }

    fn recorded(&mut self, at: u64, what: &str, outcome: &Outcome, status: Status) -> Result<()> {
        let index = usize::try_from(at - self.first)?;
        if let Some(slot) = self.slots.get_mut(index) {
            slot.line.recorded(what, outcome, status, self.report.words());
        }
        Ok(())
    }

    fn refused(&mut self, at: u64, wish: &Wish, error: TransactError) -> Result<()> {
        let source = self.source;
        let slot = self.slot(at)?;
        let name = slot.name(source);
        let refusal = match &error {
            TransactError::Refused(refusal) => Some(refusal),
            _ => None,
        };
        let is_there = refusal.is_some_and(is_there_already) && wish.shared;
        // What only lacks what was refused before is no trouble of its own.
        if !is_there && slot.refused.follows(&wish.request.command, refusal) {
            return Ok(());
        }
        if let Some(problem) = told(wish, error).map_err(|error| {
            let rest = format!("{name} and the rows behind it may not be recorded; import the file again then");
            anyhow::Error::from(error).context(rest)
        })? {
            let index = usize::try_from(at - self.first)?;
            let column = problem.pointer().and_then(|pointer| wish.column(pointer));
            if let Some(slot) = self.slots.get_mut(index) {
                slot.line.refused(&wish.what, column, &problem, self.report.words());
            }
        }
        Ok(())
    }

    /// Prints the rows up to the first that still waits.
    fn print(&mut self) -> Result<()> {
        while self.slots.front().is_some_and(|slot| slot.waiting == 0) {
            if let Some(mut slot) = self.slots.pop_front() {
                self.first += 1;
                self.withdrawn(&mut slot)?;
                self.report.print(&slot.line)?;
            }
        }
        Ok(())
    }
}

impl Recording<'_> {
    /// Tells what the ledger has of the row from an earlier import, and the row does not say any more.
    fn withdrawn(&self, slot: &mut Slot) -> Result<()> {
        if !slot.known {
            return Ok(());
        }
        let prefix = slot.prefix(self.source);
        let correlation = slot.said.iter().find_map(|request| request.meta.correlation_id.clone());
        for (stream, said) in slot.events() {
            let history = self.log.history(&stream)?;
            if history.facts().len() > LOOKED_THROUGH_MAX {
                continue;
            }
            for fact in history.facts().iter().filter(|fact| !said.contains(&fact.event_id)) {
                let event = &fact.event_id;
                let Some(what) = event.as_str().strip_prefix(&prefix) else { continue };
                // Another row may have an id that begins like the one of this row.
                let entry = self.log.entry(fact.position)?.context("a fact in effect has its entry")?;
                if entry.decode()?.correlation_id != correlation {
                    continue;
                }
                let problem = Problem::new(StatusCode::CONFLICT, "source_withdrew").with("event", event);
                let what = what.rsplit_once('.').map_or(what, |(what, _)| what);
                slot.line.refused(what, None, &problem, self.report.words());
            }
        }
        Ok(())
    }
}

/// What is to be told of a refusal; nothing where a thing that rows have in common is there already. A failure of the
/// log is not about the row.
pub(super) fn told(wish: &Wish, error: TransactError) -> Result<Option<Problem>, LogError> {
    match error {
        TransactError::Log(error) => Err(error),
        TransactError::CommandIdReused { .. } if wish.shared => Ok(None),
        TransactError::Refused(refusal) if wish.shared && is_there_already(&refusal) => Ok(None),
        error => Ok(Some(error.into())),
    }
}

/// Whether a refusal says that a thing is in the ledger already.
fn is_there_already(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::PartyAlreadyRegistered { .. }
            | Refusal::AgreementAlreadyRegistered
            | Refusal::PackageAlreadyAnnounced
            | Refusal::RateAlreadyRecorded
            | Refusal::IndicatorAlreadyDefined
    )
}

/// Whether the same words may mean something new: not in a record that is published once, nor in what rows share.
pub(super) fn may_differ(wish: &Wish) -> bool {
    !wish.shared && wish.update.is_none()
}

/// Whether what a command recorded was corrected or retracted since, so that the same words may be a difference now.
pub(super) fn is_mended(log: &Log, outcome: &Outcome) -> Result<bool> {
    let history = log.history(&outcome.stream)?;
    let stands = |id| history.fact(id).is_some_and(|fact| fact.formed_at() == fact.position);
    Ok(!outcome.entries.iter().all(|entry| stands(&entry.fact.event_id)))
}
