//! When: dates, or words that are read as the assistant reads them. What cannot be read for certain is asked back, never guessed.

use chrono::{DateTime, Utc};
use kupets_engine::semantic::{
    find::{self, Said},
    period::{Comparison, Expr, Unclear, compare, resolve},
    plan::{Edge, PlanPeriod},
    text::{Kind, Token, tokenize},
};
use kupets_mcp::{Period, Span, ToolError};

use super::{
    asking::Asking,
    failure::{Answer, failed},
};

/// Bytes of words at most: a period is short.
const MAX_WORDS: usize = 300;
/// Words beside a period that say nothing of their own.
const SILENT: [&str; 17] = [
    "the",
    "for",
    "in",
    "of",
    "over",
    "during",
    "period",
    "whole",
    "full",
    "entire",
    "за",
    "в",
    "во",
    "на",
    "весь",
    "всю",
    "период",
];
/// What the period before is called.
const PREVIOUS: [&str; 11] = [
    "previous",
    "previous period",
    "the previous period",
    "prior period",
    "period before",
    "the period before",
    "before",
    "предыдущий",
    "предыдущий период",
    "прошлый период",
    "период до этого",
];
/// What the same period a year earlier is called.
const YEAR_AGO: [&str; 15] = [
    "year ago",
    "a year ago",
    "one year ago",
    "year before",
    "the year before",
    "year earlier",
    "a year earlier",
    "same period a year ago",
    "same period last year",
    "the same period last year",
    "год назад",
    "годом ранее",
    "годом раньше",
    "тот же период год назад",
    "тот же период прошлого года",
];
/// Words that would do.
const EXAMPLES: &str = "Send words such as `last month`, `March 2026`, `последние 30 дней` or `с начала года`, or dates as `from` and `to`.";

/// A period that was understood.
#[derive(Debug)]
pub(super) struct Understood {
    /// The period.
    pub period: PlanPeriod,
    /// What was taken for granted.
    pub assumed: Vec<String>,
}

/// A period that was sent as the argument `at`.
pub(super) fn read(asking: &Asking, sent: &Period, at: &str) -> Answer<Understood> {
    match &sent.words {
        Some(words) => {
            let heard = Heard::new(words, at)?;
            let (expr, certain) = heard.period(at)?;
            let mut understood = of_expr(asking, &expr, at)?;
            if !certain {
                let label = &understood.period.label;
                let read =
                    asking.say(format!("период прочитан как {label}"), format!("the period was read as {label}"));
                understood.assumed.push(read);
            }
            Ok(understood)
        }
        None => Ok(Understood { period: dates(asking, sent, at)?, assumed: Vec::new() }),
    }
}

/// The period of that meaning.
pub(super) fn of_expr(asking: &Asking, expr: &Expr, at: &str) -> Answer<Understood> {
    let resolved = resolve(expr, &asking.calendar).map_err(|unclear| asked_back(asking, &unclear, at))?;
    let assumed = resolved.assumed.iter().map(|text| asking.language.text(text)).collect();
    Ok(Understood { period: PlanPeriod::of(expr, &resolved, asking.language.russian()), assumed })
}

/// The period that a period is put beside, sent as the argument `at`.
pub(super) fn beside(asking: &Asking, period: &PlanPeriod, sent: &Period, at: &str) -> Answer<PlanPeriod> {
    match &sent.words {
        Some(words) => compared(asking, period, &Heard::new(words, at)?.comparison(at)?, at),
        None => dates(asking, sent, at),
    }
}

/// What a comparison makes of a period.
pub(super) fn compared(asking: &Asking, period: &PlanPeriod, with: &Comparison, at: &str) -> Answer<PlanPeriod> {
    let resolved = period.as_resolved(&asking.calendar);
    let other = compare(&resolved, with, &asking.calendar).map_err(|unclear| asked_back(asking, &unclear, at))?;
    let nothing = || {
        let what = asking.say(
            "Сравнить не с чем: у периода нет начала.",
            "There is nothing before it: the period has no beginning.",
        );
        ToolError::new(what).at(at).advice("Send a `period` that has a beginning, or dates here.")
    };
    other.map(|other| PlanPeriod::resolved(&other, asking.language.russian())).ok_or_else(nothing)
}

/// The period as it is told.
pub(super) fn span(asking: &Asking, period: &PlanPeriod) -> Span {
    Span {
        from: period.begin(&asking.calendar).map(|at| asking.moment(at)),
        to: period.end(&asking.calendar).map(|at| asking.moment(at)),
        label: Some(period.label.clone()).filter(|label| !label.is_empty()),
        running: period.running,
    }
}

/// A period by its dates.
fn dates(asking: &Asking, sent: &Period, at: &str) -> Answer<PlanPeriod> {
    let moment = |name: &str, text: Option<&String>| -> Answer<Option<DateTime<Utc>>> {
        text.map(|text| asking.tenant.time(&format!("{at}.{name}"), text)).transpose().map_err(failed)
    };
    let (from, to) = (moment("from", sent.from.as_ref())?, moment("to", sent.to.as_ref())?);
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        let wrong = ToolError::new("It is not after `from`.").at(format!("{at}.to"));
        return Err(wrong.advice("It is the first day or moment that is not in the period any more."));
    }
    let period = PlanPeriod { from: from.map(Edge::At), to: to.map(Edge::At), ..PlanPeriod::default() };
    Ok(period.settled(&asking.calendar, asking.language.russian()))
}

