//! Reports that people save: a statement of their own, and what it takes.
//!
//! It runs as a caller's SQL does, behind the same walls and limits; only its values come from texts, typed by what the report
//! says of them, and are bound like those of any report.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use datafusion::common::ScalarValue;
use kupets_core::{Error, FieldError, Result, TenantContext};
use kupets_query::{Answer, Meta, RowLimit, Statement, number_from_text, placeholders};

use super::{
    parameters::{Asked, micros, shown},
    period::Period,
};
use crate::Engine;

/// Names that the address of every saved report takes for itself.
pub const RESERVED: [&str; 4] = ["format", "csv_guard", "limit", "period"];
/// Names of the period, which a statement may use without saying so.
const EDGES: [&str; 2] = ["from", "to"];
/// Parameters of one report.
const MAX_PARAMETERS: usize = 50;
/// Open ends of a period, as a statement with plain comparisons needs them: no record lies beyond.
const FIRST: NaiveDate = january(1899);
const LAST: NaiveDate = january(2202);

const fn january(year: i32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavedType {
    /// Any text.
    Text,
    /// A number, with the digits as written.
    Number,
    /// A day.
    Date,
    /// RFC 3339, or a date: midnight in the workspace's zone.
    Timestamp,
}

/// A parameter of a saved report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedParameter {
    /// What the statement calls it, without `$`.
    pub name: String,
    /// What it is.
    pub kind: SavedType,
    /// Its value where none is sent.
    pub default: Option<String>,
}

/// A report that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReport {
    /// Its identity, by which its answers name it.
    pub id: String,
    /// One read-only statement.
    pub sql: String,
    /// What it takes beside the period.
    pub parameters: Vec<SavedParameter>,
}

impl SavedReport {
    /// All parameters: those declared, and before them the ends of the period where the statement uses them undeclared.
    ///
    /// # Errors
    /// The statement cannot be read; a placeholder is not declared, or a parameter is declared wrongly; each named.
    pub fn all_parameters(&self) -> Result<Vec<SavedParameter>> {
        let used = placeholders(&self.sql).map_err(|error| wrong("sql", error.to_string()))?;
        let declared: BTreeSet<&str> = self.parameters.iter().map(|one| one.name.as_str()).collect();
        self.check_declared(&declared)?;
        let missing: Vec<&String> =
            used.iter().filter(|name| !declared.contains(name.as_str()) && !EDGES.contains(&name.as_str())).collect();
        if let Some(name) = missing.first() {
            return Err(wrong(
                "parameters",
                format!("the statement uses ${name}, which is not declared: add it with a name and a type"),
            ));
        }
        let edges = EDGES.iter().filter(|name| used.contains(**name) && !declared.contains(**name));
        let edges =
            edges.map(|name| SavedParameter { name: (*name).to_owned(), kind: SavedType::Timestamp, default: None });
        Ok(edges.chain(self.parameters.iter().cloned()).collect())
    }

    fn check_declared(&self, names: &BTreeSet<&str>) -> Result<()> {
        if self.parameters.len() > MAX_PARAMETERS {
            return Err(wrong("parameters", format!("{MAX_PARAMETERS} at most")));
        }
        if names.len() < self.parameters.len() {
            return Err(wrong("parameters", "two of them have the same name".to_owned()));
        }
        for (place, one) in self.parameters.iter().enumerate() {
            let at = format!("parameters[{place}].name");
            let name = one.name.as_str();
            let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
            let word = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !starts || !word || name.len() > 60 {
                return Err(wrong(&at, "lower-case letters, digits and _, beginning with a letter".to_owned()));
            }
            if RESERVED.contains(&name) {
                return Err(wrong(&at, format!("`{name}` is taken: the address of a report uses it")));
            }
        }
        Ok(())
    }

