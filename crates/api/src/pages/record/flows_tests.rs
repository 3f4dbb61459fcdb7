//! Every form speaks all four languages: each question, each heading, each answer to choose from has its words.

use std::collections::BTreeSet;

use super::super::form::Step;
use super::super::view;
use super::*;
use crate::words::{Lang, Words};

fn fields() -> impl Iterator<Item = (&'static Form, &'static Step, &'static Field)> {
    ALL.iter().flat_map(|form| {
        form.steps.iter().flat_map(move |step| step.fields.iter().map(move |field| (*form, step, field)))
    })
}

#[test]
fn every_question_heading_and_choice_has_its_words_in_four_languages() {
    let mut missing = BTreeSet::new();
    let mut needs = |key: String| {
        if !Words::shared().knows(&key) {
            missing.insert(key);
        }
    };
    for form in ALL {
        needs(format!("record-{}", form.id));
    }
    for (form, _, field) in fields() {
        let own = format!("record-{}-{}", form.id, field.name);
        if !Words::shared().knows(&own) {
            needs(format!("field-{}", field.name));
        }
        if let Kind::Word(list, words) = field.kind {
            words.iter().for_each(|word| needs(format!("choice-{list}-{word}")));
        }
    }
    for way in ["wrong", "agreed", "never"] {
        needs(format!("choice-change-{way}"));
        needs(format!("choice-change-{way}-hint"));
    }
    assert!(missing.is_empty(), "{missing:#?}");
    for form in ALL {
        for step in form.steps {
            let heading = view::heading(form, step, Lang::Kk);
            assert!(!heading.starts_with("step-") && !heading.starts_with("record-"), "{} {}", form.id, step.id);
        }
    }
}

#[test]
fn a_name_means_one_question_in_a_form_and_no_page_is_called_like_another_way() {
    for form in ALL {
        let names: Vec<&str> = form.steps.iter().flat_map(|step| step.fields).map(|field| field.name).collect();
        let inputs: Vec<String> = form.steps.iter().flat_map(|step| step.fields).flat_map(Field::inputs).collect();
        let distinct: BTreeSet<&String> = inputs.iter().collect();
        assert_eq!(distinct.len(), inputs.len(), "{}: {inputs:?}", form.id);
        for word in ["draft", "revision", "then", "back"] {
            assert!(!names.contains(&word), "{}: {word} is sent with every page", form.id);
        }
        for step in form.steps {
            assert!(!["check", "again", "delete"].contains(&step.id), "{}: {} leads elsewhere", form.id, step.id);
        }
    }
}

#[test]
fn a_question_that_depends_on_another_names_one_of_its_answers() {
    for (form, _, field) in fields() {
        let Shown::If(name, values) = field.shown else { continue };
        let (_, other) = form.field(name).unwrap_or_else(|| panic!("{}: {name} is no question", form.id));
        if let Kind::Word(_, words) = other.kind {
            assert!(values.iter().all(|value| words.contains(value)), "{}: {} {values:?}", form.id, field.name);
        }
    }
}
