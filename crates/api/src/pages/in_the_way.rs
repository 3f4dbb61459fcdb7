//! What is in the way of a command, for the person who reads of it: names in place of ids, and the entry that holds
//! already what the command would claim, such as the reference of a payment or a number in a register.
//!
//! Deliberately absent: whether a command is refused, which the rules say; the sentences, see `messages`.

use std::sync::Arc;

use servanda_events::ids::{Position, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_events::{Event, Fact};
use servanda_log::Log;
use servanda_projector::ProjectorError;

use super::format;
use super::look::Look;
use super::record::aside::{Aside, Known};
use crate::app::App;
use crate::problem::{Params, Problem};
use crate::when::When;
use crate::words::{Lang, Words};

/// Values of sentences that are parties.
const PARTIES: [&str; 3] = ["payer", "party", "into"];
/// The value of a sentence that is a thing.
const THING: &str = "stream";

/// A problem as a person reads it.
pub(crate) struct Told {
    /// What is wrong and what to do, with names.
    pub(crate) sentence: String,
    /// The entry that is in the way.
    pub(crate) entry: Option<Position>,
}

/// Tells a problem, as the ledger is now. Reads the disk.
pub(crate) fn told(app: &App, problem: &Problem, lang: Lang) -> Result<Told, Problem> {
    let params = looking(app, lang, |look| named(look, problem.params()))?;
    let entry = holder(app.log(), problem.params())?.map(|(_, fact)| fact.position);
    Ok(Told { sentence: Words::shared().sentence(problem.code(), &params, lang), entry })
}

/// Looks at the ledger as it is now.
pub(crate) fn looking<T>(
    app: &App,
    lang: Lang,
    work: impl FnOnce(&Look<'_>) -> Result<T, ProjectorError>,
) -> Result<T, Problem> {
    let when = When::now(app);
    Ok(app.read().at(when.at(), |reader| work(&Look { app, reader, lang, clocks: "", when }))?)
}

/// The values of a sentence, with names in place of ids as far as there are any.
pub(crate) fn named(look: &Look<'_>, params: &Params) -> Result<Params, ProjectorError> {
    let mut named = params.clone();
    for (name, value) in &mut named {
        if name == THING {
            let Ok(stream) = value.parse::<StreamId>() else { continue };
            let (thing, _) = look.thing(&stream)?;
            if thing != stream.key() {
                *value = thing;
            }
        } else if PARTIES.contains(&name.as_str()) {
            let Ok(party) = value.parse() else { continue };
            *value = look.party(&party)?;
        }
    }
    Ok(named)
}

/// The fact in effect that holds the unique key of a refusal, with its stream.
pub(crate) fn holder(log: &Log, params: &Params) -> Result<Option<(StreamId, Arc<Fact>)>, Problem> {
    let key = params.get("key").and_then(|key| key.parse::<UniqueKey>().ok());
    let stream = params.get(THING).and_then(|stream| stream.parse::<StreamId>().ok());
    let Some((key, stream)) = key.zip(stream) else { return Ok(None) };
    let history = log.history(&stream)?;
    let held = history.facts().iter().find(|fact| fact.event.unique_keys().contains(&key)).cloned();
    Ok(held.map(|fact| (stream, fact)))
}

/// What is recorded already, to be shown beside a form.
pub(crate) fn aside(look: &Look<'_>, stream: &StreamId, fact: &Fact) -> Result<Aside, ProjectorError> {
    let row = |key: &str, line: String| Known { key: look.text(key), lines: vec![line], href: None };
    let (thing, href) = look.thing(stream)?;
    let mut rows = vec![
        row("aside-what", look.text(&format!("event-{}", fact.event.type_name()))),
        Known { href: Some(href), ..row("aside-about", thing) },
    ];
    if let Some(party) = &fact.reported_by {
        rows.push(row("aside-who", look.party(party)?));
    }
    if let Event::FundsDisbursed(paid) = &fact.event {
        rows.push(row("aside-when", look.date(&fact.occurred_on)));
        rows.push(row("aside-amount", look.money(&paid.amount)));
        rows.push(row("aside-between", format!("{} → {}", look.party(&paid.payer)?, look.party(&paid.payee)?)));
    }
    rows.push(row("aside-recorded", format::moment(fact.recorded_at, look.lang)));
    let number = row("aside-entry-number", format::count(i64::try_from(fact.position).unwrap_or(i64::MAX), look.lang));
    rows.push(Known { href: Some(format!("/entries/{}", fact.position)), ..number });
    Ok(Aside { title: look.text("aside-already"), rows, note: None })
}
