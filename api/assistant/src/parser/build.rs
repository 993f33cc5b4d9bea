//! From what a question says to a plan, or to a question back.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::compile;
use kupets_semantic::find::Said;
use kupets_semantic::period::Expr;
use kupets_semantic::plan::{Intent, MAX_LIMIT, Operator, Order, Plan};
use kupets_semantic::text::Kind;

use super::asked::{Outcome, Parsed};
use super::builder::{Builder, MOST_CHOICES, Stop};
use super::concept::{Concept, Noun};
use super::scan::{Mark, What};
use super::{follow, replies, time};
use crate::language::Language;

impl Builder<'_> {
    pub(super) fn parsed(mut self) -> Parsed {
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
        // Names that no customer's id has: whoever erases one deletes the messages that hold the id.
        for (list, kind) in [(&mut self.choices, "choice"), (&mut self.alternatives, "alternative")] {
            list.truncate(MOST_CHOICES);
            for (at, choice) in list.iter_mut().enumerate() {
                choice.id = format!("{kind}_{}", at + 1);
            }
        }
        Parsed { language: self.language, outcome, choices: self.choices, alternatives: self.alternatives }
    }

    pub(super) fn plan(&mut self) -> Result<Plan, Stop> {
        let helps = self.reading.intents.first() == Some(&Intent::Help);
        let other =
            !self.reading.metrics.is_empty() || self.reading.intents.iter().any(|intent| *intent != Intent::Help);
        if helps && !other && self.reading.unexplained.is_empty() && self.reading.absent.is_none() {
            return Err(Stop::Help);
        }
        if self.reading.has(self.scan, &Concept::Define) && self.scan.said.periods.is_empty() {
            // "How do you work out the average order": the help has the definitions.
            return Err(Stop::Help);
        }
        self.reading.intents.retain(|intent| *intent != Intent::Help);
        // "That time when it was sold out": what time is meant is asked first.
        let vague = self.scan.said.periods.iter().any(|found| matches!(found.expr, Expr::Vague(_)));
        if !vague || self.reading.metrics.is_empty() {
            self.absent()?;
        }
        if let Some(typed) = &self.reading.alien {
            return Err(Stop::Unsupported(replies::alien(self.language, typed)));
        }
        if !self.reading.says && self.reading.unexplained.is_empty() && self.asked.previous.is_none() {
            let words = self.scan.tokens.iter().any(|token| token.kind != Kind::Mark);
            return Err(if words { self.ask_anything() } else { Stop::Help });
        }
        let mut plan = self.draft()?;
        self.ask_names(&plan)?;
        self.ask_unexplained(&plan)?;
        if let Some(filter) = self.unrecorded.take() {
            plan.dimensions.retain(|dimension| filter.dimension() != Some(dimension));
            plan.filters.push(filter);
        }
        self.ask_metric(&plan)?;
        self.explain_names();
        self.finish(&mut plan);
        self.explain_average(&plan);
        plan.check(self.asked.calendar).map_err(|fault| self.impossible(&plan, &fault))?;
        self.ask_forecast_of(&plan)?;
        self.ask_unaccounted(&plan)?;
        self.ask_unchanged(&plan)?;
        if plan.is_statement() {
            compile::statement(&plan, "XXX", self.asked.calendar).map_err(|fault| self.impossible(&plan, &fault))?;
        } else {
            compile::call(&plan, self.asked.calendar).map_err(|fault| self.impossible(&plan, &fault))?;
        }
        Ok(plan)
    }

    pub(super) fn impossible(&mut self, plan: &Plan, fault: &kupets_semantic::plan::Fault) -> Stop {
        if plan.is_statement() && plan.period.future {
            self.choose_forecast(plan);
        }
        Stop::Unsupported(match self.language {
            Language::Ru => format!("Так посчитать нельзя: {}.", fault.russian()),
            Language::En => format!("That cannot be worked out ({}: {}).", fault.field, fault.message),
        })
    }

    /// Offers the forecast of the next months in place of a period that has not come yet.
    fn choose_forecast(&mut self, plan: &Plan) {
        let mut ahead = Plan { metrics: vec![plan.metric()], filters: plan.filters.clone(), ..Plan::default() };
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        if time::set_forecast(&mut ahead, &Said::default(), calendar, russian).is_ok() {
            self.finish(&mut ahead);
            self.choose(self.say("Прогноз на следующий месяц", "Forecast of the next month"), ahead);
        }
    }

    /// The plan as far as words say it.
    pub(super) fn draft(&mut self) -> Result<Plan, Stop> {
        let words = self.scan.tokens.iter().filter(|token| token.kind != Kind::Mark).count();
        self.only_a_kind();
        self.refers_back();
        self.per_one_of_before();
        let place = self.place_in_list();
        let sorts = self.sorts();
        let by = self.scan.tokens.first().is_some_and(|token| matches!(token.text.as_str(), "by" | "по"));
        let listed = self.asked.previous.is_some_and(|plan| plan.order.is_some() && !plan.dimensions.is_empty());
        let by = by
            && listed
            && !self.reading.metrics.is_empty()
            && self.reading.dimensions.is_empty()
            && self.reading.filters.is_empty()
            && self.reading.intents.is_empty()
            && self.scan.said.periods.is_empty();
        // "The top 5 together, as a share of all sales" after the top 5.
        let again = listed && self.reading.best.is_some() && self.reading.dimensions.is_empty() && self.says_together();
        let by = by || again;
        // "By number of customers" after a list: another figure of the same rows.
        self.reading.counts |= by;
        let figure =
            place.is_none() && !by && self.asked.previous.is_some_and(|previous| self.another_figure(previous));
        let previous = self
            .asked
            .previous
            .filter(|_| sorts || by || figure || place.is_some() || follow::follows(&self.reading, words));
        self.followed = previous.is_some();
        self.only_a_number(previous);
        let mut plan = match previous {
            Some(previous) => {
                let mut plan = previous.clone();
                follow::edit(&mut plan, &self.reading);
                self.per_one(&mut plan, previous);
                if sorts {
                    self.sort(&mut plan, previous);
                }
                self.turn_round(&mut plan, previous);
                if let Some(place) = place {
                    self.end_at(&mut plan, place);
                }
                if figure && words > 2 && !(sorts || self.reading.follow || self.reading.refers) {
                    // "How many orders were there": one figure, and not another list.
                    self.uncut = true;
                    self.assume("период — как в предыдущем вопросе", "the period is that of the question before");
                }
                if self.uncut {
                    plan.dimensions.clear();
                    plan.order = None;
                    plan.limit = None;
                    plan.limit_each = false;
                    plan.together = false;
                    plan.grain = None;
                }
                plan
            }
            None => self.fresh()?,
        };
        self.same_customer(&mut plan);
        let behind = self.set_intent(&mut plan, previous.is_some());
        self.set_time(&mut plan, previous.is_some() || behind)?;
        self.set_shape(&mut plan);
        Ok(plan)
    }

    /// "И в среднем на клиента?", "and per order?": the figure of before, divided.
    fn per_one_of_before(&mut self) {
        let Some(previous) = self.asked.previous.filter(|plan| plan.is_statement() && !plan.ratio) else { return };
        let above = previous.metric();
        let marks = &self.scan.marks;
        let typed = |at: usize| self.scan.typed(&marks[at]).to_lowercase();
        let per = (0..marks.len())
            .find(|at| matches!(typed(*at).as_str(), "per" | "на" | "на одного" | "на каждого" | "на один"));
        let below = per.and_then(|at| {
            let place = (at + 1..marks.len()).find(|place| !self.reading.is_one(self.scan, *place))?;
            let one = matches!(typed(place).as_str(), "клиента" | "покупателя" | "заказ" | "чек" | "покупку")
                || typed(place).is_ascii() && !typed(place).ends_with('s');
            match &marks[place].what {
                What::Says(Concept::Noun(Noun::Customer)) if one => Some(Metric::Customers),
                What::Says(Concept::Noun(Noun::Order)) if one => Some(Metric::Orders),
                _ => None,
            }
        });
        let Some(below) = below.filter(|below| *below != above && !above.is_quotient() && !above.counts_customers())
        else {
            return;
        };
        let words = self.scan.tokens.iter().filter(|token| token.kind == Kind::Word).count();
        let own = self.reading.metrics.iter().any(|metric| *metric != below);
        if own || words > 7 || !self.reading.intents.is_empty() || !self.scan.said.periods.is_empty() {
            return;
        }
        const AVERAGE: [&str; 6] = ["в среднем", "on average", "average", "средняя", "средний", "среднее"];
        self.reading.unexplained.retain(|word| !AVERAGE.contains(&word.to_lowercase().as_str()));
        self.reading.dimensions.clear();
        self.reading.follow = true;
        if (above, below) == (Metric::Revenue, Metric::Orders) {
            self.reading.metrics = vec![Metric::AverageOrder];
        } else {
            self.reading.metrics = vec![above, below];
            self.reading.ratio = true;
        }
    }

    /// "Sort by orders": the list of before in another order.
    fn sorts(&self) -> bool {
        const SORTS: [&str; 12] = [
            "rank",
            "ranking",
            "sort",
            "sorted",
            "sort by",
            "order by",
            "отсортируй",
            "отсортировать",
            "сортируй",
            "упорядочи",
            "упорядочь",
            "сортировка",
        ];
        let listed = self.asked.previous.is_some_and(|plan| plan.is_statement() && !plan.dimensions.is_empty());
        let says = |mark: &&Mark| {
            let typed = self.scan.typed(mark).to_lowercase();
            SORTS.contains(&typed.as_str())
                || !matches!(mark.what, What::Silent | What::Says(Concept::Fluff | Concept::Follow | Concept::And))
        };
        let first =
            self.scan.marks.iter().find(says).map(|mark| self.scan.typed(mark).to_lowercase()).unwrap_or_default();
        listed && SORTS.contains(&first.as_str()) && self.reading.dimensions.is_empty() && !self.reading.ratio
    }

    /// "What would that be per customer?" after a question about money: that divided by them, and no list.
    fn per_one(&self, plan: &mut Plan, previous: &Plan) {
        let figure = previous.metric();
        let plain = previous.is_statement()
            && previous.dimensions.is_empty()
            && previous.grain.is_none()
            && !previous.ratio
            && !previous.share
            && !figure.is_quotient()
            && self.reading.metrics.is_empty()
            && self.reading.best.is_none();
        let typed = |at: usize| self.scan.typed(&self.scan.marks[at]).to_lowercase();
        let one = (1..self.scan.marks.len()).find_map(|at| {
            let metric = match self.scan.marks[at].what {
                What::Says(Concept::Noun(Noun::Customer)) => Metric::Customers,
                What::Says(Concept::Noun(Noun::Order)) => Metric::Orders,
                _ => return None,
            };
            let lead = typed(at - 1);
            let per = matches!(
                lead.as_str(),
                "per" | "на" | "на одного" | "на каждого" | "на один" | "в расчете на" | "в расчёте на"
            );
            (per && super::read::singular(&typed(at))).then_some(metric)
        });
        let Some(below) = one.filter(|below| plain && *below != figure) else { return };
        plan.dimensions.clear();
        plan.order = None;
        plan.limit = None;
        if (figure, below) == (Metric::Revenue, Metric::Orders) {
            plan.metrics = vec![Metric::AverageOrder];
        } else {
            plan.metrics = vec![figure, below];
            plan.ratio = true;
        }
    }

    /// Puts the figure that is sorted by beside the figures of before.
    fn sort(&self, plan: &mut Plan, previous: &Plan) {
        let Some(by) = self.reading.metrics.first() else { return };
        // "Rank them by units instead": that figure, and not both.
        let instead = self
            .scan
            .marks
            .iter()
            .any(|mark| matches!(self.scan.typed(mark).to_lowercase().as_str(), "instead" | "вместо этого"));
        if instead {
            plan.metrics = vec![*by];
        } else if !previous.ratio {
            plan.metrics.clone_from(&previous.metrics);
            if !plan.metrics.contains(by) {
                plan.metrics.push(*by);
            }
        }
        plan.order = Some(Order { by: by.name().to_owned(), descending: self.reading.best.unwrap_or(true) });
    }

    /// "How many orders in November", "what sum was that": only another figure is named, so it is of the same period.
    fn another_figure(&self, previous: &Plan) -> bool {
        let reading = &self.reading;
        let said = &self.scan.said;
        // "How many customers do we have" is a question of its own.
        const OWN: [&str; 6] = ["у нас", "do we have", "have we got", "в базе", "всего", "in total"];
        let text = self.scan.text.to_lowercase();
        let base = OWN.iter().any(|part| text.contains(part));
        let bare = !reading.metrics.is_empty()
            && reading.intents.is_empty()
            && reading.dimensions.is_empty()
            && reading.filters.is_empty()
            && reading.doubts.is_empty()
            && reading.bounds.is_empty()
            && !(reading.why || reading.share || reading.compare || reading.course || reading.latest)
            && reading.change.is_none()
            && reading.best.is_none()
            && reading.unexplained.is_empty();
        let timeless = said.periods.is_empty()
            && said.comparison.is_none()
            && said.grain.is_none()
            && said.average.is_none()
            && said.weekdays.is_none()
            && said.hours.is_none();
        bare && timeless && !base && previous.is_statement()
    }

    /// "Tell me about customer 14911", "what to offer him": the customer of before, where none is named.
    fn same_customer(&self, plan: &mut Plan) {
        let of_one = self
            .reading
            .intents
            .iter()
            .any(|intent| matches!(intent, Intent::Offer | Intent::Customer | Intent::Churn | Intent::Clv));
        let points = self.reading.has(self.scan, &Concept::These) || self.reading.intents == [Intent::Offer];
        let Some(previous) = self.asked.previous else { return };
        if !of_one || !points || plan.filter_on(&Dimension::Customer).is_some() {
            return;
        }
        let named = previous.filter_on(&Dimension::Customer);
        if let Some(filter) = named.filter(|filter| filter.op == Operator::In && filter.values.len() == 1) {
            plan.filters.push(filter.clone());
        }
    }

    /// "How much did they spend" is about those of the question before, where it names nobody itself.
    fn refers_back(&mut self) {
        let people = self.scan.marks.iter().any(|mark| {
            matches!(
                &mark.what,
                What::Name(..)
                    | What::Says(Concept::Noun(Noun::Customer | Noun::Product) | Concept::Who | Concept::Dimension(_))
            )
        });
        // "How many such customers": the noun is that of those spoken of.
        let such = self.scan.marks.windows(2).any(|pair| {
            const SUCH: [&str; 8] = ["такие", "таких", "таким", "such", "these", "those", "эти", "этих"];
            pair[0].what == What::Says(Concept::These)
                && SUCH.contains(&self.scan.typed(&pair[0]).to_lowercase().as_str())
                && pair[1].what == What::Says(Concept::Noun(Noun::Customer))
        });
        let people = people && !such;
        let points = self.reading.has(self.scan, &Concept::These);
        self.reading.refers = points && !people && self.asked.previous.is_some() && self.reading.dimensions.is_empty();
        let counted = self.reading.metrics.is_empty() || such && self.reading.metrics == [Metric::Customers];
        let counts = self.reading.counts && counted && self.reading.intents.is_empty();
        let listed =
            self.asked.previous.is_some_and(|plan| plan.is_statement() && plan.dimensions == [Dimension::Customer]);
        if counts && listed && !people {
            // "How many are there" after a list of customers.
            self.reading.metrics = vec![Metric::Customers];
            self.reading.refers = true;
            self.uncut = true;
        }
    }

    /// "Only new customers" after a question about money: its customers, not another figure.
    fn only_a_kind(&mut self) {
        let Some(previous) = self.asked.previous else { return };
        let kind = match self.reading.metrics.as_slice() {
            [Metric::NewCustomers] => "new",
            [Metric::ReturningCustomers] => "returning",
            _ => return,
        };
        let bare = self.reading.only
            && self.reading.intents.is_empty()
            && self.reading.dimensions.is_empty()
            && self.scan.said.periods.is_empty();
        if bare && !previous.metric().counts_customers() && previous.is_statement() {
            self.reading.metrics.clear();
            self.reading.add_kind(kind);
            self.reading.follow = true;
        }
    }

    /// "Show 10" after a list.
    fn only_a_number(&mut self, previous: Option<&Plan>) {
        let listed = previous.is_some_and(|plan| !plan.dimensions.is_empty() || plan.intent == Intent::Rows);
        let spoken = |word: &str| {
            let number = self.scan.marks.iter().find_map(|mark| match mark.what {
                What::Number(number) if self.scan.typed(mark) == word => number.integer(),
                _ => None,
            });
            number.and_then(|number| u32::try_from(number).ok())
        };
        if let ([word], true) = (self.reading.unexplained.as_slice(), listed)
            && let Some(number) = spoken(word)
            && (1..=MAX_LIMIT).contains(&number)
        {
            self.reading.limit = Some(number);
            self.reading.unexplained.clear();
        }
    }

    pub(super) fn fresh(&mut self) -> Result<Plan, Stop> {
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

    /// What is asked for; whether it is the records behind the plan before.
    pub(super) fn set_intent(&mut self, plan: &mut Plan, follows: bool) -> bool {
        let mut behind = false;
        let customer = plan.filter_on(&Dimension::Customer).is_some();
        let mut intents = self.reading.intents.clone();
        let counts = !self.reading.metrics.is_empty();
        intents.retain(|intent| match intent {
            // "Tell me about sales" is no customer.
            Intent::Customer => customer || !counts && self.reading.unexplained.len() + self.reading.doubts.len() > 0,
            Intent::Segments => !counts,
            // "Show orders weekly" counts them.
            Intent::Rows => self.scan.said.grain.is_none(),
            _ => true,
        });
        let rows = self.reading.intents.contains(&Intent::Rows) && self.scan.said.grain.is_some();
        if rows && plan.metrics.is_empty() && !follows {
            plan.metrics = vec![Metric::Orders];
        }
        if intents.len() > 1 {
            // "Who is about to churn" asks for no card.
            intents.retain(|intent| *intent != Intent::Customer);
        }
        // "How many champions are there": the report on segments has their number.
        let segment = plan.filter_on(&Dimension::Segment).is_some_and(|filter| filter.op == Operator::In);
        if intents.is_empty()
            && segment
            && self.reading.counts
            && !follows
            && plan.filters.len() == 1
            && matches!(plan.metrics.as_slice(), [] | [Metric::Customers])
            && self.scan.said.periods.is_empty()
        {
            intents.push(Intent::Segments);
            plan.filters.clear();
        }
        let bare =
            intents.is_empty() && !counts && !self.reading.why && !self.reading.share && self.reading.best.is_none();
        if bare && !follows && plan.dimensions == [Dimension::Segment] && plan.filters.is_empty() {
            intents.push(Intent::Segments);
        }
        let people = matches!(plan.metrics.as_slice(), [] | [Metric::Customers]);
        let grouped = plan.dimensions.len() == 2
            && plan.dimensions.contains(&Dimension::Segment)
            && plan.dimensions.contains(&Dimension::Customer);
        if grouped && people && intents.is_empty() && !follows && plan.filters.is_empty() && self.reading.best.is_none()
        {
            // "Разбей клиентов по сегментам".
            intents.push(Intent::Segments);
        }
        if self.reading.intents.contains(&Intent::Segments) && counts && plan.dimensions.is_empty() {
            plan.dimensions.push(Dimension::Segment);
        }
        let by_segment = plan.dimensions == [Dimension::Segment]
            && plan.metrics == [Metric::Customers]
            && plan.filters.is_empty()
            && !self.reading.share;
        if by_segment && intents.is_empty() && !follows && self.scan.said.periods.is_empty() {
            // "How many customers are in each segment".
            intents.push(Intent::Segments);
        }
        // "The highest predicted value", "who will leave", "what will he buy next": what is foretold has a call of its own.
        if intents.iter().any(|intent| matches!(intent, Intent::Clv | Intent::Churn | Intent::Offer)) {
            intents.retain(|intent| *intent != Intent::Forecast);
        }
        if customer && intents.contains(&Intent::Offer) {
            // "Any ideas what to pitch to 16684".
            intents.retain(|intent| *intent == Intent::Offer);
        }
        if self.reading.why {
            plan.intent = Intent::Explain;
            // "Why did it fall" takes a fall for granted: the answer says whether it was one.
            let way = self.reading.change.flatten();
            plan.order = way.map(|descending| Order { by: "change".to_owned(), descending });
        } else if intents.contains(&Intent::Forecast) {
            plan.intent = Intent::Forecast;
        } else if let Some(intent) = intents.first().copied() {
            let intent = if intent == Intent::Recommend && self.suggests_to(plan) { Intent::Offer } else { intent };
            plan.intent = intent;
            // "What to offer" without a customer is advice.
            if intent == Intent::Offer
                && !customer
                && self.reading.doubts.is_empty()
                && self.reading.unexplained.is_empty()
            {
                plan.intent = Intent::Recommend;
            }
            if intent == Intent::Offer && !customer && plan.filter_on(&Dimension::Product).is_some() {
                // "What to offer with the cake stand": what is bought together with it.
                plan.intent = Intent::Basket;
            }
            if intent == Intent::Rows {
                behind = self.rows(plan, follows);
            }
        } else if (customer || self.which_orders()) && !follows && self.own_orders(plan)
            || self.reading.latest && (plan.metrics == [Metric::Orders] || follows && self.reading.limit.is_some())
        {
            plan.intent = Intent::Rows;
            plan.order = Some(Order { by: "period".to_owned(), descending: true });
        } else if customer
            && (!counts || self.reading.has(self.scan, &Concept::When) && self.reading.latest)
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
        behind
    }

    /// "What else might customer 13408 go for? Suggest something": what to offer to one customer.
    fn suggests_to(&self, plan: &Plan) -> bool {
        const SUGGESTS: [&str; 7] = ["suggest", "recommend", "посовет", "порекоменд", "рекоменд", "предлож", "подбер"];
        let one = plan
            .filter_on(&Dimension::Customer)
            .is_some_and(|filter| filter.op == Operator::In && filter.values.len() == 1);
        let typed = |mark: &Mark| self.scan.typed(mark).to_lowercase();
        one && self.scan.marks.iter().any(|mark| SUGGESTS.iter().any(|word| typed(mark).starts_with(word)))
    }

    /// "Which orders came in yesterday".
    fn which_orders(&self) -> bool {
        self.scan.marks.iter().enumerate().any(|(at, mark)| {
            mark.what == What::Says(Concept::Noun(Noun::Order))
                && matches!(self.reading.concept_before(self.scan, at), Some(Concept::Which))
        })
    }

    /// "The orders of customer 17850" are listed; how many they are is asked with "how many".
    fn own_orders(&self, plan: &Plan) -> bool {
        let named = self.scan.marks.iter().any(|mark| matches!(mark.what, What::Says(Concept::Noun(Noun::Order))));
        let reading = &self.reading;
        (named || self.reading.has(self.scan, &Concept::Which))
            && plan.metrics == [Metric::Orders]
            && plan.dimensions.is_empty()
            && self.scan.said.grain.is_none()
            && !(reading.counts || reading.share || reading.compare || reading.course || reading.change.is_some())
            && reading.best.is_none()
            && reading.bounds.is_empty()
    }

    pub(super) fn rows(&mut self, plan: &mut Plan, follows: bool) -> bool {
        if let Some(previous) = self
            .asked
            .previous
            .filter(|_| follows || self.reading.filters.is_empty() && self.scan.said.periods.is_empty())
        {
            let narrowed = previous
                .average_per
                .and_then(|_| compile::behind_row(previous, &compile::OfRow::default(), self.asked.calendar).ok());
            let mut rows = narrowed.unwrap_or_else(|| compile::behind(previous, &[]));
            rows.limit = self.reading.limit;
            rows.filters.extend(self.reading.filters.iter().cloned());
            rows.assumed.clear();
            *plan = rows;
            return true;
        }
        plan.intent = Intent::Rows;
        if plan.metrics.is_empty() {
            plan.metrics = vec![Metric::Orders];
        }
        false
    }
}
