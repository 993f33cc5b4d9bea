//! What the parts of the bot share, and how an answer is given so that it is neither lost nor given twice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::{
    action::{self, Action, Keyboard},
    api::{Account, Api, ApiError, Report},
    charts::Picture,
    clock::Clock,
    document::Document,
    drafts::Drafts,
    ephemeral::{Ephemeral, Only},
    error::{Error, Result},
    held::{Answer, Held},
    known::Known,
    lang::Lang,
    messenger::{Messenger, Place},
    settings::Settings,
    state::{self, Group, Link, Outgoing, Pending, UserState},
    store::{Change, Store},
    telegram::{Chat, Failure, File, MessageId, Telegram},
    texts,
};

/// "Typing" is shown for five seconds.
const TYPING: Duration = Duration::from_millis(4_500);

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
    turns: Arc<Semaphore>,
    pub(crate) drafts: Drafts,
    /// Answers that may not have arrived.
    pub(crate) held: Held,
    /// Workspaces that were asked about a short while ago.
    pub(crate) known: Known,
    /// What is being done for whom.
    running: Mutex<HashMap<i64, Running>>,
    reports: Mutex<HashMap<String, Arc<Vec<Report>>>>,
}

/// What is being done for a person.
#[derive(Debug)]
struct Running {
    update: i64,
    token: CancellationToken,
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
    /// The message that asks, or the one whose button was pressed.
    pub(crate) message: Option<MessageId>,
    pub(crate) reply_to: Option<MessageId>,
    /// The press of a button.
    pub(crate) press: Option<String>,
    /// Their link as the server has just told it, where it is not what was known.
    fresh: OnceLock<Link>,
    told: Mutex<Told>,
    turn: Mutex<Option<OwnedSemaphorePermit>>,
    /// A turn was taken.
    works: Notify,
}

/// What was told before the answer: its words so far, and the message that waits for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) words: String,
    pub(crate) message: Option<(Place, i64)>,
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
    /// Who asks; where, and about which message, is filled in.
    pub(crate) fn new(update: i64, user: i64, name: String, state: UserState, lang: Lang, chat: Chat) -> Self {
        Self {
            update,
            user,
            name,
            state,
            lang,
            chat,
            thread: None,
            message: None,
            reply_to: None,
            press: None,
            fresh: OnceLock::new(),
            told: Mutex::default(),
            turn: Mutex::default(),
            works: Notify::new(),
        }
    }

    /// Where the bot's own words go: where it was asked, and to whom alone it was asked so.
    pub(crate) fn place(&self) -> Place {
        let (reply_to, only) = match self.message {
            _ if self.chat.private => (None, None),
            Some(MessageId::Plain(id)) => (Some(id), None),
            Some(MessageId::Ephemeral(_)) => (None, Some(self.only())),
            None => (None, None),
        };
        Place { chat: self.chat.id, thread: self.thread, reply_to, only }
    }

    /// The asker alone, in a group.
    fn only(&self) -> Only {
        let incoming = match self.message {
            Some(MessageId::Ephemeral(id)) if self.press.is_none() => Some(id),
            _ => None,
        };
        Only { person: self.user, press: self.press.clone(), incoming }
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work is done, or stopped.
    pub(crate) fn end_turn(&self) {
        self.turn().take();
    }
}

