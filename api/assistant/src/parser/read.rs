//! What the words of a question say together.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Intent, Operator};
use kupets_semantic::values::Entry;

use super::Asked;
use super::concept::{Concept, Noun};
use super::names::{Doubt, attribute};
use super::scan::{Scan, What};

/// What a question says, before it is a plan.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub used: Vec<bool>,
    pub metrics: Vec<Metric>,
    pub ratio: bool,
    /// The metric was taken for granted.
    pub guessed_metric: bool,
    pub dimensions: Vec<Dimension>,
    /// The first dimension is asked for in the singular: one row.
    pub single: bool,
    pub filters: Vec<Filter>,
    pub bounds: Vec<(usize, Filter)>,
    pub bounded: Vec<usize>,
    pub loose_bounds: Vec<(usize, Operator)>,
    pub times_said: bool,
    pub doubts: Vec<Doubt>,
    pub read_as: Vec<(String, String)>,
    pub other_names: Vec<(Entry, Entry)>,
    pub limit: Option<u32>,
    pub best: Option<bool>,
    pub intents: Vec<Intent>,
    pub why: bool,
    pub share: bool,
    pub compare: bool,
    pub change: Option<Option<bool>>,
    pub course: bool,
    pub latest: bool,
    pub follow: bool,
    pub everything: bool,
    pub only: bool,
    pub counts: bool,
    pub absent: Option<usize>,
    /// An attribute that is asked for and not in the data, by its place in the catalogue.
    pub no_attribute: Option<usize>,
    pub currency: Option<&'static str>,
    pub unexplained: Vec<String>,
    pub unknown_name: Option<(Option<Dimension>, String)>,
    pub says: bool,
}

impl Reading {
    /// Reads a scan.
    pub fn of(scan: &mut Scan, asked: &Asked<'_>) -> Self {
        let mut reading = Self { used: vec![false; scan.marks.len()], ..Self::default() };
        reading.take_names(scan, asked.values);
        reading.take_bounds(scan);
        reading.take_limit(scan);
        reading.take_flags(scan);
        reading.take_dimensions(scan, asked);
        reading.take_metrics(scan);
        reading.take_kinds(scan);
        reading.explain(scan);
        reading
    }

    fn has(&self, scan: &Scan, concept: &Concept) -> bool {
        scan.marks.iter().any(|mark| matches!(&mark.what, What::Says(said) if said == concept))
    }

