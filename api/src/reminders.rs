//! Reminders of tasks: at their time, to whoever is to do them, by Telegram if they have linked it and else by mail; and to whoever
//! listens to the workspace.
//!
//! [`tick`] asks for those that are due, each once however long the server was down; a job gives it. What was done meanwhile, put off
//! or deleted is not reminded of.

use std::sync::{Arc, Weak};

use actix_web::web::Data;
use async_trait::async_trait;
use chrono::DateTime;
use kupets_auth::{Mail, WorkspaceInfo};
use kupets_control::{
    jobs::{Handler, JobContext, JobError, Outcome},
    tasks::{REMINDER_JOB, ReminderJob},
    telegram,
    telegram_outbox::NewMessage,
    users,
};
use kupets_core::{Kind, Result, TenantId};
use kupets_engine::{
    insight::Language,
    tasks::{Status, TaskRow},
};

use crate::{deliveries::day, events::TaskChange, routes::tasks::told, state::State};

/// Reminders that are asked for at once.
const AT_ONCE: i64 = 200;
/// Characters of a note that a reminder shows.
const MAX_NOTE_CHARS: usize = 1_000;

/// Says who gives reminders.
pub fn register(state: &Data<State>) {
    let state_of = Arc::downgrade(&Data::clone(state).into_inner());
    state.engine.runner().register(REMINDER_JOB, ReminderHandler { state: state_of });
}

/// Asks for the reminders that are due. Call it every few seconds.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn tick(state: &State) -> Result<()> {
    let (tasks, now) = (state.engine.tasks(), state.engine.clock().now().timestamp_micros());
    for due in tasks.due_reminders(now, AT_ONCE).await? {
        let Some(tenant) = TenantId::parse(&due.tenant) else { continue };
        tasks.ask_reminder(state.engine.jobs(), &tenant, &due.id, due.remind_at).await?;
    }
    Ok(())
}

struct ReminderHandler {
    // The server's state holds the queue that holds this.
    state: Weak<State>,
}

#[async_trait]
impl Handler for ReminderHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let ReminderJob { task, at } = job.payload()?;
        let row = match state.engine.tasks().get(job.tenant(), &task).await {
            Ok(row) => row,
            Err(error) if error.kind() == Kind::NotFound => return Ok(Outcome::Done(None)),
            Err(error) => return Err(JobError::retry(error.code())),
        };
        if row.task.status != Status::Open.name() || row.task.remind_at != Some(at) {
            return Ok(Outcome::Done(None));
        }
        match to_person(&state, job, &row).await {
            Ok(()) => {}
            // What may pass is tried again; the workspace is told all the same in the end.
            Err(error) if job.job().attempts < job.job().max_attempts => return Err(JobError::retry(error.code())),
            Err(error) => tracing::warn!(%error, task, "a reminder could not be sent"),
        }
        told(&state, job.tenant(), row, TaskChange::Reminded).await?;
        Ok(Outcome::Done(None))
    }
}

/// Sends a reminder to whoever is to do the task; where nobody is, to whoever wrote it down.
async fn to_person(state: &State, job: &JobContext, row: &TaskRow) -> Result<()> {
    let Some(user_id) = row.task.assignee_id.as_ref().or(row.task.created_by.as_ref()) else { return Ok(()) };
    let (tenant, workspace) = match state.auth.on_behalf_of(job.tenant(), user_id).await {
        Ok(found) => found,
        // They have left the workspace.
        Err(error) if error.kind() == Kind::Forbidden => return Ok(()),
        Err(error) => return Err(error),
    };
    let control = state.engine.control();
    let Some(person) = users::by_id(control, user_id).await?.map(|found| found.user) else { return Ok(()) };
    let language = if person.locale == "ru" { Language::Ru } else { Language::En };
    let customers: Vec<String> = row.task.customer_id.iter().cloned().collect();
    let left_alone = !state.engine.left_alone(&tenant, customers).await?.is_empty();
    let (title, body) = text(row, &workspace, language, left_alone);
    if let Some(chat) = telegram::accounts(control, job.tenant().as_str(), user_id).await?.first() {
        let message = NewMessage {
            // The same however often the job is done.
            id: job.job().id.clone(),
            delivery_id: String::new(),
            user_id: user_id.clone(),
            chat_id: chat.to_string(),
            locale: person.locale,
            title,
            body,
            created_at: state.engine.clock().now().timestamp_micros(),
        };
        return state.engine.tasks().remind_by_telegram(job.tenant(), &message).await;
    }
    match state.auth.mailer() {
        Some(mailer) => mailer.send(Mail { to: person.email, subject: title, text: format!("{body}\n") }).await,
        None => Ok(()),
    }
}

/// What a reminder says: a title, and the rest.
fn text(row: &TaskRow, workspace: &WorkspaceInfo, language: Language, left_alone: bool) -> (String, String) {
    let task = &row.task;
    let title = match language {
        Language::En => format!("Reminder: {}", task.title),
        Language::Ru => format!("Напоминание: {}", task.title),
    };
    let due = task.due_at.and_then(DateTime::from_timestamp_micros).map(|due| {
        let due = due.with_timezone(&workspace.time_zone);
        let (day, clock) = (day(due.date_naive(), language), due.format("%H:%M"));
        match language {
            Language::En => format!("Due: {day}, {clock}"),
            Language::Ru => format!("Срок: {day}, {clock}"),
        }
    });
    let note = task.note.as_ref().map(|note| match note.char_indices().nth(MAX_NOTE_CHARS) {
        Some((end, _)) => format!("{}…", &note[..end]),
        None => note.clone(),
    });
    let warning = left_alone.then(|| match language {
        Language::En => "The customer does not want to be contacted.".to_owned(),
        Language::Ru => "Клиент просил с ним не связываться.".to_owned(),
    });
    let parts: Vec<String> = warning.into_iter().chain(due).chain(note).chain([workspace.name.clone()]).collect();
    (title, parts.join("\n\n"))
}