/// What words that name no certain period are answered with.
fn asked_back(asking: &Asking, unclear: &Unclear, at: &str) -> ToolError {
    let labels: Vec<String> = unclear.choices.iter().map(|choice| asking.language.text(&choice.label)).collect();
    let advice = match labels.as_slice() {
        [] => EXAMPLES.to_owned(),
        labels => format!("It may be: {}. Send one of these as `from` and `to`.", labels.join("; ")),
    };
    ToolError::new(asking.language.text(&unclear.question)).at(format!("{at}.words")).advice(advice)
}

/// Words, and what they say of time.
struct Heard {
    tokens: Vec<Token>,
    said: Said,
}

impl Heard {
    fn new(words: &str, at: &str) -> Answer<Self> {
        if words.len() > MAX_WORDS {
            let wrong = ToolError::new("It is too long to be a period.").at(format!("{at}.words"));
            return Err(wrong.advice(EXAMPLES));
        }
        let tokens = tokenize(words);
        let said = find::read(&tokens, &[]);
        Ok(Self { tokens, said })
    }

    /// The one period of the words, and whether they certainly say it.
    fn period(&self, at: &str) -> Answer<(Expr, bool)> {
        let wrong = |what: &str| ToolError::new(what).at(format!("{at}.words"));
        if self.said.comparison.is_some() {
            return Err(wrong("It compares.")
                .advice("Send what it is compared with as `compared_with`, and here the period alone."));
        }
        if self.said.grain.is_some() {
            return Err(wrong("It has a step in time.").advice("Send the step as `grain`, and here the period alone."));
        }
        let certain = self.said.periods.iter().all(|found| found.certain);
        match (self.said.periods.len(), self.said.period()) {
            (0 | 1, Some(expr)) => {
                self.explained(at)?;
                Ok((expr, certain))
            }
            (0 | 1, None) => Err(wrong("No period is read in it.").advice(EXAMPLES)),
            _ => Err(wrong("It names more than one period.")
                .advice("Ask for each by itself, or send dates as `from` and `to`.")),
        }
    }

    /// What the words compare with.
    fn comparison(&self, at: &str) -> Answer<Comparison> {
        let texts: Vec<&str> = self.tokens.iter().map(|token| token.text.as_str()).collect();
        let whole = texts.join(" ");
        if PREVIOUS.contains(&whole.as_str()) {
            return Ok(Comparison::Previous);
        }
        if YEAR_AGO.contains(&whole.as_str()) {
            return Ok(Comparison::YearBefore);
        }
        match &self.said.comparison {
            Some(found) if self.said.periods.is_empty() => {
                self.explained(at)?;
                Ok(found.expr.clone())
            }
            _ => Ok(Comparison::With(self.period(at)?.0)),
        }
    }

    /// That no word is left that says something else.
    fn explained(&self, at: &str) -> Answer<()> {
        let said = &self.said;
        let mut taken: Vec<_> = said.periods.iter().map(|found| found.tokens.clone()).collect();
        taken.extend(said.weekdays.iter().map(|found| found.tokens.clone()));
        taken.extend(said.comparison.iter().map(|found| found.tokens.clone()));
        let left = self.tokens.iter().enumerate().filter(|(place, token)| {
            let silent = token.kind == Kind::Mark || SILENT.contains(&token.text.as_str());
            !silent && !taken.iter().any(|range| range.contains(place))
        });
        let left: Vec<&str> = left.map(|(_, token)| token.text.as_str()).collect();
        if left.is_empty() {
            return Ok(());
        }
        let wrong = ToolError::new(format!("`{}` is not read as a time.", left.join(" "))).at(format!("{at}.words"));
        Err(wrong.advice(EXAMPLES))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use kupets_engine::semantic::period::Unit;

    use super::*;

    fn heard(words: &str) -> Heard {
        Heard::new(words, "period").unwrap()
    }

    #[test]
    fn words_are_read_in_both_languages() {
        let last_month = Expr::Ago { unit: Unit::Month, back: 1 };
        for words in ["last month", "прошлый месяц", "за прошлый месяц", "for last month"] {
            assert_eq!(heard(words).period("period").unwrap().0, last_month, "{words}");
        }
        assert_eq!(
            heard("последние 30 дней").period("period").unwrap().0,
            heard("last 30 days").period("period").unwrap().0
        );
    }

    #[test]
    fn what_is_not_a_period_is_refused_and_told() {
        for (words, says) in [
            ("", "No period is read"),
            ("when the moon is full", "No period is read"),
            ("last month without refunds", "`without refunds` is not read as a time"),
            ("March 2026 vs March 2025", "compare"),
            ("last month by day", "grain"),
            ("March 2025 April 2026", "more than one period"),
        ] {
            let told = heard(words).period("period").unwrap_err().to_string();
            assert!(told.starts_with("`period.words`") && told.contains(says), "{words}: {told}");
        }
        assert!(Heard::new(&"last ".repeat(100), "period").is_err());
    }

    #[test]
    fn comparisons_are_read() {
        let of = |words: &str| heard(words).comparison("compared_with").unwrap();
        for words in ["previous", "the previous period", "Предыдущий"] {
            assert_eq!(of(words), Comparison::Previous, "{words}");
        }
        for words in ["year ago", "a year ago", "Год назад", "same period last year"] {
            assert_eq!(of(words), Comparison::YearBefore, "{words}");
        }
        assert_eq!(of("last month"), Comparison::With(Expr::Ago { unit: Unit::Month, back: 1 }));
        assert!(heard("the competition").comparison("compared_with").is_err());
    }
}
