//! Forecasts of the M3 competition and of Online Retail, beside the seasonal naive ones.

use std::{path::Path, thread, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use kupets_analytics::forecast::{
    Calendar, Day, Forecast, Grain, Options, Point, day, forecast, mae, scale, smape, weekday,
};

use crate::{
    Figure, Goal,
    m3::{self, Period, Series},
    online_retail::Sales,
};

/// Whether a forecast is whole: as many points as were asked for, all finite, limits in order.
#[must_use]
pub fn is_sound(answer: &Forecast, horizon: usize) -> bool {
    let ordered = |p: &Point| {
        let limits = [p.lower95, p.lower80, p.value, p.upper80, p.upper95];
        limits.iter().all(|limit| limit.is_finite()) && limits.is_sorted()
    };
    answer.points.len() == horizon && answer.points.iter().all(ordered)
}

/// Sums over series.
#[derive(Debug, Default)]
struct Scores {
    smape: f64,
    mase: f64,
    inside80: f64,
    inside95: f64,
    naive_smape: f64,
    naive_mase: f64,
    unsound: usize,
}

impl Scores {
    fn add(&mut self, one: &Series, season: usize) -> Option<()> {
        let horizon = one.came.len();
        let options = Options { horizon, seasons: vec![season], calendar: None, non_negative: true };
        let answer = forecast(&one.known, &options);
        self.unsound += usize::from(!is_sound(&answer, horizon));
        let values: Vec<f64> = answer.points.iter().map(|p| p.value).collect();
        let naive = naive(&one.known, season, horizon)?;
        let scale = scale(&one.known, season)?;
        self.smape += smape(&one.came, &values)?;
        self.mase += mae(&one.came, &values)? / scale;
        self.naive_smape += smape(&one.came, &naive)?;
        self.naive_mase += mae(&one.came, &naive)? / scale;
        let inside = |limits: fn(&Point) -> (f64, f64)| {
            let hits = answer.points.iter().zip(&one.came).filter(|(p, v)| limits(p).0 <= **v && **v <= limits(p).1);
            hits.count() as f64 / horizon as f64
        };
        self.inside80 += inside(|p| (p.lower80, p.upper80));
        self.inside95 += inside(|p| (p.lower95, p.upper95));
        Some(())
    }
}

/// The last season again and again.
fn naive(known: &[f64], season: usize, horizon: usize) -> Option<Vec<f64>> {
    let last = known.get(known.len().checked_sub(season)?..)?;
    Some(last.iter().copied().cycle().take(horizon).collect())
}

/// What a period is held to, and by whom.
struct Goals {
    series: f64,
    smape: Goal,
    mase: Goal,
    inside80: Goal,
    inside95: Goal,
    source: &'static str,
}

fn goals(period: Period) -> Goals {
    let usual = Goal::Between(0.92, 0.97);
    match period {
        Period::Monthly => Goals {
            series: 1428.0,
            smape: Goal::AtMost(13.60),
            mase: Goal::AtMost(0.829),
            inside80: Goal::Between(0.75, 0.90),
            inside95: usual,
            source: "statsforecast 2.1.1, mean of DOT, ETS and CES: 13.625 and 0.829 (its DOT 13.725, AutoETS 14.160); \
                     M3's best, Theta 13.892 and 0.858, ForecastPro 13.898 and 0.848",
        },
        Period::Quarterly => Goals {
            series: 756.0,
            smape: Goal::Below(8.956),
            mase: Goal::Below(1.087),
            inside80: Goal::Shown,
            inside95: usual,
            source: "M3's best, Theta: 8.956 and 1.087; COMB S-H-D 9.216 and 1.105, ForecastPro 9.815 and 1.204",
        },
        Period::Yearly => Goals {
            series: 645.0,
            smape: Goal::Below(16.974),
            mase: Goal::Below(2.806),
            inside80: Goal::Shown,
            inside95: usual,
            source: "M3: Theta 16.974 and 2.806; RBF 16.424 and 2.720, ROBUST-Trend 17.033 and 2.625",
        },
        Period::Other => Goals {
            series: 174.0,
            smape: Goal::Below(4.41),
            mase: Goal::Below(1.904),
            inside80: Goal::Shown,
            inside95: usual,
            source: "M3: Theta 4.410 and 1.904; ARARMA 4.383 and 2.008, AutoBox2 4.414 and 1.860",
        },
    }
}

/// The series of a period, each forecast as far as the competition asked, on two threads.
///
/// # Errors
/// The file cannot be read, or is not that of the competition.
pub fn m3(path: &Path, period: Period) -> Result<Vec<Figure>> {
    let (series, season) = (m3::series(path, period)?, period.season());
    let begun = Instant::now();
    let half = |half: usize| {
        let mut scores = Scores::default();
        for one in series.iter().skip(half).step_by(2) {
            scores.add(one, season).context("a series is shorter than its season, or never changes")?;
        }
        anyhow::Ok(scores)
    };
    let halves = thread::scope(|scope| {
        let threads = [0, 1].map(|place| scope.spawn(move || half(place)));
        let joined = threads.map(|thread| thread.join().map_err(|_| anyhow!("a forecast panicked"))?);
        joined.into_iter().collect::<Result<Vec<Scores>>>()
    })?;
    let took = begun.elapsed();
    let mean = |part: fn(&Scores) -> f64| halves.iter().map(part).sum::<f64>() / series.len() as f64;
    let goals = goals(period);
    let smapes = [mean(|s| s.smape), mean(|s| s.naive_smape)];
    let mases = [mean(|s| s.mase), mean(|s| s.naive_mase)];
    let unsound = halves.iter().map(|s| s.unsound).sum();
    let name = period.name().to_lowercase();
    let figure = |what: &str, value, goal, source: &str| Figure::new(format!("{name}: {what}"), value, goal, source);
    Ok(vec![
        Figure::count(format!("{name}: series"), series.len(), Goal::Exactly(goals.series), "M3"),
        Figure::count(format!("{name}: forecasts not whole or not in order"), unsound, Goal::Exactly(0.0), ""),
        figure("sMAPE, %", smapes[0], goals.smape, goals.source).digits(3),
        figure("MASE", mases[0], goals.mase, goals.source).digits(3),
        figure("sMAPE of the seasonal naive forecast, %", smapes[1], Goal::Shown, "the same run").digits(3),
        figure("MASE of the seasonal naive forecast", mases[1], Goal::Shown, "the same run").digits(3),
        figure("sMAPE against the naive one", smapes[0] / smapes[1], Goal::Below(1.0), "the same run").digits(3),
        figure("inside the 80 % limits", mean(|s| s.inside80), goals.inside80, "0.80").digits(3),
        figure("inside the 95 % limits", mean(|s| s.inside95), goals.inside95, "0.95").digits(3),
        Figure::seconds(
            format!("{name}: all series on 2 threads"),
            took,
            if period == Period::Monthly { "statsforecast on one: DOT 3.9, AutoETS 101" } else { "" },
        ),
    ])
}

/// Online Retail by day: every second week from the 180th day on, the four weeks that follow. The shop is closed on
/// Saturdays; that Christmas is a holiday is told.
///
/// # Errors
/// There are no sales.
pub fn online_retail(sales: &Sales) -> Result<Vec<Figure>> {
    const HORIZON: usize = 28;
    let (from, revenue) = revenue_by_day(sales).context("there are no sales")?;
    let holidays = (0..12).map(|i| day(2010, 12, 23) + i).collect();
    let calendar = Calendar { grain: Grain::Day, from, until: None, holidays };
    let (mut ours, mut naive, mut inside, mut cells) = (0.0, 0.0, 0.0, 0.0);
    let (mut unsound, mut saturdays) = (0, 0);
    let begun = Instant::now();
    let ends = (180..=revenue.len().saturating_sub(HORIZON)).step_by(14);
    for end in ends.clone() {
        let (known, came) = revenue.split_at(end);
        let options =
            Options { horizon: HORIZON, seasons: Vec::new(), calendar: Some(calendar.clone()), non_negative: true };
        let answer = forecast(known, &options);
        unsound += usize::from(!is_sound(&answer, HORIZON));
        for (h, (point, actual)) in answer.points.iter().zip(came).enumerate() {
            if weekday(calendar.start(end + h)) == 5 {
                saturdays += usize::from(point.upper95 > 0.0 || point.value > 0.0);
                continue;
            }
            ours += (point.value - actual).abs();
            naive += (known[end - 7 + h % 7] - actual).abs();
            inside += f64::from(u8::from(point.lower95 <= *actual && *actual <= point.upper95));
            cells += 1.0;
        }
    }
    Ok(vec![
        Figure::count("Online Retail: forecasts of 28 days", ends.count(), Goal::Shown, "from day 180 on, every 14"),
        Figure::count("… not whole or not in order", unsound, Goal::Exactly(0.0), ""),
        Figure::count("… Saturdays with sales foretold", saturdays, Goal::Exactly(0.0), "the shop is closed then"),
        Figure::new("… error against the seasonal naive one", ours / naive, Goal::Below(0.9), "the same run").digits(3),
        Figure::new("… inside the 95 % limits", inside / cells, Goal::Above(0.9), "0.95").digits(3),
        Figure::seconds("… all", begun.elapsed(), "one thread"),
    ])
}

/// Revenue in pounds from the first to the last day, and the first day; none without sales.
fn revenue_by_day(sales: &Sales) -> Option<(Day, Vec<f64>)> {
    let (first, last) = (sales.lines.first()?.day(), sales.lines.last()?.day());
    let mut days = vec![0; usize::try_from(last - first).ok()? + 1];
    for line in &sales.lines {
        *days.get_mut(usize::try_from(line.day() - first).ok()?)? += line.amount;
    }
    Some((first, days.into_iter().map(|amount| amount as f64 / 10_000.0).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_naive_forecast_is_the_last_season() {
        assert_eq!(naive(&[9.0, 1.0, 2.0], 2, 5), Some(vec![1.0, 2.0, 1.0, 2.0, 1.0]));
        assert_eq!(naive(&[9.0], 1, 2), Some(vec![9.0, 9.0]));
        assert_eq!(naive(&[9.0], 2, 1), None);
    }
}
