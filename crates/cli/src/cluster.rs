//! The log in a stream of several servers: what must be so before it is joined, and joining it.
//!
//! Whether a server syncs each message before it acknowledges it cannot be asked on the bus. It is read where servers
//! are monitored; where they are not, a person must have said so in the settings.
//!
//! Deliberately absent: the stream itself, see the log.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, Uri, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use servanda_log::{Clock, Ids, Log, LogError, Servers};
use tokio::net::TcpStream;

use crate::ending::usage;
use crate::output::{progress_bar, say};
use crate::settings::Settings;

/// Most bytes of a message of the log.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Longest answer of a server's monitoring that is read.
const BYTES_MAX: usize = 1 << 20;

/// How often, and at which pause, servers without a leader are asked again.
const ATTEMPTS_MAX: usize = 30;
const PAUSE: Duration = Duration::from_secs(1);

/// Makes a backup of another node the copy of this one, if it has none. Its key is the one that lies there already.
pub(crate) fn begin_with(settings: &Settings, snapshot: &Path) -> Result<()> {
    let dir = &settings.data.dir;
    if dir.join("log.sqlite").exists() {
        say(format!("{} has a copy already, and goes on with it", dir.display()));
        return Ok(());
    }
    let key = dir.join("keys").join("log.key");
    ensure!(
        key.exists(),
        "{} is missing; put log.key of another node there, readable for this user alone, then start again",
        key.display()
    );
    let begun = servanda_log::restore(snapshot, dir, &settings.log(), Some(&key))?;
    say(format!("{} entries of another node's backup are verified and taken over", begun.entries));
    Ok(())
}

/// Joins the log of the settings' servers. `told` hears how many of how many messages are taken over.
pub(crate) async fn join(settings: &Settings, told: impl Fn(u64, u64)) -> Result<Log> {
    let servers = servers(settings).await?;
    let bar = progress_bar(None, "taking over what is recorded");
    let tenths = Cell::new(0);
    let progress = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
        told(done, of);
        let tenth = done.saturating_mul(10) / of.max(1);
        if tenth > tenths.replace(tenth) {
            tracing::info!(done, of, "messages of the log's stream are taken over");
        }
    };
    let mut attempts = 0;
    let joined = loop {
        let (at, servers) = ((Clock::System, Ids::System), servers.clone());
        match Log::join(&settings.data.dir, settings.ledger()?, settings.log(), at, servers, progress).await {
            // Servers that were started together elect a leader first.
            Err(LogError::Away { detail }) if attempts < ATTEMPTS_MAX => {
                attempts += 1;
                tracing::warn!(detail, "the servers of the log are not ready yet");
                tokio::time::sleep(PAUSE).await;
            }
            joined => break joined,
        }
    };
    bar.finish_and_clear();
    let log = joined?;
    if let Some(node) = log.node() {
        let (version, replicas) = (node.server_version, settings.cluster.replicas);
        say(format!("a node of the log on {replicas} servers (nats-server {version}), at message {}", node.message));
    }
    Ok(log)
}

/// The settings' servers, of which it is known that they sync before they acknowledge.
pub(crate) async fn servers(settings: &Settings) -> Result<Servers> {
    if settings.bus.url.is_empty() {
        return Err(usage("the log in a stream needs its servers; name all of them with --nats, separated by commas"));
    }
    let connection = settings.bus_connection()?;
    connection.check().map_err(|error| usage(error.to_string()))?;
    check_sync(settings).await?;
    let (client, complaints) = connection.client().await?;
    check_payload(client.server_info().max_payload)?;
    let (replicas, node) = (settings.cluster.replicas, settings.cluster.node.clone());
    Ok(Servers { client, complaints, replicas, node })
}

/// Refuses servers that may acknowledge before they have synced.
async fn check_sync(settings: &Settings) -> Result<()> {
    let cluster = &settings.cluster;
    let monitors: Vec<&str> = cluster.monitoring.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
    if monitors.is_empty() {
        if cluster.sync_always {
            return Ok(());
        }
        return Err(usage(
            "nobody says that the servers of the log sync before they acknowledge; set `sync_interval: always` in the \
             jetstream block of each, then name their monitoring in cluster.monitoring, or say cluster.sync_always = true",
        ));
    }
    let mut names = Vec::new();
    for monitor in &monitors {
        let varz = look(monitor).await.with_context(|| {
            format!(
                "the monitoring {monitor} of a server cannot be read; start that server, or mend cluster.monitoring"
            )
        })?;
        judge(monitor, &varz)?;
        names.push(varz["server_name"].as_str().unwrap_or_default().to_owned());
    }
    judge_names(names, cluster.replicas)
}

