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
        assert_eq!(after(&open, Act::Approve, &person), expected, "{person:?}");
        let returned = expected.map(|_| ProposalState::Returned);
        assert_eq!(after(&open, Act::Return, &person), returned, "{person:?}");
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
        assert_eq!(after(&proposal(state), Act::Approve, &chief), told(approved), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Return, &chief), told(returned), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Withdraw, &clerk), told(withdrawn), "{state:?}");
        assert_eq!(after(&proposal(state), Act::Withdraw, &chief), Err(NotAllowed::NotProposer), "{state:?}");
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
                if let Ok(next) = after(&proposal(state), act, guise)
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
        }
    }
    assert_eq!(reached, [ProposalState::Open, ProposalState::Withdrawn]);
}
