//! Telegram accounts that act as people.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post, put,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Redeemed, TelegramAccount, TelegramLink, check::Checked};
use kupets_core::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{self, Allowed, Link, Session, With, WithBot},
    body::Json,
    problem::Result,
    settings::is_bot_name,
    state::State,
};

/// Characters of what Telegram says of an account's language.
const MAX_LOCALE: usize = 35;

/// A way to the bot that links the Telegram account which takes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TelegramInvitation, example = json!({"url": "https://t.me/kupets_bot?start=3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3",
    "token": "3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3", "expires_at": "2026-05-01T08:10:00Z"}))]
pub struct LinkBody {
    /// Opens the bot with the token; show it as a button and as a QR code.
    url: String,
    /// What the bot hands back. It works once.
    token: String,
    /// From when on it does nothing: ten minutes from now.
    expires_at: DateTime<Utc>,
}

/// Links, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TelegramLinkList)]
pub struct LinkList {
    items: Vec<TelegramLink>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// A token and the Telegram account that brought it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TelegramRedeem, example = json!({"token": "3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3",
    "telegram_user_id": 123456789, "telegram_name": "Anna", "locale": "ru"}))]
pub struct RedeemBody {
    /// The token of the link.
    token: String,
    /// The number of the account at Telegram.
    telegram_user_id: i64,
    /// What the account is called there.
    telegram_name: Option<String>,
    /// Its language there.
    locale: Option<String>,
}

/// Whom a Telegram account acts as from now on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TelegramCredential, example = json!({"credential": "kt_3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3x",
    "link_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "user": {"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02", "name": "Anna", "locale": "ru"},
    "workspace": {"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a03", "name": "Tea shop", "locale": "ru", "time_zone": "Europe/Moscow",
    "currency": "RUB"}, "role": "manager"}))]
pub struct CredentialBody {
    /// Send it as `Authorization: Bearer kt_...`. It is shown here and never again.
    credential: String,
    /// Identity of the link.
    link_id: String,
    /// The person.
    user: LinkedUser,
    /// The workspace that it opens.
    workspace: LinkedWorkspace,
    /// What the person is there now.
    #[schema(schema_with = kupets_auth::role_schema)]
    role: Role,
}

/// A person whom a Telegram account acts as.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedUser {
    /// Identity.
    id: String,
    /// What they are called.
    name: String,
    /// `en` or `ru`.
    locale: String,
}

/// A workspace that a Telegram account opens.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedWorkspace {
    /// Identity.
    id: String,
    /// What people call it.
    name: String,
    /// `en` or `ru`.
    locale: String,
    /// The zone in which days, weeks and months begin.
    time_zone: String,
    /// ISO 4217 code of figures without another one.
    currency: String,
}

impl From<Redeemed> for CredentialBody {
    fn from(redeemed: Redeemed) -> Self {
        let Redeemed { credential, link_id, user_id, user_name, user_locale, workspace, role } = redeemed;
        Self {
            credential,
            link_id,
            user: LinkedUser { id: user_id, name: user_name, locale: user_locale },
            workspace: LinkedWorkspace {
                id: workspace.id,
                name: workspace.name,
                locale: workspace.locale,
                time_zone: workspace.time_zone,
                currency: workspace.currency,
            },
            role,
        }
    }
}

/// Link a Telegram account
///
/// Makes an address that opens the server's bot. The account that follows it, in a private chat and within ten minutes, acts as the
/// caller in this workspace until the link is ended or the caller leaves; what it may follows from the caller's present role, and it
/// never changes settings, keys or members. Works once; a new one ends the one before. 409 `telegram_not_set_up` names the
/// setting that is missing where the server has no bot.
#[utoipa::path(tag = "telegram", operation_id = "link_telegram", security(("session" = [])),
    responses((status = 201, body = LinkBody, description = "The way to the bot."),
        (status = 409, description = "This server has no bot; `detail` names the setting that is missing.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/telegram/link")]
