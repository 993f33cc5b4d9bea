//! Registering, logging in and out, passwords.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use kupets_auth::{
    Account, NewAccount, NewWorkspace,
    check::{Checked, normal_email},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    auth::{Allowed, Session, SessionOrLink, With, check_origin, let_in, removal, session_token, visitor},
    body::Json,
    negotiate::prefers_russian,
    problem::Result,
    state::State,
    stream,
};

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
    /// Name of the workspace; the person's name unless given. Not used with an invite into another.
    workspace: Option<String>,
    /// `en` or `ru`; from `Accept-Language` unless given.
    locale: Option<String>,
    /// IANA zone in which days, weeks and months begin; `UTC` unless given. Not used with an invite into another workspace.
    time_zone: Option<String>,
    /// ISO 4217 code of records and figures without another one; `RUB` for `ru`, else `USD`, unless given. Not used with an invite
    /// into another workspace.
    currency: Option<String>,
    /// The token of an invite: the last part of its link. Where the server's `registration` is `invite`, it is needed.
    invite: Option<String>,
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
    /// The token of an invite into one more workspace: the last part of its link. The session is there then.
    invite: Option<String>,
}

/// A change of password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "correct horse battery", "new_password": "battery staple correct"}))]
pub struct ChangePassword {
    /// The present one.
    current_password: String,
    /// 8 characters or more.
    #[schema(min_length = 8)]
    new_password: String,
}

/// Whose password is to be set anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "anna@example.com"}))]
pub struct AskReset {
    /// E-mail address.
    email: String,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "battery staple correct"}))]
pub struct ResetPassword {
    /// 8 characters or more.
    #[schema(min_length = 8)]
    password: String,
}

/// Register
///
/// Makes an account and its workspace, and logs in: the answer sets the cookie `kupets_session`. With an invite the person comes into
/// the workspace that it leads to. Who may register is a setting of the server (`registration`): 403 with `registration_closed`,
/// `invite_required` or `bad_invite` says what is missing.
#[utoipa::path(tag = "accounts", operation_id = "register", security(()), request_body = Register, responses(
    (status = 201, body = Account, description = "The account is made and logged in."),
    (status = 403, description = "Not without an invite, or not with this one, or not at all.",
     body = crate::problem_schema::ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "The e-mail address has an account.", body = crate::problem_schema::ProblemBody,
     content_type = "application/problem+json"),
))]
#[post("/v1/auth/register")]
pub async fn register(request: HttpRequest, state: Data<State>, body: Json<Register>) -> Result<HttpResponse> {
    check_origin(&request, state.settings.public_url.as_deref())?;
    let new = check(body.0, prefers_russian(&request))?;
    let visitor = visitor(&request, state.settings.trust_forwarded_for);
    let owned = state.clone();
    let done = stream::finish(&state, async move { owned.auth.register(new, &visitor).await }).await?;
    let mut response = HttpResponse::Created();
    let_in(&mut response, done.session, state.settings.is_https());
    Ok(response.json(done.account))
}

/// Log in
///
/// Sets the cookie `kupets_session`. A wrong password and an unknown address get the same answer. Failures are limited per account
/// and per address (429 with `Retry-After`); a browser in which the person has logged in before is counted by itself, so that
/// strangers cannot lock them out. With an invite the person joins its workspace.
#[utoipa::path(tag = "accounts", operation_id = "login", security(()), request_body = Login, responses(
    (status = 200, body = Account, description = "Logged in."),
    (status = 401, description = "The address or the password is wrong.", body = crate::problem_schema::ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "The invite does not do, or the person is in no workspace.",
     body = crate::problem_schema::ProblemBody, content_type = "application/problem+json"),
))]
#[post("/v1/auth/login")]
pub async fn login(request: HttpRequest, state: Data<State>, body: Json<Login>) -> Result<HttpResponse> {
    check_origin(&request, state.settings.public_url.as_deref())?;
    let Login { email, password, invite } = body.0;
    let visitor = visitor(&request, state.settings.trust_forwarded_for);
    let owned = state.clone();
    let work = async move { owned.auth.login(&normal_email(&email), password, invite.as_deref(), &visitor).await };
    let done = stream::finish(&state, work).await?;
    let mut response = HttpResponse::Ok();
    let_in(&mut response, done.session, state.settings.is_https());
    Ok(response.json(done.account))
}

/// Log out
///
/// Ends the session at once, on the server too. Without a session nothing happens.
#[utoipa::path(tag = "accounts", operation_id = "logout", security(()), responses(
    (status = 204, description = "Logged out."),
))]
#[post("/v1/auth/logout")]
pub async fn logout(request: HttpRequest, state: Data<State>) -> Result<HttpResponse> {
    check_origin(&request, state.settings.public_url.as_deref())?;
    if let Some(token) = session_token(&request) {
        state.auth.log_out(&token).await?;
    }
    Ok(HttpResponse::NoContent().cookie(removal(state.settings.is_https())).finish())
}

