//! Workspaces of a person: made, changed, deleted after a delay in which it can be undone.

use chrono::Duration;
use kupets_control::workspaces::{self as store, MembershipRow};
use kupets_core::{ErasedRecords, Error, Result, Role, SegmentRules, TenantContext, TenantId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    account::{AccountWorkspace, NewWorkspace},
    action::{Action, Subject},
    auth::Auth,
    caller::{Caller, require},
    holidays::{self, Holiday},
    retention::{self, Retention},
    segments, token,
    workspace::{WorkspaceInfo, role},
};

/// Workspaces that one person may own.
const MAX_WORKSPACES: usize = 100;

/// A workspace of a person, and what they are there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct WorkspaceView {
    /// The workspace.
    #[serde(flatten)]
    pub workspace: AccountWorkspace,
    /// What the person is there.
    #[schema(schema_with = crate::schema::role)]
    pub role: Role,
    /// Whether the session that asks is there.
    pub current: bool,
}

/// What changes in a workspace, checked; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChange {
    /// What people call it.
    pub name: Option<String>,
    /// `en` or `ru`.
    pub locale: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// All of its holidays.
    pub holidays: Option<Vec<Holiday>>,
    /// How long its records are kept, all kinds.
    pub retention: Option<Retention>,
    /// What becomes of late records of erased customers.
    pub erased_records: Option<ErasedRecords>,
    /// It is not to be deleted after all.
    pub keep: bool,
}

