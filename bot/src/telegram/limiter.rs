//! The pace of sending: per chat and overall, with the waits that Telegram asks for.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use tokio::time::Instant;

use crate::settings::Pace;

/// Chats remembered before those that may send again are forgotten.
const CHATS: usize = 10_000;
/// Two chats held back within this time: the bot as a whole is too fast.
const TOGETHER: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Limiter {
    pace: Pace,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    chats: HashMap<i64, Instant>,
    overall: Instant,
    last_held: Option<(i64, Instant)>,
    /// Until when Telegram asked to leave a chat alone, and all of them.
    held: HashMap<i64, Instant>,
    all_held: Instant,
    /// Until when it asked not to say that the bot is writing.
    not_typing: HashMap<i64, Instant>,
}

impl Limiter {
    pub(crate) fn new(pace: Pace) -> Self {
        let now = Instant::now();
        let (held, not_typing) = (HashMap::new(), HashMap::new());
        let state = State { chats: HashMap::new(), overall: now, last_held: None, held, all_held: now, not_typing };
        Self { pace, state: Mutex::new(state) }
    }

    /// Waits until a message to the chat may go.
    pub(crate) async fn turn(&self, chat: i64) {
        loop {
            let Some(wait) = self.reserve(chat, Instant::now()) else { return };
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a turn if there is one at once and another is left for what must arrive.
    pub(crate) fn try_turn(&self, chat: i64) -> bool {
        self.reserve_within(chat, Instant::now(), self.pace.burst.saturating_sub(1).max(1)).is_none()
    }

    /// Takes a turn, or says how long to wait.
    fn reserve(&self, chat: i64, now: Instant) -> Option<Duration> {
        self.reserve_within(chat, now, self.pace.burst)
    }

    /// A chat's time is the theoretical one of its next message (GCRA): it may be so much ahead as the burst allows.
    fn reserve_within(&self, chat: i64, now: Instant, burst: u32) -> Option<Duration> {
        let mut state = self.lock();
        if state.overall > now {
            return Some(state.overall - now);
        }
        // Ids of groups and channels are below zero.
        let interval = if chat < 0 { self.pace.group } else { self.pace.person };
        let next = state.chats.get(&chat).copied().unwrap_or(now).max(now);
        let allowed = interval * burst.saturating_sub(1);
        if next > now + allowed {
            return Some(next - now - allowed);
        }
        state.chats.insert(chat, next + interval);
        state.overall = now + self.pace.overall;
        if state.chats.len() > CHATS {
            state.chats.retain(|_, next| *next > now);
        }
        None
    }

    /// Telegram asked to wait: this chat, and everything where another chat was held just before.
    pub(crate) fn hold(&self, chat: i64, wait: Duration) {
        self.hold_at(chat, wait, Instant::now());
    }

    fn hold_at(&self, chat: i64, wait: Duration, now: Instant) {
        let mut state = self.lock();
        let interval = if chat < 0 { self.pace.group } else { self.pace.person };
        state.held.retain(|_, until| *until > now);
        let held = state.held.entry(chat).or_insert(now);
        *held = (*held).max(now + wait);
        let until = now + wait + interval * self.pace.burst.saturating_sub(1);
        let next = state.chats.entry(chat).or_insert(until);
        *next = (*next).max(until);
        if state.last_held.is_some_and(|(other, at)| other != chat && now - at < TOGETHER) {
            state.overall = state.overall.max(now + wait);
            state.all_held = state.all_held.max(now + wait);
        }
        state.last_held = Some((chat, now));
    }

    /// How long Telegram still wants a chat left alone; nothing where it does not.
    pub(crate) fn held(&self, chat: i64) -> Option<Duration> {
        self.held_at(chat, Instant::now())
    }

    fn held_at(&self, chat: i64, now: Instant) -> Option<Duration> {
        let state = self.lock();
        let until = state.held.get(&chat).copied().unwrap_or(now).max(state.all_held);
        (until > now).then(|| until - now)
    }

    /// Whether it may be said that the bot is writing.
    pub(crate) fn may_type(&self, chat: i64) -> bool {
        let now = Instant::now();
        self.held_at(chat, now).is_none() && self.lock().not_typing.get(&chat).is_none_or(|until| *until <= now)
    }

    /// Telegram asked to wait with that. What is sent goes on: it was not asked to wait.
    pub(crate) fn hold_typing(&self, chat: i64, wait: Duration) {
        let now = Instant::now();
        let mut state = self.lock();
        state.not_typing.retain(|_, until| *until > now);
        state.not_typing.insert(chat, now + wait);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter() -> Limiter {
        let pace = Pace { overall: Duration::ZERO, burst: 2, ..Pace::default() };
        Limiter::new(pace)
    }

    /// Seconds until a message to a chat may go, which then goes.
    fn waits(limiter: &Limiter, chat: i64, now: &mut Instant) -> u64 {
        let began = *now;
        while let Some(wait) = limiter.reserve(chat, *now) {
            *now += wait;
        }
        (*now - began).as_secs()
    }

    fn four(limiter: &Limiter, chat: i64, now: &mut Instant) -> Vec<u64> {
        (0..4).map(|_| waits(limiter, chat, now)).collect()
    }

    #[test]
    fn a_chat_may_burst_and_is_then_paced() {
        let (limiter, mut now) = (limiter(), Instant::now());
        assert_eq!(four(&limiter, 7, &mut now), [0, 0, 1, 1]);
        assert_eq!(waits(&limiter, 8, &mut now), 0, "another chat does not wait");
        assert_eq!(four(&limiter, -7, &mut now), [0, 0, 3, 3], "a group is slower");
    }

    #[test]
    fn what_is_only_shown_leaves_the_last_turn_to_the_answer() {
        let pace = Pace { overall: Duration::ZERO, burst: 3, ..Pace::default() };
        let limiter = Limiter::new(pace);
        let shown: Vec<bool> = (0..3).map(|_| limiter.try_turn(7)).collect();
        assert_eq!(shown, [true, true, false]);
        assert_eq!(limiter.reserve(7, Instant::now()), None, "the answer goes at once");
        assert!(limiter.reserve(7, Instant::now()).is_some());
    }

    #[test]
    fn all_messages_together_have_a_pace() {
        let pace = Pace { overall: Duration::from_secs(1), ..Pace::default() };
        let (limiter, mut now) = (Limiter::new(pace), Instant::now() + Duration::from_secs(1));
        assert_eq!((1..=3).map(|chat| waits(&limiter, chat, &mut now)).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn a_wait_with_typing_holds_nothing_else() {
        let limiter = limiter();
        assert!(limiter.may_type(7));
        limiter.hold_typing(7, Duration::from_secs(30));
        assert!(!limiter.may_type(7) && limiter.may_type(8));
        assert_eq!((limiter.held(7), limiter.reserve(7, Instant::now())), (None, None));
        limiter.hold(8, Duration::from_secs(30));
        assert!(!limiter.may_type(8) && limiter.held(8).is_some());
    }

    #[test]
    fn a_wait_that_was_asked_for_holds_the_chat_and_two_of_them_everything() {
        let (limiter, mut now) = (limiter(), Instant::now() + Duration::from_secs(1));
        limiter.hold_at(7, Duration::from_secs(30), now);
        assert_eq!(limiter.held_at(7, now + Duration::from_secs(10)), Some(Duration::from_secs(20)));
        assert_eq!((limiter.held_at(8, now), limiter.held_at(7, now + Duration::from_secs(30))), (None, None));
        assert_eq!(waits(&limiter, 8, &mut now), 0);
        assert_eq!(waits(&limiter, 7, &mut now), 30);
        limiter.hold_at(7, Duration::from_secs(5), now);
        limiter.hold_at(8, Duration::from_secs(5), now);
        assert_eq!(limiter.held_at(9, now), Some(Duration::from_secs(5)), "all are held");
        assert_eq!(waits(&limiter, 9, &mut now), 5);
        // Long after the other one it is a matter of that chat again.
        now += Duration::from_secs(60);
        limiter.hold_at(10, Duration::from_secs(5), now);
        assert_eq!((waits(&limiter, 11, &mut now), waits(&limiter, 10, &mut now)), (0, 5));
    }
}
