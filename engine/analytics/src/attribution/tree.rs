//! Revenue as a tree of factors: customers x orders each x units an order x price, with price apart from mix.

use super::{apportion::apportion, mix::Ratio, product::factors};

/// What known customers ordered in one period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ordered {
    /// Distinct customers.
    pub customers: i64,
    /// Their orders.
    pub orders: i64,
    /// What the orders come to, in 1/10,000.
    pub revenue: i128,
    /// Of it the goods, in 1/10,000; the rest is delivery, fees, discounts.
    pub goods: i128,
    /// Units of goods, in 1/10,000.
    pub units: i128,
}

/// What each factor adds to the change of what known customers ordered, in 1/10,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    /// More or fewer customers.
    pub customers: i128,
    /// Orders of each.
    pub orders_per_customer: i128,
    /// What an order comes to; the three beside make it up with `other_lines`.
    pub average_order: i128,
    /// Of it: units of an order.
    pub units_per_order: i128,
    /// Of it: the price of a unit; `price` and `mix` make it up.
    pub price_per_unit: i128,
    /// Of it: delivery, fees, discounts of an order.
    pub other_lines: i128,
    /// Of the price of a unit: the same goods at other prices.
    pub price: i128,
    /// Of the price of a unit: dearer or cheaper goods, new and gone ones among them.
    pub mix: i128,
}

/// Splits the change of the revenue of known customers' orders by its factors, by Shapley values on each level (customers x orders
/// each x average order; units x price within the average order), so that every level sums to the one above to the last digit.
///
/// `goods` has, for each product, the revenue above and the units below, both in 1/10,000. With s the share of a product in the
/// units and p its price, `mix` is Σ Δs·p̄ and `price` Σ s̄·Δp (bars for the means of both periods, Bennet 1920); a product that
/// is sold in one period only changes the mix. A factor that a period does not have (no customer, so no orders of each) stands as
/// in the other one: all of that change is then the factor's before it.
pub fn known_orders(before: &Ordered, after: &Ordered, goods: &[Ratio]) -> Factors {
    let (first, second) = (rates(before), rates(after));
    let or = |own: Option<f64>, other: Option<f64>| own.or(other).unwrap_or_default();
    let side = |own: &Rates, other: &Rates| {
        let customers = own.customers;
        [customers, or(own.orders, other.orders), or(own.average, other.average)]
    };
    let (x, y) = (side(&first, &second), side(&second, &first));
    let top = factors(&x, &y);
    let top = apportion(&top, after.revenue - before.revenue);
    let average = top.get(2).copied().unwrap_or_default();
    let units = (or(first.units, second.units), or(second.units, first.units));
    let price = (or(first.price, second.price), or(second.price, first.price));
    // What a factor of three adds is its change times this, made of the other two.
    let weight = (x[0] * x[1] + y[0] * y[1]) / 3.0 + (x[0] * y[1] + y[0] * x[1]) / 6.0;
    let by_units = (units.1 - units.0) * f64::midpoint(price.0, price.1);
    let per_price = f64::midpoint(units.0, units.1) * weight;
    let others = (y[2] - units.1 * price.1) - (x[2] - units.0 * price.0);
    let mut parts = vec![by_units * weight, (price.1 - price.0) * per_price];
    // Where all lines are goods, nothing of a rounding belongs to others.
    if before.revenue != before.goods || after.revenue != after.goods {
        parts.push(others * weight);
    }
    let parts = apportion(&parts, average);
    let of = |parts: &[i128], place: usize| parts.get(place).copied().unwrap_or_default();
    let price_per_unit = of(&parts, 1);
    let (same_goods, other_goods) = price_and_mix(goods);
    let split = apportion(&[same_goods * per_price, other_goods * per_price], price_per_unit);
    Factors {
        customers: of(&top, 0),
        orders_per_customer: of(&top, 1),
        average_order: average,
        units_per_order: of(&parts, 0),
        price_per_unit,
        other_lines: of(&parts, 2),
        price: of(&split, 0),
        mix: of(&split, 1),
    }
}

struct Rates {
    customers: f64,
    orders: Option<f64>,
    average: Option<f64>,
    units: Option<f64>,
    price: Option<f64>,
}

fn rates(of: &Ordered) -> Rates {
    let ratio = |upper: f64, lower: f64| (lower > 0.0).then(|| upper / lower);
    let orders = of.orders as f64;
    Rates {
        customers: of.customers as f64,
        orders: ratio(orders, of.customers as f64),
        average: ratio(of.revenue as f64, orders),
        units: ratio(of.units as f64, orders),
        price: ratio(of.goods as f64, of.units as f64),
    }
}

