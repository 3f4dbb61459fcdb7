//! A piece of a command with places that cells fill.
//!
//! In a mapping, a value stands for itself, and a table with `column`, `item`, `text` or `money` in it stands for what
//! a cell gives. `filling` puts the cells in.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::cells::{DateForm, DecimalForm};
use crate::error::{MappingError, alike};

/// Keys that a reference to a cell may have.
const KEYS: [&str; 18] = [
    "column",
    "item",
    "text",
    "money",
    "currency",
    "round",
    "map",
    "map_if_there",
    "date",
    "year_if_1_january",
    "decimal",
    "group",
    "slug",
    "default",
    "separator",
    "each",
    "filled",
    "empty",
];

/// Words into what they mean.
pub(crate) type Words = HashMap<String, Value>;

/// A field of a command, with a template for its value.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Its JSON Pointer in the command.
    pub(crate) pointer: Arc<str>,
    pub(crate) template: Template,
}

/// A value with places in it.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    Fixed(Value),
    Cell(Box<Cell>),
    List(Vec<Template>),
    Table(Vec<(String, Template)>),
}

/// A place that a cell fills.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) from: From,
    pub(crate) map: Option<(String, bool)>,
    pub(crate) date: Option<DateForm>,
    pub(crate) decimal: Option<DecimalForm>,
    pub(crate) money: Option<(Template, bool)>,
    pub(crate) slug: Option<String>,
    pub(crate) default: Option<String>,
    /// What it means that the cell is filled, and that it is empty.
    pub(crate) meaning: Option<(String, Option<String>)>,
    pub(crate) each: Option<(String, Template)>,
}

/// Where the text of a place comes from.
#[derive(Debug, Clone)]
pub(crate) enum From {
    /// The first of these columns that is not empty.
    Columns(Vec<Arc<str>>),
    /// The present item of a list.
    Item,
    /// Words around columns: pieces, and after each the column that follows it.
    Text(Vec<(String, Option<Arc<str>>)>),
}

impl Template {
    /// Reads a template; `place` is where it stands in the mapping.
    pub(crate) fn of(value: &toml::Value, place: &str) -> Result<Self, MappingError> {
        match value {
            toml::Value::Table(table) if is_cell(table) => Ok(Self::Cell(Box::new(Cell::of(table, place)?))),
            toml::Value::Table(table) => {
                let field = |(key, value): (&String, &toml::Value)| {
                    Ok((key.clone(), Self::of(value, &format!("{place}.{key}"))?))
                };
                Ok(Self::Table(table.iter().map(field).collect::<Result<_, MappingError>>()?))
            }
            toml::Value::Array(items) => {
                let item = |(n, item)| Self::of(item, &format!("{place}[{n}]"));
                Ok(Self::List(items.iter().enumerate().map(item).collect::<Result<_, _>>()?))
            }
            fixed => Ok(Self::Fixed(fixed_value(fixed, place)?)),
        }
    }

    /// The columns that it names.
    pub(crate) fn columns(&self, into: &mut Vec<String>) {
        match self {
            Self::Fixed(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.columns(into)),
            Self::Table(fields) => fields.iter().for_each(|(_, field)| field.columns(into)),
            Self::Cell(cell) => {
                match &cell.from {
                    From::Columns(columns) => into.extend(columns.iter().map(ToString::to_string)),
                    From::Text(pieces) => {
                        into.extend(pieces.iter().filter_map(|(_, column)| column.as_deref().map(str::to_owned)));
                    }
                    From::Item => {}
                }
                for inner in
                    [cell.money.as_ref().map(|(t, _)| t), cell.each.as_ref().map(|(_, t)| t)].into_iter().flatten()
                {
                    inner.columns(into);
                }
            }
        }
    }

    /// The value maps that it names.
    pub(crate) fn maps(&self, into: &mut Vec<String>) {
        match self {
            Self::Fixed(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.maps(into)),
            Self::Table(fields) => fields.iter().for_each(|(_, field)| field.maps(into)),
            Self::Cell(cell) => {
                into.extend(cell.map.iter().map(|(name, _)| name.clone()));
                for inner in
                    [cell.money.as_ref().map(|(t, _)| t), cell.each.as_ref().map(|(_, t)| t)].into_iter().flatten()
                {
                    inner.maps(into);
                }
            }
        }
    }
}

fn is_cell(table: &toml::Table) -> bool {
    ["column", "item", "text", "money"].iter().any(|key| table.contains_key(*key))
}

/// A value of TOML as JSON. Fractions are written as text, because no float comes near a figure.
pub(crate) fn fixed_value(value: &toml::Value, place: &str) -> Result<Value, MappingError> {
    Ok(match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Boolean(yes) => Value::from(*yes),
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::Float(_) => return Err(MappingError::at(place, "write a number with a fraction in quotes")),
        toml::Value::Array(items) => items.iter().map(|item| fixed_value(item, place)).collect::<Result<_, _>>()?,
        toml::Value::Table(table) => {
            let field = |(key, value): (&String, &toml::Value)| Ok((key.clone(), fixed_value(value, place)?));
            Value::Object(table.iter().map(field).collect::<Result<Map<_, _>, MappingError>>()?)
        }
    })
}

