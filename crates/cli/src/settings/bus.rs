//! The settings of the bus, as the relay and subscribers take them: at most one kind of credentials, secrets in files.
//!
//! Deliberately absent: reading those files.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use servanda_bus::stream::StreamWish;
use servanda_bus::{Connection, Credentials};

use super::Settings;
use crate::ending::usage;

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| text.into())
}

impl Settings {
    /// How to reach the bus; its address may be empty.
    pub(crate) fn bus_connection(&self) -> Result<Connection> {
        let bus = &self.bus;
        let kinds = [
            ("bus.creds_file", !bus.creds_file.is_empty()),
            ("bus.nkey_file", !bus.nkey_file.is_empty()),
            ("bus.user", !bus.user.is_empty()),
        ];
        let given: Vec<&str> = kinds.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
        if given.len() > 1 {
            return Err(usage(format!(
                "the settings {} say twice who we are to the bus; keep one",
                given.join(" and ")
            )));
        }
        let credentials = match (path(&bus.creds_file), path(&bus.nkey_file), path(&bus.password_file)) {
            (Some(file), _, _) => Credentials::CredsFile(file),
            (None, Some(file), _) => Credentials::NkeyFile(file),
            (None, None, Some(file)) if !bus.user.is_empty() => Credentials::Password { user: bus.user.clone(), file },
            (None, None, None) if bus.user.is_empty() => Credentials::None,
            _ => return Err(usage("the settings bus.user and bus.password_file go together; give both or neither")),
        };
        let tls_client = match (path(&bus.tls_cert_file), path(&bus.tls_key_file)) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err(usage("the settings bus.tls_cert_file and bus.tls_key_file go together; give both")),
        };
        Ok(Connection {
            servers: bus.url.clone(),
            credentials,
            tls_ca_file: path(&bus.tls_ca_file),
            tls_client,
            inbox_prefix: bus.inbox_prefix.clone(),
        })
    }

    /// The relay's settings; nothing where there is no bus, or this service does not publish.
    pub(crate) fn relay(&self) -> Result<Option<servanda_bus::Settings>> {
        let bus = &self.bus;
        if bus.url.is_empty() || !bus.publish {
            return Ok(None);
        }
        let stream = StreamWish {
            replicas: bus.replicas,
            bytes_max: (bus.stream_bytes_max > 0).then_some(bus.stream_bytes_max),
            duplicate_window: Duration::from_secs(bus.duplicate_seconds),
        };
        Ok(Some(servanda_bus::Settings {
            connection: self.bus_connection()?,
            stream,
            window_messages: bus.window_messages_max,
            ack_max: Duration::from_secs(bus.ack_seconds_max),
        }))
    }
}
