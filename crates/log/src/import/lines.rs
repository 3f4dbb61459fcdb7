//! The lines of an export: header, entries, trailer, one at a time and none longer than one may be.
//!
//! Deliberately absent: what the entries say.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use servanda_events::recorded::ENTRY_BYTES_MAX;

use super::ImportError;
use crate::export::{Header, Trailer, VERSION};

/// The file, with the line that was read last.
#[derive(Debug)]
pub(super) struct Lines {
    from: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    pub(super) fn new(file: File) -> Self {
        Self { from: BufReader::with_capacity(1 << 16, file), line: Vec::new(), number: 0 }
    }

    /// The line that was read last, without its line feed.
    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.number = 0;
        self.from.seek(SeekFrom::Start(0)).map(|_| ())
    }

    /// Goes to the next line, which must end in a line feed; `false` at the end.
    pub(super) fn next(&mut self) -> Result<bool, ImportError> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.from).take(ENTRY_BYTES_MAX as u64 + 1).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        if self.line.pop() != Some(b'\n') {
            return Err(self.wrong("it is too long, or the file ends in the middle of it".to_owned()));
        }
        Ok(true)
    }

    pub(super) fn header(&mut self) -> Result<Header, ImportError> {
        let not = |detail: String| ImportError::NotAnExport { detail };
        if !self.next().map_err(|error| not(error.to_string()))? {
            return Err(not("the file is empty".to_owned()));
        }
        let header: Header = serde_json::from_slice(&self.line).map_err(|error| not(error.to_string()))?;
        if !(1..=VERSION).contains(&header.servanda_export) {
            return Err(not(format!("version {}, this one reads up to {VERSION}", header.servanda_export)));
        }
        Ok(header)
    }

    pub(super) fn trailer(&self) -> Option<Trailer> {
        let trailer: Trailer = serde_json::from_slice(&self.line).ok()?;
        (1..=VERSION).contains(&trailer.servanda_export_end).then_some(trailer)
    }

    /// The next line of a file that was found whole before.
    pub(super) fn expect_next(&mut self) -> Result<Vec<u8>, ImportError> {
        if self.next()? {
            return Ok(std::mem::take(&mut self.line));
        }
        Err(self.wrong("the file became shorter while it was imported".to_owned()))
    }

    pub(super) fn wrong(&self, detail: String) -> ImportError {
        ImportError::Wrong { line: self.number, detail }
    }
}
