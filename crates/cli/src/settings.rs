//! Settings: flags over `SERVANDA_SECTION__KEY` over the configuration file over the built-in defaults.
//!
//! A key that nobody knows is an error that says where it stands and what may have been meant: a setting that silently
//! does nothing is worse than none. `config/default.toml` documents every key; a test keeps it equal to the defaults.
//!
//! Deliberately absent: what the settings do.

mod bus;
mod groups;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use config::{Config, FileFormat, Source as _, Value, ValueKind};
use servanda_api::{Policy, ReadAccess};
use servanda_events::ids::LedgerName;

use crate::ending::usage;

use self::groups::Reads;
pub(crate) use self::groups::{LogStore, Settings, TraceFormat, TraceSettings};

/// What every variable of the environment that is meant for us begins with.
const PREFIX: &str = "SERVANDA_";
/// The one such variable that is meant for the tests: where real records lie.
const OF_TESTS: &str = "SERVANDA_TEST_DATA";
/// How alike two keys must be for one to be suggested for the other.
const ALIKE_MIN: f64 = 0.8;
/// Shown instead of a secret.
const MASK: &str = "********";

/// Where settings come from, beside the defaults.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    /// The configuration file.
    pub(crate) file: Option<&'a Path>,
    /// Variables of the environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Flags, by the key that they set.
    pub(crate) flags: Vec<(&'static str, String)>,
}

/// The variables of the environment that are meant for us.
pub(crate) fn environment() -> Vec<(String, String)> {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX) && name != OF_TESTS)?;
        Some((name, value.to_string_lossy().into_owned()))
    });
    ours.collect()
}

impl Settings {
    /// Puts the settings together.
    pub(crate) fn load(sources: &Sources<'_>) -> Result<Self> {
        let defaults = Config::try_from(&Self::default())?;
        let known = keys_of(defaults.collect()?);
        let mut builder = Config::builder().add_source(defaults);
        if let Some(path) = sources.file {
            let shown = path.display();
            let text = std::fs::read_to_string(path)
                .map_err(|error| usage(format!("{shown} cannot be read ({error}); check the name after --config")))?;
            let file = config::File::from_str(&text, FileFormat::Toml);
            let found =
                file.collect().map_err(|error| usage(format!("{shown} is not TOML ({error}); correct it there")))?;
            for key in keys_of(found) {
                check_known(&key, &known, &format!("in {shown}"), |key| key.to_owned())?;
            }
            builder = builder.add_source(file);
        }
        for (name, value) in &sources.environment {
            let key = name[PREFIX.len()..].to_lowercase().replace("__", ".");
            check_known(&key, &known, &format!("in the variable {name} of the environment"), variable)?;
            builder = builder.set_override(key, value.as_str())?;
        }
        for (key, value) in &sources.flags {
            builder = builder.set_override(*key, value.as_str())?;
        }
        let settings: Self = builder.build()?.try_deserialize().map_err(|error| {
            usage(format!("a setting does not fit: {error}; config/default.toml says what each may be"))
        })?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let positive = [
            ("server.connections_max", self.server.connections_max > 0),
            ("server.header_seconds_max", self.server.header_seconds_max > 0),
            ("server.request_seconds_max", self.server.request_seconds_max > 0),
            ("server.idle_seconds_max", self.server.idle_seconds_max > 0),
            ("server.keep_alive_seconds", self.server.keep_alive_seconds > 0),
            ("server.shutdown_seconds_max", self.server.shutdown_seconds_max > 0),
            ("log.queue_entries_max", self.log.queue_entries_max > 0),
            ("log.batch_entries_max", self.log.batch_entries_max > 0),
            ("log.readers", self.log.readers > 0),
            ("bus.replicas", self.bus.replicas > 0),
            ("bus.duplicate_seconds", self.bus.duplicate_seconds > 0),
            ("bus.window_messages_max", self.bus.window_messages_max > 0),
            ("bus.ack_seconds_max", self.bus.ack_seconds_max > 0),
        ];
        if let Some((key, _)) = positive.iter().find(|(_, good)| !good) {
            return Err(usage(format!("the setting {key} is 0; it must be 1 or more")));
        }
        if !matches!(self.cluster.replicas, 3 | 5) {
            let replicas = self.cluster.replicas;
            return Err(usage(format!("the setting cluster.replicas is {replicas}; 3 or 5 servers must hold the log")));
        }
        self.ledger()?;
        self.four_eyes()?;
        self.bus_connection()?;
        Ok(())
    }

    /// The name of the ledger, where one is set.
    pub(crate) fn ledger(&self) -> Result<Option<LedgerName>> {
        let name = &self.data.ledger;
        if name.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("the setting data.ledger is `{name}`; use a to z, 0 to 9, `-` and `_`, at most 64");
        name.parse().map(Some).map_err(|_| usage(wrong()))
    }

