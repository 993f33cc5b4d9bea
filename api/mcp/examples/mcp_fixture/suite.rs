//! What the conformance suite expects to find: tools, resources and prompts of its own making.

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, CompleteRequestParams,
        CompleteResult, GetPromptRequestParams, GetPromptResponse, GetPromptResult, Implementation, JsonObject,
        ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ProgressNotificationParam, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
        ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

mod asking;

/// One red pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/// No sound at all.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

/// The suite's fixtures.
#[derive(Debug, Clone)]
pub struct Suite;

/// A value of the protocol from its JSON.
fn of<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    serde_json::from_value(value).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

fn content(blocks: Value) -> Result<CallToolResponse, ErrorData> {
    Ok(of::<CallToolResult>(json!({"resultType": "complete", "content": blocks}))?.into())
}

/// The schema with the vocabulary of 2020-12 that the suite looks for.
fn full_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {"$anchor": "addressDef", "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false,
    })
}

fn tools() -> Vec<Tool> {
    let plain = [
        "test_simple_text",
        "test_image_content",
        "test_audio_content",
        "test_embedded_resource",
        "test_multiple_content_types",
        "test_error_handling",
        "test_tool_with_progress",
        "test_tool_with_logging",
        "test_missing_capability",
        "test_logging_tool",
    ];
    let empty = json!({"type": "object", "additionalProperties": false});
    let header = json!({"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}});
    let tool = |name: &'static str, schema: &Value| {
        let schema: JsonObject = schema.as_object().cloned().unwrap_or_default();
        Tool::new(name, "A fixture of the conformance suite.", schema)
    };
    plain
        .into_iter()
        .chain(asking::TOOLS)
        .map(|name| tool(name, &empty))
        .chain([tool("json_schema_2020_12_tool", &full_schema()), tool("test_header_param", &header)])
        .collect()
}

impl ServerHandler for Suite {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .enable_completions()
            .build();
        ServerConfig::new(capabilities).with_server_info(Implementation::new("fixtures", "1.0.0"))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools().into_iter().find(|tool| tool.name == name)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let text = |text: &str| content(json!([{"type": "text", "text": text}]));
        let image = json!({"type": "image", "data": PNG, "mimeType": "image/png"});
        match &*request.name {
            "test_simple_text" => text("This is a simple text response for testing."),
            "test_logging_tool" | "json_schema_2020_12_tool" | "test_header_param" => text("Done."),
            "test_image_content" => content(json!([image])),
            "test_audio_content" => content(json!([{"type": "audio", "data": WAV, "mimeType": "audio/wav"}])),
            "test_embedded_resource" => {
                content(json!([{"type": "resource", "resource": {"uri": "test://embedded-resource",
                "mimeType": "text/plain", "text": "This is an embedded resource content."}}]))
            }
            "test_multiple_content_types" => content(json!([
                {"type": "text", "text": "Multiple content types test:"},
                image,
                {"type": "resource", "resource": {"uri": "test://mixed-content-resource", "mimeType": "application/json",
                    "text": "{\"test\":\"data\",\"value\":123}"}},
            ])),
            "test_error_handling" => Ok(of::<CallToolResult>(json!({"resultType": "complete", "isError": true,
                "content": [{"type": "text", "text": "This tool intentionally returns an error for testing"}]}))?
            .into()),
            "test_tool_with_progress" => {
                progress(&context).await;
                text("All steps are done.")
            }
            "test_missing_capability" => {
                Err(ErrorData::missing_required_client_capability(of::<ClientCapabilities>(json!({"sampling": {}}))?))
            }
            name if asking::TOOLS.contains(&name) => asking::call(&request, &context),
            name => Err(ErrorData::invalid_params(format!("there is no tool {name}"), None)),
        }
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        of(
            json!({"resultType": "complete", "completion": {"values": ["paris", "park", "party"], "total": 3, "hasMore": false}}),
        )
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(of(json!([
            {"uri": "test://static-text", "name": "text", "description": "A text.", "mimeType": "text/plain"},
            {"uri": "test://static-binary", "name": "pixel", "description": "An image.", "mimeType": "image/png"},
        ]))?))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(of(json!([{"uriTemplate": "test://template/{id}/data",
            "name": "record", "description": "A record by its id.", "mimeType": "application/json"}]))?))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri.as_str();
        let id = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
        let found = match (uri, id) {
            ("test://static-text", _) => {
                json!({"uri": uri, "mimeType": "text/plain", "text": "This is the content of the static text resource."})
            }
            ("test://static-binary", _) => json!({"uri": uri, "mimeType": "image/png", "blob": PNG}),
            (_, Some(id)) => {
                let data = json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
                json!({"uri": uri, "mimeType": "application/json", "text": data.to_string()})
            }
            _ => {
                let what = format!("there is no resource {uri}");
                return Err(ErrorData::resource_not_found(what, Some(json!({"uri": uri}))));
            }
        };
        Ok(of::<ReadResourceResult>(json!({"resultType": "complete", "contents": [found]}))?.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let argument = |name: &str| json!({"name": name, "description": "Put in as it is.", "required": true});
        Ok(ListPromptsResult::with_all_items(of(json!([
            {"name": "test_simple_prompt", "description": "Without arguments."},
            {"name": "test_prompt_with_arguments", "description": "With two.", "arguments": [argument("arg1"), argument("arg2")]},
            {"name": "test_prompt_with_embedded_resource", "description": "With a resource.",
                "arguments": [argument("resourceUri")]},
            {"name": "test_prompt_with_image", "description": "With an image."},
            {"name": "test_input_required_result_prompt", "description": "Asks first."},
        ]))?))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let said = |content: Value| json!({"role": "user", "content": content});
        let text = |text: &str| said(json!({"type": "text", "text": text}));
        let argument = |name: &str| {
            request
                .arguments
                .as_ref()
                .and_then(|arguments| arguments.get(name))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let messages = match request.name.as_str() {
            "test_simple_prompt" => json!([text("This is a simple prompt for testing.")]),
            "test_prompt_with_arguments" => {
                json!([text(&format!(
                    "Prompt with arguments: arg1='{}', arg2='{}'",
                    argument("arg1"),
                    argument("arg2")
                ))])
            }
            "test_prompt_with_embedded_resource" => json!([
                said(json!({"type": "resource", "resource": {"uri": argument("resourceUri"), "mimeType": "text/plain",
                    "text": "Embedded resource content for testing."}})),
                text("Please process the embedded resource above."),
            ]),
            "test_prompt_with_image" => json!([
                said(json!({"type": "image", "data": PNG, "mimeType": "image/png"})),
                text("Please analyze the image above."),
            ]),
            "test_input_required_result_prompt" => {
                match asking::answer(request.input_responses.as_ref(), "user_context") {
                    None => return Ok(asking::context()?.into()),
                    Some(answer) => {
                        json!([text(&format!("Context: {}", answer["context"].as_str().unwrap_or_default()))])
                    }
                }
            }
            name => return Err(ErrorData::invalid_params(format!("there is no prompt {name}"), None)),
        };
        Ok(of::<GetPromptResult>(json!({"resultType": "complete", "messages": messages}))?.into())
    }
}

/// Three steps, told to whoever wants to be told.
async fn progress(context: &RequestContext<RoleServer>) {
    let token = context.meta.get_progress_token();
    for step in [0.0, 50.0, 100.0] {
        if let Some(token) = token.clone() {
            // Whoever went away is not told.
            let _ = context.peer.notify_progress(ProgressNotificationParam::new(token, step).with_total(100.0)).await;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
