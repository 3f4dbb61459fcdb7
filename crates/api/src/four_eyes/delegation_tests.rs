//! Who may hand over what to whom, for how long, and what comes of it.

use servanda_events::testing::scene::achieve;

use super::super::tests::{Office, TWO, claim, id, office, request};
use super::super::{ProposalState, in_place_of as today, second_persons};
use super::*;
use crate::access::Deed;

const PEOPLE: [(&str, Role, Option<&str>); 6] = [
    TWO[0],
    TWO[1],
    ("deputy", Role::Recorder, Some("fra")),
    ("guest", Role::Reader, Some("fra")),
    ("attache", Role::Recorder, Some("kaz")),
    ("admin", Role::Administrator, None),
];

fn wish(giver: &str, taker: &str, from: &str, until: &str) -> DelegationWish {
    DelegationWish {
        giver: id(giver),
        taker: id(taker),
        from: id(from),
        until: id(until),
        reason: " On leave. ".into(),
    }
}

impl Office {
    fn hand_over(&self, by: &str, wish: DelegationWish) -> Result<(), String> {
        hand_over(&self.app, &self.user(by), wish).map_err(|problem| problem.code().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_decides_from_the_first_day_to_the_last_and_not_a_day_longer() {
    let office = office(&PEOPLE).await;
    let proposal = office.proposed("clerk", claim()).await;
    assert_eq!(office.approve("deputy", &proposal).await.unwrap_err(), "not_reviewer");
    office.hand_over("chief", wish("chief", "deputy", "2025-04-21", "2025-04-22")).unwrap();
    office.hand_over("chief", wish("chief", "deputy", "2025-04-21", "2025-04-22")).unwrap();
    assert_eq!(office.app.access().delegations().unwrap().len(), 1, "the form was sent twice");
    assert_eq!(office.approve("deputy", &proposal).await.unwrap_err(), "not_reviewer", "not yet");
    office.clock.set(id("2025-04-23T00:00:00Z"));
    assert_eq!(office.approve("deputy", &proposal).await.unwrap_err(), "not_reviewer", "not any more");
    office.clock.set(id("2025-04-22T23:59:59Z"));
    let outcome = office.approve("deputy", &proposal).await.unwrap();
    let entry = &outcome.entries[0];
    assert_eq!((entry.fact.recorded_by.as_str(), entry.proposed_by.as_ref().unwrap().as_str()), ("deputy", "clerk"));
    let deeds: Vec<Deed> = office.app.access().audit(false, 0, 3).unwrap().iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [Deed::Approved, Deed::HandedOver, Deed::Proposed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_their_own_proposal_approved_by_whom_they_put_in_their_place() {
    let office = office(&PEOPLE).await;
    office.hand_over("chief", wish("chief", "deputy", "2025-04-20", "2025-04-30")).unwrap();
    // Besides the deputy nobody could decide on what the chief proposes, and the deputy may not.
    assert_eq!(office.submit("chief", claim()).await.unwrap_err(), "no_second_person");
    let own = office.proposed("deputy", request(&achieve("branch", "open", "2025-03-02", "fra"))).await;
    assert_eq!(office.approve("deputy", &own).await.unwrap_err(), "own_proposal");
    office.approve("chief", &own).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_it_is_taken_back_and_when_the_giver_may_not_decide_any_more() {
    let office = office(&PEOPLE).await;
    let (now, chief) = (office.app.log().now(), id::<ActorId>("chief"));
    let in_place = || today(&office.app, &office.user("deputy")).unwrap();
    office.hand_over("admin", wish("chief", "deputy", "2025-04-20", "2025-04-30")).unwrap();
    assert_eq!(in_place(), std::slice::from_ref(&chief));
    for (role, party) in [(Role::Recorder, Some("fra")), (Role::Reviewer, Some("kaz"))] {
        office.app.access().change_role(&chief, role, party.map(id).as_ref(), now).unwrap();
        assert!(in_place().is_empty(), "{role:?} of {party:?}");
    }
    office.app.access().change_role(&chief, Role::Reviewer, Some(&id("fra")), now).unwrap();
    assert_eq!(in_place(), std::slice::from_ref(&chief));
    let number = office.app.access().delegations().unwrap()[0].id;
    let other = take_back(&office.app, &office.user("clerk"), number).unwrap_err();
    assert_eq!(other.code(), "delegation_of_other");
    take_back(&office.app, &office.user("deputy"), number).unwrap();
    take_back(&office.app, &office.user("chief"), number).unwrap();
    assert!(in_place().is_empty());
    let kept = office.app.access().delegations().unwrap();
    assert_eq!(kept[0].ended, Some((now, id("deputy"))), "who ended it first stands there for good");
    assert!(second_persons(&office.app, &office.user("clerk")).unwrap().iter().all(|user| user.id == chief));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_handed_over_is_said() {
    let office = office(&PEOPLE).await;
    let good = || wish("chief", "deputy", "2025-04-20", "2025-04-30");
    let cases = [
        ("clerk", good(), "delegation_of_other"),
        ("clerk", wish("clerk", "deputy", "2025-04-20", "2025-04-30"), "delegation_giver"),
        ("admin", wish("nobody", "deputy", "2025-04-20", "2025-04-30"), "delegation_giver"),
        ("chief", wish("chief", "chief", "2025-04-20", "2025-04-30"), "delegation_taker"),
        ("chief", wish("chief", "guest", "2025-04-20", "2025-04-30"), "delegation_taker"),
        ("chief", wish("chief", "attache", "2025-04-20", "2025-04-30"), "delegation_taker"),
        ("chief", wish("chief", "deputy", "2025-04-30", "2025-04-20"), "delegation_days"),
        ("chief", wish("chief", "deputy", "2025-04-01", "2025-04-19"), "delegation_days"),
        ("chief", wish("chief", "deputy", "2025-04-20", "2025-07-21"), "delegation_days"),
        ("chief", DelegationWish { reason: "  ".into(), ..good() }, "delegation_reason"),
    ];
    for (by, wish, code) in cases {
        assert_eq!(office.hand_over(by, wish.clone()).unwrap_err(), code, "{wish:?}");
    }
    assert!(office.app.access().delegations().unwrap().is_empty());
    office.hand_over("chief", wish("chief", "deputy", "2025-04-20", "2025-07-20")).unwrap();
    assert_eq!(office.state(&office.proposed("clerk", claim()).await), ProposalState::Open);
}
