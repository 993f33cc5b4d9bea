//! What is written down while the bot works.

use std::{
    io,
    sync::{Arc, Mutex},
};

use kupets_bot_fake::Fault;

use crate::world::{BOT_SECRET, TOKEN, World, words};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// One log of the process: what the tests beside this one write is looked at as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_no_link_and_nothing_of_a_customer_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).without_time();
    tracing::subscriber::set_global_default(subscriber.with_writer(move || writer.clone()).finish()).unwrap();
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.ask(&anna, "выручка за апрель", words).await;
    world.ask(&anna, "/customer Иванова", words).await;
    world.ask(&anna, "/recommend", words).await;
    world.ask(&anna, "оборви ответ", words).await;
    world.ask(&anna, "запрещено", |sent| sent.text.contains("Иванова")).await;
    let quoted = "Bad Request: can't parse entities: unsupported start tag \"Иванова\"";
    world.telegram.fault("sendMessage", Fault::Refuse(400, quoted.to_owned()));
    world.telegram.write(&anna, "/help");
    world.telegram.fault("getUpdates", Fault::CutBefore);
    world.ask(&anna, "/whoami", words).await;
    world.kupets.remove_members();
    world.ask(&anna, "выручка за май", |sent| sent.text.contains("Доступ")).await;
    world.stop().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the Telegram bot starts"), "{log}");
    for secret in [
        TOKEN,
        BOT_SECRET,
        "secret-token",
        "token-of-a-link",
        "kt_0",
        "Иванова",
        "Анна",
        "выручка",
        "12\u{a0}500",
        "3110,00",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
