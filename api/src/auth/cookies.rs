//! The cookies: the session's, and the one by which a browser is known again.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
};
use kupets_auth::{DEVICE_DAYS, NewSession};

/// Name of the session's cookie.
const SESSION: &str = "kupets_session";
/// Name of the device's cookie.
const DEVICE: &str = "kupets_device";
/// Where the device's cookie goes: only logging in and changing a password need it.
const DEVICE_PATH: &str = "/v1/auth";

/// Adds the cookies of a session that has just been made.
pub fn let_in(response: &mut HttpResponseBuilder, session: NewSession, secure: bool) {
    let mut cookie = cookie(SESSION, session.token, "/", secure);
    cookie.set_max_age(Duration::days(session.days.into()));
    response.append_header((header::SET_COOKIE, cookie.to_string()));
    if let Some(device) = session.device {
        let mut cookie = self::cookie(DEVICE, device, DEVICE_PATH, secure);
        cookie.set_max_age(Duration::days(DEVICE_DAYS.into()));
        response.append_header((header::SET_COOKIE, cookie.to_string()));
    }
}

/// The cookie that makes the browser forget its session.
pub fn removal(secure: bool) -> Cookie<'static> {
    let mut cookie = cookie(SESSION, String::new(), "/", secure);
    cookie.make_removal();
    cookie
}

/// The token of a request's session cookie.
pub fn session_token(request: &HttpRequest) -> Option<String> {
    request.cookie(SESSION).map(|cookie| cookie.value().to_owned())
}

/// The token of a request's device cookie.
pub fn device_token(request: &HttpRequest) -> Option<String> {
    request.cookie(DEVICE).map(|cookie| cookie.value().to_owned())
}

fn cookie(name: &'static str, value: String, path: &'static str, secure: bool) -> Cookie<'static> {
    Cookie::build(name, value).path(path).http_only(true).same_site(SameSite::Lax).secure(secure).finish()
}
