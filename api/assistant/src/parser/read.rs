//! Reading a question's words together: what is listed, and what no rule explains.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::plan::{Filter, Operator, Subject};
use kupets_semantic::text::numbers::Number;

use super::asked::Asked;
use super::concept::{Concept, Noun};
use super::names::attribute;
use super::reading::Reading;
use super::scan::{Mark, Scan, What};

impl Reading {
    /// Reads a scan.
    pub(super) fn of(scan: &Scan, asked: &Asked<'_>) -> Self {
        let mut reading = Self { used: vec![false; scan.marks.len()], ..Self::default() };
        reading.take_names(scan, asked.values);
        reading.take_bounds(scan);
        reading.take_counts(scan);
        reading.take_limit(scan);
        reading.take_flags(scan);
        reading.take_dimensions(scan, asked);
        reading.take_metrics(scan);
        reading.take_kinds(scan);
        reading.explain(scan);
        reading
    }

    pub(super) fn has(&self, scan: &Scan, concept: &Concept) -> bool {
        scan.marks.iter().any(|mark| matches!(&mark.what, What::Says(said) if said == concept))
    }

    pub(super) fn take_flags(&mut self, scan: &Scan) {
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
                Concept::HowMany => self.counts = true,
                Concept::Absent(place) if !self.used[at] => self.absent = self.absent.or(Some(*place)),
                Concept::And if first => {
                    let typed = scan.typed(&scan.marks[at]).to_lowercase();
                    self.adds |= matches!(typed.as_str(), "плюс" | "plus");
                    self.follow = true;
                }
                Concept::Not if first && scan.typed(&scan.marks[at]).eq_ignore_ascii_case("no") => {
                    // "No, October".
                    let comma = scan.marks.get(at + 1).is_some_and(|mark| scan.typed(mark) == ",");
                    self.used[at] |= comma;
                    self.follow |= comma;
                }
                Concept::Follow => {
                    let typed = scan.typed(&scan.marks[at]).to_lowercase();
                    let corrects = ["meant", "в виду", "вернее", "точнее", "поправка", "correction"];
                    self.follow |= first
                        || matches!(typed.as_str(), "instead" | "вместо этого")
                        || corrects.iter().any(|word| typed.contains(word));
                }
                Concept::Add => {
                    self.adds = true;
                    self.follow |= first;
                }
                Concept::Remove => {
                    self.removes = true;
                    self.follow |= first;
                }
                Concept::Only => self.only = true,
                Concept::Running(with) => {
                    self.running = Some(*with);
                    self.follow |= first;
                }
                Concept::By if first => self.begins_by = true,
                Concept::Alien => self.alien = self.alien.take().or_else(|| Some(scan.typed(&scan.marks[at]))),
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
        for (at, _) in self.loose_bounds.clone() {
            self.used[at] = true;
        }
        if let Some((at, _)) = self.loose_bounds.first().copied() {
            // "Кто купил больше": the most.
            let which = |mark: &Mark| {
                let typed = scan.typed(mark).to_lowercase();
                ["в как", "как", "which", "what"].iter().any(|word| typed.starts_with(word))
                    && matches!(mark.what, What::Says(Concept::Dimension(_)))
            };
            // "What is more: revenue from Germany or France".
            let either =
                scan.marks.iter().any(|mark| matches!(scan.typed(mark).to_lowercase().as_str(), "или" | "or" | "либо"));
            let asks = either
                || self.has(scan, &Concept::Who)
                || self.has(scan, &Concept::Which)
                || scan.marks.iter().any(which);
            if !asks {
                // "Fewer orders than last week".
                self.change = Some(Some(self.loose_bounds[0].1 == Operator::More));
            }
            if asks {
                self.best = self.best.or(Some(self.loose_bounds[0].1 == Operator::More));
            }
            self.used[at] = true;
        }
    }

