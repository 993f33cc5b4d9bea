//! What the model says: names of the catalogue and ids that were handed to it, nothing of its own. There is no place in it for a
//! date, a number or a name.

use serde::{Deserialize, Serialize};

use kupets_semantic::period::Unit;
use kupets_semantic::plan::{Intent, Operator};

/// Which branch it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Branch {
    Plan,
    Clarify,
    Unsupported,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pick {
    /// `name` for a value, otherwise a metric or `order_amount`.
    pub of: String,
    pub op: Operator,
    /// `v1` or `n1`.
    pub value: String,
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sorted {
    #[default]
    None,
    Best,
    Worst,
}

/// A step in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    #[default]
    None,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}

impl Step {
    pub fn unit(self) -> Option<Unit> {
        Some(match self {
            Self::None => return None,
            Self::Hour => Unit::Hour,
            Self::Day => Unit::Day,
            Self::Week => Unit::Week,
            Self::Month => Unit::Month,
            Self::Quarter => Unit::Quarter,
            Self::HalfYear => Unit::HalfYear,
            Self::Year => Unit::Year,
        })
    }

    pub fn of(unit: Option<Unit>) -> Self {
        match unit {
            None | Some(Unit::Minute) => Self::None,
            Some(Unit::Hour) => Self::Hour,
            Some(Unit::Day) => Self::Day,
            Some(Unit::Week) => Self::Week,
            Some(Unit::Month) => Self::Month,
            Some(Unit::Quarter) => Self::Quarter,
            Some(Unit::HalfYear) => Self::HalfYear,
            Some(Unit::Year) => Self::Year,
        }
    }
}

/// A proposal. Its fields stand in the order of the schema: the deciding ones first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub kind: Branch,
    pub intent: Intent,
    /// It edits the plan before.
    pub continues: bool,
    pub metrics: Vec<String>,
    pub dimensions: Vec<String>,
    /// `p1`, `all` or `none`.
    pub period: String,
    pub compared: bool,
    pub grain: Step,
    pub filters: Vec<Pick>,
    pub order: Sorted,
    /// `n1` or `none`.
    pub limit: String,
    pub share: bool,
}

/// The place that an id such as `v3` names.
pub(super) fn place(id: &str, letter: char) -> Option<usize> {
    let number: usize = id.strip_prefix(letter)?.parse().ok()?;
    number.checked_sub(1)
}
