//! From the text of a query string to the values that a report's statement is bound to.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use datafusion::common::{ParamValues, ScalarValue};
use kupets_core::SegmentRules as Rules;

use super::{
    catalogue::find,
    header::{Locale, Parameter, ParameterType, Report},
    period::{self, Period},
};
use kupets_core::{Error, Result};
use kupets_query::Meta;

use crate::customers::segment;

/// Periods that a report lists at most: eleven years of hours.
const MAX_PERIODS: i64 = 100_000;

/// A report ready to run.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The report.
    pub report: &'static Report,
    /// The statement.
    pub sql: Cow<'static, str>,
    /// The values of its `$name`s.
    pub params: ParamValues,
    /// The same values, to be read by name.
    values: HashMap<String, ScalarValue>,
    /// What the answer says of itself; the snapshot is for whoever runs it.
    pub meta: Meta,
    /// What each column counts, the currency named.
    pub units: Vec<Option<String>>,
    /// The language for headings.
    pub locale: Locale,
    /// Periods of which only the data say how many there are.
    pub(crate) open_periods: Option<OpenPeriods>,
}

/// Periods of a report whose beginning or end is that of the data.
#[derive(Debug, Clone)]
pub(crate) struct OpenPeriods {
    grain: String,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

impl OpenPeriods {
    /// Checks that there are not too many of them between the first and the last sale.
    ///
    /// # Errors
    /// There are.
    pub(crate) fn check(&self, first: DateTime<Utc>, last: DateTime<Utc>) -> Result<()> {
        check_periods(&self.grain, self.from.unwrap_or(first), self.to.unwrap_or(last))
    }
}

/// A report with a grain lists its empty periods too: hours of a thousand years would be millions of rows of nothing.
fn check_periods(grain: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<()> {
    let hours = match grain {
        "hour" => 1,
        "day" => 24,
        "week" => 7 * 24,
        _ => 30 * 24,
    };
    let periods = (to - from).num_hours() / hours;
    if periods > MAX_PERIODS {
        return Err(bad(format!(
            "From `from` to `to`, or from the first to the last sale, there are {periods} periods of one {grain}, and a report \
             lists {MAX_PERIODS} at most. Choose a longer `grain` or a shorter period."
        )));
    }
    Ok(())
}

impl Prepared {
    /// Tells customers by stages of the lifecycle in place of ranks, of which there are too few.
    pub(crate) fn tell_of_few(&mut self) {
        let sql = segment::in_report_of_few(&self.sql);
        // What is shown begins with the statement.
        let values = self.meta.sql.get(self.sql.len()..).unwrap_or_default();
        self.meta.sql = format!("{sql}{values}");
        self.sql = sql.into();
    }

    /// The value of a `$name`.
    pub(crate) fn value(&self, name: &str) -> Option<&ScalarValue> {
        self.values.get(name)
    }
}

fn bad(message: String) -> Error {
    Error::invalid("bad_parameter", message)
}

/// The currency of figures: the one sent, in capitals, or the workspace's.
///
/// # Errors
/// It is not a code of three letters.
pub fn currency_code(sent: Option<&str>, workspace: &str) -> Result<String> {
    match sent {
        None => Ok(workspace.to_owned()),
        Some(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic()) => Ok(code.to_ascii_uppercase()),
        Some(code) => Err(bad(format!("`currency` is `{code}`; it is an ISO 4217 code such as {workspace}."))),
    }
}

/// Checks the text of a report's parameters and binds them. `now` ends what has no end and names the days of `period=`;
/// customers are in the segments of `segments`.
///
/// # Errors
/// An unknown report, a parameter it does not have, or a value that does not parse; the message lists what would do.
pub fn prepare(
    id: &str,
    text: &BTreeMap<String, String>,
    time_zone: Tz,
    currency: &str,
    segments: &Rules,
    now: DateTime<Utc>,
) -> Result<Prepared> {
    let report = find(id)?;
    if let Some(name) = text.keys().find(|name| !report.parameters.iter().any(|p| p.name == **name)) {
        let names = report.parameters.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(bad(format!("The report `{id}` has no parameter `{name}`. It takes: {names}.")));
    }
    let asked = Asked { text, zone: time_zone, now };
    let period = asked.period()?;
    let currency = currency_code(text.get("currency").map(String::as_str), currency)?;
    let previous = period.previous(time_zone, now);

    let mut values: Vec<(&str, ScalarValue)> = vec![
        ("from", micros(period.from)),
        ("to", micros(period.to)),
        ("previous_from", micros(previous.map(|(from, _)| from))),
        ("previous_to", micros(previous.map(|(_, to)| to))),
        ("currency", ScalarValue::from(currency.as_str())),
        ("now", micros(Some(now))),
    ];
    for parameter in &report.parameters {
        match parameter.name.as_str() {
            "from" | "to" | "currency" => {}
            "period" | "locale" => {
                asked.value(parameter, period)?;
            }
            name => values.push((name, asked.value(parameter, period)?)),
        }
    }
    let grain = report.parameters.iter().find(|p| p.name == "grain");
    let grain = grain.and_then(|grain| text.get("grain").or(grain.default.as_ref())).cloned();
    let mut unchecked = None;
    match (grain, period.from, period.to) {
        (Some(grain), Some(from), Some(to)) => check_periods(&grain, from, to)?,
        (Some(grain), from, to) => unchecked = Some(OpenPeriods { grain, from, to }),
        (None, ..) => {}
    }

    let rfc3339 = |t: DateTime<Utc>| t.with_timezone(&time_zone).to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let sql = segment::in_report(report.sql, segments);
    let meta = Meta {
        report: Some(report.id.clone()),
        sql: shown(&sql, &values),
        from: period.from.map(rfc3339),
        to: period.to.map(rfc3339),
        time_zone: time_zone.name().into(),
        currency: report.currency.then(|| currency.clone()),
        snapshot: String::new(),
    };
    let unit = |unit: &Option<String>| match unit.as_deref() {
        Some("currency") => Some(currency.clone()),
        other => other.map(str::to_owned),
    };
    Ok(Prepared {
        report,
        sql,
        units: report.columns.iter().map(|column| unit(&column.unit)).collect(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        params: values.into_iter().collect::<HashMap<_, _>>().into(),
        meta,
        locale: if text.get("locale").is_some_and(|l| l == "ru") { Locale::Ru } else { Locale::En },
        open_periods: unchecked,
    })
}

/// The statement as a person reads it: with the values of the names that it uses.
pub(super) fn shown(sql: &str, values: &[(&str, ScalarValue)]) -> String {
    let used = values.iter().filter(|(name, _)| sql.contains(&format!("${name}")));
    let lines = used.map(|(name, value)| {
        let value = match value {
            ScalarValue::TimestampMicrosecond(Some(us), _) => DateTime::from_timestamp_micros(*us)
                .map_or_else(|| value.to_string(), |t| format!("'{}'", t.to_rfc3339_opts(SecondsFormat::AutoSi, true))),
            // A line break in a value must not end the comment.
            ScalarValue::Utf8(Some(text)) => format!("'{}'", text.replace('\'', "''").replace(char::is_control, " ")),
            other => other.to_string(),
        };
        format!("\n-- ${name} = {value}")
    });
    format!("{sql}{}", lines.collect::<String>())
}

/// A moment as the tables hold it, so that it prunes files without a cast.
pub(super) fn micros(time: Option<DateTime<Utc>>) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(time.map(|t| t.timestamp_micros()), Some("UTC".into()))
}

/// What was sent, and what is needed to understand it.
pub(super) struct Asked<'a> {
    pub text: &'a BTreeMap<String, String>,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

impl Asked<'_> {
    pub fn period(&self) -> Result<Period> {
        let time =
            |name: &str| self.text.get(name).map(|text| kupets_core::time::parse(name, text, self.zone)).transpose();
        let sent = Period { from: time("from")?, to: time("to")?, ..Period::default() };
        if let Some(name) = self.text.get("period") {
            if sent != Period::default() {
                return Err(bad("Send either `period` or `from` and `to`, not both.".into()));
            }
            return period::named(name, self.zone, self.now)
                .ok_or_else(|| bad(format!("`period` is `{name}`; it may be {}.", period::NAMES.join(", "))));
        }
        match sent {
            Period { from: Some(from), to: Some(to), .. } if from >= to => Err(bad(format!(
                "`from` ({from}) must be before `to` ({to}). The period is half-open: `to` is not part of it, so one day is \
                 from=2026-01-31&to=2026-02-01."
            ))),
            sent => Ok(sent),
        }
    }

    fn value(&self, parameter: &Parameter, period: Period) -> Result<ScalarValue> {
        let name = &parameter.name;
        let sent = self.text.get(name);
        let text = sent.or(parameter.default.as_ref()).map(|text| text.trim());
        if parameter.required && text.is_none_or(str::is_empty) {
            return Err(bad(format!("`{name}` is needed: {}.", parameter.description.en)));
        }
        match parameter.kind {
            ParameterType::Text => Ok(ScalarValue::Utf8(text.map(str::to_owned))),
            ParameterType::Choice => match text {
                Some(text) if !parameter.allowed.iter().any(|a| a == text) => {
                    Err(bad(format!("`{name}` is `{text}`; it may be {}.", parameter.allowed.join(", "))))
                }
                text => Ok(ScalarValue::Utf8(text.map(str::to_owned))),
            },
            ParameterType::Integer => {
                let value = text.map(|text| match text.parse::<i64>() {
                    #[allow(
                        clippy::cast_precision_loss,
                        reason = "limits are small, and larger values are far past them"
                    )]
                    Ok(value) if in_range(parameter, value as f64) => Ok(value),
                    _ => Err(bad(format!("`{name}` is `{text}`; it is a whole number{}.", range(parameter)))),
                });
                Ok(ScalarValue::Int64(value.transpose()?))
            }
            ParameterType::Number => {
                let value = text.map(|text| match text.parse::<f64>() {
                    Ok(value) if value.is_finite() && in_range(parameter, value) => Ok(value),
                    _ => Err(bad(format!("`{name}` is `{text}`; it is a number{}.", range(parameter)))),
                });
                Ok(ScalarValue::Float64(value.transpose()?))
            }
            ParameterType::Time => match (sent, text) {
                (None, Some("to")) => Ok(micros(Some(period.to.unwrap_or(self.now)))),
                (_, text) => Ok(micros(text.map(|text| kupets_core::time::parse(name, text, self.zone)).transpose()?)),
            },
        }
    }
}