impl Auth {
    /// The caller's workspaces, the one they have been in for longest first.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn workspaces(&self, caller: &Caller) -> Result<Vec<WorkspaceView>> {
        let rows = store::of_user(&self.control, caller.user_id()?).await?;
        rows.into_iter().map(|row| view(row, caller)).collect()
    }

    /// Makes a workspace whose owner is the caller.
    ///
    /// # Errors
    /// They own as many as they may.
    pub async fn create_workspace(&self, caller: &Caller, new: NewWorkspace) -> Result<WorkspaceView> {
        let user_id = caller.user_id()?;
        let owned = store::of_user(&self.control, user_id).await?;
        if owned.iter().filter(|m| m.role == Role::Owner.name()).count() >= MAX_WORKSPACES {
            let message = format!("one person owns at most {MAX_WORKSPACES} workspaces; delete one first");
            return Err(Error::conflict("too_many_workspaces", message));
        }
        let now = self.now_ms();
        let row = new.row(token::id(now)?, now);
        let subject = Subject::of("workspace", row.id.clone());
        let entry = self.entry_in(&row.id, caller, Action::WorkspaceMade, subject)?;
        store::create(&self.control, &row, user_id, &entry).await?;
        self.workspace(caller, &row.id).await
    }

    /// Changes a workspace of the caller. When this returns, every request that begins goes by it.
    ///
    /// # Errors
    /// They are not in it, or no admin there; only an owner undoes a deletion.
    pub async fn change_workspace(&self, caller: &Caller, id: &str, change: WorkspaceChange) -> Result<WorkspaceView> {
        let before = self.workspace(caller, id).await?;
        require(before.role, if change.keep { Role::Owner } else { Role::Admin })?;
        let WorkspaceChange { name, locale, time_zone, currency, holidays, retention, erased_records, keep } = change;
        let erased_records = erased_records.map(|rule| rule.name().to_owned());
        let holidays = holidays.as_deref().map(holidays::written).transpose()?;
        let kept = retention;
        let retention = retention.map(retention::written).transpose()?;
        let fields = [
            ("name", &name),
            ("locale", &locale),
            ("time_zone", &time_zone),
            ("currency", &currency),
            ("holidays", &holidays),
            ("retention", &retention),
            ("erased_records", &erased_records),
        ];
        let fields: Vec<_> = fields.iter().filter(|(_, new)| new.is_some()).map(|(field, _)| *field).collect();
        if !fields.is_empty() {
            let change = store::Change {
                name,
                locale,
                time_zone,
                currency,
                holidays,
                retention,
                erased_records,
                delete_at: None,
            };
            let mut detail = json!({"fields": fields});
            if let Some(kept) = kept {
                detail["retention"] = json!(kept);
            }
            let subject = Subject::of("workspace", id).with(detail);
            let entry = self.entry_in(id, caller, Action::WorkspaceChanged, subject)?;
            store::change(&self.control, id, &change, &entry).await?;
        }
        if keep && before.workspace.delete_at.is_some() {
            let change = store::Change { delete_at: Some(None), ..store::Change::default() };
            let subject = Subject::of("workspace", id);
            let entry = self.entry_in(id, caller, Action::WorkspaceDeletionUndone, subject)?;
            store::change(&self.control, id, &change, &entry).await?;
        }
        self.forget_id(id).await;
        self.workspace(caller, id).await
    }

    /// Begins the deletion of a workspace of the caller. Its keys open nothing from now on; people can still look, and an owner can
    /// undo it until the time in the answer.
    ///
    /// # Errors
    /// They are not in it, or no owner there.
    pub async fn delete_workspace(&self, caller: &Caller, id: &str) -> Result<WorkspaceView> {
        let before = self.workspace(caller, id).await?;
        require(before.role, Role::Owner)?;
        if before.workspace.delete_at.is_none() {
            let at = self.clock.now() + Duration::days(i64::from(self.options.workspace_delete_days));
            let change = store::Change { delete_at: Some(Some(at.timestamp_millis())), ..store::Change::default() };
            let subject = Subject::of("workspace", id).with(json!({"delete_at": at.to_rfc3339()}));
            let entry = self.entry_in(id, caller, Action::WorkspaceDeletion, subject)?;
            store::change(&self.control, id, &change, &entry).await?;
            self.forget_id(id).await;
        }
        self.workspace(caller, id).await
    }

    /// Workspaces whose time has come, each with the right to delete its data.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn due_workspaces(&self) -> Result<Vec<TenantContext>> {
        let due = store::due(&self.control, self.now_ms()).await?;
        due.into_iter()
            .map(|row| Ok(self.grant(&WorkspaceInfo::try_from(row)?, kupets_core::Actor::server())))
            .collect()
    }

    /// The right to do what a person has asked for, as what they are in the workspace now: for work that goes on after their request.
    ///
    /// # Errors
    /// 403 `member_gone`: they are not in it any more, or it is going to be deleted; the control database refuses.
    pub async fn on_behalf_of(&self, workspace: &TenantId, user_id: &str) -> Result<(TenantContext, WorkspaceInfo)> {
        let found = store::membership(&self.control, user_id, workspace.as_str()).await?;
        let gone = || Error::forbidden("member_gone", "whoever asked for this is not in the workspace any more");
        let found = found.filter(|found| found.workspace.delete_at.is_none()).ok_or_else(gone)?;
        let (role, info) = (role(&found.role)?, WorkspaceInfo::try_from(found.workspace)?);
        Ok((self.grant(&info, kupets_core::Actor::person(user_id, role)), info))
    }

    /// The right to do the server's own work in a workspace; none: there is none, or it is going to be deleted.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn for_the_server(&self, workspace: &TenantId) -> Result<Option<(TenantContext, WorkspaceInfo)>> {
        let found = store::one(&self.control, workspace.as_str()).await?;
        let Some(found) = found.filter(|found| found.delete_at.is_none()) else { return Ok(None) };
        let info = WorkspaceInfo::try_from(found)?;
        Ok(Some((self.grant(&info, kupets_core::Actor::server()), info)))
    }

    /// Forgets a workspace whose data is gone. Its people keep their accounts.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn finish_deletion(&self, tenant: &TenantContext) -> Result<()> {
        store::delete(&self.control, tenant.id()).await?;
        self.forget(tenant.id()).await;
        Ok(())
    }

    /// Gives the caller's workspace rules of segments of its own, or the default ones again. When this returns, every request that
    /// begins goes by them.
    ///
    /// # Errors
    /// The control database refuses; nothing is changed then.
    pub async fn set_segments(&self, caller: &Caller, rules: Option<&SegmentRules>) -> Result<()> {
        let text = rules.map(segments::write).transpose()?;
        let subject = Subject::none().with(json!({"default": rules.is_none()}));
        let entry = self.entry(caller, Action::SegmentRulesChanged, subject)?;
        store::set_segment_rules(&self.control, caller.tenant().id().as_str(), text.as_deref(), &entry).await?;
        // Sessions are read with their workspace each time; keys are in memory with theirs.
        self.forget(caller.tenant().id()).await;
        Ok(())
    }

    /// Whether a model may write statements of its own for the caller's workspace.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn expert_sql(&self, caller: &Caller) -> Result<bool> {
        let decided = store::assistant(&self.control, caller.tenant().id().as_str()).await?;
        Ok(decided.is_some_and(|decided| decided.expert_sql))
    }

    /// What the caller's workspace has decided about its assistant.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn assistant(&self, caller: &Caller) -> Result<store::AssistantRow> {
        Ok(store::assistant(&self.control, caller.tenant().id().as_str()).await?.unwrap_or_default())
    }

    /// Decides about the assistant; `told` is what the log says of the change.
    ///
    /// # Errors
    /// The control database refuses; nothing is changed then.
    pub async fn set_assistant(
        &self,
        caller: &Caller,
        decided: &store::AssistantRow,
        told: serde_json::Value,
    ) -> Result<()> {
        let entry = self.entry(caller, Action::AssistantChanged, Subject::none().with(told))?;
        store::set_assistant(&self.control, caller.tenant().id().as_str(), decided, &entry).await
    }

    async fn workspace(&self, caller: &Caller, id: &str) -> Result<WorkspaceView> {
        let found = store::membership(&self.control, caller.user_id()?, id).await?;
        view(found.ok_or_else(|| Error::not_found("you are in no such workspace"))?, caller)
    }

    /// An entry of the log of that workspace, which need not be the one of the caller's session.
    fn entry_in(
        &self,
        workspace_id: &str,
        caller: &Caller,
        action: Action,
        subject: Subject,
    ) -> Result<kupets_control::audit::NewEntry> {
        let mut entry = self.entry(caller, action, subject)?;
        entry.workspace_id = Some(workspace_id.to_owned());
        Ok(entry)
    }
}

fn view(row: MembershipRow, caller: &Caller) -> Result<WorkspaceView> {
    let current = row.workspace.id == caller.tenant().id().as_str();
    Ok(WorkspaceView { role: role(&row.role)?, workspace: row.workspace.try_into()?, current })
}
