//! Which figures a question asks for, and of which customers.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Intent, Operator, Subject};
use kupets_semantic::text::numbers::Number;
use kupets_semantic::values::Entry;

use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Mark, Scan, What};

impl Reading {
    pub(super) fn take_metrics(&mut self, scan: &Scan) {
        let count = scan.marks.len();
        let says = |at: usize| match &scan.marks[at].what {
            What::Says(concept) => Some(concept),
            _ => None,
        };
        for at in 0..count {
            if self.used[at] || self.bounded.contains(&at) {
                continue;
            }
            match says(at) {
                Some(Concept::Ratio(above, below)) => {
                    self.metrics = vec![*above, *below];
                    self.ratio = true;
                    self.used[at] = true;
                }
                Some(Concept::Metric(metric)) => {
                    self.used[at] = true;
                    self.add_metric(*metric);
                }
                Some(Concept::Talk(_)) => self.add_metric(Metric::Interactions),
                _ => {}
            }
        }
        let counted = |at: usize| matches!(self.concept_before(scan, at), Some(Concept::HowMany));
        let counts_nouns = (0..count).any(|at| {
            matches!(says(at), Some(Concept::Noun(Noun::Order | Noun::Customer | Noun::Product))) && counted(at)
        });
        let worth = (0..count).any(|at| !self.used[at] && scan.marks[at].what == What::Says(Concept::Worth));
        let brings = worth || self.has(scan, &Concept::Brings);
        // "What did returning customers bring in" asks for money of theirs.
        let kinds = !self.metrics.is_empty()
            && !self.counts_people(scan)
            && self
                .metrics
                .iter()
                .all(|metric| matches!(metric, Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate));
        let kinds = kinds && self.best.is_none() && self.dimensions.is_empty();
        let spends = brings || self.has(scan, &Concept::Spent);
        if (self.metrics.is_empty() && brings || kinds && spends && !self.share) && !counts_nouns {
            self.metrics.insert(0, Metric::Revenue);
        }
        // "Объём продаж в штуках", "выручка брутто": the second says what the first is counted in.
        if !self.ratio
            && !self.has(scan, &Concept::And)
            && matches!(self.metrics.as_slice(), [Metric::Revenue, Metric::Units | Metric::Gross])
        {
            self.metrics.remove(0);
            self.bounded.extend((0..count).filter(|at| says(*at) == Some(&Concept::Metric(Metric::Revenue))));
        }
        self.take_without_refunds(scan);
        if self.ratio {
            self.metrics.truncate(2);
        }
        let mut nouns: Vec<(usize, Noun)> = Vec::new();
        for at in 0..count {
            if let Some(Concept::Noun(noun)) = says(at)
                && !self.used[at]
            {
                self.used[at] = true;
                nouns.push((at, *noun));
            }
        }
        self.take_quotient(scan, &mut nouns);
        let verb = |concept: Concept| self.has(scan, &concept);
        let (sold, bought, spent) = (verb(Concept::Sold), verb(Concept::Bought), verb(Concept::Spent));
        let much = self.has(scan, &Concept::HowMuch);
        for (at, noun) in nouns {
            let counted = matches!(self.concept_before(scan, at), Some(Concept::HowMany))
                || self.counts && self.metrics.is_empty();
            let metric = match noun {
                Noun::Customer if !counted && self.metrics.is_empty() && self.has_segment(scan) => {
                    // "Customers at risk" are listed.
                    if !self.dimensions.contains(&Dimension::Customer) {
                        self.dimensions.push(Dimension::Customer);
                    }
                    None
                }
                Noun::Customer if counted || self.metrics.is_empty() && self.filters_only() => Some(Metric::Customers),
                Noun::Customer
                    if self.metrics.is_empty()
                        && self.dimensions.is_empty()
                        && (self.why || self.intents == [Intent::Forecast]) =>
                {
                    Some(Metric::Customers)
                }
                Noun::Customer if self.metrics.is_empty() && self.dimensions == [Dimension::CustomerKind] => {
                    Some(Metric::Customers)
                }
                Noun::Order
                    if counted || self.metrics.is_empty() || self.only_joined(scan, at) || self.only_kinds() =>
                {
                    Some(Metric::Orders)
                }
                Noun::Product if counted && self.metrics.is_empty() => Some(Metric::Units),
                Noun::Sales if self.metrics.is_empty() => {
                    self.guessed_metric = true;
                    Some(if counted { Metric::Orders } else { Metric::Revenue })
                }
                Noun::Customer if self.only_joined(scan, at) => Some(Metric::Customers),
                _ => None,
            };
            if let Some(metric) = metric {
                self.add_metric(metric);
            }
        }
        if self.metrics.is_empty() && self.intents.is_empty() {
            let product = self
                .filters
                .iter()
                .any(|filter| matches!(filter.dimension(), Some(Dimension::Product | Dimension::Category)));
            let guess = match () {
                // "Products that sold more than 1,000 units" are told by what they are chosen by.
                () if self.bounds.iter().any(|(_, bound)| bound.metric().is_some()) => None,
                () if spent => Some(Metric::Revenue),
                () if sold && self.counts && !much && product => Some(Metric::Units),
                () if sold || much && self.best.is_none() && !self.filters.is_empty() => Some(Metric::Revenue),
                () if bought && self.counts && !self.dimensions.contains(&Dimension::Customer) => Some(Metric::Orders),
                () => None,
            };
            if let Some(metric) = guess {
                self.guessed_metric = true;
                self.add_metric(metric);
            }
        }
        if self.has(scan, &Concept::Average) {
            self.take_average(scan);
        }
        if !self.ratio {
            self.in_order(scan);
        }
    }

