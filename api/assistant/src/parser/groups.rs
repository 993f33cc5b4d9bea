//! The best of each group, and what the best come to together.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::compile;
use kupets_semantic::period::dates;
use kupets_semantic::plan::{Operator, Plan};

use super::builder::Builder;
use super::concept::Concept;
use super::scan::What;

/// Rows of each group where nobody says how many.
const EACH: u32 = 3;

impl Builder<'_> {
    /// "The top 3 products in each country", "лучший клиент каждого месяца": the limit is of each group.
    pub(super) fn set_groups(&mut self, plan: &mut Plan) {
        if plan.order.is_none() || plan.share || plan.limit_each || plan.compared_with.is_some() {
            return;
        }
        self.group_by_names(plan);
        let cycle = |one: &Dimension| matches!(one, Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear);
        let group =
            |one: &Dimension| self.reading.grouped.contains(one) || self.scan.said.grain.is_some() && cycle(one);
        let (groups, ranked): (Vec<Dimension>, Vec<Dimension>) = plan.dimensions.iter().cloned().partition(group);
        let [listed] = ranked.as_slice() else { return };
        let in_time = plan.grain.is_some() && self.scan.said.grain.is_some();
        if groups.is_empty() && !in_time || self.followed {
            return;
        }
        let one = !self.reading.plural.contains(listed) && self.reading.limit.is_none();
        plan.limit = self.reading.limit.or(one.then_some(1));
        if plan.limit.is_none() {
            plan.limit = Some(EACH);
            self.assume(
                "сколько брать в каждой группе, не сказано: взяты по 3",
                "how many of each was not said: 3 were taken",
            );
        }
        plan.dimensions = groups.into_iter().chain(ranked.iter().cloned()).collect();
        plan.limit_each = true;
    }

    /// "The top 3 products in each of Germany and France": the names are the groups.
    fn group_by_names(&self, plan: &mut Plan) {
        let several = plan.filters.iter().find(|filter| filter.op == Operator::In && filter.values.len() > 1);
        let Some(dimension) = several.and_then(|filter| filter.dimension().cloned()) else { return };
        let alone = plan.dimensions.len() == 1 && !plan.dimensions.contains(&dimension) && plan.grain.is_none();
        if alone && self.reading.has(self.scan, &Concept::Each) {
            plan.dimensions.insert(0, dimension.clone());
            plan.limit_each = true;
            let one = !plan.dimensions.last().is_some_and(|listed| self.reading.plural.contains(listed));
            plan.limit = self.reading.limit.or(one.then_some(1)).or(Some(EACH));
        }
    }

    /// "The share of the ten largest customers", "сколько принесли пять лучших вместе": one figure of them all.
    pub(super) fn add_up(&mut self, plan: &mut Plan) {
        let each = self.reading.has(self.scan, &Concept::Each);
        let one_list = plan.dimensions.len() == 1 && plan.grain.is_none() && !plan.limit_each;
        let together = self.says_together();
        let ranked = plan.order.is_some()
            && plan.limit.is_some()
            && (!self.followed || together)
            && (self.reading.limit.is_some() || self.followed || plan.share)
            && !plan.ratio;
        if each || !one_list || !ranked || plan.compared_with.is_some() || plan.metrics.len() > 1 {
            return;
        }
        plan.together = together && (!plan.share || self.followed) || plan.share && self.share_of_ranked();
        plan.together &= plan.parts(plan.metric());
    }

    /// Whether a share is asked for before the best are named, and not of a list "by" them.
    fn share_of_ranked(&self) -> bool {
        let marks = &self.scan.marks;
        let says = |concept: &Concept| marks.iter().position(|mark| mark.what == What::Says(concept.clone()));
        let best = says(&Concept::Top).into_iter().chain(says(&Concept::Worst)).min();
        let (Some(share), Some(best)) = (says(&Concept::Share), best) else { return false };
        let by = best
            .checked_sub(1)
            .is_some_and(|before| matches!(self.scan.typed(&marks[before]).to_lowercase().as_str(), "by" | "по"));
        share < best && !by || self.share_after(share)
    }

    /// "The top 10 customers' share of revenue": theirs together.
    fn share_after(&self, share: usize) -> bool {
        let marks = &self.scan.marks;
        let typed = |at: usize| marks.get(at).map(|mark| self.scan.typed(mark).to_lowercase()).unwrap_or_default();
        let owner = (0..share).rev().find(|at| !matches!(typed(*at).as_str(), "'" | "s" | "’" | ""));
        let thing = owner.is_some_and(|at| {
            matches!(marks[at].what, What::Says(Concept::Noun(_) | Concept::Dimension(_) | Concept::Attribute(_)))
        });
        thing && (typed(share).ends_with(" of") || typed(share + 1) == "of")
    }

    pub(super) fn says_together(&self) -> bool {
        const TOGETHER: [&str; 11] = [
            "together",
            "combined",
            "in total",
            "altogether",
            "in sum",
            "вместе",
            "суммарно",
            "в сумме",
            "в совокупности",
            "вкупе",
            "в общей сложности",
        ];
        let words: Vec<&str> = self.scan.tokens.iter().map(|token| token.text.as_str()).collect();
        let text = format!(" {} ", words.join(" "));
        TOGETHER.iter().any(|together| text.contains(&format!(" {together} ")))
    }

    /// Which whole steps an average is of, where they are not all of the period.
    pub(super) fn explain_average(&mut self, plan: &Plan) {
        let Ok(Some(steps)) = compile::steps(plan, false, self.asked.calendar) else { return };
        let (first, last) = steps.days();
        if plan.period.days(self.asked.calendar) == (first, Some(last)) {
            return;
        }
        let days = dates(first, Some(last));
        self.assume(
            &format!("среднее посчитано по целым шагам: {}", days.ru),
            &format!("only whole steps are averaged: {}", days.en),
        );
    }
}
