//! A table under four eyes: its good rows, or the taking back of all that came of it, wait for a second person as one
//! proposal, and are approved or returned as a whole.
//!
//! What is approved is one text with every command of the table in its order. It is approved only while every stream
//! that it writes to stands as it stood when it was proposed. Each command is recorded by itself, by the rules as ever,
//! under an id of its own: approving again, after a crash in the middle, records the rest.
//!
//! Deliberately absent: approving some of the rows (the table is returned, mended and proposed anew), and what the
//! person who sent the table sees of it, see `pages::import`.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use servanda_events::Request;
use servanda_events::ids::{CommandId, Revision, StreamId};
use servanda_log::{Log, Outcome, TransactError};

use super::state::Act;
use super::{after, done_once, found, kept, proposer_of, second_persons};
use crate::access::{Proposal, ProposalState, Step, User};
use crate::app::App;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::when::blocking;

/// Commands under way at a time.
const WINDOW: usize = 64;

/// What is to become of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TableAct {
    /// Its good rows are recorded.
    Record,
    /// What came of it is taken back.
    TakeBack,
}

impl TableAct {
    /// The name under which it stands among proposals, where a command has its own.
    fn name(self) -> &'static str {
        match self {
            Self::Record => "ImportTable",
            Self::TakeBack => "TakeTableBack",
        }
    }
}

/// Everything that a table would record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableSet {
    /// The table, among those of the person who sent it.
    pub(crate) table: CommandId,
    /// The name of its file.
    pub(crate) name: String,
    pub(crate) act: TableAct,
    /// The revision that each stream had.
    pub(crate) revisions: BTreeMap<String, Revision>,
    /// The commands, each with its id.
    pub(crate) commands: Vec<Value>,
}

impl TableSet {
    /// The set of commands that write to the log as it stands now.
    pub(crate) fn of(
        (table, name): (&CommandId, &str),
        act: TableAct,
        requests: &[Request],
        log: &Log,
    ) -> Result<Self, Problem> {
        let mut revisions = BTreeMap::new();
        let mut commands = Vec::new();
        for request in requests {
            let stream = request.command.stream();
            if !revisions.contains_key(stream.as_str()) {
                revisions.insert(stream.as_str().to_owned(), log.history(&stream)?.revision());
            }
            let mut value = serde_json::to_value(request).map_err(Problem::internal)?;
            value["command_id"] = serde_json::to_value(&request.command_id).map_err(Problem::internal)?;
            if read(&value)? != *request {
                return Err(Problem::internal("a command of a table does not read back as it was written"));
            }
            commands.push(value);
        }
        Ok(Self { table: table.clone(), name: name.to_owned(), act, revisions, commands })
    }

    /// The commands.
    pub(crate) fn requests(&self) -> Result<Vec<Request>, Problem> {
        self.commands.iter().map(read).collect()
    }

