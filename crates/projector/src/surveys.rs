//! Surveys that were made lately, and what changed since: the next one reads anew only the streams that did, and at
//! another date those that read otherwise there.
//!
//! The same question at the same two clocks has the same answer, so what is kept is never wrong, only unused.
//! Deliberately absent: what a survey holds ([`crate::survey`]).

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;

use crate::error::ProjectorError;
use crate::mergers::Mergers;
use crate::progress::Outline;
use crate::read_db::NamedStream;
use crate::read_model::ReadModel;
use crate::reader::{At, Reader};
use crate::rollups::Over;
use crate::survey::{Rows, Survey};

/// Surveys kept at most: today's, and those of looks at other dates.
const SURVEYS_MAX: usize = 4;
/// Promises in all of them together, at most, beyond the two that were asked for last.
const PROMISES_MAX: usize = 400_000;
/// Streams that are worth a thread of their own.
const STREAMS_PER_THREAD: usize = 100;
/// Commitments whose figures are computed from their facts for a page, where a survey would have to be made first;
/// those of more are counted in one.
const ROLLUP_MAX: usize = 1_000;
/// The same where the survey is at hand: it counts more of them sooner than their facts are read.
const ROLLUP_BESIDE_SURVEY_MAX: usize = 100;

/// The surveys of one build of the read model.
pub(crate) struct Surveys {
    /// Held while one is made, so that those who ask for the same at the same time wait for one.
    making: Mutex<()>,
    kept: Mutex<Kept>,
}

struct Kept {
    /// The one that was asked for last stands last.
    surveys: Vec<Arc<Survey>>,
    /// For each stream that changed since `since`, the last position at which it did.
    changed: HashMap<i64, Position>,
    since: Position,
    /// What was seen to have so many commitments that they are counted in the survey: they need not be listed again.
    wide: HashSet<Over>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Surveys {
    /// None yet; what changes after `since` is noted.
    pub(crate) fn new(since: Position) -> Self {
        let kept = Kept { surveys: Vec::new(), changed: HashMap::new(), since, wide: HashSet::new() };
        Self { making: Mutex::new(()), kept: Mutex::new(kept) }
    }

    /// Notes the streams that changed up to a position.
    pub(crate) fn advance(&self, position: Position, changed: &HashSet<i64>) {
        let mut kept = lock(&self.kept);
        if kept.surveys.is_empty() {
            // Nobody has asked yet: there is nothing that could be brought up to date.
            kept.since = position;
            kept.changed.clear();
        } else {
            kept.changed.extend(changed.iter().map(|stream| (*stream, position)));
        }
    }

    fn found(&self, at: At) -> Option<Arc<Survey>> {
        let mut kept = lock(&self.kept);
        let place = kept.surveys.iter().position(|survey| survey.at() == at)?;
        let survey = kept.surveys.remove(place);
        kept.surveys.push(Arc::clone(&survey));
        Some(survey)
    }

    /// The survey at hand, where what is asked for was seen to have very many commitments.
    fn found_for(&self, over: &Over, at: At) -> Option<Arc<Survey>> {
        let is_wide = lock(&self.kept).wide.contains(over);
        is_wide.then(|| self.found(at)).flatten()
    }

    /// The survey from which one at `at` is made with the least reading, with the streams that are to be read: those
    /// that changed since, and those that read otherwise at its date.
    fn base(&self, at: At, mergers: &Mergers) -> Option<(Arc<Survey>, Vec<i64>)> {
        let with_stale = |(survey, mut stale): (Arc<Survey>, Vec<i64>)| {
            stale.extend(survey.rows().otherwise_at(at.as_of));
            stale.sort_unstable();
            stale.dedup();
            (survey, stale)
        };
        // Where other parties are one, whose word an answer is may differ in any row.
        let alike = |(survey, _): &(Arc<Survey>, Vec<i64>)| survey.rows().mergers() == mergers;
        self.bases(at).into_iter().filter(alike).map(with_stale).min_by_key(|(_, stale)| stale.len())
    }

    /// The surveys that can be brought up to date, each with the streams that changed since.
    fn bases(&self, at: At) -> Vec<(Arc<Survey>, Vec<i64>)> {
        let kept = lock(&self.kept);
        let older = |survey: &&Arc<Survey>| kept.since <= survey.at().known_at && survey.at().known_at <= at.known_at;
        let with_changed = |survey: &Arc<Survey>| {
            let since = survey.at().known_at;
            let changed = kept.changed.iter().filter(|(_, position)| **position > since).map(|(stream, _)| *stream);
            (Arc::clone(survey), changed.collect())
        };
        kept.surveys.iter().filter(older).map(with_changed).collect()
    }

    fn keep(&self, survey: &Arc<Survey>) {
        let mut kept = lock(&self.kept);
        // Of one date only the newest can be a base; an older one of today is not asked for again.
        kept.surveys.retain(|of| of.at().as_of != survey.at().as_of || of.at().known_at > survey.at().known_at);
        kept.surveys.push(Arc::clone(survey));
        let promises = |kept: &Kept| kept.surveys.iter().map(|of| of.rows().len()).sum::<usize>();
        while kept.surveys.len() > SURVEYS_MAX || kept.surveys.len() > 2 && promises(&kept) > PROMISES_MAX {
            kept.surveys.remove(0);
        }
        let oldest = kept.surveys.iter().map(|survey| survey.at().known_at).filter(|at| *at >= kept.since).min();
        if let Some(oldest) = oldest {
            kept.changed.retain(|_, position| *position > oldest);
        }
    }
}

impl ReadModel {
    /// The survey at a date and a moment of knowledge. The first one reads every promise, on all processors; the next
    /// ones only what changed, and at another date what reads otherwise there.
    pub fn survey(&self, at: At) -> Result<Arc<Survey>, ProjectorError> {
        let surveys = self.surveys();
        let at = At { known_at: at.known_at.min(self.position()), ..at };
        if let Some(found) = surveys.found(at) {
            return Ok(found);
        }
        let _making = lock(&surveys.making);
        if let Some(found) = surveys.found(at) {
            return Ok(found);
        }
        let mergers = self.at(at, |reader| reader.mergers())?;
        let (kept, streams) = match surveys.base(at, &mergers) {
            Some((base, stale)) => {
                let streams = self.at(at, |reader| reader.streams_of(&stale))?;
                (base.rows().clone().without(&streams), streams)
            }
            None => (Rows::after(&mergers), self.at(at, |reader| reader.surveyed_streams())?),
        };
        let survey = Arc::new(Survey::of(at, self.read_rows(at, kept, &streams)?));
        surveys.keep(&survey);
        Ok(survey)
    }

