//! Reports: the catalogue, a report for a period, and its files.

use crate::{
    action::{Action, Button, Keyboard, ReportQuery, rows_of},
    api::{self, Report, Table},
    bot::{Bot, Context, Done},
    charts,
    document::{Block, Document, Inline},
    format,
    lang::Lang,
    state::Link,
    tables::{self, Look},
    telegram::File,
    texts,
};

/// Periods that are a button each.
const PERIODS: [&str; 9] = [
    "today",
    "yesterday",
    "last_7_whole_days",
    "last_30_whole_days",
    "month_to_date",
    "last_month",
    "quarter_to_date",
    "year_to_date",
    "last_year",
];
/// Rows in a message; the file has all.
const ROWS: usize = 40;
/// Rows that stand open; more are folded.
const OPEN: usize = 12;

/// `/report`, alone or with a report's name.
pub(super) async fn command(bot: &Bot, cx: &Context, rest: &str) -> Done {
    let wanted = rest.trim().to_lowercase();
    if wanted.is_empty() {
        return catalogue(bot, cx).await;
    }
    let link = bot.link(cx).await?;
    let reports = bot.reports(link).await?;
    let found = reports.iter().find(|report| {
        let titles = [report.id.to_lowercase(), report.title.ru.to_lowercase(), report.title.en.to_lowercase()];
        titles.iter().any(|title| *title == wanted || title.starts_with(&wanted))
    });
    match found {
        Some(report) => run(bot, cx, ReportQuery::of(&report.id, "last_30_whole_days")).await,
        None => catalogue(bot, cx).await,
    }
}

/// The reports that there are; those that need a value the chat cannot give are left to the browser.
pub(super) async fn catalogue(bot: &Bot, cx: &Context) -> Done {
    let link = bot.admitted(cx).await?;
    let reports = bot.reports(link).await?;
    let buttons =
        reports.iter().filter(|report| !report.parameters.iter().any(|parameter| parameter.required)).map(|report| {
            // A cohort that began a month ago has no second month.
            let period = (report.id != "cohort_retention").then(|| "last_30_whole_days".to_owned());
            let query = ReportQuery { id: report.id.clone(), period, ..ReportQuery::default() };
            Button::new(cx.lang.pick(&report.title.ru, &report.title.en).clone(), Action::Report { query })
        });
    let keyboard = rows_of(2, buttons.collect());
    Ok(bot.say(cx, Document::text(texts::choose_report(cx.lang)), keyboard).await?)
}

/// Another period for a report.
pub(super) async fn periods(bot: &Bot, cx: &Context, query: ReportQuery) -> Done {
    bot.admitted(cx).await?;
    let buttons = PERIODS.iter().map(|period| {
        let query = ReportQuery { period: Some((*period).to_owned()), grain: None, ..query.clone() };
        Button::new(texts::period_name(period, cx.lang), Action::Report { query })
    });
    let mut keyboard = rows_of(3, buttons.collect());
    let all = ReportQuery { period: None, grain: None, ..query.clone() };
    keyboard.push(vec![Button::new(texts::all_time(cx.lang), Action::Report { query: all })]);
    Ok(bot.say(cx, Document::text(texts::choose_period(cx.lang)), keyboard).await?)
}

/// `/today`.
pub(super) async fn today(bot: &Bot, cx: &Context) -> Done {
    run(bot, cx, ReportQuery::of("sales_summary", "today")).await
}

/// `/top`, with `products` or `customers`.
pub(super) async fn top(bot: &Bot, cx: &Context, rest: &str) -> Done {
    let rest = rest.trim().to_lowercase();
    let customers = ["кл", "по", "cu", "cl"].iter().any(|begin| rest.starts_with(begin));
    let id = if customers { "top_customers" } else { "top_products" };
    run(bot, cx, ReportQuery { limit: Some(10), ..ReportQuery::of(id, "last_30_whole_days") }).await
}

/// Runs a report and tells it.
pub(super) async fn run(bot: &Bot, cx: &Context, query: ReportQuery) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let query = with_grain(query);
    let reports = bot.reports(link).await?;
    let report = reports.iter().find(|report| report.id == query.id);
    let path = format!("/v1/reports/{}", api::part(&query.id));
    let table: Table = bot.api.get(&link.credential, &path, &parameters(&query, cx.lang)).await?;
    let document = tell(&table, report, &query, link, cx.lang);
    let keyboard = keyboard(&query, &table, cx.lang);
    let picture = report.and_then(|report| charts::of_report(report, &table, &query, link, cx.lang, cx.state.dark));
    let again = Action::Report { query };
    bot.deliver_with(cx, &stage, charts::if_drawn(picture), document, keyboard, Some(again)).await?;
    Ok(())
}

/// Steps in time that give a period a dozen points or so.
fn with_grain(query: ReportQuery) -> ReportQuery {
    let takes = ["sales_over_time", "new_vs_returning", "refunds", "cohort_retention"];
    if query.grain.is_some() || !takes.contains(&query.id.as_str()) {
        return query;
    }
    let grain = match query.period.as_deref() {
        _ if query.id == "cohort_retention" => "month",
        Some("today" | "yesterday") if query.id == "sales_over_time" => "hour",
        Some("year_to_date" | "last_year" | "this_year") | None => "month",
        Some("quarter_to_date") => "week",
        Some(_) => "day",
    };
    ReportQuery { grain: Some(grain.to_owned()), ..query }
}

