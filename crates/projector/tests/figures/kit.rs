//! What the tests of figures share: a story read as of a date.

use serde_json::{Value, json};
use servanda_events::ids::Position;
use servanda_events::testing::{Story, parsed, scene};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::progress::{CommitmentProgress, Figure, Rollup};
use servanda_projector::{At, Over, ReadModel, Reader};

/// Reads a story as of a date, with all that it knows.
pub(crate) fn read<T>(story: &Story, as_of: &str, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
    read_at(story, At { as_of: parsed(as_of), known_at: Position::MAX }, ask)
}

/// Reads a story at two clocks.
pub(crate) fn read_at<T>(story: &Story, at: At, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2030-01-01T00:00:00Z")), Ids::stepping());
    runtime.block_on(log.append_exact(story.entries().to_vec())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (model, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    model.at(at, |reader| Ok(ask(reader))).unwrap()
}

/// The figures of `branch`.
pub(crate) fn branch(story: &Story, as_of: &str) -> CommitmentProgress {
    read(story, as_of, |reader| reader.commitment_progress(&parsed("branch")).unwrap().unwrap())
}

/// The figures of the package `visit`.
pub(crate) fn visit(story: &Story, as_of: &str) -> Rollup {
    read(story, as_of, |reader| reader.rollup(&Over::Package(parsed("visit"))).unwrap().unwrap())
}

/// A figure as text, to three places.
pub(crate) fn shown(figure: &Figure) -> String {
    figure.value.map_or_else(|| "null".to_owned(), |value| value.round_dp(3).normalize().to_string())
}

/// A command about something that was so on a day.
pub(crate) fn on(day: &str, command: Value) -> Value {
    scene::but(command, json!({ "occurred_on": day }))
}

/// A milestone of `branch` with a weight.
pub(crate) fn milestone(id: &str, due: &str, weight: &str) -> Value {
    scene::with(scene::milestone("branch", id, due), json!({ "weight": weight }))
}
