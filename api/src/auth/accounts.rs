//! Accounts: registering and logging in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_engine::TenantId;

use super::{
    Auth, NewSession, WorkspaceInfo,
    authority::{WorkspaceRow, time},
    limits::ClientAddress,
    segments, token,
};
use crate::{
    metrics,
    problem::{Problem, Result},
};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity.
    pub id: String,
    /// Address, lower-case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// `en` or `ru`.
    pub locale: String,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// A person and the workspace they work in.
#[derive(Debug)]
pub struct Account {
    /// The person.
    pub user: User,
    /// The workspace.
    pub workspace: WorkspaceInfo,
}

/// A registration whose fields have been checked.
#[derive(Debug)]
pub struct Registration {
    /// Full name.
    pub name: String,
    /// Address, lower-case.
    pub email: String,
    /// As typed.
    pub password: String,
    /// Name of the workspace.
    pub workspace: String,
    /// `en` or `ru`.
    pub locale: String,
    /// The zone in which days, weeks and months begin.
    pub time_zone: Tz,
    /// ISO 4217 code.
    pub currency: String,
}

#[derive(Debug, sqlx::FromRow)]
struct AccountRow {
    id: String,
    email: String,
    name: String,
    locale: String,
    created_at: i64,
    password_hash: String,
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
}

impl AccountRow {
    fn into_account(self) -> Result<Account> {
        Ok(Account {
            user: User {
                id: self.id,
                email: self.email,
                name: self.name,
                locale: self.locale,
                created_at: time(self.created_at)?,
            },
            workspace: self.workspace.try_into()?,
        })
    }
}

impl Auth {
    /// Makes an account with its workspace, and its first session.
    ///
    /// # Errors
    /// 409 when the address has an account; 429 when one address registers too often.
    pub async fn register(&self, new: Registration, address: ClientAddress) -> Result<(Account, NewSession)> {
        self.limits.register(address)?;
        let password_hash = self.passwords.hash(new.password).await?;
        let now = self.now_ms();
        let user =
            User { id: token::id(now)?, email: new.email, name: new.name, locale: new.locale, created_at: time(now)? };
        let id = token::id(now)?;
        let workspace = WorkspaceInfo {
            id: TenantId::parse(&id).ok_or_else(|| Problem::internal("a new id is not 32 hex digits"))?,
            name: new.workspace,
            locale: user.locale.clone(),
            time_zone: new.time_zone,
            currency: Arc::from(new.currency),
            segments: segments::default_rules(),
            created_at: time(now)?,
        };
        self.insert_account(&user, &password_hash, &workspace, now).await?;
        let session = self.create_session(&user.id, &workspace).await?;
        Ok((Account { user, workspace }, session))
    }

    async fn insert_account(
        &self,
        user: &User,
        password_hash: &str,
        workspace: &WorkspaceInfo,
        now: i64,
    ) -> Result<()> {
        let mut transaction = self.control.begin().await?;
        let inserted = sqlx::query(
            "INSERT INTO users (id, email, name, password_hash, locale, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&user.id)
        .bind(&user.email)
        .bind(&user.name)
        .bind(password_hash)
        .bind(&user.locale)
        .bind(now)
        .execute(&mut *transaction)
        .await;
        if let Err(error) = inserted {
            if error.as_database_error().is_some_and(|e| e.is_unique_violation()) {
                return Err(Problem::new(
                    actix_web::http::StatusCode::CONFLICT,
                    "email_taken",
                    "this e-mail address already has an account; log in instead",
                ));
            }
            return Err(error.into());
        }
        sqlx::query(
            "INSERT INTO workspaces (id, name, locale, time_zone, currency, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(workspace.id.as_str())
        .bind(&workspace.name)
        .bind(&workspace.locale)
        .bind(workspace.time_zone.name())
        .bind(&*workspace.currency)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($1, $2, 'owner', $3)")
            .bind(workspace.id.as_str())
            .bind(&user.id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Begins a session for the right password. A wrong one and an unknown address get the same answer after the same work.
    ///
    /// # Errors
    /// 401 for either; 429 after too many attempts.
    pub async fn login(&self, email: &str, password: String, address: ClientAddress) -> Result<(Account, NewSession)> {
        self.limits.login(email, address)?;
        let row: Option<AccountRow> = sqlx::query_as(
            "SELECT u.id, u.email, u.name, u.locale, u.created_at, u.password_hash,
                    w.id AS workspace_id, w.name AS workspace_name, w.locale AS workspace_locale, w.time_zone,
                    w.currency, w.segment_rules, w.created_at AS workspace_created_at
             FROM users u
             JOIN members m ON m.user_id = u.id
             JOIN workspaces w ON w.id = m.workspace_id
             WHERE u.email = $1 ORDER BY m.created_at, w.id LIMIT 1",
        )
        .bind(email)
        .fetch_optional(&self.control)
        .await?;
        let stored = row.as_ref().map(|row| row.password_hash.clone());
        let matches = self.passwords.verify(password, stored).await?;
        let Some(row) = row.filter(|_| matches) else {
            metrics::auth_failure("bad_password");
            return Err(Problem::unauthorized("bad_login", "the e-mail address or the password is wrong"));
        };
        let account = row.into_account()?;
        let session = self.create_session(&account.user.id, &account.workspace).await?;
        Ok((account, session))
    }

    /// The person of a session.
    ///
    /// # Errors
    /// The account has gone since.
    pub async fn user(&self, id: &str) -> Result<User> {
        let row: Option<(String, String, String, String, i64)> =
            sqlx::query_as("SELECT id, email, name, locale, created_at FROM users WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.control)
                .await?;
        let (id, email, name, locale, created_at) =
            row.ok_or_else(|| Problem::unauthorized("unauthorized", "this account is gone"))?;
        Ok(User { id, email, name, locale, created_at: time(created_at)? })
    }

    /// The address of a request, for the limits.
    pub fn client_address(&self, request: &actix_web::HttpRequest) -> ClientAddress {
        ClientAddress::of(request, self.trust_forwarded_for)
    }

    /// Where people reach the server, if it was set.
    pub fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }
}
