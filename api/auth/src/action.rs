//! What the audit log knows: actions and what they are done to.

use kupets_core::Role;
use serde_json::{Value, json};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Something that was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in answers and the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

actions! {
    /// An account was made.
    Registered = "registered",
    /// A person logged in.
    LoggedIn = "login",
    /// A wrong password for an account that exists.
    LoginFailed = "login_failed",
    /// A person ended a session.
    SessionEnded = "session_ended",
    /// A person changed their password.
    PasswordChanged = "password_changed",
    /// A person changed their name or language.
    AccountChanged = "account_changed",
    /// A link to another address of a person was sent.
    EmailChangeLink = "email_change_link",
    /// A person has another address.
    EmailChanged = "email_changed",
    /// A link for a new password was made.
    PasswordResetLink = "password_reset_link",
    /// A password was set by such a link.
    PasswordReset = "password_reset",
    /// An API key was made.
    KeyMade = "key_made",
    /// An API key was revoked.
    KeyRevoked = "key_revoked",
    /// An API key got another secret.
    KeyRotated = "key_rotated",
    /// An invite was made.
    InviteMade = "invite_made",
    /// An invite was taken back.
    InviteRevoked = "invite_revoked",
    /// A person came in by an invite.
    MemberJoined = "member_joined",
    /// A member has another role.
    RoleChanged = "role_changed",
    /// A member was removed.
    MemberRemoved = "member_removed",
    /// A member left.
    MemberLeft = "member_left",
    /// A workspace was made.
    WorkspaceMade = "workspace_made",
    /// A workspace's name, zone, currency, language, holidays or how long its records are kept changed.
    WorkspaceChanged = "workspace_changed",
    /// A workspace is going to be deleted.
    WorkspaceDeletion = "workspace_deletion",
    /// It stays after all.
    WorkspaceDeletionUndone = "workspace_deletion_undone",
    /// The rules of segments changed.
    SegmentRulesChanged = "segment_rules_changed",
    /// What the assistant may do was changed.
    AssistantChanged = "assistant_changed",
    /// A customer was edited.
    CustomerEdited = "customer_edited",
    /// All that is kept of a customer was taken out.
    CustomerExported = "customer_exported",
    /// A customer was erased.
    CustomerErased = "customer_erased",
    /// A customer was merged into another.
    CustomerMerged = "customer_merged",
    /// A merge was undone.
    CustomerMergeUndone = "customer_merge_undone",
    /// A purchase was deleted.
    PurchaseDeleted = "purchase_deleted",
    /// An interaction was deleted.
    InteractionDeleted = "interaction_deleted",
    /// Records were deleted because the workspace keeps them no longer.
    RecordsExpired = "records_expired",
    /// A recommendation was decided on.
    RecommendationDecided = "recommendation_decided",
    /// A task was made.
    TaskCreated = "task_created",
    /// A task was changed.
    TaskChanged = "task_changed",
    /// A task was deleted.
    TaskDeleted = "task_deleted",
    /// A report of one's own was saved.
    ReportSaved = "report_saved",
    /// A saved report was changed.
    ReportChanged = "report_changed",
    /// A saved report was deleted.
    ReportDeleted = "report_deleted",
    /// A dashboard was made.
    DashboardMade = "dashboard_made",
    /// A dashboard was changed.
    DashboardChanged = "dashboard_changed",
    /// A dashboard was deleted.
    DashboardDeleted = "dashboard_deleted",
    /// A note about a customer was written.
    NoteWritten = "note_written",
    /// A note was changed.
    NoteChanged = "note_changed",
    /// A note was deleted.
    NoteDeleted = "note_deleted",
    /// A Telegram account came to act as a person.
    TelegramLinked = "telegram_linked",
    /// It does not any more.
    TelegramUnlinked = "telegram_unlinked",
    /// A webhook was made.
    WebhookMade = "webhook_made",
    /// A webhook was changed.
    WebhookChanged = "webhook_changed",
    /// A webhook was deleted.
    WebhookDeleted = "webhook_deleted",
    /// A digest or an alert was set up.
    DeliveryMade = "delivery_made",
    /// A digest or an alert was changed.
    DeliveryChanged = "delivery_changed",
    /// A digest or an alert was deleted.
    DeliveryDeleted = "delivery_deleted",
    /// A file was asked for, to be made in the background.
    ExportMade = "export_made",
    /// A file was sent to be imported.
    ImportSent = "import_sent",
    /// A file was imported.
    ImportRun = "import_run",
    /// What an import had stored was taken back.
    ImportUndone = "import_undone",
    /// The workspace was filled with sample data.
    SampleDataAdded = "sample_data_added",
    /// The sample data was taken out.
    SampleDataRemoved = "sample_data_removed",
    /// A person took data out as a file.
    Downloaded = "downloaded",
}

/// What it was done to, and with which names and numbers. Values of records never stand here.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    pub(crate) kind: Option<&'static str>,
    pub(crate) id: Option<String>,
    pub(crate) detail: Option<Value>,
}

impl Subject {
    /// Nothing but what the action says.
    pub fn none() -> Self {
        Self::default()
    }

    /// The thing of that kind and identity.
    pub fn of(kind: &'static str, id: impl Into<String>) -> Self {
        Self { kind: Some(kind), id: Some(id.into()), detail: None }
    }

    /// A person with an account.
    pub fn person(id: impl Into<String>) -> Self {
        Self::of("person", id)
    }

    /// Adds names and numbers.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Adds the role that somebody has then.
    #[must_use]
    pub fn with_role(self, role: Role) -> Self {
        self.with(json!({"role": role.name()}))
    }
}
