//! Rules of how disputes end, and of checks by outsiders.

use serde_json::json;

use crate::commitment::{Claim, State};
use crate::testing::scene::{
    achieve, but, cancel, commit_funds, company, confirm, correct, disburse, dispute, give_back, milestone, resolve,
    retract, verify, visit, with,
};
use crate::testing::{Story, parsed};

/// `fra` claims by `claim.1` that the milestone `open` was achieved; `kaz` disputes it by `c2.1`.
fn story() -> Story {
    let claim = but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "command_id": "claim" }));
    visit().given(milestone("branch", "open", "2025")).given(claim).given(dispute("branch", "claim.1", "kaz"))
}

fn claim<T>(story: &Story, read: impl Fn(&Claim<'_>) -> T) -> T {
    let history = story.history(&parsed("commitment-branch"));
    read(State::of(history.facts(), None).claim(&parsed("claim.1")).unwrap())
}

fn is_achieved(story: &Story) -> bool {
    let history = story.history(&parsed("commitment-branch"));
    State::of(history.facts(), None).milestone(&parsed("open")).unwrap().achieved.is_some()
}

fn correction() -> serde_json::Value {
    correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-01", "2025-03-02")
}

#[test]
fn only_an_open_dispute_ends() {
    let none = visit().given(milestone("branch", "open", "2025")).given(achieve("branch", "open", "2025-03-01", "fra"));
    none.answers([
        ("nobody disputes", resolve("branch", "c2.1", "upheld", "fra"), "refused: no_open_dispute"),
        ("no claim", resolve("branch", "c1.1", "upheld", "fra"), "refused: not_a_claim"),
        ("no event", resolve("branch", "c9.1", "upheld", "fra"), "refused: entry_unknown"),
    ]);
    story().answers([
        ("withdrawn by who disputes", resolve("branch", "claim.1", "withdrawn", "kaz"), "DisputeResolved"),
        ("withdrawn by the other side", resolve("branch", "claim.1", "withdrawn", "fra"), "refused: no_open_dispute"),
        ("granted by the reporter", resolve("branch", "claim.1", "upheld", "fra"), "DisputeResolved"),
        ("upheld by who disputes", resolve("branch", "claim.1", "upheld", "kaz"), "refused: own_dispute"),
        ("left open", resolve("branch", "claim.1", "noted_unresolved", "kaz"), "DisputeResolved"),
        (
            "replaced by nothing",
            resolve("branch", "claim.1", "replaced", "fra"),
            "refused: not_corrected_since_dispute",
        ),
    ]);
    story().given(correction()).answers([(
        "replaced by a correction",
        resolve("branch", "claim.1", "replaced", "fra"),
        "DisputeResolved",
    )]);
    let before = visit()
        .given(milestone("branch", "open", "2025"))
        .given(but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "command_id": "claim" })))
        .given(correction())
        .given(dispute("branch", "claim.1", "kaz"));
    before.answers([(
        "replaced by a correction from before the dispute",
        resolve("branch", "claim.1", "replaced", "fra"),
        "refused: not_corrected_since_dispute",
    )]);
}

#[test]
fn a_dispute_that_was_withdrawn_or_replaced_is_over_and_may_be_raised_anew() {
    let withdrawn = story().given(resolve("branch", "claim.1", "withdrawn", "kaz"));
    let replaced = story().given(correction()).given(resolve("branch", "claim.1", "replaced", "fra"));
    for story in [withdrawn, replaced] {
        assert!(!claim(&story, |claim| claim.is_disputed() || claim.is_rejected()));
        assert!(is_achieved(&story));
        story.answers([
            ("raised anew", dispute("branch", "claim.1", "kaz"), "ClaimDisputed"),
            ("ended again", resolve("branch", "claim.1", "upheld", "fra"), "refused: no_open_dispute"),
            ("confirmed", confirm("branch", "claim.1", "kaz"), "ClaimConfirmed"),
        ]);
    }
    let again = story().given(resolve("branch", "claim.1", "withdrawn", "kaz"));
    again.answers([("the same wish", resolve("branch", "claim.1", "withdrawn", "kaz"), "nothing")]);
    again.answers([(
        "the dispute alone is retracted",
        retract("commitment-branch", "c2.1", &[]),
        "refused: dependants_remain",
    )]);
}