    /// Whether a stream has moved since.
    pub(crate) fn is_stale(&self, log: &Log) -> Result<bool, Problem> {
        for (stream, revision) in &self.revisions {
            let stream: StreamId = stream.parse().map_err(Problem::internal)?;
            if log.history(&stream)?.revision() != *revision {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn read(command: &Value) -> Result<Request, Problem> {
    let unread = |error| Problem::internal(format!("a command of a table does not read: {error:?}"));
    Request::of_value(command).map_err(unread)
}

/// What of a proposal tells which table it is about, without reading its commands.
#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Whether a proposal is of a table.
pub(crate) fn is_table(proposal: &Proposal) -> bool {
    [TableAct::Record, TableAct::TakeBack].iter().any(|act| act.name() == proposal.command)
}

/// The name of the file, where a proposal is of a table.
pub(crate) fn name_of(proposal: &Proposal) -> Option<String> {
    is_table(proposal).then(|| serde_json::from_slice::<Named>(&proposal.bytes).ok().map(|named| named.name)).flatten()
}

/// What a proposal of a table would record.
pub(crate) fn parsed(proposal: &Proposal) -> Result<TableSet, Problem> {
    serde_json::from_slice(&proposal.bytes).map_err(Problem::internal)
}

/// Proposes everything of a table at once.
pub(crate) fn propose(app: &App, user: &User, set: &TableSet) -> Result<Proposal, Problem> {
    let caller = Caller::signed_in(app, user);
    let mut requests = set.requests()?;
    requests.iter_mut().try_for_each(|request| caller.may_state(request, app.log()))?;
    let first = requests.first().ok_or_else(|| Problem::internal("a table without a good row was proposed"))?;
    if second_persons(app, user)?.is_empty() {
        return Err(Problem::new(StatusCode::CONFLICT, "no_second_person").by(&user.id));
    }
    let bytes = serde_json::to_vec(set).map_err(Problem::internal)?;
    let stream = first.command.stream();
    let revision = set.revisions.get(stream.as_str()).copied().unwrap_or_default();
    Ok(kept(app, user, (app.log().new_command_id(), set.act.name()), (stream, revision), bytes)?)
}

/// What the log answered to each command of a table.
pub(crate) type Answers = Vec<Result<Outcome, TransactError>>;

/// Approves a table whose text has this hash: its commands are recorded one by one, or it is found to be stale.
pub(crate) async fn approve(
    app: &App,
    user: &User,
    id: &CommandId,
    seen_sha256: &str,
) -> Result<(TableSet, Answers), Problem> {
    let (who, id, seen) = (user.clone(), id.clone(), seen_sha256.to_owned());
    let (mut proposal, proposer, set, requests) = blocking(app, move |app| begun(app, &who, &id, &seen)).await?;
    if proposal.state == ProposalState::Open {
        let step = Step { to: ProposalState::Approving, by: &user.id, reason: None };
        app.access().move_on(&proposal, step, app.log().now())?;
        proposal.state = ProposalState::Approving;
    }
    let mut bulk = app.log().bulk_approved(WINDOW, &proposer.id);
    let mut answers = Vec::with_capacity(requests.len());
    let mut note = |answer: Result<Outcome, TransactError>| match answer {
        // Whether more of it was recorded is not known: it stays as it is until somebody approves again.
        Err(TransactError::Log(error)) => Err(Problem::from(error)),
        answer => {
            answers.push(answer);
            Ok(())
        }
    };
    for request in requests {
        bulk.submit(request, &user.id).await;
        while let Some(answer) = bulk.ready() {
            note(answer)?;
        }
    }
    while let Some(answer) = bulk.next().await {
        note(answer)?;
    }
    let step = Step { to: ProposalState::Approved, by: &user.id, reason: None };
    done_once(app.access().move_on(&proposal, step, app.log().now()))?;
    Ok((set, answers))
}

/// Checks everything that can be checked before the first command is recorded.
fn begun(
    app: &App,
    user: &User,
    id: &CommandId,
    seen: &str,
) -> Result<(Proposal, User, TableSet, Vec<Request>), Problem> {
    let proposal = found(app, id)?;
    after(app, &proposal, Act::Approve, user)?;
    let proposer = proposer_of(app, &proposal, seen)?;
    let set = parsed(&proposal)?;
    let mut requests = set.requests()?;
    let caller = Caller::signed_in(app, &proposer);
    requests.iter_mut().try_for_each(|request| caller.may_state(request, app.log()))?;
    // One that was left in the middle has moved its streams itself; what the rules say of the rest counts.
    if proposal.state == ProposalState::Open && set.is_stale(app.log())? {
        let step = Step { to: ProposalState::Stale, by: &user.id, reason: None };
        done_once(app.access().move_on(&proposal, step, app.log().now()))?;
        return Err(Problem::new(StatusCode::CONFLICT, "proposal_stale"));
    }
    Ok((proposal, proposer, set, requests))
}
