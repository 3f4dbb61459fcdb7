//! Lines put together from the pieces of a body, none of them kept longer than a command may be.

use servanda_events::request::COMMAND_BYTES_MAX;

/// The lines of a body, put together from its pieces.
#[derive(Default)]
pub(super) struct Lines {
    partial: Vec<u8>,
    /// The line that is being read is too long, and is passed over until its end.
    too_long: bool,
    /// Number of the last line that has ended.
    pub(super) number: u64,
    /// Bytes read so far.
    pub(super) bytes: u64,
}

/// What a piece of the body ended.
pub(super) enum Read {
    Line(u64, Vec<u8>),
    TooLong(u64),
}

impl Lines {
    pub(super) fn push(&mut self, piece: &[u8], mut see: impl FnMut(Read)) {
        self.bytes += piece.len() as u64;
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.extend(&rest[..end]);
            self.end(&mut see);
            rest = &rest[end + 1..];
        }
        self.extend(rest);
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.partial.len() + bytes.len() > COMMAND_BYTES_MAX {
            self.too_long = true;
            self.partial = Vec::new();
        }
        if !self.too_long {
            self.partial.extend_from_slice(bytes);
        }
    }

    /// Ends the last line, if it has no line end of its own.
    pub(super) fn finish(&mut self, mut see: impl FnMut(Read)) {
        if !self.partial.is_empty() || self.too_long {
            self.end(&mut see);
        }
    }

    /// Ends a line. Empty lines count, and say nothing.
    fn end(&mut self, see: &mut impl FnMut(Read)) {
        self.number += 1;
        let line = std::mem::take(&mut self.partial);
        if std::mem::take(&mut self.too_long) {
            see(Read::TooLong(self.number));
        } else if !line.iter().all(u8::is_ascii_whitespace) {
            see(Read::Line(self.number, line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut seen = Vec::new();
        let mut see = |read: Read| match read {
            Read::Line(number, bytes) => seen.push(format!("{number} {}", String::from_utf8_lossy(&bytes))),
            Read::TooLong(number) => seen.push(format!("{number} too long")),
        };
        for piece in pieces {
            lines.push(piece, &mut see);
        }
        lines.finish(&mut see);
        seen
    }

    #[test]
    fn lines_are_put_together_from_any_pieces() {
        assert_eq!(lines(&[b"a\nb", b"c\n\n", b"", b"d"]), ["1 a", "2 bc", "4 d"]);
        assert_eq!(lines(&[b"\r\n \n"]), [] as [&str; 0]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_without_being_kept() {
        let piece = vec![b'x'; COMMAND_BYTES_MAX];
        let mut all = Lines::default();
        for _ in 0..100 {
            all.push(&piece, |_| panic!("no line has ended"));
            assert!(all.partial.capacity() <= 2 * COMMAND_BYTES_MAX);
        }
        assert_eq!(lines(&[b"a\n", &piece, b"x\nb\n"]), ["1 a", "2 too long", "3 b"]);
        assert_eq!(lines(&[&piece, b"\nb"]).len(), 2);
    }
}
