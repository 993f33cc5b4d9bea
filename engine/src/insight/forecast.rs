//! What comes next: the series, read, forecast, and told in the words of the contract.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use kupets_analytics::forecast::{self as method, Accuracy, Calendar, Note, Options};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    calendar::Grain,
    metric::Metric,
    parameters::{Asked, Language},
    scope::Scope,
    series::{self, Series, SeriesQuery},
};
use kupets_core::{Error, Result, TenantContext};

use crate::{Engine, customers::few, snapshot_reader::SnapshotReader};

/// Parameters of a forecast.
const PARAMETERS: [&str; 11] = [
    "metric",
    "grain",
    "horizon",
    "product_id",
    "category",
    "channel",
    "segment",
    "currency",
    "as_of",
    "holidays",
    "locale",
];
/// Periods ahead at most.
const MAX_HORIZON: u32 = 400;

/// A forecast.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastBody)]
pub struct Forecast {
    /// What is forecast.
    pub metric: &'static str,
    /// day, week or month.
    pub grain: &'static str,
    /// What one of it is: a currency code, orders, units, customers, ratio.
    pub unit: String,
    /// What was, without the period that is running; empty periods hold 0.
    pub history: Vec<HistoryPoint>,
    /// What is expected.
    pub points: Vec<ForecastPoint>,
    /// What was chosen.
    pub model: Model,
    /// The model's error on the past; null without room for a trial.
    pub backtest: Option<Backtest>,
    /// The error of the seasonal naive method (of the last value, without a season) at the same places. A note tells
    /// where the combination's is larger.
    pub naive: Option<Errors>,
    /// What the reader must know, a sentence each.
    pub notes: Vec<String>,
    /// The statement that gives the history; it runs at `/v1/sql`.
    pub sql: String,
    /// Zone of the periods.
    pub time_zone: &'static str,
    /// The version of the data.
    pub snapshot: String,
}

/// A period that was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = HistoryBody)]
pub struct HistoryPoint {
    /// Its first day.
    pub period: NaiveDate,
    /// The metric in it.
    pub value: f64,
}

/// A period to come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = PointBody)]
pub struct ForecastPoint {
    /// Its first day.
    pub period: NaiveDate,
    /// Expected value.
    pub value: f64,
    /// Lower limit of the 80 % interval.
    pub lower80: f64,
    /// Upper limit of the 80 % interval.
    pub upper80: f64,
    /// Lower limit of the 95 % interval.
    pub lower95: f64,
    /// Upper limit of the 95 % interval.
    pub upper95: f64,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelBody)]
pub struct Model {
    /// combination, seasonal_naive, naive, mean, croston_sba or tsb.
    pub name: &'static str,
    /// Length of its season in periods; 1 for none.
    pub season: usize,
    /// Parts with their weight and what was fitted.
    pub parts: Vec<ModelPart>,
}

/// A part of a model.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelPartBody)]
pub struct ModelPart {
    /// Its usual short name.
    pub name: String,
    /// Its share.
    pub weight: f64,
    /// What was fitted.
    #[schema(value_type = BTreeMap<String, f64>)]
    pub parameters: BTreeMap<&'static str, f64>,
}

/// Errors on the past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = ErrorsBody)]
pub struct Errors {
    /// Symmetric mean absolute percentage error, 0 to 200.
    pub smape: Option<f64>,
    /// Mean absolute error over that of the seasonal naive method one step ahead.
    pub mase: Option<f64>,
}

/// A method that was tried on the past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = TriedMethodBody)]
pub struct TriedMethod {
    /// combination, dotm, dotm_log, ces, ets, airline, seasonal_naive, naive, croston_sba or tsb.
    pub name: &'static str,
    /// Its errors, alone.
    #[serde(flatten)]
    pub errors: Errors,
    /// Its own share in the forecast, 0 to 1. The combination, whose members stand beside it, has none.
    pub weight: f64,
}

/// How the model did on the past, with nothing of what came later.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = BacktestBody)]
pub struct Backtest {
    /// Its errors.
    #[serde(flatten)]
    pub errors: Errors,
    /// Share of the past that the 95 % intervals held.
    pub coverage95: Option<f64>,
    /// How many times it was tried.
    pub folds: usize,
    /// How many periods ahead at each trial.
    pub horizon: usize,
    /// Each method that was tried, and its error alone: what lost to repeating the past stands here.
    pub methods: Vec<TriedMethod>,
}