fn parameters(query: &ReportQuery, lang: Lang) -> Vec<(&'static str, String)> {
    let mut parameters = vec![("locale", lang.code().to_owned())];
    parameters.extend(query.period.clone().map(|period| ("period", period)));
    parameters.extend(query.grain.clone().map(|grain| ("grain", grain)));
    parameters.extend(query.limit.map(|limit| ("limit", limit.to_string())));
    parameters
}

fn tell(table: &Table, report: Option<&Report>, query: &ReportQuery, link: &Link, lang: Lang) -> Document {
    let title = report.map_or_else(|| query.id.clone(), |report| lang.pick(&report.title.ru, &report.title.en).clone());
    let zone = link.workspace.zone();
    let meta = |name: &str| table.meta.get(name).and_then(serde_json::Value::as_str);
    let days = format::span(meta("from"), meta("to"), zone, lang).unwrap_or_else(|| texts::all_time(lang).to_owned());
    let name = query.period.as_deref().map(|period| texts::period_name(period, lang));
    let about = match name {
        Some(name) if !name.is_empty() => format!("{name}: {days}"),
        _ => days,
    };
    let document = Document::new().heading(title).paragraph(vec![Inline::Italic(about)]);
    if table.rows.is_empty() {
        return document.plain(texts::no_records(lang));
    }
    let look = Look {
        lang,
        zone,
        currency: meta("currency").or(Some(&link.workspace.currency)),
        grain: query.grain.as_deref(),
        titles: report.map_or(&[][..], |report| report.columns.as_slice()),
        rows: ROWS,
        file: true,
    };
    let table = if query.id == "sales_summary" { &summary(table) } else { table };
    let mut grid = tables::grid(table, &look);
    if grid.rows.len() <= OPEN {
        return document.table(grid);
    }
    let rest = crate::document::Grid {
        rows: grid.rows.split_off(OPEN),
        columns: grid.columns.clone(),
        note: grid.note.take(),
    };
    document.table(grid).details(texts::more_of_table(lang), vec![Block::Table(rest)])
}

/// In the summary each row has a unit of its own, in a column that people need not see.
fn summary(table: &Table) -> Table {
    let mut told = table.clone();
    let Some(unit) = table.place("unit") else { return told };
    let figures: Vec<usize> = ["value", "previous"].iter().filter_map(|name| table.place(name)).collect();
    for row in told.rows.iter_mut().filter(|row| row.len() > unit) {
        let own = row[unit].clone();
        for at in &figures {
            if let Some(cell) = row.get_mut(*at).filter(|cell| cell.is_number()) {
                *cell = serde_json::json!({"figure": cell.clone(), "unit": own});
            }
        }
        row.remove(unit);
    }
    told.columns.remove(unit);
    told
}

fn keyboard(query: &ReportQuery, table: &Table, lang: Lang) -> Keyboard {
    let mut keyboard = Vec::new();
    if query.id.starts_with("top_") {
        let (id, title) = match query.id.as_str() {
            "top_products" => ("top_customers", texts::top_customers(lang)),
            _ => ("top_products", texts::top_products(lang)),
        };
        keyboard.push(vec![Button::new(
            title,
            Action::Report { query: ReportQuery { id: id.to_owned(), ..query.clone() } },
        )]);
    }
    if query.id == "sales_summary" {
        let over = |period: &str| Action::Report { query: ReportQuery::of("sales_summary", period) };
        let buttons = ["yesterday", "last_7_whole_days", "month_to_date"]
            .map(|period| Button::new(texts::period_name(period, lang), over(period)));
        keyboard.push(buttons.to_vec());
    }
    keyboard.push(vec![Button::new(texts::other_period(lang), Action::Periods { query: query.clone() })]);
    if !table.rows.is_empty() {
        let file = |format: &str| Action::File {
            query: ReportQuery { limit: None, ..query.clone() },
            format: format.to_owned(),
        };
        keyboard.push(vec![Button::new("CSV", file("csv")), Button::new("Excel", file("xlsx"))]);
    }
    keyboard
}

/// Sends a report as a file, with all its rows.
pub(super) async fn file(bot: &Bot, cx: &Context, query: &ReportQuery, format: &str) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let path = format!("/v1/reports/{}", api::part(&query.id));
    let mut parameters = parameters(query, cx.lang);
    parameters.push(("format", format.to_owned()));
    let bytes = bot.api.file(&link.credential, &path, &parameters).await?;
    let media_type = match format {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/csv",
    };
    let period = query.period.as_deref().unwrap_or("all");
    let name = format!("{}-{period}.{format}", query.id);
    let again = Action::File { query: query.clone(), format: format.to_owned() };
    bot.deliver_file(cx, &stage, File { field: "document", name, media_type, bytes }, again).await?;
    if stage.message.is_some() {
        bot.deliver(cx, &stage, Document::text(texts::file_sent(cx.lang)), Vec::new()).await?;
    }
    Ok(())
}
