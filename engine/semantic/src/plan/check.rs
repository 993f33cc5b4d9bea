//! Whether a plan can be worked out, with errors that name the field: a plan may come edited, or from a model.

use crate::catalogue::{Dimension, Metric};
use crate::period::{Calendar, Unit};
use crate::text::{numbers, tokenize};

use super::{Fault, Filter, Intent, MAX_LIMIT, Operator, Plan, Subject};

impl Plan {
    /// Whether it can be worked out.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, calendar: &Calendar) -> Result<(), Fault> {
        self.check_time(calendar)?;
        if let Some(limit) = self.limit
            && !(1..=MAX_LIMIT).contains(&limit)
        {
            return Err(Fault::new("limit", format!("is {limit}; it may be 1 to {MAX_LIMIT}")));
        }
        if let Some(code) = &self.currency
            && !(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            return Err(Fault::new("currency", "is not a code of three capital letters, such as EUR"));
        }
        for (at, filter) in self.filters.iter().enumerate() {
            check_filter(filter).map_err(|fault| Fault { field: format!("filters[{at}].{}", fault.field), ..fault })?;
        }
        if !self.is_statement() {
            return Ok(());
        }
        self.check_figures()
    }

    fn check_time(&self, calendar: &Calendar) -> Result<(), Fault> {
        for (name, period) in [("period", Some(&self.period)), ("compared_with", self.compared_with.as_ref())] {
            let Some(period) = period else { continue };
            if let (Some(from), Some(to)) = (period.begin(calendar), period.end(calendar))
                && from > to
            {
                return Err(Fault::new(format!("{name}.to"), "is before `from`"));
            }
        }
        if self.period.future && self.is_statement() {
            return Err(Fault::new("period", "is still to come: ask for a forecast"));
        }
        match self.grain {
            Some(Unit::Minute) => Err(Fault::new("grain", "is too fine: the finest is hour")),
            _ => Ok(()),
        }
    }

    fn check_figures(&self) -> Result<(), Fault> {
        if self.metrics.is_empty() && self.intent != Intent::Rows {
            return Err(Fault::new("metrics", "names no metric"));
        }
        if self.metrics.len() > 8 || self.dimensions.len() > 3 {
            let field = if self.metrics.len() > 8 { "metrics" } else { "dimensions" };
            return Err(Fault::new(field, "are too many: 8 metrics and 3 dimensions at most"));
        }
        if repeats(&self.metrics) || repeats(&self.dimensions) {
            return Err(Fault::new("metrics", "or dimensions name the same thing twice"));
        }
        let talks = |metric: Metric| metric == Metric::Interactions;
        if self.metrics.iter().any(|metric| talks(*metric)) && self.metrics.iter().any(|metric| !talks(*metric)) {
            return Err(Fault::new("metrics", "mix interactions and sales, which are different records"));
        }
        let metric = self.metric();
        let filtered = self.filters.iter().filter_map(Filter::dimension);
        for dimension in self.dimensions.iter().chain(filtered) {
            if !dimension.fits(metric) {
                return Err(Fault::new("dimensions", format!("{} cannot be cut by {dimension}", metric.name())));
            }
        }
        if self.ratio && self.metrics.len() != 2 {
            return Err(Fault::new("metrics", "of a ratio are two"));
        }
        if self.share && metric.is_quotient() {
            return Err(Fault::new("share", format!("{} is a quotient already", metric.name())));
        }
        if self.share && !self.dimensions.is_empty() && !self.parts(metric) {
            return Err(Fault::new(
                "share",
                format!("{} do not add up over these dimensions, so a share has no whole", metric.name()),
            ));
        }
        if let Some(order) = &self.order {
            const OTHERS: [&str; 6] = ["change", "change_ratio", "share", "ratio", "period", "key"];
            let known = OTHERS.contains(&order.by.as_str())
                || self.metrics.iter().any(|metric| metric.name() == order.by)
                || self.filters.iter().any(|filter| filter.metric().is_some_and(|metric| metric.name() == order.by));
            if !known {
                return Err(Fault::new("order.by", format!("`{}` is not a column of the answer", order.by)));
            }
        }
        Ok(())
    }

    /// Whether the parts of that metric by the dimensions add up to the whole.
    pub fn parts(&self, metric: Metric) -> bool {
        let of_lines = self.dimensions.iter().any(Dimension::of_lines);
        match metric {
            Metric::Orders | Metric::NewCustomers => !of_lines,
            Metric::Customers | Metric::ReturningCustomers => self.dimensions.iter().all(|dimension| {
                matches!(
                    dimension,
                    Dimension::Customer | Dimension::Segment | Dimension::Lifecycle | Dimension::CustomerKind
                )
            }),
            other => other.adds_up(),
        }
    }
}

fn repeats<T: PartialEq>(all: &[T]) -> bool {
    all.iter().enumerate().any(|(at, one)| all[..at].contains(one))
}

pub(crate) fn check_filter(filter: &Filter) -> Result<(), Fault> {
    let takes = filter.takes();
    if !takes.contains(&filter.values.len()) {
        return Err(Fault::new("values", format!("are {}, which {:?} cannot take", filter.values.len(), filter.op)));
    }
    if filter.values.iter().any(|value| value.len() > 1_024) {
        return Err(Fault::new("values", "have one that is longer than 1024 bytes"));
    }
    let counted =
        matches!(filter.field, Subject::Dimension(Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear));
    if filter.field.is_number() || counted {
        if filter.field.is_number() && matches!(filter.op, Operator::Missing | Operator::Present) {
            return Err(Fault::new("op", "does not fit a number"));
        }
        if let Some(value) = filter.values.iter().find(|value| decimal(value).is_none()) {
            return Err(Fault::new("values", format!("`{value}` is not a number")));
        }
    } else if !matches!(filter.op, Operator::In | Operator::NotIn | Operator::Missing | Operator::Present) {
        return Err(Fault::new("op", "does not fit a text: use in, not_in, missing or present"));
    }
    Ok(())
}

/// A decimal as filters have it: digits and a point.
pub(crate) fn decimal(text: &str) -> Option<numbers::Number> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || digits.len() > 18 || digits.split('.').count() > 2 {
        return None;
    }
    let tokens = tokenize(digits);
    let (number, end) = numbers::number(&tokens, 0)?;
    (end == tokens.len()).then_some(numbers::Number { digits: number.digits * sign, ..number })
}
