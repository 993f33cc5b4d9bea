//! A measured figure, and what it is held against.

use std::{fmt, time::Duration};

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Nothing: it is shown and not judged.
    Shown,
    /// This.
    Exactly(f64),
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
    /// The first, the second, or between them.
    Between(f64, f64),
}

impl Goal {
    /// Within a share of a value: `near(100.0, 0.01)` is 99 to 101.
    #[must_use]
    pub fn near(value: f64, share: f64) -> Self {
        let off = value.abs() * share;
        Self::Between(value - off, value + off)
    }

    fn held(self, value: f64) -> Option<bool> {
        Some(match self {
            Self::Shown => return None,
            // The same number, not about the same: counts and totals.
            Self::Exactly(goal) => value.to_bits() == goal.to_bits(),
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
            Self::Above(goal) => value > goal,
            Self::Below(goal) => value < goal,
            Self::Between(low, high) => (low..=high).contains(&value),
        })
    }
}

/// A measured figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is, with its unit unless it is a number or a share.
    pub what: String,
    /// The value.
    pub value: f64,
    /// Digits after the point that mean something.
    pub digits: usize,
    /// What it should be.
    pub goal: Goal,
    /// Where the goal comes from, and what others reach; empty if there is nothing to say.
    pub source: String,
}

impl Figure {
    /// A figure of four digits.
    pub fn new(what: impl Into<String>, value: f64, goal: Goal, source: impl Into<String>) -> Self {
        Self { what: what.into(), value, digits: 4, goal, source: source.into() }
    }

    /// A count. Above 2^53 it would be rounded; nothing here is.
    pub fn count(what: impl Into<String>, value: usize, goal: Goal, source: impl Into<String>) -> Self {
        Self { digits: 0, ..Self::new(what, value as f64, goal, source) }
    }

    /// A time, in seconds. It has no goal: times are the machine's.
    pub fn seconds(what: impl Into<String>, value: Duration, source: impl Into<String>) -> Self {
        Self { digits: 3, ..Self::new(format!("{}, s", what.into()), value.as_secs_f64(), Goal::Shown, source) }
    }

    /// The same with so many digits after the point.
    #[must_use]
    pub fn digits(self, digits: usize) -> Self {
        Self { digits, ..self }
    }

    /// Whether it is what it should be; none if it is only shown.
    #[must_use]
    pub fn held(&self) -> Option<bool> {
        self.goal.held(self.value)
    }

    /// The value as people read it.
    #[must_use]
    pub fn value_text(&self) -> String {
        number(self.value, self.digits)
    }

    /// The goal as people read it; empty if there is none. It has all digits that were asked for, the value may have fewer.
    #[must_use]
    pub fn goal_text(&self) -> String {
        let text = |value| number(value, self.digits);
        match self.goal {
            Goal::Shown => String::new(),
            Goal::Exactly(goal) => format!("= {}", text(goal)),
            Goal::AtLeast(goal) => format!("at least {}", text(goal)),
            Goal::AtMost(goal) => format!("at most {}", text(goal)),
            Goal::Above(goal) => format!("above {}", text(goal)),
            Goal::Below(goal) => format!("below {}", text(goal)),
            Goal::Between(low, high) => format!("{} to {}", text(low), text(high)),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.value_text())?;
        let goal = self.goal_text();
        match self.held() {
            Some(true) => write!(f, " ({goal})"),
            Some(false) => write!(f, " ({goal}: NOT HELD)"),
            None => Ok(()),
        }
    }
}

/// 1234567.891 with one digit as `1,234,567.9`.
fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    // A rounded zero has no sign.
    let negative = value < 0.0 && text.contains(|digit| matches!(digit, '1'..='9'));
    format!("{}{grouped}{fraction}", if negative { "-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_hold_at_their_ends() {
        let held = |value, goal| Figure::new("", value, goal, "").held();
        assert_eq!(held(3.0, Goal::Shown), None);
        for (value, goal) in [
            (3.0, Goal::Exactly(3.0)),
            (3.0, Goal::AtLeast(3.0)),
            (3.0, Goal::AtMost(3.0)),
            (3.0, Goal::Between(3.0, 4.0)),
            (-99.0, Goal::near(-100.0, 0.01)),
        ] {
            assert_eq!(held(value, goal), Some(true), "{value} {goal:?}");
        }
        for goal in [Goal::Exactly(3.1), Goal::Above(3.0), Goal::Below(3.0), Goal::near(3.2, 0.05)] {
            assert_eq!(held(3.0, goal), Some(false), "{goal:?}");
        }
        // What could not be computed is never good.
        for goal in [Goal::Exactly(0.0), Goal::AtLeast(0.0), Goal::AtMost(0.0), Goal::Between(-1.0, 1.0)] {
            assert_eq!(held(f64::NAN, goal), Some(false), "{goal:?}");
        }
    }

    #[test]
    fn figures_as_people_read_them() {
        let figure = Figure::new("log-likelihood", -9582.428, Goal::AtLeast(-9582.43), "").digits(2);
        assert_eq!(figure.to_string(), "log-likelihood: -9,582.43 (at least -9,582.43)");
        let figure = Figure::count("rules", 52_360, Goal::Exactly(52_359.0), "");
        assert_eq!(figure.to_string(), "rules: 52,360 (= 52,359: NOT HELD)");
        assert_eq!(Figure::seconds("fit", Duration::from_millis(1500), "").to_string(), "fit, s: 1.500");
        assert_eq!(Figure::new("change", -0.000_01, Goal::Shown, "").value_text(), "0.0000");
    }
}
