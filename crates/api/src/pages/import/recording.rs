//! The good rows of a table into the log, and all of it back out again by further entries.
//!
//! Recording is begun once and goes on if the person closes the page. Its commands have ids made of the rows' own, so
//! a table that was recorded in part, because the machine failed, can be recorded again. Taking back retracts each
//! entry, the newest first; a correction is taken back by the opposite one. What stands on an entry by then keeps it
//! there, and is told.
//!
//! Deliberately absent: deleting. Both the entries and their retraction stay readable.

use serde::{Deserialize, Serialize};
use serde_json::json;
use servanda_events::Request;
use servanda_events::entry::Patch;
use servanda_events::ids::{ActorId, CommandId, EventId, Position, StreamId};
use servanda_events::{Event, Recorded};
use servanda_log::Outcome;

use crate::app::App;
use crate::auth::Caller;
use crate::pages::record::drafts::batches::{Batch, BatchState};
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::{Lang, Words};

/// An entry that came of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entered {
    pub(crate) position: Position,
    pub(super) stream: StreamId,
    event: EventId,
}

impl Entered {
    fn of(entry: Recorded) -> Self {
        Self { position: entry.fact.position, stream: entry.stream, event: entry.fact.event_id.clone() }
    }
}

/// An entry that could not be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) position: Position,
    pub(crate) sentence: String,
}

/// What came of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Came {
    /// Its entries, in the order in which they were recorded.
    pub(crate) entries: Vec<Entered>,
    /// Rows of which nothing was recorded, because something was wrong.
    pub(crate) wrong: usize,
    /// Commands that were refused after all, because somebody recorded in between.
    pub(crate) refused: Vec<String>,
    /// Entries by which it was taken back.
    #[serde(default)]
    pub(crate) taken_back: usize,
    /// Entries that stayed.
    #[serde(default)]
    pub(crate) kept: Vec<Kept>,
    /// Where it waits for a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proposal: Option<CommandId>,
    /// The proposal that came back from the second person, until it is proposed anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) returned: Option<CommandId>,
}

