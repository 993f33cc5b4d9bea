//! Who is dealt with when: each person's updates one after another, people beside each other, and a stop before all of it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    bot::Bot,
    commands,
    document::Document,
    error::Result,
    groups,
    state::{self, MISSING, PENDING, Pending, TAKEN},
    store::Change,
    telegram::{Incoming, Kind},
    texts, updates,
};

/// Updates of one person that may wait. More is a flood, or a phone that was offline for long.
const WAITING: usize = 20;
/// Telegram keeps updates for a day; what an earlier process took over and left for longer is no question any more.
const NEWS: i64 = 86_400;
/// Numbers that have not come are waited for: so many of them.
const WAITED_FOR: i64 = 1_000;
/// Telegram may begin its numbers anew, and below the last one, when there was no update for a week.
const NUMBERS_GO_ON: i64 = 6 * 86_400;

/// Deals with updates. It knows them by id: one that is waiting, or was dealt with, is not taken twice.
#[derive(Debug)]
pub(crate) struct Dispatcher {
    bot: Arc<Bot>,
    /// Taking over: a webhook may be called twice at once.
    taking: tokio::sync::Mutex<()>,
    queues: Mutex<HashMap<i64, Queue>>,
    tasks: TaskTracker,
    /// Ends what is still being done; it stays pending, and is begun anew at the next start.
    kill: CancellationToken,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Incoming>,
    warned: bool,
}

impl Dispatcher {
    pub(crate) fn new(bot: Arc<Bot>) -> Arc<Self> {
        let (taking, queues) = (tokio::sync::Mutex::default(), Mutex::default());
        Arc::new(Self { bot, taking, queues, tasks: TaskTracker::new(), kill: CancellationToken::new() })
    }

