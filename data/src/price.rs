//! Price points: what a price looks like in each currency.

/// How many units of the currency a dollar's worth of goods costs, roughly. Unknown currencies are priced as dollars.
pub(crate) fn level(currency: &str) -> f64 {
    match currency {
        "RUB" => 90.0,
        "KZT" => 500.0,
        "AMD" => 390.0,
        "JPY" => 150.0,
        "RSD" => 108.0,
        "KGS" => 87.0,
        "INR" => 84.0,
        "UAH" => 41.0,
        "TRY" => 34.0,
        "CZK" => 23.0,
        "MXN" => 18.0,
        "SEK" | "NOK" => 10.0,
        "CNY" => 7.0,
        "BRL" => 5.5,
        "PLN" => 4.0,
        "BYN" => 3.3,
        "GBP" => 0.8,
        _ => 1.0,
    }
}

/// The price point at or near `units` of the currency, in hundredths: 349.90, 1290, 8990 roubles; 12.99, 39.90, 89.00
/// dollars. `style` (0, 1 or 2) chooses the ending of small prices.
pub(crate) fn point(currency: &str, units: f64, style: u32) -> i64 {
    let hundredths = if level(currency) >= 20.0 {
        if units < 500.0 {
            // Kopecks are still written on small price tags; the other currencies of this size have no change left.
            tens(units, 10.0) * 1_000 - if currency == "RUB" { 10 } else { 100 }
        } else if units < 5_000.0 {
            tens(units, 100.0) * 10_000 - 1_000
        } else {
            tens(units, 1_000.0) * 100_000 - 1_000
        }
    } else if units < 20.0 {
        tens(units, 1.0) * 100 - [1, 10, 51][style as usize % 3]
    } else {
        tens(units, 5.0) * 500 - [1, 10, 100][style as usize % 3]
    };
    hundredths.max(9)
}

/// How many steps, at least one.
fn tens(units: f64, step: f64) -> i64 {
    libm::round(units / step).max(1.0) as i64
}

/// The price less a percentage, down to whole units where the currency is small, else to hundredths.
pub(crate) fn reduced(currency: &str, hundredths: i64, percent: i64) -> i64 {
    let price = hundredths * (100 - percent) / 100;
    if level(currency) >= 20.0 && price >= 50_000 { price / 100 * 100 } else { price }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_end_as_on_price_tags() {
        assert_eq!(point("RUB", 351.0, 0), 34_990);
        assert_eq!(point("RUB", 1_311.0, 0), 129_000);
        assert_eq!(point("RUB", 9_217.0, 0), 899_000);
        assert_eq!(point("USD", 13.2, 0), 1_299);
        assert_eq!(point("USD", 13.2, 2), 1_249);
        assert_eq!(point("EUR", 41.0, 1), 3_990);
        assert_eq!(point("KZT", 104.0, 0), 9_900);
        assert_eq!(point("USD", 0.0, 2), 49);
        assert_eq!(reduced("RUB", 129_000, 25), 96_700);
        assert_eq!(reduced("USD", 1_299, 25), 974);
    }
}
