//! Statements that a model writes, where the workspace lets it: off unless an admin has switched it on, and only for whom `/v1/sql`
//! is open too.

use kupets_assistant::{
    language::Language,
    model::expert::{self, Written},
    parser::{Outcome, Parsed},
};
use kupets_auth::Caller;
use kupets_engine::{TenantContext, query::SqlRequest};

use crate::{
    auth::{Policy as _, Sql},
    problem::Result,
    state::State,
};

/// Whether a model may write a statement for this caller.
///
/// # Errors
/// The control database does not answer.
pub async fn is_wanted(state: &State, caller: &Caller) -> Result<bool> {
    if state.model.name().is_none() || caller.admit(&Sql::NEEDS).is_err() {
        return Ok(false);
    }
    Ok(state.auth.expert_sql(caller).await?)
}

/// Whether the words ask for something that no plan says: what may mean several things is asked back instead.
pub fn may_help(parsed: &Parsed) -> bool {
    matches!(&parsed.outcome, Outcome::Clarify { unexplained, .. } if !unexplained.is_empty())
}

/// The statement that a model writes for the words; it can be planned within the walls of `/v1/sql`. Otherwise why there is none.
pub async fn statement(
    state: &State,
    tenant: &TenantContext,
    words: &str,
    language: Language,
) -> std::result::Result<String, String> {
    let records = state.engine.describe_records(tenant);
    let try_out = |sql: String| async move {
        // Planned, not run: what is read here is the plan.
        let request = SqlRequest { sql: format!("EXPLAIN {sql}"), params: None, limit: Some(1) };
        state.engine.sql_rows(tenant, request).await.map(drop).map_err(|error| error.to_string())
    };
    match expert::write(&state.model, tenant.id().as_str(), words, &records, try_out).await {
        Written::Statement(sql) => Ok(sql),
        Written::NotAnswerable => Err("not_answerable".to_owned()),
        Written::Unusable { reason } => {
            tracing::debug!(reason, "the model's statement cannot be run");
            Err("unusable_statement".to_owned())
        }
        Written::Failed(failure) => Err(failure.tell(language)),
    }
}

/// What stands before the rows of a model's statement.
pub fn label(language: Language, model: &str) -> String {
    match language {
        Language::Ru => format!("Не проверено: запрос написала модель {model}, посмотрите его текст."),
        Language::En => format!("Unverified: the model {model} wrote the query, look at its text."),
    }
}
