//! Lines out of chunks. Bytes are put together before they are read as text, so a chunk may end anywhere.

use thiserror::Error;

/// A line that is longer than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a line is longer than {0} bytes")]
pub struct LineTooLong(usize);

/// A buffer of bytes that gives whole lines.
#[derive(Debug)]
pub struct Lines {
    bytes: Vec<u8>,
    /// Bytes that hold no line's end.
    seen: usize,
    longest: usize,
}

impl Lines {
    /// An empty buffer; no line may be longer than that.
    pub fn new(longest: usize) -> Self {
        Self { bytes: Vec::new(), seen: 0, longest }
    }

    /// Takes a chunk in.
    pub fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
    }

    /// The next whole line that is not empty.
    ///
    /// # Errors
    /// A line that is too long, whole or not.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, LineTooLong> {
        loop {
            let end = self.bytes[self.seen..].iter().position(|byte| *byte == b'\n').map(|at| self.seen + at);
            if end.unwrap_or(self.bytes.len()) > self.longest {
                return Err(LineTooLong(self.longest));
            }
            let Some(end) = end else {
                self.seen = self.bytes.len();
                return Ok(None);
            };
            let rest = self.bytes.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.bytes, rest);
            self.seen = 0;
            while line.last().is_some_and(u8::is_ascii_whitespace) {
                line.pop();
            }
            if !line.is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// What stands after the last line's end, where the stream is at its end.
    pub fn rest(&mut self) -> Option<Vec<u8>> {
        self.seen = 0;
        let rest = std::mem::take(&mut self.bytes);
        (!rest.trim_ascii().is_empty()).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_the_same_wherever_they_are_cut(
            texts in prop::collection::vec("[а-яa-z{}\" ]{0,12}", 0..8),
            cuts in prop::collection::vec(1_usize..7, 1..200),
        ) {
            let whole = texts.iter().map(|text| format!("{text}\n")).collect::<String>();
            let mut lines = Lines::new(1_000);
            let mut found = Vec::new();
            let (mut rest, mut cuts) = (whole.as_bytes(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (chunk, after) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                lines.push(chunk);
                rest = after;
                while let Some(line) = lines.next_line().unwrap() {
                    found.push(String::from_utf8(line).unwrap());
                }
            }
            let expected: Vec<_> = texts.iter().map(|text| text.trim_end()).filter(|text| !text.is_empty()).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(lines.rest(), None);
        }
    }

    #[test]
    fn a_line_without_an_end_is_bounded() {
        let mut lines = Lines::new(8);
        lines.push(b"12345678\nabc");
        assert_eq!(lines.next_line().unwrap().unwrap(), b"12345678");
        assert_eq!(lines.next_line(), Ok(None));
        lines.push(b"defghi");
        assert_eq!(lines.next_line(), Err(LineTooLong(8)));
    }
}
