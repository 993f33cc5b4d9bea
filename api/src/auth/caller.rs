//! The caller of a request, as an argument of its handler: `Allowed<Read>` is there only if reading is allowed.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use futures::{
    FutureExt as _,
    future::{Either, LocalBoxFuture, Ready, ready},
};
use kupets_auth::{Caller, Requirement, Scope, not_a_key};
use kupets_core::Role;

use super::{cookies::session_token, csrf::check_origin, visitor::address};
use crate::{
    problem::{Problem, Result},
    state::State,
};

/// Who may call a route.
pub trait Policy: 'static {
    /// What it asks of its caller.
    const NEEDS: Requirement;
}

macro_rules! policy {
    ($(#[$doc:meta])* $name:ident:
        keys $keys:literal $($scope:ident)?, people $people:literal, links $links:literal, from $role:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Policy for $name {
            const NEEDS: Requirement = Requirement {
                scope: policy!(@scope $($scope)?), keys: $keys, sessions: $people, links: $links,
                role: Role::$role,
            };
        }
    };
    (@scope) => { None };
    (@scope $scope:ident) => { Some(Scope::$scope) };
}

policy!(
    /// Keys with `ingest`, of managers and above. Records come from apps: a person's cookie does not do.
    Ingest: keys true Ingest, people false, links false, from Manager);
policy!(
    /// Keys with `ingest`, and people, of managers and above: files of records, which people send too.
    Import: keys true Ingest, people true, links false, from Manager);
policy!(
    /// Keys with `read`, and people.
    Read: keys true Read, people true, links true, from Viewer);
policy!(
    /// Keys with `sql`, and people, of analysts and above.
    Sql: keys true Sql, people true, links false, from Analyst);
policy!(
    /// Keys with `assistant`, and people.
    Assistant: keys true Assistant, people true, links true, from Viewer);
policy!(
    /// Any key, and people.
    AnyKeyOrSession: keys true, people true, links true, from Viewer);
policy!(
    /// People only, whatever they are in the workspace.
    Session: keys false, people true, links false, from Viewer);
policy!(
    /// People, and the Telegram accounts that act as them, whatever they are in the workspace: what is their own.
    SessionOrLink: keys false, people true, links true, from Viewer);
policy!(
    /// The same of managers and above: what is decided and done day by day.
    EditorOrLink: keys false, people true, links true, from Manager);
policy!(
    /// Telegram accounts that act as people, and nobody else.
    Link: keys false, people false, links true, from Viewer);
policy!(
    /// People only, analysts and above: statements that people keep.
    Analyst: keys false, people true, links false, from Analyst);
policy!(
    /// People only, managers and above: what people write and decide.
    Editor: keys false, people true, links false, from Manager);
policy!(
    /// People only, admins and above: keys, settings, members, erasure. A key must not make keys or erase customers.
    Admin: keys false, people true, links false, from Admin);

/// A caller whom the policy `P` lets in.
#[derive(Debug)]
pub struct Allowed<P>(Caller, PhantomData<P>);

impl<P> std::ops::Deref for Allowed<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
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
        let address = address(request, state.settings.trust_forwarded_for);
        match present(request) {
            Err(problem) => Either::Left(ready(Err(problem))),
            Ok(Some(Presented::Link(credential))) => {
                let (state, credential) = (state.clone(), credential.to_owned());
                Either::Right(
                    async move { Self::admit(state.auth.telegram(&credential, address).await?) }.boxed_local(),
                )
            }
            Ok(Some(Presented::Key(key))) => match state.auth.cached_key(key, address) {
                Ok(caller) => Either::Left(ready(caller.map_err(Problem::from).and_then(Self::admit))),
                Err((hash, epoch)) => {
                    let state = state.clone();
                    Either::Right(
                        async move { Self::admit(state.auth.load_key(hash, epoch, address).await?) }.boxed_local(),
                    )
                }
            },
            Ok(None) => {
                let (state, request) = (state.clone(), request.clone());
                Either::Right(
                    async move {
                        let token = session_token(&request).ok_or_else(nobody::<P>)?;
                        let caller = state.auth.session(&token, address).await?;
                        check_origin(&request, state.settings.public_url.as_deref())?;
                        Self::admit(caller)
                    }
                    .boxed_local(),
                )
            }
        }
    }
}

impl<P: Policy> Allowed<P> {
    fn admit(caller: Caller) -> Result<Self> {
        caller.admit(&P::NEEDS)?;
        Ok(Self(caller, PhantomData))
    }
}

fn nobody<P: Policy>() -> Problem {
    let what = match P::NEEDS {
        Requirement { keys: true, .. } => "send an API key as `Authorization: Bearer kp_...`",
        Requirement { sessions: true, .. } => "log in first",
        _ => "send the credential of a Telegram link as `Authorization: Bearer kt_...`",
    };
    Problem::unauthorized("unauthorized", format!("who is asking? {what}"))
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

/// The caller of a request by its bearer key, the one credential that is looked at; none where there is none.
///
/// # Errors
/// It is no key, or one that does not open; what stands in the way of looking it up.
pub async fn bearer(request: &HttpRequest, state: &State) -> Result<Option<Caller>> {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let key = match present(request)? {
        Some(Presented::Key(key)) => key,
        Some(Presented::Link(_)) => return Err(not_a_key("a Telegram account's credential does not open this").into()),
        None => return Ok(None),
    };
    let address = address(request, state.settings.trust_forwarded_for);
    Ok(Some(match state.auth.cached_key(key, address) {
        Ok(caller) => caller?,
        Err((hash, epoch)) => state.auth.load_key(hash, epoch, address).await?,
    }))
}

/// What a request shows in a header to be let in.
enum Presented<'a> {
    /// An API key.
    Key(&'a str),
    /// The credential of a Telegram account.
    Link(&'a str),
}

/// What a request shows: `Authorization: Bearer kp_...` (or `kt_...`), or `X-API-Key: kp_...`.
fn present(request: &HttpRequest) -> Result<Option<Presented<'_>>> {
    let headers = request.headers();
    let shown = if let Some(value) = headers.get(header::AUTHORIZATION) {
        let value = value.to_str().unwrap_or_default();
        match value.split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
            _ => return Err(not_a_key("Authorization must read `Bearer kp_...`").into()),
        }
    } else if let Some(value) = headers.get("x-api-key") {
        value.to_str().unwrap_or_default().trim()
    } else {
        return Ok(None);
    };
    // What cannot be one costs no look-up.
    if shown.len() == 46 && shown.starts_with("kp_") {
        return Ok(Some(Presented::Key(shown)));
    }
    if shown.len() == 46 && shown.starts_with("kt_") {
        return Ok(Some(Presented::Link(shown)));
    }
    Err(not_a_key("this is not an API key of Kupets; one reads `kp_` and 43 more characters").into())
}
