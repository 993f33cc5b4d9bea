//! Words of comparison: `к прошлому месяцу`, `YoY`, `по сравнению с прошлым годом`, `vs last month`, `week over week`.

use crate::period::{Comparison, Expr, Slot, Unit};
use crate::text::numbers;

use super::Found;
use super::reader::{Read, Reader};
use super::words::{self, Pointer};

/// Words that a comparison begins with and the period follows.
const LEADS: [&str; 72] = [
    "beat",
    "beats",
    "beaten",
    "outdo",
    "outperform",
    "outperformed",
    "ahead of",
    "better than",
    "worse than",
    "уделал",
    "уделала",
    "обогнал",
    "обогнала",
    "обошел",
    "перегнал",
    "переплюнул",
    "превзошел",
    "опередил",
    "не такой , как",
    "не такая , как",
    "не такое , как",
    "не такие , как",
    "не так , как",
    "не такой как",
    "different from",
    "unlike",
    "на фоне",
    "по сравнению",
    "по сравнению с",
    "по сравнению со",
    "в сравнении с",
    "в сравнении со",
    "сравнению с",
    "сравнении с",
    "сравнительно с",
    "относительно",
    "по отношению к",
    "по отношению ко",
    "в отличие от",
    "против",
    "чем",
    "чем было",
    "чем был",
    "чем была",
    "к",
    "ко",
    "vs",
    "vs .",
    "versus",
    "against",
    "compared to",
    "compared with",
    "comparing to",
    "comparing with",
    "in comparison to",
    "in comparison with",
    "by comparison with",
    "relative to",
    "than",
    "than in",
    "as against",
    "as opposed to",
    "compare to",
    "compare with",
    "over",
    "on",
    "from",
    "с",
    "со",
    "with",
    "to",
    "and",
];

impl Reader {
    /// A comparison at that place.
    pub(super) fn comparison(&self, at: usize) -> Read<Comparison> {
        self.over(at)
            .or_else(|| self.same_period(at))
            .or_else(|| self.earlier(at))
            .or_else(|| self.led(at))
            .or_else(|| self.second_of_two(at))
    }

    /// `MoM`, `month over month`, `год к году`, `г/г`, `quarter-on-quarter`.
    fn over(&self, at: usize) -> Read<Comparison> {
        let unit = |unit: Unit| if unit == Unit::Year { Comparison::YearBefore } else { Comparison::Back(unit) };
        let short = match self.word(at) {
            "mom" => Some(unit(Unit::Month)),
            "yoy" | "аппг" => Some(Comparison::YearBefore),
            "wow" => Some(unit(Unit::Week)),
            "qoq" => Some(unit(Unit::Quarter)),
            "dod" => Some(unit(Unit::Day)),
            "pop" if !self.noun_follows(at + 1) => Some(Comparison::Previous),
            _ => None,
        };
        // "Wow" opens an exclamation.
        if let Some(short) = short.filter(|_| !(self.word(at) == "wow" && self.is(at + 1, &[",", "!"]))) {
            return Some((short, at + 1));
        }
        if self.word(at + 1) == "/"
            && self.word(at) == self.word(at + 2)
            && let Some((found, 1)) = words::unit(self.word(at)).filter(|(found, _)| *found >= Unit::Day)
        {
            return Some((unit(found), at + 3));
        }
        if self.word(at + 1) == "/" && self.word(at) == self.word(at + 2) {
            let found = match self.word(at) {
                "m" | "м" => Unit::Month,
                "y" | "г" => Unit::Year,
                "w" | "н" => Unit::Week,
                "q" | "к" | "кв" => Unit::Quarter,
                "d" | "д" => Unit::Day,
                _ => return None,
            };
            return Some((unit(found), at + 3));
        }
        if let Some(next) = self.any(at, &["period over period", "period on period", "период к периоду"])
        {
            return Some((Comparison::Previous, next));
        }
        let ((one, _), next) = self.unit(at)?;
        let next = self.skip(next, &["-"]);
        let next = self.any(next, &["over", "on", "к", "ко", "to", "vs", "against", "за", "от"])?;
        if self.word(next - 1) == "за" || self.word(next - 1) == "от" {
            return None;
        }
        let next = self.skip(next, &["-"]);
        let ((other, _), end) = self.unit(next)?;
        (one == other && one >= Unit::Day).then(|| (unit(one), end))
    }

