//! Tools as a server of the protocol.

use std::{fmt, sync::Arc};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult,
        DiscoverResult, ErrorCode, Implementation, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
        ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};

use crate::tools::{Output, Tools};

/// How long a client may keep the list of tools: it changes with the key's scopes and with the program, seldom.
const LIST_TTL_MS: u64 = 300_000;

/// Methods that there are: a request by such a name that did not parse has wrong parameters.
const METHODS: [&str; 3] = ["server/discover", "tools/call", "tools/list"];
/// Methods that there are before 2026-07-28 alone.
const OLD_METHODS: [&str; 2] = ["initialize", "ping"];

/// [`Tools`] as a server of the protocol.
pub struct ToolServer<T> {
    tools: Arc<T>,
    name: Implementation,
    instructions: Option<String>,
}

impl<T> fmt::Debug for ToolServer<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ToolServer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> Clone for ToolServer<T> {
    fn clone(&self) -> Self {
        Self { tools: Arc::clone(&self.tools), name: self.name.clone(), instructions: self.instructions.clone() }
    }
}

impl<T: Tools> ToolServer<T> {
    /// A server that calls itself so.
    pub fn new(tools: T, name: &str, version: &str) -> Self {
        Self { tools: Arc::new(tools), name: Implementation::new(name, version), instructions: None }
    }

    /// What a model is told of the server before it uses it.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    fn caller(context: &RequestContext<RoleServer>) -> Result<T::Caller, ErrorData> {
        let parts = context.extensions.get::<http::request::Parts>();
        let caller = parts.and_then(|parts| parts.extensions.get::<T::Caller>()).cloned();
        caller.ok_or_else(|| ErrorData::internal_error("the request has no caller", None))
    }
}

impl<T: Tools> ServerHandler for ToolServer<T> {
    fn get_info(&self) -> ServerConfig {
        let info =
            ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_server_info(self.name.clone());
        match &self.instructions {
            Some(instructions) => info.with_instructions(instructions.clone()),
            None => info,
        }
    }

    async fn discover(&self, _context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        Ok(DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public))
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        if request.is_some_and(|page| page.cursor.is_some()) {
            return Err(ErrorData::invalid_params("`cursor`: all tools are on the first page; ask without it", None));
        }
        let caller = Self::caller(&context)?;
        let tools = self.tools.list(&caller).await;
        Ok(ListToolsResult::with_all_items(tools).with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = Self::caller(&context)?;
        let work = self.tools.call(&caller, &request.name, request.arguments.unwrap_or_default());
        // Whoever closes the stream has cancelled: the work is dropped.
        let done = tokio::select! {
            done = work => done,
            () = context.ct.cancelled() => {
                tracing::debug!(tool = %request.name, "the caller went away");
                return Err(ErrorData::internal_error("cancelled", None));
            }
        };
        match done {
            Ok(output) => Ok(success(output).into()),
            Err(error) if error.is_unknown() => Err(ErrorData::invalid_params(error.to_string(), None)),
            Err(error) => Ok(CallToolResult::error(vec![ContentBlock::text(error.to_string())]).into()),
        }
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let (method, version) = (request.method.as_str(), context.protocol_version());
        let old = version.is_none_or(|version| version.as_str() < ProtocolVersion::V_2026_07_28.as_str());
        if METHODS.contains(&method) || (old && OLD_METHODS.contains(&method)) {
            let message = format!("the parameters of {} are not what the protocol says", request.method);
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("there is no method {}", request.method), None))
    }
}

fn success(output: Output) -> CallToolResult {
    let text = output.text.unwrap_or_else(|| output.structured.to_string());
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(output.structured);
    result
}
