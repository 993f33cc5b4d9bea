//! The customer base over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    patch,
    web::{Data, Path},
};
use kupets_auth::{Action, Subject};
use kupets_engine::{
    customers::CustomerQuery,
    insight::Language,
    record::{self, Framing, IdSource, OnError, ParseOptions},
    schema::Table,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

pub(super) mod shape;

use self::shape::{CardBody, CustomerExportBody, CustomerList, CustomerPatchBody, ErasureBody, TimelineBody};
use super::pagination::{PageQuery, Query, limit};
use crate::{
    auth::{Admin, Allowed, Editor, Read, With},
    body::Json,
    customer_filter, exports, imports,
    problem::{Problem, Result, field},
    state::State,
    stream,
    webhooks::{Occurrence, WebhookEvent},
};

/// Which customers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Looked for in name, e-mail, phone and id, in any spelling: capitals, accents, `е` and `ё`, telephone numbers with or without country
    /// and trunk prefix.
    search: Option<String>,
    /// A segment of the report `rfm_segments`; `/v1/segments/rules` tells which there are.
    segment: Option<String>,
    /// Conditions joined by `;`, all of which must hold: `revenue>=1000;attributes.city=Kazan;tags=vip`. Of conditions
    /// joined by `|` between parentheses one must hold: `(tags=vip|revenue>=1000);orders>2`. Comparisons: `=`, `!=`, `<`,
    /// `<=`, `>`, `>=`, and `~` (contains). Names, e-mail addresses, telephone numbers and attributes are equal in any spelling. `consent=email`
    /// are those who agreed to that channel, by what was said last. A value with `;`, `|` or a parenthesis in it is written in double quotes.
    #[param(example = "revenue>=1000;tags=vip")]
    filter: Option<String>,
    /// A field or figure; `-revenue` sorts from the greatest down.
    #[param(example = "-revenue")]
    sort: Option<String>,
    /// ISO 4217 code of the figures; the workspace's unless sent.
    currency: Option<String>,
    /// Customers at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "super::pagination::whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The currency of figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CardQuery {
    /// ISO 4217 code of the figures; the workspace's unless sent.
    currency: Option<String>,
    /// Language of the reasons: en or ru.
    #[serde(default)]
    #[param(inline, required = false)]
    locale: Language,
}

/// How to erase.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EraseQuery {
    /// Keep the purchases as a guest's, so that totals stay as they were. Default false.
    #[serde(default)]
    keep_totals: bool,
}

/// List customers
///
/// With their figures, in one currency.
#[utoipa::path(tag = "customers", operation_id = "list_customers",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(ListQuery),
    responses((status = 200, body = CustomerList)))]
#[get("/v1/customers", wrap = "Compress::default()")]
pub async fn list(args: With<Read, Query<ListQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: query } = args;
    let asked = query.0;
    let (sort, descending) = customer_filter::order(asked.sort.as_deref());
    let question = CustomerQuery {
        search: asked.search.filter(|s| !s.trim().is_empty()),
        segment: asked.segment,
        filters: asked.filter.as_deref().map(customer_filter::parse).transpose()?.unwrap_or_default(),
        sort,
        descending,
        limit: limit(asked.limit)?,
        cursor: asked.cursor,
        currency: asked.currency,
    };
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let page = stream::run(&state, async move { engine.customers(&tenant, question).await }).await?;
    Ok(HttpResponse::Ok().json(CustomerList::try_from(page)?))
}

/// A customer's card
///
/// The record, its figures, and what is expected next.
#[utoipa::path(tag = "customers", operation_id = "customer",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The app's own id of the customer."), CardQuery),
    responses((status = 200, body = CardBody)))]
#[get("/v1/customers/{id}", wrap = "Compress::default()")]
pub async fn card(args: With<Read, Query<CardQuery>>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let With { caller, with: query } = args;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.customer(&tenant, &id, query.0.currency.as_deref(), query.0.locale).await };
    let card = stream::run(&state, ask).await?;
    Ok(HttpResponse::Ok().json(CardBody::try_from(card)?))
}

/// A customer's timeline
///
/// Purchases and interactions, the latest first.
#[utoipa::path(tag = "customers", operation_id = "customer_timeline",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The app's own id of the customer."), PageQuery),
    responses((status = 200, body = TimelineBody)))]
#[get("/v1/customers/{id}/timeline", wrap = "Compress::default()")]
pub async fn timeline(
    args: With<Read, Query<PageQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: page } = args;
    let limit = page.0.limit()?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.timeline(&tenant, &id, limit, page.0.cursor.as_deref()).await };
    let timeline = stream::run(&state, ask).await?;
    Ok(HttpResponse::Ok().json(TimelineBody::try_from(timeline)?))
}

/// All that is kept of a customer
///
/// For the person, who may ask for it: the record, everything that happened, and whatever else is kept of them. For people.
#[utoipa::path(tag = "customers", operation_id = "export_customer", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "The app's own id of the customer.")),
    responses((status = 200, body = CustomerExportBody)))]
