//! What is to come: each step with its interval, and how well the model did on what is already known.

use kupets_semantic::period::Unit;
use kupets_semantic::plan::Plan;
use serde::Deserialize;

use super::tell;
use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, format, keys, lists};
use crate::language::Language;

/// What `/v1/forecast` answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Forecast {
    /// The metric's name.
    pub metric: String,
    /// The step: `day`, `week`, `month`, `quarter`, `year`.
    pub grain: String,
    /// The steps ahead.
    pub points: Vec<Point>,
    /// The model that was chosen.
    #[serde(default)]
    pub model: String,
    /// How it did on the history.
    #[serde(default)]
    pub backtest: Option<Errors>,
    /// How repeating the past did.
    #[serde(default)]
    pub naive: Option<Errors>,
    /// What is to be known beside it.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A step ahead.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Point {
    /// Its first day.
    pub period: String,
    /// The middle.
    pub value: Decimal,
    /// Eight times of ten it is not less.
    pub lower80: Decimal,
    /// Nor more.
    pub upper80: Decimal,
}

/// The errors of a backtest.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Errors {
    /// The symmetric mean error, in per cent.
    #[serde(default)]
    pub smape: Option<f64>,
    /// The error beside the naive one's.
    #[serde(default)]
    pub mase: Option<f64>,
}

/// Steps that are told.
const TOLD: usize = 6;

/// The answer.
pub fn write(plan: &Plan, forecast: &Forecast, context: &Context<'_>) -> Answer {
    let language = context.language;
    let (name, unit) = tell::metric(&forecast.metric, language);
    let about = keys::filters(plan, language);
    if forecast.points.is_empty() {
        let mut lines = vec![match language {
            Language::Ru => format!("Прогноза нет ({name}{about}): истории слишком мало."),
            Language::En => format!("There is no forecast ({name}{about}): there is too little history."),
        }];
        lines.extend(forecast.notes.iter().cloned());
        return tell::answer(
            lines,
            Chart::None,
            Some(("Выручка за всё время по месяцам", "Revenue by month, all time")),
            language,
        );
    }
    let shown = |value: Decimal| format::value(value, unit, context.currency, language);
    let grain = grain(&forecast.grain);
    let point = |point: &Point| {
        let when = lists::step(&point.period, grain, language);
        let (value, lower, upper) = (shown(point.value), shown(point.lower80), shown(point.upper80));
        match language {
            Language::Ru => format!("{when}: {value} (с вероятностью 80\u{a0}% от {lower} до {upper})"),
            Language::En => format!("{when}: {value} (80% likely between {lower} and {upper})"),
        }
    };
    let mut lines = Vec::new();
    match forecast.points.as_slice() {
        [one] => lines.push(match language {
            Language::Ru => format!("Прогноз, {}{about}, {}.", name.to_lowercase(), point(one)),
            Language::En => format!("Forecast of {}{about}, {}.", name.to_lowercase(), point(one)),
        }),
        many => {
            lines.push(match language {
                Language::Ru => format!("Прогноз, {}{about}:", name.to_lowercase()),
                Language::En => format!("Forecast of {}{about}:", name.to_lowercase()),
            });
            lines.extend(many.iter().take(TOLD).map(|one| format!("{}.", point(one))));
            if let Some(more) = many.len().checked_sub(TOLD).filter(|more| *more > 0) {
                lines.push(match language {
                    Language::Ru => format!("И ещё {more} в таблице."),
                    Language::En => format!("And {more} more in the table."),
                });
            }
        }
    }
    lines.push(trust(forecast, language));
    lines.extend(forecast.notes.iter().cloned());
    lines.extend(plan.assumed.iter().map(|assumed| match language {
        Language::Ru => format!("Учтите: {assumed}."),
        Language::En => format!("Note: {assumed}."),
    }));
    tell::answer(
        lines,
        Chart::Line,
        Some(("Что делать, чтобы поднять продажи?", "What should we do to increase sales?")),
        language,
    )
}

fn grain(name: &str) -> Option<Unit> {
    match name {
        "week" => Some(Unit::Week),
        "month" => Some(Unit::Month),
        "quarter" => Some(Unit::Quarter),
        "year" => Some(Unit::Year),
        _ => Some(Unit::Day),
    }
}

/// How well the model did, and whether it is worth more than repeating the past.
fn trust(forecast: &Forecast, language: Language) -> String {
    let error = |errors: &Option<Errors>| errors.as_ref().and_then(|errors| errors.smape);
    let percent = |value: f64| {
        let text = tell::number(value, 1, language);
        if language.russian() { format!("{text}\u{a0}%") } else { format!("{text}%") }
    };
    let model = &forecast.model;
    match (error(&forecast.backtest), error(&forecast.naive), language) {
        (Some(own), Some(naive), Language::Ru) => {
            let than = if own < naive { "точнее" } else { "не точнее" };
            format!(
                "Модель {model}: на известных данных ошибалась в среднем на {}, это {than} простого повтора прошлого ({}).",
                percent(own),
                percent(naive)
            )
        }
        (Some(own), Some(naive), Language::En) => {
            let than = if own < naive { "better" } else { "no better" };
            format!(
                "Model {model}: it was off by {} on average on known data, {than} than repeating the past ({}).",
                percent(own),
                percent(naive)
            )
        }
        (Some(own), None, Language::Ru) => {
            format!("Модель {model}: на известных данных ошибалась в среднем на {}.", percent(own))
        }
        (Some(own), None, Language::En) => {
            format!("Model {model}: it was off by {} on average on known data.", percent(own))
        }
        (None, _, Language::Ru) => "Проверить модель не на чем: истории мало, поэтому прогноз ненадёжен.".to_owned(),
        (None, _, Language::En) => {
            "The model could not be tested: there is little history, so the forecast says little.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(json: &str, language: Language) -> Answer {
        let forecast: Forecast = serde_json::from_str(json).unwrap();
        let context =
            Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        let mut answer = write(&Plan::default(), &forecast, &context);
        answer.text = answer.text.replace('\u{a0}', " ");
        answer
    }

    #[test]
    fn a_forecast_is_told_with_its_interval_and_its_error() {
        let json = r#"{"metric": "revenue", "grain": "month", "unit": "GBP", "history": [],
            "points": [{"period": "2011-12-01", "value": 1000.5, "lower80": 900, "upper80": 1100.25, "lower95": 1, "upper95": 2}],
            "model": "ets", "backtest": {"smape": 12.34, "mase": 0.8, "coverage95": 0.94, "folds": 3},
            "naive": {"smape": 20, "mase": 1}, "notes": ["Праздники не учтены."], "sql": ""}"#;
        let ru = told(json, Language::Ru);
        assert_eq!(
            ru.text,
            "Прогноз, выручка, 12.2011: 1000,50 £ (с вероятностью 80 % от 900,00 £ до 1100,25 £).\n\
             Модель ets: на известных данных ошибалась в среднем на 12,3 %, это точнее простого повтора прошлого (20,0 %).\n\
             Праздники не учтены."
        );
        assert!(ru.next.is_some());
        let en = told(&json.replace("12.34", "25"), Language::En);
        assert!(en.text.contains("12.2011: £1,000.50 (80% likely between £900.00 and £1,100.25)"), "{}", en.text);
        assert!(en.text.contains("no better than repeating the past"), "{}", en.text);
    }

    #[test]
    fn too_little_history_is_said() {
        let json = r#"{"metric": "orders", "grain": "week", "points": []}"#;
        assert!(told(json, Language::Ru).text.contains("истории слишком мало"));
        assert!(told(json, Language::En).text.contains("too little history"));
    }
}
