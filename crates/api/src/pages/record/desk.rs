//! A draft in hand: whose it is, its form, and what it has before it.

use axum::http::StatusCode;
use axum::response::Response;
use servanda_events::ids::{CommandId, Revision};

use super::drafts::{Draft, DraftError, Sent};
use super::flows;
use super::form::{About, Answers, Form, Step};
use super::scene::{Scene, Wish};
use crate::auth::Caller;
use crate::pages::visitor::{Visitor, see_other};
use crate::problem::Problem;
use crate::when::blocking;

/// A draft in hand.
pub(crate) struct Desk {
    pub(crate) form: &'static Form,
    pub(crate) draft: Draft,
    pub(crate) caller: Caller,
    scene: Option<Scene>,
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::TooMany => Self::new(StatusCode::CONFLICT, "too_many_drafts"),
            DraftError::TooLong => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "form_too_large").with("megabytes", &1),
            error => Self::internal(error),
        }
    }
}

/// That there is no such draft of this person.
pub(crate) fn no_draft(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "draft_unknown").with("id", &id)
}

/// That there is no such page.
pub(crate) fn no_page(name: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &name)
}

/// The id of a draft, as the first page of its form sends it.
pub(crate) fn draft_id(text: &str) -> Result<CommandId, Problem> {
    // Ids of commands are made of it, with a number at the end.
    let good = (8..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.parse().ok().filter(|_| good).ok_or_else(|| no_draft(text))
}

impl Desk {
    /// A new draft, kept nowhere yet.
    pub(crate) fn begin(visitor: &Visitor, form: &'static Form, id: CommandId) -> Result<Self, Problem> {
        let caller = visitor.caller()?;
        let draft = Draft {
            id,
            form: form.id.to_owned(),
            answers: Answers::default(),
            revision: 0,
            changed_at: visitor.app.log().now(),
            recorded: None,
            sent: None,
        };
        Ok(Self { form, draft, caller, scene: None })
    }

    /// A kept draft of this person, with what it has before it.
    pub(crate) async fn of(visitor: &Visitor, id: &str) -> Result<Self, Problem> {
        let id = draft_id(id)?;
        let mut desk = Self::found(visitor, &id).await?.ok_or_else(|| no_draft(id.as_str()))?;
        if desk.draft.recorded.is_none() {
            desk.look(visitor).await?;
        }
        Ok(desk)
    }

    /// A kept draft of this person, if there is one of this id.
    pub(crate) async fn found(visitor: &Visitor, id: &CommandId) -> Result<Option<Self>, Problem> {
        let caller = visitor.caller()?;
        let (user, id) = (caller.actor.clone(), id.clone());
        let draft = blocking(&visitor.app, move |app| Ok(app.drafts()?.draft(&user, &id)?)).await?;
        let Some(draft) = draft else { return Ok(None) };
        let form = flows::form(&draft.form).ok_or_else(|| no_page(&draft.form))?;
        Ok(Some(Self { form, draft, caller, scene: None }))
    }

    /// Looks at what the draft has before it.
    pub(crate) async fn look(&mut self, visitor: &Visitor) -> Result<(), Problem> {
        let (form, answers, draft) = (self.form, self.draft.answers.clone(), self.draft.id.clone());
        let (party, lang) = (self.caller.party.clone(), visitor.lang);
        let scene = blocking(&visitor.app, move |app| {
            let wish = Wish { form, answers: &answers, draft: &draft, party: party.as_ref(), lang };
            Scene::of(app.log(), app.read(), &wish)
        });
        self.scene = Some(scene.await?);
        Ok(())
    }

    /// What it has before it.
    pub(crate) fn scene(&self) -> Result<&Scene, Problem> {
        self.scene.as_ref().ok_or_else(|| Problem::internal("a draft that was not looked at"))
    }

    /// How far the thing has come that it is about.
    pub(crate) fn revision(&self) -> Revision {
        self.scene.as_ref().map_or(0, super::submit::revision)
    }

    /// Keeps it.
    pub(crate) fn keep(&mut self, visitor: &Visitor) -> Result<(), Problem> {
        self.draft.changed_at = visitor.app.log().now();
        Ok(visitor.app.drafts()?.keep(&self.caller.actor, &self.draft)?)
    }

    /// Answers with which the form begins, where nothing was typed yet.
    pub(crate) fn seed(&mut self, seeds: &Answers) {
        self.draft.answers.fill_from(seeds);
    }

    /// Answers that can be taken back: one promise weighs as much as another until somebody says otherwise.
    pub(crate) fn suggest(&mut self) {
        if self.form.id == "milestone" {
            self.draft.answers.fill_from(&[("weight", "1")].into_iter().collect());
        }
    }

    /// Whether the address of the form may name this.
    pub(crate) fn names(&self, name: &str) -> bool {
        let about = match self.form.about {
            About::New => None,
            About::Thing(family) => Some(family.as_str()),
            About::Entry => Some("entry"),
        };
        about == Some(name) || self.form.within.contains(&name)
    }

    /// Its first page.
    pub(crate) fn first(&self) -> Result<&'static Step, Problem> {
        self.form.steps.first().ok_or_else(|| Problem::internal("a form without pages"))
    }

    /// Where what was recorded of it is shown, once it was; where it waits for a second person, while it does.
    pub(crate) fn done(&self) -> Option<Response> {
        if self.draft.sent == Some(Sent::All) {
            let proposal = super::submit::command_id(&self.draft.id, 0).ok()?;
            return Some(see_other(&format!("/review/{proposal}")));
        }
        let position = self.draft.recorded?;
        Some(see_other(&format!("/recorded/{position}?form={}", self.form.id)))
    }

    /// The address of one of its pages.
    pub(crate) fn address(&self, step: &str, back: bool) -> String {
        let address = super::walk::address_of(&self.draft.id, step);
        if back { format!("{address}?back=check") } else { address }
    }

    /// Where the person came from, as far as the form says.
    pub(crate) fn origin(&self) -> String {
        let named = |name: &str| self.draft.answers.text(name).to_owned();
        let plural = [("commitment", "commitments"), ("agreement", "agreements"), ("package", "packages")];
        let found = plural.iter().map(|(one, many)| (many, named(one))).find(|(_, id)| !id.is_empty());
        match (found, named("entry")) {
            (Some((many, id)), _) => format!("/{many}/{id}"),
            (None, entry) if !entry.is_empty() => format!("/entries/{entry}"),
            _ => "/record".to_owned(),
        }
    }
}
