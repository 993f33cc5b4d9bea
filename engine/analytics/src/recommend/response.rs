//! What customers do when they are asked: assumed, or measured.

/// The fewest customers on either side from whom a response is measured.
pub const MEASURED_FEWEST: u32 = 30;

/// The additional share of customers who buy because of an action, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// The lower end of a 95 % interval.
    pub lower: f64,
    /// What is expected.
    pub value: f64,
    /// The upper end.
    pub upper: f64,
    /// Whether it was measured against a hold-out; else it is an assumption.
    pub measured: bool,
}

impl Response {
    const fn assumed(lower: f64, value: f64, upper: f64) -> Self {
        Self { lower, value, upper, measured: false }
    }

    /// What was measured against a hold-out: the difference of the shares of customers who bought, with the interval of Agresti
    /// and Caffo (2000). None with fewer than [`MEASURED_FEWEST`] customers on a side, which says less than the assumption. A
    /// share below 0 counts as 0: asking that keeps people away brings nothing, and how much it costs is the lift's to say.
    #[must_use]
    pub fn measured(asked: u32, asked_bought: u32, held_out: u32, held_out_bought: u32) -> Option<Self> {
        if asked.min(held_out) < MEASURED_FEWEST || asked_bought > asked || held_out_bought > held_out {
            return None;
        }
        let share = |bought: u32, of: u32| f64::from(bought) / f64::from(of);
        // One more who bought and one more who did not, on each side.
        let (a, b) = (share(asked_bought + 1, asked + 2), share(held_out_bought + 1, held_out + 2));
        let error = (a * (1.0 - a) / f64::from(asked + 2) + b * (1.0 - b) / f64::from(held_out + 2)).sqrt();
        let value = share(asked_bought, asked) - share(held_out_bought, held_out);
        // The interval stands around another middle than the difference itself; it is widened to hold it.
        let end = |deviations: f64| (a - b + deviations * error).clamp(0.0, 1.0);
        let value = value.clamp(0.0, 1.0);
        Some(Self { lower: end(-1.96).min(value), value, upper: end(1.96).max(value), measured: true })
    }
}

/// The response to each kind of action that asks customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Responses {
    /// To a win-back.
    pub win_back: Response,
    /// To the call for a second purchase.
    pub second_purchase: Response,
    /// To the offer of a matching product.
    pub bundle: Response,
    /// To a reminder.
    pub reorder: Response,
    /// To a personal word.
    pub key_customer: Response,
    /// Of customers who are shown a product.
    pub promote: Response,
}

impl Default for Responses {
    /// Assumptions: cautious, wide, to be replaced by what the shop measures.
    fn default() -> Self {
        Self {
            win_back: Response::assumed(0.0, 0.03, 0.08),
            second_purchase: Response::assumed(0.0, 0.03, 0.08),
            bundle: Response::assumed(0.0, 0.02, 0.06),
            reorder: Response::assumed(0.0, 0.05, 0.15),
            key_customer: Response::assumed(0.0, 0.1, 0.3),
            promote: Response::assumed(0.0, 0.01, 0.03),
        }
    }
}
