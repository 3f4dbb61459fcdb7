//! Rules of conditions.

use serde_json::json;

use crate::testing::Story;
use crate::testing::scene::{add_condition, correct, retract, satisfy, visit, waive, with};

fn story() -> Story {
    visit().given(add_condition("branch", "licence"))
}

#[test]
fn a_condition_comes_under_an_id_of_its_own() {
    story().answers([
        ("again", add_condition("branch", "licence"), "nothing"),
        (
            "with other words",
            with(add_condition("branch", "licence"), json!({ "text": { "en": "a site" } })),
            "refused: condition_id_taken",
        ),
        ("another", add_condition("branch", "site"), "ConditionAdded"),
        ("of no promise", add_condition("school", "site"), "refused: commitment_unknown"),
    ]);
}

#[test]
fn a_condition_comes_true_once_and_not_in_the_future() {
    story().answers([
        ("as it is", satisfy("branch", "licence", "2025-03"), "ConditionSatisfied"),
        ("tomorrow", satisfy("branch", "licence", "2025-03-21"), "refused: date_in_future at /data/satisfied_on"),
        ("of no condition", satisfy("branch", "site", "2025-03"), "refused: condition_unknown"),
    ]);
    story().given(satisfy("branch", "licence", "2025-03")).answers([
        ("again", satisfy("branch", "licence", "2025-03"), "nothing"),
        ("on another day", satisfy("branch", "licence", "2025-02"), "refused: condition_already_met"),
        ("done without", waive("branch", "licence", &["kaz"]), "refused: condition_already_met"),
        ("the condition alone is retracted", retract("commitment-branch", "c1.1", &[]), "refused: dependants_remain"),
    ]);
}

#[test]
fn the_obligors_do_not_drop_a_condition_alone() {
    story().answers([
        ("alone", waive("branch", "licence", &["fra"]), "refused: waived_by_obligors_alone"),
        ("nobody", waive("branch", "licence", &[]), "refused: waived_by_obligors_alone"),
        ("both", waive("branch", "licence", &["fra", "kaz"]), "ConditionWaived"),
        ("the other side", waive("branch", "licence", &["kaz"]), "ConditionWaived"),
        ("of no condition", waive("branch", "site", &["kaz"]), "refused: condition_unknown"),
    ]);
    let waived = story().given(waive("branch", "licence", &["kaz"]));
    waived.answers([
        ("again", waive("branch", "licence", &["kaz"]), "nothing"),
        (
            "a correction to the obligors alone",
            correct("commitment-branch", "c2.1", "/data/by", json!(["kaz"]), json!(["fra"])),
            "refused: waived_by_obligors_alone",
        ),
    ]);
}
