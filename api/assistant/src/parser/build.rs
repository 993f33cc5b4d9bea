//! From what a question says to a plan, or to a question back.

use kupets_semantic::catalogue::{ABSENT, ATTRIBUTES, Dimension, Metric};
use kupets_semantic::compile;
use kupets_semantic::period::{Comparison, Expr, Unclear, Unit};
use kupets_semantic::plan::{Intent, Order, Plan, PlanPeriod, Subject};
use kupets_semantic::text::Kind;

use super::read::Reading;
use super::scan::{Scan, What};
use super::{Asked, Choice, Outcome, Parsed, concept::Concept, follow, replies, time};
use crate::language::Language;

/// Choices offered at most.
const MOST_CHOICES: usize = 6;

pub(super) struct Builder<'a> {
    asked: &'a Asked<'a>,
    language: Language,
    scan: &'a Scan,
    reading: Reading,
    assumed: Vec<String>,
    alternatives: Vec<Choice>,
    choices: Vec<Choice>,
}

/// Why there is no plan.
enum Stop {
    Ask(String),
    Unsupported(String),
    Help,
}

impl<'a> Builder<'a> {
    pub fn new(asked: &'a Asked<'a>, language: Language, scan: &'a Scan, reading: Reading) -> Self {
        Self { asked, language, scan, reading, assumed: Vec::new(), alternatives: Vec::new(), choices: Vec::new() }
    }

    pub fn parsed(mut self) -> Parsed {
        let outcome = match self.plan() {
            Ok(mut plan) => {
                plan.assumed = std::mem::take(&mut self.assumed);
                let certainty = 1.0 - 0.08 * plan.assumed.len().min(5) as f32;
                Outcome::Plan { plan: Box::new(plan), certainty }
            }
            Err(Stop::Ask(question)) => {
                self.alternatives.clear();
                Outcome::Clarify { question, unexplained: self.reading.unexplained.clone() }
            }
            Err(Stop::Unsupported(reason)) => {
                self.alternatives.clear();
                Outcome::Unsupported { reason }
            }
            Err(Stop::Help) => Outcome::Help,
        };
        for (list, letter) in [(&mut self.choices, 'c'), (&mut self.alternatives, 'a')] {
            list.truncate(MOST_CHOICES);
            for (at, choice) in list.iter_mut().enumerate() {
                choice.id = format!("{letter}{}", at + 1);
            }
        }
        Parsed { language: self.language, outcome, choices: self.choices, alternatives: self.alternatives }
    }

    fn say(&self, ru: &str, en: &str) -> String {
        self.language.pick(ru, en).to_owned()
    }

    fn assume(&mut self, ru: &str, en: &str) {
        let text = self.say(ru, en);
        if !self.assumed.contains(&text) {
            self.assumed.push(text);
        }
    }

    fn offer(&mut self, label: String, plan: Plan) {
        self.alternatives.push(Choice { id: String::new(), label, plan });
    }

    fn choose(&mut self, label: String, plan: Plan) {
        self.choices.push(Choice { id: String::new(), label, plan });
    }

    fn plan(&mut self) -> Result<Plan, Stop> {
        let helps = self.reading.intents.first() == Some(&Intent::Help);
        let other =
            !self.reading.metrics.is_empty() || self.reading.intents.iter().any(|intent| *intent != Intent::Help);
        if helps && !other && self.reading.unexplained.is_empty() && self.reading.absent.is_none() {
            return Err(Stop::Help);
        }
        self.reading.intents.retain(|intent| *intent != Intent::Help);
        self.absent()?;
        if !self.reading.says && self.reading.unexplained.is_empty() && self.asked.previous.is_none() {
            return Err(Stop::Help);
        }
        let mut plan = self.draft()?;
        self.ask_names(&plan)?;
        self.ask_unexplained(&plan)?;
        self.ask_metric(&plan)?;
        self.explain_names();
        self.finish(&mut plan);
        plan.check(self.asked.calendar).map_err(|fault| self.impossible(&fault))?;
        if plan.is_statement() {
            compile::statement(&plan, "XXX", self.asked.calendar).map_err(|fault| self.impossible(&fault))?;
        }
        Ok(plan)
    }

