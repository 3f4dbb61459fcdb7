//! The connection to the servers: addresses, credentials and certificates, all secrets from files.
//!
//! Files are read at each connection, so that new credentials count without a restart. Deliberately absent: secrets in
//! addresses, which end up in process lists and traces.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr};
use tokio::sync::watch;

use crate::state::{Fault, Trouble};

/// How long one attempt to connect may take. One that was cut off is tried like any other, while all wait.
const CONNECT_MAX: Duration = Duration::from_secs(2);
/// How often a server is asked whether it is still there. One that was cut off or sleeps is given up at the third time.
const PING_EVERY: Duration = Duration::from_secs(1);
/// Commands that wait for the connection; what is more makes its sender wait.
const CLIENT_COMMANDS_MAX: usize = 256;

const CHECK_TLS: &str = "check bus.tls_ca_file, that bus.tls_cert_file and bus.tls_key_file belong together where the \
                         server asks for a certificate, and the server's own certificate";

/// Who we are to the servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Credentials {
    /// Anybody.
    #[default]
    None,
    /// A file of credentials, as an operator's tools make it: a token and the key that signs with it.
    CredsFile(PathBuf),
    /// A file with the seed of an nkey.
    NkeyFile(PathBuf),
    /// A user, and a file with the password.
    Password {
        /// The user.
        user: String,
        /// The file.
        file: PathBuf,
    },
}

/// Where the servers are, and how to reach them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// Addresses, separated by commas: `nats://host:4222`, `tls://host:4222`.
    pub servers: String,
    /// Who we are.
    pub credentials: Credentials,
    /// Certificates of those who may vouch for the servers, beside the system's.
    pub tls_ca_file: Option<PathBuf>,
    /// Our certificate and its key, where the servers ask for one.
    pub tls_client: Option<(PathBuf, PathBuf)>,
    /// What the subjects of answers begin with; empty for the usual `_INBOX`.
    pub inbox_prefix: String,
}

/// Why a connection cannot even be tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// There is no address.
    #[error("no server of the bus is named; give one with --nats, such as nats://127.0.0.1:4222")]
    NoServer,
    /// An address does not read.
    #[error("`{address}` is no address of a server ({detail}); give one such as nats://127.0.0.1:4222")]
    BadAddress {
        /// The address.
        address: String,
        /// What is wrong.
        detail: String,
    },
    /// An address holds a secret.
    #[error(
        "an address of the bus holds a user or a password, which others on this machine can see; put the password into \
         a file and name it in bus.password_file, or use bus.creds_file"
    )]
    SecretInAddress,
    /// A file cannot be read.
    #[error("{} cannot be read ({detail}); check the setting bus.{setting}", path.display())]
    UnreadableFile {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A file does not hold what it should.
    #[error("{} does not hold {expected}; check the setting bus.{setting}", path.display())]
    BadFile {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What should be in it.
        expected: &'static str,
    },
}

/// What the library said of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Whether it was lost.
    pub(crate) lost: bool,
    /// What the server last complained about.
    pub(crate) complaint: Option<String>,
}

/// Whether words of the library are about a certificate, ours or the server's, or about another end of a handshake.
fn refuses_to_encrypt(said: &str) -> bool {
    said.contains("certificate") || said.contains("received fatal alert")
}

fn read(setting: &'static str, path: &Path) -> Result<String, ConnectionError> {
    std::fs::read_to_string(path).map_err(|error| ConnectionError::UnreadableFile {
        setting,
        path: path.to_owned(),
        detail: error.to_string(),
    })
}

impl Connection {
    /// Whether the addresses and files are good, as far as can be said without a server.
    pub fn check(&self) -> Result<(), ConnectionError> {
        self.addresses()?;
        self.options().map(drop)
    }

    fn addresses(&self) -> Result<Vec<ServerAddr>, ConnectionError> {
        let texts: Vec<&str> = self.servers.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
        let parsed = texts.iter().map(|text| {
            if text.contains('@') {
                return Err(ConnectionError::SecretInAddress);
            }
            text.parse::<ServerAddr>()
                .map_err(|error| ConnectionError::BadAddress { address: (*text).to_owned(), detail: error.to_string() })
        });
        let addresses = parsed.collect::<Result<Vec<_>, _>>()?;
        if addresses.is_empty() { Err(ConnectionError::NoServer) } else { Ok(addresses) }
    }

