//! Cells into the places of a template.
//!
//! A place whose cell is empty is left out; below the first level, so is the table around it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use servanda_events::field_error::FieldError;

use crate::cells;
use crate::ids::slug;
use crate::row::{Origin, RowError};
use crate::template::{Cell, Field, From, Template, Words};

/// What a template is filled from, and what comes to light on the way.
pub(crate) struct Filling<'a> {
    /// Place of each column.
    pub(crate) columns: &'a HashMap<String, usize>,
    /// The cells of the row.
    pub(crate) cells: &'a [String],
    /// Places of the cells that a workbook keeps as numbers.
    pub(crate) numbers: &'a [usize],
    /// The value maps.
    pub(crate) maps: &'a HashMap<String, Words>,
    /// The present item of a list, with its column.
    pub(crate) item: Option<(&'a str, &'a str)>,
    /// What is wrong.
    pub(crate) errors: Vec<RowError>,
    /// Which column each value came from.
    pub(crate) origins: Vec<Origin>,
    /// Which columns a value would have come from, had not all of them been empty.
    pub(crate) empty: Vec<Origin>,
}

impl<'a> Filling<'a> {
    /// The trimmed text of a column.
    pub(crate) fn cell(&self, column: &str) -> &'a str {
        self.columns.get(column).and_then(|at| self.cells.get(*at)).map_or("", |cell| cell.trim())
    }

    /// The filled template; `None` where its cells are empty.
    fn fill(&mut self, template: &Template, pointer: &Arc<str>) -> Option<Value> {
        match template {
            Template::Fixed(value) => Some(value.clone()),
            Template::List(items) => {
                let mut list = Vec::new();
                for item in items {
                    let pointer = format!("{pointer}/{}", list.len()).into();
                    list.extend(self.fill(item, &pointer));
                }
                Some(Value::Array(list))
            }
            Template::Table(fields) => {
                let mut object = Map::new();
                for (name, field) in fields {
                    object.insert(name.clone(), self.fill(field, &format!("{pointer}/{name}").into())?);
                }
                Some(Value::Object(object))
            }
            Template::Cell(cell) => self.fill_cell(cell, pointer),
        }
    }

    /// A filled table whose empty fields are left out one by one.
    pub(crate) fn fill_fields(&mut self, fields: &[Field]) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            if let Some(value) = self.fill(&field.template, &field.pointer) {
                object.insert(field.name.clone(), value);
            }
        }
        object
    }

    fn fill_cell(&mut self, cell: &Cell, pointer: &Arc<str>) -> Option<Value> {
        let (mut text, column) = self.text(&cell.from);
        if text.is_empty() {
            text = cell.default.clone().unwrap_or_default();
        }
        if let Some((filled, empty)) = &cell.meaning {
            self.origins.push((Arc::clone(pointer), column));
            return if text.is_empty() { empty.clone() } else { Some(filled.clone()) }.map(Value::String);
        }
        let empty_has_meaning =
            || cell.map.as_ref().is_some_and(|(map, _)| self.maps.get(map).is_some_and(|map| map.contains_key("")));
        if text.is_empty() && !empty_has_meaning() {
            let columns = match &cell.from {
                From::Columns(columns) => columns.join(", ").into(),
                From::Item | From::Text(_) => column,
            };
            self.empty.push((Arc::clone(pointer), columns));
            return None;
        }
        self.origins.push((Arc::clone(pointer), Arc::clone(&column)));
        if let Some((separator, each)) = &cell.each {
            return Some(self.fill_each(&text, separator, each, &column, pointer));
        }
        match self.value(cell, text, pointer) {
            Ok(value) => value,
            Err(error) => {
                self.errors.push(RowError::at(&*column, error));
                None
            }
        }
    }

    fn fill_each(&mut self, text: &str, separator: &str, each: &Template, column: &str, pointer: &Arc<str>) -> Value {
        let mut list: Vec<Value> = Vec::new();
        for item in text.split(separator).map(str::trim).filter(|item| !item.is_empty()) {
            let mut inner = Filling {
                columns: self.columns,
                cells: self.cells,
                numbers: self.numbers,
                maps: self.maps,
                item: Some((item, column)),
                errors: Vec::new(),
                origins: Vec::new(),
                empty: Vec::new(),
            };
            let filled = inner.fill(each, &format!("{pointer}/{}", list.len()).into());
            self.errors.append(&mut inner.errors);
            self.origins.append(&mut inner.origins);
            self.empty.append(&mut inner.empty);
            list.extend(filled.filter(|value| !list.contains(value)));
        }
        Value::Array(list)
    }

    fn text(&self, from: &From) -> (String, Arc<str>) {
        match from {
            From::Item => {
                let (item, column) = self.item.unwrap_or(("", ""));
                (item.to_owned(), column.into())
            }
            From::Columns(columns) => {
                let filled = columns.iter().find(|column| !self.cell(column).is_empty());
                let column = filled.or(columns.first()).cloned().unwrap_or_default();
                (self.cell(&column).to_owned(), column)
            }
            From::Text(pieces) => {
                let mut text = String::new();
                for (before, column) in pieces {
                    text.push_str(before);
                    if let Some(column) = column {
                        match self.cell(column) {
                            "" => return (String::new(), Arc::clone(column)),
                            cell => text.push_str(cell),
                        }
                    }
                }
                (text, pieces.iter().find_map(|(_, column)| column.clone()).unwrap_or_default())
            }
        }
    }

    /// Whether a text comes from a number cell of a workbook.
    fn is_number(&self, from: &From) -> bool {
        let kept = |column: &str| self.columns.get(column).is_some_and(|at| self.numbers.contains(at));
        match from {
            From::Item => self.item.is_some_and(|(_, column)| kept(column)),
            From::Columns(columns) => {
                columns.iter().find(|column| !self.cell(column).is_empty()).is_some_and(|column| kept(column))
            }
            From::Text(pieces) => pieces.iter().filter_map(|(_, column)| column.as_deref()).any(kept),
        }
    }

    fn value(&mut self, cell: &Cell, mut text: String, pointer: &Arc<str>) -> Result<Option<Value>, FieldError> {
        let mut is_number = self.is_number(&cell.from);
        if let Some((map, must)) = &cell.map {
            match self.maps.get(map).and_then(|words| words.get(&text)) {
                // What a map says is written as the mapping is.
                Some(Value::String(meaning)) => {
                    text.clone_from(meaning);
                    is_number = false;
                }
                Some(meaning) => return Ok(Some(meaning.clone())),
                None if *must => {
                    return Err(FieldError::new("value_not_mapped").with("value", &text).with("map", map));
                }
                None => {}
            }
            // A map may say that a word means nothing here.
            if text.is_empty() {
                return Ok(None);
            }
        }
        if let Some(form) = &cell.date {
            text = cells::date(&text, form)?;
        }
        if let Some(form) = &cell.decimal {
            let round = cell.money.as_ref().is_some_and(|(_, round)| *round);
            text = if is_number { cells::number(&text, round)? } else { cells::decimal(&text, form)? };
        }
        if let Some(prefix) = &cell.slug {
            text = slug(prefix, &text);
        }
        let Some((currency, round)) = &cell.money else { return Ok(Some(Value::String(text))) };
        let (errors, empty) = (self.errors.len(), self.empty.len());
        let Some(currency) = self.fill(currency, &format!("{pointer}/currency").into()) else {
            // Where the cell of the currency is at fault itself, that is told already.
            if self.errors.len() == errors {
                let missing = FieldError::new("currency_missing").with("amount", &text);
                match self.empty.get(empty) {
                    Some((_, column)) => self.errors.push(RowError::at(&**column, missing)),
                    None => return Err(missing),
                }
            }
            return Ok(None);
        };
        cells::money(&text, currency.as_str().unwrap_or_default(), *round).map(Some)
    }
}
