//! The settings themselves, group by group, with their defaults. What each does stands in `config/default.toml`.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use servanda_api::ReadAccess;

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the ledger is.
    pub(crate) data: DataSettings,
    /// How it is served.
    pub(crate) server: ServerSettings,
    /// What the ledger asks of those who record.
    pub(crate) policy: PolicySettings,
    /// Limits of the log.
    pub(crate) log: LogSettings,
    /// The servers that hold it, where they do.
    pub(crate) cluster: ClusterSettings,
    /// Where it is published.
    pub(crate) bus: BusSettings,
    /// To where entries may be sent.
    pub(crate) webhooks: WebhookSettings,
    /// What the program tells of its own doings.
    pub(crate) traces: TraceSettings,
}

/// To where entries may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSettings {
    /// Hosts separated by commas; empty for none.
    pub(crate) hosts: String,
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataSettings {
    pub(crate) dir: PathBuf,
    /// Empty for the name that the log has; a new one without a name is called `main`.
    pub(crate) ledger: String,
    /// Folder of the high-water file; empty for the one beside `dir`.
    pub(crate) high_water: String,
    /// Name of a new log towards outsiders; empty for one that no other log has.
    pub(crate) origin: String,
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
    pub(crate) survey: bool,
    pub(crate) shutdown_seconds_max: u64,
}

/// What the ledger asks of those who record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySettings {
    /// Empty for nothing, `all`, or families separated by commas.
    pub(crate) four_eyes: String,
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
    pub(crate) store: LogStore,
    pub(crate) queue_entries_max: usize,
    pub(crate) batch_entries_max: usize,
    pub(crate) cache_facts_max: usize,
    pub(crate) readers: usize,
    pub(crate) scrub_entries_per_second: u64,
}

/// Where the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LogStore {
    /// In the data directory.
    #[serde(rename = "sqlite")]
    Sqlite,
    /// In a stream of the servers of the bus; the data directory has a copy.
    #[serde(rename = "jetstream")]
    JetStream,
}

/// The servers that hold the log. Their addresses and credentials are those of the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClusterSettings {
    pub(crate) replicas: usize,
    /// Addresses of their monitoring, separated by commas; empty where there is none.
    pub(crate) monitoring: String,
    /// A person's word that they sync always, where it cannot be read.
    pub(crate) sync_always: bool,
    /// What this node is called; empty for a name that is drawn at each start.
    pub(crate) node: String,
}

/// Where the log is published. Everything secret stands in files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BusSettings {
    /// Empty for no bus.
    pub(crate) url: String,
    pub(crate) publish: bool,
    pub(crate) creds_file: String,
    pub(crate) nkey_file: String,
    pub(crate) user: String,
    pub(crate) password_file: String,
    pub(crate) tls_ca_file: String,
    pub(crate) tls_cert_file: String,
    pub(crate) tls_key_file: String,
    pub(crate) inbox_prefix: String,
    pub(crate) replicas: usize,
    /// 0 for no limit but the server's disk.
    pub(crate) stream_bytes_max: u64,
    pub(crate) duplicate_seconds: u64,
    pub(crate) window_messages_max: usize,
    pub(crate) ack_seconds_max: u64,
}

/// What the program tells of its own doings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSettings {
    pub(crate) format: TraceFormat,
    pub(crate) filter: String,
}

/// The form of traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        Self { dir: "data".into(), ledger: String::new(), high_water: String::new(), origin: String::new() }
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
            survey: true,
            shutdown_seconds_max: 25,
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        let log = servanda_log::Settings::default();
        Self {
            store: LogStore::Sqlite,
            queue_entries_max: log.queue_entries_max,
            batch_entries_max: log.batch_entries_max,
            cache_facts_max: log.cache_facts_max,
            readers: log.readers,
            scrub_entries_per_second: 1_000,
        }
    }
}

impl Default for ClusterSettings {
    fn default() -> Self {
        Self { replicas: 3, monitoring: String::new(), sync_always: false, node: String::new() }
    }
}

impl Default for BusSettings {
    fn default() -> Self {
        let relay = servanda_bus::Settings::default();
        Self {
            url: String::new(),
            publish: true,
            creds_file: String::new(),
            nkey_file: String::new(),
            user: String::new(),
            password_file: String::new(),
            tls_ca_file: String::new(),
            tls_cert_file: String::new(),
            tls_key_file: String::new(),
            inbox_prefix: String::new(),
            replicas: relay.stream.replicas,
            stream_bytes_max: relay.stream.bytes_max.unwrap_or(0),
            duplicate_seconds: relay.stream.duplicate_window.as_secs(),
            window_messages_max: relay.window_messages,
            ack_seconds_max: relay.ack_max.as_secs(),
        }
    }
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { format: TraceFormat::Auto, filter: "info,async_nats=off".to_owned() }
    }
}