    fn impossible(&self, fault: &kupets_semantic::plan::Fault) -> Stop {
        Stop::Unsupported(match self.language {
            Language::Ru => format!("Так посчитать нельзя ({}: {}).", fault.field, fault.message),
            Language::En => format!("That cannot be worked out ({}: {}).", fault.field, fault.message),
        })
    }

    /// What is not in the data.
    fn absent(&mut self) -> Result<(), Stop> {
        if let Some(absent) = self.reading.absent.and_then(|place| ABSENT.get(place)) {
            for metric in absent.instead {
                let mut plan = Plan { metrics: vec![*metric], ..Plan::default() };
                let expr = self.scan.said.period().unwrap_or(Expr::Unsaid);
                if time::set_period(&mut plan, &expr, self.asked.calendar, self.language.russian()).is_ok()
                    && !plan.period.future
                {
                    let names = metric.definition().names;
                    self.choose(self.say(names.ru, names.en), plan);
                }
            }
            return Err(Stop::Unsupported(replies::absent(self.language, absent)));
        }
        let missing = self.reading.no_attribute.and_then(|place| ATTRIBUTES.get(place));
        if let Some((_, names)) =
            missing.filter(|_| self.reading.filters.is_empty() && self.reading.unexplained.is_empty())
        {
            return Err(Stop::Unsupported(replies::no_attribute(
                self.language,
                self.language.pick(names.ru, names.en),
            )));
        }
        Ok(())
    }

    /// The plan as far as words say it.
    fn draft(&mut self) -> Result<Plan, Stop> {
        let words = self.scan.tokens.iter().filter(|token| token.kind != Kind::Mark).count();
        let previous = self.asked.previous.filter(|_| follow::follows(&self.reading, words));
        let mut plan = match previous {
            Some(previous) => {
                let mut plan = previous.clone();
                follow::edit(&mut plan, &self.reading);
                plan
            }
            None => self.fresh()?,
        };
        self.set_intent(&mut plan, previous.is_some())?;
        self.set_time(&mut plan, previous.is_some())?;
        self.set_shape(&mut plan);
        Ok(plan)
    }

    fn fresh(&mut self) -> Result<Plan, Stop> {
        let reading = &self.reading;
        let mut plan = Plan {
            metrics: reading.metrics.clone(),
            dimensions: reading.dimensions.clone(),
            filters: reading.filters.clone(),
            limit: reading.limit,
            ratio: reading.ratio,
            currency: reading.currency.map(str::to_owned),
            ..Plan::default()
        };
        plan.filters.extend(reading.bounds.iter().map(|(_, bound)| bound.clone()));
        Ok(plan)
    }

    fn set_intent(&mut self, plan: &mut Plan, follows: bool) -> Result<(), Stop> {
        let customer = plan.filter_on(&Dimension::Customer).is_some();
        let mut intents = self.reading.intents.clone();
        let counts = !self.reading.metrics.is_empty();
        intents.retain(|intent| match intent {
            // "Tell me about sales" is no customer.
            Intent::Customer => customer || !counts && self.reading.unexplained.len() + self.reading.doubts.len() > 0,
            Intent::Segments => !counts,
            _ => true,
        });
        if self.reading.intents.contains(&Intent::Segments) && counts && plan.dimensions.is_empty() {
            plan.dimensions.push(Dimension::Segment);
        }
        if self.reading.why {
            plan.intent = Intent::Explain;
        } else if intents.contains(&Intent::Forecast) {
            plan.intent = Intent::Forecast;
        } else if let Some(intent) = intents.first() {
            plan.intent = *intent;
            // "What to offer" without a customer is advice.
            if *intent == Intent::Offer
                && !customer
                && self.reading.doubts.is_empty()
                && self.reading.unexplained.is_empty()
            {
                plan.intent = Intent::Recommend;
            }
            if *intent == Intent::Rows {
                self.rows(plan, follows);
            }
        } else if self.reading.latest && (plan.metrics == [Metric::Orders] || follows && self.reading.limit.is_some()) {
            plan.intent = Intent::Rows;
            plan.order = Some(Order { by: "period".to_owned(), descending: true });
        } else if customer
            && !counts
            && !follows
            && plan.dimensions.is_empty()
            && !self.reading.share
            && self.scan.said.periods.is_empty()
        {
            plan.intent = Intent::Customer;
        }
        if plan.intent == Intent::Explain && plan.metrics.is_empty() {
            self.guess_metric(plan);
        }
        Ok(())
    }