fn in_range(parameter: &Parameter, value: f64) -> bool {
    parameter.min.is_none_or(|min| value >= min) && parameter.max.is_none_or(|max| value <= max)
}

fn range(parameter: &Parameter) -> String {
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(", {min} or more"),
        (None, Some(max)) => format!(", {max} or less"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn ask(id: &str, pairs: &[(&str, &str)]) -> Result<Prepared> {
        let text = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let now = DateTime::parse_from_rfc3339("2026-06-15T12:00:00Z").unwrap().with_timezone(&Utc);
        prepare(id, &text, Tz::Europe__Moscow, "EUR", &Rules::default(), now)
    }

    fn value(prepared: &Prepared, name: &str) -> String {
        prepared.params.get_placeholders_with_values(&format!("${name}")).unwrap().value.to_string()
    }

    fn refusal(id: &str, pairs: &[(&str, &str)]) -> String {
        let error = ask(id, pairs).unwrap_err();
        assert_eq!(error.code(), "bad_parameter");
        error.to_string()
    }

    #[test]
    fn without_parameters_it_is_all_data_in_the_workspace_currency() {
        let prepared = ask("sales_over_time", &[]).unwrap();
        assert_eq!(value(&prepared, "from"), "NULL");
        assert_eq!(value(&prepared, "to"), "NULL");
        assert_eq!(value(&prepared, "previous_from"), "NULL");
        assert_eq!(value(&prepared, "limit"), "NULL");
        assert_eq!(value(&prepared, "grain"), "month");
        assert_eq!(prepared.meta.currency.as_deref(), Some("EUR"));
        assert_eq!(prepared.meta.from, None);
        assert_eq!(prepared.units[1].as_deref(), Some("EUR"));
        assert_eq!(prepared.units[0], None);
    }

    #[test]
    fn a_period_is_bound_in_utc_and_told_in_the_zone() {
        let pairs =
            [("from", "2026-03-01"), ("to", "2026-03-31"), ("currency", "usd"), ("limit", "7"), ("locale", "ru")];
        let prepared = ask("sales_summary", &pairs).unwrap();
        assert_eq!(prepared.meta.from.as_deref(), Some("2026-03-01T00:00:00+03:00"));
        assert_eq!(prepared.meta.currency.as_deref(), Some("USD"));
        assert_eq!(prepared.meta.time_zone, "Europe/Moscow");
        assert_eq!(prepared.locale, Locale::Ru);
        assert_eq!(value(&prepared, "limit"), "7");
        for line in [
            "-- $from = '2026-02-28T21:00:00Z'",
            "-- $previous_from = '2026-01-29T21:00:00Z'",
            "-- $previous_to = '2026-02-28T21:00:00Z'",
            "-- $currency = 'USD'",
        ] {
            assert!(prepared.meta.sql.contains(line), "{}", prepared.meta.sql);
        }
        let named = ask("sales_summary", &[("period", "last_month")]).unwrap();
        assert_eq!(named.meta.from.as_deref(), Some("2026-05-01T00:00:00+03:00"));
        assert_eq!(named.meta.to.as_deref(), Some("2026-06-01T00:00:00+03:00"));
    }

    #[test]
    fn a_value_is_never_part_of_the_statement() {
        let evil = "x'\n; DROP TABLE purchases --";
        let prepared = ask("by_attribute", &[("attribute", evil)]).unwrap();
        assert_eq!(prepared.sql, find("by_attribute").unwrap().sql);
        assert_eq!(value(&prepared, "attribute"), evil);
        let shown = prepared.meta.sql.lines().find(|l| l.contains("DROP")).unwrap();
        assert_eq!(shown, "-- $attribute = 'x'' ; DROP TABLE purchases --'");
    }

    #[test]
    fn as_of_is_the_end_of_the_period_or_now() {
        let end = |pairs: &[(&str, &str)]| value(&ask("rfm_segments", pairs).unwrap(), "as_of");
        let moment = |text: &str| micros(Some(kupets_core::time::parse("", text, Tz::UTC).unwrap())).to_string();
        assert_eq!(end(&[]), moment("2026-06-15T12:00:00Z"));
        assert_eq!(end(&[("to", "2026-01-01T00:00:00Z")]), moment("2026-01-01T00:00:00Z"));
        assert_eq!(end(&[("to", "2026-01-01"), ("as_of", "2026-02-01T00:00:00Z")]), moment("2026-02-01T00:00:00Z"));
    }

    #[test]
    fn refusals_say_what_would_do() {
        assert!(refusal("channels", &[("grane", "day")]).contains("no parameter `grane`. It takes: from, to, period,"));
        assert!(refusal("sales_over_time", &[("grain", "decade")]).contains("it may be hour, day, week, month"));
        assert!(refusal("channels", &[("from", "2026-02-01"), ("to", "2026-02-01")]).contains("must be before `to`"));
        assert!(refusal("channels", &[("from", "2026-02-01"), ("period", "today")]).contains("not both"));
        assert!(refusal("channels", &[("period", "fortnight")]).contains("it may be today, yesterday"));
        assert!(refusal("channels", &[("currency", "euro")]).contains("ISO 4217"));
        assert!(refusal("channels", &[("limit", "0")]).contains("a whole number, 1 or more"));
        assert!(refusal("channels", &[("locale", "fr")]).contains("it may be en, ru"));
        assert!(refusal("by_attribute", &[]).contains("`attribute` is needed"));
        assert!(refusal("by_attribute", &[("attribute", " ")]).contains("`attribute` is needed"));
        assert!(refusal("abc_xyz", &[("a_share", "80%")]).contains("a number from 0 to 1"));
        assert!(refusal("abc_xyz", &[("a_share", "NaN")]).contains("a number from 0 to 1"));
        let hours = [("grain", "hour"), ("from", "1900-01-01"), ("to", "2026-01-01")];
        assert!(refusal("sales_over_time", &hours).contains("Choose a longer `grain`"));
        assert!(refusal("interactions_summary", &[("currency", "EUR")]).contains("no parameter `currency`"));
    }
}