/// Answers a forecast.
///
/// # Errors
/// A parameter that there is not or that does not parse, and the limits of queries.
pub(super) async fn answer(
    engine: &Engine,
    tenant: &TenantContext,
    parameters: &BTreeMap<String, String>,
) -> Result<Forecast> {
    let asked = Asked::new(parameters, &PARAMETERS, tenant, engine.clock().now())?;
    let metric = asked.text("metric").map_or(Ok(Metric::Revenue), Metric::parse)?;
    let grain = asked.text("grain").map_or(Ok(Grain::Month), Grain::parse)?;
    let horizon = asked.integer("horizon", 6, 1, MAX_HORIZON)?;
    let holidays = match asked.text("holidays") {
        Some(_) => asked.dates("holidays")?,
        None => tenant.holidays().to_vec(),
    };
    let language = asked.language()?;
    let scope = Scope {
        product_id: asked.owned("product_id"),
        category: asked.owned("category"),
        channel: asked.owned("channel"),
        segment: asked.owned("segment"),
    };
    let query = SeriesQuery { metric, grain, scope, currency: asked.currency()?, as_of: asked.as_of()? };
    let mut reader = SnapshotReader::open(engine, tenant).await?.inner().knowing_refunds().await?;
    if query.scope.segment.is_some() {
        reader = few::knowing_customers(&reader, &query.currency, query.as_of).await?;
    }
    // It holds a figure a day, and computes for long.
    let ticket = reader.admit("forecasts", 0).await?;
    let series = series::read(&reader, tenant, &query).await?;
    let options = Options {
        horizon: usize::try_from(horizon).unwrap_or(1),
        seasons: Vec::new(),
        calendar: Some(calendar(&series, &holidays)),
        non_negative: !metric.can_be_negative(),
    };
    let values = series.values.clone();
    let forecast = tokio::task::spawn_blocking(move || method::forecast(&values, &options))
        .await
        .map_err(|e| Error::internal("a forecast failed inside the server").with_source(e))?;
    drop(ticket);
    told(&query, series, &forecast, language, tenant, reader.snapshot())
}

/// Where the series lies in time. Its first period is a part of one when the shop's first record lies inside.
fn calendar(series: &Series, holidays: &[NaiveDate]) -> Calendar {
    let number = |day: NaiveDate| method::day(day.year(), day.month().cast_signed(), day.day().cast_signed());
    let begun = series.first_day.filter(|day| series.grain.start(*day) == series.start);
    Calendar {
        grain: match series.grain {
            Grain::Day => method::Grain::Day,
            Grain::Week => method::Grain::Week,
            Grain::Month => method::Grain::Month,
        },
        from: number(begun.unwrap_or(series.start)),
        until: None,
        holidays: holidays.iter().copied().map(number).collect(),
    }
}

fn told(
    query: &SeriesQuery,
    series: Series,
    forecast: &method::Forecast,
    language: Language,
    tenant: &TenantContext,
    snapshot: &str,
) -> Result<Forecast> {
    let round = |value: f64| rounded(value, query.metric);
    let past_the_end = || Error::invalid("bad_parameter", "The forecast would reach past the end of the calendar.");
    let period = |index: usize| series.period(index).ok_or_else(past_the_end);
    let history = series.values.iter().enumerate();
    let history = history.map(|(i, value)| Ok(HistoryPoint { period: period(i)?, value: round(*value) }));
    let points = forecast.points.iter().enumerate().map(|(i, point)| {
        Ok(ForecastPoint {
            period: period(forecast.from + i)?,
            value: round(point.value),
            lower80: round(point.lower80),
            upper80: round(point.upper80),
            lower95: round(point.lower95),
            upper95: round(point.upper95),
        })
    });
    let errors = |accuracy: &Accuracy| Errors { smape: accuracy.smape, mase: accuracy.mase };
    let parts = forecast.model.parts.iter();
    let parts = parts.map(|part| ModelPart {
        name: part.name.clone(),
        weight: part.weight,
        parameters: part.parameters.iter().copied().collect(),
    });
    Ok(Forecast {
        metric: query.metric.name(),
        grain: query.grain.name(),
        unit: query.metric.unit(&query.currency),
        history: history.collect::<Result<_>>()?,
        points: points.collect::<Result<_>>()?,
        model: Model { name: forecast.model.method.name(), season: forecast.model.season, parts: parts.collect() },
        backtest: forecast.backtest.as_ref().map(|trial| Backtest {
            errors: errors(&trial.model),
            coverage95: trial.coverage95,
            folds: trial.origins,
            horizon: trial.horizon,
            methods: trial.tried.iter().map(tried).collect(),
        }),
        naive: forecast.backtest.as_ref().map(|trial| errors(&trial.naive)),
        notes: forecast.notes.iter().map(|note| sentence(*note, query.grain, language)).collect(),
        sql: series.sql.clone(),
        time_zone: tenant.time_zone().name(),
        snapshot: snapshot.to_owned(),
    })
}

