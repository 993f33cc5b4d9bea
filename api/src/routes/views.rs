//! Saved views of the web UI's pages, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    patch, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_control::saved::views::{View, ViewRow, Views};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    pagination::{Query, limit, page},
    people::PersonBody,
    saved::{after, check_owner, cursor, viewer},
};
use crate::{
    assistant::conversations::{moment, part},
    auth::{Allowed, Session, With},
    body::{Json, sent},
    problem::{Problem, Result},
    state::State,
};

/// A page of the web UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ViewPage)]
pub enum ViewPage {
    /// The overview.
    Overview,
    /// Dashboards; `board` of a query says which one.
    Dashboards,
    /// The customer base.
    Customers,
    /// Reports.
    Reports,
    /// Trends.
    Trends,
    /// Forecasts.
    Forecast,
    /// SQL.
    Sql,
    /// Tasks.
    Tasks,
}

impl ViewPage {
    const ALL: [Self; 8] = [
        Self::Overview,
        Self::Dashboards,
        Self::Customers,
        Self::Reports,
        Self::Trends,
        Self::Forecast,
        Self::Sql,
        Self::Tasks,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Dashboards => "dashboards",
            Self::Customers => "customers",
            Self::Reports => "reports",
            Self::Trends => "trends",
            Self::Forecast => "forecast",
            Self::Sql => "sql",
            Self::Tasks => "tasks",
        }
    }
}

/// Which views.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ViewQuery {
    /// Of that page alone.
    #[param(inline)]
    page: Option<ViewPage>,
    /// Views at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "super::pagination::whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A new view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Cooling and dear", "page": "customers", "query": "filter=lifecycle%3Dcooling&sort=-revenue",
    "columns": ["name", "revenue", "next_order_at"], "shared": false}))]
pub struct NewViewBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Of which page.
    page: ViewPage,
    /// The search part of the page's address, without `?`.
    #[serde(default)]
    #[schema(max_length = 8192)]
    query: String,
    /// Names of columns; those of the page unless sent.
    columns: Option<Vec<String>>,
    /// Whether everybody in the workspace sees it; no unless sent.
    #[serde(default)]
    shared: bool,
}

/// A change of a view: an absent field stays, null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"shared": true}))]
pub struct ViewPatchBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Of which page.
    page: Option<ViewPage>,
    /// The search part of the page's address, without `?`.
    #[schema(max_length = 8192)]
    query: Option<String>,
    /// Names of columns.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<Vec<String>>)]
    columns: Option<Option<Vec<String>>>,
    /// Whether everybody in the workspace sees it.
    shared: Option<bool>,
}

/// A view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewBody {
    /// Its identity.
    id: String,
    /// What people call it.
    name: String,
    /// Of which page.
    page: ViewPage,
    /// The search part of the page's address.
    query: String,
    /// Names of columns; null: those of the page.
    columns: Option<Vec<String>>,
    /// Whether everybody in the workspace sees it.
    shared: bool,
    /// Whose it is; null for an account that is gone.
    owner: Option<PersonBody>,
    /// Whether it is the caller's.
    mine: bool,
    /// When it was saved.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A page of views.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewList {
    /// The oldest first.
    items: Vec<ViewBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

impl ViewBody {
    fn new(row: ViewRow, person: Option<&str>) -> Self {
        let ViewRow { view, owner_name } = row;
        let page = ViewPage::ALL.into_iter().find(|page| page.name() == view.page);
        Self {
            mine: person.is_some() && person == view.owner_id.as_deref(),
            owner: PersonBody::of(view.owner_id, owner_name),
            id: view.id,
            name: view.name,
            page: page.unwrap_or(ViewPage::Customers),
            query: view.query,
            columns: part(view.columns.as_deref()),
            shared: view.shared,
            created_at: moment(view.created_at),
            updated_at: moment(view.updated_at),
        }
    }
}

