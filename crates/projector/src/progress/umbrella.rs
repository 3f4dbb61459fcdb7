//! What lies within the amount of something else: commitments and documents under an umbrella.
//!
//! An umbrella and what it contains are never added. What names an umbrella that is not there, or not among what is put
//! together, stands alone: its amount lies in no other that is counted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use servanda_events::ids::{CommitmentId, Position};

/// The commitments that went into others, each with the one it went into and the entries that say so.
pub(crate) type Merged = BTreeMap<CommitmentId, (CommitmentId, Vec<Position>)>;

/// Those of some things that lie within another of them, each with that one. Each comes with the umbrella that it
/// names. On a circle of umbrellas, which only wrong records make, each stands alone.
pub(crate) fn within<'i, I: Eq + Hash>(things: impl Iterator<Item = (&'i I, Option<&'i I>)>) -> HashMap<&'i I, &'i I> {
    let named: HashMap<&I, Option<&I>> = things.collect();
    let inside = named.iter().filter_map(|(thing, umbrella)| {
        let umbrella = umbrella.filter(|umbrella| named.contains_key(umbrella))?;
        let mut seen = HashSet::new();
        let mut next = Some(umbrella);
        while let Some(above) = next.filter(|above| seen.insert(*above)) {
            if above == *thing {
                return None;
            }
            next = named.get(above).copied().flatten();
        }
        Some((*thing, umbrella))
    });
    inside.collect()
}

/// The commitment that contains what once lay within `umbrella`: that one, or what it went into.
pub(crate) fn after_mergers<'i>(
    umbrella: &'i CommitmentId,
    into: impl Fn(&CommitmentId) -> Option<&'i CommitmentId>,
) -> &'i CommitmentId {
    let mut seen = HashSet::new();
    let mut last = umbrella;
    while let Some(next) = into(last).filter(|_| seen.insert(last)) {
        last = next;
    }
    last
}
