//! Telegram accounts that act as people: a person makes a token, the bot turns it into a credential of its own, which opens one
//! workspace as that person. It is looked up at each use, with what the person is there then, so that it ends when they do.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use kupets_control::telegram as store;
use kupets_core::{Actor, Error, Kind, Result, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    account::AccountWorkspace,
    action::{Action, Subject},
    auth::{Auth, count_failure},
    caller::{Caller, Credential, LinkEntry},
    token,
    workspace::{WorkspaceInfo, role, time},
};

/// Minutes for which a token can be turned into a link.
pub const TELEGRAM_TOKEN_MINUTES: i64 = 10;

/// A token that has just been made.
#[derive(Debug)]
pub struct TelegramToken {
    /// What is handed to the bot. It is shown here and never again.
    pub token: String,
    /// From when on it does nothing.
    pub expires_at: DateTime<Utc>,
}

/// An account at Telegram, as the bot knows it.
#[derive(Debug, Clone)]
pub struct TelegramAccount {
    /// Its number.
    pub user_id: i64,
    /// What it is called.
    pub name: Option<String>,
    /// Its language.
    pub locale: Option<String>,
}

/// A link that has just been made.
#[derive(Debug)]
pub struct Redeemed {
    /// What the bot is let in by from now on. It is shown here and never again.
    pub credential: String,
    /// Identity of the link.
    pub link_id: String,
    /// The person.
    pub user_id: String,
    /// What they are called.
    pub user_name: String,
    /// Their language: `en` or `ru`.
    pub user_locale: String,
    /// The workspace.
    pub workspace: AccountWorkspace,
    /// What the person is there.
    pub role: Role,
}

/// A Telegram account that acts as the person who asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "telegram_user_id": 123456789, "telegram_name": "Anna",
    "workspace": "Tea shop", "linked_at": "2026-05-01T08:00:00Z", "last_seen_at": "2026-05-02T09:30:00Z"}))]
pub struct TelegramLink {
    /// Identity, for ending it.
    pub id: String,
    /// The account's number at Telegram.
    pub telegram_user_id: i64,
    /// What the account is called there.
    pub telegram_name: Option<String>,
    /// The workspace it opens.
    pub workspace: String,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// When it was last used, up to a minute behind.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl Auth {
    /// Makes a token by which a Telegram account comes to act as the caller in their present workspace. One that they made before
    /// does nothing any more.
    ///
    /// # Errors
    /// The workspace is going to be deleted.
    pub async fn make_telegram_token(&self, caller: &Caller) -> Result<TelegramToken> {
        let user_id = caller.user_id()?;
        if caller.workspace().delete_at.is_some() {
            return Err(deleting());
        }
        let secret = token::secret()?;
        let now = self.now_ms();
        let expires_ms = now + TELEGRAM_TOKEN_MINUTES * 60_000;
        let row = store::NewToken {
            token_hash: token::stored(&secret),
            workspace_id: caller.tenant().id().to_string(),
            user_id: user_id.to_owned(),
            created_at: now,
            expires_at: expires_ms,
        };
        store::insert_token(&self.control, &row).await?;
        Ok(TelegramToken { token: secret, expires_at: time(expires_ms)? })
    }

    /// Turns a token into a link, which works once. A link that the same account had in that workspace ends.
    ///
    /// # Errors
    /// `bad_token`: it was used, is over, never was, or its person has left; `workspace_deleting`.
    pub async fn redeem_telegram(
        &self,
        secret: &str,
        account: TelegramAccount,
        address: Option<IpAddr>,
    ) -> Result<Redeemed> {
        let (hash, now) = (token::stored(secret), self.now_ms());
        let found = store::open_token(&self.control, &hash, now).await?.ok_or_else(bad_token)?;
        let workspace: AccountWorkspace = found.workspace.try_into()?;
        if workspace.delete_at.is_some() {
            return Err(deleting());
        }
        let credential = token::link()?;
        let link = store::NewLink {
            id: token::id(now)?,
            workspace_id: workspace.id.clone(),
            user_id: found.user_id.clone(),
            credential_hash: token::stored(&credential),
            telegram_user_id: account.user_id,
            telegram_name: account.name,
            locale: account.locale,
            linked_at: now,
        };
        let subject = Subject::of("telegram_link", link.id.clone());
        let place = Some(workspace.id.clone());
        let entry = self.entry_of(place, &found.user_id, address, Action::TelegramLinked, subject)?;
        if !store::redeem(&self.control, &hash, &link, &entry).await? {
            return Err(bad_token());
        }
        Ok(Redeemed {
            credential,
            link_id: link.id,
            user_id: found.user_id,
            user_name: found.user_name,
            user_locale: found.user_locale,
            workspace,
            role: role(&found.role)?,
        })
    }

