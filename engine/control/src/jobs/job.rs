//! A job as it is asked for and as it is read.

use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, Result};
use serde_json::Value;
use sqlx::{FromRow, Row, sqlite::SqliteRow};

use crate::database::time;

/// Attempts of a job that may fail, unless it asks otherwise.
pub const MAX_ATTEMPTS: u32 = 10;
/// Attempts of a job that is never given up.
pub const UNLIMITED_ATTEMPTS: u32 = u32::MAX;
/// The largest payload and the largest result, in bytes of JSON: a job names its data, it does not carry it.
pub const MAX_JSON_BYTES: usize = 256 << 10;

/// What a job's key means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Dedupe {
    /// Each call makes a job.
    #[default]
    None,
    /// One job of this tenant, kind and key, for as long as it is kept, however it ended. For "this report of this day".
    Once(String),
    /// One job that is waiting or running. Asked for while it runs, it runs once more when it has ended, so that a run
    /// begins after each call. For "bring this up to date".
    Coalesce(String),
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which handler does it: lower-case words, for example `webhook.delivery`.
    pub kind: String,
    /// What the handler is given. It may name the customer of [`Self::customer_id`] and no other, and no secret.
    pub payload: Value,
    /// The one customer whom payload, progress, result or error may name: forgetting the customer deletes the job.
    pub customer_id: Option<String>,
    /// The account that asks for it; none: the server itself.
    pub user_id: Option<String>,
    /// Which calls are one.
    pub dedupe: Dedupe,
    /// Not before this time; none: now.
    pub run_after: Option<DateTime<Utc>>,
    /// How many attempts may fail before the job has failed.
    pub max_attempts: u32,
}

impl NewJob {
    /// A job of that kind, to be done now.
    pub fn new(kind: impl Into<String>, payload: Value) -> Self {
        Self {
            kind: kind.into(),
            payload,
            customer_id: None,
            user_id: None,
            dedupe: Dedupe::None,
            run_after: None,
            max_attempts: MAX_ATTEMPTS,
        }
    }

    /// See [`Dedupe::Once`].
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.dedupe = Dedupe::Once(key.into());
        self
    }

    /// See [`Dedupe::Coalesce`].
    #[must_use]
    pub fn coalesce(mut self, key: impl Into<String>) -> Self {
        self.dedupe = Dedupe::Coalesce(key.into());
        self
    }

    /// Not before that time.
    #[must_use]
    pub fn not_before(mut self, time: DateTime<Utc>) -> Self {
        self.run_after = Some(time);
        self
    }

    /// How many attempts may fail, at least one.
    #[must_use]
    pub fn attempts(mut self, most: u32) -> Self {
        self.max_attempts = most.max(1);
        self
    }

    /// Names the one customer that it is about.
    #[must_use]
    pub fn about(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// Names the account that asks for it.
    #[must_use]
    pub fn asked_by(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(user_id.into());
        self
    }
}

/// What enqueueing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enqueued {
    /// The job: the new one, or the one that has the key.
    pub id: String,
    /// Whether it is new.
    pub created: bool,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// For its time, or for a free worker.
    Waiting,
    /// Somebody has its lease.
    Running,
    /// It has ended well.
    Done,
    /// It is given up: too many attempts failed, or one that cannot succeed.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// Its name in answers and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it stays as it is until somebody asks for another attempt.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Progress {
    /// Steps done, in the handler's own unit.
    pub done: u64,
    /// Steps in all; none while that is not known.
    pub total: Option<u64>,
    /// What is being done, for a person.
    pub message: Option<String>,
}

/// A job as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// 32 hex digits.
    pub id: String,
    /// Whose it is: 32 hex digits.
    pub tenant: String,
    /// Which handler does it.
    pub kind: String,
    /// What the handler is given.
    pub payload: Value,
    /// The one customer that it is about.
    pub customer_id: Option<String>,
    /// The account that asked for it; none: the server itself, or an account that is gone.
    pub user_id: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Whether somebody asked it to stop.
    pub cancel_requested: bool,
    /// Not before this time.
    pub run_after: DateTime<Utc>,
    /// Attempts begun since it last got anywhere.
    pub attempts: u32,
    /// How many may fail.
    pub max_attempts: u32,
    /// How far it is.
    pub progress: Progress,
    /// What the handler answered.
    pub result: Option<Value>,
    /// Why the last attempt failed, for a person.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The columns that [`Job`] is read from.
pub(super) const COLUMNS: &str = "id, tenant, kind, payload, customer_id, user_id, state, cancel_requested, run_after, \
    attempts, max_attempts, progress_done, progress_total, progress_message, result, last_error, created_at, started_at, \
    finished_at";

fn damaged(id: &str, what: &str) -> Error {
    Error::new(Kind::Corrupt, "damaged_row", format!("the stored job {id} {what}"))
}

fn json(id: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|e| damaged(id, "holds JSON that cannot be read").with_source(e))
}

fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

impl<'r> FromRow<'r, SqliteRow> for Job {
    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {
        let id: String = row.try_get("id")?;
        let wrong = |error: Error| sqlx::Error::Decode(Box::new(error));
        let state: String = row.try_get("state")?;
        let payload: String = row.try_get("payload")?;
        let result: Option<String> = row.try_get("result")?;
        let total: Option<i64> = row.try_get("progress_total")?;
        let times = |name: &str| row.try_get::<Option<i64>, _>(name).map(|us| us.map(time));
        Ok(Self {
            tenant: row.try_get("tenant")?,
            kind: row.try_get("kind")?,
            payload: json(&id, &payload).map_err(wrong)?,
            customer_id: row.try_get("customer_id")?,
            user_id: row.try_get("user_id")?,
            state: State::parse(&state).ok_or_else(|| wrong(damaged(&id, "is in no known state")))?,
            cancel_requested: row.try_get("cancel_requested")?,
            run_after: time(row.try_get("run_after")?),
            attempts: count(row.try_get("attempts")?),
            max_attempts: count(row.try_get("max_attempts")?),
            progress: Progress {
                done: row.try_get::<i64, _>("progress_done")?.max(0).unsigned_abs(),
                total: total.map(|total| total.max(0).unsigned_abs()),
                message: row.try_get("progress_message")?,
            },
            result: result.as_deref().map(|text| json(&id, text)).transpose().map_err(wrong)?,
            last_error: row.try_get("last_error")?,
            created_at: time(row.try_get("created_at")?),
            started_at: times("started_at")?,
            finished_at: times("finished_at")?,
            id,
        })
    }
}

/// JSON as it is stored.
///
/// # Errors
/// It is larger than [`MAX_JSON_BYTES`].
pub(crate) fn stored(what: &str, value: &Value) -> Result<String> {
    let text = value.to_string();
    if text.len() > MAX_JSON_BYTES {
        return Err(Error::new(
            Kind::TooLarge,
            "job_too_large",
            format!(
                "the {what} of a job has {} bytes; at most {MAX_JSON_BYTES} are stored. Keep the data elsewhere and name it",
                text.len()
            ),
        ));
    }
    Ok(text)
}

/// A text that fits into a job's row, cut at a whole character.
pub(super) fn short(text: &str) -> &str {
    const MOST: usize = 2_000;
    text.char_indices().nth(MOST).map_or(text, |(end, _)| &text[..end])
}
