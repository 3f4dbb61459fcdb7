//! Lines of a file or of standard input, without ever holding one that is longer than it may be.
//!
//! Deliberately absent: what stands in the lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, Result};

/// A line of input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number, counted from 1.
    pub(crate) number: u64,
    /// Its bytes without the line feed; `None` where they are more than allowed.
    pub(crate) bytes: Option<Vec<u8>>,
    /// Bytes of input up to its end.
    pub(crate) read_bytes: u64,
}

/// Reads lines of at most so many bytes.
pub(crate) struct Lines<R> {
    input: R,
    bytes_max: usize,
    number: u64,
    read_bytes: u64,
}

/// Opens a file to read, or standard input for `-`, with the length of it where that is known.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn BufRead + Send>, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(io::stdin())), None));
    }
    let told = || format!("{} cannot be read; check the name and that you may read it", path.display());
    let file = File::open(path).with_context(told)?;
    let metadata = file.metadata().with_context(told)?;
    let length = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(BufReader::with_capacity(256 * 1024, file)), length))
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R, bytes_max: usize) -> Self {
        Self { input, bytes_max, number: 0, read_bytes: 0 }
    }

    /// The next line that is not blank.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            // One byte more for the line feed, and one to see that there are too many.
            let limit = self.bytes_max as u64 + 2;
            let read = self.input.by_ref().take(limit).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.read_bytes += read as u64;
            let ended = bytes.last() == Some(&b'\n');
            if ended {
                bytes.pop();
            }
            let fits = bytes.len() <= self.bytes_max;
            if !fits && !ended {
                self.skip_to_line_feed()?;
            }
            if !fits || !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Line {
                    number: self.number,
                    bytes: fits.then_some(bytes),
                    read_bytes: self.read_bytes,
                }));
            }
        }
    }

    fn skip_to_line_feed(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let skipped = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(skipped);
            self.read_bytes += skipped as u64;
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(input: &str, bytes_max: usize) -> Vec<(u64, Option<String>)> {
        // A small buffer, so that lines cross its ends.
        let mut lines = Lines::new(BufReader::with_capacity(3, input.as_bytes()), bytes_max);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push((line.number, line.bytes.map(|bytes| String::from_utf8(bytes).unwrap())));
        }
        assert_eq!(lines.read_bytes, input.len() as u64);
        found
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_passed_over() {
        let found = lines_of("one\n\n  \r\nfour\nfive", 10);
        assert_eq!(found, [(1, Some("one".into())), (4, Some("four".into())), (5, Some("five".into()))]);
    }

    #[test]
    fn a_line_of_exactly_the_limit_fits_and_longer_ones_do_not() {
        let found = lines_of("12345\n123456\n1234567890\n12345", 5);
        assert_eq!(found, [(1, Some("12345".into())), (2, None), (3, None), (4, Some("12345".into()))]);
        assert_eq!(lines_of("12345678", 5), [(1, None)]);
        assert_eq!(lines_of("        8\n", 5), [(1, None)], "a long line is not blank because it begins so");
    }
}
