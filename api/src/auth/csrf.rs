//! Requests that another site's page makes with a person's cookie are refused.
//!
//! The cookie is `SameSite=Lax`, which stops most of them. On top, an unsafe method with a cookie must not come from
//! another origin: browsers say where a request comes from in `Sec-Fetch-Site` and `Origin`, and a page cannot forge either.
//! A client that sends neither is not a browser and carries no one else's cookie.

use actix_web::{HttpRequest, http::header};
use url::Url;

use crate::problem::{Problem, Result};

/// Passes safe methods, and unsafe ones that do not come from another origin's page.
///
/// # Errors
/// 403 with code `cross_origin`.
pub fn check_origin(request: &HttpRequest, public_url: Option<&str>) -> Result<()> {
    if request.method().is_safe() {
        return Ok(());
    }
    let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap_or_default());
    let same = match (header("sec-fetch-site"), header(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_ours(origin, header(header::HOST.as_str()), public_url),
        (None, None) => true,
    };
    if same {
        return Ok(());
    }
    Err(Problem::forbidden(
        "cross_origin",
        "a page of another site may not act with this cookie; call from the same origin, or use an API key",
    ))
}

fn is_ours(origin: &str, host: Option<&str>, public_url: Option<&str>) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    let ours = public_url.and_then(|url| Url::parse(url).ok()).is_some_and(|url| url.origin() == origin.origin());
    let authority = match (origin.host_str(), origin.port()) {
        (Some(name), Some(port)) => format!("{name}:{port}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => return false,
    };
    ours || host.is_some_and(|host| host.eq_ignore_ascii_case(&authority))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn passes(method: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut request =
            TestRequest::default().method(actix_web::http::Method::from_bytes(method.as_bytes()).unwrap_or_default());
        for header in headers {
            request = request.insert_header(*header);
        }
        check_origin(&request.to_http_request(), Some("https://crm.example.com")).is_ok()
    }

    #[test]
    fn another_origin_may_read_nothing_and_change_nothing() {
        assert!(passes("POST", &[("sec-fetch-site", "same-origin")]));
        assert!(!passes("POST", &[("sec-fetch-site", "cross-site")]));
        assert!(!passes("DELETE", &[("sec-fetch-site", "same-site")]));
        assert!(passes("GET", &[("sec-fetch-site", "cross-site")]));
        assert!(passes("POST", &[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(passes("POST", &[("origin", "https://crm.example.com"), ("host", "10.0.0.7:8080")]));
        assert!(!passes("POST", &[("origin", "https://evil.example"), ("host", "localhost:8080")]));
        assert!(!passes("POST", &[("origin", "null"), ("host", "localhost:8080")]));
        assert!(passes("POST", &[]));
    }
}