    fn rows(&mut self, plan: &mut Plan, follows: bool) {
        if let Some(previous) = self
            .asked
            .previous
            .filter(|_| follows || self.reading.filters.is_empty() && self.scan.said.periods.is_empty())
        {
            let mut rows = compile::behind(previous, &[]);
            rows.limit = self.reading.limit;
            rows.filters.extend(self.reading.filters.iter().cloned());
            rows.assumed.clear();
            *plan = rows;
        }
        plan.intent = Intent::Rows;
        if plan.metrics.is_empty() {
            plan.metrics = vec![Metric::Orders];
        }
    }

    fn set_time(&mut self, plan: &mut Plan, follows: bool) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let said = &self.scan.said;
        if let Some(grain) = &said.grain {
            if follows && plan.dimensions.iter().all(|dimension| !self.reading.dimensions.contains(dimension)) {
                plan.dimensions.clear();
                plan.limit = self.reading.limit;
                plan.order = None;
            }
            time::set_grain(plan, grain.expr);
        }
        self.which_step(plan);
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
        if said.periods.len() > 1 {
            return self.two_periods(plan);
        }
        let expr = match (said.period(), follows) {
            (Some(expr), _) => expr,
            (None, true) => {
                return self.set_comparison(plan, follows);
            }
            (None, false) => self.unsaid(plan),
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
            let _ = time::set_comparison(plan, &Comparison::Previous, calendar, russian);
        }
        self.set_comparison(plan, follows)?;
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

