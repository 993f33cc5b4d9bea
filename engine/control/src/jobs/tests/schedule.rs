//! The pure parts: waits and turns.

use std::{collections::HashMap, time::Duration};

use proptest::prelude::*;

use crate::jobs::{
    Backoff,
    fair::{Queue, share},
};

#[test]
fn waits_double_up_to_the_ceiling() {
    let backoff = Backoff { first: Duration::from_secs(10), most: Duration::from_secs(60) };
    let longest: Vec<u64> = (1..=5).map(|attempt| backoff.delay(attempt, u64::MAX).as_secs()).collect();
    assert_eq!(longest, [10, 20, 40, 60, 60]);
    let shortest: Vec<u64> = (1..=5).map(|attempt| backoff.delay(attempt, 0).as_secs()).collect();
    assert_eq!(shortest, [5, 10, 20, 30, 30]);
}

proptest! {
    #[test]
    fn a_wait_is_between_half_and_all_of_its_step(attempt in 0_u32..=u32::MAX, random in any::<u64>()) {
        let backoff = Backoff::default();
        let longest = backoff.delay(attempt, u64::MAX);
        let wait = backoff.delay(attempt, random);
        prop_assert!(wait <= longest && wait >= longest / 2 && longest <= backoff.most);
    }

    #[test]
    fn slots_are_shared_evenly(
        sizes in prop::collection::vec((0_usize..12, 0_usize..4, 0_i64..5), 0..8),
        free in 0_usize..12,
        per_tenant in 1_usize..5,
    ) {
        let queues: Vec<Queue> = sizes
            .iter()
            .enumerate()
            .map(|(tenant, &(jobs, running, served_at))| Queue {
                tenant: format!("{tenant:02}"),
                running,
                served_at,
                jobs: (0..jobs).map(|job| format!("{tenant:02}/{job:02}")).collect(),
            })
            .collect();
        let chosen = share(queues.clone(), free, per_tenant);
        let mut given: HashMap<&str, usize> = HashMap::new();
        for id in &chosen {
            *given.entry(&id[..2]).or_default() += 1;
        }
        let room: usize = queues.iter().map(|q| q.jobs.len().min(per_tenant.saturating_sub(q.running))).sum();
        prop_assert_eq!(chosen.len(), free.min(room));
        for queue in &queues {
            let got = given.get(queue.tenant.as_str()).copied().unwrap_or_default();
            prop_assert!(got == 0 || queue.running + got <= per_tenant);
            let mine: Vec<&String> = chosen.iter().filter(|id| id.starts_with(&queue.tenant)).collect();
            prop_assert_eq!(mine, queue.jobs[..got].iter().collect::<Vec<_>>());
            // Nobody who still has jobs and room is left two behind somebody who was given a slot.
            let wants = got < queue.jobs.len() && queue.running + got < per_tenant;
            for other in queues.iter().filter(|_| wants) {
                let theirs = given.get(other.tenant.as_str()).copied().unwrap_or_default();
                prop_assert!(theirs == 0 || other.running + theirs <= queue.running + got + 1);
            }
        }
    }
}

#[test]
fn the_tenant_served_longest_ago_is_next() {
    let queue = |tenant: &str, served_at| Queue {
        tenant: tenant.into(),
        running: 0,
        served_at,
        jobs: (0..9).map(|job| format!("{tenant}{job}")).collect(),
    };
    assert_eq!(share(vec![queue("a", 5), queue("b", 3), queue("c", 4)], 4, 2), ["b0", "c0", "a0", "b1"]);
}
