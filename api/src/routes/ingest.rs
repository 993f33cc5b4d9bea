//! Records in: the way that is taken the most, and is kept short. A known key costs no look-up, a small body no copy and
//! no other thread, the answer no serializer.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    post,
    web::{Data, Payload},
};
use kupets_auth::Caller;
use kupets_control::idempotency;
use kupets_engine::{
    FieldError,
    record::{self, Framing, IdSource, Ingested, OnError, ParseOptions, Parsed},
    schema::Table,
};
use sha2::{Digest as _, Sha256};

pub mod schema;

use self::schema::{
    Accepted, AcceptedItem, CustomersBody, IngestParams, InteractionsBody, OnErrorParam, PurchasesBody,
};
use super::pagination;
use crate::{
    auth::{Allowed, Ingest},
    body::{self, Body, BodyLimits},
    budget::{Reservation, SMALL_BODY_BYTES},
    problem::{Problem, Result},
    state::State,
    stream,
};

/// Longest `Idempotency-Key`.
const MAX_IDEMPOTENCY_KEY: usize = 255;

/// Send purchases
///
/// One purchase, an array, or NDJSON. 200 means: durable, and in every report from now on. A purchase sent again under its
/// `purchase_id` replaces the earlier one whole. A `customer_id` not known yet makes that customer; one that was erased goes by the
/// workspace's rule `erased_records` where the purchase occurred before that, or has no time: 422 `erased_customer`, or a guest's purchase.
#[utoipa::path(tag = "ingest", operation_id = "send_purchases",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"])), params(
        IngestParams,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "For records without an id: the same key gives the same \
         ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters."),
    ),
    request_body(content((PurchasesBody = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, body = Accepted)))]
#[post("/v1/purchases")]
pub async fn send_purchases(
    caller: Allowed<Ingest>,
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse> {
    ingest(Table::Purchases, &caller, &request, &state, payload).await
}

/// Send customers
///
/// One customer, an array, or NDJSON. A customer sent again is merged: an absent field stays, `null` clears it, `attributes`
/// merge by key. One that was erased is 422 `erased_customer`, by the workspace's rule `erased_records`, unless its `created_at` is later.
#[utoipa::path(tag = "ingest", operation_id = "send_customers",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"])), params(
        IngestParams,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "For records without an id: the same key gives the same \
         ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters."),
    ),
    request_body(content((CustomersBody = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, body = Accepted)))]
#[post("/v1/customers")]
pub async fn send_customers(
    caller: Allowed<Ingest>,
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse> {
    ingest(Table::Customers, &caller, &request, &state, payload).await
}

/// Send interactions
///
/// One interaction, an array, or NDJSON. An interaction sent again under its `interaction_id` replaces the earlier one. Of
/// a customer who was erased later, or without a time, it is 422 `erased_customer`, by the workspace's rule `erased_records`.
#[utoipa::path(tag = "ingest", operation_id = "send_interactions",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"])), params(
        IngestParams,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "For records without an id: the same key gives the same \
         ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters."),
    ),
    request_body(content((InteractionsBody = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, body = Accepted)))]
#[post("/v1/interactions")]
pub async fn send_interactions(
    caller: Allowed<Ingest>,
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse> {
    ingest(Table::Interactions, &caller, &request, &state, payload).await
}

async fn ingest(
    table: Table,
    caller: &Caller,
    request: &HttpRequest,
    state: &Data<State>,
    payload: Payload,
) -> Result<HttpResponse> {
    let framing = framing(request)?;
    let options = ParseOptions {
        table,
        time_zone: caller.tenant().time_zone(),
        currency: caller.workspace().currency.clone(),
        now: state.engine.clock().now(),
        idempotency_key: idempotency_key(request)?,
        ids: IdSource::random(),
        on_error: on_error(request.query_string())?,
    };
    let limits = BodyLimits {
        compressed: state.settings.body_compressed_limit_bytes,
        decompressed: state.settings.body_limit_bytes,
        timeout: Duration::from_secs(state.settings.body_timeout_s),
    };
    let body = body::read(request, payload, limits, &state.budget).await?;
    if let Some(metrics) = state.ingest_metrics(table) {
        metrics.bytes.increment(body.bytes.len() as u64);
    }
    let key = options.idempotency_key.clone();
    let (mut parsed, body_hash, reservation) = parse(body, framing, options).await?;
    if let (Some(key), Some(body_hash)) = (key, body_hash) {
        one_body(state, caller, table, &key, &body_hash).await?;
    }
    // Before anybody is told of them.
    let late = state.engine.screen(caller.tenant(), &mut parsed).await?;
    let mut rejected = std::mem::take(&mut parsed.rejected);
    rejected.extend(late.rejected);
    let mut generated = parsed.generated.clone();
    // Until the journal has the records, even if the client goes away: they take the memory that the body took.
    let held = reservation.into_held();
    let mut done = match state.webhooks.arriving(&state.engine, caller.tenant(), &parsed.records).await? {
        None => state.engine.ingest_holding(caller.tenant(), parsed, held).await?,
        Some(arrived) => {
            let (owned, tenant) = (state.clone(), caller.tenant().clone());
            // To the end even if the client goes away: what is stored is told.
            let work = async move {
                let done = owned.engine.ingest_holding(&tenant, parsed, held).await?;
                owned.tell_webhooks(tenant.id(), arrived.told(&done)).await;
                Ok(done)
            };
            stream::finish(state, work).await?
        }
    };
    if !done.rejected.is_empty() {
        // Their customers were erased in this very moment.
        generated.retain(|(index, _)| done.rejected.iter().all(|refused| refused.index != *index));
        rejected.append(&mut done.rejected);
    }
    done.guests += late.guests;
    if let Some(metrics) = state.ingest_metrics(table) {
        metrics.records.increment(done.accepted);
    }
    state.events.records(caller.tenant().id(), table, done.accepted);
    Ok(answer(&done, generated, rejected))
}

/// The records of a body; where there is an `Idempotency-Key`, a hash of the body; and the memory that is reserved for it.
async fn parse(body: Body, framing: Framing, options: ParseOptions) -> Result<(Parsed, Option<String>, Reservation)> {
    let (bytes, reservation) = body.split();
    let small = bytes.len() <= SMALL_BODY_BYTES;
    let work = move || {
        let hash = options.idempotency_key.as_ref().map(|_| hex::encode(Sha256::digest(&bytes)));
        record::parse(&bytes, framing, &options).map(|parsed| (parsed, hash))
    };
    let (parsed, hash) =
        if small { work()? } else { actix_web::web::block(work).await.map_err(Problem::internal)?? };
    Ok((parsed, hash, reservation))
}

/// Refuses another body under a key that is still remembered: its records would take the ids, and the place, of the first ones.
async fn one_body(state: &State, caller: &Caller, table: Table, key: &str, body_hash: &str) -> Result<()> {
    let key_hash = hex::encode(Sha256::digest(format!("{} {key}", table.name())));
    let now = state.engine.clock().now();
    let from = now - chrono::Duration::hours(state.settings.idempotency_hours.into());
    let (now, from) = (now.timestamp_micros(), from.timestamp_micros());
    let control = state.engine.control();
    if idempotency::note(control, caller.tenant().id(), &key_hash, body_hash, now, from).await? {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "another body was sent under this Idempotency-Key: send each request under a key of its own, and the same body when you repeat it",
    ))
}

