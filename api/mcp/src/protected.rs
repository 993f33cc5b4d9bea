//! What the endpoint says of how it is protected: the document of RFC 9728, and the refusals that point to it.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Resource, http::StatusCode, http::header, web};
use rmcp::model::{ErrorCode, ErrorData, JsonRpcError};
use serde_json::json;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The endpoint as a protected resource. Keys of a workspace are the one credential, so no authorization server is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedResource {
    /// Where people reach the server, without a path; by the request's own address where it is not set.
    pub public_url: Option<String>,
    /// The endpoint's path: `/mcp`.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// The scopes that there are for tools.
    pub scopes: Vec<String>,
    /// A page for people about it.
    pub documentation: Option<String>,
}

impl ProtectedResource {
    /// The document's two addresses, the one that names the endpoint and the plain one, which older clients ask.
    pub fn resources(&self) -> [Resource; 2] {
        [format!("{WELL_KNOWN}{}", self.path), WELL_KNOWN.to_owned()].map(|path| {
            let this = self.clone();
            let other = || async { HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET")).finish() };
            web::resource(path)
                .route(web::get().to(move |request: HttpRequest| {
                    let response = this.metadata(&request);
                    async move { response }
                }))
                .default_service(web::to(other))
        })
    }

    /// The document.
    pub fn metadata(&self, request: &HttpRequest) -> HttpResponse {
        let mut document = json!({
            "resource": format!("{}{}", self.base(request), self.path),
            "resource_name": self.name,
            "bearer_methods_supported": ["header"],
            "scopes_supported": self.scopes,
        });
        if let Some(page) = &self.documentation {
            document["resource_documentation"] = json!(page);
        }
        HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "max-age=300")).json(document)
    }

    /// `WWW-Authenticate` of a request that came without a key, or with one that does not open. `error` is of RFC 6750:
    /// `invalid_token` where there was a key.
    pub fn challenge(&self, request: &HttpRequest, scope: &str, error: Option<&str>) -> String {
        let address = format!("{}{WELL_KNOWN}{}", self.base(request), self.path);
        let error = error.map(|error| format!("error=\"{error}\", ")).unwrap_or_default();
        format!("Bearer {error}resource_metadata=\"{address}\", scope=\"{scope}\"")
    }

    /// 401, for a request without a key that opens.
    pub fn unauthorized(&self, request: &HttpRequest, scope: &str) -> HttpResponse {
        let error = request.headers().contains_key(header::AUTHORIZATION).then_some("invalid_token");
        let message = match error {
            None => "A key is needed: send it as `Authorization: Bearer KEY`.",
            Some(_) => "The key does not open: it is unknown, was deleted, or has expired.",
        };
        self.refused(HttpResponse::build(StatusCode::UNAUTHORIZED), request, scope, error, message)
    }

    /// 403, for a key that opens, but not this.
    pub fn forbidden(&self, request: &HttpRequest, scope: &str) -> HttpResponse {
        let message = format!("The key does not have the scope `{scope}`.");
        let builder = HttpResponse::build(StatusCode::FORBIDDEN);
        self.refused(builder, request, scope, Some("insufficient_scope"), &message)
    }

    /// 403, for a key that opens nothing at all now, whatever its scopes.
    pub fn barred(&self, message: &str) -> HttpResponse {
        let body = ErrorData::new(ErrorCode::INVALID_REQUEST, message.to_owned(), None);
        HttpResponse::Forbidden().json(JsonRpcError::new(None, body))
    }

    fn refused(
        &self,
        mut builder: HttpResponseBuilder,
        request: &HttpRequest,
        scope: &str,
        error: Option<&str>,
        message: &str,
    ) -> HttpResponse {
        let body = ErrorData::new(ErrorCode::INVALID_REQUEST, message.to_owned(), None);
        builder
            .insert_header((header::WWW_AUTHENTICATE, self.challenge(request, scope, error)))
            .json(JsonRpcError::new(None, body))
    }

    /// Scheme and authority, without a slash at the end.
    fn base(&self, request: &HttpRequest) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                let asked = request.connection_info();
                // A quote would end the parameter of the header.
                let host: String =
                    asked.host().chars().filter(|c| c.is_ascii_alphanumeric() || ".:-[]".contains(*c)).collect();
                format!("{}://{host}", if asked.scheme() == "https" { "https" } else { "http" })
            }
        }
    }
}
