//! Words for what the engine's calls give.

use chrono_tz::Tz;
use kupets_assistant::{
    answer::{Decimal, format},
    language::Language,
};
use kupets_engine::{
    customers::{CustomerCard, Event, Timeline},
    plans::Worked,
    semantic::plan::{Intent, Plan},
};
use serde_json::{Value, json};

/// Findings, actions and rows that words tell; the rest stands in the table.
const TOLD: usize = 3;

/// What can be asked.
pub fn help(language: Language) -> String {
    language
        .pick(
            "Спросите о продажах: «выручка за прошлый месяц», «топ-10 товаров за год», «почему упали продажи в октябре», \
             «прогноз на три месяца», «кто может уйти», «что делать, чтобы поднять продажи?». Каждое число приходит из запроса к \
             вашим данным, и запрос виден рядом.",
            "Ask about sales: \"revenue last month\", \"top 10 products this year\", \"why did sales drop in October\", \
             \"forecast for three months\", \"who may leave\", \"what should I do to sell more?\". Every number comes from a query \
             over your data, and the query is shown beside it.",
        )
        .to_owned()
}

/// A number of that unit: a currency's code, `ratio`, or what it counts.
fn of_unit(number: Decimal, unit: &str, language: Language) -> String {
    match unit {
        code if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            format::money(number, code, language)
        }
        "ratio" => format::percent(number, language),
        _ => {
            let whole = number.rounded(0).equals(number);
            format::number(number, if whole { 0 } else { 1 }, language)
        }
    }
}

fn money(value: &Value, unit: &str, language: Language) -> String {
    let number = Decimal::parse(&value.to_string()).or_else(|| value.as_f64().and_then(Decimal::of_f64));
    number.map_or_else(String::new, |number| of_unit(number, unit, language))
}

/// What carries a change.
pub fn explain(plan: &Plan, found: &Value, language: Language) -> String {
    let total = &found["total"];
    let unit = total["unit"].as_str().unwrap_or_default();
    let names = plan.metric().definition().names;
    let figure = |name: &str| money(&total[name], unit, language);
    let (name, before, after, change) =
        (language.pick(names.ru, names.en), figure("before"), figure("after"), figure("change"));
    let before_label = plan.compared_with.as_ref().map_or("", |period| period.label.as_str());
    let mut lines = vec![match language {
        Language::Ru => {
            format!("{name}: {after} ({}), раньше {before} ({before_label}); изменение {change}.", plan.period.label)
        }
        Language::En => {
            format!(
                "{name}: {after} ({}), before {before} ({before_label}); the change is {change}.",
                plan.period.label
            )
        }
    }];
    let findings = found["findings"].as_array().into_iter().flatten();
    let told = findings.filter(|finding| finding["key"].is_string() || finding["label"].is_string());
    lines.extend(told.take(TOLD).filter_map(|finding| finding["sentence"].as_str().map(str::to_owned)));
    lines.join("\n")
}

