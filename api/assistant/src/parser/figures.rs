//! Which figures a question asks for, and of which customers.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::Intent;

use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Scan, What};

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
                // "Revenue per customer id": a row for each.
                Some(Concept::Ratio(above, below))
                    if matches!(below, Metric::Customers | Metric::Orders) && ends_with_id(scan, at) =>
                {
                    self.used[at] = true;
                    self.bounded.push(at);
                    self.add_metric(*above);
                    if *below == Metric::Customers {
                        self.dimensions.push(Dimension::Customer);
                    }
                }
                Some(Concept::Ratio(above, below)) => {
                    self.metrics = vec![*above, *below];
                    self.ratio = true;
                    self.used[at] = true;
                }
                // "By the number of new customers": the number of what follows.
                Some(Concept::Metric(Metric::Units)) if number_of_another(scan, at) => {
                    self.used[at] = true;
                    self.bounded.push(at);
                }
                // "Поступало больше всего заказов": what came are orders.
                Some(Concept::Metric(Metric::Revenue)) if orders_came(scan, at) => {
                    self.used[at] = true;
                    self.bounded.push(at);
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
            matches!(says(at), Some(Concept::Noun(Noun::Order | Noun::Customer | Noun::Product)))
                && (counted(at) || self.share_of(scan, at))
        }) || self.share && self.nouns(scan, Noun::Order);
        let worth = (0..count).any(|at| !self.used[at] && scan.marks[at].what == What::Says(Concept::Worth));
        let brings =
            worth || (0..count).any(|at| scan.marks[at].what == What::Says(Concept::Brings) && !orders_came(scan, at));
        // "What did returning customers bring in" asks for money of theirs.
        let kinds = !self.metrics.is_empty()
            && !self.counts_people(scan)
            && self
                .metrics
                .iter()
                .all(|metric| matches!(metric, Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate));
        let kinds = kinds && self.best.is_none() && self.dimensions.is_empty();
        let from = self.kinds_paid(scan);
        let spends = (brings || self.has(scan, &Concept::Spent)) && !brings_people(scan);
        // "Who sent back more than 1,000 worth".
        let refunds = self.bounds.iter().any(|(_, bound)| bound.metric() == Some(Metric::Refunds));
        if (self.metrics.is_empty() && brings && !refunds || kinds && spends && !self.share || from) && !counts_nouns {
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
        // "How often do Germans buy": so many times each.
        let often = (0..count).any(|at| {
            scan.marks[at].what == What::Says(Concept::Metric(Metric::Orders))
                && scan.typed(&scan.marks[at]).eq_ignore_ascii_case("how often")
        });
        let one = self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Customer));
        if often
            && !one
            && self.metrics == [Metric::Orders]
            && self.has(scan, &Concept::Bought)
            && self.dimensions.is_empty()
        {
            self.metrics = vec![Metric::Orders, Metric::Customers];
            self.ratio = true;
        }
        // "The average basket in units": how many pieces an order has.
        if self.metrics.len() == 2
            && self.metrics.contains(&Metric::AverageOrder)
            && self.metrics.contains(&Metric::Units)
            && !self.has(scan, &Concept::And)
        {
            self.metrics = vec![Metric::Units, Metric::Orders];
            self.ratio = true;
        }
        self.take_denied(scan);
        self.take_sum_of_refunds(scan);
        self.take_money_of(scan);
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
            let elsewhere = self.counted_elsewhere(scan, at);
            // "How much does a customer spend on average" counts no customers.
            let spends_on_average = spent
                && noun == Noun::Customer
                && self.has(scan, &Concept::Average)
                && !matches!(self.concept_before(scan, at), Some(Concept::HowMany));
            let acts = noun == Noun::Customer
                && acting(&scan.typed(&scan.marks[at]))
                && (spent || brings || bought && elsewhere);
            let counted = !acts
                && (matches!(self.concept_before(scan, at), Some(Concept::HowMany))
                    || self.counts && self.metrics.is_empty());
            let counted = counted && !(acts && elsewhere) && !spends_on_average;
            let metric = match noun {
                Noun::Customer if !counted && self.metrics.is_empty() && self.has_segment(scan) => {
                    // "Customers at risk" are listed.
                    if !self.dimensions.contains(&Dimension::Customer) {
                        self.dimensions.push(Dimension::Customer);
                    }
                    None
                }
                // "How much came from Norwegian buyers" asks for money.
                Noun::Customer
                    if counted
                        || self.metrics.is_empty()
                            && self.filters_only()
                            && !(much && self.from(scan, at))
                            && !spends_on_average =>
                {
                    Some(Metric::Customers)
                }
                Noun::Customer
                    if self.metrics.is_empty()
                        && self.dimensions.is_empty()
                        && (self.why || self.intents == [Intent::Forecast]) =>
                {
                    Some(Metric::Customers)
                }
                // "What countries are our customers from".
                Noun::Customer
                    if self.metrics.is_empty()
                        && matches!(self.dimensions.as_slice(), [Dimension::Attribute(_) | Dimension::Channel])
                        && self.intents.is_empty()
                        && self.best.is_none()
                        && !(sold || bought || spent)
                        && self.bounds.is_empty() =>
                {
                    Some(Metric::Customers)
                }
                // "Which product did most people buy".
                Noun::Customer if self.metrics.is_empty() && self.most_of(scan, at) => Some(Metric::Customers),
                Noun::Customer if self.metrics.is_empty() && self.dimensions == [Dimension::CustomerKind] => {
                    Some(Metric::Customers)
                }
                Noun::Order
                    if counted
                        || self.metrics.is_empty()
                        || self.share_of(scan, at)
                        || self.only_joined(scan, at)
                        || self.only_kinds() =>
                {
                    Some(Metric::Orders)
                }
                // "How many products did we sell at least once": the different ones.
                Noun::Product if counted && self.metrics.is_empty() && says_once(scan) => Some(Metric::Products),
                Noun::Product if counted && self.metrics.is_empty() => {
                    self.units_of_goods = true;
                    Some(Metric::Units)
                }
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
        // "How many orders, and for what sum".
        for at in 0..count {
            // "Orders, and refunds for what sum": the sum is that of the refunds.
            let of_refunds = self.metrics.contains(&Metric::Refunds);
            if !self.used[at]
                && !of_refunds
                && scan.marks[at].what == What::Says(Concept::Worth)
                && self.only_joined(scan, at)
            {
                self.used[at] = true;
                self.add_metric(Metric::Revenue);
            }
        }
        if self.metrics.is_empty() && self.intents.is_empty() {
            let product = self
                .filters
                .iter()
                .any(|filter| matches!(filter.dimension(), Some(Dimension::Product | Dimension::Category)));
            let pairs = self.filters.iter().any(|filter| filter.values.len() > 1);
            let guess = match () {
                // "Products that sold more than 1,000 units" are told by what they are chosen by.
                () if self.often(scan) || self.busy(scan) => Some(Metric::Orders),
                () if self.bounds.iter().any(|(_, bound)| bound.metric().is_some()) => None,
                // "Why did Germans order less", "who ordered more, the French or the Germans".
                () if bought && (self.why || pairs && self.best.is_some()) && self.orders_said(scan) => {
                    Some(Metric::Orders)
                }
                () if spent => Some(Metric::Revenue),
                () if sold && self.counts && !much && product => Some(Metric::Units),
                () if sold || much && self.best.is_none() && !self.filters.is_empty() => Some(Metric::Revenue),
                // "Сколько взяли вчера": money, as one says it.
                () if bought && self.counts && self.took(scan) => Some(Metric::Revenue),
                () if bought && self.counts && !self.dimensions.contains(&Dimension::Customer) => Some(Metric::Orders),
                () => None,
            };
            if let Some(metric) = guess {
                self.guessed_metric = true;
                self.add_metric(metric);
            }
        }
        let lists = !self.dimensions.is_empty() || !self.bounds.is_empty();
        if self.metrics.is_empty() && self.intents.is_empty() && !self.why && !lists && self.asks_state(scan) {
            self.guessed_metric = true;
            self.add_metric(Metric::Revenue);
        }
        if self.has(scan, &Concept::Average) {
            self.take_average(scan);
        }
        if !self.ratio {
            self.in_order(scan);
        }
    }

    /// Whether another word than that one is counted: "the hours when customers order most: number of orders".
    fn counted_elsewhere(&self, scan: &Scan, at: usize) -> bool {
        (0..scan.marks.len()).any(|other| {
            other != at
                && matches!(scan.marks[other].what, What::Says(_))
                && matches!(self.concept_before(scan, other), Some(Concept::HowMany))
        })
    }

    /// "How did we do", "how is Germany doing".
    fn asks_state(&self, scan: &Scan) -> bool {
        let typed = |word: &str| scan.marks.iter().any(|mark| scan.typed(mark).to_lowercase() == word);
        let told = |words: &[&str]| scan.tokens.iter().any(|token| words.contains(&token.text.as_str()));
        let first = scan.tokens.first().is_some_and(|token| matches!(token.text.as_str(), "how" | "hows" | "как"));
        let asked =
            !(self.counts || self.why || self.share || self.best.is_some() || self.has(scan, &Concept::HowMuch));
        // "How did Germany do in November", "как показала себя Германия", "how did July compare to June".
        let points = self.has(scan, &Concept::These);
        if first && asked && !points && (!self.filters.is_empty() || scan.said.comparison.is_some()) {
            return true;
        }
        let how = ["how", "how's", "hows", "how is", "how are"].iter().any(|word| typed(word));
        // "Are we up on last month", "мы выросли к прошлому году".
        let ours = told(&["we", "мы", "we're", "us"]);
        let moves = self.change.is_some() || !self.loose_bounds.is_empty() || scan.said.comparison.is_some();
        ours && moves && !self.share
            || self.has(scan, &Concept::State)
            || how && typed("doing") && !self.filters.is_empty()
    }

    /// Whether that noun is what a share is of: "what percent of October orders".
    fn share_of(&self, scan: &Scan, at: usize) -> bool {
        let before = (0..at).rev().find(|place| {
            !matches!(
                scan.marks[*place].what,
                What::Silent | What::Time | What::Says(Concept::Fluff | Concept::HowMany)
            )
        });
        before.is_some_and(|place| scan.marks[place].what == What::Says(Concept::Share))
    }

    /// Whether money comes from those that stand at that mark: "from Norwegian buyers", "от французских клиентов".
    fn from(&self, scan: &Scan, at: usize) -> bool {
        const FROM: [&str; 9] = ["from", "of", "by", "с", "со", "от", "у", "из", "to"];
        let before = (0..at).rev().find(|place| !matches!(scan.marks[*place].what, What::Name(..)));
        before.is_some_and(|place| FROM.contains(&scan.typed(&scan.marks[place]).to_lowercase().as_str()))
    }

    /// "Who buys most often": ranked by how many times.
    pub(super) fn often(&self, scan: &Scan) -> bool {
        scan.marks.iter().any(|mark| {
            let typed = scan.typed(mark).to_lowercase();
            matches!(mark.what, What::Says(Concept::Top | Concept::Worst))
                && ["чаще", "реже", "often", "frequent", "активн", "active"].iter().any(|part| typed.contains(part))
        })
    }

    /// "The busiest weekday", "самый загруженный час": by how many orders come.
    fn busy(&self, scan: &Scan) -> bool {
        const BUSY: [&str; 9] =
            ["busiest", "quietest", "busy", "загружен", "оживлен", "пиков", "час пик", "многолюдн", "бойк"];
        scan.marks.iter().any(|mark| {
            let typed = scan.typed(mark).to_lowercase().replace('ё', "е");
            matches!(mark.what, What::Says(Concept::Top | Concept::Worst | Concept::Dimension(Dimension::Hour)))
                && BUSY.iter().any(|word| typed.contains(word))
        })
    }

    fn orders_said(&self, scan: &Scan) -> bool {
        scan.marks.iter().any(|mark| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Bought) && (typed.starts_with("заказ") || typed.starts_with("order"))
        })
    }

    /// Whether the most or the fewest of that noun say what another thing is ranked by.
    pub(super) fn most_of(&self, scan: &Scan, at: usize) -> bool {
        const MOST: [&str; 6] = ["больше всего", "меньше всего", "most", "the most", "fewest", "least"];
        let ranks = self.before(scan, at, false).is_some_and(|place| {
            matches!(scan.marks[place].what, What::Says(Concept::Top | Concept::Worst))
                && MOST.contains(&scan.typed(&scan.marks[place]).to_lowercase().as_str())
        });
        ranks && !self.dimensions.is_empty() && !self.dimensions.contains(&Dimension::Customer)
    }

    /// "Взяли" without what was taken.
    fn took(&self, scan: &Scan) -> bool {
        scan.marks.iter().any(|mark| {
            mark.what == What::Says(Concept::Bought)
                && matches!(scan.typed(mark).to_lowercase().as_str(), "взяли" | "взял" | "взяла" | "взято")
        })
    }

    /// "The total of refunds", "refunds after 20 November, total amount": the sum is that of the refunds.
    fn take_sum_of_refunds(&mut self, scan: &Scan) {
        if self.ratio || !self.metrics.contains(&Metric::Refunds) || !self.metrics.contains(&Metric::Revenue) {
            return;
        }
        const SUMS: [&str; 12] =
            ["сумм", "total", "amount", "sum", "денег", "деньг", "money", "фунт", "руб", "pound", "value", "worth"];
        let is = |at: usize, metric: Metric| scan.marks[at].what == What::Says(Concept::Metric(metric));
        let sum = |at: usize| {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            SUMS.iter().any(|word| typed.contains(word))
        };
        let refunds = (0..scan.marks.len()).find(|at| is(*at, Metric::Refunds));
        let beside = |at: usize| {
            let next = (at + 1..scan.marks.len())
                .find(|place| !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff)));
            next == refunds || refunds.is_some_and(|refunds| refunds < at) && next.is_none()
        };
        let places: Vec<usize> = (0..scan.marks.len()).filter(|at| is(*at, Metric::Revenue)).collect();
        if !places.is_empty() && places.iter().all(|at| sum(*at) && beside(*at)) {
            self.metrics.retain(|metric| *metric != Metric::Revenue);
            self.bounded.extend(places);
        }
    }

    /// "Returned for the most money", "refunds in pounds": a plain word for money says what the other figure is counted in.
    fn take_money_of(&mut self, scan: &Scan) {
        let others = self.metrics.iter().any(|metric| matches!(metric, Metric::Refunds | Metric::Gross));
        if self.ratio || self.metrics.len() != 2 || !others || !self.metrics.contains(&Metric::Revenue) {
            return;
        }
        const MONEY: [&str; 17] = [
            "деньги",
            "денег",
            "деньгам",
            "деньгах",
            "деньгами",
            "по деньгам",
            "в рублях",
            "на какую сумму",
            "в денежном выражении",
            "money",
            "cash",
            "in money",
            "in money terms",
            "money wise",
            "moneywise",
            "in value",
            "by value",
        ];
        let revenue = |at: usize| scan.marks[at].what == What::Says(Concept::Metric(Metric::Revenue));
        let plain = |at: usize| {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            let bare = typed.strip_prefix("сколько ").or_else(|| typed.strip_prefix("how much ")).unwrap_or(&typed);
            MONEY.contains(&bare)
        };
        let places: Vec<usize> = (0..scan.marks.len()).filter(|at| revenue(*at)).collect();
        if !places.is_empty() && places.iter().all(|at| plain(*at) && !self.only_joined(scan, *at)) {
            self.metrics.retain(|metric| *metric != Metric::Revenue);
            self.bounded.extend(places);
        }
    }

    /// "По штукам, а не по деньгам", "by orders, not revenue": the figure that was not meant.
    fn take_denied(&mut self, scan: &Scan) {
        const DENIES: [&str; 12] = [
            "не",
            "а не",
            "а не по",
            "не по",
            "not",
            "not by",
            "rather than",
            "instead of",
            "and not",
            "but not",
            "но не",
            "not in",
        ];
        for at in 0..scan.marks.len() {
            let denies = DENIES.contains(&scan.typed(&scan.marks[at]).to_lowercase().as_str());
            let next = (at + 1..scan.marks.len()).find(|place| {
                !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff | Concept::By))
            });
            let Some(next) = next.filter(|_| denies && !self.used[at]) else { continue };
            let denied = match &scan.marks[next].what {
                What::Says(Concept::Metric(metric)) if *metric != Metric::Refunds => *metric,
                What::Says(Concept::Noun(Noun::Order)) => Metric::Orders,
                What::Says(Concept::Noun(Noun::Sales) | Concept::Worth) => Metric::Revenue,
                _ => continue,
            };
            let other = |place: usize| {
                place != next
                    && matches!(&scan.marks[place].what, What::Says(Concept::Metric(metric)) if *metric != denied)
                    || matches!(scan.marks[place].what, What::Says(Concept::Noun(Noun::Order)))
                        && denied != Metric::Orders
            };
            if (0..scan.marks.len()).any(other) {
                self.metrics.retain(|metric| *metric != denied);
                self.used[at] = true;
                self.used[next] = true;
                self.bounded.push(next);
            }
        }
    }

    /// "How much came from new customers", "сколько пришло от новых клиентов": money of theirs.
    fn kinds_paid(&self, scan: &Scan) -> bool {
        let kind =
            |metric: &Metric| matches!(metric, Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate);
        let asks = self.has(scan, &Concept::HowMuch) || self.has(scan, &Concept::HowMany);
        let plain = self.best.is_none() && self.dimensions.is_empty() && !self.share && !self.ratio;
        asks && plain
            && !self.metrics.is_empty()
            && self.metrics.iter().all(kind)
            && (1..scan.marks.len()).any(|at| {
                let from = matches!(scan.typed(&scan.marks[at - 1]).to_lowercase().as_str(), "from" | "от" | "с");
                from && matches!(&scan.marks[at].what, What::Says(Concept::Metric(metric)) if kind(metric))
            })
    }

    /// Whether people are counted: "how many returning customers".
    fn counts_people(&self, scan: &Scan) -> bool {
        let people = |at: usize| {
            matches!(
                &scan.marks[at].what,
                What::Says(Concept::Metric(Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate))
            )
        };
        (0..scan.marks.len()).any(|at| {
            people(at)
                && matches!(self.concept_before(scan, at), Some(Concept::HowMany))
                && !acting(&scan.typed(&scan.marks[at]))
        })
    }

    /// "Revenue without refunds" is another metric.
    pub(super) fn take_without_refunds(&mut self, scan: &Scan) {
        let refunds = scan.marks.iter().position(|mark| mark.what == What::Says(Concept::Metric(Metric::Refunds)));
        // "Возвраты не вычитай".
        const KEPT: [&str; 8] = [
            "не вычитай",
            "не вычитать",
            "не вычитая",
            "не вычитаем",
            "не отнимай",
            "не отнимая",
            "не минусуй",
            "не минусуя",
        ];
        let kept =
            refunds.and_then(|at| scan.marks.get(at + 1).zip(scan.marks.get(at + 2))).is_some_and(|(one, other)| {
                KEPT.contains(
                    &format!("{} {}", scan.typed(one).to_lowercase(), scan.typed(other).to_lowercase()).as_str(),
                )
            });
        if let (true, Some(at)) = (kept, refunds) {
            self.used[at + 1] = true;
            self.used[at + 2] = true;
            self.metrics.retain(|metric| *metric != Metric::Refunds);
            match self.metrics.first_mut() {
                Some(metric) if *metric == Metric::Revenue => *metric = Metric::Gross,
                Some(_) => {}
                None => self.metrics.push(Metric::Gross),
            }
            return;
        }
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
}

