//! Ids made from the ids of a source. The same text always gives the same id, on every machine.
//!
//! An id is never made from what may change of a row; whoever calls gives the source's own id, or, for a party that a
//! source only names, the name.

use std::collections::HashSet;
use std::fmt::Write as _;

use servanda_events::ids::{COMMAND_ID_BYTES_MAX, CommandId, ID_BYTES_MAX, Position};
use sha2::Digest as _;

/// Hexadecimal digits that tell two shortened texts apart.
const DIGITS: usize = 12;

/// The first digits of the SHA-256 of a text.
pub(crate) fn short_hash(text: &str) -> String {
    let mut hex = String::new();
    for byte in sha2::Sha256::digest(text.as_bytes()).iter().take(DIGITS / 2) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// An id of the ledger from a text: small letters, digits and dashes. What is lost on the way is told apart by a hash.
pub(crate) fn slug(prefix: &str, text: &str) -> String {
    let mut id = prefix.to_owned();
    let mut lost = false;
    for c in text.trim().chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else {
            lost |= c.is_alphanumeric();
            if !id.ends_with('-') && !id.is_empty() {
                id.push('-');
            }
        }
    }
    let mut id = id.trim_end_matches('-').to_owned();
    if lost || id.is_empty() || id.len() > ID_BYTES_MAX {
        id.truncate(ID_BYTES_MAX - DIGITS - 1);
        let id = id.trim_end_matches('-');
        let dash = if id.is_empty() { "" } else { "-" };
        return format!("{id}{dash}{}", short_hash(text.trim()));
    }
    id
}

/// Texts that came already, kept as 128 bits of their hash each.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashSet<u128>);

impl Seen {
    /// Whether the text comes for the first time.
    pub(crate) fn is_new(&mut self, text: &str) -> bool {
        let hash = sha2::Sha256::digest(text.as_bytes());
        self.0.insert(hash.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }
}

/// The id of a command of an importer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandName(String);

impl CommandName {
    /// The id of the command `what` of the source's row `id`: `import-uk-treaties-58135-signed`.
    pub fn new(source: &str, id: &str, what: &str) -> Self {
        let plain: String = id.trim().chars().filter(|c| c.is_ascii_graphic() && *c != '"' && *c != '\\').collect();
        let name = format!("import-{source}-{plain}-{what}");
        if plain == id.trim() && name.len() <= COMMAND_ID_BYTES_MAX {
            return Self(name);
        }
        let hash = short_hash(&format!("{source}\u{0}{id}\u{0}{what}"));
        let kept: String = name.chars().take(COMMAND_ID_BYTES_MAX - DIGITS - 1).collect();
        Self(format!("{kept}-{hash}"))
    }

    /// The id of the command that corrects what `command` recorded, in the form which it got at a position. A form is
    /// corrected once, so the id is taken once.
    pub fn correcting(command: &CommandId, formed_at: Position) -> Self {
        let name = format!("{command}-c{formed_at}");
        if name.len() <= COMMAND_ID_BYTES_MAX {
            return Self(name);
        }
        let hash = short_hash(&name);
        Self(format!("{}-{hash}", &name[..COMMAND_ID_BYTES_MAX - DIGITS - 1]))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_every_time_and_told_apart_where_letters_are_lost() {
        assert_eq!(slug("", "UNITED STATES OF AMERICA"), "united-states-of-america");
        assert_eq!(slug("uk-", "58135"), "uk-58135");
        let (kaz, fra) = (slug("", "Қазақстан"), slug("", "Франция"));
        assert_ne!(kaz, fra);
        assert_eq!(kaz, slug("", " Қазақстан "));
        assert_ne!(slug("", "Côte"), slug("", "C te"));
        for text in ["Қазақстан", "", "-", "a b", &"x".repeat(200)] {
            let id = slug("", text);
            assert!(id.parse::<servanda_events::ids::PartyId>().is_ok(), "{text}: {id}");
        }
        assert_ne!(slug("", &"x".repeat(200)), slug("", &"x".repeat(201)));
    }

    #[test]
    fn the_id_of_a_command_names_source_row_and_part_and_always_fits() {
        assert_eq!(CommandName::new("uk", "58135", "signed").as_str(), "import-uk-58135-signed");
        let long = |id: &str| CommandName::new("uk", id, "signed").as_str().to_owned();
        for id in ["a b", "\"", "", &"9".repeat(100), "Қ"] {
            assert!(long(id).parse::<servanda_events::ids::CommandId>().is_ok(), "{id}");
        }
        assert_ne!(long("a b"), long("ab"));
        assert_ne!(long(&"9".repeat(100)), long(&"9".repeat(101)));
    }
}
