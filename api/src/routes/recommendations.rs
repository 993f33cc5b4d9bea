//! What to do next, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    middleware::Compress,
    post,
    web::{Data, Path},
};
use kupets_auth::{Action, Subject};
use kupets_engine::insight::{Decision, Language, Recommendations, Recommended, Status};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{pagination::Query, query_schema::RecommendationsParameters, reports::parameters};
use crate::{
    auth::{Allowed, EditorOrLink, Read, With},
    body::Json,
    events::Event,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// What was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "accepted"}))]
pub struct DecisionBody {
    /// accepted, dismissed or done.
    status: Status,
    /// The `as_of` of the list, if one was sent.
    as_of: Option<String>,
}

/// The language of the answer.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecisionQuery {
    /// Language of the sentences: en or ru.
    #[serde(default)]
    #[param(inline, required = false)]
    locale: Language,
}

/// What to do next
///
/// Actions that the records speak for: whom, what, why with the figures and their statement, what it may bring with an interval
/// and how that was estimated, and what would prove it wrong. A list of all kinds has the three greatest of each, and `folded` says how many
/// more there are; `kind` lists them. Products that by their names are postage, fees or discounts are recommended nothing about, and are
/// named in `no_goods`. `status=accepted` lists the tasks with what they brought so far
/// against the customers held out of them, who are not to be contacted.
#[utoipa::path(tag = "insight", operation_id = "recommendations",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(RecommendationsParameters),
    responses((status = 200, body = Recommendations)))]
#[get("/v1/recommendations", wrap = "Compress::default()")]
pub async fn list(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let parameters = parameters(request.query_string())?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let found = stream::run(&state, async move { engine.recommendations(&tenant, &parameters).await }).await?;
    Ok(HttpResponse::Ok().json(found))
}

/// Decide on a recommendation
///
/// `accepted` makes it a task (`/v1/tasks?recommendation_id=`): what was recommended is kept as it is, and a fifth of its customers,
/// drawn at random, are held out, so that its lift can be measured. `dismissed` hides it for good and cancels its task. `done`
/// finishes the task, as finishing the task does; the same action may be found again when its effect has been measured. A
/// decision is a person's: a key does not do.
#[utoipa::path(tag = "insight", operation_id = "decide_recommendation",
    security(("session" = ["manager"]), ("telegram_link" = ["manager"])),
    params(("id" = String, Path, description = "Identity of the recommendation."), DecisionQuery),
    request_body = DecisionBody, responses((status = 200, body = Recommended)))]
#[post("/v1/recommendations/{id}", wrap = "Compress::default()")]
pub async fn decide(
    args: With<EditorOrLink, (Query<DecisionQuery>, Json<DecisionBody>)>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: (query, body) } = args;
    if body.0.status == Status::New {
        return Err(Problem::fields(vec![field("status", "accepted, dismissed or done")]));
    }
    let (owned, caller) = (state.clone(), caller.clone());
    let (status, language) = (body.0.status, query.0.locale);
    let decide = async move {
        let tenant = caller.tenant();
        let as_of = body.0.as_of.as_deref().map(|text| tenant.time("as_of", text)).transpose()?;
        let decided = owned.engine.decide(tenant, &id, Decision { status, as_of, language, task: None }).await?;
        let subject = Subject::of("recommendation", id.as_str()).with(serde_json::json!({"status": status}));
        owned.auth.note_done(&caller, Action::RecommendationDecided, subject).await;
        owned.events.tell(tenant.id(), &Event::recommendation(id.as_str(), status.name()));
        Ok(decided)
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, decide).await?))
}
