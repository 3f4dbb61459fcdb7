//! What all tests of several nodes are written with: servers, a scene for nodes, commands, and looks at what was
//! recorded.
//!
//! Deliberately absent: the tests themselves; several servers, see `tests/cluster` of the whole.

#[path = "../contract/jetstream.rs"]
pub(crate) mod jetstream;
#[path = "../contract/kit.rs"]
pub(crate) mod kit;
#[path = "../../../../tests/support/nats.rs"]
#[expect(unreachable_pub, reason = "the server is made for the tests of the bus too")]
pub(crate) mod nats;
#[path = "scene.rs"]
pub(crate) mod scene;

/// What the server for tests asks of the crate it is part of.
pub(crate) mod repository {
    pub(crate) fn root() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }
}
