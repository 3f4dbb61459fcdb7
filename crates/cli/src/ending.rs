//! How the program ends: its exit codes, and the words of an error.
//!
//! 0 it is done, 1 it failed, 2 it was called wrongly, 3 a verification failed, 4 a command was refused or something
//! stands in the way. Deliberately absent: backtraces; whoever reads these words wants to know what to do next.

use std::fmt;
use std::io;
use std::process::ExitCode;

use servanda_log::LogError;

/// A failure with an exit code of its own. Any other error ends with 1.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The program, its configuration or its input was not used as it must be.
    Usage(String),
    /// What was to be verified does not hold.
    Verification(String),
    /// A command was refused, or what was asked for stands against what is there.
    Conflict(String),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Verification(text) | Self::Conflict(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Ended {}

/// An error that ends with 2.
pub(crate) fn usage(text: impl Into<String>) -> anyhow::Error {
    Ended::Usage(text.into()).into()
}

/// An error that ends with 3.
pub(crate) fn does_not_hold(text: impl Into<String>) -> anyhow::Error {
    Ended::Verification(text.into()).into()
}

/// An error that ends with 4.
pub(crate) fn conflict(text: impl Into<String>) -> anyhow::Error {
    Ended::Conflict(text.into()).into()
}

/// Whether whoever read our output went away, which is no failure: `servanda schema | head -1`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        json.or_else(|| cause.downcast_ref::<io::Error>().map(io::Error::kind))
    };
    error.chain().any(|cause| kind(cause) == Some(io::ErrorKind::BrokenPipe))
}

/// The exit code of an error.
pub(crate) fn code_of(error: &anyhow::Error) -> ExitCode {
    let ended = error.chain().find_map(|cause| cause.downcast_ref::<Ended>());
    let distrusted = |cause: &(dyn std::error::Error + 'static)| {
        matches!(cause.downcast_ref::<LogError>(), Some(LogError::Distrusted { .. } | LogError::HighWater { .. }))
    };
    ExitCode::from(match ended {
        None if error.chain().any(distrusted) => 3,
        None => 1,
        Some(Ended::Usage(_)) => 2,
        Some(Ended::Verification(_)) => 3,
        Some(Ended::Conflict(_)) => 4,
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn the_code_of_an_error_is_found_behind_its_context() {
        let shown = |error: &anyhow::Error| format!("{:?}", code_of(error));
        let of = |code: u8| format!("{:?}", ExitCode::from(code));
        assert_eq!(shown(&anyhow::anyhow!("no")), of(1));
        assert_eq!(shown(&Err::<(), _>(usage("no")).context("while reading").unwrap_err()), of(2));
        assert_eq!(shown(&conflict("no")), of(4));
        assert_eq!(shown(&does_not_hold("no")), of(3));
        let lost = LogError::HighWater { path: "x".into(), detail: "lost".to_owned() };
        assert_eq!(shown(&anyhow::Error::from(lost).context("while opening")), of(3));
    }

    #[test]
    fn a_reader_that_went_away_is_told_from_other_failures() {
        let io = |kind| anyhow::Error::from(io::Error::from(kind)).context("while writing");
        assert!(is_broken_pipe(&io(io::ErrorKind::BrokenPipe)));
        assert!(!is_broken_pipe(&io(io::ErrorKind::StorageFull)));
        let json = serde_json::Error::io(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(is_broken_pipe(&json.into()));
    }
}
