//! The assistant's event stream, read byte for byte: a letter may lie on two sides of a chunk.

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream::BoxStream};
use serde_json::Value;

use super::{
    error::{ApiError, json_error, problem},
    types::Reply,
};

/// An event larger than this is no answer of ours.
const LONGEST: usize = 32 << 20;

/// What an answer says while it is made.
#[derive(Debug)]
pub(crate) enum AnswerEvent {
    /// The question was read, or its figures are there; the name of the step.
    Step(String),
    /// Words so far.
    Narrative(String),
    /// The whole answer.
    Done(Box<Reply>),
}

/// The events of one answer. Dropping it closes the connection, and that ends the work on the server.
pub(crate) struct Events {
    chunks: BoxStream<'static, Result<Bytes, String>>,
    buffer: Vec<u8>,
}

impl Events {
    pub(crate) fn new(chunks: impl Stream<Item = Result<Bytes, String>> + Send + 'static) -> Self {
        Self { chunks: chunks.boxed(), buffer: Vec::new() }
    }

    /// The next event; nothing when the stream has ended.
    pub(crate) async fn next(&mut self) -> Result<Option<AnswerEvent>, ApiError> {
        loop {
            while let Some(frame) = self.frame() {
                if let Some(event) = read(&frame)? {
                    return Ok(Some(event));
                }
            }
            match self.chunks.next().await {
                None => return Ok(None),
                Some(Err(what)) => return Err(ApiError::Cut(what)),
                Some(Ok(chunk)) => self.buffer.extend_from_slice(&chunk),
            }
            if self.buffer.len() > LONGEST {
                return Err(ApiError::Cut("an event is larger than 32 MiB".to_owned()));
            }
        }
    }

    /// Takes one whole frame off the buffer.
    fn frame(&mut self) -> Option<Vec<u8>> {
        let find =
            |mark: &[u8]| self.buffer.windows(mark.len()).position(|window| window == mark).map(|at| (at, mark.len()));
        let (at, length) = match (find(b"\n\n"), find(b"\r\n\r\n")) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other)?,
        };
        let rest = self.buffer.split_off(at + length);
        let mut frame = std::mem::replace(&mut self.buffer, rest);
        frame.truncate(at);
        Some(frame)
    }
}

fn read(frame: &[u8]) -> Result<Option<AnswerEvent>, ApiError> {
    let broken = |what: &str| ApiError::Broken(format!("an event of an answer: {what}"));
    let text = std::str::from_utf8(frame).map_err(|_| broken("it is no UTF-8"))?;
    let (mut name, mut data) = ("", String::new());
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("event:") {
            name = value.trim();
        } else if let Some(value) = line.strip_prefix("data:") {
            if !data.is_empty() {
                data.push('\n');
            }
            data.push_str(value.strip_prefix(' ').unwrap_or(value));
        }
    }
    // A comment keeps the connection open and says nothing.
    if name.is_empty() || data.is_empty() {
        return Ok(None);
    }
    let json = |data: &str| serde_json::from_str::<Value>(data).map_err(|error| broken(&json_error(&error)));
    Ok(match name {
        "plan" | "result" => Some(AnswerEvent::Step(name.to_owned())),
        "narrative" => json(&data)?["answer"].as_str().map(|text| AnswerEvent::Narrative(text.to_owned())),
        "done" => {
            let reply = serde_json::from_str(&data).map_err(|error| broken(&json_error(&error)))?;
            Some(AnswerEvent::Done(Box::new(reply)))
        }
        "error" => return Err(problem(None, &json(&data)?, None)),
        // What a later server adds.
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn letters_cut_in_two_are_whole_again() {
        let text = ": hello\n\nevent: narrative\ndata: {\"answer\":\"Выручка 1 £\"}\n\nevent: new_kind\ndata: {}\n\n\
                    event: error\r\ndata: {\"status\":503,\"code\":\"busy\",\"detail\":\"later\"}\r\n\r\n";
        let chunks: Vec<_> = text.bytes().map(|byte| Ok(Bytes::from(vec![byte]))).collect();
        let mut events = Events::new(stream::iter(chunks));
        let Some(AnswerEvent::Narrative(words)) = events.next().await.unwrap() else { panic!("words") };
        assert_eq!(words, "Выручка 1 £");
        let Err(ApiError::Problem { status: 503, code, .. }) = events.next().await else { panic!("a problem") };
        assert_eq!(code, "busy");
    }

    #[tokio::test]
    async fn a_stream_that_ends_early_is_seen() {
        let mut events = Events::new(stream::iter([Ok(Bytes::from_static(b"event: narrative\ndata: {\"ans"))]));
        assert!(events.next().await.unwrap().is_none());
    }
}
