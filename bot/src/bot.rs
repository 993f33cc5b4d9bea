//! What the parts of the bot share, and how an answer is given so that it is neither lost nor given twice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    action::{self, Keyboard},
    api::{Api, ApiError, Report},
    clock::Clock,
    document::Document,
    drafts::Drafts,
    error::{Error, Result},
    lang::Lang,
    messenger::{Messenger, Place},
    settings::Settings,
    state::{self, Group, Link, Outgoing, Pending, UserState},
    store::{Change, Store},
    telegram::{Chat, Failure, Telegram},
    texts,
};

/// The bot.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) settings: Settings,
    pub(crate) telegram: Arc<Telegram>,
    pub(crate) api: Api,
    pub(crate) store: Store,
    pub(crate) messenger: Messenger,
    pub(crate) clock: Arc<dyn Clock>,
    /// Who the bot is, once Telegram has said so.
    pub(crate) me: OnceLock<Me>,
    /// Turns of those who are answered at once.
    pub(crate) turns: Semaphore,
    pub(crate) drafts: Drafts,
    /// What is being done for whom.
    running: Mutex<HashMap<i64, CancellationToken>>,
    reports: Mutex<HashMap<String, Arc<Vec<Report>>>>,
}

/// The bot's own account.
#[derive(Debug, Clone)]
pub(crate) struct Me {
    pub(crate) id: i64,
    pub(crate) username: String,
}

/// Who asks, where, and about what.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) update: i64,
    pub(crate) user: i64,
    pub(crate) name: String,
    pub(crate) state: UserState,
    pub(crate) lang: Lang,
    pub(crate) chat: Chat,
    pub(crate) thread: Option<i64>,
    pub(crate) message: Option<i64>,
    pub(crate) reply_to: Option<i64>,
    /// What was told before a stop, and the message that told it.
    pub(crate) told: Mutex<(String, Option<i64>)>,
}

/// Where figures go.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) place: Place,
    /// A message that the answer takes the place of.
    pub(crate) message: Option<i64>,
    /// Asked in a group and answered in private.
    pub(crate) aside: bool,
}

/// Why nothing more is done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something failed; the person is told.
    Failed(Error),
    /// All that is to be said was said.
    Said,
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub(crate) type Done<T = ()> = std::result::Result<T, Stop>;

impl Context {
    /// Where the bot's own words go: where it was asked.
    pub(crate) fn place(&self) -> Place {
        let reply_to = self.message.filter(|_| !self.chat.private);
        Place { chat: self.chat.id, thread: self.thread, reply_to, only: None }
    }

