//! Tasks, as they are sent and told.

use std::collections::HashSet;

use chrono::{DateTime, Days, TimeDelta, Utc};
use kupets_core::{FieldError, Result, TenantContext};
use kupets_engine::tasks::{NewTask, Status, TaskEdit, TaskRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{assistant::conversations::moment, body::sent, routes::people::PersonBody};

/// Where a task stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TaskStatus)]
pub enum StatusBody {
    /// To be done.
    Open,
    /// Done.
    Done,
    /// Not to be done after all.
    Cancelled,
}

impl StatusBody {
    /// As the engine has it.
    pub fn status(self) -> Status {
        match self {
            Self::Open => Status::Open,
            Self::Done => Status::Done,
            Self::Cancelled => Status::Cancelled,
        }
    }

    fn of(name: &str) -> Self {
        match Status::parse(name) {
            Some(Status::Open) | None => Self::Open,
            Some(Status::Done) => Self::Done,
            Some(Status::Cancelled) => Self::Cancelled,
        }
    }
}

/// A new task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Call about the delivery", "due_at": "2026-06-01", "customer_id": "17850"}))]
pub struct NewTaskBody {
    /// What to do.
    #[schema(min_length = 1, max_length = 300)]
    title: String,
    /// More of it.
    #[schema(max_length = 16384)]
    note: Option<String>,
    /// By when: RFC 3339, or a date, which means the end of that day in the workspace's zone.
    due_at: Option<String>,
    /// Who is to do it: a member of the workspace.
    assignee_id: Option<String>,
    /// Whom it is about.
    customer_id: Option<String>,
    /// The recommendation that it is: making the task accepts it.
    recommendation_id: Option<String>,
    /// When to remind of it: RFC 3339, or a date: midnight in the workspace's zone.
    remind_at: Option<String>,
    /// Where it stands; open unless sent.
    status: Option<StatusBody>,
}

impl NewTaskBody {
    /// The recommendation that it is.
    pub fn recommendation(&self) -> Option<&str> {
        self.recommendation_id.as_deref()
    }

    /// As the engine takes it.
    ///
    /// # Errors
    /// A time that is none.
    pub fn read(self, tenant: &TenantContext) -> Result<NewTask> {
        if self.recommendation_id.is_some() && !matches!(self.status, None | Some(StatusBody::Open)) {
            return Err(wrong("status", "a recommendation becomes an open task; change it afterwards".to_owned()));
        }
        Ok(NewTask {
            id: String::new(),
            title: self.title,
            note: filled(self.note),
            due_at: filled(self.due_at).map(|text| due(tenant, "due_at", &text)).transpose()?,
            assignee_id: filled(self.assignee_id),
            customer_id: filled(self.customer_id),
            remind_at: filled(self.remind_at).map(|text| time(tenant, "remind_at", &text)).transpose()?,
            status: self.status.map(StatusBody::status),
        })
    }
}

/// A change of a task: an absent field stays, null clears it.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "done"}))]
pub struct TaskPatchBody {
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    title: Option<String>,
    /// More of it.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 16384)]
    note: Option<Option<String>>,
    /// By when: RFC 3339, or a date, which means the end of that day in the workspace's zone.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    due_at: Option<Option<String>>,
    /// Who is to do it: a member of the workspace.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    assignee_id: Option<Option<String>>,
    /// Whom it is about.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    customer_id: Option<Option<String>>,
    /// When to remind of it: RFC 3339, or a date: midnight in the workspace's zone.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    remind_at: Option<Option<String>>,
    /// Where it stands. Done, its recommendation is done; cancelled, it is dismissed; open, it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusBody>,
}

impl TaskPatchBody {
    /// The names of the fields that were sent.
    pub fn fields(&self) -> Vec<String> {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.as_object().into_iter().flat_map(|fields| fields.keys().cloned()).collect()
    }

    /// Where it stands then, if that was sent.
    pub fn status(&self) -> Option<&'static str> {
        self.status.map(|status| status.status().name())
    }

    /// As the engine takes it.
    ///
    /// # Errors
    /// A time that is none.
    pub fn read(self, tenant: &TenantContext) -> Result<TaskEdit> {
        let time_of =
            |name: &str, text: Option<Option<String>>, read: fn(&TenantContext, &str, &str) -> Result<i64>| {
                text.map(|text| filled(text).map(|text| read(tenant, name, &text)).transpose()).transpose()
            };
        Ok(TaskEdit {
            title: self.title,
            note: self.note.map(filled),
            due_at: time_of("due_at", self.due_at, due)?,
            assignee_id: self.assignee_id.map(filled),
            customer_id: self.customer_id.map(filled),
            remind_at: time_of("remind_at", self.remind_at, time)?,
            status: self.status.map(StatusBody::status),
        })
    }
}

