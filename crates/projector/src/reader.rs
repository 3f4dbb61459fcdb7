//! Reading at one date and one moment of knowledge: facts of streams, and streams by what they concern.

use std::sync::Arc;

use rusqlite::Connection;
use servanda_events::Fact;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{Family, Position, StreamId};

use crate::cache::{Form, FormCache, StreamForms};
use crate::error::ProjectorError;
use crate::read_db::{self, Found, NamedStream, Wanted};
use crate::texts;

/// The two clocks of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// What was so by this date.
    pub as_of: LedgerDate,
    /// As known at this position of the log.
    pub known_at: Position,
}

/// A connection that reads at one [`At`].
pub struct Reader<'a> {
    connection: &'a Connection,
    cache: &'a FormCache,
    at: At,
    /// The position up to which the log is applied in what the connection sees.
    applied: Position,
}

impl<'a> Reader<'a> {
    /// A reader on a connection that sees one moment.
    pub(crate) fn new(connection: &'a Connection, cache: &'a FormCache, at: At, applied: Position) -> Self {
        Self { connection, cache, at, applied }
    }

    /// The date and the moment of knowledge, the latter capped at what is applied.
    pub fn at(&self) -> At {
        self.at
    }

    pub(crate) fn forms(&self, stream: i64) -> Result<StreamForms, ProjectorError> {
        if let Some(forms) = self.cache.get(stream) {
            return Ok(forms);
        }
        let forms: StreamForms = read_db::forms(self.connection, stream)?.into();
        self.cache.keep(stream, self.applied, &forms);
        Ok(forms)
    }

    /// The facts of a stream that were known, whatever their date.
    pub(crate) fn known(&self, stream: &NamedStream) -> Result<Vec<Arc<Fact>>, ProjectorError> {
        let known_at = self.at.known_at;
        let forms = self.forms(stream.id)?;
        let known = forms.iter().filter(|form| form.known_from <= known_at && known_at < form.known_to);
        Ok(known.map(|form| Arc::clone(&form.fact)).collect())
    }

    /// The facts of a stream that were known and so by the date.
    pub(crate) fn facts(&self, stream: &NamedStream) -> Result<Vec<Arc<Fact>>, ProjectorError> {
        let mut facts = self.known(stream)?;
        facts.retain(|fact| fact.occurred_on.earliest <= self.at.as_of);
        Ok(facts)
    }

    /// Of the forms of a stream's facts, those that were known and so by the date.
    pub(crate) fn in_effect<'f>(&self, forms: &'f [Form]) -> impl Iterator<Item = &'f Fact> + use<'f> {
        let At { as_of, known_at } = self.at;
        let known = move |form: &&Form| form.known_from <= known_at && known_at < form.known_to;
        let facts = forms.iter().filter(known).map(|form| form.fact.as_ref());
        facts.filter(move |fact| fact.occurred_on.earliest <= as_of)
    }

    /// The same for who reads every stream just once: what others read lately stays in memory.
    pub(crate) fn facts_once(&self, stream: &NamedStream) -> Result<Vec<Arc<Fact>>, ProjectorError> {
        let At { as_of, known_at } = self.at;
        let known = |form: &Form| form.known_from <= known_at && known_at < form.known_to;
        let so = |form: &Form| known(form) && form.fact.occurred_on.earliest <= as_of;
        let forms = read_db::forms(self.connection, stream.id)?;
        Ok(forms.into_iter().filter(so).map(|form| form.fact).collect())
    }

    /// The streams of local ids.
    pub(crate) fn streams_of(&self, ids: &[i64]) -> Result<Vec<NamedStream>, ProjectorError> {
        ids.iter().map(|id| read_db::named_stream(self.connection, *id)).collect()
    }

    /// A stream by its name, if it has facts at all.
    pub(crate) fn stream(&self, name: &StreamId) -> Result<Option<NamedStream>, ProjectorError> {
        let id = read_db::stream_id(self.connection, name)?;
        Ok(id.map(|id| NamedStream { id, name: name.clone() }))
    }

    /// Streams of a family after a name, in the order of their names.
    pub(crate) fn streams(
        &self,
        family: Family,
        after: &str,
        limit: usize,
    ) -> Result<Vec<NamedStream>, ProjectorError> {
        read_db::streams(self.connection, family, after, limit)
    }

    /// Streams of a family that a thing is linked with, as known.
    pub(crate) fn linked(&self, target: &str, family: Family) -> Result<Vec<NamedStream>, ProjectorError> {
        read_db::linked(self.connection, target, family, self.at.known_at)
    }

    /// Whether a link of an agreement or a commitment with a thing that is so by the date became known, read otherwise
    /// or was taken back after a position.
    pub(crate) fn relinked(&self, target: &str, since: Position) -> Result<bool, ProjectorError> {
        let At { as_of, known_at } = self.at;
        let since = |position: Position| since < position && position <= known_at;
        for stream in read_db::ever_linked(self.connection, target)? {
            let changed = self.forms(stream)?.iter().any(|form| {
                form.fact.occurred_on.earliest <= as_of
                    && (since(form.known_from) || since(form.known_to))
                    && texts::links(&form.fact.event).iter().any(|link| link == target)
            });
            if changed {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn found(&self, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, ProjectorError> {
        read_db::search(self.connection, wanted, self.at.known_at, limit)
    }
}
