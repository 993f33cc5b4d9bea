//! Who asks: keys as bearer tokens, and nothing else. A person's cookie opens nothing here, so that no page can use it.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use async_trait::async_trait;
use kupets_auth::{Caller, Scope};
use kupets_mcp::{Authenticate, ProtectedResource};

use crate::{
    auth::{Policy, Read, Sql, bearer},
    state::State,
};

/// Whether the caller may use tools of that scope now: by the key's scopes, and the role of the person whom it stands for.
pub(super) fn may(caller: &Caller, scope: Scope) -> bool {
    admit(caller, scope).is_ok()
}

fn admit(caller: &Caller, scope: Scope) -> kupets_engine::Result<()> {
    match scope {
        Scope::Read => caller.admit(&Read::NEEDS),
        Scope::Sql => caller.admit(&Sql::NEEDS),
        // No tool sends records or talks.
        Scope::Ingest | Scope::Assistant => {
            Err(kupets_engine::Error::forbidden("scope", "there are no tools for this scope"))
        }
    }
}

/// The keys of the server's workspaces.
pub(super) struct Keys {
    /// Where they are looked up.
    pub state: Data<State>,
    /// What refusals point to.
    pub resource: ProtectedResource,
}

#[async_trait(?Send)]
impl Authenticate for Keys {
    type Caller = Caller;

    async fn authenticate(&self, request: &HttpRequest) -> Result<Caller, HttpResponse> {
        let scope = Scope::Read.name();
        let caller = match bearer(request, &self.state).await {
            Ok(Some(caller)) => caller,
            Ok(None) => return Err(self.resource.unauthorized(request, scope)),
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
                return Err(self.resource.unauthorized(request, scope));
            }
            // A fault on the way to the key goes to the log with its causes.
            Err(problem) => return Err(HttpResponse::from_error(problem)),
        };
        match admit(&caller, Scope::Read) {
            Ok(()) => Ok(caller),
            // SQL alone is something to come in for.
            Err(_) if may(&caller, Scope::Sql) => Ok(caller),
            Err(error) if error.code() == "scope" => Err(self.resource.forbidden(request, scope)),
            Err(error) => Err(self.resource.barred(&error.to_string())),
        }
    }
}
