//! The files of a form (RFC 7578), as they come.

use bytes::{Bytes, BytesMut};
use futures::future::LocalBoxFuture;

use crate::problem::{Problem, Result};

/// Bytes that the head of a part may have.
const MAX_HEAD: usize = 16 << 10;

/// Where pieces of the body come from; none at its end.
pub(super) trait Pieces {
    /// The next one.
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Bytes>>>;
}

/// A form that is being read.
pub(super) struct Form<P> {
    pieces: P,
    buffer: BytesMut,
    /// What ends a part: a line break, two dashes, and the boundary.
    delimiter: Vec<u8>,
    /// Whether the buffer begins in a part, or before the first one; else behind a boundary.
    is_within: bool,
}

impl<P: Pieces> Form<P> {
    /// Of the pieces of a body with that boundary.
    pub fn new(pieces: P, boundary: &str) -> Self {
        // The first boundary stands at the very beginning, without a line break before it.
        Self {
            pieces,
            buffer: BytesMut::from(&b"\r\n"[..]),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            is_within: true,
        }
    }

    /// Goes on to the next file; its name, or none: there is none left. What is no file is passed over.
    ///
    /// # Errors
    /// It is no form, or breaks off.
    pub async fn next_file(&mut self) -> Result<Option<String>> {
        loop {
            // What is left of the part before, or what stands before the first one.
            while self.piece().await?.is_some() {}
            while self.buffer.len() < 2 {
                self.more().await?;
            }
            if self.buffer.starts_with(b"--") {
                return Ok(None);
            }
            let head = self.head().await?;
            self.is_within = true;
            if let Some(name) = file_name(&head) {
                return Ok(Some(name));
            }
        }
    }

    /// The next piece of the part; none at its end, after which the buffer begins behind its boundary.
    ///
    /// # Errors
    /// The body breaks off.
    pub async fn piece(&mut self) -> Result<Option<Bytes>> {
        while self.is_within {
            let mut from = 0;
            while let Some(at) = self.buffer[from..].iter().position(|byte| *byte == b'\r').map(|at| from + at) {
                let rest = &self.buffer[at..];
                let known = rest.len().min(self.delimiter.len());
                if rest[..known] == self.delimiter[..known] {
                    if at > 0 {
                        return Ok(Some(self.buffer.split_to(at).freeze()));
                    }
                    if known == self.delimiter.len() {
                        let _ = self.buffer.split_to(known);
                        self.is_within = false;
                        return Ok(None);
                    }
                    break;
                }
                from = at + 1;
            }
            let is_begun = self.buffer.first() == Some(&b'\r') && self.buffer.len() < self.delimiter.len();
            let may_end = is_begun && self.delimiter.starts_with(&self.buffer);
            if !may_end && !self.buffer.is_empty() {
                return Ok(Some(self.buffer.split().freeze()));
            }
            self.more().await?;
        }
        Ok(None)
    }

    /// The lines before the content of a part.
    async fn head(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = self.buffer.split_to(end + 4);
                return Ok(String::from_utf8_lossy(&head).into_owned());
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(broken("a part of the form begins with too many lines"));
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<()> {
        let piece = self.pieces.next().await?.ok_or_else(|| broken("the form breaks off"))?;
        self.buffer.extend_from_slice(&piece);
        Ok(())
    }
}

fn broken(what: &str) -> Problem {
    Problem::bad_request("broken_form", format!("{what}: send multipart/form-data with the file in one part"))
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let value = parameter(content_type, "boundary")?;
    (1..=70).contains(&value.len()).then_some(value)
}

/// The name of the file that a part is.
fn file_name(head: &str) -> Option<String> {
    let is_disposition = |line: &&str| line.get(..20).is_some_and(|s| s.eq_ignore_ascii_case("content-disposition:"));
    let line = head.lines().find(is_disposition)?;
    parameter(line, "filename*").and_then(|value| extended(&value)).or_else(|| parameter(line, "filename"))
}

/// A value of a header's parameter, without its quotes.
pub(super) fn parameter(line: &str, name: &str) -> Option<String> {
    let mut rest = line;
    while let Some(at) = rest.find(';') {
        rest = rest[at + 1..].trim_start();
        let Some((key, value)) = rest.split_once('=') else { continue };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(match value.trim_start().strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default().replace("%22", "\""),
                None => value.split(';').next().unwrap_or_default().trim().to_owned(),
            });
        }
        // A `;` within quotes is none.
        if let Some(quoted) = value.trim_start().strip_prefix('"')
            && let Some(end) = quoted.find('"')
        {
            rest = &quoted[end + 1..];
        }
    }
    None
}

/// A value of RFC 8187: `UTF-8''%D0%B0.csv`.
fn extended(value: &str) -> Option<String> {
    let text = value.get(..7).filter(|start| start.eq_ignore_ascii_case("utf-8''")).and_then(|_| value.get(7..))?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use futures::FutureExt as _;

    use super::*;

    struct Cut(std::collections::VecDeque<Bytes>);

    impl Pieces for Cut {
        fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Bytes>>> {
            std::future::ready(Ok(self.0.pop_front())).boxed_local()
        }
    }

    fn form(body: &str, size: usize) -> Form<Cut> {
        Form::new(Cut(body.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect()), "xx")
    }

    async fn content(form: &mut Form<Cut>) -> String {
        let mut all = Vec::new();
        while let Some(piece) = form.piece().await.unwrap() {
            all.extend_from_slice(&piece);
        }
        String::from_utf8(all).unwrap()
    }

    #[tokio::test]
    async fn a_file_is_found_however_the_body_is_cut() {
        let csv = "id,amount\r\n1,5\r\n--x is no boundary\r\n2,6\r\n\r";
        let body = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--xx\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a; b.csv\"\r\nContent-Type: text/csv\r\n\r\n{csv}\r\n--xx--\r\n"
        );
        for size in [1, 2, 3, 7, 64, 10_000] {
            let mut form = form(&body, size);
            assert_eq!(form.next_file().await.unwrap().unwrap(), "a; b.csv", "{size}");
            assert_eq!(content(&mut form).await, csv, "{size}");
            assert_eq!(form.next_file().await.unwrap(), None, "{size}");
        }
    }

    #[tokio::test]
    async fn what_breaks_off_is_no_file() {
        let mut form = form("--xx\r\nContent-Disposition: form-data; filename=a.csv\r\n\r\n1,2\r\n--x", 5);
        assert_eq!(form.next_file().await.unwrap().unwrap(), "a.csv");
        let mut outcome = Ok(None);
        for _ in 0..20 {
            outcome = form.piece().await;
            if outcome.is_err() {
                break;
            }
        }
        assert!(outcome.unwrap_err().to_string().contains("breaks off"));
    }

    #[test]
    fn names_are_read_in_all_their_spellings() {
        let name = |line: &str| file_name(&format!("Content-Type: text/csv\r\ncontent-disposition: {line}\r\n"));
        assert_eq!(name("form-data; name=\"f\"; filename=\"Заказы.csv\"").unwrap(), "Заказы.csv");
        let both = "form-data; filename=\"x.csv\"; filename*=UTF-8''%D0%B0%20b.csv";
        assert_eq!(name(both).unwrap(), "а b.csv");
        assert_eq!(name("form-data; name=\"note\""), None);
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\"").unwrap(), "a b");
        assert_eq!(boundary("multipart/form-data"), None);
    }
}
