//! Settings: flags over `SERVANDA_SECTION__KEY` over the configuration file over the built-in defaults.
//!
//! A key that nobody knows is an error that says where it stands and what may have been meant: a setting that silently
//! does nothing is worse than none. `config/default.toml` documents every key; a test keeps it equal to the defaults.
//!
//! Deliberately absent: what the settings do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use config::{Config, FileFormat, Source as _, Value, ValueKind};
use serde::{Deserialize, Serialize};
use servanda_api::ReadAccess;
use servanda_events::ids::LedgerName;

use crate::ending::usage;

/// What every variable of the environment that is meant for us begins with.
const PREFIX: &str = "SERVANDA_";
/// How alike two keys must be for one to be suggested for the other.
const ALIKE_MIN: f64 = 0.8;
/// Shown instead of a secret.
const MASK: &str = "********";

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the ledger is.
    pub(crate) data: DataSettings,
    /// How it is served.
    pub(crate) server: ServerSettings,
    /// Limits of the log.
    pub(crate) log: LogSettings,
    /// What the program tells of its own doings.
    pub(crate) traces: TraceSettings,
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataSettings {
    pub(crate) dir: PathBuf,
    /// Empty for the name that the log has; a new one without a name is called `main`.
    pub(crate) ledger: String,
}

/// How the ledger is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerSettings {
    pub(crate) listen: SocketAddr,
    pub(crate) reads: Reads,
    pub(crate) connections_max: usize,
    pub(crate) header_seconds_max: u64,
    pub(crate) request_seconds_max: u64,
    pub(crate) wait_seconds_max: u64,
    pub(crate) idle_seconds_max: u64,
    pub(crate) keep_alive_seconds: u64,
    pub(crate) bulk_bytes_max: u64,
    pub(crate) lag_entries_max: u64,
    pub(crate) shutdown_seconds_max: u64,
}

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reads {
    /// Anyone who reaches the service.
    Open,
    /// Whoever has a token, once one was ever made.
    Token,
}

/// Limits of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSettings {
    pub(crate) queue_entries_max: usize,
    pub(crate) batch_entries_max: usize,
    pub(crate) cache_facts_max: usize,
    pub(crate) readers: usize,
}

/// What the program tells of its own doings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSettings {
    pub(crate) format: TraceFormat,
    pub(crate) filter: String,
}

/// The form of traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TraceFormat {
    /// For people when a terminal watches, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

impl Default for DataSettings {
    fn default() -> Self {
        Self { dir: "data".into(), ledger: String::new() }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        let api = servanda_api::Settings::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            reads: match api.reads {
                ReadAccess::Open => Reads::Open,
                ReadAccess::Token => Reads::Token,
            },
            connections_max: api.connections_max,
            header_seconds_max: api.header_max.as_secs(),
            request_seconds_max: api.request_max.as_secs(),
            wait_seconds_max: api.wait_max.as_secs(),
            idle_seconds_max: api.idle_max.as_secs(),
            keep_alive_seconds: api.keep_alive.as_secs(),
            bulk_bytes_max: api.bulk_bytes_max,
            lag_entries_max: api.lag_entries_max,
            shutdown_seconds_max: 25,
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        let log = servanda_log::Settings::default();
        Self {
            queue_entries_max: log.queue_entries_max,
            batch_entries_max: log.batch_entries_max,
            cache_facts_max: log.cache_facts_max,
            readers: log.readers,
        }
    }
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { format: TraceFormat::Auto, filter: "info".to_owned() }
    }
}

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
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
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
        ];
        if let Some((key, _)) = positive.iter().find(|(_, good)| !good) {
            return Err(usage(format!("the setting {key} is 0; it must be 1 or more")));
        }
        self.ledger()?;
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

    /// The limits of the log.
    pub(crate) fn log(&self) -> servanda_log::Settings {
        servanda_log::Settings {
            queue_entries_max: self.log.queue_entries_max,
            batch_entries_max: self.log.batch_entries_max,
            cache_facts_max: self.log.cache_facts_max,
            readers: self.log.readers,
            ..servanda_log::Settings::default()
        }
    }

    /// The limits of the interface.
    pub(crate) fn api(&self) -> servanda_api::Settings {
        let server = &self.server;
        servanda_api::Settings {
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
        }
    }

    /// The settings as TOML, with whatever is secret masked.
    pub(crate) fn shown(&self) -> Result<String> {
        let mut table = toml::Table::try_from(self).context("the settings cannot be written as TOML")?;
        mask(&mut table);
        Ok(toml::to_string(&table)?)
    }
}

