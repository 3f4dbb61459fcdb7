//! Files beside the log that hold what concerns people: readable by this user alone.
//!
//! Deliberately absent: what stands in them.

use std::io;
use std::path::Path;

/// Makes the file, if it is not there, so that nobody else can read it, and says its path to whoever opens it.
pub(crate) fn private(path: &Path) -> io::Result<&Path> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(path)
}
