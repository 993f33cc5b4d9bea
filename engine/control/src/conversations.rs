//! Conversations with the assistant: whose they are, and what was asked and answered.
//!
//! A conversation belongs to one person or one key of one workspace; to anybody else it is as if there were none. What it is called
//! and the plan that a follow-up edits are read from its messages: when a message is forgotten, these are forgotten with it.

mod message;

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{AssertSqlSafe, FromRow, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use crate::database::control_error;
pub use message::{
    MAX_ANSWER_BYTES, MAX_CUSTOMERS, MAX_JSON_BYTES, MAX_QUESTION_BYTES, Message, MessageRow, Owner, Status,
};

/// Messages of one conversation.
pub const MAX_MESSAGES: i64 = 1_000;
/// Characters of a title.
const TITLE_CHARS: i64 = 80;
/// Customers of one statement: far below what a statement may bind.
const CHUNK: usize = 1_000;
/// Conversations that one statement of [`Conversations::delete_before`] deletes: the journal waits for the same lock.
const DELETED_AT_ONCE: i64 = 100;

/// A conversation without its messages. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ConversationRow {
    /// 32 hex digits.
    pub id: String,
    /// The beginning of its first question; empty while there is none.
    pub title: String,
    /// When it began.
    pub created_at: i64,
    /// When the last message was stored.
    pub updated_at: i64,
    /// Messages in it.
    pub messages: i64,
    /// JSON: the last good plan, which a follow-up edits.
    pub plan: Option<String>,
    /// The question of the last message, where it was asked back about: the next one may complete it.
    pub asked_back: Option<String>,
}

/// Where a page of conversations ends: the next one begins after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// [`ConversationRow::updated_at`] of the last one.
    pub updated_at: i64,
    /// [`ConversationRow::id`] of the last one.
    pub id: String,
}

/// The conversations. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Conversations {
    pool: SqlitePool,
}

const MESSAGE_COLUMNS: &str = "id, conversation_id, position, asked_at, question, language, status, answer, source, \
     interpretation, plan, statement, bound, snapshot, model, gate, elapsed, choices, alternatives, chart";

fn conversation_columns() -> String {
    format!(
        "c.id, c.created_at, c.updated_at, \
         coalesce((SELECT substr(question, 1, {TITLE_CHARS}) FROM assistant_messages WHERE conversation_id = c.id \
          ORDER BY position LIMIT 1), '') AS title, \
         (SELECT count(*) FROM assistant_messages WHERE conversation_id = c.id) AS messages, \
         (SELECT plan FROM assistant_messages WHERE conversation_id = c.id AND plan IS NOT NULL \
          ORDER BY position DESC LIMIT 1) AS plan, \
         (SELECT CASE WHEN source = 'clarify' THEN question END FROM assistant_messages WHERE conversation_id = c.id \
          ORDER BY position DESC LIMIT 1) AS asked_back"
    )
}

impl Conversations {
    /// The conversations of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Begins a conversation. It is listed once it has a message.
    ///
    /// # Errors
    /// [`Kind::Conflict`]: there is one with that id; the control database does not answer.
    pub async fn start(&self, tenant: &TenantId, owner: Owner<'_>, id: &str, now: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO assistant_conversations (id, tenant, actor_kind, actor_id, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(id)
        .bind(tenant.as_str())
        .bind(owner.kind())
        .bind(owner.id())
        .bind(now)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(taken)
    }

    /// Stores a message and which customers it names, by their ids: those of its filters, of its words and of its rows.
    /// Whoever forgets one of them forgets the message. Returns its place in the conversation.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the owner has no such conversation; [`Kind::Conflict`] `conversation_full`: it has
    /// [`MAX_MESSAGES`] messages; [`Kind::TooLarge`], [`Kind::Invalid`]: a part of the message; the control database does
    /// not answer. Nothing is stored then.
    pub async fn append(
        &self,
        tenant: &TenantId,
        owner: Owner<'_>,
        conversation_id: &str,
        id: &str,
        message: &Message,
        customers: &[String],
    ) -> Result<i64> {
        message::check(message, customers)?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let place: Option<(i64, i64)> = sqlx::query_as(
            "SELECT (SELECT count(*) FROM assistant_messages WHERE conversation_id = c.id), \
             (SELECT coalesce(max(position), 0) + 1 FROM assistant_messages WHERE conversation_id = c.id) \
             FROM assistant_conversations c WHERE c.tenant = $1 AND c.actor_kind = $2 AND c.actor_id = $3 AND c.id = $4",
        )
        .bind(tenant.as_str())
        .bind(owner.kind())
        .bind(owner.id())
        .bind(conversation_id)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(control_error)?;
        let (count, position) = place.ok_or_else(unknown_conversation)?;
        if count >= MAX_MESSAGES {
            return Err(Error::conflict(
                "conversation_full",
                format!("the conversation has {count} messages; at most {MAX_MESSAGES} fit. Begin another one"),
            ));
        }
        insert(&mut transaction, tenant, owner, conversation_id, id, position, message).await?;
        link(&mut transaction, tenant, id, customers).await?;
        sqlx::query("UPDATE assistant_conversations SET updated_at = max(updated_at, $1) WHERE id = $2")
            .bind(message.asked_at)
            .bind(conversation_id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)?;
        Ok(position)
    }