/// An empty text is as good as none.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A time of a body, microseconds since the epoch.
fn time(tenant: &TenantContext, name: &str, text: &str) -> Result<i64> {
    let time = tenant.time(name, text).map_err(|error| wrong(name, error.to_string()))?;
    Ok(time.timestamp_micros())
}

/// When something is due: a date is the last second of its day in the zone.
fn due(tenant: &TenantContext, name: &str, text: &str) -> Result<i64> {
    let Ok(day) = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d") else { return time(tenant, name, text) };
    // The day itself is checked first: there is a message for days that no record has.
    time(tenant, name, text)?;
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let end = kupets_core::time::midnight(next, tenant.time_zone()) - TimeDelta::seconds(1);
    Ok(end.timestamp_micros())
}

fn wrong(name: &str, message: String) -> kupets_core::Error {
    kupets_core::Error::wrong_fields(vec![FieldError::of(name, message)])
}

/// A task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaskBody, example = json!({"id": "5f0c6d1c9a8e4b7f8a1b2c3d4e5f6a7b", "title": "Call about the delivery", "note": null,
    "due_at": "2026-06-01T20:59:59Z", "assignee": {"user_id": "019", "name": "Olga"}, "customer_id": "17850",
    "recommendation_id": null, "status": "open", "remind_at": null, "created_by": {"user_id": "018", "name": "Anna"},
    "created_at": "2026-05-28T09:00:00Z", "updated_at": "2026-05-28T09:00:00Z", "completed_at": null, "overdue": false}))]
pub struct TaskBody {
    /// Its identity.
    id: String,
    /// What to do; a dash where it named a customer who was erased.
    title: String,
    /// More of it.
    note: Option<String>,
    /// By when.
    due_at: Option<DateTime<Utc>>,
    /// Who is to do it.
    assignee: Option<PersonBody>,
    /// Whom it is about.
    customer_id: Option<String>,
    /// Whether that customer wants to be left alone; null where it was not looked up.
    do_not_contact: Option<bool>,
    /// The accepted recommendation that it is.
    recommendation_id: Option<String>,
    /// Where it stands.
    status: StatusBody,
    /// When to remind of it.
    remind_at: Option<DateTime<Utc>>,
    /// Who wrote it down; null for an account that is gone.
    created_by: Option<PersonBody>,
    /// When it was written down.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// When it was done.
    completed_at: Option<DateTime<Utc>>,
    /// Whether it is open and its time is over.
    overdue: bool,
}

impl TaskBody {
    /// A stored task as it is told at `now`.
    pub fn new(row: TaskRow, now: DateTime<Utc>) -> Self {
        let TaskRow { task, assignee_name, maker_name } = row;
        let status = StatusBody::of(&task.status);
        let due_at = task.due_at.map(moment);
        Self {
            overdue: matches!(status, StatusBody::Open) && due_at.is_some_and(|due| due < now),
            id: task.id,
            title: task.title,
            note: task.note,
            due_at,
            assignee: PersonBody::of(task.assignee_id, assignee_name),
            customer_id: task.customer_id,
            do_not_contact: None,
            recommendation_id: task.recommendation_id,
            status,
            remind_at: task.remind_at.map(moment),
            created_by: PersonBody::of(task.created_by, maker_name),
            created_at: moment(task.created_at),
            updated_at: moment(task.updated_at),
            completed_at: task.completed_at.map(moment),
        }
    }
}

impl TaskBody {
    /// The same, with whether its customer is one of those who want to be left alone.
    pub fn with_left_alone(self, left_alone: &HashSet<String>) -> Self {
        let do_not_contact = self.customer_id.as_ref().map(|id| left_alone.contains(id));
        Self { do_not_contact, ..self }
    }
}

/// A page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskList {
    /// Those due first first; those that are never due last.
    pub items: Vec<TaskBody>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}
