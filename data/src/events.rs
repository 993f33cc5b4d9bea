//! The stream of events: one day after another, each planned as a whole and then told in the order of time.
//!
//! The number of lines follows the course of demand exactly: goods that come back and buyers who return are counted first,
//! new customers and guests make up the rest of the day. What is remembered is the buyers who have not left, so memory
//! grows with the active customers (about 50 bytes each), not with the lines.

use std::{collections::VecDeque, sync::Arc, vec};

use serde::Serialize;

use crate::{
    basket::{self, Baskets, MEAN_LINES},
    blueprint::Blueprint,
    calendar::{Buyer, Calendar, Planned, Task},
    dice::Dice,
    record::{Event, Record},
    story::{SHOP, WEB},
    words::talk::Topic,
};

/// The most of a day's sales that returning buyers may take: there is always room for somebody new.
const RETURNING_MOST: f64 = 0.78;
/// Customers who register and never buy, for each one who does.
const LOOKERS: f64 = 0.05;

/// What has been sent so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Facts {
    /// Customers registered.
    pub customers: u64,
    /// Of these, customers who have bought.
    pub buyers: u64,
    /// Of these, buyers who have left for good.
    pub churned: u64,
    /// Of the buyers, those with two or more purchases.
    pub repeat_buyers: u64,
    /// Later changes of customers.
    pub customer_updates: u64,
    /// Different purchases, refunds included.
    pub purchases: u64,
    /// Of these, purchases by guests (refunds to them not counted).
    pub guest_purchases: u64,
    /// Of the purchases, refunds.
    pub refunds: u64,
    /// Lines of the different purchases.
    pub lines: u64,
    /// Purchases sent a second time, identically.
    pub resends: u64,
    /// Interactions.
    pub interactions: u64,
}

/// The events of a shop, in the order of time.
#[derive(Debug)]
pub struct Events {
    pub(crate) shop: Arc<Blueprint>,
    pub(crate) dice: Dice,
    pub(crate) calendar: Calendar,
    pub(crate) baskets: Baskets,
    /// The day that is being told; `days` and more at the end.
    pub(crate) day: usize,
    next_day: usize,
    today: vec::IntoIter<Planned>,
    /// Told, not yet taken.
    pub(crate) ready: VecDeque<Event>,
    /// Lines planned so far.
    booked: u64,
    /// Purchases planned so far, refunds not counted, and of these those of guests.
    planned: (u64, u64),
    pub(crate) facts: Facts,
    /// Products of the basket at hand: kept to save allocations.
    pub(crate) basket: Vec<u32>,
}

impl Events {
    pub(crate) fn new(shop: Arc<Blueprint>) -> Self {
        Self {
            dice: Dice::new(shop.config.seed, 4),
            calendar: Calendar::new(shop.demand.days()),
            baskets: Baskets::new(&shop, 0),
            shop,
            day: 0,
            next_day: 0,
            today: Vec::new().into_iter(),
            ready: VecDeque::new(),
            booked: 0,
            planned: (0, 0),
            facts: Facts::default(),
            basket: Vec::new(),
        }
    }

    /// What has been sent so far; with the events already told for the current moment.
    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// Plans the next day. False when there is none.
    fn begin_day(&mut self) -> bool {
        let day = self.next_day;
        let shop = self.shop.clone();
        if day >= shop.demand.days() {
            return false;
        }
        self.day = day;
        self.next_day = day + 1;
        self.baskets = Baskets::new(&shop, day);
        let all = shop.config.lines;
        let target = (all as f64 * shop.demand.sold_by(day) + 0.5) as u64;

        let mut today = Vec::new();
        let mut returning = Vec::new();
        for planned in self.calendar.take(day) {
            match planned.task {
                Task::Again { buyer, .. } => returning.push((planned.second, buyer)),
                Task::Return(mut back) => {
                    back.lines.truncate((all - self.booked) as usize);
                    if !back.lines.is_empty() {
                        self.booked += back.lines.len() as u64;
                        today.push(Planned { second: planned.second, task: Task::Return(back) });
                    }
                }
                _ => today.push(planned),
            }
        }
        self.plan_returning(returning, target, &mut today);
        self.plan_newcomers(target, &mut today);
        // Stable: what was planned first comes first within a second.
        today.sort_by_key(|p| p.second);
        self.today = today.into_iter();
        true
    }

