//! Whether a plan accounts for what the words of the question say. A word whose meaning the plan does not have is asked back:
//! an answer that leaves it out would be an answer to another question.

use kupets_semantic::catalogue::{Dimension, Metric, UnitOf};
use kupets_semantic::grain::Grain;
use kupets_semantic::period::{Comparison, Expr, Future, Unit};
use kupets_semantic::plan::{Filter, Intent, Operator, Plan, Subject};

use super::builder::Builder;
use super::concept::{Concept, Noun};
use super::names::attribute;
use super::scan::What;

impl Builder<'_> {
    /// The words that say something which the plan does not have.
    pub(super) fn unaccounted(&self, plan: &Plan) -> Vec<String> {
        let marks = (0..self.scan.marks.len()).filter(|at| !self.accounts(plan, *at));
        let mut words: Vec<String> = Vec::new();
        // "Revenue units": two figures side by side, and no word that joins them.
        let apart = plan.metrics.len() > 1 && self.reading.metrics.len() > 1 && !plan.ratio;
        if apart && !self.reading.has(self.scan, &Concept::And) && !self.reading.compare {
            words.extend(plan.metrics.iter().map(|metric| {
                let names = metric.definition().names;
                self.say(names.ru, names.en)
            }));
        }
        let marks: Vec<String> = marks.map(|at| self.scan.typed(&self.scan.marks[at])).collect();
        words.extend(marks);
        words.extend(self.unaccounted_times(plan));
        words.extend(contradicting(plan));
        // A filter that the call cannot take.
        let left = |filter: &Filter| !plan.filters.iter().any(|known| known.field == filter.field);
        if !plan.is_statement() && self.reading.filters.iter().any(left) {
            let names = self.scan.marks.iter().filter(|mark| matches!(mark.what, What::Name(..)));
            words.extend(names.map(|mark| self.scan.typed(mark)));
        }
        words
    }

    fn accounts(&self, plan: &Plan, at: usize) -> bool {
        let What::Says(concept) = &self.scan.marks[at].what else { return true };
        let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
        let has = |dimension: &Dimension| on(plan, dimension);
        match concept {
            // The first purchase of one customer is a day, and no number of new customers.
            Concept::Metric(Metric::NewCustomers) if plan.filter_on(&Dimension::Customer).is_some() => false,
            Concept::Metric(Metric::NewCustomers) if plan.intent == Intent::Cohort => true,
            Concept::Metric(Metric::AverageOrder) if plan.ratio && plan.metrics == [Metric::Units, Metric::Orders] => {
                true
            }
            Concept::Metric(metric) => {
                figure(plan, *metric)
                    || self.reading.bounded.contains(&at)
                    // Classes are made by what products bring.
                    || plan.intent == Intent::Abc && *metric == Metric::Revenue
                    // Advice is given for the whole shop, whatever is to be raised.
                    || matches!(plan.intent, Intent::Recommend | Intent::Plan)
            }
            // "The average number of orders by weekday" is divided by days, not by customers.
            Concept::Ratio(Metric::Orders, Metric::Customers) if !self.names_people(at) => {
                plan.ratio
                    && plan.grain.is_none()
                    && !plan.dimensions.iter().any(|dimension| {
                        matches!(dimension, Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear)
                    })
            }
            Concept::Ratio(_, Metric::Customers) if on(plan, &Dimension::Customer) => true,
            Concept::Ratio(..) => plan.ratio || plan.metrics == [Metric::AverageOrder],
            Concept::Dimension(Dimension::Segment) if plan.intent == Intent::Segments => true,
            // "For the season": which one nobody says, and months of the year are not asked for.
            Concept::Dimension(Dimension::MonthOfYear) if self.says_season(at) => false,
            Concept::Dimension(Dimension::MonthOfYear) if self.reading.used[at] && plan.grain.is_some() => true,
            Concept::Dimension(Dimension::Product) if matches!(plan.intent, Intent::Abc | Intent::Basket) => true,
            // "Weekends better than weekdays": working days, and no list of the days of the week.
            Concept::Dimension(Dimension::Weekday)
                if self.scan.said.weekdays.is_some()
                    && self.scan.typed(&self.scan.marks[at]).eq_ignore_ascii_case("weekdays") =>
            {
                false
            }
            Concept::Dimension(dimension) => has(dimension) || self.reading.everything_of.contains(dimension),
            Concept::Attribute(place) => attribute(*place, self.asked.values)
                .is_none_or(|dimension| has(&dimension) || self.reading.everything_of.contains(&dimension)),
            Concept::Kind(_) | Concept::Guest => {
                has(&Dimension::CustomerKind)
                    || figure(plan, Metric::NewCustomers)
                    || figure(plan, Metric::ReturningCustomers)
                    || figure(plan, Metric::RepeatRate)
            }
            // "Lost", said of products.
            Concept::Segment("lost") if self.reading.used[at] && self.reading.change.is_some() => true,
            Concept::Segment(_) => has(&Dimension::Segment) || plan.intent == Intent::Segments,
            Concept::Talk(_) => has(&Dimension::Kind),
            // A card by itself may be something that is sold.
            Concept::Intent(Intent::Customer) if self.card(at) => {
                matches!(plan.intent, Intent::Customer | Intent::Churn | Intent::Clv)
            }
            // "What to offer him": advice for the whole shop is no answer.
            Concept::Intent(Intent::Offer) if plan.intent == Intent::Recommend && self.names_one(at) => false,
            Concept::Intent(Intent::Churn) if self.reading.used[at] => true,
            Concept::Intent(_) if self.reading.used[at] && plan.intent == Intent::Customer => true,
            Concept::Intent(intent) => self.does(plan, *intent),
            Concept::Top | Concept::Worst => (plan.order.is_some() || self.lists(plan)) && !self.second_list(plan, at),
            Concept::Which => plan.intent != Intent::Forecast || !self.asks_thing(at),
            Concept::Why => plan.intent == Intent::Explain,
            // "The share of the ten largest": of them together, which a list of shares is not.
            Concept::Share if plan.share && plan.limit.is_some() && self.ranks_after(at) => {
                plan.together || self.reading.has(self.scan, &Concept::Each)
            }
            Concept::Share => {
                plan.share
                    || plan.ratio
                    || plan.compared_with.is_some()
                    || plan.metrics.iter().any(|metric| metric.is_quotient())
            }
            Concept::Compare => {
                plan.compared_with.is_some()
                    || plan.intent == Intent::Explain
                    || !plan.dimensions.is_empty()
                    || plan.metrics.len() > 1
            }
            Concept::Change(_) => {
                self.reading.used[at] || plan.compared_with.is_some() || plan.grain.is_some() || !plan.is_statement()
            }
            Concept::Course => plan.grain.is_some() || plan.compared_with.is_some() || plan.intent == Intent::Forecast,
            // The best of each group, and not of the whole list.
            Concept::Each => {
                self.reading.used[at]
                    || (listed || plan.ratio || self.lists(plan))
                        && (plan.limit_each || !(plan.limit.is_some() && plan.dimensions.len() > 1))
            }
            Concept::Who => {
                has(&Dimension::Customer)
                    || has(&Dimension::CustomerKind)
                    || listed && self.reading.best.is_some()
                    || self.lists(plan)
                    || plan.is_statement() && plan.metrics.iter().any(|metric| metric.counts_customers())
                    || has(&Dimension::Agent)
                    || self.asked.previous.is_some() && plan.is_statement()
            }
            Concept::Latest => plan.intent == Intent::Rows || self.lists(plan),
            // "Who returns them": those of the answer before, which this plan must continue.
            Concept::These => {
                let whole = plan.intent == Intent::Recommend && plan.filter_on(&Dimension::Customer).is_none();
                self.asked.previous.is_none() || self.followed && !whole || !self.points_back(at)
            }
            Concept::Worth | Concept::Spent => {
                let money = |metric: &Metric| metric.unit() == UnitOf::Currency;
                let bound = plan.filters.iter().any(|filter| match &filter.field {
                    Subject::Metric(metric) => money(metric),
                    Subject::OrderAmount => true,
                    Subject::Dimension(_) => false,
                });
                bound
                    || plan.metrics.iter().any(money)
                    || plan.intent == Intent::Rows
                    || self.lists(plan)
                    || matches!(plan.intent, Intent::Customer | Intent::Cohort)
            }
            Concept::Bound(_) => self.bound_holds(plan, at),
            Concept::Times => self.reading.used[at] || plan.intent == Intent::Customer,
            // "When did we sell most" is a list in time, "when did Petrov last buy" a card.
            Concept::When => {
                plan.grain.is_some()
                    || has(&Dimension::Weekday)
                    || has(&Dimension::Hour)
                    || has(&Dimension::MonthOfYear)
                    || self.lists(plan)
                    || !self.scan.said.periods.is_empty() && self.reading.best.is_none()
            }
            // "The cumulative revenue since November" is its sum; running totals by step are none of ours.
            Concept::Odd if self.cumulates(at) => !listed && plan.average_per.is_none() && !plan.ratio,
            Concept::Odd => self.placed && self.reading.used[at],
            Concept::Reverse => plan.order.is_some(),
            // Which country is one's own nobody says: it must be left out by its name.
            Concept::Foreign | Concept::Domestic if self.reading.used[at] => true,
            Concept::Domestic => false,
            Concept::Foreign => plan.filters.iter().any(|filter| {
                filter.op == Operator::NotIn && matches!(filter.dimension(), Some(Dimension::Attribute(_)))
            }),
            Concept::Add | Concept::Remove => self.asked.previous.is_some() || self.reading.used[at],
            Concept::Where => {
                let asks =
                    matches!(self.scan.typed(&self.scan.marks[at]).to_lowercase().as_str(), "откуда" | "from where");
                listed || self.reading.best.is_none() && !asks
            }
            Concept::HowMany => !self.counts_keys(at),
            Concept::Noun(noun) if !plan.is_statement() => self.call_has(plan, at, *noun),
            Concept::Noun(Noun::Customer) => {
                !self.counted(at) || figure(plan, Metric::Customers) || plan.intent == Intent::Segments
            }
            Concept::Noun(Noun::Order) => {
                !self.counted(at)
                    || figure(plan, Metric::Orders)
                    || plan.intent == Intent::Rows
                    || plan.metrics.contains(&Metric::AverageOrder)
            }
            // "How many products sold over 500 pieces": the condition would be on customers.
            Concept::Noun(Noun::Product)
                if self.counted(at)
                    && plan.dimensions.is_empty()
                    && plan.filters.iter().any(|filter| filter.metric().is_some()) =>
            {
                false
            }
            Concept::Noun(Noun::Product) => {
                !self.counted(at)
                    || figure(plan, Metric::Units)
                    || figure(plan, Metric::Products)
                    || plan.intent == Intent::Abc
            }
            _ => true,
        }
    }

    /// "Накопленная", "cumulative".
    fn cumulates(&self, at: usize) -> bool {
        let typed = self.scan.typed(&self.scan.marks[at]).to_lowercase();
        ["накоплен", "нараста", "cumulative", "running total", "accumulated"].iter().any(|word| typed.contains(word))
    }

    /// Whether the answer of a call is a list of customers or of what to do, so that "who" and "the best" ask for it.
    fn lists(&self, plan: &Plan) -> bool {
        match plan.intent {
            Intent::Forecast | Intent::Cohort => false,
            _ => !plan.is_statement(),
        }
    }

    /// A second list beside the first: "the best three countries and the best three products".
    fn second_list(&self, plan: &Plan, at: usize) -> bool {
        let marks = &self.scan.marks;
        let ranks = |place: usize| matches!(marks[place].what, What::Says(Concept::Top | Concept::Worst));
        // What a word for the best or a number right before it ranks.
        let thing = |place: usize| {
            let next = (place + 1..marks.len()).find(|next| {
                !matches!(marks[*next].what, What::Silent | What::Number(_) | What::Says(Concept::Fluff))
            })?;
            let things = matches!(
                marks[next].what,
                What::Says(
                    Concept::Dimension(_) | Concept::Attribute(_) | Concept::Noun(Noun::Customer | Noun::Product)
                )
            );
            things.then_some(next)
        };
        let earlier = (0..at).filter(|place| ranks(*place)).any(|place| thing(place).is_some_and(|one| one < at));
        plan.dimensions.len() > 1 && earlier && thing(at).is_some()
    }

    /// "Which product", "какая страна": the thing right after the word.
    fn asks_thing(&self, at: usize) -> bool {
        let next = (at + 1..self.scan.marks.len())
            .find(|place| !matches!(self.scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff)));
        next.is_some_and(|place| {
            matches!(
                self.scan.marks[place].what,
                What::Says(
                    Concept::Dimension(_) | Concept::Attribute(_) | Concept::Noun(Noun::Customer | Noun::Product)
                )
            )
        })
    }

    /// "Сезон", but not "сезонность".
    fn says_season(&self, at: usize) -> bool {
        let typed = self.scan.typed(&self.scan.marks[at]).to_lowercase();
        typed.contains("сезон") && !typed.contains("сезонн")
    }

    /// Whether the best or the worst are named after that mark.
    fn ranks_after(&self, at: usize) -> bool {
        self.scan.marks.iter().skip(at).any(|mark| matches!(mark.what, What::Says(Concept::Top | Concept::Worst)))
    }

    /// A phrase that points at somebody: "что ему предложить", "sell her next".
    fn names_one(&self, at: usize) -> bool {
        const ONE: [&str; 9] = ["ему", "ей", "него", "нее", "him", "her", "them", "he", "she"];
        self.scan.typed(&self.scan.marks[at]).to_lowercase().split(' ').any(|word| ONE.contains(&word))
    }

    /// "Them", "these": a word that nothing but the question before explains.
    fn points_back(&self, at: usize) -> bool {
        const BACK: [&str; 20] = [
            "их", "ими", "им", "ему", "ей", "него", "нее", "они", "он", "она", "эти", "этих", "этим", "these", "those",
            "them", "they", "him", "he", "she",
        ];
        BACK.contains(&self.scan.typed(&self.scan.marks[at]).to_lowercase().as_str())
    }

    /// Whether a phrase names those that a figure is divided by.
    fn names_people(&self, at: usize) -> bool {
        let typed = self.scan.typed(&self.scan.marks[at]).to_lowercase();
        const PEOPLE: [&str; 6] = ["клиент", "покупател", "customer", "buyer", "people", "покупа"];
        PEOPLE.iter().any(|part| typed.contains(part))
    }

    /// Whether the answer of a call is about what a noun names.
    fn call_has(&self, plan: &Plan, at: usize, noun: Noun) -> bool {
        let goods = on(plan, &Dimension::Product) || on(plan, &Dimension::Category);
        let people = plan.metrics.iter().any(|metric| metric.counts_customers());
        match (plan.intent, noun) {
            (Intent::Forecast, Noun::Product) => goods || figure(plan, Metric::Units) || figure(plan, Metric::Products),
            (Intent::Forecast, Noun::Customer) => people || on(plan, &Dimension::Segment),
            (Intent::Forecast, Noun::Order) => figure(plan, Metric::Orders),
            (Intent::Churn | Intent::Clv | Intent::Cohort | Intent::Segments, Noun::Product) => goods,
            (Intent::Basket | Intent::Abc, Noun::Customer) => !self.counted(at),
            (Intent::Explain, Noun::Customer) if self.counted(at) => people,
            _ => true,
        }
    }

    fn card(&self, at: usize) -> bool {
        const CARDS: [&str; 3] = ["profile", "карточк", "профил"];
        let typed = self.scan.typed(&self.scan.marks[at]).to_lowercase();
        self.scan.marks[at].tokens.len() == 1 && CARDS.iter().any(|card| typed.starts_with(card))
    }

    /// Whether an intent that was named is what the plan does.
    fn does(&self, plan: &Plan, intent: Intent) -> bool {
        let is = plan.intent;
        match intent {
            Intent::Help => true,
            Intent::Forecast => matches!(is, Intent::Forecast | Intent::Clv | Intent::Churn | Intent::Customer),
            // "What to offer with the bunting": what is bought together.
            Intent::Offer | Intent::Recommend if is == Intent::Basket => true,
            // "Which lapsed customers should I win back": they are listed.
            Intent::Recommend if is == Intent::Churn => true,
            Intent::Offer | Intent::Recommend | Intent::Plan => {
                matches!(is, Intent::Offer | Intent::Recommend | Intent::Plan | Intent::Explain)
            }
            Intent::Segments => is == intent || on(plan, &Dimension::Segment) || !plan.is_statement(),
            Intent::Customer => {
                is == intent || on(plan, &Dimension::Customer) || !plan.is_statement() || self.tells(plan)
            }
            Intent::Rows => is == intent || plan.is_statement() && plan.metrics == [Metric::Orders],
            Intent::Clv | Intent::Churn => {
                is == intent
                    || matches!(
                        is,
                        Intent::Customer
                            | Intent::Churn
                            | Intent::Clv
                            | Intent::Offer
                            | Intent::Recommend
                            | Intent::Plan
                    )
            }
            other => is == other,
        }
    }

    /// "Tell me about sales" asks for no card.
    fn tells(&self, plan: &Plan) -> bool {
        !plan.metrics.is_empty()
    }

    /// Whether a bound became a condition, or says which of two is more.
    fn bound_holds(&self, plan: &Plan, at: usize) -> bool {
        let bounds = self.reading.bounds.iter().any(|(place, _)| *place == at);
        let loose = self.reading.loose_bounds.iter().any(|(place, _)| *place == at);
        let open = matches!(&self.scan.marks[at].what, What::Says(Concept::Bound(Operator::More | Operator::Less)));
        // What is worked out for the whole shop takes no bound, and two names beside each other are no two periods.
        let kept = plan.filters.iter().any(|filter| filter.dimension().is_none());
        let beside = plan.intent == Intent::Explain && plan.filters.iter().any(|filter| filter.values.len() > 1);
        let loose = loose && !beside && plan.intent != Intent::Forecast;
        bounds && (kept || plan.is_statement())
            || open && matches!(plan.intent, Intent::Recommend | Intent::Plan)
            || self.reading.told_bounds.contains(&at)
            || loose && open && (plan.compared_with.is_some() || plan.order.is_some() || plan.intent == Intent::Explain)
            || !open && self.only_joins(at)
    }

    /// "От клиентов", "до": prepositions where no number follows them.
    fn only_joins(&self, at: usize) -> bool {
        const JOINS: [&str; 8] = ["от", "до", "точно", "ровно", "exactly", "over", "между", "between"];
        JOINS.contains(&self.scan.typed(&self.scan.marks[at]).to_lowercase().as_str())
    }

    /// "How many countries": keys of a dimension are not counted here.
    fn counts_keys(&self, at: usize) -> bool {
        let next = (at + 1..self.scan.marks.len()).find(|place| {
            !matches!(self.scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff | Concept::Each))
        });
        next.is_some_and(|place| {
            matches!(
                self.scan.marks[place].what,
                What::Says(
                    Concept::Dimension(
                        Dimension::Category
                            | Dimension::Channel
                            | Dimension::Segment
                            | Dimension::Lifecycle
                            | Dimension::Kind
                            | Dimension::Agent
                            | Dimension::Outcome
                    ) | Concept::Attribute(_)
                )
            )
        })
    }

    /// Whether "how many" stands right before that mark.
    fn counted(&self, at: usize) -> bool {
        matches!(self.reading.concept_before(self.scan, at), Some(Concept::HowMany | Concept::Share))
    }

    /// Words of time that the plan does not have.
    fn unaccounted_times(&self, plan: &Plan) -> Vec<String> {
        let said = &self.scan.said;
        let mut words = Vec::new();
        let mut left = |tokens: std::ops::Range<usize>, held: bool| {
            if !held {
                words.push(self.scan.words_at(tokens));
            }
        };
        if let Some(found) = &said.grain {
            let held = match found.expr {
                Grain::Unit(_) => plan.grain.is_some() || plan.ratio || plan.average_per.is_some(),
                Grain::Weekday => on(plan, &Dimension::Weekday),
                Grain::HourOfDay => on(plan, &Dimension::Hour),
                Grain::MonthOfYear => on(plan, &Dimension::MonthOfYear),
            };
            left(found.tokens.clone(), held || plan.intent == Intent::Cohort);
        }
        if let Some(found) = &said.average {
            left(found.tokens.clone(), plan.average_per.is_some());
        }
        if let Some(found) = &said.comparison {
            let steps = matches!(&found.expr, Comparison::Back(unit) if plan.grain == Some(*unit));
            left(found.tokens.clone(), plan.compared_with.is_some() || self.moved || steps);
        }
        if let Some(found) = &said.weekdays {
            // "Weekends against weekdays" are two of them.
            let alone = !(self.reading.compare && plan.dimensions.is_empty() && said.comparison.is_none());
            left(found.tokens.clone(), on(plan, &Dimension::Weekday) && alone);
        }
        if let Some(found) = &said.hours {
            // "In the night to Saturday" begins on the evening before.
            let words = self.scan.words_at(found.tokens.clone()).to_lowercase();
            let next = self.scan.tokens.get(found.tokens.end).map(|token| token.text.as_str());
            let across = words.contains("ночь") && matches!(next, Some("на" | "с" | "со"));
            left(found.tokens.clone(), on(plan, &Dimension::Hour) && !across);
        }
        if matches!(plan.intent, Intent::Churn | Intent::Clv | Intent::Customer | Intent::Offer) {
            for found in &said.periods {
                // What customers will bring is said of a year, and who leaves of what is to come.
                let ahead = matches!(
                    &found.expr,
                    Expr::Future(
                        Future::Unit { unit: Unit::Year, ahead: 1 } | Future::Whole { unit: Unit::Year, count: 1 }
                    )
                );
                left(found.tokens.clone(), ahead && plan.intent == Intent::Clv);
            }
        }
        words
    }
}

