//! Webhooks: where entries may be sent, what a message is signed with, and how long a failure is borne.
//!
//! The service opens no address that a person types, except these: an administrator names the address, and only on a
//! host that the operator of the machine allowed by name (`webhooks.hosts`). So nobody makes the service ask machines
//! that only it can reach. Addresses begin with `https://`; plain `http://` goes to this machine itself alone.
//!
//! Deliberately absent: sending, which is the command line's (`cli/src/webhooks`); secrets of the receiver's choice.

use axum::http::{StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use servanda_events::dates::Instant;
use servanda_events::ids::{Family, Position};
use servanda_log::Ids;

use crate::access::{User, Webhook, WebhookWish};
use crate::app::App;
use crate::problem::Problem;

/// What a secret begins with, by which libraries of receivers and scanners know it (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// Longest pause between two attempts, in seconds.
const PAUSE_SECONDS_MAX: u64 = 60 * 60;
/// How long failures in a row are borne before the webhook is held up, in microseconds: three days.
const PATIENCE_MICROS: i64 = 3 * 24 * 60 * 60 * 1_000_000;
/// Longest label and longest address, in bytes.
const TEXT_BYTES_MAX: usize = 500;
/// Most webhooks of a ledger.
const WEBHOOKS_MAX: usize = 50;

/// Why nothing may be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwelcome {
    /// It is no address of the kind that is asked for.
    Malformed,
    /// Its host is not among those that the operator allowed.
    Host,
}

/// Hosts as a setting names them: separated by commas, such as `hooks.example.org, 127.0.0.1:9000`.
pub fn webhook_hosts(setting: &str) -> Vec<String> {
    setting.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect()
}

/// Whether entries may be sent to an address. A host that is allowed without a port is allowed with the usual one.
pub fn webhook_may_be(url: &str, hosts: &[String]) -> Result<(), Unwelcome> {
    let uri: Uri = url.parse().map_err(|_| Unwelcome::Malformed)?;
    let authority = uri.authority().ok_or(Unwelcome::Malformed)?;
    // A name and a password have no place in an address: they would stand in lists.
    if authority.as_str().contains('@') {
        return Err(Unwelcome::Malformed);
    }
    let host = authority.host().to_ascii_lowercase();
    let loopback = matches!(host.as_str(), "127.0.0.1" | "[::1]" | "localhost");
    let usual = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") if loopback => 80,
        _ => return Err(Unwelcome::Malformed),
    };
    let port = authority.port_u16().unwrap_or(usual);
    let named = format!("{host}:{port}");
    let allowed = hosts.iter().any(|allowed| *allowed == named || port == usual && *allowed == host);
    if allowed { Ok(()) } else { Err(Unwelcome::Host) }
}

/// The bytes of a secret, if it is one.
pub fn webhook_key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()
}

/// How long to wait after so many failures in a row, in seconds: twice as long each time, an hour at most.
pub fn webhook_pause_seconds(failures: u64) -> u64 {
    let doubled = u32::try_from(failures.saturating_sub(1)).ok().and_then(|times| 1_u64.checked_shl(times));
    doubled.map_or(PAUSE_SECONDS_MAX, |seconds| seconds.clamp(1, PAUSE_SECONDS_MAX))
}

impl Webhook {
    /// Whether it asks for entries of a family.
    pub fn wants(&self, family: Family) -> bool {
        self.families.is_empty() || self.families.contains(&family)
    }

    /// Whether it has failed for so long that nothing more is tried.
    pub fn is_given_up(&self, now: Instant) -> bool {
        self.failing_since.is_some_and(|since| now.micros().saturating_sub(since.micros()) > PATIENCE_MICROS)
    }
}

/// A webhook as an administrator typed it.
pub(crate) struct Typed<'a> {
    pub(crate) label: &'a str,
    pub(crate) url: &'a str,
    pub(crate) families: Vec<Family>,
    /// Whether everything is sent from the first entry on, rather than what comes from now on.
    pub(crate) from_first: bool,
}

/// Makes a webhook, and gives out its secret, here and never again.
pub(crate) fn make(app: &App, by: &User, typed: &Typed<'_>) -> Result<String, Problem> {
    let wrong = |code: &'static str, at: &'static str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code).at(at);
    let (label, url) = (typed.label.trim(), typed.url.trim());
    if label.is_empty() || label.len() > TEXT_BYTES_MAX {
        return Err(wrong("label_missing", "/label"));
    }
    if url.len() > TEXT_BYTES_MAX {
        return Err(wrong("webhook_address", "/url"));
    }
    webhook_may_be(url, &app.settings().webhook_hosts).map_err(|why| match why {
        Unwelcome::Malformed => wrong("webhook_address", "/url"),
        Unwelcome::Host => wrong("webhook_host", "/url"),
    })?;
    if app.access().webhooks()?.len() >= WEBHOOKS_MAX {
        return Err(wrong("webhooks_too_many", "/label").with("max", &WEBHOOKS_MAX));
    }
    let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(Ids::System.secret()?));
    let after: Position = if typed.from_first { 0 } else { app.log().head() };
    let wish = WebhookWish {
        label: label.to_owned(),
        url: url.to_owned(),
        secret: secret.clone(),
        families: typed.families.clone(),
        after,
    };
    app.access().make_webhook(&wish, &by.id, app.log().now())?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_that_the_operator_named_are_sent_to() {
        let hosts = webhook_hosts(" Hooks.Example.org , 127.0.0.1:9000,ci.example:8443,");
        assert_eq!(hosts, ["hooks.example.org", "127.0.0.1:9000", "ci.example:8443"]);
        let may = |url: &str| webhook_may_be(url, &hosts);
        for good in [
            "https://hooks.example.org/in?x=1",
            "https://HOOKS.example.org:443/",
            "http://127.0.0.1:9000/in",
            "https://ci.example:8443/",
        ] {
            assert_eq!(may(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("https://other.example/", Unwelcome::Host),
            ("https://hooks.example.org:8443/", Unwelcome::Host),
            ("https://hooks.example.org.evil.example/", Unwelcome::Host),
            ("https://ci.example/", Unwelcome::Host),
            ("http://127.0.0.1:9001/", Unwelcome::Host),
            ("http://hooks.example.org/", Unwelcome::Malformed),
            ("https://user:word@hooks.example.org/", Unwelcome::Malformed),
            ("ftp://hooks.example.org/", Unwelcome::Malformed),
            ("/in", Unwelcome::Malformed),
            ("", Unwelcome::Malformed),
        ] {
            assert_eq!(may(bad), Err(why), "{bad}");
        }
        assert_eq!(webhook_may_be("https://hooks.example.org/", &[]), Err(Unwelcome::Host), "none is allowed at first");
    }

    #[test]
    fn the_pauses_grow_to_an_hour() {
        assert_eq!(
            [0, 1, 2, 3, 12, 13, 64, 65, u64::MAX].map(webhook_pause_seconds),
            [1, 1, 2, 4, 2_048, 3_600, 3_600, 3_600, 3_600]
        );
    }
}
