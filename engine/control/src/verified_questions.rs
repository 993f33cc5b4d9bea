//! Questions whose answers a workspace vouches for: the assistant prefers them, and they are its regression set.

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{AssertSqlSafe, FromRow, SqlitePool};

use crate::{database::control_error, stored_text};

/// Verified questions of one workspace.
pub const MAX_QUESTIONS: i64 = 500;
/// Bytes of a name.
pub const MAX_NAME_BYTES: usize = 400;
/// Bytes of a question.
pub const MAX_QUESTION_BYTES: usize = 16 << 10;
/// Bytes of a plan or a statement.
pub const MAX_PLAN_BYTES: usize = 64 << 10;
/// Bytes of the expected columns and rows.
pub const MAX_EXPECTED_BYTES: usize = 256 << 10;

/// A verified question. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct VerifiedQuestion {
    /// 32 hex digits.
    pub id: String,
    /// What people call it: one question a name, whatever its case.
    pub name: String,
    /// The question.
    pub question: String,
    /// `en` or `ru`.
    pub language: String,
    /// JSON: the plan that answers it; or [`Self::statement`].
    pub plan: Option<String>,
    /// The statement that answers it; or [`Self::plan`].
    pub statement: Option<String>,
    /// JSON: the columns and rows of the right answer. None: none are expected yet, or they named somebody who was erased.
    pub expected: Option<String>,
    /// The account that wrote it down; none: it is gone.
    pub created_by: Option<String>,
    /// When it was written down.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

const COLUMNS: &str = "id, name, question, language, plan, statement, expected, created_by, created_at, updated_at";

/// The verified questions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct VerifiedQuestions {
    pool: SqlitePool,
}

impl VerifiedQuestions {
    /// The verified questions of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// All of a workspace, by name.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<VerifiedQuestion>> {
        let sql = format!("SELECT {COLUMNS} FROM verified_questions WHERE tenant = $1 ORDER BY name_key");
        sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(&self.pool).await.map_err(control_error)
    }

    /// One of a workspace.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: there is none of that id; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<VerifiedQuestion> {
        let sql = format!("SELECT {COLUMNS} FROM verified_questions WHERE tenant = $1 AND id = $2");
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(control_error)?
            .ok_or_else(|| Error::new(Kind::NotFound, "unknown_question", "There is no such verified question."))
    }

    /// Stores a question, in place of the one with its id if there is one: who wrote that down and when stays.
    ///
    /// # Errors
    /// [`Kind::Invalid`]: no name, not exactly one of plan and statement, no JSON; [`Kind::TooLarge`]: a part of it;
    /// [`Kind::Conflict`]: `name_taken`, `too_many_questions`; the control database does not answer. Nothing is stored then.
    pub async fn put(&self, tenant: &TenantId, question: &VerifiedQuestion) -> Result<()> {
        check(question)?;
        let name = question.name.trim();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let others: i64 = sqlx::query_scalar("SELECT count(*) FROM verified_questions WHERE tenant = $1 AND id <> $2")
            .bind(tenant.as_str())
            .bind(&question.id)
            .fetch_one(&mut *transaction)
            .await
            .map_err(control_error)?;
        if others >= MAX_QUESTIONS {
            return Err(Error::conflict(
                "too_many_questions",
                format!("a workspace has at most {MAX_QUESTIONS} verified questions. Delete one first"),
            ));
        }
        sqlx::query(
            "INSERT INTO verified_questions (tenant, id, name, name_key, question, language, plan, statement, expected, \
             created_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, \
             question = excluded.question, language = excluded.language, plan = excluded.plan, \
             statement = excluded.statement, expected = excluded.expected, updated_at = excluded.updated_at",
        )
        .bind(tenant.as_str())
        .bind(&question.id)
        .bind(name)
        // SQLite itself knows the case of ASCII letters only.
        .bind(name.to_lowercase())
        .bind(&question.question)
        .bind(&question.language)
        .bind(&question.plan)
        .bind(&question.statement)
        .bind(&question.expected)
        .bind(&question.created_by)
        .bind(question.created_at)
        .bind(question.updated_at)
        .execute(&mut *transaction)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => {
                Error::conflict("name_taken", "another verified question has this name. Take another one")
            }
            _ => control_error(error),
        })?;
        transaction.commit().await.map_err(control_error)
    }

    /// Deletes a question of a workspace. Whether there was one.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM verified_questions WHERE tenant = $1 AND id = $2")
            .bind(tenant.as_str())
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(control_error)?;
        Ok(done.rows_affected() > 0)
    }
}

fn check(question: &VerifiedQuestion) -> Result<()> {
    if question.name.trim().is_empty() || question.question.trim().is_empty() {
        return Err(Error::invalid("empty_question", "a verified question needs a name and a question"));
    }
    if question.plan.is_some() == question.statement.is_some() {
        return Err(Error::invalid(
            "plan_or_statement",
            "a verified question has either a plan or a statement: send exactly one of them",
        ));
    }
    stored_text::text("name", Some(&question.name), MAX_NAME_BYTES)?;
    stored_text::text("question", Some(&question.question), MAX_QUESTION_BYTES)?;
    stored_text::json("plan", question.plan.as_deref(), MAX_PLAN_BYTES)?;
    stored_text::text("statement", question.statement.as_deref(), MAX_PLAN_BYTES)?;
    stored_text::json("expected", question.expected.as_deref(), MAX_EXPECTED_BYTES)
}

#[cfg(test)]
mod tests;