/// How the price of a unit changed by prices and by mix, in the unit of the price.
fn price_and_mix(goods: &[Ratio]) -> (f64, f64) {
    let all = Ratio::sum(goods);
    let (before, after) = (all.lower.0 as f64, all.lower.1 as f64);
    if before <= 0.0 || after <= 0.0 {
        return (0.0, 0.0);
    }
    let mut found = (0.0, 0.0);
    for product in goods {
        let share = (product.lower.0 as f64 / before, product.lower.1 as f64 / after);
        let money = (product.upper.0 as f64 / before, product.upper.1 as f64 / after);
        if product.lower.0 > 0 && product.lower.1 > 0 {
            let price = (money.0 / share.0, money.1 / share.1);
            found.0 += f64::midpoint(share.0, share.1) * (price.1 - price.0);
            found.1 += (share.1 - share.0) * f64::midpoint(price.0, price.1);
        } else {
            found.1 += money.1 - money.0;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i128 = 10_000;

    fn sums(found: &Factors, before: &Ordered, after: &Ordered) {
        assert_eq!(found.customers + found.orders_per_customer + found.average_order, after.revenue - before.revenue);
        assert_eq!(found.units_per_order + found.price_per_unit + found.other_lines, found.average_order);
        assert_eq!(found.price + found.mix, found.price_per_unit);
    }

    #[test]
    fn one_factor_alone_has_all_of_it() {
        let before = Ordered { customers: 10, orders: 20, revenue: 400 * ONE, goods: 400 * ONE, units: 40 * ONE };
        let goods = |upper, lower| [Ratio { upper, lower }];
        let more = Ordered { customers: 15, orders: 30, revenue: 600 * ONE, goods: 600 * ONE, units: 60 * ONE };
        let found = known_orders(&before, &more, &goods((400 * ONE, 600 * ONE), (400_000, 600_000)));
        assert_eq!((found.customers, found.orders_per_customer, found.average_order), (200 * ONE, 0, 0));
        let often = Ordered { customers: 10, ..more };
        let found = known_orders(&before, &often, &goods((400 * ONE, 600 * ONE), (400_000, 600_000)));
        assert_eq!((found.customers, found.orders_per_customer, found.average_order), (0, 200 * ONE, 0));
        // The same goods, half as dear again.
        let dear = Ordered { revenue: 600 * ONE, goods: 600 * ONE, ..before };
        let found = known_orders(&before, &dear, &goods((400 * ONE, 600 * ONE), (400_000, 400_000)));
        assert_eq!((found.price, found.mix, found.units_per_order), (200 * ONE, 0, 0));
    }

    #[test]
    fn dearer_goods_are_mix_and_dearer_prices_are_price() {
        let before = Ordered { customers: 1, orders: 1, revenue: 20 * ONE, goods: 20 * ONE, units: 10 * ONE };
        let after = Ordered { revenue: 26 * ONE, goods: 26 * ONE, ..before };
        // Two goods at 1 and 3: five of each, then two and eight.
        let moved = [
            Ratio { upper: (5 * ONE, 2 * ONE), lower: (50_000, 20_000) },
            Ratio { upper: (15 * ONE, 24 * ONE), lower: (50_000, 80_000) },
        ];
        let found = known_orders(&before, &after, &moved);
        assert_eq!((found.price, found.mix, found.price_per_unit), (0, 6 * ONE, 6 * ONE));
        // A product that is gone and one that is new change the mix.
        let replaced =
            [Ratio { upper: (20 * ONE, 0), lower: (100_000, 0) }, Ratio { upper: (0, 26 * ONE), lower: (0, 100_000) }];
        assert_eq!(known_orders(&before, &after, &replaced).mix, 6 * ONE);
        // Lower prices and dearer goods that cancel out are told with their own sizes.
        let cancelled = [
            Ratio { upper: (5 * ONE, ONE), lower: (50_000, 20_000) },
            Ratio { upper: (15 * ONE, 19 * ONE), lower: (50_000, 80_000) },
        ];
        let found = known_orders(&before, &before, &cancelled);
        sums(&found, &before, &before);
        assert!(found.price < -4 * ONE && found.mix > 4 * ONE && found.price_per_unit == 0, "{found:?}");
    }

    #[test]
    fn every_level_sums_to_the_last_digit() {
        let mut state = 11_u64;
        let mut next = |below: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % below
        };
        for _ in 0..500 {
            let mut one = || {
                let (customers, units) = (next(40), i128::from(next(900_000)));
                let goods = i128::from(next(70_000_000));
                Ordered {
                    customers,
                    orders: customers + next(60),
                    revenue: goods + i128::from(next(5_000)),
                    goods,
                    units,
                }
            };
            let (before, after) = (one(), one());
            let products: Vec<Ratio> = (0..next(9))
                .map(|_| Ratio {
                    upper: (i128::from(next(900_000)), i128::from(next(900_000))),
                    lower: (next(50_000), next(50_000)),
                })
                .collect();
            let found = known_orders(&before, &after, &products);
            sums(&found, &before, &after);
        }
        let nothing = Ordered::default();
        let some = Ordered { customers: 3, orders: 4, revenue: 77, goods: 77, units: 9 };
        let found = known_orders(&nothing, &some, &[]);
        sums(&found, &nothing, &some);
        assert_eq!((found.customers, found.average_order), (77, 0));
    }
}
