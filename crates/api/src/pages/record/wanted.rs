//! Answers into commands, and what is wrong with a command back to the question it came from. One way for all forms.
//!
//! A flow says where in a command each answer goes. The command is read by `Request::parse`, as every command is; an
//! error there names a place in the command, and the place names the question.
//!
//! Deliberately absent: the meaning of a typed text, see [`super::typed`]; recording, see [`super::submit`].

use serde_json::{Map, Value, json};
use servanda_events::Request;
use servanda_events::ids::CommandId;

use super::form::{Answers, Form, Step};
use super::scene::Scene;
use super::typed::{self, Wrong};
use crate::problem::{Params, Problem};

/// What is wrong with a form, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The question at fault, where one is.
    pub(crate) field: Option<&'static str>,
    /// The input at fault.
    pub(crate) input: Option<String>,
    /// The code of the sentence.
    pub(crate) code: String,
    /// Its values.
    pub(crate) params: Params,
}

impl Complaint {
    /// A complaint about the whole form.
    pub(crate) fn new(code: &str) -> Self {
        Self { field: None, input: None, code: code.to_owned(), params: Params::new() }
    }

    /// The same about one question.
    pub(crate) fn at(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    fn wrong(field: &'static str, (input, error): Wrong) -> Self {
        Self { field: Some(field), input: Some(input), code: error.code, params: error.params }
    }
}

/// A form with its answers, as a flow sees it.
pub(crate) struct Filling<'a> {
    form: &'a Form,
    answers: &'a Answers,
    scene: &'a Scene,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(form: &'a Form, answers: &'a Answers, scene: &'a Scene) -> Self {
        Self { form, answers, scene }
    }

    /// The value of an answer, where it is asked for. An answer that is needed and not there is a complaint.
    pub(crate) fn value(&self, name: &'static str) -> Result<Option<Value>, Complaint> {
        let Some((step, field)) = self.form.field(name) else { return Ok(None) };
        if !step.shown.holds(self.answers, self.scene) || !field.is_asked(self.answers, self.scene) {
            return Ok(None);
        }
        match typed::value(field, self.answers).map_err(|wrong| Complaint::wrong(field.name, wrong))? {
            None if field.needed => Err(Complaint::new("answer_missing").at(field.name)),
            value => Ok(value),
        }
    }

    /// The word that was chosen; empty where none was.
    pub(crate) fn word(&self, name: &'static str) -> String {
        self.value(name).ok().flatten().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// What the address named.
    pub(crate) fn named(&self, name: &str) -> &str {
        self.answers.text(name)
    }

    /// The things that were chosen.
    pub(crate) fn chosen(&self, name: &str) -> Vec<&str> {
        self.answers.all(name).collect()
    }

    /// Puts an answer into a command.
    pub(crate) fn put(&self, wanted: &mut Wanted, pointer: &str, name: &'static str) -> Result<(), Complaint> {
        if let Some(value) = self.value(name)? {
            set(&mut wanted.body, pointer, value);
        }
        wanted.places.push((pointer.to_owned(), name));
        Ok(())
    }

    /// Puts the document that supports a command into it: what it is, where it lies, its hash. A hash or an address
    /// without a title has no meaning for a reader.
    pub(crate) fn put_evidence(&self, wanted: &mut Wanted) -> Result<(), Complaint> {
        const PARTS: [(&str, &str); 3] =
            [("title", "evidence_title"), ("url", "evidence_url"), ("sha256", "evidence_sha256")];
        let mut evidence = Map::new();
        for (key, name) in PARTS {
            if let Some(value) = self.value(name)? {
                evidence.insert(key.to_owned(), value);
            }
            wanted.places.push((format!("/evidence/0/{key}"), name));
        }
        if evidence.is_empty() {
            return Ok(());
        }
        if !evidence.contains_key("title") {
            return Err(Complaint::new("evidence_without_title").at("evidence_title"));
        }
        wanted.body["evidence"] = json!([evidence]);
        Ok(())
    }

    /// The same where a document is needed: what the parties agreed stands in one.
    pub(crate) fn put_document(&self, wanted: &mut Wanted) -> Result<(), Complaint> {
        self.put_evidence(wanted)?;
        if wanted.body.get("evidence").is_none() {
            return Err(Complaint::new("document_missing").at("evidence_title"));
        }
        Ok(())
    }

    /// Says whose statement a command is: of the party for which the person speaks.
    pub(crate) fn put_reporter(&self, wanted: &mut Wanted) -> Result<(), Complaint> {
        match &self.scene.party {
            Some(party) => wanted.set("/reported_by", party.as_str()),
            None => self.put(wanted, "/reported_by", "reported_by")?,
        }
        wanted.places.push(("/reported_by".to_owned(), "reported_by"));
        Ok(())
    }

    /// An id for a new thing: words that a person recognises, and an end that no other draft has.
    pub(crate) fn new_id(&self, words: &str) -> String {
        let end: String = self.scene.draft.as_str().chars().rev().filter(char::is_ascii_alphanumeric).take(8).collect();
        let end: String = end.chars().rev().collect::<String>().to_ascii_lowercase();
        format!("{}-{end}", slug(words))
    }
}

