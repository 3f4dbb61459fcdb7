//! Parties, packages and agreements as readers see them: merged parties, totals in force, the life of a treaty.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use serde_json::{Value, json};
use servanda_events::testing::scene::{self, treaty};
use servanda_events::testing::{Story, parsed};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::views::{AgreementStatus, AgreementView, PackageView};
use servanda_projector::{At, Filter, Over, ReadModel, Reader};

/// The read model of a story, asked at a date and a position.
struct Asked {
    _dir: tempfile::TempDir,
    read: ReadModel,
    head: u64,
}

impl Asked {
    async fn of(story: &Story) -> Self {
        let log = Log::memory(parsed("test"), Clock::fixed(parsed("2026-01-01T00:00:00Z")), Ids::stepping());
        log.append_exact(story.entries().to_vec()).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
        Self { _dir: dir, read, head: story.entries().len() as u64 }
    }

    fn at<T>(&self, as_of: &str, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
        self.known(as_of, self.head, ask)
    }

    fn known<T>(&self, as_of: &str, known_at: u64, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
        self.read.at(At { as_of: parsed(as_of), known_at }, |reader| Ok(ask(reader))).unwrap()
    }

    fn treaty(&self, as_of: &str) -> AgreementView {
        self.at(as_of, |reader| reader.agreement(&parsed("treaty")).unwrap().unwrap())
    }

    fn package(&self, as_of: &str) -> PackageView {
        self.at(as_of, |reader| reader.package(&parsed("visit")).unwrap().unwrap())
    }
}

fn on(day: &str, command: Value) -> Value {
    scene::but(command, json!({ "occurred_on": day }))
}

#[tokio::test]
async fn the_status_of_an_agreement_follows_the_dates_of_effect() {
    let story = scene::visit()
        .then_at("2026-01-01T09:00:00Z")
        .given(treaty::provisional("treaty", "2024-12-01"))
        .given(treaty::end_provisional("treaty", "2024-12-15"))
        .given(treaty::in_force("treaty", "2025-01-01"))
        .given(on("2025-01-20", treaty::suspend("treaty", "2025-02-01")))
        .given(treaty::resume("treaty", "2025-03-01"))
        .given(on("2025-04-01", treaty::expire("treaty", "2025-06-01")));
    let asked = Asked::of(&story).await;
    for (as_of, status) in [
        ("2024-11-06", AgreementStatus::Signed),
        ("2024-12-01", AgreementStatus::ProvisionallyApplied),
        ("2024-12-15", AgreementStatus::Signed),
        ("2025-01-01", AgreementStatus::InForce),
        ("2025-01-31", AgreementStatus::InForce),
        ("2025-02-01", AgreementStatus::Suspended),
        ("2025-02-28", AgreementStatus::Suspended),
        ("2025-03-01", AgreementStatus::InForce),
        ("2025-05-31", AgreementStatus::InForce),
        ("2025-06-01", AgreementStatus::Ended),
    ] {
        assert_eq!(asked.treaty(as_of).status, status, "as of {as_of}");
    }
    let announced = asked.treaty("2025-05-31").end.unwrap();
    assert_eq!(announced.effective_on, parsed("2025-06-01"));
    assert!(announced.without_fate.is_empty(), "the end has not come");
    assert_eq!(asked.treaty("2025-06-01").end.unwrap().without_fate, [parsed("branch")]);
    assert_eq!(asked.treaty("2025-02-15").suspended_since, Some(parsed("2025-02-01")));
    // Before it was entered into the ledger nothing was known of it.
    let early = asked.known("2025-06-01", 7, |reader| reader.agreement(&parsed("treaty")).unwrap().unwrap());
    assert_eq!(early.status, AgreementStatus::Signed);
}

#[tokio::test]
async fn a_commitment_with_a_fate_or_an_end_of_its_own_is_not_open_after_the_end() {
    let fates = json!({ "fates": [{ "commitment_id": "branch", "fate": "continues" }] });
    let story = scene::visit()
        .given(scene::commitment("school"))
        .given(scene::commitment("lab"))
        .given(scene::give_up("lab"))
        .given(scene::with(treaty::terminate("treaty", "2025-03-01"), fates));
    let asked = Asked::of(&story).await;
    assert_eq!(asked.treaty("2025-03-20").end.unwrap().without_fate, [parsed("school")]);
}

