//! Sessions: a random token in a cookie, its hash in the control database, where deleting it ends the session at once.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};

use super::{Auth, Caller, Credential, WorkspaceInfo, authority::WorkspaceRow, token};
use crate::problem::Result;

/// Name of the cookie.
pub(super) const COOKIE: &str = "kupets_session";

const DAY_MS: i64 = 86_400_000;

/// A session that has just been made.
#[derive(Debug)]
pub struct NewSession {
    /// The cookie to set.
    pub cookie: Cookie<'static>,
}

#[derive(Debug, sqlx::FromRow)]
struct SessionRow {
    user_id: String,
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
}

impl Auth {
    /// Begins a session. Always a new token: one from before the login would be known to whoever planted it.
    pub(super) async fn create_session(&self, user_id: &str, workspace: &WorkspaceInfo) -> Result<NewSession> {
        let secret = token::secret()?;
        let now = self.now_ms();
        sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, workspace_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(hex::encode(token::hash(&secret)))
        .bind(user_id)
        .bind(workspace.id.as_str())
        .bind(now)
        .bind(now + i64::from(self.session_days) * DAY_MS)
        .execute(&self.control)
        .await?;
        let mut cookie = self.cookie(secret);
        cookie.set_max_age(Duration::days(self.session_days.into()));
        Ok(NewSession { cookie })
    }

    /// Who the token belongs to, while its session lasts.
    pub(super) async fn find_session(&self, secret: &str) -> Result<Option<Caller>> {
        let hash = hex::encode(token::hash(secret));
        let row: Option<SessionRow> = sqlx::query_as(
            "SELECT s.user_id, w.id AS workspace_id, w.name AS workspace_name, w.locale AS workspace_locale,
                    w.time_zone, w.currency, w.segment_rules, w.created_at AS workspace_created_at
             FROM sessions s
             JOIN workspaces w ON w.id = s.workspace_id
             JOIN members m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
             WHERE s.token_hash = $1 AND s.expires_at > $2",
        )
        .bind(&hash)
        .bind(self.now_ms())
        .fetch_optional(&self.control)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let workspace = Arc::new(WorkspaceInfo::try_from(row.workspace)?);
        let tenant = self.grant(&workspace);
        let credential = Credential::Session { user_id: row.user_id, tenant, workspace };
        Ok(Some(Caller::new(credential)))
    }

    /// Ends the session of that token, if there is one, and gives the cookie that makes the browser forget it.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn end_session(&self, secret: Option<&str>) -> Result<Cookie<'static>> {
        if let Some(secret) = secret {
            sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
                .bind(hex::encode(token::hash(secret)))
                .execute(&self.control)
                .await?;
        }
        let mut cookie = self.cookie(String::new());
        cookie.make_removal();
        Ok(cookie)
    }

    /// Forgets sessions that are over.
    pub(super) async fn delete_expired_sessions(&self) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(self.now_ms()).execute(&self.control).await?;
        Ok(())
    }

    fn cookie(&self, value: String) -> Cookie<'static> {
        Cookie::build(COOKIE, value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure_cookie)
            .finish()
    }
}
