//! Everything that a test needs, started.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use kupets_bot::{Clock, Error, Pace, Secret, Settings, SystemClock, run};
use kupets_bot_fake::{FakeTelegram, Person, Sent};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::kupets::Kupets;

pub const TOKEN: &str = "123:secret-token";
pub const BOT_SECRET: &str = "bot-secret";
/// A test that waits longer has failed.
pub const LIMIT: Duration = Duration::from_secs(120);

/// The clock of the machine, so many seconds ahead.
#[derive(Debug, Default)]
pub struct Ahead(AtomicI64);

impl Ahead {
    pub fn go(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }
}

/// Telegram, the server, and the bot between them.
pub struct World {
    pub telegram: FakeTelegram,
    pub kupets: Kupets,
    folder: tempfile::TempDir,
    bot: Option<(JoinHandle<Result<(), Error>>, CancellationToken)>,
    pub pace: Pace,
    pub drain: Duration,
    pub concurrency: usize,
    pub clock: Arc<Ahead>,
}

impl World {
    /// Started.
    pub async fn new() -> Self {
        let mut world = Self::without_bot().await;
        world.start();
        world
    }

    /// The same, and nobody has started the bot yet.
    pub async fn without_bot() -> Self {
        let pace = Pace {
            person: Duration::from_millis(1),
            group: Duration::from_millis(1),
            overall: Duration::ZERO,
            burst: 50,
            edits: Duration::from_millis(40),
            placeholder: Duration::from_millis(90),
            retry: Duration::from_millis(20),
            patience: Duration::from_secs(300),
        };
        Self {
            telegram: FakeTelegram::start(TOKEN).await.unwrap(),
            kupets: Kupets::start().await,
            folder: tempfile::tempdir().unwrap(),
            bot: None,
            pace,
            drain: Duration::from_secs(5),
            concurrency: 16,
            clock: Arc::default(),
        }
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new(
            Secret::from(TOKEN.to_owned()),
            self.kupets.url().to_owned(),
            Secret::from(BOT_SECRET.to_owned()),
            PathBuf::from(self.folder.path()),
        );
        settings.telegram_url = Some(self.telegram.url().to_owned());
        settings.pace = self.pace;
        settings.poll_seconds = 2;
        settings.outbox_seconds = 1;
        settings.drain = self.drain;
        settings.concurrency = self.concurrency;
        settings.clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        settings
    }

    pub fn start(&mut self) {
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(run(self.settings(), shutdown.clone()));
        self.bot = Some((running, shutdown));
    }

    /// Stops the bot and waits until it has gone.
    pub async fn stop(&mut self) {
        let (running, shutdown) = self.bot.take().unwrap();
        shutdown.cancel();
        tokio::time::timeout(LIMIT, running).await.unwrap().unwrap().unwrap();
    }

    /// The process of the bot dies: what it leaves is the file as it is at this moment.
    pub async fn die(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(self.folder.path().join("bot.redb"), folder.path().join("bot.redb")).unwrap();
        self.stop().await;
        self.folder = folder;
    }

    /// Whether the bot's file has this text somewhere.
    pub fn keeps(&self, text: &str) -> bool {
        let bytes = std::fs::read(self.folder.path().join("bot.redb")).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    /// A person who has linked their Telegram to the shop, as a manager.
    pub async fn linked(&self, id: i64, language: &str) -> Person {
        self.linked_as(id, language, "manager").await
    }

    pub async fn linked_as(&self, id: i64, language: &str, role: &str) -> Person {
        let person = self.telegram.person(id, "Анна", language);
        let token = self.kupets.token("w1", role);
        self.telegram.write(&person, &format!("/start {token}"));
        self.said(id, |sent| sent.text.contains("Лавка")).await;
        person
    }

    /// Waits for a message in a chat.
    pub async fn said(&self, chat: i64, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let found = self
            .telegram
            .until(LIMIT, |telegram| telegram.messages(chat).into_iter().rev().find(|sent| wanted(sent)))
            .await;
        found.unwrap_or_else(|| panic!("not said in {chat}: {:#?}", self.telegram.messages(chat)))
    }

    /// Waits for the next message in a chat after so many.
    pub async fn after(&self, chat: i64, count: usize) -> Sent {
        let found = self.telegram.until(LIMIT, |telegram| telegram.messages(chat).get(count).cloned()).await;
        found.unwrap_or_else(|| panic!("nothing after {count} in {chat}: {:#?}", self.telegram.messages(chat)))
    }

    /// Writes, and waits for an answer that is so.
    pub async fn ask(&self, person: &Person, text: &str, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let before = self.telegram.messages(person.id).len();
        self.telegram.write(person, text);
        let found = self
            .telegram
            .until(LIMIT, |telegram| telegram.messages(person.id).into_iter().skip(before).find(|sent| wanted(sent)))
            .await;
        found.unwrap_or_else(|| panic!("no answer to {text}: {:#?}", self.telegram.messages(person.id)))
    }

    /// Presses a button, and waits for an answer that is so.
    pub async fn press(&self, person: &Person, message: &Sent, button: &str, wanted: impl Fn(&Sent) -> bool) -> Sent {
        let before = self.telegram.messages(message.chat).len();
        self.telegram.press(person, message, button).unwrap_or_else(|| panic!("no button {button}: {message:#?}"));
        let found = self
            .telegram
            .until(LIMIT, |telegram| telegram.messages(message.chat).into_iter().skip(before).find(|sent| wanted(sent)))
            .await;
        found.unwrap_or_else(|| panic!("no answer to {button}: {:#?}", self.telegram.messages(message.chat)))
    }
}

/// A message as a snapshot: kind, source, buttons.
pub fn shown(sent: &Sent) -> String {
    let buttons: Vec<&str> = sent.buttons.iter().map(|button| button.text.as_str()).collect();
    let file = sent.file.as_ref().map(|file| format!(" {} ({})", file.name, file.media_type)).unwrap_or_default();
    format!(
        "[{}{file}]\n{}\n{}",
        sent.kind,
        sent.source,
        buttons.iter().map(|text| format!("  ({text})")).collect::<Vec<_>>().join("\n")
    )
    .trim_end()
    .to_owned()
}

/// Whether it has words or a table, not a picture.
pub fn words(sent: &Sent) -> bool {
    matches!(sent.kind, "text" | "rich") && !sent.text.contains('⏳')
}
