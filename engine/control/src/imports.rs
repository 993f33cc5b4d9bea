//! Files that are imported, and sample data: what was sent, how it is to be read, how far it is, and until when its folder is kept.

use kupets_core::{Result, TenantId};
use serde_json::json;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::control_error,
    jobs::{Jobs, NewJob, UNLIMITED_ATTEMPTS},
    stored_text,
};

/// The kind of the job that looks at a file.
pub const LOOK_JOB: &str = "import.look";
/// The kind of the job that stores what is in it.
pub const RUN_JOB: &str = "import.run";
/// The kind of the job that takes back what was stored.
pub const UNDO_JOB: &str = "import.undo";
/// Bytes of what a person says of how a file is to be read.
pub const MAX_OPTIONS_BYTES: usize = 64 << 10;
/// Microseconds after which a file that is still coming does not come any more.
const UPLOADING_US: i64 = 24 * 3_600 * 1_000_000;
/// The kind of an import that is sample data.
pub const SAMPLE: &str = "sample";

/// What a job is given.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct ImportJob {
    /// The import's id.
    pub import: String,
}

/// An import that begins.
#[derive(Debug, Clone)]
pub struct NewImport<'a> {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: &'a str,
    /// Who sends it, if it is a person.
    pub user_id: Option<&'a str>,
    /// `file` or [`SAMPLE`].
    pub kind: &'static str,
    /// What the file is called.
    pub file_name: &'a str,
    /// Bytes that it is said to have, or may have at most.
    pub bytes: u64,
    /// JSON: how it is to be read.
    pub options: &'a str,
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// When its folder goes, unless it is used: microseconds since the epoch.
    pub expires_at: i64,
}

/// An import as it is stored. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ImportRow {
    /// 32 hex digits.
    pub id: String,
    /// Who sent it; none: an app, or somebody who is gone.
    pub user_id: Option<String>,
    /// `file` or [`SAMPLE`].
    pub kind: String,
    /// What the file is called.
    pub file_name: String,
    /// Bytes of the file.
    pub byte_count: i64,
    /// `uploading`, `uploaded`, `looking`, `looked_at`, `running`, `done`, `failed`, `undoing` or `undone`.
    pub status: String,
    /// JSON: how it is to be read.
    pub options: String,
    /// Counts the changes of that.
    pub revision: i64,
    /// `customers`, `purchases` or `interactions`; none while that is not known.
    pub records: Option<String>,
    /// What it was taken for.
    pub taken_for: Option<String>,
    /// Records that it would make.
    pub expected: Option<i64>,
    /// Bodies that need not be sent again.
    pub batches: i64,
    /// JSON: what they amount to.
    pub totals: Option<String>,
    /// Length of the file of errors that belongs to them.
    pub errors_bytes: i64,
    /// Why it failed; while it is taken back, why the last attempt at that did.
    pub error: Option<String>,
    /// The job that works at it.
    pub job_id: Option<String>,
    /// When it was sent.
    pub created_at: i64,
    /// When it began to be stored; none: nothing was.
    pub started_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// When its folder goes; none: it has none.
    pub expires_at: Option<i64>,
}

/// What a look has found.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// Of which revision of the options it is.
    pub revision: i64,
    /// Which records the rows are, if that is known.
    pub records: Option<&'a str>,
    /// What the file was taken for, if it was taken for anything.
    pub taken_for: Option<&'a str>,
    /// Records that it would make.
    pub expected: Option<u64>,
    /// Why it cannot be read.
    pub error: Option<&'a str>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
pub struct Reached<'a> {
    /// Bodies that need not be sent again.
    pub batches: u64,
    /// JSON: what they amount to.
    pub totals: &'a str,
    /// Length of the file of errors.
    pub errors_bytes: u64,
}

