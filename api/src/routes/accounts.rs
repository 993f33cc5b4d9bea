//! Accounts over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web::Data};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Account, Allowed, Registration, Session, User, WorkspaceInfo, check_origin, session_token},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
};

/// Shortest password, in characters.
const MIN_PASSWORD: usize = 8;
/// Longest password, in bytes: hashing longer ones would be work for nothing.
const MAX_PASSWORD: usize = 1_024;
/// Longest name of a person or a workspace, in characters.
const MAX_NAME: usize = 200;

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Анна Петрова", "email": "anna@example.com", "password": "correct horse battery",
    "workspace": "Лавка", "locale": "ru", "time_zone": "Europe/Moscow", "currency": "RUB"}))]
pub struct Register {
    /// Full name.
    name: String,
    /// E-mail address; the login.
    email: String,
    /// 8 characters or more.
    #[schema(min_length = 8)]
    password: String,
    /// Name of the workspace; the person's name unless given.
    workspace: Option<String>,
    /// `en` or `ru`; from `Accept-Language` unless given.
    locale: Option<String>,
    /// IANA zone in which days, weeks and months begin; `UTC` unless given.
    time_zone: Option<String>,
    /// ISO 4217 code of records and figures without another one; `RUB` for `ru`, else `USD`, unless given.
    currency: Option<String>,
}

/// A login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "anna@example.com", "password": "correct horse battery"}))]
pub struct Login {
    /// E-mail address.
    email: String,
    /// Password.
    password: String,
}

/// A person and the workspace they work in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    /// The person.
    user: UserBody,
    /// The workspace.
    workspace: WorkspaceBody,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    id: String,
    name: String,
    email: String,
    /// `en` or `ru`.
    locale: String,
    created_at: DateTime<Utc>,
}

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceBody {
    id: String,
    name: String,
    /// `en` or `ru`.
    locale: String,
    /// The zone in which days, weeks and months begin.
    time_zone: String,
    /// ISO 4217 code of records and figures without another one.
    currency: String,
    created_at: DateTime<Utc>,
}

impl From<&WorkspaceInfo> for WorkspaceBody {
    fn from(workspace: &WorkspaceInfo) -> Self {
        Self {
            id: workspace.id.to_string(),
            name: workspace.name.clone(),
            locale: workspace.locale.clone(),
            time_zone: workspace.time_zone.name().to_owned(),
            currency: workspace.currency.to_string(),
            created_at: workspace.created_at,
        }
    }
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self { id: user.id, name: user.name, email: user.email, locale: user.locale, created_at: user.created_at }
    }
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> Self {
        Self { workspace: (&account.workspace).into(), user: account.user.into() }
    }
}

/// Register
///
/// Makes an account and its workspace, and logs in: the answer sets the cookie `kupets_session`.
#[utoipa::path(tag = "accounts", operation_id = "register", security(()), request_body = Register, responses(
    (status = 201, body = AccountBody, description = "The account is made and logged in."),
    (status = 409, description = "The e-mail address has an account.", body = crate::problem_schema::ProblemSchema,
     content_type = "application/problem+json"),
))]
#[post("/v1/auth/register")]
pub async fn register(request: HttpRequest, state: Data<State>, body: Json<Register>) -> Result<HttpResponse> {
    check_origin(&request, state.auth.public_url())?;
    let address = state.auth.client_address(&request);
    let new = check(body.0, prefers_russian(&request))?;
    let (account, session) = state.auth.register(new, address).await?;
    Ok(HttpResponse::Created().cookie(session.cookie).json(AccountBody::from(account)))
}

/// Log in
///
/// Sets the cookie `kupets_session`. A wrong password and an unknown address get the same answer. Attempts are limited per
/// account and per address (429 with `Retry-After`).
#[utoipa::path(tag = "accounts", operation_id = "login", security(()), request_body = Login, responses(
    (status = 200, body = AccountBody, description = "Logged in."),
    (status = 401, description = "The address or the password is wrong.", body = crate::problem_schema::ProblemSchema,
     content_type = "application/problem+json"),
))]
#[post("/v1/auth/login")]
pub async fn login(request: HttpRequest, state: Data<State>, body: Json<Login>) -> Result<HttpResponse> {
    check_origin(&request, state.auth.public_url())?;
    let address = state.auth.client_address(&request);
    let (account, session) = state.auth.login(&normal_email(&body.0.email), body.0.password, address).await?;
    Ok(HttpResponse::Ok().cookie(session.cookie).json(AccountBody::from(account)))
}

/// Log out
///
/// Ends the session at once, on the server too. Without a session nothing happens.
#[utoipa::path(tag = "accounts", operation_id = "logout", security(()), responses(
    (status = 204, description = "Logged out."),
))]
#[post("/v1/auth/logout")]
pub async fn logout(request: HttpRequest, state: Data<State>) -> Result<HttpResponse> {
    check_origin(&request, state.auth.public_url())?;
    let removal = state.auth.end_session(session_token(&request).as_deref()).await?;
    Ok(HttpResponse::NoContent().cookie(removal).finish())
}

