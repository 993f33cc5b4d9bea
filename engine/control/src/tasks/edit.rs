//! A change of a task as people send it: what is absent stays.

use super::model::{Status, Task};

/// What is to be different. Times are microseconds since the epoch; `Some(None)` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// What to do.
    pub title: Option<String>,
    /// More of it.
    pub note: Option<Option<String>>,
    /// By when.
    pub due_at: Option<Option<i64>>,
    /// Who is to do it.
    pub assignee_id: Option<Option<String>>,
    /// Whom it is about.
    pub customer_id: Option<Option<String>>,
    /// When to remind of it.
    pub remind_at: Option<Option<i64>>,
    /// Where it stands.
    pub status: Option<Status>,
}

impl Edit {
    /// The task with the change made at `now`; the same task where there is nothing to change.
    pub(super) fn apply(&self, before: Task, now: i64) -> Task {
        let mut task = before.clone();
        if let Some(title) = &self.title {
            title.trim().clone_into(&mut task.title);
        }
        if let Some(note) = &self.note {
            task.note.clone_from(note);
        }
        if let Some(due_at) = self.due_at {
            task.due_at = due_at;
        }
        if let Some(assignee_id) = &self.assignee_id {
            task.assignee_id.clone_from(assignee_id);
        }
        if let Some(customer_id) = &self.customer_id {
            task.customer_id.clone_from(customer_id);
        }
        if let Some(remind_at) = self.remind_at {
            task.remind_at = remind_at;
        }
        if let Some(status) = self.status {
            task.move_to(status, now);
        }
        if task != before {
            task.updated_at = now;
        }
        task
    }
}

impl Task {
    /// Puts it where it stands from `now` on. When it was done is kept only while it is.
    pub(super) fn move_to(&mut self, status: Status, now: i64) {
        if self.status == status.name() {
            return;
        }
        status.name().clone_into(&mut self.status);
        self.completed_at = (status == Status::Done).then_some(now);
        self.updated_at = now;
    }
}
