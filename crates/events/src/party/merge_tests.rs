//! Rules of merging parties.

use serde_json::json;

use crate::testing::Story;
use crate::testing::scene::treaty::merge;
use crate::testing::scene::{company, retract};

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
fn a_party_does_not_take_in_what_took_it_in() {
    let merged = story().given(merge("orano", &["areva"]));
    merged.answers([
        ("the survivor", merge("areva", &["orano"]), "refused: merge_cycle"),
        ("among others", merge("areva", &["cogema", "orano"]), "refused: merge_cycle"),
    ]);
    // Over two steps the circle shows where both streams are looked at.
    merged.given(merge("areva", &["cogema"])).answers([(
        "a circle of three",
        merge("cogema", &["orano", "areva"]),
        "refused: merge_cycle",
    )]);
}

#[test]
fn a_merger_is_not_corrected_into_one_with_itself() {
    let merged = story().given(merge("orano", &["areva"]));
    let wish =
        crate::testing::scene::correct("party-orano", "c4.1", "/data/merged", json!(["areva"]), json!(["orano"]));
    merged.answers([("with itself", wish, "refused: merges_itself at /data/merged")]);
}
