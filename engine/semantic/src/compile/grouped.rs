//! Averages over steps in time, the best of each group, and what a list comes to when it is added up.

use chrono::Datelike;

use crate::catalogue::{Dimension, Metric, UnitOf};
use crate::period::Unit;

use super::average::Steps;
use super::bind::Value;
use super::source::Era;
use super::{Figures, figures, keys, limit, place, share};

impl Figures<'_> {
    /// The metrics of a step on average, by the keys.
    pub(super) fn average(&mut self, from: &str, era: Era, orders: &str, labels: &[(usize, &str)]) -> String {
        let keys = self.keys();
        let metrics = self.sources.metrics.clone();
        let mut inner = keys.clone();
        inner.push("step".to_owned());
        let by = inner.join(", ");
        inner.extend(labels.iter().map(|(at, label)| format!("{label} AS l{at}")));
        inner.extend(metrics.iter().map(|one| format!("{} AS {}", figures::of_lines(*one, orders), one.name())));
        inner.push("count(*) AS records".to_owned());
        let count = self.steps(era, from);
        let mut outer = keys.clone();
        outer.extend(labels.iter().map(|(at, _)| format!("max(l{at}) AS l{at}")));
        outer.extend(metrics.iter().map(|one| format!("{} AS {}", mean(*one, &count), one.name())));
        outer.push(format!("{count} AS steps"));
        outer.push("coalesce(sum(records), 0) AS records".to_owned());
        let group = if keys.is_empty() { String::new() } else { format!("\nGROUP BY {}", keys.join(", ")) };
        format!(
            "SELECT {}\nFROM (\nSELECT {} FROM {from}\nGROUP BY {by}\n) AS of_steps{group}",
            outer.join(", "),
            inner.join(", ")
        )
    }

    /// How many steps there are, for each key where a key is a day or month of its own.
    fn steps(&mut self, era: Era, from: &str) -> String {
        let Some(steps) = self.sources.steps(era).cloned() else { return "1".to_owned() };
        let cycles = |dimension: &Dimension| matches!(dimension, Dimension::Weekday | Dimension::MonthOfYear);
        let cycle = self.plan().dimensions.iter().position(cycles);
        let counts = cycle.and_then(|at| Some((at, steps.counts(self.plan().dimensions.get(at)?)?)));
        if let Some((at, counts)) = counts {
            let cases: Vec<String> = counts.iter().map(|(key, count)| format!("WHEN {key} THEN {count}")).collect();
            return format!("CASE k{at} {} END", cases.join(" "));
        }
        match steps.count() {
            Some(count) => {
                let name = if era == Era::Now { "steps" } else { "compare_steps" };
                let bound = self.binder.named(name, Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)));
                // The cast tells the planner its type before the value is there.
                format!("CAST({bound} AS BIGINT)")
            }
            None => format!("(SELECT {} FROM {from})", since(&steps)),
        }
    }

    /// The rows of a list with their places in their groups: the table, and the conditions and the order of what is left.
    pub(super) fn ranked(&mut self, table: &str, conditions: &[String], order: &str) -> (String, String, String) {
        let plan = self.sources.plan;
        let last = plan.dimensions.len().saturating_sub(1);
        let mut groups: Vec<String> = (0..last).map(|at| format!("a.k{at}")).collect();
        if plan.grain.is_some() {
            groups.insert(0, "a.period".to_owned());
        }
        let by = groups.join(", ");
        let main = plan.metric();
        // Groups stand in the order of time, or the largest first. A column of one value for all is none to sort by: the
        // planner takes such an order for given, and then misses it.
        let cycle = |one: &Dimension| matches!(one, Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear);
        let weighed = plan.grain.is_none() && !main.is_quotient() && !plan.dimensions.first().is_some_and(cycle);
        let weight = format!(", sum(a.{}) OVER (PARTITION BY {by}) AS weight", main.name());
        self.ctes.push(format!(
            "ranked AS (\nSELECT a.*, row_number() OVER (PARTITION BY {by} ORDER BY {order}) AS place{}\nFROM {table} a{}\n)",
            if weighed { weight.as_str() } else { "" },
            place(conditions)
        ));
        let most = self.binder.named("limit_each", Value::Integer(plan.limit.unwrap_or(1).into()));
        let order = format!("{}{by}, a.place", if weighed { "a.weight DESC NULLS LAST, " } else { "" });
        ("ranked".to_owned(), format!("\nWHERE a.place <= {most}"), order)
    }

    /// The rows that the limit leaves, added up, beside the whole.
    pub(super) fn added_up(&mut self) -> String {
        let plan = self.sources.plan;
        let main = plan.metric().name();
        let mut conditions: Vec<String> = Vec::new();
        for (at, dimension) in plan.dimensions.iter().enumerate() {
            if matches!(dimension, Dimension::Customer | Dimension::Segment | Dimension::Lifecycle) {
                conditions.push(format!("a.k{at} IS NOT NULL"));
            }
        }
        for filter in &plan.filters {
            if let Some(metric) = filter.metric() {
                conditions.push(keys::bound(filter, &format!("a.{}", metric.name()), self.binder));
            }
        }
        let by = self.order(false);
        let limit = limit(plan).unwrap_or(1);
        let limit = self.binder.named("limit", Value::Integer(limit.into()));
        let picked = format!(
            "SELECT a.{main} AS part, a.records\nFROM now a{}\nORDER BY {by}\nLIMIT {limit}",
            place(&conditions)
        );
        self.ctes.push(format!("picked AS (\n{picked}\n)"));
        self.ctes.push(
            "added AS (\nSELECT coalesce(sum(part), 0) AS part, coalesce(sum(records), 0) AS records FROM picked\n)"
                .to_owned(),
        );
        let mut columns = vec![format!("a.part AS {main}")];
        let mut whole = "";
        if plan.share {
            self.ctes.push(format!("total AS (\nSELECT coalesce(sum({main}), 0) AS whole FROM now\n)"));
            columns.push(format!("w.whole AS {main}_whole"));
            columns.push(format!("{} AS share", share("a.part", "w.whole")));
            whole = "\nCROSS JOIN total w";
        }
        columns.push("a.records AS records".to_owned());
        format!("SELECT {}\nFROM added a{whole}", columns.join(", "))
    }
}

/// What was added up over steps, divided by how many there are.
fn mean(metric: Metric, count: &str) -> String {
    let sum = format!("coalesce(sum({}), 0)", metric.name());
    match metric.unit() {
        UnitOf::Currency => format!("CAST({sum} / {count} AS DECIMAL(38, 4))"),
        _ => format!("CAST({sum} AS DOUBLE) / {count}"),
    }
}

/// The steps from the first that has a record to the end, as an expression over the records.
fn since(steps: &Steps) -> String {
    let end = steps.end;
    let months = |size: i64| {
        let last = i64::from(end.year()) * 12 + i64::from(end.month0());
        format!("CAST(({last} - min(date_part('year', step) * 12 + date_part('month', step) - 1)) / {size} AS BIGINT)")
    };
    let seconds = |size: i64| {
        format!(
            "CAST(({} - min(date_part('epoch', CAST(step AS TIMESTAMP)))) / {size} AS BIGINT)",
            end.and_utc().timestamp()
        )
    };
    match steps.unit {
        Unit::Minute | Unit::Hour => seconds(3_600),
        Unit::Day => seconds(86_400),
        Unit::Week => seconds(604_800),
        unit => months(i64::from(unit.months().unwrap_or(1))),
    }
}
