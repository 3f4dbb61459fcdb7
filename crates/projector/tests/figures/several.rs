//! Figures of several commitments: a package, an agreement, a party, a sector, the ledger.

use serde_json::{Value, json};
use servanda_events::testing::{Story, parsed, scene};
use servanda_projector::progress::{CompletionWords, Figure, Rollup, Standing};
use servanda_projector::{Filter, Over};

use crate::kit::{on, read, shown, visit};

/// The visit with the promises `a`, `b` and on, each made on the day of the visit.
fn promises(ids: &[&str]) -> Story {
    let end = json!({ "planned_end": "2027" });
    ids.iter().fold(scene::visit(), |story, id| {
        story.given(on("2024-11-05", scene::with(scene::commitment(id), end.clone())))
    })
}

fn milestone(of: &str, id: &str, due: &str) -> Value {
    scene::milestone(of, id, due)
}

fn achieved(of: &str, id: &str, day: &str) -> Value {
    scene::achieve(of, id, day, "fra")
}

/// A figure as text, with its numerator and denominator.
fn ratio(figure: &Figure) -> String {
    let input = |name| figure.inputs.get(name).unwrap();
    format!("{} = {}/{}", shown(figure), input("numerator"), input("denominator"))
}

fn over(story: &Story, over: &Over) -> Option<Rollup> {
    read(story, "2025-03-20", |reader| reader.rollup(over).unwrap())
}

#[test]
fn the_honoured_rate_counts_promises_that_were_kept_missed_dropped_or_are_late() {
    let story = promises(&["kept", "missed", "dropped", "late", "halted", "agreed", "going"])
        .given(milestone("kept", "open", "2025"))
        .given(achieved("kept", "open", "2025-03-01"))
        .given(milestone("missed", "open", "2025-01"))
        .given(scene::miss("missed", "open", "2025-03-01"))
        .given(scene::give_up("dropped"))
        .given(milestone("late", "open", "2025-02"))
        .given(milestone("halted", "open", "2025-02"))
        .given(scene::suspend("halted"))
        .given(scene::with(scene::give_up("agreed"), json!({ "mutual": true, "by": ["kaz", "fra"] })))
        .given(milestone("going", "open", "2026"));
    let rollup = visit(&story, "2025-03-20");
    assert_eq!(ratio(&rollup.honoured_rate), "0.25 = 1/4");
    let inputs = ["missed", "cancelled_unilaterally", "overdue"]
        .map(|name| rollup.honoured_rate.inputs.get(name).unwrap().to_string());
    assert_eq!(inputs, ["1", "1", "1"]);
    assert_eq!(rollup.suspended, [parsed("halted")], "listed apart");
    assert_eq!(rollup.mutually_cancelled, [parsed("agreed")], "listed apart");
    let standing =
        |id: &str| rollup.commitments.iter().find(|line| line.commitment_id == parsed(id)).map(|line| line.standing);
    assert_eq!(standing("kept"), Some(Standing::Fulfilled));
    assert_eq!(standing("branch"), Some(Standing::Open));
    assert_eq!(ratio(&visit(&story, "2025-01-31").honoured_rate), "null = 0/0", "nothing is judged yet");
    let resumed = story.clone().given(scene::resume("halted"));
    assert_eq!(ratio(&visit(&resumed, "2025-03-20").honoured_rate), "0.2 = 1/5");
    let vague =
        scene::but(scene::commitment("vague"), json!({ "data": { "verifiable": false, "planned_end": "2024-12" } }));
    let vague = story.given(on("2024-11-05", vague));
    assert_eq!(ratio(&visit(&vague, "2025-03-20").honoured_rate), "0.25 = 1/4", "nobody could verify it");
    let prospect = promises(&[]).given(scene::with(scene::prospect("centre"), json!({ "package_id": "visit" })));
    assert_eq!(ratio(&visit(&prospect, "2025-03-20").honoured_rate), "null = 0/0", "a prospect is no promise");
}

