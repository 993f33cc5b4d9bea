//! What goes wrong, for a model to read: what, where, and what to do. Causes go to the log alone.

use kupets_engine::Error;
use kupets_mcp::ToolError;

use crate::problem::Problem;

/// What a tool answers.
pub(super) type Answer<T> = Result<T, ToolError>;

/// An error of the engine.
pub(super) fn failed(error: Error) -> ToolError {
    told(&Problem::from(error))
}

/// A problem, as a tool tells it.
pub(super) fn told(problem: &Problem) -> ToolError {
    let broken = problem.status().is_server_error();
    if broken {
        tracing::error!(causes = problem.causes(), detail = problem.detail(), "a tool failed");
    }
    let error = match problem.errors() {
        // A message that begins with the name of a parameter says where by itself.
        [one] if !one.field.is_empty() && !one.message.starts_with('`') => {
            let field = one.field.strip_prefix("plan.").unwrap_or(&one.field);
            ToolError::new(sentence(&one.message)).at(field)
        }
        _ => ToolError::new(sentence(problem.detail())),
    };
    match problem.retry_after_s() {
        Some(seconds) => error.advice(format!("Try again in {seconds} seconds.")),
        None if broken => error.advice("Try again later, or tell whoever runs the server."),
        None => error,
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use kupets_engine::{FieldError, Kind};

    use super::*;

    #[test]
    fn an_error_says_where_and_what_to_do_and_nothing_of_the_inside() {
        let plan = Error::wrong_fields(vec![FieldError::of("plan.limit", "is 0; it may be 1 to 1000")]);
        assert_eq!(failed(plan).to_string(), "`limit`: is 0; it may be 1 to 1000.");
        let parameter = Error::invalid("bad_parameter", "`from` is `x`, which is not a time.");
        assert_eq!(failed(parameter).to_string(), "`from` is `x`, which is not a time.");
        let busy = failed(Error::busy("busy", "too much at once", 3)).to_string();
        assert_eq!(busy, "too much at once. Try again in 3 seconds.");
        let broken = failed(Error::new(Kind::Internal, "internal", "lake/ab/secret.parquet broke")).to_string();
        assert!(!broken.contains("secret") && broken.contains("Try again later"), "{broken}");
    }
}
