//! The pages of an import: send a table, choose its sheet, say which column means what, see what would become of each
//! row, record the good ones or nothing, and take all of it back.
//!
//! Deliberately absent: what rows mean, see [`super::kinds`]; what becomes of them, see [`super::preview`].

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use servanda_events::ids::CommandId;
use servanda_interop::mapping::Mapping;
use servanda_projector::At;

use super::annotated;
use super::kinds::{self, KINDS};
use super::preview::{Cause, Line, Preview, Status, Trouble, causes};
use super::recording::{self, Came, Kept};
use super::second::{self, Returned};
use super::table;
use crate::app::App;
use crate::auth::Caller;
use crate::pages::format;
use crate::pages::record::desk::{draft_id, no_draft};
use crate::pages::record::drafts::batches::{Batch, BatchState};
use crate::pages::record::form::Answers;
use crate::pages::record::posted::{Files, Posted};
use crate::pages::routes::{Row, Who};
use crate::pages::shell::encoded;
use crate::pages::visitor::{Visitor, see_other};
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::Lang;

pub(crate) static START: Row = Row::recording("/import", "import_start", &[]);
pub(crate) static SEND: Row = Row::plain("post", "/import", "import_send", Who::Recording, &[]);
pub(crate) static BATCH: Row = Row::recording("/import/{batch}", "import_batch", &[]);
pub(crate) static PREVIEW: Row = Row::recording("/import/{batch}/preview", "import_preview", &[]);
pub(crate) static RECORD: Row = Row::plain("post", "/import/{batch}/record", "import_record", Who::Recording, &[]);
pub(crate) static UNDO: Row = Row::plain("post", "/import/{batch}/undo", "import_undo", Who::Recording, &[]);
pub(crate) static FORGET: Row = Row::plain("post", "/import/{batch}/delete", "import_delete", Who::Recording, &[]);

/// Most bytes of a table that is imported from a page.
pub(crate) const TABLE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Rows that are shown one by one.
const LINES_MAX: usize = 200;

#[derive(Debug, Serialize)]
struct BatchRow {
    href: String,
    name: String,
    made: String,
    state: String,
}

#[derive(Debug, Serialize)]
struct StartPage {
    title: String,
    back_href: String,
    action: &'static str,
    errors: Option<Value>,
    closed: Option<String>,
    kinds: Vec<Value>,
    batches: Vec<BatchRow>,
}

/// Send a table.
pub(crate) async fn start(visitor: Visitor) -> Result<Response, Problem> {
    start_page(&visitor, "", None, StatusCode::OK).await
}

async fn start_page(
    visitor: &Visitor,
    kind: &str,
    error: Option<(&str, &str)>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let user = visitor.caller()?.actor;
    let batches = blocking(&visitor.app, move |app| {
        let batches = app.drafts()?.batches_of(&user)?;
        batches.into_iter().map(|batch| second::settled(app, &user, batch)).collect::<Result<Vec<_>, _>>()
    })
    .await?;
    let row = |batch: &Batch| BatchRow {
        href: format!("/import/{}", batch.id),
        name: batch.name.clone(),
        made: format::moment(batch.made_at, visitor.lang),
        state: visitor.say(&format!("import-state-{}", batch.state.as_str()), &[]),
    };
    let choice = |id: &str| {
        let text = visitor.say(&format!("import-kind-{id}"), &[]);
        let hint = visitor.say(&format!("import-kind-{id}-hint"), &[]);
        json!({ "value": id, "text": text, "hint": { "text": hint }, "checked": id == kind })
    };
    let kinds = KINDS.iter().map(|kind| kind.id).chain(["own"]).map(choice).collect();
    let content = StartPage {
        title: visitor.say("record-import", &[]),
        back_href: visitor.link("/record"),
        action: "/import",
        errors: error.map(|(at, key)| json!([{ "href": format!("#{at}"), "text": visitor.say(key, &[]) }])),
        closed: visitor.in_the_past().then(|| visitor.say("form-closed-past", &[])),
        kinds,
        batches: batches.iter().map(row).collect(),
    };
    visitor.page_as(status, "pages/import/start.html", &content)
}

/// Takes a table that was sent.
pub(crate) async fn send(visitor: Visitor, request: Request) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let posted = Posted::of(request, Files::Kept(TABLE_BYTES_MAX)).await?;
    let kind = posted.answers.text("kind").to_owned();
    let wrong = |at, key| Some((at, key));
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(file) = posted.uploads.iter().find(|upload| upload.input == "file") else {
        return start_page(&visitor, &kind, wrong("file", "import-no-file"), unfit).await;
    };
    let mut answers: Answers = [("kind", kind.as_str()), ("source", file.name.as_str())].into_iter().collect();
    if kind == "own" {
        let own = posted.uploads.iter().find(|upload| upload.input == "mapping");
        let text = own.and_then(|own| String::from_utf8(own.bytes.clone()).ok()).filter(|text| !text.trim().is_empty());
        let Some(text) = text else {
            return start_page(&visitor, &kind, wrong("mapping", "import-no-mapping"), unfit).await;
        };
        answers.set("own-mapping", &text);
    } else if kinds::kind(&kind).is_none() {
        return start_page(&visitor, &kind, wrong("kind", "import-no-kind"), unfit).await;
    }
    let batch = Batch {
        id: visitor.app.log().new_command_id(),
        name: file.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        answers,
        file: file.bytes.clone(),
        made_at: visitor.app.log().now(),
        state: BatchState::Open,
        outcome: "{}".to_owned(),
    };
    let next = if kind == "own" { "preview" } else { "columns" };
    let address = format!("/import/{}/{next}", batch.id);
    blocking(&visitor.app, move |app| {
        // What cannot be read is refused before it is kept.
        table::sheets(&batch.file)?;
        table::head(&batch)?;
        Ok(app.drafts()?.keep_batch(&caller.actor, &batch)?)
    })
    .await?;
    Ok(see_other(&address))
}

