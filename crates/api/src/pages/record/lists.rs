//! What can be recorded, what is begun, what was recorded.
//!
//! Deliberately absent: the forms themselves, see [`super::walk`].

use axum::extract::Path;
use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::{ActorId, AgreementId, CommitmentId, Family, PackageId, Position, StreamId};
use servanda_events::{Event, Recorded};

use super::drafts::Draft;
use super::{rows, walk};
use crate::pages::commitments::statement;
use crate::pages::format;
use crate::pages::look::Look;
use crate::pages::routes::Row;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::reads::not_found;
use crate::when::blocking;
use crate::words::Words;

pub(crate) static CHOICES: Row = Row::recording("/record", "record_choices", &[]);
pub(crate) static DRAFTS: Row = Row::recording("/drafts", "drafts", &[]);
pub(crate) static RECORDED: Row = Row::reads("/recorded/{position}", "recorded", &[&rows::FORM]);

/// Entries looked through for the others of the same draft.
const LOOKED_THROUGH: usize = 60;

/// Forms that begin with nothing, in the order in which they are needed.
const FROM_NOTHING: [&str; 4] = ["sign", "commitment", "package", "party"];

#[derive(Debug, Serialize)]
struct Link {
    href: String,
    text: String,
    hint: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChoicesPage {
    closed: Option<String>,
    links: Vec<Link>,
}

/// What can be recorded from here; the rest begins at the thing that it is about.
pub(crate) async fn choices(visitor: Visitor) -> Result<Response, Problem> {
    let link = |id: &str| Link {
        href: visitor.link(&format!("/record/{id}")),
        text: visitor.say(&format!("record-{id}"), &[]),
        hint: Some(visitor.say(&format!("record-{id}-about"), &[])),
    };
    let mut links: Vec<Link> = FROM_NOTHING.into_iter().map(link).collect();
    links.push(Link {
        href: visitor.link("/import"),
        text: visitor.say("record-import", &[]),
        hint: Some(visitor.say("record-import-about", &[])),
    });
    let closed = visitor.in_the_past().then(|| visitor.say("form-closed-past", &[]));
    visitor.page("pages/record/choices.html", &ChoicesPage { closed, links })
}

/// A draft in a list.
#[derive(Debug, Serialize)]
pub(crate) struct DraftRow {
    pub(crate) href: String,
    pub(crate) form: String,
    pub(crate) about: String,
    pub(crate) changed: String,
    pub(crate) delete_action: String,
}

#[derive(Debug, Serialize)]
struct DraftsPage {
    drafts: Vec<DraftRow>,
}

/// The drafts of a person.
pub(crate) async fn drafts(visitor: Visitor) -> Result<Response, Problem> {
    let user = visitor.caller()?.actor;
    let drafts = rows_of(&visitor, &user).await?;
    visitor.page("pages/record/drafts.html", &DraftsPage { drafts })
}

/// The drafts of somebody, as they stand in a list.
pub(crate) async fn rows_of(visitor: &Visitor, user: &ActorId) -> Result<Vec<DraftRow>, Problem> {
    let user = user.clone();
    let drafts = blocking(&visitor.app, move |app| Ok(app.drafts()?.drafts_of(&user)?)).await?;
    visitor.read(move |look| drafts.iter().filter_map(|draft| draft_row(look, draft).transpose()).collect()).await
}

/// A draft as it stands in a list; none where its form is not there any more.
fn draft_row(look: &Look<'_>, draft: &Draft) -> Result<Option<DraftRow>, Problem> {
    let Some(form) = walk::form_of(draft) else { return Ok(None) };
    Ok(Some(DraftRow {
        href: walk::address_of(&draft.id, "check"),
        form: look.text(&format!("record-{}", form.id)),
        about: about(look, draft)?,
        changed: format::moment(draft.changed_at, look.lang),
        delete_action: walk::address_of(&draft.id, "delete"),
    }))
}

/// What a draft is about: the name that was typed in it, else that of the thing that its address named.
fn about(look: &Look<'_>, draft: &Draft) -> Result<String, Problem> {
    let answers = &draft.answers;
    let titles = ["titles", "statement", "names"].into_iter();
    let typed = titles.flat_map(|name| ["en", "fr", "kk", "ru"].map(|lang| format!("{name}-{lang}")));
    if let Some(typed) = typed.map(|input| answers.text(&input).to_owned()).find(|text| !text.is_empty()) {
        return Ok(typed);
    }
    let tag = look.lang.tag();
    if let Ok(id) = answers.text("commitment").parse::<CommitmentId>() {
        let view = look.reader.commitment(&id)?;
        return Ok(view.map_or_else(|| id.to_string(), |view| statement(look, &view)));
    }
    if let Ok(id) = answers.text("agreement").parse::<AgreementId>() {
        let view = look.reader.agreement(&id)?;
        return Ok(view.map_or_else(|| id.to_string(), |view| view.agreement.titles.best(tag).to_owned()));
    }
    if let Ok(id) = answers.text("package").parse::<PackageId>() {
        let view = look.reader.package(&id)?;
        return Ok(view.map_or_else(|| id.to_string(), |view| view.package.titles.best(tag).to_owned()));
    }
    match answers.text("entry") {
        "" => Ok(String::new()),
        entry => Ok(look.say("entry-title", &[("position", entry.into())])),
    }
}

#[derive(Debug, Serialize)]
struct EntryRow {
    position: Position,
    what: String,
    href: String,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct RecordedPage {
    title: String,
    text: Option<String>,
    entries: Vec<EntryRow>,
    links: Vec<Link>,
}

/// What came of a form: its entries with their numbers, and what can follow.
pub(crate) async fn recorded(visitor: Visitor, Path(position): Path<String>) -> Result<Response, Problem> {
    let form = visitor.asked.text(&rows::FORM).unwrap_or_default().to_owned();
    let position: Position = position.parse().map_err(|_| not_found("entry", &position))?;
    if position == 0 {
        let key = if form == "answer" { "recorded-set-aside" } else { "recorded-nothing" };
        let title = visitor.say(key, &[]);
        let links = vec![link_to(&visitor, "/record", "recorded-more")];
        return visitor
            .page("pages/record/recorded.html", &RecordedPage { title, text: None, entries: Vec::new(), links });
    }
    let entries = blocking(&visitor.app, move |app| {
        let entries = app.log().read(position - 1, LOOKED_THROUGH)?;
        let entries = entries.iter().map(|entry| entry.decode()).collect::<Result<Vec<_>, _>>()?;
        Ok(of_one_draft(entries))
    });
    let entries = entries.await?;
    let first = entries.first().ok_or_else(|| not_found("entry", &position.to_string()))?;
    let links = following(&visitor, &form, first);
    let row = |entry: &Recorded| EntryRow {
        position: entry.fact.position,
        what: visitor.say(&format!("event-{}", entry.fact.event.type_name()), &[]),
        href: visitor.link(&format!("/entries/{}", entry.fact.position)),
        warnings: entry.fact.flags.iter().map(|flag| Words::shared().warning(flag, visitor.lang)).collect(),
    };
    let content = RecordedPage {
        title: visitor.say("recorded-title", &[]),
        text: Some(visitor.say("recorded-number", &[("position", first.fact.position.to_string().into())])),
        entries: entries.iter().map(row).collect(),
        links,
    };
    visitor.page("pages/record/recorded.html", &content)
}

/// The entries that came of one draft: their commands have its id with a number at the end.
fn of_one_draft(entries: Vec<Recorded>) -> Vec<Recorded> {
    let draft = |entry: &Recorded| {
        entry.command_id.as_str().rsplit_once('-').map(|(draft, _)| draft.to_owned()).unwrap_or_default()
    };
    let Some(first) = entries.first().map(draft) else { return Vec::new() };
    entries.into_iter().filter(|entry| draft(entry) == first).collect()
}

fn link_to(visitor: &Visitor, path: &str, key: &str) -> Link {
    Link { href: visitor.link(path), text: visitor.say(key, &[]), hint: None }
}

/// What a person usually does next.
fn following(visitor: &Visitor, form: &str, first: &Recorded) -> Vec<Link> {
    let mut links = vec![thing(visitor, &first.stream)];
    let id = first.stream.key();
    let agreement = match &first.fact.event {
        Event::CommitmentMade(made) => made.agreement_id.as_ref().map(ToString::to_string),
        _ => None,
    };
    let mut follow = |path: String, key: &str| links.push(link_to(visitor, &path, key));
    match (form, agreement) {
        ("sign", _) => follow(format!("/record/commitment?agreement={id}"), "recorded-add-commitment"),
        ("commitment", Some(agreement)) => {
            follow(format!("/record/milestone?commitment={id}"), "recorded-add-milestone");
            follow(format!("/record/commitment?agreement={agreement}"), "recorded-another-commitment");
        }
        ("commitment", None) => follow(format!("/record/milestone?commitment={id}"), "recorded-add-milestone"),
        ("milestone", _) => follow(format!("/record/milestone?commitment={id}"), "recorded-another-milestone"),
        ("funds", _) => follow(format!("/record/paid?commitment={id}"), "recorded-add-payment"),
        ("package", _) => follow(format!("/record/sign?package={id}"), "recorded-add-agreement"),
        _ => {}
    }
    links.push(link_to(visitor, "/record", "recorded-more"));
    links
}

fn thing(visitor: &Visitor, stream: &StreamId) -> Link {
    let (path, key) = match stream.family() {
        Family::Party => ("parties", "recorded-see-party"),
        Family::Package => ("packages", "recorded-see-package"),
        Family::Agreement => ("agreements", "recorded-see-agreement"),
        Family::Commitment => ("commitments", "recorded-see-commitment"),
        Family::Indicator => ("indicators", "recorded-see-indicator"),
        Family::Ledger => return link_to(visitor, &format!("/history/{stream}"), "recorded-see-ledger"),
    };
    link_to(visitor, &format!("/{path}/{}", stream.key()), key)
}
