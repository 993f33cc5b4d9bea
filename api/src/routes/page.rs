//! Pages for people: the first one, and the live documentation. All of it is in the binary; nothing loads from elsewhere.

use std::sync::{Arc, LazyLock};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    middleware::Compress,
    web::{Data, Path},
};
use utoipa_swagger_ui::Config;

use crate::{
    negotiate::prefers_russian,
    problem::{Problem, Result},
    state::State,
};

/// The pages bring their own style and load only what this server serves.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The documentation brings its style in files: nothing in it may be inline. `data:` is for the icons of that style.
const DOCS_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
                           form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const HOME_EN: &str = include_str!("../../pages/home.en.html");
const HOME_RU: &str = include_str!("../../pages/home.ru.html");

static DOCS: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/openapi.json")
        .try_it_out_enabled(true)
        // A key stays in the page's memory: what a browser keeps, any script of this address could read, for ever.
        .persist_authorization(false)
        .display_request_duration(true)
        .filter(true)
        // The validator is a service elsewhere: nothing of ours goes there.
        .validator_url("none")
        .with_credentials(true);
    Arc::new(config)
});

/// The first page, in Russian or English.
#[get("/", wrap = "Compress::default()")]
pub async fn home(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let (text, language) = if prefers_russian(&request) { (HOME_RU, "ru") } else { (HOME_EN, "en") };
    let text = text.replace("{{origin}}", &origin(&request, &state));
    page("text/html; charset=utf-8", PAGE_POLICY)
        .insert_header((header::CONTENT_LANGUAGE, HeaderValue::from_static(language)))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Language")))
        .body(text)
}

/// Where the reader has reached us. A `Host` is the reader's text: only what a host can look like goes into the page.
fn origin(request: &HttpRequest, state: &State) -> String {
    let plain =
        |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    let host =
        request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).filter(plain).unwrap_or("localhost:8080");
    state
        .settings
        .public_url
        .as_deref()
        .map_or_else(|| format!("http://{host}"), |url| escape(url.trim_end_matches('/')))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Leads to the documentation.
#[get("/docs")]
pub async fn docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, HeaderValue::from_static("/docs/"))).finish()
}

/// The documentation and its files.
#[get("/docs/{file:.*}", wrap = "Compress::default()")]
pub async fn docs_asset(file: Path<String>) -> Result<HttpResponse> {
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&DOCS)).map_err(Problem::internal_display)?;
    let found = found.ok_or_else(|| Problem::not_found("the documentation has no such file; it begins at /docs/"))?;
    Ok(page(&found.content_type, DOCS_POLICY).body(found.bytes.into_owned()))
}

fn page(content_type: &str, policy: &'static str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)));
    response
}