    /// The values of a run.
    fn values(&self, text: &BTreeMap<String, String>, tenant: &TenantContext, now: DateTime<Utc>) -> Result<Bound> {
        let parameters = self.all_parameters()?;
        let known = |name: &String| {
            RESERVED.contains(&name.as_str())
                || EDGES.contains(&name.as_str())
                || parameters.iter().any(|p| p.name == *name)
        };
        if let Some(name) = text.keys().find(|name| !known(name)) {
            let names: Vec<&str> = parameters.iter().map(|one| one.name.as_str()).collect();
            return Err(wrong(name, format!("this report has no such parameter. It takes: {}", names.join(", "))));
        }
        let asked = Asked { text, zone: tenant.time_zone(), now };
        // A declared end with a default of its own holds unless a period is named.
        let period = if text.contains_key("period") { asked.period()? } else { self.sent_period(text, tenant)? };
        let mut values = HashMap::new();
        for one in &parameters {
            let edge = match one.name.as_str() {
                "from" => Some((period.from, FIRST)),
                "to" => Some((period.to, LAST)),
                _ => None,
            };
            let value = match edge {
                Some((time, open)) => edge_value(one.kind, time, open, tenant),
                None => typed(one, text.get(&one.name), tenant)?,
            };
            values.insert(one.name.clone(), value);
        }
        Ok(Bound { values, period })
    }

    /// The period of `from` and `to` as sent, or as declared.
    fn sent_period(&self, text: &BTreeMap<String, String>, tenant: &TenantContext) -> Result<Period> {
        let time = |name: &str| {
            let default = self.parameters.iter().find(|one| one.name == name).and_then(|one| one.default.as_ref());
            let sent = text.get(name).or(default).filter(|text| !text.trim().is_empty());
            sent.map(|text| tenant.time(name, text).map_err(|error| wrong(name, error.to_string()))).transpose()
        };
        match (time("from")?, time("to")?) {
            (Some(from), Some(to)) if from >= to => Err(wrong(
                "from",
                format!("`from` ({from}) must be before `to` ({to}), which is not part of the period"),
            )),
            (from, to) => Ok(Period { from, to }),
        }
    }
}

/// What a run is bound to.
struct Bound {
    values: HashMap<String, ScalarValue>,
    period: Period,
}

/// An end of the period as the type that is declared.
fn edge_value(kind: SavedType, time: Option<DateTime<Utc>>, open: NaiveDate, tenant: &TenantContext) -> ScalarValue {
    match kind {
        SavedType::Date => date(time.map_or(open, |time| time.with_timezone(&tenant.time_zone()).date_naive())),
        SavedType::Text => ScalarValue::Utf8(Some(
            time.map_or_else(|| open.to_string(), |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        )),
        SavedType::Timestamp | SavedType::Number => {
            micros(Some(time.unwrap_or_else(|| open.and_time(chrono::NaiveTime::MIN).and_utc())))
        }
    }
}

fn typed(parameter: &SavedParameter, sent: Option<&String>, tenant: &TenantContext) -> Result<ScalarValue> {
    let name = parameter.name.as_str();
    let text = sent.or(parameter.default.as_ref());
    let Some(text) = text.filter(|text| parameter.kind == SavedType::Text || !text.trim().is_empty()) else {
        return Err(wrong(name, format!("is needed: send `{name}=`; it has no default")));
    };
    match parameter.kind {
        SavedType::Text => Ok(ScalarValue::Utf8(Some(text.clone()))),
        SavedType::Number => {
            number_from_text(name, text).map_err(|_| wrong(name, format!("is `{text}`, which is not a number")))
        }
        SavedType::Date => NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
            .map(date)
            .map_err(|_| wrong(name, format!("is `{text}`; send a date such as 2026-01-31"))),
        SavedType::Timestamp => {
            let time = tenant.time(name, text.trim()).map_err(|error| wrong(name, error.to_string()))?;
            Ok(micros(Some(time)))
        }
    }
}

fn date(day: NaiveDate) -> ScalarValue {
    let days = (day - NaiveDate::default()).num_days();
    ScalarValue::Date32(i32::try_from(days).ok())
}

fn wrong(name: &str, message: String) -> Error {
    Error::wrong_fields(vec![FieldError::of(name, message)])
}

impl Engine {
    /// Runs a saved report with its values as texts, as they stand in a query string: its own parameters, `from`, `to`, `period`
    /// and `limit`. A period that is open at an end has no record beyond it.
    ///
    /// # Errors
    /// A parameter that it does not have, that is missing or does not parse, named; what a statement of a caller is refused for.
    pub async fn saved_report(
        &self,
        tenant: &TenantContext,
        report: &SavedReport,
        text: &BTreeMap<String, String>,
    ) -> Result<Answer> {
        let Bound { values, period } = report.values(text, tenant, self.clock().now())?;
        let ceiling = self.limits().query_max_rows;
        let max_rows = match text.get("limit").map(|text| text.trim().parse::<usize>()) {
            None => RowLimit::asked(None, ceiling),
            Some(Ok(limit)) if limit > 0 => RowLimit::asked(Some(limit), ceiling),
            Some(_) => return Err(wrong("limit", "a whole number, 1 or more".to_owned())),
        };
        let mut named: Vec<(&str, ScalarValue)> =
            values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        named.sort_by_key(|(name, _)| *name);
        let rfc3339 =
            |time: DateTime<Utc>| time.with_timezone(&tenant.time_zone()).to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let meta = Meta {
            report: Some(report.id.clone()),
            sql: shown(&report.sql, &named),
            from: period.from.map(rfc3339),
            to: period.to.map(rfc3339),
            ..Meta::default()
        };
        let statement = Statement { params: values.into(), ..Statement::new(report.sql.clone(), max_rows) };
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { engine.run(&tenant, statement, meta).await }).await
    }

    /// Checks that a report can be run: its statement is planned, with its defaults where it has any.
    ///
    /// # Errors
    /// What is wrong with it, named.
    pub async fn check_saved_report(&self, tenant: &TenantContext, report: &SavedReport) -> Result<()> {
        let mut values = HashMap::new();
        for one in report.all_parameters()? {
            let value = match &one.default {
                Some(default) => typed(&one, Some(default), tenant)
                    .map_err(|error| wrong("parameters", format!("the default of {}: {error}", one.name)))?,
                None => untold(one.kind),
            };
            values.insert(one.name, value);
        }
        let sql = format!("EXPLAIN {}", report.sql);
        let statement = Statement { params: values.into(), ..Statement::new(sql, RowLimit::Fail(10_000)) };
        let (engine, tenant) = (self.clone(), tenant.clone());
        let planned = self.on_runtime(async move { engine.run(&tenant, statement, Meta::default()).await }).await;
        planned.map(drop).map_err(|error| match error.kind() {
            kupets_core::Kind::Invalid => wrong("sql", error.to_string()),
            _ => error,
        })
    }
}

