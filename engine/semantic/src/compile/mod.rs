//! From a plan to one read-only statement with bound values, or to a call of the engine.

mod average;
mod bind;
mod call;
mod columns;
mod figures;
mod filtered;
mod grouped;
mod keys;
mod of_row;
mod rows;
mod source;
mod step;

use std::collections::BTreeMap;

use crate::catalogue::{Dimension, Metric, UnitOf};
use crate::period::Calendar;
use crate::plan::{DEFAULT_LIMIT, Fault, Filter, Intent, MAX_LIMIT, Order, Plan};

pub use average::{Steps, steps};
use bind::Binder;
pub use bind::Value;
pub use call::{Call, Called, call, explained_filters};
pub use columns::{Column, Role};
pub use filtered::{Filtered, filtered, narrows};
pub use of_row::{OfRow, behind_row};
pub use rows::behind;
use source::{Era, Sources};

/// A statement over the tenant's tables and views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text; values stand in it by name only.
    pub sql: String,
    /// The values, by the names of their placeholders without `$`.
    pub values: BTreeMap<String, Value>,
    /// The columns of its rows, in order.
    pub columns: Vec<Column>,
}

/// The statement of a plan.
///
/// # Errors
/// The plan cannot be worked out; the message names the field.
pub fn statement(plan: &Plan, currency: &str, calendar: &Calendar) -> Result<Statement, Fault> {
    plan.check(calendar)?;
    let mut binder = Binder::default();
    binder.named("currency", Value::Text(plan.currency.clone().unwrap_or_else(|| currency.to_owned())));
    let (sql, columns) = match plan.intent {
        Intent::Rows => rows::records(plan, calendar, &mut binder),
        _ => Figures { sources: Sources::averaged(plan, calendar)?, binder: &mut binder, ctes: Vec::new() }.write(),
    };
    let mut values = binder.0;
    values.retain(|name, _| named(&sql, name));
    Ok(Statement { sql, values, columns })
}

/// Whether a statement has that placeholder.
fn named(sql: &str, name: &str) -> bool {
    let placeholder = format!("${name}");
    sql.match_indices(&placeholder).any(|(at, _)| {
        !sql[at + placeholder.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
    })
}

/// The rows a plan's list may have.
pub(crate) fn limit(plan: &Plan) -> Option<u32> {
    // A whole series, a comparison of keys and a cycle are told in full.
    let whole = plan.grain.is_some()
        || plan.dimensions.iter().all(|dimension| {
            !matches!(
                dimension,
                Dimension::Product | Dimension::Customer | Dimension::Attribute(_) | Dimension::Category
            )
        });
    match plan.limit {
        // So many a group: of all groups together there are more.
        Some(_) if plan.limit_each => Some(MAX_LIMIT),
        Some(limit) => Some(limit.min(MAX_LIMIT)),
        None if whole => Some(MAX_LIMIT),
        None => {
            Some(DEFAULT_LIMIT.max(plan.filters.iter().map(|filter| filter.values.len() as u32).max().unwrap_or(0)))
        }
    }
}

struct Figures<'a> {
    sources: Sources<'a>,
    binder: &'a mut Binder,
    ctes: Vec<String>,
}

