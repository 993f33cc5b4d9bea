//! Charts as PNG pictures, in the colours of the web UI.

mod canvas;
mod draw;
mod png;

use serde_json::Value;

use crate::{
    action::ReportQuery,
    api::{Forecast, Reply, Report, ReportChart, Table, Workspace},
    error::Result,
    format,
    lang::Lang,
    names,
    state::Link,
    tables, texts,
};
use draw::{Band, Body, Chart, Series, draw};

/// Points beyond which a picture says no more.
const POINTS: usize = 400;

/// A picture with its caption.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) png: Vec<u8>,
    pub(crate) caption: String,
}

/// A picture that was asked for, if it could be drawn: an answer is whole without it.
pub(crate) fn if_drawn(picture: Option<Result<Picture>>) -> Option<Picture> {
    picture.transpose().unwrap_or_else(|error| {
        tracing::warn!(%error, "an answer goes without its picture");
        None
    })
}

/// How a result is drawn, and in what.
struct Look<'a> {
    title: String,
    workspace: &'a Workspace,
    lang: Lang,
    dark: bool,
    grain: Option<&'a str>,
    titles: &'a [crate::api::ReportColumn],
}

fn picture(chart: &Chart) -> Result<Picture> {
    Ok(Picture { png: draw(chart)?, caption: chart.title.clone() })
}

/// The chart of an answer, where it has one.
pub(crate) fn of_answer(reply: &Reply, link: &Link, lang: Lang, dark: bool) -> Option<Result<Picture>> {
    let table = reply.result.as_ref()?;
    let plan = reply.interpretation.as_ref()?;
    let kind = match reply.chart.as_deref()? {
        "line" => "line",
        "bar" => "bar",
        "heatmap" => "heatmap",
        _ => return None,
    };
    // What carries a change, each with its share of it; what it is a key of (a product, a channel) stands before its name.
    let carries = table.place("contribution");
    let figures: Vec<usize> = (0..table.columns.len()).filter(|at| tables::is_figure(table, *at)).collect();
    let value = match carries {
        Some(at) => at,
        None => *figures.iter().find(|at| table.columns[**at].name != "records")?,
    };
    // A key is followed by its name; the name is what people know.
    let keys: Vec<usize> = (0..table.columns.len()).filter(|at| !tables::is_figure(table, *at)).collect();
    let name = |at: usize| table.columns[at].name.clone();
    let label = |wanted: usize| -> Option<String> {
        let is_kind = |at: usize| carries.is_some() && matches!(name(at).as_str(), "dimension" | "key");
        let groups: Vec<usize> = keys.iter().copied().filter(|at| !spare(table, *at) && !is_kind(*at)).collect();
        groups.get(wanted).map(|at| name(*at))
    };
    let chart = ReportChart {
        kind: kind.to_owned(),
        x: label(0)?,
        y: vec![name(value)],
        series: if kind == "heatmap" { Some(label(1)?) } else { None },
    };
    let chart = if kind == "heatmap" {
        ReportChart { x: chart.series.clone()?, series: Some(chart.x.clone()), ..chart }
    } else {
        chart
    };
    let metric = plan["metrics"][0].as_str().unwrap_or(&table.columns[value].name);
    let title = match carries {
        Some(_) => names::title(&format!("{metric}_change"), lang),
        None => names::title(metric, lang),
    };
    let look = Look { title, workspace: &link.workspace, lang, dark, grain: plan["grain"].as_str(), titles: &[] };
    of_table(&chart, table, &look)
}

fn spare(table: &Table, at: usize) -> bool {
    let next = table.columns.get(at + 1).map(|column| column.name.as_str());
    matches!(
        (table.columns[at].name.as_str(), next),
        ("product_id", Some("product")) | ("customer_id", Some("name" | "customer"))
    )
}

