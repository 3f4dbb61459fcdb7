//! The ledger that is measured: a visit of two states with one package of exactly 1,000 commitments, and as many others
//! as it takes. Each commitment is made, its two to four milestones are planned, achieved and confirmed, one entry
//! each; the commitments of a block take turns, so that entries of one stream lie apart as they do in life.
//!
//! Deliberately absent: chance. The same number of entries is always the same ledger.

use anyhow::{Result, anyhow};
use servanda_events::Request;

/// Commitments that take turns.
const BLOCK: u64 = 500;
/// Commitments of the one package.
pub(super) const PACKAGE_COMMITMENTS: u64 = 1_000;
/// The package.
pub(super) const PACKAGE: &str = "bench";
/// The field of activity, of the list of the DAC, of the commitments of the package.
pub(super) const SECTOR: &str = "21020";
/// Entries in front of the commitments.
const HEAD: u64 = 3;
/// Most milestones of a commitment.
const MILESTONES_MAX: u64 = 4;

fn milestones(commitment: u64) -> u64 {
    2 + commitment % 3
}

/// The number of commitments of a ledger of so many entries; a commitment leads to ten on average.
pub(super) fn commitments(entries: u64) -> u64 {
    (entries / 10).max(PACKAGE_COMMITMENTS)
}

/// The id of a commitment.
pub(super) fn commitment_id(commitment: u64) -> String {
    format!("c{commitment:07}")
}

/// The id of the `number`-th command, in the form of a UUID.
pub(super) fn command_id(number: u64) -> String {
    format!("01900000-0000-7000-8000-{number:012x}")
}

/// The commands of a ledger of so many entries, as lines; each leads to one entry.
pub(super) fn lines(entries: u64) -> impl Iterator<Item = String> {
    let all = commitments(entries);
    let blocks = (0..).map(|block| block * BLOCK);
    let blocks = blocks.take_while(move |first| *first < all);
    let steps = blocks.flat_map(move |first| block(first, (first + BLOCK).min(all)));
    let every = all / PACKAGE_COMMITMENTS;
    let of_package = move |commitment| commitment % every == 0 && commitment / every < PACKAGE_COMMITMENTS;
    let numbered = steps.enumerate().map(move |(n, step)| step.text(HEAD + n as u64, of_package));
    head().into_iter().chain(numbered).take(usize::try_from(entries).unwrap_or(usize::MAX))
}

/// The commands of a ledger with one package that holds every commitment, each with as many milestones, of which the
/// first ones are achieved.
pub(super) fn wide(commitments: u64, milestones: u64, achieved: u64) -> impl Iterator<Item = String> {
    let make = (0..commitments).map(|commitment| Step::Make { commitment });
    let plan = (0..milestones)
        .flat_map(move |milestone| (0..commitments).map(move |commitment| Step::Plan { commitment, milestone }));
    let achieve = (0..achieved)
        .flat_map(move |milestone| (0..commitments).map(move |commitment| Step::Achieve { commitment, milestone }));
    let steps = make.chain(plan).chain(achieve);
    head().into_iter().chain(steps.enumerate().map(|(n, step)| step.text(HEAD + n as u64, |_| true)))
}

/// The states and the package.
fn head() -> [String; HEAD as usize] {
    [
        state(0, "kaz", "KAZ"),
        state(1, "fra", "FRA"),
        format!(
            r#"{{"command":"AnnouncePackage","command_id":"{}","data":{{"package_id":"{PACKAGE}","titles":{{"en":"State visit"}},"occasion":{{"en":"State visit"}},"parties":["kaz","fra"],"anchor_date":"2024-01-10"}}}}"#,
            command_id(2)
        ),
    ]
}

fn state(number: u64, id: &str, country: &str) -> String {
    let id_of = command_id(number);
    format!(
        r#"{{"command":"RegisterParty","command_id":"{id_of}","occurred_on":"2024-01-01","data":{{"party_id":"{id}","kind":"state","names":{{"en":"{country}"}},"country":"{country}"}}}}"#
    )
}

/// One command about a commitment.
#[derive(Debug, Clone, Copy)]
enum Step {
    Make {
        commitment: u64,
    },
    Plan {
        commitment: u64,
        milestone: u64,
    },
    Achieve {
        commitment: u64,
        milestone: u64,
    },
    /// The claim was made `back` commands before.
    Confirm {
        commitment: u64,
        back: u64,
    },
}

/// The steps of a block. A claim is confirmed right after all milestones of the same number were achieved.
fn block(first: u64, end: u64) -> impl Iterator<Item = Step> {
    let with = move |milestone: u64| (first..end).filter(move |c| milestones(*c) > milestone);
    let make = (first..end).map(|commitment| Step::Make { commitment });
    let plan = (0..MILESTONES_MAX)
        .flat_map(move |milestone| with(milestone).map(move |commitment| Step::Plan { commitment, milestone }));
    let kept = (0..MILESTONES_MAX).flat_map(move |milestone| {
        let back = with(milestone).count() as u64;
        let achieve = with(milestone).map(move |commitment| Step::Achieve { commitment, milestone });
        achieve.chain(with(milestone).map(move |commitment| Step::Confirm { commitment, back }))
    });
    make.chain(plan).chain(kept)
}

