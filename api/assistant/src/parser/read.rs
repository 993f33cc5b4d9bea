//! Reading a question's words together: what is listed, and what no rule explains.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::period::Expr;
use kupets_semantic::plan::{Intent, Operator};

use super::asked::Asked;
use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Mark, Scan, What};
use kupets_semantic::values::Quality;

impl Reading {
    /// Reads a scan.
    pub(super) fn of(scan: &Scan, asked: &Asked<'_>) -> Self {
        let mut reading = Self { used: vec![false; scan.marks.len()], ..Self::default() };
        reading.take_names(scan, asked.values);
        reading.take_home(scan, asked.values);
        reading.take_hours(scan);
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
        let purpose = self.take_purpose(scan);
        for at in 0..purpose {
            let What::Says(concept) = &scan.marks[at].what else { continue };
            let first =
                (0..at).all(|place| matches!(scan.marks[place].what, What::Silent | What::Says(Concept::Follow)));
            match concept {
                Concept::Intent(Intent::Churn) if self.goods_leave(scan, at) => self.used[at] = true,
                Concept::Intent(intent) => self.intents.push(*intent),
                // "What is customer 12415 worth".
                Concept::Worth if self.worth_of_customer(scan, at) => {
                    self.used[at] = true;
                    self.intents.push(Intent::Clv);
                }
                Concept::Top => {
                    const FIRST: [&str; 5] =
                        ["на первом месте", "in first place", "at number one", "number one", "номер один"];
                    if FIRST.iter().any(|first| scan.typed(&scan.marks[at]).to_lowercase().starts_with(first)) {
                        self.limit = self.limit.or(Some(1));
                    }
                    self.best = self.best.or(Some(true));
                }
                Concept::Worst => self.best = Some(false),
                Concept::Why => self.why = true,
                Concept::Share => self.share |= !self.used[at],
                Concept::Compare => self.compare = true,
                Concept::Change(_)
                    if self.falls_on(scan, at) || self.wins_people(scan, at) || moves_goods(scan, at) =>
                {
                    self.used[at] = true;
                }
                // "Which products lost most": what they lost is money, and they are no segment.
                Concept::Segment("lost") if self.loses(scan, at) => {
                    self.used[at] = true;
                    self.change = Some(Some(false));
                }
                Concept::Dimension(Dimension::Hour) if self.peaks(scan, at) => self.best = self.best.or(Some(true)),
                // "How did it change week by week": the steps show it.
                Concept::Change(None) if scan.said.grain.is_some() && scan.said.comparison.is_none() && !self.why => {
                    self.used[at] = true;
                    self.course = true;
                }
                Concept::Change(Some(false)) if self.came(scan, at) => self.used[at] = true,
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
                    let corrects = [
                        "meant",
                        "в виду",
                        "вернее",
                        "точнее",
                        "поправка",
                        "correction",
                        "limit ",
                        "restrict ",
                        "narrow ",
                        "огранич",
                        "сузь",
                    ];
                    self.follow |= first
                        || matches!(typed.as_str(), "instead" | "вместо этого")
                        || corrects.iter().any(|word| typed.contains(word));
                }
                // "Сколько новых клиентов добавилось": they came.
                Concept::Add if self.wins_people(scan, at) => self.used[at] = true,
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
        self.take_shown_orders(scan);
        self.take_next_order(scan);
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

    /// "Сколько заказов упало за ночь": they came. "На сколько упали заказы" is a fall.
    fn came(&self, scan: &Scan, at: usize) -> bool {
        let orders = self.before(scan, at, false).filter(|before| {
            matches!(scan.marks[*before].what, What::Says(Concept::Noun(Noun::Order) | Concept::Metric(Metric::Orders)))
        });
        let counted = orders.is_some_and(|orders| matches!(self.concept_before(scan, orders), Some(Concept::HowMany)));
        counted
            && matches!(
                scan.typed(&scan.marks[at]).to_lowercase().as_str(),
                "упало" | "упали" | "свалилось" | "свалились"
            )
    }

    /// "How much fell on Mondays", "сколько падает на четверги": no fall.
    fn falls_on(&self, scan: &Scan, at: usize) -> bool {
        const RU: [&str; 6] = ["падает", "падают", "упало", "упали", "упала", "упал"];
        let word = scan.typed(&scan.marks[at]).to_lowercase();
        let russian = RU.contains(&word.as_str());
        if !russian && !matches!(word.as_str(), "fell" | "fall" | "falls" | "falling" | "fallen") {
            return false;
        }
        let next = |place: usize| scan.marks.get(place).map(|mark| scan.typed(mark).to_lowercase()).unwrap_or_default();
        let days = scan.said.weekdays.as_ref().map(|found| found.tokens.clone());
        let of_days = |place: usize| {
            scan.marks.get(place).is_some_and(|mark| days.as_ref().is_some_and(|days| mark.tokens.start == days.start))
        };
        if russian {
            return next(at + 1) == "на" && of_days(at + 2);
        }
        scan.marks.get(at + 1).is_some_and(|mark| mark.what == What::Time) && next(at + 1).starts_with("on ")
    }

    /// "How many customers did we gain", "have we picked up": who came, and no change of a figure.
    fn wins_people(&self, scan: &Scan, at: usize) -> bool {
        const WON: [&str; 6] = ["picked up", "pick up", "gained", "gain", "pull up", "прибавили"];
        let ours = (0..at).any(|place| matches!(scan.typed(&scan.marks[place]).to_lowercase().as_str(), "we" | "мы"));
        let counts = (0..at).any(|place| scan.marks[place].what == What::Says(Concept::HowMany));
        let people = scan.marks.iter().any(|mark| match &mark.what {
            What::Says(Concept::Metric(metric)) => metric.counts_customers(),
            What::Says(concept) => matches!(concept, Concept::Noun(Noun::Customer) | Concept::Kind(_)),
            _ => false,
        });
        // "Сколько новых клиентов добавилось".
        const CAME: [&str; 6] = ["добавилось", "добавились", "прибавилось", "прибавились", "прибыло", "приросло"];
        let typed = scan.typed(&scan.marks[at]).to_lowercase();
        counts && people && (ours && WON.contains(&typed.as_str()) || CAME.contains(&typed.as_str()))
    }

    /// "Show me yesterday's orders", "покажи вчерашние заказы": the orders themselves.
    fn take_shown_orders(&mut self, scan: &Scan) {
        const SHOW: [&str; 10] =
            ["show me", "show", "list", "display", "покажи", "покажите", "выведи", "перечисли", "показать", "список"];
        let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
        let content = |at: &usize| !matches!(scan.marks[*at].what, What::Silent);
        let Some(first) = (0..scan.marks.len()).find(content).filter(|at| SHOW.contains(&typed(*at).as_str())) else {
            return;
        };
        // "Show me total orders" is a figure: only words that pick orders may stand between.
        const PICKS: [&str; 9] = ["the", "my", "our", "all", "all the", "все", "наши", "мои", "сами"];
        let next = (first + 1..scan.marks.len()).find(|at| {
            let mark = &scan.marks[*at];
            !(matches!(mark.what, What::Time | What::Name(..) | What::Silent) || PICKS.contains(&typed(*at).as_str()))
        });
        let Some(order) = next.filter(|at| *at > first + 1) else { return };
        let cut =
            scan.marks.iter().any(|mark| matches!(mark.what, What::Says(Concept::By | Concept::Each | Concept::Share)));
        let orders = matches!(scan.marks[order].what, What::Says(Concept::Noun(Noun::Order)))
            && matches!(typed(order).as_str(), "orders" | "purchases" | "заказы" | "покупки" | "чеки");
        let plain = self.bounds.is_empty() && scan.said.grain.is_none() && scan.said.average.is_none() && !cut;
        if orders && plain {
            self.used[order] = true;
            self.intents.push(Intent::Rows);
        }
    }

    /// "Что сделать, чтобы продажи пошли": what advice is asked for says nothing more of the plan. Gives the end of the rest.
    fn take_purpose(&mut self, scan: &Scan) -> usize {
        let all = scan.marks.len();
        let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
        let Some(at) = (1..all).find(|at| matches!(typed(*at).as_str(), "чтобы" | "чтоб" | "so that" | "in order to"))
        else {
            return all;
        };
        let advice =
            |at: usize| matches!(scan.marks[at].what, What::Says(Concept::Intent(Intent::Recommend | Intent::Plan)));
        if !(0..at).any(advice)
            || scan.marks.iter().skip(at).any(|mark| matches!(mark.what, What::Name(..) | What::Number(_)))
        {
            return all;
        }
        for place in at..all {
            self.used[place] = true;
        }
        self.loose_bounds.retain(|(place, _)| *place < at);
        self.told_bounds.extend(at..all);
        at
    }

    /// "Сколько штук уйдёт в декабре", "how many units left": goods are sold, and nobody is lost.
    fn goods_leave(&self, scan: &Scan, at: usize) -> bool {
        const LEAVE: [&str; 9] = ["уйдет", "уйдёт", "уйдут", "ушли", "ушел", "ушёл", "уходят", "уходит", "ушло"];
        let goods = scan
            .marks
            .iter()
            .any(|mark| matches!(mark.what, What::Says(Concept::Metric(Metric::Units) | Concept::Noun(Noun::Product))));
        let people = scan.marks.iter().any(|mark| {
            matches!(
                mark.what,
                What::Says(Concept::Noun(Noun::Customer) | Concept::Who | Concept::Kind(_) | Concept::Segment(_))
            ) || matches!(&mark.what, What::Says(Concept::Metric(metric)) if metric.counts_customers())
        });
        goods && !people && LEAVE.contains(&scan.typed(&scan.marks[at]).to_lowercase().as_str())
    }

    /// "When will customer 17850 order next": the card of a customer says when the next order is due.
    fn take_next_order(&mut self, scan: &Scan) {
        let one = self
            .filters
            .iter()
            .any(|filter| filter.dimension() == Some(&Dimension::Customer) && filter.values.len() == 1);
        const NEXT: [&str; 22] = [
            "next",
            "again",
            "back",
            "next time",
            "снова",
            "опять",
            "следующий",
            "следующего",
            "следующем",
            "следующая",
            "следующую",
            "следующей",
            "следующий раз",
            "ещё раз",
            "еще раз",
            "ближайший",
            "ближайшая",
            "очередной",
            "upcoming",
            "due",
            "очередная",
            "следующие",
        ];
        let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
        let phrase = |at: usize| {
            let typed = typed(at);
            matches!(
                scan.marks[at].what,
                What::Says(Concept::Intent(Intent::Offer) | Concept::Metric(Metric::RepeatRate))
            ) && [" next", " again"].iter().any(|end| typed.ends_with(end))
        };
        let next: Vec<usize> =
            (0..scan.marks.len()).filter(|at| NEXT.contains(&typed(*at).as_str()) || phrase(*at)).collect();
        // "How long since customer 17850 ordered", "как давно не покупал".
        const SINCE: [&str; 8] = [
            "how long since",
            "how long is it since",
            "how long has it been since",
            "how long ago",
            "сколько времени прошло",
            "как давно",
            "сколько прошло",
            "сколько дней прошло",
        ];
        let words: Vec<&str> = scan.tokens.iter().map(|token| token.text.as_str()).collect();
        let text = words.join(" ");
        if one && self.metrics.is_empty() && SINCE.iter().any(|since| text.contains(since)) {
            for at in 0..scan.marks.len() {
                self.used[at] |= scan.marks[at].what == What::Unknown
                    && matches!(typed(at).as_str(), "since" | "ago" | "давно" | "времени" | "прошло" | "дней");
            }
            self.intents = vec![Intent::Customer];
            return;
        }
        let when = self.has(scan, &Concept::When)
            || (0..scan.marks.len()).any(|at| matches!(typed(at).as_str(), "date" | "дата" | "дату"));
        let foretold = self.intents.contains(&Intent::Forecast);
        let order = self.nouns(scan, Noun::Order);
        if !one || !self.metrics.is_empty() || !(when && (foretold || !next.is_empty()) || order && !next.is_empty()) {
            return;
        }
        for at in next {
            self.used[at] = true;
            self.bounded.push(at);
            let typed = scan.typed(&scan.marks[at]);
            self.doubts.retain(|doubt| doubt.typed != typed);
        }
        self.intents = vec![Intent::Customer];
    }

    /// "Lost", said of something else than customers.
    fn loses(&self, scan: &Scan, at: usize) -> bool {
        let people = scan.marks.iter().any(|mark| {
            matches!(mark.what, What::Says(Concept::Noun(Noun::Customer) | Concept::Who))
                || matches!(&mark.what, What::Says(Concept::Metric(metric)) if metric.counts_customers())
        });
        let others = scan.marks.iter().any(|mark| {
            matches!(
                mark.what,
                What::Says(Concept::Noun(Noun::Product) | Concept::Attribute(_) | Concept::Dimension(_))
            )
        });
        others && !people && scan.typed(&scan.marks[at]).eq_ignore_ascii_case("lost")
    }

    /// "The busiest hour", "peak hours": the best of them.
    fn peaks(&self, scan: &Scan, at: usize) -> bool {
        let typed = scan.typed(&scan.marks[at]).to_lowercase();
        ["busiest", "peak", "пик"].iter().any(|word| typed.contains(word))
    }

    fn worth_of_customer(&self, scan: &Scan, at: usize) -> bool {
        let customer = self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Customer));
        customer && self.bounds.is_empty() && scan.typed(&scan.marks[at]).eq_ignore_ascii_case("worth")
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

    /// "Подставки REGENCY CAKESTAND 3 TIER": a word for the thing in the other alphabet, right before its own long name.
    fn stands_by_product(&self, scan: &Scan, at: usize) -> bool {
        let Some(next) = scan.marks.get(at + 1) else { return false };
        let What::Name(entries, Quality::Exact | Quality::Form | Quality::Part) = &next.what else { return false };
        let product = entries.iter().any(|entry| entry.dimension == Dimension::Product);
        let latin = scan.typed(next).is_ascii();
        product && latin && next.tokens.len() > 1 && scan.typed(&scan.marks[at]).chars().all(|char| !char.is_ascii())
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
                    // "В предновогодний период, с 15 ноября по 5 декабря": what the days are called.
                    let called = scan.marks.get(at + 1).is_some_and(|next| {
                        ["период", "сезон", "period", "season", "rush"]
                            .iter()
                            .any(|word| scan.typed(next).to_lowercase().starts_with(word))
                    }) && matches!(scan.said.periods.as_slice(), [one] if matches!(one.expr, Expr::Range { .. }));
                    if letters > 0 && !called && !running && !self.stands_by_product(scan, at) {
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
            || scan.said.average.is_some()
            || scan.said.weekdays.is_some();
    }
}

/// Whether the word for what is listed is in the singular.
pub(super) fn singular(word: &str) -> bool {
    const RU: [&str; 47] = [
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
        "в какой час",
        "в какой час дня",
        "какой час дня",
        "часу",
    ];
    let english = word.is_ascii() && !word.ends_with('s') && !matches!(word, "goods" | "merchandise" | "people");
    english || RU.contains(&word)
}

/// "The units we moved": what was sold, and no change of a figure.
fn moves_goods(scan: &Scan, at: usize) -> bool {
    const MOVED: [&str; 5] = ["moved", "move", "have moved", "shifted", "shift"];
    let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
    let ours = at
        .checked_sub(1)
        .is_some_and(|before| ["we", "did we", "have we", "we've", "we have"].contains(&typed(before).as_str()));
    // "Which moved the most units".
    let goods = (at + 1..scan.marks.len().min(at + 4)).any(|place| {
        matches!(&scan.marks[place].what, What::Says(Concept::Metric(Metric::Units) | Concept::Noun(Noun::Product)))
    });
    (ours || goods) && MOVED.contains(&typed(at).as_str())
}
