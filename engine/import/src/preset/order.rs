//! Orders as presets make them, and how they become records.

use rust_decimal::{Decimal, RoundingStrategy};
use xxhash_rust::xxh3::xxh3_64;

use super::super::{
    customer_key::customer_key,
    fault::Fault,
    json::{key, write_string},
    number::rounded,
    time::When,
};

use super::super::words::is_nobody;
pub(super) use super::super::words::{ItemKind, Status};

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in super::super) struct Line {
    pub(in super::super) kind: ItemKind,
    pub(in super::super) product_id: String,
    pub(in super::super) product: String,
    pub(in super::super) category: String,
    /// Size, colour and the like.
    pub(in super::super) variant: String,
    pub(in super::super) quantity: Decimal,
    /// What was paid for the line, after discounts.
    pub(in super::super) amount: Decimal,
    /// What was taken off.
    pub(in super::super) discount: Decimal,
}

impl Line {
    /// A line that is no goods: delivery, tax, a fee.
    pub(super) fn charge(kind: ItemKind, amount: Decimal) -> Self {
        let product = match kind {
            ItemKind::Shipping => "Shipping",
            ItemKind::Tax => "Tax",
            ItemKind::Fee => "Fee",
            ItemKind::Discount => "Discount",
            _ => "Other charges",
        };
        Self { kind, product: product.to_owned(), quantity: Decimal::ONE, amount, ..Self::default() }
    }
}

/// An order or a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Order {
    pub(in super::super) id: String,
    /// Empty: not known.
    pub(in super::super) customer_id: String,
    pub(in super::super) occurred_at: When,
    pub(in super::super) currency: String,
    pub(in super::super) channel: &'static str,
    pub(in super::super) status: Status,
    /// The order that is taken back; empty: this is none.
    pub(in super::super) refund_of: String,
    pub(in super::super) lines: Vec<Line>,
    pub(in super::super) attributes: Vec<(&'static str, String)>,
}

impl Order {
    /// An order of these lines.
    pub(super) fn new(id: &str, occurred_at: When, lines: Vec<Line>) -> Self {
        Self {
            id: id.to_owned(),
            customer_id: String::new(),
            occurred_at,
            currency: String::new(),
            channel: "",
            status: Status::Completed,
            refund_of: String::new(),
            lines,
            attributes: Vec::new(),
        }
    }

    /// What its lines amount to.
    pub(in super::super) fn total(&self) -> Decimal {
        total_of(&self.lines)
    }

    /// The refund of this order, or of a part of it, which takes no goods back as far as is known.
    pub(super) fn refund(&self, number: usize, amount: Decimal, occurred_at: When) -> Self {
        let whole = amount >= self.total();
        let lines = if whole {
            let back = |l: &Line| Line { quantity: -l.quantity, amount: -l.amount, discount: -l.discount, ..l.clone() };
            self.lines.iter().map(back).collect()
        } else {
            vec![Line { kind: ItemKind::Other, amount: -amount, product: "Refund".to_owned(), ..Line::default() }]
        };
        let id = if number > 1 { format!("{}-refund-{number}", self.id) } else { format!("{}-refund", self.id) };
        Self { id, occurred_at, refund_of: self.id.clone(), lines, ..self.clone() }
    }

    /// Makes lines whose quantity and amount have opposite signs such that take no goods. Tells whether there are any.
    pub(in super::super) fn settle_signs(&mut self) -> bool {
        let mut any = false;
        for line in self.lines.iter_mut().filter(|line| line.kind.has_signs()) {
            let none = line.quantity.is_zero() || line.amount.is_zero();
            if !none && line.quantity.is_sign_negative() != line.amount.is_sign_negative() {
                line.kind = ItemKind::Other;
                any = true;
            }
        }
        any
    }