    /// Waits for what is being done, and for no longer than so.
    pub(crate) async fn drain(&self, most: Duration) {
        self.tasks.close();
        if tokio::time::timeout(most, self.tasks.wait()).await.is_err() {
            tracing::info!("answers that are not ready go on at the next start");
        }
        self.kill.cancel();
        self.tasks.wait().await;
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let kill = self.kill.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = kill.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// The update to go on from.
    pub(crate) fn offset(&self) -> Result<i64> {
        let store = &self.bot.store;
        match store.get::<i64>(TAKEN)? {
            Some(taken) if self.bot.now() - taken > NUMBERS_GO_ON => Ok(0),
            _ => Ok(store.get(state::OFFSET)?.unwrap_or_default()),
        }
    }

    /// What an earlier process took over and did not finish. Answers on their way are not given again.
    pub(crate) async fn resume(self: &Arc<Self>) -> Result<()> {
        let left: Vec<(String, Pending)> = self.bot.store.list(PENDING, usize::MAX)?;
        let mut over = Vec::new();
        for (key, pending) in left {
            let news = pending.at == 0 || self.bot.now() - pending.at < NEWS;
            match Incoming::read(&pending.update).filter(|_| news && !pending.sending) {
                Some(incoming) => self.begin(incoming).await,
                None => over.push(Change::Remove(key)),
            }
        }
        if !over.is_empty() {
            self.bot.store.commit(over).await?;
        }
        Ok(())
    }

    /// Takes updates over: they are on the disk, with the place to go on from, before anything is done about them.
    ///
    /// A webhook that failed with one update is brought others before it is brought that one again. So a number below the last is an
    /// update that was taken, unless it is missing.
    pub(crate) async fn take(self: &Arc<Self>, updates: Vec<serde_json::Value>) -> Result<()> {
        let _taking = self.taking.lock().await;
        let (offset, now) = (self.offset()?, self.bot.now());
        let waited_for: Vec<i64> = self.bot.store.get(MISSING)?.unwrap_or_default();
        // Numbers that begin anew have nothing to do with those.
        let mut missing = if offset == 0 { Vec::new() } else { waited_for.clone() };
        let mut next = offset;
        let (mut changes, mut taken) = (Vec::new(), Vec::new());
        let mut in_order: Vec<(Incoming, serde_json::Value)> =
            updates.into_iter().filter_map(|update| Some((Incoming::read(&update)?, update))).collect();
        in_order.sort_by_key(|(incoming, _)| incoming.id);
        for (incoming, update) in in_order {
            let id = incoming.id;
            if id >= next {
                if next > 0 {
                    missing.extend(next.max(id.saturating_sub(WAITED_FOR))..id);
                }
                next = id.saturating_add(1);
            } else if let Some(at) = missing.iter().position(|number| *number == id) {
                missing.remove(at);
            } else {
                continue;
            }
            if matches!(incoming.kind, Kind::Other) {
                continue;
            }
            let pending = Pending { update, sending: false, at: now, placeholder: None };
            changes.push(Change::put(state::pending(id), &pending)?);
            taken.push(incoming);
        }
        // The latest of them.
        missing.retain(|number| *number >= next.saturating_sub(WAITED_FOR));
        if missing != waited_for {
            changes.push(Change::put(MISSING, &missing)?);
        }
        if next != offset {
            changes.extend([Change::put(state::OFFSET, &next)?, Change::put(TAKEN, &now)?]);
        }
        if !changes.is_empty() {
            self.bot.store.commit(changes).await?;
        }
        for incoming in taken {
            self.begin(incoming).await;
        }
        Ok(())
    }

    /// What is written in a group after it has got another id is read as of the group that it was.
    async fn begin(self: &Arc<Self>, incoming: Incoming) {
        if let Kind::Message(message) = &incoming.kind
            && let Err(error) = groups::moves(&self.bot, message).await
        {
            tracing::error!(%error, "a group has another id, and that was not kept");
        }
        self.accept(incoming);
    }

    fn accept(self: &Arc<Self>, incoming: Incoming) {
        if updates::stops(&self.bot, &incoming) {
            let this = Arc::clone(self);
            self.spawn(async move { this.stop(incoming).await });
            return;
        }
        if let Kind::Callback(callback) = &incoming.kind {
            let (this, callback) = (Arc::clone(self), callback.clone());
            self.spawn(async move {
                if let Err(error) = updates::acknowledge(&this.bot, &callback).await {
                    tracing::warn!(%error, "a button was not answered");
                }
            });
        }
        let Some(user) = updates::owner(&incoming) else {
            let this = Arc::clone(self);
            self.spawn(async move {
                if let Err(error) = this.beside(&incoming).await {
                    tracing::warn!(%error, "an update was not dealt with");
                }
                this.done(&[incoming.id]).await;
            });
            return;
        };
        let mut queues = self.lock();
        if let Some(queue) = queues.get_mut(&user) {
            if queue.waiting.len() < WAITING {
                queue.waiting.push_back(incoming);
                return;
            }
            let warn = !std::mem::replace(&mut queue.warned, true);
            drop(queues);
            let this = Arc::clone(self);
            self.spawn(async move { this.refuse(incoming, warn).await });
            return;
        }
        queues.insert(user, Queue { waiting: VecDeque::from([incoming]), warned: false });
        drop(queues);
        let this = Arc::clone(self);
        self.spawn(async move { this.serve(user).await });
    }

    /// Deals with what waits of one person, and ends when nothing does.
    async fn serve(self: Arc<Self>, user: i64) {
        loop {
            let (incoming, token) = {
                let mut queues = self.lock();
                let Some(incoming) = queues.get_mut(&user).and_then(|queue| queue.waiting.pop_front()) else {
                    queues.remove(&user);
                    return;
                };
                // Under the lock: a stop finds it either waiting or begun.
                let token = self.bot.begin(user, incoming.id);
                (incoming, token)
            };
            let cx = match updates::context(&self.bot, &incoming) {
                Ok(cx) => cx,
                Err(error) => {
                    tracing::error!(%error, "an update was not dealt with");
                    None
                }
            };
            if let Some(cx) = &cx {
                let work = async {
                    if let Err(error) = updates::handle(&self.bot, cx, &incoming).await {
                        tracing::warn!(update = incoming.id, %error, "an update was not dealt with");
                    }
                };
                tokio::select! {
                    biased;
                    () = token.cancelled() => {
                        if let Err(error) = updates::stopped(&self.bot, cx).await {
                            tracing::debug!(%error, "a stop was not told");
                        }
                    }
                    () = work => {}
                    () = self.bot.typing(cx) => {}
                }
            } else if let Err(error) = self.beside(&incoming).await {
                tracing::warn!(update = incoming.id, %error, "an update was not dealt with");
            }
            self.bot.end(user);
            self.done(&[incoming.id]).await;
        }
    }

    /// Stops what is done for a person, and forgets what waits.
    async fn stop(&self, incoming: Incoming) {
        let user = match &incoming.kind {
            Kind::Stopped { chat, .. } => Some(*chat),
            _ => updates::owner(&incoming),
        };
        let Some(user) = user else { return };
        let update = updates::stopped_update(&self.bot, &incoming);
        let (waiting, stopped) = if update.is_some() {
            // A button stops its own answer. Pressed late it stops nothing, and what waits is for later answers.
            let _queues = self.lock();
            (Vec::new(), self.bot.cancel(user, update))
        } else {
            let mut queues = self.lock();
            let waiting: Vec<i64> = queues
                .get_mut(&user)
                .into_iter()
                .flat_map(|queue| queue.waiting.drain(..))
                .map(|update| update.id)
                .collect();
            (waiting, self.bot.cancel(user, None))
        };
        self.done(&waiting).await;
        let nothing = waiting.is_empty();
        if let Kind::Callback(callback) = &incoming.kind {
            let params = serde_json::json!({"callback_query_id": callback.id});
            if let Err(failure) = self.bot.telegram.call("answerCallbackQuery", &params).await {
                tracing::debug!(%failure, "a button was not answered");
            }
        }
        if !stopped
            && matches!(incoming.kind, Kind::Message(_))
            && let Ok(Some(cx)) = updates::context(&self.bot, &incoming)
        {
            // What had not begun says nothing by itself.
            let text = if nothing { texts::nothing_to_cancel(cx.lang) } else { texts::stopped(cx.lang) };
            if let Err(error) = self.bot.say(&cx, Document::text(text), Vec::new()).await {
                tracing::debug!(%error, "a stop was not told");
            }
        }
        self.done(&[incoming.id]).await;
    }

    /// A flood is told once, and not answered.
    async fn refuse(&self, incoming: Incoming, warn: bool) {
        if warn
            && let Ok(Some(cx)) = updates::context(&self.bot, &incoming)
            && cx.chat.private
        {
            let said = self.bot.say(&cx, Document::text(texts::too_many(cx.lang)), Vec::new()).await;
            if let Err(error) = said {
                tracing::debug!(%error, "a flood was not told");
            }
        }
        self.done(&[incoming.id]).await;
    }

    /// What nobody waits for.
    async fn beside(&self, incoming: &Incoming) -> Result<()> {
        match &incoming.kind {
            Kind::Membership { chat, person, gone } if chat.private => {
                if self.bot.mark_blocked(*person, *gone).await? && !gone {
                    commands::tell_of_paused(&self.bot, *person).await;
                }
                Ok(())
            }
            Kind::Membership { chat, gone: true, .. } => groups::left(&self.bot, chat.id).await,
            _ => Ok(()),
        }
    }

    /// An update is over. A crash may bring it back only together with the mark that its answer was sent.
    async fn done(&self, updates: &[i64]) {
        if updates.is_empty() {
            return;
        }
        let changes = updates.iter().map(|update| Change::Remove(state::pending(*update))).collect();
        if let Err(error) = self.bot.store.note(changes).await {
            tracing::error!(%error, "the end of an update was not kept");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
