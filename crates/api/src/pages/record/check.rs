//! Before something is recorded: all answers, what they change, the warnings that would be stored. Recording, and what
//! was recorded. Where somebody else recorded on the same thing meanwhile, what changed is shown, and the answers
//! stay.
//!
//! Deliberately absent: deciding what is a warning; the rules do, in a rehearsal.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use servanda_events::{Fact, Recorded};
use servanda_log::Outcome;

use super::aside::{self, Aside};
use super::desk::Desk;
use super::drafts::Sent;
use super::shown;
use super::submit::{Asked, Came, Refused};
use super::view::{Page, label};
use super::wanted::{self, Complaint, Wanted};
use crate::pages::routes::{Row, Who};
use crate::pages::visitor::{Visitor, see_other};
use crate::pages::{format, in_the_way, review, say};
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::Words;

pub(crate) static CHECK: Row = Row::recording("/drafts/{draft}/check", "draft_check", &[]);
pub(crate) static RECORD: Row = Row::plain("post", "/drafts/{draft}/check", "draft_record", Who::Recording, &[]);
pub(crate) static AGAIN: Row = Row::plain("post", "/drafts/{draft}/again", "draft_again", Who::Recording, &[]);
pub(crate) static FORGET: Row = Row::plain("post", "/drafts/{draft}/delete", "draft_delete", Who::Recording, &[]);

/// Under which name a draft keeps why it came back from a second person.
pub(crate) const RETURNED_BECAUSE: &str = "returned-because";
/// Most entries shown of what others recorded meanwhile.
const MEANWHILE_MAX: usize = 50;

/// A row of the table of what changes.
#[derive(Debug, Serialize)]
struct ChangeRow {
    name: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// An answer, with the way to change it.
#[derive(Debug, Serialize)]
struct AnswerRow {
    key: String,
    lines: Vec<String>,
    change_href: String,
}

/// What somebody recorded meanwhile.
#[derive(Debug, Serialize)]
struct Meanwhile {
    position: u64,
    what: String,
    who: Option<String>,
    when: String,
    recorded: String,
}

#[derive(Debug, Serialize)]
struct CheckPage<'a> {
    title: String,
    caption: String,
    back_href: String,
    action: String,
    delete_action: String,
    hidden: Vec<(String, String)>,
    errors: Option<Value>,
    closed: Option<String>,
    aside: Option<Aside>,
    /// Why a second person gave it back, where one did.
    returned: Option<String>,
    /// What stands in the way.
    already: Option<&'a Aside>,
    answers: Vec<AnswerRow>,
    changes: Vec<ChangeRow>,
    warnings: Vec<String>,
    entries: String,
    meanwhile: Vec<Meanwhile>,
    submit: String,
    /// Whether a second person decides.
    two: bool,
    ready: bool,
}

/// All answers of a draft.
pub(crate) async fn check(visitor: Visitor, Path(draft): Path<String>) -> Result<Response, Problem> {
    let desk = Desk::of(&visitor, &draft).await?;
    if let Some(done) = desk.done().or(came_back(&visitor, &desk)?) {
        return Ok(done);
    }
    let complaints = incomplete(&desk)?;
    if let Some(first) = complaints.first() {
        // Somebody who finishes a draft of yesterday goes on where it was left.
        let step = first.field.and_then(|field| desk.form.field(field)).map(|(step, _)| step.id);
        if let Some(step) = step {
            return Ok(see_other(&desk.address(step, false)));
        }
    }
    let (found, desk) = rehearsed(&visitor, desk).await?;
    page(&visitor, &desk, &found, StatusCode::OK)
}

/// Leads to what came back of a draft, before the rest of it is sent.
fn came_back(visitor: &Visitor, desk: &Desk) -> Result<Option<Response>, Problem> {
    let sent = desk.draft.sent.is_some();
    let back = if sent { review::came_back(&visitor.app, &desk.draft.id)? } else { None };
    Ok(back.map(|proposal| see_other(&format!("/review/{proposal}"))))
}

