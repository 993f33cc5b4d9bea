//! Verified questions, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_assistant::{
    language::Language,
    parser::{self, Asked},
};
use kupets_control::verified_questions::{VerifiedQuestion, VerifiedQuestions};
use kupets_engine::semantic::plan::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    assistant::{
        conversations::{moment, part},
        decisions::Decisions,
        verified::{self, Checked, Expected},
    },
    auth::{Allowed, Assistant, Editor, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// Bytes of a body at most: expected rows are in it.
const BODY_BYTES: usize = 512 << 10;

/// A question whose answer the workspace vouches for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Revenue by country", "question": "revenue by country last month"}))]
pub struct NewVerifiedQuestion {
    /// What people call it: one question a name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The question, in Russian or English.
    #[schema(min_length = 1, max_length = 1000)]
    question: String,
    /// The plan that answers it, an `interpretation`. Without it and without `sql` it is the plan that the words are read as now.
    plan: Option<Plan>,
    /// Or the statement that answers it.
    sql: Option<String>,
    /// The rows that are right; those of now unless sent.
    expected: Option<Expected>,
}

/// A verified question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerifiedQuestionBody)]
pub struct QuestionBody {
    /// Its identity.
    id: String,
    /// What people call it.
    name: String,
    /// The question.
    question: String,
    /// The plan that answers it.
    plan: Option<Plan>,
    /// The statement that answers it.
    sql: Option<String>,
    /// The rows that are right; nothing where they were erased.
    expected: Option<Expected>,
    /// The account that wrote it down; null when it is gone.
    created_by: Option<String>,
    /// When it was written down.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// The verified questions of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionList {
    /// By name.
    items: Vec<QuestionBody>,
    /// Always null: the list is one page.
    #[schema(value_type = Option<String>)]
    next_cursor: (),
}

/// How the verified questions do now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckBody {
    /// A line a question, by name.
    items: Vec<Checked>,
    /// How many give the rows that are expected.
    passed: usize,
    /// How many do not.
    failed: usize,
}

impl From<VerifiedQuestion> for QuestionBody {
    fn from(row: VerifiedQuestion) -> Self {
        Self {
            plan: part(row.plan.as_deref()),
            expected: part(row.expected.as_deref()),
            id: row.id,
            name: row.name,
            question: row.question,
            sql: row.statement,
            created_by: row.created_by,
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
        }
    }
}

fn stored(state: &State) -> VerifiedQuestions {
    VerifiedQuestions::new(state.engine.control().clone())
}

/// Verified questions
///
/// Questions whose answers this workspace vouches for: the assistant prefers them and labels them.
#[utoipa::path(tag = "assistant", operation_id = "list_verified_questions",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    responses((status = 200, body = QuestionList)))]
#[get("/v1/assistant/questions", wrap = "Compress::default()")]
pub async fn list(caller: Allowed<Assistant>, state: Data<State>) -> Result<HttpResponse> {
    let rows = stored(&state).list(caller.tenant().id()).await?;
    Ok(HttpResponse::Ok().json(QuestionList { items: rows.into_iter().map(Into::into).collect(), next_cursor: () }))
}

/// Verify a question
///
/// With a plan, a statement, or neither: then the plan is what the words are read as now. Sent again with the same name it takes
/// the place of the earlier one. The rows of now become those that are expected unless others are sent.
#[utoipa::path(tag = "assistant", operation_id = "verify_question", security(("session" = ["manager"])),
    request_body = NewVerifiedQuestion, responses((status = 201, body = QuestionBody)))]
