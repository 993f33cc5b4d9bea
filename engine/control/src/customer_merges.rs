//! Customers who were merged into others. A row stands from when the merge is asked for until it is undone, or the person is erased: the
//! merged id is an alias of the other one. Work that a crash interrupts is done by jobs.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kupets_core::{Error, FieldError, Kind, Result, TenantId};
use serde_json::json;
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    database::control_error,
    jobs::{Jobs, NewJob, UNLIMITED_ATTEMPTS},
};

/// The kind of the jobs that finish merges, and those that undo them. Their payload is a [`MergeJob`].
pub const MERGE_JOB: &str = "customer_merge";
/// Ids that are merged into one person, one after another, at most.
const MAX_ALIASES: usize = 1_000;

/// The payload of a merge's job: it names nobody.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MergeJob {
    /// The merge's id.
    pub merge: String,
}

/// A merge, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMerge {
    /// 32 hex digits.
    pub id: String,
    /// Who is merged.
    pub from_id: String,
    /// Into whom: the customer, or an alias of theirs.
    pub into_id: String,
    /// The account of whoever asks.
    pub merged_by: Option<String>,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// Until when it can be undone.
    pub undo_until: DateTime<Utc>,
}

/// A merge, as it is stored. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Merge {
    /// 32 hex digits.
    pub id: String,
    /// Who was merged.
    pub from_id: String,
    /// Into whom. They may have been merged since.
    pub into_id: String,
    /// How far it is, by its name.
    pub state: String,
    /// When it was asked for.
    pub merged_at: i64,
    /// Until when it can be undone.
    pub undo_until: i64,
    /// JSON: both customers as they were.
    pub kept: Option<String>,
}

impl Merge {
    /// Whether it is being undone.
    pub fn is_undoing(&self) -> bool {
        self.state == "undoing"
    }

    /// Whether all of it is done.
    pub fn is_merged(&self) -> bool {
        self.state == "merged"
    }
}

const COLUMNS: &str = "id, from_id, into_id, state, merged_at, undo_until, kept";

/// An id under which a person is known beside their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The person, or an alias again.
    pub into: String,
    /// Whether it ends as soon as the customer of this id is there again.
    pub is_undoing: bool,
}

/// The aliases of a tenant's customers.
#[derive(Debug, Clone, Default)]
pub struct Aliases(HashMap<String, Alias>);

impl Aliases {
    /// Those of a tenant.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn load(control: &SqlitePool, tenant: &TenantId) -> Result<Self> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT from_id, into_id, state FROM customer_merges WHERE tenant = $1")
                .bind(tenant.as_str())
                .fetch_all(control)
                .await
                .map_err(control_error)?;
        let aliases =
            rows.into_iter().map(|(from, into, state)| (from, Alias { into, is_undoing: state == "undoing" }));
        Ok(Self(aliases.collect()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose id it is: its own customer's, or the person's whose alias it is. `is_there` says whether there is a customer of an id: an alias
    /// whose merge is being undone is one no more when its customer is back.
    pub fn person<'a>(&'a self, id: &'a str, is_there: impl Fn(&str) -> bool) -> &'a str {
        let mut person = id;
        // Rows are added without circles; the bound keeps a damaged table from one.
        for _ in 0..=self.0.len() {
            match self.0.get(person) {
                Some(alias) if !(alias.is_undoing && is_there(person)) => person = &alias.into,
                _ => break,
            }
        }
        person
    }

    /// The ids that are aliases of a person, directly or by others; not those that are being parted from them.
    pub fn of(&self, person: &str) -> HashSet<String> {
        let ids = self.0.keys().filter(|id| *id != person && self.person(id, |id| self.is_undoing(id)) == person);
        ids.cloned().collect()
    }

    /// The aliases that end as soon as their customers are there again.
    pub fn undoing(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, alias)| alias.is_undoing).map(|(id, _)| id.as_str())
    }

    fn is_undoing(&self, id: &str) -> bool {
        self.0.get(id).is_some_and(|alias| alias.is_undoing)
    }

    /// Whether somebody is being parted from a person.
    pub fn is_parting_from(&self, person: &str) -> bool {
        self.0.keys().any(|id| self.is_undoing(id) && self.person(id, |_| false) == person)
    }

    /// These and no others of the present ones.
    pub fn without(&self, gone: &HashSet<String>) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(id, _)| !gone.contains(*id))
                .map(|(id, alias)| (id.clone(), alias.clone()))
                .collect(),
        )
    }
}

/// The merges. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CustomerMerges {
    pool: SqlitePool,
    jobs: Jobs,
}

impl CustomerMerges {
    /// The merges of a migrated control database, finished by that queue.
    pub fn new(pool: SqlitePool, jobs: Jobs) -> Self {
        Self { pool, jobs }
    }

