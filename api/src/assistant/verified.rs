//! Questions that a workspace has verified: the assistant prefers them, and checks itself by them.

use kupets_assistant::language::Language;
use kupets_control::verified_questions::VerifiedQuestion;
use kupets_engine::{
    Engine, Result, TenantContext,
    query::SqlRequest,
    semantic::{
        period::{Calendar, resolve},
        plan::{Plan, PlanPeriod},
        values,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    carry,
    conversations::{moment, part},
    table,
};

/// The rows that are right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExpectedRows)]
pub struct Expected {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with its cells in the order of the columns.
    #[schema(value_type = Vec<Vec<kupets_engine::query::Cell>>)]
    pub rows: Vec<Vec<Value>>,
}

/// How a verified question does now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Checked {
    /// The question's identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `passed`, `failed`, `error`, or `unchecked` where no rows are expected yet.
    pub status: &'static str,
    /// Whether the assistant reads the words as the verified plan without being told; nothing for statements.
    pub read_alike: Option<bool>,
    /// Rows that were expected and are not there.
    #[schema(value_type = Vec<Vec<kupets_engine::query::Cell>>)]
    pub missing: Vec<Vec<Value>>,
    /// Rows that are there and were not expected.
    #[schema(value_type = Vec<Vec<kupets_engine::query::Cell>>)]
    pub unexpected: Vec<Vec<Value>>,
    /// What went wrong, where it did.
    pub error: Option<String>,
}

/// The words of a question by which it is known again: case, marks and spaces do not count.
pub fn key(question: &str) -> String {
    values::normal(question).join(" ")
}

/// The plan of a verified question as it is now: its words for a period are read by today's calendar.
pub fn renewed(plan: &Plan, calendar: &Calendar, language: Language) -> Plan {
    let russian = language.russian();
    let renew = |period: &PlanPeriod| match &period.expr {
        Some(expr) => resolve(expr, calendar)
            .map_or_else(|_| period.settled(calendar, russian), |resolved| PlanPeriod::of(expr, &resolved, russian)),
        None => period.settled(calendar, russian),
    };
    Plan { period: renew(&plan.period), compared_with: plan.compared_with.as_ref().map(renew), ..plan.clone() }
}

/// The rows of a verified question over the data of now. "Last month" is the one that it was when the rows were vouched for:
/// another month has other rows, and nothing is wrong with the question then.
///
/// # Errors
/// Its plan or its statement does not work any more, and the limits of queries.
pub async fn run(
    engine: &Engine,
    tenant: &TenantContext,
    question: &VerifiedQuestion,
    calendar: &Calendar,
) -> Result<Expected> {
    let language = Language::of_locale(&question.language);
    let calendar = &Calendar { now: moment(question.updated_at), ..calendar.clone() };
    let (columns, rows) = match (part::<Plan>(question.plan.as_deref()), &question.statement) {
        (Some(plan), _) => {
            let plan = renewed(&plan, calendar, language);
            let carried = carry::carry_out(engine, tenant, &plan, calendar, language).await?;
            carried.result.map(|result| (result.columns, result.rows)).unwrap_or_default()
        }
        (None, Some(sql)) => {
            let worked =
                engine.sql_rows(tenant, SqlRequest { sql: sql.clone(), params: None, limit: Some(1_000) }).await?;
            (worked.told, worked.rows)
        }
        (None, None) => (Vec::new(), Vec::new()),
    };
    let columns = columns.iter().map(|column| column["name"].as_str().unwrap_or_default().to_owned()).collect();
    Ok(Expected { columns, rows })
}

/// Compares rows as sets, numbers by their value.
pub fn differences(expected: &[Vec<Value>], found: &[Vec<Value>]) -> (Vec<Vec<Value>>, Vec<Vec<Value>>) {
    let mut left: Vec<Option<&Vec<Value>>> = found.iter().map(Some).collect();
    let mut missing = Vec::new();
    for row in expected {
        match left.iter_mut().find(|other| other.is_some_and(|other| alike(row, other))) {
            Some(place) => *place = None,
            None => missing.push(row.clone()),
        }
    }
    (missing, left.into_iter().flatten().cloned().collect())
}

fn alike(one: &[Value], other: &[Value]) -> bool {
    use kupets_assistant::answer::Cell;
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| match (table::cell(one), table::cell(other)) {
            (Cell::Number(one), Cell::Number(other)) => one.rounded(9).equals(other.rounded(9)),
            (one, other) => one == other,
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(text: &str) -> Vec<Vec<Value>> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn rows_are_compared_as_sets_and_numbers_by_value() {
        let (missing, unexpected) =
            differences(&rows(r#"[["a", 1.50], ["b", 2]]"#), &rows(r#"[["b", 2.0], ["a", 1.5]]"#));
        assert!(missing.is_empty() && unexpected.is_empty());
        let (missing, unexpected) = differences(&rows(r#"[["a", 1], ["a", 1]]"#), &rows(r#"[["a", 1], ["a", null]]"#));
        assert_eq!((missing, unexpected), (rows(r#"[["a", 1]]"#), rows(r#"[["a", null]]"#)));
    }

    #[test]
    fn a_question_is_known_again_by_its_words() {
        assert_eq!(key("Выручка за  прошлый месяц?"), key("выручка за прошлый месяц"));
        assert_ne!(key("выручка за прошлый месяц"), key("выручка за прошлый год"));
    }
}
