//! Conversations, as they are kept: each is of one person or one key.

use kupets_assistant::language::Language;
use kupets_auth::Caller;
use kupets_engine::semantic::plan::Plan;

use super::{reply::Reply, request::Question};
use crate::problem::Result;

/// A conversation and the message that is being answered in it.
#[derive(Debug)]
pub struct Thread {
    id: String,
    message_id: String,
    plan: Option<Plan>,
    language: Option<Language>,
}

impl Thread {
    /// The conversation.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The message.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The plan answered before.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// The language answered in before.
    pub fn language(&self) -> Option<Language> {
        self.language
    }
}

/// Where conversations are kept.
#[derive(Debug, Clone, Default)]
pub struct Conversations;

impl Conversations {
    /// Opens.
    pub async fn open(&self, _caller: &Caller, _id: Option<&str>) -> Result<Thread> {
        Ok(Thread { id: String::new(), message_id: String::new(), plan: None, language: None })
    }

    /// Keeps.
    pub async fn keep(&self, _caller: &Caller, _thread: Thread, _question: &Question, _reply: &Reply) -> Result<()> {
        Ok(())
    }

    /// The plan of a message.
    pub async fn plan_of(&self, _caller: &Caller, _id: &str) -> kupets_engine::Result<Plan> {
        Ok(Plan::default())
    }
}
