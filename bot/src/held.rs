//! Answers on their way, and those that may not have arrived. What they say is in memory and in no file: after a restart the mark in the
//! file tells that there was one, and what makes it anew.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use crate::document::Document;

/// Answers that are held at most. Of more than these only the marks are kept.
const MOST: usize = 1_000;

/// An answer as it was to be sent.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Since when, in seconds since 1970.
    pub(crate) at: i64,
    pub(crate) document: Document,
    pub(crate) markup: Option<Value>,
}

/// Answers by chat and person.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<Both>);

type Answers = HashMap<(i64, i64), Arc<Answer>>;

#[derive(Debug, Default)]
struct Both {
    on_their_way: Answers,
    lost: Answers,
}

impl Held {
    /// It goes out now.
    pub(crate) fn goes(&self, chat: i64, user: i64, answer: Arc<Answer>) {
        let mut both = self.lock();
        if both.on_their_way.len() < MOST {
            both.on_their_way.insert((chat, user), answer);
        }
    }

    /// It has arrived, or never can.
    pub(crate) fn is_over(&self, chat: i64, user: i64) {
        self.lock().on_their_way.remove(&(chat, user));
    }

    /// It may not have arrived; whether it can be shown again.
    pub(crate) fn may_be_lost(&self, chat: i64, user: i64) -> bool {
        let mut both = self.lock();
        let found = both.on_their_way.remove(&(chat, user));
        both.lost.remove(&(chat, user));
        match found {
            Some(answer) if both.lost.len() < MOST => both.lost.insert((chat, user), answer).is_none(),
            _ => false,
        }
    }

    /// That it may not have arrived could not be told: it is told another time.
    pub(crate) fn was_not_offered(&self, chat: i64, user: i64) {
        let mut both = self.lock();
        if let Some(answer) = both.lost.remove(&(chat, user)) {
            both.on_their_way.entry((chat, user)).or_insert(answer);
        }
    }

    /// The one that may not have arrived.
    pub(crate) fn lost(&self, chat: i64, user: i64) -> Option<Arc<Answer>> {
        self.lock().lost.get(&(chat, user)).cloned()
    }

    /// It is shown again.
    pub(crate) fn is_shown(&self, chat: i64, user: i64) {
        self.lock().lost.remove(&(chat, user));
    }

    /// Those from before that time are no news.
    pub(crate) fn forget(&self, before: i64) {
        let mut both = self.lock();
        both.on_their_way.retain(|_, answer| answer.at >= before);
        both.lost.retain(|_, answer| answer.at >= before);
    }

    fn lock(&self) -> MutexGuard<'_, Both> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shown_again_while_it_is_news_and_no_more_are_held_than_there_is_room_for() {
        let (held, answer) = (Held::default(), |at| Arc::new(Answer { at, document: Document::new(), markup: None }));
        for user in 0..=1_000 {
            held.goes(1, user, answer(user));
        }
        assert!(held.may_be_lost(1, 7) && !held.may_be_lost(1, 7) && !held.may_be_lost(1, 1_000));
        assert!(held.may_be_lost(1, 6) && held.lost(1, 6).is_some());
        held.was_not_offered(1, 6);
        assert!(held.lost(1, 6).is_none() && held.may_be_lost(1, 6));
        held.is_over(1, 8);
        assert!(held.may_be_lost(1, 9) && !held.may_be_lost(1, 8));
        assert_eq!(held.lost(1, 9).map(|answer| answer.at), Some(9));
        held.is_shown(1, 9);
        held.goes(1, 7, answer(2_000));
        held.forget(500);
        assert!(held.lost(1, 9).is_none() && held.may_be_lost(1, 7) && held.may_be_lost(1, 500));
        assert!(!held.may_be_lost(1, 499));
    }
}
