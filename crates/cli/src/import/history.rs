//! A recorded history, played with its own times of recording.
//!
//! As the demo does, it is recorded on a log in memory whose clock follows the rows, and then taken over byte for byte
//! by a ledger of a name of its own: `docs/decisions/0017-a-recorded-history-is-played.md`. Ids and bytes come out the
//! same every time, so that a history that grew since adds its new end. Each row is answered by what the ledger took
//! over of it: what it had before is left as it is.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use servanda_api::change::{Change, fill_old};
use servanda_events::ids::Position;
use servanda_interop::mapping::Replay;
use servanda_interop::{Row, Source};
use servanda_log::{Clock, Ids, Log, TransactError};

use crate::args::ImportArgs;
use crate::ending::{conflict, usage};
use crate::settings::Settings;

use super::recording::{is_mended, may_differ, told};
use super::report::{Line, Report, Status};
use super::{Input, compared};

/// Most rows of a history; they are put in order in memory.
const ROWS_MAX: usize = 200_000;

/// Plays the rows and takes the entries over.
pub(super) async fn play(
    input: &Input,
    replay: &Replay,
    args: &ImportArgs,
    settings: &Settings,
    report: &mut Report,
) -> Result<()> {
    if settings.ledger()?.is_some_and(|other| other != replay.ledger) {
        return Err(usage(format!(
            "this history is played into a ledger called `{}`; leave data.ledger out",
            replay.ledger
        )));
    }
    let mut rows = input.rows()?.take(ROWS_MAX + 1).collect::<Result<Vec<Row>, _>>()?;
    ensure!(rows.len() <= ROWS_MAX, "a history of more than {ROWS_MAX} rows cannot be played; split it");
    let known = Log::open_read_only(&settings.data.dir, &settings.log(), Clock::System)?;
    if let Some(other) = known.as_ref().map(Log::ledger).filter(|other| **other != replay.ledger) {
        let dir = settings.data.dir.display();
        return Err(conflict(format!(
            "the ledger in {dir} is called `{other}`, and this history is played into one called `{}`; give an empty \
             folder after --data",
            replay.ledger
        )));
    }
    let there = known.as_ref().map_or(0, Log::head);
    let begin = rows.iter().filter_map(|row| row.recorded_at).min().context("no row says when it was recorded")?;
    rows.sort_by_key(|row| row.recorded_at.unwrap_or(begin));
    let clock = Clock::fixed(begin);
    let played = Log::memory(replay.ledger.clone(), clock.clone(), Ids::stepping());
    let mut lines = Vec::new();
    for row in rows {
        clock.set(row.recorded_at.unwrap_or(begin));
        lines.push(record((&played, there), row, input.source(), args, report).await?);
    }
    if let Some(known) = &known {
        added(&played, known, &settings.data.dir)?;
    }
    drop(known);
    if !args.dry_run {
        take_over(&played, replay, settings).await?;
    }
    lines.iter().try_for_each(|line| report.print(line))
}

/// Records a row; entries up to position `there` are none of the ledger's new ones.
async fn record(
    (log, there): (&Log, Position),
    row: Row,
    source: &Source,
    args: &ImportArgs,
    report: &Report,
) -> Result<Line> {
    let name = format!("{}, row {} ({})", source.name, row.number, row.id.as_deref().unwrap_or_default());
    let words = report.words();
    let mut line = Line::of(&row, words);
    for mut wish in row.wishes {
        if wish.old_from_ledger && !fill_old(log, &mut wish)? {
            continue;
        }
        let mut status = Status::Created;
        let mut answer = log.transact(&wish.request, &args.actor).await;
        let look_again = match &answer {
            Ok(outcome) => outcome.repeated && may_differ(&wish) && is_mended(log, outcome)?,
            Err(error) => matches!(error, TransactError::CommandIdReused { .. }),
        };
        if look_again && !wish.shared {
            match compared(log, &wish, source, &name)? {
                Change::Same => continue,
                Change::MendedSince(remark) => {
                    line.remark(&wish.what, remark);
                    continue;
                }
                Change::Correct(correction) => {
                    status = Status::Changed;
                    answer = log.transact(&correction, &args.actor).await;
                }
                Change::OfSomethingElse => {}
            }
        }
        match answer {
            Ok(outcome) if outcome.entries.iter().all(|entry| entry.fact.position <= there) => {}
            Ok(outcome) => line.recorded(&wish.what, &outcome, status, words),
            Err(error) => {
                if let Some(problem) = told(&wish, error)? {
                    let column = problem.pointer().and_then(|pointer| wish.column(pointer));
                    line.refused(&wish.what, column, &problem, words);
                }
            }
        }
    }
    Ok(line)
}

/// The played entries that a ledger does not have; the ones that it has must be the same.
fn added(played: &Log, log: &Log, dir: &Path) -> Result<Vec<Vec<u8>>> {
    let other = || {
        let told = format!("the ledger in {} does not hold the beginning of this history", dir.display());
        conflict(format!("{told}; give an empty folder after --data"))
    };
    let there = log.head();
    if there > played.head() {
        return Err(other());
    }
    let mut new = Vec::new();
    for entry in played.read(0, usize::MAX)? {
        let position = new.len() as u64 + 1;
        new.push(entry.bytes.into_vec());
        if position <= there && log.entry(position)?.is_none_or(|known| *known.bytes != *new[new.len() - 1]) {
            return Err(other());
        }
    }
    Ok(new.split_off(usize::try_from(there)?))
}

/// Adds the played entries that the ledger does not have.
async fn take_over(played: &Log, replay: &Replay, settings: &Settings) -> Result<()> {
    let dir = &settings.data.dir;
    let log = Log::open(dir, Some(replay.ledger.clone()), settings.log(), Clock::System, Ids::System)?;
    let appended = match added(played, &log, dir) {
        Ok(new) if new.is_empty() => Ok(()),
        Ok(new) => log.append_exact(new).await.map_err(Into::into),
        Err(error) => Err(error),
    };
    let closed = log.close().await;
    appended?;
    Ok(closed?)
}