    /// `к аналогичному периоду прошлого года`, `same period last year`, `the same time last month`.
    fn same_period(&self, at: usize) -> Read<Comparison> {
        // "И за тот же месяц по Франции" goes on with the month of before.
        let joined = self.is(at, &["и", "and"]);
        let lead = self.lead(at).unwrap_or_else(|| self.skip(at, &["и"]));
        let start = self.skip(lead, &["the", "за", "в", "том", "во", "на"]);
        let russian = crate::text::adjective(self.word(start), "аналогичн")
            || self.is(
                start,
                &["тому", "тем", "тот", "того", "том", "ту", "той", "та", "такому", "таким", "такой", "такую"],
            ) && self.is(start + 1, &["же"]);
        let next = if russian {
            let next = self.skip(start + 1, &["же", "самому", "самым"]);
            let noun = self.word(next).starts_with("период")
                || self.is(
                    next,
                    &[
                        "времени",
                        "временем",
                        "отрезку",
                        "отрезком",
                        "отрезок",
                        "отрезке",
                        "сроку",
                        "время",
                        "промежутку",
                        "промежутком",
                        "промежуток",
                        "интервалу",
                        "интервалом",
                        "интервал",
                        "части",
                        "частью",
                        "часть",
                        "этапу",
                        "куску",
                    ],
                )
                || self.is(next, &["дням", "днями", "дни", "числам", "датам"]);
            let unit = words::unit(self.word(next)).is_some() || words::month(self.word(next)).is_some();
            if !(noun || unit) {
                return None;
            }
            next + 1
        } else if self.word(start) == "same" || self.is(start, &["similar", "corresponding", "equivalent"]) {
            let noun = self.is(
                start + 1,
                &[
                    "period",
                    "time",
                    "point",
                    "dates",
                    "days",
                    "timeframe",
                    "window",
                    "stretch",
                    "part",
                    "portion",
                    "span",
                    "stage",
                    "interval",
                    "slice",
                    "bit",
                    "range",
                ],
            ) || words::unit(self.word(start + 1)).is_some();
            if !noun {
                return None;
            }
            start + 2
        } else {
            return None;
        };
        let of = self.skip(self.skip(next, &["of", "in", "a", "в"]), &["the"]);
        // "К тем же дням прошлого": the unit is that of the period.
        if matches!(words::pointer(self.word(of)), Some(Pointer::Last)) && !self.noun_follows(of + 1) {
            return Some((Comparison::Previous, of + 1));
        }
        if let Some((back, end)) = self.unit_back(of) {
            return Some((back, end));
        }
        // "The same day a week earlier".
        if let Some(found) = self.earlier(next) {
            return Some(found);
        }
        if let Some(end) = self.any(
            next,
            &[
                "годом ранее",
                "год назад",
                "a year ago",
                "a year earlier",
                "a year before",
                "one year ago",
                "годом раньше",
                "год тому назад",
            ],
        ) {
            return Some((Comparison::YearBefore, end));
        }
        if let Some((crate::period::YearOf::Number(_) | crate::period::YearOf::Back(_), end)) =
            self.year_after(next, false)
        {
            return Some((Comparison::YearBefore, end));
        }
        // "The same period" alone says nothing of which year; the year before is what people mean.
        (lead > at && !(joined && self.seen_before(at).is_none())).then_some((Comparison::YearBefore, next))
    }

    /// `годом ранее`, `a year earlier`, `месяцем раньше`: without another word.
    fn earlier(&self, at: usize) -> Read<Comparison> {
        let lead = self.lead(at);
        let start = lead.unwrap_or(at);
        let start = self.skip(start, &["a", "one", "the"]);
        let ((unit, count), next) = self.unit(start)?;
        // "The week before that".
        if let Some(end) = self.any(next, &["before that", "before it", "до этого", "до того", "перед этим"])
            && count == 1
            && unit >= Unit::Day
        {
            return Some((if unit == Unit::Year { Comparison::YearBefore } else { Comparison::Back(unit) }, end));
        }
        let next = self.any(next, &["ранее", "раньше", "earlier", "before", "prior"])?;
        // "До", "before" go on with a date: "the week before Black Friday".
        if count != 1
            || unit < Unit::Day
            || self.is(next - 1, &["before", "prior"])
                && (self.noun_follows(next) || self.digits(next, 1..=4).is_some() || start == at)
        {
            return None;
        }
        Some((if unit == Unit::Year { Comparison::YearBefore } else { Comparison::Back(unit) }, next))
    }

