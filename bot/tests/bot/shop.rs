//! What the stand-in for the server knows of its shop.

use std::collections::HashMap;

use serde_json::{Value, json};

fn report(id: &str, ru: &str, en: &str, chart: Value, columns: Value, parameters: Value) -> Value {
    json!({"id": id, "title": {"ru": ru, "en": en}, "description": {"ru": ru, "en": en}, "chart": chart, "columns": columns,
        "parameters": parameters, "currency": true})
}

fn column(name: &str, ru: &str, en: &str) -> Value {
    json!({"name": name, "type": "text", "unit": null, "title": {"ru": ru, "en": en}})
}

pub fn catalogue() -> Value {
    json!({"items": [
        report("sales_summary", "Сводка продаж", "Sales summary", json!({"kind": "figures", "x": "metric", "y": ["value"]}),
            json!([column("metric", "Показатель", "Metric"), column("value", "Значение", "Value"), column("previous", "Период до этого", "Period before"), column("change", "Изменение", "Change"), column("unit", "Единица", "Unit")]), json!([])),
        report("sales_over_time", "Продажи по времени", "Sales over time", json!({"kind": "line", "x": "period", "y": ["revenue", "orders"]}),
            json!([column("period", "Период", "Period"), column("revenue", "Выручка", "Revenue"), column("orders", "Заказы", "Orders")]), json!([])),
        report("top_products", "Лучшие товары", "Top products", json!({"kind": "bar", "x": "product", "y": ["revenue"]}),
            json!([column("product", "Товар", "Product"), column("revenue", "Выручка", "Revenue"), column("units", "Штуки", "Units")]), json!([])),
        report("by_attribute", "По признаку", "By attribute", json!({"kind": "bar", "x": "key", "y": ["revenue"]}), json!([]),
            json!([{"name": "attribute", "type": "text", "default": null, "required": true, "description": {"ru": "", "en": ""}}])),
    ], "next_cursor": null})
}

pub fn table(id: &str) -> Value {
    let column = |name: &str, sql_type: &str, unit: Option<&str>| json!({"name": name, "type": sql_type, "unit": unit});
    let (columns, rows) = match id {
        "sales_summary" => (
            json!([
                column("metric", "VARCHAR", None),
                column("value", "DECIMAL(38,6)", None),
                column("previous", "DECIMAL(38,6)", None),
                column("change", "DOUBLE", Some("ratio")),
                column("unit", "VARCHAR", None)
            ]),
            json!([
                ["revenue", 12500.5, 10000, 0.25, "RUB"],
                ["orders", 14, 20, -0.3, "orders"],
                ["average_order", 892.8929, 500, 0.7858, "RUB"],
                ["repeat_rate", 0.2, null, null, "ratio"]
            ]),
        ),
        "top_products" => (
            json!([
                column("product_id", "VARCHAR", None),
                column("product", "VARCHAR", None),
                column("revenue", "DECIMAL(38,4)", Some("RUB")),
                column("units", "DECIMAL(38,4)", Some("units"))
            ]),
            (1..=14).map(|at| json!([format!("p{at}"), format!("Товар {at}"), 9000 - at * 100, at])).collect(),
        ),
        "top_customers" => (
            json!([
                column("customer_id", "VARCHAR", None),
                column("name", "VARCHAR", None),
                column("revenue", "DECIMAL(38,4)", Some("RUB")),
                column("last_purchase_at", "TIMESTAMP WITH TIME ZONE", None)
            ]),
            json!([["c1", "Иванова & Ко", 800, "2026-04-01T22:30:00Z"], ["c2", null, 20.5, null]]),
        ),
        _ => (
            json!([
                column("period", "TIMESTAMP", None),
                column("revenue", "DECIMAL(38,4)", Some("RUB")),
                column("orders", "BIGINT", Some("orders"))
            ]),
            (1..=20).map(|at| json!([format!("2026-04-{at:02}T00:00:00"), at * at * 10, at])).collect(),
        ),
    };
    json!({"columns": columns, "rows": rows, "meta": {"report": id, "sql": "SELECT 1", "from": "2026-03-31T21:00:00Z", "to": "2026-04-30T21:00:00Z",
        "time_zone": "Europe/Moscow", "currency": "RUB", "snapshot": "1", "rows_scanned": 1, "elapsed_ms": 1, "truncated": false}})
}

pub fn forecast(query: &HashMap<String, String>) -> Value {
    let point = |at: i64, value: i64| json!({"period": format!("2026-{at:02}-01"), "value": value, "lower80": value - 300, "upper80": value + 300, "lower95": value - 600, "upper95": value + 600});
    json!({"metric": query["metric"], "grain": query["grain"], "unit": "RUB",
        "history": (1..=6).map(|at| json!({"period": format!("2026-{at:02}-01"), "value": 3000 + at * 120})).collect::<Vec<_>>(),
        "points": [point(7, 3800), point(8, 3900), point(9, 4000)],
        "model": {"name": "combination", "season": 12, "parts": []}, "backtest": {"smape": 0.081, "mase": 0.7, "coverage95": 0.94, "folds": 3},
        "naive": {"smape": 0.12, "mase": 1.0}, "notes": ["Истории меньше двух лет."], "sql": "SELECT 1", "time_zone": "Europe/Moscow", "snapshot": "1"})
}

pub fn trends() -> Value {
    json!({"from": "2026-03-31T21:00:00Z", "to": "2026-04-30T21:00:00Z", "compared_with": {"from": "2026-02-28T21:00:00Z", "to": "2026-03-31T21:00:00Z"},
        "total": {"metric": "revenue", "unit": "RUB", "before": 2000, "after": 3000, "change": 1000},
        "headline": "Выручка выросла на 50 %.", "notes": [], "snapshot": "1",
        "findings": [{"id": "f1", "kind": "driver", "metric": "revenue", "dimension": "product", "key": "tea", "label": "Чай", "before": 500, "after": 1400,
            "contribution": 900, "since": "2026-04-03", "seasonal": false, "confidence": 1, "sentence": "Чай прибавил 900 ₽: с 500 до 1400 ₽.", "sql": "SELECT 1", "cause": null}]})
}

pub fn recommendation(status: &str) -> Value {
    json!({"id": "r1", "kind": "win_back", "title": "Верните Иванову", "reason": "Не покупала 90 дней, раньше брала каждые 30.",
        "evidence": {"sql": "SELECT 1", "columns": [], "rows": []}, "customers": [{"customer_id": "c1", "name": "Иванова", "held_out": false}],
        "customers_total": 1, "products": [], "expected": {"metric": "revenue", "unit": "RUB", "value": 1200, "lower": 300, "upper": 2500, "method": "assumed_response", "days": 30, "explanation": "Треть таких возвращается."},
        "confidence": 0.9, "falsified_by": "Если она купит сама в течение недели.", "status": status})
}

pub fn customer() -> Value {
    json!({"customer_id": "c1", "name": "Иванова & Ко", "email": "a@example.com", "phone": "+7 900 000-00-00", "created_at": null, "tags": ["vip"], "attributes": {},
        "currency": "RUB", "orders": 7, "revenue": 12500.5, "average_order": 1785.79, "first_purchase_at": "2025-01-10T10:00:00Z", "last_purchase_at": "2026-04-01T22:30:00Z",
        "segment": "loyal", "lifecycle": "active", "churn_risk": 0.31, "predicted_clv": 8000, "updated_at": "2026-04-01T22:30:00Z"})
}