    /// What needs two persons.
    pub(crate) fn four_eyes(&self) -> Result<Policy> {
        Policy::of_setting(&self.policy.four_eyes).map_err(|word| {
            let words = "party, package, agreement, commitment, indicator";
            usage(format!(
                "the setting policy.four_eyes names `{word}`; leave it empty, or write all, or some of: {words}"
            ))
        })
    }

    /// The limits of the log.
    pub(crate) fn log(&self) -> servanda_log::Settings {
        servanda_log::Settings {
            queue_entries_max: self.log.queue_entries_max,
            batch_entries_max: self.log.batch_entries_max,
            cache_facts_max: self.log.cache_facts_max,
            readers: self.log.readers,
            high_water: Some(self.high_water()),
            origin: Some(self.data.origin.clone()).filter(|origin| !origin.is_empty()),
            ..servanda_log::Settings::default()
        }
    }

    /// The folder of the high-water file. Unless it is set, it lies beside the data directory: an older copy of the
    /// whole directory, put in its place, is then known as older.
    pub(crate) fn high_water(&self) -> PathBuf {
        if !self.data.high_water.is_empty() {
            return PathBuf::from(&self.data.high_water);
        }
        high_water_beside(&self.data.dir)
    }

    /// The limits of the interface.
    pub(crate) fn api(&self) -> Result<servanda_api::Settings> {
        let server = &self.server;
        Ok(servanda_api::Settings {
            four_eyes: self.four_eyes()?,
            webhook_hosts: servanda_api::webhook_hosts(&self.webhooks.hosts),
            reads: match server.reads {
                Reads::Open => ReadAccess::Open,
                Reads::Token => ReadAccess::Token,
            },
            request_max: Duration::from_secs(server.request_seconds_max),
            header_max: Duration::from_secs(server.header_seconds_max),
            wait_max: Duration::from_secs(server.wait_seconds_max),
            idle_max: Duration::from_secs(server.idle_seconds_max),
            keep_alive: Duration::from_secs(server.keep_alive_seconds),
            // What is left is for the read model and the log.
            shutdown_max: Duration::from_secs(server.shutdown_seconds_max) * 4 / 5,
            connections_max: server.connections_max,
            bulk_bytes_max: server.bulk_bytes_max,
            lag_entries_max: server.lag_entries_max,
        })
    }

    /// The settings as TOML, with whatever is secret masked.
    pub(crate) fn shown(&self) -> Result<String> {
        let mut table = toml::Table::try_from(self).context("the settings cannot be written as TOML")?;
        mask(&mut table);
        Ok(toml::to_string(&table)?)
    }
}

/// The folder of the high-water file beside a data directory.
pub(crate) fn high_water_beside(dir: &Path) -> PathBuf {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let mut name = dir.file_name().unwrap_or_default().to_os_string();
    name.push(".high-water");
    dir.with_file_name(name)
}

/// Masks the values whose names say that they are secret.
fn mask(table: &mut toml::Table) {
    for (name, value) in table.iter_mut() {
        // The name of a file with a secret is none.
        let says_so = ["secret", "password", "token"].iter().any(|word| name.contains(word));
        let secret = says_so && !name.ends_with("_file");
        match value {
            toml::Value::Table(inner) => mask(inner),
            toml::Value::String(text) if secret && !text.is_empty() => *text = MASK.to_owned(),
            _ => {}
        }
    }
}

/// The variable of the environment that sets a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

fn check_known(key: &str, known: &[String], place: &str, name: impl Fn(&str) -> String) -> Result<()> {
    if known.iter().any(|other| other == key) {
        return Ok(());
    }
    let likeness = |other: &String| {
        let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        strsim::jaro_winkler(key, other).max(strsim::jaro_winkler(&last(key), &last(other)))
    };
    let nearest = known.iter().map(|other| (likeness(other), other)).max_by(|one, two| one.0.total_cmp(&two.0));
    let advice = match nearest {
        Some((alike, other)) if alike >= ALIKE_MIN => format!("did you mean `{}`?", name(other)),
        _ => "`servanda config print` shows all there are".to_owned(),
    };
    Err(usage(format!("there is no setting `{key}` ({place}); {advice}")))
}

/// The keys of a tree of values, as `section.key`, in order.
fn keys_of(values: impl IntoIterator<Item = (String, Value)>) -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in values {
        match value.kind {
            ValueKind::Table(inner) if !inner.is_empty() => {
                keys.extend(keys_of(inner).into_iter().map(|key| format!("{name}.{key}")));
            }
            _ => keys.push(name),
        }
    }
    keys.sort();
    keys
}

#[cfg(test)]
mod tests;