/// Values that are wanted and left out at once: "revenue UK and non-UK" are two of them, and not none.
fn contradicting(plan: &Plan) -> Vec<String> {
    let mut both = Vec::new();
    for one in plan.filters.iter().filter(|filter| filter.op == Operator::In && filter.dimension().is_some()) {
        for other in plan.filters.iter().filter(|other| other.op == Operator::NotIn && other.field == one.field) {
            both.extend(other.values.iter().filter(|value| one.values.contains(value)).cloned());
        }
    }
    both
}

/// Whether the plan cuts or filters by a dimension.
fn on(plan: &Plan, dimension: &Dimension) -> bool {
    plan.dimensions.contains(dimension)
        || plan.filter_on(dimension).is_some()
        || *dimension == Dimension::Weekday && plan.period.weekdays.is_some()
}

/// Whether the plan has a figure, or one that stands for it.
fn figure(plan: &Plan, metric: Metric) -> bool {
    let has = |metric: Metric| {
        plan.metrics.contains(&metric) || plan.filters.iter().any(|filter| filter.metric() == Some(metric))
    };
    let amounts = plan.filters.iter().any(|filter| filter.field == Subject::OrderAmount);
    has(metric)
        || match metric {
            Metric::Refunds => has(Metric::RefundRate) || has(Metric::Gross),
            Metric::Revenue => has(Metric::AverageOrder) || has(Metric::Gross) || amounts,
            Metric::Orders => has(Metric::AverageOrder) || amounts || plan.intent == Intent::Rows,
            Metric::Customers => {
                has(Metric::NewCustomers)
                    || has(Metric::ReturningCustomers)
                    || has(Metric::RepeatRate)
                    || on(plan, &Dimension::Customer)
                    || on(plan, &Dimension::CustomerKind)
                    || on(plan, &Dimension::Segment)
                    || !plan.is_statement()
            }
            Metric::Units => on(plan, &Dimension::Product) || has(Metric::Products) || plan.intent == Intent::Abc,
            Metric::Products => on(plan, &Dimension::Product) || plan.intent == Intent::Abc,
            Metric::NewCustomers | Metric::ReturningCustomers => {
                on(plan, &Dimension::CustomerKind) || has(Metric::RepeatRate)
            }
            Metric::RepeatRate => {
                has(Metric::Orders) && has(Metric::Customers) || has(Metric::ReturningCustomers) || has(Metric::Orders)
            }
            _ => false,
        }
}
