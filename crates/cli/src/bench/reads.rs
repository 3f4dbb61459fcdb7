//! P7: reading one commitment, and the figures of a package of 1,000 commitments at now and at a past moment of
//! knowledge. P8, for reads: the same on a small ledger and on the large one, single commitments among the 1,000 of the
//! package, since what people look at on a day does not grow with the ledger.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use servanda_events::ids::{CommitmentId, PackageId};
use servanda_projector::{At, Over, ReadModel};

use super::Sizes;
use super::bulk::open;
use super::ledger::{PACKAGE, PACKAGE_COMMITMENTS, commitment_id, commitments};
use super::report::{Goal, Line, Unit, quantile};

/// Commitments read in one round.
const COMMITMENTS_READ: u64 = 10_000;
/// Packages read in one round.
const PACKAGES_READ: u64 = 100;
/// A prime beside which the number of commitments has no divisor, so that its multiples visit all in no order.
const STRIDE: u64 = 7_919;

/// A ledger that is read.
pub(super) struct Library {
    model: ReadModel,
    now: At,
    past: At,
    commitments: u64,
    visited: u64,
    sizes: Sizes,
}

impl Library {
    pub(super) fn open(dir: &Path, entries: u64, sizes: Sizes) -> Result<Self> {
        let log = open(dir)?;
        let (model, _) = ReadModel::open(dir, &log, |_| {})?;
        let as_of = log.now().date();
        let at = |known_at| At { as_of, known_at };
        let (now, past) = (at(log.head()), at(entries / 2));
        Ok(Self { model, now, past, commitments: commitments(entries), visited: 0, sizes })
    }

    /// How long it took to read each of many commitments, with its figures.
    fn commitments(&mut self) -> Result<Vec<Duration>> {
        self.commitments_by(1)
    }

    /// The same for those of the package alone.
    fn commitments_of_package(&mut self) -> Result<Vec<Duration>> {
        self.commitments_by(self.commitments / PACKAGE_COMMITMENTS)
    }

    /// Reads commitments whose numbers are multiples of `every`.
    fn commitments_by(&mut self, every: u64) -> Result<Vec<Duration>> {
        (0..self.sizes.of(COMMITMENTS_READ))
            .map(|_| {
                self.visited += STRIDE;
                let id: CommitmentId = commitment_id(self.visited * every % self.commitments).parse()?;
                let begun = Instant::now();
                let found = self.model.at(self.now, |reader| {
                    let view = reader.commitment(&id)?;
                    Ok((view, reader.commitment_progress(&id)?))
                })?;
                let took = begun.elapsed();
                found.0.zip(found.1).with_context(|| format!("commitment {id} of the bench is not there"))?;
                Ok(took)
            })
            .collect()
    }

    /// How long it took to read the figures of the package, again and again.
    fn packages(&self, at: At) -> Result<Vec<Duration>> {
        let over = Over::Package(PACKAGE.parse::<PackageId>()?);
        (0..self.sizes.of(PACKAGES_READ))
            .map(|_| {
                let begun = Instant::now();
                let rollup = self.model.at(at, |reader| reader.rollup(&over))?;
                let took = begun.elapsed();
                let identified = rollup.context("the package of the bench is not there")?.counts.identified as u64;
                ensure!(at != self.now || identified == PACKAGE_COMMITMENTS, "{identified} commitments in the package");
                Ok(took)
            })
            .collect()
    }
}

/// What is read, the most milliseconds that it may take, whether it is compared with the small ledger, and the reading.
type Reading = (&'static str, Option<f64>, bool, fn(&mut Library) -> Result<Vec<Duration>>);

const READINGS: [Reading; 4] = [
    ("one commitment with its figures", Some(1.0), false, Library::commitments),
    ("one commitment of the package", None, true, Library::commitments_of_package),
    ("package of 1,000 commitments, now", Some(10.0), true, |library| library.packages(library.now)),
    ("package of 1,000 commitments, past", Some(20.0), true, |library| library.packages(library.past)),
];

/// Reads from both ledgers in turn.
pub(super) fn measure(large: &mut Library, small: &mut Library, sizes: Sizes) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (what, goal, grows, read) in READINGS {
        let (mut middles, mut tails, mut growth) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=sizes.rounds {
            let (mut large, mut small) = (read(large)?, read(small)?);
            if round > 0 {
                middles.push(quantile(&mut large, 500));
                tails.push(quantile(&mut large, 990));
                growth.push((quantile(&mut large, 500), quantile(&mut small, 500)));
            }
        }
        if let Some(goal) = goal {
            lines.push(Line::alone("P7", format!("{what}, p50"), Unit::Milliseconds, &middles, Goal::None));
            lines.push(Line::alone("P7", format!("{what}, p99"), Unit::Milliseconds, &tails, Goal::AtMost(goal)));
        }
        if grows {
            let what = format!("{what}, p50, large beside small");
            lines.push(Line::beside("P8", what, Unit::Milliseconds, &growth, Goal::AtMost(1.5)));
        }
    }
    Ok(lines)
}