/// What a rehearsal found.
#[derive(Default)]
struct Found {
    wanted: Vec<Wanted>,
    outcomes: Vec<Outcome>,
    complaints: Vec<Complaint>,
    meanwhile: Vec<Recorded>,
    already: Option<Aside>,
    /// Whether the ledger wants a second person for any of it.
    two: bool,
}

/// What is wrong with the answers, page by page.
fn incomplete(desk: &Desk) -> Result<Vec<Complaint>, Problem> {
    let (scene, answers) = (desk.scene()?, &desk.draft.answers);
    Ok(desk.form.asked(answers, scene).flat_map(|step| wanted::complaints(step, answers, scene)).collect())
}

/// Asks the rules what recording would lead to, where it holds up nobody.
async fn rehearsed(visitor: &Visitor, desk: Desk) -> Result<(Found, Desk), Problem> {
    let lang = visitor.lang;
    blocking(&visitor.app, move |app| {
        let mut found = Found::default();
        let asked = Asked::of(desk.form, &desk.draft, desk.scene()?, &desk.caller, app.log());
        let outcome = asked.and_then(|asked| {
            let outcomes = asked.rehearsed(app.log(), &desk.caller);
            found.two = asked.needs_second_person(&desk.caller);
            found.wanted = asked.wanted;
            outcomes
        });
        match outcome {
            Ok(outcomes) => found.outcomes = outcomes,
            Err(Refused::Complaint(mut complaint)) => {
                let holder = in_the_way::holder(app.log(), &complaint.params)?;
                (complaint.params, found.already) = in_the_way::looking(app, lang, |look| {
                    let already = holder.map(|(stream, fact)| in_the_way::aside(look, &stream, &fact)).transpose()?;
                    Ok((in_the_way::named(look, &complaint.params)?, already))
                })?;
                found.complaints.push(complaint);
            }
            Err(Refused::Moved) => {
                let stream = desk.scene()?.history.stream();
                let entries = app.log().read_stream(stream, desk.draft.revision, MEANWHILE_MAX)?;
                found.meanwhile = entries.iter().map(|entry| entry.decode()).collect::<Result<_, _>>()?;
            }
            Err(Refused::Problem(problem)) => return Err(problem),
        }
        Ok((found, desk))
    })
    .await
}

/// Records a draft.
pub(crate) async fn record(visitor: Visitor, Path(draft): Path<String>) -> Result<Response, Problem> {
    let desk = Desk::of(&visitor, &draft).await?;
    if let Some(done) = desk.done().or(came_back(&visitor, &desk)?) {
        return Ok(done);
    }
    if !incomplete(&desk)?.is_empty() {
        return Ok(see_other(&desk.address("check", false)));
    }
    let (found, desk) = rehearsed(&visitor, desk).await?;
    if !found.complaints.is_empty() || !found.meanwhile.is_empty() {
        return page(&visitor, &desk, &found, StatusCode::CONFLICT);
    }
    let asked = Asked::of(desk.form, &desk.draft, desk.scene()?, &desk.caller, visitor.app.log());
    let came = match asked {
        Ok(asked) => asked.submitted(&visitor.app, visitor.user.as_ref(), &desk.caller).await,
        Err(refused) => Err(refused),
    };
    match came {
        Ok(came) => done(&visitor, &desk, &came).await,
        Err(Refused::Problem(problem)) => Err(problem),
        // The pages of the draft say what is in the way.
        Err(Refused::Complaint(_) | Refused::Moved) => {
            let (found, desk) = rehearsed(&visitor, desk).await?;
            page(&visitor, &desk, &found, StatusCode::CONFLICT)
        }
    }
}