#[test]
fn means_are_over_what_can_be_measured_each_counting_the_same() {
    let story = promises(&["a", "b"])
        .given(milestone("a", "plan", "2025"))
        .given(milestone("a", "open", "2025"))
        .given(milestone("b", "open", "2025"))
        .given(achieved("a", "plan", "2025-03-01"))
        .given(on("2025-03-01", scene::report_progress("b", "open", "30", "100")));
    let rollup = visit(&story, "2025-03-20");
    assert_eq!((rollup.counts.measurable, rollup.counts.identified), (2, 3));
    assert_eq!(ratio(&rollup.completion_mean), "0.25 = 0.5/2");
    assert_eq!(ratio(&rollup.partial_completion_mean), "0.4 = 0.8/2");
    let behind = rollup.completion_words.behind.clone();
    let words =
        CompletionWords { no_evidence: 1, not_started: 1, substantial: 1, behind, ..CompletionWords::default() };
    assert_eq!(rollup.completion_words, words);
    let dropped = story.given(scene::with(scene::cancel("a", "open"), json!({ "mutual": false })));
    let rollup = visit(&dropped, "2025-03-20");
    assert_eq!(ratio(&rollup.completion_mean), "0.5 = 1/2");
    assert_eq!(ratio(&rollup.original_completion_mean), "0.25 = 0.5/2", "what one side gave up stays in");
    assert_eq!(ratio(&rollup.cancelled_share_mean), "0.25 = 0.5/2");
    let none = visit(&promises(&[]), "2025-03-20");
    assert_eq!(ratio(&none.completion_mean), "null = 0/0");
}

#[test]
fn milestones_of_different_promises_are_counted_not_weighed() {
    let heavy = scene::with(milestone("b", "open", "2025-01"), json!({ "weight": "90" }));
    let story = promises(&["a", "b"])
        .given(milestone("a", "plan", "2025-01"))
        .given(milestone("a", "open", "2025-02"))
        .given(heavy)
        .given(achieved("a", "plan", "2025-01-10"))
        .given(achieved("a", "open", "2025-03-03"));
    let rollup = visit(&story, "2025-03-20");
    assert_eq!(ratio(&rollup.on_time_rate), "0.333 = 1/3");
    let slippage = &rollup.slippage.current;
    assert_eq!((shown(&slippage.median), shown(&slippage.max)), ("3".into(), "48".into()));
    assert_eq!(rollup.overdue.len(), 1);
    let agreed = story.given(on("2025-01-15", scene::rebaseline("b", "open", 1, "2025-04-10")));
    let rollup = visit(&agreed, "2025-03-20");
    assert_eq!(ratio(&rollup.on_time_rate), "0.5 = 1/2", "the date was moved");
    assert_eq!(shown(&rollup.slippage.original.max), "48", "the first date was not");
    let at_risk: Vec<String> =
        rollup.at_risk.iter().map(|at| format!("{} {}", at.milestone_id, at.days_left)).collect();
    assert_eq!(at_risk, ["open 21"]);
    let lines: Vec<_> = rollup.commitments.iter().map(|line| (line.overdue, line.at_risk)).collect();
    assert_eq!(lines, [(0, 0), (0, 1), (0, 0)]);
}

#[test]
fn the_newest_report_of_any_promise_counts_for_all_of_them() {
    let story = promises(&["a", "b"]).given(milestone("a", "open", "2025")).given(milestone("b", "open", "2025"));
    assert_eq!(shown(&visit(&story, "2025-03-20").freshness), "null");
    let story = story.given(achieved("a", "open", "2025-01-10")).given(achieved("b", "open", "2025-03-10"));
    let rollup = visit(&story, "2025-03-20");
    assert_eq!((shown(&rollup.freshness), rollup.completion_words.no_evidence), ("10".into(), 1));
    assert_eq!(shown(&visit(&story, "2025-03-09").freshness), "58");
}

