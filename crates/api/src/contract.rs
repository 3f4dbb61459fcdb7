//! What each route takes and answers, declared once beside its handler: the same declaration checks the parameters of a
//! request and becomes the OpenAPI document.
//!
//! Deliberately absent: the handlers, and the table that ties them to their routes, see [`crate::routes`].

use std::str::FromStr;

use axum::extract::Query;
use axum::http::{StatusCode, Uri};
use schemars::{Schema, SchemaGenerator};

use crate::problem::Problem;

mod params;

pub(crate) use params::*;

/// The path of a route as the contract writes it, where a parameter that holds several segments looks like any other.
pub(crate) fn documented(path: &str) -> String {
    path.replace("{*", "{")
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    /// In the query, any number of times.
    Queries,
}

/// A parameter of a route.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) about: &'static str,
    /// What a good value is, for the sentence about a bad one.
    pub(crate) expected: &'static str,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// What a route answers when all is well.
#[derive(Debug)]
pub(crate) struct Good {
    pub(crate) status: u16,
    pub(crate) about: &'static str,
    pub(crate) media: &'static str,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// A route's part of the contract.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Name of the operation for generated clients.
    pub(crate) id: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) about: &'static str,
    pub(crate) params: &'static [&'static Param],
    /// Whether it takes commands.
    pub(crate) records: bool,
    pub(crate) good: &'static [Good],
    /// The statuses of its problems.
    pub(crate) problems: &'static [u16],
}

/// The query of a request, all of whose parameters the route knows.
#[derive(Debug)]
pub(crate) struct Asked {
    route: &'static str,
    pairs: Vec<(String, String)>,
}

impl Spec {
    /// The query of a request, as the route takes it.
    pub(crate) fn asked(&'static self, uri: &Uri) -> Result<Asked, Problem> {
        Asked::of(self.path, self.params, uri)
    }
}

fn bad(code: &'static str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code)
}

impl Asked {
    /// The query of a request. A parameter that the route does not know is refused, so that a typing error never goes
    /// unnoticed.
    pub(crate) fn of(route: &'static str, params: &[&Param], uri: &Uri) -> Result<Self, Problem> {
        if uri.query().is_none_or(str::is_empty) {
            return Ok(Self { route, pairs: Vec::new() });
        }
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| {
            bad("bad_parameter")
                .with("name", &"?")
                .with("value", &uri.query().unwrap_or_default())
                .with("expected", &"name=value")
        })?;
        let in_query = |param: &&&Param| matches!(param.place, Place::Query | Place::Queries);
        let known: Vec<&Param> = params.iter().filter(in_query).copied().collect();
        for (place, (name, _)) in pairs.iter().enumerate() {
            let Some(param) = known.iter().find(|param| param.name == name) else {
                let names: Vec<&str> = known.iter().map(|param| param.name).collect();
                return Err(bad("unknown_parameter").with("name", &name).with("allowed", &names.join(", ")));
            };
            if param.place == Place::Query && pairs[..place].iter().any(|(earlier, _)| earlier == name) {
                return Err(bad("parameter_twice").with("name", &name));
            }
        }
        Ok(Self { route, pairs })
    }

    /// The value of a parameter, if it is given.
    pub(crate) fn text(&self, param: &Param) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == param.name).map(|(_, value)| value.as_str())
    }

    /// The values of a parameter that may be given several times.
    pub(crate) fn texts(&self, param: &Param) -> Vec<&str> {
        self.pairs.iter().filter(|(name, _)| name == param.name).map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a parameter, read.
    pub(crate) fn value<T: FromStr>(&self, param: &Param) -> Result<Option<T>, Problem> {
        self.text(param).map(|text| text.parse().map_err(|_| param.bad(text))).transpose()
    }

    /// A number, within bounds.
    pub(crate) fn number(&self, param: &Param, default: usize, max: usize) -> Result<usize, Problem> {
        let Some(text) = self.text(param) else {
            return Ok(default);
        };
        text.parse().ok().filter(|number| (1..=max).contains(number)).ok_or_else(|| param.bad(text))
    }

    /// The same query without what is empty, as a form sends it.
    pub(crate) fn without_empty(mut self) -> Self {
        self.pairs.retain(|(_, value)| !value.trim().is_empty());
        self
    }

    /// The route that was asked.
    pub(crate) fn route(&self) -> &'static str {
        self.route
    }

    /// All pairs, in the order of their names, but for those named.
    pub(crate) fn pairs_except(&self, except: &[&Param]) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(&str, &str)> = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| except.iter().all(|param| param.name != *name))
            .collect();
        pairs.sort_unstable();
        pairs
    }
}

impl Param {
    /// That the parameter cannot be `text`.
    pub(crate) fn bad(&self, text: &str) -> Problem {
        let code = if self.place == Place::Header { "bad_header" } else { "bad_parameter" };
        bad(code).with("name", &self.name).with("value", &text).with("expected", &self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: Spec = Spec {
        method: "get",
        path: "/x",
        id: "x",
        tag: "x",
        about: "x",
        params: &[&AS_OF, &PAGE_SIZE, &COMMITMENT_ID],
        records: false,
        good: &[],
        problems: &[],
    };
    static X: Spec = SPEC;

    fn code(query: &str) -> String {
        match X.asked(&format!("/x?{query}").parse().unwrap()) {
            Ok(_) => "ok".to_owned(),
            Err(problem) => problem.code().to_owned(),
        }
    }

    #[test]
    fn a_query_has_each_known_parameter_at_most_once() {
        assert_eq!(code(""), "ok");
        assert_eq!(code("as_of=2025-01-01&page_size=3"), "ok");
        assert_eq!(code("asof=2025-01-01"), "unknown_parameter");
        assert_eq!(code("id=x"), "unknown_parameter");
        assert_eq!(code("as_of=1&as_of=2"), "parameter_twice");
    }

    #[test]
    fn a_number_keeps_to_its_bounds() {
        let asked = |query: &str| X.asked(&format!("/x?page_size={query}").parse().unwrap()).unwrap();
        assert_eq!(asked("500").number(&PAGE_SIZE, 50, 500).unwrap(), 500);
        for wrong in ["0", "501", "-1", "x", "1.5", "99999999999999999999999"] {
            assert_eq!(asked(wrong).number(&PAGE_SIZE, 50, 500).unwrap_err().code(), "bad_parameter");
        }
    }
}
