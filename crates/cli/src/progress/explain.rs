//! What is behind a figure: its formula, its inputs, and each entry of the log that it came from.
//!
//! Figures are found in the answer's JSON by their shape, so that a new one explains itself without a word here.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{Position, StreamId};
use servanda_log::Log;

use crate::output::Table;

/// An entry behind a figure.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Source {
    position: Position,
    #[serde(rename = "type")]
    kind: &'static str,
    occurred_on: FuzzyDate,
    stream: StreamId,
    demonstration: bool,
}

impl Source {
    pub(super) fn of(log: &Log, position: Position) -> Result<Self> {
        let missing =
            || format!("entry {position} is missing; the read model is ahead of the log: run `servanda rebuild`");
        let recorded = log.entry(position)?.with_context(missing)?.decode()?;
        Ok(Self {
            position,
            kind: recorded.fact.event.type_name(),
            occurred_on: recorded.fact.occurred_on.clone(),
            stream: recorded.stream,
            demonstration: recorded.fact.demonstration,
        })
    }
}

/// The figures in a tree of values, with the path to each.
fn walk<'v>(value: &'v Value, path: &str, see: &mut impl FnMut(&str, &'v serde_json::Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("formula") {
                see(path, fields);
                return;
            }
            for (name, inner) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(inner, &path, see);
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                walk(inner, &format!("{path}[{place}]"), see);
            }
        }
        _ => {}
    }
}

/// Numbers and words that have one explanation: those of a row, or of what is counted together.
fn told_together(fields: &serde_json::Map<String, Value>) -> String {
    let shown = fields.iter().filter_map(|(name, value)| match value {
        Value::String(text) if name != "formula" => Some(format!("{name} {text}")),
        Value::Number(number) => Some(format!("{name} {number}")),
        _ => None,
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn positions_of(figure: &serde_json::Map<String, Value>) -> impl Iterator<Item = Position> {
    figure.get("entries").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64)
}

/// The positions of the entries behind all figures.
pub(super) fn positions(progress: &Value, positions: &mut BTreeSet<Position>) {
    walk(progress, "", &mut |_, figure| positions.extend(positions_of(figure)));
}

/// Lists each figure with what is behind it.
pub(super) fn figures(progress: &Value, sources: &[Source], text: &mut String) {
    text.push_str("\nWhat is behind each figure\n");
    walk(progress, "", &mut |path, figure| {
        let shown = |name: &str| match figure.get(name) {
            Some(Value::String(value)) => value.clone(),
            _ => "not measurable".to_owned(),
        };
        let value = if figure.contains_key("value") { shown("value") } else { told_together(figure) };
        text.push_str(&format!("\n{path} = {value}\n  formula {}\n", shown("formula")));
        for (name, input) in figure.get("inputs").and_then(Value::as_object).into_iter().flatten() {
            text.push_str(&format!("  {name} {}\n", input.as_str().unwrap_or_default()));
        }
        let mut table = Table::new(["entry", "what", "when", "stream", ""]).right(&[0]);
        for position in positions_of(figure) {
            let Ok(place) = sources.binary_search_by_key(&position, |source| source.position) else { continue };
            let source = &sources[place];
            let marked = if source.demonstration { "demonstration" } else { "" };
            table.row([
                position.to_string(),
                source.kind.to_owned(),
                source.occurred_on.to_string(),
                source.stream.to_string(),
                marked.to_owned(),
            ]);
        }
        if !table.is_empty() {
            text.push_str(&table.lines(2));
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_found_wherever_they_stand() {
        let figure = |entries: Value| json!({ "value": "1", "formula": "f.v1", "inputs": {}, "entries": entries });
        let together = json!({ "identified": 3, "documents": null, "formula": "f.v1", "inputs": {}, "entries": [2] });
        assert_eq!(told_together(together.as_object().unwrap()), "identified 3");
        let progress = json!({ "mean": figure(json!([3, 1])), "list": [{ "share": figure(json!([2])) }],
            "counts": together, "entries": [9] });
        let mut paths = Vec::new();
        walk(&progress, "", &mut |path, _| paths.push(path.to_owned()));
        paths.sort();
        assert_eq!(paths, ["counts", "list[0].share", "mean"]);
        let mut found = BTreeSet::new();
        positions(&progress, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    }
}