#[test]
fn sources_and_assessors_are_told_apart() {
    let says = |of: &str, source: &str, status: &str| scene::source_status(of, source, status);
    let thinks = |of: &str, scale: &str, value: &str| scene::assess(of, "a-1", scale, value);
    let newer = on("2025-03-20", scene::assess("a", "a-2", "pam", "3"));
    let story = promises(&["a", "b"])
        .given(says("a", "register", "completed"))
        .given(says("b", "register", "implementation"))
        .given(says("b", "iati", "cancelled"))
        .given(on("2025-03-01", thinks("a", "pam", "0")))
        .given(newer)
        .given(thinks("b", "pam", "1"))
        .given(thinks("branch", "ogp", "limited"));
    let rollup = visit(&story, "2025-03-20");
    let rows: Vec<_> =
        rollup.status_disagreement.iter().map(|r| format!("{}: {}", r.source, ratio(&r.share))).collect();
    assert_eq!(rows, ["iati: 1 = 1/1", "register: 0.5 = 1/2"]);
    let means: Vec<_> = rollup.assessments.iter().map(|mean| shown(&mean.share)).collect();
    assert_eq!(means, ["0.667"], "the newest score of each; words have no share");
    assert_eq!(rollup.counts.assessed, 3);
}

#[test]
fn coverage_counts_an_umbrella_once_and_what_is_unknown_is_no_zero() {
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let known = |id: &str, amount: &str| {
        scene::with(scene::commitment(id), json!({ "amount": euros(amount), "value_status": "known" }))
    };
    let total = json!({ "measure": "amount", "currency": "EUR" });
    let story = scene::visit()
        .given(scene::link("treaty", "visit"))
        .given(scene::declared_count("visit", "documents", "1"))
        .given(scene::with(scene::declared_count("visit", "worth", "100"), total));
    let coverage = |story: &Story| {
        let coverage = visit(story, "2025-03-20").coverage.unwrap();
        let (count, amount) = (&coverage.counts[0], &coverage.amounts[0]);
        let documents = format!("{} of {} {}", count.identified, count.declared, count.over_identified);
        let known = amount.remainder.as_deref().unwrap_or("unknown");
        format!("{documents}; {} left {known} and {} unknown", shown(&amount.share), amount.of_unknown_amount)
    };
    let dollars = json!({ "amount": { "amount": "55", "currency": "USD" }, "value_status": "known" });
    let abroad = story.clone().given(scene::with(scene::commitment("abroad"), dollars));
    assert_eq!(coverage(&abroad), "1 of 1 false; null left unknown and 1 unknown", "what is known is not unknown");
    assert_eq!(visit(&abroad, "2025-03-20").coverage.unwrap().amounts[0].in_other_currencies, 1);
    assert_eq!(coverage(&story), "1 of 1 false; null left unknown and 1 unknown", "no amount at all is known");
    let framework = story.given(known("framework", "80"));
    assert_eq!(coverage(&framework), "1 of 1 false; 0.8 left 20 and 1 unknown", "at least");
    let under = scene::with(known("part", "50"), json!({ "umbrella_of": "framework" }));
    assert_eq!(coverage(&framework.clone().given(under)), "1 of 1 false; 0.8 left 20 and 1 unknown", "counted once");
    let aside = scene::with(known("aside", "50"), json!({ "counts_toward_totals": false }));
    assert_eq!(coverage(&framework.clone().given(aside)), "1 of 1 false; 0.8 left 20 and 1 unknown", "does not count");
    let annex = scene::with(scene::agreement("annex"), json!({ "umbrella_of": "treaty" }));
    let annexed = framework.given(annex).given(scene::link("annex", "visit"));
    assert_eq!(coverage(&annexed), "1 of 1 false; 0.8 left 20 and 1 unknown", "an annex is part of its treaty");
    let more = annexed.given(scene::agreement("loan")).given(scene::link("loan", "visit")).given(known("more", "40"));
    assert_eq!(coverage(&more), "2 of 1 true; 1.2 left -20 and 1 unknown", "more than declared is shown and flagged");
}

