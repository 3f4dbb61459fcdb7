//! The templates: `layout.html` around every page, `components/` with one macro for each component of GOV.UK Frontend,
//! `pages/` with one file for each page. Each language has its own set, in which `t("key", n=3)` says a sentence.
//!
//! The macros take upstream's options by upstream's names. What they call `html` must have been made by a template;
//! plain text there is escaped like everywhere, so that nothing a person typed ever becomes markup. Deliberately
//! absent: loading templates from a disk at run time.

use std::sync::LazyLock;

use minijinja::value::{Kwargs, Serde, Value, merge_maps};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Serialize;

use super::{assets, format, say};
use crate::words::{Lang, Words};

static TEMPLATES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

static ENVIRONMENTS: LazyLock<[(Lang, Environment<'static>); 4]> =
    LazyLock::new(|| Lang::ALL.map(|lang| (lang, environment(lang))));

/// The templates of a language.
pub(super) fn of(lang: Lang) -> &'static Environment<'static> {
    let [english, ..] = &*ENVIRONMENTS;
    ENVIRONMENTS.iter().find(|(of, _)| *of == lang).map_or(&english.1, |(_, environment)| environment)
}

fn environment(lang: Lang) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, rendering, value| match value.as_str() {
        // As upstream escapes, but for the slash, which needs none and stands in every address.
        Some(text) if !value.is_safe() => out.write_str(&escaped(text)).map_err(Error::from),
        _ => minijinja::escape_formatter(out, rendering, value),
    });
    for (name, source) in TEMPLATES {
        // A template that cannot be read is missing, which every page says and a test finds.
        if let Err(error) = environment.add_template(name, source) {
            tracing::error!(%error, "a template cannot be read");
        }
    }
    environment.add_function("t", move |key: &str, values: Kwargs| spoken(lang, key, &values));
    environment.add_function("asset", |plain: &str| {
        assets::address(plain).ok_or_else(|| invalid(format!("there is no asset {plain}")))
    });
    environment.add_function("attrs", attributes);
    environment.add_filter("number", move |text: &str| format::number(text, lang));
    environment
}

fn invalid(detail: String) -> Error {
    Error::new(minijinja::ErrorKind::InvalidOperation, detail)
}

fn spoken(lang: Lang, key: &str, values: &Kwargs) -> Result<String, Error> {
    if !Words::shared().knows(key) {
        return Err(invalid(format!("there is no text {key}")));
    }
    let mut given = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let value = value.as_i64().map_or_else(|| say::Value::Text(value.to_string()), say::Value::Count);
        given.push((name, value));
    }
    Ok(say::say(lang, key, &given))
}

/// Attributes of an element, each with a space before it: ` name="value"`. A value may be an object with `value` and
/// `optional`; an optional one that is absent or false is left out, and one that is true stands without a value.
fn attributes(given: &Value) -> Result<Value, Error> {
    if given.is_safe() {
        return Ok(given.clone());
    }
    let mut written = String::new();
    if given.kind() == minijinja::value::ValueKind::Map {
        for name in given.try_iter()? {
            let item = given.get_item(&name)?;
            let (value, optional) = match item.get_attr("value") {
                Ok(value) if item.kind() == minijinja::value::ValueKind::Map => {
                    (value, item.get_attr("optional")?.is_true())
                }
                _ => (item, false),
            };
            let absent = value.is_undefined() || value.is_none();
            if optional && value == Value::from(true) {
                written.push_str(&format!(" {name}"));
            } else if !optional || !(absent || value == Value::from(false)) {
                let text = if absent { String::new() } else { value.to_string() };
                written.push_str(&format!(" {name}=\"{}\"", if value.is_safe() { text } else { escaped(&text) }));
            }
        }
    }
    Ok(Value::from_safe_string(written))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A page's HTML: the template over the page's own values and what `around` adds to them.
pub(super) fn rendered(lang: Lang, name: &str, page: &impl Serialize, around: Value) -> Result<String, Error> {
    of(lang).get_template(name)?.render(merge_maps([Value::from(Serde(page)), around]))
}
