//! Which commands need two persons.

use servanda_events::catalogue::Command;
use servanda_events::ids::{Family, StreamId};

/// The word for all families.
const ALL: &str = "all";

/// What needs two persons to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy(Vec<Family>);

impl Policy {
    /// The policy that a setting names: nothing, `all`, or families separated by commas. The error is the word that is
    /// no family.
    pub fn of_setting(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let mut families = Vec::new();
        for word in words {
            match Family::ALL.into_iter().find(|family| family.as_str() == word) {
                _ if word == ALL => families.extend(Family::ALL),
                Some(family) => families.push(family),
                None => return Err(word.to_owned()),
            }
        }
        Ok(Self(families))
    }

    /// Whether anything needs two persons.
    pub fn wants_two(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a command needs two persons: the one that writes to a stream of a family named. A correction belongs to
    /// the family of what it corrects.
    pub(crate) fn wants_two_for(&self, command: &Command) -> bool {
        self.wants_two() && self.wants_two_on(&command.stream())
    }

    /// The same of whatever writes to a stream.
    pub(crate) fn wants_two_on(&self, stream: &StreamId) -> bool {
        self.0.contains(&stream.family())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_all_or_some_families() {
        assert!(!Policy::of_setting("").unwrap().wants_two());
        assert_eq!(Policy::of_setting("all").unwrap().0.len(), Family::ALL.len());
        assert_eq!(Policy::of_setting("agreement, commitment").unwrap().0, [Family::Agreement, Family::Commitment]);
        assert_eq!(Policy::of_setting("agreement,treaty"), Err("treaty".to_owned()));
    }
}