/// The chart of a report, as its catalogue says.
pub(crate) fn of_report(
    report: &Report,
    table: &Table,
    query: &ReportQuery,
    link: &Link,
    lang: Lang,
    dark: bool,
) -> Option<Result<Picture>> {
    let look = Look {
        title: lang.pick(&report.title.ru, &report.title.en).clone(),
        workspace: &link.workspace,
        lang,
        dark,
        grain: query.grain.as_deref(),
        titles: &report.columns,
    };
    if report.id == "abc_xyz" {
        let at = table.place("revenue")?;
        let mut values: Vec<f64> = table.rows.iter().filter_map(|row| format::float(row.get(at)?)).collect();
        values.sort_by(|one, other| other.total_cmp(one));
        values.truncate(POINTS);
        return (values.len() > 2).then(|| picture(&chart(&look, &link.workspace.currency, Body::Pareto { values })));
    }
    of_table(&report.chart, table, &look)
}

/// The chart of a forecast: what was, what is expected, and how sure that is.
pub(crate) fn of_forecast(found: &Forecast, link: &Link, lang: Lang, dark: bool) -> Option<Result<Picture>> {
    if found.history.len() < 2 || found.points.is_empty() {
        return None;
    }
    let zone = link.workspace.zone();
    // As much of the past as makes the future readable.
    let past = &found.history[found.history.len().saturating_sub(found.points.len() * 4)..];
    let steps = past.iter().chain(&found.points);
    let labels = steps.map(|point| format::step(&point.period, Some(short_grain(&found.grain)), zone, lang)).collect();
    let was: Vec<Option<f64>> = past.iter().map(|point| format::float(&point.value)).collect();
    let lead = vec![None; past.len().saturating_sub(1)];
    let last = was.last().copied().flatten();
    let mut expected = lead.clone();
    expected.push(last);
    expected.extend(found.points.iter().map(|point| format::float(&point.value)));
    let band = |name: &str, opacity, edges: fn(&crate::api::ForecastPoint) -> (&Value, &Value)| {
        let mut between = lead.iter().map(|_: &Option<f64>| None).collect::<Vec<_>>();
        between.push(last.map(|last| (last, last)));
        between.extend(found.points.iter().map(|point| {
            let (low, high) = edges(point);
            Some((format::float(low)?, format::float(high)?))
        }));
        Band { name: name.to_owned(), between, opacity }
    };
    let body = Body::Lines {
        labels,
        series: vec![
            Series { name: lang.pick("Было", "Past").to_owned(), values: was, dashed: false },
            Series { name: texts::forecast_title(lang).to_owned(), values: expected, dashed: true },
        ],
        bands: vec![
            band(lang.pick("95\u{a0}%", "95%"), 0.16, |point| (&point.lower95, &point.upper95)),
            band(lang.pick("80\u{a0}%", "80%"), 0.3, |point| (&point.lower80, &point.upper80)),
        ],
        percent: found.unit == "ratio",
    };
    let look = Look {
        title: format!("{}: {}", texts::forecast_title(lang), names::title(&found.metric, lang).to_lowercase()),
        workspace: &link.workspace,
        lang,
        dark,
        grain: Some(&found.grain),
        titles: &[],
    };
    Some(picture(&chart(&look, &found.unit, body)))
}

/// A week's range of days is too long below a chart: its first day stands for it.
fn short_grain(grain: &str) -> &str {
    if grain == "week" { "day" } else { grain }
}

