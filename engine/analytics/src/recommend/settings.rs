//! What is asked of the rules, and what asking customers is taken to bring.

use super::{
    effect::{Effect, Method},
    numbers::money,
    response::{Response, Responses},
};

/// What is asked of the rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The days over which effects are expected.
    pub days: u32,
    /// The most customers in one list.
    pub customers: usize,
    /// The most recommendations of one kind.
    pub per_kind: usize,
    /// The least confidence that is worth a recommendation, from 0 to 1.
    pub confidence: f64,
    /// What customers do when they are asked.
    pub responses: Responses,
    /// What it costs to ask them.
    pub costs: AskingCosts,
}

/// What it costs to ask one customer, as shares of an average order of the shop. Assumptions: small, so that they decide between asking
/// thousands for little and asking few for as much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AskingCosts {
    /// By a message that many get.
    pub message: f64,
    /// By a personal word.
    pub talk: f64,
}

impl Default for AskingCosts {
    fn default() -> Self {
        Self { message: 0.002, talk: 0.05 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            days: 30,
            customers: 1_000,
            per_kind: 20,
            confidence: 0.8,
            responses: Responses::default(),
            costs: AskingCosts::default(),
        }
    }
}

impl Settings {
    /// What asking customers brings, whose answers are worth `values`: the sum of values times the response. The interval
    /// takes the ends of the response, and from there two standard deviations of independent answers.
    pub(super) fn asked(&self, response: Response, values: impl Iterator<Item = f64>) -> Effect {
        let (mut sum, mut squares) = (0.0, 0.0);
        for value in values {
            sum += value;
            squares += value * value;
        }
        let end = |share: f64, deviations: f64| {
            share * sum + deviations * (share * (1.0 - share).max(0.0) * squares).max(0.0).sqrt()
        };
        Effect {
            lower: money(end(response.lower, -1.96).max(0.0)),
            value: money(end(response.value, 0.0)),
            upper: money(end(response.upper, 1.96)),
            days: self.days,
            method: if response.measured { Method::MeasuredResponse } else { Method::AssumedResponse },
        }
    }
}