/// "At least once", "хотя бы раз": each is counted once.
fn says_once(scan: &Scan) -> bool {
    const ONCE: [&str; 6] =
        ["at least once", "хотя бы раз", "хоть раз", "хотя бы один раз", "even once", "хоть один раз"];
    let words: Vec<&str> = scan.tokens.iter().map(|token| token.text.as_str()).collect();
    let text = words.join(" ");
    ONCE.iter().any(|once| text.contains(once))
}

/// Whether a word for a number that names something follows: "per customer id".
fn ends_with_id(scan: &Scan, at: usize) -> bool {
    scan.marks.get(at + 1).is_some_and(|mark| {
        matches!(scan.typed(mark).to_lowercase().as_str(), "id" | "ids" | "number" | "code" | "айди" | "номер")
    })
}

/// "Сколько новые клиенты принесли": who is counted stands in the genitive, who acts in the nominative.
fn acting(people: &str) -> bool {
    const WHO: [&str; 6] = ["клиенты", "покупатели", "люди", "новички", "гости", "заказчики"];
    let people = people.to_lowercase();
    people
        .split_whitespace()
        .next()
        .is_some_and(|first| WHO.contains(&first) || first.ends_with("ые") || first.ends_with("ие"))
}

/// "Brought fewer new customers": the people are what was brought.
fn brings_people(scan: &Scan) -> bool {
    (0..scan.marks.len()).filter(|at| scan.marks[*at].what == What::Says(Concept::Brings)).any(|at| {
        let between = |what: &What| {
            matches!(
                what,
                What::Number(_) | What::Says(Concept::Bound(_) | Concept::Change(_) | Concept::Top | Concept::Worst)
            )
        };
        let next = (at + 1..scan.marks.len())
            .find(|place| !between(&scan.marks[*place].what) && scan.marks[*place].what != What::Says(Concept::Fluff));
        let counted = next.is_some_and(|next| (at + 1..next).any(|place| between(&scan.marks[place].what)));
        let people = next.is_some_and(|next| {
            matches!(
                &scan.marks[next].what,
                What::Says(Concept::Metric(Metric::NewCustomers | Metric::ReturningCustomers))
            )
        });
        counted && people
    })
}

