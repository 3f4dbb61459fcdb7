//! What is asked, and asking it: the read model under the lock where nobody holds it, else beside whoever does.

use std::fmt;

use anyhow::{Result, anyhow};
use servanda_events::ids::Position;
use servanda_events::money::Currency;
use servanda_log::{Clock, Ids, Log, LogError};
use servanda_projector::progress::{CommitmentProgress, Rollup};
use servanda_projector::views::CommitmentView;
use servanda_projector::{At, Filter, Over, ProjectorError, Reader, look};

use crate::args::Kind;
use crate::ending::usage;
use crate::open;
use crate::settings::Settings;

/// Ids that are looked through for one that may have been meant.
const IDS_MAX: usize = 1_000;
/// Ids that are named where none is alike.
const IDS_SHOWN: usize = 10;
/// How alike two ids must be for one to be suggested for the other.
const ALIKE_MIN: f64 = 0.8;

/// What figures are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Commitment(servanda_events::ids::CommitmentId),
    Over(Over),
}

/// The figures.
pub(super) enum Answer {
    Commitment(Box<CommitmentProgress>, Option<Box<CommitmentView>>),
    Rollup(Box<Rollup>),
}

impl Subject {
    pub(super) fn of(kind: Kind, id: Option<&str>) -> Result<Self> {
        fn parsed<T: std::str::FromStr>(id: &str) -> Result<T> {
            id.parse().map_err(|_| usage(format!("`{id}` is no id; ids look like `paris-visit`")))
        }
        let id = match (kind, id) {
            (Kind::Ledger, None) => return Ok(Self::Over(Over::Ledger)),
            (Kind::Ledger, Some(id)) => return Err(usage(format!("the ledger needs no id; leave `{id}` out"))),
            (Kind::Sector, None) => return Err(usage("name the sector as SCHEME/CODE, for example `dac/111`")),
            (_, None) => return Err(usage("say whose figures: `servanda progress package paris-visit`")),
            (_, Some(id)) => id,
        };
        Ok(match kind {
            Kind::Commitment => Self::Commitment(parsed(id)?),
            Kind::Agreement => Self::Over(Over::Agreement(parsed(id)?)),
            Kind::Package => Self::Over(Over::Package(parsed(id)?)),
            Kind::Party => Self::Over(Over::Party(parsed(id)?)),
            Kind::Ledger => Self::Over(Over::Ledger),
            Kind::Sector => {
                let wrong = || usage(format!("`{id}` is no sector; name it as SCHEME/CODE, for example `dac/111`"));
                let (scheme, code) = id.split_once('/').ok_or_else(wrong)?;
                Self::Over(Over::Sector { scheme: scheme.to_owned(), code: code.to_owned() })
            }
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commitment(id) => write!(f, "commitment {id}"),
            Self::Over(Over::Package(id)) => write!(f, "package {id}"),
            Self::Over(Over::Agreement(id)) => write!(f, "agreement {id}"),
            Self::Over(Over::Party(id)) => write!(f, "party {id}"),
            Self::Over(Over::Sector { scheme, code }) => write!(f, "sector {scheme}/{code}"),
            Self::Over(Over::Ledger) => f.write_str("all commitments"),
        }
    }
}

/// The figures with the position up to which the read model has applied the log.
pub(super) fn ask(
    settings: &Settings,
    log: &Log,
    at: At,
    subject: &Subject,
    currency: Option<Currency>,
) -> Result<(Position, Answer)> {
    let dir = &settings.data.dir;
    let (applied, found) = match Log::open(dir, None, settings.log(), Clock::System, Ids::System) {
        Ok(held) => {
            let model = open::read_model(dir, &held, |_| ())?;
            (model.position(), model.at(at, |reader| read(reader, subject, currency))?)
        }
        Err(LogError::InUse { .. } | LogError::ReadOnly { .. }) => {
            look(dir, log, at, |reader| read(reader, subject, currency))?.ok_or_else(|| {
                anyhow!(
                    "there is no read model that fits yet, and {} is held by another process or may not be written; \
                     wait until that process has built it, or run `servanda rebuild`",
                    dir.display()
                )
            })?
        }
        Err(error) => return Err(error.into()),
    };
    match found {
        Ok(answer) => Ok((applied, answer)),
        Err(without) => Err(told(subject, at, applied, &without)),
    }
}

/// Why there are no figures.
enum Without {
    /// It is a prospect.
    Promise,
    /// It is not known; these are.
    Knowledge(Vec<String>),
}

/// The figures, or why there are none.
fn read(
    reader: &Reader<'_>,
    subject: &Subject,
    currency: Option<Currency>,
) -> Result<Result<Answer, Without>, ProjectorError> {
    match subject {
        Subject::Commitment(id) => {
            let view = reader.commitment(id)?.map(Box::new);
            Ok(match reader.commitment_progress_in(id, currency)? {
                Some(figures) => Ok(Answer::Commitment(Box::new(figures), view)),
                None if view.is_some() => Err(Without::Promise),
                None => Err(Without::Knowledge(ids(reader, subject)?)),
            })
        }
        Subject::Over(over) => Ok(match reader.rollup_in(over, currency)? {
            Some(rollup) => Ok(Answer::Rollup(Box::new(rollup))),
            None => Err(Without::Knowledge(ids(reader, subject)?)),
        }),
    }
}

fn ids(reader: &Reader<'_>, subject: &Subject) -> Result<Vec<String>, ProjectorError> {
    let all = Filter::default();
    Ok(match subject {
        Subject::Commitment(_) => {
            let items = reader.commitments(&all, "", IDS_MAX)?.items;
            items.into_iter().filter(|v| v.commitment.is_some()).map(|v| v.commitment_id.to_string()).collect()
        }
        Subject::Over(Over::Package(_)) => {
            reader.packages(&all, "", IDS_MAX)?.items.into_iter().map(|v| v.package.package_id.to_string()).collect()
        }
        Subject::Over(Over::Agreement(_)) => {
            let items = reader.agreements(&all, "", IDS_MAX)?.items;
            items.into_iter().map(|v| v.agreement.agreement_id.to_string()).collect()
        }
        Subject::Over(Over::Party(_)) => {
            reader.parties(&all, "", IDS_MAX)?.items.into_iter().map(|v| v.party.party_id.to_string()).collect()
        }
        Subject::Over(Over::Sector { .. } | Over::Ledger) => Vec::new(),
    })
}

fn told(subject: &Subject, at: At, applied: Position, without: &Without) -> anyhow::Error {
    let shown = subject.to_string();
    let (position, as_of) = (at.known_at.min(applied), at.as_of);
    let known = match without {
        Without::Promise => {
            return anyhow!(
                "{shown} was a prospect as known at position {position} and so by {as_of}: it was under consideration, \
                 nothing was promised yet, and it is never counted as promised, so it has no figures; ask again once it \
                 is promoted"
            );
        }
        Without::Knowledge(known) => known,
    };
    let id = shown.rsplit(' ').next().unwrap_or_default();
    let alike = known.iter().map(|other| (strsim::jaro_winkler(id, other), other));
    let advice = match alike.max_by(|one, two| one.0.total_cmp(&two.0)) {
        None if matches!(subject, Subject::Over(Over::Sector { .. })) => {
            "no agreement and no commitment names it; compare scheme and code with theirs".to_owned()
        }
        None => "there is none at all yet".to_owned(),
        Some((likeness, other)) if likeness >= ALIKE_MIN => format!("did you mean `{other}`?"),
        Some(_) => format!("there are: {}", known[..known.len().min(IDS_SHOWN)].join(", ")),
    };
    anyhow!("no {shown} was known at position {position} and so by {as_of}; {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_named_by_kind_and_id() {
        let shown = |kind, id| Subject::of(kind, id).map(|s| s.to_string()).map_err(|e| e.to_string());
        assert_eq!(shown(Kind::Package, Some("paris-visit")).unwrap(), "package paris-visit");
        assert_eq!(shown(Kind::Sector, Some("dac/111")).unwrap(), "sector dac/111");
        assert_eq!(shown(Kind::Ledger, None).unwrap(), "all commitments");
        for (kind, id) in [
            (Kind::Package, None),
            (Kind::Package, Some("Paris Visit")),
            (Kind::Sector, Some("dac")),
            (Kind::Ledger, Some("x")),
        ] {
            assert!(shown(kind, id).is_err(), "{kind:?} {id:?}");
        }
    }
}
