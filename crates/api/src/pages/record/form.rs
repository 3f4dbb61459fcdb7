//! Forms as plain data: which questions a form asks, on which pages, in which order. What was typed is kept as it was
//! typed, whatever becomes of it.
//!
//! Deliberately absent: what a typed text means, see [`super::typed`]; what a form asks to have recorded, see
//! [`super::flows`]; how a question looks, see [`super::view`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use servanda_events::ids::Family;

use super::scene::Scene;
use super::wanted::{Complaint, Filling, Wanted};

/// A form: its pages, and what it asks to have recorded.
pub(crate) struct Form {
    /// Its name in addresses and in the keys of its texts.
    pub(crate) id: &'static str,
    /// What it is about.
    pub(crate) about: About,
    /// What the address may name beside it.
    pub(crate) within: &'static [&'static str],
    /// Its pages of questions.
    pub(crate) steps: &'static [Step],
    /// What is to be recorded, from the answers.
    pub(crate) plan: Plan,
}

/// What a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// Something that is not in the ledger yet.
    New,
    /// A thing, whose id the address names under the name of its family.
    Thing(Family),
    /// An entry, whose position the address names.
    Entry,
}

/// Makes commands of answers.
pub(crate) type Plan = fn(&Filling<'_>, &Scene) -> Result<Vec<Wanted>, Complaint>;

/// One page of questions.
pub(crate) struct Step {
    /// Its name in addresses and in the keys of its texts.
    pub(crate) id: &'static str,
    /// Its questions.
    pub(crate) fields: &'static [Field],
    /// When it is asked.
    pub(crate) shown: Shown,
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Its name in the form and in the keys of its texts.
    pub(crate) name: &'static str,
    /// What kind of answer it takes.
    pub(crate) kind: Kind,
    /// Whether it must be answered where it is asked.
    pub(crate) needed: bool,
    /// When it is asked.
    pub(crate) shown: Shown,
}

/// When something is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// Always.
    Always,
    /// If the answer to another question is one of these.
    If(&'static str, &'static [&'static str]),
    /// If the person speaks for no party, and so has to say for which.
    Unbound,
    /// If another question has so many answers, or more.
    AtLeast(&'static str, usize),
    /// If the entry that the form is about has such a field.
    InFact,
    /// If the entry that the form is about is amended as this kind of thing.
    Amends(&'static str),
}

/// What kind of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A short text.
    Line,
    /// A longer text.
    Area,
    /// A text per language, one or more of four.
    Texts,
    /// The address of a document.
    Url,
    /// SHA-256 of a document, typed or computed from a file that is not kept.
    Scan,
    /// A date as closely as it is known: day, month or year.
    Date,
    /// The same, or that the text names none.
    OpenDate,
    /// One day.
    Day,
    /// An amount with its currency.
    Money,
    /// A decimal number.
    Decimal,
    /// Yes or no.
    YesNo,
    /// One of the words of a list.
    Word(&'static str, &'static [&'static str]),
    /// One of the things that the scene offers under this name.
    One(&'static str),
    /// Some of them.
    Many(&'static str),
}

/// A question that must be answered.
pub(crate) const fn needed(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: true, shown: Shown::Always }
}

/// A question that may be left out.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: false, shown: Shown::Always }
}

impl Field {
    /// The same question, asked only then.
    pub(crate) const fn shown(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// Whether it is asked, by the other answers.
    pub(crate) fn is_asked(&self, answers: &Answers, scene: &Scene) -> bool {
        match self.shown {
            Shown::InFact => scene.has_in_fact(self.name),
            shown => shown.holds(answers, scene),
        }
    }

    /// The names of its inputs.
    pub(crate) fn inputs(&self) -> Vec<String> {
        let name = self.name;
        let with = |ends: &[&str]| ends.iter().map(|end| format!("{name}{end}")).collect();
        match self.kind {
            Kind::Texts => with(&["-en", "-fr", "-kk", "-ru"]),
            Kind::Date | Kind::OpenDate => with(&["-day", "-month", "-year", "-precision"]),
            Kind::Day => with(&["-day", "-month", "-year"]),
            Kind::Money => with(&["", "-currency"]),
            Kind::One(_) | Kind::Many(_) => with(&["", "-find"]),
            Kind::Line | Kind::Area | Kind::Url | Kind::Scan | Kind::Decimal | Kind::YesNo | Kind::Word(..) => {
                with(&[""])
            }
        }
    }
}

impl Shown {
    /// Whether it is asked, by the other answers.
    pub(crate) fn holds(self, answers: &Answers, scene: &Scene) -> bool {
        match self {
            Self::Always => true,
            Self::If(name, values) => answers.all(name).any(|value| values.contains(&value)),
            Self::Unbound => scene.party.is_none(),
            Self::AtLeast(name, count) => answers.all(name).count() >= count,
            // Whether there is such a field depends on the question; `Field::is_asked` looks.
            Self::InFact => scene.about_fact().is_some(),
            Self::Amends(kind) => scene.about_fact().is_some_and(|fact| super::flows::is_amended_as(fact, kind)),
        }
    }
}

impl Form {
    /// The pages that are asked, by the answers so far.
    pub(crate) fn asked<'a>(&'a self, answers: &'a Answers, scene: &'a Scene) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |step| {
            step.shown.holds(answers, scene) && step.fields.iter().any(|field| field.is_asked(answers, scene))
        })
    }

    /// The page of a name.
    pub(crate) fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The page after one; none after the last.
    pub(crate) fn after(&self, id: &str, answers: &Answers, scene: &Scene) -> Option<&'static str> {
        self.asked(answers, scene).skip_while(|step| step.id != id).nth(1).map(|step| step.id)
    }

    /// The page before one; none before the first.
    pub(crate) fn before(&self, id: &str, answers: &Answers, scene: &Scene) -> Option<&'static str> {
        self.asked(answers, scene).take_while(|step| step.id != id).last().map(|step| step.id)
    }

    /// The question of a name, with the page on which it is asked.
    pub(crate) fn field(&self, name: &str) -> Option<(&'static Step, &'static Field)> {
        self.steps.iter().find_map(|step| Some((step, step.fields.iter().find(|field| field.name == name)?)))
    }
}

/// What was typed, by the names of the inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Answers(BTreeMap<String, Vec<String>>);

impl Answers {
    /// The answer of an input, without the space around it; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// All answers of an input that are not empty.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(name).into_iter().flatten().map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Adds an answer to an input.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.0.entry(name.to_owned()).or_default().push(value.to_owned());
    }

    /// Puts an answer in place of any other.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// Takes over what was typed on a page, in place of what was typed there before. An input that was not sent, such
    /// as a box that is no longer ticked, has no answer any more; one that was not asked keeps its answer.
    pub(crate) fn take_over(&mut self, step: &Step, posted: &Self, scene: &Scene) {
        for field in step.fields {
            let asked = field.is_asked(posted, scene) || matches!(field.shown, Shown::If(..) | Shown::AtLeast(..));
            for input in field.inputs().into_iter().filter(|_| asked) {
                match posted.0.get(&input) {
                    Some(values) => self.0.insert(input, values.clone()),
                    None => self.0.remove(&input),
                };
            }
        }
    }

    /// Takes answers over for inputs that have none.
    pub(crate) fn fill_from(&mut self, seeds: &Self) {
        for (name, values) in &seeds.0 {
            self.0.entry(name.clone()).or_insert_with(|| values.clone());
        }
    }

    /// How many bytes were typed.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(|(name, values)| name.len() + values.iter().map(String::len).sum::<usize>()).sum()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Answers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut answers = Self::default();
        for (name, value) in pairs {
            answers.add(&name.into(), &value.into());
        }
        answers
    }
}
