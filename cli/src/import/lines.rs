use crate::store::limits;
use std::io::{self, BufRead, Read};

/// More than any event can have, whatever its tags and metadata. A file that is not one of lines must not fill the
/// memory.
const LONGEST: usize = limits::PAYLOAD_BYTES + 1_024 * 1_024;

/// Lines of bounded length.
pub(super) struct Lines<R> {
    text: R,
    line: Vec<u8>,
    /// The number of the line that was read last, from 1.
    pub(super) number: u64,
    longest: usize,
}

/// A line as it was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    Line(&'a [u8]),
    /// It has more bytes than this.
    TooLong(usize),
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, line: Vec::new(), number: 0, longest: LONGEST }
    }

    /// The next line, with its line break if it has one; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        self.line.clear();
        let most = self.longest as u64 + 1;
        if self.text.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() as u64 == most && self.line.last() != Some(&b'\n') {
            self.text.skip_until(b'\n')?;
            return Ok(Some(Found::TooLong(self.longest)));
        }
        Ok(Some(Found::Line(&self.line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let text: &[u8] = b"1234\n12345\n\n123456789\nend";
        let mut lines = Lines { longest: 5, ..Lines::new(text) };
        let mut next = || lines.next().expect("in memory").map(|found| format!("{found:?}"));
        let expected: [Found<'_>; 5] = [
            Found::Line(b"1234\n"),
            Found::Line(b"12345\n"),
            Found::Line(b"\n"),
            Found::TooLong(5),
            Found::Line(b"end"),
        ];
        for found in expected {
            assert_eq!(next(), Some(format!("{found:?}")));
        }
        assert_eq!(next(), None);
        assert_eq!(lines.number, 5);
    }
}