    /// The caller's links, in all workspaces, the newest first, those before the link `before`.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn telegram_links(
        &self,
        caller: &Caller,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TelegramLink>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // No id of hex digits is greater than `g`.
        let rows = store::list(&self.control, caller.user_id()?, before.unwrap_or("g"), limit).await?;
        let seen = self.links_seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        rows.into_iter()
            .map(|row| {
                let last_seen = seen.get(&row.id).copied().max(row.last_seen_at);
                Ok(TelegramLink {
                    id: row.id,
                    telegram_user_id: row.telegram_user_id,
                    telegram_name: row.telegram_name,
                    workspace: row.workspace_name,
                    linked_at: time(row.linked_at)?,
                    last_seen_at: last_seen.map(time).transpose()?,
                })
            })
            .collect()
    }

    /// Ends a link of the caller, in whichever workspace. When this returns, no request passes with it any more.
    ///
    /// # Errors
    /// The caller has no such link.
    pub async fn remove_telegram_link(&self, caller: &Caller, id: &str) -> Result<()> {
        let user_id = caller.user_id()?;
        let nothing = || Error::not_found("you have no such Telegram link");
        let workspace = store::workspace_of(&self.control, user_id, id).await?.ok_or_else(nothing)?;
        let subject = Subject::of("telegram_link", id);
        let mut entry = self.entry(caller, Action::TelegramUnlinked, subject)?;
        entry.workspace_id = Some(workspace);
        if store::remove(&self.control, user_id, id, &entry).await? { Ok(()) } else { Err(nothing()) }
    }

    /// Ends the link that the caller was let in by.
    ///
    /// # Errors
    /// It is no link.
    pub async fn unlink_telegram(&self, caller: &Caller) -> Result<()> {
        self.remove_telegram_link(caller, &caller.link()?.id).await
    }

    /// Who the credential of a Telegram account stands for.
    ///
    /// # Errors
    /// `link_over`: it has ended, or its person has left the workspace; `workspace_deleting`.
    pub async fn telegram(&self, credential: &str, address: Option<IpAddr>) -> Result<Caller> {
        let Some(row) = store::find(&self.control, &token::stored(credential)).await? else {
            count_failure("bad_link");
            let message = "this Telegram account is not linked any more; make a new link in the settings";
            return Err(Error::unauthorized("link_over", message));
        };
        let workspace = WorkspaceInfo::try_from(row.workspace)?;
        if let Some(at) = workspace.delete_at {
            let message = format!("this workspace is going to be deleted at {}", at.to_rfc3339());
            return Err(Error::unauthorized("workspace_deleting", message));
        }
        self.see_link(&row.link_id);
        let tenant = self.grant(&workspace, Actor::person(row.user_id.as_str(), role(&row.role)?));
        let link = LinkEntry {
            id: row.link_id,
            user_id: row.user_id,
            telegram_user_id: row.telegram_user_id,
            workspace,
            tenant,
        };
        Ok(Caller::new(Credential::Link(Arc::new(link)), address))
    }
}

fn bad_token() -> Error {
    Error::new(
        Kind::NotFound,
        "bad_token",
        "this link was used, is over, or is not whole; make a new one in the settings",
    )
}

fn deleting() -> Error {
    Error::conflict("workspace_deleting", "this workspace is going to be deleted; an owner can still undo it")
}
