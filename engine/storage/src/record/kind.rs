//! Fields of a record whose values are known words.

use super::text::{Field, shown, string};

/// A field whose values are known words.
pub(super) trait Word: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// How it is written.
    fn name(self) -> &'static str;
}

/// Reads one of the words; none where the text is empty.
pub(super) fn word<T: Word>(raw: &str) -> Field<T> {
    let expected = || {
        let names: Vec<String> = T::ALL.iter().map(|word| format!("\"{}\"", word.name())).collect();
        format!("one of {}", names.join(", "))
    };
    let text = string(raw, "a text in quotes").map_err(|_| format!("expected {}, got {}", expected(), shown(raw)))?;
    if text.is_empty() {
        return Ok(None);
    }
    match T::ALL.iter().find(|word| word.name() == text) {
        Some(word) => Ok(Some(*word)),
        None => Err(format!("expected {}, got {}", expected(), shown(raw))),
    }
}

/// How far a purchase is. Only completed ones count in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It took place.
    #[default]
    Completed,
    /// It is not paid, or not confirmed.
    Pending,
    /// It did not take place.
    Cancelled,
}

impl Status {
    /// How it is written in requests, answers and SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.name() == name)
    }
}

impl Word for Status {
    const ALL: &'static [Self] = &[Self::Completed, Self::Pending, Self::Cancelled];

    fn name(self) -> &'static str {
        self.name()
    }
}

/// What a line of a purchase is of. Only products are goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// Goods.
    #[default]
    Product,
    /// Work, rent, a warranty.
    Service,
    /// Delivery.
    Shipping,
    /// Money off; its amount is negative.
    Discount,
    /// What is paid for the payment, the packing, the handling.
    Fee,
    /// Tax that stands as a line of its own.
    Tax,
    /// A gift card sold, or one that was paid with.
    GiftCard,
    /// Anything else: a correction, a tip.
    Other,
}

impl LineKind {
    /// How it is written in requests, answers and SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
            Self::Shipping => "shipping",
            Self::Discount => "discount",
            Self::Fee => "fee",
            Self::Tax => "tax",
            Self::GiftCard => "gift_card",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether its quantity counts what was handed over, so that it has the sign of its amount.
    pub(super) fn has_signs(self) -> bool {
        matches!(self, Self::Product | Self::Service)
    }
}

impl Word for LineKind {
    const ALL: &'static [Self] = &[
        Self::Product,
        Self::Service,
        Self::Shipping,
        Self::Discount,
        Self::Fee,
        Self::Tax,
        Self::GiftCard,
        Self::Other,
    ];

    fn name(self) -> &'static str {
        self.name()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use kupets_core::schema::Table;

    use super::*;

    #[test]
    fn words_are_known() {
        assert_eq!(word::<Status>("\"pending\""), Ok(Some(Status::Pending)));
        assert_eq!(word::<LineKind>("\"gift_card\""), Ok(Some(LineKind::GiftCard)));
        assert_eq!(word::<Status>("\"\""), Ok(None));
        for raw in ["\"Pending\"", "\"paid\"", "1", "true"] {
            let message = word::<Status>(raw).unwrap_err();
            assert_eq!(message, format!("expected one of \"completed\", \"pending\", \"cancelled\", got {raw}"));
        }
    }

    #[test]
    fn what_is_not_said_is_what_old_rows_have() {
        assert_eq!(Table::Purchases.default_of("status"), Some(Status::default().name()));
        assert_eq!(Table::Purchases.default_of("kind"), Some(LineKind::default().name()));
        for kind in LineKind::ALL {
            assert_eq!(LineKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(Status::from_name("paid"), None);
    }
}