/// Longest part of an id that is made of words, in bytes.
const SLUG_BYTES_MAX: usize = 48;

/// Words as the beginning of an id.
fn slug(words: &str) -> String {
    let mut slug = String::new();
    for c in words.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() && slug.len() < SLUG_BYTES_MAX {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && slug.len() < SLUG_BYTES_MAX {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "n".to_owned() } else { slug.to_owned() }
}

/// A command that a form asks to have recorded, and which question each place in it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    body: Value,
    places: Vec<(String, &'static str)>,
    /// Refusals that name no place, each with the question that it is about.
    refusals: Vec<(&'static str, &'static str)>,
    /// What it changes: the question, what stands there, what should.
    changes: Vec<Change>,
}

/// Something that a command changes, for the page that shows it before it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// The question whose label names it.
    pub(crate) field: &'static str,
    /// What stands there.
    pub(crate) before: Value,
    /// What should stand there.
    pub(crate) after: Value,
}

impl Wanted {
    pub(crate) fn new(command: &str) -> Self {
        Self {
            body: json!({ "command": command, "data": {} }),
            places: Vec::new(),
            refusals: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Sets what no question asks for.
    pub(crate) fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        set(&mut self.body, pointer, value.into());
    }

    /// Says that what stands at a place follows from a question, though it is not its answer.
    pub(crate) fn because(&mut self, pointer: &str, name: &'static str) {
        self.places.push((pointer.to_owned(), name));
    }

    /// Says which question a refusal is about that names no place in the command.
    pub(crate) fn refused_at(&mut self, code: &'static str, name: &'static str) {
        self.refusals.push((code, name));
    }

    /// Notes what it changes.
    pub(crate) fn changing(&mut self, field: &'static str, before: Value, after: Value) {
        self.changes.push(Change { field, before, after });
    }

    /// What it changes.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The command as JSON, without its id.
    pub(crate) fn body(&self) -> &Value {
        &self.body
    }

    /// The command, under an id of its own.
    pub(crate) fn request(&self, id: &CommandId) -> Result<Request, Complaint> {
        let bytes = serde_json::to_vec(&self.body).unwrap_or_default();
        let mut request = Request::parse(&bytes).map_err(|error| self.complaint(&Problem::from(error)))?;
        request.command_id = Some(id.clone());
        Ok(request)
    }

    /// A problem with this command as a complaint about the question that it came from.
    pub(crate) fn complaint(&self, problem: &Problem) -> Complaint {
        let by_code = || self.refusals.iter().find(|(code, _)| *code == problem.code()).map(|(_, name)| *name);
        let field = problem.pointer().and_then(|pointer| self.field(pointer)).or_else(by_code);
        Complaint { field, input: None, code: problem.code().to_owned(), params: problem.params().clone() }
    }

    /// The question from which a place in the command came: of the place itself, of what stands in it, of what it
    /// stands in.
    fn field(&self, pointer: &str) -> Option<&'static str> {
        let inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        let exact = self.places.iter().find(|(at, _)| at == pointer);
        let within = || self.places.iter().find(|(at, _)| inside(at, pointer));
        let around = || self.places.iter().find(|(at, _)| inside(pointer, at));
        exact.or_else(within).or_else(around).map(|(_, name)| *name)
    }
}

/// Sets a place in JSON, with the objects and lists on the way to it.
fn set(json: &mut Value, pointer: &str, value: Value) {
    let mut place = json;
    for segment in pointer.split('/').skip(1) {
        place = match segment.parse::<usize>() {
            Ok(at) => {
                if !place.is_array() {
                    *place = json!([]);
                }
                let Value::Array(list) = place else { return };
                while list.len() <= at {
                    list.push(json!({}));
                }
                &mut list[at]
            }
            Err(_) => {
                if !place.is_object() {
                    *place = json!({});
                }
                &mut place[segment]
            }
        };
    }
    *place = value;
}

/// What is wrong with the answers of one page.
pub(crate) fn complaints(step: &Step, answers: &Answers, scene: &Scene) -> Vec<Complaint> {
    let asked = step.fields.iter().filter(|field| field.is_asked(answers, scene));
    asked
        .filter_map(|field| match typed::value(field, answers) {
            Err(wrong) => Some(Complaint::wrong(field.name, wrong)),
            Ok(None) if field.needed => Some(Complaint::new("answer_missing").at(field.name)),
            Ok(_) => None,
        })
        .collect()
}

/// What is wrong with the answers of one page together, though each is good by itself; as far as the form can tell
/// without the ledger.
pub(crate) fn disagreement(form: &Form, step: &Step, answers: &Answers, scene: &Scene) -> Option<Complaint> {
    let wishes = (form.plan)(&Filling::new(form, answers, scene), scene);
    let complaint = match wishes {
        Err(complaint) => Some(complaint),
        Ok(wishes) => wishes.iter().find_map(|wish| wish.request(&scene.draft).err()),
    };
    complaint.filter(|complaint| step.fields.iter().any(|field| Some(field.name) == complaint.field))
}

#[cfg(test)]
#[path = "wanted_tests.rs"]
mod tests;