    /// The period where none is said.
    fn unsaid(&mut self, plan: &Plan) -> Expr {
        let of_customer = plan.filter_on(&Dimension::Customer).is_some();
        // "How many customers do we have": the size of the base, unless they are said to have done something.
        let did = self
            .scan
            .marks
            .iter()
            .any(|mark| matches!(mark.what, What::Says(Concept::Bought | Concept::Sold | Concept::Spent)));
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
        );
        if plan.intent == Intent::Explain {
            self.assume("период не назван: взят прошлый месяц", "no period was said: the last whole month was taken");
            return Expr::Ago { unit: Unit::Month, back: 1 };
        }
        if self.reading.latest && plan.intent == Intent::Rows || whole {
            return Expr::All;
        }
        if of_customer || base {
            self.assume("период не назван: взяты все записи", "no period was said: all records were taken");
            return Expr::All;
        }
        Expr::Unsaid
    }

    /// `Which month`, `в какой день`: a list in time, the best first.
    fn which_step(&mut self, plan: &mut Plan) {
        if self.scan.said.grain.is_some() || plan.grain.is_some() {
            return;
        }
        for at in 0..self.scan.marks.len() {
            let mark = &self.scan.marks[at];
            let typed = self.scan.typed(mark).to_lowercase();
            let unit = match typed.as_str() {
                "день" | "дни" | "day" | "days" => Unit::Day,
                "неделя" | "неделю" | "неделе" | "недели" | "week" | "weeks" => Unit::Week,
                "месяц" | "месяце" | "месяцы" | "month" | "months" => Unit::Month,
                "квартал" | "квартале" | "кварталы" | "quarter" | "quarters" => Unit::Quarter,
                "год" | "году" | "годы" | "year" | "years" => Unit::Year,
                _ => continue,
            };
            if mark.what != What::Unknown {
                continue;
            }
            self.reading.unexplained.retain(|word| !word.eq_ignore_ascii_case(&typed) && word.to_lowercase() != typed);
            plan.grain = Some(unit);
            self.reading.best = self.reading.best.or(Some(true));
            self.reading.single = self.reading.limit.is_none();
            self.reading.says = true;
            return;
        }
    }

    fn set_comparison(&mut self, plan: &mut Plan, follows: bool) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
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
        let _ = follows;
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

    /// Two periods without a word that compares them.
    fn two_periods(&mut self, plan: &mut Plan) -> Result<(), Stop> {
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        let exprs: Vec<Expr> = self.scan.said.periods.iter().take(2).map(|found| found.expr.clone()).collect();
        let [first, second] = exprs.as_slice() else { return Ok(()) };
        if self.reading.compare || self.reading.change.is_some() || plan.intent == Intent::Explain {
            time::set_period(plan, first, calendar, russian).map_err(|unclear| self.unclear(plan, unclear))?;
            time::set_comparison(plan, &Comparison::With(second.clone()), calendar, russian)
                .map_err(|unclear| self.unclear(plan, unclear))?;
            return Ok(());
        }
        for expr in [first, second] {
            let mut one = plan.clone();
            if time::set_period(&mut one, expr, calendar, russian).is_ok() {
                self.finish(&mut one);
                self.choose(one.period.label.clone(), one);
            }
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

    /// A period that cannot be read: its question and choices.
    fn unclear(&mut self, plan: &Plan, unclear: Unclear) -> Stop {
        for choice in &unclear.choices {
            let mut another = plan.clone();
            if time::set_period(&mut another, &choice.expr, self.asked.calendar, self.language.russian()).is_ok() {
                self.finish(&mut another);
                self.choose(self.language.text(&choice.label), another);
            }
        }
        Stop::Ask(self.language.text(&unclear.question))
    }

    /// Shares, ranks and the course of time.
    fn set_shape(&mut self, plan: &mut Plan) {
        if !plan.is_statement() || plan.intent == Intent::Rows {
            self.rank_rows(plan);
            return;
        }
        if self.reading.share {
            self.set_share(plan);
        }
        let pairs = plan.filters.iter().find(|filter| filter.values.len() > 1 && filter.dimension().is_some());
        if let (true, Some(dimension)) =
            (self.reading.compare && plan.dimensions.is_empty(), pairs.and_then(|filter| filter.dimension().cloned()))
        {
            plan.dimensions.push(dimension);
        }
        let in_time =
            self.reading.course || plan.dimensions.is_empty() && self.reading.best.is_some() && plan.metrics.is_empty();
        if self.reading.course && plan.grain.is_none() && plan.compared_with.is_none() && plan.dimensions.is_empty() {
            plan.grain = Some(time::fitting_grain(plan, self.asked.calendar));
            self.assume(
                "шаг по времени выбран по длине периода",
                "the step in time was chosen by the length of the period",
            );
        }
        let _ = in_time;
        self.rank(plan);
    }

    /// The largest or the smallest orders.
    fn rank_rows(&mut self, plan: &mut Plan) {
        if plan.intent == Intent::Rows
            && let Some(best) = self.reading.best
        {
            plan.order = Some(Order { by: plan.metric().name().to_owned(), descending: best });
        }
    }

    fn set_share(&mut self, plan: &mut Plan) {
        let bound = plan.filters.iter().any(|filter| filter.metric().is_some());
        let named = plan.filters.iter().position(|filter| filter.dimension().is_some());
        if plan.metrics.contains(&Metric::Refunds) {
            plan.metrics = vec![Metric::RefundRate];
        } else if matches!(plan.metrics.first(), Some(Metric::NewCustomers | Metric::ReturningCustomers))
            && plan.dimensions.is_empty()
        {
            plan.metrics = vec![plan.metric(), Metric::Customers];
            plan.ratio = true;
        } else if plan.metrics.len() == 2 && plan.dimensions.is_empty() && named.is_none() {
            plan.ratio = true;
        } else if !plan.dimensions.is_empty() {
            plan.share = true;
        } else if let Some(place) = named {
            plan.share = true;
            plan.filters[place].part = true;
        } else if bound {
            plan.share = true;
            for filter in plan.filters.iter_mut().filter(|filter| filter.metric().is_some()) {
                filter.part = true;
            }
        }
        if plan.metrics.is_empty() {
            self.guess_metric(plan);
        }
    }

    /// The order and the number of rows.
    fn rank(&mut self, plan: &mut Plan) {
        let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
        let Some(best) = self.reading.best else {
            if let (Some(way), true, true) = (self.reading.change, listed, plan.compared_with.is_some()) {
                plan.order = Some(Order { by: "change".to_owned(), descending: way != Some(false) });
            }
            return;
        };
        if !listed {
            if plan.metrics == [Metric::Orders] {
                // "The biggest orders".
                plan.intent = Intent::Rows;
                self.rank_rows(plan);
            }
            return;
        }
        if plan.metrics.is_empty() {
            self.guess_metric(plan);
        }
        let by = match (self.reading.change, plan.compared_with.is_some()) {
            (Some(_), true) => "change".to_owned(),
            _ if plan.ratio => "ratio".to_owned(),
            _ => plan.metric().name().to_owned(),
        };
        let descending = match self.reading.change {
            Some(Some(false)) if plan.compared_with.is_some() => !best,
            _ => best,
        };
        plan.order = Some(Order { by, descending });
        if self.reading.single && plan.limit.is_none() {
            plan.limit = Some(1);
        }
    }

    fn guess_metric(&mut self, plan: &mut Plan) {
        plan.metrics = vec![Metric::Revenue];
        self.reading.guessed_metric = true;
    }

    /// Names that may be several values.
    fn ask_names(&mut self, plan: &Plan) -> Result<(), Stop> {
        let Some(doubt) = self.reading.doubts.first().cloned() else { return Ok(()) };
        let picked = |reading: &Reading, entries: &[kupets_semantic::values::Entry]| {
            let mut another = Reading { filters: reading.filters.clone(), ..Reading::default() };
            for entry in entries {
                another.add_value(entry.clone(), doubt.negated);
            }
            another.filters
        };
        let with = |builder: &mut Self, label: String, entries: &[kupets_semantic::values::Entry]| {
            let mut another = plan.clone();
            let bounds: Vec<_> = plan.filters.iter().filter(|filter| filter.dimension().is_none()).cloned().collect();
            another.filters = picked(&builder.reading, entries);
            another.filters.extend(bounds);
            builder.finish(&mut another);
            builder.choose(label, another);
        };
        for entry in doubt.entries.iter().take(MOST_CHOICES - 1) {
            with(self, entry.label.clone(), std::slice::from_ref(entry));
        }
        let alike = doubt.entries.iter().all(|entry| entry.dimension == doubt.entries[0].dimension);
        if alike && doubt.entries.len() > 1 && doubt.entries.len() < super::scan::MOST_HITS {
            let all = self.say("Все сразу", "All of them");
            with(self, format!("{all} ({})", doubt.entries.len()), &doubt.entries);
        }
        Err(Stop::Ask(replies::which(self.language, &doubt.typed)))
    }

    /// Words that nothing explains.
    fn ask_unexplained(&mut self, plan: &Plan) -> Result<(), Stop> {
        if let Some((dimension, typed)) = self.reading.unknown_name.clone() {
            let title = dimension.as_ref().map(|dimension| {
                let (ru, en) = dimension.title();
                self.say(&ru, &en)
            });
            if let Some(dimension) = dimension {
                let known: Vec<_> = self.asked.values.values(&dimension, MOST_CHOICES).into_iter().cloned().collect();
                for entry in known {
                    let mut another = plan.clone();
                    another.dimensions.retain(|one| *one != dimension);
                    another.filters.push(kupets_semantic::plan::Filter::one_of(
                        dimension.clone(),
                        vec![entry.key.clone()],
                        vec![entry.label.clone()],
                    ));
                    self.finish(&mut another);
                    self.choose(entry.label, another);
                }
            }
            return Err(Stop::Ask(replies::no_such(self.language, &typed, title.as_deref())));
        }
        if self.reading.unexplained.is_empty() {
            if plan.is_statement() && plan.metrics.is_empty() && !self.reading.says {
                return Err(Stop::Help);
            }
            return Ok(());
        }
        let looks_up = matches!(plan.intent, Intent::Customer | Intent::Offer);
        if looks_up {
            return Err(Stop::Ask(replies::no_such(self.language, &self.reading.unexplained.join(" "), None)));
        }
        if self.reading.says && (plan.metrics != [] || !plan.is_statement()) {
            let mut without = plan.clone();
            self.finish(&mut without);
            if without.check(self.asked.calendar).is_ok() {
                self.choose(self.say("Ответить без этих слов", "Answer without these words"), without);
            }
            return Err(Stop::Ask(replies::unexplained(self.language, &self.reading.unexplained)));
        }
        Err(Stop::Ask(replies::unexplained(self.language, &self.reading.unexplained)))
    }

    /// Only a period or a name, and nothing that is asked of it.
    fn ask_metric(&mut self, plan: &Plan) -> Result<(), Stop> {
        let reading = &self.reading;
        let shaped = !plan.dimensions.is_empty()
            || plan.share
            || reading.best.is_some()
            || reading.change.is_some()
            || reading.course;
        let segment = plan.filter_on(&Dimension::Segment).is_some() || plan.filter_on(&Dimension::Kind).is_some();
        if !plan.is_statement() || !plan.metrics.is_empty() || shaped || segment || !reading.bounds.is_empty() {
            return Ok(());
        }
        for metric in [Metric::Revenue, Metric::Orders, Metric::Customers, Metric::AverageOrder] {
            let mut one = Plan { metrics: vec![metric], ..plan.clone() };
            self.finish(&mut one);
            let names = metric.definition().names;
            self.choose(self.say(names.ru, names.en), one);
        }
        Err(Stop::Ask(self.say("Какой показатель нужен?", "Which figure do you mean?")))
    }

    /// Tells how names were read.
    fn explain_names(&mut self) {
        for (typed, label) in std::mem::take(&mut self.reading.read_as) {
            let (ru, en) = (format!("«{typed}» прочитано как «{label}»"), format!("“{typed}” was read as “{label}”"));
            self.assume(&ru, &en);
        }
        for (taken, other) in std::mem::take(&mut self.reading.other_names) {
            let ((ru, en), (other_ru, other_en)) = (taken.dimension.title(), other.dimension.title());
            self.assume(
                &format!("«{}»: {} (есть и {})", taken.label, ru.to_lowercase(), other_ru.to_lowercase()),
                &format!("“{}” is the {} (there is a {} too)", taken.label, en.to_lowercase(), other_en.to_lowercase()),
            );
        }
    }

    /// The last touches: a metric where none was said, the intent by the shape, what was taken for granted.
    fn finish(&mut self, plan: &mut Plan) {
        if !plan.is_statement() {
            let of_metric = matches!(plan.intent, Intent::Explain | Intent::Forecast);
            if !of_metric {
                plan.metrics.clear();
            }
            if plan.intent == Intent::Forecast {
                plan.metrics.truncate(1);
            }
        } else if plan.metrics.is_empty() {
            if plan.filter_on(&Dimension::Kind).is_some() {
                plan.metrics = vec![Metric::Interactions];
            } else if plan.filter_on(&Dimension::Segment).is_some() && plan.dimensions.is_empty() {
                plan.metrics = vec![Metric::Revenue];
                plan.dimensions = vec![Dimension::Customer];
            } else {
                self.guess_metric(plan);
            }
        }
        // A period without words of its own belongs to the plan before: "compared" stays as it was.
        if plan.intent != Intent::Rows && plan.is_statement() {
            let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
            plan.intent = match (plan.compared_with.is_some(), listed) {
                (true, _) => Intent::Compare,
                (false, true) => Intent::List,
                (false, false) => Intent::Value,
            };
            if !listed {
                plan.limit = None;
                plan.order = None;
            }
        }
        if self.reading.guessed_metric
            && (plan.is_statement() || matches!(plan.intent, Intent::Explain | Intent::Forecast))
        {
            self.guessed(plan);
        }
        let amount = plan.filters.iter().any(|filter| filter.field == Subject::OrderAmount);
        if amount && plan.metrics == [Metric::Revenue] && self.reading.metrics.is_empty() {
            plan.metrics = vec![Metric::Orders];
        }
        if plan.period == PlanPeriod::default() && plan.period.label.is_empty() {
            plan.period.label = self.say("за всё время", "all time");
        }
    }

    fn guessed(&mut self, plan: &Plan) {
        let names = plan.metric().definition().names;
        self.assume(
            &format!("показатель не назван прямо: взят «{}»", names.ru),
            &format!("no metric was named outright: “{}” was taken", names.en),
        );
        if !self.alternatives.iter().any(|choice| choice.plan.metrics != plan.metrics) {
            for metric in [Metric::Revenue, Metric::Orders, Metric::Units] {
                let mut other = plan.clone();
                other.metrics = vec![metric];
                if let Some(order) = other.order.as_mut().filter(|order| order.by == plan.metric().name()) {
                    metric.name().clone_into(&mut order.by);
                }
                if metric != plan.metric() && other.check(self.asked.calendar).is_ok() {
                    let names = metric.definition().names;
                    self.offer(self.say(names.ru, names.en), other);
                }
            }
        }
    }
}