pub async fn make_link(caller: Allowed<Session>, state: Data<State>) -> Result<HttpResponse> {
    state.telegram.ready()?;
    let made = state.auth.make_telegram_token(&caller).await?;
    let url = state.telegram.start_url(&made.token)?;
    Ok(HttpResponse::Created().json(LinkBody { url, token: made.token, expires_at: made.expires_at }))
}

/// List linked Telegram accounts
///
/// Those that act as the caller, in all workspaces.
#[utoipa::path(tag = "telegram", operation_id = "list_telegram_links", security(("session" = [])), params(PageQuery),
    responses((status = 200, body = LinkList)))]
#[get("/v1/telegram/links")]
pub async fn list(args: With<Session, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: asked } = args;
    let limit = asked.0.limit()?;
    let rows = state.auth.telegram_links(&caller, asked.0.cursor.as_deref(), limit + 1).await?;
    let (items, next_cursor) = page(rows, limit, |link| link.id.clone());
    Ok(HttpResponse::Ok().json(LinkList { items, next_cursor }))
}

/// End a Telegram link
///
/// From the moment of the answer no request passes with its credential.
#[utoipa::path(tag = "telegram", operation_id = "end_telegram_link", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the link.")),
    responses((status = 204, description = "It has ended.")))]
#[delete("/v1/telegram/links/{id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    state.auth.remove_telegram_link(&caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Redeem a token
///
/// For the bot: a token that a Telegram account brought becomes a credential that acts as the person who made it. Bring it from a
/// private chat only. 404 `bad_token`: it was used, is over, or never was.
#[utoipa::path(tag = "telegram", operation_id = "redeem_telegram_token", security(("bot" = [])), request_body = RedeemBody,
    responses((status = 200, body = CredentialBody, description = "The credential. Keep it: it is not shown again."),
        (status = 404, description = "The token was used, is over, or never was.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/telegram/redeem")]
pub async fn redeem(
    WithBot(body): WithBot<Json<RedeemBody>>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse> {
    let RedeemBody { token, telegram_user_id, telegram_name, locale } = body.0;
    let mut checked = Checked::default();
    if telegram_user_id <= 0 {
        checked.wrong("telegram_user_id", "a positive number: that of a person, not of a group");
    }
    // What people call themselves is theirs: it is cut, not refused.
    let name = telegram_name.map(|name| name.chars().filter(|c| !c.is_control()).take(200).collect::<String>());
    let locale = locale.map(|locale| locale.chars().filter(|c| !c.is_control()).take(MAX_LOCALE).collect::<String>());
    let account = checked.done(TelegramAccount { user_id: telegram_user_id, name, locale })?;
    let address = auth::address(&request, state.settings.trust_forwarded_for);
    let redeemed = state.auth.redeem_telegram(&token, account, address).await?;
    Ok(HttpResponse::Ok().json(CredentialBody::from(redeemed)))
}

/// What Telegram calls the bot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TelegramBotName, example = json!({"username": "kupets_bot"}))]
pub struct BotNameBody {
    /// With or without `@`.
    username: String,
}

/// Name the bot
///
/// For the bot: what Telegram calls it, so that links lead to it. It lasts until the server stops: say it whenever the server may
/// have been started anew.
#[utoipa::path(tag = "telegram", operation_id = "name_telegram_bot", security(("bot" = [])), request_body = BotNameBody,
    responses((status = 204, description = "It is known.")))]
#[put("/v1/telegram/bot")]
pub async fn name_bot(WithBot(body): WithBot<Json<BotNameBody>>, state: Data<State>) -> Result<HttpResponse> {
    let mut checked = Checked::default();
    if !is_bot_name(&body.0.username) {
        checked.wrong("username", "5 to 32 Latin letters, digits and _");
    }
    state.telegram.set_name(&checked.done(body.0.username)?);
    Ok(HttpResponse::NoContent().finish())
}

/// Unlink
///
/// Ends the link whose credential asks.
#[utoipa::path(tag = "telegram", operation_id = "unlink_telegram", security(("telegram_link" = [])),
    responses((status = 204, description = "It has ended.")))]
#[post("/v1/telegram/unlink")]
pub async fn unlink(caller: Allowed<Link>, state: Data<State>) -> Result<HttpResponse> {
    state.auth.unlink_telegram(&caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
