//! All of it for each customer.

use super::{
    churn::ChurnScale,
    correlation::correlation,
    gamma_gamma::{GammaGamma, Spend},
    history::{Group, History, WEEK},
    model::OrderModel,
    next_order::next_order,
    reason::Reason,
};
use crate::cores;

/// Histories that a thread takes at a time.
const CHUNK: usize = 512;

/// What a customer is expected to do within the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CustomerValue {
    /// Which customer.
    pub customer: u32,
    /// Expected orders (days with an order).
    pub expected_purchases: f64,
    /// The expected value of one order, in the currency.
    pub expected_order_value: f64,
    /// The expected value of all of them, discounted if so asked, in the currency.
    pub predicted_clv: f64,
    /// The risk of no order, 0 to 1; it ranks by the purchases expected over the same time: see [`ChurnScale`].
    pub churn_risk: f64,
    /// The model's probability that the customer will ever order again. Not for ranking.
    pub p_alive: f64,
    /// Days from the moment of looking to the middle of where the next order is expected; none where the customer has more likely left
    /// than not, so that none is to be expected.
    pub next_order_days: Option<f64>,
}

/// How the value of one order is foreseen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SpendModel {
    /// Gamma-Gamma.
    GammaGamma(GammaGamma),
    /// The customer's mean, drawn to the mean of all as if it had been seen in `weight` more orders: where Gamma-Gamma does
    /// not fit or has no mean.
    Shrunk {
        /// The mean of all orders, in the currency.
        mean: f64,
        /// How many orders that mean counts for.
        weight: f64,
    },
}

/// The models of one shop at one moment.
#[derive(Debug, Clone)]
pub struct ValueModel {
    /// How often.
    pub orders: OrderModel,
    /// For how much.
    pub spend: SpendModel,
    /// Why the spend is not by Gamma-Gamma, where it is not.
    pub spend_reason: Option<Reason>,
    /// The correlation of customers' numbers of orders and mean values: Gamma-Gamma takes it for 0. None if not defined.
    pub spend_correlation: Option<f64>,
    /// How evenly customers order: see [`regularity`](super::regularity()).
    pub regularity: f64,
}

/// Customers with a value that are enough for Gamma-Gamma, and the most that it is fitted to.
const ENOUGH_SPENDERS: usize = 25;
const MOST_SPENDERS: usize = 200_000;
/// The chance of being a customer still from which on a next order is expected.
const STAYED: f64 = 0.5;
/// Into so many steps a horizon is cut for discounting.
const STEPS: u32 = 12;
const WEEKS_OF_YEAR: f64 = 365.25 / WEEK;

impl ValueModel {
    /// Fits the models to histories and to the regularity of [`super::histories`]. Any input gives a model: where it is too
    /// little the reasons say so.
    pub fn fit(histories: &[History], regularity: f64) -> Self {
        // Who gave all back tells nothing about the value of an order.
        let spenders: Vec<Spend> = histories
            .iter()
            .filter(|h| h.mean_value > 0.0)
            .map(|h| Spend { orders: h.orders(), mean: h.mean_value })
            .collect();
        let (spend, spend_reason) = fit_spend(&spenders);
        Self {
            orders: OrderModel::fit(histories),
            spend,
            spend_reason,
            spend_correlation: correlation(spenders.iter().map(|s| (s.orders, s.mean))),
            regularity,
        }
    }

    /// The expected value of an order of this customer, in the currency; never below 0.
    pub fn order_value(&self, history: &History) -> f64 {
        let (orders, mean) = (history.orders(), history.mean_value.max(0.0));
        match self.spend {
            SpendModel::GammaGamma(model) => model.expected(orders, mean).unwrap_or(mean),
            SpendModel::Shrunk { mean: all, weight } => (orders * mean + weight * all) / (orders + weight),
        }
    }

    /// What each customer is expected to do in the next `horizon_days`. `yearly_discount` is what a year takes off: 0.1 for
    /// a tenth; 0 for money that does not age.
    pub fn values(&self, histories: &[History], horizon_days: f64, yearly_discount: f64) -> Vec<CustomerValue> {
        self.values_and_risks(histories, horizon_days, horizon_days, yearly_discount)
    }

    /// The same with risks of no order in the next `risk_days`, which may be others than those that value is expected in.
    pub fn values_and_risks(
        &self,
        histories: &[History],
        horizon_days: f64,
        risk_days: f64,
        yearly_discount: f64,
    ) -> Vec<CustomerValue> {
        let (weeks, risk_weeks) = (horizon_days.max(0.0) / WEEK, risk_days.max(0.0) / WEEK);
        let discount = if yearly_discount > 0.0 && yearly_discount < 1.0 { yearly_discount } else { 0.0 };
        // Customers of one history share their figures.
        let key = |&i: &usize| {
            let history = &histories[i];
            (history.repeats, history.recency_days.min(history.age_days), history.age_days)
        };
        let mut sorted: Vec<usize> = (0..histories.len()).collect();
        sorted.sort_unstable_by_key(key);
        let mut different: Vec<(&History, f64)> = Vec::new();
        let mut places = vec![0; histories.len()];
        for same in sorted.chunk_by(|a, b| key(a) == key(b)) {
            for &i in same {
                places[i] = different.len();
            }
            different.extend(same.first().map(|&i| (&histories[i], same.len() as f64)));
        }
        let figures = cores::map(
            different.len(),
            CHUNK,
            || (),
            |(), place| {
                let (history, customers) = different[place];
                self.figures(history, customers, (weeks, risk_weeks), discount)
            },
        );
        let scale: Vec<_> = figures.iter().map(|f| (f.customers, f.expected_at_risk, f.p_none)).collect();
        let scale = ChurnScale::fit(&scale);
        let value = |(history, place): (&History, usize)| {
            let figures = &figures[place];
            let expected_order_value = self.order_value(history);
            CustomerValue {
                customer: history.customer,
                expected_purchases: figures.expected,
                expected_order_value,
                predicted_clv: figures.discounted * expected_order_value,
                churn_risk: scale.risk(figures.expected_at_risk),
                p_alive: figures.p_alive,
                next_order_days: figures.next_order_days,
            }
        };
        histories.iter().zip(places).map(value).collect()
    }

