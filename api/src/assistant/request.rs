//! What is asked.

use kupets_engine::semantic::plan::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::{Problem, Result, field};

/// Characters of a message at most.
pub const MAX_MESSAGE: usize = 1_000;

/// A message to the assistant: words, or the plan of an earlier answer as the person has changed it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"message": "Revenue by country last month"}))]
pub struct MessageBody {
    /// The question, in Russian or English.
    #[schema(max_length = 1000)]
    pub message: Option<String>,
    /// An `interpretation`, edited, or the `plan` of a choice or an alternative.
    pub plan: Option<Plan>,
    /// The conversation that it goes on; a new one unless sent.
    pub conversation_id: Option<String>,
    /// The language where the message has none of its own: `ru` or `en`, or a locale of them.
    pub locale: Option<String>,
}

/// What is asked, in one of its two forms.
#[derive(Debug, Clone)]
pub enum Question {
    /// In words.
    Words(String),
    /// As a plan.
    Plan(Box<Plan>),
}

impl MessageBody {
    /// The question of the body.
    ///
    /// # Errors
    /// Neither or both forms, no words, or too many.
    pub fn question(&self) -> Result<Question> {
        let wrong = |name: &str, message: String| Err(Problem::fields(vec![field(name, message)]));
        match (self.message.as_deref().map(str::trim), &self.plan) {
            (Some(_), Some(_)) => wrong("plan", "send either `message` or `plan`, not both".to_owned()),
            (None, None) => wrong("message", "send a question as `message`, or a `plan`".to_owned()),
            (Some(""), None) => wrong("message", "is empty; ask a question".to_owned()),
            (Some(words), None) if words.chars().count() > MAX_MESSAGE => {
                wrong("message", format!("is longer than {MAX_MESSAGE} characters; ask a shorter question"))
            }
            (Some(words), None) => Ok(Question::Words(words.to_owned())),
            (None, Some(plan)) => Ok(Question::Plan(Box::new(plan.clone()))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn body(json: serde_json::Value) -> MessageBody {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_question_has_words_or_a_plan() {
        assert!(matches!(body(serde_json::json!({"message": " x "})).question(), Ok(Question::Words(x)) if x == "x"));
        assert!(matches!(body(serde_json::json!({"plan": {"intent": "value"}})).question(), Ok(Question::Plan(_))));
        for wrong in [
            serde_json::json!({}),
            serde_json::json!({"message": "  "}),
            serde_json::json!({"message": "x", "plan": {"intent": "value"}}),
            serde_json::json!({"message": "я".repeat(1_001)}),
        ] {
            assert!(body(wrong).question().is_err());
        }
        assert!(body(serde_json::json!({"message": "я".repeat(1_000)})).question().is_ok());
    }
}
