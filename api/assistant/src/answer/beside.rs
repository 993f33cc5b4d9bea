//! A figure beside another period's.

use kupets_semantic::catalogue::UnitOf;

use super::{Context, Decimal, format};
use crate::language::Language;

/// How a figure differs from the one of the period with that label.
pub(super) fn beside(
    value: Decimal,
    before: Option<Decimal>,
    label: &str,
    unit: UnitOf,
    context: &Context<'_>,
) -> String {
    let language = context.language;
    let Some(before) = before else {
        return match language {
            Language::Ru => format!("Сравнить не с чем: за {label} показателя нет."),
            Language::En => format!("There is nothing to compare with: {label} has no figure."),
        };
    };
    let shown = format::value(before, unit, context.currency, language);
    let Some(difference) = value.minus(before).filter(|difference| !difference.is_zero()) else {
        return match language {
            Language::Ru => format!("Столько же, сколько за {label} ({shown})."),
            Language::En => format!("The same as in {label} ({shown})."),
        };
    };
    let by = format::value(difference.abs(), unit, context.currency, language);
    let ratio = value.change_from(before).map(|change| format::percent(change.abs(), language));
    // A difference of shares is in points, not in per cent.
    let (by, ratio) = if unit == UnitOf::Ratio {
        let points = format::number(difference.abs().percent(), 1, language);
        (format!("{points}\u{a0}{}", language.pick("п. п.", "pp")), None)
    } else {
        (by, ratio)
    };
    let ratio = ratio.map_or_else(String::new, |ratio| format!(" ({ratio})"));
    let more = difference.digits > 0;
    match language {
        Language::Ru => {
            format!("На {by}{ratio} {}, чем за {label}: было {shown}.", if more { "больше" } else { "меньше" })
        }
        Language::En => format!("{by}{ratio} {} than in {label}: it was {shown}.", if more { "more" } else { "less" }),
    }
}
