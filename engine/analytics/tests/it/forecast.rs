//! Forecasts on the M3 competition and Online Retail, and what they must never do.

use std::collections::BTreeMap;
use std::time::Instant;

use arrow::array::{Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, TimeUnit};
use kupets_analytics::forecast::{
    Calendar, Day, Forecast, Grain, Method, Note, Options, Point, civil, day, forecast, mae, scale, smape, weekday,
};

use crate::shared;

/// A series of the competition: what was known, and what came.
struct Competition {
    train: Vec<f64>,
    test: Vec<f64>,
}

/// Means over all series, and the shares of values inside the intervals.
#[derive(Debug, Default)]
struct Score {
    smape: f64,
    mase: f64,
    inside80: f64,
    inside95: f64,
}

fn m3(period: &str) -> Option<Vec<Competition>> {
    let mut rows: BTreeMap<(String, bool), Vec<(i64, f64)>> = BTreeMap::new();
    for batch in shared::parquet("m3.parquet", &["series_id", "period", "split", "t", "value"])? {
        let text = |name: &str| {
            let column = arrow::compute::cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
            column.as_any().downcast_ref::<StringArray>().unwrap().clone()
        };
        let (id, periods, split) = (text("series_id"), text("period"), text("split"));
        let t = batch.column_by_name("t").unwrap().as_any().downcast_ref::<Int64Array>().unwrap();
        let value = batch.column_by_name("value").unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
        for i in (0..batch.num_rows()).filter(|i| periods.value(*i) == period) {
            rows.entry((id.value(i).to_owned(), split.value(i) == "test"))
                .or_default()
                .push((t.value(i), value.value(i)));
        }
    }
    let values = |mut rows: Vec<(i64, f64)>| {
        rows.sort_by_key(|row| row.0);
        rows.into_iter().map(|row| row.1).collect::<Vec<_>>()
    };
    let mut series = Vec::new();
    let mut rows = rows.into_iter();
    while let (Some((_, train)), Some((_, test))) = (rows.next(), rows.next()) {
        series.push(Competition { train: values(train), test: values(test) });
    }
    Some(series)
}

