//! Whether the servers are fit to hold a log: their version, every field of the stream, what this node may do to it.
//! Whatever is not as it must be is refused, with what to change.
//!
//! Deliberately absent: changing a stream, which is the affair of a person with other rights than a node has.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::pack;
use super::wire::{ANSWER_MAX, Said, Standing, Wire, away, standing};
use crate::{Ids, LogError};

/// The oldest server that holds a log.
const OLDEST_SERVER: (u64, u64, u64) = (2, 12, 8);
/// Fields that an operator may set as it suits: they change nothing of what is stored and given back.
const FREE_FIELDS: [&str; 3] = ["description", "metadata", "placement"];
/// Most bytes of a message, headers and all.
const MESSAGE_BYTES_MAX: u64 = 1 << 20;
/// What a node must not be able to do to its stream, each asked with a body that no server acts on.
const FORBIDDEN: [&str; 5] = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"];
/// How long the server may take to complain of a question that it does not allow.
const COMPLAINT_MAX: Duration = Duration::from_secs(3);

fn unfit(detail: String) -> LogError {
    LogError::Stream { detail }
}

/// Every field of the stream of a ledger's log, as it must be.
pub(crate) fn wanted(wire: &Wire, replicas: usize) -> Value {
    json!({
        "name": wire.stream,
        "subjects": [wire.subject],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msgs_per_subject": -1,
        "max_consumers": -1,
        "max_msg_size": MESSAGE_BYTES_MAX,
        "duplicate_window": 10_000_000_000_u64,
        "deny_delete": true,
        "deny_purge": true,
        "allow_rollup_hdrs": false,
        "allow_direct": true,
        "mirror_direct": false,
        "sealed": false,
        "no_ack": false,
    })
}

/// Every field in which a stream of the bus or of the log is not as it must be, in the order of their names. Both
/// values are the configuration of a stream as the server tells it; what an operator may set as it suits is left out.
pub fn differences(wanted: &Value, found: &Value) -> Vec<String> {
    let none = Map::new();
    let (wanted, found) = (wanted.as_object().unwrap_or(&none), found.as_object().unwrap_or(&none));
    let mut names: Vec<&String> =
        wanted.keys().chain(found.keys().filter(|name| !wanted.contains_key(*name))).collect();
    names.sort();
    let of = |fields: &Map<String, Value>, name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
    let differs = |name: &&String| {
        let (wish, is) = (of(wanted, name), of(found, name));
        !FREE_FIELDS.contains(&name.as_str()) && wish != is && !(says_nothing(&wish) && says_nothing(&is))
    };
    let say = |name: &String| format!("{name} is {}, must be {}", of(found, name), of(wanted, name));
    names.into_iter().filter(differs).map(say).collect()
}

/// Whether a field has the value that stands for its absence.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => matches!(text.as_str(), "" | "none" | "default"),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
    }
}

/// Refuses a server that is too old to hold a log, by its version such as `2.15.1`, with what to install.
pub fn check_version(version: &str) -> Result<(), LogError> {
    let mut numbers = version.split(['.', '-']).map_while(|part| part.parse().ok());
    let mut next = || numbers.next().unwrap_or(0);
    let found = (next(), next(), next());
    let (major, minor, patch) = OLDEST_SERVER;
    if found < OLDEST_SERVER {
        return Err(unfit(format!(
            "the server is nats-server {version}, which can lose what it acknowledged; install {major}.{minor}.{patch} \
             or newer on every server"
        )));
    }
    Ok(())
}

/// The stream, made if it is not there, and refused if it is not as it must be or if this node may not record in it.
pub(crate) async fn get_or_create(
    wire: &mut Wire,
    replicas: usize,
    ids: &Ids,
    complaints: &watch::Receiver<String>,
) -> Result<Standing, LogError> {
    if let Some(standing) = look(wire, replicas).await? {
        check_may_record(wire, complaints.clone()).await?;
        return Ok(standing);
    }
    // Drawn: whoever follows an earlier stream of this name records nothing in this one.
    wire.subject = format!("{}.{}", wire.subjects, ids.nonce()?);
    check_may_record(wire, complaints.clone()).await?;
    let made = wire.ask("CREATE", &wanted(wire, replicas)).await?;
    if let Err((10_058, _)) = made {
        // Another node made it meanwhile, with a subject that it drew.
        let there = look(wire, replicas).await?;
        return there.ok_or_else(|| away(format!("{} came and went", wire.stream)));
    }
    tracing::info!(stream = wire.stream, subject = wire.subject, "the stream of the log is made");
    judged(wire, replicas, made)
}

/// The stream, if it is there, and refused if it is not as it must be. Its subject is the wire's from then on.
pub(crate) async fn look(wire: &mut Wire, replicas: usize) -> Result<Option<Standing>, LogError> {
    match wire.ask("INFO", &json!({})).await? {
        Err((10_059, _)) => Ok(None),
        found => judged(wire, replicas, found).map(Some),
    }
}

