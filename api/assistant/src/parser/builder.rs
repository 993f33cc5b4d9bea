//! A plan in the making: what it is made from, what is assumed and offered on the way, and its last touches.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::compile::narrows;
use kupets_semantic::plan::{Filter, Intent, Operator, Plan, PlanPeriod, Subject};

use super::asked::{Asked, Choice};
use super::reading::Reading;
use super::scan::Scan;
use crate::language::Language;

/// Choices offered at most.
pub(super) const MOST_CHOICES: usize = 6;

/// A plan in the making.
pub(super) struct Builder<'a> {
    pub asked: &'a Asked<'a>,
    pub language: Language,
    pub scan: &'a Scan,
    pub reading: Reading,
    pub assumed: Vec<String>,
    pub alternatives: Vec<Choice>,
    pub choices: Vec<Choice>,
    /// A value of a dimension that no record has.
    pub unrecorded: Option<Filter>,
    /// The words of a comparison moved the period.
    pub moved: bool,
    /// The plan continues the one before.
    pub followed: bool,
    /// A list of before becomes its number.
    pub uncut: bool,
    /// A list of before is shown down to a place that was asked for.
    pub placed: bool,
}

/// Why there is no plan.
pub(super) enum Stop {
    /// A question back.
    Ask(String),
    /// It is not in the data.
    Unsupported(String),
    /// Nothing was asked.
    Help,
}

impl<'a> Builder<'a> {
    pub(super) fn new(asked: &'a Asked<'a>, language: Language, scan: &'a Scan, reading: Reading) -> Self {
        Self {
            asked,
            language,
            scan,
            reading,
            assumed: Vec::new(),
            alternatives: Vec::new(),
            choices: Vec::new(),
            unrecorded: None,
            moved: false,
            followed: false,
            uncut: false,
            placed: false,
        }
    }

    pub(super) fn say(&self, ru: &str, en: &str) -> String {
        self.language.pick(ru, en).to_owned()
    }

    pub(super) fn assume(&mut self, ru: &str, en: &str) {
        let text = self.say(ru, en);
        if !self.assumed.contains(&text) {
            self.assumed.push(text);
        }
    }

    pub(super) fn offer(&mut self, label: String, plan: Plan) {
        self.alternatives.push(Choice { id: String::new(), label, plan });
    }

    pub(super) fn choose(&mut self, label: String, plan: Plan) {
        self.choices.push(Choice { id: String::new(), label, plan });
    }

    pub(super) fn guess_metric(&mut self, plan: &mut Plan) {
        // "Weeks with more than 600 orders" are told by what they are chosen by.
        let chosen = plan.filters.iter().find_map(|filter| filter.metric());
        if let Some(metric) =
            chosen.filter(|_| plan.grain.is_some() && plan.dimensions.is_empty() && plan.is_statement())
        {
            plan.metrics = vec![metric];
            return;
        }
        plan.metrics = vec![Metric::Revenue];
        self.reading.guessed_metric = true;
    }

    pub(super) fn guessed(&mut self, plan: &Plan) {
        let names = plan.metric().definition().names;
        self.assume(
            &format!("показатель не назван прямо: взят «{}»", names.ru),
            &format!("no metric was named outright: “{}” was taken", names.en),
        );
        if !self.alternatives.iter().any(|choice| choice.plan.metrics != plan.metrics) {
            for metric in [Metric::Revenue, Metric::Orders, Metric::Units] {
                let mut other = plan.clone();
                other.metrics = vec![metric];
                if let Some(order) = other.order.as_mut().filter(|order| order.by == plan.metric().name()) {
                    metric.name().clone_into(&mut order.by);
                }
                if metric != plan.metric() && other.check(self.asked.calendar).is_ok() {
                    let names = metric.definition().names;
                    self.offer(self.say(names.ru, names.en), other);
                }
            }
        }
    }

    /// What is worked out for the whole shop takes no filters: they go, and that is told.
    fn drop_filters(&mut self, plan: &mut Plan) {
        let intent = plan.intent;
        let takes = |filter: &Filter| {
            let one = filter.op == Operator::In && filter.values.len() == 1;
            match (intent, filter.dimension()) {
                // A change is explained among the records that were asked about.
                (Intent::Explain, _) => narrows(filter),
                (
                    Intent::Customer | Intent::Offer | Intent::Recommend | Intent::Plan | Intent::Churn | Intent::Clv,
                    Some(Dimension::Customer),
                ) => one,
                (Intent::Basket, Some(Dimension::Product)) => one,
                (
                    Intent::Forecast,
                    Some(Dimension::Product | Dimension::Category | Dimension::Channel | Dimension::Segment),
                ) => one,
                _ => false,
            }
        };
        let before = plan.filters.len();
        let of_data = plan.filters.iter().any(|filter| !takes(filter) && filter.dimension().is_some());
        plan.filters.retain(takes);
        if before > plan.filters.len() && of_data {
            self.assume(
                "такой ответ даётся по всему магазину: отбор не учтён",
                "this is worked out for the whole shop: the filter was left out",
            );
        }
    }

    /// The last touches: a metric where none was said, the intent by the shape, what was taken for granted.
    pub(super) fn finish(&mut self, plan: &mut Plan) {
        if !plan.is_statement() || plan.intent == Intent::Rows {
            plan.average_per = None;
            plan.limit_each = false;
            plan.together = false;
        }
        if !plan.is_statement() {
            let of_metric = matches!(plan.intent, Intent::Explain | Intent::Forecast);
            if !of_metric {
                plan.metrics.clear();
            }
            if plan.intent != Intent::Explain {
                plan.dimensions.clear();
            }
            self.drop_filters(plan);
            if plan.intent == Intent::Forecast {
                plan.metrics.truncate(1);
            }
        } else if plan.metrics.is_empty() {
            if plan.filter_on(&Dimension::Kind).is_some() {
                plan.metrics = vec![Metric::Interactions];
            } else if let Some(metric) = plan.filters.iter().find_map(|filter| filter.metric()) {
                // "Customers with at least five orders" are told by their orders.
                plan.metrics = vec![metric];
            } else if plan.filter_on(&Dimension::Segment).is_some() && plan.dimensions.is_empty() {
                plan.metrics = vec![Metric::Revenue];
                plan.dimensions = vec![Dimension::Customer];
            } else {
                self.guess_metric(plan);
            }
        }
        // A period without words of its own belongs to the plan before: "compared" stays as it was.
        if plan.intent != Intent::Rows && plan.is_statement() {
            let listed = plan.is_list();
            plan.intent = match (plan.compared_with.is_some(), listed) {
                (true, _) => Intent::Compare,
                (false, true) => Intent::List,
                (false, false) => Intent::Value,
            };
            if !listed && !plan.together {
                plan.limit = None;
                plan.order = None;
            }
        }
        if self.reading.guessed_metric
            && (plan.is_statement() || matches!(plan.intent, Intent::Explain | Intent::Forecast))
        {
            self.guessed(plan);
        }
        let amount = plan.filters.iter().any(|filter| filter.field == Subject::OrderAmount);
        if amount && plan.metrics == [Metric::Revenue] && self.reading.metrics.is_empty() {
            plan.metrics = vec![Metric::Orders];
        }
        if plan.period == PlanPeriod::default() && plan.period.label.is_empty() {
            plan.period.label = self.say("за всё время", "all time");
        }
    }
}
