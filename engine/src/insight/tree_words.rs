//! The factors of a change in words.

use super::{metric::Metric, parameters::Language, sold::Sold, words};

/// Changes below this share are none to a reader.
const AS_MUCH: f64 = 0.005;

/// A factor as a noun.
pub(super) fn label(factor: &str, language: Language) -> &'static str {
    let (en, ru) = match factor {
        "customers" => ("known customers", "известные покупатели"),
        "orders_per_customer" => ("orders a customer", "заказов на покупателя"),
        "average_order" => ("average order", "средний чек"),
        "units_per_order" => ("units an order", "штук в заказе"),
        "price_per_unit" => ("price a unit", "цена штуки"),
        "price" => ("prices", "цены"),
        "mix" => ("mix of goods", "состав товаров"),
        "other_lines" => ("delivery, fees, discounts", "доставка, сборы, скидки"),
        "guests" => ("orders without a customer", "заказы без покупателя"),
        "guest_orders" => ("their number", "их число"),
        "guest_average_order" => ("their average order", "их средний чек"),
        _ => ("refunds", "возвраты"),
    };
    if language == Language::Ru { ru } else { en }
}

/// How a figure moved: none where there was nothing, or where it stayed.
enum Moved {
    More(String),
    Less(String),
    AsMuch,
    Unknown,
}

fn moved(before: f64, after: f64, language: Language) -> Moved {
    if before <= 0.0 || after < 0.0 {
        return Moved::Unknown;
    }
    let share = after / before - 1.0;
    let text = words::share((share * 1e6).round() as i128, 1_000_000, language).unwrap_or_default();
    match share {
        share if share >= AS_MUCH => Moved::More(text),
        share if share <= -AS_MUCH => Moved::Less(text),
        _ => Moved::AsMuch,
    }
}

/// What the factors did, in a sentence; empty where there is nothing to compare.
pub(super) fn sentence(before: &Sold, after: &Sold, metric: Metric, language: Language) -> String {
    let ratio = |upper: f64, lower: f64| if lower > 0.0 { upper / lower } else { 0.0 };
    let of = |figure: &dyn Fn(&Sold) -> f64| moved(figure(before), figure(after), language);
    let customers = of(&|sold| sold.known.customers as f64);
    let orders = of(&|sold| ratio(sold.known.orders as f64, sold.known.customers as f64));
    let average = of(&|sold| ratio(sold.known.revenue as f64, sold.known.orders as f64));
    let money = metric == Metric::Revenue;
    let guests = match money {
        true => of(&|sold| sold.guest_revenue as f64),
        false => of(&|sold| sold.guest_orders as f64),
    };
    let refunds = of(&|sold| sold.taken_back as f64);
    let known = match language {
        Language::En => [
            said(customers, "{} more known customers", "{} fewer known customers", "as many known customers"),
            said(orders, "each ordering {} more often", "each ordering {} less often", "each ordering as often"),
            said(average, "for {} more an order", "for {} less an order", "for as much an order").filter(|_| money),
        ],
        Language::Ru => [
            said(
                customers,
                "известных покупателей на {} больше",
                "известных покупателей на {} меньше",
                "известных покупателей столько же",
            ),
            said(orders, "каждый заказывал на {} чаще", "каждый заказывал на {} реже", "каждый заказывал так же часто"),
            said(average, "на {} больше за заказ", "на {} меньше за заказ", "на столько же за заказ").filter(|_| money),
        ],
    };
    let (brought_en, brought_ru) = if money { ("brought", "принесли") } else { ("were", "дали") };
    let others = match language {
        Language::En => [
            said(
                guests,
                &format!("orders without a customer {brought_en} {{}} more"),
                &format!("orders without a customer {brought_en} {{}} {}", if money { "less" } else { "fewer" }),
                &format!("orders without a customer {brought_en} as {}", if money { "much" } else { "many" }),
            ),
            said(refunds, "refunds grew by {}", "refunds fell by {}", "refunds stayed").filter(|_| money),
        ],
        Language::Ru => [
            said(
                guests,
                &format!("заказы без покупателя {brought_ru} на {{}} больше"),
                &format!("заказы без покупателя {brought_ru} на {{}} меньше"),
                &format!("заказы без покупателя {brought_ru} столько же"),
            ),
            said(refunds, "возвраты выросли на {}", "возвраты сократились на {}", "возвраты остались прежними")
                .filter(|_| money),
        ],
    };
    let known: Vec<String> = known.into_iter().flatten().collect();
    let mut all: Vec<String> = Vec::new();
    if !known.is_empty() {
        all.push(known.join(", "));
    }
    all.extend(others.into_iter().flatten());
    if all.is_empty() { String::new() } else { words::capital(&format!("{}.", all.join("; "))) }
}

fn said(moved: Moved, more: &str, less: &str, as_much: &str) -> Option<String> {
    match moved {
        Moved::More(by) => Some(more.replace("{}", &by)),
        Moved::Less(by) => Some(less.replace("{}", &by)),
        Moved::AsMuch => Some(as_much.to_owned()),
        Moved::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use kupets_analytics::attribution::Ordered;

    use super::*;

    fn sold(customers: i64, orders: i64, revenue: i128, guests: (i64, i128), taken_back: i128) -> Sold {
        let known = Ordered { customers, orders, revenue, goods: revenue, units: 0 };
        Sold { known, guest_orders: guests.0, guest_revenue: guests.1, taken_back }
    }

    #[test]
    fn november_of_online_retail_in_a_sentence() {
        let before = sold(1364, 1929, 10_393_187_900, (111, 1_156_605_100), 842_746_300);
        let after = sold(1664, 2657, 11_618_173_800, (112, 3_476_789_500), 477_400_800);
        let say = |metric, language| sentence(&before, &after, metric, language).replace('\u{a0}', " ");
        assert_eq!(
            say(Metric::Revenue, Language::En),
            "22 % more known customers, each ordering 13 % more often, for 19 % less an order; orders without a customer \
             brought 201 % more; refunds fell by 43 %."
        );
        assert_eq!(
            say(Metric::Revenue, Language::Ru),
            "Известных покупателей на 22 % больше, каждый заказывал на 13 % чаще, на 19 % меньше за заказ; заказы без \
             покупателя принесли на 201 % больше; возвраты сократились на 43 %."
        );
        assert_eq!(
            say(Metric::Orders, Language::En),
            "22 % more known customers, each ordering 13 % more often; orders without a customer were 0.9 % more."
        );
        assert_eq!(sentence(&Sold::default(), &before, Metric::Revenue, Language::En), "");
    }
}