const COLUMNS: &str = "id, user_id, kind, file_name, byte_count, status, options, revision, records, taken_for, expected, batches, \
    totals, errors_bytes, error, job_id, created_at, started_at, finished_at, expires_at";

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Makes room for a file that is about to come: whether the workspace's files stay within `budget` bytes with it.
///
/// # Errors
/// The control database does not answer.
pub async fn begin_upload(control: &SqlitePool, tenant: &TenantId, new: &NewImport<'_>, budget: u64) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO imports (id, tenant, user_id, kind, file_name, byte_count, status, options, revision, batches, \
         errors_bytes, created_at, expires_at) \
         SELECT $1, $2, $3, $4, $5, $6, 'uploading', $7, 0, 0, 0, $8, $9 WHERE $10 >= $6 + \
         (SELECT coalesce(sum(byte_count), 0) FROM imports WHERE tenant = $2 AND expires_at IS NOT NULL)",
    )
    .bind(new.id)
    .bind(tenant.as_str())
    .bind(new.user_id)
    .bind(new.kind)
    .bind(new.file_name)
    .bind(whole(new.bytes))
    .bind(new.options)
    .bind(new.created_at)
    .bind(new.expires_at)
    .bind(whole(budget))
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Notes that the file is here, and asks for a look at it. Call [`Jobs::wake`] then.
///
/// # Errors
/// The control database does not answer; nothing changed then.
pub async fn uploaded(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    id: &str,
    (file_name, bytes): (&str, u64),
    entry: &NewEntry,
) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let sql = "UPDATE imports SET status = 'uploaded', file_name = $1, byte_count = $2 \
               WHERE tenant = $3 AND id = $4 AND status = 'uploading'";
    sqlx::query(sql)
        .bind(file_name)
        .bind(whole(bytes))
        .bind(tenant.as_str())
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    ask(&mut transaction, jobs, tenant, id, LOOK_JOB).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)
}

/// Asks for a job of an import.
async fn ask(
    transaction: &mut SqliteConnection,
    jobs: &Jobs,
    tenant: &TenantId,
    id: &str,
    kind: &'static str,
) -> Result<()> {
    let job = NewJob::new(kind, json!({ "import": id }));
    // What somebody wants out again is not given up.
    let job = if kind == UNDO_JOB { job.attempts(UNLIMITED_ATTEMPTS) } else { job };
    let job = jobs.enqueue_in(transaction, tenant, &job).await?;
    let sql = "UPDATE imports SET job_id = $1 WHERE tenant = $2 AND id = $3";
    let query = sqlx::query(sql).bind(job.id).bind(tenant.as_str()).bind(id);
    query.execute(transaction).await.map(drop).map_err(control_error)
}

/// One import of a workspace. One whose file is still coming is none yet.
///
/// # Errors
/// The control database does not answer.
pub async fn get(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<Option<ImportRow>> {
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE tenant = $1 AND id = $2 AND status <> 'uploading'");
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    query.fetch_optional(control).await.map_err(control_error)
}

/// The imports of files of a workspace, the newest first, those before the import `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, tenant: &TenantId, before: &str, limit: i64) -> Result<Vec<ImportRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM imports WHERE tenant = $1 AND id < $2 AND kind = 'file' AND status <> 'uploading' \
         ORDER BY id DESC LIMIT $3"
    );
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(before).bind(limit);
    query.fetch_all(control).await.map_err(control_error)
}

/// The sample data of a workspace that is there, or is on its way in or out.
///
/// # Errors
/// The control database does not answer.
pub async fn sample(control: &SqlitePool, tenant: &TenantId) -> Result<Option<ImportRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM imports WHERE tenant = $1 AND kind = '{SAMPLE}' AND status <> 'undone' ORDER BY id DESC LIMIT 1"
    );
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str());
    query.fetch_optional(control).await.map_err(control_error)
}

