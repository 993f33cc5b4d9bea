//! What goes out while a question is answered, in the order plan, result, narrative, done; or an error at any place.

use bytes::Bytes;
use kupets_assistant::{answer::Chart, parser::Choice};
use kupets_engine::semantic::plan::Plan;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::reply::{Reply, ResultTable, Source};
use crate::problem::Problem;

/// What the question was read as.
#[derive(Debug, Clone, Serialize)]
pub struct PlanTold {
    /// The conversation.
    pub conversation_id: String,
    /// The message.
    pub message_id: String,
    /// The plan; nothing where it asks back or has to say no.
    pub interpretation: Option<Plan>,
    /// Where the answer comes from.
    pub source: Source,
    /// What may have been meant.
    pub choices: Vec<Choice>,
    /// Other readings.
    pub alternatives: Vec<Choice>,
}

/// One event.
#[derive(Debug, Clone)]
pub enum Event {
    /// The question was read.
    Plan(Box<PlanTold>),
    /// The figures are there.
    Result(Box<(Option<ResultTable>, Option<String>, Chart)>),
    /// The words of the answer; where a model writes, those of the template come first and its own in their place.
    Narrative(String),
    /// Nothing yet: the names in the data are read, or a model is asked. It keeps the connection of a client that waits.
    Waiting,
    /// The whole answer; it is kept.
    Done(Box<Reply>),
}

impl Event {
    /// The event as `text/event-stream` has it.
    ///
    /// # Errors
    /// It does not serialize.
    pub fn to_bytes(&self) -> Result<Bytes, Problem> {
        let (name, data) = match self {
            Self::Waiting => return Ok(Bytes::from_static(b": working\n\n")),
            Self::Plan(planned) => ("plan", serde_json::to_value(planned)),
            Self::Result(found) => {
                let (result, sql, chart) = found.as_ref();
                ("result", Ok(serde_json::json!({"result": result, "sql": sql, "chart": chart})))
            }
            Self::Narrative(answer) => ("narrative", Ok(serde_json::json!({"answer": answer}))),
            Self::Done(reply) => ("done", serde_json::to_value(reply)),
        };
        Ok(frame(name, &data.map_err(Problem::internal)?))
    }
}

/// A failure as the last event of a stream.
pub fn failed(problem: &Problem) -> Bytes {
    frame("error", &problem.to_json())
}

fn frame(name: &'static str, data: &Value) -> Bytes {
    // JSON has no line breaks outside its texts, and those are escaped: one `data` line holds it.
    let Frame { event, data } = Frame { event: name, data: data.to_string() };
    Bytes::from(format!("event: {event}\ndata: {data}\n\n"))
}

/// One event of the stream.
#[derive(Debug, ToSchema)]
#[schema(as = AnswerEvent)]
pub struct Frame {
    /// `plan`, `result`, `narrative`, `done` or `error`.
    event: &'static str,
    /// JSON: of `done` the answer, of `error` a problem, of the others the part of the answer that is there.
    data: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_frame_is_one_line_of_data() {
        let frame = Event::Narrative("Выручка:\n£1\r\n".to_owned()).to_bytes().unwrap();
        assert_eq!(frame, "event: narrative\ndata: {\"answer\":\"Выручка:\\n£1\\r\\n\"}\n\n".as_bytes());
    }
}
