//! Forecast, trends and advice.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    action::{Action, Button, rows_of},
    api::{self, Forecast, Page, Recommendation, Trends},
    bot::{Bot, Context, Done, text_of},
    charts,
    document::{Block, Document, Grid, GridColumn, Inline},
    format, names, texts,
};

/// Findings that are told; the browser has them all.
const FINDINGS: usize = 8;
/// Customers named for a piece of advice.
const NAMED: usize = 10;

/// `/forecast`.
pub(super) async fn forecast(bot: &Bot, cx: &Context, metric: &str, grain: &str) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let lang = cx.lang;
    let horizon = match grain {
        "day" => 14,
        "week" => 8,
        _ => 6,
    };
    let query = [
        ("metric", metric.to_owned()),
        ("grain", grain.to_owned()),
        ("horizon", horizon.to_string()),
        ("locale", lang.code().to_owned()),
    ];
    let found: Forecast = bot.api.get(&link.credential, "/v1/forecast", &query).await?;
    let zone = link.workspace.zone();
    let figure = |value: &Value| format::estimate(value, Some(&found.unit), lang);
    let rows = found.points.iter().map(|point| {
        let between = format!("{} … {}", figure(&point.lower80), figure(&point.upper80));
        vec![format::step(&point.period, Some(&found.grain), zone, lang), figure(&point.value), between]
    });
    let column = |title: &str, right| GridColumn { title: title.to_owned(), right };
    let grid = Grid {
        columns: vec![
            column(texts::period(lang), false),
            column(texts::expected(lang), true),
            column(texts::between80(lang), true),
        ],
        rows: rows.collect(),
        note: None,
    };
    let title = format!("{}: {}", texts::forecast_title(lang), names::title(&found.metric, lang).to_lowercase());
    let mut document = Document::new().heading(title);
    document = if found.points.is_empty() { document.plain(texts::no_forecast(lang)) } else { document.table(grid) };
    let mut about: Vec<String> = found.notes.clone();
    if let Some(name) = text_of(&found.model["name"]) {
        about.push(texts::fill(texts::model_of(lang), &[("name", texts::model(name, lang))]));
    }
    let error = |body: &Option<Value>| body.as_ref().and_then(|body| format::decimal(&body["smape"]));
    if let (Some(own), Some(naive)) = (error(&found.backtest), error(&found.naive)) {
        // The server tells the error in per cent or as a share; a share is at most 2.
        let told = |value: Decimal| {
            format::percent(if value > Decimal::TWO { value / Decimal::ONE_HUNDRED } else { value }, lang)
        };
        about.push(texts::fill(texts::backtest(lang), &[("own", &told(own)), ("naive", &told(naive))]));
    }
    if !about.is_empty() {
        document = document.details(texts::how(lang), vec![Block::Paragraph(vec![Inline::Plain(about.join("\n"))])]);
    }
    let grains = ["day", "week", "month"].iter().filter(|other| **other != grain).map(|other| {
        Button::new(
            texts::by_grain(other, lang),
            Action::Forecast { metric: metric.to_owned(), grain: (*other).to_owned() },
        )
    });
    let metrics = ["revenue", "orders", "customers"].iter().filter(|other| **other != metric).map(|other| {
        Button::new(
            names::title(other, lang),
            Action::Forecast { metric: (*other).to_owned(), grain: grain.to_owned() },
        )
    });
    let mut keyboard = rows_of(2, metrics.collect());
    keyboard.extend(rows_of(2, grains.collect()));
    let picture = charts::of_forecast(&found, link, lang, cx.state.dark);
    let again = Action::Forecast { metric: metric.to_owned(), grain: grain.to_owned() };
    bot.deliver_with(cx, &stage, charts::if_drawn(picture), document, keyboard, Some(again)).await?;
    Ok(())
}

/// `/trends`.
pub(super) async fn trends(bot: &Bot, cx: &Context, period: &str) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let lang = cx.lang;
    let query = [("period", period.to_owned()), ("locale", lang.code().to_owned()), ("limit", FINDINGS.to_string())];
    let found: Trends = bot.api.get(&link.credential, "/v1/trends", &query).await?;
    let document = tell_trends(&found, link, lang);
    let others = ["last_7_whole_days", "last_30_whole_days", "month_to_date", "last_month", "last_quarter"];
    let buttons = others
        .iter()
        .filter(|other| **other != period)
        .map(|other| Button::new(texts::period_name(other, lang), Action::Trends { period: (*other).to_owned() }));
    let mut keyboard = rows_of(2, buttons.collect());
    let why = texts::why_question(lang).to_owned();
    keyboard.push(vec![
        Button::new(texts::what_to_do(lang), Action::Advice { cursor: None }),
        Button::new(texts::why(lang), Action::Ask { words: why, conversation: None }),
    ]);
    bot.deliver(cx, &stage, document, keyboard).await?;
    Ok(())
}

