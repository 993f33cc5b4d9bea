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
        for (name, unit) in [("grain", self.grain), ("average_per", self.average_per)] {
            if unit == Some(Unit::Minute) {
                return Err(Fault::new(name, "is too fine: the finest is hour"));
            }
        }
        Ok(())
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
        if let Some((metric, dimension)) = self.counted_by_itself() {
            let message = format!("{} by {dimension} are one each: name another figure", metric.name());
            return Err(Fault::new("dimensions", message));
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
        self.check_average(metric)?;
        self.check_groups(metric)?;
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

    fn check_average(&self, metric: Metric) -> Result<(), Fault> {
        let Some(unit) = self.average_per else { return Ok(()) };
        // What takes steps out as a whole must be a part of the period: then it is known how many are left.
        let cuts = |dimension: &Dimension| match dimension {
            Dimension::Weekday => unit <= Unit::Day,
            Dimension::Hour => unit < Unit::Day,
            Dimension::MonthOfYear => true,
            _ => false,
        };
        if self.filters.iter().filter_map(Filter::dimension).any(cuts) {
            return Err(Fault::new("average_per", "cannot stand beside a filter that takes whole steps out"));
        }
        let cycle = |dimension: &Dimension| match dimension {
            Dimension::Weekday => unit > Unit::Day,
            Dimension::Hour => unit < Unit::Day,
            Dimension::MonthOfYear => !matches!(unit, Unit::Hour | Unit::Day | Unit::Month),
            _ => false,
        };
        if self.dimensions.iter().any(cycle) {
            return Err(Fault::new("average_per", "cannot be of steps that do not lie within what is listed"));
        }
        if self.dimensions.contains(&Dimension::Weekday) && self.dimensions.contains(&Dimension::MonthOfYear) {
            return Err(Fault::new("average_per", "takes one cycle of days or months only"));
        }
        if self.grain.is_some() || self.share || self.ratio || self.together {
            return Err(Fault::new(
                "average_per",
                "cannot stand beside a grain, a share, a ratio or a total of a list",
            ));
        }
        if self.metrics.iter().any(|metric| metric.is_quotient()) {
            return Err(Fault::new(
                "average_per",
                format!("cannot be of {}, which is a quotient already", metric.name()),
            ));
        }
        Ok(())
    }

    fn check_groups(&self, metric: Metric) -> Result<(), Fault> {
        let keys = self.dimensions.len() + usize::from(self.grain.is_some());
        if self.limit_each && (self.limit.is_none() || keys < 2 || self.dimensions.is_empty() || self.share) {
            let message = "needs a limit, a dimension to list and another key to group by, and no shares";
            return Err(Fault::new("limit_each", message));
        }
        if !self.together {
            return Ok(());
        }
        let plain = self.metrics.len() == 1 && !self.ratio && !self.limit_each && self.compared_with.is_none();
        if self.limit.is_none() || self.dimensions.is_empty() || self.grain.is_some() || !plain {
            let message =
                "needs a limit, a dimension and one metric, and nothing that it is compared with or cut by in time";
            return Err(Fault::new("together", message));
        }
        if !self.parts(metric) {
            return Err(Fault::new("together", format!("{} do not add up over these dimensions", metric.name())));
        }
        Ok(())
    }

    /// A metric that counts what it is listed by, so that each would be one: customers by customer.
    pub fn counted_by_itself(&self) -> Option<(Metric, &Dimension)> {
        let listed = |metric: Metric| self.dimensions.iter().find(|dimension| dimension.is_counted_by(metric));
        self.metrics.iter().find_map(|metric| Some((*metric, listed(*metric)?))).filter(|_| !self.ratio)
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
