//! Customer value on CDNOW, beside the papers.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use kupets_analytics::value::{
    Group, Order,
    bg_nbd::BgNbd,
    calibrate,
    gamma_gamma::{GammaGamma, Spend},
    group, histories,
};

use crate::{
    Figure, Goal,
    cdnow::{self, CALIBRATION, HOLD_OUT, Part},
};

/// Fitted parameters may be off by this share of the published ones, which have four digits and other optimizers.
const NEAR: f64 = 0.005;
/// The papers' start for their search.
const START: [f64; 4] = [1.0; 4];

/// The sample of 2,357 customers: BG/NBD, Gamma-Gamma, and what both say of the 39 weeks after the calibration.
///
/// # Errors
/// The file cannot be read, or holds nothing to be calibrated.
pub fn sample(path: &Path) -> Result<Vec<Figure>> {
    let orders = cdnow::orders(path, Part::Sample)?;
    let (known, _) = histories(&orders, CALIBRATION);
    let groups = group(&known);
    let mut figures = vec![Figure::count("customers", known.len(), Goal::Exactly(2357.0), "the paper")];
    let parameters = bg_nbd(
        &mut figures,
        &groups,
        [0.2426, 4.4135, 0.7929, 2.4258],
        "Fader, Hardie & Lee 2005: .243, 4.414, .793, 2.426; a Python library: .2426, 4.4135, .7929, 2.4258",
        Goal::AtLeast(-9582.43),
        "the same: -9,582.4, and -9,582.43",
    );
    gamma_gamma(&mut figures, &orders);
    let found = calibrate(&orders, CALIBRATION + HOLD_OUT as i32, HOLD_OUT).context("nothing to calibrate")?;
    let model = model(parameters);
    let plain: f64 = groups.iter().map(|g| g.customers * model.expected(g, f64::from(HOLD_OUT) / 7.0)).sum();
    let rest = [
        Figure::new("hold-out of 39 weeks: orders that came", found.actual, Goal::Exactly(1882.0), "the paper")
            .digits(0),
        Figure::new("… predicted by BG/NBD", plain, Goal::Between(1651.5, 1654.5), "a Python library: 1,653").digits(1),
        Figure::new(format!("… predicted by the model taken, {}", found.model), found.predicted, Goal::Shown, "")
            .digits(1),
        Figure::new(
            "… correlation by customer",
            found.correlation.unwrap_or(f64::NAN),
            Goal::AtLeast(0.625),
            "BG/NBD of a Python library: .626",
        ),
        Figure::new(
            "… mean absolute error",
            found.mae,
            Goal::AtMost(0.79),
            "the same: .785; at the own rate so far: 1.024",
        ),
        Figure::new("… root of the mean squared error", found.rmse, Goal::Shown, "the same: 1.608"),
        Figure::new(
            "… AUC of churn",
            found.auc.unwrap_or(f64::NAN),
            Goal::AtLeast(0.77),
            "expected purchases .773, recency alone .771, frequency .758, raw P(alive) .316",
        ),
        Figure::new(
            "… mean churn risk less the share lost",
            found.mean_risk - found.lost,
            Goal::Between(-0.06, 0.06),
            "0 if the risks are right on average",
        ),
        Figure::new("… orders at the own rate so far", found.naive.0, Goal::Between(2929.0, 2931.0), "2,930").digits(1),
        Figure::new("… mean absolute error at that rate", found.naive.1, Goal::Between(1.023, 1.025), "1.024"),
    ];
    figures.extend(rest);
    Ok(figures)
}

