//! Our macros write the markup that GOV.UK Frontend writes: each is compared with every example that the package ships.
//!
//! White space, quotes and ways of escaping are evened out before comparing. Skipped, aloud, where the package is not
//! there; `scripts/assets` fetches it.

use std::io::Write as _;
use std::path::Path;

use minijinja::value::{Serde, Value};
use serde_json::Value as Json;

use super::templates;
use crate::words::Lang;

const COMPONENTS: &[&str] = &[
    "back-link",
    "breadcrumbs",
    "button",
    "checkboxes",
    "date-input",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "generic-header",
    "hint",
    "input",
    "inset-text",
    "label",
    "language-navigation",
    "notification-banner",
    "pagination",
    "panel",
    "password-input",
    "phase-banner",
    "radios",
    "select",
    "service-navigation",
    "skip-link",
    "summary-list",
    "table",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
];

/// What must be seen of a test, such as that it did nothing.
fn say(words: &str) {
    let _not_to_be_seen = writeln!(std::io::stderr(), "{words}");
}

/// Examples with options that our macros do not have: component, a word of the example's name, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("panel", "interruption", "a panel says what was recorded; nothing interrupts"),
    ("service-navigation", "slot", "nothing is put between the links"),
    ("service-navigation", "language navigation", "the languages stand in the header"),
    ("select", "falsy values", "the values of our options are texts"),
    ("file-upload", "enhanced", "the browser's own field is used"),
    ("file-upload", "translated", "the browser's own field is used"),
];

/// Options that hold markup: what the examples give there as text was made by a template.
const MARKUP: &[&str] = &["html", "titleHtml", "descriptionHtml", "summaryHtml", "logoHtml"];

fn options(json: &Json, name: &str) -> Value {
    match json {
        Json::Object(fields) => {
            Value::from_pairs(fields.iter().map(|(name, field)| (name.as_str(), options(field, name))))
        }
        Json::Array(items) => items.iter().map(|item| options(item, "")).collect::<Value>(),
        Json::String(text) if MARKUP.contains(&name) => Value::from_safe_string(text.clone()),
        // Attributes may be given as they are to be written.
        Json::String(text) if name == "attributes" => Value::from_safe_string(text.clone()),
        other => Value::from(Serde(other.clone())),
    }
}

/// HTML with the attributes of each element in the order of their names.
fn sorted(html: &str) -> String {
    let mut sorted = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (mut end, mut quoted) = (rest.len(), false);
        for (place, c) in rest[at..].char_indices() {
            quoted ^= c == '"';
            if c == '>' && !quoted {
                end = at + place;
                break;
            }
        }
        sorted.push_str(&rest[..at]);
        let mut words: Vec<String> = vec![String::new()];
        let mut quoted = false;
        for c in rest[at..end].chars() {
            quoted ^= c == '"';
            match (c.is_whitespace() && !quoted, words.last_mut()) {
                (false, Some(word)) => word.push(c),
                _ => words.push(String::new()),
            }
        }
        words[1..].sort();
        words.retain(|word| !word.is_empty());
        sorted.push_str(&words.join(" "));
        rest = &rest[end..];
        if let Some(after) = rest.strip_prefix('>') {
            sorted.push('>');
            rest = after;
        }
    }
    sorted + rest
}

/// HTML with one way of writing it.
fn evened(html: &str) -> String {
    let mut text = sorted(html);
    for (one, other) in
        [("&#x27;", "'"), ("&#39;", "'"), ("&quot;", "\""), ("&#x2f;", "/"), ("&#34;", "\""), ("&#x60;", "`")]
    {
        text = text.replace(one, other);
    }
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (one, other) in [("> ", ">"), (" >", ">"), (" <", "<"), ("< ", "<")] {
        text = text.replace(one, other);
    }
    text
}

fn macro_name(component: &str) -> String {
    let words = component.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    format!("govuk{}", words.collect::<String>())
}

#[test]
fn every_component_is_written_as_its_examples_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/node_modules/govuk-frontend/dist/govuk/components");
    if !root.is_dir() {
        say("SKIPPED: the package of components is not there (scripts/assets fetches it), so nothing was compared");
        return;
    }
    let (mut compared, mut left_out, mut wrong) = (0, 0, Vec::new());
    for component in COMPONENTS {
        let fixtures = std::fs::read_to_string(root.join(component).join("fixtures.json")).unwrap();
        let fixtures: Json = serde_json::from_str(&fixtures).unwrap();
        let name = macro_name(component);
        let source = format!("{{% from \"components/{component}.html\" import {name} %}}{{{{ {name}(params) }}}}");
        for fixture in fixtures["fixtures"].as_array().unwrap() {
            let title = fixture["name"].as_str().unwrap();
            if LEFT_OUT.iter().any(|(of, word, _)| of == component && title.contains(word)) {
                left_out += 1;
                continue;
            }
            let params = options(&fixture["options"], "");
            let page = Value::from_pairs([("params", params)]);
            let ours = templates::of(Lang::En).render_str(&source, page).unwrap_or_else(|error| format!("{error:#}"));
            let theirs = fixture["html"].as_str().unwrap();
            compared += 1;
            if evened(&ours) != evened(theirs) {
                wrong.push(format!("{component}, {title}:\n  ours   {}\n  theirs {}", evened(&ours), evened(theirs)));
            }
        }
    }
    say(&format!("{compared} examples compared, {left_out} left out"));
    assert!(compared > 400, "only {compared} examples were there");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn plain_text_where_markup_is_meant_is_escaped() {
    let source = "{% from \"components/hint.html\" import govukHint %}{{ govukHint({\"html\": typed}) }}";
    let page = Value::from_pairs([("typed", Value::from("<script>"))]);
    let html = templates::of(Lang::En).render_str(source, page).unwrap();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
}
