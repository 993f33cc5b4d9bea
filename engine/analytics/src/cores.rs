//! The same work on many things, on all cores.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What `work` makes of each number below `count`, in their order. A thread has a `state` to work in and takes `chunk` numbers
/// at a time; up to one chunk is done on the thread that asks. The answer is the same on any number of cores.
pub(crate) fn map<S, T: Send>(
    count: usize,
    chunk: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let chunk = chunk.max(1);
    let some = |state: &mut S, start: usize| -> Vec<T> {
        (start..count.min(start.saturating_add(chunk))).map(|number| work(state, number)).collect()
    };
    if count <= chunk {
        return some(&mut state(), 0);
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let keep_on = || {
        let mut state = state();
        loop {
            let start = next.fetch_add(chunk, Ordering::Relaxed);
            if start >= count {
                return;
            }
            let own = some(&mut state, start);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((start, own));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(keep_on);
        }
        keep_on();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, own)| own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_their_order() {
        for count in [0, 1, 7, 8, 14, 1_000] {
            let squares = map(count, 7, Vec::new, |seen: &mut Vec<usize>, number| {
                seen.push(number);
                number * number
            });
            assert_eq!(squares, (0..count).map(|number| number * number).collect::<Vec<_>>());
        }
    }
}