#[test]
fn one_party_takes_back_its_own_dispute_alone() {
    let obligors = json!({ "data": { "obligors": ["fra", "abai"], "commitment_id": "lab" } });
    let story = visit()
        .given(company("abai", "1"))
        .given(but(crate::testing::scene::commitment("lab"), obligors))
        .given(milestone("lab", "open", "2025"))
        .given(but(achieve("lab", "open", "2025-03-01", "abai"), json!({ "command_id": "claim" })))
        .given(dispute("lab", "claim.1", "kaz"))
        .given(dispute("lab", "claim.1", "fra"))
        .given(resolve("lab", "claim.1", "withdrawn", "kaz"));
    let history = story.history(&parsed("commitment-lab"));
    let state = State::of(history.facts(), None);
    let left: Vec<_> = state.claim(&parsed("claim.1")).unwrap().open_disputes().map(|d| d.by_party.as_str()).collect();
    assert_eq!(left, ["fra"]);
}

#[test]
fn a_dispute_left_open_stays_a_dispute() {
    let story = story().given(resolve("branch", "claim.1", "noted_unresolved", "kaz"));
    assert!(claim(&story, |claim| claim.is_disputed()) && is_achieved(&story));
    story.answers([
        ("the same wish", resolve("branch", "claim.1", "noted_unresolved", "kaz"), "nothing"),
        ("granted later", resolve("branch", "claim.1", "upheld", "fra"), "DisputeResolved"),
    ]);
}

#[test]
fn what_was_rejected_does_not_count_and_may_be_claimed_anew() {
    let upheld = story().given(resolve("branch", "claim.1", "upheld", "fra"));
    assert!(claim(&upheld, |claim| claim.is_rejected()) && !is_achieved(&upheld));
    upheld.answers([
        ("confirmed", confirm("branch", "claim.1", "kaz"), "refused: claim_rejected"),
        ("disputed", dispute("branch", "claim.1", "kaz"), "refused: claim_rejected"),
        ("verified", verify("branch", "claim.1", "un"), "refused: claim_rejected"),
        ("achieved after all", achieve("branch", "open", "2025-03-15", "fra"), "MilestoneAchieved"),
        ("given up", cancel("branch", "open"), "MilestoneCancelled"),
    ]);
    let taken_back = upheld.given(retract("commitment-branch", "c3.1", &[]));
    assert!(is_achieved(&taken_back), "a retracted decision was never taken");
}

#[test]
fn a_payment_that_does_not_hold_leaves_its_flow_unless_money_came_back_from_it() {
    let story = visit()
        .given(commit_funds("branch", "grant", "100", "EUR"))
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(dispute("branch", "c2.1", "kaz"));
    let upheld = story.clone().given(resolve("branch", "c2.1", "upheld", "fra"));
    let history = upheld.history(&parsed("commitment-branch"));
    let state = State::of(history.facts(), None);
    let flow = state.flow(&parsed("grant")).unwrap();
    assert!(flow.balance(parsed("EUR")).is_zero() && flow.rejected.len() == 1);
    upheld.answers([(
        "nothing is left to send back",
        give_back("branch", "grant", "1", "EUR"),
        "refused: return_above_disbursed",
    )]);
    story.given(give_back("branch", "grant", "10", "EUR")).answers([(
        "money came back from it",
        resolve("branch", "c2.1", "upheld", "fra"),
        "refused: return_above_disbursed",
    )]);
}

#[test]
fn an_outsider_verifies_a_claim_and_a_party_does_not() {
    let story = story();
    story.answers([
        ("an outsider that is not registered", verify("branch", "claim.1", "un"), "ClaimVerified [party_unknown]"),
        ("the obligor", verify("branch", "claim.1", "fra"), "refused: verifier_is_party"),
        ("the beneficiary", verify("branch", "claim.1", "kaz"), "refused: verifier_is_party"),
        ("no claim", verify("branch", "c1.1", "un"), "refused: not_a_claim"),
        ("of no promise", verify("school", "claim.1", "un"), "refused: commitment_unknown"),
    ]);
    let verified = story.given(verify("branch", "claim.1", "un"));
    assert!(claim(&verified, |claim| claim.is_verified() && claim.is_disputed()));
    verified.answers([
        ("the same way", verify("branch", "claim.1", "un"), "nothing"),
        (
            "another way",
            with(verify("branch", "claim.1", "un"), json!({ "level": "audit" })),
            "ClaimVerified [party_unknown]",
        ),
        ("the claim is corrected", correction(), "EntryCorrected [confirmation_lapses]"),
        ("the claim alone is retracted", retract("commitment-branch", "claim.1", &[]), "refused: dependants_remain"),
    ]);
    let corrected = verified.given(correction());
    assert!(!claim(&corrected, |claim| claim.is_verified()), "the check spoke of another claim");
    corrected.answers([("checked anew", verify("branch", "claim.1", "un"), "ClaimVerified [party_unknown]")]);
}
