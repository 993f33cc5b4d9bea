//! The caller of a request, as an argument of its handler: `Allowed<Read>` is there only if reading is allowed.

use std::{marker::PhantomData, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use futures::{
    FutureExt as _,
    future::{Either, LocalBoxFuture, Ready, ready},
};
use kupets_engine::TenantContext;

use super::{Auth, Scope, WorkspaceInfo, check_origin, key_cache::KeyEntry, sessions::COOKIE};
use crate::{
    metrics,
    problem::{Problem, Result},
    state::State,
};

/// With what a caller was let in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An API key.
    Key(Arc<KeyEntry>),
    /// A person's cookie.
    Session {
        /// The person.
        user_id: String,
        /// The capability that follows.
        tenant: TenantContext,
        /// The workspace.
        workspace: Arc<WorkspaceInfo>,
    },
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller {
    credential: Credential,
}

impl Caller {
    pub(super) fn new(credential: Credential) -> Self {
        Self { credential }
    }

    /// The capability to use their data.
    pub fn tenant(&self) -> &TenantContext {
        match &self.credential {
            Credential::Key(key) => &key.tenant,
            Credential::Session { tenant, .. } => tenant,
        }
    }

    /// Their workspace.
    pub fn workspace(&self) -> &WorkspaceInfo {
        match &self.credential {
            Credential::Key(key) => &key.workspace,
            Credential::Session { workspace, .. } => workspace,
        }
    }

    /// With what they were let in.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }
}

/// Who may call a route.
pub trait Policy: 'static {
    /// The scope that a key needs; `None`: any key.
    const SCOPE: Option<Scope>;
    /// Whether keys may call it.
    const KEYS: bool = true;
    /// Whether people may, with their cookie.
    const SESSIONS: bool = true;
}

macro_rules! policy {
    ($(#[$doc:meta])* $name:ident, $($item:tt)*) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Policy for $name { $($item)* }
    };
}

policy!(
    /// Keys with `ingest`. Records come from apps: a person's cookie does not do.
    Ingest, const SCOPE: Option<Scope> = Some(Scope::Ingest); const SESSIONS: bool = false;);
policy!(
    /// Keys with `read`, and people.
    Read, const SCOPE: Option<Scope> = Some(Scope::Read););
policy!(
    /// Keys with `sql`, and people.
    Sql, const SCOPE: Option<Scope> = Some(Scope::Sql););
policy!(
    /// Keys with `assistant`, and people.
    Assistant, const SCOPE: Option<Scope> = Some(Scope::Assistant););
policy!(
    /// Any key, and people.
    AnyKeyOrSession, const SCOPE: Option<Scope> = None;);
policy!(
    /// People only: a key must not make keys or erase customers.
    Session, const SCOPE: Option<Scope> = None; const KEYS: bool = false;);

/// A caller whom the policy `P` lets in.
#[derive(Debug)]
pub struct Allowed<P>(Caller, PhantomData<P>);

impl<P> std::ops::Deref for Allowed<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl Allowed<Session> {
    /// The person.
    ///
    /// # Errors
    /// Never: the policy lets sessions in only.
    pub fn user_id(&self) -> Result<&str> {
        match self.credential() {
            Credential::Session { user_id, .. } => Ok(user_id),
            Credential::Key(_) => Err(session_required()),
        }
    }
}

impl<P: Policy> FromRequest for Allowed<P> {
    type Error = Problem;
    // A known key is checked without waiting, and without a heap allocation for the wait.
    type Future = Either<Ready<Result<Self>>, LocalBoxFuture<'static, Result<Self>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(state) = request.app_data::<Data<State>>() else {
            return Either::Left(ready(Err(Problem::internal("the server was started without its state"))));
        };
        match present_key(request) {
            Err(problem) => Either::Left(ready(Err(problem))),
            Ok(Some(key)) => match state.auth.cached_key(key) {
                Ok(entry) => Either::Left(ready(Self::admit_key(entry))),
                Err((hash, epoch)) => {
                    let state = state.clone();
                    Either::Right(
                        async move {
                            let entry = state.auth.load_key(hash, epoch).await?.ok_or_else(|| {
                                metrics::auth_failure("bad_key");
                                Problem::unauthorized("bad_key", "this API key is not known, or has been revoked")
                            })?;
                            Self::admit_key(entry)
                        }
                        .boxed_local(),
                    )
                }
            },
            Ok(None) => {
                let (state, request) = (state.clone(), request.clone());
                Either::Right(async move { Self::admit_session(&state.auth, &request).await }.boxed_local())
            }
        }
    }
}

