//! The way through a form: question by question, check the answers, record, and what was recorded. Every step is a
//! page of its own, kept on the server, and works by links and posted forms alone.
//!
//! A form begins under `/record/{form}`, which names what it is about; from its first page on it is a draft under
//! `/drafts/{draft}`. The draft's id is drawn when the first page is shown and sent with it, so that pressing a button
//! twice begins one draft and records once.
//!
//! Deliberately absent: what is asked, see [`super::flows`]; what is recorded and how, see [`super::submit`].

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use servanda_events::ids::CommandId;

use super::aside::{self, Aside};
use super::desk::{Desk, draft_id, no_draft, no_page};
use super::flows;
use super::form::{Answers, Form, Step};
use super::posted::{Files, Posted};
use super::rows;
use super::view::Page;
use super::wanted::{self, Complaint};
use crate::pages::routes::{Row, Who};
use crate::pages::say;
use crate::pages::visitor::{Visitor, see_other};
use crate::problem::Problem;

pub(crate) static BEGIN: Row = Row::recording("/record/{form}", "record_begin", rows::SUBJECTS);
pub(crate) static FIRST: Row = Row::plain("post", "/record/{form}", "record_first", Who::Recording, &[]);
pub(crate) static STEP: Row = Row::recording("/drafts/{draft}/{step}", "draft_step", &[&rows::BACK]);
pub(crate) static SAVE: Row = Row::plain("post", "/drafts/{draft}/{step}", "draft_save", Who::Recording, &[]);

/// A page of questions.
#[derive(Debug, Serialize)]
struct StepPage {
    title: String,
    heading: Option<String>,
    caption: String,
    back_href: String,
    action: String,
    hidden: Vec<(String, String)>,
    multipart: bool,
    /// Whether the page has a button before the one that goes on.
    searches: bool,
    errors: Option<Value>,
    closed: Option<String>,
    parts: Vec<Value>,
    aside: Option<Aside>,
    intro: Option<String>,
}

/// Begins a form: its first page.
pub(crate) async fn begin(visitor: Visitor, Path(form): Path<String>) -> Result<Response, Problem> {
    let form = flows::form(&form).ok_or_else(|| no_page(&form))?;
    let mut desk = Desk::begin(&visitor, form, visitor.app.log().new_command_id())?;
    for param in rows::SUBJECTS {
        if let Some(value) = visitor.asked.text(param) {
            desk.draft.answers.set(param.name, value);
        }
    }
    desk.look(&visitor).await?;
    let seeds = flows::seeded(desk.scene()?);
    desk.seed(&seeds);
    desk.suggest();
    desk.draft.revision = super::submit::revision(desk.scene()?);
    let step = desk.first()?;
    shown(&visitor, &desk, step, &Shown { complaints: &[], begins: true, back: false }, StatusCode::OK)
}

/// Takes the first page of a form, and makes a draft of it.
pub(crate) async fn first(visitor: Visitor, Path(form): Path<String>, request: Request) -> Result<Response, Problem> {
    let form = flows::form(&form).ok_or_else(|| no_page(&form))?;
    let posted = Posted::of(request, Files::Hashed).await?;
    let id = draft_id(posted.answers.text("draft"))?;
    let mut desk = match Desk::found(&visitor, &id).await? {
        Some(desk) if desk.form.id == form.id => desk,
        Some(_) => return Err(no_draft(id.as_str())),
        None => Desk::begin(&visitor, form, id)?,
    };
    if let Some(done) = desk.done() {
        return Ok(done);
    }
    for param in rows::SUBJECTS {
        let value = posted.answers.text(param.name);
        if desk.names(param.name) && !value.is_empty() {
            desk.draft.answers.set(param.name, value);
        }
    }
    desk.look(&visitor).await?;
    let seeds = flows::seeded(desk.scene()?);
    desk.seed(&seeds);
    desk.draft.revision = posted.answers.text("revision").parse().unwrap_or_else(|_| desk.revision());
    let step = desk.first()?;
    taken(&visitor, desk, step, &posted).await
}

/// A page of a draft.
pub(crate) async fn step(visitor: Visitor, Path((draft, step)): Path<(String, String)>) -> Result<Response, Problem> {
    let desk = Desk::of(&visitor, &draft).await?;
    if let Some(done) = desk.done() {
        return Ok(done);
    }
    let step = desk.form.step(&step).ok_or_else(|| no_page(&step))?;
    let back = visitor.asked.text(&rows::BACK).is_some();
    shown(&visitor, &desk, step, &Shown { complaints: &[], begins: false, back }, StatusCode::OK)
}

