//! The parameters that every report takes.

use super::header::{Parameter, ParameterType, Text};

/// The parameters that every report takes.
pub(super) fn common(currency: bool) -> impl Iterator<Item = Parameter> {
    let parameter = |name: &str, kind, en: &str, ru: &str| Parameter {
        name: name.into(),
        kind,
        default: None,
        required: false,
        allowed: Vec::new(),
        min: None,
        max: None,
        description: Text { en: en.into(), ru: ru.into() },
    };
    let choice = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    [
        parameter(
            "from",
            ParameterType::Time,
            "Beginning of the period; the beginning of all data if not sent",
            "Начало периода; если не задано, начало всех данных",
        ),
        parameter(
            "to",
            ParameterType::Time,
            "End of the period, not part of it; the end of all data if not sent",
            "Конец периода, сам в него не входит; если не задан, конец всех данных",
        ),
        Parameter {
            allowed: choice(&super::period::NAMES),
            ..parameter(
                "period",
                ParameterType::Choice,
                "A period by name, in place of from and to; the last 7 and 30 days include today",
                "Период по имени, вместо from и to; последние 7 и 30 дней включают сегодня",
            )
        },
        parameter(
            "currency",
            ParameterType::Text,
            "ISO 4217 code of the currency of all figures; the workspace's if not sent",
            "Код валюты всех показателей по ISO 4217; если не задан, валюта рабочего пространства",
        ),
        Parameter {
            min: Some(1.0),
            ..parameter(
                "limit",
                ParameterType::Integer,
                "Rows at most; all if not sent",
                "Не больше строк; если не задано, все",
            )
        },
        Parameter {
            allowed: choice(&["en", "ru"]),
            ..parameter("locale", ParameterType::Choice, "Language of headings", "Язык заголовков")
        },
    ]
    .into_iter()
    .filter(move |p| currency || p.name != "currency")
}