    fn figures(&self, history: &History, customers: f64, (weeks, risk_weeks): (f64, f64), discount: f64) -> Figures {
        let (age, recency) = (history.age(), history.recency().min(history.age()));
        let group = Group { repeats: history.repeats, recency, age, customers };
        let expected = self.orders.expected(&group, weeks);
        let p_alive = self.orders.p_alive(&group);
        let next = next_order(self.orders.rates(), self.regularity, &group, 0.5).filter(|_| p_alive >= STAYED);
        Figures {
            customers,
            expected,
            discounted: if discount > 0.0 { self.discounted(&group, weeks, discount) } else { expected },
            expected_at_risk: if risk_weeks == weeks { expected } else { self.orders.expected(&group, risk_weeks) },
            p_none: self.orders.p_none(&group, risk_weeks),
            p_alive,
            next_order_days: next.map(|weeks| weeks * WEEK),
        }
    }

    /// Expected orders, each worth less by the time it comes: the horizon in twelve steps, each at its middle.
    fn discounted(&self, group: &Group, weeks: f64, discount: f64) -> f64 {
        let (mut sum, mut before) = (0.0, 0.0);
        for step in 0..STEPS {
            let end = weeks * f64::from(step + 1) / f64::from(STEPS);
            let middle = weeks * (f64::from(step) + 0.5) / f64::from(STEPS);
            let orders = self.orders.expected(group, end);
            sum += (orders - before) * (1.0 - discount).powf(middle / WEEKS_OF_YEAR);
            before = orders;
        }
        sum
    }
}

/// What customers of one history have in common.
struct Figures {
    customers: f64,
    expected: f64,
    discounted: f64,
    /// Over the days of the risk, as is the next.
    expected_at_risk: f64,
    p_none: f64,
    p_alive: f64,
    next_order_days: Option<f64>,
}

/// Gamma-Gamma where it fits, and otherwise a mean drawn to the mean of all.
fn fit_spend(spenders: &[Spend]) -> (SpendModel, Option<Reason>) {
    let orders: f64 = spenders.iter().map(|s| s.orders).sum();
    let total: f64 = spenders.iter().map(|s| s.orders * s.mean).sum();
    let mean = if orders > 0.0 { total / orders } else { 0.0 };
    let shrunk = SpendModel::Shrunk { mean, weight: 2.0 };
    if spenders.is_empty() {
        return (shrunk, Some(Reason::NoSpend));
    }
    if spenders.len() < ENOUGH_SPENDERS {
        return (shrunk, Some(Reason::FewCustomers));
    }
    let every = spenders.len().div_ceil(MOST_SPENDERS);
    let fit = GammaGamma::fit(&spenders.iter().copied().step_by(every).collect::<Vec<_>>());
    let [p, q, gamma] = fit.parameters;
    if fit.proper && q > 1.0 {
        (SpendModel::GammaGamma(GammaGamma { p, q, gamma }), None)
    } else {
        (shrunk, Some(Reason::Unclear))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_may_be_of_other_days_than_values() {
        let history = |n: u32| History {
            customer: n,
            repeats: n % 5,
            recency_days: n % 5 * 30,
            age_days: 160 + n % 90,
            mean_value: 20.0,
        };
        let histories: Vec<History> = (0..200).map(history).collect();
        let model = ValueModel::fit(&histories, 1.0);
        let (year, quarter) = (model.values(&histories, 365.0, 0.0), model.values(&histories, 90.0, 0.0));
        let both = model.values_and_risks(&histories, 365.0, 90.0, 0.0);
        for ((both, year), quarter) in both.iter().zip(&year).zip(&quarter) {
            assert_eq!(both.churn_risk, quarter.churn_risk);
            assert_eq!(CustomerValue { churn_risk: year.churn_risk, ..*both }, *year);
        }
        // Less time, fewer orders: of all together, as each horizon has a scale of its own.
        let all = |values: &[CustomerValue]| values.iter().map(|value| value.churn_risk).sum::<f64>();
        assert!(all(&quarter) > all(&year));
    }

    #[test]
    fn who_has_left_has_no_next_order() {
        // Many customers of all sorts, and one of 209 orders who has been silent for a year and a half.
        let mut histories: Vec<History> = (0..300_u32)
            .map(|n| History {
                customer: n,
                repeats: n % 7,
                recency_days: n % 7 * 20,
                age_days: 150 + n % 200,
                mean_value: 30.0,
            })
            .collect();
        histories.push(History { customer: 300, repeats: 208, recency_days: 400, age_days: 950, mean_value: 50.0 });
        histories.push(History { customer: 301, repeats: 40, recency_days: 400, age_days: 405, mean_value: 50.0 });
        let values = ValueModel::fit(&histories, 1.0).values(&histories, 365.0, 0.0);
        let (gone, here) = (&values[300], &values[301]);
        assert!(gone.p_alive < 0.5 && gone.next_order_days.is_none(), "{gone:?}");
        assert!(here.p_alive > 0.5 && here.next_order_days.is_some(), "{here:?}");
    }
}
