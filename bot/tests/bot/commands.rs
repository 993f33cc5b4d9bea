//! Every command, in both languages.

use serde_json::json;

use crate::world::{World, shown, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_answers_in_both_languages() {
    let world = World::new().await;
    for (id, language) in [(1, "ru"), (2, "en")] {
        let person = world.linked(id, language).await;
        let commands = [
            ("start", "/start"),
            ("help", "/help"),
            ("settings", "/settings"),
            ("report", "/report"),
            ("today", "/today"),
            ("top", "/top"),
            ("forecast", "/forecast"),
            ("trends", "/trends"),
            ("recommend", "/recommend"),
            ("customer", "/customer Иванова"),
            ("customer_choice", "/customer Иван"),
            ("customer_alike", "/customer Анна"),
            ("customer_none", "/customer Никто"),
            ("customer_empty", "/customer"),
            ("tasks", "/tasks"),
            ("deliveries", "/deliveries"),
            ("unknown", "/nonsense"),
            ("workspace", "/workspace"),
            ("logout", "/logout"),
            ("cancel", "/cancel"),
            ("new", "/new"),
        ];
        for (name, command) in commands {
            let answer = world.ask(&person, command, words).await;
            insta::assert_snapshot!(format!("command_{name}_{language}"), shown(&answer));
        }
    }
    // The menu is of both languages as well.
    let menus = world.telegram.calls_of("setMyCommands");
    assert_eq!(menus.len(), 4);
    assert_eq!(menus.iter().filter(|menu| menu.params.get("language_code") == Some(&json!("ru"))).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_has_periods_files_and_a_picture() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let catalogue = world.ask(&anna, "/report", words).await;
    let report = world.press(&anna, &catalogue, "Продажи по времени", words).await;
    insta::assert_snapshot!("report_over_time", shown(&report));
    let picture = world.said(1, |sent| sent.kind == "photo").await;
    assert_eq!(picture.text, "Продажи по времени");
    let asked = world.kupets.asked_of("/v1/reports/sales_over_time");
    assert_eq!((asked[0].query["period"].as_str(), asked[0].query["grain"].as_str()), ("last_30_whole_days", "day"));
    let periods = world.press(&anna, &report, "Другой период", words).await;
    world.press(&anna, &periods, "Прошлый год", |sent| sent.kind == "rich").await;
    let asked = world.kupets.asked_of("/v1/reports/sales_over_time");
    assert_eq!((asked[1].query["period"].as_str(), asked[1].query["grain"].as_str()), ("last_year", "month"));
    let csv = world.press(&anna, &report, "CSV", |sent| sent.kind == "document").await;
    let file = csv.file.unwrap();
    assert_eq!(
        (file.name.as_str(), file.bytes.as_slice()),
        ("sales_over_time-last_30_whole_days.csv", "product,revenue\nЧай,1\n".as_bytes())
    );
    world
        .press(&anna, &report, "Excel", |sent| sent.file.as_ref().is_some_and(|file| file.name.ends_with(".xlsx")))
        .await;
    // By name, too.
    world.ask(&anna, "/report лучшие товары", |sent| sent.text.contains("Товар 1")).await;
    world.ask(&anna, "/top клиенты", |sent| sent.text.contains("Иванова")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn advice_is_taken_and_tasks_are_finished() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let advice = world.ask(&anna, "/recommend", words).await;
    let taken = world.press(&anna, &advice, "Взять", words).await;
    assert!(taken.text.contains("есть в задачах"));
    assert_eq!(world.kupets.asked_of("/v1/recommendations/r1")[0].body, json!({"status": "accepted"}));
    let card = world.press(&anna, &advice, "Иванова", |sent| sent.text.contains("Риск ухода")).await;
    let timeline = world.press(&anna, &card, "История", words).await;
    insta::assert_snapshot!("timeline", shown(&timeline));
    world.press(&anna, &timeline, "Ещё", words).await;
    let tasks = world.ask(&anna, "/tasks", words).await;
    world.press(&anna, &tasks, "Позвонить", |sent| sent.text.contains("закрыта")).await;
    assert_eq!(world.kupets.asked_of("/v1/tasks/t1")[0].body, json!({"status": "done"}));
    world.kupets.set_role("viewer");
    let refused = world.press(&anna, &advice, "Не нужно", words).await;
    assert!(refused.text.contains("не хватает прав"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digests_and_alerts_are_made_paused_and_removed() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let list = world.ask(&anna, "/deliveries", words).await;
    let often = world.press(&anna, &list, "Сводка", words).await;
    let hours = world.press(&anna, &often, "каждую неделю", words).await;
    let list = world.press(&anna, &hours, "09:00", words).await;
    assert_eq!(
        world.kupets.asked_of("/v1/deliveries").iter().find(|asked| asked.method == "POST").unwrap().body,
        json!({
            "kind": "digest", "name": "Сводка за неделю", "schedule": {"every": "week", "hour": 9, "weekday": 1},
            "channel": "telegram", "target": {"chat_id": 1}, "locale": "ru",
        })
    );
    let alerts = world.press(&anna, &list, "Предупреждение", words).await;
    let list = world.press(&anna, &alerts, "Крупная покупка", words).await;
    insta::assert_snapshot!("deliveries_ru", shown(&list));
    let alerts = world.press(&anna, &list, "Предупреждение", words).await;
    world.press(&anna, &alerts, "Дневная выручка", |sent| sent.text.contains("Дневная выручка")).await;
    let made: Vec<_> =
        world.kupets.asked_of("/v1/deliveries").into_iter().filter(|asked| asked.method == "POST").collect();
    assert_eq!(made[1].body["alert"], json!({"type": "large_purchase", "amount": 8929}));
    assert_eq!((&made[1].body["cooldown_hours"], &made[2].body["cooldown_hours"]), (&json!(0), &json!(24)));
    assert_eq!(made[2].body["alert"], json!({"type": "threshold", "metric": "revenue", "change_percent": 30}));
    let paused = world.press(&anna, &list, "1. Пауза", words).await;
    assert!(paused.text.contains("на паузе"));
    let left = world.press(&anna, &paused, "1. Удалить", words).await;
    assert!(!left.text.contains("Сводка"), "{left:?}");

    // A finger that presses twice makes one.
    let often = world.press(&anna, &left, "Сводка", words).await;
    let hours = world.press(&anna, &often, "каждый день", words).await;
    world.telegram.press(&anna, &hours, "08:00").unwrap();
    world.telegram.press(&anna, &hours, "08:00").unwrap();
    // What comes after both is answered when they are over.
    world.ask(&anna, "/settings", |sent| sent.text.contains("Часовой пояс")).await;
    let made = world.kupets.asked_of("/v1/deliveries").into_iter().filter(|asked| asked.method == "POST");
    assert_eq!(made.filter(|asked| asked.body["schedule"]["hour"] == 8).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_buttons_lead_to_is_told_in_both_languages() {
    let world = World::new().await;
    for (id, language) in [(1, "ru"), (2, "en")] {
        let person = world.linked(id, language).await;
        let pick = |ru: &'static str, en: &'static str| if language == "ru" { ru } else { en };
        let mut told = Vec::new();
        let answer = world.ask(&person, pick("выручка за апрель", "revenue in April"), words).await;
        told.push(("sql", world.press(&person, &answer, "SQL", |sent| sent.text.contains("SELECT")).await));
        told.push(("rows", world.press(&person, &answer, pick("Кто это", "Who is behind"), words).await));
        told.push(("up", world.press(&person, &answer, "👍", words).await));
        told.push(("down", world.press(&person, &answer, "👎", words).await));
        let card = world.ask(&person, "/customer Иванова", words).await;
        told.push(("timeline", world.press(&person, &card, pick("История", "Timeline"), words).await));
        let advice = world.ask(&person, "/recommend", words).await;
        told.push(("accepted", world.press(&person, &advice, "✓", words).await));
        told.push(("dismissed", world.press(&person, &advice, "✕", words).await));
        let tasks = world.ask(&person, "/tasks", words).await;
        told.push(("task_done", world.press(&person, &tasks, "✓", words).await));
        let catalogue = world.ask(&person, "/report", words).await;
        let over_time = pick("Продажи по времени", "Sales over time");
        let report = world.press(&person, &catalogue, over_time, words).await;
        told.push(("periods", world.press(&person, &report, pick("Другой период", "Another period"), words).await));
        told.push(("report", report));
        let list = world.ask(&person, "/deliveries", words).await;
        let often = world.press(&person, &list, pick("Сводка", "Digest"), words).await;
        let hours = world.press(&person, &often, pick("каждый месяц", "every month"), words).await;
        let list = world.press(&person, &hours, "09:00", words).await;
        let alerts = world.press(&person, &list, pick("Предупреждение", "Alert"), words).await;
        let list = world.press(&person, &alerts, pick("остывает", "cooling"), words).await;
        told.extend([("often", often), ("hours", hours), ("alerts", alerts)]);
        let left = world.press(&person, &list, pick("1. Удалить", "1. Remove"), words).await;
        world.press(&person, &left, pick("1. Удалить", "1. Remove"), words).await;
        told.push(("deliveries", list));
        let settings = world.ask(&person, "/settings", words).await;
        told.push(("theme", world.press(&person, &settings, pick("Тёмные", "Dark"), words).await));
        told.push(("language", world.press(&person, &settings, pick("English", "Русский"), words).await));
        for (name, sent) in told {
            insta::assert_snapshot!(format!("button_{name}_{language}"), shown(&sent));
        }
    }
}
