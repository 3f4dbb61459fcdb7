//! Cursors of lists: where the next page begins, bound to the question that the first page answered.
//!
//! A token carries the two clocks, so that all pages show the same ledger although entries arrive meanwhile; with other
//! filters it is refused. It is opaque to callers; there is nothing in it to be kept secret or safe.

use axum::http::StatusCode;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;
use sha2::{Digest, Sha256};

use crate::contract::{AS_OF, Asked, KNOWN_AT, PAGE_SIZE, PAGE_TOKEN, WAIT_FOR};
use crate::problem::Problem;
use crate::token::hex;

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) as_of: LedgerDate,
    pub(crate) known_at: Position,
    /// The last id or number of the page before.
    pub(crate) after: String,
}

/// Fingerprint of the question: the route, the thing in the path, and the filters.
fn fingerprint(asked: &Asked, of: &str) -> String {
    let mut hash = Sha256::new();
    for text in [asked.route(), of] {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    for (name, value) in asked.pairs_except(&[&AS_OF, &KNOWN_AT, &WAIT_FOR, &PAGE_SIZE, &PAGE_TOKEN]) {
        hash.update(format!("{name}={value}\0").as_bytes());
    }
    hex(&hash.finalize()[..8])
}

impl Cursor {
    /// The token of the page after this one.
    pub(crate) fn token(&self, asked: &Asked, of: &str) -> String {
        let text = format!("1 {} {} {} {}", fingerprint(asked, of), self.as_of, self.known_at, self.after);
        hex(text.as_bytes())
    }

    /// The cursor that a request brings, if it brings one.
    pub(crate) fn of(asked: &Asked, of: &str) -> Result<Option<Self>, Problem> {
        let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad_page_token");
        let Some(token) = asked.text(&PAGE_TOKEN) else {
            return Ok(None);
        };
        let text = unhex(token).ok_or_else(bad)?;
        let parts: Vec<&str> = text.split(' ').collect();
        let ["1", question, as_of, known_at, after] = parts.as_slice() else {
            return Err(bad());
        };
        let cursor = Self {
            as_of: as_of.parse().map_err(|_| bad())?,
            known_at: known_at.parse().map_err(|_| bad())?,
            after: (*after).to_owned(),
        };
        // The clocks may be repeated, and must not be turned.
        let same_date = asked.text(&AS_OF).is_none_or(|text| text == *as_of);
        let same_knowledge = asked.text(&KNOWN_AT).is_none_or(|text| text == *known_at || text.contains('-'));
        if *question == fingerprint(asked, of) && same_date && same_knowledge { Ok(Some(cursor)) } else { Err(bad()) }
    }
}

fn unhex(text: &str) -> Option<String> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}
