//! Answers as they are read before they are recorded: dates, amounts and names as the person's language writes them.
//!
//! Deliberately absent: the questions themselves, see [`super::view`].

use serde_json::Value;
use servanda_events::dates::{FuzzyDate, LedgerDate};

use super::form::{Answers, Field, Kind};
use super::scene::Scene;
use super::typed;
use super::view::choice;
use crate::pages::{format, say};

/// An answer, in one or more lines; none where nothing was answered. What is wrong is shown as it was typed.
pub(crate) fn answer(field: &Field, answers: &Answers, scene: &Scene) -> Vec<String> {
    match typed::value(field, answers) {
        Ok(Some(value)) => value_of(field, &value, scene),
        Ok(None) if answers.text(&format!("{}-precision", field.name)) == "none" => {
            vec![choice("precision", "none", scene.lang)]
        }
        Ok(None) => Vec::new(),
        Err(_) => field.inputs().iter().flat_map(|input| answers.all(input)).map(str::to_owned).collect(),
    }
}

/// A value of a question as it is read.
pub(crate) fn value_of(field: &Field, value: &Value, scene: &Scene) -> Vec<String> {
    let lang = scene.lang;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (field.kind, value) {
        (_, Value::Null) => Vec::new(),
        (Kind::Texts, Value::Object(texts)) => {
            texts.iter().map(|(lang, said)| format!("{lang}: {}", text(said))).collect()
        }
        (Kind::Date | Kind::OpenDate | Kind::Day, value) => vec![date(value, scene)],
        (Kind::Money, Value::Object(money)) => {
            let part = |name: &str| money.get(name).map(text).unwrap_or_default();
            vec![format::money(&part("amount"), &part("currency"), lang)]
        }
        (Kind::Decimal, value) => vec![format::number(&text(value), lang)],
        (Kind::YesNo, Value::Bool(yes)) => vec![choice("yes_no", if *yes { "yes" } else { "no" }, lang)],
        (Kind::Word(list, _), value) => vec![choice(list, &text(value), lang)],
        (Kind::One(_), value) => vec![offered(field, &text(value), scene)],
        (Kind::Many(_), Value::Array(chosen)) => {
            chosen.iter().map(|value| offered(field, &text(value), scene)).collect()
        }
        (_, value) => vec![text(value)],
    }
}

fn date(value: &Value, scene: &Scene) -> String {
    if let Ok(date) = serde_json::from_value::<FuzzyDate>(value.clone()) {
        return format::fuzzy(&date, scene.lang);
    }
    let day = value.as_str().and_then(|text| text.parse::<LedgerDate>().ok());
    day.map_or_else(|| say::text(scene.lang, "record-none"), |day| format::day(day, scene.lang))
}

fn offered(field: &Field, value: &str, scene: &Scene) -> String {
    let offer = scene.offers(field.name).iter().find(|offer| offer.value == value);
    offer.map_or_else(|| scene.name(value), |offer| offer.text.clone())
}