/// Who am I
#[utoipa::path(tag = "accounts", operation_id = "me", security(("session" = [])), responses(
    (status = 200, body = AccountBody, description = "The person and the workspace of this session."),
))]
#[get("/v1/me")]
pub async fn me(caller: Allowed<Session>, state: Data<State>) -> Result<HttpResponse> {
    let user = state.auth.user(caller.user_id()?).await?;
    Ok(HttpResponse::Ok().json(AccountBody { user: user.into(), workspace: caller.workspace().into() }))
}

fn check(body: Register, russian: bool) -> Result<Registration> {
    let mut errors = Vec::new();
    let mut wrong = |name: &str, message: &str| errors.push(field(name, message));
    let plain = |text: &str| (1..=MAX_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);

    let name = body.name.trim().to_owned();
    if !plain(&name) {
        wrong("name", "1 to 200 characters");
    }
    let email = normal_email(&body.email);
    if !is_email(&email) {
        wrong("email", "this is not an e-mail address");
    }
    if body.password.chars().count() < MIN_PASSWORD || body.password.len() > MAX_PASSWORD {
        wrong("password", "8 characters or more, 1024 bytes at most");
    }
    let workspace = body.workspace.map(|text| text.trim().to_owned());
    if workspace.as_deref().is_some_and(|text| !plain(text)) {
        wrong("workspace", "1 to 200 characters");
    }
    let locale = body.locale.unwrap_or_else(|| if russian { "ru" } else { "en" }.to_owned());
    if !matches!(locale.as_str(), "en" | "ru") {
        wrong("locale", "`en` or `ru`");
    }
    let time_zone = body.time_zone.as_deref().unwrap_or("UTC").parse::<Tz>().unwrap_or_else(|_| {
        wrong("time_zone", "an IANA name, for example `Europe/Moscow`");
        Tz::UTC
    });
    let currency = body.currency.unwrap_or_else(|| if locale == "ru" { "RUB" } else { "USD" }.to_owned());
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong("currency", "an ISO 4217 code of three capital letters, for example `EUR`");
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let workspace = workspace.unwrap_or_else(|| name.clone());
    Ok(Registration { name, email, password: body.password, workspace, locale, time_zone, currency })
}

fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether mail could go there: one `@` with something on both sides and no spaces. More only the mail itself can tell.
fn is_email(text: &str) -> bool {
    let sides = text.rsplit_once('@').is_some_and(|(who, host)| {
        !who.is_empty() && !who.contains('@') && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.')
    });
    sides && text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether the browser's first language is Russian.
pub fn prefers_russian(request: &HttpRequest) -> bool {
    let value = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let place = |language: &str| value.split(',').position(|part| part.trim_start().starts_with(language));
    match (place("ru"), place("en")) {
        (Some(ru), Some(en)) => ru < en,
        (ru, _) => ru.is_some(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use actix_web::test::TestRequest;

    use super::*;

    fn body() -> Register {
        Register {
            name: " Anna ".to_owned(),
            email: " Anna@Example.COM".to_owned(),
            password: "correct horse".to_owned(),
            workspace: None,
            locale: None,
            time_zone: None,
            currency: None,
        }
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let new = check(body(), true).unwrap();
        assert_eq!(
            (new.name.as_str(), new.email.as_str(), new.workspace.as_str()),
            ("Anna", "anna@example.com", "Anna")
        );
        assert_eq!((new.locale.as_str(), new.currency.as_str(), new.time_zone), ("ru", "RUB", Tz::UTC));
    }

    #[test]
    fn all_wrong_fields_are_named_at_once() {
        let wrong = Register {
            name: String::new(),
            email: "x".to_owned(),
            password: "short".to_owned(),
            workspace: Some(String::new()),
            locale: Some("de".to_owned()),
            time_zone: Some("Mars".to_owned()),
            currency: Some("rub".to_owned()),
        };
        let text = check(wrong, false).unwrap_err().to_string();
        assert!(text.contains("7 fields"), "{text}");
    }

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b", "anna.petrova+x@mail.example.com", "почта@пример.рф"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b@c", "a@.b", "a@b."] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn the_language_is_the_first_we_have() {
        let ru = |accept: &'static str| {
            prefers_russian(&TestRequest::default().insert_header(("accept-language", accept)).to_http_request())
        };
        assert!(ru("ru-RU,ru;q=0.9,en;q=0.8"));
        assert!(ru("de, ru;q=0.5"));
        assert!(!ru("en-GB, ru;q=0.5"));
        assert!(!ru("de"));
    }
}
