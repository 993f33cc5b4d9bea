//! The header of a report's file: the SQL comments at its top are TOML that says what the report is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language of titles and descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

/// A text in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LocalText)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Text {
    /// The text in that language.
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::Ru => &self.ru,
        }
    }

    /// Line breaks of the file are not part of the text.
    fn unwrap_lines(&mut self) {
        for text in [&mut self.en, &mut self.ru] {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportParameterType)]
pub enum ParameterType {
    /// Any text that is not empty.
    Text,
    /// One of [`Parameter::allowed`].
    Choice,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// An RFC 3339 time, or a date: midnight in the workspace's zone.
    Time,
}

/// A parameter of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportParameter)]
pub struct Parameter {
    /// Its name, in the query string and behind `$` in the SQL.
    pub name: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// What it is when it is not sent, as it would be sent; `to` for a time means the end of the period. None: nothing,
    /// unless it is [`Parameter::required`].
    #[serde(default)]
    #[schema(required = true)]
    pub default: Option<String>,
    /// Whether the report refuses to run without it.
    #[serde(default)]
    #[schema(required = true)]
    pub required: bool,
    /// What it may be, if it is a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The least value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What it does.
    pub description: Text,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportColumnType)]
pub enum ColumnType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// A binary floating-point number: a ratio or an average, never money.
    Number,
    /// A moment in UTC.
    Time,
    /// The beginning of an hour, day, week, month, quarter or year by the workspace's clock, without a zone.
    Period,
    /// True or false.
    Boolean,
}

/// A column of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// What a value counts; `currency` stands for the code of the currency that the report was asked for.
    #[serde(default)]
    #[schema(required = true)]
    pub unit: Option<String>,
    /// Its heading.
    pub title: Text,
}

/// A kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Large numbers.
    Figures,
    /// A line over time.
    Line,
    /// Bars.
    Bar,
    /// Bars on each other over time.
    StackedBar,
    /// A grid of `x` and `series`, coloured by `y`.
    Heatmap,
    /// Only a table.
    Table,
}

/// How the result is best drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Its kind.
    pub kind: ChartKind,
    /// The column along the horizontal axis.
    pub x: String,
    /// The columns drawn, the first one first.
    pub y: Vec<String>,
    /// The column whose values make one series each (the rows of a heat map).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Its name in paths.
    pub id: String,
    /// Its name for people.
    pub title: Text,
    /// What its figures mean.
    pub description: Text,
    /// Whether its figures are of one currency, and it takes `currency`.
    #[serde(default = "yes")]
    #[schema(required = true)]
    pub currency: bool,
    /// What it takes: its own parameters, then those that every report takes.
    #[serde(default)]
    #[schema(required = true)]
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub columns: Vec<ReportColumn>,
    /// How to draw it.
    pub chart: Chart,
    /// The statement, without the header.
    #[serde(skip)]
    pub sql: &'static str,
}

fn yes() -> bool {
    true
}

/// Reads a report's file: comments in TOML, then the statement.
///
/// # Errors
/// What is wrong with the header, with its line, for whoever edits the file.
pub fn parse(file: &str, text: &'static str) -> Result<Report, String> {
    let end = text.split_inclusive('\n').take_while(|line| line.starts_with("--")).map(str::len).sum();
    let (comments, sql) = text.split_at(end);
    let toml = comments.lines().map(|line| line[2..].strip_prefix(' ').unwrap_or(&line[2..]));
    let mut report: Report =
        toml::from_str(&toml.collect::<Vec<_>>().join("\n")).map_err(|e| format!("{file}: {e}"))?;
    report.sql = sql.trim();
    report.title.unwrap_lines();
    report.description.unwrap_lines();
    for parameter in &mut report.parameters {
        parameter.description.unwrap_lines();
    }
    check(&report).map_err(|e| format!("{file}: {e}"))?;
    Ok(report)
}

