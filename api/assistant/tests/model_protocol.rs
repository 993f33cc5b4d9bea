//! The model's client against a server that fails in every way that real ones do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kupets_assistant::language::Language;
use kupets_assistant::model::ollama::{Chat, Message, Reply};
use kupets_assistant::model::{Failure, Model, Settings, State};
use serde_json::value::RawValue;
use server::{Answer, End, Server, done, line, reaches, says};
use tokio::sync::Semaphore;

const HASTY: Duration = Duration::from_millis(50);

fn prose() -> Chat {
    Chat { messages: vec![Message::user("Вопрос")], schema: None }
}

fn plan() -> Chat {
    let schema = r#"{"type":"object","properties":{"zebra":{"type":"string"},"apple":{"type":"string"}}}"#;
    Chat { schema: Some(RawValue::from_string(schema.into()).unwrap()), ..prose() }
}

async fn ask(model: &Model, chat: &Chat) -> Result<Reply, Failure> {
    tokio::time::timeout(Duration::from_secs(60), model.chat("tenant", chat, &mut |_| ())).await.expect("it ends")
}

async fn fails(answer: Answer, chat: &Chat, settings: impl FnOnce(Settings) -> Settings) -> Failure {
    let server = Server::start(vec![answer]).await;
    let model = Model::new(settings(server.settings())).unwrap();
    ask(&model, chat).await.unwrap_err()
}

#[tokio::test]
async fn letters_cut_in_two_come_whole() {
    let text = "Выручка — 1 254 ₽, ёлка 🎄";
    for bytes in [1, 2, 3, 7, 4096] {
        let server = Server::start(vec![says(text).cut_every(bytes)]).await;
        let mut heard = String::new();
        let reply = server.model().chat("tenant", &prose(), &mut |piece| heard.push_str(piece)).await.unwrap();
        assert_eq!((reply.text.as_str(), heard.as_str()), (text, text), "{bytes} bytes a chunk");
        assert_eq!((reply.prompt_tokens, reply.answer_tokens), (Some(11), Some(7)));
        assert_eq!(reply.loading, Some(Duration::from_nanos(5)));
    }
}

#[tokio::test]
async fn an_answer_without_its_end_is_none() {
    let begun = line("Выру");
    for (answer, chat) in [
        (Answer::new(200, &begun), prose()),
        (Answer::new(200, &begun).ends(End::Cut), prose()),
        (Answer::new(200, ""), prose()),
        (Answer::new(200, &format!("{begun}{}", done("length"))), prose()),
        (Answer::new(200, &format!("{}{}", line("{\"zebra\": \"a"), done("stop"))), plan()),
        (Answer::new(200, &format!("{}{}", line("{\"zebra\": \"a"), done("length"))), plan()),
        (Answer::new(200, &format!("{}{}", line("I would say revenue."), done("stop"))), plan()),
    ] {
        assert_eq!(fails(answer, &chat, |settings| settings).await, Failure::Cut);
    }
    // A last line without its line's end is a line.
    let whole = format!("{begun}{}", done("stop"));
    let server = Server::start(vec![Answer::new(200, whole.trim_end())]).await;
    assert_eq!(ask(&server.model(), &prose()).await.unwrap().text, "Выру");
}