impl Came {
    /// What is kept of it.
    pub(crate) fn of(batch: &Batch) -> Self {
        serde_json::from_str(&batch.outcome).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn note(&mut self, outcome: Outcome) {
        if !outcome.repeated {
            self.entries.extend(outcome.entries.into_iter().map(Entered::of));
        }
    }

    /// The same for a table that a second person approved: what was recorded of it before a crash is its own too.
    pub(super) fn note_approved(&mut self, outcome: Outcome, proposer: &ActorId) {
        let ours = outcome.entries.into_iter().filter(|entry| entry.proposed_by.as_ref() == Some(proposer));
        self.entries.extend(ours.map(Entered::of));
    }
}

/// Records what a preview found good. Nobody else does so at the same time.
pub(crate) async fn record(
    app: App,
    caller: Caller,
    batch: Batch,
    requests: Vec<Request>,
    wrong: usize,
    lang: Lang,
) -> Result<(), Problem> {
    if !app.drafts()?.move_batch(&caller.actor, &batch, BatchState::Recording, "{}")? {
        return Ok(());
    }
    let batch = Batch { state: BatchState::Recording, ..batch };
    // It goes on if whoever asked hangs up.
    let work = tokio::spawn(async move {
        let mut came = Came { wrong, ..Came::default() };
        let done = all(&app, &caller, &requests, &mut came, lang).await;
        let to = if done.is_ok() { BatchState::Recorded } else { BatchState::Open };
        let outcome = came.text();
        let (user, kept) = (caller.actor.clone(), batch);
        blocking(&app, move |app| Ok(app.drafts()?.move_batch(&user, &kept, to, &outcome)?)).await?;
        done
    });
    work.await.unwrap_or_else(|error| Err(Problem::internal(error)))
}

async fn all(app: &App, caller: &Caller, requests: &[Request], came: &mut Came, lang: Lang) -> Result<(), Problem> {
    /// Commands under way at a time.
    const WINDOW: usize = 64;
    let mut bulk = app.log().bulk(WINDOW);
    for request in requests {
        bulk.submit(request.clone(), &caller.actor).await;
        while let Some(answer) = bulk.ready() {
            answered(answer, came, lang)?;
        }
    }
    while let Some(answer) = bulk.next().await {
        answered(answer, came, lang)?;
    }
    Ok(())
}

fn answered(answer: Result<Outcome, servanda_log::TransactError>, came: &mut Came, lang: Lang) -> Result<(), Problem> {
    match answer {
        Ok(outcome) => came.note(outcome),
        Err(servanda_log::TransactError::Log(error)) => return Err(error.into()),
        Err(error) => came.refused.push(Problem::from(error).detail(Words::shared(), lang)),
    }
    Ok(())
}

/// Why the entries of a table are retracted.
pub(super) fn reason(batch: &Batch, lang: Lang) -> String {
    crate::pages::say::say(lang, "import-undo-reason", &[("name", (&batch.name).into())])
}

/// Takes back everything that came of a table, the newest entry first.
pub(crate) async fn undo(app: App, caller: Caller, batch: Batch, lang: Lang) -> Result<(), Problem> {
    let reason = reason(&batch, lang);
    let work = tokio::spawn(async move {
        let mut came = Came::of(&batch);
        came.kept.clear();
        for (place, entered) in came.entries.clone().into_iter().enumerate().rev() {
            let wish = {
                let (caller, entered, id) = (caller.clone(), entered.clone(), format!("{}-u{place}", batch.id));
                let reason = reason.clone();
                blocking(&app, move |app| opposite(app, &caller, &entered, &id, &reason)).await
            };
            let told = |problem: &Problem| Kept {
                position: entered.position,
                sentence: problem.detail(Words::shared(), lang),
            };
            let request = match wish {
                Ok(Some(mut request)) => {
                    // Where two persons are wanted, all of it goes to the second one instead.
                    caller.may_record(&mut request, app.log())?;
                    request
                }
                Ok(None) => continue,
                Err(problem) => {
                    came.kept.push(told(&problem));
                    continue;
                }
            };
            match app.log().transact(&request, &caller.actor).await {
                Ok(outcome) => came.taken_back += outcome.entries.len(),
                Err(servanda_log::TransactError::Log(error)) => return Err(error.into()),
                Err(error) => came.kept.push(told(&Problem::from(error))),
            }
        }
        // What stayed can be tried again, once what stands on it is gone.
        let to = if came.kept.is_empty() { BatchState::Undone } else { BatchState::Recorded };
        let (user, outcome) = (caller.actor.clone(), came.text());
        blocking(&app, move |app| Ok(app.drafts()?.move_batch(&user, &batch, to, &outcome)?)).await?;
        Ok(())
    });
    work.await.unwrap_or_else(|error| Err(Problem::internal(error)))
}

/// The command that takes an entry back; none where it is taken back already. Reads the disk.
pub(super) fn opposite(
    app: &App,
    caller: &Caller,
    entered: &Entered,
    id: &str,
    reason: &str,
) -> Result<Option<Request>, Problem> {
    let history = app.log().history(&entered.stream)?;
    if history.is_retracted(&entered.event) {
        return Ok(None);
    }
    let entry = app.log().entry(entered.position)?.ok_or_else(|| Problem::internal("an entry that is gone"))?;
    let mut request = Request::parse(body(&entry.decode()?, id, reason).to_string().as_bytes())?;
    caller.may_state(&mut request, app.log())?;
    Ok(Some(request))
}

fn body(recorded: &Recorded, id: &str, reason: &str) -> serde_json::Value {
    let stream = recorded.stream.as_str();
    match &recorded.fact.event {
        Event::EntryCorrected(corrected) => {
            let back = |patch: &Patch| json!({ "path": patch.path, "old": patch.new, "new": patch.old });
            json!({
                "command": "CorrectEntry",
                "command_id": id,
                "data": {
                    "stream": stream,
                    "target_event_id": corrected.target_event_id,
                    "patches": corrected.patches.iter().map(back).collect::<Vec<_>>(),
                    "error_kind": corrected.error_kind,
                    "reason": reason,
                },
            })
        }
        _ => json!({
            "command": "RetractEntry",
            "command_id": id,
            "data": { "stream": stream, "target_event_id": recorded.fact.event_id, "reason": reason },
        }),
    }
}
