//! What is known of a workspace.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_control::workspaces::WorkspaceRow;
use kupets_core::{ErasedRecords, Error, Result, Role, SegmentRules, TenantId};

use crate::{
    holidays::{self, Holiday},
    retention::{self, Retention},
    segments,
};

/// A workspace.
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
    /// Days on which it is closed or sells otherwise, in order.
    pub holidays: Arc<[Holiday]>,
    /// How long its records are kept.
    pub retention: Retention,
    /// What becomes of late records of erased customers.
    pub erased_records: ErasedRecords,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is deleted with everything in it.
    pub delete_at: Option<DateTime<Utc>>,
}

impl TryFrom<WorkspaceRow> for WorkspaceInfo {
    type Error = Error;

    fn try_from(row: WorkspaceRow) -> Result<Self> {
        let broken = |what: &str| Error::internal(format!("control database, workspace {}: {what}", row.id));
        Ok(Self {
            id: TenantId::parse(&row.id).ok_or_else(|| broken("its id is not 32 hex digits"))?,
            time_zone: row.time_zone.parse().map_err(|_| broken("its time zone is unknown"))?,
            currency: row.currency.as_str().into(),
            segments: segments::read(row.segment_rules.as_deref())
                .map_err(|why| broken(&format!("its rules of segments do not hold: {why}")))?,
            holidays: holidays::read(row.holidays.as_deref()).map_err(|why| broken(&format!("its holidays: {why}")))?,
            retention: retention::read(row.retention.as_deref())
                .map_err(|why| broken(&format!("its retention: {why}")))?,
            erased_records: match row.erased_records.as_deref() {
                None => ErasedRecords::default(),
                Some(rule) => {
                    rule.parse().map_err(|_| broken("its rule for records of erased customers is unknown"))?
                }
            },
            created_at: time(row.created_at)?,
            delete_at: row.delete_at.map(time).transpose()?,
            name: row.name,
            locale: row.locale,
        })
    }
}

/// A time of the control database.
pub(crate) fn time(ms: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| Error::internal(format!("control database: {ms} is not a time")))
}

/// A role of the control database.
pub(crate) fn role(text: &str) -> Result<Role> {
    text.parse().map_err(|_| Error::internal(format!("control database: {text} is not a role")))
}
