//! Follow-ups about the rows of the list before: the other way round, and the one in such a place.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::plan::{Intent, Order, Plan};
use kupets_semantic::text::numbers;

use super::builder::Builder;
use super::concept::Concept;
use super::scan::What;

/// Places in a list that people name.
const MOST_PLACE: i64 = 10;

impl Builder<'_> {
    /// "Наоборот", "reverse that": the list of before from its other end.
    pub(super) fn turn_round(&mut self, plan: &mut Plan, previous: &Plan) {
        if !self.reading.has(self.scan, &Concept::Reverse) || !plan.is_list() || self.reading.best.is_some() {
            return;
        }
        let by = if plan.dimensions.is_empty() { "period".to_owned() } else { plan.metric().name().to_owned() };
        let descending = !plan.dimensions.is_empty();
        let order = previous.order.clone().unwrap_or(Order { by, descending });
        plan.order = Some(Order { descending: !order.descending, ..order });
    }

    /// "А во втором?", "how many orders did the third one place": the list of before down to that place, which a plan cannot
    /// name by itself. Gives the place.
    pub(super) fn place_in_list(&mut self) -> Option<u32> {
        let previous = self.asked.previous.filter(|plan| plan.is_statement() && plan.intent != Intent::Rows)?;
        let ranked = matches!(previous.dimensions.as_slice(), [one] if !cycle(one))
            && previous.grain.is_none()
            && !previous.limit_each
            && !previous.together;
        let reading = &self.reading;
        let other = !reading.dimensions.is_empty()
            || !reading.filters.is_empty()
            || !reading.bounds.is_empty()
            || !reading.doubts.is_empty()
            || !reading.intents.is_empty()
            || !self.scan.said.periods.is_empty()
            || reading.limit.is_some();
        if !ranked || other {
            return None;
        }
        let mut places = (0..self.scan.marks.len()).filter_map(|at| Some((at, self.place_named(at)?)));
        let (at, place) = places.next().filter(|_| places.next().is_none())?;
        let typed = self.scan.typed(&self.scan.marks[at]);
        self.reading.unexplained.retain(|word| *word != typed);
        if !self.reading.unexplained.is_empty() {
            return None;
        }
        self.reading.used[at] = true;
        self.reading.refers = true;
        Some(place)
    }

    /// The place that a word names: "второй", "the third one".
    fn place_named(&self, at: usize) -> Option<u32> {
        let mark = &self.scan.marks[at];
        let may = matches!(mark.what, What::Unknown | What::Number(_))
            || matches!(mark.what, What::Says(Concept::Odd | Concept::Fluff));
        let ordinal = |start: usize| numbers::ordinal(&self.scan.tokens, start).map(|(number, _)| number);
        let number = mark.tokens.clone().find_map(ordinal).filter(|number| (1..=MOST_PLACE).contains(number))?;
        u32::try_from(number).ok().filter(|_| may)
    }

    /// Ends the list of before at a place, and says so.
    pub(super) fn end_at(&mut self, plan: &mut Plan, place: u32) {
        let descending = plan.order.as_ref().is_none_or(|order| order.descending);
        if plan.order.is_none() {
            plan.order =
                Some(Order { by: plan.metrics.last().unwrap_or(&plan.metric()).name().to_owned(), descending });
        }
        plan.limit = Some(place);
        self.placed = true;
        self.assume(
            &format!("список показан до места {place}: спрошенное — в последней строке"),
            &format!("the list is shown down to place {place}: what was asked for is its last row"),
        );
    }
}

fn cycle(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear)
}