/// Change the password
///
/// Ends all other sessions of the person. Wrong attempts are limited (429 with `Retry-After`).
#[utoipa::path(tag = "accounts", operation_id = "change_password", security(("session" = [])),
    request_body = ChangePassword, responses((status = 204, description = "Changed.")))]
#[post("/v1/auth/password")]
pub async fn change_password(
    args: With<Session, Json<ChangePassword>>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let ChangePassword { current_password, new_password } = body.0;
    let mut checked = Checked::default();
    checked.password("new_password", &new_password);
    checked.done(())?;
    let device = visitor(&request, state.settings.trust_forwarded_for).device;
    let (owned, caller) = (state.clone(), caller.clone());
    let work =
        async move { owned.auth.change_password(&caller, current_password, new_password, device.as_deref()).await };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a link that sets a new password
///
/// Always 202, whether the address has an account or not. The link is sent by mail where the server has `smtp_url`; elsewhere its
/// operator makes one with `kupets admin reset-password EMAIL`.
#[utoipa::path(tag = "accounts", operation_id = "ask_password_reset", security(()), request_body = AskReset, responses(
    (status = 202, description = "If there is such an account and mail can be sent, a link is on its way."),
))]
#[post("/v1/auth/reset")]
pub async fn ask_reset(request: HttpRequest, state: Data<State>, body: Json<AskReset>) -> Result<HttpResponse> {
    check_origin(&request, state.settings.public_url.as_deref())?;
    let visitor = visitor(&request, state.settings.trust_forwarded_for);
    state.auth.count_reset_request(&visitor)?;
    let (owned, email) = (state.clone(), normal_email(&body.0.email));
    // Nobody waits for it: how long it takes would tell whether there is an account.
    state.runtime.spawn(async move {
        if let Err(error) = owned.auth.send_reset(&email, &visitor).await {
            tracing::warn!(%error, "a mail with a link for a new password was not sent");
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

/// Set a new password by a link
///
/// The link works once. All sessions of the person end; log in with the new password.
#[utoipa::path(tag = "accounts", operation_id = "reset_password", security(()),
    params(("token" = String, Path, description = "The last part of the link.")),
    request_body = ResetPassword, responses((status = 204, description = "Set.")))]
#[post("/v1/auth/reset/{token}")]
pub async fn reset_password(
    request: HttpRequest,
    state: Data<State>,
    token: Path<String>,
    body: Json<ResetPassword>,
) -> Result<HttpResponse> {
    check_origin(&request, state.settings.public_url.as_deref())?;
    let mut checked = Checked::default();
    checked.password("password", &body.0.password);
    checked.done(())?;
    let visitor = visitor(&request, state.settings.trust_forwarded_for);
    let owned = state.clone();
    let work = async move { owned.auth.reset_password(&token, body.0.password, &visitor).await };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who am I
#[utoipa::path(tag = "accounts", operation_id = "me", security(("session" = []), ("telegram_link" = [])), responses(
    (status = 200, body = Account, description = "The person and the workspace of this session."),
))]
#[get("/v1/me")]
pub async fn me(caller: Allowed<SessionOrLink>, state: Data<State>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(state.auth.account(&caller).await?))
}

fn check(body: Register, russian: bool) -> Result<NewAccount> {
    let mut checked = Checked::default();
    let name = checked.name("name", &body.name);
    let email = checked.email("email", &body.email);
    checked.password("password", &body.password);
    let workspace = body.workspace.map_or_else(|| name.clone(), |text| checked.name("workspace", &text));
    let locale = body.locale.unwrap_or_else(|| if russian { "ru" } else { "en" }.to_owned());
    checked.locale("locale", &locale);
    let time_zone = checked.time_zone("time_zone", body.time_zone.as_deref().unwrap_or("UTC")).name().to_owned();
    let currency = body.currency.unwrap_or_else(|| if locale == "ru" { "RUB" } else { "USD" }.to_owned());
    checked.currency("currency", &currency);
    let workspace = NewWorkspace { name: workspace, locale: locale.clone(), time_zone, currency };
    Ok(checked.done(NewAccount { name, email, password: body.password, locale, workspace, invite: body.invite })?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

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
            invite: None,
        }
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let new = check(body(), true).unwrap();
        assert_eq!((new.name.as_str(), new.email.as_str()), ("Anna", "anna@example.com"));
        let NewWorkspace { name, locale, time_zone, currency } = new.workspace;
        assert_eq!([name, locale, time_zone, currency], ["Anna", "ru", "UTC", "RUB"]);
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
            invite: None,
        };
        let text = check(wrong, false).unwrap_err().to_string();
        assert!(text.contains("7 fields"), "{text}");
    }
}
