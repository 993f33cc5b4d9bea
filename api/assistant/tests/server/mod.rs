//! A server that behaves as badly as it is told to: HTTP/1.1 by hand, so that chunks are cut where a test cuts them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "each test binary uses its part")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kupets_assistant::model::{Model, Settings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// How an answer ends.
#[derive(Clone)]
pub enum End {
    /// As it should.
    Whole,
    /// The connection is closed in the middle.
    Cut,
    /// Nothing more comes, and the connection stays.
    Silence,
    /// This comes again and again.
    Endless(Vec<u8>),
}

/// An answer.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub chunks: Vec<Vec<u8>>,
    pub end: End,
    /// Nothing is sent before this has a permit.
    pub after: Option<Arc<Semaphore>>,
}

impl Answer {
    pub fn new(status: u16, body: &str) -> Self {
        let chunks = if body.is_empty() { Vec::new() } else { vec![body.as_bytes().to_vec()] };
        Self { status, chunks, end: End::Whole, after: None }
    }

    pub fn ends(self, end: End) -> Self {
        Self { end, ..self }
    }

    pub fn after(self, after: &Arc<Semaphore>) -> Self {
        Self { after: Some(after.clone()), ..self }
    }

    /// The same, so many bytes a chunk.
    pub fn cut_every(self, bytes: usize) -> Self {
        let whole = self.chunks.concat();
        Self { chunks: whole.chunks(bytes).map(<[u8]>::to_vec).collect(), ..self }
    }
}

/// A line of a stream.
pub fn line(content: &str) -> String {
    format!("{}\n", json!({"model": "tiny:1b", "message": {"role": "assistant", "content": content}, "done": false}))
}

/// The last line of a stream.
pub fn done(reason: &str) -> String {
    let counters = json!({"model": "tiny:1b", "message": {"role": "assistant", "content": ""}, "done": true,
        "done_reason": reason, "prompt_eval_count": 11, "eval_count": 7, "load_duration": 5});
    format!("{counters}\n")
}

/// A whole stream that says this, a letter a line.
pub fn says(text: &str) -> Answer {
    let lines: String = text.chars().map(|char| line(&char.to_string())).collect();
    Answer::new(200, &format!("{lines}{}", done("stop")))
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub head: String,
    pub text: String,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

#[derive(Default)]
struct Script {
    chats: VecDeque<Answer>,
    last_chat: Option<Answer>,
    tags: Option<Answer>,
    loaded: Option<Answer>,
    show: Option<Answer>,
    asked: Vec<Asked>,
}

/// The server.
pub struct Server {
    pub url: String,
    script: Arc<Mutex<Script>>,
    /// Connections that the other side has closed before the answer's end.
    pub hung_up: watch::Receiver<usize>,
    /// Requests so far.
    pub requests: watch::Receiver<usize>,
}

impl Server {
    /// A server that gives these answers to chats one after another, and the last one for ever.
    pub async fn start(chats: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script { chats: chats.into(), ..Script::default() }));
        let (gone, hung_up) = watch::channel(0);
        let (count, requests) = watch::channel(0);
        let shared = script.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, gone, count) = (shared.clone(), gone.clone(), count.clone());
                tokio::spawn(async move { serve(stream, &script, &gone, &count).await });
            }
        });
        Self { url, script, hung_up, requests }
    }

    pub fn tags(self, answer: Answer) -> Self {
        self.script.lock().unwrap().tags = Some(answer);
        self
    }

    pub fn loaded(self, answer: Answer) -> Self {
        self.script.lock().unwrap().loaded = Some(answer);
        self
    }

    pub fn show(self, answer: Answer) -> Self {
        self.script.lock().unwrap().show = Some(answer);
        self
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    pub fn chats(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path == "/api/chat").collect()
    }

    /// Settings for it, hasty enough for tests that wait for a time-out.
    pub fn settings(&self) -> Settings {
        Settings {
            url: Some(self.url.clone()),
            model: "tiny:1b".into(),
            busy_pause: Duration::from_millis(1),
            breaker_failures: 1_000,
            ..Settings::default()
        }
    }

    pub fn model(&self) -> Model {
        Model::new(self.settings()).unwrap()
    }
}

/// Waits until that many.
pub async fn reaches(count: &mut watch::Receiver<usize>, many: usize) {
    tokio::time::timeout(Duration::from_secs(60), count.wait_for(|count| *count >= many)).await.unwrap().unwrap();
}

async fn serve(
    mut stream: TcpStream,
    script: &Mutex<Script>,
    gone: &watch::Sender<usize>,
    count: &watch::Sender<usize>,
) {
    let Some(asked) = request(&mut stream).await else { return };
    let answer = {
        let mut script = script.lock().unwrap();
        let path = asked.path.clone();
        script.asked.push(asked);
        let tags = || Answer::new(200, r#"{"models":[{"name":"tiny:1b","digest":"d","size":1}]}"#);
        match path.as_str() {
            "/api/version" => Some(Answer::new(200, r#"{"version":"0.17.4"}"#)),
            "/api/tags" => Some(script.tags.clone().unwrap_or_else(tags)),
            "/api/ps" => Some(script.loaded.clone().unwrap_or_else(tags)),
            "/api/show" => script.show.clone(),
            _ => {
                if let Some(next) = script.chats.pop_front() {
                    script.last_chat = Some(next);
                }
                script.last_chat.clone()
            }
        }
    };
    count.send_modify(|count| *count += 1);
    let Some(answer) = answer else { return };
    if send(&mut stream, answer).await.is_err() {
        gone.send_modify(|count| *count += 1);
    }
}

async fn request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |text| text.trim().parse().unwrap());
    while bytes.len() < head_end + length {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
    let path = head.split(' ').nth(1).unwrap().to_owned();
    Some(Asked { path, text: String::from_utf8(bytes[head_end..].to_vec()).unwrap(), head })
}

async fn send(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    if let Some(after) = &answer.after {
        // Whoever hangs up meanwhile is noticed too.
        let (mut read, _) = stream.split();
        let mut byte = [0];
        tokio::select! {
            permit = after.acquire() => permit.unwrap().forget(),
            _ = read.read(&mut byte) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
        }
    }
    let head = format!(
        "HTTP/1.1 {} X\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        answer.status
    );
    stream.write_all(head.as_bytes()).await?;
    stream.flush().await?;
    for chunk in &answer.chunks {
        write_chunk(stream, chunk).await?;
        // Another packet, not only another chunk.
        tokio::task::yield_now().await;
    }
    match answer.end {
        End::Whole => stream.write_all(b"0\r\n\r\n").await,
        End::Cut => Ok(()),
        End::Silence => {
            let mut byte = [0];
            match stream.read(&mut byte).await {
                Ok(0) | Err(_) => Err(std::io::ErrorKind::ConnectionAborted.into()),
                Ok(_) => Ok(()),
            }
        }
        End::Endless(chunk) => loop {
            write_chunk(stream, &chunk).await?;
            tokio::task::yield_now().await;
        },
    }
}

async fn write_chunk(stream: &mut TcpStream, chunk: &[u8]) -> std::io::Result<()> {
    let mut framed = format!("{:x}\r\n", chunk.len()).into_bytes();
    framed.extend_from_slice(chunk);
    framed.extend_from_slice(b"\r\n");
    stream.write_all(&framed).await?;
    stream.flush().await
}
