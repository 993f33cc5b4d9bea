//! Fixtures that ask back: results that need an input, and a state that comes back signed.

use rmcp::{
    ErrorData, RoleServer,
    model::{CallToolRequestParams, CallToolResponse, CallToolResult, InputRequiredResult, InputResponses},
    service::RequestContext,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::of;

/// Only that nobody else can make one up matters, and only for a test.
const SECRET: &[u8] = b"of this fixture";

/// The tools that ask.
pub const TOOLS: [&str; 9] = [
    "test_streaming_elicitation",
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
];

fn form(message: &str, field: &str, kind: &str) -> Value {
    json!({"method": "elicitation/create", "params": {"mode": "form", "message": message, "requestedSchema":
        {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}}})
}

fn sampling(text: &str) -> Value {
    json!({"method": "sampling/createMessage", "params": {"maxTokens": 100,
        "messages": [{"role": "user", "content": {"type": "text", "text": text}}]}})
}

fn roots() -> Value {
    json!({"method": "roots/list", "params": {}})
}

fn ask(requests: Value, state: Option<&str>) -> Result<InputRequiredResult, ErrorData> {
    let mut result = json!({"resultType": "input_required", "inputRequests": requests});
    if let Some(state) = state {
        result["requestState"] = json!(sign(state));
    }
    of(result)
}

/// What a prompt asks first.
pub fn context() -> Result<InputRequiredResult, ErrorData> {
    ask(json!({"user_context": form("What context should the prompt use?", "context", "string")}), None)
}

/// What was answered to a request, if it is an object.
pub fn answer<'a>(responses: Option<&'a InputResponses>, key: &str) -> Option<&'a Value> {
    let response = responses?.get(key).filter(|response| response.is_object())?;
    Some(response.get("content").unwrap_or(response))
}

fn sign(state: &str) -> String {
    let digest = Sha256::new().chain_update(SECRET).chain_update(state).chain_update(SECRET).finalize();
    format!("{state}.{}", hex::encode(digest))
}

/// The state, if it is one of ours.
fn state(request: &CallToolRequestParams) -> Result<Option<&str>, ErrorData> {
    let Some(signed) = request.request_state.as_deref() else { return Ok(None) };
    match signed.split_once('.') {
        Some((state, _)) if sign(state) == signed => Ok(Some(state)),
        _ => Err(ErrorData::invalid_params("`requestState` is not what was handed out", None)),
    }
}

/// Asks, or answers when it has been told all.
pub fn call(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let name = "What is your name?";
    let told = |key: &str| answer(request.input_responses.as_ref(), key);
    let state = state(request)?;
    let asked = match &*request.name {
        "test_input_required_result_sampling" => match told("capital_question") {
            None => ask(json!({"capital_question": sampling("What is the capital of France?")}), None)?,
            Some(answer) => return done(&answer.to_string()),
        },
        "test_input_required_result_list_roots" => match told("client_roots") {
            None => ask(json!({"client_roots": roots()}), None)?,
            Some(answer) => return done(&answer.to_string()),
        },
        "test_input_required_result_request_state" | "test_input_required_result_tampered_state" => {
            match (told("confirm"), state) {
                (Some(_), Some(_)) => return done("state-ok"),
                _ => ask(json!({"confirm": form("Please confirm", "ok", "boolean")}), Some("confirm"))?,
            }
        }
        "test_input_required_result_multiple_inputs" => {
            match (told("user_name"), told("greeting"), told("client_roots")) {
                (Some(_), Some(_), Some(_)) => return done("All is told."),
                _ => ask(
                    json!({"user_name": form(name, "name", "string"), "greeting": sampling("Generate a greeting"),
                        "client_roots": roots()}),
                    Some("several"),
                )?,
            }
        }
        "test_input_required_result_multi_round" => match (state, told("step1"), told("step2")) {
            (Some("two"), _, Some(_)) => return done("Both steps are told."),
            (Some("one"), Some(_), _) => {
                ask(json!({"step2": form("Step 2: What is your favorite color?", "color", "string")}), Some("two"))?
            }
            _ => ask(json!({"step1": form("Step 1: What is your name?", "name", "string")}), Some("one"))?,
        },
        "test_input_required_result_capabilities" => {
            let able = context.client_capabilities().unwrap_or_default();
            let mut requests = json!({});
            if able.sampling.is_some() {
                requests["question"] = sampling("What is the capital of France?");
            }
            if able.elicitation.is_some() {
                requests["user_name"] = form(name, "name", "string");
            }
            ask(requests, None)?
        }
        _ => match told("user_name") {
            None => ask(json!({"user_name": form(name, "name", "string")}), None)?,
            Some(answer) => return done(&format!("Hello, {}!", answer["name"].as_str().unwrap_or_default())),
        },
    };
    Ok(asked.into())
}

fn done(text: &str) -> Result<CallToolResponse, ErrorData> {
    let result: CallToolResult = of(json!({"resultType": "complete", "content": [{"type": "text", "text": text}]}))?;
    Ok(result.into())
}