impl Bot {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let telegram = Arc::new(Telegram::new(&settings)?);
        let store = Store::open(&settings.data, state::FORMAT, &state::OUTDATED)?;
        let clock = Arc::clone(&settings.clock);
        let messenger = Messenger {
            telegram: Arc::clone(&telegram),
            store: store.clone(),
            clock: Arc::clone(&clock),
            ephemeral: Arc::new(Ephemeral::default()),
        };
        Ok(Self {
            api: Api::new(&settings)?,
            turns: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            settings,
            telegram,
            store,
            messenger,
            clock,
            me: OnceLock::new(),
            drafts: Drafts::default(),
            held: Held::default(),
            known: Known::default(),
            running: Mutex::default(),
            reports: Mutex::default(),
        })
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }

    /// Registers what is done for a person, so that it can be stopped.
    pub(crate) fn begin(&self, user: i64, update: i64) -> CancellationToken {
        let token = CancellationToken::new();
        self.running().insert(user, Running { update, token: token.clone() });
        token
    }

    pub(crate) fn end(&self, user: i64) {
        self.running().remove(&user);
    }

    /// Stops what is done for a person, or only if it is about that update; whether there was anything.
    pub(crate) fn cancel(&self, user: i64, update: Option<i64>) -> bool {
        let running = self.running();
        let found = running.get(&user).filter(|running| update.is_none_or(|update| running.update == update));
        found.inspect(|running| running.token.cancel()).is_some()
    }

    /// Waits for a turn: so many are worked for at once.
    async fn begin_turn(&self, cx: &Context) {
        if cx.turn().is_some() {
            return;
        }
        // It is never closed.
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else { return };
        *cx.turn() = Some(turn);
        cx.works.notify_one();
    }

    /// Says that the bot is writing for as long as it works on an answer. It never ends by itself.
    pub(crate) async fn typing(&self, cx: &Context) {
        loop {
            cx.works.notified().await;
            while cx.turn().is_some() {
                self.telegram.typing(cx.chat.id, cx.thread).await;
                tokio::time::sleep(TYPING).await;
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<i64, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace that a person works in; they are told what to do where there is none.
    pub(crate) async fn link<'a>(&self, cx: &'a Context) -> Done<&'a Link> {
        let Some(link) = cx.state.link() else {
            let text = if cx.chat.private { texts::not_linked(cx.lang) } else { texts::not_linked_group(cx.lang) };
            self.say(cx, Document::text(text), Vec::new()).await?;
            return Err(Stop::Said);
        };
        if let Some(fresh) = cx.fresh.get() {
            return Ok(fresh);
        }
        if self.known.is_good(cx.user, &link.workspace.id, self.now()) {
            return Ok(link);
        }
        let account = match self.account(cx.user, link).await {
            Ok(account) => account,
            Err(error @ ApiError::Problem { status: 401, .. }) => return Err(error.into()),
            // It is away or busy. What is known will do; what follows says what is wrong.
            Err(_) => return Ok(link),
        };
        let mut fresh = link.clone();
        if fresh.follow(account) {
            self.remember(cx.user, &fresh).await?;
        }
        Ok(cx.fresh.get_or_init(|| fresh))
    }

    /// Who a link is, as the server says now.
    pub(crate) async fn account(&self, user: i64, link: &Link) -> Result<Account, ApiError> {
        let account = self.api.get::<Account>(&link.credential, "/v1/me", &[]).await?;
        self.known.is_told(user, &link.workspace.id, self.now());
        Ok(account)
    }

    /// Keeps a link of a person as it is now.
    pub(crate) async fn remember(&self, user: i64, link: &Link) -> Result<()> {
        let Some(mut state) = self.store.get::<UserState>(&state::user(user))? else { return Ok(()) };
        let Some(kept) = state.links.iter_mut().find(|kept| kept.credential == link.credential) else { return Ok(()) };
        kept.clone_from(link);
        self.keep(user, &state).await
    }

    /// The workspace that a person works in, where it may be answered: in a group only after an admin has said so.
    pub(crate) async fn admitted<'a>(&self, cx: &'a Context) -> Done<&'a Link> {
        let link = self.link(cx).await?;
        if cx.chat.private {
            return Ok(link);
        }
        let group: Group = self.store.get(&state::group(cx.chat.id))?.unwrap_or_default();
        if group.workspaces.contains(&link.workspace.id) {
            return Ok(link);
        }
        self.say(cx, Document::text(texts::group_closed(cx.lang)), Vec::new()).await?;
        Err(Stop::Said)
    }

    /// Says something that is no workspace's business, where it was asked.
    pub(crate) async fn say(&self, cx: &Context, document: Document, keyboard: Keyboard) -> Result<()> {
        let (markup, changes) = action::markup(&keyboard, cx.user, self.now())?;
        if !changes.is_empty() {
            self.store.note(changes).await?;
        }
        cx.end_turn();
        let place = cx.place();
        let sent = match self.messenger.send(&place, &document, markup.as_ref()).await {
            Err(Error::Telegram(failure)) if place.only.is_some() && failure.is_final() => {
                self.messenger.send(&Place::private(cx.user), &document, markup.as_ref()).await
            }
            sent => sent,
        };
        if cx.chat.private {
            return self.seen(cx.user, sent).await.map(drop);
        }
        // A group that has put the bot out says nothing of the person; what was allowed there is over.
        if let Err(Error::Telegram(Failure::Refused { code: 403, .. })) = &sent {
            self.store.commit(vec![Change::Remove(state::group(cx.chat.id))]).await?;
        }
        sent.map(drop)
    }

    /// Where figures may be shown to who asks: their own chat, or in a group to them alone.
    pub(crate) async fn stage(&self, cx: &Context) -> Done<Stage> {
        self.admitted(cx).await?;
        if cx.chat.private {
            let place = Place { chat: cx.chat.id, thread: cx.thread, reply_to: None, only: None };
            // Where the bot was stopped in the middle of it, what it had shown waits still.
            let pending: Option<Pending> = self.store.get(&state::pending(cx.update))?;
            let message = pending.and_then(|pending| pending.placeholder);
            cx.told().message = message.map(|message| (place.clone(), message));
            self.begin_turn(cx).await;
            return Ok(Stage { place, message, aside: false });
        }
        let only = Place { only: Some(cx.only()), ..cx.place() };
        let waiting = Document::text(texts::counting(cx.lang));
        let message = self.messenger.only_for(&only, &waiting).await;
        cx.told().message = message.map(|message| (only.clone(), message));
        self.begin_turn(cx).await;
        if message.is_some() {
            return Ok(Stage { place: only, message, aside: false });
        }
        Ok(Stage { place: Place::private(cx.user), message: None, aside: true })
    }

    /// Gives an answer: on the disk before it goes, so that one that did not arrive, or may not have, can be shown again.
    pub(crate) async fn deliver(
        &self,
        cx: &Context,
        stage: &Stage,
        document: Document,
        keyboard: Keyboard,
    ) -> Result<Vec<i64>> {
        self.deliver_with(cx, stage, None, document, keyboard, None).await
    }

    /// Gives an answer with its picture, without which it is whole. After a restart `again` makes it anew: it names nobody.
    pub(crate) async fn deliver_with(
        &self,
        cx: &Context,
        stage: &Stage,
        mut picture: Option<Picture>,
        document: Document,
        keyboard: Keyboard,
        again: Option<Action>,
    ) -> Result<Vec<i64>> {
        let (markup, changes) = action::markup(&keyboard, cx.user, self.now())?;
        let answer = Arc::new(Answer { at: self.now(), document, markup });
        self.held.goes(stage.place.chat, cx.user, Arc::clone(&answer));
        self.on_its_way(cx, stage, again, changes).await?;
        // A placeholder is answered in its place; otherwise the picture comes before the words that carry the buttons.
        let mut shown = None;
        if stage.message.is_none() {
            shown = self.show(stage, picture.take()).await;
        }
        let mut sent = self.send(cx, stage, &answer).await?;
        // Who replies to the picture means the answer.
        sent.extend(shown.or(self.show(stage, picture).await));
        Ok(sent)
    }

    /// Gives an answer that was given before and may not have arrived. Its buttons have their ids already.
    pub(crate) async fn deliver_again(
        &self,
        cx: &Context,
        stage: &Stage,
        answer: Arc<Answer>,
        again: Option<Action>,
        changes: Vec<Change>,
    ) -> Result<()> {
        self.held.is_shown(cx.chat.id, cx.user);
        self.held.goes(stage.place.chat, cx.user, Arc::clone(&answer));
        self.on_its_way(cx, stage, again, changes).await?;
        self.send(cx, stage, &answer).await.map(drop)
    }

    /// Gives a file; what is offered where it does not arrive is to make it anew.
    pub(crate) async fn deliver_file(&self, cx: &Context, stage: &Stage, file: File, again: Action) -> Result<()> {
        self.held.is_over(stage.place.chat, cx.user);
        self.on_its_way(cx, stage, Some(again), Vec::new()).await?;
        let sent = self.messenger.file(&stage.place, &file, "").await.map(|()| Vec::new());
        self.settle(cx, stage, stage.aside, sent).await.map(drop)
    }

    /// Notes what is about to be sent. The work is done: the turn is another's while Telegram keeps this one waiting.
    async fn on_its_way(
        &self,
        cx: &Context,
        stage: &Stage,
        again: Option<Action>,
        mut changes: Vec<Change>,
    ) -> Result<()> {
        cx.end_turn();
        let pending = state::pending(cx.update);
        if let Some(update) = self.store.get::<Pending>(&pending)? {
            changes.push(Change::put(&pending, &Pending { sending: true, ..update })?);
        }
        let outgoing = Outgoing { at: self.now(), again };
        changes.push(Change::put(state::outgoing(stage.place.chat, cx.user), &outgoing)?);
        Ok(self.store.commit(changes).await?)
    }

    async fn send(&self, cx: &Context, stage: &Stage, answer: &Answer) -> Result<Vec<i64>> {
        let (document, markup) = (&answer.document, answer.markup.as_ref());
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
        match sent {
            // The group has no place for what is one person's.
            Err(Error::Telegram(failure)) if stage.place.only.is_some() && failure.is_final() => {
                tracing::info!(%failure, "an answer goes to a private chat");
                let sent = self.messenger.send(&Place::private(cx.user), document, markup).await;
                self.settle(cx, stage, true, sent).await
            }
            sent => self.settle(cx, stage, stage.aside, sent).await,
        }
    }

    /// What has arrived, or never can, is not offered again; anything else is, with the next update.
    async fn settle(&self, cx: &Context, stage: &Stage, aside: bool, sent: Result<Vec<i64>>) -> Result<Vec<i64>> {
        let blocked = matches!(&sent, Err(Error::Telegram(failure)) if failure.is_blocked());
        if sent.is_ok() || blocked {
            self.held.is_over(stage.place.chat, cx.user);
            self.store.note(vec![Change::Remove(state::outgoing(stage.place.chat, cx.user))]).await?;
        }
        if sent.is_ok() && !aside {
            cx.told().message = None;
        }
        let private = aside || cx.chat.private;
        let sent = if private { self.seen(cx.user, sent).await } else { sent };
        if aside && let Err(error) = self.aside(cx, sent.as_ref().err()).await {
            tracing::debug!(%error, "a note in a group was not sent");
        }
        sent
    }

    /// Shows a picture; the id of its message. One that does not arrive takes nothing along.
    async fn show(&self, stage: &Stage, picture: Option<Picture>) -> Option<i64> {
        let picture = picture?;
        let shown = self.messenger.picture(&stage.place, picture.png, &picture.caption).await;
        shown.inspect_err(|error| tracing::warn!(%error, "a picture was not sent")).ok().flatten()
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
        let document = Document::text(text);
        let waiting = cx.told().message.take();
        match waiting {
            Some((place, message)) => self.messenger.edit(&place, message, &document, None).await.map(drop),
            None => self.messenger.send(&cx.place(), &document, None).await.map(drop),
        }
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

    /// Marks that a person has blocked the bot, or let it in again; whether that is new.
    pub(crate) async fn mark_blocked(&self, user: i64, blocked: bool) -> Result<bool> {
        let key = state::user(user);
        let Some(mut state) = self.store.get::<UserState>(&key)? else { return Ok(false) };
        if state.blocked == blocked {
            return Ok(false);
        }
        state.blocked = blocked;
        self.store.commit(vec![Change::put(key, &state)?]).await?;
        Ok(true)
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

    /// Tells a person why it was not done. Where Telegram takes nothing now there is no telling: the next update offers what was
    /// to be shown.
    pub(crate) async fn explain(&self, cx: &Context, error: &Error) -> Result<()> {
        let waiting = cx.told().message.take();
        // What the server says may name customers.
        let alone = cx.chat.private || waiting.as_ref().is_some_and(|(place, _)| place.only.is_some());
        let text = match error {
            Error::Api(ApiError::Problem { status: 401, .. }) => {
                self.forget_link(cx).await?;
                texts::link_gone(cx.lang).to_owned()
            }
            Error::Api(ApiError::Problem { status: 403, .. }) if !alone => texts::forbidden_here(cx.lang).to_owned(),
            Error::Api(ApiError::Problem { status: 403, detail, .. }) => {
                texts::fill(texts::forbidden(cx.lang), &[("detail", detail)])
            }
            Error::Api(ApiError::Problem { status: 404, code, .. }) if code != "unknown" => {
                texts::not_found(cx.lang).to_owned()
            }
            Error::Api(ApiError::Problem { status: 404, .. }) => texts::not_offered(cx.lang).to_owned(),
            Error::Api(ApiError::Problem { status: 429 | 503, .. }) => texts::busy(cx.lang).to_owned(),
            Error::Api(ApiError::Problem { status: 400..500, detail, .. }) if alone => {
                texts::fill(texts::refused(cx.lang), &[("detail", detail)])
            }
            Error::Api(ApiError::Unreachable(_)) => texts::unreachable(cx.lang).to_owned(),
            Error::Api(ApiError::Cut(_)) => texts::cut(cx.lang).to_owned(),
            Error::Api(ApiError::TooLarge) => texts::too_large(cx.lang).to_owned(),
            Error::Telegram(failure) if failure.is_blocked() || !failure.is_final() => return Ok(()),
            _ => texts::failed(cx.lang).to_owned(),
        };
        let document = Document::text(text);
        if let Some((place, message)) = waiting {
            cx.end_turn();
            if self.messenger.edit(&place, message, &document, None).await.is_ok() {
                return Ok(());
            }
        }
        self.say(cx, document, Vec::new()).await
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
