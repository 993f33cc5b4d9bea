//! Tasks of the workspace.

use serde_json::json;

use crate::{
    action::{Action, Button},
    api::{self, Page, Task},
    bot::{Bot, Context, Done},
    document::{Document, Inline},
    format, texts,
};

/// Tasks of a page.
const TASKS: usize = 8;

/// `/tasks`: the open ones, a button to finish each.
pub(super) async fn list(bot: &Bot, cx: &Context, cursor: Option<String>) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let mut query = vec![("status", "open".to_owned()), ("limit", TASKS.to_string())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let page: Page<Task> = bot.api.get(&link.credential, "/v1/tasks", &query).await?;
    if page.items.is_empty() {
        bot.deliver(cx, &stage, Document::text(texts::no_tasks(cx.lang)), Vec::new()).await?;
        return Ok(());
    }
    let zone = link.workspace.zone();
    let items = page.items.iter().enumerate().map(|(at, task)| {
        let mut about = Vec::new();
        if let Some(due) = &task.due_at {
            let day = format::date(due, zone, cx.lang);
            let late = if task.overdue { texts::overdue(cx.lang) } else { "" };
            about.push(format!("{}: {day}{late}", texts::due(cx.lang)));
        }
        about.extend(task.assignee.as_ref().map(|assignee| assignee.name.clone()));
        about.extend(task.note.as_deref().map(|note| crate::render::cut(note, 160)));
        vec![Inline::Bold(format!("{}. {}", at + 1, task.title)), Inline::Plain(format!("\n{}", about.join(" · ")))]
    });
    let document = Document::new().heading(texts::tasks(cx.lang)).list(items.collect());
    let mut keyboard: Vec<Vec<Button>> = page
        .items
        .iter()
        .enumerate()
        .map(|(at, task)| {
            let text = format!("✓ {}. {}", at + 1, task.title);
            vec![Button::new(text, Action::TaskDone { id: task.id.clone() })]
        })
        .collect();
    keyboard.extend(
        page.next_cursor.map(|cursor| vec![Button::new(texts::more(cx.lang), Action::Tasks { cursor: Some(cursor) })]),
    );
    bot.deliver(cx, &stage, document, keyboard).await?;
    Ok(())
}

/// Finishes a task.
pub(super) async fn finish(bot: &Bot, cx: &Context, id: &str) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let path = format!("/v1/tasks/{}", api::part(id));
    bot.api.patch(&link.credential, &path, &json!({"status": "done"})).await?;
    let keyboard = vec![vec![Button::new(texts::tasks(cx.lang), Action::Tasks { cursor: None })]];
    bot.deliver(cx, &stage, Document::text(texts::task_done(cx.lang)), keyboard).await?;
    Ok(())
}
