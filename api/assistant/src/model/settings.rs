//! What an operator sets about the model.

use std::time::Duration;

use reqwest::Url;
use thiserror::Error;

/// Where the model is, and how patient we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server's address; `None` answers without a model.
    pub url: Option<String>,
    /// The model's name, as `ollama list` shows it.
    pub model: String,
    /// The context in tokens. Every call has the same one: another would load the model anew.
    pub num_ctx: i64,
    /// Threads that a model on the CPU uses; the server's choice where missing.
    pub num_thread: Option<u32>,
    /// How long the model stays in memory after a call; `None` is for ever.
    pub keep_alive: Option<Duration>,
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Until the first words, loading of the model included.
    pub load_timeout: Duration,
    /// Between words.
    pub idle_timeout: Duration,
    /// From the first words to the last.
    pub answer_timeout: Duration,
    /// Calls at a time.
    pub concurrency: usize,
    /// Questions of one tenant that may wait.
    pub queue_per_tenant: usize,
    /// Questions of all tenants that may wait.
    pub queue_total: usize,
    /// How long a question waits for its turn.
    pub queue_timeout: Duration,
    /// Bytes of an answer at most.
    pub max_answer: usize,
    /// Tokens of an answer at most.
    pub max_tokens: u32,
    /// How often a server that is busy is asked again.
    pub busy_retries: u32,
    /// The pause before it is asked again; each next one is twice as long.
    pub busy_pause: Duration,
    /// Failures in a row after which the server is left alone.
    pub breaker_failures: u32,
    /// For how long.
    pub breaker_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: None,
            model: "qwen2.5:7b".to_owned(),
            num_ctx: 8_192,
            num_thread: None,
            keep_alive: Some(Duration::from_secs(30 * 60)),
            connect_timeout: Duration::from_secs(3),
            load_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(20),
            answer_timeout: Duration::from_secs(60),
            concurrency: 1,
            queue_per_tenant: 4,
            queue_total: 256,
            queue_timeout: Duration::from_secs(30),
            max_answer: 16 * 1_024,
            max_tokens: 768,
            busy_retries: 4,
            busy_pause: Duration::from_millis(500),
            breaker_failures: 5,
            breaker_pause: Duration::from_secs(30),
        }
    }
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{setting} {message}")]
pub struct Invalid {
    /// Which one.
    pub setting: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Settings {
    /// The server's address, with a slash at its end; `None` where there is none.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn validate(&self) -> Result<Option<Url>, Invalid> {
        let wrong = |setting, message: &str| Err(Invalid { setting, message: message.to_owned() });
        // The server takes a context of nothing, cuts every question down to a few tokens and answers nonsense.
        if !(1_024..=1_048_576).contains(&self.num_ctx) {
            return wrong("num_ctx", "must be from 1024 to 1048576 tokens");
        }
        if self.model.trim().is_empty() || self.model.chars().any(|char| char.is_whitespace() || char.is_control()) {
            return wrong("model", "must be a name as `ollama list` shows it, without spaces");
        }
        for (setting, time) in [
            ("connect_timeout", self.connect_timeout),
            ("load_timeout", self.load_timeout),
            ("idle_timeout", self.idle_timeout),
            ("answer_timeout", self.answer_timeout),
            ("queue_timeout", self.queue_timeout),
        ] {
            if time.is_zero() {
                return wrong(setting, "must be longer than nothing");
            }
        }
        for (setting, number) in [
            ("concurrency", self.concurrency),
            ("queue_per_tenant", self.queue_per_tenant),
            ("queue_total", self.queue_total),
            ("max_answer", self.max_answer),
            // Zero means no bound to the server.
            ("max_tokens", self.max_tokens as usize),
            ("breaker_failures", self.breaker_failures as usize),
        ] {
            if number == 0 {
                return wrong(setting, "must be 1 or more");
            }
        }
        if self.num_thread == Some(0) {
            return wrong("num_thread", "must be 1 or more, or not set");
        }
        let Some(url) = self.url.as_deref().map(str::trim).filter(|url| !url.is_empty()) else { return Ok(None) };
        let bad = |why: &str| Invalid { setting: "url", message: format!("{why}, as in http://127.0.0.1:11434") };
        let mut url = Url::parse(url).map_err(|error| bad(&format!("is no address ({error})")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(bad("must begin with http:// or https:// and name a host"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("must have no `?` or `#`"));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Some(url))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn wrong_settings_are_named() {
        let fine = Settings { url: Some("http://127.0.0.1:11434".into()), ..Settings::default() };
        assert_eq!(fine.validate().unwrap().unwrap().as_str(), "http://127.0.0.1:11434/");
        let behind = Settings { url: Some("https://host/ollama".into()), ..Settings::default() };
        assert_eq!(behind.validate().unwrap().unwrap().join("api/tags").unwrap().path(), "/ollama/api/tags");
        assert_eq!(Settings::default().validate(), Ok(None));
        assert_eq!(Settings { url: Some(" ".into()), ..fine.clone() }.validate(), Ok(None));
        for (wrong, setting) in [
            (Settings { num_ctx: 0, ..fine.clone() }, "num_ctx"),
            (Settings { num_ctx: -1, ..fine.clone() }, "num_ctx"),
            (Settings { model: "two words".into(), ..fine.clone() }, "model"),
            (Settings { concurrency: 0, ..fine.clone() }, "concurrency"),
            (Settings { max_tokens: 0, ..fine.clone() }, "max_tokens"),
            (Settings { idle_timeout: Duration::ZERO, ..fine.clone() }, "idle_timeout"),
            (Settings { url: Some("ftp://host".into()), ..fine.clone() }, "url"),
            (Settings { url: Some("localhost:11434".into()), ..fine.clone() }, "url"),
            (Settings { url: Some("http://host/?x=1".into()), ..fine.clone() }, "url"),
        ] {
            assert_eq!(wrong.validate().unwrap_err().setting, setting);
        }
    }
}
