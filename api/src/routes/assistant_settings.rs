//! How the assistant is set up, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, patch, web::Data};
use kupets_assistant::{language::Language, model};
use kupets_engine::semantic::period::DateOrder;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    assistant::decisions::{self, Decisions, NamedDays},
    auth::{Admin, Allowed, Assistant, With},
    body::Json,
    problem::{Problem, Result, field},
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
    /// Which number of 05/06/2025 is the day: `day_first`, `month_first`, or `auto` where it follows from the currency.
    date_order: &'static str,
    /// Days that people call by a name of their own.
    named_days: Vec<NamedDays>,
    /// The workspace's own words, each for a metric or a dimension of `/v1/metrics`.
    own_words: BTreeMap<String, String>,
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
    /// `day_first`, `month_first` or `auto`.
    #[schema(pattern = "^(day_first|month_first|auto)$")]
    date_order: Option<String>,
    /// All named days.
    #[schema(max_items = 200)]
    named_days: Option<Vec<NamedDays>>,
    /// All words of its own, each with the name of a metric or a dimension.
    own_words: Option<BTreeMap<String, String>>,
}

impl AssistantPatch {
    /// What is decided with this, and what the log says of it.
    fn over(self, mut decided: Decisions) -> Result<(Decisions, serde_json::Value)> {
        let mut wrong = Vec::new();
        let mut told = serde_json::Map::new();
        if let Some(expert_sql) = self.expert_sql {
            told.insert("expert_sql".to_owned(), expert_sql.into());
            decided.expert_sql = expert_sql;
        }
        if let Some(order) = self.date_order {
            match order.as_str() {
                "auto" => decided.date_order = None,
                "day_first" => decided.date_order = Some(DateOrder::DayFirst),
                "month_first" => decided.date_order = Some(DateOrder::MonthFirst),
                _ => wrong.push(field("date_order", "`day_first`, `month_first` or `auto`")),
            }
            told.insert("date_order".to_owned(), order.into());
        }
        if let Some(days) = self.named_days {
            wrong.extend(decisions::wrong_days(&days));
            told.insert("named_days".to_owned(), days.len().into());
            decided.named_days = days;
        }
        if let Some(words) = self.own_words {
            wrong.extend(decisions::wrong_words(&words));
            told.insert("own_words".to_owned(), words.len().into());
            decided.own_words = words;
        }
        if wrong.is_empty() { Ok((decided, told.into())) } else { Err(Problem::fields(wrong)) }
    }
}

async fn told(state: &State, caller: &kupets_auth::Caller) -> Result<AssistantSettings> {
    let Decisions { expert_sql, date_order, named_days, own_words } = Decisions::of(state, caller).await?;
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
    let date_order = date_order.map_or("auto", decisions::name);
    Ok(AssistantSettings { expert_sql, date_order, named_days, own_words, model })
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
/// `/v1/sql`, only for those who may use SQL themselves, shown with its text and called unverified. `date_order`, `named_days` and
/// `own_words` say how questions are read; a list that is sent takes the place of the one before.
#[utoipa::path(tag = "assistant", operation_id = "set_up_assistant", security(("session" = ["admin"])),
    request_body = AssistantPatch, responses((status = 200, body = AssistantSettings)))]
#[patch("/v1/assistant/settings")]
pub async fn set_up(args: With<Admin, Json<AssistantPatch>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (decided, changed) = body.over(Decisions::of(&state, &caller).await?)?;
    if changed.as_object().is_some_and(|changed| !changed.is_empty()) {
        let (owned, caller, row) = (state.clone(), caller.clone(), decided.row()?);
        let work = async move { owned.auth.set_assistant(&caller, &row, changed).await };
        stream::finish(&state, work).await?;
    }
    Ok(HttpResponse::Ok().json(told(&state, &caller).await?))
}
