//! What may be exported, checked when it is asked for and opened when it is made.

use std::collections::BTreeMap;

use kupets_control::{exports::MAX_SPEC_BYTES, saved::reports::SavedReports};
use kupets_core::{ActorKind, Role, TenantContext};
use kupets_engine::{
    Engine,
    customers::CustomerQuery,
    query::{Answer, Format, SqlRequest},
    reports::SavedReport as Runnable,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    customer_filter,
    problem::{Problem, Result, field},
    saved_report::runnable,
};

/// Longest statement, in bytes.
const MAX_SQL: usize = MAX_SPEC_BYTES / 2;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// The customer list with its figures: all customers of a query, not a page of them. E-mail address and telephone number are empty of
    /// customers with `do_not_contact`, and where they refused that channel (`consent`).
    Customers,
    /// A report.
    Report,
    /// A report that somebody saved.
    SavedReport,
    /// The result of a statement.
    Sql,
    /// All records of the workspace: a ZIP file with a file a table.
    Workspace,
}

/// The format of the file, or of the files in a ZIP file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// CSV.
    Csv,
    /// A workbook.
    Xlsx,
    /// Parquet.
    Parquet,
    /// A JSON object a line.
    Ndjson,
}

impl ExportKind {
    /// Its name in answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Report => "report",
            Self::SavedReport => "saved_report",
            Self::Sql => "sql",
            Self::Workspace => "workspace",
        }
    }
}

impl ExportFormat {
    /// Its name in answers and the database, and the extension of its files.
    pub fn name(self) -> &'static str {
        self.format().name()
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx, Self::Parquet, Self::Ndjson].into_iter().find(|format| format.name() == name)
    }

    /// How answers are written in it.
    pub fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Xlsx => Format::Xlsx,
            Self::Parquet => Format::Parquet,
            Self::Ndjson => Format::NdJson,
        }
    }
}

/// What is asked, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Spec {
    /// Customers: `search`, `segment`, `filter`, `sort` and `currency` of the list.
    Customers {
        /// The parameters.
        parameters: BTreeMap<String, String>,
    },
    /// A report with its parameters.
    Report {
        /// Which.
        report: String,
        /// Its parameters.
        parameters: BTreeMap<String, String>,
    },
    /// A saved report with its values.
    SavedReport {
        /// Which.
        saved_report: String,
        /// Its values.
        parameters: BTreeMap<String, String>,
    },
    /// A statement with its named values.
    Sql {
        /// The text.
        sql: String,
        /// Values of `$name`.
        params: BTreeMap<String, Value>,
    },
    /// Everything.
    Workspace,
}

impl Spec {
    /// What is asked by these fields.
    ///
    /// # Errors
    /// 422 that names the field: one that is missing, too much, or wrong.
    pub fn new(
        kind: ExportKind,
        report: Option<String>,
        saved_report: Option<String>,
        sql: Option<String>,
        query: BTreeMap<String, Value>,
    ) -> Result<Self> {
        let mut wrong = Vec::new();
        if report.is_some() != (kind == ExportKind::Report) {
            wrong.push(field("report", "the id of the report where `kind` is report, and nothing otherwise"));
        }
        if saved_report.is_some() != (kind == ExportKind::SavedReport) {
            let message = "the id of the saved report where `kind` is saved_report, and nothing otherwise";
            wrong.push(field("saved_report", message));
        }
        if sql.is_some() != (kind == ExportKind::Sql) {
            wrong.push(field("sql", "the statement where `kind` is sql, and nothing otherwise"));
        }
        if sql.as_ref().is_some_and(|sql| sql.len() > MAX_SQL) {
            wrong.push(field("sql", format!("at most {MAX_SQL} bytes")));
        }
        if kind == ExportKind::Workspace && !query.is_empty() {
            wrong.push(field("query", "nothing where `kind` is workspace: all of it is exported"));
        }
        if !wrong.is_empty() {
            return Err(Problem::fields(wrong));
        }
        Ok(match (kind, report.or(saved_report), sql) {
            (ExportKind::Report, Some(report), _) => Self::Report { report, parameters: texts(query)? },
            (ExportKind::SavedReport, Some(saved_report), _) => {
                Self::SavedReport { saved_report, parameters: texts(query)? }
            }
            (ExportKind::Sql, _, Some(sql)) => Self::Sql { sql, params: query },
            (ExportKind::Workspace, ..) => Self::Workspace,
            _ => Self::Customers { parameters: texts(query)? },
        })
    }

    /// The role from which on a person may have it.
    pub fn least_role(&self) -> Role {
        match self {
            Self::Customers { .. } | Self::Report { .. } | Self::SavedReport { .. } => Role::Viewer,
            Self::Sql { .. } => Role::Analyst,
            Self::Workspace => Role::Admin,
        }
    }

    /// What its file is called, without the extension; letters, digits and `_` only.
    pub fn file_name(&self) -> &str {
        match self {
            Self::Customers { .. } => "customers",
            Self::Report { report, .. } if report.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => report,
            // What people call a saved report may be any text, and never becomes the name of a file.
            Self::Report { .. } | Self::SavedReport { .. } => "report",
            Self::Sql { .. } => "query",
            Self::Workspace => "workspace",
        }
    }