/// Takes a page of a draft.
pub(crate) async fn save(
    visitor: Visitor,
    Path((draft, step)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let posted = Posted::of(request, Files::Hashed).await?;
    let desk = Desk::of(&visitor, &draft).await?;
    if let Some(done) = desk.done() {
        return Ok(done);
    }
    let step = desk.form.step(&step).ok_or_else(|| no_page(&step))?;
    taken(&visitor, desk, step, &posted).await
}

/// Keeps what was typed on a page, whatever it is, and goes on, or says what is wrong.
async fn taken(visitor: &Visitor, mut desk: Desk, step: &'static Step, posted: &Posted) -> Result<Response, Problem> {
    let scene = desk.scene()?;
    let mut answers = desk.draft.answers.clone();
    let before = searched(step, &answers);
    answers.take_over(step, &posted.answers, scene);
    let searched = searched(step, &answers).into_iter().zip(before).any(|(now, then)| !now.is_empty() && now != then);
    desk.draft.answers = answers;
    desk.keep(visitor)?;
    let back = posted.answers.text("back") == "check";
    match posted.answers.text("then") {
        "later" => return Ok(see_other("/drafts")),
        "find" => return Ok(see_other(&desk.address(step.id, back))),
        // Whoever types what to search for and presses Enter means the search; anywhere else, Enter goes on.
        "enter" if searched => return Ok(see_other(&desk.address(step.id, back))),
        _ => {}
    }
    desk.look(visitor).await?;
    let mut complaints = wanted::complaints(step, &desk.draft.answers, desk.scene()?);
    if complaints.is_empty() {
        complaints.extend(wanted::disagreement(desk.form, step, &desk.draft.answers, desk.scene()?));
    }
    if !complaints.is_empty() {
        let shape = Shown { complaints: &complaints, begins: false, back };
        return shown(visitor, &desk, step, &shape, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let next = desk.form.after(step.id, &desk.draft.answers, desk.scene()?);
    // Whoever changed one answer goes back to all of them, unless the change asks something new.
    let unanswered = |id: &&str| {
        let step = desk.form.step(id);
        let scene = desk.scene().ok();
        step.zip(scene).is_some_and(|(step, scene)| !wanted::complaints(step, &desk.draft.answers, scene).is_empty())
    };
    let next = if back { next.filter(unanswered) } else { next };
    Ok(see_other(&next.map_or_else(|| desk.address("check", false), |next| desk.address(next, back))))
}

/// What a page was told to search for, question by question.
fn searched(step: &Step, answers: &Answers) -> Vec<String> {
    step.fields.iter().map(|field| answers.text(&format!("{}-find", field.name)).trim().to_owned()).collect()
}

/// How a page is shown.
struct Shown<'a> {
    complaints: &'a [Complaint],
    /// Whether it begins the form, which is no draft yet.
    begins: bool,
    /// Whether it leads back to the answers.
    back: bool,
}

fn shown(
    visitor: &Visitor,
    desk: &Desk,
    step: &'static Step,
    how: &Shown<'_>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (form, scene, answers) = (desk.form, desk.scene()?, &desk.draft.answers);
    let page = Page { form, answers, scene, complaints: how.complaints };
    let (heading, parts) = page.parts(step);
    let title = heading.clone().unwrap_or_else(|| page.title(step));
    let before = form.before(step.id, answers, scene);
    let back_href = match (how.begins, how.back, before) {
        (_, true, _) => desk.address("check", false),
        (false, _, Some(before)) => desk.address(before, false),
        _ => desk.origin(),
    };
    let mut hidden: Vec<(String, String)> = Vec::new();
    if how.begins {
        hidden.push(("draft".to_owned(), desk.draft.id.to_string()));
        hidden.push(("revision".to_owned(), desk.draft.revision.to_string()));
        let named = rows::SUBJECTS.iter().map(|param| (param.name, answers.text(param.name)));
        let asked = |name: &str| step.fields.iter().any(|field| field.name == name);
        hidden.extend(
            named.filter(|(name, value)| !value.is_empty() && !asked(name)).map(|(n, v)| (n.to_owned(), v.to_owned())),
        );
    }
    if how.back {
        hidden.push(("back".to_owned(), "check".to_owned()));
    }
    let content = StepPage {
        title,
        heading,
        caption: say::text(visitor.lang, &format!("record-{}", form.id)),
        back_href: visitor.link(&back_href),
        action: if how.begins { format!("/record/{}", form.id) } else { desk.address(step.id, false) },
        hidden,
        multipart: step.fields.iter().any(|field| field.kind == super::form::Kind::Scan),
        searches: parts.iter().any(|part| part["component"] == "find"),
        errors: page.errors(),
        closed: visitor.in_the_past().then(|| say::text(visitor.lang, "form-closed-past")),
        parts,
        aside: aside::of(form, answers, scene, visitor.app.log().now()),
        intro: super::view::intro(form, step, visitor.lang),
    };
    visitor.page_as(status, "pages/record/step.html", &content)
}

/// The form of a draft, for whoever lists drafts.
pub(crate) fn form_of(draft: &super::drafts::Draft) -> Option<&'static Form> {
    flows::form(&draft.form)
}

/// Where a draft goes on.
pub(crate) fn address_of(draft: &CommandId, step: &str) -> String {
    format!("/drafts/{draft}/{step}")
}
