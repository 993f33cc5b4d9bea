//! Which model of ordering, and what it says with little data.

use super::{
    Reason,
    bg_nbd::BgNbd,
    history::{Group, History, group, thin},
    likelihood::{Fitted, Prior},
    pareto_nbd::{Nodes, ParetoNbd},
};

/// A model of how often customers order.
#[derive(Debug, Clone)]
pub enum Model {
    /// BG/NBD, or MBG/NBD.
    BgNbd(BgNbd),
    /// Pareto/NBD, and the points for its integrals.
    ParetoNbd(ParetoNbd, Nodes),
}

/// The model that fits best, and how it was found.
#[derive(Debug, Clone)]
pub struct OrderModel {
    /// The model.
    pub model: Model,
    /// Why it is not the plain maximum of the likelihood, where it is not.
    pub reason: Option<Reason>,
    /// The logarithms of the likelihood of each candidate, BG/NBD, MBG/NBD and Pareto/NBD, on the customers of the choice.
    /// All have four parameters, so that the greatest is also the best by AIC and by BIC.
    pub candidates: Vec<(&'static str, f64)>,
}

/// Customers, and customers with a repeat order, that make a likelihood worth trusting alone.
const ENOUGH_CUSTOMERS: usize = 100;
const ENOUGH_REPEATERS: usize = 25;
/// Customers that choose the model, and customers that fit it. More do not move the parameters within their error.
const FOR_CHOICE: f64 = 5_000.0;
const FOR_FIT: f64 = 200_000.0;

impl OrderModel {
    /// The best of BG/NBD, MBG/NBD and Pareto/NBD for these customers.
    ///
    /// With fewer than 100 customers, or 25 who came again, and where a parameter runs away (in some shops nobody leaves),
    /// it is MBG/NBD near a prior instead: parameters as of a usual shop, and the shop's own rate of orders. Each
    /// parameter may still go where the data want it; the prior weighs about as much as one customer.
    pub fn fit(histories: &[History]) -> Self {
        let groups = group(histories);
        let repeaters = histories.iter().filter(|h| h.repeats > 0).count();
        let few = match (histories.len(), repeaters) {
            (0, _) => Some(Reason::NoCustomers),
            (_, 0) => Some(Reason::NoRepeats),
            (customers, _) if customers < ENOUGH_CUSTOMERS => Some(Reason::FewCustomers),
            (_, repeaters) if repeaters < ENOUGH_REPEATERS => Some(Reason::FewRepeaters),
            _ => None,
        };
        if let Some(reason) = few {
            return Self::near_prior(&groups, reason);
        }
        Self::best(&groups).unwrap_or_else(|| Self::near_prior(&groups, Reason::Unclear))
    }

    fn best(groups: &[Group]) -> Option<Self> {
        let few = thin(groups, FOR_CHOICE);
        let prior = prior(groups);
        let mut fits = [false, true].map(|at_once| BgNbd::fit(&few, at_once, None, prior.centre)).to_vec();
        let [r, alpha, ..] = prior.centre;
        fits.push(ParetoNbd::fit(&few, None, [r, alpha, 0.5, alpha]));
        let names = ["BG/NBD", "MBG/NBD", "Pareto/NBD"];
        let candidates = names.into_iter().zip(&fits).map(|(name, fit)| (name, fit.log_likelihood)).collect();
        let better = |a: &(usize, Fitted<4>), b: &(usize, Fitted<4>)| a.1.log_likelihood.total_cmp(&b.1.log_likelihood);
        let (chosen, fit) = fits.into_iter().enumerate().filter(|(_, fit)| fit.proper).max_by(better)?;
        let all = thin(groups, FOR_FIT);
        let start = fit.parameters;
        let whole = match (few.len() == all.len(), chosen) {
            (true, _) => fit,
            (false, 2) => ParetoNbd::fit(&all, None, start),
            (false, _) => BgNbd::fit(&all, chosen == 1, None, start),
        };
        let [r, alpha, third, fourth] = if whole.proper { whole.parameters } else { start };
        let model = match chosen {
            2 => Model::ParetoNbd(ParetoNbd { r, alpha, s: third, beta: fourth }, Nodes::default()),
            _ => Model::BgNbd(BgNbd { r, alpha, a: third, b: fourth, at_once: chosen == 1 }),
        };
        Some(Self { model, reason: None, candidates })
    }

    fn near_prior(groups: &[Group], reason: Reason) -> Self {
        let prior = prior(groups);
        let found = if groups.is_empty() {
            prior.centre
        } else {
            let fit = BgNbd::fit(&thin(groups, FOR_FIT), true, Some(&prior), prior.centre);
            if fit.parameters.iter().all(|p| p.is_finite()) { fit.parameters } else { prior.centre }
        };
        let [r, alpha, a, b] = found;
        Self { model: Model::BgNbd(BgNbd { r, alpha, a, b, at_once: true }), reason: Some(reason), candidates: vec![] }
    }

    /// The expected orders of a customer with this history in the next `weeks`.
    pub fn expected(&self, group: &Group, weeks: f64) -> f64 {
        match &self.model {
            Model::BgNbd(model) => model.expected(group, weeks),
            Model::ParetoNbd(model, nodes) => model.expected(group, weeks, nodes),
        }
    }

    /// The probability that the customer will ever order again. Not a measure to rank by: see [`super::churn`].
    pub fn p_alive(&self, group: &Group) -> f64 {
        match &self.model {
            Model::BgNbd(model) => model.p_alive(group),
            Model::ParetoNbd(model, nodes) => model.p_alive(group, nodes),
        }
    }

    /// The probability of no order in the next `weeks`.
    pub fn p_none(&self, group: &Group, weeks: f64) -> f64 {
        match &self.model {
            Model::BgNbd(model) => model.p_none(group, weeks),
            Model::ParetoNbd(model, nodes) => model.p_none(group, weeks, nodes),
        }
    }

    /// The shape and the scale (in weeks) of the rates of ordering over customers.
    pub fn rates(&self) -> (f64, f64) {
        match &self.model {
            Model::BgNbd(model) => (model.r, model.alpha),
            Model::ParetoNbd(model, _) => (model.r, model.alpha),
        }
    }

    /// The model's usual name.
    pub fn name(&self) -> &'static str {
        match &self.model {
            Model::BgNbd(model) if model.at_once => "MBG/NBD",
            Model::BgNbd(_) => "BG/NBD",
            Model::ParetoNbd(..) => "Pareto/NBD",
        }
    }
}

/// A usual shop (the figures of the published data sets lie around these), at this shop's rate of repeat orders. Half an
/// order in half a year is added, so that a shop of one day has a rate too.
fn prior(groups: &[Group]) -> Prior<4> {
    let orders: f64 = groups.iter().map(|g| g.customers * f64::from(g.repeats)).sum();
    let weeks: f64 = groups.iter().map(|g| g.customers * g.age).sum();
    let rate = (orders + 0.5) / (weeks + 26.0);
    let r = 0.5;
    Prior { centre: [r, r / rate, 0.8, 2.0], spread: 1.0 }
}
