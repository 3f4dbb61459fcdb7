//! Four eyes on a real log in memory: what becomes a fact, what does not, and what is said of it.

use servanda_events::testing::scene::{achieve, state as party, visit};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::ReadModel;

use super::*;
use crate::access::{Access, Deed, Hashed, Role, UserWish};
use crate::app::Settings;

pub(super) fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

pub(super) struct Office {
    pub(super) app: App,
    pub(super) clock: Clock,
    _dir: tempfile::TempDir,
}

/// A ledger with the visit in it, where everything of commitments needs two persons.
pub(super) async fn office(people: &[(&str, Role, Option<&str>)]) -> Office {
    let clock = Clock::fixed(id("2025-04-20T09:00:00Z"));
    let log = Log::memory(id("test"), clock.clone(), Ids::stepping());
    let story = visit().given(servanda_events::testing::scene::milestone("branch", "open", "2025"));
    log.append_exact(story.entries().to_vec()).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    let settings = Settings { four_eyes: Policy::of_setting("commitment").unwrap(), ..Settings::default() };
    let app = App::new(log, read, Access::memory().unwrap(), settings);
    let hashed = Hashed::of("a long password", &[1; 32]).unwrap();
    for (name, role, party) in people {
        let wish = UserWish { id: id(name), name: (*name).to_owned(), party: party.map(id), role: *role, lang: None };
        app.access().create_user(&wish, app.log().now()).unwrap();
        app.access().set_password(&wish.id, &hashed, false, app.log().now()).unwrap();
    }
    Office { app, clock, _dir: dir }
}

pub(super) const TWO: [(&str, Role, Option<&str>); 3] = [
    ("clerk", Role::Recorder, Some("fra")),
    ("chief", Role::Reviewer, Some("fra")),
    ("other", Role::Reviewer, Some("kaz")),
];

pub(super) fn request(command: &serde_json::Value) -> Request {
    Request::parse(command.to_string().as_bytes()).unwrap()
}

pub(super) fn claim() -> Request {
    request(&achieve("branch", "open", "2025-03-01", "fra"))
}

impl Office {
    pub(super) fn user(&self, name: &str) -> User {
        self.app.access().user(&id(name)).unwrap().unwrap()
    }

    pub(super) async fn submit(&self, name: &str, request: Request) -> Result<Submitted, String> {
        submit(&self.app, &self.user(name), request).await.map_err(|problem| problem.code().to_owned())
    }

    pub(super) async fn proposed(&self, name: &str, request: Request) -> Proposal {
        match self.submit(name, request).await.unwrap() {
            Submitted::Proposed(proposal) => *proposal,
            Submitted::Recorded(outcome) => panic!("recorded: {outcome:?}"),
        }
    }

    pub(super) async fn approve(&self, name: &str, proposal: &Proposal) -> Result<Outcome, String> {
        let answer = approve(&self.app, &self.user(name), &proposal.id, &proposal.sha256).await;
        answer.map_err(|problem| problem.code().to_owned())
    }

