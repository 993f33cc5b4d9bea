//! Between the types of actix-web and those of the transport, which are of another version of `http`.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode, http::header as actix};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderName, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, combinators::BoxBody};
use std::convert::Infallible;

/// What the transport answers with.
pub(crate) type Answer = Response<BoxBody<Bytes, Infallible>>;

/// The request's head with another method and body. The key stays behind: it has been looked at, and tools have no use for it.
/// So does the `Origin` of a page of the server itself where `own_pages` are let in.
pub(crate) fn request<B>(
    request: &HttpRequest,
    own_pages: bool,
    method: http::Method,
    body: B,
) -> Result<Request<B>, http::Error> {
    let own_page = own_pages && is_own_page(request);
    let mut head = Request::builder().method(method).uri(request.uri().to_string());
    if let Some(headers) = head.headers_mut() {
        for (name, value) in request.headers() {
            if *name == actix::AUTHORIZATION || *name == actix::COOKIE || (own_page && *name == actix::ORIGIN) {
                continue;
            }
            let name = HeaderName::from_bytes(name.as_str().as_bytes())?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes())?);
        }
        accept_all(headers);
    }
    head.body(body)
}

/// Whether the page that asks is at the very address that is asked. That address is looked at by itself: a page of somebody else
/// whose name was made to lead here asks for that name.
fn is_own_page(request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(actix::ORIGIN), text(actix::HOST)) else { return false };
    origin.split_once("://") == Some((request.connection_info().scheme(), host))
}

/// Who takes anything takes both forms of an answer; the transport wants to see them named.
fn accept_all(headers: &mut http::HeaderMap) {
    let any = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.trim() == "*/*");
    if headers.get_all(header::ACCEPT).iter().all(any) {
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    }
}

/// The transport's answer as one of ours. A stream goes out as it comes.
pub(crate) async fn response(answer: Answer) -> HttpResponse {
    let (head, body) = answer.into_parts();
    let mut builder = builder(&head);
    if is_stream(&head.headers) {
        // Compression would hold events back until a block is full.
        builder.insert_header((actix::CONTENT_ENCODING, "identity"));
        return builder.streaming(body.into_data_stream().map(|chunk| chunk.map_err(|never| match never {})));
    }
    match body.collect().await {
        Ok(body) => builder.body(body.to_bytes()),
        Err(never) => match never {},
    }
}

fn builder(head: &http::response::Parts) -> HttpResponseBuilder {
    let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    for (name, value) in &head.headers {
        builder.append_header((name.as_str(), value.as_bytes()));
    }
    builder
}

fn is_stream(headers: &http::HeaderMap) -> bool {
    content_type(headers).is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// What the body is said to be.
pub(crate) fn content_type(headers: &http::HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
}