    /// Buyers who come back today. When more would come than the day has room for, chance sends some away until later.
    fn plan_returning(&mut self, returning: Vec<(u32, Buyer)>, target: u64, today: &mut Vec<Planned>) {
        let room = target.saturating_sub(self.booked) as f64 / MEAN_LINES * RETURNING_MOST;
        let come = room.max(1.0) / returning.len().max(1) as f64;
        for (second, buyer) in returning {
            let lines = self.lines();
            if lines == 0 {
                return;
            }
            if come < 1.0 && !self.dice.chance(come) {
                self.next_visit(buyer);
                continue;
            }
            self.booked += u64::from(lines);
            self.planned.0 += 1;
            let usual = self.dice.chance(0.35).then_some(buyer.channel as usize);
            let channel = self.channel(usual, second);
            if channel == SHOP && self.dice.chance(0.3) {
                let before = second.saturating_sub(self.dice.range(300, 2_400));
                today
                    .push(Planned { second: before, task: Task::Talk { customer: buyer.number, topic: Topic::Visit } });
            }
            today.push(Planned { second, task: Task::Again { buyer, channel, lines } });
        }
    }

    /// New customers and guests fill the day up.
    fn plan_newcomers(&mut self, target: u64, today: &mut Vec<Planned>) {
        while self.booked < target {
            let lines = self.lines();
            self.booked += u64::from(lines);
            self.planned.0 += 1;
            let second = self.second();
            // Guests keep their share of all purchases, however many buyers return.
            let wanted = self.shop.story.guest_share * self.planned.0 as f64;
            if self.dice.unit() * 2.0 < wanted - self.planned.1 as f64 {
                self.planned.1 += 1;
                today.push(Planned { second, task: Task::Guest { lines } });
                continue;
            }
            today.push(Planned { second, task: Task::First { lines } });
            if self.dice.chance(LOOKERS) {
                let second = self.second();
                today.push(Planned { second, task: Task::Register });
            }
        }
    }

    /// Lines of another purchase, no more than are left of all.
    fn lines(&mut self) -> u32 {
        let left = self.shop.config.lines.saturating_sub(self.booked);
        basket::lines(&mut self.dice).min(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// A second of today at which somebody buys.
    pub(crate) fn second(&mut self) -> u32 {
        self.shop.demand.second(&mut self.dice, self.day)
    }

    /// The channel of a purchase at that second: the usual one, or one by today's shares.
    pub(crate) fn channel(&mut self, usual: Option<usize>, second: u32) -> usize {
        let channel = usual.unwrap_or_else(|| {
            let part = self.day as f64 / self.shop.demand.days() as f64;
            let mut ticket = self.dice.unit();
            let shares = self.shop.story.channels.map(|c| c.first + (c.last - c.first) * part);
            shares
                .iter()
                .position(|share| {
                    ticket -= share;
                    ticket < 0.0
                })
                .unwrap_or(WEB)
        });
        // The shop is open from ten to nine.
        if channel == SHOP && !(36_000..75_600).contains(&second) { WEB } else { channel }
    }

    /// Enters a buyer's next visit, and sometimes what leads to it.
    pub(crate) fn next_visit(&mut self, buyer: Buyer) {
        let own_days = self.dice.exponential() / f64::from(buyer.rate);
        let Some(day) = self.shop.demand.day_after(self.day, own_days) else { return };
        let second = self.shop.demand.second(&mut self.dice, day);
        let customer = buyer.number;
        let lead = |this: &mut Self, topic, probability, most| {
            if this.dice.chance(probability) {
                let before = day - this.dice.range(1, most) as usize;
                if before > this.day {
                    let second = this.dice.range(9 * 3_600, 20 * 3_600);
                    this.calendar.enter(before, second, Task::Talk { customer, topic });
                }
            }
        };
        // No earlier than today, so that the subtraction cannot go below zero; on today itself it is too late.
        let most = (day - self.day).min(4) as u32;
        lead(self, Topic::Offer, 0.16, most);
        lead(self, Topic::Question, 0.06, most.min(2));
        self.calendar.enter(day, second, Task::Again { buyer, channel: WEB, lines: 0 });
    }

    /// Tells what happens: one or more events, all at the same moment.
    fn tell(&mut self, planned: Planned) {
        let Planned { second, task } = planned;
        match task {
            Task::Guest { lines } => self.guest_buys(second, lines),
            Task::First { lines } => self.newcomer_buys(second, lines),
            Task::Again { buyer, channel, lines } => self.buyer_buys(second, buyer, channel, lines),
            Task::Register => {
                self.register(second, false);
            }
            Task::Relocate { customer } => self.relocate(second, customer),
            Task::Talk { customer, topic } => self.talk(second, customer, topic),
            Task::Return(back) => self.take_back(second, *back),
            Task::Resend(purchase) => {
                self.facts.resends += 1;
                self.send(second, Record::Purchase(*purchase));
            }
        }
    }

    pub(crate) fn send(&mut self, second: u32, record: Record) {
        let at = self.shop.moment(self.day, second);
        self.ready.push_back(Event { at, record });
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            match self.today.next() {
                Some(planned) => self.tell(planned),
                None if self.begin_day() => {}
                None => return None,
            }
        }
    }
}

impl std::iter::FusedIterator for Events {}