    fn lead(&self, at: usize) -> Option<usize> {
        self.any(at, &LEADS)
    }

    /// "Is this month better than the last", "прошлая неделя хуже позапрошлой": the unit was named before.
    pub(super) fn elliptic(&self, at: usize, before: Option<&Found>) -> Read<Comparison> {
        if let Some(found) = self.elliptic_number(at, before) {
            return Some(found);
        }
        let unit = match &before?.expr {
            Expr::This(unit) => (*unit, 0),
            Expr::Ago { unit, back } => (*unit, *back),
            _ => return None,
        };
        let start = self.skip(self.lead(at).unwrap_or(at), &["the"]);
        let pointer = words::pointer(self.word(start))?;
        let next = start + 1;
        let ends = next >= self.len() || self.is(next, &["?", ".", ",", "!", "по", "by", "in", "в", "и", "and"]);
        let compares = (before?.tokens.end..start).any(|place| {
            const WORDS: [&str; 22] = [
                "чем",
                "лучше",
                "хуже",
                "больше",
                "меньше",
                "выше",
                "ниже",
                "против",
                "сравнению",
                "сравнении",
                "сравни",
                "than",
                "vs",
                "versus",
                "against",
                "better",
                "worse",
                "more",
                "less",
                "higher",
                "lower",
                "compared",
            ];
            WORDS.contains(&self.word(place))
        });
        // A running unit is compared with the same part of the one before.
        let with = match (pointer, unit) {
            (Pointer::Last, (Unit::Year, 0)) => Comparison::YearBefore,
            (Pointer::Last, (unit, 0)) => Comparison::Back(unit),
            (Pointer::Last | Pointer::BeforeLast, (_, 1)) => Comparison::Previous,
            _ => return None,
        };
        (ends && compares).then_some((with, next))
    }

    /// "В третьем квартале ко второму", "Q3 against the second": the noun is that of the period before.
    fn elliptic_number(&self, at: usize, before: Option<&Found>) -> Read<Comparison> {
        let Expr::Yearly { slot, which } = &before?.expr else { return None };
        let start = self.skip(self.lead(at)?, &["в", "во", "за", "in", "the"]);
        let start = self.skip(start, &["the"]);
        let (number, next) = numbers::ordinal(&self.tokens, start)?;
        let number = u8::try_from(number).ok()?;
        let slot = match slot {
            Slot::Quarter(_) if (1..=4).contains(&number) => Slot::Quarter(number),
            Slot::Half(_) if (1..=2).contains(&number) => Slot::Half(number),
            Slot::Week(_) if (1..=53).contains(&number) => Slot::Week(number),
            _ => return None,
        };
        let ends = next >= self.len() || self.is(next, &["?", ".", ",", "!", "по", "by", "in", "в", "и", "and"]);
        ends.then_some((Comparison::With(Expr::Yearly { slot, which: *which }), next))
    }

    /// The last unit as something to compare with: `прошлому месяцу`, `last year`, `неделю назад`.
    fn unit_back(&self, at: usize) -> Read<Comparison> {
        let (expr, next) = self.pointed_unit(at).or_else(|| self.units_ago(at)).or_else(|| {
            let ((expr, _), next) =
                self.core(at).filter(|((expr, _), _)| *expr == Expr::Ago { unit: Unit::Day, back: 1 })?;
            Some((expr, next))
        })?;
        let unit = match expr {
            Expr::Ago { unit, back: 1 } | Expr::Rolling { count: 1, unit } => unit,
            _ => return None,
        };
        Some((if unit == Unit::Year { Comparison::YearBefore } else { Comparison::Back(unit) }, next))
    }

