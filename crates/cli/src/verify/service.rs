//! A look at a service: its checkpoint, that it continues the one seen before, and every entry behind it, from its
//! tiles.
//!
//! Deliberately absent: TLS. Whoever must ask through it downloads a bundle and verifies the file.

use anyhow::{Context as _, Result, ensure};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use servanda_proof::{Audit, Fault, Level, Mark, Policy, SignedNote, TILE_WIDTH, Tile, bundle_entries, leaf_hash};
use tokio::net::TcpStream;

use super::Believed;
use super::look::{Look, own};
use super::memory::Memory;
use crate::output::progress_bar;

/// Longest answer that is read: a bundle of the longest entries there can be.
const BYTES_MAX: usize = 256 * 65_537;

/// A service that is asked.
struct Service {
    authority: String,
    base: String,
}

impl Service {
    async fn get(&self, path: &str) -> Result<(StatusCode, Bytes)> {
        let stream = TcpStream::connect(&self.authority).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driven = tokio::spawn(connection);
        let request = Request::get(format!("{}{path}", self.base))
            .header(header::HOST, &self.authority)
            .body(Empty::<Bytes>::new())?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), BYTES_MAX).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("the answer to {path} cannot be read ({error})"))?.to_bytes();
        drop(sender);
        driven.abort();
        Ok((status, body))
    }

    async fn text(&self, path: &str) -> Result<String> {
        let (status, body) = self.get(path).await?;
        ensure!(status == StatusCode::OK, "the service answers {path} with {status}; is it a ledger with checkpoints?");
        Ok(String::from_utf8(body.to_vec())?)
    }
}

pub(crate) async fn look(url: &str, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let uri: Uri = url.parse().with_context(|| format!("{url} is no address of a service"))?;
    let host = uri.host().with_context(|| format!("{url} names no host"))?;
    let authority = format!("{host}:{}", uri.port_u16().unwrap_or(80));
    let service = Service { authority, base: uri.path().trim_end_matches('/').to_owned() };
    let told = || format!("{url} cannot be asked; check the address");
    let note = service.text("/checkpoint").await.with_context(told)?;
    let key = match given {
        Some(_) => None,
        None => {
            let policy = Policy::parse(&service.text("/policy").await.with_context(told)?)?;
            policy.logs().first().cloned()
        }
    };
    let believed = Believed::or(given, key)?;
    let Ok(note) = note.parse::<SignedNote>() else {
        return Ok(Look::invalid(Fault::NoCheckpoint));
    };
    let mut look = Look::at(note, &believed);
    let Some(checkpoint) = look.checkpoint.clone() else {
        return Ok(look);
    };
    let remembered = memory.mark(&checkpoint.origin, &believed.policy)?;
    let signed = Mark { size: checkpoint.size, root: checkpoint.root };
    let mut audit = Audit::against(std::iter::once(signed).chain(remembered).collect());
    let bar = progress_bar(Some(checkpoint.size), "verifying");
    while audit.tree().size() < checkpoint.size {
        let start = audit.tree().size();
        let width = TILE_WIDTH.min(checkpoint.size - start);
        let tile = Tile { level: Level::Entries, index: start / TILE_WIDTH, width };
        let (status, body) = service.get(&format!("/tile/{tile}")).await.with_context(told)?;
        let entries = if status == StatusCode::OK { bundle_entries(&body) } else { None };
        let Some(entries) = entries.filter(|entries| entries.len() as u64 == width) else {
            let what = format!("the service does not give it ({status})");
            look.verdict = servanda_proof::Verdict::Invalid(Fault::Entry { position: start + 1, what });
            return Ok(look);
        };
        entries.into_iter().for_each(|entry| audit.push(leaf_hash(entry)));
        bar.set_position(audit.tree().size());
    }
    bar.finish_and_clear();
    look.judge_history(&audit, remembered);
    own(&mut look, &audit, remembered);
    Ok(look)
}