/// "По количеству новых покупателей": words for a number of pieces, before the name of something else that is counted.
fn number_of_another(scan: &Scan, at: usize) -> bool {
    const NUMBER: [&str; 5] = ["по количеству", "количеству", "в количестве", "by quantity", "quantity"];
    let next = (at + 1..scan.marks.len())
        .find(|place| !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff)));
    let another = next.is_some_and(|next| {
        matches!(
            &scan.marks[next].what,
            What::Says(Concept::Metric(
                Metric::NewCustomers
                    | Metric::ReturningCustomers
                    | Metric::Customers
                    | Metric::Orders
                    | Metric::Products
            ))
        )
    });
    another && NUMBER.contains(&scan.typed(&scan.marks[at]).to_lowercase().as_str())
}

/// Whether a word for coming in is said of orders: "поступило 20 заказов".
fn orders_came(scan: &Scan, at: usize) -> bool {
    let typed = scan.typed(&scan.marks[at]).to_lowercase();
    let came = typed.starts_with("поступ") || matches!(typed.as_str(), "came in" | "come in" | "coming in");
    let orders = |mark: &super::scan::Mark| {
        matches!(mark.what, What::Says(Concept::Noun(Noun::Order) | Concept::Metric(Metric::Orders)))
    };
    came && scan.marks.iter().any(orders)
}
