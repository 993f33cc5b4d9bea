//! What every request passes on its way in and out: an id, limits of the address, security headers, metrics, the log.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use crate::{metrics, problem::Problem, state::State};

/// Longest address, in bytes, with its query string.
const MAX_URL_BYTES: usize = 8 << 10;
/// Longest request id that is taken from a client.
const MAX_REQUEST_ID_BYTES: usize = 128;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load, unless it says so itself: nothing. Answers of the API are data.
const NO_CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The middleware.
///
/// # Errors
/// Those of the services behind it that are not answers.
pub async fn request(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let too_long = request.uri().path_and_query().is_some_and(|p| p.as_str().len() > MAX_URL_BYTES);
    if method == Method::HEAD {
        // The connection remembers that it was HEAD and leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let mut response = if too_long {
        let detail = format!("the address is over {MAX_URL_BYTES} bytes; send what is long in a body");
        let refusal = Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", detail).response();
        request.into_response(refusal).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    log(&response, &method, &id, began);
    let https = response.request().app_data::<Data<State>>().is_some_and(|state| state.settings.is_https());
    let is_api = response.request().path().starts_with("/v1/");
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID.clone(), id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_CONTENT_POLICY));
    }
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    Ok(response)
}

fn log(response: &ServiceResponse<impl MessageBody>, method: &Method, id: &HeaderValue, began: Instant) {
    let elapsed = began.elapsed();
    let status = response.status();
    let pattern = response.request().match_pattern();
    // A path as sent would make as many metrics as there are paths.
    let route = pattern.as_deref().unwrap_or("unmatched");
    metrics::request(method, route, status.as_u16(), elapsed);
    let id = id.to_str().unwrap_or_default();
    if status.is_server_error() {
        let problem = response.response().error().and_then(|e| e.as_error::<Problem>());
        let causes = problem.and_then(Problem::causes);
        let (status, detail) = (status.as_u16(), problem.map(Problem::to_string));
        tracing::error!(request_id = id, %method, route, status, causes, detail, "a request failed");
    } else {
        tracing::debug!(
            request_id = id, %method, route, status = status.as_u16(), elapsed_us = elapsed.as_micros() as u64, "answered"
        );
    }
}

/// The client's id if it is a plain word, else one of ours.
fn request_id(request: &ServiceRequest) -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Of this process, so that ids of two runs do not meet; without randomness they still differ within a run.
    static RUN: LazyLock<u64> = LazyLock::new(|| getrandom::u64().unwrap_or_default());
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    match request.headers().get(&REQUEST_ID) {
        Some(id) if (1..=MAX_REQUEST_ID_BYTES).contains(&id.len()) && id.as_bytes().iter().all(plain) => id.clone(),
        _ => {
            let id = format!("{:016x}-{:x}", *RUN, NEXT.fetch_add(1, Ordering::Relaxed));
            HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
        }
    }
}

/// Answers what no route does: 405 where another method would work, else 404.
pub async fn no_route(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let path = request.path();
    match state.known.iter().find(|(pattern, _)| pattern.is_match(path)) {
        Some((_, methods)) if !methods.contains(request.method()) => {
            let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
            Problem::method_not_allowed(allow).response()
        }
        _ => Problem::not_found("there is nothing at this address; /docs lists what there is").response(),
    }
}