    /// Appends it as a record of the API, and returns a hash of its id.
    ///
    /// # Errors
    /// A time that cannot be written.
    pub(in super::super) fn write(&self, out: &mut Vec<u8>) -> Result<u64, String> {
        let text = |out: &mut Vec<u8>, name: &str, value: &str| {
            if !value.is_empty() {
                out.extend_from_slice(&key(name));
                write_string(out, value);
                out.push(b',');
            }
        };
        out.push(b'{');
        text(out, "purchase_id", &self.id);
        let customer = if is_nobody(&self.customer_id) { "" } else { &self.customer_id };
        text(out, "customer_id", customer_key(customer, false).as_deref().unwrap_or(customer));
        out.extend_from_slice(b"\"occurred_at\":");
        self.occurred_at.write(out)?;
        out.push(b',');
        text(out, "currency", &self.currency);
        text(out, "channel", self.channel);
        // What is known by its export came from the system that exports it.
        text(out, "source", self.channel);
        text(out, "status", if self.status == Status::default() { "" } else { self.status.name() });
        text(out, "refund_of", &self.refund_of);
        out.extend_from_slice(b"\"items\":[");
        for (at, line) in self.lines.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b",{" } else { b"{" });
            text(out, "product_id", &line.product_id);
            text(out, "product", &line.product);
            text(out, "category", &line.category);
            text(out, "variant", &line.variant);
            text(out, "kind", if line.kind == ItemKind::default() { "" } else { line.kind.name() });
            if !line.discount.is_zero() {
                out.extend_from_slice(format!("\"discount\":{},", rounded(line.discount)).as_bytes());
            }
            // A sum alone takes no goods, or back.
            let quantity = if line.kind == ItemKind::Other { Decimal::ZERO } else { line.quantity.normalize() };
            let numbers = format!("\"quantity\":{},\"amount\":{}}}", quantity, rounded(line.amount));
            out.extend_from_slice(numbers.as_bytes());
        }
        out.push(b']');
        let attributes = self.attributes.iter().filter(|(_, value)| !value.is_empty());
        let written: Vec<String> = attributes
            .map(|(name, value)| {
                let mut member = key(name);
                write_string(&mut member, value);
                String::from_utf8_lossy(&member).into_owned()
            })
            .collect();
        if !written.is_empty() {
            out.extend_from_slice(format!(",\"attributes\":{{{}}}", written.join(",")).as_bytes());
        }
        out.push(b'}');
        Ok(xxh3_64(self.id.as_bytes()))
    }
}

/// What came of the rows of one key.
#[derive(Debug, Default)]
pub(in super::super) struct Composed {
    /// Orders and refunds.
    pub(in super::super) orders: Vec<Order>,
    /// Why something of them is left out, with the sum that is.
    pub(in super::super) left_out: Vec<(String, Decimal)>,
}

impl Composed {
    /// Leaves something out.
    pub(super) fn leave_out(&mut self, why: impl Into<String>, amount: Decimal) {
        self.left_out.push((why.into(), amount));
    }
}

/// What lines amount to.
pub(super) fn total_of(lines: &[Line]) -> Decimal {
    lines.iter().map(|line| line.amount).sum()
}

/// Brings lines down to a total, each by its share, so that they sum to it to the last digit.
pub(super) fn spread(lines: &mut [Line], total: Decimal) {
    let gross = total_of(lines);
    if gross == total || gross.is_zero() {
        return;
    }
    let digits = total.scale().max(2);
    let (mut before, mut given) = (Decimal::ZERO, Decimal::ZERO);
    for line in lines {
        before += line.amount;
        // A share of sums that no shop has is not worth more than not to fail.
        let share = before.checked_div(gross).and_then(|share| share.checked_mul(total)).unwrap_or(total);
        let up_to_here = if before == gross {
            total
        } else {
            share.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
        };
        let share = up_to_here - given;
        // Where lines are raised, nothing was taken off.
        line.discount += (line.amount - share).max(Decimal::ZERO);
        line.amount = share;
        given = up_to_here;
    }
}

/// A row's fault in one of its columns.
pub(super) fn fault(row: u64, column: &str, message: impl Into<String>) -> Fault {
    Fault::new(row, column, message.into())
}