#[tokio::test]
async fn an_agreement_shows_who_is_bound_since_when_and_with_what_reserve() {
    let rule = json!({ "kind": "n_parties_and_share", "parties": 2, "share_percent": "55", "days_after": 30 });
    let later = json!({ "days_after_deposit_for_later_parties": 30 });
    let share = |party: &str, day: &str, percent: &str| {
        scene::with(treaty::consent("treaty", party, day), json!({ "share_percent": percent }))
    };
    let story = scene::visit()
        .given(scene::with(treaty::rule("treaty", rule), later))
        .given(on("2024-12-01", treaty::reserve("treaty", "article-5", "kaz")))
        .given(on("2024-12-20", treaty::object("treaty", "article-5", "fra")))
        .given(on("2025-02-01", treaty::withdraw_reservation("treaty", "article-5", "kaz")))
        .given(share("kaz", "2025-01-01", "30"))
        .given(share("fra", "2025-01-10", "30"))
        .given(on("2025-03-01", treaty::amend("treaty", "protocol", "2025-06-01")))
        .given(on("2025-03-01", treaty::propose("treaty", "slip", "2025-03-10")))
        .given(treaty::adopt("treaty", "slip", "2025-03-11"))
        .given(treaty::registered("treaty", "54113", "2025-03-12"))
        .given(treaty::withdraw("treaty", "kaz", "2025-03-15", "2026-03-15"));
    let asked = Asked::of(&story).await;
    let seen = asked.treaty("2025-03-20");
    assert_eq!(seen.entry_by_rule, Some(parsed("2025-02-09")));
    assert_eq!(seen.status, AgreementStatus::Signed, "the rule is no record of an entry into force");
    assert_eq!(seen.consents.len(), 2);
    assert_eq!(seen.consents[1].entry_by_rule, Some(parsed("2025-02-09")));
    assert_eq!(seen.reservations[0].objections[0].by_party, parsed("fra"));
    assert_eq!(seen.reservations[0].withdrawn_on, Some(parsed("2025-02-01")));
    assert_eq!(seen.amendments[0].fact.amendment_id, parsed("protocol"));
    assert_eq!(seen.text_corrections[0].adopted_on, Some(parsed("2025-03-11")));
    assert_eq!(seen.registrations[0].fact.number, parsed("54113"));
    assert_eq!(seen.withdrawals[0].fact.effective_on, parsed("2026-03-15"));
    let before = asked.treaty("2025-01-09");
    assert_eq!(before.entry_by_rule, None, "one consent was missing");
    assert_eq!(before.reservations[0].withdrawn_on, None);
    assert!(before.amendments.is_empty() && before.text_corrections.is_empty() && before.registrations.is_empty());
}

#[tokio::test]
async fn coverage_counts_totals_in_force_and_agreements_still_linked() {
    let story = scene::visit()
        .given(on("2024-11-05", scene::agreement("loan")))
        .given(scene::declared_count("visit", "first", "36"))
        .given(on("2024-11-05", scene::link("treaty", "visit")))
        .given(on("2024-11-05", scene::link("loan", "visit")))
        .given(on("2025-01-10", scene::declared_count("visit", "second", "35")))
        .given(on("2025-01-10", treaty::supersede_total("visit", "first", "second")))
        .given(on("2025-02-01", treaty::unlink("loan", "visit")));
    let asked = Asked::of(&story).await;
    let counted = |as_of: &str| {
        let rollup = asked.at(as_of, |reader| reader.rollup(&Over::Package(parsed("visit"))).unwrap().unwrap());
        let counts = rollup.coverage.unwrap().counts;
        counts.iter().map(|c| (c.declared_id.to_string(), c.identified)).collect::<Vec<_>>()
    };
    assert_eq!(counted("2024-12-31"), [("first".to_owned(), 2)]);
    assert_eq!(counted("2025-01-31"), [("second".to_owned(), 2)]);
    assert_eq!(counted("2025-02-01"), [("second".to_owned(), 1)]);
    let declared = asked.package("2025-02-01").declared;
    assert_eq!(declared[0].superseded_by, Some(parsed("second")), "the old one stays readable");
    assert_eq!(asked.package("2024-12-31").declared[0].superseded_by, None);
    let of_package = Filter { package: Some(parsed("visit")), ..Filter::default() };
    let linked = |as_of: &str| asked.at(as_of, |r| r.agreements(&of_package, "", 10).unwrap().items.len());
    assert_eq!((linked("2025-01-31"), linked("2025-02-01")), (2, 1));
}

