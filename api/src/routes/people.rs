//! People, as answers name them.

use serde::Serialize;
use utoipa::ToSchema;

/// A person with an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonBody {
    /// Identity.
    pub user_id: String,
    /// What they are called now.
    pub name: String,
}

impl PersonBody {
    /// The person of an account that is there; none where it is gone.
    pub fn of(user_id: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self { user_id: user_id?, name: name? })
    }
}