    fn take_flags(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            let What::Says(concept) = &scan.marks[at].what else { continue };
            let first =
                (0..at).all(|place| matches!(scan.marks[place].what, What::Silent | What::Says(Concept::Follow)));
            match concept {
                Concept::Intent(intent) => self.intents.push(*intent),
                Concept::Top => self.best = self.best.or(Some(true)),
                Concept::Worst => self.best = Some(false),
                Concept::Why => self.why = true,
                Concept::Share => self.share = true,
                Concept::Compare => self.compare = true,
                Concept::Change(way) => self.change = Some(self.change.flatten().or(*way)),
                Concept::Course => self.course = true,
                Concept::Latest => self.latest = true,
                Concept::Everything => self.everything = true,
                Concept::Only => self.only = true,
                Concept::HowMany => self.counts = true,
                Concept::Absent(place) if !self.used[at] => self.absent = self.absent.or(Some(*place)),
                Concept::And if first => self.follow = true,
                Concept::Follow => self.follow |= first,
                _ => {}
            }
        }
        for at in 0..scan.marks.len() {
            if scan.marks[at].what == What::Says(Concept::Money) && !self.used[at] {
                let typed = scan.typed(&scan.marks[at]).to_lowercase();
                self.currency = match typed.as_str() {
                    "usd" | "$" => Some("USD"),
                    "eur" | "€" => Some("EUR"),
                    "gbp" | "£" => Some("GBP"),
                    "rub" | "₽" => Some("RUB"),
                    text if text.starts_with("доллар") || text.starts_with("dollar") => Some("USD"),
                    text if text.starts_with("евро") || text.starts_with("euro") => Some("EUR"),
                    text if text.starts_with("фунт") || text.starts_with("pound") => Some("GBP"),
                    text if text.starts_with("руб") || text.starts_with("rub") || text.starts_with("rou") => {
                        Some("RUB")
                    }
                    _ => self.currency,
                };
                self.used[at] = true;
            }
        }
        if let Some((at, _)) = self.loose_bounds.first().copied() {
            // "Кто купил больше": the most.
            let asks = self.has(scan, &Concept::Who) || self.has(scan, &Concept::Which);
            if asks {
                self.best = self.best.or(Some(self.loose_bounds[0].1 == Operator::More));
            }
            self.used[at] = true;
        }
    }

    /// The concept before that mark that says something, its place and how the words between look.
    fn concept_before<'a>(&self, scan: &'a Scan, at: usize) -> Option<&'a Concept> {
        let place = self.before(scan, at, false)?;
        match &scan.marks[place].what {
            What::Says(concept) => Some(concept),
            // "Топ 5 товаров".
            What::Number(_) => Some(&Concept::Top).filter(|_| self.limit.is_some()),
            _ => None,
        }
    }

    fn take_dimensions(&mut self, scan: &Scan, asked: &Asked<'_>) {
        let who = self.has(scan, &Concept::Who);
        for at in 0..scan.marks.len() {
            if self.used[at] {
                continue;
            }
            let What::Says(concept) = &scan.marks[at].what else { continue };
            let before = self.concept_before(scan, at);
            let listed = matches!(
                before,
                Some(Concept::By | Concept::Each | Concept::Which | Concept::Top | Concept::Worst | Concept::Change(_))
            );
            let counted = matches!(before, Some(Concept::HowMany));
            let dimension = match concept {
                Concept::Dimension(dimension) => Some(dimension.clone()),
                Concept::Attribute(place) => {
                    let found = attribute(*place, asked.values);
                    if found.is_none() {
                        self.no_attribute = Some(*place);
                        self.used[at] = true;
                    }
                    found
                }
                Concept::Noun(Noun::Customer) if listed || self.ranked(counted) => Some(Dimension::Customer),
                Concept::Noun(Noun::Product) if listed || self.ranked(counted) => Some(Dimension::Product),
                _ => None,
            };
            let Some(dimension) = dimension else { continue };
            // "Which channel", "the best month": one row is asked for.
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            if self.dimensions.is_empty() {
                self.single = singular(&typed) && self.limit.is_none();
            }
            self.used[at] = true;
            if !self.dimensions.contains(&dimension) {
                self.dimensions.push(dimension);
            }
        }
        let bounds_customers = !self.bounds.is_empty()
            && !self.counts
            && !self.share
            && scan
                .marks
                .iter()
                .enumerate()
                .any(|(at, mark)| mark.what == What::Says(Concept::Noun(Noun::Customer)) && !self.used[at]);
        if (who || bounds_customers) && self.dimensions.is_empty() && self.intents.is_empty() {
            self.dimensions.push(Dimension::Customer);
            self.single = false;
            self.use_noun(scan, Noun::Customer);
        }
        let bounds_products = !self.bounds.is_empty() && !self.counts && self.dimensions.is_empty();
        if bounds_products && self.use_noun(scan, Noun::Product) {
            self.dimensions.push(Dimension::Product);
        }
    }

    fn use_noun(&mut self, scan: &Scan, noun: Noun) -> bool {
        let found =
            (0..scan.marks.len()).find(|at| !self.used[*at] && scan.marks[*at].what == What::Says(Concept::Noun(noun)));
        if let Some(at) = found {
            self.used[at] = true;
        }
        found.is_some()
    }

    /// Whether things are ranked, so that the first thing named is what is listed.
    fn ranked(&self, counted: bool) -> bool {
        (self.best.is_some() || self.limit.is_some()) && !counted && self.dimensions.is_empty()
    }

    fn take_metrics(&mut self, scan: &Scan) {
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
                Noun::Customer if counted || self.metrics.is_empty() && self.filters_only() => Some(Metric::Customers),
                Noun::Order if counted || self.metrics.is_empty() || self.only_joined(scan, at) => Some(Metric::Orders),
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
            let product = self.filters.iter().any(|filter| matches!(filter.dimension(), Some(Dimension::Product)));
            let guess = match () {
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
    }

    /// `Revenue per order`, `выручка на клиента`.
    fn take_quotient(&mut self, scan: &Scan, nouns: &mut Vec<(usize, Noun)>) {
        let Some((at, noun)) = nouns.last().copied() else { return };
        let Some(before) = at.checked_sub(1) else { return };
        let typed = scan.typed(&scan.marks[before]).to_lowercase();
        if !matches!(typed.as_str(), "per" | "на" | "на одного" | "на каждого") {
            return;
        }
        let above = self.metrics.first().copied().or_else(|| {
            let sales = nouns.iter().any(|(_, noun)| *noun == Noun::Sales);
            sales.then_some(Metric::Revenue)
        });
        let below = match noun {
            Noun::Customer => Metric::Customers,
            Noun::Order => Metric::Orders,
            _ => return,
        };
        let Some(above) = above.filter(|above| *above != below && !above.is_quotient()) else { return };
        nouns.clear();
        if (above, below) == (Metric::Revenue, Metric::Orders) {
            self.metrics = vec![Metric::AverageOrder];
        } else {
            self.metrics = vec![above, below];
            self.ratio = true;
        }
    }

    fn take_average(&mut self, scan: &Scan) {
        if self.ratio || self.metrics == [Metric::AverageOrder] {
            self.use_concept(scan, &Concept::Average);
        } else if self.metrics == [Metric::Orders] && !self.counts && self.dimensions.is_empty() {
            self.metrics = vec![Metric::AverageOrder];
            self.use_concept(scan, &Concept::Average);
        }
    }

    fn use_concept(&mut self, scan: &Scan, concept: &Concept) {
        for at in 0..scan.marks.len() {
            if scan.marks[at].what == What::Says(concept.clone()) {
                self.used[at] = true;
            }
        }
    }

    fn filters_only(&self) -> bool {
        self.dimensions.is_empty() && self.intents.is_empty()
    }

    /// Whether "and" stands between that mark and the metric before it.
    fn only_joined(&self, scan: &Scan, at: usize) -> bool {
        let joined = matches!(self.concept_before(scan, at), Some(Concept::And));
        joined && !self.metrics.is_empty() && self.dimensions.is_empty()
    }

    fn add_metric(&mut self, metric: Metric) {
        if !self.metrics.contains(&metric) {
            self.metrics.push(metric);
        }
    }

    /// New and returning customers, guests, segments, kinds of interactions.
    fn take_kinds(&mut self, scan: &Scan) {
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
        for at in 0..scan.marks.len() {
            let What::Says(concept) = &scan.marks[at].what else { continue };
            if self.used[at] {
                continue;
            }
            match concept {
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

    fn add_kind(&mut self, kind: &str) {
        let counted = self.metrics == [Metric::Customers];
        if counted && kind != "other" {
            self.metrics = vec![if kind == "new" { Metric::NewCustomers } else { Metric::ReturningCustomers }];
            return;
        }
        let entry =
            Entry { dimension: Dimension::CustomerKind, key: kind.to_owned(), label: kind.to_owned(), weight: 1 };
        self.add_value(entry, false);
    }

    /// What no rule has explained.
    fn explain(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            if self.used[at] {
                continue;
            }
            let mark = &scan.marks[at];
            let typed = scan.typed(mark);
            match &mark.what {
                What::Unknown => {
                    let letters = typed.chars().filter(|char| char.is_alphanumeric()).count();
                    let named = self.before(scan, at, true).and_then(|place| match &scan.marks[place].what {
                        What::Says(Concept::Dimension(dimension)) => Some(Some(dimension.clone())),
                        What::Says(Concept::Attribute(_) | Concept::Noun(Noun::Customer | Noun::Product)) => Some(None),
                        _ => None,
                    });
                    if let Some(dimension) = named {
                        self.unknown_name = Some((dimension, typed.clone()));
                    }
                    if letters > 0 {
                        self.unexplained.push(typed);
                    }
                }
                What::Number(_) => self.unexplained.push(typed),
                What::Says(Concept::Not | Concept::Average) => self.unexplained.push(typed),
                _ => {}
            }
        }
        self.says = !self.metrics.is_empty()
            || !self.dimensions.is_empty()
            || !self.filters.is_empty()
            || !self.intents.is_empty()
            || self.why
            || self.share
            || self.change.is_some()
            || self.course
            || self.compare
            || self.best.is_some()
            || self.latest
            || !self.doubts.is_empty()
            || !self.bounds.is_empty()
            || self.everything
            || self.currency.is_some()
            || !scan.said.periods.is_empty()
            || scan.said.comparison.is_some()
            || scan.said.grain.is_some()
            || scan.said.weekdays.is_some();
    }
}

/// Whether the word for what is listed is in the singular.
fn singular(word: &str) -> bool {
    const RU: [&str; 33] = [
        "товар",
        "продукт",
        "канал",
        "канале",
        "каналу",
        "категория",
        "категории",
        "категорию",
        "клиент",
        "покупатель",
        "город",
        "городе",
        "страна",
        "стране",
        "страну",
        "регион",
        "регионе",
        "бренд",
        "магазин",
        "день недели",
        "час",
        "сегмент",
        "позиция",
        "дню недели",
        "артикул",
        "источник",
        "площадка",
        "час дня",
        "в каком часу",
        "хит",
        "клиента",
        "менеджер",
        "часу",
    ];
    let english = word.is_ascii() && !word.ends_with('s') && !matches!(word, "goods" | "merchandise" | "people");
    english || RU.contains(&word)
}
