//! A tenant is a capability: whoever holds a [`TenantContext`] may touch that tenant's data, and only authentication
//! makes one, through the [`TenantAuthority`] that [`kupets_engine::Engine::open`] hands out once.

use std::{fmt, sync::Arc};

use crate::{Actor, ErasedRecords, SegmentRules};
use chrono::NaiveDate;
use chrono_tz::Tz;

/// Identity of a workspace's data: a UUID in its simple form (32 hex digits), which is also its folder's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// Parses 32 lower-case hex digits; anything else is `None`, so that an id is always safe in a path.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))).then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the engine needs to know of a workspace to answer for it.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Whose data it is.
    pub id: TenantId,
    /// The zone in which days, weeks and months begin.
    pub time_zone: Tz,
    /// ISO 4217 code of figures without another currency, for example `EUR`.
    pub currency: Arc<str>,
    /// What the segments of customers are called, by their scores.
    pub segments: Arc<SegmentRules>,
    /// Days on which the shop is closed or sells otherwise, in order.
    pub holidays: Arc<[NaiveDate]>,
    /// What becomes of late records of erased customers.
    pub erased_records: ErasedRecords,
}

/// The right to use one tenant's data. Made only by [`TenantAuthority::grant`]; cheap to clone.
#[derive(Debug, Clone)]
pub struct TenantContext {
    workspace: Arc<Workspace>,
    actor: Actor,
}

impl TenantContext {
    /// Who acts: a person, a key, or the server itself.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whose data it is.
    pub fn id(&self) -> &TenantId {
        &self.workspace.id
    }

    /// The zone in which days, weeks and months begin.
    pub fn time_zone(&self) -> Tz {
        self.workspace.time_zone
    }

    /// ISO 4217 code of figures without another currency.
    pub fn currency(&self) -> &str {
        &self.workspace.currency
    }

    /// What the segments of customers are called, by their scores.
    pub fn segments(&self) -> &SegmentRules {
        &self.workspace.segments
    }

    /// Days on which the shop is closed or sells otherwise, in order.
    pub fn holidays(&self) -> &[NaiveDate] {
        &self.workspace.holidays
    }

    /// What becomes of late records of erased customers.
    pub fn erased_records(&self) -> ErasedRecords {
        self.workspace.erased_records
    }

    /// An RFC 3339 time, or a date as midnight in the workspace's zone.
    ///
    /// # Errors
    /// It is neither; the message names the parameter and shows what would do.
    pub fn time(&self, parameter: &str, text: &str) -> crate::Result<chrono::DateTime<chrono::Utc>> {
        crate::time::parse(parameter, text, self.workspace.time_zone)
    }
}

/// The power to make [`TenantContext`]s. There is one per engine, it cannot be cloned, and the authentication module holds it.
#[derive(Debug)]
pub struct TenantAuthority(());

impl TenantAuthority {
    /// The power itself. Called where an engine is opened, once, and in tests; `make lint` refuses it elsewhere.
    pub fn issue() -> Self {
        Self(())
    }

    /// Grants `actor` the right to use `workspace`; call it only for a caller who has just been let in.
    pub fn grant(&self, workspace: Workspace, actor: Actor) -> TenantContext {
        TenantContext { workspace: Arc::new(workspace), actor }
    }
}
