//! An answer of several messages goes out as a stream.

use actix_web::{
    App, HttpRequest, HttpResponse,
    test::{TestRequest, call_service, init_service, read_body},
};
use async_trait::async_trait;
use kupets_mcp::{Authenticate, Endpoint, Settings};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ProgressNotificationParam,
        ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use crate::ask::{LEGACY, MODERN};

/// Tells that it is half done, then that it is done.
#[derive(Clone)]
struct Steps;

impl ServerHandler for Steps {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        _: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let token = context.meta.get_progress_token().unwrap();
        context.peer.notify_progress(ProgressNotificationParam::new(token, 1.5)).await.unwrap();
        Ok(CallToolResult::success(vec![ContentBlock::text("Готово.")]).into())
    }
}

struct Open;

#[async_trait(?Send)]
impl Authenticate for Open {
    type Caller = ();

    async fn authenticate(&self, _: &HttpRequest) -> Result<(), HttpResponse> {
        Ok(())
    }
}

#[actix_web::test]
async fn a_stream_is_not_held_back_on_its_way() {
    for version in [LEGACY, MODERN] {
        let endpoint = Endpoint::new(&Settings::default(), Open, Steps);
        // Compression would collect events into blocks.
        let app =
            init_service(App::new().wrap(actix_web::middleware::Compress::default()).service(endpoint.resource("/")));
        let mut meta = json!({"progressToken": "p"});
        if version == MODERN {
            meta["io.modelcontextprotocol/protocolVersion"] = json!(MODERN);
            meta["io.modelcontextprotocol/clientInfo"] = json!({"name": "test", "version": "1"});
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
        }
        let params = json!({"name": "steps", "arguments": {}, "_meta": meta});
        let request = TestRequest::post()
            .uri("/")
            .insert_header(("host", "localhost"))
            .insert_header(("accept", "application/json, text/event-stream"))
            .insert_header(("accept-encoding", "gzip, zstd"))
            .insert_header(("mcp-protocol-version", version))
            .insert_header(("mcp-method", "tools/call"))
            .insert_header(("mcp-name", "steps"))
            .set_json(json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}));
        let response = call_service(&app.await, request.to_request()).await;
        assert_eq!(response.status().as_u16(), 200);
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!((header("content-type"), header("x-accel-buffering")), ("text/event-stream".into(), "no".into()));
        assert_eq!(header("content-encoding"), "identity");
        let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        let told: Vec<Value> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .filter(|data| !data.trim().is_empty())
            .map(|data| serde_json::from_str(data).unwrap())
            .collect();
        assert_eq!(told[0]["params"]["progress"].to_string(), "1.5");
        assert_eq!(told[1]["result"]["content"][0]["text"], "Готово.");
        assert_eq!(told[1]["result"].get("resultType").is_some(), version == MODERN);
    }
}
