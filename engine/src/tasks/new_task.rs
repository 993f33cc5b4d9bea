//! A task as somebody writes it down.

use kupets_control::tasks::{Status, Task};
use kupets_core::{ActorKind, TenantContext};

/// A task as somebody writes it down. Times are microseconds since the epoch.
#[derive(Debug, Clone, Default)]
pub struct NewTask {
    /// Its identity; one is made where it is empty.
    pub id: String,
    /// What to do.
    pub title: String,
    /// More of it.
    pub note: Option<String>,
    /// By when.
    pub due_at: Option<i64>,
    /// Who is to do it.
    pub assignee_id: Option<String>,
    /// Whom it is about.
    pub customer_id: Option<String>,
    /// When to remind of it.
    pub remind_at: Option<i64>,
    /// Where it stands; open unless said.
    pub status: Option<Status>,
}

impl NewTask {
    /// As it is stored, written down at `now` by whoever acts.
    pub(crate) fn into_task(self, tenant: &TenantContext, now: i64) -> Task {
        let actor = tenant.actor();
        let status = self.status.unwrap_or(Status::Open);
        Task {
            id: if self.id.is_empty() { new_id() } else { self.id },
            title: self.title,
            note: self.note,
            due_at: self.due_at,
            assignee_id: self.assignee_id,
            created_by: (actor.kind() == ActorKind::Person).then(|| actor.id().to_owned()),
            customer_id: self.customer_id,
            recommendation_id: None,
            recommendation_round: None,
            status: status.name().to_owned(),
            remind_at: self.remind_at,
            created_at: now,
            updated_at: now,
            completed_at: (status == Status::Done).then_some(now),
        }
    }
}

/// A new identity.
pub(super) fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
