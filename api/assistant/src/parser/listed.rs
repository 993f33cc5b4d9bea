//! What a question lists, or cuts figures by.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Operator, Subject};
use kupets_semantic::text::numbers::Number;

use super::asked::Asked;
use super::concept::{Concept, Noun};
use super::names::attribute;
use super::read::singular;
use super::reading::Reading;
use super::scan::{Mark, Scan, What};

impl Reading {
    pub(super) fn take_dimensions(&mut self, scan: &Scan, asked: &Asked<'_>) {
        // "How many orders did those who ..., place", "the share of customers who are French": they are not listed.
        let who = self.has(scan, &Concept::Who) && !((self.share || self.counts) && self.who_relates(scan));
        // "What sold best": products, where nothing else is named.
        // "What days" asks for days.
        let what = scan.marks.iter().enumerate().any(|(at, mark)| {
            const WHAT: [&str; 9] = ["что", "чего", "what", "чё", "че", "чо", "шо", "whats", "what's"];
            let of = scan.marks.get(at + 1).is_some_and(|next| {
                let noun = matches!(
                    next.what,
                    What::Says(Concept::Dimension(_) | Concept::Attribute(_) | Concept::Noun(_) | Concept::Metric(_))
                );
                noun || next.what == What::Unknown
            });
            const WHAT_IS: [&str; 5] = ["what is", "what are", "what was", "what were", "чем"];
            let typed = scan.typed(mark).to_lowercase();
            let sells = scan
                .marks
                .get(at + 1)
                .is_some_and(|next| matches!(next.what, What::Says(Concept::Sold | Concept::Top | Concept::Worst)));
            WHAT.contains(&typed.as_str()) && !of || WHAT_IS.contains(&typed.as_str()) && sells
        });
        let goods_asked =
            scan.tokens.iter().any(|token| matches!(token.text.as_str(), "что" | "чего" | "what" | "че" | "чо"));
        let sellers = scan.marks.iter().any(|mark| {
            mark.what == What::Says(Concept::Top) && {
                let typed = scan.typed(mark).to_lowercase();
                ["seller", "ходов", "топчик", "хит", "бестселлер"].iter().any(|part| typed.contains(part))
            }
        });
        for at in 0..scan.marks.len() {
            if self.used[at] {
                continue;
            }
            let What::Says(concept) = &scan.marks[at].what else { continue };
            let before = self.concept_before(scan, at);
            let change = matches!(before, Some(Concept::Change(_))) && self.why;
            if self.all_but(scan, at, concept, asked) {
                self.used[at] = true;
                if let Some(each) = at.checked_sub(1).filter(|each| scan.marks[*each].what == What::Says(Concept::Each))
                {
                    self.used[each] = true;
                }
                continue;
            }
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
            // "Самый продаваемый в штуках товар": the figure stands between.
            let listed = listed
                || matches!(before, Some(Concept::Metric(_)))
                    && matches!(concept, Concept::Noun(Noun::Product | Noun::Customer))
                    && self.best.is_some()
                    && self.has(scan, &Concept::Each)
                    && !self.dimensions.is_empty();
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
                // "What do people buy" asks for no people.
                Concept::Noun(Noun::Customer)
                    if at.checked_sub(1).is_some_and(|before| {
                        matches!(scan.typed(&scan.marks[before]).to_lowercase().as_str(), "do" | "did" | "does")
                    }) =>
                {
                    None
                }
                Concept::Noun(Noun::Customer)
                    if self.intents == [kupets_semantic::plan::Intent::Forecast] && self.best.is_none() =>
                {
                    None
                }
                // "Top ten SKUs": they are listed, and not counted.
                Concept::Metric(Metric::Products)
                    if matches!(scan.typed(&scan.marks[at]).to_lowercase().as_str(), "skus" | "sku")
                        && (listed || self.ranked(counted)) =>
                {
                    self.bounded.push(at);
                    Some(Dimension::Product)
                }
                // "Чего народ набрал больше всего, топ 3 товара": people act, goods are listed.
                Concept::Noun(Noun::Customer) if goods_asked && !listed && self.nouns(scan, Noun::Product) => None,
                Concept::Noun(Noun::Customer) if self.most_of(scan, at) => None,
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
            if matches!(self.concept_before(scan, at), Some(Concept::Each | Concept::By)) {
                self.grouped.push(dimension.clone());
            }
            if !singular(&typed) {
                self.plural.push(dimension.clone());
            }
            if self.dimensions.is_empty() {
                self.single = singular(&typed) && self.limit.is_none();
            }
            self.used[at] = true;
            if !self.dimensions.contains(&dimension) {
                self.dimensions.push(dimension);
            }
        }
        // "Where do we sell most": the place that records have, if it is one.
        let from = scan.marks.iter().enumerate().any(|(at, mark)| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Where)
                && (typed != "where" && typed != "где"
                    || scan.marks.iter().skip(at).any(|mark| scan.typed(mark).eq_ignore_ascii_case("from")))
        });
        let people = scan.marks.iter().any(|mark| match &mark.what {
            What::Says(Concept::Metric(metric)) => metric.counts_customers(),
            What::Says(concept) => {
                matches!(concept, Concept::Noun(Noun::Customer) | Concept::Kind(_) | Concept::These)
            }
            _ => false,
        });
        let from = from && people && self.intents.is_empty();
        if (self.best.is_some() || from) && self.dimensions.is_empty() && self.has(scan, &Concept::Where) {
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
            } else if says(&[" items", " goods", " товар", " product", " movers", " mover"]) {
                self.dimensions.push(Dimension::Product);
            }
        }
        // "The top seller in each country": the best product of each.
        if sellers
            && !self.dimensions.is_empty()
            && self.dimensions.iter().all(|one| self.grouped.contains(one) && *one != Dimension::Product)
        {
            let many = scan.marks.iter().any(|mark| {
                let typed = scan.typed(mark).to_lowercase();
                mark.what == What::Says(Concept::Top)
                    && ["sellers", "хиты", "хитов", "бестселлеры", "бестселлеров"]
                        .iter()
                        .any(|part| typed.contains(part))
            });
            if many {
                self.plural.push(Dimension::Product);
            }
            self.dimensions.push(Dimension::Product);
            self.single = false;
        }
        self.take_articles(scan);
        self.take_list_of(scan);
        self.take_listed(scan);
        // "What was returned most": goods.
        let returned = scan.marks.iter().any(|mark| {
            let typed = scan.typed(mark).to_lowercase();
            mark.what == What::Says(Concept::Metric(Metric::Refunds))
                && ["returned", "refunded", "sent back", "верн", "возвращ"].iter().any(|part| typed.contains(part))
        });
        if what && returned && self.best.is_some() && self.dimensions.is_empty() && scan.said.grain.is_none() {
            self.dimensions.push(Dimension::Product);
        }
        let sold = self.has(scan, &Concept::Sold)
            || scan.marks.iter().any(|mark| {
                let typed = scan.typed(mark).to_lowercase();
                matches!(mark.what, What::Says(Concept::Top | Concept::Worst))
                    && ["sold", "sell", "продав", "прода"].iter().any(|part| typed.contains(part))
            });
        // "What do Germans buy".
        let bought = what
            && self.has(scan, &Concept::Bought)
            && self.intents.is_empty()
            && !self.counts
            && !self.share
            && (self.best.is_some()
                || !scan.said.periods.is_empty()
                || self.filters.iter().any(|filter| filter.dimension() != Some(&Dimension::Customer)))
            && !self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Product));
        if bought && self.dimensions.is_empty() && scan.said.grain.is_none() {
            self.dimensions.push(Dimension::Product);
        }
        let brings = self.has(scan, &Concept::Brings)
            || scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Metric(Metric::Revenue)));
        let either =
            scan.marks.iter().any(|mark| matches!(scan.typed(mark).to_lowercase().as_str(), "или" | "or" | "либо"));
        let sold = sold || brings && !either;
        if self.best.is_some() && self.dimensions.is_empty() && (what && sold || sellers) && scan.said.grain.is_none() {
            self.dimensions.push(Dimension::Product);
        }
        // "The top seller on each day of the week".
        let things = self.dimensions.iter().any(|one| matches!(one, Dimension::Product | Dimension::Customer));
        let each = !self.dimensions.is_empty() || scan.said.grain.is_some();
        if sellers && each && !things {
            self.dimensions.push(Dimension::Product);
        }
        // "Anyone with more than 5 orders".
        const ANYONE: [&str; 6] = ["anyone", "anybody", "everyone", "everybody", "everyone who", "anyone who"];
        let anyone = scan.marks.iter().any(|mark| ANYONE.contains(&scan.typed(mark).to_lowercase().as_str()));
        let who = who || anyone && !self.bounds.is_empty() && !self.counts && !self.share;
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
            // "Кто больше всех потратил", "who spent the most": one is asked for.
            self.single = self.limit.is_none() && self.one_who(scan);
            self.use_noun(scan, Noun::Customer);
        }
        let bounds_products = !self.bounds.is_empty() && !self.counts && self.dimensions.is_empty();
        if bounds_products && self.use_noun(scan, Noun::Product) {
            self.dimensions.push(Dimension::Product);
        }
    }

    /// Whether "who" goes on with those just named: "customers who", "те, кто".
    fn who_relates(&self, scan: &Scan) -> bool {
        const THOSE: [&str; 6] = ["те", "тех", "тем", "those", "the ones", "the people"];
        (0..scan.marks.len()).any(|at| {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            let people = self.before(scan, at, false).is_some_and(|before| {
                matches!(
                    scan.marks[before].what,
                    What::Says(Concept::Noun(Noun::Customer) | Concept::Metric(Metric::Customers))
                )
            });
            scan.marks[at].what == What::Says(Concept::Who)
                && (people || THOSE.iter().any(|word| typed.starts_with(word)))
        })
    }

    /// "Кто больше всех": a question for the one at the top, and no list of those who did something.
    fn one_who(&self, scan: &Scan) -> bool {
        const ALL: [&str; 14] = [
            "больше всех",
            "больше всего",
            "меньше всех",
            "меньше всего",
            "чаще всех",
            "чаще всего",
            "реже всех",
            "активнее всех",
            "лучше всех",
            "щедрее всех",
            "the most",
            "most",
            "the least",
            "least",
        ];
        let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
        let who = (0..scan.marks.len()).find(|at| scan.marks[*at].what == What::Says(Concept::Who));
        let Some(who) = who.filter(|at| matches!(typed(*at).as_str(), "кто" | "who")) else { return false };
        let ranks = (0..scan.marks.len()).any(|at| {
            matches!(scan.marks[at].what, What::Says(Concept::Top | Concept::Worst))
                && ALL.contains(&typed(at).as_str())
        });
        // "Кто они", "who are": many are asked for.
        let many = scan.marks.get(who + 1).is_some_and(|next| {
            let next = scan.typed(next).to_lowercase();
            ["are", "were", "эти", "те", "все", "they"].contains(&next.as_str()) || next.ends_with("ли")
        });
        let people = self.nouns(scan, Noun::Customer);
        ranks
            && self.bounds.is_empty()
            && self.filters.iter().all(|filter| filter.metric().is_none())
            && !many
            && !people
    }

    /// "SKU sales", "продажи по артикулам" without its preposition: an article number before a figure says by what it is cut.
    fn take_articles(&mut self, scan: &Scan) {
        if !self.dimensions.is_empty() || self.counts || !self.intents.is_empty() || scan.said.grain.is_some() {
            return;
        }
        let typed = |at: usize| scan.typed(&scan.marks[at]).to_lowercase();
        let article = (0..scan.marks.len()).find(|at| {
            matches!(typed(*at).as_str(), "sku" | "skus")
                && scan.marks.get(at + 1).is_some_and(|next| {
                    matches!(
                        next.what,
                        What::Says(
                            Concept::Noun(Noun::Sales)
                                | Concept::Metric(Metric::Revenue | Metric::Units | Metric::Refunds)
                        )
                    )
                })
        });
        if let Some(at) = article.filter(|at| !self.used[*at]) {
            self.used[at] = true;
            self.dimensions.push(Dimension::Product);
        }
    }

    /// "A list of our customers with their revenue", "list new customers": each of them.
    fn take_list_of(&mut self, scan: &Scan) {
        if !self.dimensions.is_empty() || self.counts || !self.intents.is_empty() || self.share {
            return;
        }
        let list = |mark: &Mark| {
            matches!(scan.typed(mark).to_lowercase().as_str(), "list" | "list of" | "список" | "перечень" | "перечисли")
        };
        let Some(from) = scan.marks.iter().position(list) else { return };
        let skipped = |mark: &Mark| {
            matches!(mark.what, What::Silent | What::Time | What::Says(Concept::Fluff | Concept::Kind(_)))
        };
        let Some(at) = (from + 1..scan.marks.len()).find(|at| !skipped(&scan.marks[*at])) else { return };
        let plural = !singular(&scan.typed(&scan.marks[at]).to_lowercase());
        let dimension = match &scan.marks[at].what {
            What::Says(Concept::Noun(Noun::Customer)) if plural => Dimension::Customer,
            What::Says(Concept::Metric(Metric::NewCustomers | Metric::ReturningCustomers)) => Dimension::Customer,
            What::Says(Concept::Noun(Noun::Product)) if plural => Dimension::Product,
            _ => return,
        };
        self.used[at] |= matches!(scan.marks[at].what, What::Says(Concept::Noun(_)));
        self.dimensions.push(dimension);
    }

    /// "Products by refund amount", "клиенты по выручке": what is named first is listed by a figure.
    pub(super) fn take_listed(&mut self, scan: &Scan) {
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

    /// "In all countries but Germany", "from countries other than Germany": the rest of them together, and no list "by" them.
    fn all_but(&self, scan: &Scan, at: usize, concept: &Concept, asked: &Asked<'_>) -> bool {
        let dimension = match concept {
            Concept::Dimension(dimension) => Some(dimension.clone()),
            Concept::Attribute(place) => attribute(*place, asked.values),
            _ => None,
        };
        let Some(dimension) = dimension else { return false };
        let content = |place: &usize| {
            let typed = scan.typed(&scan.marks[*place]).to_lowercase();
            !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff)) && typed != ","
        };
        let left_out = (at + 1..scan.marks.len())
            .find(content)
            .filter(|place| scan.marks[*place].what == What::Says(Concept::Not));
        let named = left_out.and_then(|not| (not + 1..scan.marks.len()).find(content)).is_some_and(|place| {
            matches!(&scan.marks[place].what, What::Name(entries, _) if entries.iter().any(|entry| entry.dimension == dimension))
        });
        let ranked = self.best.is_some() || self.limit.is_some() || self.compare || self.change.is_some();
        let by = matches!(
            self.concept_before(scan, at),
            Some(Concept::By | Concept::Which | Concept::Top | Concept::Worst | Concept::HowMany)
        );
        let first = (0..scan.marks.len()).find(content) == Some(at);
        named && !ranked && !by && !first && !self.each_of(scan, at)
    }

    /// "Each country but", where a list is asked for: "every" and "all" are of the whole.
    fn each_of(&self, scan: &Scan, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| {
            let typed = scan.typed(&scan.marks[before]).to_lowercase();
            let whole = typed.contains("every") && !typed.starts_with("for");
            scan.marks[before].what == What::Says(Concept::Each) && !whole
        })
    }

    /// "For all countries" after a question about one: no filter on them any more.
    pub(super) fn all_again(&self, scan: &Scan, at: usize, asked: &Asked<'_>, dimension: &Dimension) -> bool {
        let before = at.checked_sub(1).map(|before| scan.typed(&scan.marks[before]).to_lowercase()).unwrap_or_default();
        let all = before.ends_with("всем") || before.ends_with("все") || before.ends_with("всех") || before == "all";
        all && self.metrics.is_empty()
            && asked
                .previous
                .is_some_and(|plan| plan.filter_on(dimension).is_some() && !plan.dimensions.contains(dimension))
    }

    /// "Убери фильтр по стране", "drop the country filter".
    pub(super) fn filter_removed(&self, scan: &Scan, at: usize) -> bool {
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
    pub(super) fn all_together(&self, scan: &Scan, at: usize) -> bool {
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
}
