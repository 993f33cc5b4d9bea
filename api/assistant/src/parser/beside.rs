//! What a period is compared with, and two periods in one question.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::period::{Comparison, Expr, Slot, Unit};
use kupets_semantic::plan::{Intent, Plan};
use kupets_semantic::text::Kind;

use super::builder::{Builder, Stop};
use super::time;

impl Builder<'_> {
    pub(super) fn set_comparison(&mut self, plan: &mut Plan) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        if self.steps_over_steps(plan) {
            return Ok(());
        }
        let names = plan.filters.iter().any(|filter| filter.values.len() > 1);
        let with = match &self.scan.said.comparison {
            Some(found) => found.expr.clone(),
            None if plan.intent == Intent::Explain && plan.compared_with.is_none()
                || self.reading.change.is_some() && plan.is_statement() =>
            {
                self.assume("сравнивается с предыдущим периодом", "compared with the period before");
                Comparison::Previous
            }
            None if self.reading.compare && !names && self.reading.dimensions.is_empty() && plan.is_statement() => {
                self.assume("сравнивается с предыдущим периодом", "compared with the period before");
                Comparison::Previous
            }
            None => return Ok(()),
        };
        let found =
            time::set_comparison(plan, &with, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
        if !found {
            let text = self.say(
                "Сравнить не с чем: у этого периода нет начала. За какой период считать?",
                "There is nothing to compare with: this period has no beginning. Which period do you mean?",
            );
            for unit in [Unit::Month, Unit::Year] {
                let mut another = plan.clone();
                if time::set_period(&mut another, &Expr::This(unit), calendar, russian).is_ok() {
                    let _ = time::set_comparison(&mut another, &Comparison::Previous, calendar, russian);
                    self.finish(&mut another);
                    self.choose(another.period.label.clone(), another);
                }
            }
            return Err(Stop::Ask(text));
        }
        Ok(())
    }

    /// "Revenue month over month this year": the months one after another, and not this year beside another.
    fn steps_over_steps(&self, plan: &mut Plan) -> bool {
        let Some(found) = &self.scan.said.comparison else { return false };
        let Comparison::Back(unit) = found.expr else { return false };
        let days = plan.period.days(self.asked.calendar);
        let (Some(first), Some(last)) = days else { return false };
        let steps = unit.add(unit.start(first), 2).is_some_and(|end| end <= last);
        let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
        let parts: Vec<&str> =
            words.split(|char: char| !char.is_alphabetic()).filter(|part| !part.is_empty()).collect();
        let start = |part: &str| part.chars().take(4).collect::<String>();
        let over = match parts.as_slice() {
            [one] => matches!(*one, "mom" | "wow" | "qoq"),
            [one, .., other] => start(one) == start(other),
            [] => false,
        };
        if !steps || !over || !plan.dimensions.is_empty() || plan.grain.is_some() || !plan.is_statement() {
            return false;
        }
        plan.grain = Some(unit);
        true
    }

    /// What the plan before was compared with: a year earlier, or the period before.
    pub(super) fn kind_of_comparison(&self) -> Comparison {
        let calendar = self.asked.calendar;
        let year = self.asked.previous.is_some_and(|plan| {
            let year = kupets_semantic::period::year_before(&plan.period.as_resolved(calendar), calendar);
            let other = plan.compared_with.as_ref();
            year.zip(other)
                .is_some_and(|(year, other)| year.from == other.begin(calendar) && year.to == other.end(calendar))
        });
        if year { Comparison::YearBefore } else { Comparison::Previous }
    }

    /// "Higher than in October", "the week before": what is compared is not said.
    pub(super) fn compares_nothing(&self) -> bool {
        let said = &self.scan.said;
        let Some(found) = said.comparison.as_ref().filter(|_| said.periods.is_empty()) else { return false };
        let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
        let loose = ["same", "тот же", "тем же", "тому же", "той же", "том же", "аналогичн"];
        let earlier = ["ранее", "раньше", "earlier", "before"];
        matches!(found.expr, Comparison::With(_))
            || loose.iter().any(|word| words.contains(word))
            || earlier.iter().any(|word| words.ends_with(word))
    }

    /// Which period is meant or to be compared.
    pub(super) fn which_period(&mut self, plan: &Plan) -> Stop {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let with = self.scan.said.comparison.as_ref().map_or(Comparison::Previous, |found| found.expr.clone());
        for expr in [Expr::This(Unit::Month), Expr::Ago { unit: Unit::Month, back: 1 }, Expr::This(Unit::Year)] {
            let mut one = plan.clone();
            let compared = self.scan.said.comparison.is_some();
            let set = time::set_period(&mut one, &expr, calendar, russian).is_ok()
                && (!compared || time::set_comparison(&mut one, &with, calendar, russian).is_ok_and(|found| found));
            if set {
                self.finish(&mut one);
                self.choose(one.period.label.clone(), one);
            }
        }
        if self.scan.said.comparison.is_none() {
            return Stop::Ask(self.say("Какой период имеется в виду?", "Which period do you mean?"));
        }
        Stop::Ask(self.say("За какой период сравнивать?", "Which period is to be compared?"))
    }

    /// "And a week earlier?": the period of before moves.
    pub(super) fn shift(&mut self, plan: &mut Plan) -> Result<bool, Stop> {
        let said = &self.scan.said;
        // "And a year ago?" after a question about November is that November.
        let year = matches!(said.periods.as_slice(), [one] if one.expr == Expr::Ago { unit: Unit::Year, back: 1 }
            && ["назад", "ago"].iter().any(|end| self.scan.words_at(one.tokens.clone()).to_lowercase().ends_with(end)));
        if year && said.comparison.is_none() && plan.compared_with.is_none() && self.reading.metrics.is_empty() {
            let (calendar, russian) = (self.asked.calendar, self.language.russian());
            let other = kupets_semantic::period::year_before(&plan.period.as_resolved(calendar), calendar);
            if let Some(other) = other {
                plan.period = kupets_semantic::plan::PlanPeriod::resolved(&other, russian);
                return Ok(true);
            }
        }
        if said.comparison.is_none() && said.periods.is_empty() && self.says_before() {
            let (calendar, russian) = (self.asked.calendar, self.language.russian());
            let before =
                kupets_semantic::period::compare(&plan.period.as_resolved(calendar), &Comparison::Previous, calendar)
                    .map_err(|unclear| self.unclear(plan, unclear))?;
            let Some(before) = before else { return Ok(false) };
            plan.period = kupets_semantic::plan::PlanPeriod::resolved(&before, russian);
            self.reading.unexplained.clear();
            self.moved = true;
            return Ok(true);
        }
        let Some(found) = said.comparison.as_ref().filter(|_| said.periods.is_empty()) else { return Ok(false) };
        let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
        let earlier = ["ранее", "раньше", "earlier", "before", "before that"].iter().any(|end| words.ends_with(end));
        // "Versus the month before" sets it beside, "and the month before" goes there.
        let against = [
            "vs",
            "versus",
            "against",
            "compared",
            "compare",
            "relative",
            "than",
            "against",
            "к ",
            "ко ",
            "против",
            "по сравнению",
            "в сравнении",
            "сравни",
            "относительно",
            "чем",
        ];
        let against = against.iter().any(|lead| words.starts_with(lead));
        if !earlier || against || self.reading.compare || self.reading.change.is_some() || plan.compared_with.is_some()
        {
            return Ok(false);
        }
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let found = found.expr.clone();
        let other = kupets_semantic::period::compare(&plan.period.as_resolved(calendar), &found, calendar)
            .map_err(|unclear| self.unclear(plan, unclear))?;
        let Some(other) = other else { return Ok(false) };
        plan.period = kupets_semantic::plan::PlanPeriod::resolved(&other, russian);
        self.moved = true;
        Ok(true)
    }

    /// "The one before?", "а до этого?": nothing but that.
    fn says_before(&self) -> bool {
        const BEFORE: [&str; 16] = [
            "before",
            "before that",
            "the one before",
            "one before",
            "the one before that",
            "the period before",
            "prior",
            "the prior one",
            "the previous one",
            "до этого",
            "до того",
            "перед этим",
            "перед тем",
            "до него",
            "до нее",
            "раньше",
        ];
        const LEAD: [&str; 8] = ["а", "и", "and", "what", "about", "что", "как", "then"];
        let words: Vec<&str> =
            self.scan.tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str()).collect();
        let start = words.iter().position(|word| !LEAD.contains(word)).unwrap_or(words.len());
        BEFORE.contains(&words[start..].join(" ").as_str())
    }

    /// "The change between October and November": the second beside the first, and not both together.
    pub(super) fn change_between(&mut self, plan: &mut Plan) -> Result<bool, Stop> {
        let said = &self.scan.said;
        let changes = self.reading.change.is_some() || self.reading.why || plan.intent == Intent::Explain;
        let [one] = said.periods.as_slice() else { return Ok(false) };
        let words = self.scan.words_at(one.tokens.clone()).to_lowercase();
        let before = one.tokens.start.checked_sub(1).and_then(|at| self.scan.tokens.get(at));
        let between = before.is_some_and(|token| matches!(token.text.as_str(), "between" | "между"))
            || words.starts_with("between ")
            || words.starts_with("между ");
        let Expr::Range { first, last } = &one.expr else { return Ok(false) };
        let whole =
            |expr: &Expr| !matches!(expr, Expr::Yearly { slot: Slot::Day { .. }, .. } | Expr::DayOfMonth { .. });
        let named = between && whole(first) && whole(last);
        if !changes || !named || said.comparison.is_some() {
            return Ok(false);
        }
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        time::set_period(plan, last, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
        let with = Comparison::With((**first).clone());
        let found =
            time::set_comparison(plan, &with, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
        Ok(found)
    }

    /// Offers the plan with that period.
    fn choose_period(&mut self, plan: &Plan, expr: &Expr) {
        let mut one = plan.clone();
        if time::set_period(&mut one, expr, self.asked.calendar, self.language.russian()).is_ok() {
            self.finish(&mut one);
            self.choose(one.period.label.clone(), one);
        }
    }

    /// "Customers who bought in October and in November": in either of them, or in both, is not the same.
    pub(super) fn in_both(&mut self, plan: &Plan) -> Result<(), Stop> {
        let [one] = self.scan.said.periods.as_slice() else { return Ok(()) };
        let words = self.scan.words_at(one.tokens.clone()).to_lowercase();
        let joined = [" и ", " and "].iter().any(|and| words.contains(and))
            && !["между", "between"].iter().any(|word| words.starts_with(word));
        let people = plan.metrics.iter().any(|metric| metric.counts_customers())
            || plan.dimensions.contains(&Dimension::Customer);
        if !joined || !people || plan.grain.is_some() || self.reading.compare || !plan.is_statement() {
            return Ok(());
        }
        let mut either = plan.clone();
        if time::set_period(&mut either, &one.expr, self.asked.calendar, self.language.russian()).is_ok() {
            let mut apart = either.clone();
            self.finish(&mut either);
            self.choose(self.say("Хотя бы в одном из них", "In at least one of them"), either);
            apart.grain = Some(Unit::Month);
            self.finish(&mut apart);
            self.choose(self.say("Каждый месяц отдельно", "Each month by itself"), apart);
        }
        Err(Stop::Ask(self.say(
            "Кого посчитать: тех, кто покупал хотя бы в одном из этих периодов, или каждый период отдельно? Тех, кто покупал в обоих, так посчитать нельзя.",
            "Who is to be counted: those who bought in at least one of these periods, or each period by itself? Those who bought in both cannot be counted this way.",
        )))
    }

    /// Two periods without a word that compares them.
    pub(super) fn two_periods(&mut self, plan: &mut Plan) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let exprs: Vec<Expr> = self.scan.said.periods.iter().take(2).map(|found| found.expr.clone()).collect();
        let [first, second] = exprs.as_slice() else { return Ok(()) };
        if self.scan.said.periods.len() > 2 {
            let all: Vec<Expr> = self.scan.said.periods.iter().map(|found| found.expr.clone()).collect();
            for expr in &all {
                self.choose_period(plan, expr);
            }
            return Err(Stop::Ask(self.say(
                "Названо больше двух периодов. Какой из них нужен?",
                "More than two periods are named. Which one do you mean?",
            )));
        }
        if self.reading.compare || self.reading.change.is_some() || plan.intent == Intent::Explain {
            time::set_period(plan, first, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
            time::set_comparison(plan, &Comparison::With(second.clone()), calendar, russian)
                .map_err(|unclear| self.unclear(plan, unclear))?;
            return Ok(());
        }
        for expr in [first, second] {
            self.choose_period(plan, expr);
        }
        let mut both = plan.clone();
        if time::set_period(&mut both, first, calendar, russian).is_ok()
            && time::set_comparison(&mut both, &Comparison::With(second.clone()), calendar, russian).is_ok()
        {
            self.finish(&mut both);
            self.choose(self.say("Сравнить их", "Compare them"), both);
        }
        Err(Stop::Ask(self.say(
            "Названы два периода. Какой из них нужен, или их сравнить?",
            "Two periods are named. Which one do you mean, or are they to be compared?",
        )))
    }
}
