//! The one holder of the power to make tenants' capabilities.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_engine::{SegmentRules, TenantAuthority, TenantContext, TenantId, Workspace, clock::Clock};
use sqlx::SqlitePool;
use tokio::runtime::Handle;

use super::{key_cache::KeyCache, limits::Limits, password::Passwords, segments};
use crate::{
    problem::{Problem, Result},
    settings::Settings,
};

/// What the API knows of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceInfo {
    /// Whose data it is.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// `en` or `ru`.
    pub locale: String,
    /// The zone in which days, weeks and months begin.
    pub time_zone: Tz,
    /// ISO 4217 code of records and figures without another one.
    pub currency: Arc<str>,
    /// What its segments of customers are called.
    pub segments: Arc<SegmentRules>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Checks who is asking. One per server.
#[derive(Debug)]
pub struct Auth {
    pub(super) control: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) passwords: Passwords,
    pub(super) limits: Limits,
    pub(super) cache: KeyCache,
    pub(super) session_days: u32,
    pub(super) trust_forwarded_for: bool,
    pub(super) public_url: Option<String>,
    pub(super) secure_cookie: bool,
    authority: TenantAuthority,
}

impl Auth {
    /// Authentication over the control database, with hashing on the blocking threads of `runtime`.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn new(
        authority: TenantAuthority,
        control: SqlitePool,
        clock: Arc<dyn Clock>,
        settings: &Settings,
        runtime: Handle,
    ) -> Result<Self> {
        Ok(Self {
            control,
            clock,
            passwords: Passwords::new(settings.password_concurrency, runtime)?,
            limits: Limits::new(settings),
            cache: KeyCache::default(),
            session_days: settings.session_days,
            trust_forwarded_for: settings.trust_forwarded_for,
            public_url: settings.public_url.clone(),
            secure_cookie: settings.is_https(),
            authority,
        })
    }

    /// Capability for a workspace whose key or session has just been checked.
    pub(super) fn grant(&self, workspace: &WorkspaceInfo) -> TenantContext {
        self.authority.grant(Workspace {
            id: workspace.id.clone(),
            time_zone: workspace.time_zone,
            currency: Arc::clone(&workspace.currency),
            segments: Arc::clone(&workspace.segments),
        })
    }

    /// Now, in milliseconds since the epoch, as the control database keeps times.
    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// Whether the control database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<()> {
        let query = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM sessions WHERE token_hash = ''");
        query
            .fetch_one(&self.control)
            .await
            .map(drop)
            .map_err(|e| Problem::unavailable("the control database does not answer", e))
    }

    /// Work that does not belong into a request: forgets old attempts and sessions, writes down when keys were used.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn upkeep(&self) -> Result<()> {
        self.limits.upkeep();
        self.write_key_use().await?;
        self.delete_expired_sessions().await
    }
}

/// Columns of `workspaces` under these names in a join.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct WorkspaceRow {
    workspace_id: String,
    workspace_name: String,
    workspace_locale: String,
    time_zone: String,
    currency: String,
    segment_rules: Option<String>,
    workspace_created_at: i64,
}

impl TryFrom<WorkspaceRow> for WorkspaceInfo {
    type Error = Problem;

    fn try_from(row: WorkspaceRow) -> Result<Self> {
        let broken =
            |what: &str| Problem::internal(format!("control database, workspace {}: {what}", row.workspace_id));
        Ok(Self {
            id: TenantId::parse(&row.workspace_id).ok_or_else(|| broken("its id is not 32 hex digits"))?,
            time_zone: row.time_zone.parse().map_err(|_| broken("its time zone is unknown"))?,
            currency: row.currency.as_str().into(),
            segments: segments::read(row.segment_rules.as_deref())
                .map_err(|why| broken(&format!("its rules of segments do not hold: {why}")))?,
            created_at: time(row.workspace_created_at)?,
            name: row.workspace_name,
            locale: row.workspace_locale,
        })
    }
}

/// A time of the control database.
pub(super) fn time(ms: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| Problem::internal(format!("control database: {ms} is not a time")))
}