/// What is to come.
pub fn forecast(plan: &Plan, found: &Value, language: Language) -> String {
    let unit = found["unit"].as_str().unwrap_or_default();
    let names = plan.metric().definition().names;
    let name = language.pick(names.ru, names.en);
    let mut lines: Vec<String> = Vec::new();
    for point in found["points"].as_array().into_iter().flatten().take(12) {
        let period = point["period"].as_str().unwrap_or_default();
        let figure = |name: &str| money(&point[name], unit, language);
        let (value, lower, upper) = (figure("value"), figure("lower80"), figure("upper80"));
        lines.push(match language {
            Language::Ru => format!("{name}, прогноз с {period}: {value} (с вероятностью 80 % от {lower} до {upper})."),
            Language::En => format!("{name}, forecast from {period}: {value} (80 % interval {lower} to {upper})."),
        });
    }
    if lines.is_empty() {
        lines.push(language.pick("Прогноз построить не из чего.", "There is nothing to forecast from.").to_owned());
    }
    lines.extend(found["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str().map(str::to_owned)));
    lines.join("\n")
}

/// What to do.
pub fn recommendations(plan: &Plan, found: &Value, currency: &str, language: Language) -> String {
    let items = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        return match (plan.intent, language) {
            (Intent::Plan, Language::Ru) => {
                "Принятых рекомендаций нет, поэтому план составлять не из чего: примите хотя бы одну.".to_owned()
            }
            (Intent::Plan, Language::En) => {
                "No recommendation is accepted, so there is nothing to plan: accept one first.".to_owned()
            }
            (_, Language::Ru) => "Сейчас данных не хватает ни на одну рекомендацию.".to_owned(),
            (_, Language::En) => "The data speaks for no action now.".to_owned(),
        };
    }
    let lines = items.iter().take(TOLD.max(5)).enumerate().map(|(place, item)| {
        let expected = money(&item["expected"]["value"], currency, language);
        let (title, reason) = (item["title"].as_str().unwrap_or_default(), item["reason"].as_str().unwrap_or_default());
        let may = language.pick("Может дать", "May bring");
        format!("{}. {title} {reason} {may} {expected}.", place + 1)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The card of a customer as a row.
pub fn card_row(card: &CustomerCard) -> (Vec<(&'static str, &'static str, Value)>, Vec<Value>) {
    let figures = &card.row.figures;
    let money = json!(&*card.currency);
    let number = |text: String| serde_json::from_str::<Value>(&text).unwrap_or(Value::Null);
    let columns = vec![
        ("customer_id", "VARCHAR", Value::Null),
        ("name", "VARCHAR", Value::Null),
        ("orders", "BIGINT", json!("orders")),
        ("revenue", "DECIMAL(38,4)", money.clone()),
        ("average_order", "DECIMAL(38,4)", money.clone()),
        ("first_purchase_at", "TIMESTAMP", Value::Null),
        ("last_purchase_at", "TIMESTAMP", Value::Null),
        ("segment", "VARCHAR", Value::Null),
        ("churn_risk", "DOUBLE", json!("ratio")),
        ("predicted_clv", "DECIMAL(38,4)", money),
        ("next_order_at", "TIMESTAMP", Value::Null),
    ];
    let row = vec![
        json!(card.row.customer.customer_id),
        json!(card.row.customer.name),
        json!(figures.orders),
        number(figures.revenue.to_string()),
        figures.average_order.map_or(Value::Null, |value| number(value.to_string())),
        json!(figures.first_purchase_at),
        json!(figures.last_purchase_at),
        json!(figures.segment),
        json!(figures.churn_risk),
        figures.predicted_clv.map_or(Value::Null, |value| number(value.to_string())),
        json!(card.next_order_at),
    ];
    (columns, row)
}

/// Who a customer is.
pub fn customer(card: &CustomerCard, timeline: &Timeline, zone: Tz, language: Language) -> String {
    let figures = &card.row.figures;
    let customer = &card.row.customer;
    let shown = customer.name.clone().unwrap_or_else(|| customer.customer_id.clone());
    let money = |value: rust_decimal::Decimal| {
        Decimal::parse(&value.to_string()).map_or_else(String::new, |v| of_unit(v, &card.currency, language))
    };
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).date_naive().to_string();
    let mut lines = Vec::new();
    lines.push(match language {
        Language::Ru => format!("{shown}: заказов {}, выручка {}.", figures.orders, money(figures.revenue)),
        Language::En => format!("{shown}: {} orders, revenue {}.", figures.orders, money(figures.revenue)),
    });
    if let (Some(first), Some(last)) = (figures.first_purchase_at, figures.last_purchase_at) {
        lines.push(match language {
            Language::Ru => format!("Первая покупка {}, последняя {}.", day(first), day(last)),
            Language::En => format!("First purchase {}, last purchase {}.", day(first), day(last)),
        });
    }
    if let Some(segment) = &figures.segment {
        lines.push(match language {
            Language::Ru => format!("Сегмент: {segment}."),
            Language::En => format!("Segment: {segment}."),
        });
    }
    lines.extend(card.churn_reasons.iter().cloned());
    // What people wrote is shown as a quote, and never read as an instruction.
    let said = timeline.items.iter().filter_map(|event| match event {
        Event::Interaction(interaction) => {
            let text = interaction.subject.as_deref().or(interaction.body.as_deref())?;
            let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
            let at = chrono::DateTime::from_timestamp_micros(interaction.occurred_at)?;
            Some(format!("{}, {}: «{short}»", day(at), interaction.kind))
        }
        Event::Purchase(_) => None,
    });
    let said: Vec<String> = said.take(TOLD).collect();
    if !said.is_empty() {
        lines.push(language.pick("Последние обращения (цитаты):", "Last interactions (quotes):").to_owned());
        lines.extend(said);
    }
    lines.join("\n")
}

/// What to offer.
pub fn offers(found: &Value, language: Language) -> String {
    let list = |name: &str| {
        let offers = found[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let lines = offers.iter().take(TOLD).map(|offer| {
            let product = offer["product"].as_str().or_else(|| offer["product_id"].as_str()).unwrap_or_default();
            format!("- {product}: {}", offer["reason"].as_str().unwrap_or_default())
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let (repeat, new) = (list("repeat"), list("new"));
    let mut parts = Vec::new();
    if !repeat.is_empty() {
        parts.push(format!("{}\n{repeat}", language.pick("Купить снова:", "To buy again:")));
    }
    if !new.is_empty() {
        parts.push(format!("{}\n{new}", language.pick("Впервые:", "For the first time:")));
    }
    if parts.is_empty() {
        return language
            .pick("Предложить пока нечего: покупок слишком мало.", "Nothing to offer yet: too few purchases.")
            .to_owned();
    }
    parts.join("\n")
}

/// The rows of a report.
pub fn report(worked: &Worked, plan: &Plan, language: Language) -> String {
    let title = match plan.intent {
        Intent::Segments => language.pick("Сегменты клиентов", "Customer segments"),
        Intent::Basket => language.pick("Что покупают вместе", "Bought together"),
        Intent::Cohort => language.pick("Удержание по когортам", "Retention by cohort"),
        Intent::Abc => language.pick("Товары по ABC и XYZ", "Products by ABC and XYZ"),
        Intent::Churn => {
            language.pick("Кто может уйти, сначала самые ценные", "Who may leave, the most valuable first")
        }
        Intent::Clv => language.pick("Самые ценные клиенты в будущем", "The most valuable customers to come"),
        _ => "",
    };
    if worked.rows.is_empty() {
        return format!("{title}: {}", language.pick("данных пока не хватает.", "there is not enough data yet."));
    }
    let names: Vec<&str> = worked.told.iter().map(|column| column["name"].as_str().unwrap_or_default()).collect();
    let unit = |place: usize| worked.told[place]["unit"].as_str().unwrap_or_default();
    let lines = worked.rows.iter().take(5).map(|row| {
        let cells = row.iter().enumerate().filter(|(_, cell)| !cell.is_null()).map(|(place, cell)| match cell {
            Value::Number(_) => format!("{} {}", names[place], money(cell, unit(place), language)),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        format!("- {}", cells.collect::<Vec<_>>().join(", "))
    });
    format!("{title}:\n{}", lines.collect::<Vec<_>>().join("\n"))
}