#[get("/v1/customers/{id}/export", wrap = "Compress::default()")]
pub async fn export(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (engine, tenant, customer) = (state.engine.clone(), caller.tenant().clone(), id.clone());
    let export = stream::run(&state, async move { engine.export_customer(&tenant, &customer).await }).await?;
    let body = CustomerExportBody::try_from(export)?;
    state.auth.note_done(&caller, Action::CustomerExported, Subject::of("customer", id)).await;
    Ok(HttpResponse::Ok().json(body))
}

/// Edit a customer
///
/// Fields as in sending, without `customer_id`: an absent field stays, `null` clears it, `attributes` merge by key. Answers the
/// card as it is then. For people; apps send `POST /v1/customers`.
#[utoipa::path(tag = "customers", operation_id = "edit_customer", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The app's own id of the customer.")), request_body = CustomerPatchBody,
    responses((status = 200, body = CardBody)))]
#[patch("/v1/customers/{id}")]
pub async fn edit(
    args: With<Editor, Json<Map<String, Value>>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let id = id.into_inner();
    let mut record = body.0;
    if record.contains_key("customer_id") {
        return Err(Problem::fields(vec![field(
            "customer_id",
            "it is in the address and cannot change; leave it out",
        )]));
    }
    let fields: Vec<_> = record.keys().cloned().collect();
    let subject = Subject::of("customer", id.clone()).with(serde_json::json!({"fields": fields}));
    record.insert("customer_id".to_owned(), Value::String(id.clone()));
    let text = serde_json::to_vec(&record).map_err(Problem::internal)?;
    let options = ParseOptions {
        table: Table::Customers,
        time_zone: caller.tenant().time_zone(),
        currency: caller.workspace().currency.clone(),
        now: state.engine.clock().now(),
        idempotency_key: None,
        ids: IdSource::random(),
        on_error: OnError::Refuse,
    };
    let mut parsed = record::parse(&text, Framing::Json, &options)?;
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let (engine, tenant) = (&owned.engine, caller.tenant());
        // Sending would make a customer that is not there; editing must not.
        engine.customer(tenant, &id, None, Language::En).await?;
        engine.screen(tenant, &mut parsed).await?;
        let arrived = owned.webhooks.arriving(engine, tenant, &parsed.records).await?;
        let done = engine.ingest(tenant, parsed).await?;
        if let Some(arrived) = arrived {
            owned.tell_webhooks(tenant.id(), arrived.told(&done)).await;
        }
        owned.events.records(tenant.id(), Table::Customers, 1);
        owned.auth.note_done(&caller, Action::CustomerEdited, subject).await;
        engine.customer(tenant, &id, None, Language::En).await
    };
    Ok(HttpResponse::Ok().json(CardBody::try_from(stream::finish(&state, work).await?)?))
}

/// Erase a customer
///
/// Removes the person: from every answer at once, from files and old snapshots by `complete_by`. What is left of the request
/// holds no personal data. Whoever was merged is erased with the person. What is sent of them later and is of before goes by the workspace's
/// rule `erased_records`. For people.
#[utoipa::path(tag = "customers", operation_id = "erase_customer", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "The app's own id of the customer."), EraseQuery),
    responses((status = 202, body = ErasureBody, description = "Gone from every answer; files follow.")))]
#[delete("/v1/customers/{id}")]
pub async fn erase(args: With<Admin, Query<EraseQuery>>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let With { caller, with: query } = args;
    let (owned, caller) = (state.clone(), caller.clone());
    // An erasure that has begun must not stop because its caller went away.
    let work = async move {
        // All of the person goes, whoever was merged into them too.
        let ids = owned.engine.person_ids(caller.tenant(), &id).await?;
        let erasure = owned.engine.erase_customer(caller.tenant(), &id, query.0.keep_totals).await?;
        owned.events.forget(caller.tenant().id());
        // Their rows are gone: the files are what is left, and where this fails upkeep does it.
        if let Err(error) = exports::sweep(&owned).await {
            tracing::warn!(%error, "files of exports could not be deleted after an erasure; it is tried again");
        }
        if let Err(error) = imports::sweep(&owned).await {
            tracing::warn!(%error, "files of imports could not be deleted after an erasure; it is tried again");
        }
        owned.events.records(caller.tenant().id(), Table::Customers, 1);
        let told = ids.into_iter().map(|id| Occurrence {
            event: WebhookEvent::CustomerErased,
            data: serde_json::json!({"customer_id": id}),
            customer_id: Some(id),
        });
        owned.tell_webhooks(caller.tenant().id(), told.collect()).await;
        // Whom it was about is what must not stay.
        let subject = Subject::of("erasure", erasure.id.clone());
        owned.auth.note_done(&caller, Action::CustomerErased, subject).await;
        Ok(erasure)
    };
    let erasure = stream::finish(&state, work).await?;
    tracing::info!(erasure = erasure.id, "a customer was erased");
    Ok(HttpResponse::Accepted().json(ErasureBody::from(erasure)))
}
