//! The one holder of the power to make tenants' capabilities, and what all that accounts do shares.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicI64},
};

use kupets_control::{Pool, audit, audit::NewEntry, keys, sessions, telegram};
use kupets_core::{Actor, ActorKind, Result, TenantAuthority, TenantContext, Workspace, clock::Clock};
use tokio::runtime::Handle;

use crate::{
    action::{Action, Subject},
    caller::{Caller, Credential},
    key_cache::KeyCache,
    limits::{LimitOptions, Limits},
    mail::Mailer,
    password::Passwords,
    registration::Registration,
    token,
    visitor::{Visitor, address_text},
    workspace::WorkspaceInfo,
};

/// The settings of accounts.
#[derive(Debug, Clone)]
pub struct AuthOptions {
    /// Who may make an account.
    pub registration: Registration,
    /// Where links lead, without a slash at the end.
    pub base_url: String,
    /// Days until a session ends.
    pub session_days: u32,
    /// Days for which a deletion of a workspace can be undone.
    pub workspace_delete_days: u32,
    /// Days for which the audit log is kept.
    pub audit_days: u32,
    /// How often one may try.
    pub limits: LimitOptions,
    /// Passwords hashed at once.
    pub password_concurrency: usize,
    /// What sends mail; none: nothing is sent.
    pub mailer: Option<Arc<dyn Mailer>>,
}

/// Checks who is asking. One per server.
#[derive(Debug)]
pub struct Auth {
    pub(crate) control: Pool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) options: AuthOptions,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) cache: KeyCache,
    /// When sessions were seen, by identity, as far as it is not written down: milliseconds since the epoch.
    pub(crate) seen: Mutex<HashMap<String, i64>>,
    /// The same of Telegram links.
    pub(crate) links_seen: Mutex<HashMap<String, i64>>,
    /// The count of changes that the cache goes by; negative before the first look.
    pub(crate) changes: AtomicI64,
    authority: TenantAuthority,
}

