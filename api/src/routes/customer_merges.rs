//! Customers who are one person: suggested, merged, and parted again.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Subject};
use kupets_engine::{MergedCustomer, customers::Duplicates, schema::Table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query};
use crate::{
    auth::{Allowed, Editor, Read, With},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// Into whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into": "17850"}))]
pub struct MergeBody {
    /// The customer who stays; where that one was merged in turn, into whom.
    into: String,
}

/// A customer who was merged into another.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedBody {
    /// The customer who stays: the person.
    customer_id: String,
    /// The customer who was merged. Records that are sent under this id are the person's; it stands in their `original_customer_id`.
    merged_customer_id: String,
    /// When.
    merged_at: DateTime<Utc>,
    /// Until when it can be undone; null: not any more.
    undo_until: Option<DateTime<Utc>>,
}

impl From<MergedCustomer> for MergedBody {
    fn from(merged: MergedCustomer) -> Self {
        Self {
            customer_id: merged.into,
            merged_customer_id: merged.from,
            merged_at: merged.merged_at,
            undo_until: merged.undo_until,
        }
    }
}

/// Customers who were merged into one, the last first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedList {
    items: Vec<MergedBody>,
    /// Always null: all of them are in one page.
    next_cursor: Option<String>,
}

/// Customers who may be one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicatesBody {
    /// Why: `email`, `phone`, `name_and_city` (the attribute `city`).
    reasons: Vec<&'static str>,
    /// Who, by their ids.
    customers: Vec<DuplicateBody>,
}

/// A customer who may be another's double.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateBody {
    customer_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    city: Option<String>,
}

/// Groups of customers who may be one person each.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicatesList {
    items: Vec<DuplicatesBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

impl From<Duplicates> for DuplicatesBody {
    fn from(group: Duplicates) -> Self {
        let customers = group.customers.into_iter().map(|customer| DuplicateBody {
            customer_id: customer.customer_id,
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            city: customer.city,
        });
        Self { reasons: group.reasons.iter().map(|reason| reason.name()).collect(), customers: customers.collect() }
    }
}

/// Customers who may be one person
///
/// With the same e-mail address, the same telephone number, or the same name in the same city (the attribute `city`), however these are
/// written. Of more than 20 with the same none are suggested: behind such an address or number stands nobody.
#[utoipa::path(tag = "customers", operation_id = "customer_duplicates",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(PageQuery),
    responses((status = 200, body = DuplicatesList)))]
#[get("/v1/customer-duplicates", wrap = "Compress::default()")]
pub async fn duplicates(args: With<Read, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: page } = args;
    let limit = page.0.limit()?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.duplicates(&tenant, limit, page.0.cursor.as_deref()).await };
    let page = stream::run(&state, ask).await?;
    let items = page.items.into_iter().map(DuplicatesBody::from).collect();
    Ok(HttpResponse::Ok().json(DuplicatesList { items, next_cursor: page.next_cursor }))
}

/// Who was merged into a customer
#[utoipa::path(tag = "customers", operation_id = "merged_customers",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The app's own id of the customer.")),
    responses((status = 200, body = MergedList)))]
#[get("/v1/customers/{id}/merge")]
pub async fn list_merged(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let merged = stream::run(&state, async move { engine.merged_into(&tenant, &id).await }).await?;
    let items = merged.into_iter().map(MergedBody::from).collect();
    Ok(HttpResponse::Ok().json(MergedList { items, next_cursor: None }))
}

/// Merge a customer into another
///
/// The customer of the address is an alias of `into` from now on: purchases, interactions and tasks are the other's, and so is what is
/// sent under its id later; the id that was sent stays in `original_customer_id`. `into` keeps its own fields and gets those that it
/// lacks; tags, attributes and consent are joined, and `do_not_contact` of either counts. For 30 days `DELETE` undoes it. For people.
#[utoipa::path(tag = "customers", operation_id = "merge_customer", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The app's own id of the customer who is merged.")), request_body = MergeBody,
    responses((status = 200, body = MergedBody)))]
#[post("/v1/customers/{id}/merge")]
pub async fn merge(args: With<Editor, Json<MergeBody>>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (owned, caller) = (state.clone(), caller.clone());
    // To the end even if the client goes away.
    let work = async move {
        let merged = owned.engine.merge_customer(caller.tenant(), &id, &body.into).await?;
        owned.events.records(caller.tenant().id(), Table::Customers, 1);
        let subject = Subject::of("customer", merged.from.clone());
        owned.auth.note_done(&caller, Action::CustomerMerged, subject).await;
        Ok(merged)
    };
    Ok(HttpResponse::Ok().json(MergedBody::from(stream::finish(&state, work).await?)))
}

/// Undo a merge
///
/// The customer is there again as it was, with the records and tasks that were its own and those that were sent under its id since. What
/// `into` had got is taken back where it has not changed since. 404 `not_merged`; 409 `merge_final` after 30 days. For people.
#[utoipa::path(tag = "customers", operation_id = "undo_customer_merge", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The app's own id of the customer who was merged.")),
    responses((status = 204, description = "Both are there.")))]
#[delete("/v1/customers/{id}/merge")]
pub async fn undo(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        owned.engine.undo_merge(caller.tenant(), &id).await?;
        owned.events.records(caller.tenant().id(), Table::Customers, 1);
        let subject = Subject::of("customer", id.clone());
        owned.auth.note_done(&caller, Action::CustomerMergeUndone, subject).await;
        Ok(())
    };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}
