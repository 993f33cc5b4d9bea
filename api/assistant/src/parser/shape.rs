//! Shares, ranks and the course of time.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::period::Expr;
use kupets_semantic::plan::{Filter, Intent, Order, Plan, Subject};

use super::builder::Builder;
use super::concept::{Concept, Noun};
use super::scan::{Mark, What};
use super::time;

impl Builder<'_> {
    /// Shares, ranks and the course of time.
    pub(super) fn set_shape(&mut self, plan: &mut Plan) {
        if !plan.is_statement() || plan.intent == Intent::Rows {
            self.rank_rows(plan);
            return;
        }
        if self.reading.share {
            self.set_share(plan);
        }
        let pairs = plan.filters.iter().find(|filter| filter.values.len() > 1 && filter.dimension().is_some());
        // "Who has more orders, France or Spain".
        let either = self.reading.best.is_some()
            && self.scan.marks.iter().any(|mark| {
                matches!(self.scan.typed(mark).to_lowercase().as_str(), "или" | "or" | "либо" | "vs" | "против")
            });
        // "Which of France, Germany and Spain had the most".
        let which_of = self.reading.best.is_some()
            && pairs.is_some()
            && self.scan.marks.windows(2).any(|pair| {
                pair[0].what == What::Says(Concept::Which)
                    && matches!(self.scan.typed(&pair[1]).to_lowercase().as_str(), "of" | "из")
            });
        let either = either || which_of;
        let who = either && plan.dimensions == [Dimension::Customer] && self.reading.has(self.scan, &Concept::Who);
        if who && pairs.is_some() {
            plan.dimensions.clear();
        }
        if let (true, Some(dimension)) = (
            (self.reading.compare || either) && plan.dimensions.is_empty(),
            pairs.and_then(|filter| filter.dimension().cloned()),
        ) {
            plan.dimensions.push(dimension);
        }
        if self.reading.course && plan.grain.is_none() && plan.compared_with.is_none() && plan.dimensions.is_empty() {
            plan.grain = Some(time::fitting_grain(plan, self.asked.calendar));
            self.assume(
                "шаг по времени выбран по длине периода",
                "the step in time was chosen by the length of the period",
            );
        }
        self.rank(plan);
        self.set_groups(plan);
        self.add_up(plan);
    }

    /// The largest or the smallest orders.
    pub(super) fn rank_rows(&mut self, plan: &mut Plan) {
        if plan.intent == Intent::Rows
            && let Some(best) = self.reading.best
        {
            plan.order = Some(Order { by: plan.metric().name().to_owned(), descending: best });
            // "The biggest order": one of them.
            const ONE: [&str; 12] = [
                "order",
                "purchase",
                "receipt",
                "invoice",
                "transaction",
                "basket",
                "заказ",
                "покупка",
                "чек",
                "сделка",
                "покупку",
                "заказа",
            ];
            let one = self.scan.marks.iter().enumerate().any(|(at, mark)| {
                ONE.contains(&self.scan.typed(mark).to_lowercase().as_str())
                    && matches!(self.reading.concept_before(self.scan, at), Some(Concept::Top | Concept::Worst))
            });
            if one && plan.limit.is_none() {
                plan.limit = Some(1);
            }
        }
    }

    pub(super) fn set_share(&mut self, plan: &mut Plan) {
        // "The percentage of repeat customers in Spain": a rate is a share already.
        if matches!(plan.metrics.as_slice(), [Metric::RepeatRate | Metric::RefundRate]) {
            return;
        }
        if plan.ratio && self.reading.says_ratio(self.scan) {
            return;
        }
        // "The growth of new customers in percent": of what it was before.
        if self.reading.change.is_some() && plan.dimensions.is_empty() && plan.metrics.len() < 2 {
            return;
        }
        let bounds = |filter: &Filter| filter.metric().is_some() || filter.field == Subject::OrderAmount;
        let bound = plan.filters.iter().any(bounds);
        let named = plan.filters.iter().position(|filter| filter.dimension().is_some());
        let orders = self.scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(Noun::Order)));
        let two = plan.metrics.len() == 2 && plan.dimensions.is_empty() && named.is_none();
        let before = plan.period.expr.clone().filter(|_| self.followed).map(|expr| match expr {
            Expr::Only { of, .. } => of.map_or(Expr::Unsaid, |of| *of),
            other => other,
        });
        let whole = self.scan.said.periods.first().map(|found| found.expr.clone());
        let whole = whole.or(before).unwrap_or(Expr::Unsaid);
        if plan.metrics.len() == 2 && self.reading.says_ratio(self.scan) && named.is_none() {
            // "The ratio of new to returning customers".
            plan.ratio = true;
        } else if let Some(days) = plan.period.weekdays
            && plan.dimensions.is_empty()
            && named.is_none()
        {
            // "What share of orders falls on Mondays": the whole is the period with all its days.
            let (calendar, russian) = (self.asked.calendar, self.language.russian());
            if time::set_period(plan, &whole, calendar, russian).is_ok() && plan.period.weekdays.is_none() {
                let values: Vec<String> = days.days().map(|day| day.to_string()).collect();
                let mut filter = Filter::one_of(Dimension::Weekday, values.clone(), values);
                filter.part = true;
                plan.filters.push(filter);
                plan.share = true;
            }
        } else if two && plan.metrics.contains(&Metric::Refunds) && !orders {
            // "What share of gross sales was refunded": refunds are a part of what they are named beside.
            plan.metrics.sort_by_key(|metric| *metric != Metric::Refunds);
            plan.ratio = true;
        } else if plan.metrics.contains(&Metric::Refunds) && orders {
            // Which orders were refunded is not a figure here.
            let (ru, en) = Metric::Refunds.definition().names.titles();
            let word = self.say(ru, en);
            self.reading.unexplained.push(word);
        } else if plan.metrics == [Metric::Refunds]
            && let Some(place) = named.filter(|_| self.of_all_refunds())
        {
            // "What percentage of all refunds came from Germany".
            plan.share = true;
            plan.filters[place].part = true;
        } else if plan.metrics.contains(&Metric::Refunds) {
            plan.metrics = vec![Metric::RefundRate];
        } else if matches!(plan.metrics.first(), Some(Metric::NewCustomers | Metric::ReturningCustomers))
            && plan.dimensions.is_empty()
            && !self.share_of_name()
        {
            plan.metrics = vec![plan.metric(), Metric::Customers];
            plan.ratio = true;
        } else if plan.metrics.len() == 2 && plan.dimensions.is_empty() && named.is_none() {
            plan.ratio = true;
        } else if !plan.dimensions.is_empty() {
            plan.share = true;
        } else if let Some(place) = named {
            plan.share = true;
            plan.filters[place].part = true;
        } else if bound {
            plan.share = true;
            for filter in plan.filters.iter_mut().filter(|filter| bounds(filter)) {
                filter.part = true;
            }
        }
        if plan.metrics.is_empty() {
            self.guess_metric(plan);
        }
    }

    /// Whether refunds are the whole that a share is of.
    fn of_all_refunds(&self) -> bool {
        let marks = &self.scan.marks;
        let refunds = marks.iter().position(|mark| mark.what == What::Says(Concept::Metric(Metric::Refunds)));
        let all = |word: &str| {
            ["все", "всё", "all", "total", "общ"].iter().any(|start| word.starts_with(start)) || word.ends_with(" all")
        };
        refunds.is_some_and(|refunds| {
            marks
                .iter()
                .take(refunds)
                .skip(refunds.saturating_sub(3))
                .any(|mark| self.scan.typed(mark).to_lowercase().split(' ').any(all))
        })
    }

    /// "The share of Germany among new customers": the part is the name, the whole the new customers.
    fn share_of_name(&self) -> bool {
        let marks = &self.scan.marks;
        (0..marks.len()).any(|at| {
            let next = (at + 1..marks.len())
                .find(|place| !matches!(marks[*place].what, What::Silent | What::Says(Concept::Fluff)));
            let possessive = at.checked_sub(1).is_some_and(|before| {
                matches!(marks[before].what, What::Name(..)) || self.scan.typed(&marks[before]).ends_with("'s")
            });
            marks[at].what == What::Says(Concept::Share)
                && (possessive || next.is_some_and(|next| matches!(marks[next].what, What::Name(..))))
        })
    }

    /// "The highest daily revenue", "рекордная дневная выручка": one step is asked for.
    fn one_step(&self, plan: &Plan) -> bool {
        const ONE: [&str; 22] = [
            "highest",
            "lowest",
            "largest",
            "smallest",
            "biggest",
            "best",
            "worst",
            "record",
            "peak",
            "maximum",
            "max",
            "minimum",
            "min",
            "максимальн",
            "минимальн",
            "рекордн",
            "самая",
            "самой",
            "самую",
            "наибольш",
            "наименьш",
            "пиков",
        ];
        let Some(grain) = self.scan.said.grain.as_ref().filter(|_| plan.dimensions.is_empty()) else { return false };
        let adjective = grain.tokens.len() == 1;
        let before = self.scan.marks.iter().rev().find(|mark| mark.tokens.end <= grain.tokens.start);
        adjective
            && before.is_some_and(|mark| {
                let typed = self.scan.typed(mark).to_lowercase();
                matches!(mark.what, What::Says(Concept::Top | Concept::Worst))
                    && ONE.iter().any(|one| typed.contains(one))
            })
    }

    /// The order and the number of rows.
    pub(super) fn rank(&mut self, plan: &mut Plan) {
        let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
        let reversed = self.reading.has(self.scan, &Concept::Reverse) && !self.followed;
        let Some(best) = self.reading.best.map(|best| best != reversed) else {
            if let (Some(way), true, true) = (self.reading.change, listed, plan.compared_with.is_some()) {
                plan.order = Some(Order { by: "change".to_owned(), descending: way != Some(false) });
            }
            return;
        };
        if !listed {
            let named = self.scan.marks.iter().any(|mark| {
                matches!(mark.what, What::Says(Concept::Noun(Noun::Order) | Concept::Metric(Metric::Orders)))
            });
            if plan.metrics == [Metric::Orders] && named {
                // "The biggest orders".
                plan.intent = Intent::Rows;
                self.rank_rows(plan);
            }
            return;
        }
        if plan.metrics.is_empty() {
            self.guess_metric(plan);
        }
        let by = match (self.reading.change, plan.compared_with.is_some()) {
            (Some(_), true) => "change".to_owned(),
            _ if plan.ratio => "ratio".to_owned(),
            _ => plan.metric().name().to_owned(),
        };
        let descending = match self.reading.change {
            Some(Some(false)) if plan.compared_with.is_some() => !best,
            _ => best,
        };
        plan.order = Some(Order { by, descending });
        if (self.reading.single || self.one_person(plan) || self.one_step(plan)) && plan.limit.is_none() {
            plan.limit = Some(1);
        }
    }

    /// "Кто купил больше всех", "who spent the most": one of them.
    fn one_person(&self, plan: &Plan) -> bool {
        const MOST: [&str; 14] = [
            "больше всех",
            "больше всего",
            "чаще всех",
            "меньше всех",
            "реже всех",
            "most",
            "the most",
            "the least",
            "least",
            "больше остальных",
            "больше других",
            "most often",
            "the most often",
            "the fewest",
        ];
        let marks = &self.scan.marks;
        let ranks = |mark: &Mark| {
            matches!(mark.what, What::Says(Concept::Top | Concept::Worst))
                && MOST.contains(&self.scan.typed(mark).to_lowercase().as_str())
        };
        let who = |mark: &Mark| {
            mark.what == What::Says(Concept::Who)
                && matches!(self.scan.typed(mark).to_lowercase().as_str(), "кто" | "who")
        };
        // "Who were", "кто были": many of them.
        let many =
            marks.iter().any(|mark| matches!(self.scan.typed(mark).to_lowercase().as_str(), "were" | "are" | "были"));
        plan.dimensions == [Dimension::Customer]
            && plan.grain.is_none()
            && !plan.limit_each
            && !many
            && marks.iter().any(who)
            && marks.iter().any(ranks)
    }
}