    fn options(&self) -> Result<ConnectOptions, ConnectionError> {
        let mut options = ConnectOptions::new()
            .name("servanda")
            .connection_timeout(CONNECT_MAX)
            .client_capacity(CLIENT_COMMANDS_MAX)
            .ping_interval(PING_EVERY);
        if !self.inbox_prefix.is_empty() {
            options = options.custom_inbox_prefix(&self.inbox_prefix);
        }
        options = match &self.credentials {
            Credentials::None => options,
            Credentials::CredsFile(path) => {
                let bad = |_| ConnectionError::BadFile {
                    setting: "creds_file",
                    path: path.clone(),
                    expected: "a token and a key, as a file of credentials does",
                };
                options.credentials(&read("creds_file", path)?).map_err(bad)?
            }
            Credentials::NkeyFile(path) => {
                let text = read("nkey_file", path)?;
                let seed = text.trim();
                if !seed.starts_with('S') || seed.contains(char::is_whitespace) {
                    let expected = "the seed of an nkey, which begins with S";
                    return Err(ConnectionError::BadFile { setting: "nkey_file", path: path.clone(), expected });
                }
                options.nkey(seed.to_owned())
            }
            Credentials::Password { user, file } => {
                let password = read("password_file", file)?;
                options.user_and_password(user.clone(), password.trim_end_matches(['\r', '\n']).to_owned())
            }
        };
        if let Some(path) = &self.tls_ca_file {
            read("tls_ca_file", path)?;
            options = options.add_root_certificates(path.clone());
        }
        if let Some((certificate, key)) = &self.tls_client {
            read("tls_cert_file", certificate)?;
            read("tls_key_file", key)?;
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        Ok(options)
    }

    /// Connects. `link` hears what becomes of the connection. One that is lost is made anew by the library at most
    /// `reconnects` times; without a number, as often as it takes.
    pub(crate) async fn connect(&self, link: watch::Sender<Link>, reconnects: Option<usize>) -> Result<Client, Fault> {
        let unusable = |error: ConnectionError| Fault::new(Trouble::CredentialsRefused, error.to_string());
        let addresses = self.addresses().map_err(unusable)?;
        let options = self.options().map_err(unusable)?;
        let options = options.max_reconnects(reconnects).event_callback(move |event| {
            match event {
                Event::Disconnected | Event::Closed => link.send_modify(|link| link.lost = true),
                Event::ServerError(error) => link.send_modify(|link| link.complaint = Some(error.to_string())),
                Event::ClientError(error) => tracing::debug!(%error, "the client of the bus complains"),
                Event::Connected | Event::LameDuckMode | Event::Draining | Event::SlowConsumer(_) => {}
            }
            std::future::ready(())
        });
        options.connect(addresses).await.map_err(|error| {
            let said = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            let (trouble, advice) = match error.kind() {
                ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                    (Trouble::CredentialsRefused, "check the credentials in the settings of the bus")
                }
                ConnectErrorKind::Tls => (Trouble::Tls, CHECK_TLS),
                // The library calls a certificate that one side does not accept a failure of the connection.
                _ if refuses_to_encrypt(&said) => (Trouble::Tls, CHECK_TLS),
                _ => (Trouble::Unreachable, "check that the server runs and that bus.url names it"),
            };
            Fault::new(trouble, format!("{} ({said}); {advice}", self.servers))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn to(servers: &str) -> Connection {
        Connection { servers: servers.to_owned(), ..Connection::default() }
    }

    #[test]
    fn addresses_are_checked_without_a_server() {
        assert_eq!(to("nats://127.0.0.1:4222, tls://bus.example:4222").check(), Ok(()));
        assert_eq!(to("127.0.0.1").check(), Ok(()));
        assert_eq!(to(" ,").check(), Err(ConnectionError::NoServer));
        assert!(matches!(to("http://127.0.0.1").check(), Err(ConnectionError::BadAddress { .. })));
        assert_eq!(to("nats://user:secret@127.0.0.1").check(), Err(ConnectionError::SecretInAddress));
        let words = to("nats://user:secret@127.0.0.1").check().unwrap_err().to_string();
        assert!(!words.contains("secret"), "{words}");
    }

    #[test]
    fn a_file_that_does_not_hold_what_it_should_is_named_with_its_setting() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "nothing of use").unwrap();
        let path = file.path().to_owned();
        for (credentials, word) in [
            (Credentials::CredsFile(path.clone()), "bus.creds_file"),
            (Credentials::NkeyFile(path.clone()), "bus.nkey_file"),
            (Credentials::CredsFile("absent".into()), "absent cannot be read"),
            (Credentials::Password { user: "relay".into(), file: "absent".into() }, "bus.password_file"),
        ] {
            let words = Connection { credentials, ..to("127.0.0.1") }.check().unwrap_err().to_string();
            assert!(words.contains(word) && !words.contains("nothing of use"), "{words}");
        }
        let ca = Connection { tls_ca_file: Some("absent".into()), ..to("127.0.0.1") };
        assert!(ca.check().unwrap_err().to_string().contains("bus.tls_ca_file"));
        let password = Credentials::Password { user: "relay".into(), file: path };
        assert_eq!(Connection { credentials: password, ..to("127.0.0.1") }.check(), Ok(()));
    }
}