    /// A word of comparison and what it compares with.
    fn led(&self, at: usize) -> Read<Comparison> {
        let lead = self.lead(at)?;
        // "Orders rung up on the ninth": nothing rose.
        const UP: [&str; 8] = ["rung", "rang", "ring", "signed", "picked", "opened", "racked", "put"];
        let up = if self.is(at, &["up"]) { at } else { at.saturating_sub(1) };
        if self.is(up, &["up"]) && UP.contains(&self.before(up)) {
            return None;
        }
        // "Grew most over the last month": with the article it is a period of its own.
        if self.is(at, &["over"])
            && self.is(at + 1, &["the"])
            && self.is(at + 2, &["last", "past"])
            && self.seen_before(at).is_none()
        {
            return None;
        }
        let weak = self.is(at, &["over", "on", "from", "to", "and", "with", "с", "со", "к", "ко"]) && lead == at + 1;
        let inner = self.skip(
            lead,
            &[
                "в",
                "за",
                "во",
                "на",
                "in",
                "during",
                "on",
                "уровню",
                "показателям",
                "результатам",
                "данным",
                "показателями",
            ],
        );
        // "К прошлому периоду", "vs the previous period", "чем раньше".
        let article = self.skip(inner, &["the"]);
        let pointed = words::pointer(self.word(article));
        if let Some(Pointer::Last | Pointer::Past) = pointed
            && (self.word(article + 1).starts_with("период")
                || self.is(article + 1, &["period", "periods", "one", "раз"]))
            && !self.is(article + 1, &["раз"])
        {
            return (!weak || self.compares(at)).then_some((Comparison::Previous, article + 2));
        }
        // "К предыдущим 7 дням", "vs the prior two weeks": so many units before those that were said.
        let number = self.length(article + 1).filter(|_| matches!(pointed, Some(Pointer::Last | Pointer::Past)));
        if let Some((_, next)) = number
            && (!weak || self.compares(at))
            && self.seen_before(at).is_some()
        {
            return Some((Comparison::Previous, next));
        }
        // "Относительно четырёх предыдущих недель", "against the 4 previous weeks": the number stands first.
        let counted = self.length(article).filter(|(_, next)| {
            (article..*next).any(|at| {
                crate::text::adjective(self.word(at), "предыдущ")
                    || crate::text::adjective(self.word(at), "предшествующ")
                    || self.is(at, &["previous", "prior", "preceding", "earlier"])
            })
        });
        if let Some((_, next)) = counted
            && (if weak { self.compares(at) && self.seen_before(at).is_some() } else { self.said_before(at) })
        {
            return Some((Comparison::Previous, next));
        }
        // "Vs the previous 4": the unit is that of the period.
        let bare = numbers::number(&self.tokens, article + 1)
            .filter(|_| matches!(pointed, Some(Pointer::Last | Pointer::Past)))
            .filter(|(_, end)| words::unit(self.word(*end)).is_none());
        if let Some((_, next)) = bare
            && (!weak || self.compares(at))
            && self.seen_before(at).is_some()
        {
            return Some((Comparison::Previous, next));
        }
        // "YTD vs prior YTD".
        if matches!(pointed, Some(Pointer::Last))
            && self.is(article + 1, &["ytd", "mtd", "qtd", "wtd"])
            && (!weak || self.compares(at))
        {
            let unit = match self.word(article + 1) {
                "wtd" => Unit::Week,
                "mtd" => Unit::Month,
                "qtd" => Unit::Quarter,
                _ => return Some((Comparison::YearBefore, article + 2)),
            };
            return Some((Comparison::Back(unit), article + 2));
        }
        // "Последние три месяца против трёх до них", "against the three before", "with the 2 weeks before that".
        let compares = !weak || self.is(at, &["with", "to", "с", "со"]) && self.compares_here(at);
        let as_many = numbers::number(&self.tokens, article)
            .map(|(number, end)| (number, self.length(article).map_or(end, |(_, end)| end)))
            .filter(|_| compares && self.seen_before(at).is_some());
        if let Some((_, end)) = as_many
            && let Some(next) = self.any(
                end,
                &[
                    "до них",
                    "до этого",
                    "до того",
                    "перед ними",
                    "перед этим",
                    "предыдущих",
                    "before",
                    "before that",
                    "before them",
                    "prior",
                    "earlier",
                ],
            )
        {
            return Some((Comparison::Previous, next));
        }
        // "Against the one before".
        if let Some(next) =
            self.any(article, &["one before that", "one before", "one prior", "ones before", "то что до"])
            && !weak
        {
            return Some((Comparison::Previous, next));
        }
        if !weak && self.is(at, &["чем", "than"]) && self.is(inner, &["раньше", "before", "прежде"]) {
            return Some((Comparison::Previous, inner + 1));
        }
        if weak && !self.compares(at) {
            return None;
        }
        if let Some((comparison, next)) = self.unit_back(inner) {
            return Some((comparison, next));
        }
        let period = self.edge(inner).or_else(|| self.range(inner)).or_else(|| self.core(inner));
        let Some(((expr, sure), next)) = period else {
            // "Третий квартал против второго": the noun is that of the first.
            if let Some(found) = self.same_kind(article, at) {
                return Some(found);
            }
            // "Эта неделя относительно позапрошлой": the noun is that of the running unit before.
            let running = self.seen_before(at).and_then(|start| Some(self.prefixed(start)?.0.0));
            if let (Some(Pointer::BeforeLast), Some(Expr::This(unit))) = (pointed, running)
                && !self.noun_follows(article + 1)
            {
                return Some((Comparison::With(Expr::Ago { unit, back: 2 }), article + 1));
            }
            // "Против прошлого", "к позапрошлому", "to the previous": the noun is left out.
            let last = matches!(pointed, Some(Pointer::Last | Pointer::BeforeLast))
                && (!weak || self.is(at, &["к", "с", "со"]))
                && !self.noun_follows(article + 1);
            return last.then_some((Comparison::Previous, article + 1));
        };
        // "К 15 мая" and "over 2000" are no comparisons.
        let edge = matches!(expr, Expr::All | Expr::Vague(_) | Expr::Future(_));
        (!edge && (sure || !weak)).then_some((Comparison::With(expr), next))
    }