fn framing(request: &HttpRequest) -> Result<Framing> {
    match request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) {
        // The usual spelling, without building a string.
        Some(b"application/json") => return Ok(Framing::Json),
        Some(_) => {}
        None => return Ok(Framing::Json),
    }
    match body::content_type(request).as_str() {
        "application/json" => Ok(Framing::Json),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Framing::NdJson),
        _ => Err(Problem::unsupported_media(
            "content_type",
            "send records as application/json (one object or an array) or application/x-ndjson (one object a line)",
        )),
    }
}

fn on_error(query: &str) -> Result<OnError> {
    // The usual request has none.
    if query.is_empty() {
        return Ok(OnError::Refuse);
    }
    Ok(match pagination::read::<IngestParams>(query)?.on_error {
        OnErrorParam::Refuse => OnError::Refuse,
        OnErrorParam::Skip => OnError::Skip,
    })
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<String>> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Problem::bad_request("idempotency_key", "Idempotency-Key must be 1 to 255 visible ASCII characters")),
    }
}

fn answer(done: &Ingested, generated: Vec<(usize, String)>, rejected: Vec<FieldError>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    if generated.is_empty() && rejected.is_empty() && done.guests == 0 {
        return response.body(format!("{{\"accepted\":{},\"replaced\":{}}}", done.accepted, done.replaced));
    }
    let items = generated.into_iter().map(|(index, id)| AcceptedItem { index, id }).collect();
    response.json(Accepted { accepted: done.accepted, replaced: done.replaced, guests: done.guests, items, rejected })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use actix_web::{body::to_bytes, test::TestRequest};

    use super::*;
    use crate::problem::field;

    fn typed(content_type: &'static str) -> Result<Framing> {
        framing(&TestRequest::default().insert_header(("content-type", content_type)).to_http_request())
    }

    #[test]
    fn the_content_type_says_the_framing() {
        assert_eq!(typed("application/json").unwrap(), Framing::Json);
        assert_eq!(typed("application/JSON; charset=utf-8").unwrap(), Framing::Json);
        assert_eq!(typed("application/x-ndjson").unwrap(), Framing::NdJson);
        assert_eq!(typed("application/x-www-form-urlencoded").unwrap_err().status().as_u16(), 415);
    }

    #[test]
    fn unknown_parameters_are_refused() {
        assert_eq!(on_error("").unwrap(), OnError::Refuse);
        assert_eq!(on_error("on_error=skip").unwrap(), OnError::Skip);
        assert!(on_error("on_error=ignore").is_err());
        assert!(on_error("onerror=skip").unwrap_err().to_string().contains("on_error"));
    }

    #[actix_web::test]
    async fn the_answer_names_new_ids_and_rejected_records() {
        let done = Ingested { accepted: 2, replaced: 1, ..Ingested::default() };
        let short = to_bytes(answer(&done, Vec::new(), Vec::new()).into_body()).await.unwrap();
        assert_eq!(short, r#"{"accepted":2,"replaced":1}"#);
        let late = Ingested { guests: 1, ..done.clone() };
        let late = to_bytes(answer(&late, Vec::new(), Vec::new()).into_body()).await.unwrap();
        assert_eq!(late, r#"{"accepted":2,"replaced":1,"guests":1}"#);
        let long = answer(&done, vec![(1, "x".to_owned())], vec![field("amount", "missing")]);
        let long = to_bytes(long.into_body()).await.unwrap();
        assert_eq!(
            long,
            r#"{"accepted":2,"replaced":1,"items":[{"index":1,"id":"x"}],"rejected":[{"index":0,"field":"amount","message":"missing"}]}"#
        );
    }
}
