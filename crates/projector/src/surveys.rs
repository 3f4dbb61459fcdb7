//! Surveys that were made lately, and what changed since: the next one reads anew only the streams that did.
//!
//! The same question at the same two clocks has the same answer, so what is kept is never wrong, only unused.
//! Deliberately absent: what a survey holds ([`crate::survey`]).

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use servanda_events::ids::Position;

use crate::error::ProjectorError;
use crate::read_model::ReadModel;
use crate::reader::At;
use crate::survey::{FAMILIES, Rows, Survey};

/// Surveys kept at most: today's, and those of looks at the past.
const SURVEYS_MAX: usize = 4;

/// The surveys of one build of the read model.
pub(crate) struct Surveys {
    /// Held while one is made, so that those who ask for the same at the same time wait for one.
    making: Mutex<()>,
    kept: Mutex<Kept>,
}

struct Kept {
    /// The newest last.
    surveys: Vec<Arc<Survey>>,
    /// For each stream that changed since `since`, the last position at which it did.
    changed: HashMap<i64, Position>,
    since: Position,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Surveys {
    /// None yet; what changes after `since` is noted.
    pub(crate) fn new(since: Position) -> Self {
        let kept = Kept { surveys: Vec::new(), changed: HashMap::new(), since };
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
        lock(&self.kept).surveys.iter().find(|survey| survey.at() == at).cloned()
    }

    /// The newest survey that can be brought up to date, with the streams that changed since.
    fn base(&self, at: At) -> Option<(Arc<Survey>, Vec<i64>)> {
        let kept = lock(&self.kept);
        let older = |survey: &&Arc<Survey>| {
            let of = survey.at();
            of.as_of == at.as_of && kept.since <= of.known_at && of.known_at <= at.known_at
        };
        let base = kept.surveys.iter().filter(older).max_by_key(|survey| survey.at().known_at)?;
        let since = base.at().known_at;
        let changed = kept.changed.iter().filter(|(_, position)| **position > since).map(|(stream, _)| *stream);
        Some((Arc::clone(base), changed.collect()))
    }

    fn keep(&self, survey: &Arc<Survey>) {
        let mut kept = lock(&self.kept);
        // Of one date only the newest can be a base; an older one of today is not asked for again.
        kept.surveys.retain(|of| of.at().as_of != survey.at().as_of || of.at().known_at > survey.at().known_at);
        kept.surveys.push(Arc::clone(survey));
        if kept.surveys.len() > SURVEYS_MAX {
            kept.surveys.remove(0);
        }
        let oldest = kept.surveys.iter().map(|survey| survey.at().known_at).filter(|at| *at >= kept.since).min();
        if let Some(oldest) = oldest {
            kept.changed.retain(|_, position| *position > oldest);
        }
    }
}

impl ReadModel {
    /// The survey at a date and a moment of knowledge. The first of a date reads every promise, on all processors; the
    /// next ones only what changed.
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
        let rows = match surveys.base(at) {
            Some((base, changed)) => self.at(at, |reader| {
                let mut rows = base.rows().clone();
                rows.read(reader, &reader.streams_of(&changed)?)?;
                Ok(rows)
            })?,
            None => self.all_rows(at)?,
        };
        let survey = Arc::new(Survey::of(at, rows));
        surveys.keep(&survey);
        Ok(survey)
    }

    fn all_rows(&self, at: At) -> Result<Rows, ProjectorError> {
        let streams = self.at(at, |reader| {
            let mut streams = Vec::new();
            for family in FAMILIES {
                streams.extend(reader.all_streams(family)?);
            }
            Ok(streams)
        })?;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let share = streams.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let work = |streams| {
                move || {
                    self.at(at, |reader| {
                        let mut rows = Rows::default();
                        rows.read(reader, streams)?;
                        Ok(rows)
                    })
                }
            };
            let handles: Vec<_> = streams.chunks(share).map(|streams| scope.spawn(work(streams))).collect();
            let mut all = Rows::default();
            for handle in handles {
                all.add(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(all)
        })
    }
}