async fn done(visitor: &Visitor, desk: &Desk, came: &Came) -> Result<Response, Problem> {
    let outcomes = &came.recorded;
    if let Some(proposal) = came.proposed.first() {
        let (drafts, user, id) = (visitor.app.drafts()?, &desk.caller.actor, &desk.draft.id);
        match (came.recorded.is_empty(), came.waits) {
            (true, waits) => drafts.sent(user, id, if waits { Sent::Part } else { Sent::All })?,
            (false, true) => {}
            // Part of it is a fact: it cannot be stated again as a whole.
            (false, false) => drafts.forget(user, id)?,
        }
        return Ok(see_other(&format!("/review/{proposal}")));
    }
    let first = outcomes.iter().flat_map(|outcome| &outcome.entries).map(|entry| entry.fact.position).next();
    let (user, id) = (desk.caller.actor.clone(), desk.draft.id.clone());
    let Some(position) = first else {
        // Nothing to record: it was so already, or it is not for the ledger.
        if desk.form.id == "answer" && outcomes.is_empty() {
            set_aside(visitor, desk)?;
        }
        visitor.app.drafts()?.forget(&user, &id)?;
        return Ok(see_other(&format!("/recorded/0?form={}", desk.form.id)));
    };
    blocking(&visitor.app, move |app| Ok(app.drafts()?.recorded(&user, &id, position)?)).await?;
    Ok(see_other(&format!("/recorded/{position}?form={}", desk.form.id)))
}

/// Remembers that a claim is not one that the party has to answer.
fn set_aside(visitor: &Visitor, desk: &Desk) -> Result<(), Problem> {
    let answers = &desk.draft.answers;
    let party = match &desk.caller.party {
        Some(party) => party.clone(),
        None => answers.text("reported_by").parse().map_err(|_| crate::reads::not_found("party", ""))?,
    };
    let claim = answers.text("claim").parse().map_err(|_| crate::reads::not_found("entry", ""))?;
    let now = visitor.app.log().now();
    Ok(visitor.app.drafts()?.set_aside(&party, &claim, &desk.caller.actor, answers.text("not_ours"), now)?)
}

/// Takes a draft to where its thing stands now, and shows the answers again.
pub(crate) async fn again(visitor: Visitor, Path(draft): Path<String>) -> Result<Response, Problem> {
    let mut desk = Desk::of(&visitor, &draft).await?;
    if let Some(done) = desk.done() {
        return Ok(done);
    }
    desk.draft.revision = desk.revision();
    desk.keep(&visitor)?;
    Ok(see_other(&desk.address("check", false)))
}

/// Deletes a draft.
pub(crate) async fn forget(visitor: Visitor, Path(draft): Path<String>) -> Result<Response, Problem> {
    let desk = Desk::of(&visitor, &draft).await?;
    visitor.app.drafts()?.forget(&desk.caller.actor, &desk.draft.id)?;
    Ok(see_other("/drafts"))
}

fn page(visitor: &Visitor, desk: &Desk, found: &Found, status: StatusCode) -> Result<Response, Problem> {
    let (form, scene, answers) = (desk.form, desk.scene()?, &desk.draft.answers);
    let lang = visitor.lang;
    let view = Page { form, answers, scene, complaints: &found.complaints };
    let moved = !found.meanwhile.is_empty();
    let entries: usize = found.outcomes.iter().map(|outcome| outcome.entries.len()).sum();
    let flags = found.outcomes.iter().flat_map(|outcome| &outcome.entries).flat_map(|entry| &entry.fact.flags);
    let mut warnings: Vec<String> = flags.map(|flag| Words::shared().warning(flag, lang)).collect();
    warnings.dedup();
    let before = form.asked(answers, scene).last().map_or("", |step| step.id);
    let not_ours = form.id == "answer" && answers.text("answer") == "not_ours";
    let entries = match (not_ours, entries) {
        (true, _) => say::text(lang, "check-nothing-recorded"),
        (false, 0) if found.complaints.is_empty() && !moved => say::text(lang, "check-already-so"),
        (false, count) => say::say(lang, "check-entries", &[("count", count.into())]),
    };
    let content = CheckPage {
        title: say::text(lang, if moved { "check-moved" } else { "form-check" }),
        caption: say::text(lang, &format!("record-{}", form.id)),
        back_href: visitor.link(&desk.address(before, false)),
        action: desk.address(if moved { "again" } else { "check" }, false),
        delete_action: desk.address("delete", false),
        hidden: Vec::new(),
        errors: view.errors().map(|errors| with_pages(errors, desk, &found.complaints)),
        closed: visitor.in_the_past().then(|| say::text(lang, "form-closed-past")),
        aside: aside::of(form, answers, scene, visitor.app.log().now()),
        returned: Some(answers.text(RETURNED_BECAUSE)).filter(|reason| !reason.is_empty()).map(str::to_owned),
        already: found.already.as_ref(),
        answers: answer_rows(desk)?,
        changes: found.wanted.iter().flat_map(|wanted| change_rows(desk, wanted)).collect(),
        warnings,
        entries,
        meanwhile: found.meanwhile.iter().map(|entry| meanwhile(&entry.fact, scene)).collect(),
        submit: say::text(lang, button(moved, not_ours, found.two)),
        two: found.two,
        ready: found.complaints.is_empty(),
    };
    visitor.page_as(status, "pages/record/check.html", &content)
}

