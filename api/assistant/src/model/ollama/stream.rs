//! One answer out of the lines of a stream.

use std::time::Duration;

use super::json::JsonEnd;
use super::status::failure_of;
use super::wire::{Line, Reply, error_text, same_model};
use crate::model::failure::Failure;

/// An answer in the making.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    model: &'a str,
    most: usize,
    json: Option<JsonEnd>,
    text: String,
    /// Bytes of thought, which count as well.
    thought: usize,
}

/// Whether more is to come.
#[derive(Debug)]
pub(super) enum Step {
    /// It goes on.
    More,
    /// It is whole.
    Whole(Reply),
}

impl<'a> Answer<'a> {
    /// With `json` it is whole at the end of its object, whatever follows.
    pub fn new(model: &'a str, most: usize, json: bool) -> Self {
        Self { model, most, json: json.then(JsonEnd::default), text: String::new(), thought: 0 }
    }

    /// Takes a line in; `told` hears each new piece of text.
    pub fn take(&mut self, line: &[u8], told: &mut (dyn FnMut(&str) + Send)) -> Result<Step, Failure> {
        let strange = |reason: String| Failure::Protocol { reason };
        // A list would be read as an object without its names.
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(strange("a line is no object".to_owned()));
        }
        let line: Line =
            serde_json::from_slice(line).map_err(|error| strange(format!("a line is not what was agreed: {error}")))?;
        if let Some(error) = &line.error {
            return Err(failure_of(200, &error_text(error), self.model));
        }
        if line.model.as_ref().is_some_and(|model| !same_model(model, self.model)) {
            return Err(strange("another model answered".to_owned()));
        }
        let message = line.message.unwrap_or_default();
        // None was offered.
        if message.tool_calls.is_some_and(|calls| calls.as_array().is_none_or(|calls| !calls.is_empty())) {
            return Err(strange("the model called a tool".to_owned()));
        }
        self.thought += message.thinking.map_or(0, |thought| thought.len());
        let piece = message.content.unwrap_or_default();
        self.text.push_str(&piece);
        if self.text.len() + self.thought > self.most {
            return Err(Failure::TooLarge);
        }
        if !piece.is_empty() {
            told(&piece);
        }
        let reply = |text: String| Reply {
            text,
            prompt_tokens: line.prompt_eval_count,
            answer_tokens: line.eval_count,
            loading: line.load_duration.map(Duration::from_nanos),
        };
        if let Some(end) = &mut self.json
            && let Some(place) = end.find(&self.text)
        {
            return Ok(Step::Whole(reply(self.text.get(place).unwrap_or_default().to_owned())));
        }
        if !line.done {
            return Ok(Step::More);
        }
        // An object without its end, or a text without one.
        if self.json.is_some() || line.done_reason.as_deref() == Some("length") {
            return Err(Failure::Cut);
        }
        Ok(Step::Whole(reply(std::mem::take(&mut self.text))))
    }
}
