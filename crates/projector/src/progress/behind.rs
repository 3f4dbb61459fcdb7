//! What explains several numbers at once, or a row of a list, as a figure explains itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::Position;

use super::figure::{Input, Inputs, each_once};

/// What is behind numbers that are shown together, or behind a row of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Behind {
    /// Name and version of the formula.
    pub formula: &'static str,
    /// What went into it, by name.
    #[schemars(with = "BTreeMap<String, String>")]
    pub inputs: Inputs,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl Behind {
    pub(crate) fn new(formula: &'static str, entries: Vec<Position>) -> Self {
        Self { formula, inputs: Inputs::default(), entries }
    }

    pub(crate) fn input(mut self, name: &'static str, input: impl Into<Input>) -> Self {
        self.inputs.0.push((name, input.into()));
        self
    }

    /// Adds the last entries to those behind it, which then are in order, each once.
    pub(crate) fn stand_on(&mut self, entries: impl IntoIterator<Item = Position>) {
        self.entries.extend(entries);
        each_once(&mut self.entries);
    }
}
