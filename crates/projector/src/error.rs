//! What can go wrong in the read model. Nothing here can refuse a fact: a fact that cannot be read stops the reading.

use servanda_events::codec::CodecError;
use servanda_events::ids::Position;
use servanda_log::LogError;

/// Why the read model could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectorError {
    /// The read model's own file failed.
    #[error("the read model cannot be used ({doing}); it can be deleted and is built anew from the log")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: rusqlite::Error,
    },
    /// The read model's file could not be opened, moved or removed.
    #[error("the file {path} cannot be used; check that the disk has room and that the folder may be written")]
    File {
        /// The file.
        path: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// Another process is building the read model.
    #[error("the read model is being built by another process; wait until that is done, then try again")]
    BuildUnderWay,
    /// An entry of the log cannot be read.
    #[error("entry {position} cannot be read; the read model stops before it")]
    Entry {
        /// Its place in the log.
        position: Position,
        /// Why.
        #[source]
        source: CodecError,
    },
    /// The log failed.
    #[error("the log failed")]
    Log(#[from] LogError),
}

impl ProjectorError {
    pub(crate) fn database(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| Self::Database { doing, source }
    }
}
