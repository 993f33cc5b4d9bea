//! What the server knows.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::call::{Call, Upload};

/// The bot's own id.
pub(crate) const BOT: i64 = 77;

/// What a server knows, by the version of its Bot API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No drafts, no rich messages.
    V9_1,
    /// Drafts.
    V9_3,
    /// Rich messages.
    V10_1,
    /// Messages to one person of a group, named by `receiver_user_id`.
    V10_2,
    /// The same, named by `ephemeral_message_parameters`; the Stop button.
    V10_3,
    /// The newest.
    V10_4,
}

/// What happens to a call.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429: wait so many seconds.
    RetryAfter(u64),
    /// Refused with a code and a description.
    Refuse(i64, String),
    /// A page of a proxy with this status.
    Page(u16),
    /// The connection ends before anything is done.
    CutBefore,
    /// It is done, and the connection ends before the answer.
    CutAfter,
    /// The answer comes after so long.
    Slow(Duration),
}

/// A button as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Its words.
    pub text: String,
    /// What it sends.
    pub data: String,
}

/// A message of the bot as people see it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The chat.
    pub chat: i64,
    /// The id; of a message to one person of a group its own.
    pub id: i64,
    /// `text`, `rich`, `photo` or `document`.
    pub kind: &'static str,
    /// The words without tags; of a file the caption.
    pub text: String,
    /// The source: HTML.
    pub source: String,
    /// The buttons below.
    pub buttons: Vec<Button>,
    /// The one person who sees it in a group.
    pub only: Option<i64>,
    /// The file.
    pub file: Option<Upload>,
    /// What it said before it was edited.
    pub earlier: Vec<String>,
    /// What it replies to.
    pub reply_to: Option<i64>,
    pub(crate) deleted: bool,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) level: Level,
    pub(crate) pace: Option<(usize, usize)>,
    pub(crate) updates: Vec<Value>,
    next_update: i64,
    messages: HashMap<i64, i64>,
    next_query: i64,
    /// Presses that can be answered.
    pub(crate) queries: HashSet<String>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) calls: Vec<Call>,
    pub(crate) faults: Vec<(String, Fault)>,
    pub(crate) opened: HashSet<i64>,
    pub(crate) blocked: HashSet<i64>,
    /// The latest poll: an earlier one that still waits is ended.
    pub(crate) poll: u64,
    pub(crate) webhook: Option<Value>,
    recent: Vec<(i64, Instant)>,
    /// Calls that were too many.
    pub(crate) held_back: usize,
    /// Groups in which the bot is an admin.
    pub(crate) admin_in: HashSet<i64>,
    /// What may be answered in a group for its sender alone, for a while: presses, and messages that nobody else sees; each with
    /// the person.
    pub(crate) presses: HashMap<String, i64>,
    pub(crate) incoming: HashMap<(i64, i64), i64>,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            level: Level::V10_4,
            pace: None,
            updates: Vec::new(),
            next_update: 1000,
            messages: HashMap::new(),
            next_query: 0,
            queries: HashSet::new(),
            sent: Vec::new(),
            calls: Vec::new(),
            faults: Vec::new(),
            opened: HashSet::new(),
            blocked: HashSet::new(),
            poll: 0,
            webhook: None,
            recent: Vec::new(),
            held_back: 0,
            admin_in: HashSet::new(),
            presses: HashMap::new(),
            incoming: HashMap::new(),
        }
    }

    pub(crate) fn next_message(&mut self, chat: i64) -> i64 {
        let last = self.messages.entry(chat).or_default();
        *last += 1;
        *last
    }

    pub(crate) fn next_query(&mut self) -> String {
        self.next_query += 1;
        let id = format!("q{}", self.next_query);
        self.queries.insert(id.clone());
        id
    }

    pub(crate) fn push(&mut self, mut update: Value) {
        if update.get("update_id").is_none() {
            update["update_id"] = json!(self.next_update);
            self.next_update += 1;
        }
        self.updates.push(update);
    }

    /// The fault before a call of a method, taken.
    pub(crate) fn fault(&mut self, method: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(name, _)| name == method)?;
        Some(self.faults.remove(at).1)
    }

    /// Whether a message, an edit or a draft now would be too many.
    pub(crate) fn too_fast(&mut self, chat: i64) -> bool {
        let Some((a_chat, overall)) = self.pace else { return false };
        let now = Instant::now();
        self.recent.retain(|(_, at)| now - *at < Duration::from_secs(1));
        if self.recent.len() >= overall || self.recent.iter().filter(|(other, _)| *other == chat).count() >= a_chat {
            self.held_back += 1;
            return true;
        }
        self.recent.push((chat, now));
        false
    }
}
