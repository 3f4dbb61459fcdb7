//! Elements of the arrays `releases` and `records` of a package, one at a time, without reading the whole of it.
//!
//! It counts brackets and knows what a string is, and nothing else of JSON; each element is then read by a real parser.

use std::io::{BufRead, BufReader, Read};

use crate::decode::{Decoded, Progress};
use crate::error::InputError;

/// Most bytes of one element.
pub(super) const ELEMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most elements.
const ELEMENTS_MAX: u64 = 5_000_000;
/// Deepest nesting, below which the parser's own limit lies.
const DEPTH_MAX: usize = 128;
/// Longest name of a field of the package that is kept.
const KEY_BYTES_MAX: usize = 64;

/// An element of a package.
pub(super) enum Found {
    Release(Vec<u8>),
    Record(Vec<u8>),
}

/// The elements of a package.
pub(super) struct Elements<R: Read> {
    input: BufReader<Decoded<R>>,
    progress: Progress,
    depth: usize,
    /// What the array at depth two holds, while the reading is in one.
    within: Option<fn(Vec<u8>) -> Found>,
    key: Vec<u8>,
    count: u64,
    ended: bool,
}

fn json(detail: impl Into<String>) -> InputError {
    InputError::Json { detail: detail.into() }
}

impl<R: Read> Elements<R> {
    pub(super) fn new(input: R) -> Result<Self, InputError> {
        let progress = Progress::default();
        progress.next_row(1);
        let decoded = Decoded::new(input, encoding_rs::UTF_8, None, progress.clone())?;
        let input = BufReader::with_capacity(64 * 1024, decoded);
        let mut elements = Self { input, progress, depth: 0, within: None, key: Vec::new(), count: 0, ended: false };
        match elements.letter()? {
            Some(b'{') => elements.depth = 1,
            Some(_) => return Err(json("it does not begin with `{`; it is no package of releases or records")),
            None => return Err(InputError::Empty),
        }
        Ok(elements)
    }

    /// The next byte; the length of a row is watched by this reader itself.
    fn byte(&mut self) -> Result<Option<u8>, InputError> {
        self.progress.next_row(self.count + 1);
        let buffer = self.input.fill_buf()?;
        let byte = buffer.first().copied();
        self.input.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// The next byte that is no blank.
    fn letter(&mut self) -> Result<Option<u8>, InputError> {
        loop {
            match self.byte()? {
                Some(b) if b.is_ascii_whitespace() => {}
                byte => return Ok(byte),
            }
        }
    }

    fn cut_off() -> InputError {
        json("it ends in the middle; it was cut off")
    }

    /// The next element.
    pub(super) fn next(&mut self) -> Result<Option<Found>, InputError> {
        while !self.ended {
            let Some(byte) = self.letter()? else { return Err(Self::cut_off()) };
            match byte {
                b'"' => {
                    let text = self.string()?;
                    if self.depth == 1 {
                        self.key = text;
                    }
                }
                b'{' if self.depth == 2 => {
                    if let Some(found) = self.within {
                        return self.element().map(|bytes| Some(found(bytes)));
                    }
                    self.open()?;
                }
                b'[' if self.depth == 1 => {
                    self.within = match self.key.as_slice() {
                        b"releases" => Some(Found::Release),
                        b"records" => Some(Found::Record),
                        _ => None,
                    };
                    self.open()?;
                }
                b'{' | b'[' => self.open()?,
                b'}' | b']' => {
                    self.depth -= 1;
                    self.ended = self.depth == 0;
                    if self.depth < 2 {
                        self.within = None;
                    }
                }
                _ => {}
            }
        }
        if self.count == 0 {
            return Err(json("it has no releases; packages of releases and of records can be read"));
        }
        match self.letter()? {
            None => Ok(None),
            Some(_) => Err(json("something stands behind its end")),
        }
    }

    fn open(&mut self) -> Result<(), InputError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(json(format!("it is nested deeper than {DEPTH_MAX}")));
        }
        Ok(())
    }

    /// The rest of a string, of which the beginning is kept.
    fn string(&mut self) -> Result<Vec<u8>, InputError> {
        let mut text = Vec::new();
        let mut escaped = false;
        loop {
            let byte = self.byte()?.ok_or_else(Self::cut_off)?;
            match byte {
                b'"' if !escaped => return Ok(text),
                _ if text.len() < KEY_BYTES_MAX => text.push(byte),
                _ => {}
            }
            escaped = byte == b'\\' && !escaped;
        }
    }

    /// The rest of an object.
    fn element(&mut self) -> Result<Vec<u8>, InputError> {
        self.count += 1;
        if self.count > ELEMENTS_MAX {
            return Err(InputError::TooMany { what: "releases", max: ELEMENTS_MAX });
        }
        let mut bytes = vec![b'{'];
        let (mut depth, mut quoted, mut escaped) = (1, false, false);
        while depth > 0 {
            let byte = self.byte()?.ok_or_else(Self::cut_off)?;
            bytes.push(byte);
            if bytes.len() > ELEMENT_BYTES_MAX {
                return Err(InputError::RowTooLong { row: self.count, max: ELEMENT_BYTES_MAX });
            }
            if quoted {
                quoted = escaped || byte != b'"';
                escaped = byte == b'\\' && !escaped;
                continue;
            }
            match byte {
                b'"' => quoted = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if depth > DEPTH_MAX {
                return Err(json(format!("release {} is nested deeper than {DEPTH_MAX}", self.count)));
            }
        }
        Ok(bytes)
    }
}
