//! `subscribe`: the events of a ledger as they come from the bus, one CloudEvent per line, for people and pipes.
//!
//! It needs no ledger here, only the bus. A gap is told and ends it. Deliberately absent: a memory of what was printed;
//! `--from` says where to go on.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use servanda_bus::names::Filter;
use servanda_bus::{Published, Tail};
use servanda_events::ids::{Family, LedgerName};

use crate::args::{Place, SubscribeArgs};
use crate::ending::usage;
use crate::output::say;
use crate::settings::Settings;
use crate::{open, runtime};

/// Where the bus is looked for where nothing else is said.
const USUAL_SERVER: &str = "nats://127.0.0.1:4222";
/// The name of a ledger that was given none.
const USUAL_LEDGER: &str = "main";

pub(crate) fn run(args: &SubscribeArgs) -> Result<()> {
    let place = Place { data: None, config: args.config.clone() };
    let flags = args.nats.clone().map(|servers| ("bus.url", servers)).into_iter().collect();
    let settings = open::settings(&place, flags)?;
    let runtime = runtime()?;
    let printed = runtime.block_on(print(args, &settings));
    runtime.shutdown_background();
    printed
}

async fn print(args: &SubscribeArgs, settings: &Settings) -> Result<()> {
    let ledger = match (&args.ledger, settings.ledger()?) {
        (Some(ledger), _) => ledger.clone(),
        (None, Some(ledger)) => ledger,
        (None, None) => USUAL_LEDGER.parse::<LedgerName>()?,
    };
    let mut connection = settings.bus_connection()?;
    if connection.servers.is_empty() {
        USUAL_SERVER.clone_into(&mut connection.servers);
    }
    connection.check().map_err(|error| usage(error.to_string()))?;
    let id = args.id.as_ref().map(|id| id.as_str());
    // Several families are sorted out here, for the server takes one filter.
    let family = if let [family] = args.family[..] { Some(family) } else { None };
    let filter = Filter { family, type_name: args.kind.as_deref(), id };
    let mut tail = Tail::open(&connection, &ledger, filter, after(args.from)?).await?;
    let end = tail.end().await;
    if args.from.is_none() {
        let end = end.context("the bus does not say where the stream ends; give --from POSITION")?;
        tail = Tail::open(&connection, &ledger, filter, end).await?;
    }
    let last = if args.end { Some(end.context("the bus does not say where the stream ends")?) } else { None };
    say(format!("the events of ledger {ledger} from position {}, from {}", tail.position() + 1, connection.servers));
    loop {
        let Some(message) = next(&mut tail, last).await? else { return Ok(()) };
        if args.family.len() < 2 || args.family.iter().any(|family| is_of(&message, *family)) {
            let mut out = std::io::stdout().lock();
            out.write_all(&message.body)?;
            out.write_all(b"\n")?;
            out.flush()?;
        }
    }
}

/// The position behind which the first one to print comes.
fn after(from: Option<u64>) -> Result<u64> {
    match from {
        None => Ok(0),
        Some(0) => Err(usage("positions begin with 1; --from 1 prints everything")),
        Some(from) => Ok(from - 1),
    }
}

/// The next message; nothing where the last one was passed, which a filter may leave out.
async fn next(tail: &mut Tail, last: Option<u64>) -> Result<Option<Published>> {
    let Some(last) = last else { return Ok(Some(tail.next().await?)) };
    if tail.position() >= last {
        return Ok(None);
    }
    match tail.next_up_to(last).await? {
        Some(message) if message.position <= last => Ok(Some(message)),
        _ => Ok(None),
    }
}

fn is_of(message: &Published, family: Family) -> bool {
    message.subject.split('.').nth(3) == Some(family.as_str())
}
