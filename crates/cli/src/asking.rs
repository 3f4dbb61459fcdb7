//! Questions to a service over HTTP, plain or through TLS with the authorities that this machine trusts; and what is
//! sent to one, see [`crate::webhooks`].
//!
//! TLS keeps others from listening in and from answering in the service's place. It proves nothing about the log: what
//! is answered is checked as if it came from anybody. Deliberately absent: redirects, and trust in any answer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Longest answer that is read: a bundle of the longest entries there can be.
const BYTES_MAX: usize = 256 * 65_537;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service that is asked.
pub(crate) struct Service {
    host: String,
    authority: String,
    base: String,
    /// Path and query of the address.
    target: String,
    /// None for plain HTTP.
    tls: Option<TlsConnector>,
}

/// A connection of either kind.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Service {
    /// The service at an address that begins with `http://` or `https://`.
    pub(crate) fn at(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("{url} is no address of a service"))?;
        let host = uri.host().with_context(|| format!("{url} names no host"))?.to_owned();
        let secure = uri.scheme_str() == Some("https");
        let authority = format!("{host}:{}", uri.port_u16().unwrap_or(if secure { 443 } else { 80 }));
        let base = uri.path().trim_end_matches('/').to_owned();
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let tls = if secure { Some(connector()?) } else { None };
        Ok(Self { host, authority, base, target, tls })
    }

    async fn connect(&self) -> Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(&self.authority).await?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let host = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).context("the host has no name that a certificate could bear")?;
        let stream = tls.connect(name, stream).await;
        Ok(Box::new(stream.context("its certificate is not vouched for by an authority that this machine trusts")?))
    }

    /// The answer to a path.
    pub(crate) async fn get(&self, path: &str) -> Result<(StatusCode, Bytes)> {
        let answer = tokio::time::timeout(PATIENCE, self.answer(path)).await;
        answer.with_context(|| format!("{path} was not answered within {} seconds", PATIENCE.as_secs()))?
    }

    async fn answer(&self, path: &str) -> Result<(StatusCode, Bytes)> {
        let request = Request::get(format!("{}{path}", self.base))
            .header(header::HOST, &self.authority)
            .body(Full::<Bytes>::default())?;
        self.exchange(request, BYTES_MAX).await
    }

    /// Sends something, with these headers, to the very address that the service was named by, and reads at most
    /// `limit` bytes of the answer.
    pub(crate) async fn post(
        &self,
        headers: &[(&str, &str)],
        body: Bytes,
        limit: usize,
    ) -> Result<(StatusCode, Bytes)> {
        let mut request = Request::post(&self.target).header(header::HOST, &self.authority);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.exchange(request.body(Full::new(body))?, limit).await
    }

    async fn exchange(&self, request: Request<Full<Bytes>>, limit: usize) -> Result<(StatusCode, Bytes)> {
        let path = request.uri().path().to_owned();
        let stream = self.connect().await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driven = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), limit).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("the answer to {path} cannot be read ({error})"))?.to_bytes();
        drop(sender);
        driven.abort();
        Ok((status, body))
    }

    /// The text at a path that must be there.
    pub(crate) async fn text(&self, path: &str) -> Result<String> {
        let (status, body) = self.get(path).await?;
        ensure!(status == StatusCode::OK, "the service answers {path} with {status}; is it a ledger with checkpoints?");
        Ok(String::from_utf8(body.to_vec())?)
    }
}

fn connector() -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one that nobody is trusted by.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    ensure!(!roots.is_empty(), "this machine trusts no certificate authority; install its list, or verify a file");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
