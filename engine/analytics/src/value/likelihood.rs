//! Parameters by maximum likelihood, or near to a prior where the data are few.

use super::minimize::minimize;

/// What is believed of the parameters before the data: each is log-normal about its centre.
#[derive(Debug, Clone, Copy)]
pub struct Prior<const N: usize> {
    /// The medians.
    pub centre: [f64; N],
    /// The standard deviation of the logarithms, the same for all.
    pub spread: f64,
}

/// What [`fit`] found.
#[derive(Debug, Clone, Copy)]
pub struct Fitted<const N: usize> {
    /// The parameters.
    pub parameters: [f64; N],
    /// The logarithm of the likelihood there, without the prior.
    pub log_likelihood: f64,
    /// Whether it is a proper maximum: the search came to rest, and not on its way to zero or to infinity.
    pub proper: bool,
}

/// A parameter beyond this or its inverse is on its way to a limit: the data do not tell it.
const LIMIT: f64 = 1e5;

/// Positive parameters that make `likelihood` greatest. It gives, for parameters, the logarithm of the likelihood of all
/// `customers` and its gradient. With a prior, the most probable parameters.
///
/// The search runs over the logarithms of the parameters, so that they stay positive.
pub fn fit<const N: usize>(
    start: [f64; N],
    customers: f64,
    prior: Option<&Prior<N>>,
    mut likelihood: impl FnMut(&[f64; N]) -> (f64, [f64; N]),
) -> Fitted<N> {
    let found = minimize(start.map(f64::ln), |logs| {
        let parameters = logs.map(f64::exp);
        let (value, gradient) = likelihood(&parameters);
        let mut height = -value;
        let mut slope: [f64; N] = std::array::from_fn(|i| -gradient[i] * parameters[i]);
        if let Some(prior) = prior {
            for i in 0..N {
                let off = (logs[i] - prior.centre[i].ln()) / prior.spread;
                height += off * off / 2.0;
                slope[i] += off / prior.spread;
            }
        }
        (height / customers, slope.map(|s| s / customers))
    });
    let parameters = found.point.map(f64::exp);
    let log_likelihood = likelihood(&parameters).0;
    let inside = |p: &f64| (1.0 / LIMIT..LIMIT).contains(p);
    let proper = found.converged && log_likelihood.is_finite() && parameters.iter().all(inside);
    Fitted { parameters, log_likelihood, proper }
}