    /// Notes a merge, and the job that finishes it, in one transaction. The job begins at `resume_at`: whoever asks does the work at
    /// once, and the queue goes on if that was interrupted.
    ///
    /// # Errors
    /// [`Kind::Conflict`] `already_merged`; [`Kind::Invalid`]: they are one already; the control database does not answer. Nothing was
    /// noted then.
    pub async fn begin(&self, tenant: &TenantId, merge: &NewMerge, resume_at: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        if let Some(there) = of(&mut transaction, tenant, &merge.from_id).await? {
            let message = format!("it is merged into {} already; undo that first (DELETE)", there.into_id);
            return Err(Error::conflict("already_merged", message));
        }
        let mut into_id = merge.into_id.clone();
        for _ in 0..MAX_ALIASES {
            match of(&mut transaction, tenant, &into_id).await? {
                Some(alias) => into_id = alias.into_id,
                None => break,
            }
        }
        if into_id == merge.from_id {
            return Err(Error::wrong_fields(vec![FieldError::of("into", "it is the same customer: name another one")]));
        }
        sqlx::query(
            "INSERT INTO customer_merges (tenant, from_id, into_id, id, state, merged_at, undo_until, merged_by) \
             VALUES ($1, $2, $3, $4, 'merging', $5, $6, $7)",
        )
        .bind(tenant.as_str())
        .bind(&merge.from_id)
        .bind(&into_id)
        .bind(&merge.id)
        .bind(merge.merged_at.timestamp_micros())
        .bind(merge.undo_until.timestamp_micros())
        .bind(&merge.merged_by)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        self.finish_later(&mut transaction, tenant, &merge.id, "merge", resume_at).await?;
        transaction.commit().await.map_err(control_error)
    }

    async fn finish_later(
        &self,
        transaction: &mut SqliteConnection,
        tenant: &TenantId,
        merge: &str,
        work: &str,
        resume_at: DateTime<Utc>,
    ) -> Result<()> {
        let job = NewJob::new(MERGE_JOB, json!(MergeJob { merge: merge.to_owned() }))
            .once(format!("{merge} {work}"))
            .attempts(UNLIMITED_ATTEMPTS)
            .not_before(resume_at);
        self.jobs.enqueue_in(transaction, tenant, &job).await.map(drop)
    }

    /// The merge of that id, if it is not undone.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Option<Merge>> {
        let sql = format!("SELECT {COLUMNS} FROM customer_merges WHERE tenant = $1 AND id = $2");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
        query.fetch_optional(&self.pool).await.map_err(control_error)
    }

    /// The merge of that customer into another.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn of(&self, tenant: &TenantId, from_id: &str) -> Result<Option<Merge>> {
        let mut connection = self.pool.acquire().await.map_err(control_error)?;
        of(&mut connection, tenant, from_id).await
    }

    /// Who was merged into a customer, the last first.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn merged_into(&self, tenant: &TenantId, into_id: &str) -> Result<Vec<Merge>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM customer_merges WHERE tenant = $1 AND into_id = $2 ORDER BY merged_at DESC, from_id"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(into_id);
        query.fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Notes that the records are the other customer's, and gives them the tasks.
    ///
    /// # Errors
    /// The control database does not answer, and nothing changed.
    pub async fn merged(&self, tenant: &TenantId, id: &str) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let sql = format!("SELECT {COLUMNS} FROM customer_merges WHERE tenant = $1 AND id = $2 AND state = 'merging'");
        let open: Option<Merge> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(control_error)?;
        let Some(merge) = open else { return Ok(()) };
        let moved = move_tasks(&mut transaction, tenant, &merge.from_id, &merge.into_id).await?;
        sqlx::query("UPDATE customer_merges SET state = 'merged', task_ids = $1 WHERE tenant = $2 AND id = $3")
            .bind(json!(moved).to_string())
            .bind(tenant.as_str())
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)
    }

    /// Notes that a merge is to be undone, and the job that does it, in one transaction.
    ///
    /// # Errors
    /// [`Kind::NotFound`] `not_merged`; [`Kind::Conflict`] `merge_under_way`, `merge_final`; the control database does not answer.
    pub async fn begin_undo(
        &self,
        tenant: &TenantId,
        from_id: &str,
        now: DateTime<Utc>,
        resume_at: DateTime<Utc>,
    ) -> Result<Merge> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let merge = of(&mut transaction, tenant, from_id)
            .await?
            .ok_or_else(|| Error::new(Kind::NotFound, "not_merged", "This customer is not merged into another one."))?;
        if merge.state == "merging" {
            return Err(Error::conflict("merge_under_way", "it is still being merged: try again in a minute"));
        }
        if !merge.is_undoing() && (merge.undo_until <= now.timestamp_micros() || merge.kept.is_none()) {
            return Err(Error::conflict("merge_final", "the time in which it can be undone is over"));
        }
        sqlx::query("UPDATE customer_merges SET state = 'undoing' WHERE tenant = $1 AND id = $2")
            .bind(tenant.as_str())
            .bind(&merge.id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        if !merge.is_undoing() {
            self.finish_later(&mut transaction, tenant, &merge.id, "undo", resume_at).await?;
        }
        transaction.commit().await.map_err(control_error)?;
        Ok(Merge { state: "undoing".to_owned(), ..merge })
    }

    /// Notes that a merge is undone, and gives the tasks back that it took.
    ///
    /// # Errors
    /// The control database does not answer, and nothing changed.
    pub async fn undone(&self, tenant: &TenantId, id: &str) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let row: Option<(String, Option<String>)> = sqlx::query_as(
            "SELECT from_id, task_ids FROM customer_merges WHERE tenant = $1 AND id = $2 AND state = 'undoing'",
        )
        .bind(tenant.as_str())
        .bind(id)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(control_error)?;
        let Some((from_id, task_ids)) = row else { return Ok(()) };
        let tasks: Vec<String> = task_ids.and_then(|ids| serde_json::from_str(&ids).ok()).unwrap_or_default();
        for task in tasks {
            // One that was given to nobody since stays nobody's.
            sqlx::query("UPDATE tasks SET customer_id = $1 WHERE tenant = $2 AND id = $3 AND customer_id IS NOT NULL")
                .bind(&from_id)
                .bind(tenant.as_str())
                .bind(task)
                .execute(&mut *transaction)
                .await
                .map_err(control_error)?;
        }
        sqlx::query("DELETE FROM customer_merges WHERE tenant = $1 AND id = $2")
            .bind(tenant.as_str())
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)
    }

    /// Gives the tasks about an alias to the person: one may be written down while they are being merged.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn move_tasks(&self, tenant: &TenantId, from_id: &str, into_id: &str) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        move_tasks(&mut transaction, tenant, from_id, into_id).await?;
        transaction.commit().await.map_err(control_error)
    }
}