fn text_of<'t>(table: &'t toml::Table, key: &str, place: &str) -> Result<Option<&'t str>, MappingError> {
    let told = || MappingError::at(&format!("{place}.{key}"), "give a text in quotes");
    table.get(key).map(|value| value.as_str().ok_or_else(told)).transpose()
}

fn flag_of(table: &toml::Table, key: &str, place: &str) -> Result<bool, MappingError> {
    let told = || MappingError::at(&format!("{place}.{key}"), "give true or false");
    Ok(table.get(key).map(|value| value.as_bool().ok_or_else(told)).transpose()?.unwrap_or(false))
}

fn texts_of(table: &toml::Table, key: &str, place: &str) -> Result<Option<Vec<String>>, MappingError> {
    let told = || MappingError::at(&format!("{place}.{key}"), "give a text in quotes, or a list of them");
    let text = |value: &toml::Value| value.as_str().map(str::to_owned).ok_or_else(told);
    table
        .get(key)
        .map(|value| match value {
            toml::Value::Array(items) => items.iter().map(text).collect(),
            value => Ok(vec![text(value)?]),
        })
        .transpose()
}

fn sign_of(table: &toml::Table, key: &str, place: &str) -> Result<Option<char>, MappingError> {
    let Some(text) = text_of(table, key, place)? else { return Ok(None) };
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) => Ok(Some(sign)),
        _ => Err(MappingError::at(&format!("{place}.{key}"), "give one sign, such as \",\"")),
    }
}

/// How the decimals of a place are written, if they are decimals.
fn decimal_form(
    point: Option<char>,
    group: Option<char>,
    is_money: bool,
    place: &str,
) -> Result<Option<DecimalForm>, MappingError> {
    for (key, sign) in [("decimal", point), ("group", group)] {
        if sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '-') {
            return Err(MappingError::at(&format!("{place}.{key}"), "a digit, a letter and `-` cannot stand here"));
        }
    }
    if group == Some(point.unwrap_or('.')) {
        let told = "what stands between groups cannot stand before the decimals; name another sign as `decimal`";
        return Err(MappingError::at(&format!("{place}.group"), told));
    }
    let is_decimal = point.is_some() || group.is_some() || is_money;
    Ok(is_decimal.then(|| DecimalForm { point: point.unwrap_or('.'), group }))
}

impl Cell {
    fn of(table: &toml::Table, place: &str) -> Result<Self, MappingError> {
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let meant = alike(unknown, KEYS.into_iter()).map(|k| format!(" (did you mean `{k}`?)")).unwrap_or_default();
            return Err(MappingError::at(place, format!("`{unknown}` is not known here{meant}")));
        }
        let from = match (texts_of(table, "column", place)?, flag_of(table, "item", place)?) {
            (Some(columns), false) => From::Columns(shared(columns)),
            (None, true) => From::Item,
            (None, false) => match (text_of(table, "text", place)?, texts_of(table, "money", place)?) {
                (Some(text), None) => From::Text(pieces(text)),
                (None, Some(columns)) => From::Columns(shared(columns)),
                _ => return Err(MappingError::at(place, "name one of `column`, `item`, `text`, `money`")),
            },
            (Some(_), true) => return Err(MappingError::at(place, "name one of `column`, `item`, `text`, `money`")),
        };
        let map = match (text_of(table, "map", place)?, text_of(table, "map_if_there", place)?) {
            (Some(map), _) => Some((map.to_owned(), true)),
            (None, other) => other.map(|map| (map.to_owned(), false)),
        };
        let date = texts_of(table, "date", place)?;
        let year_if_1_january = flag_of(table, "year_if_1_january", place)?;
        let point = sign_of(table, "decimal", place)?;
        let group = sign_of(table, "group", place)?;
        let is_money = table.contains_key("money");
        let currency = match table.get("currency") {
            Some(currency) => Some(Template::of(currency, &format!("{place}.currency"))?),
            None if is_money => return Err(MappingError::at(place, "name the `currency` of the money")),
            None => None,
        };
        let each = match (text_of(table, "separator", place)?, table.get("each")) {
            (Some(separator), Some(each)) if !separator.is_empty() => {
                Some((separator.to_owned(), Template::of(each, &format!("{place}.each"))?))
            }
            (None, None) => None,
            _ => return Err(MappingError::at(place, "`separator` and `each` come together")),
        };
        Ok(Self {
            from,
            map,
            date: date.map(|formats| DateForm { formats, year_if_1_january }),
            decimal: decimal_form(point, group, is_money, place)?,
            money: currency.zip(Some(flag_of(table, "round", place)?)),
            slug: text_of(table, "slug", place)?.map(str::to_owned),
            default: text_of(table, "default", place)?.map(str::to_owned),
            meaning: text_of(table, "filled", place)?
                .map(|filled| Ok((filled.to_owned(), text_of(table, "empty", place)?.map(str::to_owned))))
                .transpose()?,
            each,
        })
    }
}

fn shared(columns: Vec<String>) -> Vec<Arc<str>> {
    columns.into_iter().map(Arc::from).collect()
}

/// `Row {id} of {year}` in pieces.
fn pieces(text: &str) -> Vec<(String, Option<Arc<str>>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((column, after)) = inside.split_once('}') else { break };
        pieces.push((before.to_owned(), Some(column.into())));
        rest = after;
    }
    pieces.push((rest.to_owned(), None));
    pieces
}
