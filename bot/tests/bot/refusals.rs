//! What the stand-in for Telegram refuses, so that the other tests mean something: asked of it as any bot would.

use kupets_bot_fake::{FakeTelegram, Fault, Level};
use serde_json::{Value, json};

use crate::world::TOKEN;

struct Caller<'a>(&'a FakeTelegram);

impl Caller<'_> {
    /// Code, and result or description.
    async fn call(&self, method: &str, params: Value) -> (i64, Value) {
        let url = format!("{}/bot{TOKEN}/{method}", self.0.url());
        let answer = reqwest::Client::new().post(url).json(&params).send().await.unwrap();
        let mut body: Value = answer.json().await.unwrap();
        match body["ok"].as_bool() {
            Some(true) => (200, body["result"].take()),
            _ => (body["error_code"].as_i64().unwrap(), body["description"].take()),
        }
    }

    async fn refused(&self, method: &str, params: Value) -> String {
        let (code, why) = self.call(method, params).await;
        format!("{code} {}", why.as_str().unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_telegram_refuses_is_refused() {
    let telegram = FakeTelegram::start(TOKEN).await.unwrap();
    let (anna, bot) = (telegram.person(1, "Anna", "en"), Caller(&telegram));
    let markup = |data: &str| json!({"inline_keyboard": [[{"text": "x", "callback_data": data}]]});
    let (_, sent) = bot.call("sendMessage", json!({"chat_id": 1, "text": "a", "reply_markup": markup("d")})).await;
    let same = json!({"chat_id": 1, "message_id": sent["message_id"], "text": "a", "reply_markup": markup("d")});
    let message = |text: &str| json!({"chat_id": 1, "text": text, "parse_mode": "HTML"});
    let alone =
        |chat: i64| json!({"chat_id": chat, "text": "a", "ephemeral_message_parameters": {"receiver_user_id": 1}});
    let mut both = alone(-5);
    both["receiver_user_id"] = json!(1);
    let draft = |chat: i64| json!({"chat_id": chat, "draft_id": 1, "text": "a"});
    for (method, params, wanted) in [
        ("editMessageText", same, "400 Bad Request: message is not modified"),
        (
            "sendMessage",
            json!({"chat_id": 1, "text": "a", "reply_markup": markup(&"d".repeat(65))}),
            "400 Bad Request: BUTTON_DATA",
        ),
        ("sendMessage", message("<b>a"), "400 Bad Request: can't parse entities"),
        ("sendMessage", message("a & b"), "400 Bad Request: can't parse entities"),
        ("sendMessage", message(&"я".repeat(4_097)), "400 Bad Request: message is too long"),
        ("sendMessage", message(&"😀".repeat(2_049)), "400 Bad Request: message is too long"),
        ("sendMessage", message(" "), "400 Bad Request: message text is empty"),
        ("sendMessageDraft", draft(-5), "400 Bad Request: drafts"),
        (
            "sendMessage",
            json!({"chat_id": 1, "text": "a", "message_thread_id": null}),
            "400 Bad Request: parameter \"message_thread_id\" has a null",
        ),
        (
            "sendMessage",
            json!({"chat_id": 1, "text": "a", "disable_web_page_preview": true}),
            "400 Bad Request: there is no parameter \"disable_web_page_preview\"",
        ),
        (
            "sendMessage",
            json!({"chat_id": "1", "text": "a"}),
            "400 Bad Request: parameter \"chat_id\" is not of its type",
        ),
        (
            "getUpdates",
            json!({"allowed_updates": ["messages"]}),
            "400 Bad Request: parameter \"allowed_updates\" is not of its type",
        ),
        ("sendMessage", alone(-5), "400 Bad Request: not enough rights to send ephemeral"),
        ("sendMessage", alone(1), "400 Bad Request: ephemeral messages can be sent to groups only"),
        ("sendMessage", both, "400 Bad Request: receiver_user_id and ephemeral_message_parameters exclude"),
        ("sendSomethingElse", json!({}), "404 Not Found"),
        ("answerCallbackQuery", json!({"callback_query_id": "gone"}), "400 Bad Request: query is too old"),
        ("sendMessage", json!({"chat_id": 2, "text": "a"}), "403 Forbidden: bot can't initiate"),
        (
            "editMessageText",
            json!({"chat_id": 1, "message_id": 999, "text": "a"}),
            "400 Bad Request: message to edit not found",
        ),
    ] {
        let told = bot.refused(method, params).await;
        assert!(told.starts_with(wanted), "{method}: {told}");
    }
    telegram.block(&anna, true);
    assert!(bot.refused("sendMessage", message("a")).await.starts_with("403 Forbidden: bot was blocked"));
    telegram.block(&anna, false);
    // What a server of an earlier version does not know.
    telegram.set_level(Level::V9_1);
    assert!(bot.refused("sendMessageDraft", draft(1)).await.starts_with("404"));
    assert!(
        bot.refused("sendRichMessage", json!({"chat_id": 1, "rich_message": {"html": "a"}})).await.starts_with("404")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waits_second_pollers_and_broken_connections_are_as_telegrams() {
    let telegram = FakeTelegram::start(TOKEN).await.unwrap();
    let (_, bot) = (telegram.person(1, "Anna", "en"), Caller(&telegram));
    let message = json!({"chat_id": 1, "text": "a"});
    telegram.set_pace(1, 30);
    bot.call("sendMessage", message.clone()).await;
    assert!(bot.refused("sendMessage", message.clone()).await.starts_with("429 Too Many Requests: retry after"));
    let told = bot.refused("editMessageText", json!({"chat_id": 1, "message_id": 1, "text": "b"})).await;
    assert!(told.starts_with("429"), "edits count: {told}");
    let told = bot.refused("sendMessageDraft", json!({"chat_id": 1, "draft_id": 1, "text": "b"})).await;
    assert!(told.starts_with("429") && telegram.held_back() == 3, "drafts count: {told}");
    let poll = |seconds: u64| bot.call("getUpdates", json!({"offset": 0, "timeout": seconds}));
    let (first, second) = tokio::join!(poll(30), async {
        // The first one waits by now.
        telegram
            .until(crate::world::LIMIT, |telegram| (!telegram.calls_of("getUpdates").is_empty()).then_some(()))
            .await;
        poll(0).await
    });
    assert_eq!((first.0, second.0), (409, 200), "the later poll has it");
    let url = format!("{}/bot{TOKEN}/sendMessage", telegram.url());
    let before = telegram.messages(1).len();
    telegram.set_pace(100, 100);
    for (fault, done) in [(Fault::CutBefore, 0), (Fault::CutAfter, 1)] {
        telegram.fault("sendMessage", fault);
        let broken = match reqwest::Client::new().post(&url).json(&message).send().await {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "the answer has no end");
        assert_eq!(telegram.messages(1).len() - before, done);
    }
    telegram.fault("sendMessage", Fault::Page(502));
    let answer = reqwest::Client::new().post(&url).json(&message).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().contains("<html>")), (502, true));
    let stranger = reqwest::Client::new().post(url.replace(TOKEN, "1:other")).json(&message).send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401);
}