/// How many imports of a workspace have a folder.
///
/// # Errors
/// The control database does not answer.
pub async fn count_kept(control: &SqlitePool, tenant: &TenantId) -> Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM imports WHERE tenant = $1 AND expires_at IS NOT NULL")
        .bind(tenant.as_str())
        .fetch_one(control)
        .await
        .map_err(control_error)
}

/// Says how a file is to be read, and asks for another look. Whether it still waits for that. Call [`Jobs::wake`] then.
///
/// # Errors
/// The options are too large; the control database does not answer. Nothing changed then.
pub async fn set_options(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    id: &str,
    options: &str,
) -> Result<bool> {
    stored_text::json("options", Some(options), MAX_OPTIONS_BYTES)?;
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let sql = "UPDATE imports SET status = 'uploaded', options = $1, revision = revision + 1, error = NULL, finished_at = NULL \
               WHERE tenant = $2 AND id = $3 AND kind = 'file' AND started_at IS NULL AND expires_at IS NOT NULL \
               AND status IN ('uploaded', 'looking', 'looked_at', 'failed')";
    let query = sqlx::query(sql).bind(options).bind(tenant.as_str()).bind(id);
    let done = query.execute(&mut *transaction).await.map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    ask(&mut transaction, jobs, tenant, id, LOOK_JOB).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Notes that a file is being looked at. Whether it waits for that.
///
/// # Errors
/// The control database does not answer.
pub async fn looking(control: &SqlitePool, tenant: &TenantId, id: &str, revision: i64) -> Result<bool> {
    let sql = "UPDATE imports SET status = 'looking' \
               WHERE tenant = $1 AND id = $2 AND revision = $3 AND status IN ('uploaded', 'looking')";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(id).bind(revision);
    let done = query.execute(control).await.map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Notes what a look has found. Whether it was still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn looked(control: &SqlitePool, tenant: &TenantId, id: &str, looked: &Looked<'_>, now: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE imports SET status = CASE WHEN $1 IS NULL THEN 'looked_at' ELSE 'failed' END, error = $1, records = $2, \
         taken_for = $3, expected = $4, finished_at = CASE WHEN $1 IS NULL THEN NULL ELSE $5 END \
         WHERE tenant = $6 AND id = $7 AND revision = $8 AND status = 'looking'",
    )
    .bind(looked.error)
    .bind(looked.records)
    .bind(looked.taken_for)
    .bind(looked.expected.map(whole))
    .bind(now)
    .bind(tenant.as_str())
    .bind(id)
    .bind(looked.revision)
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Begins to store what is in a file that was looked at, or goes on where that failed. Whether it may. Call [`Jobs::wake`] then.
///
/// # Errors
/// The control database does not answer; nothing changed then.
pub async fn begin_run(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    id: &str,
    now: i64,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let sql = "UPDATE imports SET status = 'running', error = NULL, finished_at = NULL, started_at = coalesce(started_at, $1) \
               WHERE tenant = $2 AND id = $3 AND expires_at IS NOT NULL AND records IS NOT NULL \
               AND (status = 'looked_at' OR status = 'failed' AND started_at IS NOT NULL)";
    let query = sqlx::query(sql).bind(now).bind(tenant.as_str()).bind(id);
    let done = query.execute(&mut *transaction).await.map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    ask(&mut transaction, jobs, tenant, id, RUN_JOB).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Begins to fill a workspace with sample data. Whether there was none. Call [`Jobs::wake`] then.
///
/// # Errors
/// The control database does not answer; nothing changed then.
pub async fn begin_sample(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    new: &NewImport<'_>,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let sql = format!(
        "INSERT INTO imports (id, tenant, user_id, kind, file_name, byte_count, status, options, revision, batches, \
         errors_bytes, created_at, started_at) \
         SELECT $1, $2, $3, '{SAMPLE}', '', 0, 'running', $4, 0, 0, 0, $5, $5 \
         WHERE NOT EXISTS (SELECT 1 FROM imports WHERE tenant = $2 AND kind = '{SAMPLE}' AND status <> 'undone')"
    );
    let done = sqlx::query(AssertSqlSafe(sql))
        .bind(new.id)
        .bind(tenant.as_str())
        .bind(new.user_id)
        .bind(new.options)
        .bind(new.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    ask(&mut transaction, jobs, tenant, new.id, RUN_JOB).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Notes how far a run has come. Whether it is still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn reached(control: &SqlitePool, tenant: &TenantId, id: &str, reached: &Reached<'_>) -> Result<bool> {
    let sql = "UPDATE imports SET batches = $1, totals = $2, errors_bytes = $3 \
               WHERE tenant = $4 AND id = $5 AND status = 'running'";
    let done = sqlx::query(sql)
        .bind(whole(reached.batches))
        .bind(reached.totals)
        .bind(whole(reached.errors_bytes))
        .bind(tenant.as_str())
        .bind(id)
        .execute(control)
        .await
        .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Notes how a run ended: well, or why not. Its folder goes at `expires_at`, or before if somebody was erased meanwhile. Whether it was
/// still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn end_run(
    control: &SqlitePool,
    tenant: &TenantId,
    id: &str,
    error: Option<&str>,
    (now, expires_at): (i64, i64),
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE imports SET status = CASE WHEN $1 IS NULL THEN 'done' ELSE 'failed' END, error = $1, finished_at = $2, \
         expires_at = CASE WHEN expires_at > $2 THEN $3 ELSE expires_at END \
         WHERE tenant = $4 AND id = $5 AND status = 'running'",
    )
    .bind(error)
    .bind(now)
    .bind(expires_at)
    .bind(tenant.as_str())
    .bind(id)
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Begins to take back what an import has stored; one that runs stops. Whether it may. Call [`Jobs::wake`] then.
///
/// # Errors
/// The control database does not answer; nothing changed then.
pub async fn begin_undo(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    id: &str,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let sql = "UPDATE imports SET status = 'undoing', error = NULL \
               WHERE tenant = $1 AND id = $2 AND started_at IS NOT NULL AND status IN ('running', 'done', 'failed')";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(id);
    let done = query.execute(&mut *transaction).await.map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    ask(&mut transaction, jobs, tenant, id, UNDO_JOB).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Notes that what an import has stored is gone.
///
/// # Errors
/// The control database does not answer.
pub async fn undone(control: &SqlitePool, tenant: &TenantId, id: &str, now: i64) -> Result<bool> {
    let sql = "UPDATE imports SET status = 'undone', error = NULL, finished_at = $1, expires_at = NULL \
               WHERE tenant = $2 AND id = $3 AND status = 'undoing'";
    let query = sqlx::query(sql).bind(now).bind(tenant.as_str()).bind(id);
    let done = query.execute(control).await.map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Notes why the last attempt to take an import back came to nothing; it is made again. Whether it is still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn undo_failed(control: &SqlitePool, tenant: &TenantId, id: &str, error: &str) -> Result<bool> {
    let sql = "UPDATE imports SET error = $1 WHERE tenant = $2 AND id = $3 AND status = 'undoing'";
    let query = sqlx::query(sql).bind(error).bind(tenant.as_str()).bind(id);
    let done = query.execute(control).await.map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// The imports of a workspace that were taken back, the newest first, as far as anybody wants to know.
///
/// # Errors
/// The control database does not answer.
pub async fn undone_before(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<String>> {
    sqlx::query_scalar("SELECT id FROM imports WHERE tenant = $1 AND status = 'undone' ORDER BY id DESC LIMIT 500")
        .bind(tenant.as_str())
        .fetch_all(control)
        .await
        .map_err(control_error)
}

/// Deletes an import that has stored nothing, or nothing any more; its folder is to go then. Whether there was one.
///
/// # Errors
/// The control database does not answer.
pub async fn delete(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<bool> {
    let sql = "DELETE FROM imports WHERE tenant = $1 AND id = $2 AND (started_at IS NULL OR status = 'undone')";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(id);
    let done = query.execute(control).await.map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Lets go of the folders whose time is over, of all workspaces: imports that have stored nothing are deleted, the others stay in the
/// history without what was in them.
///
/// # Errors
/// The control database does not answer.
pub async fn expire(control: &SqlitePool, now: i64) -> Result<()> {
    let over = "expires_at <= $1 AND status NOT IN ('running', 'undoing')";
    for sql in [
        format!("DELETE FROM imports WHERE {over} AND started_at IS NULL"),
        // What a crash has cut off.
        format!("DELETE FROM imports WHERE status = 'uploading' AND created_at <= $1 - {UPLOADING_US}"),
        format!("UPDATE imports SET expires_at = NULL, error = NULL WHERE {over}"),
    ] {
        sqlx::query(AssertSqlSafe(sql)).bind(now).execute(control).await.map_err(control_error)?;
    }
    Ok(())
}

/// Which imports have a folder: workspace and id.
///
/// # Errors
/// The control database does not answer.
pub async fn with_folders(control: &SqlitePool) -> Result<Vec<(String, String)>> {
    sqlx::query_as("SELECT tenant, id FROM imports WHERE expires_at IS NOT NULL")
        .fetch_all(control)
        .await
        .map_err(control_error)
}

/// Lets go of the folders of a workspace at once: anybody may stand in them. Those of imports that run go when they have ended.
pub(crate) async fn forget_files(connection: &mut SqliteConnection, tenant: &TenantId, now: i64) -> Result<()> {
    let sql = "UPDATE imports SET file_name = '', error = NULL, \
               expires_at = CASE WHEN expires_at < $1 THEN expires_at WHEN expires_at IS NULL THEN NULL ELSE $1 END WHERE tenant = $2";
    let query = sqlx::query(sql).bind(now).bind(tenant.as_str());
    query.execute(connection).await.map(drop).map_err(control_error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::{Fixture, tenant};

    fn entry(id: &str) -> NewEntry {
        NewEntry {
            id: id.into(),
            workspace_id: Some(tenant(1).to_string()),
            at: 1,
            actor_kind: "server",
            actor_id: String::new(),
            action: "test",
            target_kind: None,
            target_id: None,
            detail: None,
            address: None,
        }
    }

    #[tokio::test]
    async fn an_undo_tells_why_it_is_made_again_until_it_is_done() {
        let f = Fixture::new().await;
        let (id, kind) = ("0197c5b2a0f07d0b8f2f6f2f4f7f9a01", SAMPLE);
        let new =
            NewImport { id, user_id: None, kind, file_name: "", bytes: 0, options: "{}", created_at: 1, expires_at: 1 };
        assert!(begin_sample(&f.pool, &f.jobs, &tenant(1), &new, &entry("a")).await.unwrap());
        let told = async || {
            let row = get(&f.pool, &tenant(1), id).await.unwrap().unwrap();
            (row.status, row.error)
        };
        assert!(!undo_failed(&f.pool, &tenant(1), id, "why").await.unwrap(), "nobody wants it back");
        assert!(begin_undo(&f.pool, &f.jobs, &tenant(1), id, &entry("b")).await.unwrap());
        assert_eq!(told().await, ("undoing".to_owned(), None));
        for why in ["the disk is full", "the disk is still full"] {
            assert!(undo_failed(&f.pool, &tenant(1), id, why).await.unwrap());
            assert_eq!(told().await, ("undoing".to_owned(), Some(why.to_owned())));
        }
        assert!(!undo_failed(&f.pool, &tenant(2), id, "why").await.unwrap(), "of another workspace");
        assert!(undone(&f.pool, &tenant(1), id, 2).await.unwrap());
        assert_eq!(told().await, ("undone".to_owned(), None));
    }
}
