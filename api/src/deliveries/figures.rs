//! The figures of a period, as the report `sales_summary` has them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kupets_core::{Result, TenantContext};
use kupets_engine::{Engine, insight::Language};
use rust_decimal::Decimal;
use serde_json::Value;

use super::words;

/// A figure and that of the period before.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The metric.
    pub metric: String,
    /// In the period; none where there is nothing to divide by.
    pub value: Option<Decimal>,
    /// In the period before.
    pub previous: Option<Decimal>,
    /// The change as a ratio.
    pub change: Option<Decimal>,
}

/// All figures of the days from `from` up to `to`, which is not in it.
///
/// # Errors
/// The limits of queries.
pub async fn of(
    engine: &Engine,
    tenant: &TenantContext,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Result<Vec<Figure>> {
    let mut parameters = BTreeMap::from([("from".to_owned(), from.to_string())]);
    if let Some(to) = to {
        parameters.insert("to".to_owned(), to.to_string());
    }
    let worked = engine.report_rows(tenant, "sales_summary", &parameters).await?;
    let column = |name: &str| worked.told.iter().position(|told| told["name"] == name);
    let (metric, value, previous, change) = (column("metric"), column("value"), column("previous"), column("change"));
    let number = |row: &[Value], column: Option<usize>| {
        let text = match row.get(column?)? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
    };
    let figures = worked.rows.iter().filter_map(|row| {
        Some(Figure {
            metric: row.get(metric?)?.as_str()?.to_owned(),
            value: number(row, value),
            previous: number(row, previous),
            change: number(row, change),
        })
    });
    Ok(figures.collect())
}

/// What a metric is called, and whether it is money.
pub fn name(metric: &str, language: Language) -> Option<(&'static str, bool)> {
    let (en, ru, money) = match metric {
        "revenue" => ("Revenue", "Выручка", true),
        "orders" => ("Orders", "Заказы", false),
        "average_order" => ("Average order", "Средний чек", true),
        "customers" => ("Customers", "Покупатели", false),
        "new_customers" => ("New customers", "Новые покупатели", false),
        "refunds" => ("Refunds", "Возвраты", true),
        "units" => ("Units", "Единицы товара", false),
        "gross" => ("Gross", "Продажи без возвратов", true),
        _ => return None,
    };
    Some((words::say(language, en, ru), money))
}

impl Figure {
    /// Its value as people read it.
    pub fn shown(&self, value: Decimal, currency: &str, language: Language) -> String {
        match name(&self.metric, language) {
            Some((_, true)) => words::money(value, currency, language),
            _ => words::number(value, 2, language),
        }
    }

    /// It in a line: `Revenue: 12,300 RUB (+5 %, before: 11,700 RUB)`.
    pub fn line(&self, currency: &str, language: Language) -> Option<String> {
        let (title, _) = name(&self.metric, language)?;
        let value = self.shown(self.value.unwrap_or_default(), currency, language);
        let before = words::say(language, "before", "было");
        let previous = self.previous.map(|previous| self.shown(previous, currency, language));
        Some(match (self.change, previous) {
            (Some(change), Some(previous)) => {
                format!("{title}: {value} ({}, {before} {previous})", words::change(change, language))
            }
            (None, Some(previous)) => format!("{title}: {value} ({before} {previous})"),
            _ => format!("{title}: {value}"),
        })
    }
}
