//! Accounts over a control database, without a server: what another process changes, and what time does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use kupets_auth::{
    Auth, AuthOptions, Caller, LimitOptions, NewAccount, NewWorkspace, Operator, Registration, Requirement, Scope,
    Visitor,
};
use kupets_core::{Actor, ActorKind, Kind, Role, TenantAuthority, clock::Clock};
use tokio::runtime::Handle;

#[derive(Debug)]
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Bench {
    auth: Auth,
    operator: Operator,
    clock: Arc<Moved>,
    _folder: tempfile::TempDir,
}

async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let options = kupets_control::options(None, folder.path()).unwrap();
    let clock = Arc::new(Moved(AtomicI64::new(1_780_000_000_000)));
    let settings = AuthOptions {
        registration: Registration::Open,
        base_url: "http://localhost".to_owned(),
        session_days: 30,
        workspace_delete_days: 7,
        audit_days: 30,
        limits: LimitOptions { login_burst: 3, login_interval_s: 3_600, register_burst: 100, register_interval_s: 1 },
        password_concurrency: 2,
        mailer: None,
    };
    let control = kupets_control::open(&options).await.unwrap();
    let auth = Auth::new(TenantAuthority::issue(), control, clock.clone(), settings, Handle::current()).unwrap();
    // A pool of its own, as another process has.
    let other = kupets_control::open(&options).await.unwrap();
    let operator = Operator::new(other, clock.clone(), "http://localhost".to_owned());
    Bench { auth, operator, clock, _folder: folder }
}

fn account(email: &str) -> NewAccount {
    let workspace = NewWorkspace {
        name: "Shop".to_owned(),
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
        currency: "EUR".to_owned(),
    };
    NewAccount {
        name: "Anna".to_owned(),
        email: email.to_owned(),
        password: "correct horse".to_owned(),
        locale: "en".to_owned(),
        workspace,
        invite: None,
    }
}

impl Bench {
    async fn register(&self, email: &str) -> Caller {
        let done = self.auth.register(account(email), &Visitor::default()).await.unwrap();
        self.auth.session(&done.session.token, None).await.unwrap()
    }

    async fn key(&self, key: &str) -> kupets_core::Result<Caller> {
        match self.auth.cached_key(key, None) {
            Ok(caller) => caller,
            Err((hash, epoch)) => self.auth.load_key(hash, epoch, None).await,
        }
    }
}

#[tokio::test]
async fn every_grant_says_who_acts_and_as_what() {
    let bench = bench().await;
    let anna = bench.register("anna@example.com").await;
    let actor = anna.tenant().actor();
    assert_eq!((actor.kind(), actor.role()), (ActorKind::Person, Role::Owner));
    assert_eq!(actor.id(), anna.user_id().unwrap());
    let made = bench.auth.create_key(&anna, "x", [Scope::Read].into_iter().collect(), None).await.unwrap();
    let key = bench.key(&made.key).await.unwrap();
    assert_eq!(*key.tenant().actor(), Actor::key(made.row.id, Role::Owner));
}

#[tokio::test]
async fn what_another_process_changes_is_obeyed_at_the_next_look() {
    let bench = bench().await;
    let anna = bench.register("anna@example.com").await;
    let made = bench.auth.create_key(&anna, "x", [Scope::Read].into_iter().collect(), None).await.unwrap();
    bench.auth.obey().await.unwrap();
    bench.key(&made.key).await.unwrap();
    let rotated = bench.operator.rotate_key(&made.row.id).await.unwrap();
    // In memory still, until the server looks.
    bench.key(&made.key).await.unwrap();
    bench.auth.obey().await.unwrap();
    assert_eq!(bench.key(&made.key).await.unwrap_err().code(), "bad_key");
    bench.key(&rotated).await.unwrap();
    // When it was used is not lost with what is dropped.
    let list = bench.auth.list_keys(&anna, None, 10).await.unwrap();
    assert!(list[0].last_used_at.is_some());
}

#[tokio::test]
async fn a_key_needs_scope_and_role() {
    let bench = bench().await;
    let anna = bench.register("anna@example.com").await;
    let made = bench.auth.create_key(&anna, "x", [Scope::Sql].into_iter().collect(), None).await.unwrap();
    let key = bench.key(&made.key).await.unwrap();
    let needs =
        |scope| Requirement { scope: Some(scope), keys: true, sessions: true, role: Role::Viewer, links: false };
    key.admit(&needs(Scope::Sql)).unwrap();
    assert_eq!(key.admit(&needs(Scope::Read)).unwrap_err().code(), "scope");
    let people = Requirement { scope: None, keys: false, sessions: true, role: Role::Viewer, links: false };
    assert_eq!(key.admit(&people).unwrap_err().code(), "session_required");
    anna.admit(&people).unwrap();
    let apps =
        Requirement { scope: Some(Scope::Ingest), keys: true, sessions: false, role: Role::Manager, links: false };
    assert_eq!(anna.admit(&apps).unwrap_err().code(), "key_required");
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_the_log_is_kept_as_long_as_set() {
    let bench = bench().await;
    let anna = bench.register("anna@example.com").await;
    assert_eq!(bench.auth.audit(&anna, None, None, 10).await.unwrap().len(), 1);
    bench.auth.upkeep().await.unwrap();
    assert_eq!(bench.auth.audit(&anna, None, None, 10).await.unwrap().len(), 1);
    bench.clock.0.fetch_add(31 * 86_400_000, Ordering::SeqCst);
    bench.auth.upkeep().await.unwrap();
    assert!(bench.auth.audit(&anna, None, None, 10).await.unwrap().is_empty());
    assert!(bench.auth.sessions(&anna).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_registration_leaves_nothing() {
    let bench = bench().await;
    bench.register("anna@example.com").await;
    let refused = bench.auth.register(account("anna@example.com"), &Visitor::default()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (Kind::Conflict, "email_taken"));
    assert_eq!(bench.operator.workspaces().await.unwrap().len(), 1);
}
