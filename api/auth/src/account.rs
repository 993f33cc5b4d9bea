//! A person and where they work, as answers show them.

use chrono::{DateTime, Utc};
use kupets_control::{users::UserRow, workspaces::WorkspaceRow};
use kupets_core::{ErasedRecords, Error, Result, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    holidays::Holiday,
    retention::Retention,
    workspace::{WorkspaceInfo, time},
};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    /// Identity.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Address, lower-case.
    pub email: String,
    /// `en` or `ru`.
    pub locale: String,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        let UserRow { id, email, name, locale, created_at } = row;
        Ok(Self { id, name, email, locale, created_at: time(created_at)? })
    }
}

/// A workspace as its people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Workspace)]
pub struct AccountWorkspace {
    /// Identity.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `en` or `ru`.
    pub locale: String,
    /// The zone in which days, weeks and months begin.
    pub time_zone: String,
    /// ISO 4217 code of records and figures without another one.
    pub currency: String,
    /// Days on which it is closed or sells otherwise, in order: forecasts go by them.
    pub holidays: Vec<Holiday>,
    /// How long records are kept.
    pub retention: Retention,
    /// What becomes of records of erased customers that are of before the erasure, or have no time: `refuse` (422 `erased_customer`),
    /// `guest` (purchases are a guest's, what else there is of them is refused) or `anew` (of a customer who begins anew).
    pub erased_records: ErasedRecords,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is deleted with everything in it; absent: it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_at: Option<DateTime<Utc>>,
}

impl TryFrom<WorkspaceRow> for AccountWorkspace {
    type Error = Error;

    fn try_from(row: WorkspaceRow) -> Result<Self> {
        Ok(Self::from(&WorkspaceInfo::try_from(row)?))
    }
}

impl From<&WorkspaceInfo> for AccountWorkspace {
    fn from(workspace: &WorkspaceInfo) -> Self {
        Self {
            id: workspace.id.to_string(),
            name: workspace.name.clone(),
            locale: workspace.locale.clone(),
            time_zone: workspace.time_zone.name().to_owned(),
            currency: workspace.currency.to_string(),
            holidays: workspace.holidays.to_vec(),
            retention: workspace.retention,
            erased_records: workspace.erased_records,
            created_at: workspace.created_at,
            delete_at: workspace.delete_at,
        }
    }
}

/// A person, the workspace they work in, and what they are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Account {
    /// The person.
    pub user: User,
    /// The workspace.
    pub workspace: AccountWorkspace,
    /// What the person is in the workspace.
    #[schema(schema_with = crate::schema::role)]
    pub role: Role,
}

/// A workspace whose fields have been checked.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// What people call it.
    pub name: String,
    /// `en` or `ru`.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency: String,
}

impl NewWorkspace {
    /// The row of it.
    pub(crate) fn row(self, id: String, now: i64) -> WorkspaceRow {
        let Self { name, locale, time_zone, currency } = self;
        WorkspaceRow {
            id,
            name,
            locale,
            time_zone,
            currency,
            segment_rules: None,
            holidays: None,
            retention: None,
            erased_records: None,
            created_at: now,
            delete_at: None,
        }
    }
}