/// Forecasts all series on two threads and prints the figures.
fn compete(period: &str, season: usize) -> Option<(usize, Score)> {
    let series = m3(period)?;
    let begun = Instant::now();
    let halves: Vec<Score> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|half| {
                let series = &series;
                scope.spawn(move || {
                    let mut score = Score::default();
                    series.iter().skip(half).step_by(2).for_each(|one| add(&mut score, one, season));
                    score
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let n = series.len() as f64;
    let mean = |part: fn(&Score) -> f64| halves.iter().map(part).sum::<f64>() / n;
    let score = Score {
        smape: mean(|s| s.smape),
        mase: mean(|s| s.mase),
        inside80: mean(|s| s.inside80),
        inside95: mean(|s| s.inside95),
    };
    eprintln!("M3 {period} ({n} series): {score:.3?} in {:.1?}", begun.elapsed());
    Some((series.len(), score))
}

fn add(score: &mut Score, one: &Competition, season: usize) {
    let answer = forecast(&one.train, &options(one.test.len(), &[season]));
    sound(&answer, one.test.len());
    let values: Vec<f64> = answer.points.iter().map(|p| p.value).collect();
    score.smape += smape(&one.test, &values).unwrap();
    score.mase += mae(&one.test, &values).unwrap() / scale(&one.train, season).unwrap();
    let inside = |limits: fn(&Point) -> (f64, f64)| {
        let hits = answer.points.iter().zip(&one.test).filter(|(p, t)| limits(p).0 <= **t && **t <= limits(p).1);
        hits.count() as f64 / one.test.len() as f64
    };
    score.inside80 += inside(|p| (p.lower80, p.upper80));
    score.inside95 += inside(|p| (p.lower95, p.upper95));
}

fn options(horizon: usize, seasons: &[usize]) -> Options {
    Options { horizon, seasons: seasons.to_vec(), calendar: None, non_negative: true }
}

/// Everything is there, finite and in order.
fn sound(answer: &Forecast, horizon: usize) {
    assert_eq!(answer.points.len(), horizon);
    for p in &answer.points {
        let ordered = [p.lower95, p.lower80, p.value, p.upper80, p.upper95];
        assert!(ordered.iter().all(|v| v.is_finite()) && ordered.is_sorted(), "{p:?}");
    }
}

#[test]
fn m3_monthly_is_better_than_the_best_published_mean_of_three() {
    let Some((count, score)) = compete("MONTHLY", 12) else { return };
    assert_eq!(count, 1428);
    assert!(score.smape <= 13.60 && score.mase <= 0.829, "{score:?}");
    assert!((0.92..=0.97).contains(&score.inside95), "{score:?}");
    assert!((0.75..=0.90).contains(&score.inside80), "{score:?}");
}

#[test]
fn m3_quarterly_is_better_than_the_official_theta() {
    let Some((count, score)) = compete("QUARTERLY", 4) else { return };
    assert_eq!(count, 756);
    assert!(score.smape < 8.956 && score.mase < 1.087, "{score:?}");
    assert!((0.92..=0.97).contains(&score.inside95), "{score:?}");
}

#[test]
fn m3_without_season_is_sane() {
    let Some((_, yearly)) = compete("YEARLY", 1) else { return };
    assert!(yearly.smape < 16.974 && yearly.mase < 2.806, "the official Theta: {yearly:?}");
    assert!(yearly.inside95 > 0.88, "{yearly:?}");
    let Some((_, other)) = compete("OTHER", 1) else { return };
    assert!(other.smape < 4.41 && other.mase < 1.904, "the official Theta: {other:?}");
    assert!((0.92..=0.97).contains(&other.inside95), "{other:?}");
}

/// Revenue by day, from the first to the last day.
fn online_retail() -> Option<(Day, Vec<f64>)> {
    let mut days: BTreeMap<Day, f64> = BTreeMap::new();
    for batch in shared::parquet("online_retail.parquet", &["InvoiceDate", "Quantity", "UnitPrice"])? {
        let to = DataType::Timestamp(TimeUnit::Microsecond, None);
        let date = arrow::compute::cast(batch.column_by_name("InvoiceDate").unwrap(), &to).unwrap();
        let date = date.as_any().downcast_ref::<TimestampMicrosecondArray>().unwrap();
        let quantity = batch.column_by_name("Quantity").unwrap().as_any().downcast_ref::<Int64Array>().unwrap();
        let price = batch.column_by_name("UnitPrice").unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
        for i in 0..batch.num_rows() {
            let day = Day::try_from(date.value(i).div_euclid(86_400_000_000)).unwrap();
            *days.entry(day).or_default() += quantity.value(i) as f64 * price.value(i);
        }
    }
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    Some((first, (first..=last).map(|day| days.get(&day).copied().unwrap_or(0.0)).collect()))
}

#[test]
fn a_shop_that_is_closed_on_saturdays_is_forecast_so() {
    let Some((from, revenue)) = online_retail() else { return };
    let holidays = (0..12).map(|i| day(2010, 12, 23) + i).collect();
    let calendar = Calendar { grain: Grain::Day, from, until: None, holidays };
    let (mut ours, mut naive, mut inside, mut cells) = (0.0, 0.0, 0.0, 0.0);
    for end in (180..=revenue.len() - 28).step_by(14) {
        let options =
            Options { horizon: 28, seasons: Vec::new(), calendar: Some(calendar.clone()), non_negative: true };
        let answer = forecast(&revenue[..end], &options);
        sound(&answer, 28);
        for (h, (point, actual)) in answer.points.iter().zip(&revenue[end..]).enumerate() {
            if weekday(calendar.start(end + h)) == 5 {
                assert_eq!((point.value, point.upper95), (0.0, 0.0), "{:?}", civil(calendar.start(end + h)));
                continue;
            }
            ours += (point.value - actual).abs();
            naive += (revenue[end - 7 + h % 7] - actual).abs();
            inside += f64::from(u8::from(point.lower95 <= *actual && *actual <= point.upper95));
            cells += 1.0;
        }
    }
    let line = format!(
        "Online Retail, 28 days: error {:.3} of the seasonal naive one, 95 % hold {:.3}",
        ours / naive,
        inside / cells
    );
    eprintln!("{line}");
    assert!(ours < 0.9 * naive && inside / cells > 0.9, "{line}");
}

/// A believable shop: trend, weekdays, course of the year, noise without randomness.
fn shop(days: usize, from: Day) -> Vec<f64> {
    let weekdays = [1.0, 0.9, 0.95, 1.05, 1.4, 1.6, 0.6];
    (0..days)
        .map(|t| {
            let date = from + t as Day;
            let year = (std::f64::consts::TAU * f64::from(date) / 365.2425).cos();
            let noise = ((t * 7919 % 101) as f64 / 101.0 - 0.5) * 0.2;
            (1000.0 + 0.3 * t as f64) * weekdays[weekday(date) as usize] * (1.0 + 0.3 * year) * (1.0 + noise)
        })
        .collect()
}

#[test]
fn days_know_their_week_their_year_and_their_holidays() {
    let from = day(2021, 1, 1);
    let mut all = shop(4 * 365 + 1, from);
    let holidays: Vec<Day> =
        (2021..=2025).flat_map(|year| [day(year, 3, 8), day(year, 5, 9), day(year, 11, 4)]).collect();
    for holiday in &holidays {
        if let Some(value) = all.get_mut((holiday - from) as usize) {
            *value *= 0.2;
        }
    }
    let (past, future) = all.split_at(all.len() - 120);
    let mut calendar = Calendar { grain: Grain::Day, from, until: None, holidays };
    let ask = |calendar: &Calendar| {
        let options =
            Options { horizon: 120, seasons: Vec::new(), calendar: Some(calendar.clone()), non_negative: true };
        forecast(past, &options)
    };
    let answer = ask(&calendar);
    sound(&answer, 120);
    let error = |answer: &Forecast| {
        let values: Vec<f64> = answer.points.iter().map(|p| p.value).collect();
        mae(future, &values).unwrap() / (future.iter().sum::<f64>() / 120.0)
    };
    assert!(error(&answer) < 0.12, "{}", error(&answer));
    let backtest = answer.backtest.unwrap();
    assert!(backtest.model.mae < backtest.naive.mae);
    let holiday = (day(2024, 11, 4) - from) as usize - past.len();
    assert!((answer.points[holiday].value / future[holiday] - 1.0).abs() < 0.8, "{:?}", answer.points[holiday]);
    calendar.holidays.clear();
    assert!(error(&ask(&calendar)) > error(&answer));
}

#[test]
fn months_with_more_working_days_sell_more() {
    let calendar = Calendar { grain: Grain::Month, from: day(2015, 1, 1), until: None, holidays: Vec::new() };
    let workdays = |i: usize| (calendar.start(i)..calendar.start(i + 1)).filter(|day| weekday(*day) < 5).count() as f64;
    let all: Vec<f64> = (0..96).map(|i| workdays(i) * (50.0 + (i * 37 % 11) as f64 * 0.2)).collect();
    let error = |calendar: Option<Calendar>| {
        let options = Options { horizon: 12, seasons: vec![12], calendar, non_negative: true };
        let values: Vec<f64> = forecast(&all[..84], &options).points.iter().map(|p| p.value).collect();
        mae(&all[84..], &values).unwrap()
    };
    let (with, without) = (error(Some(calendar.clone())), error(None));
    assert!(with < 0.7 * without, "{with} {without}");
}

#[test]
fn a_month_that_is_not_over_is_left_out() {
    let mut values: Vec<f64> = (0..37).map(|i| 100.0 + f64::from(i % 12)).collect();
    values[36] = 3.0;
    let calendar =
        Calendar { grain: Grain::Month, from: day(2020, 1, 1), until: Some(day(2023, 1, 4)), holidays: Vec::new() };
    let options = Options { horizon: 3, seasons: Vec::new(), calendar: Some(calendar), non_negative: true };
    let answer = forecast(&values, &options);
    assert_eq!(answer.from, 36);
    assert!(answer.notes.contains(&Note::Partial { first: 0, last: 1 }));
    assert!(answer.points[0].value > 90.0, "{:?}", answer.points[0]);
    assert_eq!(answer.points, forecast(&values[..36], &options).points);
}

#[test]
fn a_backtest_sees_nothing_of_the_future() {
    // What the history up to each origin gives must be what the backtest met: its errors rebuilt from outside, by calls
    // that hold no later value. The origins of 84 months with horizon 6 are 78, 76, ..., 68.
    let mut series: Vec<f64> =
        (0..84).map(|t| 100.0 + t as f64 + 20.0 * f64::from(t % 12) + (t * 31 % 17) as f64).collect();
    let rebuilt = |series: &[f64]| {
        let ends = (0..6).map(|k| 78 - 2 * k);
        ends.map(|end| {
            let answer = forecast(&series[..end], &options(6, &[12]));
            assert_eq!(answer.model.method, Method::Combination);
            let values: Vec<f64> = answer.points.iter().map(|p| p.value).collect();
            mae(&series[end..end + 6], &values).unwrap()
        })
        .sum::<f64>()
            / 6.0
    };
    for shift in [0.0, 5_000.0] {
        series[80..].iter_mut().for_each(|v| *v += shift);
        let answer = forecast(&series, &options(6, &[12])).backtest.unwrap();
        assert_eq!((answer.horizon, answer.origins), (6, 6));
        let (told, rebuilt) = (answer.model.mae.unwrap(), rebuilt(&series));
        // Not bit by bit: each history is brought to its own unit first.
        assert!((told / rebuilt - 1.0).abs() < 0.01, "{told} {rebuilt}");
    }
}

#[test]
fn whatever_comes_is_answered() {
    let wave = |n: usize, size: f64| (0..n).map(|t| size * (2.0 + (t as f64 * 0.7).sin())).collect::<Vec<f64>>();
    let mut gaps = wave(60, 10.0);
    gaps.iter_mut().step_by(4).for_each(|v| *v = 0.0);
    let mut holes = wave(40, 10.0);
    (holes[3], holes[17]) = (f64::NAN, f64::INFINITY);
    let mut launch = vec![0.0; 50];
    launch.extend([5.0, 6.0, 7.0]);
    let mut cases = vec![
        Vec::new(),
        vec![5.0],
        vec![0.0],
        vec![-3.0, 4.0],
        vec![0.0; 48],
        vec![7.0; 48],
        vec![1e9; 13],
        wave(48, 1e9),
        wave(48, 1e300),
        wave(48, 1e-300),
        wave(30, -50.0),
        vec![f64::NAN; 9],
        vec![f64::MAX; 30],
        vec![f64::MIN_POSITIVE; 30],
        (0..40).map(|t| if t == 20 { 1e12 } else { 1.0 }).collect(),
        (0..40).map(|t| 2_f64.powi(t)).collect(),
        (0..40).map(|t| if t % 2 == 0 { 1e308 } else { -1e308 }).collect(),
        gaps,
        holes,
        launch,
        wave(800, 10.0),
    ];
    cases.extend((2..30).map(|n| wave(n, 3.0)));
    let calendars = [Grain::Day, Grain::Week, Grain::Month].map(|grain| {
        let holidays = vec![day(2023, 12, 25), day(2024, 1, 1), day(2024, 1, 1), Day::MIN, Day::MAX];
        Some(Calendar { grain, from: day(2023, 11, 15), until: None, holidays })
    });
    for series in &cases {
        for horizon in [0, 1, 40] {
            for seasons in [&[][..], &[0, 12], &[7, usize::MAX]] {
                for calendar in [None].iter().chain(&calendars) {
                    for non_negative in [false, true] {
                        let options =
                            Options { horizon, seasons: seasons.to_vec(), calendar: calendar.clone(), non_negative };
                        let answer = forecast(series, &options);
                        sound(&answer, horizon);
                        assert!(!non_negative || answer.points.iter().all(|p| p.lower95 >= 0.0));
                    }
                }
            }
        }
    }
}

#[test]
fn too_little_is_said() {
    let notes = |series: &[f64]| forecast(series, &options(6, &[12])).notes;
    assert_eq!(notes(&[]), [Note::NoData]);
    assert!(notes(&[5.0]).contains(&Note::TooFew { have: 1, need: 5 }));
    assert!(notes(&[5.0; 30]).contains(&Note::Constant));
    assert!(notes(&[0.0; 30]).contains(&Note::AllZero));
    assert!(notes(&[1.0, 2.0, 4.0, 3.0, 5.0, 4.0, 6.0]).contains(&Note::NoSeason { have: 7, need: 24 }));
    assert!(notes(&[1.0, 2.0, 4.0, 3.0, 5.0]).contains(&Note::LongHorizon));
    let rare: Vec<f64> = (0..60).map(|t| if t % 5 == 1 { 3.0 } else { 0.0 }).collect();
    let answer = forecast(&rare, &options(6, &[12]));
    assert!(answer.notes.contains(&Note::Intermittent));
    assert!((answer.points[0].value - 0.6).abs() < 0.3, "{:?} {:?}", answer.model, answer.points[0]);
    // One value says nothing about its error: the interval is as wide as the value.
    let one = forecast(&[5.0], &options(1, &[])).points[0];
    assert!(one.value == 5.0 && one.upper95 - one.lower95 >= 5.0, "{one:?}");
}

#[test]
fn refunds_are_sales_turned_round() {
    let sales: Vec<f64> = (0..60).map(|t| 100.0 + 10.0 * f64::from(t % 12) + f64::from(t)).collect();
    let refunds: Vec<f64> = sales.iter().map(|v| -v).collect();
    let options = Options { horizon: 6, seasons: vec![12], calendar: None, non_negative: false };
    let (up, down) = (forecast(&sales, &options), forecast(&refunds, &options));
    for (a, b) in up.points.iter().zip(&down.points) {
        assert_eq!((a.value, a.lower95, a.upper80), (-b.value, -b.upper95, -b.lower80));
    }
}