/// Each server that holds the log must have been asked: as many as there are copies, and each of them another.
fn judge_names(mut names: Vec<String>, replicas: usize) -> Result<()> {
    names.sort();
    names.dedup();
    ensure!(
        names.len() >= replicas,
        "cluster.monitoring leads to {} servers ({}), and {replicas} hold the log; name the monitoring of each of them, and \
         give each a server_name of its own",
        names.len(),
        names.join(", ")
    );
    Ok(())
}

/// A message of the log must fit into what a server takes.
fn check_payload(bytes_max: usize) -> Result<()> {
    ensure!(
        bytes_max >= MESSAGE_BYTES_MAX,
        "the server takes messages of {bytes_max} bytes at most, and those of the log have up to {MESSAGE_BYTES_MAX}; set \
         `max_payload: 1MB` in the configuration of each server and start it again"
    );
    Ok(())
}

/// What a server says of itself must be what a log needs.
fn judge(monitor: &str, varz: &Value) -> Result<()> {
    let version = varz["version"].as_str().unwrap_or_default();
    servanda_log::check_server_version(version)
        .with_context(|| format!("{monitor} watches a server that is too old"))?;
    ensure!(
        varz["jetstream"]["config"]["sync_always"] == true,
        "the server that {monitor} watches acknowledges before it syncs, and a power cut would lose what was acknowledged; set \
         `sync_interval: always` in its jetstream block and start it again"
    );
    Ok(())
}

async fn look(monitor: &str) -> Result<Value> {
    let uri: Uri = monitor.parse().with_context(|| format!("{monitor} is no address such as http://127.0.0.1:8222"))?;
    let host = uri.host().with_context(|| format!("{monitor} names no host"))?;
    let authority = format!("{host}:{}", uri.port_u16().unwrap_or(8222));
    let stream = TcpStream::connect(&authority).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driven = tokio::spawn(connection);
    let request = Request::get("/varz").header(header::HOST, &authority).body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    let body = Limited::new(response.into_body(), BYTES_MAX).collect().await;
    let body = body.map_err(|error| anyhow!("its answer cannot be read ({error})"))?.to_bytes();
    drop(sender);
    driven.abort();
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_say_that_it_syncs_always_is_refused() {
        let says = |config: Value| {
            judge("http://n1:8222", &serde_json::json!({ "version": "2.15.1", "jetstream": { "config": config } }))
        };
        says(serde_json::json!({ "sync_always": true, "sync_interval": 120_000_000_000_u64 })).unwrap();
        for config in [serde_json::json!({ "sync_interval": 120_000_000_000_u64 }), Value::Null] {
            let said = says(config).unwrap_err().to_string();
            assert!(said.contains("set `sync_interval: always`"), "{said}");
        }
        let old = serde_json::json!({ "version": "2.12.7", "jetstream": { "config": { "sync_always": true } } });
        let said = format!("{:#}", judge("http://n1:8222", &old).unwrap_err());
        assert!(said.contains("http://n1:8222") && said.contains("install 2.12.8 or newer on every server"), "{said}");
    }

    #[test]
    fn a_server_that_was_not_asked_is_missed_and_one_that_takes_too_little_is_refused() {
        let names = |names: &[&str]| judge_names(names.iter().map(|name| (*name).to_owned()).collect(), 3);
        names(&["n1", "n2", "n3"]).unwrap();
        for few in [&["n1", "n2"][..], &["n1", "n2", "n2"], &[]] {
            let said = names(few).unwrap_err().to_string();
            assert!(said.contains("name the monitoring of each of them"), "{said}");
        }
        check_payload(1 << 20).unwrap();
        let said = check_payload(65_536).unwrap_err().to_string();
        assert!(said.contains("set `max_payload: 1MB`"), "{said}");
    }
}
