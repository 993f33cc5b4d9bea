//! Learns from a history, and answers for its customers.

use super::{
    History, Offer, Offers, RepeatReason,
    demand::{Demand, Moment},
    fresh,
    history::{Line, split_last},
    logistic::{Rows, fit, probability},
    neighbours::Neighbours,
    profile::Profile,
    repeat::{self, Repetition},
};

/// Rows to learn from; beyond it, fewer customers are taken. Weights of a dozen features are exact long before.
const ROWS: usize = 1_000_000;

/// How the weights came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// Customers whose last basket was predicted from those before it. With 0 the weights are the priors: the
    /// history has nobody with two baskets.
    pub customers: u32,
    /// Products bought before, bought again or not.
    pub repeat_rows: usize,
    /// Products never bought before, bought or not.
    pub new_rows: usize,
}

/// Ranks what to offer to the customers of one history.
pub struct Model {
    history: History,
    demand: Demand,
    repetition: Repetition,
    neighbours: Neighbours,
    now: Moment,
    repeat: [f64; repeat::FEATURES],
    new: [f64; fresh::FEATURES],
    learnt: Learnt,
}

impl Model {
    /// Learns from a history. Time grows with the purchases and with the squares of what single customers bought.
    #[must_use]
    pub fn new(history: History) -> Self {
        let demand = Demand::new(&history);
        let (repeat, new, learnt) = learn(&history, &demand);
        Self {
            now: demand.on(history.today(), fresh::BEST),
            demand,
            repetition: Repetition::new(&history),
            neighbours: Neighbours::new(&history),
            repeat,
            new,
            learnt,
            history,
        }
    }

    /// How the weights came about.
    #[must_use]
    pub fn learnt(&self) -> Learnt {
        self.learnt
    }

    /// The best offers to a customer today, up to `limit` of each kind. A customer without purchases gets what sells best.
    #[must_use]
    pub fn offers(&self, customer: u32, limit: usize) -> Offers {
        self.at(self.history.lines(customer), &self.now, limit)
    }

    /// The best offers to a customer on a day not after today: only what was before it counts of their purchases and of
    /// the demand. To check the model on the past.
    #[must_use]
    pub fn offers_on(&self, customer: u32, day: i32, limit: usize) -> Offers {
        let lines = self.history.lines(customer);
        let before = &lines[..lines.partition_point(|line| line.day < day)];
        self.at(before, &self.demand.on(day, fresh::BEST), limit)
    }

    fn at(&self, lines: &[Line], moment: &Moment, limit: usize) -> Offers {
        let profile = Profile::new(lines, moment.day);
        let repeat = profile.items.iter().map(|held| {
            let features = repeat::features(&profile, held, moment, &self.repetition);
            let reason = RepeatReason {
                times: held.times,
                baskets: profile.baskets,
                last_day: held.last_day,
                every_days: held.every_days,
            };
            Offer { item: held.item, score: probability(&self.repeat, &features), reason }
        });
        let candidates = fresh::candidates(&profile, moment, &self.neighbours);
        let new = candidates.iter().map(|candidate| {
            let features = fresh::features(&profile, candidate, moment);
            Offer { item: candidate.item, score: probability(&self.new, &features), reason: candidate.reason }
        });
        Offers { repeat: top(repeat.collect(), limit), new: top(new.collect(), limit) }
    }
}

/// The offers of the highest scores; of equal ones, by item number.
fn top<Reason>(mut offers: Vec<Offer<Reason>>, limit: usize) -> Vec<Offer<Reason>> {
    offers.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
    offers.truncate(limit);
    offers
}

/// Predicts every customer's last basket from what was before it. What is counted over customers (neighbours, repetition) is
/// counted without any last basket, or a basket would help to predict itself; the demand counts earlier days only.
fn learn(history: &History, demand: &Demand) -> ([f64; repeat::FEATURES], [f64; fresh::FEATURES], Learnt) {
    let past = history.before_last();
    let repetition = Repetition::new(&past);
    let neighbours = Neighbours::new(&past);
    let (mut repeats, mut news) = (Rows::new(), Rows::new());
    let eligible: Vec<u32> = (0..history.customers()).filter(|&customer| !past.lines(customer).is_empty()).collect();
    let rows: usize = past.all().map(|lines| lines.len().max(fresh::NEAREST + fresh::BEST)).sum();
    let mut taken: Vec<(i32, u32)> = eligible
        .into_iter()
        .step_by(rows / ROWS + 1)
        .map(|customer| (history.lines(customer).last().map_or(0, |line| line.day), customer))
        .collect();
    // By day, as the demand is looked up once a day.
    taken.sort_unstable();
    for same_day in taken.chunk_by(|a, b| a.0 == b.0) {
        let moment = demand.on(same_day[0].0, fresh::BEST);
        for &(_, customer) in same_day {
            let (lines, basket) = split_last(history.lines(customer));
            let profile = Profile::new(lines, moment.day);
            for held in &profile.items {
                let features = repeat::features(&profile, held, &moment, &repetition);
                repeats.push(features, fresh::contains(basket, held.item));
            }
            for candidate in fresh::candidates(&profile, &moment, &neighbours) {
                let features = fresh::features(&profile, &candidate, &moment);
                news.push(features, fresh::contains(basket, candidate.item));
            }
        }
    }
    let learnt =
        Learnt { customers: taken.len() as u32, repeat_rows: repeats.features.len(), new_rows: news.features.len() };
    (fit(&repeats, repeat::PRIOR), fit(&news, fresh::PRIOR), learnt)
}
