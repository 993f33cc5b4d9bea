//! The records that a figure is made of: the lines of one period, with their keys, past the filters.

use chrono::{Datelike, NaiveDate};

use crate::catalogue::{Dimension, Metric};
use crate::period::{Calendar, Weekdays};
use crate::plan::{Fault, Filter, Plan, PlanPeriod, Subject};

use super::average::{Steps, steps};
use super::bind::{Binder, Value};
use super::figures;
use super::keys::{self, Fresh, Joins};
use super::step::bucket;

/// One of the two periods of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// The period itself.
    Now,
    /// What it is compared with.
    Before,
}

/// What is worked out about a plan once.
pub(super) struct Sources<'a> {
    pub plan: &'a Plan,
    pub calendar: &'a Calendar,
    /// All metrics that are worked out: those of the plan and those of its bounds.
    pub metrics: Vec<Metric>,
    pub firsts: bool,
    /// Whether what was taken back of orders is joined.
    refunds: bool,
    /// Whether customers' second orders are.
    seconds: bool,
    /// The whole steps that figures are averaged over, in the period and in the one compared with.
    averaged: [Option<Steps>; 2],
}

impl<'a> Sources<'a> {
    pub fn new(plan: &'a Plan, calendar: &'a Calendar) -> Self {
        let mut metrics = plan.metrics.clone();
        if !plan.dimensions.is_empty() {
            for metric in plan.filters.iter().filter_map(Filter::metric) {
                if !metrics.contains(&metric) {
                    metrics.push(metric);
                }
            }
        }
        // A margin says of how much of the revenue it is.
        if metrics.contains(&Metric::Margin) && !metrics.contains(&Metric::MarginCoverage) {
            metrics.push(Metric::MarginCoverage);
        }
        let all: Vec<Metric> = metrics.iter().copied().chain(plan.filters.iter().filter_map(Filter::metric)).collect();
        let refunds = all.iter().any(|metric| figures::needs_refunds(*metric));
        let seconds = all.iter().any(|metric| figures::needs_seconds(*metric));
        Self { plan, calendar, metrics, firsts: false, refunds, seconds, averaged: [None, None] }
    }

    /// The same for a plan whose figures may be averages: over which steps is worked out here.
    ///
    /// # Errors
    /// A period has no whole step.
    pub fn averaged(plan: &'a Plan, calendar: &'a Calendar) -> Result<Self, Fault> {
        let averaged = [steps(plan, false, calendar)?, steps(plan, true, calendar)?];
        Ok(Self { averaged, ..Self::new(plan, calendar) })
    }

    /// The steps that figures of a period are averaged over.
    pub fn steps(&self, era: Era) -> Option<&Steps> {
        self.averaged[usize::from(era == Era::Before)].as_ref()
    }

    /// The tables that stand before the records.
    pub fn tables(&self) -> Vec<String> {
        let tables =
            [(self.firsts, "firsts", FIRSTS), (self.seconds, "seconds", SECONDS), (self.refunds, "refunds", REFUNDS)];
        tables.iter().filter(|(is_used, ..)| *is_used).map(|(_, name, sql)| format!("{name} AS (\n{sql}\n)")).collect()
    }

    /// Whether the records are interactions.
    pub fn of_interactions(&self) -> bool {
        self.metrics.contains(&Metric::Interactions)
    }

    fn period(&self, era: Era) -> PlanPeriod {
        let period = match era {
            Era::Now => self.plan.period.clone(),
            Era::Before => self.plan.compared_with.clone().unwrap_or_default(),
        };
        match self.steps(era) {
            Some(steps) => steps.period(&period, self.calendar),
            None => period,
        }
    }

    /// `SELECT` of the records of a period. `whole` leaves out the filters that a share is of.
    pub fn records(&mut self, era: Era, whole: bool, binder: &mut Binder) -> String {
        let period = self.period(era);
        let prefix = if era == Era::Now { "" } else { "compare_" };
        let mut conditions: Vec<String> = Vec::new();
        let mut edge = |name: &str, sign: &str, at: Option<chrono::DateTime<chrono::Utc>>| {
            let at = at?;
            let placeholder = binder.named(&format!("{prefix}{name}"), Value::Time(at));
            conditions.push(format!("p.occurred_at {sign} {placeholder}"));
            Some(placeholder)
        };
        let from = edge("from", ">=", period.begin(self.calendar));
        edge("to", "<", period.end(self.calendar));
        conditions.extend(period.weekdays.and_then(weekdays));
        let mut joins = Joins::default();
        let fresh = match (self.plan.grain, &from) {
            (Some(unit), _) => Fresh::Grain(unit),
            (_, Some(_)) => Fresh::Period,
            _ => Fresh::Order,
        };
        let from = from.unwrap_or_default();
        let mut columns: Vec<String> = Vec::new();
        for (at, dimension) in self.plan.dimensions.iter().enumerate() {
            columns.push(format!("{} AS k{at}", keys::key(dimension, fresh, &from, binder, &mut joins)));
        }
        if let Some(grain) = self.plan.grain {
            let shift = if era == Era::Before { self.shift() } else { String::new() };
            columns.push(format!("{} AS period", bucket(grain, &format!("local_time(p.occurred_at){shift}"))));
        }
        if let Some(steps) = self.steps(era) {
            columns.push(format!("{} AS step", bucket(steps.unit, "local_time(p.occurred_at)")));
        }
        for filter in self.plan.filters.iter().filter(|filter| !(whole && filter.part)) {
            match &filter.field {
                Subject::Dimension(dimension) => {
                    let key = keys::key(dimension, fresh, &from, binder, &mut joins);
                    conditions.push(keys::on_key(filter, &key, binder));
                }
                Subject::OrderAmount => conditions.push(keys::bound(filter, "p.purchase_amount", binder)),
                Subject::Metric(_) => {}
            }
        }
        let needs_firsts = self.metrics.iter().any(|metric| figures::needs_firsts(*metric));
        joins.firsts |= needs_firsts && !self.of_interactions();
        self.firsts |= joins.firsts;
        self.select(&columns, &conditions, joins, binder)
    }