#[tokio::test]
async fn a_reconciled_total_is_reopened_by_later_links_and_corrections() {
    let reconciled = scene::visit()
        .given(scene::declared_count("visit", "documents", "36"))
        .given(scene::link("treaty", "visit"))
        .given(treaty::reconcile("visit", "documents", "1", "35"));
    let reopened = async |story: Story| {
        let package = Asked::of(&story).await.package("2025-03-20");
        package.declared[0].reconciled.clone().unwrap().reopened
    };
    let clone = || reconciled.clone();
    assert!(!reopened(clone()).await);
    assert!(!reopened(clone().given(scene::agreement("loan"))).await, "what is not linked changes nothing");
    assert!(reopened(clone().given(scene::agreement("loan")).given(scene::link("loan", "visit"))).await);
    assert!(reopened(clone().given(treaty::unlink("treaty", "visit"))).await);
    assert!(reopened(clone().given(scene::retract("agreement-treaty", "c2.1", &[]))).await);
    assert!(reopened(clone().given(scene::commitment("school"))).await);
    let corrected = scene::correct("agreement-treaty", "treaty.1", "/data/counts_toward_totals", true, false);
    assert!(reopened(clone().given(corrected)).await);
    let total = scene::correct("package-visit", "c1.1", "/data/statement/en", "36 documents", "36 papers");
    assert!(reopened(clone().given(total)).await);
    let again = clone().given(scene::agreement("loan")).given(scene::link("loan", "visit")).given(treaty::reconcile(
        "visit",
        "documents",
        "2",
        "34",
    ));
    assert!(!reopened(again).await, "reconciled anew");
}

#[tokio::test]
async fn what_is_not_so_yet_reopens_nothing() {
    let story = scene::visit()
        .given(on("2024-11-05", scene::declared_count("visit", "documents", "36")))
        .given(on("2024-11-05", scene::link("treaty", "visit")))
        .given(on("2025-01-10", treaty::reconcile("visit", "documents", "1", "35")))
        .given(on("2024-11-05", scene::agreement("loan")))
        .given(on("2025-02-01", scene::link("loan", "visit")));
    let asked = Asked::of(&story).await;
    let reopened = |as_of: &str| asked.package(as_of).declared[0].reconciled.clone().unwrap().reopened;
    assert!(!reopened("2025-01-31"), "the link was recorded by then and lies after the date");
    assert!(reopened("2025-02-01"));
}

#[tokio::test]
async fn old_ids_of_a_party_resolve_and_its_figures_take_in_what_it_took_over() {
    let promise = |id: &str, obligor: &str| scene::with(scene::commitment(id), json!({ "obligors": [obligor] }));
    let story = scene::visit()
        .given(scene::company("orano", "1"))
        .given(scene::company("areva", "2"))
        .given(scene::company("cogema", "3"))
        .given(promise("mine", "areva"))
        .given(promise("mill", "cogema"))
        .given(promise("plant", "orano"))
        .given(on("2025-01-01", treaty::merge("areva", &["cogema"])))
        .given(on("2025-02-01", treaty::merge("orano", &["areva"])));
    let asked = Asked::of(&story).await;
    let promised = |as_of: &str, id: &str| {
        let over = Over::Party(parsed(id));
        asked.at(as_of, |reader| reader.rollup(&over).unwrap().map(|rollup| rollup.counts.identified))
    };
    assert_eq!(promised("2025-03-20", "orano"), Some(3));
    assert_eq!(promised("2025-03-20", "cogema"), Some(3), "the same party by its old id");
    let party = asked.at("2025-03-20", |reader| reader.party(&parsed("cogema")).unwrap().unwrap());
    assert_eq!(party.party.party_id, parsed("orano"));
    assert_eq!(party.merged_into, Some(parsed("orano")));
    assert_eq!(party.merged, [parsed("areva")]);
    let survivor = asked.at("2025-03-20", |reader| reader.party(&parsed("orano")).unwrap().unwrap());
    assert_eq!(survivor.merged_into, None);
    let listed = asked.at("2025-03-20", |reader| reader.parties(&Filter::default(), "", 10).unwrap().items);
    let row = listed.iter().find(|view| view.party.party_id == parsed("areva")).unwrap();
    assert_eq!(row.merged_into, Some(parsed("orano")), "each keeps a row of its own");
    let of_party = Filter { party: Some(parsed("orano")), ..Filter::default() };
    let commitments = asked.at("2025-03-20", |reader| reader.commitments(&of_party, "", 10).unwrap().items.len());
    assert_eq!(commitments, 3);
    // As it was known before the mergers were recorded.
    let before = |id: &str| asked.known("2025-03-20", 13, |reader| reader.party(&parsed(id)).unwrap().unwrap());
    assert_eq!(before("cogema").merged_into, None);
}
