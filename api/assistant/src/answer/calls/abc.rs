//! Products by how much of revenue they bring (ABC) and how evenly they sell (XYZ).

use kupets_semantic::plan::Plan;
use serde::Deserialize;

use super::tell;
use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, keys};
use crate::language::Language;

/// A row of `abc_xyz`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Product {
    /// Its id.
    pub product_id: String,
    /// Its name.
    #[serde(default)]
    pub product: Option<String>,
    /// What it has brought.
    pub revenue: Decimal,
    /// Its share of revenue.
    #[serde(default)]
    pub share: Option<f64>,
    /// `A`, `B` or `C`.
    pub abc: String,
    /// `X`, `Y` or `Z`; missing where it cannot be told.
    #[serde(default)]
    pub xyz: Option<String>,
}

/// The answer, from all rows of the report.
pub fn write(plan: &Plan, products: &[Product], context: &Context<'_>) -> Answer {
    let language = context.language;
    let label = keys::period(plan, language);
    if products.is_empty() {
        let text = match language {
            Language::Ru => format!("Продаж с товарами нет, {label}: делить на классы нечего."),
            Language::En => format!("There are no sales of products, {label}: nothing to sort into classes."),
        };
        return tell::answer(vec![text], Chart::None, None, language);
    }
    let classes: Vec<String> = ["A", "B", "C"]
        .into_iter()
        .map(|class| (class, products.iter().filter(|product| product.abc == class).count() as u64))
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| {
            let word = language.plural(count, ["товар", "товара", "товаров"], ["product", "products"]);
            format!("{class}: {count} {word}")
        })
        .collect();
    let mut lines = vec![format!("ABC/XYZ, {label}. {}.", classes.join("; "))];
    lines.extend(tell::rows(products, language, |product| line(product, context)));
    lines.push(
        language
            .pick(
                "A даёт основную часть выручки, C почти ничего; X продаётся ровно, Z рывками.",
                "A brings most of revenue, C hardly any; X sells evenly, Z by fits and starts.",
            )
            .to_owned(),
    );
    tell::answer(
        lines,
        Chart::Bar,
        Some(("Какие товары хуже всего продаются?", "Which products sell worst?")),
        language,
    )
}

fn line(product: &Product, context: &Context<'_>) -> String {
    let language = context.language;
    let name = tell::named(product.product.as_deref(), &product.product_id, language);
    let share =
        product.share.and_then(|share| tell::chance(share, language)).map_or_else(
            String::new,
            |share| match language {
                Language::Ru => format!(" ({share} выручки)"),
                Language::En => format!(" ({share} of revenue)"),
            },
        );
    let xyz = product.xyz.as_deref().unwrap_or_default();
    format!("{name}: {}{share}, {}{xyz}.", tell::money(product.revenue, context), product.abc)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_semantic::plan::PlanPeriod;

    use super::*;

    fn told(json: &str, language: Language) -> String {
        let context =
            Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        let products: Vec<Product> = serde_json::from_str(json).unwrap();
        let period = PlanPeriod { label: "2011".to_owned(), ..PlanPeriod::default() };
        write(&Plan { period, ..Plan::default() }, &products, &context).text.replace('\u{a0}', " ")
    }

    #[test]
    fn classes_are_counted_and_the_first_products_told() {
        let json = r#"[{"product_id": "P1", "product": "Чай", "revenue": 800, "share": 0.8, "abc": "A", "variation": 0.1, "xyz": "X"},
            {"product_id": "P2", "product": null, "revenue": 200, "share": 0.2, "abc": "C", "variation": null, "xyz": null}]"#;
        let ru = told(json, Language::Ru);
        assert!(ru.starts_with("ABC/XYZ, 2011. A: 1 товар; C: 1 товар.\n1. «Чай» (P1): 800,00 £ (80 % выручки), AX.\n2. P2: 200,00 £ (20 % выручки), C.\n"), "{ru}");
        assert!(told(json, Language::En).contains("1. “Чай” (P1): £800.00 (80% of revenue), AX."));
        assert!(told("[]", Language::Ru).contains("делить на классы нечего"));
        assert!(told("[]", Language::En).contains("nothing to sort"));
    }
}
