//! The templates that pages share show what they are given, in every language.

use axum::http::Uri;
use minijinja::value::{Serde, Value};

use super::shell::Shell;
use super::{say, templates};
use crate::words::Lang;

/// The pages that forms share are shown by tests, for a template is only read when it is used.
#[test]
fn the_pages_of_forms_show_what_they_are_given() {
    for lang in Lang::ALL {
        let shell = Shell::of("demo".to_owned(), lang, &Uri::from_static("/"), "");
        let shown = |template: &str, page: serde_json::Value| {
            let around = Value::from_pairs([("shell", Value::from(Serde(&shell)))]);
            templates::rendered(lang, template, &page, around).unwrap()
        };
        let question = shown(
            "question.html",
            serde_json::json!({
                "title": "When?", "back_href": "/before", "action": "/here", "hidden": [["id", "7"]],
                "errors": [{ "href": "#day", "text": "No such day." }]
            }),
        );
        for part in ["When?", "href=\"/before\"", "action=\"/here\"", "name=\"id\" value=\"7\"", "href=\"#day\""] {
            assert!(question.contains(part), "{part}\n{question}");
        }
        assert!(!question.contains(" disabled"));
        let closed =
            shown("question.html", serde_json::json!({ "title": "When?", "action": "/", "closed": "It is past." }));
        assert!(
            closed.contains("It is past.") && closed.contains("<fieldset class=\"app-plain\" disabled>"),
            "{closed}"
        );
        let check = shown(
            "check.html",
            serde_json::json!({
                "action": "/here", "groups": [{ "title": "Dates", "rows": [{ "key": "Day", "value": "31", "change_href": "/day" }] }]
            }),
        );
        for part in [&say::text(lang, "form-check"), "Dates", "31", "href=\"/day\""] {
            assert!(check.contains(part), "{part}\n{check}");
        }
        let done = shown(
            "done.html",
            serde_json::json!({ "title": "Recorded", "next": ["Wait."], "links": [{ "href": "/x", "text": "There" }] }),
        );
        assert!(
            done.contains("govuk-panel__title") && done.contains("Wait.") && done.contains("href=\"/x\""),
            "{done}"
        );
    }
}
