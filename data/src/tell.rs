//! How each kind of task becomes records.

use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    calendar::{Buyer, Return, Task},
    events::Events,
    people, price,
    record::{Attributes, Interaction, Item, Purchase, Record},
    words::{
        goods::CATEGORIES,
        people::agents,
        talk::{Topic, talk},
    },
};

/// Purchases after which a customer reaches the next level of the loyalty scheme.
const LEVELS: [(u32, &str); 2] = [(3, "silver"), (8, "gold")];

impl Events {
    pub(crate) fn guest_buys(&mut self, second: u32, lines: u32) {
        let channel = self.channel(None, second);
        self.facts.guest_purchases += 1;
        self.sell(second, None, channel, lines);
    }

    pub(crate) fn newcomer_buys(&mut self, second: u32, lines: u32) {
        let business = self.dice.chance(0.012);
        let number = self.register(second, business);
        let habits = self.shop.story.buyers;
        let channel = self.channel(None, second);
        let buyer = Buyer {
            number,
            // Nobody is so rare that the time to the next visit loses its meaning.
            rate: (self.dice.gamma(habits.r) / habits.alpha).max(1e-6) as f32,
            leaves: self.dice.beta(habits.a, habits.b) as f32,
            last: None,
            orders: 0,
            channel: channel as u8,
            favourite: self.baskets.category(&mut self.dice) as u8,
            business,
        };
        self.facts.buyers += 1;
        self.buyer_buys(second, buyer, channel, lines);
    }

    pub(crate) fn buyer_buys(&mut self, second: u32, mut buyer: Buyer, channel: usize, lines: u32) {
        self.sell(second, Some(&buyer), channel, lines);
        buyer.last = self.basket.first().copied();
        buyer.orders += 1;
        self.facts.repeat_buyers += u64::from(buyer.orders == 2);
        let customer = buyer.number;
        if let Some(&(_, level)) = LEVELS.iter().find(|(orders, _)| *orders == buyer.orders) {
            self.facts.customer_updates += 1;
            self.send(second, Record::Customer(people::promote(customer, level)));
        }
        self.maybe(0.05, (1, 4), Task::Talk { customer, topic: Topic::Delivery });
        self.maybe(0.03, (3, 12), Task::Talk { customer, topic: Topic::Feedback });
        self.maybe(0.01, (5, 90), Task::Relocate { customer });
        if self.dice.chance(f64::from(buyer.leaves)) {
            self.facts.churned += 1;
            self.maybe(0.3, (75, 150), Task::Talk { customer, topic: Topic::WinBack });
        } else {
            self.next_visit(buyer);
        }
    }

    /// Enters a task some days ahead, in working hours, with the given probability.
    fn maybe(&mut self, probability: f64, (soonest, latest): (u32, u32), task: Task) {
        if self.dice.chance(probability) {
            let day = self.day + self.dice.range(soonest, latest) as usize;
            let second = self.dice.range(9 * 3_600, 20 * 3_600);
            self.calendar.enter(day, second, task);
        }
    }

    /// Sends a new customer and gives the number.
    pub(crate) fn register(&mut self, second: u32, business: bool) -> u32 {
        let number = self.facts.customers as u32;
        self.facts.customers += 1;
        // The form is filled in a few minutes before it is sent with the first order.
        let filled_in = second.saturating_sub(self.dice.range(30, 1_200));
        let at = self.shop.moment(self.day, filled_in);
        let locale = self.shop.config.locale;
        let customer = people::register(&mut self.dice, locale, number, business, at);
        let reachable = customer.email.is_some();
        self.send(second, Record::Customer(customer));
        if reachable {
            self.maybe(0.35, (1, 1), Task::Talk { customer: number, topic: Topic::Welcome });
        }
        number
    }

    pub(crate) fn relocate(&mut self, second: u32, customer: u32) {
        self.facts.customer_updates += 1;
        let locale = self.shop.config.locale;
        let change = people::relocate(&mut self.dice, locale, customer);
        self.send(second, Record::Customer(change));
    }

    pub(crate) fn talk(&mut self, second: u32, customer: u32, topic: Topic) {
        let locale = self.shop.config.locale;
        let words = talk(locale, topic);
        self.facts.interactions += 1;
        let outcome = words.outcomes[[0, 0, 0, 1, 1, 2][self.dice.below(6) as usize]];
        let agent = words.agent.then(|| *self.dice.pick(agents(locale)));
        let interaction = Interaction {
            interaction_id: people::numbered('I', 7, self.facts.interactions),
            customer_id: people::customer_id(customer),
            kind: words.kind,
            occurred_at: self.shop.moment(self.day, second),
            channel: words.channel,
            direction: words.direction,
            subject: words.subject,
            body: words.body,
            outcome,
            agent,
        };
        self.send(second, Record::Interaction(interaction));
    }

