//! Workers that claim, crash, come late and are cancelled in any order, against what must hold whatever they do.

use std::{collections::HashMap, time::Duration};

use chrono::TimeDelta;
use kupets_core::clock::Clock;
use proptest::prelude::*;
use serde_json::json;

use crate::{
    jobs::{
        Job, JobFilter, JobState, NewJob, Progress,
        lease::{End, Held, Lease, Room},
    },
    testing::{Fixture, tenant},
};

const LEASE: Duration = Duration::from_secs(60);
const MOST: u32 = 3;

#[derive(Debug, Clone)]
enum Step {
    Enqueue {
        tenant: u8,
        key: Option<u8>,
        coalesce: bool,
    },
    Claim {
        worker: usize,
        free: usize,
    },
    /// The worker ends one of its jobs, whether it still has the lease or not.
    Finish {
        worker: usize,
        end: u8,
    },
    Renew {
        worker: usize,
    },
    /// The worker forgets all that it has.
    Crash {
        worker: usize,
    },
    Advance {
        seconds: u64,
    },
    Recover,
    Cancel {
        which: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let worker = 0_usize..3;
    prop_oneof![
        4 => (0_u8..3, prop::option::of(0_u8..3), any::<bool>())
            .prop_map(|(tenant, key, coalesce)| Step::Enqueue { tenant, key, coalesce }),
        4 => (worker.clone(), 1_usize..4).prop_map(|(worker, free)| Step::Claim { worker, free }),
        5 => (worker.clone(), 0_u8..6).prop_map(|(worker, end)| Step::Finish { worker, end }),
        1 => worker.clone().prop_map(|worker| Step::Renew { worker }),
        1 => worker.prop_map(|worker| Step::Crash { worker }),
        3 => (1_u64..50).prop_map(|seconds| Step::Advance { seconds }),
        3 => Just(Step::Recover),
        1 => (0_usize..20).prop_map(|which| Step::Cancel { which }),
    ]
}

struct World {
    f: Fixture,
    workers: [Vec<Lease>; 3],
    /// The number of the last lease of each job, and until when it surely holds.
    newest: HashMap<String, (i64, i64)>,
}

impl World {
    async fn all(&self) -> Vec<Job> {
        let mut all = Vec::new();
        for number in 0..3 {
            all.extend(self.f.jobs.list(&tenant(number), &JobFilter::default(), 1_000).await.unwrap());
        }
        all
    }

    async fn claim(&mut self, worker: usize, free: usize) -> usize {
        let kinds = ["test".to_owned()];
        let room = Room { kinds: &kinds, free, per_tenant: 2, owner: "w", lease: LEASE };
        let leases = self.f.jobs.claim(&room).await.unwrap();
        let now = self.f.clock.now().timestamp_micros();
        for lease in &leases {
            // Nobody is given what somebody else may still be doing.
            if let Some((number, until)) = self.newest.insert(lease.job.id.clone(), (lease.number, lease.until)) {
                assert!(lease.number > number && (until <= now), "a job with two leases");
            }
            assert!(lease.job.attempts <= lease.job.max_attempts && lease.job.run_after <= self.f.clock.now());
        }
        let count = leases.len();
        self.workers[worker].extend(leases);
        count
    }

    async fn finish(&mut self, worker: usize, end: u8) {
        if self.workers[worker].is_empty() {
            return;
        }
        let lease = self.workers[worker].remove(0);
        let soon = self.f.clock.now() + TimeDelta::seconds(20);
        let end = match end {
            0 | 1 => End::Done(Some(json!(lease.number))),
            2 => End::Later(soon),
            3 if lease.job.attempts < MOST => End::Retry(soon, "again".into()),
            3 | 4 => End::Failed("no".into()),
            _ => End::Released,
        };
        let stored = self.f.jobs.finish(&lease, &end, &Progress::default()).await.unwrap();
        let (number, until) = self.newest[&lease.job.id];
        let newest = number == lease.number;
        assert!(newest || !stored, "a late worker changed a job");
        if newest {
            // In its time the lease is its own, whatever others do.
            assert!(stored || until <= self.f.clock.now().timestamp_micros());
            self.newest.insert(lease.job.id.clone(), (number, 0));
        }
    }

    async fn run(&mut self, step: Step) {
        match step {
            Step::Enqueue { tenant: number, key, coalesce } => {
                let job = NewJob::new("test", json!(null)).attempts(MOST);
                let job = match (key, coalesce) {
                    (None, _) => job,
                    (Some(key), false) => job.once(format!("once {key}")),
                    (Some(key), true) => job.coalesce(format!("coalesce {key}")),
                };
                self.f.jobs.enqueue(&tenant(number), &job).await.unwrap();
            }
            Step::Claim { worker, free } => {
                assert!(self.claim(worker, free).await <= free);
            }
            Step::Finish { worker, end } => self.finish(worker, end).await,
            Step::Renew { worker } => {
                if let Some(lease) = self.workers[worker].first_mut() {
                    let held = self.f.jobs.renew(lease, LEASE, &Progress::default()).await.unwrap();
                    let newest = self.newest.get_mut(&lease.job.id).unwrap();
                    if newest.0 == lease.number && held != Held::Lost {
                        newest.1 = lease.until;
                    }
                }
            }
            Step::Crash { worker } => self.workers[worker].clear(),
            Step::Advance { seconds } => self.f.clock.advance(Duration::from_secs(seconds)),
            Step::Recover => {
                self.f.jobs.recover().await.unwrap();
            }
            Step::Cancel { which } => {
                let all = self.all().await;
                if let Some(job) = all.get(which) {
                    let id = kupets_core::TenantId::parse(&job.tenant).unwrap();
                    self.f.jobs.cancel(&id, &job.id).await.unwrap();
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_job_ends_and_no_lease_is_shared(steps in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World { f: Fixture::new().await, workers: Default::default(), newest: HashMap::new() };
            for step in steps {
                world.run(step).await;
                let all = world.all().await;
                for job in &all {
                    assert_eq!(job.finished_at.is_some(), job.state.is_final(), "{job:?}");
                    assert!(job.attempts <= MOST, "{job:?}");
                }
            }
            // Everybody crashes; then one worker does what is left.
            world.workers = Default::default();
            for _ in 0..100 {
                world.f.clock.advance(LEASE);
                world.f.jobs.recover().await.unwrap();
                world.claim(0, 4).await;
                while !world.workers[0].is_empty() {
                    world.finish(0, 0).await;
                }
            }
            for job in world.all().await {
                assert!(job.state.is_final(), "{job:?}");
                assert!(job.state != JobState::Failed || job.last_error.is_some(), "{job:?}");
                assert!(job.state != JobState::Done || job.result.is_some(), "{job:?}");
            }
        });
    }
}
