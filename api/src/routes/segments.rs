//! What segments of customers are called, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpResponse, delete, get, put, web::Data};
use kupets_auth::{Caller, RuleBody};
use kupets_engine::{SegmentRuleError, SegmentRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Admin, Allowed, Read, With},
    body::{Json, sent},
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// The rules of a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"rules": [
    {"segment": "best", "r": [4, 5], "f": [1, 5], "m": [5, 5], "fm": [1, 5]},
    {"segment": "rest", "r": [1, 5], "f": [1, 5], "m": [1, 5], "fm": [1, 5]}
], "look_back_months": 24, "default": false}))]
pub struct SegmentRulesBody {
    /// In the order in which they are tried: a customer is in the segment of the first that holds.
    rules: Vec<RuleBody>,
    /// Orders of so many months before the moment of looking count for the scores. Whoever has none in them has no segment, and the
    /// lifecycle `lost`. Null: the whole history counts.
    look_back_months: Option<u32>,
    /// Whether all of it is as every workspace begins. By the default rules fewer than 50 customers with an order are not ranked: their
    /// segments are the words of the lifecycle.
    default: bool,
}

/// New rules for a workspace.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rules": [
    {"segment": "best", "r": [4, 5], "m": [5, 5]}, {"segment": "asleep", "r": [1, 1]}, {"segment": "rest"}
]}))]
pub struct NewSegmentRulesBody {
    /// In the order in which they are tried, 125 at most. Together they take all of the 125 scores, and each takes one at least
    /// that no earlier one takes; a last rule with a name alone takes what is left. Those that hold now stay unless sent.
    #[serde(default)]
    #[schema(max_items = 125)]
    rules: Option<Vec<RuleBody>>,
    /// Orders of how many months count for the scores, 1 to 600; null for the whole history. It stays as it is unless sent.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 600)]
    look_back_months: Option<Option<u32>>,
}

impl From<&SegmentRules> for SegmentRulesBody {
    fn from(rules: &SegmentRules) -> Self {
        Self {
            rules: rules.rules().iter().map(Into::into).collect(),
            look_back_months: rules.look_back_months(),
            default: *rules == SegmentRules::default(),
        }
    }
}

/// Rules of segments
///
/// How the report `rfm_segments` and all else that speaks of segments name customers by their scores: recency, frequency and
/// monetary, each from 1 to 5, as the report's description tells; and how far back orders count for these.
#[utoipa::path(tag = "customers", operation_id = "segment_rules",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    responses((status = 200, body = SegmentRulesBody)))]
#[get("/v1/segments/rules")]
pub async fn list(caller: Allowed<Read>) -> HttpResponse {
    HttpResponse::Ok().json(SegmentRulesBody::from(caller.tenant().segments()))
}

/// Change the rules of segments
///
/// From the moment of the answer the list, cards, reports, `customer_facts`, trends and recommendations go by the new rules, those
/// of the past too. Tasks that were accepted before stay as they are. It is a person's to decide: a key does not do.
#[utoipa::path(tag = "customers", operation_id = "set_segment_rules", security(("session" = ["admin"])),
    request_body = NewSegmentRulesBody, responses((status = 200, body = SegmentRulesBody)))]
#[put("/v1/segments/rules")]
pub async fn change(args: With<Admin, Json<NewSegmentRulesBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let wrong =
        |name: &'static str| move |error: SegmentRuleError| Problem::fields(vec![field(name, error.to_string())]);
    let NewSegmentRulesBody { rules, look_back_months } = body.0;
    let held = caller.tenant().segments();
    let months = look_back_months.unwrap_or_else(|| held.look_back_months());
    let rules = match rules {
        Some(rules) => SegmentRules::new(rules.into_iter().map(Into::into).collect()).map_err(wrong("rules"))?,
        None => held.clone(),
    };
    let rules = rules.looking_back(months).map_err(wrong("look_back_months"))?;
    let told = SegmentRulesBody::from(&rules);
    set(&state, &caller, Some(rules)).await?;
    Ok(HttpResponse::Ok().json(told))
}

/// Go back to the default rules of segments
///
/// From the moment of the answer customers are in the default segments again.
#[utoipa::path(tag = "customers", operation_id = "reset_segment_rules", security(("session" = ["admin"])),
    responses((status = 204, description = "The default rules hold.")))]
#[delete("/v1/segments/rules")]
pub async fn reset(caller: Allowed<Admin>, state: Data<State>) -> Result<HttpResponse> {
    set(&state, &caller, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets the rules, to the end even if the client goes away: keys in memory must not go by other rules than the database has.
async fn set(state: &Data<State>, caller: &Caller, rules: Option<SegmentRules>) -> Result<()> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move { owned.auth.set_segments(&caller, rules.as_ref()).await };
    stream::finish(state, work).await
}