fn stored(state: &State) -> Views {
    Views::new(state.engine.control().clone())
}

fn json(columns: &[String]) -> Result<String> {
    serde_json::to_string(columns).map_err(Problem::internal)
}

/// The search part of an address as people read it.
fn unescaped(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
}

/// List views
///
/// Your own and those that are shared.
#[utoipa::path(tag = "work", operation_id = "list_views", security(("session" = [])), params(ViewQuery),
    responses((status = 200, body = ViewList)))]
#[get("/v1/views", wrap = "Compress::default()")]
pub async fn list(args: With<Session, Query<ViewQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let (limit, person) = (limit(asked.limit)?, viewer(&caller));
    let after = asked.cursor.as_deref().map(after).transpose()?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let of = asked.page.map(ViewPage::name);
    let rows = stored(&state).list(caller.tenant().id(), person, of, after.as_ref(), most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| cursor(row.view.created_at, &row.view.id));
    let items = rows.into_iter().map(|row| ViewBody::new(row, person)).collect();
    Ok(HttpResponse::Ok().json(ViewList { items, next_cursor }))
}

/// Save a view
#[utoipa::path(tag = "work", operation_id = "save_view", security(("session" = [])), request_body = NewViewBody,
    responses((status = 201, body = ViewBody)))]
#[post("/v1/views")]
pub async fn create(args: With<Session, Json<NewViewBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (now, tenant) = (state.engine.clock().now().timestamp_micros(), caller.tenant().id());
    let view = View {
        id: state.threads.new_id(),
        name: body.name,
        page: body.page.name().to_owned(),
        query_text: unescaped(&body.query),
        query: body.query,
        columns: body.columns.as_deref().map(json).transpose()?,
        shared: body.shared,
        owner_id: Some(caller.user_id()?.to_owned()),
        created_at: now,
        updated_at: now,
    };
    stored(&state).put(tenant, &view).await?;
    let row = stored(&state).get(tenant, viewer(&caller), &view.id).await?;
    Ok(HttpResponse::Created().json(ViewBody::new(row, viewer(&caller))))
}

/// Change a view
///
/// An absent field stays, null clears it. Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "edit_view", security(("session" = [])),
    params(("id" = String, Path, description = "The view.")), request_body = ViewPatchBody,
    responses((status = 200, body = ViewBody)))]
#[patch("/v1/views/{id}")]
pub async fn change(
    args: With<Session, Json<ViewPatchBody>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let tenant = caller.tenant().id();
    let mut view = stored(&state).get(tenant, viewer(&caller), &id).await?.view;
    check_owner(&caller, view.owner_id.as_deref(), view.shared)?;
    if let Some(name) = body.name {
        view.name = name;
    }
    if let Some(page) = body.page {
        page.name().clone_into(&mut view.page);
    }
    if let Some(query) = body.query {
        view.query_text = unescaped(&query);
        view.query = query;
    }
    if let Some(columns) = body.columns {
        view.columns = columns.as_deref().map(json).transpose()?;
    }
    if let Some(shared) = body.shared {
        view.shared = shared;
    }
    view.updated_at = state.engine.clock().now().timestamp_micros();
    stored(&state).put(tenant, &view).await?;
    let row = stored(&state).get(tenant, view.owner_id.as_deref(), &view.id).await?;
    Ok(HttpResponse::Ok().json(ViewBody::new(row, viewer(&caller))))
}

/// Delete a view
///
/// Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "delete_view", security(("session" = [])),
    params(("id" = String, Path, description = "The view.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/views/{id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let view = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?.view;
    check_owner(&caller, view.owner_id.as_deref(), view.shared)?;
    stored(&state).delete(caller.tenant().id(), &view.id).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_searched_as_people_read_it() {
        assert_eq!(
            unescaped("?search=%D0%90%D0%BD%D0%BD%D0%B0+%D0%9F.&sort=-revenue"),
            "search=Анна П.\nsort=-revenue"
        );
    }
}
