//! An answer of the assistant as a message: its words, the table where it is longer than they are, and folded what it was read as.

use serde_json::Value;

use crate::{
    api::{Reply, RowsPage, Table},
    document::{Block, Document, Inline},
    format,
    lang::Lang,
    names,
    state::Link,
    tables::{self, Look},
    texts,
};

/// Rows that the answer's own words tell.
const TOLD: usize = 10;
/// Rows of the folded table.
const ROWS: usize = 60;

/// The message of an answer.
pub(crate) fn answer(reply: &Reply, link: &Link, lang: Lang) -> Document {
    let mut document = Document::text(reply.answer.clone());
    let plan = reply.interpretation.as_ref();
    if let Some(result) = reply.result.as_ref().filter(|result| result.rows.len() > TOLD) {
        let grid = tables::grid(result, &look(link, lang, plan.and_then(|plan| plan["grain"].as_str()), ROWS));
        let title = texts::fill(texts::table_of(lang), &[("count", &result.rows.len().to_string())]);
        document = document.details(title, vec![Block::Table(grid)]);
    }
    let read = read_as(reply, link, lang);
    if !read.is_empty() {
        document = document.details(texts::read_as(lang), vec![Block::Paragraph(vec![Inline::Plain(read.join("\n"))])]);
    }
    document
}

/// How a workspace's figures are shown.
pub(crate) fn look<'a>(link: &'a Link, lang: Lang, grain: Option<&'a str>, rows: usize) -> Look<'a> {
    Look {
        lang,
        zone: link.workspace.zone(),
        currency: Some(&link.workspace.currency),
        grain,
        titles: &[],
        rows,
        file: false,
    }
}

/// What the question was read as, a line each.
fn read_as(reply: &Reply, link: &Link, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(plan) = &reply.interpretation else { return lines };
    let zone = link.workspace.zone();
    let list = |name: &str| -> Vec<String> {
        let values = plan[name].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).map(|name| names::title(name, lang)).collect()
    };
    for (title, found) in [(texts::metric(lang), list("metrics")), (texts::by(lang), list("dimensions"))] {
        if !found.is_empty() {
            lines.push(format!("{title}: {}", found.join(", ")));
        }
    }
    for (title, period) in [(texts::period(lang), &plan["period"]), (texts::compared(lang), &plan["compared_with"])] {
        if let Some(days) = format::span(period["from"].as_str(), period["to"].as_str(), zone, lang) {
            let running = if period["running"] == true { texts::running(lang) } else { "" };
            lines.push(format!("{title}: {days}{running}"));
        }
    }
    for filter in plan["filters"].as_array().into_iter().flatten() {
        let values = filter["labels"].as_array().filter(|labels| !labels.is_empty()).or(filter["values"].as_array());
        let values: Vec<&str> = values.into_iter().flatten().filter_map(Value::as_str).collect();
        let field = names::title(filter["field"].as_str().unwrap_or_default(), lang);
        let op = texts::operator(filter["op"].as_str().unwrap_or_default(), lang);
        lines.push(format!("{field}{op} {}", values.join(", ")).trim_end().to_owned());
    }
    lines.push(match (reply.source.as_str(), &reply.verified) {
        ("verified", Some(name)) => texts::fill(texts::verified(lang), &[("name", name)]),
        (source, _) => texts::source(source, lang).to_owned(),
    });
    lines.push(texts::fill(texts::zone(lang), &[("zone", &link.workspace.time_zone)]));
    lines.retain(|line| !line.is_empty());
    lines
}

/// Records behind an answer.
pub(crate) fn rows(page: &RowsPage, link: &Link, lang: Lang) -> Document {
    if page.rows.is_empty() {
        return Document::text(texts::no_rows(lang));
    }
    let table = Table { columns: page.columns.clone(), rows: page.rows.clone(), ..Table::default() };
    let grid = tables::grid(&table, &look(link, lang, None, ROWS));
    Document::new().heading(texts::rows_behind(lang)).table(grid)
}
