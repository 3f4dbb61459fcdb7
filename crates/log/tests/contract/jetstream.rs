//! A nats-server for the contract's logs: one account for each log, so that logs of one name do not meet.
//!
//! Deliberately absent: three servers. What a store promises does not depend on their number.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_nats::{Client, ConnectOptions, Event};
use servanda_events::testing::parsed;
use servanda_log::{Clock, Ids, Log, LogError, Servers, Settings};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::block_in_place;

use super::kit::Place;
use super::nats::{Nats, Program, newest};

/// Logs that one server has accounts for.
const LOGS: usize = 24;
/// What a node must not be allowed.
const DENIED: [&str; 5] = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"];

/// A server with an account for each log: users `node0`, `admin0` and so on, and `mute0`, who may record nothing.
pub(crate) fn server(program: &Program) -> Nats {
    Nats::start_with(program, &accounts(), &[])
}

/// The configuration of these accounts.
pub(crate) fn accounts() -> String {
    let denied: String = DENIED.iter().map(|what| format!("\"$JS.API.STREAM.{what}.>\", ")).collect();
    let account = |n: usize| {
        format!(
            "LOG{n} {{ jetstream: enabled, users: [ {{ user: admin{n}, password: pw }}, {{ user: node{n}, password: pw, \
             permissions: {{ publish: {{ deny: [ {denied} ] }} }} }}, {{ user: mute{n}, password: pw, permissions: {{ \
             publish: {{ deny: [ \"servanda.>\", {denied} ] }} }} }} ] }}\n"
        )
    };
    let accounts: String = (0..LOGS).map(account).collect();
    format!("accounts {{ {accounts} }}")
}

/// A connection as a user, and what the server complains about.
pub(crate) async fn connect(url: &str, user: &str) -> (Client, watch::Receiver<String>) {
    let (sender, complaints) = watch::channel(String::new());
    let options = ConnectOptions::with_user_and_password(user.to_owned(), "pw".to_owned());
    let options = options.event_callback(move |event| {
        if let Event::ServerError(error) = event {
            let _heard = sender.send(error.to_string());
        }
        std::future::ready(())
    });
    (options.connect(url).await.unwrap(), complaints)
}

/// A node of the log in an account.
pub(crate) async fn join(
    url: &str,
    user: &str,
    dir: &Path,
    (clock, settings): (Clock, Settings),
) -> Result<Log, LogError> {
    let (client, complaints) = connect(url, user).await;
    let servers = Servers { client, complaints, replicas: 1, node: String::new() };
    Log::join(dir, Some(parsed("main")), settings, (clock, Ids::System), servers, |_, _| ()).await
}

/// A place for logs in streams; `None` where there is no server that is new enough.
pub(crate) fn place() -> Option<Place> {
    let (server, dir, next) = (server(&newest()?), TempDir::new().unwrap(), AtomicUsize::new(0));
    Some(Place::Opened(Box::new(move |name, clock, settings| {
        let (url, user) = (server.url(), format!("node{}", next.fetch_add(1, Ordering::SeqCst)));
        let dir = dir.path().join(name);
        block_in_place(|| Handle::current().block_on(join(&url, &user, &dir, (clock, settings)))).unwrap()
    })))
}
