//! A package of 10,000 commitments with 50,000 milestones: its figures at now and at a past moment of knowledge; beside
//! a plain aggregate of SQL over the same milestones, which knows a mean of completion and a count of what is late and
//! nothing of what is behind them.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, named_params, params};
use servanda_events::Event;
use servanda_events::ids::{ActorId, PackageId};
use servanda_log::Log;
use servanda_projector::{At, Over, ReadModel};

use super::bulk::{self, open};
use super::ledger::{self, PACKAGE};
use super::report::{Goal, Line, Unit, quantile};
use super::{Sizes, folder};

const COMMITMENTS: u64 = 10_000;
const MILESTONES: u64 = 5;
/// Milestones of each commitment that are achieved.
const ACHIEVED: u64 = 2;
/// Entries read at a time.
const PAGE: usize = 10_000;

/// The same milestones, one row each.
fn rows(log: &Log) -> Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(
        "CREATE TABLE milestone (commitment TEXT, milestone TEXT, weight INTEGER, due TEXT, planned_at INTEGER, \
         achieved TEXT, achieved_at INTEGER, PRIMARY KEY (commitment, milestone)) STRICT, WITHOUT ROWID;",
    )?;
    let transaction = connection.unchecked_transaction()?;
    let mut position = 0;
    loop {
        let page = log.read(position, PAGE)?;
        let Some(last) = page.last() else { break };
        position = last.position;
        for entry in &page {
            let recorded = entry.decode()?;
            let at = i64::try_from(entry.position)?;
            match &recorded.fact.event {
                Event::MilestonePlanned(e) => {
                    let due = e.due.as_ref().map(|due| due.latest.to_string());
                    let (commitment, milestone) = (e.commitment_id.as_str(), e.milestone_id.as_str());
                    transaction
                        .prepare_cached("INSERT INTO milestone VALUES (?1, ?2, 2, ?3, ?4, NULL, NULL)")?
                        .execute(params![commitment, milestone, due, at])?;
                }
                Event::MilestoneAchieved(e) => {
                    let achieved = e.achieved_on.latest.to_string();
                    let (commitment, milestone) = (e.commitment_id.as_str(), e.milestone_id.as_str());
                    transaction
                        .prepare_cached(
                            "UPDATE milestone SET achieved = ?3, achieved_at = ?4 WHERE commitment = ?1 AND milestone = ?2",
                        )?
                        .execute(params![commitment, milestone, achieved, at])?;
                }
                _ => {}
            }
        }
    }
    transaction.commit()?;
    Ok(connection)
}

/// How many commitments there are and how many milestones are late; their mean completion is computed too.
fn aggregate(connection: &Connection, at: At) -> Result<(usize, usize)> {
    let (commitments, _mean, late): (i64, f64, i64) = connection
        .prepare_cached(
            "SELECT count(*), avg(completion), sum(late) FROM (SELECT \
               1.0 * sum(CASE WHEN achieved <= :as_of AND achieved_at <= :known_at THEN weight ELSE 0 END) / sum(weight) \
                 AS completion, \
               sum(due < :as_of AND NOT (achieved IS NOT NULL AND achieved <= :as_of AND achieved_at <= :known_at)) AS late \
             FROM milestone WHERE planned_at <= :known_at GROUP BY commitment)",
        )?
        .query_row(
            named_params! { ":as_of": at.as_of.to_string(), ":known_at": i64::try_from(at.known_at)? },
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
    Ok((usize::try_from(commitments)?, usize::try_from(late)?))
}

/// Rounds of ours and of the aggregate in turn, on a ledger of its own.
pub(super) async fn measure(dir: &Path, sizes: Sizes, actor: &ActorId) -> Result<Vec<Line>> {
    let dir = folder(dir, "wide")?;
    let commitments = sizes.of(COMMITMENTS);
    let lines: Vec<String> = ledger::wide(commitments, MILESTONES, ACHIEVED).collect();
    let (commands, entries) = (dir.join("commands.ndjson"), lines.len() as u64);
    std::fs::write(&commands, lines.join("\n") + "\n").context("the throw-away directory cannot be written")?;
    bulk::record(&dir, &commands, entries, actor).await?;
    let log = open(&dir)?;
    let (model, _) = ReadModel::open(&dir, &log, |_| {})?;
    let beside = rows(&log)?;
    let over = Over::Package(PACKAGE.parse::<PackageId>()?);
    let (as_of, head) = (log.now().date(), log.head());
    let mut found = Vec::new();
    for (what, known_at) in [("now", head), ("past", head * 9 / 10)] {
        let at = At { as_of, known_at };
        let mut rounds = Vec::new();
        for round in 0..=sizes.rounds {
            let begun = Instant::now();
            let rollup =
                model.at(at, |reader| reader.rollup(&over))?.context("the package of the bench is not there")?;
            let ours = quantile(&mut [begun.elapsed()], 500);
            let begun = Instant::now();
            let (identified, late) = aggregate(&beside, at)?;
            let limit = quantile(&mut [begun.elapsed()], 500);
            ensure!(
                (rollup.counts.identified, rollup.overdue.len()) == (identified, late),
                "the aggregate finds {identified} commitments and {late} late milestones, the figures say {} and {}",
                rollup.counts.identified,
                rollup.overdue.len()
            );
            if round > 0 {
                rounds.push((ours, limit));
            }
        }
        let what = format!("package of {commitments} commitments with {} milestones, {what}", commitments * MILESTONES);
        found.push(Line::beside("", what, Unit::Milliseconds, &rounds, Goal::None));
    }
    Ok(found)
}