    /// The concept before that mark that says something, its place and how the words between look.
    pub(super) fn concept_before<'a>(&self, scan: &'a Scan, at: usize) -> Option<&'a Concept> {
        let place = self.before(scan, at, false)?;
        match &scan.marks[place].what {
            What::Says(concept) => Some(concept),
            // "Топ 5 товаров".
            What::Number(_) => Some(&Concept::Top).filter(|_| self.limit.is_some()),
            _ => None,
        }
    }

    pub(super) fn take_dimensions(&mut self, scan: &Scan, asked: &Asked<'_>) {
        let who = self.has(scan, &Concept::Who);
        // "What sold best": products, where nothing else is named.
        let what = scan.marks.iter().any(|mark| {
            matches!(
                scan.typed(mark).to_lowercase().as_str(),
                "что" | "чего" | "what" | "чё" | "че" | "чо" | "шо" | "whats" | "what's"
            )
        });
        let sellers = scan.marks.iter().any(|mark| {
            mark.what == What::Says(Concept::Top) && {
                let typed = scan.typed(mark).to_lowercase();
                typed.contains("seller") || typed.contains("ходов") || typed.contains("топчик")
            }
        });
        for at in 0..scan.marks.len() {
            if self.used[at] {
                continue;
            }
            let What::Says(concept) = &scan.marks[at].what else { continue };
            let before = self.concept_before(scan, at);
            let change = matches!(before, Some(Concept::Change(_))) && self.why;
            let listed = !change
                && matches!(
                    before,
                    Some(
                        Concept::By
                            | Concept::Each
                            | Concept::Which
                            | Concept::Top
                            | Concept::Worst
                            | Concept::Change(_)
                    )
                );
            let counted = matches!(before, Some(Concept::HowMany));
            let dimension = match concept {
                // "Через маркетплейсы": one of them is meant, which none is named of.
                Concept::Dimension(_)
                    if at.checked_sub(1).is_some_and(|before| {
                        matches!(scan.typed(&scan.marks[before]).to_lowercase().as_str(), "через" | "via" | "through")
                    }) && !scan
                        .marks
                        .get(at + 1)
                        .is_some_and(|next| matches!(next.what, What::Name(..) | What::Unknown)) =>
                {
                    self.unexplained.push(scan.typed(&scan.marks[at]));
                    self.used[at] = true;
                    None
                }
                Concept::Dimension(dimension) => Some(dimension.clone()),
                Concept::Attribute(place) => {
                    let found = attribute(*place, asked.values);
                    if found.is_none() {
                        // "The town Kazan": the name beside it says what it is.
                        let named = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().any(|beside| {
                            matches!(scan.marks.get(beside).map(|mark| &mark.what), Some(What::Name(..)))
                        });
                        if !named {
                            self.no_attribute = Some(*place);
                        }
                        self.used[at] = true;
                    }
                    found
                }
                Concept::Noun(Noun::Customer)
                    if self.intents == [kupets_semantic::plan::Intent::Forecast] && self.best.is_none() =>
                {
                    None
                }
                Concept::Noun(Noun::Customer) if listed || self.ranked(counted) => Some(Dimension::Customer),
                Concept::Noun(Noun::Product) if listed || self.ranked(counted) => Some(Dimension::Product),
                _ => None,
            };
            let Some(dimension) = dimension else { continue };
            if self.all_together(scan, at)
                || self.all_again(scan, at, asked, &dimension)
                || self.removes && asked.previous.is_some()
                || self.filter_removed(scan, at)
            {
                self.used[at] = true;
                self.everything_of.push(dimension);
                continue;
            }
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
        // "Where do we sell most": the place that records have, if it is one.
        if self.best.is_some() && self.dimensions.is_empty() && self.has(scan, &Concept::Where) {
            let places: Vec<&str> = asked
                .values
                .attributes()
                .filter(|name| ["country", "region", "city", "store"].contains(name))
                .collect();
            let filtered = |place: &str| {
                self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Attribute(place.to_owned())))
            };
            if let [place] = places.as_slice()
                && !filtered(place)
            {
                self.dimensions.push(Dimension::Attribute((*place).to_owned()));
            }
        }
        // "Ten biggest spenders", "top three returned items": the phrase says what is listed.
        let ranked = self.best.is_some() || self.limit.is_some();
        if ranked && self.dimensions.is_empty() && scan.said.grain.is_none() {
            let says = |parts: &[&str]| {
                scan.marks.iter().any(|mark| {
                    let typed = scan.typed(mark).to_lowercase();
                    matches!(mark.what, What::Says(Concept::Top | Concept::Worst | Concept::Spent | Concept::Metric(_)))
                        && parts.iter().any(|part| typed.contains(part))
                })
            };
            if says(&["spender"]) {
                self.dimensions.push(Dimension::Customer);
            } else if says(&[" items", " goods", " товар", " products"]) {
                self.dimensions.push(Dimension::Product);
            }
        }
        self.take_listed(scan);
        let sold = self.has(scan, &Concept::Sold)
            || scan.marks.iter().any(|mark| {
                let typed = scan.typed(mark).to_lowercase();
                mark.what == What::Says(Concept::Top)
                    && ["sold", "sell", "продав", "прода"].iter().any(|part| typed.contains(part))
            });
        // "What do Germans buy".
        let bought = what
            && self.has(scan, &Concept::Bought)
            && self.intents.is_empty()
            && !self.counts
            && (self.best.is_some()
                || self.filters.iter().any(|filter| filter.dimension() != Some(&Dimension::Customer)))
            && !self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Product));
        if bought && self.dimensions.is_empty() && scan.said.grain.is_none() {
            self.dimensions.push(Dimension::Product);
        }
        if self.best.is_some() && self.dimensions.is_empty() && (what && sold || sellers) && scan.said.grain.is_none() {
            self.dimensions.push(Dimension::Product);
        }
        // "Revenue from customers with more than five orders" lists nobody.
        let of_figure = scan.marks.iter().enumerate().any(|(at, mark)| {
            let later = scan.marks.iter().skip(at).any(|mark| mark.what == What::Says(Concept::Noun(Noun::Customer)));
            later
                && !self.used[at]
                && !self.bounded.contains(&at)
                && matches!(&mark.what, What::Says(Concept::Metric(metric)) if !metric.counts_customers())
        });
        let bounds_customers = !self.bounds.is_empty()
            && !of_figure
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

    /// "Products by refund amount", "клиенты по выручке": what is named first is listed by a figure.
    fn take_listed(&mut self, scan: &Scan) {
        if !self.dimensions.is_empty() || self.counts || !self.intents.is_empty() || self.share || self.compare {
            return;
        }
        let says = |at: usize| match &scan.marks.get(at)?.what {
            What::Says(concept) => Some(concept),
            _ => None,
        };
        let content =
            |at: &usize| !matches!(scan.marks[*at].what, What::Silent | What::Says(Concept::Fluff | Concept::Latest));
        let Some(first) = (0..scan.marks.len()).find(content) else { return };
        let dimension = match says(first) {
            Some(Concept::Noun(Noun::Customer)) => Dimension::Customer,
            Some(Concept::Noun(Noun::Product)) => Dimension::Product,
            _ => return,
        };
        let figure =
            |at: usize| matches!(says(at), Some(Concept::Metric(_) | Concept::Worth | Concept::Noun(Noun::Sales)));
        // "Products with refunds": those that have some.
        let with = scan
            .marks
            .get(first + 1)
            .is_some_and(|mark| matches!(scan.typed(mark).to_lowercase().as_str(), "с" | "со" | "with" | "having"));
        if let (true, Some(Concept::Metric(metric))) = (with && !self.used[first], says(first + 2))
            && !metric.is_quotient()
            && self.bounds.is_empty()
        {
            self.used[first] = true;
            self.dimensions.push(dimension);
            let some = Filter::bound(Subject::Metric(*metric), Operator::More, &[Number::whole(0)]);
            self.bounds.push((first, some));
            return;
        }
        let by = says(first + 1) == Some(&Concept::By) && figure(first + 2);
        let named = scan.typed(&scan.marks[(first + 1).min(scan.marks.len() - 1)]).to_lowercase();
        let phrase = figure(first + 1) && (named.starts_with("по ") || named.starts_with("by "));
        if (by || phrase) && !self.used[first] {
            self.used[first] = true;
            self.dimensions.push(dimension);
            self.best = Some(self.best.unwrap_or(true));
        }
    }

    /// "For all countries" after a question about one: no filter on them any more.
    fn all_again(&self, scan: &Scan, at: usize, asked: &Asked<'_>, dimension: &Dimension) -> bool {
        let before = at.checked_sub(1).map(|before| scan.typed(&scan.marks[before]).to_lowercase()).unwrap_or_default();
        let all = before.ends_with("всем") || before.ends_with("все") || before.ends_with("всех") || before == "all";
        all && self.metrics.is_empty()
            && asked
                .previous
                .is_some_and(|plan| plan.filter_on(dimension).is_some() && !plan.dimensions.contains(dimension))
    }

    /// "Убери фильтр по стране", "drop the country filter".
    fn filter_removed(&self, scan: &Scan, at: usize) -> bool {
        let word = |place: usize| scan.typed(&scan.marks[place]).to_lowercase();
        let filter = |place: usize| word(place).contains("filter") || word(place).contains("фильтр");
        let removing = (0..at).any(|place| {
            matches!(word(place).as_str(), "drop" | "without" | "no" | "clear" | "reset" | "remove") || filter(place)
        });
        removing
            && (filter(at.saturating_sub(1))
                || filter(at.saturating_sub(2))
                || scan.marks.len() > at + 1 && filter(at + 1))
    }

    /// "По всем странам вместе", "all countries together": no list, and no filter on them.
    fn all_together(&self, scan: &Scan, at: usize) -> bool {
        let word = |place: usize| scan.marks.get(place).map(|mark| scan.typed(mark).to_lowercase()).unwrap_or_default();
        let all = at.checked_sub(1).is_some_and(|before| {
            matches!(word(before).as_str(), "всем" | "все" | "всех" | "all" | "all the" | "по всем" | "а по всем")
        });
        let together = (at + 1..scan.marks.len()).any(|place| {
            matches!(
                word(place).as_str(),
                "вместе" | "together" | "overall" | "combined" | "суммарно" | "в сумме" | "в целом"
            )
        });
        all && together
    }

    pub(super) fn use_noun(&mut self, scan: &Scan, noun: Noun) -> bool {
        let found =
            (0..scan.marks.len()).find(|at| !self.used[*at] && scan.marks[*at].what == What::Says(Concept::Noun(noun)));
        if let Some(at) = found {
            self.used[at] = true;
        }
        found.is_some()
    }

    /// Whether things are ranked, so that the first thing named is what is listed.
    pub(super) fn ranked(&self, counted: bool) -> bool {
        (self.best.is_some() || self.limit.is_some()) && !counted && self.dimensions.is_empty()
    }

    /// What a number right after a word for a thing is a name of.
    fn numbered(&self, scan: &Scan, at: usize) -> Option<Dimension> {
        let place = self.before(scan, at, true)?;
        let word = scan.typed(&scan.marks[place]).to_lowercase();
        match &scan.marks[place].what {
            What::Says(Concept::Dimension(dimension)) => Some(dimension.clone()),
            What::Says(Concept::Noun(Noun::Product)) if singular(&word) => Some(Dimension::Product),
            What::Says(Concept::Noun(Noun::Customer)) if singular(&word) => Some(Dimension::Customer),
            _ => None,
        }
    }

    /// What no rule has explained.
    pub(super) fn explain(&mut self, scan: &Scan) {
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
                    // "The web channel".
                    let named = named.or_else(|| match &scan.marks.get(at + 1)?.what {
                        What::Says(Concept::Dimension(dimension @ (Dimension::Channel | Dimension::Category))) => {
                            Some(Some(dimension.clone()))
                        }
                        _ => None,
                    });
                    if let Some(dimension) = named {
                        self.unknown_name = Some((dimension, typed.clone()));
                    }
                    // "Fourteen days in a row": said of a length, it adds nothing.
                    let running =
                        matches!(typed.to_lowercase().as_str(), "подряд" | "straight" | "consecutive" | "кряду")
                            && at.checked_sub(1).is_some_and(|before| scan.marks[before].what == What::Time);
                    if letters > 0 && !running {
                        self.unexplained.push(typed);
                    }
                }
                What::Number(_) => {
                    // "Product 5", where no product is called so.
                    if let Some(dimension) = self.numbered(scan, at) {
                        self.unknown_name = Some((Some(dimension), typed.clone()));
                    }
                    self.unexplained.push(typed);
                }
                What::Says(Concept::Not | Concept::Aside | Concept::Average) => self.unexplained.push(typed),
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
            || !self.everything_of.is_empty()
            || self.running.is_some()
            || self.currency.is_some()
            || !scan.said.periods.is_empty()
            || scan.said.comparison.is_some()
            || scan.said.grain.is_some()
            || scan.said.weekdays.is_some();
    }
}

/// Whether the word for what is listed is in the singular.
pub(super) fn singular(word: &str) -> bool {
    const RU: [&str; 44] = [
        "в какой день недели",
        "какой день недели",
        "товар",
        "товару",
        "товара",
        "товаре",
        "товаром",
        "продукту",
        "продукта",
        "клиенту",
        "покупателя",
        "покупателю",
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
