//! Bytes of a named encoding into UTF-8, strictly: what does not fit is refused with its place, never replaced.
//!
//! On the way it watches what the reader of a table cannot see: how long the present row is, whether the input ends
//! inside a quoted cell, and whether its last line has an end.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use crate::error::InputError;

/// Most bytes of one row.
pub(crate) const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Bytes handed on at a time.
const BLOCK_BYTES: usize = 64 * 1024;

/// What the reader of rows tells of its progress.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    since_row: Arc<AtomicUsize>,
    row: Arc<AtomicU64>,
    ended_open: Arc<AtomicBool>,
}

impl Progress {
    /// A row was read; the next one has this number.
    pub(crate) fn next_row(&self, number: u64) {
        self.since_row.store(0, Ordering::Relaxed);
        self.row.store(number, Ordering::Relaxed);
    }

    /// Whether the input has ended, in a line without an end.
    pub(crate) fn ended_open(&self) -> bool {
        self.ended_open.load(Ordering::Relaxed)
    }
}

/// Where in a table the bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    CellBegins,
    Plain,
    Quoted,
    Doubled,
}

/// A reader of UTF-8 over a reader of anything.
pub(crate) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    encoding: &'static Encoding,
    raw: Vec<u8>,
    at: usize,
    raw_before: u64,
    ended: bool,
    finished: bool,
    progress: Progress,
    delimiter: Option<u8>,
    quote: Quote,
    /// The last byte that was handed on.
    last: u8,
}

/// The encoding of a name, such as `utf-8` or `windows-1251`.
pub(crate) fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

impl<R: Read> Decoded<R> {
    /// Reads `inner`; with a delimiter, it watches the quotes of a table.
    pub(crate) fn new(
        mut inner: R,
        encoding: &'static Encoding,
        delimiter: Option<u8>,
        progress: Progress,
    ) -> Result<Self, InputError> {
        let mut raw = vec![0; BLOCK_BYTES];
        let mut length = 0;
        while length < 3 {
            let read = inner.read(&mut raw[length..])?;
            if read == 0 {
                break;
            }
            length += read;
        }
        raw.truncate(length);
        if let Some((found, _)) = Encoding::for_bom(&raw)
            && found != encoding
        {
            return Err(InputError::OtherEncoding { found: found.name(), expected: encoding.name().to_owned() });
        }
        let decoder = encoding.new_decoder_with_bom_removal();
        let quote = Quote::CellBegins;
        let ended = false;
        Ok(Self {
            inner,
            decoder,
            encoding,
            raw,
            at: 0,
            raw_before: 0,
            ended,
            finished: false,
            progress,
            delimiter,
            quote,
            last: b'\n',
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.raw_before += self.raw.len() as u64;
        self.raw.resize(BLOCK_BYTES, 0);
        let read = self.inner.read(&mut self.raw)?;
        self.raw.truncate(read);
        self.at = 0;
        self.ended = read == 0;
        Ok(())
    }

    fn watch(&mut self, bytes: &[u8]) {
        let Some(delimiter) = self.delimiter else { return };
        for byte in bytes {
            self.quote = match (self.quote, *byte) {
                (Quote::CellBegins, b'"') => Quote::Quoted,
                (Quote::Quoted, b'"') => Quote::Doubled,
                (Quote::Quoted, _) | (Quote::Doubled, b'"') => Quote::Quoted,
                (_, b) if b == delimiter || b == b'\n' || b == b'\r' => Quote::CellBegins,
                (_, _) => Quote::Plain,
            };
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for one character.
        const ROOM: usize = 8;
        if out.len() < ROOM {
            return Err(io::Error::other("a block to read into is too small"));
        }
        while !self.finished {
            if self.at == self.raw.len() && !self.ended {
                self.fill()?;
            }
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(&self.raw[self.at..], out, self.ended);
            self.at += read;
            if let DecoderResult::Malformed(..) = result {
                let at = self.raw_before + self.at as u64;
                return Err(InputError::Encoding { at, encoding: self.encoding.name().to_owned() }.into());
            }
            self.finished = self.ended && result == DecoderResult::InputEmpty;
            if written > 0 {
                self.watch(&out[..written]);
                self.last = out[written - 1];
                let since = self.progress.since_row.fetch_add(written, Ordering::Relaxed) + written;
                if since > ROW_BYTES_MAX + 2 * BLOCK_BYTES {
                    let row = self.progress.row.load(Ordering::Relaxed);
                    return Err(InputError::RowTooLong { row, max: ROW_BYTES_MAX }.into());
                }
                return Ok(written);
            }
        }
        if self.quote == Quote::Quoted {
            return Err(InputError::Truncated.into());
        }
        self.progress.ended_open.store(!matches!(self.last, b'\n' | b'\r'), Ordering::Relaxed);
        Ok(0)
    }
}
