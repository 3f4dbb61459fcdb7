//! A look at a service: its checkpoint, how its key was replaced, and every entry behind it, from its tiles.
//!
//! Deliberately absent: the connection, see `asking`.

use anyhow::{Context as _, Result};
use hyper::StatusCode;
use servanda_proof::{Fault, Level, Policy, Rotation, SignedNote, TILE_WIDTH, Tile, bundle_entries};

use super::Believed;
use super::look::Look;
use super::memory::Memory;
use crate::asking::Service;
use crate::output::progress_bar;

/// What the service says of how its key was replaced; nothing where it does not know the question.
async fn rotations(service: &Service) -> Result<Option<Vec<Rotation>>> {
    let (status, body) = service.get("/rotations").await?;
    if status == StatusCode::NOT_FOUND {
        return Ok(Some(Vec::new()));
    }
    let text = String::from_utf8(body.to_vec()).ok().filter(|_| status == StatusCode::OK);
    Ok(text.and_then(|text| Rotation::read_all(&text).ok()))
}

pub(crate) async fn look(url: &str, given: Option<Believed>, memory: &Memory) -> Result<Look> {
    let told = || format!("{url} cannot be asked; check the address");
    let service = Service::at(url)?;
    // First the checkpoint: a rotation that comes in between is then beyond it.
    let note = service.text("/checkpoint").await.with_context(told)?;
    let key = match given {
        Some(_) => None,
        None => {
            let policy = Policy::parse(&service.text("/policy").await.with_context(told)?)?;
            policy.logs().next().cloned()
        }
    };
    let believed = Believed::or(given, key)?;
    let (Ok(note), Some(mut said)) = (note.parse::<SignedNote>(), rotations(&service).await.with_context(told)?) else {
        return Ok(Look::invalid(Fault::NoCheckpoint));
    };
    let claimed = note.text().parse::<servanda_proof::Checkpoint>().map_or(0, |checkpoint| checkpoint.size);
    said.retain(|rotation| rotation.position() <= claimed);
    let mut look = Look::at(note, &said, &believed, memory)?;
    let Some(checkpoint) = look.checkpoint.clone() else {
        return Ok(look);
    };
    let mut scan = look.scan();
    let bar = progress_bar(Some(checkpoint.size), "verifying");
    while scan.size() < checkpoint.size {
        let start = scan.size();
        let width = TILE_WIDTH.min(checkpoint.size - start);
        let tile = Tile { level: Level::Entries, index: start / TILE_WIDTH, width };
        let (status, body) = service.get(&format!("/tile/{tile}")).await.with_context(told)?;
        let entries = if status == StatusCode::OK { bundle_entries(&body) } else { None };
        let Some(entries) = entries.filter(|entries| entries.len() as u64 == width) else {
            let what = format!("the service does not give it ({status})");
            look.verdict = servanda_proof::Verdict::Invalid(Fault::Entry { position: start + 1, what });
            return Ok(look);
        };
        entries.into_iter().for_each(|entry| scan.push(entry));
        bar.set_position(scan.size());
    }
    bar.finish_and_clear();
    look.judge(&scan, &said);
    Ok(look)
}