#[tokio::test]
async fn errors_come_as_statuses_and_as_lines() {
    let server = |status, message: &str| Failure::Server { status, message: message.to_owned() };
    let missing = || Failure::ModelMissing { model: "tiny:1b".to_owned() };
    for (answer, expected) in [
        (Answer::new(404, r#"{"error":"model 'tiny:1b' not found"}"#), missing()),
        (Answer::new(404, r#"{"error":"model \"tiny:1b\" not found, try pulling it first"}"#), missing()),
        (Answer::new(404, "404 page not found"), server(404, "404 page not found")),
        (Answer::new(403, ""), Failure::Refused),
        (
            Answer::new(500, r#"{"error":"llama runner process has terminated: exit status 2"}"#),
            server(500, "llama runner process has terminated: exit status 2"),
        ),
        (Answer::new(400, r#"{"error":"the input length exceeds the context length"}"#), Failure::TooLong),
        (Answer::new(400, r#"{"error":"invalid options"}"#), server(400, "invalid options")),
        (Answer::new(302, ""), server(302, "")),
        (
            Answer::new(200, &format!("{}{}", line("Выру"), "{\"error\":\"an error was encountered\"}\n")),
            server(200, "an error was encountered"),
        ),
        (Answer::new(200, "{\"error\":{\"message\":\"unexpected EOF\"}}\n"), server(200, "unexpected EOF")),
        (Answer::new(200, "{\"error\":\"model 'tiny:1b' not found\"}\n"), missing()),
    ] {
        assert_eq!(fails(answer, &prose(), |settings| settings).await, expected);
    }
    assert!(missing().to_string().contains("ollama pull tiny:1b"));
    assert!(missing().tell(Language::Ru).contains("ollama pull tiny:1b"));
    assert!(Failure::Refused.to_string().contains("OLLAMA_ORIGINS"));
}

#[tokio::test]
async fn what_is_not_the_protocol_is_refused() {
    let tool = r#"{"model":"tiny:1b","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"rm"}}]},"done":false}"#;
    let other = line("x").replace("tiny:1b", "other:1b");
    for body in [
        "<html>\n",
        "{\"message\":{\"content\":7}}\n",
        "[]\n",
        &format!("{tool}\n"),
        &other,
        "{\"message\":\"\n",
        "\u{feff}{}\n",
    ] {
        let failure = fails(Answer::new(200, body), &prose(), |settings| settings).await;
        assert_eq!(failure.code(), "protocol", "{body}: {failure}");
    }
    let invalid = Answer { chunks: vec![b"{\"message\":{\"content\":\"\xd0\"}}\n".to_vec()], ..Answer::new(200, "") };
    assert_eq!(fails(invalid, &prose(), |settings| settings).await.code(), "protocol");
    // An empty list of tools is no call, and a name without a tag is the latest.
    let fine = line("да").replace("\"role\"", "\"tool_calls\":[],\"role\"").replace("tiny:1b", "TINY:1b");
    let server = Server::start(vec![Answer::new(200, &format!("{fine}{}", done("stop")))]).await;
    assert_eq!(ask(&server.model(), &prose()).await.unwrap().text, "да");
}

#[tokio::test]
async fn endless_answers_end() {
    let endless = |text: String| Answer::new(200, "").ends(End::Endless(text.into_bytes()));
    let brief = |settings: Settings| Settings { max_answer: 2_000, answer_timeout: HASTY, ..settings };
    let patient = |settings: Settings| Settings { max_answer: 2_000, ..settings };
    assert_eq!(fails(endless(line("ещё ")), &prose(), patient).await, Failure::TooLarge);
    assert_eq!(fails(endless(line("{\"a\":")), &plan(), patient).await, Failure::TooLarge);
    let thought = line("").replace("\"content\":\"\"", "\"thinking\":\"hm, \"");
    assert_eq!(fails(endless(thought), &prose(), patient).await, Failure::TooLarge);
    assert_eq!(fails(endless("x".repeat(10_000)), &prose(), patient).await.code(), "protocol");
    assert_eq!(fails(endless(line("")), &prose(), brief).await, Failure::TooSlow);
    assert_eq!(
        fails(endless("\n".to_owned()), &prose(), |settings| Settings { load_timeout: HASTY, ..settings }).await,
        Failure::SlowStart
    );
}

#[tokio::test]
async fn silence_is_told_from_loading() {
    let silent = |text: &str| Answer::new(200, text).ends(End::Silence);
    let idle = |settings: Settings| Settings { idle_timeout: HASTY, ..settings };
    let load = |settings: Settings| Settings { load_timeout: HASTY, ..settings };
    assert_eq!(fails(silent(&line("Выру")), &prose(), idle).await, Failure::Stalled);
    assert_eq!(fails(silent("{\"mess"), &prose(), load).await, Failure::SlowStart);
    let never = Arc::new(Semaphore::new(0));
    assert_eq!(fails(says("да").after(&never), &prose(), load).await, Failure::SlowStart);
    // A model that takes longer to load than it may be silent later.
    let loaded = Arc::new(Semaphore::new(0));
    let server = Server::start(vec![says("да").after(&loaded)]).await;
    let model = Model::new(idle(server.settings())).unwrap();
    let (reply, ()) = tokio::join!(async { ask(&model, &prose()).await }, async {
        tokio::time::sleep(HASTY * 3).await;
        loaded.add_permits(1);
    });
    assert_eq!(reply.unwrap().text, "да");
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let busy = || Answer::new(503, r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#);
    let server = Server::start(vec![busy(), busy(), says("да")]).await;
    assert_eq!(ask(&server.model(), &prose()).await.unwrap().text, "да");
    assert_eq!(server.chats().len(), 3);
    let server = Server::start(vec![busy()]).await;
    let model = Model::new(Settings { busy_retries: 2, ..server.settings() }).unwrap();
    assert_eq!(ask(&model, &prose()).await, Err(Failure::Busy));
    assert_eq!(server.chats().len(), 3);
}

#[tokio::test]
async fn an_object_is_taken_at_its_end() {
    let text = format!("{}{}", line("```json\n{\"zebra\": \"}\", "), line("\"apple\": \"б\"}"));
    let server = Server::start(vec![Answer::new(200, &text).ends(End::Endless(line("\\n").into_bytes()))]).await;
    let reply = ask(&server.model(), &plan()).await.unwrap();
    assert_eq!(reply.text, "{\"zebra\": \"}\", \"apple\": \"б\"}");
    // The server is told, so that it stops.
    reaches(&mut server.hung_up.clone(), 1).await;
}

#[tokio::test]
async fn every_call_asks_for_the_same_model_in_memory() {
    let server =
        Server::start(vec![Answer::new(200, r#"{"model":"tiny:1b","done":true,"done_reason":"load"}"#), says("{}")])
            .await;
    let settings = Settings { num_thread: Some(2), keep_alive: None, ..server.settings() };
    let model = Model::new(settings).unwrap();
    model.preload().await.unwrap();
    ask(&model, &plan()).await.unwrap();
    let chats = server.chats();
    let (load, plan) = (chats[0].json(), chats[1].json());
    assert_eq!(load["options"], plan["options"]);
    assert_eq!(plan["options"]["num_ctx"], 8_192);
    assert_eq!(plan["options"]["num_thread"], 2);
    assert_eq!(plan["options"]["temperature"], 0);
    assert_eq!(load["messages"].as_array().unwrap().len(), 0);
    for body in [&load, &plan] {
        assert_eq!((&body["truncate"], &body["shift"], &body["think"]), (&false.into(), &false.into(), &false.into()));
        assert_eq!(body["keep_alive"], -1);
    }
    let text = &chats[1].text;
    assert!(text.find("zebra").unwrap() < text.find("apple").unwrap(), "properties keep their order: {text}");
    assert!(!chats[1].head.contains("\norigin:"), "{}", chats[1].head);
    // A failed load says why.
    let server = Server::start(vec![Answer::new(404, r#"{"error":"model 'tiny:1b' not found"}"#)]).await;
    assert_eq!(server.model().preload().await.unwrap_err().code(), "model_missing");
}

#[tokio::test]
async fn its_state_is_clear() {
    assert_eq!(Model::off().state().await, State::Off);
    assert_eq!(Model::off().chat("t", &prose(), &mut |_| ()).await, Err(Failure::Off));
    let server = Server::start(vec![says("да")]).await;
    assert_eq!(server.model().state().await, State::Ready);

    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Model::new(Settings { url: Some(format!("http://{gone}")), ..server.settings() }).unwrap();
    let State::Unreachable { reason } = nobody.state().await else { panic!() };
    assert!(reason.to_lowercase().contains("refused"), "{reason}");
    assert_eq!(ask(&nobody, &prose()).await.unwrap_err().code(), "unreachable");

    let refuses = Server::start(vec![]).await.tags(Answer::new(403, ""));
    let State::Unreachable { reason } = refuses.model().state().await else { panic!() };
    assert!(reason.contains("OLLAMA_HOST"), "{reason}");

    let empty = Server::start(vec![]).await.tags(Answer::new(200, r#"{"models":[{"name":"other:1b"}]}"#));
    assert_eq!(empty.model().state().await, State::ModelMissing { pull: "ollama pull tiny:1b".into() });
    let strange = Server::start(vec![]).await.tags(Answer::new(200, "<html>"));
    assert!(matches!(strange.model().state().await, State::Unreachable { .. }));

    // Loading: a call waits for its first words, and the model is not in memory.
    let gate = Arc::new(Semaphore::new(0));
    let server = Server::start(vec![says("да").after(&gate)]).await.loaded(Answer::new(200, r#"{"models":[]}"#));
    let model = Model::new(Settings { queue_total: 1, ..server.settings() }).unwrap();
    let asks = |model: &Model| {
        let model = model.clone();
        tokio::spawn(async move { ask(&model, &prose()).await })
    };
    let first = asks(&model);
    reaches(&mut server.requests.clone(), 1).await;
    assert_eq!(model.state().await, State::Loading);
    // Busy: as many wait as may.
    let second = asks(&model);
    while model.queue().waiting() < 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(model.state().await, State::Busy);
    assert_eq!(ask(&model, &prose()).await, Err(Failure::Busy));
    gate.add_permits(2);
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
    assert_eq!(model.state().await, State::Ready);
    for language in [Language::Ru, Language::En] {
        assert!(State::ModelMissing { pull: "ollama pull x".into() }.tell(language).contains("ollama pull x"));
    }
}

#[tokio::test]
async fn shown_and_listed_models_are_read() {
    let show = r#"{"details":{"family":"llama","parameter_size":"135M"},"model_info":{"general.architecture":"llama","llama.context_length":2048},"capabilities":["completion"]}"#;
    let server = Server::start(vec![]).await.show(Answer::new(200, show));
    let shown = server.model().show().await.unwrap();
    assert_eq!((shown.family.as_str(), shown.context_length), ("llama", Some(2_048)));
    let missing = Server::start(vec![]).await.show(Answer::new(404, r#"{"error":"model 'tiny:1b' not found"}"#));
    assert_eq!(missing.model().show().await.unwrap_err().code(), "model_missing");
}

#[tokio::test]
async fn a_broken_server_is_left_alone_and_tried_again() {
    let broken = Answer::new(500, r#"{"error":"llama runner process has terminated"}"#);
    let server = Server::start(vec![broken.clone(), broken.clone(), broken, says("да")]).await;
    let seconds = Arc::new(AtomicU64::new(0));
    let (start, hand) = (Instant::now(), seconds.clone());
    let settings = Settings { breaker_failures: 2, breaker_pause: Duration::from_secs(30), ..server.settings() };
    let clock = Arc::new(move || start + Duration::from_secs(hand.load(Ordering::SeqCst)));
    let model = Model::with_clock(settings, clock).unwrap();
    for _ in 0..2 {
        assert_eq!(ask(&model, &prose()).await.unwrap_err().code(), "server");
    }
    assert_eq!(ask(&model, &prose()).await, Err(Failure::Paused { retry_in: Duration::from_secs(30) }));
    assert!(matches!(model.state().await, State::Unreachable { .. }));
    assert_eq!(server.chats().len(), 2, "it is left alone");
    seconds.store(30, Ordering::SeqCst);
    assert_eq!(ask(&model, &prose()).await.unwrap_err().code(), "server");
    assert_eq!(ask(&model, &prose()).await.unwrap_err().code(), "paused");
    seconds.store(60, Ordering::SeqCst);
    assert_eq!(ask(&model, &prose()).await.unwrap().text, "да");
    assert_eq!(model.state().await, State::Ready);
}

#[tokio::test]
async fn whoever_leaves_ends_the_call() {
    let server = Server::start(vec![Answer::new(200, &line("Выру")).ends(End::Silence), says("да")]).await;
    let model = server.model();
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let asking = {
        let model = model.clone();
        tokio::spawn(async move { model.chat("t", &prose(), &mut |piece| heard.send(piece.to_owned()).unwrap()).await })
    };
    assert_eq!(hears.recv().await.unwrap(), "Выру");
    asking.abort();
    assert!(asking.await.is_err());
    reaches(&mut server.hung_up.clone(), 1).await;
    assert_eq!(model.queue().running(), 0);
    assert_eq!(ask(&model, &prose()).await.unwrap().text, "да");
}

#[tokio::test]
async fn a_loud_tenant_does_not_hold_up_a_quiet_one() {
    let gate = Arc::new(Semaphore::new(0));
    let server = Server::start(vec![says("да").after(&gate)]).await;
    let model = Model::new(Settings { queue_per_tenant: 8, ..server.settings() }).unwrap();
    let mut calls = Vec::new();
    let mut requests = server.requests.clone();
    for (at, tenant) in ["loud", "loud", "loud", "loud", "quiet"].into_iter().enumerate() {
        let asked = model.clone();
        calls.push(tokio::spawn(async move {
            let chat = Chat { messages: vec![Message::user(tenant)], schema: None };
            asked.chat(tenant, &chat, &mut |_| ()).await
        }));
        if at == 0 {
            reaches(&mut requests, 1).await;
        }
        while model.queue().waiting() < at {
            tokio::task::yield_now().await;
        }
    }
    gate.add_permits(5);
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().text, "да");
    }
    let order: Vec<String> =
        server.chats().iter().map(|chat| chat.json()["messages"][0]["content"].as_str().unwrap().to_owned()).collect();
    assert_eq!(order, ["loud", "loud", "quiet", "loud", "loud"]);
}

#[tokio::test]
async fn waiting_for_a_turn_has_an_end() {
    let server = Server::start(vec![Answer::new(200, &line("Выру")).ends(End::Silence)]).await;
    let model = Model::new(Settings { queue_timeout: HASTY, ..server.settings() }).unwrap();
    let running = {
        let model = model.clone();
        tokio::spawn(async move { ask(&model, &prose()).await })
    };
    reaches(&mut server.requests.clone(), 1).await;
    assert_eq!(ask(&model, &prose()).await, Err(Failure::Busy));
    assert_eq!(model.queue().waiting(), 0);
    running.abort();
}
