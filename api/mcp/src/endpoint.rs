//! One address that takes POST: who asks is found out, the transport does the rest.

use std::{fmt, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, Resource, http::StatusCode, web};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::Method;
use http_body_util::Full;
use rmcp::{
    ServerHandler,
    model::ErrorCode,
    transport::streamable_http_server::{StreamableHttpService, session::never::NeverSessionManager},
};
use serde::de::IgnoredAny;

use crate::{
    convert,
    refusal::{refuse, told},
    settings::Settings,
};

/// How the program finds out who asks.
#[async_trait(?Send)]
pub trait Authenticate: 'static {
    /// Who asks, and what they may.
    type Caller: Clone + Send + Sync + 'static;

    /// The caller of a request, by its bearer key.
    ///
    /// # Errors
    /// The answer to a request without a key that opens: [`ProtectedResource::unauthorized`](crate::ProtectedResource::unauthorized)
    /// or one of the program's own with its `WWW-Authenticate`.
    async fn authenticate(&self, request: &HttpRequest) -> Result<Self::Caller, HttpResponse>;
}

/// The endpoint: [`Authenticate`] and a server of the protocol, most often a [`ToolServer`](crate::ToolServer).
pub struct Endpoint<A, H: ServerHandler + Send + 'static> {
    shared: Arc<Shared<A, H>>,
}

struct Shared<A, H: ServerHandler + Send + 'static> {
    authenticate: A,
    service: StreamableHttpService<H, NeverSessionManager>,
    max_body_bytes: usize,
    own_pages: bool,
}

impl<A, H: ServerHandler + Send + 'static> fmt::Debug for Endpoint<A, H> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

impl<A, H: ServerHandler + Send + 'static> Clone for Endpoint<A, H> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<A: Authenticate, H: ServerHandler + Clone + Send + Sync + 'static> Endpoint<A, H> {
    /// An endpoint of that server. `handler` is cloned for each request: it is to be cheap to clone.
    pub fn new(settings: &Settings, authenticate: A, handler: H) -> Self {
        let service = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::new(NeverSessionManager::default()),
            settings.transport(),
        );
        let (max_body_bytes, own_pages) = (settings.max_body_bytes, !settings.any_host());
        Self { shared: Arc::new(Shared { authenticate, service, max_body_bytes, own_pages }) }
    }

    /// The endpoint as a resource at `path`, all methods of it.
    pub fn resource(&self, path: &str) -> Resource {
        let endpoint = self.clone();
        web::resource(path).route(web::route().to(move |request: HttpRequest, payload: web::Payload| {
            let endpoint = endpoint.clone();
            async move { endpoint.serve(request, payload).await }
        }))
    }

    /// Answers a request. Dropping the future, or the body of its answer, ends the work.
    pub async fn serve(&self, request: HttpRequest, payload: web::Payload) -> HttpResponse {
        // Host and Origin come before the key, and a wrong method before all else. Both are for the transport to judge: a GET is
        // refused by 405 after they have been looked at.
        let own_pages = self.shared.own_pages;
        let Ok(probe) = convert::request(&request, own_pages, Method::GET, Full::<Bytes>::default()) else {
            return refuse(StatusCode::BAD_REQUEST, ErrorCode::INVALID_REQUEST, "The headers do not parse.".to_owned());
        };
        let judged = self.shared.service.handle(probe).await;
        if request.method() != actix_web::http::Method::POST || judged.status() != http::StatusCode::METHOD_NOT_ALLOWED
        {
            return told(&request, judged).await;
        }
        let caller = match self.shared.authenticate.authenticate(&request).await {
            Ok(caller) => caller,
            Err(response) => return response,
        };
        let body = match self.body(payload).await {
            Ok(body) => body,
            Err(response) => return response,
        };
        let Ok(mut asked) = convert::request(&request, own_pages, Method::POST, Full::new(body)) else {
            return refuse(StatusCode::BAD_REQUEST, ErrorCode::INVALID_REQUEST, "The headers do not parse.".to_owned());
        };
        asked.extensions_mut().insert(caller);
        told(&request, self.shared.service.handle(asked).await).await
    }

    /// The body, if it is no longer than allowed and is JSON.
    async fn body(&self, mut payload: web::Payload) -> Result<Bytes, HttpResponse> {
        let most = self.shared.max_body_bytes;
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| {
                let message = format!("The body does not arrive: {error}");
                refuse(StatusCode::BAD_REQUEST, ErrorCode::INVALID_REQUEST, message)
            })?;
            if chunk.len() > most.saturating_sub(body.len()) {
                let message = format!("The body has more than {most} bytes. Ask for less at once.");
                return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::INVALID_REQUEST, message));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice::<IgnoredAny>(&body).map_err(|error| {
            refuse(StatusCode::BAD_REQUEST, ErrorCode::PARSE_ERROR, format!("The body is not JSON: {error}"))
        })?;
        Ok(body.freeze())
    }
}