impl Auth {
    /// Authentication over the control database, with hashing on the blocking threads of `runtime`.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn new(
        authority: TenantAuthority,
        control: Pool,
        clock: Arc<dyn Clock>,
        options: AuthOptions,
        runtime: Handle,
    ) -> Result<Self> {
        Ok(Self {
            control,
            passwords: Passwords::new(options.password_concurrency, runtime)?,
            limits: Limits::new(options.limits, Arc::clone(&clock)),
            clock,
            cache: KeyCache::default(),
            seen: Mutex::default(),
            links_seen: Mutex::default(),
            changes: AtomicI64::new(-1),
            options,
            authority,
        })
    }

    /// Who may make an account.
    pub fn registration(&self) -> Registration {
        self.options.registration
    }

    /// What sends mail, if anything does.
    pub fn mailer(&self) -> Option<&Arc<dyn Mailer>> {
        self.options.mailer.as_ref()
    }

    /// Whether mail can be sent.
    pub fn sends_mail(&self) -> bool {
        self.options.mailer.is_some()
    }

    /// Capability for a workspace whose key or session has just been checked, or for work that the server does by itself.
    pub(crate) fn grant(&self, workspace: &WorkspaceInfo, actor: Actor) -> TenantContext {
        let workspace = Workspace {
            id: workspace.id.clone(),
            time_zone: workspace.time_zone,
            currency: Arc::clone(&workspace.currency),
            segments: Arc::clone(&workspace.segments),
            holidays: workspace.holidays.iter().map(|holiday| holiday.date).collect(),
            erased_records: workspace.erased_records,
        };
        self.authority.grant(workspace, actor)
    }

    /// Now, in milliseconds since the epoch, as the control database keeps times.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// An address of the web UI.
    pub(crate) fn link(&self, page: &str, token: &str) -> String {
        format!("{}/{page}/{token}", self.options.base_url)
    }

    /// Whether the control database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<()> {
        kupets_control::ping(&self.control).await
    }

    /// Whether a caller would still be let in, into the workspace where they are: for answers that last.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn is_let_in(&self, caller: &Caller) -> Result<bool> {
        let (control, now) = (&self.control, self.now_ms());
        match caller.credential() {
            Credential::Key(key) => keys::is_live(control, &key.id, now).await,
            Credential::Session(session) => {
                sessions::is_live(control, &session.id, caller.tenant().id().as_str(), now).await
            }
            Credential::Link(link) => telegram::is_live(control, &link.id).await,
        }
    }

    /// An entry of the audit log about what a caller does, to be written in the transaction of that.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn entry(&self, caller: &Caller, action: Action, subject: Subject) -> Result<NewEntry> {
        let workspace = Some(caller.tenant().id().to_string());
        let actor = caller.tenant().actor();
        entry(self.now_ms(), workspace, (actor.kind(), actor.id()), action, subject, caller.address_text())
    }

    /// An entry of what a person did who is not let in by a session yet, or in another workspace than that of their session.
    pub(crate) fn entry_of(
        &self,
        workspace: Option<String>,
        user_id: &str,
        address: Option<IpAddr>,
        action: Action,
        subject: Subject,
    ) -> Result<NewEntry> {
        entry(self.now_ms(), workspace, (ActorKind::Person, user_id), action, subject, address_text(address))
    }

    /// An entry of what was done to a person's account by somebody who is not let in.
    pub(crate) fn entry_about(&self, user_id: &str, visitor: &Visitor, action: Action) -> Result<NewEntry> {
        let subject = Subject::person(user_id);
        entry(self.now_ms(), None, (ActorKind::Person, ""), action, subject, visitor.address_text())
    }

    /// Writes down what a caller does with their workspace's data.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn note(&self, caller: &Caller, action: Action, subject: Subject) -> Result<()> {
        audit::insert(&self.control, &self.entry(caller, action, subject)?).await
    }

    /// Writes down what a caller has done with their workspace's data. It is done: that it cannot be written down is for the log.
    pub async fn note_done(&self, caller: &Caller, action: Action, subject: Subject) {
        if let Err(error) = self.note(caller, action, subject).await {
            tracing::error!(%error, action = action.name(), "an action is not in the audit log");
        }
    }

    /// Writes down what the server itself has done in a workspace.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn note_own(&self, tenant: &TenantContext, action: Action, subject: Subject) -> Result<()> {
        let (workspace, actor) = (Some(tenant.id().to_string()), tenant.actor());
        let entry = entry(self.now_ms(), workspace, (actor.kind(), actor.id()), action, subject, None)?;
        audit::insert(&self.control, &entry).await
    }

    /// Notes that a session is in use.
    pub(crate) fn see(&self, session_id: &str) {
        note_seen(&self.seen, session_id, self.now_ms());
    }

    /// Notes that a Telegram link is in use.
    pub(crate) fn see_link(&self, link_id: &str) {
        note_seen(&self.links_seen, link_id, self.now_ms());
    }
}

fn note_seen(seen: &Mutex<HashMap<String, i64>>, id: &str, now: i64) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    match seen.get_mut(id) {
        Some(at) => *at = now,
        None => drop(seen.insert(id.to_owned(), now)),
    }
}

/// An entry of the audit log.
pub(crate) fn entry(
    now_ms: i64,
    workspace_id: Option<String>,
    (kind, actor): (ActorKind, &str),
    action: Action,
    subject: Subject,
    address: Option<String>,
) -> Result<NewEntry> {
    Ok(NewEntry {
        id: token::id(now_ms)?,
        workspace_id,
        at: now_ms,
        actor_kind: kind.name(),
        actor_id: actor.to_owned(),
        action: action.name(),
        target_kind: subject.kind,
        target_id: subject.id,
        detail: subject.detail.map(|detail| detail.to_string()),
        address,
    })
}

/// Counts a refusal in the metrics.
pub(crate) fn count_failure(reason: &'static str) {
    metrics::counter!("kupets_auth_failures_total", "reason" => reason).increment(1);
}