/// Masks the values whose names say that they are secret.
fn mask(table: &mut toml::Table) {
    for (name, value) in table.iter_mut() {
        let secret = ["secret", "password", "token"].iter().any(|word| name.contains(word));
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
mod tests {
    use std::io::Write as _;

    use super::*;

    fn load(file: &str, environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Settings, String> {
        let mut written = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        written.write_all(file.as_bytes()).unwrap();
        let sources = Sources {
            file: Some(written.path()),
            environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            flags: flags.iter().map(|(n, v)| (*n, (*v).to_owned())).collect(),
        };
        Settings::load(&sources)
            .map_err(|error| format!("{error:#}").replace(&written.path().display().to_string(), "FILE"))
    }

    #[test]
    fn the_documented_defaults_are_the_built_in_ones() {
        let documented = include_str!("../../../config/default.toml");
        assert_eq!(toml::from_str::<Settings>(documented).unwrap(), Settings::default());
        let keys = documented.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
        let all = keys_of(Config::try_from(&Settings::default()).unwrap().collect().unwrap());
        assert_eq!(keys, all.len(), "every key stands there once: {all:?}");
    }

    #[test]
    fn the_files_for_development_and_tests_are_good() {
        for file in ["development", "test"] {
            let path = format!("{}/../../config/{file}.toml", env!("CARGO_MANIFEST_DIR"));
            Settings::load(&Sources { file: Some(Path::new(&path)), ..Sources::default() }).unwrap();
        }
    }

    #[test]
    fn flags_win_over_the_environment_over_the_file_over_the_defaults() {
        let file = "[data]\ndir = \"file\"\n[log]\nreaders = 2\n[server]\nlisten = \"127.0.0.1:1\"\n";
        let environment = [("SERVANDA_DATA__DIR", "environment"), ("SERVANDA_LOG__READERS", "3")];
        let settings = load(file, &environment, &[("data.dir", "flag")]).unwrap();
        assert_eq!(settings.data.dir, Path::new("flag"));
        assert_eq!(settings.log.readers, 3);
        assert_eq!(settings.server.listen.port(), 1);
        assert_eq!(settings.traces, TraceSettings::default());
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place_and_a_suggestion() {
        assert_eq!(
            load("[server]\nlistn = \"127.0.0.1:1\"\n", &[], &[]).unwrap_err(),
            "there is no setting `server.listn` (in FILE); did you mean `server.listen`?"
        );
        assert_eq!(
            load("[colour]\n", &[], &[]).unwrap_err(),
            "there is no setting `colour` (in FILE); `servanda config print` shows all there are"
        );
        assert_eq!(
            load("", &[("SERVANDA_DIR", "x")], &[]).unwrap_err(),
            "there is no setting `dir` (in the variable SERVANDA_DIR of the environment); \
             did you mean `SERVANDA_DATA__DIR`?"
        );
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error_that_names_it() {
        for (file, word) in [
            ("[server]\nlisten = \"here\"\n", "server.listen"),
            ("[log]\nreaders = \"many\"\n", "log.readers"),
            ("[log]\nreaders = 0\n", "log.readers"),
            ("[data]\nledger = \"Two Words\"\n", "data.ledger"),
            ("[traces]\nformat = \"loud\"\n", "traces.format"),
            ("[server\n", "FILE"),
        ] {
            let error = load(file, &[], &[]).unwrap_err();
            assert!(error.contains(word), "{file}: {error}");
        }
    }

    #[test]
    fn what_is_shown_reads_back_and_secrets_are_masked() {
        let settings = Settings::default();
        assert_eq!(toml::from_str::<Settings>(&settings.shown().unwrap()).unwrap(), settings);
        let mut table: toml::Table = "a = 'x'\n[bus]\ntoken = 'abc'\nstore_password = ''\n".parse().unwrap();
        mask(&mut table);
        assert_eq!(table.to_string(), "a = \"x\"\n\n[bus]\nstore_password = \"\"\ntoken = \"********\"\n");
    }
}