    /// Whether the question says before that place that it compares.
    fn compares_here(&self, at: usize) -> bool {
        const COMPARE: [&str; 6] = ["сравн", "сопостав", "compar", "контраст", "contrast", "разниц"];
        self.tokens.iter().take(at).any(|token| COMPARE.iter().any(|stem| token.text.starts_with(stem)))
    }

    /// Whether a word that has other senses ("к", "with", "over") compares here.
    fn compares(&self, at: usize) -> bool {
        let before = |stems: &[&str]| {
            self.tokens.iter().take(at).any(|token| stems.iter().any(|stem| token.text.starts_with(stem)))
        };
        let compare = ["сравн", "сопостав", "compar", "контраст", "contrast", "разниц", "differ"];
        match self.word(at) {
            // The dative of a pointer or a month compares ("к прошлому месяцу", "к маю"); "к 15 мая" does not.
            "к" | "ко" => {
                let inner = self.skip(at + 1, &["уровню", "показателям", "результатам", "данным"]);
                let word = self.word(inner);
                let dative = |word: &str| ["ому", "ему"].iter().any(|end| word.ends_with(end));
                let year = self.year_number(inner).is_some() && self.is(inner + 1, &["году", "г"]);
                words::pointer(word).is_some()
                    && (dative(word)
                        || word.ends_with("ой")
                        || word.ends_with("ей")
                        || word.ends_with("им")
                        || word.ends_with("ым"))
                    || words::month(word).is_some() && ["ю", "у"].iter().any(|end| word.ends_with(end))
                    || dative(word) && self.core(inner).is_some()
                    || self.is(inner, &["q"])
                        && before(&["рост", "прирост", "динамик", "изменен", "упал", "вырос", "сниз"])
                    || year
                    || self.is(
                        inner,
                        &[
                            "вчера", "позавчера", "сегодня", "вчерашнему", "весне", "зиме", "осени", "лету", "началу",
                            "середине", "концу",
                        ],
                    ) && self.seen_before(at).is_some()
                    || inner > at + 1
                    // "Q3 к Q2": a period of the calendar to another of its kind.
                    || self.seen_before(at).is_some_and(|start| self.alike(start, inner))
            }
            "с" | "со" => {
                let instrumental = |end: usize| (at + 1..end).any(|at| words::instrumental(self.word(at)));
                before(&compare) && self.core(at + 1).is_some_and(|(_, end)| instrumental(end))
            }
            "and" => false,
            "to" | "with" => before(&compare),
            _ => before(&[
                "grow", "grew", "increas", "chang", "decreas", "declin", "drop", "differ", "up", "down", "improv",
                "rise", "rose", "fell", "gain", "lift",
            ]),
        }
    }

