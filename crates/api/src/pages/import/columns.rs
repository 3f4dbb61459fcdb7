//! Which column of a table means what. The answer is remembered for the next table with the same head.
//!
//! Deliberately absent: what follows from it, see [`super::kinds`].

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::kinds::{self, Kind, Target};
use super::table;
use super::walk::found;
use crate::pages::record::desk::no_draft;
use crate::pages::record::drafts::batches::{Batch, BatchState};
use crate::pages::record::posted::{Files, Posted};
use crate::pages::routes::{Row, Who};
use crate::pages::visitor::{Visitor, see_other};
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::Lang;

pub(crate) static COLUMNS: Row = Row::recording("/import/{batch}/columns", "import_columns", &[]);
pub(crate) static SAY: Row = Row::plain("post", "/import/{batch}/columns", "import_say", Who::Recording, &[]);

/// Which column means what.
pub(crate) async fn columns(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let mut batch = found(&visitor, &caller, &id).await?;
    if batch.state != BatchState::Open {
        return Ok(see_other(&format!("/import/{}", batch.id)));
    }
    let user = caller.actor.clone();
    let (head, sheets, remembered) = {
        let batch = batch.clone();
        blocking(&visitor.app, move |app| {
            let head = table::head(&batch)?;
            let key = table::head_key(batch.answers.text("kind"), &head);
            Ok((head, table::sheets(&batch.file)?, app.drafts()?.columns_of(&user, &key)?))
        })
        .await?
    };
    let kind = kinds::kind(batch.answers.text("kind")).ok_or_else(|| no_draft(&id))?;
    batch.answers.fill_from(&remembered.unwrap_or_default());
    batch.answers.fill_from(&table::proposed(kind, &head));
    let asked = Asked { visitor: &visitor, batch: &batch, kind, head: &head, sheets: &sheets, missing: &[] };
    asked.page(StatusCode::OK)
}

#[derive(Debug, Serialize)]
struct ColumnsPage {
    title: String,
    caption: String,
    back_href: String,
    action: String,
    errors: Option<Value>,
    closed: Option<String>,
    selects: Vec<Value>,
    sheet: Option<Value>,
    source: Value,
    currency: Option<Value>,
    lang: Option<Value>,
    numbers: Option<Value>,
    modality: Option<Value>,
}

/// A table whose columns are asked about.
struct Asked<'a> {
    visitor: &'a Visitor,
    batch: &'a Batch,
    kind: &'static Kind,
    head: &'a [String],
    sheets: &'a [String],
    /// What is needed and was not said.
    missing: &'a [&'a str],
}

