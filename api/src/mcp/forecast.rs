//! `forecast`: what comes next.

use kupets_mcp::{Accuracy, Forecast, ForecastPoint, Grain, HistoryPoint, Predicted};

use super::{
    asking::Asking,
    failure::{Answer, failed},
    number::estimate,
};

/// Answers `forecast`.
pub(super) async fn predict(asking: Asking, sent: Forecast) -> Answer<Predicted> {
    let grain = sent.grain.map(|grain| match grain {
        Grain::Day => "day",
        Grain::Week => "week",
        _ => "month",
    });
    let parameters = asking.parameters([
        ("metric", sent.metric),
        ("grain", grain.map(str::to_owned)),
        ("horizon", sent.horizon.map(|steps| steps.to_string())),
        ("product_id", sent.product_id),
        ("category", sent.category),
        ("channel", sent.channel),
        ("segment", sent.segment),
        ("currency", sent.currency),
        ("as_of", sent.as_of),
    ]);
    let found = asking.engine.forecast(&asking.tenant, &parameters).await.map_err(failed)?;
    let history = found.history.iter();
    let history =
        history.map(|point| Ok(HistoryPoint { period: point.period.to_string(), value: estimate(point.value)? }));
    let points = found.points.iter().map(|point| {
        Ok(ForecastPoint {
            period: point.period.to_string(),
            value: estimate(point.value)?,
            lower80: estimate(point.lower80)?,
            upper80: estimate(point.upper80)?,
            lower95: estimate(point.lower95)?,
            upper95: estimate(point.upper95)?,
        })
    });
    let backtest = found.backtest.map(|trial| accuracy(trial.errors.smape, trial.errors.mase, trial.coverage95));
    Ok(Predicted {
        metric: found.metric.to_owned(),
        grain: found.grain.to_owned(),
        unit: found.unit,
        history: history.collect::<Answer<_>>()?,
        points: points.collect::<Answer<_>>()?,
        model: found.model.name.to_owned(),
        backtest: backtest.transpose()?,
        naive: found.naive.map(|naive| accuracy(naive.smape, naive.mase, None)).transpose()?,
        notes: found.notes,
        sql: Some(found.sql),
    })
}

fn accuracy(smape: Option<f64>, mase: Option<f64>, coverage95: Option<f64>) -> Answer<Accuracy> {
    Ok(Accuracy {
        smape: smape.map(estimate).transpose()?,
        mase: mase.map(estimate).transpose()?,
        coverage95: coverage95.map(estimate).transpose()?,
    })
}
