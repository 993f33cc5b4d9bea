//! What the bot remembers, and under which keys of the [`Store`](crate::store::Store).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    action::Action,
    api::{Account, Credential, User, Workspace},
    lang::Lang,
    telegram::MessageId,
};

/// The form of what is kept. Before 2, buttons and answers stood there as they were.
pub(crate) const FORMAT: u32 = 2;
/// What an earlier form had under these is of no use, and names people.
pub(crate) const OUTDATED: [&str; 4] = [crate::action::BUTTON, ANSWER, OUTGOING, LOST];
/// The next update that is asked for.
pub(crate) const OFFSET: &str = "offset";
/// When the last update was taken over, in seconds since 1970.
pub(crate) const TAKEN: &str = "taken";
/// Numbers of updates below the next one that have not come.
pub(crate) const MISSING: &str = "missing";
/// Whose numbers these are.
pub(crate) const SOURCE: &str = "source";
/// Updates taken over and not dealt with yet.
pub(crate) const PENDING: &str = "pending/";
/// Messages on their way.
pub(crate) const OUTGOING: &str = "outgoing/";
/// Messages that may not have arrived, as they were offered.
pub(crate) const LOST: &str = "lost/";
/// Answers by chat and message, for replies to them.
pub(crate) const ANSWER: &str = "answer/";
/// Conversations by chat and person.
pub(crate) const TALK: &str = "talk/";
/// People.
pub(crate) const USER: &str = "user/";
/// Chats that are sent no rich messages, and since when.
pub(crate) const PLAIN: &str = "plain/";
/// In place of a time: the person wants it so, as older apps do not show rich messages.
pub(crate) const CHOSEN: i64 = i64::MAX;
/// Deliveries by id that have been sent.
pub(crate) const DELIVERED: &str = "delivered/";

pub(crate) fn pending(update: i64) -> String {
    // Ids have no more digits than these; they sort as numbers.
    format!("{PENDING}{update:020}")
}

pub(crate) fn user(id: i64) -> String {
    format!("{USER}{id}")
}

/// Under which the conversations of a chat are.
pub(crate) fn talks(chat: i64) -> String {
    format!("{TALK}{chat}/")
}

pub(crate) fn talk(chat: i64, user: i64) -> String {
    format!("{}{user}", talks(chat))
}

pub(crate) fn outgoing(chat: i64, user: i64) -> String {
    format!("{OUTGOING}{chat}/{user}")
}

pub(crate) fn lost(chat: i64, user: i64) -> String {
    format!("{LOST}{chat}/{user}")
}

pub(crate) fn answer(chat: i64, message: MessageId) -> String {
    match message {
        MessageId::Plain(id) => format!("{ANSWER}{chat}/{id}"),
        MessageId::Ephemeral(id) => format!("{ANSWER}{chat}/only/{id}"),
    }
}

pub(crate) fn group(chat: i64) -> String {
    format!("group/{chat}")
}

pub(crate) fn plain(chat: i64) -> String {
    format!("{PLAIN}{chat}")
}

pub(crate) fn delivered(id: &str) -> String {
    format!("{DELIVERED}{id}")
}

/// A person of Telegram.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct UserState {
    /// The language, as chosen or as Telegram said at first.
    pub(crate) lang: Option<Lang>,
    /// Workspaces that they have linked.
    pub(crate) links: Vec<Link>,
    /// The place of the one they work in.
    pub(crate) current: usize,
    /// They have blocked the bot.
    pub(crate) blocked: bool,
    /// They want charts on black.
    pub(crate) dark: bool,
}

impl UserState {
    /// The workspace that they work in.
    pub(crate) fn link(&self) -> Option<&Link> {
        self.links.get(self.current).or_else(|| self.links.first())
    }
}

/// A link: the right to be a person in a workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) credential: Credential,
    pub(crate) user: User,
    pub(crate) workspace: Workspace,
    pub(crate) role: String,
}

impl Link {
    /// Takes over what the server says of the workspace and the person now; whether anything is new.
    pub(crate) fn follow(&mut self, account: Account) -> bool {
        let new = self.workspace != account.workspace || self.role != account.role;
        (self.workspace, self.role) = (account.workspace, account.role);
        new
    }
}

/// Where updates come from: their numbers are of one bot, at one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) bot: i64,
    /// The server's address, as a digest.
    pub(crate) server: String,
}

/// An update that is not dealt with yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) update: Value,
    /// Its answer is on the way: it may have come, and is not given again unasked.
    pub(crate) sending: bool,
    /// Since when, in seconds since 1970.
    #[serde(default)]
    pub(crate) at: i64,
    /// The message that waits for its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) placeholder: Option<i64>,
}

/// A message is on the way; where this stays its outcome is not known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// Since when, in seconds since 1970.
    pub(crate) at: i64,
    /// What makes it anew and names nobody: this stands in the file as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) again: Option<Action>,
}

/// A conversation with the assistant that goes on in a chat.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Talk {
    pub(crate) conversation: String,
    /// The answer that it stands at.
    pub(crate) message: String,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// The workspace that it is about.
    pub(crate) workspace: String,
}

/// An answer that may be replied to. What it says is the server's to tell.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AnswerOf {
    pub(crate) conversation: String,
    pub(crate) message: String,
    pub(crate) workspace: String,
    pub(crate) user: i64,
    pub(crate) at: i64,
}

/// A group: the workspaces whose admins let the bot answer there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Group {
    pub(crate) workspaces: Vec<String>,
}
