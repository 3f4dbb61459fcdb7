//! The answers of a draft into the log, through the one way that every command takes: `transact`, with the same
//! checks of who may. Before that, the same commands are rehearsed, so that what would be refused is said while it
//! can be changed.
//!
//! The commands of a draft have ids made of the draft's, so that a second press of the button records nothing. Several
//! commands are rehearsed in a row before the first is recorded; should a later one still be refused, because somebody
//! else recorded in between, the draft stays and goes on from there.
//!
//! Where the ledger wants two persons, a command becomes a proposal under the same id. What can only follow once it is
//! approved stays in the draft until then.
//!
//! Deliberately absent: what a form asks to have recorded, see [`super::flows`].

use servanda_events::Request;
use servanda_events::ids::{CommandId, Revision};
use servanda_log::{Log, Outcome};

use super::drafts::Draft;
use super::form::Form;
use super::scene::Scene;
use super::wanted::{Complaint, Filling, Wanted};
use crate::access::{ProposalState, User};
use crate::app::App;
use crate::auth::Caller;
use crate::four_eyes::{self, Submitted};
use crate::problem::Problem;

/// What a draft asks to have recorded.
pub(crate) struct Asked {
    pub(crate) wanted: Vec<Wanted>,
    requests: Vec<Request>,
}

/// What came of a draft.
pub(crate) struct Came {
    pub(crate) recorded: Vec<Outcome>,
    /// Proposals that wait for a second person.
    pub(crate) proposed: Vec<CommandId>,
    /// Whether more of the draft can be sent only when these are approved.
    pub(crate) waits: bool,
}

/// Why a draft is not recorded.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Something is wrong with the answers, or the ledger says otherwise.
    Complaint(Complaint),
    /// Somebody recorded on the same thing since the person looked at it.
    Moved,
    /// The log could not be asked.
    Problem(Problem),
}

impl From<Complaint> for Refused {
    fn from(complaint: Complaint) -> Self {
        Self::Complaint(complaint)
    }
}

/// The id of a draft's command.
pub(crate) fn command_id(draft: &CommandId, place: usize) -> Result<CommandId, Problem> {
    format!("{draft}-{}", place + 1).parse().map_err(|_| Problem::internal("a draft whose commands have no ids"))
}

impl Asked {
    /// The commands of a draft, checked as far as they can be without the log.
    pub(crate) fn of(form: &Form, draft: &Draft, scene: &Scene, caller: &Caller, log: &Log) -> Result<Self, Refused> {
        let filling = Filling::new(form, &draft.answers, scene);
        let wanted = (form.plan)(&filling, scene)?;
        let mut requests = Vec::with_capacity(wanted.len());
        for (place, wish) in wanted.iter().enumerate() {
            let id = command_id(&draft.id, place).map_err(Refused::Problem)?;
            let mut request = wish.request(&id)?;
            let may = if caller.signed_in {
                caller.may_state(&mut request, log)
            } else {
                caller.may_record(&mut request, log)
            };
            may.map_err(|problem| wish.complaint(&problem))?;
            requests.push(request);
        }
        // What the person looked at is what the first command is about; the others follow from it.
        if let Some(first) = requests.first_mut()
            && first.command.stream() == *scene.history.stream()
        {
            first.expected_revision = Some(draft.revision);
        }
        Ok(Self { wanted, requests })
    }

    /// Whether the ledger wants a second person for any of it.
    pub(crate) fn needs_second_person(&self, caller: &Caller) -> bool {
        caller.signed_in && self.requests.iter().any(|request| caller.needs_second_person(&request.command))
    }

    /// What recording would lead to.
    pub(crate) fn rehearsed(&self, log: &Log, caller: &Caller) -> Result<Vec<Outcome>, Refused> {
        log.rehearse_all(&self.requests, &caller.actor).map_err(|(place, error)| self.refused(place, error.into()))
    }

    /// Records everything, or proposes what needs a second person, or says at which command it stopped.
    pub(crate) async fn submitted(&self, app: &App, user: Option<&User>, caller: &Caller) -> Result<Came, Refused> {
        let mut came = Came { recorded: Vec::with_capacity(self.requests.len()), proposed: Vec::new(), waits: false };
        for (place, request) in self.requests.iter().enumerate() {
            let submitted = match user {
                Some(user) => four_eyes::submit(app, user, request.clone()).await,
                None => {
                    let answer = app.log().transact(request, &caller.actor).await;
                    crate::commands::noted(app, &answer);
                    answer.map(Submitted::Recorded).map_err(Problem::from)
                }
            };
            match submitted {
                Ok(Submitted::Recorded(outcome)) => came.recorded.push(outcome),
                Ok(Submitted::Proposed(proposal)) if proposal.state == ProposalState::Approved => {}
                Ok(Submitted::Proposed(proposal)) => came.proposed.push(proposal.id),
                // What follows from a proposal is refused by the rules as long as nobody approved that.
                Err(_) if !came.proposed.is_empty() => {
                    came.waits = true;
                    break;
                }
                Err(problem) => return Err(self.refused(place, problem)),
            }
        }
        Ok(came)
    }

    fn refused(&self, place: usize, problem: Problem) -> Refused {
        match (problem.code(), self.wanted.get(place)) {
            ("revision_differs", _) => Refused::Moved,
            (_, Some(wish)) if problem.status().is_client_error() && problem.code() != "busy" => {
                Refused::Complaint(wish.complaint(&problem))
            }
            _ => Refused::Problem(problem),
        }
    }
}

/// The revision at which a draft begins.
pub(crate) fn revision(scene: &Scene) -> Revision {
    scene.history.revision()
}