impl Step {
    /// The command as JSON, its number as its id.
    fn text(self, number: u64, of_package: impl Fn(u64) -> bool) -> String {
        let id = command_id(number);
        match self {
            Self::Make { commitment } => {
                let package = if of_package(commitment) {
                    format!(r#""package_id":"{PACKAGE}","sectors":[{{"scheme":"dac","code":"{SECTOR}"}}],"#)
                } else {
                    String::new()
                };
                let c = commitment_id(commitment);
                format!(
                    r#"{{"command":"MakeCommitment","command_id":"{id}","occurred_on":"2024-01-10","data":{{"commitment_id":"{c}",{package}"obligors":["fra"],"beneficiaries":["kaz"],"modality":"works","statement":{{"en":"The side will deliver what was agreed under number {c}"}},"value_status":"unknown","planned_start":"2024-01-15","planned_end":"2025","weight":"1","verifiable":true,"counts_toward_totals":true}}}}"#
                )
            }
            Self::Plan { commitment, milestone } => format!(
                r#"{{"command":"PlanMilestone","command_id":"{id}","occurred_on":"2024-01-10","data":{{"commitment_id":"{}","milestone_id":"m{milestone}","titles":{{"en":"Stage {milestone} handed over"}},"milestone_type":"delivery","due":"2024-Q{}","weight":"2"}}}}"#,
                commitment_id(commitment),
                milestone % 4 + 1
            ),
            Self::Achieve { commitment, milestone } => format!(
                r#"{{"command":"AchieveMilestone","command_id":"{id}","reported_by":"fra","evidence":[{{"title":"Protocol of acceptance"}}],"data":{{"commitment_id":"{}","milestone_id":"m{milestone}","achieved_on":"2024-0{}-20"}}}}"#,
                commitment_id(commitment),
                milestone % 9 + 1
            ),
            Self::Confirm { commitment, back } => format!(
                r#"{{"command":"ConfirmClaim","command_id":"{id}","reported_by":"kaz","data":{{"commitment_id":"{}","claim_event_id":"{}.1","by_party":"kaz"}}}}"#,
                commitment_id(commitment),
                command_id(number - back)
            ),
        }
    }
}

/// Further commands for writers that work at the same time, each on commitments of its own, which are not the ledger's:
/// a milestone is planned, achieved and confirmed, then the next one.
pub(super) struct Further {
    /// The number of the first commitment that is worked on.
    first: u64,
    /// For each commitment, the command that made the last claim, and how many steps were made.
    commitments: Vec<(u64, u64)>,
    next_turn: u64,
    next_number: u64,
}

/// The first of the further commitments and commands, far from the ledger's own.
pub(super) const FURTHER: u64 = 1 << 40;

impl Further {
    /// Commitments and commands numbered from `first` on; there are none before [`Further::renew`].
    pub(super) fn beyond(first: u64) -> Self {
        Self { first, commitments: Vec::new(), next_turn: 0, next_number: first }
    }

    /// Goes on with so many new commitments, and gives the commands that make them.
    pub(super) fn renew(&mut self, count: u64) -> Vec<String> {
        self.first += self.commitments.len() as u64;
        self.commitments = (0..count).map(|_| (0, 0)).collect();
        self.next_turn = 0;
        let number = self.next_number;
        self.next_number += count;
        (0..count).map(|n| Step::Make { commitment: self.first + n }.text(number + n, |_| false)).collect()
    }

    /// For each of `writers`, its next commands as texts. Each commitment is one writer's alone.
    pub(super) fn texts(&mut self, writers: u64, each: u64) -> Vec<Vec<String>> {
        let share = self.commitments.len() as u64 / writers;
        let first = self.next_turn;
        self.next_turn += each;
        let of_writer = |writer: u64| (first..first + each).map(move |turn| writer * share + turn % share);
        (0..writers).map(|writer| of_writer(writer).filter_map(|place| self.text(place)).collect()).collect()
    }

    fn text(&mut self, place: u64) -> Option<String> {
        let number = self.next_number;
        self.next_number += 1;
        let (claim, steps) = self.commitments.get_mut(usize::try_from(place).ok()?)?;
        let (commitment, milestone) = (self.first + place, *steps / 3);
        let step = match *steps % 3 {
            0 => Step::Plan { commitment, milestone },
            1 => {
                *claim = number;
                Step::Achieve { commitment, milestone }
            }
            _ => Step::Confirm { commitment, back: number - *claim },
        };
        *steps += 1;
        Some(step.text(number, |_| false))
    }
}

/// The command that a text holds.
pub(super) fn request(text: &str) -> Result<Request> {
    Request::parse(text.as_bytes()).map_err(|error| anyhow!("the bench's own command does not read: {error:?}: {text}"))
}
