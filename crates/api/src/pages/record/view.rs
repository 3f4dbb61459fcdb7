//! A form as the parts of a page: each question as one component, by the names and options of GOV.UK Frontend, with
//! what was typed in it and what is wrong with it.
//!
//! A page that asks one thing has the question as its heading. Where there is an error, its link leads to the input.
//! Deliberately absent: HTML, see `templates/pages/record`.

use serde_json::{Map, Value, json};

use super::form::{Answers, Field, Form, Kind, Step};
use super::scene::{Offer, Scene};
use super::typed::LANGS;
use super::wanted::Complaint;
use crate::pages::say::{self, say};
use crate::words::{Lang, Words};

/// What the parts of a page are made of.
pub(crate) struct Page<'a> {
    pub(crate) form: &'a Form,
    pub(crate) answers: &'a Answers,
    pub(crate) scene: &'a Scene,
    pub(crate) complaints: &'a [Complaint],
}

/// The words of a question: those that the form has for it, else those of all forms.
pub(crate) fn label(form: &Form, field: &str, lang: Lang) -> String {
    let key = words_of(form, field).unwrap_or_else(|| format!("field-{field}"));
    say::text(lang, &key)
}

fn words_of(form: &Form, field: &str) -> Option<String> {
    let own = format!("record-{}-{field}", form.id);
    Words::shared().knows(&own).then_some(own)
}

/// The hint of a question, where it has one.
fn hint(form: &Form, field: &str, lang: Lang) -> Option<String> {
    let own = format!("record-{}-{field}-hint", form.id);
    let shared = format!("field-{field}-hint");
    [own, shared].into_iter().find(|key| Words::shared().knows(key)).map(|key| say::text(lang, &key))
}

/// The heading of a page with several questions.
pub(crate) fn heading(form: &Form, step: &Step, lang: Lang) -> String {
    let own = format!("record-{}-step-{}", form.id, step.id);
    let shared = format!("step-{}", step.id);
    let key = if Words::shared().knows(&own) { own } else { shared };
    say::text(lang, &key)
}

/// What is said before the questions of a page, where something is.
pub(crate) fn intro(form: &Form, step: &Step, lang: Lang) -> Option<String> {
    let own = format!("record-{}-step-{}-intro", form.id, step.id);
    let shared = format!("step-{}-intro", step.id);
    [own, shared].into_iter().find(|key| Words::shared().knows(key)).map(|key| say::text(lang, &key))
}

/// The sentence about what is wrong. What is missing is named by its question.
pub(crate) fn sentence(form: &Form, complaint: &Complaint, lang: Lang) -> String {
    if complaint.code == "answer_missing" {
        let label = complaint.field.map(|field| label(form, field, lang)).unwrap_or_default();
        return say(lang, "record-answer-missing", &[("question", label.into())]);
    }
    Words::shared().sentence(&complaint.code, &complaint.params, lang)
}

/// The name of a choice from a list.
pub(crate) fn choice(list: &str, word: &str, lang: Lang) -> String {
    say::text(lang, &format!("choice-{list}-{word}"))
}