    /// `сравни март и апрель`, `compare May and June`: the second of the two.
    fn second_of_two(&self, at: usize) -> Read<Comparison> {
        const COMPARE: [&str; 6] = ["сравн", "сопостав", "compar", "разниц", "differ", "отлича"];
        const CHANGES: [&str; 8] = ["измен", "поменял", "динамик", "прирост", "chang", "compar", "сравн", "differ"];
        let says = |stems: &[&str], token: &crate::text::Token| stems.iter().any(|stem| token.text.starts_with(stem));
        let compares = self.tokens.iter().take(at).any(|token| says(&COMPARE, token));
        // "В прошлом месяце и в позапрошлом, как изменилось": the noun is that of the first.
        if self.tokens.iter().any(|token| says(&CHANGES, token))
            && self.is(at, &["и", "and"])
            && let Some(found) = self.without_noun(at)
        {
            return Some(found);
        }
        if !compares || !self.is(at, &["и", "and", ",", "или", "or"]) || self.seen_before(at).is_none() {
            return None;
        }
        let inner = self.skip(self.skip(at + 1, &["за", "в", "in", "for", "во", "on"]), &["the"]);
        let ((expr, _), next) = self.core(inner).or_else(|| self.core(at + 1))?;
        (!matches!(expr, Expr::All | Expr::Vague(_) | Expr::Future(_))).then_some((Comparison::With(expr), next))
    }

    /// `и (в) позапрошлом`, `and the one before`: the period before the one that ends here.
    fn without_noun(&self, at: usize) -> Read<Comparison> {
        self.seen_before(at)?;
        let inner = self.skip(self.skip(at + 1, &["в", "за", "in", "for"]), &["the"]);
        if let Some(next) = self.any(inner, &["one before that", "one before", "one prior"]) {
            return Some((Comparison::Previous, next));
        }
        let pointed = matches!(words::pointer(self.word(inner)), Some(Pointer::BeforeLast));
        let previous = crate::text::adjective(self.word(inner), "предыдущ");
        ((pointed || previous) && !self.noun_follows(inner + 1)).then_some((Comparison::Previous, inner + 1))
    }

    /// Whether two periods are of a kind: two quarters, two months.
    fn alike(&self, one: usize, other: usize) -> bool {
        let kind = |at: usize| match self.prefixed(at)?.0.0 {
            Expr::Yearly { slot, .. } => Some(std::mem::discriminant(&slot)),
            _ => None,
        };
        kind(one).is_some_and(|one| kind(other) == Some(one))
    }

    /// An ordinal that stands for a quarter, half or week because the period before is one.
    fn same_kind(&self, at: usize, compared: usize) -> Read<Comparison> {
        let (number, next) = numbers::ordinal(&self.tokens, at)?;
        let number = u8::try_from(number).ok()?;
        let before = (0..compared).rev().find_map(|start| match self.prefixed(start)?.0.0 {
            Expr::Yearly { slot, which } => Some((slot, which)),
            _ => None,
        })?;
        let slot = match before.0 {
            Slot::Quarter(_) if (1..=4).contains(&number) => Slot::Quarter(number),
            Slot::Half(_) if (1..=2).contains(&number) => Slot::Half(number),
            Slot::Week(_) if (1..=53).contains(&number) => Slot::Week(number),
            _ => return None,
        };
        Some((Comparison::With(Expr::Yearly { slot, which: before.1 }), next))
    }

    /// Whether a period is said somewhere before that place.
    fn said_before(&self, at: usize) -> bool {
        (0..at).any(|start| self.prefixed(start).is_some_and(|(_, end)| end <= at))
    }

    /// Whether a period ends right before that place.
    fn seen_before(&self, at: usize) -> Option<usize> {
        (at.saturating_sub(6)..at).find(|start| self.prefixed(*start).is_some_and(|(_, end)| end == at))
    }
}
