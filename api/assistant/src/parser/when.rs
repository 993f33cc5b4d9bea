//! When: the period that is said or taken, what it is compared with, and the step in time.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::grain;
use kupets_semantic::period::{Comparison, Expr, Future, Slot, Unclear, Unit, WeekdayOf, Weekdays, WeekendOf, resolve};
use kupets_semantic::plan::{Intent, Plan};

use super::builder::{Builder, Stop};
use super::concept::Concept;
use super::scan::What;
use super::time;

/// Stems of words that point to before what was spoken of: "and the previous week?".
pub(crate) const BEFORE_THAT: [&str; 5] = ["предыдущ", "предшеств", "previous", "prior", "preceding"];

impl Builder<'_> {
    pub(super) fn set_time(&mut self, plan: &mut Plan, follows: bool) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let said = &self.scan.said;
        if let Some(grain) = &said.grain {
            if follows && plan.dimensions.iter().all(|dimension| !self.reading.dimensions.contains(dimension)) {
                plan.dimensions.clear();
                plan.limit = self.reading.limit;
                plan.order = None;
            }
            time::set_grain(plan, grain.expr);
            plan.average_per = None;
        }
        if let Some(average) = said.average.as_ref().filter(|_| plan.is_statement()) {
            plan.average_per = Some(average.expr);
            plan.grain = None;
        }
        self.which_step(plan);
        self.which_step_of(plan);
        let best_month = self.best_month(plan);
        let future = said.periods.iter().any(|found| matches!(found.expr, Expr::Future(_)));
        if plan.intent == Intent::Forecast || future && plan.is_statement() {
            let asked = said.clone();
            let assumed = if follows && said.periods.is_empty() && plan.horizon.is_some() {
                false
            } else {
                time::set_forecast(plan, &asked, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?
            };
            plan.dimensions.clear();
            if assumed {
                self.assume("срок не назван: взят следующий месяц", "no horizon was said: the next month was taken");
            }
            if plan.metrics.is_empty() {
                self.guess_metric(plan);
            }
            return Ok(());
        }
        self.in_both(plan)?;
        if said.periods.len() > 1 && self.only_days().is_none() {
            return self.two_periods(plan);
        }
        if self.change_between(plan)? {
            return Ok(());
        }
        if !follows && plan.is_statement() && said.periods.is_empty() && self.some_period() {
            return Err(self.which_period(plan));
        }
        if !follows && plan.is_statement() && self.compares_nothing() {
            return Err(self.which_period(plan));
        }
        // "How much more is that than October".
        if let ([one], true) = (said.periods.as_slice(), follows && said.comparison.is_none())
            && !self.reading.loose_bounds.is_empty()
            && plan.is_statement()
        {
            let with = Comparison::With(one.expr.clone());
            let found =
                time::set_comparison(plan, &with, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
            if found {
                return Ok(());
            }
        }
        if follows && self.shift(plan)? {
            return Ok(());
        }
        let weekdays = said.weekdays.as_ref().filter(|_| follows && said.periods.is_empty());
        let adds = self.reading.adds;
        let of_before = weekdays.and_then(|found| {
            let expr = plan.period.expr.clone()?;
            // "And on Mondays" after Fridays: those instead.
            let whole = match expr {
                Expr::Only { of, .. } if !adds => of.map_or(Expr::Unsaid, |of| *of),
                expr => expr,
            };
            Some(whole.only(found.expr))
        });
        let only = of_before.or_else(|| self.only_days()).or_else(|| self.only_days_of(plan).filter(|_| follows));
        let back = self.pointed_back().filter(|_| follows);
        let corrected = self.corrected_unit();
        let said = &self.scan.said;
        let expr = match (corrected.or(best_month).or(only).or_else(|| said.period()), follows) {
            (Some(Expr::Rolling { unit, .. } | Expr::Ago { unit, .. }), _) if plan.intent == Intent::Plan => {
                Expr::Future(Future::Unit { unit, ahead: 1 })
            }
            (Some(expr), true) => self.relative(plan, expr),
            (Some(expr), _) => expr,
            (None, true) if back.is_some() => {
                self.reading.unexplained.clear();
                back.unwrap_or(Expr::Unsaid)
            }
            (None, true) => match (self.reading.running, plan.period.expr.clone()) {
                // "Including the current one".
                (Some(with_running), Some(Expr::Whole { count, unit, .. })) => {
                    Expr::Whole { count, unit, with_running }
                }
                _ => return self.set_comparison(plan),
            },
            (None, false) => self.bare_unit(plan).unwrap_or_else(|| self.unsaid(plan)),
        };
        let resolved =
            time::set_period(plan, &expr, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
        for text in &resolved.assumed {
            let text = self.language.text(text);
            if !self.assumed.contains(&text) {
                self.assumed.push(text);
            }
        }
        if said.periods.first().is_some_and(|found| !found.certain) {
            let label = plan.period.label.clone();
            self.assume(&format!("период прочитан как {label}"), &format!("the period was read as {label}"));
        }
        let compared = plan.compared_with.is_some();
        if follows && compared && said.comparison.is_none() {
            // The comparison of before moves with the period.
            let with = self.kind_of_comparison();
            let _ = time::set_comparison(plan, &with, calendar, russian);
        }
        self.set_comparison(plan)?;
        for other in resolved.alternatives {
            let mut another = plan.clone();
            if time::set_period(&mut another, &other.expr, calendar, russian).is_ok() {
                if another.compared_with.is_some() {
                    let with = said.comparison.as_ref().map_or(Comparison::Previous, |found| found.expr.clone());
                    let _ = time::set_comparison(&mut another, &with, calendar, russian);
                }
                let label = format!("{}: {}", self.language.text(&other.name), self.language.text(&other.label));
                self.offer(label, another);
            }
        }
        Ok(())
    }

    /// "The first half of the month", "за предыдущую неделю" after a question about a month or a week: of that one.
    fn relative(&self, plan: &Plan, expr: Expr) -> Expr {
        let Some(found) = self.scan.said.periods.first() else { return expr };
        let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
        let is_unit = |unit: Unit| {
            let shape = plan.period.as_resolved(self.asked.calendar);
            let (Some(first), Some(last)) = (shape.first, shape.last) else { return false };
            unit.start(first) == first
                && unit.add(first, 1).is_some_and(|next| next > last)
                && unit.start(last) == first
        };
        match expr {
            Expr::Part { part, of } => match (*of, plan.period.expr.clone()) {
                (Expr::This(unit), Some(before)) => {
                    const POINTS: [&str; 8] = ["эт", "текущ", "нынешн", "this", "current", "running", "сего", "наст"];
                    let pointed = words.split(' ').any(|word| POINTS.iter().any(|stem| word.starts_with(stem)));
                    let of = if !pointed && is_unit(unit) { before } else { Expr::This(unit) };
                    Expr::Part { part, of: Box::new(of) }
                }
                (of, _) => Expr::Part { part, of: Box::new(of) },
            },
            Expr::Ago { unit, back: 1 } => {
                let before = BEFORE_THAT.iter().any(|word| words.contains(word)) && is_unit(unit);
                let first = plan.period.as_resolved(self.asked.calendar).first.filter(|_| before);
                let today = self.asked.calendar.today();
                // How many units the one of before lies back.
                let back = first.and_then(|first| {
                    (0..600u32).find(|back| unit.add(unit.start(today), -i64::from(*back)) == Some(first))
                });
                Expr::Ago { unit, back: back.map_or(1, |back| back + 1) }
            }
            other => other,
        }
    }

    /// The period where none is said.
    pub(super) fn unsaid(&mut self, plan: &Plan) -> Expr {
        let of_customer = plan.filter_on(&Dimension::Customer).is_some();
        // "How many customers do we have": the size of the base, unless they are said to have done something.
        let did = self
            .scan
            .marks
            .iter()
            .any(|mark| matches!(mark.what, What::Says(Concept::Bought | Concept::Sold | Concept::Spent)));
        // "Who has ever bought".
        let ever = self.scan.marks.iter().any(|mark| {
            matches!(
                self.scan.typed(mark).to_lowercase().as_str(),
                "хоть раз" | "хотя бы раз" | "at least once" | "хоть когда нибудь"
            )
        });
        if ever && plan.metrics == [Metric::Customers] {
            self.assume("период не назван: взяты все записи", "no period was said: all records were taken");
            return Expr::All;
        }
        let base = plan.metrics == [Metric::Customers]
            && !did
            && plan.dimensions.is_empty()
            && self.reading.best.is_none()
            && self.reading.bounds.is_empty();
        let whole = matches!(
            plan.intent,
            Intent::Customer
                | Intent::Offer
                | Intent::Churn
                | Intent::Clv
                | Intent::Cohort
                | Intent::Segments
                | Intent::Basket
                | Intent::Abc
                | Intent::Recommend
        );
        if plan.intent == Intent::Explain {
            self.assume("период не назван: взят прошлый месяц", "no period was said: the last whole month was taken");
            return Expr::Ago { unit: Unit::Month, back: 1 };
        }
        let segment = plan.filter_on(&Dimension::Segment).is_some() && plan.metrics.is_empty();
        if self.reading.latest && plan.intent == Intent::Rows || whole || segment {
            return Expr::All;
        }
        if plan.intent == Intent::Plan {
            return Expr::Future(Future::Unit { unit: Unit::Week, ahead: 1 });
        }
        if self.reading.single && plan.grain.is_some_and(|grain| grain >= Unit::Month) {
            self.assume("период не назван: взяты все записи", "no period was said: all records were taken");
            return Expr::All;
        }
        if let (Some(Comparison::Back(unit)), true) =
            (self.scan.said.comparison.as_ref().map(|found| &found.expr), plan.is_statement())
            && *unit >= Unit::Week
        {
            // "Compared to last month" is said of this month.
            let unit = *unit;
            self.assume(
                "период не назван: взят текущий, с которым сравнивают",
                "no period was said: the running one, which is compared, was taken",
            );
            return Expr::This(unit);
        }
        if self.against_last_year() && plan.is_statement() {
            self.assume(
                "период не назван: взят текущий год, который сравнивают",
                "no period was said: the running year, which is compared, was taken",
            );
            return Expr::This(Unit::Year);
        }
        if let Some(unit) = plan.average_per.filter(|unit| *unit > Unit::Day) {
            return self.unsaid_steps(unit);
        }
        if of_customer || base {
            self.assume("период не назван: взяты все записи", "no period was said: all records were taken");
            return Expr::All;
        }
        Expr::Unsaid
    }

    /// "Are we up on last year", "к прошлому году": said of this year.
    fn against_last_year(&self) -> bool {
        let Some(found) = &self.scan.said.comparison else { return false };
        let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
        let last = [
            "last year",
            "previous year",
            "прошлому году",
            "прошлого года",
            "прошлым годом",
            "прошлом году",
            "прошлый год",
        ];
        found.expr == Comparison::YearBefore && last.iter().any(|end| words.ends_with(end))
    }

    /// "За квартал, возьми прошлый", "for the quarter, the last one": which one a unit is, said after it.
    fn corrected_unit(&mut self) -> Option<Expr> {
        let [word] = self.reading.unexplained.as_slice() else { return None };
        let [one] = self.scan.said.periods.as_slice() else { return None };
        let Expr::Rolling { count: 1, unit } = one.expr else { return None };
        let word = word.to_lowercase();
        let is = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
        let expr = match () {
            () if is(&["позапрошл"]) => Expr::Ago { unit, back: 2 },
            () if is(&["прошл", "предыдущ", "last", "previous", "prior"]) => Expr::Ago { unit, back: 1 },
            () if is(&["текущ", "этот", "эту", "current", "this"]) => Expr::This(unit),
            () => return None,
        };
        self.reading.unexplained.clear();
        Some(expr)
    }

    /// "А за позапрошлую?": the unit is that of the period before.
    fn pointed_back(&self) -> Option<Expr> {
        if let Some(expr) = self.ordinal_period() {
            return Some(expr);
        }
        let [word] = self.reading.unexplained.as_slice() else { return None };
        let back = match word.to_lowercase() {
            word if word.starts_with("позапрошл") => 2,
            word if word.starts_with("прошл") || word.starts_with("предыдущ") => 1,
            _ => return None,
        };
        let (unit, before) = match self.asked.previous?.period.expr.as_ref()? {
            Expr::This(unit) => (*unit, 0),
            Expr::Ago { unit, back } => (*unit, *back),
            _ => return None,
        };
        // "А за прошлую?" after last week is the one before it.
        Some(Expr::Ago { unit, back: if back > before { back } else { before + 1 } })
    }

    /// "А во втором?" after a question about the third quarter.
    fn ordinal_period(&self) -> Option<Expr> {
        let [word] = self.reading.unexplained.as_slice() else { return None };
        let at = self.scan.tokens.iter().position(|token| token.text == word.to_lowercase())?;
        let (number, _) = kupets_semantic::text::numbers::ordinal(&self.scan.tokens, at)?;
        let number = u8::try_from(number).ok()?;
        let Expr::Yearly { slot, which } = self.asked.previous?.period.expr.as_ref()? else { return None };
        let slot = match slot {
            Slot::Quarter(_) if (1..=4).contains(&number) => Slot::Quarter(number),
            Slot::Half(_) if (1..=2).contains(&number) => Slot::Half(number),
            Slot::Week(_) if (1..=53).contains(&number) => Slot::Week(number),
            _ => return None,
        };
        Some(Expr::Yearly { slot, which: *which })
    }

    /// "Топ товаров неделя", "how was the month": a unit that nothing else is made of is the one that ends today, which is told.
    fn bare_unit(&mut self, plan: &Plan) -> Option<Expr> {
        let [word] = self.reading.unexplained.as_slice() else { return None };
        let unit = grain::unit(&word.to_lowercase()).filter(|unit| *unit > Unit::Day)?;
        if self.is_pointed_at(&word.to_lowercase()) {
            return None;
        }
        if !plan.is_statement() || plan.grain.is_some() || plan.average_per.is_some() || !self.reading.says {
            return None;
        }
        self.reading.unexplained.clear();
        self.reading.unknown_name = None;
        let expr = Expr::Rolling { count: 1, unit };
        let resolved = resolve(&expr, self.asked.calendar).ok()?;
        let label = self.language.text(&resolved.label);
        self.assume(&format!("период прочитан как {label}"), &format!("the period was read as {label}"));
        Some(expr)
    }

    /// Whether a word says which one a unit is: "в том году" is of what was spoken of, "на новый год" is a holiday.
    fn is_pointed_at(&self, unit: &str) -> bool {
        let question = self.asked.question.to_lowercase();
        let words: Vec<&str> = question.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let pointing = ["том", "тот", "ту", "той", "that", "другой", "другом", "другую", "other", "another", "some"];
        words.windows(2).any(|pair| {
            pair[1] == unit && (pointing.contains(&pair[0]) || pair[0].starts_with("нов") || pair[0] == "new")
        })
    }

    /// So many whole steps that an average says something: no month is whole in thirty days.
    fn unsaid_steps(&mut self, unit: Unit) -> Expr {
        let (count, unit, ru, en) = match unit {
            Unit::Week => (12, Unit::Week, "12 последних целых недель", "the last 12 whole weeks were"),
            Unit::Year => {
                self.assume("период не назван: взяты все записи", "no period was said: all records were taken");
                return Expr::All;
            }
            _ => (12, Unit::Month, "12 последних целых месяцев", "the last 12 whole months were"),
        };
        self.assume(&format!("период не назван: взяты {ru}"), &format!("no period was said: {en} taken"));
        Expr::Whole { count, unit, with_running: false }
    }

    /// `Which month`, `в какой день`: a list in time, the best first.
    pub(super) fn which_step(&mut self, plan: &mut Plan) {
        if self.scan.said.grain.is_some() {
            return;
        }
        for at in 0..self.scan.marks.len() {
            let mark = &self.scan.marks[at];
            let typed = self.scan.typed(mark).to_lowercase();
            let unit = match typed.as_str() {
                "день" | "дни" | "дням" | "дней" | "дня" | "day" | "days" => Unit::Day,
                "неделя" | "неделю" | "неделе" | "недели" | "неделям" | "недель" | "week" | "weeks" => {
                    Unit::Week
                }
                "месяц" | "месяце" | "месяцы" | "месяцам" | "месяцев" | "month" | "months" => {
                    Unit::Month
                }
                "квартал" | "квартале" | "кварталы" | "кварталам" | "кварталов" | "quarter" | "quarters" => {
                    Unit::Quarter
                }
                "год" | "году" | "годы" | "year" | "years" => Unit::Year,
                _ => continue,
            };
            // "Which month", "the best day", "на какой неделе": not "customer of the year".
            let asked = self.reading.before(self.scan, at, false).is_some_and(|place| {
                matches!(
                    self.scan.marks[place].what,
                    What::Says(Concept::Which | Concept::Top | Concept::Worst | Concept::Each | Concept::By)
                        | What::Number(_)
                ) || self.scan.marks[place].what == What::Says(Concept::HowMany) && !self.reading.bounds.is_empty()
                    || self.scan.marks[place].what == What::Says(Concept::And) && !plan.dimensions.is_empty()
            });
            if mark.what != What::Unknown || !asked || plan.grain.is_some_and(|grain| grain != unit) {
                continue;
            }
            self.reading.unexplained.retain(|word| !word.eq_ignore_ascii_case(&typed) && word.to_lowercase() != typed);
            plan.grain = Some(unit);
            // "On what days do people buy least" lists no people.
            if plan.dimensions == [Dimension::Customer] && self.reading.limit.is_none() {
                plan.dimensions.clear();
            }
            if plan.dimensions.is_empty() {
                self.reading.best = self.reading.best.or(Some(true));
            }
            // "On which days was revenue over 50,000": as many as there are.
            const ONE: [&str; 15] = [
                "день",
                "day",
                "неделя",
                "неделю",
                "неделе",
                "week",
                "месяц",
                "месяце",
                "month",
                "квартал",
                "квартале",
                "quarter",
                "год",
                "году",
                "year",
            ];
            let one = ONE.contains(&typed.as_str()) && self.reading.bounds.is_empty();
            self.reading.single = one && self.reading.limit.is_none();
            self.reading.says = true;
            return;
        }
    }

    /// "Which month of this year was the weakest": the unit stands within the words of the period.
    pub(super) fn which_step_of(&mut self, plan: &mut Plan) {
        const UNITS: [(&str, Unit); 10] = [
            ("month", Unit::Month),
            ("week", Unit::Week),
            ("day", Unit::Day),
            ("quarter", Unit::Quarter),
            ("месяц", Unit::Month),
            ("месяце", Unit::Month),
            ("неделя", Unit::Week),
            ("неделе", Unit::Week),
            ("день", Unit::Day),
            ("квартал", Unit::Quarter),
        ];
        let whole = plan.dimensions.is_empty() && plan.grain.is_none() && self.scan.said.grain.is_none();
        let [one] = self.scan.said.periods.as_slice() else { return };
        let first = self.scan.tokens.get(one.tokens.start).map(|token| token.text.as_str()).unwrap_or_default();
        let Some((_, unit)) = UNITS.iter().find(|(word, _)| *word == first) else { return };
        let asked = self.scan.marks.iter().position(|mark| mark.tokens.start == one.tokens.start).and_then(|at| {
            let before = self.reading.before(self.scan, at, false)?;
            Some(matches!(self.scan.marks[before].what, What::Says(Concept::Which | Concept::Top | Concept::Worst)))
        });
        let long = matches!(&one.expr, Expr::This(of) | Expr::Ago { unit: of, .. } if of > unit);
        if whole && self.reading.best.is_some() && asked == Some(true) && long {
            plan.grain = Some(*unit);
            self.reading.single = self.reading.limit.is_none();
        }
    }

    /// "The best month of the year": of this one, and not of all years together.
    pub(super) fn best_month(&mut self, plan: &mut Plan) -> Option<Expr> {
        const MONTH: [&str; 5] = ["месяц года", "месяца года", "month of the year", "month of year", "месяце года"];
        let marks = &self.scan.marks;
        let at = marks.iter().position(|mark| MONTH.contains(&self.scan.typed(mark).to_lowercase().as_str()))?;
        let ranks = self
            .reading
            .before(self.scan, at, false)
            .is_some_and(|before| matches!(marks[before].what, What::Says(Concept::Top | Concept::Worst)));
        let alone = plan.dimensions == [Dimension::MonthOfYear] && self.scan.said.periods.is_empty();
        if !ranks || !alone || self.followed || !plan.is_statement() {
            return None;
        }
        plan.dimensions.clear();
        plan.grain = Some(Unit::Month);
        self.reading.single = self.reading.limit.is_none();
        self.reading.used[at] = true;
        self.assume("год не назван: взят текущий", "no year was said: the running one was taken");
        Some(Expr::This(Unit::Year))
    }

    /// "For the reporting period": a period is meant, and not said.
    fn some_period(&self) -> bool {
        let word =
            |at: usize| self.scan.marks.get(at).map(|mark| self.scan.typed(mark).to_lowercase()).unwrap_or_default();
        (0..self.scan.marks.len()).any(|at| {
            let period = word(at).starts_with("период") || word(at) == "period" || word(at) == "timeframe";
            period && !matches!(self.scan.marks[at].what, What::Time)
        })
    }

    /// "Only weekends" after a question about a month: those days of it.
    fn only_days_of(&self, plan: &Plan) -> Option<Expr> {
        let [one] = self.scan.said.periods.as_slice() else { return None };
        let days = days_of(&one.expr).filter(|_| self.reading.only)?;
        Some(plan.period.expr.clone()?.only(days))
    }

    /// "On weekends in October", "Monday revenue in November": one period, and only those days of it.
    fn only_days(&self) -> Option<Expr> {
        let [one, other] = self.scan.said.periods.as_slice() else { return None };
        if self.reading.compare || self.reading.change.is_some() {
            return None;
        }
        match (days_of(&one.expr), days_of(&other.expr)) {
            (Some(days), None) => Some(other.expr.clone().only(days)),
            (None, Some(days)) => Some(one.expr.clone().only(days)),
            _ => None,
        }
    }

    /// A period that cannot be read: its question and choices.
    pub(super) fn unclear(&mut self, plan: &Plan, unclear: Unclear) -> Stop {
        for choice in &unclear.choices {
            let mut another = plan.clone();
            if time::set_period(&mut another, &choice.expr, self.asked.calendar, self.language.russian()).is_ok() {
                self.finish(&mut another);
                self.choose(self.language.text(&choice.label), another);
            }
        }
        Stop::Ask(self.language.text(&unclear.question))
    }
}

/// The weekdays that a lone weekday or weekend may stand for.
fn days_of(expr: &Expr) -> Option<Weekdays> {
    match expr {
        Expr::Weekend(WeekendOf::Latest) => Some(Weekdays::WEEKEND),
        Expr::Weekday { day, of: WeekdayOf::Past(0) } => Some(Weekdays::one(*day)),
        _ => None,
    }
}
