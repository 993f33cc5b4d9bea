//! Forecasts on the M3 competition and Online Retail, and what they must never do.

use kupets_analytics::forecast::{Calendar, Day, Forecast, Grain, Method, Note, Options, day, forecast, mae, weekday};
use kupets_evaluation::{
    forecasts::{self, is_sound},
    m3::{self, Period},
};

use crate::shared;

fn options(horizon: usize, seasons: &[usize]) -> Options {
    Options { horizon, seasons: seasons.to_vec(), calendar: None, non_negative: true }
}

fn sound(answer: &Forecast, horizon: usize) {
    assert!(is_sound(answer, horizon), "{answer:?}");
}

#[test]
fn m3_is_forecast_better_than_by_the_best_published() {
    let Some(file) = shared::file(m3::FILE) else { return };
    for period in Period::ALL {
        shared::hold(forecasts::m3(&file, period).unwrap());
    }
}

#[test]
fn a_shop_that_is_closed_on_saturdays_is_forecast_so() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(forecasts::online_retail(&sales).unwrap());
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
    let backtest = answer.backtest.as_ref().unwrap();
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

/// Values between 0 and 1, the same for the same seed (SplitMix64).
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn what_is_shown_never_lost_to_repeating_the_past() {
    let mut drawn = 0;
    for seed in 0..60 {
        let mut next = random(seed);
        // Without a season, and with a history too short for one.
        let (season, length) = if seed % 2 == 0 { (1, 13 + 2 * seed as usize) } else { (12, 8 + seed as usize % 17) };
        // A level that wanders is best repeated; sums of uniform values are nearly normal.
        let mut level = 100.0;
        let series: Vec<f64> = (0..length)
            .map(|_| {
                level = f64::max(1.0, level + 6.0 * (next() + next() + next() - 1.5));
                level
            })
            .collect();
        let answer = forecast(&series, &options(6, &[season]));
        let Some(trial) = &answer.backtest else { panic!("{length} values of season {season}: no trial") };
        let worse = |own: Option<f64>, naive: Option<f64>| own > naive.map(|naive| naive * (1.0 + 1e-9));
        assert!(!worse(trial.model.mase, trial.naive.mase), "{length}, {season}: {trial:?}");
        assert!(!worse(trial.model.smape, trial.naive.smape), "{length}, {season}: {trial:?}");
        let combination = trial.tried.iter().find(|one| one.name == "combination").unwrap();
        let lost = worse(combination.accuracy.mase, trial.naive.mase);
        let said = answer.notes.iter().any(|note| matches!(note, Note::NaiveBetter { .. }));
        assert!(!lost || said, "{length}, {season}: {answer:?}");
        let shares: f64 = trial.tried.iter().map(|one| one.share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{trial:?}");
        drawn += usize::from(said);
    }
    assert!((6..54).contains(&drawn), "{drawn} of 60");
}

#[test]
fn a_year_of_months_is_tried_on_its_past() {
    let mut next = random(3);
    let series: Vec<f64> = (0..12).map(|t| 100.0 + 3.0 * f64::from(t) + 10.0 * next()).collect();
    let answer = forecast(&series, &options(6, &[12]));
    let trial = answer.backtest.unwrap();
    assert!((1..=4).contains(&trial.origins) && (1..=3).contains(&trial.horizon), "{trial:?}");
    assert!(trial.naive.mase.is_some() && trial.coverage95.is_some(), "{trial:?}");
    assert!(answer.notes.contains(&Note::ShortTrial { origins: trial.origins, horizon: trial.horizon }));
}

/// Thirty years of months and a half: level and season both grow, the season less than the level.
fn decades(seed: u64) -> Vec<f64> {
    let mut next = random(seed);
    let power = 0.3 + 0.4 * next();
    let growth = 0.003 + 0.004 * next();
    let shape: Vec<f64> = (0..12).map(|month| 0.2 * (next() - 0.5) + if month == 11 { 0.4 } else { 0.0 }).collect();
    let mut level = 0.0;
    (0..378)
        .map(|t| {
            level += growth + 0.008 * (next() + next() - 1.0);
            100.0 * ((level + 0.04 * (next() - 0.5)).exp() + shape[t % 12] * (level * power).exp())
        })
        .collect()
}

#[test]
fn thirty_years_of_growth_do_not_hide_the_last_ten() {
    let error = |seed: u64| {
        let series = decades(seed);
        let (past, future) = series.split_at(360);
        let answer = forecast(past, &options(18, &[12]));
        let values: Vec<f64> = answer.points.iter().map(|p| p.value).collect();
        // So many years are never forecast by what lost to repeating the last.
        let trial = answer.backtest.unwrap();
        assert!(trial.model.mase <= trial.naive.mase.map(|naive| naive * (1.0 + 1e-9)), "{seed}: {trial:?}");
        assert!(trial.tried.iter().any(|one| one.name == "airline" && one.share > 0.0), "{seed}: {trial:?}");
        let scale = kupets_analytics::forecast::scale(past, 12).unwrap();
        mae(future, &values).unwrap() / scale
    };
    let mean = (0..20).map(error).sum::<f64>() / 20.0;
    println!("MASE of 20 made-up series of 30 years: {mean:.3}");
    assert!(mean < LONG, "{mean}");
}

/// What twenty made-up series of thirty years are held to.
const LONG: f64 = 0.8;

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