    /// Passes if it can be asked.
    ///
    /// # Errors
    /// What the report, saved or not, or the list of customers, says of the parameters. What a statement comes to is known when it is run.
    pub async fn check(&self, engine: &Engine, tenant: &TenantContext) -> Result<()> {
        match self {
            Self::Report { report, parameters } => Ok(engine.check_report(tenant, report, parameters)?),
            Self::Customers { parameters } => Ok(engine.check_customers(tenant, &customers(parameters)?)?),
            Self::SavedReport { saved_report, parameters } => {
                let report = saved(engine, tenant, saved_report).await?;
                Ok(engine.check_saved_values(tenant, &report, parameters)?)
            }
            Self::Sql { .. } | Self::Workspace => Ok(()),
        }
    }

    /// Opens the one answer that it is; none: it is several.
    ///
    /// # Errors
    /// What the engine refuses.
    pub async fn open(&self, engine: &Engine, tenant: &TenantContext) -> Result<Option<Answer>> {
        Ok(Some(match self {
            Self::Report { report, parameters } => engine.report(tenant, report, parameters).await?,
            Self::Customers { parameters } => engine.every_customer(tenant, customers(parameters)?).await?,
            Self::SavedReport { saved_report, parameters } => {
                let report = saved(engine, tenant, saved_report).await?;
                engine.saved_report(tenant, &report, parameters).await?
            }
            Self::Sql { sql, params } => {
                let params = (!params.is_empty()).then(|| Value::Object(params.clone().into_iter().collect()));
                engine.sql(tenant, SqlRequest { sql: sql.clone(), params, limit: None }).await?
            }
            Self::Workspace => return Ok(None),
        }))
    }
}

/// A saved report that the caller sees.
async fn saved(engine: &Engine, tenant: &TenantContext, id: &str) -> Result<Runnable> {
    let stored = SavedReports::new(engine.control().clone());
    let actor = tenant.actor();
    let viewer = (actor.kind() == ActorKind::Person).then(|| actor.id());
    Ok(runnable(&stored.get(tenant.id(), viewer, id).await?.report)?)
}

/// Parameters as a query string would have them.
fn texts(query: BTreeMap<String, Value>) -> Result<BTreeMap<String, String>> {
    query
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            Value::Number(number) => Ok((name, number.to_string())),
            Value::Bool(flag) => Ok((name, flag.to_string())),
            _ => Err(Problem::fields(vec![field(&format!("query.{name}"), "a text, a number, true or false")])),
        })
        .collect()
}

fn customers(parameters: &BTreeMap<String, String>) -> Result<CustomerQuery> {
    const KNOWN: [&str; 5] = ["search", "segment", "filter", "sort", "currency"];
    if let Some(name) = parameters.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let message = format!("one of {}", KNOWN.join(", "));
        return Err(Problem::fields(vec![field(&format!("query.{name}"), message)]));
    }
    let text = |name: &str| parameters.get(name).cloned();
    let (sort, descending) = customer_filter::order(parameters.get("sort").map(String::as_str));
    Ok(CustomerQuery {
        search: text("search").filter(|search| !search.trim().is_empty()),
        segment: text("segment"),
        filters: parameters.get("filter").map(|text| customer_filter::parse(text)).transpose()?.unwrap_or_default(),
        sort,
        descending,
        limit: usize::MAX,
        cursor: None,
        currency: text("currency"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use serde_json::json;

    use super::*;

    fn query(value: Value) -> BTreeMap<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn fields_go_with_their_kind() {
        let some = || Some("x".to_owned());
        assert!(Spec::new(ExportKind::Report, None, None, None, BTreeMap::new()).is_err());
        assert!(Spec::new(ExportKind::Report, some(), None, some(), BTreeMap::new()).is_err());
        assert!(Spec::new(ExportKind::Sql, None, None, None, BTreeMap::new()).is_err());
        assert!(Spec::new(ExportKind::Workspace, None, None, None, query(json!({"a": 1}))).is_err());
        assert!(Spec::new(ExportKind::Customers, some(), None, None, BTreeMap::new()).is_err());
        let report =
            Spec::new(ExportKind::Report, some(), None, None, query(json!({"limit": 5, "to": "2026-01-01"}))).unwrap();
        let parameters = [("limit", "5"), ("to", "2026-01-01")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        assert_eq!(report, Spec::Report { report: "x".to_owned(), parameters });
        assert!(Spec::new(ExportKind::Report, some(), None, None, query(json!({"limit": [5]}))).is_err());
        assert!(Spec::new(ExportKind::SavedReport, some(), None, None, BTreeMap::new()).is_err());
        assert!(Spec::new(ExportKind::Report, some(), some(), None, BTreeMap::new()).is_err());
        let saved = Spec::new(ExportKind::SavedReport, None, some(), None, query(json!({"least": 0.5}))).unwrap();
        let parameters = [("least".to_owned(), "0.5".to_owned())].into();
        assert_eq!(saved, Spec::SavedReport { saved_report: "x".to_owned(), parameters });
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Spec>(&text).unwrap(), report);
    }

    #[test]
    fn customers_take_what_their_list_takes() {
        let spec = Spec::new(
            ExportKind::Customers,
            None,
            None,
            None,
            query(json!({"filter": "revenue>=5", "sort": "-revenue"})),
        );
        let Spec::Customers { parameters } = spec.unwrap() else { panic!() };
        let asked = customers(&parameters).unwrap();
        assert_eq!((asked.sort.as_deref(), asked.descending, asked.filters.len()), (Some("revenue"), true, 1));
        let wrong = customers(&[("limit".to_owned(), "3".to_owned())].into()).unwrap_err();
        assert!(wrong.to_string().contains("query.limit"), "{wrong}");
    }
}