/// The subject on which a stream takes packs: `servanda.main.log.` and what was drawn for it. Streams that were made by
/// earlier versions have nothing behind `log`.
fn subject<'c>(wire: &Wire, config: &'c Value) -> Option<&'c str> {
    let [subject] = config["subjects"].as_array()?.as_slice() else { return None };
    let drawn = subject.as_str()?.strip_prefix(&wire.subjects)?;
    let fits = drawn.is_empty() || drawn.strip_prefix('.').is_some_and(|drawn| !drawn.contains(['.', '*', '>']));
    subject.as_str().filter(|_| fits)
}

fn judged(wire: &mut Wire, replicas: usize, info: Result<Value, (u64, String)>) -> Result<Standing, LogError> {
    let info = info.map_err(|(code, said)| match code {
        10_008 | 10_009 => LogError::Away { detail: said },
        // Servers that were started together have not met yet, or there are too few.
        10_005 => {
            LogError::Away { detail: format!("{said}; at least {replicas} servers of one cluster must be there") }
        }
        10_074 => unfit(format!("{said}; start at least {replicas} servers of one cluster")),
        _ => unfit(format!("{} cannot be had ({code}: {said})", wire.stream)),
    })?;
    if let Some(subject) = subject(wire, &info["config"]) {
        subject.clone_into(&mut wire.subject);
    }
    let found = differences(&wanted(wire, replicas), &info["config"]);
    if !found.is_empty() {
        return Err(unfit(format!(
            "{} is configured otherwise: {}; it was left as it is: change it there, with the rights of an administrator",
            wire.stream,
            found.join("; ")
        )));
    }
    let standing = standing(&info);
    if standing.messages != standing.last || (standing.last > 0 && standing.first != 1) {
        return Err(unfit(format!(
            "{} ends at {} and has {} messages, the first of them {}: some were taken out; stop all nodes",
            wire.stream, standing.last, standing.messages, standing.first
        )));
    }
    Ok(standing)
}

/// Tries what a node must not be allowed, and refuses a server that allows it. Each question has a body that the server
/// does not act on, so nothing is harmed where it is allowed. `complaints` has what the server last complained about.
pub(crate) async fn check_rights(wire: &Wire, mut complaints: watch::Receiver<String>) -> Result<(), LogError> {
    for what in FORBIDDEN {
        let subject = format!("$JS.API.STREAM.{what}.{}", wire.stream);
        complaints.mark_unchanged();
        let complained = complaints.wait_for(|said| said.contains(&format!("\"{subject}\"")));
        let harmless = json!(["may this node do this?"]);
        tokio::select! {
            complained = tokio::time::timeout(COMPLAINT_MAX, complained) => match complained {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => return Err(LogError::Away {
                    detail: format!("the server neither allows nor refuses {subject}"),
                }),
            },
            Ok(answer) = wire.ask(what, &harmless) => {
                let answer = answer.err().map_or_else(String::new, |(code, said)| format!(" ({code}: {said})"));
                return Err(unfit(format!(
                    "this node's user may publish to {subject}{answer}, and could destroy the log; deny it that, as \
                     docs/cluster.md says",
                )));
            }
        }
    }
    Ok(())
}

/// Refuses a user that may not publish where the stream takes packs, with a message that no place fits. A server keeps
/// silent towards whoever may not; a node would wait for an answer for ever.
async fn check_may_record(wire: &Wire, mut complaints: watch::Receiver<String>) -> Result<(), LogError> {
    complaints.mark_unchanged();
    let complained = complaints.wait_for(|said| said.contains(&format!("\"{}\"", wire.subject)));
    tokio::select! {
        Ok(_) = complained => Err(unfit(format!(
            "this node's user may not publish to {}, where {} takes what is recorded; allow it {}.* in the configuration of \
             each server",
            wire.subject, wire.stream, wire.subjects
        ))),
        said = wire.store(pack::fits_nowhere(), Vec::new(), 0, ANSWER_MAX) => match said {
            Said::Refused(error) => Err(error),
            Said::Stored | Said::Overtaken | Said::Nothing(_) => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_may_lose_what_they_acknowledged_are_refused() {
        for version in ["2.9.10", "2.11.15", "2.12.7", "2.12", "", "v2"] {
            let said = check_version(version).unwrap_err().to_string();
            assert!(said.contains("install 2.12.8 or newer"), "{said}");
        }
        for version in ["2.12.8", "2.12.8-RC.1", "2.13.0", "2.15.1", "3.0.0"] {
            assert_eq!(check_version(version), Ok(()), "{version}");
        }
    }

    #[test]
    fn every_field_that_differs_is_named_and_what_only_describes_is_free() {
        let wanted = json!({ "num_replicas": 3, "deny_delete": true, "max_age": 0, "sealed": false });
        let same =
            json!({ "num_replicas": 3, "deny_delete": true, "metadata": { "a": "b" }, "placement": { "tags": [] } });
        assert_eq!(differences(&wanted, &same), Vec::<String>::new());
        let other = json!({ "num_replicas": 1, "max_age": 5, "persist_mode": "async", "allow_msg_ttl": true });
        assert_eq!(
            differences(&wanted, &other),
            [
                "allow_msg_ttl is true, must be null",
                "deny_delete is null, must be true",
                "max_age is 5, must be 0",
                "num_replicas is 1, must be 3",
                "persist_mode is \"async\", must be null",
            ]
        );
    }
}
