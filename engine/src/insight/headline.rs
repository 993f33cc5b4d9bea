//! The change of the whole in a few sentences, and what the calendar and the season explain of it.

use chrono::NaiveDate;

use super::{
    effects::{Calendar, KINDS, Season},
    explain::Comparison,
    metric::Metric,
    parameters::Language,
    sold::Sold,
    words::{self, figure, list, percent_to_a_tenth, signed},
};

/// Kinds of days in the order of `Calendar::days`.
const DAYS_EN: [&str; KINDS] =
    ["holiday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAYS_RU: [&str; KINDS] =
    ["праздников", "понедельников", "вторников", "сред", "четвергов", "пятниц", "суббот", "воскресений"];
/// A change below this share hardly is one.
const HARDLY: f64 = 0.01;
/// Days by which periods differ before their lengths are told in place of their weekdays.
const OTHER_LENGTH: f64 = 7.0;

/// What is told; amounts are ten-thousandths.
pub(super) struct Lines<'a> {
    pub comparison: &'a Comparison,
    pub whole: (i128, i128),
    pub calendar: Option<&'a Calendar>,
    pub season: Option<&'a Season>,
    /// The day of the first record, where it is too late to tell the season.
    pub since: Option<NaiveDate>,
    pub orders: Option<(&'a Sold, &'a Sold)>,
    pub language: Language,
}

impl Lines<'_> {
    /// By how much the whole moved; what of it the calendar and the season explain, and what is news.
    pub fn headline(&self) -> String {
        let mut sentences = vec![self.change()];
        sentences.extend(self.orders());
        sentences.extend(self.parts());
        sentences.join(" ")
    }

    fn figure(&self, units: i128) -> String {
        figure(units, self.comparison.metric, &self.comparison.currency, self.language)
    }

    fn signed(&self, units: i128) -> String {
        signed(units, self.comparison.metric, &self.comparison.currency, self.language)
    }

    fn change(&self) -> String {
        let (before, after) = self.whole;
        let metric = words::metric(self.comparison.metric, self.language);
        let (was, is) = (self.figure(before), self.figure(after));
        let by = percent_to_a_tenth(before, after, self.language);
        let (up, change) = (after >= before, self.signed(after - before));
        let hardly = before > 0 && ((after - before) as f64 / before as f64).abs() < HARDLY;
        let text = match (by, hardly, self.language) {
            (Some(by), true, Language::En) => {
                let sign = if up { '+' } else { '−' };
                format!("{metric} hardly moved: {is}, before {was} ({sign}{by})")
            }
            (Some(by), true, Language::Ru) => {
                let sign = if up { '+' } else { '−' };
                format!("{metric}: почти без изменений, {is}, раньше {was} ({sign}{by})")
            }
            (Some(by), false, Language::En) => {
                let moved = if up { "up" } else { "down" };
                format!("{metric} {moved} {by} to {is} ({change} against {was})")
            }
            (Some(by), false, Language::Ru) => {
                let moved = if up { "больше" } else { "меньше" };
                format!("{metric} на {by} {moved}: {is} ({change} к {was})")
            }
            (None, _, Language::En) => format!("{metric}: {is}, before {was}"),
            (None, _, Language::Ru) => format!("{metric}: {is}, раньше {was}"),
        };
        words::capital(&format!("{text}."))
    }

    /// Orders and what they come to, beside revenue.
    fn orders(&self) -> Option<String> {
        let (before, after) = self.orders.filter(|_| self.comparison.metric == Metric::Revenue)?;
        let count = |sold: &Sold| i128::from(sold.orders());
        let average = |sold: &Sold| sold.order_revenue().checked_div(count(sold)).unwrap_or_default();
        let sign = |before: i128, after: i128| if after < before { '−' } else { '+' };
        let told = |before: i128, after: i128| {
            let by = percent_to_a_tenth(before, after, self.language)?;
            Some(format!("{}{by}", sign(before, after)))
        };
        let (first, second) = (count(before), count(after));
        let (orders, each) = (told(first, second)?, told(average(before), average(after))?);
        let number = |count: i128| words::orders(u64::try_from(count).unwrap_or_default(), self.language);
        let (is, was) = (number(second), number(first));
        let money = |units: i128| figure(units, Metric::AverageOrder, &self.comparison.currency, self.language);
        let (is_each, was_each) = (money(average(after)), money(average(before)));
        Some(match self.language {
            Language::En => {
                format!("Orders {orders} ({is} after {was}), average order {each} ({is_each} after {was_each}).")
            }
            Language::Ru => {
                format!("Заказы {orders} ({is}, было {was}), средний чек {each} ({is_each}, было {was_each}).")
            }
        })
    }

    /// What the calendar and the season explain, and what is news.
    fn parts(&self) -> Vec<String> {
        let Some(calendar) = self.calendar.and_then(|calendar| calendar.part) else { return Vec::new() };
        let mut sentences: Vec<String> = self.calendar().into_iter().collect();
        let season = self.season.map(|season| season.part);
        sentences.extend(self.season());
        if season.is_none() {
            sentences.extend(self.since.map(|since| match self.language {
                Language::En => format!(
                    "What the season does cannot be told: records begin on {}.",
                    words::date(since, self.language)
                ),
                Language::Ru => {
                    format!("Влияние сезона оценить нельзя: записи начинаются {}.", words::date(since, self.language))
                }
            }));
        }
        let news = self.signed(self.whole.1 - self.whole.0 - calendar - season.unwrap_or_default());
        sentences.push(match self.language {
            Language::En => format!("The rest, {news}, is news."),
            Language::Ru => format!("Остальное, {news}, и есть новость."),
        });
        sentences
    }

    /// What the calendar explains.
    pub fn calendar(&self) -> Option<String> {
        let calendar = self.calendar?;
        let part = self.signed(calendar.part?);
        let days = different(&calendar.days, self.language);
        Some(match (days, self.language) {
            (None, Language::En) => "Both periods have the same days: the calendar explains nothing.".to_owned(),
            (None, Language::Ru) => "В обоих периодах одни и те же дни: календарь ничего не объясняет.".to_owned(),
            (Some(days), Language::En) => format!("The calendar explains {part}: {days}."),
            (Some(days), Language::Ru) => format!("Календарь объясняет {part}: {days}."),
        })
    }

    /// What the season explains.
    pub fn season(&self) -> Option<String> {
        let season = self.season?;
        let (before, after) = season.year_ago;
        let (part, was, became) = (self.signed(season.part), self.figure(before), self.figure(after));
        let by = words::percent(before, after, self.language).map_or_else(String::new, |by| format!(" ({by})"));
        Some(match self.language {
            Language::En => format!("The season explains {part}: a year ago it went from {was} to {became}{by}."),
            Language::Ru => format!("Сезон объясняет {part}: год назад было {was}, стало {became}{by}."),
        })
    }
}

