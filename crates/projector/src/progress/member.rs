//! Which commitments count in figures of several: no prospects, and nothing beside its parts or the whole it went into.

use std::collections::BTreeSet;

use servanda_events::commitment::{Closing, CommitmentMade, Promise, State};
use servanda_events::ids::{CommitmentId, Position};

use super::commitment::promise_entries;

/// A commitment in a roll-up.
pub(crate) struct Member<'a> {
    promise: &'a Promise<'a>,
    pub(crate) state: &'a State<'a>,
    countable: bool,
    /// Positions of the entries by which it is a promise and belongs to what is asked for.
    pub(crate) base: Vec<Position>,
    /// Positions of the entries by which its amount counts although it names an umbrella.
    pub(crate) alone: Vec<Position>,
}

impl<'a> Member<'a> {
    /// The commitments among `states` that count. `merged` are those that went into another commitment; `via` gives
    /// the entries by which a promise belongs to what is asked for, none where the promise itself says so.
    pub(crate) fn all(
        states: &'a [State<'a>],
        merged: &BTreeSet<CommitmentId>,
        via: impl Fn(&CommitmentMade) -> Vec<Position>,
    ) -> Vec<Self> {
        let promises = states.iter().filter_map(|state| state.promise().map(|promise| (promise, state)));
        let split = |state: &State<'_>| matches!(state.closed(), Some(Closing::Split(..)));
        let (gone, counted): (Vec<_>, Vec<_>) = promises.partition(|(_, state)| split(state));
        counted
            .into_iter()
            .filter(|(promise, _)| !merged.contains(&promise.original.commitment_id))
            .map(|(promise, state)| {
                let made = promise.in_force();
                // What belongs to an umbrella that was split is counted by itself.
                let is_umbrella = |(whole, _): &&(&Promise<'_>, &State<'_>)| {
                    Some(&whole.original.commitment_id) == made.umbrella_of.as_ref()
                };
                let umbrella = gone.iter().find(is_umbrella);
                let alone = made.umbrella_of.is_none() || umbrella.is_some();
                Self {
                    promise,
                    state,
                    countable: made.counts_toward_totals && alone,
                    base: [promise_entries(state), via(made)].concat(),
                    alone: umbrella.map(|(_, whole)| split_entries(whole, &via)).unwrap_or_default(),
                }
            })
            .collect()
    }

    /// The promise in force.
    pub(crate) fn made(&self) -> &'a CommitmentMade {
        self.promise.in_force()
    }

    /// About how many entries a figure of it stands on.
    pub(crate) fn entries_len(&self) -> usize {
        self.base.len() + self.state.milestones().iter().map(|milestone| milestone.entries.len()).sum::<usize>()
    }

    /// Whether its amount may be summed with others.
    pub(crate) fn countable(&self) -> bool {
        self.countable
    }
}

/// Positions of the entries that state a promise and that it was split.
fn split_entries(whole: &State<'_>, via: impl Fn(&CommitmentMade) -> Vec<Position>) -> Vec<Position> {
    let mut entries = promise_entries(whole);
    entries.extend(whole.closed().iter().flat_map(|closing| closing.fact().sources()));
    entries.extend(whole.made().map(|(_, made)| via(made)).unwrap_or_default());
    entries
}
