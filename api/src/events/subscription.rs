//! Somebody who listens to a workspace.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use super::{
    channel::{After, Channel},
    event,
};

/// How often something is sent even if nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often a listener must show that it is still let in.
const CHECK: Duration = Duration::from_secs(3);

/// What a listener is to do.
#[derive(Debug)]
pub enum News {
    /// Send this, if whoever listens is still let in.
    Send(Bytes),
    /// Look whether whoever listens is still let in.
    Check,
    /// End: the server stops.
    End,
}

/// A listener's place in the stream. Dropping it leaves.
#[derive(Debug)]
pub struct Subscription {
    channel: Arc<Channel>,
    changed: watch::Receiver<u64>,
    seen: u64,
    opening: Option<Bytes>,
    closing: CancellationToken,
    heartbeat: Interval,
    check: Interval,
}

impl Subscription {
    pub(super) fn new(channel: Arc<Channel>, last: Option<&str>, closing: CancellationToken) -> Self {
        channel.join();
        let changed = channel.watch();
        let now = channel.last();
        let resumed = last.map(|id| channel.number(id));
        let (seen, opening) = match resumed {
            None => (now, event::opening(&channel.id(now))),
            Some(Some(number)) => (number, event::opening(&channel.id(number))),
            Some(None) => (now, channel.reset(now)),
        };
        Self {
            channel,
            changed,
            seen,
            opening: Some(opening),
            closing,
            heartbeat: every(HEARTBEAT),
            check: every(CHECK),
        }
    }

    /// Waits for what is next.
    pub async fn next(&mut self) -> News {
        if let Some(opening) = self.opening.take() {
            return News::Send(opening);
        }
        loop {
            if self.closing.is_cancelled() {
                return News::End;
            }
            if let Some(frames) = self.unseen() {
                return News::Send(frames);
            }
            tokio::select! {
                () = self.closing.cancelled() => return News::End,
                // The sender lives as long as the channel, which is held here.
                _ = self.changed.changed() => {}
                _ = self.heartbeat.tick() => return News::Send(event::heartbeat()),
                _ = self.check.tick() => return News::Check,
            }
        }
    }

    fn unseen(&mut self) -> Option<Bytes> {
        let (bytes, last) = match self.channel.after(self.seen) {
            After::Frames(frames, _) if frames.is_empty() => return None,
            After::Frames(frames, last) => (Bytes::from(frames.concat()), last),
            After::Lost(last) => (self.channel.reset(last), last),
        };
        self.seen = last;
        Some(bytes)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.channel.leave();
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
