//! What can become of a proposal, by value; and that one person alone never gets one approved.

use super::*;
use crate::access::Role;

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

fn user(name: &str, role: Role, party: Option<&str>) -> User {
    User {
        id: id(name),
        name: name.to_owned(),
        party: party.map(id),
        role,
        lang: None,
        signs_in: true,
        password_temporary: false,
        disabled: false,
        created_at: id("2025-03-20T09:00:00Z"),
    }
}

fn proposal(state: ProposalState) -> Proposal {
    Proposal {
        id: id("p1"),
        command: "AchieveMilestone".to_owned(),
        stream: id("commitment-branch"),
        revision: 3,
        bytes: b"{}".to_vec(),
        sha256: "0".repeat(64),
        proposer: id("clerk"),
        party: Some(id("kaz")),
        proposed_at: id("2025-03-20T09:00:00Z"),
        state,
        decided_by: None,
        decided_at: None,
        reason: None,
    }
}

/// Somebody in nobody's place.
fn alone(user: &User) -> Decider<'_> {
    Decider { user, in_place_of: &[] }
}

const STATES: [ProposalState; 6] = [
    ProposalState::Open,
    ProposalState::Approving,
    ProposalState::Approved,
    ProposalState::Returned,
    ProposalState::Stale,
    ProposalState::Withdrawn,
];
const ACTS: [Act; 3] = [Act::Approve, Act::Return, Act::Withdraw];

#[test]
fn another_person_of_the_same_party_who_reviews_decides() {
    use NotAllowed::{NotReviewer, OtherParty, OwnProposal};
    let open = proposal(ProposalState::Open);
    let cases = [
        (user("chief", Role::Reviewer, Some("kaz")), Ok(ProposalState::Approved)),
        (user("admin", Role::Administrator, Some("kaz")), Ok(ProposalState::Approved)),
        (user("clerk", Role::Reviewer, Some("kaz")), Err(OwnProposal)),
        (user("clerk", Role::Administrator, Some("kaz")), Err(OwnProposal)),
        (user("other", Role::Recorder, Some("kaz")), Err(NotReviewer)),
        (user("other", Role::Verifier, Some("kaz")), Err(NotReviewer)),
        (user("other", Role::Reader, Some("kaz")), Err(NotReviewer)),
        (User { disabled: true, ..user("chief", Role::Reviewer, Some("kaz")) }, Err(NotReviewer)),
        (user("attache", Role::Reviewer, Some("fra")), Err(OtherParty)),
        (user("admin", Role::Administrator, None), Err(OtherParty)),
    ];
    for (person, expected) in cases {
        assert_eq!(after(&open, Act::Approve, alone(&person)), expected, "{person:?}");
        let returned = expected.map(|_| ProposalState::Returned);
        assert_eq!(after(&open, Act::Return, alone(&person)), returned, "{person:?}");
    }
}

#[test]
fn each_state_allows_what_still_makes_sense() {
    use ProposalState::{Approved, Approving, Open, Returned, Stale, Withdrawn};
    let (chief, clerk) = (user("chief", Role::Reviewer, Some("kaz")), user("clerk", Role::Recorder, Some("kaz")));
    for (state, approved, returned, withdrawn) in [
        (Open, Some(Approved), Some(Returned), Some(Withdrawn)),
        (Approving, Some(Approved), None, None),
        (Approved, None, None, None),
        (Returned, None, None, Some(Withdrawn)),
        (Stale, None, None, Some(Withdrawn)),
        (Withdrawn, None, None, None),
    ] {
        let told = |expected: Option<ProposalState>| expected.ok_or(NotAllowed::Decided);
        assert_eq!(after(&proposal(state), Act::Approve, alone(&chief)), told(approved), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Return, alone(&chief)), told(returned), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Withdraw, alone(&clerk)), told(withdrawn), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Withdraw, alone(&chief)), Err(NotAllowed::NotProposer), "{state:?}");
    }
}

#[test]
fn no_sequence_of_acts_of_the_proposer_alone_leads_to_approval_whatever_role_and_party_they_get_meanwhile() {
    let parties = [Some("kaz"), Some("fra"), None];
    let guises: Vec<User> =
        Role::ALL.into_iter().flat_map(|role| parties.map(|party| user("clerk", role, party))).collect();
    let mut reached = vec![ProposalState::Open];
    // As many rounds as there are states: whatever can be reached is reached by then.
    for _ in STATES {
        for state in reached.clone() {
            for (guise, act) in guises.iter().flat_map(|guise| ACTS.map(|act| (guise, act))) {
                if let Ok(next) = after(&proposal(state), act, alone(guise))
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
        }
    }
    assert_eq!(reached, [ProposalState::Open, ProposalState::Withdrawn]);
}

#[test]
fn whoever_stands_in_decides_but_never_on_what_the_one_in_whose_place_they_are_proposed() {
    let open = proposal(ProposalState::Open);
    let (chief, clerk) = (id::<ActorId>("chief"), id::<ActorId>("clerk"));
    let deputy = user("deputy", Role::Recorder, Some("kaz"));
    let decides = |user: &User, givers: &[ActorId]| after(&open, Act::Approve, Decider { user, in_place_of: givers });
    assert_eq!(decides(&deputy, std::slice::from_ref(&chief)), Ok(ProposalState::Approved));
    assert_eq!(decides(&deputy, std::slice::from_ref(&clerk)), Err(NotAllowed::InProposersPlace));
    assert_eq!(decides(&deputy, &[clerk, chief.clone()]), Ok(ProposalState::Approved), "in another's place");
    let proposer = user("clerk", Role::Recorder, Some("kaz"));
    assert_eq!(decides(&proposer, std::slice::from_ref(&chief)), Err(NotAllowed::OwnProposal));
    let attache = user("attache", Role::Recorder, Some("fra"));
    assert_eq!(decides(&attache, std::slice::from_ref(&chief)), Err(NotAllowed::OtherParty));
}