fn tell_trends(found: &Trends, link: &crate::state::Link, lang: crate::lang::Lang) -> Document {
    let zone = link.workspace.zone();
    let unit = Some(found.total.unit.as_str());
    let days = |from: &str, to: &str| format::span(Some(from), Some(to), zone, lang).unwrap_or_default();
    let total = &found.total;
    let ratio = match (format::decimal(&total.before), format::decimal(&total.change)) {
        (Some(before), Some(change)) if before > Decimal::ZERO => {
            format!(" ({})", format::change(change / before, lang))
        }
        _ => String::new(),
    };
    let mut lines = vec![
        Inline::Bold(names::title(&total.metric, lang)),
        Inline::Plain(format!(
            ": {} → {}{ratio}\n{}, {} {}",
            format::figure(&total.before, unit, lang),
            format::figure(&total.after, unit, lang),
            days(&found.from, &found.to),
            texts::beside(lang),
            days(&found.compared_with.from, &found.compared_with.to),
        )),
    ];
    let headline =
        found.headline.as_ref().and_then(|headline| text_of(headline).or_else(|| text_of(&headline["sentence"])));
    if let Some(headline) = headline {
        lines.push(Inline::Plain(format!("\n\n{headline}")));
    }
    let mut document = Document::new().heading(texts::trends_title(lang)).paragraph(lines);
    if found.findings.is_empty() {
        document = document.plain(texts::nothing_moved(lang));
    } else {
        let items = found.findings.iter().take(FINDINGS).map(|finding| vec![Inline::Plain(finding.sentence.clone())]);
        document = document.list(items.collect());
        let told = found.findings.iter().filter(|finding| finding.label.is_some());
        let rows: Vec<Vec<String>> = told
            .map(|finding| {
                let dimension = finding.dimension.as_deref().map(|name| names::title(name, lang)).unwrap_or_default();
                let carries = format::figure(&finding.contribution, unit, lang);
                let label = finding.label.as_deref().unwrap_or_default();
                // Segments and their like have names of ours.
                let label = if matches!(finding.dimension.as_deref(), Some("segment" | "customer_kind")) {
                    names::group(label, lang)
                } else {
                    label.to_owned()
                };
                vec![label, dimension, carries]
            })
            .collect();
        if !rows.is_empty() {
            let column = |title: &str, right| GridColumn { title: title.to_owned(), right };
            let columns = vec![
                column(texts::what(lang), false),
                column(texts::cut_by(lang), false),
                column(texts::carries(lang), true),
            ];
            document =
                document.details(texts::contributions(lang), vec![Block::Table(Grid { columns, rows, note: None })]);
        }
    }
    let notes: Vec<&str> =
        found.notes.iter().filter_map(|note| text_of(note).or_else(|| text_of(&note["sentence"]))).collect();
    if notes.is_empty() { document } else { document.footer(notes.join("\n")) }
}

/// `/recommend`: one piece of advice at a time, with its buttons.
pub(super) async fn advice(bot: &Bot, cx: &Context, cursor: Option<String>) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let lang = cx.lang;
    let mut query = vec![
        ("status", "new".to_owned()),
        ("limit", "1".to_owned()),
        ("customers", NAMED.to_string()),
        ("locale", lang.code().to_owned()),
    ];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let page: Page<Recommendation> = bot.api.get(&link.credential, "/v1/recommendations", &query).await?;
    let Some(found) = page.items.first() else {
        bot.deliver(cx, &stage, Document::text(texts::no_advice(lang)), Vec::new()).await?;
        return Ok(());
    };
    let decide = |text: &str, status: &str| {
        Button::new(text, Action::Decide { id: found.id.clone(), status: status.to_owned() })
    };
    let mut keyboard = vec![vec![decide(texts::accept(lang), "accepted"), decide(texts::dismiss(lang), "dismissed")]];
    let named = found.customers.iter().take(3).map(|customer| {
        let name = customer.name.clone().unwrap_or_else(|| customer.customer_id.clone());
        vec![Button::new(format!("👤 {name}"), Action::Customer { id: customer.customer_id.clone() })]
    });
    keyboard.extend(named);
    if let Some(cursor) = page.next_cursor.clone() {
        keyboard.push(vec![Button::new(texts::next_advice(lang), Action::Advice { cursor: Some(cursor) })]);
    }
    bot.deliver(cx, &stage, tell_advice(found, lang), keyboard).await?;
    Ok(())
}

fn tell_advice(found: &Recommendation, lang: crate::lang::Lang) -> Document {
    let mut document = Document::new().paragraph(vec![Inline::Bold(found.title.clone())]).plain(found.reason.clone());
    let expected = &found.expected;
    if expected.method != "not_estimated" && format::decimal(&expected.value).is_some() {
        let figure = |value: &Value| format::estimate(value, Some(&expected.unit), lang);
        let told = [
            ("value", figure(&expected.value)),
            ("lower", figure(&expected.lower)),
            ("upper", figure(&expected.upper)),
        ];
        let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
        document = document.plain(texts::fill(texts::may_bring(lang), &told));
    }
    let mut inner = Vec::new();
    if !expected.explanation.is_empty() {
        inner.push(Block::Paragraph(vec![Inline::Plain(expected.explanation.clone())]));
    }
    if !found.customers.is_empty() {
        let names: Vec<&str> =
            found.customers.iter().map(|customer| customer.name.as_deref().unwrap_or(&customer.customer_id)).collect();
        let total = found.customers_total.to_string();
        let about = texts::fill(texts::about_customers(lang), &[("total", &total), ("names", &names.join(", "))]);
        inner.push(Block::Paragraph(vec![Inline::Plain(about)]));
    }
    if !found.falsified_by.is_empty() {
        let text = texts::fill(texts::wrong_if(lang), &[("what", &found.falsified_by)]);
        inner.push(Block::Paragraph(vec![Inline::Plain(text)]));
    }
    if inner.is_empty() { document } else { document.details(texts::how(lang), inner) }
}

/// Takes advice, or not.
pub(super) async fn decide(bot: &Bot, cx: &Context, id: &str, status: &str) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let path = format!("/v1/recommendations/{}?locale={}", api::part(id), cx.lang.code());
    bot.api.post(&link.credential, &path, &json!({"status": status})).await?;
    let text = if status == "accepted" { texts::accepted(cx.lang) } else { texts::dismissed(cx.lang) };
    let keyboard = vec![vec![Button::new(texts::next_advice(cx.lang), Action::Advice { cursor: None })]];
    bot.deliver(cx, &stage, Document::text(text), keyboard).await?;
    Ok(())
}
