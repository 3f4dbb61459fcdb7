//! What the program tells of its own doings, on standard error: for people, or one JSON object per line.
//!
//! Deliberately absent: facts of the ledger, and texts of documents.

use std::io::{self, IsTerminal as _};

use anyhow::Result;
use tracing_subscriber::EnvFilter;

use crate::ending::usage;
use crate::settings::{TraceFormat, TraceSettings};

/// Starts telling. To be called once.
pub(crate) fn start(settings: &TraceSettings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .map_err(|error| usage(format!("the setting traces.filter does not fit ({error}); try `info`")))?;
    let human = match settings.format {
        TraceFormat::Auto => io::stderr().is_terminal(),
        TraceFormat::Human => true,
        TraceFormat::Json => false,
    };
    let traces = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if human {
        traces.with_target(false).with_ansi(io::stderr().is_terminal()).init();
    } else {
        traces.json().flatten_event(true).init();
    }
    Ok(())
}
