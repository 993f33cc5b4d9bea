//! The bot inside the server: people write to a Bot API that refuses what Telegram refuses, and the real server answers.

use std::time::Duration;

use kupets_api::Settings;
use kupets_bot_fake::{FakeTelegram, Fault, Person as Human, Sent};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{
    app::{App, BOT_SECRET, Credentials as _, Person, answer},
    process::KUPETS,
};

const TOKEN: &str = "123:a-token-that-no-log-shows";
/// No state is waited for longer.
const PATIENCE: Duration = Duration::from_secs(90);

struct World {
    telegram: FakeTelegram,
    app: App,
    anna: Person,
    key: String,
}

impl World {
    /// A shop of five months to 28 May 2026, at which the clock of the tests stands.
    async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// The same with other settings.
    async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let telegram = FakeTelegram::start(TOKEN).await.unwrap();
        let url = telegram.url().to_owned();
        let app = App::spawn_with(|settings| {
            settings.telegram_token = Some(TOKEN.to_owned().into());
            settings.telegram_api_url = Some(url);
            settings.telegram_bot_name = None;
            settings.session_days = 10_000;
            change(settings);
        })
        .await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest"]).await;
        let world = Self { telegram, app, anna, key };
        let mut sales = Vec::new();
        for day in 0..148 {
            let at = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day);
            for (i, (product, price)) in [("Чай", 120), ("Кофе", 300)].into_iter().enumerate() {
                sales.push(json!({
                    "purchase_id": format!("{day}-{i}"), "customer_id": format!("c{}", day % 12), "product": product,
                    "amount": price + day % 7, "occurred_at": format!("{at}T10:00:00Z"),
                }));
            }
        }
        let (status, told) = answer(world.app.post("/v1/purchases", &Value::from(sales)).key(&world.key)).await;
        assert_eq!(status, 200, "{told}");
        let people: Vec<Value> =
            (0..12).map(|i| json!({"customer_id": format!("c{i}"), "name": format!("Клиент {i}")})).collect();
        let (status, told) = answer(world.app.post("/v1/customers", &Value::from(people)).key(&world.key)).await;
        assert_eq!(status, 200, "{told}");
        world
    }

    /// Opens the link that a person made, as a Telegram account.
    async fn linked(&self, person: &Person, id: i64, language: &str) -> Human {
        let human = self.telegram.person(id, "Анна", language);
        // The bot says what it is called once Telegram has told it.
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let token = loop {
            let (status, made) = answer(self.app.post("/v1/telegram/link", &json!({})).person(person)).await;
            if status == 201 {
                break made["url"].as_str().unwrap().rsplit("start=").next().unwrap().to_owned();
            }
            assert_eq!(made["code"], "telegram_not_set_up", "{made}");
            assert!(tokio::time::Instant::now() < deadline, "the bot does not say its name: {made}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        self.ask(&human, &format!("/start {token}"), |sent| sent.text.contains("anna@example.com's")).await;
        human
    }

    async fn ask(&self, person: &Human, text: &str, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let before = self.telegram.messages(person.id).len();
        self.telegram.write(person, text);
        self.next(person, before, text, wanted).await
    }

    async fn press(&self, person: &Human, message: &Sent, button: &str, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let before = self.telegram.messages(person.id).len();
        self.telegram.press(person, message, button).unwrap_or_else(|| panic!("no button {button}: {message:#?}"));
        self.next(person, before, button, wanted).await
    }

    async fn next(&self, person: &Human, before: usize, what: &str, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let found = self
            .telegram
            .until(PATIENCE, |telegram| telegram.messages(person.id).into_iter().skip(before).find(|sent| wanted(sent)))
            .await;
        found.unwrap_or_else(|| panic!("no answer to {what}: {:#?}", self.telegram.messages(person.id)))
    }
}

/// Whether it has words or a table, and is no sign that the bot is at work.
fn words(sent: &Sent) -> bool {
    matches!(sent.kind, "text" | "rich") && !sent.text.contains('⏳')
}

/// Words of the bot that mean that something did not work.
const FAILED: [&str; 10] = [
    "Не получилось",
    "недоступен",
    "оборвался",
    "не умеет",
    "Сервер занят",
    "did not work",
    "cannot be reached",
    "cut off",
    "cannot do that",
    "went wrong",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_is_answered_by_the_real_server() {
    let world = World::open().await;
    for (id, language) in [(1, "ru"), (2, "en")] {
        let human = world.linked(&world.anna, id, language).await;
        let customer = if language == "ru" { "/customer Клиент 3" } else { "/customer c3" };
        for command in [
            "/help",
            "/whoami",
            "/settings",
            "/report",
            "/report top products",
            "/today",
            "/top",
            "/forecast",
            "/trends",
            "/recommend",
            customer,
            "/tasks",
            "/deliveries",
            "/workspace",
            "/new",
            "/cancel",
        ] {
            let told = world.ask(&human, command, words).await;
            assert!(!FAILED.iter().any(|text| told.text.contains(text)), "{command}: {told:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_in_the_chat_is_that_of_the_api() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    let (_, report) = answer(world.app.get("/v1/reports/sales_summary?period=last_month").person(&world.anna)).await;
    let row = report["rows"].as_array().unwrap().iter().find(|row| row[0] == "revenue").unwrap();
    let revenue = row[1].to_string();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert!(revenue.parse::<f64>().unwrap() > 10_000.0, "{report}");
    let told = world.ask(&human, "выручка за прошлый месяц", words).await;
    assert!(digits(&told.text).contains(&digits(&revenue)), "{revenue}: {told:#?}");
    let sql = world.press(&human, &told, "SQL", words).await;
    assert!(sql.text.to_uppercase().contains("SELECT"), "{sql:#?}");
    // A reply goes on from that answer.
    world.telegram.reply(&human, told.id, "а по товарам?");
    let products = world.next(&human, world.telegram.messages(1).len() - 1, "а по товарам?", |sent| {
        words(sent) && sent.text.contains("Кофе")
    });
    let products = products.await;
    assert!(products.text.contains("Чай"), "{products:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_made_in_the_chat_comes_once() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    let list = world.ask(&human, "/deliveries", words).await;
    let often = world.press(&human, &list, "Сводка", words).await;
    let hours = world.press(&human, &often, "каждый день", words).await;
    let list = world.press(&human, &hours, "09:00", words).await;
    assert!(list.text.contains("09:00"), "{list:#?}");
    let (_, made) = answer(world.app.get("/v1/deliveries").person(&world.anna)).await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1, "{made}");
    // 09:00 in Moscow of the next day, and a week later: one for what was missed.
    let before = world.telegram.messages(1).len();
    world.app.clock.set_ms(1_780_034_400_000 + 60_000);
    let digest = world.next(&human, before, "the digest", |sent| words(sent) && sent.text.contains("Выручка")).await;
    assert!(digest.text.contains("Выручка"), "{digest:#?}");
    let path = format!("/v1/deliveries/{}/runs", made["items"][0]["id"].as_str().unwrap());
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let (_, runs) = answer(world.app.get(&path).person(&world.anna)).await;
        if runs["items"][0]["status"] == "sent" {
            assert_eq!(runs["items"].as_array().unwrap().len(), 1, "{runs}");
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{runs}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let count = world.telegram.messages(1).iter().skip(before).filter(|sent| words(sent)).count();
    assert_eq!(count, 1, "{:#?}", world.telegram.messages(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_the_workspace_is_told_nothing_more() {
    let world = World::open().await;
    let boris = world.app.member(&world.anna, "manager", "boris@example.com").await;
    let human = world.linked(&boris, 5, "ru").await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
    let path = format!("/v1/members/{}", boris.id());
    assert_eq!(answer(world.app.request(Method::DELETE, &path).person(&world.anna)).await.0, 204);
    let gone = world.ask(&human, "сколько заказов в апреле 2026", words).await;
    assert!(gone.text.contains("закрыт") && !gone.text.contains("60"), "{gone:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_good_for_one_account_in_its_own_chat() {
    let world = World::open().await;
    let anna = world.linked(&world.anna, 1, "en").await;
    let (_, made) = answer(world.app.post("/v1/telegram/link", &json!({})).person(&world.anna)).await;
    let token = made["url"].as_str().unwrap().rsplit("start=").next().unwrap().to_owned();
    // In a group everybody would see it work; the link stays good.
    world.telegram.write_in(-100, &anna, &format!("/start@KupetsTestBot {token}"));
    let refused = world.telegram.until(PATIENCE, |telegram| telegram.messages(-100).first().cloned()).await.unwrap();
    assert!(refused.text.contains("private"), "{refused:#?}");
    let eve = world.telegram.person(9, "Eve", "en");
    world.ask(&eve, &format!("/start {token}"), |sent| sent.text.contains("anna@example.com's")).await;
    let late = world.telegram.person(10, "Late", "en");
    world.ask(&late, &format!("/start {token}"), |sent| sent.text.contains("does not work")).await;
    let nobody = world.ask(&late, "revenue last month", words).await;
    assert!(nobody.text.contains("not linked"), "{nobody:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_stops_with_its_bot_and_knows_it_again() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    world.ask(&human, "выручка за прошлый месяц", words).await;
    let World { telegram, app, .. } = world;
    let folder = app.stop().await;
    assert!(folder.path().join("telegram").is_dir());
    // What was written while nobody listened is answered once, by the link that is kept.
    let before = telegram.messages(1).len();
    telegram.write(&human, "выручка за прошлый месяц");
    let url = telegram.url().to_owned();
    let data = folder.path().to_owned();
    let _app = App::spawn_with(|settings| {
        settings.data = data;
        settings.telegram_token = Some(TOKEN.to_owned().into());
        settings.telegram_api_url = Some(url);
    })
    .await;
    let told = telegram.until(PATIENCE, |telegram| telegram.messages(1).into_iter().skip(before).find(words)).await;
    assert!(told.is_some(), "{:#?}", telegram.messages(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_told_once_and_what_was_taken_is_answered() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    let before = world.telegram.messages(1).len();
    for _ in 0..40 {
        world.telegram.write(&human, "сколько заказов в апреле 2026");
    }
    world.next(&human, before, "the flood", |sent| sent.text.contains("Слишком много")).await;
    // Those that waited when it was too much: one after another, at Telegram's pace.
    let answers = |telegram: &FakeTelegram| {
        let told = telegram.messages(1);
        told.iter().skip(before).filter(|sent| words(sent) && sent.text.contains("60")).count()
    };
    let all = world.telegram.until(PATIENCE, |telegram| (answers(telegram) >= 20).then_some(())).await;
    assert!(all.is_some(), "{} answers", answers(&world.telegram));
    let told = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("Слишком много")).count();
    assert_eq!(told, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_a_restart_cuts_is_offered_and_not_repeated() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    let World { telegram, app, .. } = world;
    let sent = telegram.calls_of("sendRichMessage").len();
    // Telegram takes longer over it than the server waits at its end.
    telegram.fault("sendRichMessage", Fault::Slow(PATIENCE * 4));
    telegram.write(&human, "сколько заказов в апреле 2026");
    let begun = |telegram: &FakeTelegram| telegram.calls_of("sendRichMessage").len() > sent;
    assert!(telegram.until(PATIENCE, |telegram| begun(telegram).then_some(())).await.is_some());
    let folder = app.stop().await;
    let (url, data) = (telegram.url().to_owned(), folder.path().to_owned());
    let _app = App::spawn_with(|settings| {
        settings.data = data;
        settings.telegram_token = Some(TOKEN.to_owned().into());
        settings.telegram_api_url = Some(url);
    })
    .await;
    let before = telegram.messages(1).len();
    telegram.write(&human, "/settings");
    let said = |text: &'static str| {
        telegram.until(PATIENCE, move |telegram| {
            telegram.messages(1).into_iter().skip(before).find(|sent| sent.text.contains(text))
        })
    };
    let offer = said("мог не дойти").await.unwrap();
    telegram.press(&human, &offer, "Показать").unwrap();
    assert!(said("60").await.is_some(), "{:#?}", telegram.messages(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_dead_leaves_what_needs_none() {
    // A port on which nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let world = World::open_with(|settings| {
        settings.ollama_url = Some(format!("http://127.0.0.1:{port}"));
        settings.ollama_model = Some("tiny:1b".to_owned());
    })
    .await;
    let human = world.linked(&world.anna, 1, "ru").await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
    // What the words alone do not say is asked back or said to be unknown, and nothing hangs.
    world.ask(&human, "ну и как оно там вообще", words).await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_ended_in_the_browser_opens_nothing_more() {
    let world = World::open().await;
    let human = world.linked(&world.anna, 1, "ru").await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
    let (_, links) = answer(world.app.get("/v1/telegram/links").person(&world.anna)).await;
    let path = format!("/v1/telegram/links/{}", links["items"][0]["id"].as_str().unwrap());
    assert_eq!(answer(world.app.request(Method::DELETE, &path).person(&world.anna)).await.0, 204);
    let gone = world.ask(&human, "сколько заказов в апреле 2026", words).await;
    assert!(gone.text.contains("закрыт") && !gone.text.contains("60"), "{gone:#?}");
    // From then on it is a stranger, until it is linked anew.
    let stranger = world.ask(&human, "/today", words).await;
    assert!(stranger.text.contains("не привязан"), "{stranger:#?}");
    world.linked(&world.anna, 1, "ru").await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
}

/// `kupets bot`, as its own process.
fn alone(world: &World, folder: &std::path::Path) -> Child {
    Command::new(KUPETS)
        .args([
            "bot",
            "--api",
            world.app.url.as_str(),
            "--telegram-api-url",
            world.telegram.url(),
            "--log-level",
            "error",
            "--data",
        ])
        .arg(folder)
        .env("KUPETS_BOT_SECRET", BOT_SECRET)
        .env("KUPETS_TELEGRAM_TOKEN", TOKEN)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_alone_serves_a_server_that_has_no_token() {
    let world = World::open_with(|settings| settings.telegram_token = None).await;
    let folder = tempfile::tempdir().unwrap();
    let mut bot = alone(&world, folder.path());
    let human = world.linked(&world.anna, 1, "ru").await;
    world
        .ask(&human, "сколько заказов в апреле 2026", |sent| {
            words(sent) && sent.text.contains("60")
        })
        .await;
    // It ends when it is told to, and the next one knows the link.
    let id = bot.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let ended = tokio::time::timeout(PATIENCE, bot.wait()).await.unwrap().unwrap();
    assert!(ended.success(), "{ended}");
    let _bot = alone(&world, folder.path());
    world.ask(&human, "сколько заказов в марте 2026", |sent| words(sent) && sent.text.contains("62")).await;
}
