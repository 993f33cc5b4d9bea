//! One figure divided by another: `revenue per order`, `выручка на клиента`, and averages.

use kupets_semantic::catalogue::{Dimension, Metric};

use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Scan, What};

impl Reading {
    /// `Revenue per order`, `выручка на клиента`, `возвраты к выручке`.
    pub(super) fn take_quotient(&mut self, scan: &Scan, nouns: &mut Vec<(usize, Noun)>) {
        for at in 0..scan.marks.len() {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            let per = matches!(typed.as_str(), "per" | "на" | "на одного" | "на каждого" | "за" | "/" | "в" | "in");
            // "In one order", "в каждом чеке", but not "in an order".
            let inside = matches!(typed.as_str(), "в" | "in" | "за");
            const DIVIDED: [&str; 5] = ["divided by", "divide by", "делить на", "поделить на", "подели на"];
            const BESIDE: [&str; 6] = ["к", "to", "relative to", "in relation to", "по отношению к", "относительно"];
            let beside = BESIDE.contains(&typed.as_str());
            // "The ratio of orders to customers": the words for things stand in the plural.
            let divided = DIVIDED.contains(&typed.as_str()) || beside && self.says_ratio(scan);
            let beside = beside || divided;
            if !per && !beside
                || !matches!(scan.marks[at].what, What::Says(Concept::Fluff | Concept::By | Concept::And))
            {
                continue;
            }
            if typed == "per" && per_kind(scan, at) {
                // "Revenue per new customer": whose revenue it is nobody says.
                self.unexplained.push(scan.typed(&scan.marks[at]));
                continue;
            }
            if by_id(scan, at) {
                continue;
            }
            let Some((below, place)) = self.quotient_below(scan, at, beside, divided) else { continue };
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

    /// "Отношение", "the ratio".
    pub(super) fn says_ratio(&self, scan: &Scan) -> bool {
        scan.marks.iter().any(|mark| {
            let typed = scan.typed(mark).to_lowercase();
            typed.contains("отношени") || typed.split(' ').any(|word| word == "ratio" || word == "ratios")
        })
    }

    pub(super) fn is_one(&self, scan: &Scan, place: usize) -> bool {
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
    pub(super) fn quotient_below(
        &self,
        scan: &Scan,
        at: usize,
        beside: bool,
        divided: bool,
    ) -> Option<(Metric, usize)> {
        let place = (at + 1..scan.marks.len().min(at + 4)).find(|place| {
            // "In a German order".
            !self.is_one(scan, *place) && !matches!(scan.marks[*place].what, What::Name(..))
        })?;
        // "Per pound of revenue", "на один фунт выручки".
        if scan.marks[place].what == What::Says(Concept::Money) {
            let next = (place + 1..scan.marks.len())
                .find(|next| !matches!(scan.marks[*next].what, What::Silent | What::Says(Concept::Fluff)))?;
            return match &scan.marks[next].what {
                What::Says(Concept::Metric(metric)) => Some((*metric, next)),
                What::Says(Concept::Noun(Noun::Sales)) => Some((Metric::Revenue, next)),
                _ => None,
            };
        }
        let typed = scan.typed(&scan.marks[place]).to_lowercase();
        let plural = ["ов", "ы", "и", "ам", "ах", "ей", "s"].iter().any(|end| typed.ends_with(end));
        let named = scan.marks.get(place + 1).is_some_and(|next| matches!(next.what, What::Name(..) | What::Number(_)));
        let metric = match &scan.marks[place].what {
            What::Says(Concept::Noun(Noun::Customer)) if divided => Metric::Customers,
            What::Says(Concept::Noun(Noun::Order)) if divided => Metric::Orders,
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
    pub(super) fn quotient_above(
        &self,
        scan: &Scan,
        at: usize,
        beside: bool,
        nouns: &[(usize, Noun)],
    ) -> Option<Metric> {
        // "Сколько позиций в среднем в одном заказе".
        let place = (0..at).rev().find(|place| {
            !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff | Concept::Average))
        });
        let near = place.and_then(|place| match &scan.marks[place].what {
            What::Says(Concept::Metric(metric)) => Some(*metric),
            What::Says(Concept::Noun(Noun::Sales)) => Some(Metric::Revenue),
            What::Says(Concept::Noun(Noun::Order)) => Some(Metric::Orders),
            What::Says(Concept::Noun(Noun::Customer)) if beside && self.says_ratio(scan) => Some(Metric::Customers),
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
        if self.ratio || self.metrics == [Metric::AverageOrder] || scan.said.average.is_some() {
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Orders]
            && self.counts
            && scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(Noun::Customer)))
        {
            // "How many orders a customer places on average".
            self.metrics = vec![Metric::Orders, Metric::Customers];
            self.ratio = true;
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Revenue]
            && self.has(scan, &Concept::Spent)
            && (0..scan.marks.len()).any(|at| self.is_one(scan, at))
            && self.dimensions.is_empty()
        {
            // "How much one Frenchman spends on average".
            self.metrics = vec![Metric::Revenue, Metric::Customers];
            self.ratio = true;
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Orders]
            && !self.counts
            && self.dimensions.is_empty()
            && !(scan.said.grain.is_some() && many_orders(scan))
        {
            self.metrics = vec![Metric::AverageOrder];
            self.use_concept(scan, &Concept::Average);
        }
    }
}

/// "Average weekly orders" is how many they are, "the average order by week" how large one is.
fn many_orders(scan: &Scan) -> bool {
    scan.marks.iter().any(|mark| {
        let typed = scan.typed(mark).to_lowercase();
        matches!(mark.what, What::Says(Concept::Noun(Noun::Order) | Concept::Metric(Metric::Orders)))
            && (typed.ends_with("orders") || typed.ends_with("заказов") || typed.ends_with("заказы"))
    })
}

/// "Per customer id": a row for each, and nothing that is divided by.
pub(super) fn by_id(scan: &Scan, at: usize) -> bool {
    let id = |at: usize| {
        scan.marks.get(at).is_some_and(|mark| {
            matches!(
                scan.typed(mark).to_lowercase().as_str(),
                "id" | "ids" | "number" | "code" | "айди" | "номер" | "коду" | "номеру"
            )
        })
    };
    let noun = scan.marks.get(at + 1).is_some_and(|mark| matches!(mark.what, What::Says(Concept::Noun(_))));
    noun && id(at + 2)
}

/// Whether new or returning customers stand right after that mark.
fn per_kind(scan: &Scan, at: usize) -> bool {
    scan.marks.get(at + 1).is_some_and(|mark| {
        matches!(
            mark.what,
            What::Says(Concept::Metric(Metric::NewCustomers | Metric::ReturningCustomers) | Concept::Kind(_))
        )
    })
}