impl<P: Policy> Allowed<P> {
    fn admit_key(entry: Arc<KeyEntry>) -> Result<Self> {
        if !P::KEYS {
            return Err(session_required());
        }
        match P::SCOPE {
            Some(scope) if !entry.scopes.has(scope) => Err(Problem::forbidden(
                "scope",
                format!("this API key does not have the scope `{}`; use one that has", scope.name()),
            )),
            _ => Ok(Self(Caller::new(Credential::Key(entry)), PhantomData)),
        }
    }

    async fn admit_session(auth: &Auth, request: &HttpRequest) -> Result<Self> {
        let none = || {
            let what = if P::KEYS { "send an API key as `Authorization: Bearer kp_...`" } else { "log in first" };
            Problem::unauthorized("unauthorized", format!("who is asking? {what}"))
        };
        let cookie = request.cookie(COOKIE).ok_or_else(none)?;
        let caller = auth.find_session(cookie.value()).await?.ok_or_else(|| {
            metrics::auth_failure("bad_session");
            Problem::unauthorized("session_over", "this session is over; log in again")
        })?;
        check_origin(request, auth.public_url())?;
        if !P::SESSIONS {
            return Err(Problem::forbidden(
                "key_required",
                "records are sent with an API key that has the scope `ingest`",
            ));
        }
        Ok(Self(caller, PhantomData))
    }
}

/// A caller, and arguments that are read only when the caller has been let in: a stranger's body and parameters are not even
/// looked at, and say nothing by how they fail.
#[derive(Debug)]
pub struct With<P, T> {
    /// Who is asking.
    pub caller: Allowed<P>,
    /// What with.
    pub with: T,
}

impl<P: Policy, T: FromRequest + 'static> FromRequest for With<P, T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        async move {
            let caller = Allowed::<P>::from_request(&request, &mut payload).await?;
            let with = T::from_request(&request, &mut payload).await.map_err(|e| -> actix_web::Error { e.into() })?;
            Ok(Self { caller, with })
        }
        .boxed_local()
    }
}

fn session_required() -> Problem {
    Problem::forbidden("session_required", "this is for people: log in; an API key does not do")
}

/// The key of a request: `Authorization: Bearer kp_...` or `X-API-Key: kp_...`.
fn present_key(request: &HttpRequest) -> Result<Option<&str>> {
    let headers = request.headers();
    let key = if let Some(value) = headers.get(header::AUTHORIZATION) {
        let value = value.to_str().unwrap_or_default();
        match value.split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
            _ => {
                metrics::auth_failure("bad_key");
                return Err(Problem::unauthorized("bad_key", "Authorization must read `Bearer kp_...`"));
            }
        }
    } else if let Some(value) = headers.get("x-api-key") {
        value.to_str().unwrap_or_default().trim()
    } else {
        return Ok(None);
    };
    // What cannot be a key costs no look-up.
    if key.len() == 46 && key.starts_with("kp_") {
        return Ok(Some(key));
    }
    metrics::auth_failure("bad_key");
    Err(Problem::unauthorized("bad_key", "this is not an API key of Kupets; one reads `kp_` and 43 more characters"))
}

/// The token of a request's session cookie, for logging out.
pub fn session_token(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}
