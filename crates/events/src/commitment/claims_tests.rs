//! Rules of answers to claims.

use serde_json::json;

use crate::commitment::{Claim, State};
use crate::testing::scene::treaty::{consent, merge};
use crate::testing::scene::{
    achieve, agreement, but, commitment, company, confirm, correct, dispute, milestone, resolve, retract, state,
    verify, visit, with,
};
use crate::testing::{Story, parsed};

/// `fra` claims by `claim.1` that the milestone `open` was achieved.
fn story() -> Story {
    let claim = but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "command_id": "claim" }));
    visit().given(milestone("branch", "open", "2025")).given(claim)
}

fn claim<T>(story: &Story, read: impl Fn(&Claim<'_>) -> T) -> T {
    let history = story.history(&parsed("commitment-branch"));
    read(State::of(history.facts(), None).claim(&parsed("claim.1")).unwrap())
}

fn stands(story: &Story) -> (bool, bool) {
    claim(story, |claim| (claim.is_confirmed(), claim.is_disputed()))
}

const OPEN: (bool, bool) = (false, false);
const CONFIRMED: (bool, bool) = (true, false);
const DISPUTED: (bool, bool) = (false, true);

#[test]
fn another_party_confirms_a_claim_once_and_silence_is_never_consent() {
    assert_eq!(stands(&story()), OPEN);
    let story = story().given(confirm("branch", "claim.1", "kaz"));
    assert_eq!(stands(&story), CONFIRMED);
    story.answers([("the same wish", confirm("branch", "claim.1", "kaz"), "nothing")]);
}

#[test]
fn a_party_under_another_of_its_ids_is_no_other_party() {
    let merged = story().given(state("fra-old", "FRA")).given(merge("fra", &["fra-old"]));
    merged.answers([
        ("it confirms its own claim", confirm("branch", "claim.1", "fra-old"), "refused: own_claim"),
        ("it disputes its own claim", dispute("branch", "claim.1", "fra-old"), "refused: own_claim"),
        ("it verifies it", verify("branch", "claim.1", "fra-old"), "refused: verifier_is_party"),
        ("the other side", confirm("branch", "claim.1", "kaz"), "ClaimConfirmed"),
    ]);
    let newer = story().given(state("kaz-new", "KAZ")).given(merge("kaz-new", &["kaz"]));
    newer.answers([
        ("the other side under its new id", confirm("branch", "claim.1", "kaz-new"), "ClaimConfirmed"),
        ("it is no outsider", verify("branch", "claim.1", "kaz-new"), "refused: verifier_is_party"),
        ("nor under the old one", verify("branch", "claim.1", "kaz"), "refused: verifier_is_party"),
    ]);
    let older = story().given(state("fra-new", "FRA")).given(state("fra-old", "FRA"));
    older.given(merge("fra-new", &["fra", "fra-old"])).answers([
        ("a sibling of one merger", confirm("branch", "claim.1", "fra-old"), "refused: own_claim"),
        ("the one that both went into", confirm("branch", "claim.1", "fra-new"), "refused: own_claim"),
    ]);
    let disputed = newer.given(dispute("branch", "claim.1", "kaz"));
    disputed.answers([(
        "it upholds its own dispute",
        resolve("branch", "claim.1", "upheld", "kaz-new"),
        "refused: own_dispute",
    )]);
}

#[test]
fn a_party_that_acceded_to_the_agreement_is_one_that_answers() {
    let acceded = with(consent("treaty", "usa", "2025-01-10"), json!({ "consent_form": "accession" }));
    let story = story().given(state("usa", "USA")).given(acceded);
    story.answers([
        ("it confirms", confirm("branch", "claim.1", "usa"), "ClaimConfirmed"),
        ("it does not verify", verify("branch", "claim.1", "usa"), "refused: verifier_is_party"),
    ]);
}

#[test]
fn an_answer_is_the_statement_of_who_answers() {
    let story = story().given(but(confirm("branch", "claim.1", "kaz"), json!({ "reported_by": "fra" })));
    assert_eq!(story.fact("c2.1").unwrap().reported_by, Some(parsed("kaz")));
}

#[test]
fn only_another_party_answers_and_only_a_claim_is_answered() {
    let story = story().given(state("usa", "USA"));
    for answer in [confirm, dispute] {
        story.answers([
            ("the reporter", answer("branch", "claim.1", "fra"), "refused: own_claim"),
            ("a stranger", answer("branch", "claim.1", "usa"), "refused: not_a_party"),
            ("the promise itself", answer("branch", "branch.1", "kaz"), "refused: not_a_claim"),
            ("the plan", answer("branch", "c1.1", "kaz"), "refused: not_a_claim"),
            ("no event", answer("branch", "c99.1", "kaz"), "refused: entry_unknown"),
            ("an event of another stream", answer("branch", "treaty.1", "kaz"), "refused: entry_unknown"),
            ("of no promise", answer("school", "claim.1", "kaz"), "refused: commitment_unknown"),
        ]);
    }
}

#[test]
fn payments_and_returns_are_claims_too() {
    use crate::testing::scene::{disburse, give_back};
    let story =
        visit().given(disburse("branch", "grant", "10", "EUR", "R1")).given(give_back("branch", "grant", "1", "EUR"));
    story.answers([
        ("the payee confirms a payment", confirm("branch", "c1.1", "kaz"), "ClaimConfirmed"),
        ("the payer confirms a return", confirm("branch", "c2.1", "fra"), "ClaimConfirmed"),
        ("the payer disputes it", dispute("branch", "c2.1", "fra"), "ClaimDisputed"),
        ("the payer confirms its own payment", confirm("branch", "c1.1", "fra"), "refused: own_claim"),
    ]);
}

#[test]
fn parties_of_the_agreement_and_of_the_package_may_answer() {
    let narrow = |data| with(commitment("school"), data);
    let base = visit().given(company("orano", "1")).given(company("vicat", "2"));
    let claimed = |story: Story| {
        story
            .given(milestone("school", "open", "2025"))
            .given(but(achieve("school", "open", "2025-03-01", "orano"), json!({ "command_id": "claim" })))
    };
    let alone = json!({ "obligors": ["orano"], "beneficiaries": [], "agreement_id": null, "package_id": null });
    claimed(base.clone().given(narrow(alone))).answers([(
        "no agreement, no package",
        confirm("school", "claim.1", "kaz"),
        "refused: not_a_party",
    )]);
    let in_package = json!({ "obligors": ["orano"], "beneficiaries": [], "agreement_id": null });
    claimed(base.clone().given(narrow(in_package))).answers([(
        "a party of the package",
        confirm("school", "claim.1", "kaz"),
        "ClaimConfirmed",
    )]);
    let parties = json!({ "data": { "parties": [{ "party_id": "vicat", "role": "party" }] } });
    let in_agreement = json!({ "obligors": ["orano"], "agreement_id": "loan", "package_id": null });
    claimed(base.given(but(agreement("loan"), parties)).given(narrow(in_agreement))).answers([
        ("a party of the agreement", confirm("school", "claim.1", "vicat"), "ClaimConfirmed"),
        ("the beneficiary", confirm("school", "claim.1", "kaz"), "ClaimConfirmed"),
        ("neither", confirm("school", "claim.1", "fra"), "refused: not_a_party"),
    ]);
}

#[test]
fn a_disputed_claim_stays_and_another_dispute_of_the_same_party_is_refused() {
    let story = story().given(dispute("branch", "claim.1", "kaz"));
    assert_eq!(stands(&story), DISPUTED);
    let other_grounds = but(dispute("branch", "claim.1", "kaz"), json!({ "data": { "grounds": "no roof" } }));
    story.answers([
        ("the same wish", dispute("branch", "claim.1", "kaz"), "nothing"),
        ("on other grounds", other_grounds, "refused: claim_already_disputed"),
        (
            "the milestone counts as achieved",
            achieve("branch", "open", "2025-03-02", "kaz"),
            "refused: milestone_already_achieved",
        ),
    ]);
}

#[test]
fn the_newest_answer_of_a_party_is_the_one_that_counts() {
    let confirmed = story().given(dispute("branch", "claim.1", "kaz")).given(confirm("branch", "claim.1", "kaz"));
    assert_eq!(stands(&confirmed), CONFIRMED, "its own dispute ends with its own confirmation");
    let disputed = confirmed.given(dispute("branch", "claim.1", "kaz"));
    assert_eq!(stands(&disputed), DISPUTED, "and the other way round");
    let taken_back = disputed.given(retract("commitment-branch", "c4.1", &[]));
    assert_eq!(stands(&taken_back), CONFIRMED, "a retracted answer was never given");
}

#[test]
fn a_dispute_of_one_party_and_a_confirmation_of_another_stand_side_by_side() {
    let obligors = json!({ "data": { "obligors": ["fra", "abai"] } });
    let story = visit()
        .given(company("abai", "1"))
        .given(but(commitment("school"), obligors))
        .given(milestone("school", "open", "2025"))
        .given(but(achieve("school", "open", "2025-03-01", "abai"), json!({ "command_id": "claim" })))
        .given(confirm("school", "claim.1", "fra"))
        .given(dispute("school", "claim.1", "kaz"));
    let history = story.history(&parsed("commitment-school"));
    let state = State::of(history.facts(), None);
    let claim = state.claim(&parsed("claim.1")).unwrap();
    assert!(claim.is_confirmed() && claim.is_disputed());
}

#[test]
fn a_correction_makes_confirmations_lapse_and_is_flagged_for_it() {
    let correction = || correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-01", "2025-03-02");
    story().answers([("nothing was confirmed", correction(), "EntryCorrected")]);
    let confirmed = story().given(confirm("branch", "claim.1", "kaz"));
    confirmed.answers([("confirmed", correction(), "EntryCorrected [confirmation_lapses]")]);
    let corrected = confirmed.given(correction());
    assert_eq!(stands(&corrected), OPEN);
    corrected.answers([(
        "nothing is left to lapse",
        correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-02", "2025-03-03"),
        "EntryCorrected",
    )]);
    let again = corrected.given(confirm("branch", "claim.1", "kaz"));
    assert_eq!(stands(&again), CONFIRMED, "the corrected claim was confirmed anew");
}

#[test]
fn a_dispute_outlives_a_correction_until_its_party_confirms() {
    let story = story().given(dispute("branch", "claim.1", "kaz")).given(correct(
        "commitment-branch",
        "claim.1",
        "/data/achieved_on",
        "2025-03-01",
        "2025-03-02",
    ));
    assert_eq!(stands(&story), DISPUTED);
    assert_eq!(stands(&story.given(confirm("branch", "claim.1", "kaz"))), CONFIRMED);
}

#[test]
fn a_claim_attributed_to_who_answered_it_is_neither_confirmed_nor_disputed_by_that() {
    for answer in [confirm, dispute] {
        let story = story().given(answer("branch", "claim.1", "kaz")).given(correct(
            "commitment-branch",
            "claim.1",
            "/reported_by",
            "fra",
            "kaz",
        ));
        assert_eq!(stands(&story), OPEN);
        story.answers([("the other party may answer now", confirm("branch", "claim.1", "fra"), "ClaimConfirmed")]);
    }
}

#[test]
fn a_retracted_claim_cannot_be_answered() {
    let story = story().given(retract("commitment-branch", "claim.1", &[]));
    story.answers([
        ("confirmed", confirm("branch", "claim.1", "kaz"), "refused: already_retracted"),
        ("disputed", dispute("branch", "claim.1", "kaz"), "refused: already_retracted"),
    ]);
    let corrected =
        self::story().given(correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-01", "2025-03-02"));
    corrected.answers([("a correction is no claim", confirm("branch", "c2.1", "kaz"), "refused: not_a_claim")]);
}