    pub(super) fn state(&self, proposal: &Proposal) -> ProposalState {
        found(&self.app, &proposal.id).unwrap().state
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_becomes_a_fact_when_a_second_person_approves_it_and_names_both() {
    let office = office(&TWO).await;
    let head = office.app.log().head();
    let proposal = office.proposed("clerk", claim()).await;
    assert_eq!(office.app.log().head(), head, "nothing is recorded yet");
    assert_eq!(office.approve("clerk", &proposal).await.unwrap_err(), "own_proposal");
    assert_eq!(office.approve("other", &proposal).await.unwrap_err(), "proposal_of_other_party");
    let outcome = office.approve("chief", &proposal).await.unwrap();
    let entry = &outcome.entries[0];
    assert_eq!((entry.fact.recorded_by.as_str(), entry.proposed_by.as_ref().unwrap().as_str()), ("chief", "clerk"));
    assert_eq!((&entry.command_id, office.state(&proposal)), (&proposal.id, ProposalState::Approved));
    let bytes = String::from_utf8(office.app.log().entry(head + 1).unwrap().unwrap().bytes.to_vec()).unwrap();
    assert!(bytes.contains(r#""proposed_by":"clerk""#) && bytes.contains(r#""recorded_by":"chief""#), "{bytes}");
    assert_eq!(office.approve("chief", &proposal).await.unwrap_err(), "proposal_moved");
    assert_eq!(office.app.log().head(), head + 1);
    let deeds: Vec<Deed> = office.app.access().audit(false, 0, 2).unwrap().iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [Deed::Approved, Deed::Proposed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_does_not_name_is_recorded_at_once() {
    let office = office(&TWO).await;
    let recorded = office.submit("clerk", request(&party("kgz", "KGZ"))).await.unwrap();
    assert!(matches!(recorded, Submitted::Recorded(outcome) if outcome.entries[0].proposed_by.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_proposed_once() {
    let office = office(&TWO).await;
    let command = Request { command_id: Some(id("form-1")), ..claim() };
    let first = office.proposed("clerk", command.clone()).await;
    assert_eq!(office.proposed("clerk", command.clone()).await, first);
    let other = Request { command_id: Some(id("form-1")), ..request(&achieve("branch", "open", "2025-03-02", "fra")) };
    assert_eq!(office.submit("clerk", other).await.unwrap_err(), "command_id_reused");
    assert_eq!(office.submit("chief", command).await.unwrap_err(), "command_id_reused", "another person's");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_proposed_that_nobody_could_approve() {
    let office = office(&[TWO[0], TWO[2], ("admin", Role::Administrator, None)]).await;
    assert_eq!(office.submit("clerk", claim()).await.unwrap_err(), "no_second_person");
    assert_eq!(office.app.access().proposals(Some(&id("fra")), &[ProposalState::Open]).unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_refuse_is_refused_when_it_is_proposed() {
    let office = office(&TWO).await;
    let unknown = request(&achieve("branch", "nothing", "2025-03-01", "fra"));
    assert_eq!(office.submit("clerk", unknown).await.unwrap_err(), "milestone_unknown");
    let others = request(&achieve("branch", "open", "2025-03-01", "kaz"));
    assert_eq!(office.submit("clerk", others).await.unwrap_err(), "not_your_party");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_whose_stream_moved_is_stale_and_that_is_said() {
    let office = office(&[TWO[0], TWO[1], ("deputy", Role::Reviewer, Some("fra"))]).await;
    // Both propose the same; whoever is approved second finds that it has changed.
    let (first, second) = (office.proposed("clerk", claim()).await, office.proposed("chief", claim()).await);
    office.approve("chief", &first).await.unwrap();
    assert_eq!(office.approve("deputy", &second).await.unwrap_err(), "proposal_stale");
    assert_eq!(office.state(&second), ProposalState::Stale);
    assert_eq!(office.approve("deputy", &second).await.unwrap_err(), "proposal_moved");
    withdraw(&office.app, &office.user("chief"), &second.id).unwrap();
    assert_eq!(office.state(&second), ProposalState::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_comes_back_with_a_reason() {
    let office = office(&TWO).await;
    let proposal = office.proposed("clerk", claim()).await;
    let refused = |reason: &str| give_back(&office.app, &office.user("chief"), &proposal.id, reason).unwrap_err();
    assert_eq!(refused("  ").code(), "reason_missing");
    assert_eq!(refused(&"x".repeat(8_001)).code(), "reason_missing");
    let own = give_back(&office.app, &office.user("clerk"), &proposal.id, "mine").unwrap_err();
    assert_eq!(own.code(), "own_proposal");
    give_back(&office.app, &office.user("chief"), &proposal.id, " The date is wrong. ").unwrap();
    let returned = found(&office.app, &proposal.id).unwrap();
    assert_eq!((returned.state, returned.reason.as_deref()), (ProposalState::Returned, Some("The date is wrong.")));
    assert_eq!(office.approve("chief", &proposal).await.unwrap_err(), "proposal_moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_counts_for_the_text_that_was_read_and_for_a_proposer_who_is_still_there() {
    let office = office(&TWO).await;
    let proposal = office.proposed("clerk", claim()).await;
    let other = Proposal { sha256: "0".repeat(64), ..proposal.clone() };
    assert_eq!(office.approve("chief", &other).await.unwrap_err(), "proposal_differs");
    let now = office.app.log().now();
    office.app.access().change_role(&id("clerk"), Role::Reader, Some(&id("fra")), now).unwrap();
    assert_eq!(office.approve("chief", &proposal).await.unwrap_err(), "role_reads_only");
    office.app.access().change_role(&id("clerk"), Role::Recorder, Some(&id("kaz")), now).unwrap();
    assert_eq!(office.approve("chief", &proposal).await.unwrap_err(), "proposer_gone");
    office.app.access().change_role(&id("clerk"), Role::Recorder, Some(&id("fra")), now).unwrap();
    office.app.access().disable_user(&id("clerk"), now).unwrap();
    assert_eq!(office.approve("chief", &proposal).await.unwrap_err(), "proposer_gone");
    office.app.access().enable_user(&id("clerk"), now).unwrap();
    office.approve("chief", &proposal).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_in_the_middle_approving_again_records_nothing_twice_and_keeps_the_first_approver() {
    let office = office(&[TWO[0], TWO[1], ("deputy", Role::Reviewer, Some("fra"))]).await;
    let proposal = office.proposed("clerk", claim()).await;
    // As it stands after the log answered and before that was written down.
    let step = Step { to: ProposalState::Approving, by: &id("chief"), reason: None };
    office.app.access().move_on(&proposal, step, office.app.log().now()).unwrap();
    let (_, request) = {
        let seen = found(&office.app, &proposal.id).unwrap();
        approvable(&office.app, &office.user("chief"), &seen, &proposal.sha256).unwrap()
    };
    office.app.log().approve(&request, &id("clerk"), &id("chief")).await.unwrap();
    let head = office.app.log().head();
    assert_eq!(
        give_back(&office.app, &office.user("deputy"), &proposal.id, "no").unwrap_err().code(),
        "proposal_moved",
        "what may be recorded is not given back"
    );
    let outcome = office.approve("deputy", &proposal).await.unwrap();
    assert!(outcome.repeated);
    assert_eq!(office.app.log().head(), head);
    assert_eq!(found(&office.app, &proposal.id).unwrap().decided_by, Some(id("chief")));
}

/// Draws, from a fixed beginning.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sequence_of_calls_lets_one_person_get_an_entry_in() {
    let office = office(&TWO).await;
    let head = office.app.log().head();
    let mut dice = Dice(7);
    let mut proposals: Vec<Proposal> = Vec::new();
    let parties = [Some("fra"), Some("kaz"), None];
    for turn in 0..400 {
        let now = office.app.log().now();
        match dice.below(6) {
            // Whatever role and party the person gets meanwhile; a colleague stays, so that proposing is possible.
            0 => {
                let (role, party) = (Role::ALL[dice.below(5)], parties[dice.below(3)].map(id));
                office.app.access().change_role(&id("clerk"), role, party.as_ref(), now).unwrap();
            }
            1 => {
                let day = format!("2025-03-{:02}", 1 + dice.below(20));
                let request = request(&achieve("branch", "open", &day, ["fra", "kaz"][dice.below(2)]));
                if let Ok(Submitted::Proposed(proposal)) = office.submit("clerk", request).await {
                    proposals.push(*proposal);
                }
            }
            2 if !proposals.is_empty() => {
                let proposal = proposals[dice.below(proposals.len())].clone();
                assert!(office.approve("clerk", &proposal).await.is_err(), "turn {turn}");
            }
            3 if !proposals.is_empty() => {
                let proposal = &proposals[dice.below(proposals.len())];
                assert!(give_back(&office.app, &office.user("clerk"), &proposal.id, "so").is_err(), "turn {turn}");
            }
            4 if !proposals.is_empty() => {
                let proposal = &proposals[dice.below(proposals.len())];
                let _may_be_withdrawn = withdraw(&office.app, &office.user("clerk"), &proposal.id);
            }
            // The way of the interface, with a token of all that the role allows.
            _ => {
                let caller = Caller::signed_in(&office.app, &office.user("clerk"));
                assert!(caller.may_record(&mut claim(), office.app.log()).is_err(), "turn {turn}");
            }
        }
    }
    assert!(proposals.len() > 10, "only {} proposals: the search looks at nothing", proposals.len());
    assert_eq!(office.app.log().head(), head);
    office.clock.set(id("2025-04-21T09:00:00Z"));
}