impl Figures<'_> {
    fn plan(&self) -> &Plan {
        self.sources.plan
    }

    /// The keys of a row: `k0`, `k1`, `period`.
    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = (0..self.plan().dimensions.len()).map(|at| format!("k{at}")).collect();
        if self.plan().grain.is_some() {
            keys.push("period".to_owned());
        }
        keys
    }

    fn write(mut self) -> (String, Vec<Column>) {
        let compared = self.plan().compared_with.is_some();
        let alone = self.keys().is_empty();
        let shared = self.plan().share && alone;
        self.figures("now", Era::Now, false);
        if compared {
            self.figures("before", Era::Before, false);
        }
        if shared {
            self.figures("whole", Era::Now, true);
        }
        if shared && compared {
            self.figures("whole_before", Era::Before, true);
        }
        let body = match (alone, self.plan().together) {
            (true, _) => self.one_row(compared, shared),
            (false, true) => self.added_up(),
            (false, false) => self.list(compared),
        };
        let tables = self.sources.tables();
        self.ctes = tables.into_iter().chain(self.ctes).collect();
        let columns = columns::of(self.sources.plan, &self.sources.metrics);
        (format!("WITH {}\n{body}", self.ctes.join(",\n")), columns)
    }

    /// Adds the table `name`: the metrics by the keys in one period.
    fn figures(&mut self, name: &str, era: Era, whole: bool) {
        let records = self.sources.records(era, whole, self.binder);
        self.ctes.push(format!("{name}_records AS (\n{records}\n)"));
        let plan = self.sources.plan;
        let orders = figures::orders(plan);
        let mut from = format!("{name}_records");
        // Without keys a bound on a figure is one on each customer's.
        let bounds: Vec<&Filter> = plan.filters.iter().filter(|filter| filter.metric().is_some()).collect();
        if self.keys().is_empty() && !bounds.is_empty() {
            let having: Vec<String> = bounds
                .iter()
                .filter(|filter| !(whole && filter.part))
                .filter_map(|filter| {
                    let figure = figures::of_lines(filter.metric()?, orders);
                    Some(keys::bound(filter, &figure, self.binder))
                })
                .collect();
            if !having.is_empty() {
                self.ctes.push(format!(
                    "{name}_kept AS (\nSELECT customer_id AS kept_id FROM {from} WHERE customer_id IS NOT NULL\nGROUP BY customer_id\nHAVING {}\n)",
                    having.join(" AND ")
                ));
                from = format!("{from} WHERE customer_id IN (SELECT kept_id FROM {name}_kept)");
            }
        }
        let keys = self.keys();
        let labels =
            plan.dimensions.iter().enumerate().filter_map(|(at, dimension)| Some((at, source::label(dimension)?)));
        let labels: Vec<(usize, &str)> = labels.collect();
        let group = if keys.is_empty() { String::new() } else { format!("\nGROUP BY {}", keys.join(", ")) };
        let metrics = self.sources.metrics.clone();
        let text = if self.sources.steps(era).is_some() {
            self.average(&from, era, orders, &labels)
        } else if metrics.iter().any(|metric| figures::by_customer(*metric)) {
            let mut inner = keys.clone();
            inner.push("customer_id".to_owned());
            let mut outer = keys.clone();
            outer.extend(labels.iter().map(|(at, _)| format!("max(l{at}) AS l{at}")));
            outer.extend(
                metrics.iter().map(|metric| format!("{} AS {}", figures::of_customers(*metric), metric.name())),
            );
            outer.push("coalesce(sum(records), 0) AS records".to_owned());
            let by = inner.join(", ");
            inner.extend(labels.iter().map(|(at, label)| format!("{label} AS l{at}")));
            inner.push(figures::of_customer(orders, &metrics));
            format!(
                "SELECT {}\nFROM (\nSELECT {} FROM {from}\nGROUP BY {by}\n) AS buyers{group}",
                outer.join(", "),
                inner.join(", ")
            )
        } else {
            let mut outer = keys.clone();
            outer.extend(labels.iter().map(|(at, label)| format!("{label} AS l{at}")));
            outer.extend(
                metrics.iter().map(|metric| format!("{} AS {}", figures::of_lines(*metric, orders), metric.name())),
            );
            outer.push("count(*) AS records".to_owned());
            format!("SELECT {}\nFROM {from}{group}", outer.join(", "))
        };
        self.ctes.push(format!("{name} AS (\n{text}\n)"));
    }

    /// The only row of a figure without keys.
    fn one_row(&self, compared: bool, shared: bool) -> String {
        let mut columns: Vec<String> = Vec::new();
        for metric in &self.sources.metrics {
            let name = metric.name();
            columns.push(format!("a.{name} AS {name}"));
            if compared {
                columns.push(format!("b.{name} AS {name}_before"));
                columns.push(format!("a.{name} - b.{name} AS {name}_change"));
            }
        }
        if self.plan().ratio {
            columns.push(format!("{} AS ratio", self.quotient("a.", "")));
            if compared {
                columns.push(format!("{} AS ratio_before", self.quotient("b.", "")));
            }
        }
        let main = self.plan().metric().name();
        if shared {
            columns.push(format!("w.{main} AS {main}_whole"));
            columns.push(format!("{} AS share", share(&format!("a.{main}"), &format!("w.{main}"))));
            if compared {
                columns.push(format!("{} AS share_before", share(&format!("b.{main}"), &format!("v.{main}"))));
            }
        }
        if self.plan().average_per.is_some() {
            columns.push("a.steps AS steps".to_owned());
        }
        columns.push("a.records AS records".to_owned());
        let mut text = format!("SELECT {}\nFROM now a", columns.join(", "));
        if compared {
            text.push_str("\nCROSS JOIN before b");
        }
        if shared {
            text.push_str("\nCROSS JOIN whole w");
        }
        if shared && compared {
            text.push_str("\nCROSS JOIN whole_before v");
        }
        text
    }

    /// The two metrics of a ratio, divided; each is `before` name `after`.
    fn quotient(&self, before: &str, after: &str) -> String {
        let [above, below] = self.plan().metrics.as_slice() else { return "NULL".to_owned() };
        let (a, b) = (format!("{before}{}{after}", above.name()), format!("{before}{}{after}", below.name()));
        match columns::ratio_unit(*above, *below) {
            UnitOf::Currency => format!("CAST({a} / nullif({b}, 0) AS DECIMAL(38, 4))"),
            _ => format!("CAST({a} AS DOUBLE) / nullif(CAST({b} AS DOUBLE), 0)"),
        }
    }

    /// The rows of a list.
    fn list(&mut self, compared: bool) -> String {
        let table = if compared { self.pivot() } else { "now".to_owned() };
        let plan = self.sources.plan;
        let mut columns: Vec<String> = Vec::new();
        let mut joins = String::new();
        let mut conditions: Vec<String> = Vec::new();
        for (at, dimension) in plan.dimensions.iter().enumerate() {
            let name = columns::key_name(plan, at);
            columns.push(format!("a.k{at} AS {name}"));
            match dimension {
                Dimension::Product => columns.push(format!("coalesce(a.l{at}, a.k{at}) AS product")),
                Dimension::Customer => {
                    columns.push("n.name AS name".to_owned());
                    joins = format!("\nLEFT JOIN customers n ON n.customer_id = a.k{at}");
                    conditions.push(format!("a.k{at} IS NOT NULL"));
                }
                Dimension::Segment | Dimension::Lifecycle => conditions.push(format!("a.k{at} IS NOT NULL")),
                _ => {}
            }
        }
        if plan.grain.is_some() {
            columns.push("a.period AS period".to_owned());
        }
        let main = plan.metric();
        for metric in &self.sources.metrics {
            let name = metric.name();
            columns.push(format!("a.{name} AS {name}"));
            if compared {
                columns.push(format!("a.{name}_before AS {name}_before"));
                columns.push(format!("a.{name} - a.{name}_before AS {name}_change"));
            }
        }
        if plan.ratio {
            columns.push(format!("{} AS ratio", self.quotient("a.", "")));
            if compared {
                columns.push(format!("{} AS ratio_before", self.quotient("a.", "_before")));
            }
        }
        if plan.share {
            columns.push(format!(
                "{} AS share",
                share(&format!("a.{}", main.name()), &format!("sum(a.{}) OVER ()", main.name()))
            ));
        }
        for filter in &plan.filters {
            if let Some(metric) = filter.metric() {
                conditions.push(keys::bound(filter, &format!("a.{}", metric.name()), self.binder));
            }
        }
        let order = self.order(compared);
        let (table, place, order) =
            if plan.limit_each { self.ranked(&table, &conditions, &order) } else { (table, place(&conditions), order) };
        let limit = limit(plan).map(|limit| self.binder.named("limit", Value::Integer(limit.into())));
        let limit = limit.map_or_else(String::new, |limit| format!("\nLIMIT {limit}"));
        format!("SELECT {}\nFROM {table} a{joins}{place}\nORDER BY {order}{limit}", columns.join(", "))
    }

    /// Both periods beside each other: the table `both`. A key that one of them lacks has nothing there.
    fn pivot(&mut self) -> String {
        let plan = self.sources.plan;
        let keys = self.keys();
        let labels = plan.dimensions.iter().enumerate().filter(|(_, dimension)| source::label(dimension).is_some());
        let labels: Vec<String> = labels.map(|(at, _)| format!("max(l{at}) AS l{at}")).collect();
        let mut columns = keys.clone();
        columns.extend(labels);
        for metric in &self.sources.metrics {
            let name = metric.name();
            for (later, column) in [(1, name.to_owned()), (0, format!("{name}_before"))] {
                let value = format!("max({name}) FILTER (WHERE later = {later})");
                let value = if metric.may_be_unknown() { value } else { format!("coalesce({value}, 0)") };
                columns.push(format!("{value} AS {column}"));
            }
        }
        self.ctes.push(format!(
            "both_periods AS (\nSELECT {}\nFROM (\nSELECT 1 AS later, * FROM now\nUNION ALL\nSELECT 0 AS later, * FROM before\n) AS eras\nGROUP BY {}\n)",
            columns.join(", "),
            keys.join(", ")
        ));
        "both_periods".to_owned()
    }

    fn order(&self, compared: bool) -> String {
        let plan = self.plan();
        let main = plan.metric().name();
        let keys: Vec<String> = self.keys().iter().map(|key| format!("a.{key}")).collect();
        let cycle =
            |dimension: &Dimension| matches!(dimension, Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear);
        let in_time = plan.grain.is_some() || plan.dimensions.first().is_some_and(cycle);
        let Order { by, descending } = plan.order.clone().unwrap_or_else(|| Order {
            by: if in_time { "period".to_owned() } else { main.to_owned() },
            descending: !in_time,
        });
        let column = match by.as_str() {
            "period" | "key" => {
                // Time goes first even where there are other keys.
                let mut keys = keys;
                keys.rotate_right(usize::from(plan.grain.is_some()));
                let way = if descending { " DESC" } else { "" };
                return keys.iter().map(|key| format!("{key}{way}")).collect::<Vec<_>>().join(", ");
            }
            "change" if compared => format!("a.{main} - a.{main}_before"),
            "change_ratio" if compared => {
                format!("CAST(a.{main} AS DOUBLE) / nullif(CAST(a.{main}_before AS DOUBLE), 0)")
            }
            "ratio" if plan.ratio => self.quotient("a.", ""),
            name if self.sources.metrics.iter().any(|metric| metric.name() == name) => format!("a.{name}"),
            _ => format!("a.{main}"),
        };
        let way = if descending { "DESC" } else { "ASC" };
        format!("{column} {way} NULLS LAST, {}", keys.join(", "))
    }
}

/// The conditions of a statement.
fn place(conditions: &[String]) -> String {
    if conditions.is_empty() { String::new() } else { format!("\nWHERE {}", conditions.join(" AND ")) }
}

fn share(part: &str, whole: &str) -> String {
    format!("CAST({part} AS DOUBLE) / nullif(CAST({whole} AS DOUBLE), 0)")
}

/// The metrics that a plan's answer has, those of its bounds included.
pub fn metrics(plan: &Plan, calendar: &Calendar) -> Vec<Metric> {
    Sources::new(plan, calendar).metrics
}