/// A table of this person.
pub(super) async fn found(visitor: &Visitor, caller: &Caller, id: &str) -> Result<Batch, Problem> {
    let (user, id): (_, CommandId) = (caller.actor.clone(), draft_id(id)?);
    let kept = id.clone();
    let batch = blocking(&visitor.app, move |app| {
        let batch = app.drafts()?.batch(&user, &kept)?;
        batch.map(|batch| second::settled(app, &user, batch)).transpose()
    })
    .await?;
    batch.ok_or_else(|| no_draft(id.as_str()))
}

/// What the columns of a table mean, with the parties that the ledger knows now.
pub(super) fn meaning(app: &App, batch: &Batch) -> Result<Mapping, Problem> {
    let at = At { as_of: app.log().now().date_furthest_east(), known_at: app.read().position() };
    app.read().at(at, |reader| Ok(table::mapping(batch, reader)))?
}

/// Looks at every row of a table.
pub(super) fn looked_at(app: &App, batch: &Batch, caller: &Caller, lang: Lang) -> Result<Vec<Line>, Problem> {
    let mapping = meaning(app, batch)?;
    let mut preview = Preview::new(app, &mapping.source, caller, lang);
    table::rows(batch, &mapping)?.into_iter().map(|row| preview.line(row)).collect()
}

/// What is wrong with a row, in words.
#[derive(Debug, Serialize)]
struct TroubleRow {
    place: Option<String>,
    sentence: String,
    /// The way to the entry that is in the way.
    entry_href: Option<String>,
    entry: Option<String>,
}

#[derive(Debug, Serialize)]
struct LineRow {
    number: u64,
    id: String,
    status: String,
    wrong: bool,
    troubles: Vec<TroubleRow>,
    warnings: Vec<String>,
}

fn status_name(visitor: &Visitor, status: Status) -> String {
    visitor.say(&format!("import-status-{}", crate::pages::look::name_of(&status)), &[])
}