/// All 23,570 customers: BG/NBD, and how long it takes.
///
/// # Errors
/// The file cannot be read, or holds nothing to be calibrated.
pub fn master(path: &Path) -> Result<Vec<Figure>> {
    let orders = cdnow::orders(path, Part::Master)?;
    let begun = Instant::now();
    let (known, _) = histories(&orders, CALIBRATION);
    let boiled = begun.elapsed();
    let mut figures = vec![
        Figure::count("customers", known.len(), Goal::Exactly(23_570.0), "Fader & Hardie"),
        Figure::seconds("histories", boiled, "one thread"),
    ];
    bg_nbd(
        &mut figures,
        &group(&known),
        [0.2516, 4.7889, 0.7234, 2.1611],
        "a Python library: .2516, 4.7889, .7234, 2.1611",
        Goal::Shown,
        "",
    );
    figures.push(Figure::seconds("histories and fit", begun.elapsed(), "one thread"));
    let begun = Instant::now();
    let found = calibrate(&orders, CALIBRATION + HOLD_OUT as i32, HOLD_OUT).context("nothing to calibrate")?;
    let took = begun.elapsed();
    let figure = |what: &str, value, digits| Figure::new(what, value, Goal::Shown, "").digits(digits);
    figures.extend([
        figure("hold-out of 39 weeks: orders that came", found.actual, 0),
        figure(&format!("… predicted by the model taken, {}", found.model), found.predicted, 1),
        figure("… correlation by customer", found.correlation.unwrap_or(f64::NAN), 4),
        figure("… mean absolute error", found.mae, 4),
        figure("… AUC of churn", found.auc.unwrap_or(f64::NAN), 4),
        Figure::seconds("… all models fitted and compared", took, "one thread"),
    ]);
    Ok(figures)
}

/// Fits BG/NBD and adds its figures; the parameters r, alpha, a, b.
fn bg_nbd(
    figures: &mut Vec<Figure>,
    groups: &[Group],
    published: [f64; 4],
    source: &str,
    likelihood: Goal,
    likelihood_source: &str,
) -> [f64; 4] {
    let fit = BgNbd::fit(groups, false, None, START);
    for ((name, value), goal) in ["r", "alpha", "a", "b"].iter().zip(fit.parameters).zip(published) {
        figures.push(Figure::new(format!("BG/NBD {name}"), value, Goal::near(goal, NEAR), source));
    }
    figures.push(proper("BG/NBD", fit.proper));
    figures.push(Figure::new("BG/NBD log-likelihood", fit.log_likelihood, likelihood, likelihood_source).digits(3));
    fit.parameters
}

fn model([r, alpha, a, b]: [f64; 4]) -> BgNbd {
    BgNbd { r, alpha, a, b, at_once: false }
}

fn proper(model: &str, proper: bool) -> Figure {
    Figure::count(format!("{model} is a proper maximum (1 if so)"), usize::from(proper), Goal::Exactly(1.0), "")
}

/// Fits Gamma-Gamma to those who came again. The papers leave the first day of each customer out.
fn gamma_gamma(figures: &mut Vec<Figure>, orders: &[Order]) {
    let mut orders: Vec<Order> = orders.iter().copied().filter(|order| order.day <= CALIBRATION).collect();
    orders.sort_unstable();
    let spends: Vec<Spend> = orders
        .chunk_by(|a, b| a.customer == b.customer)
        .filter_map(|of_customer| {
            let days: Vec<_> = of_customer.chunk_by(|a, b| a.day == b.day).skip(1).collect();
            let total: i64 = days.iter().flat_map(|day| day.iter()).map(|order| order.amount).sum();
            let count = days.len() as f64;
            (count > 0.0).then(|| Spend { orders: count, mean: total as f64 / 10_000.0 / count })
        })
        .collect();
    let fit = GammaGamma::fit(&spends);
    figures.push(Figure::count("customers who came again", spends.len(), Goal::Exactly(946.0), "the paper"));
    let published = [6.249, 3.745, 15.448];
    let source = "CLVTools' test: 6.25, 3.74, 15.44; a Python library: 6.249, 3.745, 15.448";
    for ((name, value), goal) in ["p", "q", "gamma"].iter().zip(fit.parameters).zip(published) {
        figures.push(Figure::new(format!("Gamma-Gamma {name}"), value, Goal::near(goal, NEAR), source));
    }
    figures.push(proper("Gamma-Gamma", fit.proper));
    figures.push(
        Figure::new("Gamma-Gamma log-likelihood", fit.log_likelihood, Goal::AtLeast(-4055.93), "-4,055.923").digits(3),
    );
    // In billions the model is the same: money has no natural unit.
    let billions: Vec<Spend> = spends.iter().map(|s| Spend { mean: s.mean * 1e9, ..*s }).collect();
    let [p, q, gamma] = GammaGamma::fit(&billions).parameters;
    for (name, value, goal) in [("p", p, published[0]), ("q", q, published[1]), ("gamma", gamma / 1e9, published[2])] {
        figures.push(Figure::new(format!("… {name}, of billions"), value, Goal::near(goal, NEAR), "the same"));
    }
}
