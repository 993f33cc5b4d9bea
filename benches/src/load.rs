//! The load generator: one thread, one request under way on each connection, bodies made before the clock starts.
//!
//! It shares the cores with the server, so it does little: write a request, read an answer, note the time.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use mio::{Events, Interest, Poll, Token, net::TcpStream};

/// Digits of the part of a request that changes.
pub const DIGITS: usize = 12;
/// How long to wait for the last answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request whose last digits are replaced by a number, as often as [`Template::PLACE`] stands in it.
#[derive(Debug, Clone)]
pub struct Template {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Template {
    /// What stands where the number goes.
    pub const PLACE: &str = "@@@@@@@@@@@@";

    /// A POST of `body` on a connection that stays open.
    pub fn post(path: &str, host: &str, key: &str, body: &str) -> Self {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let places = request.match_indices(Self::PLACE).map(|(i, _)| i).collect();
        Self { bytes: request.into_bytes(), places }
    }

    fn number(&mut self, n: u64) {
        let digits = format!("{n:012}");
        for &place in &self.places {
            self.bytes[place..place + DIGITS].copy_from_slice(&digits.as_bytes()[..DIGITS]);
        }
    }
}

/// What a run of load came to.
#[derive(Debug, Default)]
pub struct Load {
    /// Requests answered with 200.
    pub accepted: u64,
    /// Requests answered with 429 or 503: refused, not stored.
    pub refused: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Seconds of each accepted request, ascending.
    pub latencies: Vec<f64>,
}

struct Connection {
    stream: TcpStream,
    request: Template,
    written: usize,
    answer: Vec<u8>,
    sent: Instant,
}

/// Sends requests for `duration`, each connection its own template, numbered from `first` on.
pub fn run(address: SocketAddr, templates: &[Template], first: u64, duration: Duration) -> Result<Load> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(templates.len());
    let mut connections = Vec::with_capacity(templates.len());
    for (i, template) in templates.iter().enumerate() {
        let stream = std::net::TcpStream::connect(address).context("connecting to the server")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(i), Interest::READABLE | Interest::WRITABLE)?;
        let request = template.clone();
        connections.push(Connection { stream, request, written: 0, answer: Vec::new(), sent: Instant::now() });
    }
    let mut load = Load::default();
    let mut next = first;
    let mut begin = |connection: &mut Connection| {
        connection.request.number(next);
        next += 1;
        connection.written = 0;
        connection.answer.clear();
        connection.sent = Instant::now();
        connection.write()
    };
    let started = Instant::now();
    let mut under_way = connections.len();
    for connection in &mut connections {
        begin(connection)?;
    }
    while under_way > 0 {
        poll.poll(&mut events, Some(PATIENCE))?;
        if events.is_empty() {
            bail!("the server has not answered for {PATIENCE:?}");
        }
        for event in &events {
            let connection = &mut connections[event.token().0];
            if event.is_writable() && connection.written < connection.request.bytes.len() {
                connection.write()?;
            }
            if !event.is_readable() {
                continue;
            }
            let Some(status) = connection.read()? else { continue };
            match status {
                200 => {
                    load.accepted += 1;
                    load.latencies.push(connection.sent.elapsed().as_secs_f64());
                }
                429 | 503 => load.refused += 1,
                _ => bail!("status {status}: {}", String::from_utf8_lossy(&connection.answer)),
            }
            if started.elapsed() < duration {
                begin(connection)?;
            } else {
                under_way -= 1;
            }
        }
    }
    load.seconds = started.elapsed().as_secs_f64();
    load.latencies.sort_by(f64::total_cmp);
    Ok(load)
}

impl Connection {
    fn write(&mut self) -> Result<()> {
        while self.written < self.request.bytes.len() {
            match self.stream.write(&self.request.bytes[self.written..]) {
                Ok(n) => self.written += n,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e).context("writing a request"),
            }
        }
        Ok(())
    }

    /// The status, once the answer is whole.
    fn read(&mut self) -> Result<Option<u16>> {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(n) => {
                    self.answer.extend_from_slice(&buffer[..n]);
                    // One request, one answer: nothing follows a whole one, so no further call is needed to see that.
                    if let Some(status) = whole(&self.answer)? {
                        return Ok(Some(status));
                    }
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e).context("reading an answer"),
            }
        }
    }
}

/// The status of an answer that is all there.
fn whole(answer: &[u8]) -> Result<Option<u16>> {
    let Some(end) = answer.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end]).context("the head of an answer")?;
    let status = head.get(9..12).and_then(|s| s.parse().ok()).with_context(|| format!("no status in {head:?}"))?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.with_context(|| format!("no length in {head:?}"))?;
    Ok((answer.len() >= end + 4 + length).then_some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_body_is_there() -> Result<()> {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: y\r\n\r\nabc";
        for end in 0..answer.len() {
            assert_eq!(whole(&answer[..end])?, None);
        }
        assert_eq!(whole(answer)?, Some(200));
        assert!(whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        Ok(())
    }

    #[test]
    fn a_template_is_numbered_everywhere() {
        let mut template = Template::post("/p", "h", "k", r#"{"a":"@@@@@@@@@@@@","b":"x@@@@@@@@@@@@"}"#);
        template.number(42);
        let text = String::from_utf8_lossy(&template.bytes).into_owned();
        assert!(text.ends_with(r#"{"a":"000000000042","b":"x000000000042"}"#), "{text}");
    }
}
