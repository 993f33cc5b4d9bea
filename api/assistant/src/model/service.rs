//! The model as the server shares it: settings, queue, breaker and client together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::breaker::{Breaker, Clock};
use super::failure::Failure;
use super::ollama::{Chat, Client, Reply, Shown};
use super::queue::FairQueue;
use super::settings::{Invalid, Settings};
use super::state::State;

/// A model that tenants share.
#[derive(Debug, Clone)]
pub struct Model {
    client: Option<Client>,
    settings: Arc<Settings>,
    queue: FairQueue,
    breaker: Breaker,
    /// Calls that wait for the model's first words.
    starting: Arc<AtomicUsize>,
}

/// Counts a call that waits for the first words.
struct Starting(Option<Arc<AtomicUsize>>);

impl Starting {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Some(count.clone()))
    }

    fn over(&mut self) {
        if let Some(count) = self.0.take() {
            count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.over();
    }
}

impl Model {
    /// A model by those settings; without an address it is [`State::Off`] and every call says so.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(settings: Settings) -> Result<Self, Invalid> {
        Self::with_clock(settings, Arc::new(Instant::now))
    }

    /// The same with another clock for the breaker.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn with_clock(settings: Settings, clock: Clock) -> Result<Self, Invalid> {
        Ok(Self {
            client: Client::new(&settings)?,
            queue: FairQueue::new(settings.concurrency, settings.queue_per_tenant, settings.queue_total),
            breaker: Breaker::new(settings.breaker_failures, settings.breaker_pause, clock),
            settings: Arc::new(settings),
            starting: Arc::default(),
        })
    }

    /// No model.
    pub fn off() -> Self {
        let settings = Settings::default();
        Self {
            client: None,
            queue: FairQueue::new(1, 1, 1),
            breaker: Breaker::new(1, settings.breaker_pause, Arc::new(Instant::now)),
            settings: Arc::new(settings),
            starting: Arc::default(),
        }
    }

    /// Its name; `None` where it is off.
    pub fn name(&self) -> Option<&str> {
        self.client.as_ref().map(|_| self.settings.model.as_str())
    }

    /// What it was set up with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its queue, to show how many wait.
    pub fn queue(&self) -> &FairQueue {
        &self.queue
    }

    /// Asks it in the turn of that tenant; `told` hears the text as it comes. Dropping the future gives the turn up and ends
    /// the call at the server.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn chat(&self, tenant: &str, chat: &Chat, told: &mut (dyn FnMut(&str) + Send)) -> Result<Reply, Failure> {
        let client = self.client.as_ref().ok_or(Failure::Off)?;
        // Nobody waits for a turn to be told that it is left alone.
        if let Some(retry_in) = self.breaker.closed_for() {
            return Err(Failure::Paused { retry_in });
        }
        let turn = timeout(self.settings.queue_timeout, self.queue.turn(tenant)).await;
        let _turn = turn.map_err(|_| Failure::Busy)?.map_err(|_| Failure::Busy)?;
        let ticket = self.breaker.enter().map_err(|retry_in| Failure::Paused { retry_in })?;
        let answer = self.patiently(client, chat, told).await;
        match &answer {
            Err(failure) if failure.of_server() => ticket.failed(),
            _ => ticket.worked(),
        }
        answer
    }

    /// Asks again while the server says that it is busy, as it does while it loads with a full queue.
    async fn patiently(
        &self,
        client: &Client,
        chat: &Chat,
        told: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Reply, Failure> {
        let mut pause = self.settings.busy_pause;
        let mut starting = Starting::new(&self.starting);
        for _ in 0..self.settings.busy_retries {
            match self.once(client, chat, told, &mut starting).await {
                Err(Failure::Busy) => sleep(pause).await,
                other => return other,
            }
            pause = pause.saturating_mul(2).min(Duration::from_secs(10));
        }
        self.once(client, chat, told, &mut starting).await
    }

    async fn once(
        &self,
        client: &Client,
        chat: &Chat,
        told: &mut (dyn FnMut(&str) + Send),
        starting: &mut Starting,
    ) -> Result<Reply, Failure> {
        let mut hear = |text: &str| {
            starting.over();
            told(text);
        };
        client.chat(chat, &mut hear).await
    }

    /// Brings the model into memory, so that the first question does not wait for it.
    ///
    /// # Errors
    /// Why it is not there.
    pub async fn preload(&self) -> Result<(), Failure> {
        let client = self.client.as_ref().ok_or(Failure::Off)?;
        let _starting = Starting::new(&self.starting);
        client.load().await
    }

    /// What the server knows of the model.
    ///
    /// # Errors
    /// Why it is not known.
    pub async fn show(&self) -> Result<Shown, Failure> {
        self.client.as_ref().ok_or(Failure::Off)?.show().await
    }

    /// How it is, by asking the server; never by asking the model.
    pub async fn state(&self) -> State {
        let Some(client) = &self.client else { return State::Off };
        if let Some(retry_in) = self.breaker.closed_for() {
            return State::Unreachable { reason: Failure::Paused { retry_in }.to_string() };
        }
        let unreachable = |failure: Failure| State::Unreachable {
            reason: match failure {
                Failure::Unreachable { reason } => reason,
                other => other.to_string(),
            },
        };
        match client.has_model().await {
            Ok(true) => {}
            Ok(false) => return State::ModelMissing { pull: format!("ollama pull {}", self.settings.model) },
            Err(failure) => return unreachable(failure),
        }
        if self.queue.is_full() {
            return State::Busy;
        }
        if self.starting.load(Ordering::SeqCst) > 0 {
            match client.is_loaded().await {
                Ok(true) => {}
                Ok(false) => return State::Loading,
                Err(failure) => return unreachable(failure),
            }
        }
        State::Ready
    }
}