impl Page<'_> {
    fn lang(&self) -> Lang {
        self.scene.lang
    }

    /// The questions of a page that are asked.
    fn asked<'s>(&'s self, step: &'s Step) -> Vec<&'s Field> {
        // A question that depends on another of the same page is shown beside it: without a script, nothing appears.
        let here = |name: &str| step.fields.iter().any(|field| field.name == name);
        let asked = |field: &&Field| match field.shown {
            super::form::Shown::If(name, _) if here(name) => true,
            _ => field.is_asked(self.answers, self.scene),
        };
        step.fields.iter().filter(asked).collect()
    }

    /// The parts of a page, and its heading where no question is the heading itself.
    pub(crate) fn parts(&self, step: &Step) -> (Option<String>, Vec<Value>) {
        let asked = self.asked(step);
        let alone = matches!(asked.as_slice(), [only] if only.kind != Kind::Scan);
        let parts = asked.iter().flat_map(|field| self.part(field, alone)).collect();
        ((!alone).then(|| heading(self.form, step, self.lang())), parts)
    }

    /// The title of a page whose only question is its heading.
    pub(crate) fn title(&self, step: &Step) -> String {
        let only = self.asked(step).first().map(|field| self.plain_words(field));
        only.unwrap_or_else(|| heading(self.form, step, self.lang()))
    }

    /// The name of a question, with a word where it may be left out.
    fn words(&self, field: &Field) -> String {
        let text = self.plain_words(field);
        if field.needed { text } else { say(self.lang(), "record-optional", &[("question", text.into())]) }
    }

    /// The name of a question, with what stands in it.
    pub(crate) fn plain_words(&self, field: &Field) -> String {
        let lang = self.lang();
        let nth = field.name.strip_prefix("signatory_").and_then(|nth| nth.parse::<usize>().ok());
        match nth.and_then(|nth| self.answers.all("parties").nth(nth - 1)) {
            Some(party) => {
                let name = self.scene.offers("parties").iter().find(|offer| offer.value == party);
                let name = name.map_or(party, |offer| offer.text.as_str());
                say(lang, "record-sign-signatory", &[("party", name.into())])
            }
            None => label(self.form, field.name, lang),
        }
    }

    fn error(&self, field: &Field) -> Option<Value> {
        let found = self.complaints.iter().find(|complaint| complaint.field == Some(field.name))?;
        Some(json!({ "text": sentence(self.form, found, self.lang()) }))
    }

    /// What all components have in common.
    fn common(&self, field: &Field) -> Map<String, Value> {
        let mut params = Map::new();
        params.insert("id".to_owned(), json!(field.name));
        params.insert("name".to_owned(), json!(field.name));
        let hint = hint(self.form, field.name, self.lang());
        params.extend(hint.map(|hint| ("hint".to_owned(), json!({ "text": hint }))));
        params.extend(self.error(field).map(|error| ("errorMessage".to_owned(), error)));
        params
    }

    fn legend(&self, field: &Field, alone: bool) -> Value {
        let classes = if alone { "govuk-fieldset__legend--l" } else { "govuk-fieldset__legend--m" };
        json!({ "legend": { "text": self.words(field), "classes": classes, "isPageHeading": alone } })
    }

    fn labelled(&self, field: &Field, alone: bool) -> Value {
        let classes = if alone { "govuk-label--l" } else { "govuk-label--m" };
        json!({ "text": self.words(field), "classes": classes, "isPageHeading": alone })
    }

    /// The components of a question.
    fn part(&self, field: &Field, alone: bool) -> Vec<Value> {
        let component = |name: &str, params: Map<String, Value>| json!({ "component": name, "params": params });
        let mut params = self.common(field);
        let typed = |name: &str| json!(self.answers.text(name));
        match field.kind {
            Kind::Line | Kind::Url | Kind::Decimal => {
                params.insert("label".to_owned(), self.labelled(field, alone));
                params.insert("value".to_owned(), typed(field.name));
                let (mode, classes) = match field.kind {
                    Kind::Url => ("url", ""),
                    Kind::Decimal => ("decimal", "govuk-input--width-10"),
                    _ => ("text", ""),
                };
                params.insert("inputmode".to_owned(), json!(mode));
                params.insert("classes".to_owned(), json!(classes));
                vec![component("input", params)]
            }
            Kind::Area => {
                params.insert("label".to_owned(), self.labelled(field, alone));
                params.insert("value".to_owned(), typed(field.name));
                params.insert("rows".to_owned(), json!("4"));
                vec![component("textarea", params)]
            }
            Kind::Texts => vec![self.texts(field, alone, params)],
            Kind::Scan => self.scan(field, params),
            Kind::Date | Kind::OpenDate | Kind::Day => self.date(field, alone, params),
            Kind::Money => vec![self.money(field, alone, params)],
            Kind::YesNo => {
                let lang = self.lang();
                let items = ["yes", "no"].map(|word| json!({ "value": word, "text": choice("yes_no", word, lang) }));
                params.insert("classes".to_owned(), json!("govuk-radios--inline"));
                vec![self.radios(field, alone, params, &items)]
            }
            Kind::Word(list, words) => {
                let lang = self.lang();
                let item = |word: &&str| {
                    let key = format!("choice-{list}-{word}-hint");
                    let hint = Words::shared().knows(&key).then(|| json!({ "text": say::text(lang, &key) }));
                    json!({ "value": word, "text": choice(list, word, lang), "hint": hint })
                };
                let items: Vec<Value> = words.iter().map(item).collect();
                vec![self.radios(field, alone, params, &items)]
            }
            Kind::One(list) | Kind::Many(list) => self.things(field, list, alone, params),
        }
    }

    fn radios(&self, field: &Field, alone: bool, mut params: Map<String, Value>, items: &[Value]) -> Value {
        params.insert("idPrefix".to_owned(), json!(field.name));
        params.insert("fieldset".to_owned(), self.legend(field, alone));
        params.insert("value".to_owned(), json!(self.answers.text(field.name)));
        params.insert("items".to_owned(), json!(items));
        json!({ "component": "radios", "params": params })
    }

    /// A text in four languages, each input said to be in its own.
    fn texts(&self, field: &Field, alone: bool, mut params: Map<String, Value>) -> Value {
        params.insert("fieldset".to_owned(), self.legend(field, alone));
        let wrong = self.complaints.iter().find(|complaint| complaint.field == Some(field.name));
        // What a person writes first is in their own language.
        let mut langs = LANGS.to_vec();
        langs.sort_by_key(|lang| *lang != self.lang().tag());
        let inputs = langs.into_iter().map(|lang| {
            let name = format!("{}-{lang}", field.name);
            let own = Lang::of_tag(lang).map_or(lang, Lang::own_name);
            let at_fault = wrong.is_some_and(|wrong| wrong.input.as_ref().is_none_or(|input| *input == name));
            json!({
                "id": name,
                "name": name,
                "label": { "text": own },
                "value": self.answers.text(&name),
                "rows": "2",
                "classes": if at_fault { "govuk-textarea--error" } else { "" },
                "attributes": { "lang": lang },
            })
        });
        params.insert("inputs".to_owned(), inputs.collect());
        json!({ "component": "texts", "params": params })
    }

    /// The hash of a document, or the document itself, of which only the hash is kept.
    fn scan(&self, field: &Field, mut params: Map<String, Value>) -> Vec<Value> {
        let lang = self.lang();
        let name = format!("{}-file", field.name);
        let file = json!({
            "id": name,
            "name": name,
            "label": { "text": say::text(lang, "record-scan-file"), "classes": "govuk-label--m" },
            "hint": { "text": say::text(lang, "record-scan-file-hint") },
        });
        params.insert("label".to_owned(), self.labelled(field, false));
        params.insert("value".to_owned(), json!(self.answers.text(field.name)));
        params.insert("spellcheck".to_owned(), json!(false));
        vec![json!({ "component": "file", "params": file }), json!({ "component": "input", "params": params })]
    }

    fn date(&self, field: &Field, alone: bool, mut params: Map<String, Value>) -> Vec<Value> {
        let lang = self.lang();
        let wrong = self.complaints.iter().find(|complaint| complaint.field == Some(field.name));
        let items = ["day", "month", "year"].map(|part| {
            let name = format!("{}-{part}", field.name);
            let at_fault = wrong.is_some_and(|wrong| wrong.input.as_ref().is_none_or(|input| *input == name));
            json!({ "name": part, "id": name, "value": self.answers.text(&name), "error": at_fault })
        });
        params.insert("namePrefix".to_owned(), json!(field.name));
        params.insert("fieldset".to_owned(), self.legend(field, alone));
        params.insert("items".to_owned(), json!(items));
        if !params.contains_key("hint") {
            let key = if field.kind == Kind::Day { "record-day-hint" } else { "record-date-hint" };
            params.insert("hint".to_owned(), json!({ "text": say::text(lang, key) }));
        }
        let date = json!({ "component": "date", "params": params });
        if field.kind != Kind::OpenDate {
            return vec![date];
        }
        let name = format!("{}-precision", field.name);
        let precision = ["day", "month", "year", "none"];
        let items = precision.map(|word| json!({ "value": word, "text": choice("precision", word, lang) }));
        let radios = json!({
            "idPrefix": name,
            "name": name,
            "value": self.answers.text(&name),
            "fieldset": { "legend": { "text": say::text(lang, "record-precision"), "classes": "govuk-fieldset__legend--s" } },
            "items": items,
            "classes": "govuk-radios--small",
        });
        vec![date, json!({ "component": "radios", "params": radios })]
    }

    fn money(&self, field: &Field, alone: bool, mut params: Map<String, Value>) -> Value {
        let lang = self.lang();
        let currency = format!("{}-currency", field.name);
        let wrong = self.complaints.iter().find(|complaint| complaint.field == Some(field.name));
        let at = |name: &str| wrong.is_some_and(|wrong| wrong.input.as_deref().unwrap_or(field.name) == name);
        let error = |at_fault: bool| if at_fault { " govuk-input--error" } else { "" };
        params.insert("fieldset".to_owned(), self.legend(field, alone));
        params.insert(
            "inputs".to_owned(),
            json!([
                {
                    "id": field.name,
                    "name": field.name,
                    "label": { "text": say::text(lang, "record-amount") },
                    "hint": { "text": say::text(lang, "record-amount-hint") },
                    "value": self.answers.text(field.name),
                    "inputmode": "decimal",
                    "classes": format!("govuk-input--width-20{}", error(at(field.name))),
                },
                {
                    "id": currency,
                    "name": currency,
                    "label": { "text": say::text(lang, "record-currency") },
                    "hint": { "text": say::text(lang, "record-currency-hint") },
                    "value": self.answers.text(&currency),
                    "autocapitalize": "characters",
                    "classes": format!("govuk-input--width-4{}", error(at(&currency))),
                },
            ]),
        );
        json!({ "component": "money", "params": params })
    }

    /// Things to choose from, with a search where there may be more of them.
    fn things(&self, field: &Field, list: &str, alone: bool, mut params: Map<String, Value>) -> Vec<Value> {
        let lang = self.lang();
        let chosen: Vec<&str> = self.answers.all(field.name).collect();
        let item = |offer: &Offer| {
            json!({
                "value": offer.value,
                "text": offer.text,
                "hint": offer.hint.as_ref().map(|hint| json!({ "text": hint })),
                "checked": chosen.contains(&offer.value.as_str()),
            })
        };
        let many = matches!(field.kind, Kind::Many(_));
        let mut items: Vec<Value> = self.scene.offers(field.name).iter().map(item).collect();
        if !many && !field.needed {
            let none =
                json!({ "value": "", "text": say::text(lang, "record-none-of-these"), "checked": chosen.is_empty() });
            items.push(none);
        }
        params.insert("idPrefix".to_owned(), json!(field.name));
        params.insert("fieldset".to_owned(), self.legend(field, alone));
        params.insert("items".to_owned(), json!(items));
        let mut parts = vec![json!({ "component": if many { "checkboxes" } else { "radios" }, "params": params })];
        if matches!(list, "parties" | "packages") {
            let name = format!("{}-find", field.name);
            parts.push(json!({
                "component": "find",
                "params": {
                    "id": name,
                    "name": name,
                    "label": { "text": say::text(lang, &format!("record-find-{list}")) },
                    "hint": { "text": say::text(lang, "record-find-hint") },
                    "value": self.answers.text(&name),
                },
                "button": say::text(lang, "record-find-button"),
            }));
        }
        parts
    }

    /// What is wrong, for the summary at the top: each sentence with a link to its input.
    pub(crate) fn errors(&self) -> Option<Value> {
        if self.complaints.is_empty() {
            return None;
        }
        let lang = self.lang();
        let item = |complaint: &Complaint| {
            let at = complaint.input.clone().or_else(|| complaint.field.map(|field| self.first_input(field)));
            json!({ "text": sentence(self.form, complaint, lang), "href": at.map(|at| format!("#{at}")) })
        };
        Some(self.complaints.iter().map(item).collect())
    }

    /// The input that a link to a question leads to.
    fn first_input(&self, name: &str) -> String {
        let kind = self.form.field(name).map(|(_, field)| field.kind);
        match kind {
            Some(Kind::Texts) => format!("{name}-{}", self.lang().tag()),
            Some(Kind::Date | Kind::OpenDate | Kind::Day) => format!("{name}-day"),
            _ => name.to_owned(),
        }
    }
}
