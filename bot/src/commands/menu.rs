//! The commands, as the menu shows them.

use serde_json::json;

use crate::lang::Lang;

/// Commands that the menu shows: name, Russian, English; and whether groups have it.
pub(crate) const MENU: &[(&str, &str, &str, bool)] = &[
    ("today", "Сегодня: главные цифры", "Today in figures", true),
    ("report", "Отчёты", "Reports", true),
    ("top", "Лучшие товары и клиенты", "Top products and customers", true),
    ("forecast", "Прогноз", "Forecast", true),
    ("trends", "Что изменилось и почему", "What moved, and why", true),
    ("recommend", "Что сделать", "What to do", true),
    ("customer", "Найти клиента: /customer имя", "Find a customer: /customer name", false),
    ("tasks", "Задачи", "Tasks", false),
    ("deliveries", "Рассылки: сводки и предупреждения", "Deliveries: digests and alerts", false),
    ("workspace", "Сменить пространство", "Go to another workspace", false),
    ("settings", "Язык, рассылки, пространство", "Language, deliveries, workspace", false),
    ("whoami", "Кто я здесь", "Who I am here", false),
    ("cancel", "Остановить ответ", "Stop the answer", true),
    ("new", "Начать новый разговор", "Begin a new conversation", false),
    ("logout", "Отвязать Telegram", "Unlink Telegram", false),
    ("help", "Что умеет бот", "What the bot can do", true),
];

/// The menu as Telegram takes it. `alone`: of a group's commands nobody else sees that they were sent, and so their sender may be
/// answered alone by a bot that is no admin there (Bot API 10.2 and later). What opens a group, or closes it, all see.
pub(crate) fn telegram(lang: Lang, group: bool, alone: bool) -> serde_json::Value {
    let command = |(name, ru, en, _): &(&str, &str, &str, bool)| {
        let mut command = json!({"command": name, "description": lang.pick(ru, en)});
        if group && alone {
            command["is_ephemeral"] = json!(true);
        }
        command
    };
    let mut commands: Vec<_> = MENU.iter().filter(|(.., in_groups)| !group || *in_groups).map(command).collect();
    if group {
        let enable = lang.pick("Разрешить ответы в этой группе", "Allow answers in this group");
        let disable = lang.pick("Запретить ответы в этой группе", "End answers in this group");
        commands.push(json!({"command": "enable", "description": enable}));
        commands.push(json!({"command": "disable", "description": disable}));
    }
    json!(commands)
}
