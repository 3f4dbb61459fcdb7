//! Who asks, and whether they may. The check stands in the act itself: a handler cannot record without a [`Caller`].
//!
//! Recording needs a token as soon as the service listens beyond this machine, any token was ever made, or anybody
//! can sign in. Before that, on the loopback alone, whoever sits at the machine records as `local`; such a request
//! must come from a program or from the ledger's own pages, never from another web site in the person's browser.
//!
//! Where the ledger wants two persons for a command, nobody records it alone, whatever their token allows: the way is a
//! proposal, see [`crate::four_eyes`].
//!
//! Deliberately absent: sessions and passwords, which belong to the pages and are never accepted here; the file of
//! tokens, see [`crate::access`].

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use servanda_events::catalogue::Command;
use servanda_events::ids::{ActorId, EventId, PartyId, StreamId};
use servanda_events::request::Request;
use servanda_log::Log;

use crate::access::{Bearer, NotAccepted, Role, Scope, User};
use crate::app::{App, ReadAccess};
use crate::four_eyes::Policy;
use crate::problem::Problem;

/// Whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: ActorId,
    /// The party for which the caller speaks, if bound to one.
    pub(crate) party: Option<PartyId>,
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    /// Whether it is a person who signed in, whose commands may become proposals.
    pub(crate) signed_in: bool,
    /// What needs two persons.
    policy: Policy,
}

/// The actor who records without a token, at the machine itself.
const LOCAL: &str = "local";

impl Caller {
    /// The caller of a request that records.
    pub(crate) fn recording(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        let now = app.log().now();
        if let Some(caller) = Self::by_token(app, headers)? {
            return caller.needs(Scope::Record);
        }
        if !app.is_loopback() || app.access().anybody_known(now).map_err(Problem::internal)? {
            return Err(token_missing());
        }
        not_from_another_site(headers)?;
        let actor = LOCAL.parse().map_err(|_| Problem::internal("the local actor has no id"))?;
        let policy = app.settings().four_eyes.clone();
        Ok(Self { actor, party: None, role: Role::Recorder, scope: Scope::Record, signed_in: false, policy })
    }

    /// A person who signed in, as a caller with all that their role allows.
    pub(crate) fn signed_in(app: &App, user: &User) -> Self {
        Self {
            actor: user.id.clone(),
            party: user.party.clone(),
            role: user.role,
            scope: user.role.scope_max(),
            signed_in: true,
            policy: app.settings().four_eyes.clone(),
        }
    }

    /// Lets a request that reads through, or not.
    pub(crate) fn reading(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
        match app.settings().reads {
            ReadAccess::Open => Ok(()),
            ReadAccess::Token => match Self::by_token(app, headers)? {
                Some(caller) => caller.needs(Scope::Read).map(|_| ()),
                None if app.access().anybody_known(app.log().now()).map_err(Problem::internal)? => Err(token_missing()),
                None => Ok(()),
            },
        }
    }

    fn by_token(app: &App, headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(given) = headers.get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let text = given.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let found = app.access().bearer(text.unwrap_or_default(), app.log().now()).map_err(Problem::internal)?;
        match found {
            Ok(Bearer { user: actor, party, role, scope }) => {
                let policy = app.settings().four_eyes.clone();
                Ok(Some(Self { actor, party, role, scope, signed_in: false, policy }))
            }
            Err(NotAccepted::Invalid) => Err(challenge("token_invalid", "Bearer error=\"invalid_token\"")),
            Err(NotAccepted::Disabled) => Err(challenge("user_disabled", "Bearer error=\"invalid_token\"")),
        }
    }

    fn needs(self, needed: Scope) -> Result<Self, Problem> {
        if self.scope >= needed {
            return Ok(self);
        }
        let problem = Problem::new(StatusCode::FORBIDDEN, "scope_missing").by(&self.actor);
        Err(problem.with("needed", &needed.as_str()).with("scope", &self.scope.as_str()))
    }

