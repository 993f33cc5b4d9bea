//! The conversation with a server of mail.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

/// Longest line of a reply, in bytes; RFC 5321 allows 512.
const MAX_REPLY: usize = 4_096;
/// Lines of a reply at most.
const MAX_LINES: usize = 100;

/// What a conversation goes over.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A conversation.
#[derive(Debug)]
pub struct Session<S>(BufReader<S>);

impl<S: Stream> Session<S> {
    /// Over a connection that has just been made.
    pub fn new(stream: S) -> Self {
        Self(BufReader::new(stream))
    }

    /// The connection, to go on in another way. What the server sent ahead is dropped: nobody may speak before TLS for it.
    pub fn into_stream(self) -> S {
        self.0.into_inner()
    }

    /// Waits until the server is ready.
    pub async fn greeting(&mut self) -> Result<(), String> {
        self.reply(220).await.map(drop)
    }

    /// Says who calls; what the server offers, in capitals.
    pub async fn hello(&mut self) -> Result<Vec<String>, String> {
        // A name that tells nothing of this machine, in the form for one without a name (RFC 5321, 4.1.3).
        let offers = self.command("EHLO [127.0.0.1]", 250).await?;
        Ok(offers.into_iter().map(|offer| offer.to_ascii_uppercase()).collect())
    }

    /// Says with which name and password.
    pub async fn log_in(&mut self, user: &str, password: &str) -> Result<(), String> {
        let secret = BASE64_STANDARD.encode(format!("\0{user}\0{password}"));
        self.send(&format!("AUTH PLAIN {secret}")).await?;
        self.reply(235).await.map(drop).map_err(|why| format!("it does not take the name and the password: {why}"))
    }

    /// Hands a mail over.
    pub async fn mail(&mut self, from: &str, to: &str, text: &str) -> Result<(), String> {
        self.command(&format!("MAIL FROM:<{from}>"), 250).await?;
        self.command(&format!("RCPT TO:<{to}>"), 250).await?;
        self.command("DATA", 354).await?;
        // No line of a message begins with a dot: headers do not, and the body is base64.
        self.send(&format!("{text}\r\n.")).await?;
        self.reply(250).await?;
        // The mail is taken, whatever comes now.
        let _goodbye = self.send("QUIT").await;
        Ok(())
    }

    /// Sends a line and waits for that reply.
    pub async fn command(&mut self, line: &str, expected: u16) -> Result<Vec<String>, String> {
        self.send(line).await?;
        self.reply(expected).await
    }

    async fn send(&mut self, line: &str) -> Result<(), String> {
        let stream = self.0.get_mut();
        stream.write_all(line.as_bytes()).await.map_err(|e| e.to_string())?;
        stream.write_all(b"\r\n").await.map_err(|e| e.to_string())?;
        stream.flush().await.map_err(|e| e.to_string())
    }

    /// The lines of a reply, without its code.
    async fn reply(&mut self, expected: u16) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        while lines.len() < MAX_LINES {
            let line = self.line().await?;
            let (code, rest) = line.split_at_checked(3).ok_or_else(|| format!("it says {line:?}"))?;
            if code.parse() != Ok(expected) {
                return Err(format!("it says {line:?}"));
            }
            lines.push(rest.get(1..).unwrap_or_default().to_owned());
            if !rest.starts_with('-') {
                return Ok(lines);
            }
        }
        Err("it talks without an end".to_owned())
    }

    async fn line(&mut self) -> Result<String, String> {
        let mut line = Vec::new();
        loop {
            let ready = self.0.fill_buf().await.map_err(|e| e.to_string())?;
            if ready.is_empty() {
                return Err("it has gone in the middle".to_owned());
            }
            let end = ready.iter().position(|b| *b == b'\n');
            let taken = end.map_or(ready.len(), |end| end + 1);
            line.extend_from_slice(&ready[..taken]);
            self.0.consume(taken);
            if line.len() > MAX_REPLY {
                return Err("it talks without an end".to_owned());
            }
            if end.is_some() {
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
    }
}
