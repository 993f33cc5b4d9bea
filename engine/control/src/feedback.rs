//! What people said of the assistant's answers.

use kupets_core::{Result, TenantId};
use sqlx::{FromRow, SqlitePool};

use crate::{
    conversations::{Owner, unknown_message},
    database::control_error,
    stored_text,
};

/// Bytes of a comment.
pub const MAX_COMMENT_BYTES: usize = 8 << 10;

/// Whether an answer was any good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was.
    Up,
    /// It was not.
    Down,
}

impl Verdict {
    /// Its name in the database and in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// The verdict of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Up, Self::Down].into_iter().find(|verdict| verdict.name() == name)
    }
}

impl TryFrom<String> for Verdict {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("no verdict: {name}"))
    }
}

/// What somebody said of an answer.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Feedback {
    /// Whether it was any good.
    #[sqlx(try_from = "String")]
    pub verdict: Verdict,
    /// In their own words.
    pub comment: Option<String>,
    /// When they said so, microseconds since the epoch.
    pub sent_at: i64,
}

/// Stores what somebody says of an answer of theirs, in place of what they said before.
///
/// # Errors
/// [`kupets_core::Kind::NotFound`]: they have no such message; [`kupets_core::Kind::TooLarge`]: the comment; the control database
/// does not answer. Nothing is stored then.
pub async fn set(
    control: &SqlitePool,
    tenant: &TenantId,
    owner: Owner<'_>,
    message_id: &str,
    feedback: &Feedback,
) -> Result<()> {
    stored_text::text("comment", feedback.comment.as_deref(), MAX_COMMENT_BYTES)?;
    let done = sqlx::query(
        "INSERT INTO assistant_feedback (tenant, message_id, actor_id, verdict, comment, sent_at) \
         SELECT m.tenant, m.id, m.actor_id, $5, $6, $7 FROM assistant_messages m \
         JOIN assistant_conversations c ON c.id = m.conversation_id \
         WHERE c.tenant = $1 AND c.actor_kind = $2 AND c.actor_id = $3 AND m.id = $4 \
         ON CONFLICT (message_id, actor_id) DO UPDATE \
         SET verdict = excluded.verdict, comment = excluded.comment, sent_at = excluded.sent_at",
    )
    .bind(tenant.as_str())
    .bind(owner.kind())
    .bind(owner.id())
    .bind(message_id)
    .bind(feedback.verdict.name())
    .bind(&feedback.comment)
    .bind(feedback.sent_at)
    .execute(control)
    .await
    .map_err(control_error)?;
    match done.rows_affected() {
        0 => Err(unknown_message()),
        _ => Ok(()),
    }
}

/// What somebody said of an answer of theirs.
///
/// # Errors
/// The control database does not answer.
pub async fn get(
    control: &SqlitePool,
    tenant: &TenantId,
    owner: Owner<'_>,
    message_id: &str,
) -> Result<Option<Feedback>> {
    sqlx::query_as(
        "SELECT verdict, comment, sent_at FROM assistant_feedback WHERE tenant = $1 AND actor_id = $2 AND message_id = $3",
    )
    .bind(tenant.as_str())
    .bind(owner.id())
    .bind(message_id)
    .fetch_optional(control)
    .await
    .map_err(control_error)
}

#[cfg(test)]
mod tests;
