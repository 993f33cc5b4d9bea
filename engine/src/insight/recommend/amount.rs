//! Amounts of the tables as the rules take them.

use kupets_analytics::recommend::Money;

/// Money past 64 bits of ten-thousandths is no believable sum.
pub(super) fn capped(money: i128) -> Money {
    Money::try_from(money).unwrap_or(if money > 0 { Money::MAX } else { Money::MIN })
}
