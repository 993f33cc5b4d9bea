//! How the assistant is set up, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpResponse, get, patch, web::Data};
use kupets_assistant::{language::Language, model};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Admin, Allowed, Assistant, With},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// The model that the server is set up with, and how it is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssistantModel, example = json!({"name": "qwen3:4b", "state": "model_missing",
    "told": "The model is not on the server, run: ollama pull qwen3:4b"}))]
pub struct ModelBody {
    /// Its name; nothing where none is set up: questions are answered without one.
    name: Option<String>,
    /// `off`, `unreachable`, `model_missing`, `loading`, `busy` or `ready`.
    state: String,
    /// The same as a sentence, with what to do about it, in the workspace's language.
    told: String,
}

/// How the assistant is set up.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssistantSettings {
    /// Whether the model may write a statement of its own for what the catalogue cannot say. Its answers have the source `sql` and
    /// are called unverified.
    expert_sql: bool,
    /// The model.
    model: ModelBody,
}

/// What changes; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"expert_sql": true}))]
pub struct AssistantPatch {
    /// Whether the model may write statements.
    expert_sql: Option<bool>,
}

async fn told(state: &State, caller: &kupets_auth::Caller) -> Result<AssistantSettings> {
    let expert_sql = state.auth.expert_sql(caller).await?;
    let now = state.model.state().await;
    let name = match now {
        model::State::Off => "off",
        model::State::Unreachable { .. } => "unreachable",
        model::State::ModelMissing { .. } => "model_missing",
        model::State::Loading => "loading",
        model::State::Busy => "busy",
        model::State::Ready => "ready",
    };
    let language = Language::of_locale(&caller.workspace().locale);
    let told = match &now {
        // Why a server of the operator's cannot be reached is for the log, not for every member of every workspace.
        model::State::Unreachable { reason } => {
            tracing::info!(reason, "the assistant's model cannot be reached");
            language
                .pick(
                    "Сервер модели недоступен: ответы даются без неё",
                    "The model's server cannot be reached: answers come without it",
                )
                .to_owned()
        }
        other => other.tell(language),
    };
    let model = ModelBody { name: state.model.name().map(str::to_owned), state: name.to_owned(), told };
    Ok(AssistantSettings { expert_sql, model })
}

/// How the assistant is set up
///
/// Whether a model takes part and how it is now, and what the workspace has decided.
#[utoipa::path(tag = "assistant", operation_id = "assistant_settings",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    responses((status = 200, body = AssistantSettings)))]
#[get("/v1/assistant/settings")]
pub async fn settings(caller: Allowed<Assistant>, state: Data<State>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(told(&state, &caller).await?))
}

/// Set the assistant up
///
/// `expert_sql` lets the model write a single read-only statement where the catalogue cannot say what was asked: within the limits of
/// `/v1/sql`, only for those who may use SQL themselves, shown with its text and called unverified.
#[utoipa::path(tag = "assistant", operation_id = "set_up_assistant", security(("session" = ["admin"])),
    request_body = AssistantPatch, responses((status = 200, body = AssistantSettings)))]
#[patch("/v1/assistant/settings")]
pub async fn set_up(args: With<Admin, Json<AssistantPatch>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    if let Some(expert_sql) = body.0.expert_sql {
        let (owned, caller) = (state.clone(), caller.clone());
        let work = async move { owned.auth.set_expert_sql(&caller, expert_sql).await };
        stream::finish(&state, work).await?;
    }
    Ok(HttpResponse::Ok().json(told(&state, &caller).await?))
}
