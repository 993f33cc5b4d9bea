//! The columns of an answer.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Dimension, Metric, UnitOf};
use crate::plan::Plan;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What a row is about.
    Key,
    /// The key as people know it.
    Label,
    /// The beginning of a step in time.
    Period,
    /// A figure.
    Figure,
    /// The figure of the period compared with.
    Before,
    /// The difference of both.
    Change,
    /// A share of the whole, 0.25 for a quarter.
    Share,
    /// The share in the period compared with.
    ShareBefore,
    /// The whole that a share is of.
    Whole,
    /// The quotient of two metrics.
    Ratio,
    /// That of the period compared with.
    RatioBefore,
    /// How many records there were: nothing was recorded where it is 0.
    Records,
    /// How many steps in time an average is of.
    Steps,
    /// A field of a record.
    Field,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the statement.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The metric it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// The dimension it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
    /// What one of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitOf>,
}

impl Column {
    pub(super) fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role, metric: None, dimension: None, unit: None }
    }

    /// A field of a record, or of what a call gives.
    pub fn field(name: &str) -> Self {
        Self::new(name, Role::Field)
    }

    fn of_metric(name: impl Into<String>, role: Role, metric: Metric) -> Self {
        Self { metric: Some(metric), unit: Some(metric.unit()), ..Self::new(name, role) }
    }

    pub(super) fn with_unit(self, unit: UnitOf) -> Self {
        Self { unit: Some(unit), ..self }
    }
}

/// The name of the key of a dimension.
pub(super) fn key_name(plan: &Plan, at: usize) -> String {
    match plan.dimensions.get(at) {
        Some(Dimension::Product) => "product_id".to_owned(),
        Some(Dimension::Customer) => "customer_id".to_owned(),
        // The name of an attribute is somebody's text: it does not stand in a statement.
        Some(Dimension::Attribute(_)) if plan.dimensions.len() == 1 => "key".to_owned(),
        Some(Dimension::Attribute(_)) => format!("key_{}", at + 1),
        Some(other) => other.to_string(),
        None => format!("key_{}", at + 1),
    }
}

/// What the first metric divided by the second is.
pub(super) fn ratio_unit(above: Metric, below: Metric) -> UnitOf {
    match (above.unit(), below.unit()) {
        (one, other) if one == other => UnitOf::Ratio,
        (UnitOf::Currency, _) => UnitOf::Currency,
        _ => UnitOf::Number,
    }
}

/// The columns of a value, list or comparison.
pub(super) fn of(plan: &Plan, metrics: &[Metric]) -> Vec<Column> {
    let mut columns = Vec::new();
    let listed = if plan.together { &[] } else { plan.dimensions.as_slice() };
    for (at, dimension) in listed.iter().enumerate() {
        let dimension = Some(dimension.clone());
        let label = match dimension {
            Some(Dimension::Product) => Some("product"),
            Some(Dimension::Customer) => Some("name"),
            _ => None,
        };
        columns.push(Column { dimension: dimension.clone(), ..Column::new(key_name(plan, at), Role::Key) });
        columns.extend(label.map(|name| Column { dimension, ..Column::new(name, Role::Label) }));
    }
    if plan.grain.is_some() {
        columns.push(Column::new("period", Role::Period));
    }
    let compared = plan.compared_with.is_some();
    for metric in metrics {
        let name = metric.name();
        columns.push(Column::of_metric(name, Role::Figure, *metric));
        if compared {
            columns.push(Column::of_metric(format!("{name}_before"), Role::Before, *metric));
            columns.push(Column::of_metric(format!("{name}_change"), Role::Change, *metric));
        }
    }
    if let (true, [above, below, ..]) = (plan.ratio, plan.metrics.as_slice()) {
        let unit = ratio_unit(*above, *below);
        columns.push(Column::new("ratio", Role::Ratio).with_unit(unit));
        if compared {
            columns.push(Column::new("ratio_before", Role::RatioBefore).with_unit(unit));
        }
    }
    let alone = !plan.is_list();
    if plan.share {
        if alone {
            columns.push(Column::of_metric(format!("{}_whole", plan.metric().name()), Role::Whole, plan.metric()));
        }
        columns.push(Column::new("share", Role::Share).with_unit(UnitOf::Ratio));
        if alone && compared {
            columns.push(Column::new("share_before", Role::ShareBefore).with_unit(UnitOf::Ratio));
        }
    }
    if alone && plan.average_per.is_some() {
        columns.push(Column::new("steps", Role::Steps));
    }
    if alone {
        columns.push(Column::new("records", Role::Records));
    }
    columns
}
