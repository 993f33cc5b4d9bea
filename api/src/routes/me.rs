//! A person's own account, changed.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpRequest, HttpResponse, patch, post, web::Data};
use kupets_auth::{Account, AccountChange, NewEmail, check::Checked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Session, With, visitor},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// What changes in one's own account; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Анна Петрова"}))]
pub struct AccountPatch {
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// `en` or `ru`: the language of mail and messages.
    locale: Option<String>,
    /// Another e-mail address. It takes `current_password`.
    email: Option<String>,
    /// The present password.
    current_password: Option<String>,
}

/// One's own account after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountChanged {
    /// The account.
    #[serde(flatten)]
    account: Account,
    /// The address that a link was sent to, and that is the account's when it is opened; null: none waits.
    pending_email: Option<String>,
}

/// The token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "dGhlIHRva2VuIG9mIHRoZSBsaW5r"}))]
pub struct ConfirmEmail {
    /// What the link ends with.
    token: String,
}

/// Change my account
///
/// Name and language at once. Another address takes the present password and ends all other sessions of the person; where the server sends
/// mail, a link to the new address (`/email/TOKEN`) comes first, and `pending_email` says so. Wrong passwords are limited (429 with
/// `Retry-After`).
#[utoipa::path(tag = "accounts", operation_id = "change_account", security(("session" = [])), request_body = AccountPatch,
    responses((status = 200, body = AccountChanged)))]
#[patch("/v1/me")]
pub async fn change(
    args: With<Session, Json<AccountPatch>>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let AccountPatch { name, locale, email, current_password } = body.0;
    let mut checked = Checked::default();
    let name = name.map(|text| checked.name("name", &text));
    if let Some(locale) = &locale {
        checked.locale("locale", locale);
    }
    let email = email.map(|text| checked.email("email", &text));
    if email.is_some() && current_password.is_none() {
        checked.wrong("current_password", "your present password: another address takes it");
    }
    let email = email.zip(current_password).map(|(email, current_password)| NewEmail { email, current_password });
    let change = checked.done(AccountChange { name, locale, email })?;
    let device = visitor(&request, state.settings.trust_forwarded_for).device;
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let pending_email = owned.auth.change_account(&caller, change, device.as_deref()).await?;
        Ok(AccountChanged { account: owned.auth.account(&caller).await?, pending_email })
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, work).await?))
}

/// Confirm my new address
///
/// By the link that was sent to it, logged in to the account that asked for it. 404 `bad_email_link`: it was used, is over, or is of
/// another account. Ends all other sessions of the person.
#[utoipa::path(tag = "accounts", operation_id = "confirm_email", security(("session" = [])), request_body = ConfirmEmail,
    responses((status = 200, body = Account)))]
#[post("/v1/me/email")]
pub async fn confirm_email(
    args: With<Session, Json<ConfirmEmail>>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let device = visitor(&request, state.settings.trust_forwarded_for).device;
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        owned.auth.confirm_email(&caller, &body.0.token, device.as_deref()).await?;
        owned.auth.account(&caller).await
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, work).await?))
}