fn chart(look: &Look<'_>, unit: &str, body: Body) -> Chart {
    // The font has no sign of the rouble; its code is a unit as well.
    let unit = if format::is_currency(unit) { unit.to_owned() } else { String::new() };
    let subtitle =
        [look.workspace.name.clone(), unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    Chart { title: look.title.clone(), subtitle, lang: look.lang, dark: look.dark, body }
}

/// The chart of a result: nothing where it would show less than two things, or nothing but zeros.
fn of_table(how: &ReportChart, table: &Table, look: &Look<'_>) -> Option<Result<Picture>> {
    let x = table.place(&how.x)?;
    let places: Vec<usize> = how.y.iter().filter_map(|name| table.place(name)).collect();
    let first = *places.first()?;
    if table.rows.len() < 2 {
        return None;
    }
    let rows = &table.rows[..table.rows.len().min(POINTS)];
    let look_of = tables::Look {
        lang: look.lang,
        zone: look.workspace.zone(),
        currency: Some(&look.workspace.currency),
        grain: look.grain.map(short_grain),
        titles: look.titles,
        rows: POINTS,
        file: false,
    };
    let label =
        |row: &[Value], at: usize| tables::cell(row.get(at).unwrap_or(&Value::Null), &table.columns[at], &look_of);
    let value = |row: &[Value], at: usize| format::float(row.get(at).unwrap_or(&Value::Null));
    let unit = match table.columns[first].unit.as_deref() {
        Some("currency") => look.workspace.currency.clone(),
        unit => unit.unwrap_or_default().to_owned(),
    };
    let percent = unit == "ratio";
    let named = |at: usize| {
        let column = &table.columns[at];
        let known = look.titles.iter().find(|known| known.name == column.name);
        known.map_or_else(
            || names::title(&column.name, look.lang),
            |known| look.lang.pick(&known.title.ru, &known.title.en).clone(),
        )
    };
    // Figures of one unit share a scale; the others are in the table.
    let alike: Vec<usize> =
        places.iter().copied().filter(|at| table.columns[*at].unit == table.columns[first].unit).collect();
    let series = || -> Vec<Series> {
        alike
            .iter()
            .map(|at| Series {
                name: named(*at),
                values: rows.iter().map(|row| value(row, *at)).collect(),
                dashed: false,
            })
            .collect()
    };
    if rows.iter().all(|row| alike.iter().all(|at| value(row, *at).unwrap_or_default() == 0.0)) {
        return None;
    }
    let labels = || -> Vec<String> { rows.iter().map(|row| label(row, x)).collect() };
    let body = match how.kind.as_str() {
        "line" | "area" if rows.len() > 2 => {
            Body::Lines { labels: labels(), series: series(), bands: Vec::new(), percent }
        }
        "stacked_bar" => Body::Stacked { labels: labels(), series: series() },
        "bar" => {
            let values: Vec<f64> = rows.iter().map(|row| value(row, first).unwrap_or_default()).collect();
            Body::Bars { labels: labels(), values, percent }
        }
        "heatmap" => {
            let by = table.place(how.series.as_deref()?)?;
            grid(rows, x, by, &|row, at| label(row, at), &|row| value(row, first), percent)?
        }
        _ => return None,
    };
    Some(picture(&chart(look, &unit, body)))
}

/// Cells of a heat map from rows of two keys and a value.
fn grid(
    rows: &[Vec<Value>],
    x: usize,
    by: usize,
    label: &dyn Fn(&[Value], usize) -> String,
    value: &dyn Fn(&[Value]) -> Option<f64>,
    percent: bool,
) -> Option<Body> {
    let keys = |at: usize| {
        let mut keys: Vec<(Option<f64>, String)> = Vec::new();
        for row in rows {
            let name = label(row, at);
            if !keys.iter().any(|(_, known)| *known == name) {
                keys.push((format::float(row.get(at)?), name));
            }
        }
        // Hours and ages by number; what is no number stays in its order.
        if keys.iter().all(|(number, _)| number.is_some()) {
            keys.sort_by(|one, other| one.0.unwrap_or_default().total_cmp(&other.0.unwrap_or_default()));
        }
        Some(keys.into_iter().map(|(_, name)| name).collect::<Vec<String>>())
    };
    let (columns, names) = (keys(x)?, keys(by)?);
    let mut cells = vec![vec![None; columns.len()]; names.len()];
    for row in rows {
        let place = (
            names.iter().position(|name| *name == label(row, by)),
            columns.iter().position(|name| *name == label(row, x)),
        );
        if let (Some(down), Some(across)) = place {
            cells[down][across] = value(row);
        }
    }
    (columns.len() > 1 && !names.is_empty()).then_some(Body::Heat { rows: names, columns, cells, percent })
}

#[cfg(test)]
mod tests;