/// In which days the periods differ; none if in no whole day.
fn different(days: &[(f64, f64); KINDS], language: Language) -> Option<String> {
    let total = |of: fn(&(f64, f64)) -> f64| days.iter().map(of).sum::<f64>();
    let (before, after) = (total(|d| d.0), total(|d| d.1));
    if (after - before).abs() > OTHER_LENGTH {
        let number = |days: f64| words::days(days.round() as i64, language);
        let (is, was) = (number(after), number(before));
        return Some(match language {
            Language::En => format!("{is} instead of {was}"),
            Language::Ru => format!("{is} вместо {was}"),
        });
    }
    let mut groups: std::collections::BTreeMap<i64, Vec<String>> = std::collections::BTreeMap::new();
    for (kind, (before, after)) in days.iter().enumerate() {
        let change = (after - before).round() as i64;
        if change != 0 {
            let names = if language == Language::Ru { DAYS_RU } else { DAYS_EN };
            groups.entry(-change).or_default().push((*names.get(kind)?).to_owned());
        }
    }
    let told: Vec<String> = groups
        .into_iter()
        .map(|(change, mut names)| {
            let by = change.abs();
            // Each is so many: `2 more Mondays and Tuesdays`.
            if language == Language::En && by > 1 {
                names.iter_mut().for_each(|name| name.push('s'));
            }
            let names = list(&names, language);
            match (language, change < 0) {
                (Language::En, true) => format!("{by} more {names}"),
                (Language::En, false) => format!("{by} fewer {names}"),
                (Language::Ru, true) => format!("на {by} больше {names}"),
                (Language::Ru, false) => format!("на {by} меньше {names}"),
            }
        })
        .collect();
    match (told.is_empty(), (before - after).abs() > 1e-6 || days.iter().any(|d| (d.1 - d.0).abs() > 1e-6)) {
        (false, _) => Some(told.join(", ")),
        (true, false) => None,
        (true, true) => Some(match language {
            Language::En => "the periods end at other hours of the week".to_owned(),
            Language::Ru => "периоды заканчиваются в разные часы недели".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{DateTime, Utc};
    use kupets_analytics::attribution::Ordered;

    use super::*;
    use crate::insight::explain::Span;

    fn comparison() -> Comparison {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        Comparison {
            metric: Metric::Revenue,
            before: Span { from: at("2011-10-01T00:00:00Z"), to: at("2011-11-01T00:00:00Z") },
            after: Span { from: at("2011-11-01T00:00:00Z"), to: at("2011-12-01T00:00:00Z") },
            currency: "GBP".into(),
            only: None,
        }
    }

    /// Mondays to Sundays of October and November 2011.
    fn calendar(part: i128) -> Calendar {
        let (october, november) = ([0., 5., 4., 4., 4., 4., 5., 5.], [0., 4., 5., 5., 4., 4., 4., 4.]);
        let mut days = [(0.0, 0.0); KINDS];
        (0..KINDS).for_each(|kind| days[kind] = (october[kind], november[kind]));
        Calendar { part: Some(part), days, whole: (0, 0), sql: String::new() }
    }

    fn sold(orders: i64, revenue: i128) -> Sold {
        Sold { known: Ordered { customers: 1, orders, revenue, goods: revenue, units: 0 }, ..Sold::default() }
    }

    #[test]
    fn november_of_online_retail_is_told_with_its_calendar() {
        let (comparison, calendar) = (comparison(), calendar(196_842_000));
        let (before, after) = (sold(2040, 11_549_793_000), sold(2769, 15_094_963_300));
        let lines = |language| Lines {
            comparison: &comparison,
            whole: (10_707_046_700, 14_617_562_500),
            calendar: Some(&calendar),
            season: None,
            since: "2010-12-01".parse().ok(),
            orders: Some((&before, &after)),
            language,
        };
        let say = |language| lines(language).headline().replace('\u{a0}', " ");
        assert_eq!(
            say(Language::En),
            "Revenue up 36.5 % to 1,461,756.25 GBP (+391,051.58 GBP against 1,070,704.67 GBP). Orders +35.7 % (2,769 orders \
             after 2,040 orders), average order −3.7 % (545.14 GBP after 566.17 GBP). The calendar explains +19,684.20 GBP: \
             1 more Tuesday and Wednesday, 1 fewer Monday, Saturday and Sunday. What the season does cannot be told: records \
             begin on 1 December 2010. The rest, +371,367.38 GBP, is news."
        );
        assert_eq!(
            say(Language::Ru),
            "Выручка на 36,5 % больше: 1 461 756,25 GBP (+391 051,58 GBP к 1 070 704,67 GBP). Заказы +35,7 % (2 769 заказов, \
             было 2 040 заказов), средний чек −3,7 % (545,14 GBP, было 566,17 GBP). Календарь объясняет +19 684,20 GBP: на 1 \
             больше вторников и сред, на 1 меньше понедельников, суббот и воскресений. Влияние сезона оценить нельзя: записи \
             начинаются 1 декабря 2010 года. Остальное, +371 367,38 GBP, и есть новость."
        );
    }

    #[test]
    fn a_season_takes_its_part_of_the_news() {
        let (comparison, mut calendar) = (comparison(), calendar(0));
        calendar.days = [(4.0, 4.0); KINDS];
        let season = Season { part: 4_000_000, year_ago: (5_000_000, 7_000_000), sql: String::new() };
        let lines = Lines {
            comparison: &comparison,
            whole: (10_000_000, 10_050_000),
            calendar: Some(&calendar),
            season: Some(&season),
            since: "2009-12-01".parse().ok(),
            orders: None,
            language: Language::En,
        };
        assert_eq!(
            lines.headline().replace('\u{a0}', " "),
            "Revenue hardly moved: 1,005.00 GBP, before 1,000.00 GBP (+0.5 %). Both periods have the same days: the calendar \
             explains nothing. The season explains +400.00 GBP: a year ago it went from 500.00 GBP to 700.00 GBP (+40 %). The \
             rest, −395.00 GBP, is news."
        );
        assert_eq!(
            Lines { calendar: None, season: None, whole: (0, 50_000), ..lines }.headline().matches("before").count(),
            1
        );
    }

    #[test]
    fn periods_of_other_lengths_are_told_by_them() {
        let mut days = [(4.0, 13.0); KINDS];
        days[0] = (0.0, 0.0);
        assert_eq!(different(&days, Language::En).unwrap(), "91 days instead of 28 days");
        days = [(1.0, 1.4); KINDS];
        assert!(different(&days, Language::En).unwrap().contains("other hours"));
        days = [(1.0, 1.0); KINDS];
        days[2].1 = 3.0;
        assert_eq!(different(&days, Language::En).unwrap(), "2 more Tuesdays");
        days[2].1 = 1.0;
        assert_eq!(different(&days, Language::Ru), None);
    }
}
