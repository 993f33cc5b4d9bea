//! What a task is, and which tasks somebody asks for.

use sqlx::FromRow;

/// Tasks of one workspace.
pub const MAX_TASKS: i64 = 100_000;
/// Characters of a title.
pub const MAX_TITLE_CHARS: usize = 300;
/// Bytes of a note.
pub const MAX_NOTE_BYTES: usize = 16 << 10;
/// What a text reads after a customer whom it named was erased.
pub const FORGOTTEN: &str = "—";

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// To be done.
    Open,
    /// Done.
    Done,
    /// Not to be done after all.
    Cancelled,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Cancelled];

    /// Its name in answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A task. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Task {
    /// 32 hex digits.
    pub id: String,
    /// What to do.
    pub title: String,
    /// More of it.
    pub note: Option<String>,
    /// By when.
    pub due_at: Option<i64>,
    /// The account of whoever is to do it.
    pub assignee_id: Option<String>,
    /// The account of whoever wrote it down; none: it is gone, or the server made it.
    pub created_by: Option<String>,
    /// The one customer whom it is about.
    pub customer_id: Option<String>,
    /// The accepted recommendation that it is.
    pub recommendation_id: Option<String>,
    /// Which decision on that recommendation.
    pub recommendation_round: Option<i64>,
    /// [`Status`] by its name.
    pub status: String,
    /// When to remind of it.
    pub remind_at: Option<i64>,
    /// When it was written down.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
    /// When it was done.
    pub completed_at: Option<i64>,
}

/// A task with what people are called now.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct TaskRow {
    /// The task.
    #[sqlx(flatten)]
    pub task: Task,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// The name of whoever wrote it down.
    pub maker_name: Option<String>,
}

/// Whose tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// Of that account.
    Of(String),
    /// Of nobody.
    Nobody,
}

/// Which tasks.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In these states; all where there is none.
    pub statuses: Vec<Status>,
    /// Whose.
    pub assignee: Option<Assignee>,
    /// About that customer.
    pub customer_id: Option<String>,
    /// Of that recommendation.
    pub recommendation_id: Option<String>,
    /// Due before that time.
    pub due_before: Option<i64>,
    /// Due then or later.
    pub due_after: Option<i64>,
}

/// Where a page of tasks ends: the next one begins after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// When the last one is due; [`i64::MAX`] where it is never.
    pub due: i64,
    /// [`Task::created_at`] of the last one.
    pub created_at: i64,
    /// [`Task::id`] of the last one.
    pub id: String,
}

impl After {
    /// The place of a task.
    pub fn of(task: &Task) -> Self {
        Self { due: task.due_at.unwrap_or(i64::MAX), created_at: task.created_at, id: task.id.clone() }
    }
}
