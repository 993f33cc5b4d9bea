//! A call as it was made: JSON, or a form with a file.

use serde_json::{Map, Value};

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method as it was spelled.
    pub method: String,
    /// The parameters.
    pub params: Map<String, Value>,
    /// The file that came along.
    pub file: Option<Upload>,
}

/// A file that was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads a call; nothing where it is neither.
pub(crate) fn read(method: &str, content_type: &str, body: &[u8]) -> Option<Call> {
    let call = |params, file| Call { method: method.to_owned(), params, file };
    if let Some((_, boundary)) = content_type.split_once("boundary=") {
        let (params, file) = form(body, boundary.trim_matches('"'))?;
        return Some(call(params, file));
    }
    if body.is_empty() {
        return Some(call(Map::new(), None));
    }
    Some(call(serde_json::from_slice(body).ok()?, None))
}

fn form(body: &[u8], boundary: &str) -> Option<(Map<String, Value>, Option<Upload>)> {
    let (mut params, mut file) = (Map::new(), None);
    let mark = format!("--{boundary}");
    let mut rest = &body[find(body, mark.as_bytes())? + mark.len()..];
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, format!("\r\n{mark}").as_bytes())?;
        let (part, tail) = (&part[..end], &part[end + 2 + mark.len()..]);
        let split = find(part, b"\r\n\r\n")?;
        let (head, content) = (std::str::from_utf8(&part[..split]).ok()?, &part[split + 4..]);
        let name = quoted(head, "name=\"")?;
        match quoted(head, "filename=\"") {
            Some(filename) => {
                let media_type =
                    head.split("Content-Type: ").nth(1).unwrap_or_default().lines().next().unwrap_or_default();
                file = Some(Upload { name: filename, media_type: media_type.to_owned(), bytes: content.to_vec() });
            }
            None => {
                let text = std::str::from_utf8(content).ok()?;
                // Objects and numbers are JSON in a form, too.
                let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
                params.insert(name, value);
            }
        }
        rest = tail;
    }
    rest.starts_with(b"--").then_some((params, file))
}

fn quoted(head: &str, before: &str) -> Option<String> {
    // `name="` is the end of `filename="` as well.
    let at = head.match_indices(before).find(|(at, _)| !head[..*at].ends_with("file"))?.0 + before.len();
    Some(head[at..].split('"').next()?.to_owned())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
