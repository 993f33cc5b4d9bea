//! The web UI: its files are in the binary, every address that is nobody else's is a page of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{self, HeaderValue},
    },
};

/// A file of the web UI.
#[derive(Debug)]
pub struct File {
    /// Its address without the slash at the beginning.
    path: &'static str,
    media_type: &'static str,
    etag: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// No script is inline. Styles are: the interface's library writes its theme's variables and sizes so.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Names of assets have a hash of what is in them: what was loaded once never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Addresses of the server's own, below which a stray one is an error and no page.
const OWN: [&str; 7] = ["/v1", "/docs", "/mcp", "/.well-known", "/assets", "/openapi.json", "/metrics"];

/// Whether the web UI is in this binary.
pub fn is_built_in() -> bool {
    !FILES.is_empty()
}

/// The file or page at the request's address, if it is one of the web UI's.
pub fn serve(request: &HttpRequest) -> Option<HttpResponse> {
    if !is_built_in() || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let path = request.path();
    if let Some(file) = find(path.trim_start_matches('/')) {
        return Some(respond(request, file));
    }
    let below = |own: &str| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if OWN.iter().any(|own| below(own)) {
        return None;
    }
    find("index.html").map(|page| respond(request, page))
}

fn find(path: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().and_then(|at| FILES.get(at))
}

fn respond(request: &HttpRequest, file: &'static File) -> HttpResponse {
    let page = file.path.ends_with(".html");
    let asset = file.path.starts_with("assets/");
    let mut response = if known(request, file.etag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, HeaderValue::from_static(file.etag)));
    let caching = if asset { FOR_EVER } else { "no-cache" };
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(caching)));
    if page {
        response.insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)));
    }
    if known(request, file.etag) {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(file.media_type)));
    if file.media_type.starts_with("font/") || file.media_type == "image/png" {
        // It is compressed already.
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("identity")));
    }
    response.body(file.bytes)
}

fn known(request: &HttpRequest, etag: &str) -> bool {
    let sent = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    sent.is_some_and(|sent| sent.split(',').any(|one| one.trim().trim_start_matches("W/") == etag))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::{http::StatusCode, test::TestRequest};

    use super::*;

    #[test]
    fn what_is_nobody_elses_is_a_page() {
        if !is_built_in() {
            eprintln!("SKIPPED: this binary is built without the web UI (KUPETS_SKIP_WEB)");
            return;
        }
        for path in ["/", "/customers", "/invite/abc", "/index.html", "/v1st"] {
            let answer = serve(&TestRequest::with_uri(path).to_http_request()).unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
        }
        for path in ["/v1/nothing", "/assets/nothing.js", "/docs/nothing", "/mcp"] {
            assert!(serve(&TestRequest::with_uri(path).to_http_request()).is_none(), "{path}");
        }
        assert!(serve(&TestRequest::post().uri("/customers").to_http_request()).is_none());
        let asset = FILES.iter().find(|file| file.path.starts_with("assets/")).unwrap();
        let path = format!("/{}", asset.path);
        let answer = serve(&TestRequest::with_uri(&path).to_http_request()).unwrap();
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), FOR_EVER);
        let again = TestRequest::with_uri(&path).insert_header((header::IF_NONE_MATCH, asset.etag)).to_http_request();
        assert_eq!(serve(&again).unwrap().status(), StatusCode::NOT_MODIFIED);
    }
}