    /// Whether people are counted: "how many returning customers".
    fn counts_people(&self, scan: &Scan) -> bool {
        let people = |at: usize| {
            matches!(
                &scan.marks[at].what,
                What::Says(Concept::Metric(Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate))
            )
        };
        (0..scan.marks.len()).any(|at| people(at) && matches!(self.concept_before(scan, at), Some(Concept::HowMany)))
    }

    /// "Revenue without refunds" is another metric.
    pub(super) fn take_without_refunds(&mut self, scan: &Scan) {
        let refunds = scan.marks.iter().position(|mark| mark.what == What::Says(Concept::Metric(Metric::Refunds)));
        let not = refunds.and_then(|at| self.before(scan, at, false));
        let Some(not) = not.filter(|at| scan.marks[*at].what == What::Says(Concept::Not)) else { return };
        self.used[not] = true;
        self.metrics.retain(|metric| *metric != Metric::Refunds);
        match self.metrics.first_mut() {
            Some(metric) if *metric == Metric::Revenue => *metric = Metric::Gross,
            // Orders and customers leave refunds out as they are.
            Some(_) => {}
            None if scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(Noun::Sales))) => {
                self.metrics.push(Metric::Gross);
            }
            // "Customers without refunds" are chosen by what they did not do.
            None => self.unexplained.push(scan.typed(&scan.marks[not])),
        }
    }

    /// Whether only customers of a kind are named so far: "orders by returning customers" are orders.
    fn only_kinds(&self) -> bool {
        let kind = |metric: &Metric| matches!(metric, Metric::NewCustomers | Metric::ReturningCustomers);
        !self.metrics.is_empty()
            && self.metrics.iter().all(kind)
            && self.dimensions.is_empty()
            && !self.share
            && !self.counts
    }

    /// `Revenue per order`, `выручка на клиента`, `возвраты к выручке`.
    pub(super) fn take_quotient(&mut self, scan: &Scan, nouns: &mut Vec<(usize, Noun)>) {
        for at in 0..scan.marks.len() {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            let per = matches!(typed.as_str(), "per" | "на" | "на одного" | "на каждого" | "за" | "/" | "в" | "in");
            // "In one order", "в каждом чеке", but not "in an order".
            let inside = matches!(typed.as_str(), "в" | "in" | "за");
            let beside = matches!(typed.as_str(), "к" | "to");
            if !per && !beside
                || !matches!(scan.marks[at].what, What::Says(Concept::Fluff | Concept::By | Concept::And))
            {
                continue;
            }
            let Some((below, place)) = self.quotient_below(scan, at, beside) else { continue };
            let one = (at + 1..place).any(|place| self.is_one(scan, place));
            if inside && !one && !self.has(scan, &Concept::Average) {
                continue;
            }
            for one in at + 1..place {
                self.used[one] |= self.is_one(scan, one);
            }
            let above = self.quotient_above(scan, at, beside, nouns);
            let Some(above) = above.filter(|above| *above != below && !above.is_quotient()) else { continue };
            nouns.clear();
            if (above, below) == (Metric::Revenue, Metric::Orders) {
                self.metrics = vec![Metric::AverageOrder];
            } else {
                self.metrics = vec![above, below];
                self.ratio = true;
            }
            self.use_concept(scan, &Concept::Average);
            // "What do people spend per order" lists nobody.
            if self.best.is_none() && self.limit.is_none() && !self.has(scan, &Concept::Each) {
                self.dimensions.retain(|dimension| *dimension != Dimension::Customer);
            }
            return;
        }
    }

    fn is_one(&self, scan: &Scan, place: usize) -> bool {
        let typed = scan.typed(&scan.marks[place]).to_lowercase();
        matches!(
            typed.as_str(),
            "один"
                | "одну"
                | "одного"
                | "одно"
                | "каждый"
                | "каждого"
                | "одном"
                | "одной"
                | "каждом"
                | "каждой"
                | "каждую"
                | "one"
                | "each"
                | "a"
                | "single"
        )
    }

    /// What a quotient is divided by: the thing right after "per", in the singular.
    fn quotient_below(&self, scan: &Scan, at: usize, beside: bool) -> Option<(Metric, usize)> {
        let place = (at + 1..scan.marks.len().min(at + 4)).find(|place| !self.is_one(scan, *place))?;
        let typed = scan.typed(&scan.marks[place]).to_lowercase();
        let plural = ["ов", "ы", "и", "ам", "ах", "ей", "s"].iter().any(|end| typed.ends_with(end));
        let named = scan.marks.get(place + 1).is_some_and(|next| matches!(next.what, What::Name(..) | What::Number(_)));
        let metric = match &scan.marks[place].what {
            What::Says(Concept::Noun(Noun::Customer)) if !plural && !named => Metric::Customers,
            What::Says(Concept::Noun(Noun::Order)) if !plural && !named => Metric::Orders,
            What::Says(Concept::Metric(Metric::Units)) if !beside && !plural => Metric::Units,
            What::Says(Concept::Metric(metric)) if beside => *metric,
            What::Says(Concept::Noun(Noun::Sales)) if beside => Metric::Revenue,
            _ => return None,
        };
        Some((metric, place))
    }

    /// What is divided: what stands before "per".
    fn quotient_above(&self, scan: &Scan, at: usize, beside: bool, nouns: &[(usize, Noun)]) -> Option<Metric> {
        let place = self.before(scan, at, false);
        let near = place.and_then(|place| match &scan.marks[place].what {
            What::Says(Concept::Metric(metric)) => Some(*metric),
            What::Says(Concept::Noun(Noun::Sales)) => Some(Metric::Revenue),
            What::Says(Concept::Noun(Noun::Order)) => Some(Metric::Orders),
            What::Says(Concept::Noun(Noun::Product)) if !beside => Some(Metric::Units),
            What::Says(Concept::Spent) if !beside => Some(Metric::Revenue),
            _ => None,
        });
        if beside {
            return near;
        }
        let sales = || nouns.iter().any(|(_, noun)| *noun == Noun::Sales).then_some(Metric::Revenue);
        let spent = || self.has(scan, &Concept::Spent).then_some(Metric::Revenue);
        near.or_else(|| self.metrics.first().copied()).or_else(sales).or_else(spent)
    }

    pub(super) fn take_average(&mut self, scan: &Scan) {
        if self.ratio || self.metrics == [Metric::AverageOrder] {
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Orders]
            && self.counts
            && scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(Noun::Customer)))
        {
            // "How many orders a customer places on average".
            self.metrics = vec![Metric::Orders, Metric::Customers];
            self.ratio = true;
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Orders] && !self.counts && self.dimensions.is_empty() {
            self.metrics = vec![Metric::AverageOrder];
            self.use_concept(scan, &Concept::Average);
        }
    }

    pub(super) fn use_concept(&mut self, scan: &Scan, concept: &Concept) {
        for at in 0..scan.marks.len() {
            if scan.marks[at].what == What::Says(concept.clone()) {
                self.used[at] = true;
            }
        }
    }

    fn has_segment(&self, scan: &Scan) -> bool {
        scan.marks.iter().any(|mark| matches!(mark.what, What::Says(Concept::Segment(_))))
    }

    /// The metrics in the order in which they are named.
    fn in_order(&mut self, scan: &Scan) {
        let place = |metric: &Metric| {
            scan.marks.iter().position(|mark| match &mark.what {
                What::Says(Concept::Metric(named)) => named == metric,
                What::Says(Concept::Noun(Noun::Order)) => *metric == Metric::Orders,
                What::Says(Concept::Noun(Noun::Customer)) => *metric == Metric::Customers,
                What::Says(Concept::Noun(Noun::Product)) => *metric == Metric::Units,
                _ => false,
            })
        };
        self.metrics.sort_by_key(|metric| place(metric).unwrap_or(usize::MAX));
    }

    pub(super) fn filters_only(&self) -> bool {
        self.dimensions.is_empty() && self.intents.is_empty()
    }

    /// Whether "and" stands between that mark and the metric before it.
    pub(super) fn only_joined(&self, scan: &Scan, at: usize) -> bool {
        // "Orders, revenue and the average order": the comma may stand after it.
        let after = scan.marks.get(at + 1).is_some_and(|mark| mark.what == What::Says(Concept::And))
            && scan.marks.get(at + 2).is_some_and(|mark| {
                matches!(
                    mark.what,
                    What::Says(Concept::Metric(_) | Concept::Noun(Noun::Sales | Noun::Customer | Noun::Order))
                )
            });
        if after && !self.metrics.is_empty() {
            return true;
        }
        let Some(and) = self.before(scan, at, false).filter(|and| scan.marks[*and].what == What::Says(Concept::And))
        else {
            return false;
        };
        // "Revenue, orders and customers by country": joined to a figure, not to what figures are cut by.
        let figure = self.before(scan, and, false).is_some_and(|place| {
            matches!(
                scan.marks[place].what,
                What::Says(
                    Concept::Metric(_) | Concept::Ratio(..) | Concept::Noun(Noun::Sales | Noun::Order | Noun::Customer)
                )
            )
        });
        !self.metrics.is_empty() && (figure || self.dimensions.is_empty())
    }

    pub(super) fn add_metric(&mut self, metric: Metric) {
        if !self.metrics.contains(&metric) {
            self.metrics.push(metric);
        }
    }

    /// New and returning customers, guests, segments, kinds of interactions.
    pub(super) fn take_kinds(&mut self, scan: &Scan) {
        // "How many customers bought for the first time" are the new ones.
        let joined_kinds = scan.marks.iter().any(|mark| mark.what == What::Says(Concept::And));
        for kind in [Metric::NewCustomers, Metric::ReturningCustomers] {
            if self.metrics.len() == 2
                && self.metrics.contains(&kind)
                && self.metrics.contains(&Metric::Customers)
                && !joined_kinds
                && !self.ratio
                && !self.share
            {
                self.metrics = vec![kind];
            }
        }
        // "Revenue from new customers" is revenue.
        let kinds = [(Metric::NewCustomers, "new"), (Metric::ReturningCustomers, "returning")];
        for (metric, kind) in kinds {
            let others = self.metrics.iter().any(|known| !known.counts_customers() || *known == Metric::AverageOrder);
            let place = scan.marks.iter().position(|mark| mark.what == What::Says(Concept::Metric(metric)));
            let joined = place
                .and_then(|at| self.before(scan, at, false))
                .is_some_and(|before| scan.marks[before].what == What::Says(Concept::And));
            if others && !joined && self.metrics.len() > 1 && self.metrics.contains(&metric) {
                self.metrics.retain(|known| *known != metric);
                self.add_kind(kind);
            }
        }
        // "Сколько покупателей вернулось": people come back, goods are brought back.
        let back = |mark: &Mark| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Metric(Metric::Refunds))
                && (typed.ends_with("сь") || typed.ends_with("ся"))
        };
        if self.metrics.len() == 2
            && self.metrics.contains(&Metric::Customers)
            && self.metrics.contains(&Metric::Refunds)
            && scan.marks.iter().any(back)
        {
            self.metrics = vec![Metric::ReturningCustomers];
            self.bounded.extend((0..scan.marks.len()).filter(|at| back(&scan.marks[*at])));
        }
        let repeat = |mark: &Mark| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Kind("returning"))
                && (typed.contains("повтор") || typed.contains("repeat"))
        };
        if self.share && self.metrics.is_empty() && scan.marks.iter().any(repeat) {
            for (at, mark) in scan.marks.iter().enumerate() {
                self.used[at] |= repeat(mark);
            }
            self.metrics = vec![Metric::RepeatRate];
        }
        // "The share of regulars": of the customers, not of the money.
        if self.share && self.metrics.is_empty() && self.filters.is_empty() && self.dimensions.is_empty() {
            let kind = scan.marks.iter().position(|mark| matches!(mark.what, What::Says(Concept::Kind(_))));
            if let Some((at, What::Says(Concept::Kind(kind)))) = kind.map(|at| (at, &scan.marks[at].what)) {
                self.used[at] = true;
                self.metrics = vec![if *kind == "new" { Metric::NewCustomers } else { Metric::ReturningCustomers }];
            }
        }
        let of_people = scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Metric(Metric::RepeatRate)));
        if of_people && self.metrics.len() > 1 && !self.metrics[0].counts_customers() && !self.ratio {
            // "Revenue from repeat customers": of those with two orders or more.
            self.metrics.retain(|metric| *metric != Metric::RepeatRate);
            let two = Filter::bound(Subject::Metric(Metric::Orders), Operator::AtLeast, &[Number::whole(2)]);
            self.bounds.push((0, two));
        }
        if self.metrics == [Metric::RepeatRate] && self.counts && !self.share {
            // "How many repeat customers": those with two orders or more.
            self.metrics = vec![Metric::Customers];
            let two = Filter::bound(Subject::Metric(Metric::Orders), Operator::AtLeast, &[Number::whole(2)]);
            self.bounds.push((0, two));
        }
        // "New vs repeat buyers": both kinds beside each other are a cut, not a filter.
        let says = |concept: Concept| scan.marks.iter().any(|mark| mark.what == What::Says(concept.clone()));
        let new = says(Concept::Kind("new")) || says(Concept::Metric(Metric::NewCustomers));
        let old = says(Concept::Kind("returning"))
            || says(Concept::Metric(Metric::ReturningCustomers))
            || says(Concept::Metric(Metric::RepeatRate)) && self.compare;
        let both = new && old;
        if both {
            let kinds = [Metric::NewCustomers, Metric::ReturningCustomers, Metric::RepeatRate];
            if self.metrics.iter().any(|metric| !kinds.contains(metric)) || self.nouns(scan, Noun::Order) {
                self.metrics.retain(|metric| !kinds.contains(metric));
                if self.metrics.is_empty() {
                    self.add_metric(Metric::Orders);
                }
                self.filters.retain(|filter| filter.dimension() != Some(&Dimension::CustomerKind));
                if !self.dimensions.contains(&Dimension::CustomerKind) {
                    self.dimensions.push(Dimension::CustomerKind);
                }
            }
        }
        for at in 0..scan.marks.len() {
            let What::Says(concept) = &scan.marks[at].what else { continue };
            if self.used[at] {
                continue;
            }
            match concept {
                Concept::Kind(_) if both => {
                    if !self.dimensions.contains(&Dimension::CustomerKind) {
                        self.dimensions.push(Dimension::CustomerKind);
                    }
                }
                Concept::Kind(kind) => self.add_kind(kind),
                Concept::Guest => self.add_kind("other"),
                Concept::Segment(name) => {
                    let entry = Entry {
                        dimension: Dimension::Segment,
                        key: (*name).to_owned(),
                        label: (*name).to_owned(),
                        weight: 1,
                    };
                    self.add_value(entry, false);
                }
                Concept::Talk(kind) => {
                    let entry = Entry {
                        dimension: Dimension::Kind,
                        key: (*kind).to_owned(),
                        label: (*kind).to_owned(),
                        weight: 1,
                    };
                    self.add_value(entry, false);
                }
                _ => continue,
            }
            self.used[at] = true;
        }
    }

    fn nouns(&self, scan: &Scan, noun: Noun) -> bool {
        scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(noun)))
    }

    pub(super) fn add_kind(&mut self, kind: &str) {
        let counted = self.metrics == [Metric::Customers];
        if counted && kind != "other" {
            self.metrics = vec![if kind == "new" { Metric::NewCustomers } else { Metric::ReturningCustomers }];
            return;
        }
        let entry =
            Entry { dimension: Dimension::CustomerKind, key: kind.to_owned(), label: kind.to_owned(), weight: 1 };
        self.add_value(entry, false);
    }
}
