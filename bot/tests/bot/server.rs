//! The bot against a Kupets server that runs somewhere: `KUPETS_TEST_URL` names it, `KUPETS_TEST_LINK` is the token of a link to a
//! workspace with sales (`POST /v1/telegram/link`), `KUPETS_TEST_BOT_SECRET` its `bot_secret`. What is said is printed.

use std::time::Duration;

use kupets_bot::{Pace, Secret, Settings};
use kupets_bot_fake::{FakeTelegram, Person, Sent};
use tokio_util::sync::CancellationToken;

use crate::world::{LIMIT, TOKEN, shown};

/// What the bot says where it did not get what it asked for.
const FAILED: [&str; 8] = [
    "Не получилось",
    "It did not work",
    "Something went wrong",
    "не хватает прав",
    "You may not",
    "Этого больше нет",
    "no longer there",
    "пока не умеет",
];

struct Talk {
    telegram: FakeTelegram,
    anna: Person,
    wrong: Vec<String>,
}

impl Talk {
    /// What is said after something was done; the message with words.
    async fn answer(&mut self, what: &str, before: usize) -> Sent {
        let found = self.telegram.until(LIMIT, |telegram| {
            let mut said = telegram.messages(self.anna.id).into_iter().skip(before);
            said.find(|sent| (matches!(sent.kind, "text" | "rich" | "document")) && !sent.text.contains('⏳'))
        });
        let sent = found.await.unwrap_or_else(|| panic!("no answer to {what}"));
        println!("===== {what}\n{}", shown(&sent));
        if FAILED.iter().any(|failed| sent.text.contains(failed)) {
            self.wrong.push(format!("{what}: {}", sent.text));
        }
        sent
    }

    async fn write(&mut self, text: &str) -> Sent {
        let before = self.telegram.messages(self.anna.id).len();
        self.telegram.write(&self.anna, text);
        self.answer(text, before).await
    }

    /// Presses a button where there is one.
    async fn press(&mut self, sent: &Sent, button: &str) -> Option<Sent> {
        let before = self.telegram.messages(self.anna.id).len();
        self.telegram.press(&self.anna, sent, button)?;
        Some(self.answer(button, before).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it needs a server: see the head of this file"]
async fn every_command_and_every_report_is_answered() {
    let given = |name: &str| std::env::var(name).unwrap_or_default();
    let telegram = FakeTelegram::start(TOKEN).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(
        Secret::from(TOKEN.to_owned()),
        given("KUPETS_TEST_URL"),
        Secret::from(given("KUPETS_TEST_BOT_SECRET")),
        folder.path().to_owned(),
    );
    settings.telegram_url = Some(telegram.url().to_owned());
    settings.pace = Pace { person: Duration::from_millis(1), burst: 50, ..Pace::default() };
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(kupets_bot::run(settings, shutdown.clone()));
    let anna = telegram.person(1, "Anna", "ru");
    let mut talk = Talk { telegram, anna, wrong: Vec::new() };
    talk.write(&format!("/start {}", given("KUPETS_TEST_LINK"))).await;
    for language in ["ru", "en"] {
        for command in ["/whoami", "/today", "/top", "/top customers", "/forecast", "/trends", "/tasks", "/deliveries"]
        {
            talk.write(command).await;
        }
        let catalogue = talk.write("/report").await;
        for button in catalogue.buttons.clone() {
            talk.press(&catalogue, &button.text).await;
        }
        let report = talk.write("/report sales over time").await;
        let periods = talk.press(&report, if language == "ru" { "Другой период" } else { "Another period" }).await;
        for button in periods.as_ref().map(|sent| sent.buttons.clone()).unwrap_or_default() {
            talk.press(periods.as_ref().unwrap(), &button.text).await;
        }
        for file in ["CSV", "Excel"] {
            talk.press(&report, file).await;
        }
        let forecast = talk.write("/forecast").await;
        for button in forecast.buttons.clone() {
            talk.press(&forecast, &button.text).await;
        }
        let trends = talk.write("/trends").await;
        for button in trends.buttons.clone() {
            talk.press(&trends, &button.text).await;
        }
        let advice = talk.write("/recommend").await;
        talk.press(&advice, if language == "ru" { "Следующий" } else { "Next" }).await;
        if let Some(card) = talk.press(&advice, "👤").await {
            talk.press(&card, if language == "ru" { "История" } else { "Timeline" }).await;
        }
        let question = if language == "ru" {
            "топ-10 товаров за всё время"
        } else {
            "top 10 products of all time"
        };
        let answer = talk.write(question).await;
        for button in answer.buttons.clone() {
            talk.press(&answer, &button.text).await;
        }
        let settings = talk.write("/settings").await;
        // Light in Russian, dark in English.
        talk.press(&settings, if language == "ru" { "Тёмные" } else { "Light" }).await;
        talk.press(&settings, if language == "ru" { "English" } else { "Русский" }).await;
    }
    shutdown.cancel();
    running.await.unwrap().unwrap();
    if let Some(folder) = std::env::var_os("KUPETS_TEST_PICTURES") {
        let pictures = talk.telegram.messages(1).into_iter().filter(|sent| sent.kind == "photo");
        for (at, sent) in pictures.enumerate() {
            let path = std::path::Path::new(&folder).join(format!("{at:02}.png"));
            std::fs::write(path, sent.file.unwrap().bytes).unwrap();
        }
    }
    assert!(talk.wrong.is_empty(), "{:#?}", talk.wrong);
}