impl LineRow {
    fn of(visitor: &Visitor, line: &Line) -> Self {
        let trouble = |trouble: &Trouble| TroubleRow {
            place: trouble.place(visitor.lang),
            sentence: trouble.sentence.clone(),
            entry_href: trouble.entry.map(|position| format!("/entries/{position}")),
            entry: trouble.entry.map(|position| visitor.say("see-entry", &[("position", position.into())])),
        };
        Self {
            number: line.number,
            id: line.id.clone().unwrap_or_default(),
            status: status_name(visitor, line.status),
            wrong: line.status == Status::Wrong,
            troubles: line.troubles.iter().map(trouble).collect(),
            warnings: line.warnings.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
struct PreviewPage {
    title: String,
    caption: String,
    back_href: String,
    action: String,
    delete_action: String,
    errors: Option<Value>,
    closed: Option<String>,
    returned: Option<Returned>,
    counts: Vec<(String, usize)>,
    causes: Vec<Cause>,
    lines: Vec<LineRow>,
    shown: Option<String>,
    submit: String,
    ready: bool,
    annotated_href: Option<String>,
}

/// What would become of each row.
pub(crate) async fn preview(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    if batch.state != BatchState::Open {
        return Ok(see_other(&format!("/import/{}", batch.id)));
    }
    let lang = visitor.lang;
    let lines = {
        let batch = batch.clone();
        let caller = caller.clone();
        blocking(&visitor.app, move |app| looked_at(app, &batch, &caller, lang)).await?
    };
    // A table with a mapping of its own is asked nothing about its columns.
    let asked = kinds::kind(batch.answers.text("kind")).is_some();
    let back = if asked { format!("/import/{}/columns", batch.id) } else { "/import".to_owned() };
    let two = lines.iter().any(|line| second::is_needed(&caller, &line.requests));
    let count = |status: Status| lines.iter().filter(|line| line.status == status).count();
    let statuses = [Status::Create, Status::Change, Status::Same, Status::Wrong, Status::LeftOut];
    let entries: usize = lines.iter().map(|line| line.entries).sum();
    let good = count(Status::Create) + count(Status::Change);
    let mut worst: Vec<&Line> = lines.iter().collect();
    worst.sort_by_key(|line| (std::cmp::Reverse(line.status), line.number));
    let content = PreviewPage {
        title: visitor.say("import-preview-title", &[]),
        caption: batch.name.clone(),
        back_href: visitor.link(&back),
        action: format!("/import/{}/record", batch.id),
        delete_action: format!("/import/{}/delete", batch.id),
        errors: None,
        closed: visitor.in_the_past().then(|| visitor.say("form-closed-past", &[])),
        returned: Returned::of(&visitor.app, &batch)?,
        counts: statuses.into_iter().map(|status| (status_name(&visitor, status), count(status))).collect(),
        causes: causes(&lines),
        annotated_href: annotated::is_wanted(&lines).then(|| format!("/import/{}/annotated", batch.id)),
        lines: worst.iter().take(LINES_MAX).map(|line| LineRow::of(&visitor, line)).collect(),
        shown: (lines.len() > LINES_MAX)
            .then(|| visitor.say("import-shown", &[("shown", LINES_MAX.into()), ("rows", lines.len().into())])),
        submit: visitor.say(
            if two { "import-propose" } else { "import-record" },
            &[("rows", good.into()), ("entries", entries.into())],
        ),
        ready: good > 0,
    };
    visitor.page("pages/import/preview.html", &content)
}

/// Records the good rows.
pub(crate) async fn record(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    let address = format!("/import/{}", batch.id);
    if batch.state != BatchState::Open {
        return Ok(see_other(&address));
    }
    let lang = visitor.lang;
    let (kept, recorder) = (batch.clone(), caller.clone());
    let lines = blocking(&visitor.app, move |app| looked_at(app, &kept, &recorder, lang)).await?;
    let wrong = lines.iter().filter(|line| line.status == Status::Wrong).count();
    let requests: Vec<_> = lines.into_iter().flat_map(|line| line.requests).collect();
    if second::is_needed(&caller, &requests) {
        second::propose(&visitor.app, visitor.signed_in()?, batch, requests, wrong).await?;
    } else {
        recording::record(visitor.app.clone(), caller, batch, requests, wrong, lang).await?;
    }
    Ok(see_other(&address))
}

/// Takes back what was recorded.
pub(crate) async fn undo(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    let address = format!("/import/{}", batch.id);
    if batch.state == BatchState::Recorded {
        let lang = visitor.lang;
        if Came::of(&batch).entries.iter().any(|entry| caller.needs_second_person_on(&entry.stream)) {
            let reason = recording::reason(&batch, lang);
            second::propose_taking_back(&visitor.app, visitor.signed_in()?, batch, reason, lang).await?;
        } else {
            recording::undo(visitor.app.clone(), caller, batch, lang).await?;
        }
    }
    Ok(see_other(&address))
}

/// Gives up a table of which nothing is recorded.
pub(crate) async fn forget(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    blocking(&visitor.app, move |app| Ok(app.drafts()?.forget_batch(&caller.actor, &batch.id)?)).await?;
    Ok(see_other("/import"))
}

#[derive(Debug, Serialize)]
struct BatchPage {
    title: String,
    caption: String,
    back_href: String,
    closed: Option<String>,
    sentence: String,
    wrong: Option<String>,
    refused: Vec<String>,
    entries: Vec<u64>,
    more: usize,
    kept: Vec<Kept>,
    undo_action: Option<String>,
    refresh_href: Option<String>,
    returned: Option<Returned>,
    review_href: Option<String>,
}

/// What came of a table.
pub(crate) async fn batch(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    let came = Came::of(&batch);
    let count = came.entries.len();
    let sentence = match batch.state {
        BatchState::Open => return Ok(see_other(&format!("/import/{}/preview", batch.id))),
        BatchState::Recording => visitor.say("import-is-recording", &[]),
        BatchState::Proposed => visitor.say("import-is-proposed", &[]),
        BatchState::TakingBack => visitor.say("import-undo-is-proposed", &[]),
        BatchState::Recorded => visitor.say("import-was-recorded", &[("entries", count.into())]),
        BatchState::Undone => visitor.say("import-was-undone", &[("entries", came.taken_back.into())]),
    };
    let recorded = batch.state == BatchState::Recorded;
    let content = BatchPage {
        title: visitor.say("import-batch-title", &[]),
        caption: batch.name.clone(),
        back_href: visitor.link("/import"),
        closed: visitor.in_the_past().then(|| visitor.say("form-closed-past", &[])),
        sentence,
        wrong: (came.wrong > 0).then(|| visitor.say("import-rows-wrong", &[("rows", came.wrong.into())])),
        refused: came.refused,
        entries: came.entries.iter().take(LINES_MAX).map(|entry| entry.position).collect(),
        more: count.saturating_sub(LINES_MAX),
        kept: came.kept,
        undo_action: (recorded && count > 0).then(|| format!("/import/{}/undo", batch.id)),
        returned: Returned::of(&visitor.app, &batch)?,
        review_href: came.proposal.as_ref().map(|id| format!("/review/{}", encoded(id.as_str()))),
        refresh_href: (batch.state == BatchState::Recording).then(|| format!("/import/{}", batch.id)),
    };
    visitor.page("pages/import/batch.html", &content)
}
