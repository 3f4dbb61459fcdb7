//! Things that rows have in common, such as parties: each is entered by the first row that names it.
//!
//! Deliberately absent: what the ledger itself has already; that shows when the row is recorded.

use std::collections::HashSet;

use crate::error::InputError;
use crate::row::Row;

/// Most things that rows may have in common.
const THINGS_MAX: usize = 100_000;

/// The things that earlier rows entered.
#[derive(Debug)]
pub(crate) struct Shared {
    /// What they are called where there are too many.
    what: &'static str,
    streams: HashSet<String>,
    /// Words that are known to be about one of them, so that they need not be understood again.
    words: HashSet<String>,
}

impl Shared {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, streams: HashSet::new(), words: HashSet::new() }
    }

    /// Whether an earlier row entered the thing of a stream.
    pub(crate) fn has(&self, stream: &str) -> bool {
        self.streams.contains(stream)
    }

    /// Whether words are known to be about a thing that an earlier row entered.
    pub(crate) fn knows(&self, words: &str) -> bool {
        self.words.contains(words)
    }

    /// Remembers words about things that earlier rows entered.
    pub(crate) fn learn(&mut self, words: Vec<String>) {
        if self.words.len() < THINGS_MAX {
            self.words.extend(words);
        }
    }

    /// The end of a row: nothing of one with an error is recorded, and what the others enter is remembered.
    pub(crate) fn end(&mut self, mut row: Row) -> Result<Row, InputError> {
        if !row.errors.is_empty() {
            row.wishes.clear();
        }
        for wish in row.wishes.iter().filter(|wish| wish.shared) {
            self.streams.insert(wish.request.command.stream().as_str().to_owned());
        }
        if self.streams.len() > THINGS_MAX {
            return Err(InputError::TooMany { what: self.what, max: THINGS_MAX as u64 });
        }
        Ok(row)
    }
}