    /// Rows, with those of streams that are read, on all processors where there are many.
    fn read_rows(&self, at: At, mut rows: Rows, streams: &[NamedStream]) -> Result<Rows, ProjectorError> {
        // Facts after the date are read as well: they say how long a row stays as it is.
        let ever = At { as_of: LedgerDate::new(9999, 12, 31).unwrap_or(at.as_of), ..at };
        let mergers = &rows.mergers().clone();
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let share = streams.len().div_ceil(threads).max(STREAMS_PER_THREAD);
        std::thread::scope(|scope| {
            let work = |streams| move || self.at(ever, |reader| Rows::of(reader, streams, at.as_of, mergers));
            let handles: Vec<_> = streams.chunks(share).map(|streams| scope.spawn(work(streams))).collect();
            for handle in handles {
                rows.add(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(rows)
        })
    }

    /// What a page shows of a roll-up, with so many commitments, at the clocks of a reader; none where there is no
    /// roll-up. It is taken from the roll-up, or counted in the survey where there are so many commitments that
    /// computing their figures would take longer: sooner where the survey is at hand. Both say the same.
    pub fn outline(
        &self,
        reader: &Reader<'_>,
        over: &Over,
        lines_max: usize,
    ) -> Result<Option<Outline>, ProjectorError> {
        self.outline_beyond((ROLLUP_MAX, ROLLUP_BESIDE_SURVEY_MAX), reader, over, lines_max)
    }

    fn outline_beyond(
        &self,
        (rollup_max, beside_survey_max): (usize, usize),
        reader: &Reader<'_>,
        over: &Over,
        lines_max: usize,
    ) -> Result<Option<Outline>, ProjectorError> {
        let Some(asked) = reader.asked(over)? else { return Ok(None) };
        let surveys = self.surveys();
        if let Some(survey) = surveys.found_for(over, reader.at()) {
            return Ok(Some(survey.outline(over, lines_max)));
        }
        let members = reader.members(over, &asked)?;
        if members.len() > beside_survey_max {
            lock(&surveys.kept).wide.insert(over.clone());
        }
        let survey = match members.len() {
            few if few <= beside_survey_max => None,
            some if some <= rollup_max => surveys.found(reader.at()),
            _ => Some(self.survey(reader.at())?),
        };
        Ok(Some(match survey {
            Some(survey) => survey.outline(over, lines_max),
            None => Outline::of_rollup(&reader.rollup_of(over, &asked, &members)?, lines_max),
        }))
    }
}

#[cfg(test)]
#[path = "surveys_tests.rs"]
mod tests;