impl Asked<'_> {
    fn say(&self, key: &str) -> String {
        self.visitor.say(key, &[])
    }

    fn text(&self, name: &str) -> &str {
        self.batch.answers.text(name)
    }

    fn has(&self, name: &str) -> bool {
        self.kind.targets.iter().any(|target| target.name == name)
    }

    /// The columns of the table, to choose the one that gives something.
    fn select(&self, target: &Target) -> Value {
        let name = format!("column-{}", target.name);
        let label = self.say(&format!("import-column-{}", target.name));
        let label =
            if target.needed { label } else { self.visitor.say("record-optional", &[("question", label.into())]) };
        let column =
            |column: &String| json!({ "value": column, "text": column, "selected": *column == self.text(&name) });
        let none = json!({ "value": "", "text": self.say("import-no-column") });
        let items: Vec<Value> = std::iter::once(none).chain(self.head.iter().map(column)).collect();
        let missing = self.missing.contains(&target.name);
        json!({
            "id": name,
            "name": name,
            "label": { "text": label },
            "items": items,
            "errorMessage": missing.then(|| json!({ "text": self.say("import-column-missing") })),
            "hint": target.parties.then(|| json!({ "text": self.say("import-parties-hint") })),
        })
    }

    fn radios(&self, name: &str, words: &[(&str, String)], default: &str) -> Value {
        let chosen = if self.text(name).is_empty() { default } else { self.text(name) };
        let item = |(word, said): &(&str, String)| json!({ "value": word, "text": said, "checked": *word == chosen });
        json!({
            "idPrefix": name,
            "name": name,
            "fieldset": {
                "legend": { "text": self.say(&format!("import-{name}")), "classes": "govuk-fieldset__legend--s" },
            },
            "items": words.iter().map(item).collect::<Vec<_>>(),
            "classes": "govuk-radios--small",
        })
    }

    fn input(&self, name: &str, hint: &str, classes: &str) -> Value {
        json!({
            "id": name,
            "name": name,
            "label": { "text": self.say(&format!("import-{name}")) },
            "hint": { "text": self.say(hint) },
            "value": self.text(name),
            "classes": classes,
        })
    }

    fn errors(&self) -> Option<Value> {
        let item = |name: &&str| {
            let question = self.say(&format!("import-column-{name}"));
            let text = self.visitor.say("record-answer-missing", &[("question", question.into())]);
            json!({ "href": format!("#column-{name}"), "text": text })
        };
        (!self.missing.is_empty()).then(|| self.missing.iter().map(item).collect())
    }

    fn page(&self, status: StatusCode) -> Result<Response, Problem> {
        let langs = Lang::ALL.map(|lang| (lang.tag(), lang.own_name().to_owned()));
        let numbers = [("point", "1,250,000.50".to_owned()), ("comma", "1 250 000,50".to_owned())];
        let modalities = ["finance", "works", "institution", "legal", "exchange"];
        let modalities = modalities.map(|word| (word, self.say(&format!("choice-modality-{word}"))));
        let sheets: Vec<(&str, String)> = self.sheets.iter().map(|sheet| (sheet.as_str(), sheet.clone())).collect();
        let first = self.sheets.first().map_or("", String::as_str);
        let texts = self.has("statement") || self.has("title");
        let content = ColumnsPage {
            title: self.say("import-columns-title"),
            caption: self.batch.name.clone(),
            back_href: self.visitor.link("/import"),
            action: format!("/import/{}/columns", self.batch.id),
            errors: self.errors(),
            closed: self.visitor.in_the_past().then(|| self.say("form-closed-past")),
            selects: self.kind.targets.iter().map(|target| self.select(target)).collect(),
            sheet: (sheets.len() > 1).then(|| self.radios("sheet", &sheets, first)),
            source: self.input("source", "import-source-hint", ""),
            currency: self
                .has("amount")
                .then(|| self.input("currency", "record-currency-hint", "govuk-input--width-4")),
            lang: texts.then(|| self.radios("lang", &langs, self.visitor.lang.tag())),
            numbers: self.has("amount").then(|| self.radios("numbers", &numbers, "point")),
            modality: self.has("statement").then(|| self.radios("modality", &modalities, "works")),
        };
        self.visitor.page_as(status, "pages/import/columns.html", &content)
    }
}

/// Takes what was said of the columns.
pub(crate) async fn say(visitor: Visitor, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let posted = Posted::of(request, Files::Hashed).await?.answers;
    let mut batch = found(&visitor, &caller, &id).await?;
    let kind = kinds::kind(batch.answers.text("kind")).ok_or_else(|| no_draft(&id))?;
    let names = kind.targets.iter().map(|target| format!("column-{}", target.name));
    for name in names.chain(["source", "currency", "lang", "numbers", "modality", "sheet"].map(str::to_owned)) {
        batch.answers.set(&name, posted.text(&name));
    }
    let (user, kept) = (caller.actor.clone(), batch.clone());
    let (head, sheets) = blocking(&visitor.app, move |app| {
        let head = table::head(&kept)?;
        let mut columns = kept.answers.clone();
        columns.set("own-mapping", "");
        app.drafts()?.say_of_batch(&user, &kept.id, &kept.answers)?;
        app.drafts()?.remember_columns(&user, &table::head_key(kept.answers.text("kind"), &head), &columns)?;
        Ok((head, table::sheets(&kept.file)?))
    })
    .await?;
    let chosen = |name: &str| batch.answers.text(&format!("column-{name}")).to_owned();
    let there = |name: &str| head.contains(&chosen(name));
    let needed = kind.targets.iter().filter(|target| target.needed);
    let missing: Vec<&str> = needed.map(|target| target.name).filter(|name| !there(name)).collect();
    if !missing.is_empty() {
        let asked = Asked { visitor: &visitor, batch: &batch, kind, head: &head, sheets: &sheets, missing: &missing };
        return asked.page(StatusCode::UNPROCESSABLE_ENTITY);
    }
    Ok(see_other(&format!("/import/{}/preview", batch.id)))
}