/// The visit with the framework `whole` of 100 euros, `part` of 40 within it, and `other` of 50, all firmly owed.
fn framework(ids: &[&str]) -> Story {
    let promises = [("whole", "100", json!(null)), ("part", "40", json!("whole")), ("other", "50", json!(null))];
    let promises = promises.into_iter().filter(|(id, ..)| ids.contains(id));
    promises.fold(scene::visit(), |story, (id, amount, umbrella)| {
        let known = json!({
            "amount": { "amount": amount, "currency": "EUR" }, "value_status": "known", "umbrella_of": umbrella,
        });
        story.given(scene::with(scene::commitment(id), known)).given(scene::commit_funds(id, "main", amount, "EUR"))
    })
}

#[test]
fn money_of_an_umbrella_and_of_what_it_contains_is_given_apart() {
    let owed = |rollup: &Rollup| {
        [&rollup.money, &rollup.money_within_others].map(|money| {
            let committed = money.per_currency.iter().filter_map(|of| of.committed.as_ref());
            committed.map(shown).collect::<Vec<_>>().join(" ")
        })
    };
    let all = framework(&["whole", "part", "other"]);
    let rollup = visit(&all, "2025-03-20");
    assert_eq!(owed(&rollup), ["150", "40"], "100 + 50 stand alone");
    let inside = rollup.money_within_others.per_currency[0].committed.as_ref().unwrap();
    let made = all.recorded().iter().find(|entry| entry.stream.to_string() == "commitment-whole").unwrap();
    assert!(inside.entries.contains(&made.fact.position), "it lies within by the entry that promised the whole");
    assert_eq!(owed(&visit(&framework(&["part", "other"]), "2025-03-20")), ["90", ""], "there is no such umbrella");
    let abroad = json!({ "data": { "obligors": ["kaz"], "package_id": null, "agreement_id": null } });
    let abroad = scene::with(scene::commitment("whole"), abroad["data"].clone());
    let elsewhere =
        framework(&["part", "other"]).given(abroad).given(scene::commit_funds("whole", "main", "100", "EUR"));
    assert_eq!(owed(&visit(&elsewhere, "2025-03-20")), ["90", ""], "the umbrella is not of this package");
    assert_eq!(owed(&over(&elsewhere, &Over::Ledger).unwrap()), ["150", "40"], "it is of the same ledger");
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let into = scene::with(scene::commitment("both"), json!({ "amount": euros("150"), "value_status": "known" }));
    let merged = all.given(into).given(scene::merge("both", &[("whole", euros("100")), ("other", euros("50"))]));
    assert_eq!(owed(&visit(&merged, "2025-03-20")), ["", "40"], "it lies within what the umbrella went into");
}

#[test]
fn what_lies_under_an_umbrella_that_is_not_counted_is_counted_by_itself() {
    let total = json!({ "measure": "amount", "currency": "EUR" });
    let declared = scene::with(scene::declared_count("visit", "worth", "100"), total);
    let identified = |story: Story| {
        visit(&story.given(declared.clone()), "2025-03-20").coverage.unwrap().amounts[0].identified.clone()
    };
    assert_eq!(identified(framework(&["whole", "part", "other"])), "150");
    assert_eq!(identified(framework(&["part", "other"])), "90", "an umbrella that nothing knows hides nothing");
    let abroad = json!({ "package_id": null, "agreement_id": null });
    let elsewhere = framework(&["part"]).given(scene::with(scene::commitment("whole"), abroad));
    assert_eq!(identified(elsewhere), "40", "an umbrella outside the package");
    let aside = json!({ "counts_toward_totals": false });
    let aside = framework(&["part"]).given(scene::with(scene::commitment("whole"), aside));
    assert_eq!(identified(aside), "40", "an umbrella that is not to be summed");
    let annex = scene::with(scene::agreement("annex"), json!({ "umbrella_of": "nothing" }));
    let count = scene::visit().given(annex).given(scene::link("annex", "visit")).given(scene::declared_count(
        "visit",
        "documents",
        "1",
    ));
    assert_eq!(visit(&count, "2025-03-20").coverage.unwrap().counts[0].identified, 1, "a document likewise");
}

