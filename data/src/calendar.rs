//! What is going to happen on which day.

use crate::{record::Purchase, words::talk::Topic};

/// A registered buyer who has not left: all that is remembered of one.
#[derive(Debug, Clone)]
pub(crate) struct Buyer {
    /// From 0.
    pub number: u32,
    /// Purchases a day of buyers' time.
    pub rate: f32,
    /// Probability of leaving after a purchase.
    pub leaves: f32,
    /// The first product of the last purchase; none before it.
    pub last: Option<u32>,
    /// Purchases so far.
    pub orders: u32,
    /// Usual channel.
    pub channel: u8,
    /// Favourite category.
    pub favourite: u8,
    /// Buys for a firm, in larger quantities.
    pub business: bool,
}

/// Goods that come back.
#[derive(Debug)]
pub(crate) struct Return {
    /// The purchase they were of.
    pub purchase_id: String,
    pub customer_id: Option<String>,
    pub channel: &'static str,
    /// Product, quantity (negative), price in hundredths.
    pub lines: Vec<(u32, i64, i64)>,
}

/// What happens.
#[derive(Debug)]
pub(crate) enum Task {
    /// Somebody unknown buys that many lines.
    Guest { lines: u32 },
    /// A new customer registers and buys that many lines.
    First { lines: u32 },
    /// A known buyer comes back: in the channel and for as many lines as are chosen when the day comes.
    Again { buyer: Buyer, channel: usize, lines: u32 },
    /// A new customer registers and does not buy.
    Register,
    /// A customer changes city and telephone number.
    Relocate { customer: u32 },
    /// An interaction.
    Talk { customer: u32, topic: Topic },
    /// Goods come back.
    Return(Box<Return>),
    /// The shop's software sends a purchase a second time, identically.
    Resend(Box<Purchase>),
}

/// A task at a second of a day.
#[derive(Debug)]
pub(crate) struct Planned {
    pub second: u32,
    pub task: Task,
}

/// The tasks of the days to come.
#[derive(Debug)]
pub(crate) struct Calendar {
    days: Vec<Vec<Planned>>,
}

impl Calendar {
    /// An empty one.
    pub fn new(days: usize) -> Self {
        Self { days: std::iter::repeat_with(Vec::new).take(days).collect() }
    }

    /// Enters a task. Beyond the last day it is forgotten.
    pub fn enter(&mut self, day: usize, second: u32, task: Task) {
        if let Some(tasks) = self.days.get_mut(day) {
            tasks.push(Planned { second, task });
        }
    }

    /// Takes out the tasks of a day, in the order in which they were entered, and frees their place.
    pub fn take(&mut self, day: usize) -> Vec<Planned> {
        self.days.get_mut(day).map(std::mem::take).unwrap_or_default()
    }
}