/// Keeps both customers as they were, unless that was done before. What is kept now.
///
/// # Errors
/// The control database does not answer; the merge is gone.
pub async fn keep(control: &SqlitePool, tenant: &TenantId, from_id: &str, kept: &str) -> Result<String> {
    sqlx::query("UPDATE customer_merges SET kept = coalesce(kept, $1) WHERE tenant = $2 AND from_id = $3")
        .bind(kept)
        .bind(tenant.as_str())
        .bind(from_id)
        .execute(control)
        .await
        .map_err(control_error)?;
    let kept: Option<Option<String>> =
        sqlx::query_scalar("SELECT kept FROM customer_merges WHERE tenant = $1 AND from_id = $2")
            .bind(tenant.as_str())
            .bind(from_id)
            .fetch_optional(control)
            .await
            .map_err(control_error)?;
    kept.flatten().ok_or_else(|| Error::new(Kind::NotFound, "not_merged", "The merge was taken back meanwhile."))
}

/// Forgets what merges would give back that cannot be undone any more.
///
/// # Errors
/// The control database does not answer.
pub async fn forget_old(control: &SqlitePool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "UPDATE customer_merges SET kept = NULL, task_ids = NULL \
         WHERE state = 'merged' AND undo_until <= $1 AND (kept IS NOT NULL OR task_ids IS NOT NULL)",
    )
    .bind(now.timestamp_micros())
    .execute(control)
    .await
    .map(drop)
    .map_err(control_error)
}

async fn of(connection: &mut SqliteConnection, tenant: &TenantId, from_id: &str) -> Result<Option<Merge>> {
    let sql = format!("SELECT {COLUMNS} FROM customer_merges WHERE tenant = $1 AND from_id = $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(from_id);
    query.fetch_optional(connection).await.map_err(control_error)
}

async fn move_tasks(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    from_id: &str,
    into_id: &str,
) -> Result<Vec<String>> {
    let moved: Vec<String> =
        sqlx::query_scalar("SELECT id FROM tasks WHERE tenant = $1 AND customer_id = $2 ORDER BY id")
            .bind(tenant.as_str())
            .bind(from_id)
            .fetch_all(&mut *connection)
            .await
            .map_err(control_error)?;
    sqlx::query("UPDATE tasks SET customer_id = $1 WHERE tenant = $2 AND customer_id = $3")
        .bind(into_id)
        .bind(tenant.as_str())
        .bind(from_id)
        .execute(connection)
        .await
        .map_err(control_error)?;
    Ok(moved)
}

#[cfg(test)]
mod tests;