    fn select(&self, columns: &[String], conditions: &[String], joins: Joins, binder: &mut Binder) -> String {
        let mut conditions = conditions.to_vec();
        let mut text = String::from("SELECT ");
        for column in columns {
            text.push_str(column);
            text.push_str(", ");
        }
        if self.of_interactions() {
            text.push_str("p.customer_id, p.interaction_id, p.occurred_at\nFROM interactions p");
        } else {
            text.push_str(
                "p.customer_id, p.purchase_id, p.line, p.product_id, p.product, p.category, p.quantity, p.amount, p.channel, \
                 p.purchase_amount, p.occurred_at, p.first_of_product, p.first_of_category, p.kind, p.cost, p.discount",
            );
            text.push_str(if joins.firsts { ", f.first_at" } else { ", CAST(NULL AS TIMESTAMP) AS first_at" });
            text.push_str(if self.seconds { ", g.again_at" } else { "" });
            text.push_str(if self.refunds { ", b.back" } else { "" });
            // By product, what is not goods has no place.
            let goods = self.plan.dimensions.contains(&Dimension::Product);
            text.push_str(if goods { "\nFROM goods p" } else { "\nFROM sales p" });
            let currency = self.plan.currency.clone();
            let currency =
                currency.map_or_else(|| "$currency".to_owned(), |code| binder.named("currency", Value::Text(code)));
            conditions.insert(0, format!("p.currency = {currency}"));
        }
        if joins.customers {
            text.push_str("\nLEFT JOIN customers c ON c.customer_id = p.customer_id");
        }
        if joins.facts {
            text.push_str("\nLEFT JOIN customer_facts s ON s.customer_id = p.customer_id");
        }
        if joins.firsts {
            text.push_str("\nLEFT JOIN firsts f ON f.customer_id = p.customer_id");
        }
        if self.seconds && !self.of_interactions() {
            text.push_str("\nLEFT JOIN seconds g ON g.customer_id = p.customer_id");
        }
        if self.refunds && !self.of_interactions() {
            text.push_str("\nLEFT JOIN refunds b ON b.refund_of = p.purchase_id");
        }
        if !conditions.is_empty() {
            text.push_str("\nWHERE ");
            text.push_str(&conditions.join("\n  AND "));
        }
        text
    }

    /// How far the compared period's clock is put forward, so that its buckets fall on those of the period.
    fn shift(&self) -> String {
        let first = |era| self.period(era).days(self.calendar).0;
        let (Some(now), Some(before)) = (first(Era::Now), first(Era::Before)) else { return String::new() };
        let months = months(now) - months(before);
        let (count, unit) =
            if now.day() == before.day() { (months, "months") } else { ((now - before).num_days(), "days") };
        if count == 0 { String::new() } else { format!(" + INTERVAL '{count} {unit}'") }
    }
}

fn months(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

fn weekdays(days: Weekdays) -> Option<String> {
    let list: Vec<String> = days.days().map(|day| day.to_string()).collect();
    let day = "CAST((date_part('dow', local_time(p.occurred_at)) + 6) AS BIGINT) % 7 + 1";
    (!list.is_empty()).then(|| format!("{day} IN ({})", list.join(", ")))
}

/// The first order ever of each known customer.
pub(super) const FIRSTS: &str = "SELECT customer_id, min(occurred_at) AS first_at\nFROM sales\nWHERE line = 1 AND \
                                 purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL\nGROUP BY customer_id";

/// The second order ever of each known customer.
const SECONDS: &str = "SELECT customer_id, occurred_at AS again_at\nFROM (\nSELECT customer_id, occurred_at, row_number() \
                       OVER (PARTITION BY customer_id ORDER BY occurred_at, purchase_id) AS place\nFROM sales\nWHERE line = 1 \
                       AND purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL\n) AS placed\nWHERE place = 2";

/// What was taken back of each purchase, whenever.
const REFUNDS: &str = "SELECT refund_of, -sum(amount) AS back\nFROM sales\nWHERE refund_of IS NOT NULL AND currency = \
                       $currency\nGROUP BY refund_of";

/// Whether the label of a dimension is made of the lines.
pub(super) fn label(dimension: &Dimension) -> Option<&'static str> {
    (*dimension == Dimension::Product).then_some("max(product)")
}
