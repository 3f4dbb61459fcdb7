//! Rules of merging parties.

use serde_json::json;

use crate::testing::Story;
use crate::testing::scene::treaty::merge;
use crate::testing::scene::{company, correct, retract};

fn story() -> Story {
    Story::at("2025-03-20T09:00:00Z")
        .given(company("orano", "1"))
        .given(company("areva", "2"))
        .given(company("cogema", "3"))
}

#[test]
fn a_registered_party_takes_others_in_once() {
    story().answers([
        ("an unknown survivor", merge("vicat", &["areva"]), "refused: party_not_registered"),
        ("itself", merge("orano", &["areva", "orano"]), "refused: merges_itself at /data/merged"),
        ("nobody", merge("orano", &[]), "refused: nothing_merged at /data/merged"),
        ("the same twice", merge("orano", &["areva", "areva"]), "refused: already_merged"),
        ("an unknown one", merge("orano", &["areva", "vicat"]), "PartiesMerged [party_unknown]"),
        ("known ones", merge("orano", &["areva", "cogema"]), "PartiesMerged"),
    ]);
    let merged = story().given(merge("orano", &["areva"]));
    merged.answers([
        ("the same wish", merge("orano", &["areva"]), "nothing"),
        ("again with another", merge("orano", &["cogema", "areva"]), "refused: already_merged"),
        ("another one", merge("orano", &["cogema"]), "PartiesMerged"),
    ]);
    merged.given(retract("party-orano", "c4.1", &[])).answers([(
        "once the merger is retracted",
        merge("orano", &["areva", "cogema"]),
        "PartiesMerged",
    )]);
}

#[test]
fn mergers_never_go_round_in_a_circle() {
    let merged = story().given(merge("orano", &["areva"]));
    merged.answers([
        ("the survivor", merge("areva", &["orano"]), "refused: survivor_is_merged"),
        ("another one", merge("areva", &["cogema"]), "refused: survivor_is_merged"),
        ("by way of the survivor", merge("cogema", &["areva"]), "refused: already_merged"),
    ]);
    // Each step alone looks well; over three parties they would make a circle.
    let in_a_row = merged.given(merge("cogema", &["orano"]));
    in_a_row.answers([
        ("a circle of three", merge("areva", &["cogema"]), "refused: survivor_is_merged"),
        ("from the middle", merge("orano", &["cogema"]), "refused: survivor_is_merged"),
    ]);
    in_a_row.given(retract("party-orano", "c4.1", &[])).answers([(
        "once the first merger is retracted",
        merge("areva", &["cogema"]),
        "PartiesMerged",
    )]);
}

#[test]
fn a_correction_makes_no_circle_of_mergers() {
    let chain =
        story().given(company("vicat", "4")).given(merge("orano", &["areva"])).given(merge("cogema", &["orano"]));
    let merged = |old: &[&str], new: &[&str]| correct("party-orano", "c5.1", "/data/merged", json!(old), json!(new));
    chain.answers([
        ("into a circle", merged(&["areva"], &["cogema"]), "refused: survivor_is_merged"),
        ("with one more", merged(&["areva"], &["areva", "vicat"]), "refused: survivor_is_merged"),
        (
            "of the reason alone",
            correct("party-orano", "c5.1", "/data/reason", "the same body", "one company"),
            "EntryCorrected",
        ),
    ]);
    let two = story().given(company("vicat", "4")).given(merge("orano", &["areva"])).given(merge("cogema", &["vicat"]));
    two.answers([
        ("with what another took in", merged(&["areva"], &["vicat"]), "refused: already_merged"),
        ("with one that is free", merged(&["areva"], &["cogema"]), "EntryCorrected"),
    ]);
}

#[test]
fn a_merger_is_not_corrected_into_one_with_itself() {
    let merged = story().given(merge("orano", &["areva"]));
    let wish = correct("party-orano", "c4.1", "/data/merged", json!(["areva"]), json!(["orano"]));
    merged.answers([("with itself", wish, "refused: merges_itself at /data/merged")]);
}
