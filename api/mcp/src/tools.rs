//! What a workspace can be asked.

use std::sync::Arc;

use async_trait::async_trait;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use crate::error::ToolError;

/// Tools, and what they do for a caller.
#[async_trait]
pub trait Tools: Send + Sync + 'static {
    /// Who asks, and what they may.
    type Caller: Clone + Send + Sync + 'static;

    /// The tools that the caller may use, always in the same order.
    async fn list(&self, caller: &Self::Caller) -> Vec<Tool>;

    /// Uses a tool. The future is dropped when the caller goes away: that is to end the work.
    ///
    /// # Errors
    /// What is wrong with the request, or what stood in the way.
    async fn call(&self, caller: &Self::Caller, name: &str, arguments: JsonObject) -> Result<Output, ToolError>;
}

/// What a tool found.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// As its output schema says.
    pub structured: Value,
    /// For clients that read text alone; the same as JSON unless set.
    pub text: Option<String>,
}

impl From<Value> for Output {
    fn from(structured: Value) -> Self {
        Self { structured, text: None }
    }
}

/// A tool that changes nothing, here or elsewhere.
pub fn read_only_tool(
    name: &'static str,
    title: &str,
    description: &'static str,
    input: Arc<JsonObject>,
    output: Arc<JsonObject>,
) -> Tool {
    Tool::new(name, description, input).with_title(title).with_raw_output_schema(output).with_annotations(
        ToolAnnotations::with_title(title).read_only(true).destructive(false).idempotent(true).open_world(false),
    )
}