#[test]
fn means_by_amount_leave_out_what_may_not_be_summed() {
    let known = |id: &str, amount: &str, currency: &str| {
        let amount = json!({ "amount": amount, "currency": currency });
        scene::with(scene::commitment(id), json!({ "amount": amount, "value_status": "known" }))
    };
    let story = scene::visit()
        .given(known("a", "30", "EUR"))
        .given(known("b", "10", "EUR"))
        .given(known("c", "5", "USD"))
        .given(scene::with(known("d", "60", "EUR"), json!({ "umbrella_of": "a" })));
    let story = ["a", "b", "c", "d"].iter().fold(story, |story, id| story.given(milestone(id, "open", "2025")));
    let story = story.given(achieved("a", "open", "2025-03-01")).given(achieved("d", "open", "2025-03-01"));
    let means = |story: &Story| {
        let means = visit(story, "2025-03-20").completion_by_amount;
        means.iter().map(|mean| format!("{} {}", mean.currency, ratio(&mean.completion))).collect::<Vec<_>>()
    };
    assert_eq!(means(&story), ["EUR 0.75 = 30/40", "USD 0 = 0/5"], "currencies are never mixed");
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let split = scene::split("a", &[("north", euros("15")), ("south", euros("15"))]);
    assert_eq!(means(&story.given(split)), ["EUR 0.857 = 60/70", "USD 0 = 0/5"], "its umbrella is gone");
}

#[test]
fn what_went_into_another_promise_is_neither_counted_nor_listed_as_overdue() {
    let story = promises(&["lab", "east", "west"])
        .given(milestone("east", "open", "2025-01"))
        .given(milestone("lab", "open", "2025-02"));
    let overdue = |story: &Story| {
        let all = Filter::default();
        read(story, "2025-03-20", |r| r.overdue(&all, "", 10).unwrap().items.len())
    };
    assert_eq!((visit(&story, "2025-03-20").overdue.len(), overdue(&story)), (2, 2));
    let merged = story.given(scene::merge("lab", &[("east", Value::Null), ("west", Value::Null)]));
    assert_eq!((visit(&merged, "2025-03-20").overdue.len(), overdue(&merged)), (1, 1));
}

#[test]
fn figures_are_of_an_agreement_a_party_a_sector_or_the_ledger() {
    let named = json!({ "sectors": [{ "scheme": "dac", "code": "11420" }] });
    let abroad = json!({ "obligors": ["kaz"], "agreement_id": null, "package_id": null });
    let story = scene::visit()
        .given(scene::with(scene::agreement("loan"), named.clone()))
        .given(scene::with(scene::commitment("of-loan"), json!({ "agreement_id": "loan" })))
        .given(scene::with(scene::commitment("taught"), named))
        .given(scene::with(scene::commitment("alone"), abroad));
    let members = |asked: Over| {
        let rollup = over(&story, &asked)?;
        Some(rollup.commitments.iter().map(|line| line.commitment_id.to_string()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(members(Over::Agreement(parsed("treaty"))).unwrap(), "branch taught");
    assert_eq!(members(Over::Party(parsed("kaz"))).unwrap(), "alone");
    let sector = |code: &str| Over::Sector { scheme: "dac".into(), code: code.into() };
    assert_eq!(members(sector("11420")).unwrap(), "of-loan taught");
    assert_eq!(members(sector("111")), None, "a sector that nothing names");
    assert_eq!(members(Over::Ledger).unwrap(), "alone branch of-loan taught");
    assert_eq!(members(Over::Party(parsed("uzb"))), None);
}

#[test]
fn who_was_taken_out_of_a_promise_owes_it_no_more() {
    let moved = scene::amend("branch", "a-1", "obligors", json!(["fra"]), json!(["kaz"]));
    let story = scene::visit().given(on("2025-03-01", moved));
    let owed = |id: &str, as_of: &str| {
        let over = Over::Party(parsed(id));
        read(&story, as_of, |reader| reader.rollup(&over).unwrap().unwrap().counts.identified)
    };
    assert_eq!((owed("fra", "2025-02-28"), owed("kaz", "2025-02-28")), (1, 0));
    assert_eq!((owed("fra", "2025-03-01"), owed("kaz", "2025-03-01")), (0, 1));
}