    /// A conversation of that owner.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the owner has no such conversation; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, owner: Owner<'_>, id: &str) -> Result<ConversationRow> {
        let sql = format!(
            "SELECT {} FROM assistant_conversations c \
             WHERE c.tenant = $1 AND c.actor_kind = $2 AND c.actor_id = $3 AND c.id = $4",
            conversation_columns()
        );
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(owner.kind())
            .bind(owner.id())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(control_error)?
            .ok_or_else(unknown_conversation)
    }

    /// The messages of a conversation of that owner after the place `after`, the oldest first; none where there is no such
    /// conversation.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn messages(
        &self,
        tenant: &TenantId,
        owner: Owner<'_>,
        id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<MessageRow>> {
        let sql = format!(
            "SELECT {MESSAGE_COLUMNS} FROM assistant_messages WHERE conversation_id = (SELECT id FROM \
             assistant_conversations WHERE tenant = $1 AND actor_kind = $2 AND actor_id = $3 AND id = $4) \
             AND position > $5 ORDER BY position LIMIT $6"
        );
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(owner.kind())
            .bind(owner.id())
            .bind(id)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(control_error)
    }

    /// One message of that owner, of any of their conversations.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the owner has no such message; the control database does not answer.
    pub async fn message(&self, tenant: &TenantId, owner: Owner<'_>, id: &str) -> Result<MessageRow> {
        let sql = format!(
            "SELECT {MESSAGE_COLUMNS} FROM assistant_messages WHERE id = $4 AND conversation_id IN (SELECT id FROM \
             assistant_conversations WHERE tenant = $1 AND actor_kind = $2 AND actor_id = $3)"
        );
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(owner.kind())
            .bind(owner.id())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(control_error)?
            .ok_or_else(unknown_message)
    }

    /// The conversations of that owner that have messages, those used last first, at most `limit`, those after `after`.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(
        &self,
        tenant: &TenantId,
        owner: Owner<'_>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Vec<ConversationRow>> {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(format!(
            "SELECT {} FROM assistant_conversations c WHERE c.tenant = ",
            conversation_columns()
        ));
        query.push_bind(tenant.as_str());
        query.push(" AND c.actor_kind = ").push_bind(owner.kind());
        query.push(" AND c.actor_id = ").push_bind(owner.id());
        query.push(" AND EXISTS (SELECT 1 FROM assistant_messages WHERE conversation_id = c.id)");
        if let Some(After { updated_at, id }) = after {
            query.push(" AND (c.updated_at, c.id) < (").push_bind(*updated_at);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY c.updated_at DESC, c.id DESC LIMIT ").push_bind(i64::from(limit));
        query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Deletes a conversation of that owner with all that belongs to it. Whether there was one.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, owner: Owner<'_>, id: &str) -> Result<bool> {
        let done = sqlx::query(
            "DELETE FROM assistant_conversations WHERE tenant = $1 AND actor_kind = $2 AND actor_id = $3 AND id = $4",
        )
        .bind(tenant.as_str())
        .bind(owner.kind())
        .bind(owner.id())
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(control_error)?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes the conversations of all workspaces that nobody has used since a time, microseconds since the epoch. Returns how
    /// many.
    ///
    /// # Errors
    /// The control database does not answer; some may be deleted already.
    pub async fn delete_before(&self, time: i64) -> Result<u64> {
        let mut deleted = 0;
        loop {
            let done = sqlx::query(
                "DELETE FROM assistant_conversations WHERE id IN \
                 (SELECT id FROM assistant_conversations WHERE updated_at < $1 LIMIT $2)",
            )
            .bind(time)
            .bind(DELETED_AT_ONCE)
            .execute(&self.pool)
            .await
            .map_err(control_error)?;
            if done.rows_affected() == 0 {
                return Ok(deleted);
            }
            deleted += done.rows_affected();
        }
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    owner: Owner<'_>,
    conversation_id: &str,
    id: &str,
    position: i64,
    message: &Message,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO assistant_messages ({MESSAGE_COLUMNS}, tenant, actor_id) VALUES \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .bind(conversation_id)
        .bind(position)
        .bind(message.asked_at)
        .bind(&message.question)
        .bind(&message.language)
        .bind(message.status.name())
        .bind(&message.answer)
        .bind(&message.source)
        .bind(&message.interpretation)
        .bind(&message.plan)
        .bind(&message.statement)
        .bind(&message.bound)
        .bind(&message.snapshot)
        .bind(&message.model)
        .bind(&message.gate)
        .bind(&message.elapsed)
        .bind(&message.choices)
        .bind(&message.alternatives)
        .bind(&message.chart)
        .bind(tenant.as_str())
        .bind(owner.id())
        .execute(connection)
        .await
        .map(drop)
        .map_err(taken)
}

async fn link(connection: &mut SqliteConnection, tenant: &TenantId, id: &str, customers: &[String]) -> Result<()> {
    for rows in customers.chunks(CHUNK) {
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT OR IGNORE INTO assistant_message_customers (tenant, message_id, customer_id) ");
        insert.push_values(rows, |mut row, customer| {
            row.push_bind(tenant.as_str()).push_bind(id).push_bind(customer);
        });
        insert.build().execute(&mut *connection).await.map_err(control_error)?;
    }
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => {
            Error::conflict("id_taken", "this id is in use. Take another")
        }
        _ => control_error(error),
    }
}

fn unknown_conversation() -> Error {
    Error::new(Kind::NotFound, "unknown_conversation", "There is no such conversation.")
}

/// What anybody is told of a message that is not theirs.
pub(crate) fn unknown_message() -> Error {
    Error::new(Kind::NotFound, "unknown_message", "There is no such message.")
}

#[cfg(test)]
mod tests;