/// What the button does.
fn button(moved: bool, not_ours: bool, two: bool) -> &'static str {
    match (moved, not_ours, two) {
        (true, _, _) => "check-again",
        (false, true, _) => "check-set-aside",
        (false, false, true) => "check-propose",
        (false, false, false) => "check-record",
    }
}

/// Links of the summary lead to the page on which a question is asked.
fn with_pages(errors: Value, desk: &Desk, complaints: &[Complaint]) -> Value {
    let Value::Array(items) = errors else { return errors };
    let with_page = |(mut item, complaint): (Value, &Complaint)| {
        let step = complaint.field.and_then(|field| desk.form.field(field)).map(|(step, _)| step.id);
        let anchor = item["href"].as_str().unwrap_or_default().to_owned();
        item["href"] = step.map_or(Value::Null, |step| json!(format!("{}{anchor}", desk.address(step, true))));
        item
    };
    items.into_iter().zip(complaints).map(with_page).collect()
}

fn answer_rows(desk: &Desk) -> Result<Vec<AnswerRow>, Problem> {
    let (scene, answers) = (desk.scene()?, &desk.draft.answers);
    let mut rows = Vec::new();
    for step in desk.form.asked(answers, scene) {
        for field in step.fields.iter().filter(|field| field.is_asked(answers, scene)) {
            // What a correction leaves alone is no answer of the person.
            if matches!(field.shown, super::form::Shown::InFact) {
                continue;
            }
            let mut lines = shown::answer(field, answers, scene);
            if lines.is_empty() {
                lines.push(say::text(scene.lang, "record-none"));
            }
            let page = Page { form: desk.form, answers, scene, complaints: &[] };
            rows.push(AnswerRow { key: page.plain_words(field), lines, change_href: desk.address(step.id, true) });
        }
    }
    Ok(rows)
}

fn change_rows(desk: &Desk, wanted: &Wanted) -> Vec<ChangeRow> {
    let Ok(scene) = desk.scene() else { return Vec::new() };
    let row = |change: &wanted::Change| {
        let (_, field) = desk.form.field(change.field)?;
        let lines = |value: &Value| {
            let lines = shown::value_of(field, value, scene);
            if lines.is_empty() { vec![say::text(scene.lang, "record-none")] } else { lines }
        };
        Some(ChangeRow {
            name: label(desk.form, change.field, scene.lang),
            before: lines(&change.before),
            after: lines(&change.after),
        })
    };
    wanted.changes().iter().filter_map(row).collect()
}

fn meanwhile(fact: &Fact, scene: &super::scene::Scene) -> Meanwhile {
    Meanwhile {
        position: fact.position,
        what: aside::event_name(fact.event.type_name(), scene),
        who: fact.reported_by.as_ref().map(|party| scene.name(party.as_str())),
        when: format::fuzzy(&fact.occurred_on, scene.lang),
        recorded: format::moment(fact.recorded_at, scene.lang),
    }
}