fn tried(one: &method::Tried) -> TriedMethod {
    TriedMethod {
        name: one.name,
        errors: Errors { smape: one.accuracy.smape, mase: one.accuracy.mase },
        weight: one.share,
    }
}

/// To the digits that a figure has: a ratio to six, all else to four, as money is stored.
fn rounded(value: f64, metric: Metric) -> f64 {
    let unit = if metric == Metric::RepeatRate { 1e6 } else { 1e4 };
    let scaled = value * unit;
    // Past 2^53 there are no digits behind the point any more.
    if scaled.abs() < 9e15 { scaled.round() / unit } else { value }
}

fn sentence(note: Note, grain: Grain, language: Language) -> String {
    let periods = match (grain, language) {
        (Grain::Day, Language::En) => "days",
        (Grain::Week, Language::En) => "weeks",
        (Grain::Month, Language::En) => "months",
        (Grain::Day, Language::Ru) => "дн.",
        (Grain::Week, Language::Ru) => "нед.",
        (Grain::Month, Language::Ru) => "мес.",
    };
    let (en, ru) = match note {
        Note::NoData => (
            "There is no whole period with a record: the points are zeros and say nothing.".to_owned(),
            "Нет ни одного целого периода с записями: точки равны нулю и ничего не значат.".to_owned(),
        ),
        Note::TooFew { have, need } => (
            format!(
                "Only {have} {periods} of history: a simple method with wide intervals. From {need} on a model is fitted."
            ),
            format!(
                "Истории всего {have} {periods}: простой метод и широкие интервалы. Модель строится начиная с {need}."
            ),
        ),
        Note::NoSeason { have, need } => (
            format!(
                "Only {have} {periods} of history: the season cannot be told. From {need} on it is in the forecast."
            ),
            format!("Истории всего {have} {periods}: сезонность не определить. Она учитывается начиная с {need}."),
        ),
        Note::AllZero => ("All values are zero.".to_owned(), "Все значения равны нулю.".to_owned()),
        Note::Constant => ("All values are the same.".to_owned(), "Все значения одинаковы.".to_owned()),
        Note::Intermittent => (
            "Most values are zero: the points are a mean rate and do not say when a sale comes.".to_owned(),
            "Большинство значений равны нулю: точки показывают среднюю скорость, а не время продажи.".to_owned(),
        ),
        Note::NaiveBetter { percent } => (
            format!(
                "Tried on the past, the combination of models was worse than repeating the past, which has a share of {percent} % in this forecast."
            ),
            format!(
                "При проверке на прошлом сочетание моделей ошибалось больше, чем простой повтор прошлого; доля повтора в этом прогнозе — {percent} %."
            ),
        ),
        Note::NaiveBetterByAbsolute => (
            "By mean absolute error repeating the past would be better, because of many zeros; a mean rate is shown, whose squared error is smaller.".to_owned(),
            "По средней абсолютной ошибке простой повтор прошлого точнее: много нулей. Показана средняя скорость, её квадратичная ошибка меньше.".to_owned(),
        ),
        Note::ShortTrial { origins, horizon } => (
            format!(
                "The history is short: it was tried on the past {origins} times for {horizon} {periods} ahead, on histories too short for a season."
            ),
            format!(
                "История короткая: проверок на прошлом — {origins}, на {horizon} {periods} вперёд, по отрезкам без полной сезонности."
            ),
        ),
        Note::LongHorizon => (
            "The forecast reaches further ahead than the history reaches back.".to_owned(),
            "Прогноз смотрит вперёд дальше, чем история назад.".to_owned(),
        ),
        Note::NotNumbers { count } => (
            format!("{count} values were no numbers and were taken to be like those before them."),
            format!("Значений, не являющихся числами: {count}; вместо них взяты предыдущие."),
        ),
        Note::Partial { .. } => (
            "The first period is left out of the model: records begin inside it.".to_owned(),
            "Первый период не вошёл в модель: записи начинаются внутри него.".to_owned(),
        ),
    };
    match language {
        Language::En => en,
        Language::Ru => ru,
    }
}
