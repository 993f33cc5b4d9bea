//! Purchases and interactions one by one, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    web::{Data, Path},
};
use kupets_auth::{Action, Caller, Subject};
use kupets_engine::{
    customers::{Event, RecordQuery},
    schema::Table,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    customers::shape::{InteractionBody, PurchaseBody},
    notes,
    pagination::{Query, limit},
};
use crate::{
    auth::{Allowed, Editor, Read, With},
    problem::{Problem, Result},
    state::State,
    stream,
};

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// Of this customer alone.
    customer_id: Option<String>,
    /// Not before: RFC 3339, or a date, which is midnight in the workspace's zone.
    #[param(example = "2026-01-01")]
    from: Option<String>,
    /// Before: RFC 3339, or a date.
    to: Option<String>,
    /// Items at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "super::pagination::whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A purchase as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoredPurchase {
    /// Who bought; null for a guest.
    customer_id: Option<String>,
    #[serde(flatten)]
    purchase: PurchaseBody,
}

/// Purchases.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseList {
    /// The latest first.
    items: Vec<StoredPurchase>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// An interaction as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoredInteraction {
    /// With whom.
    customer_id: Option<String>,
    #[serde(flatten)]
    interaction: InteractionBody,
}

/// Interactions.
#[derive(Debug, Serialize, ToSchema)]
pub struct InteractionList {
    /// The latest first.
    items: Vec<StoredInteraction>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

fn purchase(event: Event) -> Result<StoredPurchase> {
    match event {
        Event::Purchase(purchase) => {
            Ok(StoredPurchase { customer_id: purchase.customer_id.clone(), purchase: purchase.try_into()? })
        }
        Event::Interaction(_) => Err(Problem::internal("a list of purchases holds an interaction")),
    }
}

fn interaction(event: Event) -> Result<StoredInteraction> {
    match event {
        Event::Interaction(interaction) => {
            Ok(StoredInteraction { customer_id: interaction.customer_id.clone(), interaction: interaction.try_into()? })
        }
        Event::Purchase(_) => Err(Problem::internal("a list of interactions holds a purchase")),
    }
}

fn query(caller: &Caller, asked: RecordsQuery) -> Result<RecordQuery> {
    let time = |name: &str, text: Option<String>| text.map(|text| caller.tenant().time(name, &text)).transpose();
    Ok(RecordQuery {
        customer_id: asked.customer_id,
        from: time("from", asked.from)?,
        to: time("to", asked.to)?,
        limit: limit(asked.limit)?,
        cursor: asked.cursor,
    })
}

/// List purchases
///
/// The latest first, whatever their status.
#[utoipa::path(tag = "records", operation_id = "list_purchases",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(RecordsQuery),
    responses((status = 200, body = PurchaseList)))]
#[get("/v1/purchases", wrap = "Compress::default()")]
pub async fn purchases(args: With<Read, Query<RecordsQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let asked = query(&caller, asked)?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let page = stream::run(&state, async move { engine.records(&tenant, Table::Purchases, asked).await }).await?;
    let items = page.items.into_iter().map(purchase).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(PurchaseList { items, next_cursor: page.next_cursor }))
}

/// A purchase
///
/// With its lines, whatever its status.
#[utoipa::path(tag = "records", operation_id = "purchase",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The id of the purchase.")),
    responses((status = 200, body = StoredPurchase)))]
#[get("/v1/purchases/{id}", wrap = "Compress::default()")]
pub async fn one_purchase(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let found = stream::run(&state, async move { engine.record(&tenant, Table::Purchases, &id).await }).await?;
    Ok(HttpResponse::Ok().json(purchase(found)?))
}

/// Delete a purchase
///
/// With its lines: it is in no answer from then on; older snapshots of the lake hold it until they expire. Its customer stays. For
/// people.
#[utoipa::path(tag = "records", operation_id = "delete_purchase", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The id of the purchase.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/purchases/{id}")]
pub async fn delete_purchase(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        owned.engine.delete_record(caller.tenant(), Table::Purchases, &id).await?;
        owned.events.records(caller.tenant().id(), Table::Purchases, 1);
        owned.auth.note_done(&caller, Action::PurchaseDeleted, Subject::of("purchase", id.into_inner())).await;
        Ok(())
    };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List interactions
///
/// The latest first, notes among them.
#[utoipa::path(tag = "records", operation_id = "list_interactions",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(RecordsQuery),
    responses((status = 200, body = InteractionList)))]
#[get("/v1/interactions", wrap = "Compress::default()")]
pub async fn interactions(args: With<Read, Query<RecordsQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let asked = query(&caller, asked)?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let page = stream::run(&state, async move { engine.records(&tenant, Table::Interactions, asked).await }).await?;
    let items = page.items.into_iter().map(interaction).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(InteractionList { items, next_cursor: page.next_cursor }))
}

/// An interaction
#[utoipa::path(tag = "records", operation_id = "interaction",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The id of the interaction.")),
    responses((status = 200, body = StoredInteraction)))]
#[get("/v1/interactions/{id}", wrap = "Compress::default()")]
pub async fn one_interaction(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let found = stream::run(&state, async move { engine.record(&tenant, Table::Interactions, &id).await }).await?;
    Ok(HttpResponse::Ok().json(interaction(found)?))
}

/// Delete an interaction
///
/// It is in no answer from then on; older snapshots of the lake hold it until they expire. A note is deleted by whoever wrote it, or
/// an admin. For people.
#[utoipa::path(tag = "records", operation_id = "delete_interaction", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The id of the interaction.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/interactions/{id}")]
pub async fn delete_interaction(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let (engine, tenant) = (&owned.engine, caller.tenant());
        match engine.note(tenant, &id).await {
            Ok(note) => notes::check_author(&caller, &note)?,
            Err(error) if error.code() == "unknown_note" => {}
            Err(error) => return Err(error),
        }
        engine.delete_record(tenant, Table::Interactions, &id).await?;
        owned.events.records(tenant.id(), Table::Interactions, 1);
        owned.auth.note_done(&caller, Action::InteractionDeleted, Subject::of("interaction", id.into_inner())).await;
        Ok(())
    };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}