#[post("/v1/assistant/questions")]
pub async fn verify(
    args: With<Editor, Json<NewVerifiedQuestion, BODY_BYTES>>,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let wrong = |name: &str, message: String| Problem::fields(vec![field(name, message)]);
    if body.plan.is_some() && body.sql.is_some() {
        return Err(wrong("sql", "send either `plan` or `sql`, not both".to_owned()));
    }
    let tenant = caller.tenant();
    let decisions = Decisions::of(&state, &caller).await?;
    let (days, question) = (decisions.days(), decisions.understood(&body.question).into_owned());
    let calendar = decisions.calendar(state.engine.calendar(tenant));
    let names = state.engine.names(tenant).await?;
    let fallback = Language::of_locale(&caller.workspace().locale);
    let asked =
        Asked { question: &question, fallback, previous: None, calendar: &calendar, values: &names, days: &days };
    let read = parser::parse(&asked);
    let plan = match (&body.plan, &body.sql) {
        (None, None) => {
            let plan = read.plan().cloned();
            Some(plan.ok_or_else(|| {
                wrong("question", "is not read as a plan; send the `plan` or `sql` that answers it".to_owned())
            })?)
        }
        (plan, _) => plan.clone(),
    };
    if let Some(plan) = &plan {
        plan.check(&calendar).map_err(|fault| wrong(&format!("plan.{}", fault.field), fault.message))?;
    }
    let text = |value: &Plan| serde_json::to_string(value).map_err(Problem::internal);
    let now = calendar.now.timestamp_micros();
    let earlier = stored(&state).list(tenant.id()).await?;
    let earlier = earlier.into_iter().find(|one| verified::key(&one.name) == verified::key(&body.name));
    let mut row = VerifiedQuestion {
        id: earlier.map_or_else(|| state.threads.new_id(), |earlier| earlier.id),
        name: body.name,
        question: body.question,
        language: read.language.pick("ru", "en").to_owned(),
        plan: plan.as_ref().map(text).transpose()?,
        statement: body.sql,
        expected: None,
        created_by: Some(caller.user_id()?.to_owned()),
        created_at: now,
        updated_at: now,
    };
    let (engine, owned, question) = (state.engine.clone(), tenant.clone(), row.clone());
    let found = stream::run(&state, async move { verified::run(&engine, &owned, &question, &calendar).await }).await?;
    let expected = body.expected.unwrap_or(found);
    row.expected = Some(serde_json::to_string(&expected).map_err(Problem::internal)?);
    stored(&state).put(tenant.id(), &row).await?;
    Ok(HttpResponse::Created().json(QuestionBody::from(stored(&state).get(tenant.id(), &row.id).await?)))
}

/// Take a verified question back
///
/// The assistant answers it like any other again.
#[utoipa::path(tag = "assistant", operation_id = "delete_verified_question", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The question.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/assistant/questions/{id}")]
pub async fn remove(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    if stored(&state).delete(caller.tenant().id(), &id).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(Problem::not_found("there is no such verified question in this workspace"))
}

/// Check the verified questions
///
/// Runs all of them and compares their rows with those that are expected: what to do after a change of definitions or data.
#[utoipa::path(tag = "assistant", operation_id = "check_verified_questions",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    responses((status = 200, body = CheckBody)))]
#[post("/v1/assistant/check")]
pub async fn check(caller: Allowed<Assistant>, state: Data<State>) -> Result<HttpResponse> {
    let tenant = caller.tenant().clone();
    let decisions = Decisions::of(&state, &caller).await?;
    let days = decisions.days();
    let calendar = decisions.calendar(state.engine.calendar(&tenant));
    let names = state.engine.names(&tenant).await?;
    let mut items = Vec::new();
    for question in stored(&state).list(tenant.id()).await? {
        let plan: Option<Plan> = part(question.plan.as_deref());
        let words = decisions.understood(&question.question);
        let asked = Asked {
            question: &words,
            fallback: Language::of_locale(&question.language),
            previous: None,
            calendar: &calendar,
            values: &names,
            days: &days,
        };
        let language = Language::of_locale(&question.language);
        let read_alike = plan.map(|plan| {
            let plan = verified::renewed(&plan, &calendar, language);
            parser::parse(&asked)
                .plan()
                .is_some_and(|read| Plan { assumed: plan.assumed.clone(), ..read.clone() } == plan)
        });
        let (engine, owned, row, at) = (state.engine.clone(), tenant.clone(), question.clone(), calendar.clone());
        let found = stream::run(&state, async move { verified::run(&engine, &owned, &row, &at).await }).await;
        let expected: Option<Expected> = part(question.expected.as_deref());
        let (status, missing, unexpected, error) = match (found, expected) {
            (Err(problem), _) => ("error", Vec::new(), Vec::new(), Some(problem.to_string())),
            (Ok(_), None) => ("unchecked", Vec::new(), Vec::new(), None),
            (Ok(found), Some(expected)) => {
                let (missing, unexpected) = verified::differences(&expected.rows, &found.rows);
                let same = missing.is_empty() && unexpected.is_empty();
                (if same { "passed" } else { "failed" }, missing, unexpected, None)
            }
        };
        items.push(Checked { id: question.id, name: question.name, status, read_alike, missing, unexpected, error });
    }
    let count = |status: &[&str]| items.iter().filter(|item| status.contains(&item.status)).count();
    let (passed, failed) = (count(&["passed"]), count(&["failed", "error"]));
    Ok(HttpResponse::Ok().json(CheckBody { items, passed, failed }))
}