/// What TOML's types cannot say.
fn check(report: &Report) -> Result<(), String> {
    let texts = [("title", &report.title), ("description", &report.description)].into_iter();
    let texts = texts.chain(report.parameters.iter().map(|p| (p.name.as_str(), &p.description)));
    for (name, text) in texts.chain(report.columns.iter().map(|c| (c.name.as_str(), &c.title))) {
        if text.en.is_empty() || text.ru.is_empty() {
            return Err(format!("`{name}` needs a text in both languages"));
        }
    }
    if report.sql.is_empty() {
        return Err("there is no statement under the header".into());
    }
    for parameter in &report.parameters {
        let name = &parameter.name;
        if (parameter.kind == ParameterType::Choice) == parameter.allowed.is_empty() {
            return Err(format!("parameter `{name}`: `allowed` goes with the type `choice`, and only with it"));
        }
        if parameter.required && parameter.default.is_some() {
            return Err(format!("parameter `{name}` cannot be required and have a default"));
        }
        if !report.sql.contains(&format!("${name}")) {
            return Err(format!("the statement does not use the parameter `{name}`"));
        }
    }
    let chart = [&report.chart.x].into_iter().chain(&report.chart.y).chain(&report.chart.series);
    for column in chart {
        if !report.columns.iter().any(|c| c.name == *column) {
            return Err(format!("the chart draws `{column}`, which is not a column"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const GOOD: &str = "\
-- id = \"days\"
-- chart = { kind = \"line\", x = \"day\", y = [\"n\"] }
-- title = { en = \"Days\", ru = \"Дни\" }
-- [description]
-- en = \"\"\"
-- Two
-- lines.\"\"\"
-- ru = \"Две строки.\"
-- [[parameters]]
-- name = \"n\"
-- type = \"integer\"
-- default = \"1\"
-- description = { en = \"How many\", ru = \"Сколько\" }
-- [[columns]]
-- name = \"day\"
-- type = \"period\"
-- title = { en = \"Day\", ru = \"День\" }
-- [[columns]]
-- name = \"n\"
-- type = \"integer\"
-- unit = \"orders\"
-- title = { en = \"Number\", ru = \"Число\" }

-- A comment of the statement stays.
SELECT 1 AS day, $n AS n
";

    fn broken(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        parse("days.sql", Box::leak(GOOD.replace(from, to).into_boxed_str())).unwrap_err()
    }

    #[test]
    fn reads_header_and_statement() {
        let report = parse("days.sql", GOOD).unwrap();
        assert_eq!(report.id, "days");
        assert_eq!(report.description.get(Locale::En), "Two lines.");
        assert_eq!(report.title.get(Locale::Ru), "Дни");
        assert_eq!(report.parameters[0].kind, ParameterType::Integer);
        assert_eq!(report.columns[1].unit.as_deref(), Some("orders"));
        assert!(report.currency);
        assert_eq!(report.sql, "-- A comment of the statement stays.\nSELECT 1 AS day, $n AS n");
    }

    #[test]
    fn errors_name_the_file_and_the_place() {
        assert!(broken(", ru = \"Дни\"", "").contains("missing field `ru`"));
        assert!(broken("\"Две строки.\"", "\"\"").contains("days.sql: `description` needs a text in both languages"));
        assert!(broken("\"line\"", "\"pie\"").contains("unknown variant `pie`"));
        assert!(broken("-- id", "-- di").contains("unknown field `di`"));
        assert!(broken("type = \"period\"", "type = ").contains("line 16"));
        assert!(broken("x = \"day\"", "x = \"week\"").contains("`week`, which is not a column"));
        assert!(broken("$n", "1").contains("does not use the parameter `n`"));
        assert!(broken("\"integer\"\n-- default", "\"choice\"\n-- default").contains("`allowed` goes with"));
        assert!(broken("-- default = \"1\"", "-- default = \"1\"\n-- required = true").contains("cannot be required"));
        assert!(
            broken("\n-- A comment of the statement stays.\nSELECT 1 AS day, $n AS n\n", "").contains("no statement")
        );
    }
}