    /// Lets the caller record a command alone, or not: they must be permitted to state it, and the ledger must not want
    /// a second person for it.
    pub(crate) fn may_record(&self, request: &mut Request, log: &Log) -> Result<(), Problem> {
        self.may_state(request, log)?;
        if self.policy.wants_two_for(&request.command) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "two_persons_needed").by(&self.actor));
        }
        Ok(())
    }

    /// Whether the ledger wants a second person for what is written to a stream.
    pub(crate) fn needs_second_person_on(&self, stream: &StreamId) -> bool {
        self.policy.wants_two_on(stream)
    }

    /// Whether the ledger wants a second person for a command.
    pub(crate) fn needs_second_person(&self, command: &Command) -> bool {
        self.policy.wants_two_for(command)
    }

    /// Sees to it that the command is a statement of the caller's own party, where the caller is bound to one, and one
    /// that their role makes. What may be stated may be recorded, or proposed where two persons are wanted.
    pub(crate) fn may_state(&self, request: &mut Request, log: &Log) -> Result<(), Problem> {
        let may = self.of_own_role(request).and_then(|()| self.of_own_party(request, log));
        may.map_err(|problem| problem.by(&self.actor))
    }

    fn of_own_role(&self, request: &Request) -> Result<(), Problem> {
        let verifying = matches!(
            request.command,
            Command::VerifyClaim(_)
                | Command::RecordAssessment(_)
                | Command::AttachEvidence(_)
                | Command::ReportEvidenceUnavailable(_)
        );
        match (self.role, &request.command) {
            (Role::Verifier, _) if !verifying => Err(Problem::new(StatusCode::FORBIDDEN, "verifier_only")),
            (Role::Verifier, Command::VerifyClaim(claim))
                if self.party.as_ref().is_some_and(|p| *p != claim.verifier) =>
            {
                let problem = Problem::new(StatusCode::FORBIDDEN, "not_your_party").at("/data/verifier");
                let own = self.party.as_ref().map_or("-", PartyId::as_str);
                Err(problem.with("party", &own).with("given", &claim.verifier))
            }
            _ if self.scope < Scope::Record => Err(Problem::new(StatusCode::FORBIDDEN, "role_reads_only")),
            _ => Ok(()),
        }
    }

    fn of_own_party(&self, request: &mut Request, log: &Log) -> Result<(), Problem> {
        let Some(party) = self.party.as_ref().filter(|_| self.scope < Scope::Admin) else {
            return Ok(());
        };
        let own = |given: &PartyId, pointer: &'static str| {
            if given == party {
                return Ok(());
            }
            let problem = Problem::new(StatusCode::FORBIDDEN, "not_your_party").at(pointer);
            Err(problem.with("party", &party).with("given", &given))
        };
        own(request.meta.reported_by.get_or_insert_with(|| party.clone()), "/reported_by")?;
        match &request.command {
            Command::ConfirmClaim(answer) => own(&answer.by_party, "/data/by_party"),
            Command::DisputeClaim(answer) => own(&answer.by_party, "/data/by_party"),
            Command::ObjectToReservation(objection) => own(&objection.party_id, "/data/party_id"),
            Command::ObjectToTextCorrection(objection) => own(&objection.by_party, "/data/by_party"),
            Command::CorrectEntry(wish) => {
                self.own_entry(party, &wish.stream, &wish.target_event_id, log)?;
                for patch in wish.patches.iter().filter(|patch| patch.path.as_str() == "/reported_by") {
                    let given = patch.new.as_str().and_then(|text| text.parse::<PartyId>().ok());
                    if given.as_ref() != Some(party) {
                        let problem = Problem::new(StatusCode::FORBIDDEN, "not_your_party").at("/data/patches");
                        return Err(problem.with("party", &party).with("given", &patch.new));
                    }
                }
                Ok(())
            }
            Command::RetractEntry(wish) => self.own_entry(party, &wish.stream, &wish.target_event_id, log),
            _ => Ok(()),
        }
    }

    /// An entry of another party is not to be corrected or retracted. An entry that is not there is the rules' affair.
    fn own_entry(&self, party: &PartyId, stream: &StreamId, event: &EventId, log: &Log) -> Result<(), Problem> {
        let history = log.history(stream)?;
        let Some(fact) = history.fact(event) else {
            return Ok(());
        };
        let problem =
            |code| Problem::new(StatusCode::FORBIDDEN, code).at("/data/target_event_id").with("party", &party);
        match &fact.reported_by {
            Some(reporter) if reporter == party => Ok(()),
            Some(reporter) => Err(problem("not_your_statement").with("given", &reporter)),
            None if fact.recorded_by == self.actor => Ok(()),
            None => Err(problem("entry_of_nobody")),
        }
    }
}

fn challenge(code: &'static str, scheme: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code).header(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme))
}

fn token_missing() -> Problem {
    challenge("token_missing", "Bearer")
}

/// Another web site, open in a browser on this machine, can reach the loopback too: by its own name, or by one that it
/// lets point here.
fn not_from_another_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |h| h.0);
    let at_home = name == "localhost"
        || name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    let same = match (headers.contains_key(header::ORIGIN), origin) {
        (false, _) => true,
        (true, origin) => origin == Some(host),
    };
    if at_home && same { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin")) }
}

/// Reads are open or not, before anything else is looked at.
pub(crate) struct MayRead;

impl axum::extract::FromRequestParts<App> for MayRead {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Caller::reading(app, &parts.headers).map(|()| Self)
    }
}