    /// Sells a basket, which stays in `self.basket`, and decides what of it will come back.
    fn sell(&mut self, second: u32, buyer: Option<&Buyer>, channel: usize, lines: u32) {
        let shop = self.shop.clone();
        let (config, plan) = (&shop.config, &shop.plan);
        self.baskets.fill(&shop, &mut self.dice, buyer, lines, &mut self.basket);

        let promotion = plan.promotion_days.contains(&self.day).then_some(plan.promotion_category);
        let mut attributes = Attributes::new();
        let mut back = Vec::new();
        let mut items = Vec::with_capacity(self.basket.len());
        for &number in &self.basket {
            let product = shop.catalogue.product(number);
            let category = &CATEGORIES[product.category as usize];
            let mut quantity = 1 + i64::from(self.dice.geometric(category.single, 11));
            if buyer.is_some_and(|b| b.business) {
                quantity *= i64::from(self.dice.range(3, 10));
            }
            let mut cents = product.price(self.day);
            if promotion == Some(product.category as usize) {
                cents = price::reduced(&config.currency, cents, i64::from(shop.story.promotion.discount_percent));
                attributes.entry("promotion").or_insert_with(|| json!(shop.story.promotion.code));
            }
            if self.dice.chance(category.returned) {
                // Of several pieces often only one is wrong.
                let returned = if self.dice.chance(0.5) { quantity } else { 1 };
                back.push((number, -returned, cents));
            }
            items.push(item(&shop, number, quantity, cents));
        }
        self.facts.purchases += 1;
        self.facts.lines += items.len() as u64;
        let purchase = Purchase {
            purchase_id: purchase_id(self.facts.purchases),
            customer_id: buyer.map(|b| people::customer_id(b.number)),
            occurred_at: shop.moment(self.day, second),
            currency: config.currency.clone(),
            channel: shop.story.channels[channel].channel,
            items,
            attributes,
        };
        if !back.is_empty() {
            self.will_return(buyer.map(|b| b.number), &purchase, back);
        }
        if self.dice.chance(0.003) {
            let later = self.dice.range(0, 86_399);
            self.calendar.enter(self.day + 1, later, Task::Resend(Box::new(purchase.clone())));
        }
        self.send(second, Record::Purchase(purchase));
    }

    fn will_return(&mut self, customer: Option<u32>, purchase: &Purchase, lines: Vec<(u32, i64, i64)>) {
        let day = self.day + self.dice.range(3, 20) as usize;
        if let Some(customer) = customer
            && self.dice.chance(0.6)
        {
            let before = day - self.dice.range(1, 2) as usize;
            let second = self.dice.range(9 * 3_600, 20 * 3_600);
            self.calendar.enter(before, second, Task::Talk { customer, topic: Topic::Complaint });
        }
        let second = self.dice.range(10 * 3_600, 20 * 3_600);
        let back = Return {
            purchase_id: purchase.purchase_id.clone(),
            customer_id: purchase.customer_id.clone(),
            channel: purchase.channel,
            lines,
        };
        self.calendar.enter(day, second, Task::Return(Box::new(back)));
    }

    pub(crate) fn take_back(&mut self, second: u32, back: Return) {
        let shop = self.shop.clone();
        self.facts.purchases += 1;
        self.facts.refunds += 1;
        self.facts.lines += back.lines.len() as u64;
        let items = back.lines.iter().map(|&(number, quantity, cents)| item(&shop, number, quantity, cents)).collect();
        let purchase = Purchase {
            purchase_id: purchase_id(self.facts.purchases),
            customer_id: back.customer_id,
            occurred_at: shop.moment(self.day, second),
            currency: shop.config.currency.clone(),
            channel: back.channel,
            items,
            attributes: Attributes::from([("refund_of", json!(back.purchase_id))]),
        };
        self.send(second, Record::Purchase(purchase));
    }
}

fn item(shop: &crate::blueprint::Blueprint, number: u32, quantity: i64, cents: i64) -> Item {
    let product = shop.catalogue.product(number);
    Item {
        product_id: product.id.clone(),
        product: product.name.clone(),
        category: shop.catalogue.category_names[product.category as usize].clone(),
        quantity,
        unit_price: Decimal::new(cents, 2),
        amount: Decimal::new(cents * quantity, 2),
    }
}

fn purchase_id(number: u64) -> String {
    people::numbered('P', 8, number)
}