    pub(crate) fn told(&self) -> std::sync::MutexGuard<'_, (String, Option<i64>)> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bot {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let telegram = Arc::new(Telegram::new(&settings)?);
        let store = Store::open(&settings.data)?;
        let clock = Arc::clone(&settings.clock);
        let messenger = Messenger { telegram: Arc::clone(&telegram), store: store.clone(), clock: Arc::clone(&clock) };
        Ok(Self {
            api: Api::new(&settings)?,
            turns: Semaphore::new(settings.concurrency.max(1)),
            settings,
            telegram,
            store,
            messenger,
            clock,
            me: OnceLock::new(),
            drafts: Drafts::default(),
            running: Mutex::default(),
            reports: Mutex::default(),
        })
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }

    /// The day that it is in a workspace.
    pub(crate) fn today(&self, link: &Link) -> chrono::NaiveDate {
        self.clock.now().with_timezone(&link.workspace.zone()).date_naive()
    }

    /// Registers what is done for a person, so that it can be stopped.
    pub(crate) fn begin(&self, user: i64) -> CancellationToken {
        let token = CancellationToken::new();
        self.running().insert(user, token.clone());
        token
    }

    pub(crate) fn end(&self, user: i64) {
        self.running().remove(&user);
    }

    /// Stops what is done for a person; whether there was anything.
    pub(crate) fn cancel(&self, user: i64) -> bool {
        let token = self.running().get(&user).cloned();
        token.inspect(CancellationToken::cancel).is_some()
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<i64, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace that a person works in; they are told what to do where there is none.
    pub(crate) async fn link<'a>(&self, cx: &'a Context) -> Done<&'a Link> {
        if let Some(link) = cx.state.link() {
            return Ok(link);
        }
        let text = if cx.chat.private { texts::not_linked(cx.lang) } else { texts::not_linked_group(cx.lang) };
        self.say(cx, Document::text(text), Vec::new()).await?;
        Err(Stop::Said)
    }

    /// Says something that is no workspace's business, where it was asked.
    pub(crate) async fn say(&self, cx: &Context, document: Document, keyboard: Keyboard) -> Result<()> {
        let (markup, changes) = action::markup(&keyboard, cx.user, self.now())?;
        if !changes.is_empty() {
            self.store.note(changes).await?;
        }
        let sent = self.messenger.send(&cx.place(), &document, markup.as_ref()).await;
        self.seen(cx.user, sent).await.map(drop)
    }

    /// Where figures may be shown to who asks: their own chat, or in a group to them alone.
    pub(crate) async fn stage(&self, cx: &Context) -> Done<Stage> {
        let link = self.link(cx).await?;
        if cx.chat.private {
            let place = Place { chat: cx.chat.id, thread: cx.thread, reply_to: None, only: None };
            return Ok(Stage { place, message: None, aside: false });
        }
        let group: Group = self.store.get(&state::group(cx.chat.id))?.unwrap_or_default();
        if !group.workspaces.contains(&link.workspace.id) {
            self.say(cx, Document::text(texts::group_closed(cx.lang)), Vec::new()).await?;
            return Err(Stop::Said);
        }
        let only = Place { only: Some(cx.user), ..cx.place() };
        let waiting = Document::text(texts::counting(cx.lang));
        if let Some(message) = self.messenger.only_for(&only, &waiting).await? {
            return Ok(Stage { place: only, message: Some(message), aside: false });
        }
        Ok(Stage { place: Place::private(cx.user), message: None, aside: true })
    }

    /// Gives an answer: on the disk before it goes, so that one whose outcome is not known can be shown again.
    pub(crate) async fn deliver(
        &self,
        cx: &Context,
        stage: &Stage,
        document: Document,
        keyboard: Keyboard,
    ) -> Result<Vec<i64>> {
        let (markup, mut changes) = action::markup(&keyboard, cx.user, self.now())?;
        let key = state::outgoing(stage.place.chat, cx.user);
        let pending = state::pending(cx.update);
        if let Some(update) = self.store.get::<Pending>(&pending)? {
            changes.push(Change::put(&pending, &Pending { sending: true, ..update })?);
        }
        let outgoing = Outgoing { at: self.now(), document, markup };
        changes.push(Change::put(&key, &outgoing)?);
        self.store.commit(changes).await?;
        let (document, markup) = (&outgoing.document, outgoing.markup.as_ref());
        let sent = match stage.message {
            Some(message) => match self.messenger.edit(&stage.place, message, document, markup).await {
                // It was deleted, or is too old: the answer comes as a message of its own.
                Err(Error::Telegram(Failure::Refused { code: 400, .. })) => {
                    self.messenger.send(&stage.place, document, markup).await
                }
                done => done,
            },
            None => self.messenger.send(&stage.place, document, markup).await,
        };
        if !matches!(sent, Err(Error::Telegram(Failure::Unknown { .. }))) {
            self.store.note(vec![Change::Remove(key)]).await?;
        }
        let sent = self.seen(cx.user, sent).await;
        if stage.aside {
            self.aside(cx, sent.as_ref().err()).await?;
        }
        sent
    }

    /// Tells a group that the answer went to its asker's own chat, or why it could not.
    async fn aside(&self, cx: &Context, failed: Option<&Error>) -> Result<()> {
        let username = self.me.get().map(|me| me.username.clone()).unwrap_or_default();
        let text = match failed {
            None => texts::answered_aside(cx.lang).to_owned(),
            Some(Error::Telegram(failure)) if failure.is_blocked() => {
                texts::fill(texts::open_me(cx.lang), &[("bot", &username)])
            }
            Some(_) => return Ok(()),
        };
        self.messenger.send(&cx.place(), &Document::text(text), None).await.map(drop)
    }

    /// Marks who has blocked the bot, and who is back.
    async fn seen(&self, user: i64, sent: Result<Vec<i64>>) -> Result<Vec<i64>> {
        if let Err(Error::Telegram(failure)) = &sent
            && failure.is_blocked()
        {
            self.mark_blocked(user, true).await?;
        }
        sent
    }

    pub(crate) async fn mark_blocked(&self, user: i64, blocked: bool) -> Result<()> {
        let key = state::user(user);
        let Some(mut state) = self.store.get::<UserState>(&key)? else { return Ok(()) };
        if state.blocked != blocked {
            state.blocked = blocked;
            self.store.commit(vec![Change::put(key, &state)?]).await?;
        }
        Ok(())
    }

    /// Keeps what a person has changed.
    pub(crate) async fn keep(&self, user: i64, state: &UserState) -> Result<()> {
        Ok(self.store.commit(vec![Change::put(state::user(user), state)?]).await?)
    }

    /// The catalogue of reports as a link sees it; it changes with the server only.
    pub(crate) async fn reports(&self, link: &Link) -> Result<Arc<Vec<Report>>, ApiError> {
        let lock = || self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&link.workspace.id) {
            return Ok(Arc::clone(found));
        }
        let page: crate::api::Page<Report> = self.api.get(&link.credential, "/v1/reports", &[]).await?;
        let found = Arc::new(page.items);
        let mut kept = lock();
        // A handful of workspaces; a server that is brought up to date is seen after a restart or when many have asked.
        if kept.len() > 64 {
            kept.clear();
        }
        kept.insert(link.workspace.id.clone(), Arc::clone(&found));
        Ok(found)
    }

    /// Tells a person why it was not done. Telegram's own failures are nobody's to tell.
    pub(crate) async fn explain(&self, cx: &Context, error: &Error) -> Result<()> {
        let text = match error {
            Error::Api(ApiError::Problem { status: 401, .. }) => {
                self.forget_link(cx).await?;
                texts::link_gone(cx.lang).to_owned()
            }
            Error::Api(ApiError::Problem { status: 403, detail, .. }) => {
                texts::fill(texts::forbidden(cx.lang), &[("detail", detail)])
            }
            Error::Api(ApiError::Problem { status: 404, code, .. }) if code != "unknown" => {
                texts::not_found(cx.lang).to_owned()
            }
            Error::Api(ApiError::Problem { status: 404, .. }) => texts::not_offered(cx.lang).to_owned(),
            Error::Api(ApiError::Problem { status: 429 | 503, .. }) => texts::busy(cx.lang).to_owned(),
            Error::Api(ApiError::Problem { status: 400..500, detail, .. }) => {
                texts::fill(texts::refused(cx.lang), &[("detail", detail)])
            }
            Error::Api(ApiError::Unreachable(_)) => texts::unreachable(cx.lang).to_owned(),
            Error::Api(ApiError::Cut(_)) => texts::cut(cx.lang).to_owned(),
            Error::Api(ApiError::TooLarge) => texts::too_large(cx.lang).to_owned(),
            Error::Api(_) | Error::Chart(_) => texts::failed(cx.lang).to_owned(),
            Error::Telegram(_) | Error::Store(_) | Error::Settings(_) => return Ok(()),
        };
        self.say(cx, Document::text(text), Vec::new()).await
    }

    /// A credential that opens nothing any more is thrown away.
    async fn forget_link(&self, cx: &Context) -> Result<()> {
        let Some(dead) = cx.state.link() else { return Ok(()) };
        let mut state = self.store.get::<UserState>(&state::user(cx.user))?.unwrap_or_default();
        state.links.retain(|link| link.credential != dead.credential);
        state.current = 0;
        self.keep(cx.user, &state).await
    }
}

/// A text of a JSON value where there is one.
pub(crate) fn text_of(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}
