//! The demo ledger of the Paris visit: played from the commands in `config/demo/paris-visit.ndjson`.
//!
//! Each line says beside its command, in `at`, when it is to have been recorded. The commands go through the same rules
//! as any other, on a log in memory whose clock is set from line to line; then all entries are taken over in one
//! transaction, so a demo ledger is whole or not there. The same file gives the same bytes on every machine.
//!
//! Deliberately absent: playing into a ledger that has entries.

pub(crate) mod people;

use anyhow::{Context as _, Result, anyhow, ensure};
use servanda_api::{Lang, Problem, Words};
use servanda_events::StoryLine;
use servanda_events::ids::{ActorId, LedgerName};
use servanda_log::{Clock, Ids, Log};

use crate::ending::usage;
use crate::output::say;
use crate::settings::Settings;

/// The commands, so that the program can be run from anywhere.
const COMMANDS: &str = include_str!("../../../config/demo/paris-visit.ndjson");
/// The name of the demo ledger, which stands in every entry of it.
const LEDGER: &str = "demo";
/// Who records in it.
const ACTOR: &str = "demo";

/// Opens the log, and plays the demo into it if it is empty.
pub(crate) async fn open(settings: &Settings) -> Result<Log> {
    let open = |ledger| Log::open(&settings.data.dir, ledger, settings.log(), Clock::System, Ids::System);
    let found = Log::open_read_only(&settings.data.dir, &settings.log(), Clock::System)?;
    if let Some(found) = found.filter(|found| found.head() > 0) {
        say(format!("--demo records nothing: the ledger {} has {} entries already", found.ledger(), found.head()));
        return Ok(open(settings.ledger()?)?);
    }
    let ledger: LedgerName = LEDGER.parse()?;
    if settings.ledger()?.is_some_and(|other| other != ledger) {
        return Err(usage(format!("the demo's ledger is called `{LEDGER}`; leave the setting data.ledger out")));
    }
    let log = open(Some(ledger.clone()))?;
    let played = play(COMMANDS, &ledger).await?;
    let entries = played.read(0, usize::MAX)?;
    let last = entries.last().context("the demo has no entries")?.decode()?.fact.recorded_at;
    ensure!(last < log.now(), "the clock of this machine is before the demo's last entry of {last}; set it right");
    log.append_exact(entries.into_iter().map(|entry| entry.bytes.into_vec()).collect()).await?;
    say(format!("the demo ledger of the Paris visit was recorded: {} entries", log.head()));
    Ok(log)
}

/// Records the commands on a log in memory.
async fn play(commands: &str, ledger: &LedgerName) -> Result<Log> {
    let actor: ActorId = ACTOR.parse()?;
    let lines = StoryLine::parse_all(commands)
        .map_err(|(number, error)| sentence(&error.into()).context(format!("line {number} of the demo")))?;
    let clock = Clock::fixed(lines.first().context("the demo has no commands")?.at);
    let log = Log::memory(ledger.clone(), clock.clone(), Ids::stepping());
    for (number, StoryLine { at, request }) in (1..).zip(lines) {
        ensure!(at >= clock.now(), "command {number} of the demo goes back in time");
        clock.set(at);
        let recorded = log.transact(&request, &actor).await;
        let told = || format!("command {number} of the demo");
        let outcome = recorded.map_err(|error| sentence(&error.into())).with_context(told)?;
        ensure!(!outcome.entries.is_empty(), "command {number} of the demo records nothing");
    }
    Ok(log)
}

fn sentence(problem: &Problem) -> anyhow::Error {
    let field = problem.pointer().map_or_else(String::new, |pointer| format!("{pointer}: "));
    anyhow!("{field}{}", problem.detail(&Words::new(), Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTY: &str = r#"{"at":"2024-11-06T09:00:00Z","command":"RegisterParty","data":
        {"party_id":"kaz","kind":"state","names":{"en":"Kazakhstan"},"country":"KAZ"}}"#;

    async fn played(commands: &str) -> Result<Vec<u8>, String> {
        let log = play(commands, &LEDGER.parse().unwrap()).await.map_err(|error| format!("{error:#}"))?;
        Ok(log.read(0, usize::MAX).unwrap().into_iter().flat_map(|entry| entry.bytes.into_vec()).collect())
    }

    #[tokio::test]
    async fn the_demo_plays_to_the_same_bytes_every_time() {
        let first = played(COMMANDS).await.unwrap();
        assert!(!first.is_empty());
        assert_eq!(first, played(COMMANDS).await.unwrap());
    }

    #[tokio::test]
    async fn a_mistake_in_the_demo_is_told_with_its_line() {
        let line = PARTY.replace('\n', " ");
        let back = format!("{line}\n{}", line.replace("2024", "2023").replace("kaz", "fra").replace("KAZ", "FRA"));
        assert_eq!(played(&back).await.unwrap_err(), "command 2 of the demo goes back in time");
        let timeless = line.replace("\"at\":\"2024-11-06T09:00:00Z\",", "");
        assert!(played(&timeless).await.unwrap_err().starts_with("line 1 of the demo: /at: "));
        let wrong = played(&line.replace("KAZ", "KAZZ")).await.unwrap_err();
        assert!(wrong.starts_with("line 1 of the demo: /data/country: "), "{wrong}");
    }
}
