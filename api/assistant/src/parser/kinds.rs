//! New and returning customers, guests, segments, kinds of interactions: which of them are meant.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Operator, Subject};
use kupets_semantic::text::numbers::Number;
use kupets_semantic::values::Entry;

use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Mark, Scan, What};

impl Reading {
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
        // "The share of regulars": of the customers, not of the money. "Newcomers this spring, how many".
        let people = self.share || self.counts && self.intents.is_empty() && !self.why;
        if people && self.metrics.is_empty() && self.filters.is_empty() && self.dimensions.is_empty() {
            let kind = scan.marks.iter().position(|mark| matches!(mark.what, What::Says(Concept::Kind(_))));
            if let Some((at, What::Says(Concept::Kind(kind)))) = kind.map(|at| (at, &scan.marks[at].what)) {
                self.used[at] = true;
                self.metrics = vec![if *kind == "new" { Metric::NewCustomers } else { Metric::ReturningCustomers }];
            }
        }
        let of_people = scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Metric(Metric::RepeatRate)));
        let figures = self.metrics.iter().any(|metric| !metric.counts_customers());
        if of_people && self.metrics.len() > 1 && figures && !self.ratio {
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
        self.take_repeat_share();
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
        self.take_kinds_out(scan);
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
        // "Newbies this week: how many new customers": said twice.
        for (metric, kind) in kinds {
            if self.metrics == [metric] {
                let same = |filter: &Filter| {
                    filter.dimension() == Some(&Dimension::CustomerKind)
                        && filter.op == Operator::In
                        && filter.values == [kind]
                };
                self.filters.retain(|filter| !same(filter));
            }
        }
        self.ratio &= self.metrics.len() == 2;
        self.buying_kinds(scan);
        // "Average orders per day" are so many orders, and no average order.
        let plural = |mark: &Mark| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Metric(Metric::AverageOrder)) && typed.ends_with("orders")
        };
        if scan.said.grain.is_some()
            && let Some(mark) = scan.marks.iter().find(|mark| plural(mark))
        {
            self.unexplained.push(scan.typed(mark));
        }
    }

    /// "Revenue without guests", "excluding new customers": those of the kind are left out.
    fn take_kinds_out(&mut self, scan: &Scan) {
        for at in 1..scan.marks.len() {
            let kind = match &scan.marks[at].what {
                What::Says(Concept::Guest) => "other",
                What::Says(Concept::Kind(kind)) => kind,
                What::Says(Concept::Metric(Metric::NewCustomers)) => "new",
                What::Says(Concept::Metric(Metric::ReturningCustomers)) => "returning",
                _ => continue,
            };
            let not = self
                .before(scan, at, true)
                .filter(|not| scan.marks[*not].what == What::Says(Concept::Not) && !self.used[*not]);
            let Some(not) = not else { continue };
            let metric = match kind {
                "new" => Some(Metric::NewCustomers),
                "returning" => Some(Metric::ReturningCustomers),
                _ => None,
            };
            // Alone it would be a figure of nobody.
            if metric.is_some_and(|metric| self.metrics == [metric]) {
                continue;
            }
            self.metrics.retain(|known| Some(*known) != metric);
            self.filters.retain(|filter| filter.dimension() != Some(&Dimension::CustomerKind));
            self.used[not] = true;
            self.used[at] = true;
            let entry =
                Entry { dimension: Dimension::CustomerKind, key: kind.to_owned(), label: kind.to_owned(), weight: 1 };
            self.add_value(entry, true);
        }
    }

    /// "The share of customers with more than one order" is the repeat rate, by its definition.
    fn take_repeat_share(&mut self) {
        if self.share && self.metrics == [Metric::RepeatRate] && self.dimensions == [Dimension::Customer] {
            // "The share of customers who bought again" lists nobody.
            self.dimensions.clear();
            self.share = false;
        }
        if !self.share || self.metrics != [Metric::Customers] || !self.dimensions.is_empty() {
            return;
        }
        let [(at, bound)] = self.bounds.as_slice() else { return };
        let twice = matches!(
            (bound.op, bound.values.first().map(String::as_str)),
            (Operator::AtLeast, Some("2")) | (Operator::More, Some("1"))
        );
        if bound.field == Subject::Metric(Metric::Orders) && twice {
            self.told_bounds.push(*at);
            self.bounds.clear();
            self.metrics = vec![Metric::RepeatRate];
            self.share = false;
        }
    }

    /// "What do new customers buy", "top products among new customers": products, and those customers' money.
    fn buying_kinds(&mut self, scan: &Scan) {
        let kind = match self.metrics.as_slice() {
            [Metric::NewCustomers] => "new",
            [Metric::ReturningCustomers] => "returning",
            _ => return,
        };
        let says = |concept: Concept| scan.marks.iter().any(|mark| mark.what == What::Says(concept.clone()));
        let what = scan
            .marks
            .iter()
            .any(|mark| matches!(scan.typed(mark).to_lowercase().as_str(), "что" | "what" | "чё" | "чего"));
        let buying = what && says(Concept::Bought) && self.dimensions.is_empty() && !self.counts;
        if buying || self.dimensions == [Dimension::Product] {
            self.metrics = vec![if self.often(scan) { Metric::Orders } else { Metric::Revenue }];
            self.guessed_metric = true;
            self.dimensions = vec![Dimension::Product];
            self.add_kind(kind);
        }
    }

    pub(super) fn nouns(&self, scan: &Scan, noun: Noun) -> bool {
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
