//! Which commitments count in figures of several: no prospects, and nothing beside its parts or the whole it went into.

use std::collections::{HashMap, HashSet};

use servanda_events::commitment::{Closing, CommitmentMade, Promise, State};
use servanda_events::ids::{CommitmentId, Position};

use super::commitment::promise_entries;
use super::umbrella::{self, Merged, after_mergers};

/// A commitment in a roll-up.
pub(crate) struct Member<'a> {
    promise: &'a Promise<'a>,
    pub(crate) state: &'a State<'a>,
    countable: bool,
    /// The commitment whose amount contains this one's, or would if it were among those that are put together.
    umbrella: Option<&'a CommitmentId>,
    /// Positions of the entries by which it is a promise and belongs to what is asked for.
    pub(crate) base: Vec<Position>,
    /// Positions of the entries by which its amount counts although it names an umbrella that was known.
    pub(crate) alone: Vec<Position>,
    /// Where its amount lies within that of another member: `base`, with the entries by which it does.
    pub(crate) within: Option<Vec<Position>>,
}

impl<'a> Member<'a> {
    /// The commitments among `states` that count and are `wanted`. `merged` are those that went into another one; `via`
    /// gives the entries by which a promise belongs to what is asked for, none where the promise itself says so.
    pub(crate) fn all(
        states: &'a [State<'a>],
        merged: &'a Merged,
        wanted: impl Fn(&CommitmentMade) -> bool,
        via: impl Fn(&CommitmentMade) -> Vec<Position>,
    ) -> Vec<Self> {
        let promises = states.iter().filter_map(|state| state.promise().map(|promise| (promise, state)));
        let split = |state: &State<'_>| matches!(state.closed(), Some(Closing::Split(..)));
        let (gone, counted): (Vec<_>, Vec<_>) = promises.partition(|(_, state)| split(state));
        let mut members: Vec<Self> = counted
            .into_iter()
            .filter(|(promise, _)| !merged.contains_key(&promise.original.commitment_id) && wanted(promise.in_force()))
            .map(|(promise, state)| {
                let made = promise.in_force();
                // What belongs to an umbrella that was split is counted by itself.
                let is_umbrella = |(whole, _): &&(&Promise<'_>, &State<'_>)| {
                    Some(&whole.original.commitment_id) == made.umbrella_of.as_ref()
                };
                let umbrella = gone.iter().find(is_umbrella);
                let into = |id: &CommitmentId| merged.get(id).map(|(into, _)| into);
                Self {
                    promise,
                    state,
                    countable: false,
                    umbrella: made.umbrella_of.as_ref().map(|named| after_mergers(named, into)),
                    base: [promise_entries(state), via(made)].concat(),
                    alone: umbrella.map(|(_, whole)| split_entries(whole, &via)).unwrap_or_default(),
                    within: None,
                }
            })
            .collect();
        place(&mut members, merged);
        members
    }

    /// Those of some members whose amounts may be summed: none that is not to count, and none within another of them.
    pub(crate) fn counting<'m>(among: impl Iterator<Item = &'m Self>) -> Vec<&'m Self>
    where
        'a: 'm,
    {
        let counting: Vec<&Self> = among.filter(|member| member.made().counts_toward_totals).collect();
        let within = umbrella::within(counting.iter().map(|member| (member.id(), member.umbrella)));
        counting.into_iter().filter(|member| !within.contains_key(member.id())).collect()
    }

    fn id(&self) -> &'a CommitmentId {
        &self.made().commitment_id
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

/// Says of members which count, and which lie within others.
fn place(members: &mut [Member<'_>], merged: &Merged) {
    let countable: HashSet<CommitmentId> =
        Member::counting(members.iter()).into_iter().map(|m| m.id().clone()).collect();
    let within = umbrella::within(members.iter().map(|member| (member.id(), member.umbrella)));
    let by_id: HashMap<&CommitmentId, &Member<'_>> = members.iter().map(|member| (member.id(), member)).collect();
    let entries = |member: &Member<'_>| {
        let umbrella = by_id.get(within.get(member.id())?)?;
        let mut entries = [member.base.as_slice(), &umbrella.base].concat();
        let mut named = member.made().umbrella_of.as_ref();
        while let Some((into, said)) = named.filter(|named| *named != umbrella.id()).and_then(|named| merged.get(named))
        {
            entries.extend_from_slice(said);
            named = Some(into);
        }
        Some(entries)
    };
    let placed: Vec<_> = members.iter().map(|member| (countable.contains(member.id()), entries(member))).collect();
    for (member, (countable, within)) in members.iter_mut().zip(placed) {
        member.countable = countable;
        member.within = within;
    }
}

/// Positions of the entries that state a promise and that it was split.
fn split_entries(whole: &State<'_>, via: impl Fn(&CommitmentMade) -> Vec<Position>) -> Vec<Position> {
    let mut entries = promise_entries(whole);
    entries.extend(whole.closed().iter().flat_map(|closing| closing.fact().sources()));
    entries.extend(whole.made().map(|(_, made)| via(made)).unwrap_or_default());
    entries
}