/// No value, of a type.
fn untold(kind: SavedType) -> ScalarValue {
    match kind {
        SavedType::Text => ScalarValue::Utf8(None),
        SavedType::Number => ScalarValue::Int64(None),
        SavedType::Date => ScalarValue::Date32(None),
        SavedType::Timestamp => micros(None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn report(sql: &str, parameters: &[(&str, SavedType)]) -> SavedReport {
        let parameters = parameters.iter().map(|(name, kind)| SavedParameter {
            name: (*name).to_owned(),
            kind: *kind,
            default: None,
        });
        SavedReport { id: "r".into(), sql: sql.into(), parameters: parameters.collect() }
    }

    fn names(report: &SavedReport) -> Vec<String> {
        report.all_parameters().unwrap().into_iter().map(|one| one.name).collect()
    }

    fn refused(report: &SavedReport) -> String {
        let error = report.all_parameters().unwrap_err();
        format!("{}: {}", error.fields()[0].field, error.fields()[0].message)
    }

    #[test]
    fn the_period_is_offered_where_the_statement_uses_it() {
        let sql = "SELECT '$to', \"$x\" FROM purchases WHERE occurred_at >= $from -- $to";
        assert_eq!(names(&report(sql, &[])), ["from"]);
        let both = "SELECT 1 FROM purchases WHERE occurred_at >= $from AND occurred_at < $to AND channel = $channel";
        assert_eq!(names(&report(both, &[("channel", SavedType::Text)])), ["from", "to", "channel"]);
        assert_eq!(names(&report("SELECT $from", &[("from", SavedType::Date)])), ["from"]);
    }

    #[test]
    fn what_is_not_declared_is_refused_by_name() {
        assert!(refused(&report("SELECT $top", &[])).contains("parameters: the statement uses $top"));
        assert!(refused(&report("SELECT $1", &[])).contains("uses $1"));
        assert!(
            refused(&report("SELECT $limit", &[("limit", SavedType::Number)])).contains("[0].name: `limit` is taken")
        );
        assert!(refused(&report("SELECT 1", &[("Ab", SavedType::Text)])).contains("lower-case"));
        let twice = [("a", SavedType::Text), ("a", SavedType::Date)];
        assert!(refused(&report("SELECT $a", &twice)).contains("same name"));
        assert!(refused(&report("SELECT '", &[])).starts_with("sql: "));
    }
}
