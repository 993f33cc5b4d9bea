//! Query parameters that the engine reads, as the OpenAPI document describes them: names and choices come from where they are
//! read, so that a generated client knows them all.

use std::{collections::BTreeSet, fmt::Display};

use kupets_engine::{
    insight::{Grain, Language, Metric, Status, recommendation_kinds},
    query::Format,
    reports::{
        self,
        header::{Parameter as ReportParameter, ParameterType},
    },
};
use serde_json::{Value, json};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
        schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

/// Moments, as all routes take them.
const MOMENT: &str = "RFC 3339, or a date: midnight in the workspace's zone";

fn of_type(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn choice<T: Display>(names: impl IntoIterator<Item = T>) -> ObjectBuilder {
    of_type(Type::String).enum_values(Some(names.into_iter().map(|name| Value::String(name.to_string()))))
}

fn whole(least: u32, most: u32) -> ObjectBuilder {
    of_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
}

fn query(name: &str, schema: impl Into<Schema>, description: impl Into<String>) -> ParameterBuilder {
    let schema: Schema = schema.into();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .schema(Some(schema))
        .description(Some(description))
}

/// Several values with commas between them.
fn several(name: &str, item: ObjectBuilder, description: &str) -> ParameterBuilder {
    query(name, ArrayBuilder::new().items(item).build(), description)
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
}

fn text(name: &str, description: &str) -> ParameterBuilder {
    query(name, of_type(Type::String), description)
}

fn metric() -> ParameterBuilder {
    query("metric", choice(Metric::ALL.map(Metric::name)), "What is looked at; revenue unless sent.")
}

fn locale(of: &str) -> ParameterBuilder {
    query("locale", choice(Language::NAMES), format!("Language of {of}; en unless sent."))
}

fn currency() -> ParameterBuilder {
    query("currency", of_type(Type::String).pattern(Some("^[A-Za-z]{3}$")), "ISO 4217; the workspace's unless sent.")
}

fn as_of(what: &str) -> ParameterBuilder {
    text("as_of", &format!("{what} as if it were that day: {MOMENT}."))
}

macro_rules! parameters {
    ($(#[$doc:meta])* $name:ident, $list:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                $list.into_iter().map(ParameterBuilder::build).collect()
            }
        }
    };
}

parameters!(
    /// In which format a result is given.
    FormatParameters,
    [
        query("format", choice(Format::ALL.map(Format::name)), "The format of the result; beats Accept."),
        query(
            "csv_guard",
            of_type(Type::Boolean),
            "Whether CSV is made safe to open in a spreadsheet: texts that a spreadsheet would take for a formula get a `'` in \
             front. true for people, false for API keys, unless sent; numbers, and the other formats, stay as they are.",
        ),
    ]
);

parameters!(
    /// Parameters that every saved report takes, beside those of its own.
    SavedReportParameters,
    [
        text("from", &format!("Beginning of the period, where the statement uses `$from`; open unless sent: {MOMENT}.")),
        text("to", &format!("End of the period, not part of it, where the statement uses `$to`; open unless sent: {MOMENT}.")),
        query("period", choice(reports::PERIODS), "A period by name, in place of from and to."),
        query("limit", of_type(Type::Integer).minimum(Some(1_u32)), "Rows at most; over it the answer is cut and says so."),
    ]
);

parameters!(
    /// Parameters of forecasts.
    ForecastParameters,
    [
        metric(),
        query("grain", choice(Grain::ALL.map(Grain::name)), "Length of a period; month unless sent."),
        query("horizon", whole(1, 400), "Periods ahead; 6 unless sent."),
        text("product_id", "Only lines of this product."),
        text("category", "Only lines of this category."),
        text("channel", "Only purchases of this channel."),
        text(
            "segment",
            "Only purchases of the customers who are in this segment of rfm_segments; /v1/segments/rules tells which there are.",
        ),
        currency(),
        as_of("Forecast"),
        several(
            "holidays",
            of_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
            "Dates that are not like their weekday, past and future; those of the workspace unless sent.",
        )
        .example(Some(json!(["2026-01-01", "2026-05-09"]))),
        locale("the notes"),
    ]
);

parameters!(
    /// Parameters of trends.
    TrendsParameters,
    [
        metric(),
        text("from", &format!("Start of the later period, {MOMENT}; the last month that has ended unless sent.")),
        text("to", "Its end, exclusive."),
        query("period", choice(reports::PERIODS), "The period by name, in place of from and to; `all` has no period before it."),
        text("compare_from", &format!("Start of the earlier period, {MOMENT}; unless sent, the calendar units before, or else as many days, of a running period the same elapsed part.")),
        text("compare_to", "Its end, exclusive."),
        currency(),
        query("limit", whole(1, 1_000), "Findings at most; 7 unless sent."),
        locale("the sentences"),
    ]
);

parameters!(
    /// Parameters of recommendations.
    RecommendationsParameters,
    [
        query("kind", choice(recommendation_kinds()), "Only this kind."),
        text("customer_id", "Only those about this customer."),
        several("status", choice(Status::ALL.map(Status::name)), "Where they stand; `new,accepted` unless sent."),
        query("limit", whole(1, 500), "Items at most; 50 unless sent."),
        text("cursor", "`next_cursor` of the page before."),
        query("customers", whole(0, 10_000), "Customers listed of each; 50 unless sent."),
        as_of("Look for them"),
        locale("the sentences"),
    ]
);

parameters!(
    /// Identity and parameters of reports, as the catalogue has them.
    ReportParameters,
    std::iter::once(
        query("id", choice(reports::catalogue().iter().map(|report| &report.id)), "Identity of the report.")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .example(Some(json!("sales_over_time")))
    )
    .chain(of_reports())
);

/// Each parameter that some report takes, once; of one that not all take, the description says which do.
fn of_reports() -> Vec<ParameterBuilder> {
    let catalogue = reports::catalogue();
    let mut names: Vec<&str> = Vec::new();
    // Those that every report takes stand at the end of each; people look for them first.
    for report in catalogue {
        for parameter in report.parameters.iter().rev() {
            if !names.contains(&parameter.name.as_str()) {
                names.push(&parameter.name);
            }
        }
    }
    let of = |name: &str| {
        let takers: Vec<(&str, &ReportParameter)> = catalogue
            .iter()
            .filter_map(|report| Some((report.id.as_str(), report.parameters.iter().find(|p| p.name == name)?)))
            .collect();
        let texts: BTreeSet<&str> = takers.iter().map(|(_, parameter)| parameter.description.en.as_str()).collect();
        let description = match texts.first() {
            Some(text) if texts.len() == 1 && takers.len() == catalogue.len() => format!("{text}."),
            Some(text) if texts.len() == 1 => {
                let ids: Vec<&str> = takers.iter().map(|(id, _)| *id).collect();
                format!("{text}. Of {}.", ids.join(", "))
            }
            _ => {
                let each: Vec<String> = takers.iter().map(|(id, p)| format!("{id}: {}.", p.description.en)).collect();
                each.join(" ")
            }
        };
        query(name, common_schema(&takers), description)
    };
    names.into_iter().map(of).collect()
}

/// What all reports that take it allow together.
fn common_schema(takers: &[(&str, &ReportParameter)]) -> ObjectBuilder {
    let kinds: Vec<ParameterType> = takers.iter().map(|(_, parameter)| parameter.kind).collect();
    let all = |kind: ParameterType| kinds.iter().all(|one| *one == kind);
    let number = |kind: Type| {
        let least = takers.iter().map(|(_, p)| p.min).reduce(|a, b| a.zip(b).map(|(a, b)| a.min(b))).flatten();
        let most = takers.iter().map(|(_, p)| p.max).reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b))).flatten();
        of_type(kind).minimum(least).maximum(most)
    };
    if all(ParameterType::Choice) {
        let mut names: Vec<&str> = Vec::new();
        for name in takers.iter().flat_map(|(_, parameter)| &parameter.allowed) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        choice(names)
    } else if all(ParameterType::Integer) {
        number(Type::Integer)
    } else if all(ParameterType::Number) {
        number(Type::Number)
    } else {
        of_type(Type::String)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn described<T: IntoParams>() -> Value {
        serde_json::to_value(T::into_params(|| None)).unwrap()
    }

    fn named(parameters: &Value, name: &str) -> Value {
        parameters.as_array().unwrap().iter().find(|p| p["name"] == name).unwrap().clone()
    }

    #[test]
    fn choices_are_those_of_the_engine() {
        let forecast = described::<ForecastParameters>();
        assert_eq!(named(&forecast, "grain")["schema"]["enum"], json!(["day", "week", "month"]));
        for name in named(&forecast, "metric")["schema"]["enum"].as_array().unwrap() {
            Metric::parse(name.as_str().unwrap()).unwrap();
        }
        let format = described::<FormatParameters>();
        assert_eq!(
            named(&format, "format")["schema"]["enum"],
            json!(["json", "csv", "xlsx", "arrow", "parquet", "ndjson"])
        );
        let kinds = named(&described::<RecommendationsParameters>(), "kind");
        assert!(kinds["schema"]["enum"].as_array().unwrap().contains(&json!("stock_out")));
    }

    #[test]
    fn reports_take_what_the_catalogue_says() {
        let parameters = described::<ReportParameters>();
        let names: BTreeSet<&str> =
            parameters.as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        let known = reports::catalogue().iter().flat_map(|r| &r.parameters).map(|p| p.name.as_str());
        assert_eq!(names, known.chain(["id"]).collect());
        assert_eq!(names.len(), parameters.as_array().unwrap().len(), "each once");
        assert_eq!(named(&parameters, "id")["in"], "path");
        assert!(named(&parameters, "period")["schema"]["enum"].as_array().unwrap().contains(&json!("last_30_days")));
        assert_eq!(named(&parameters, "limit")["schema"]["type"], "integer");
        let attribute = named(&parameters, "attribute");
        assert!(attribute["description"].as_str().unwrap().contains("by_attribute"), "{attribute}");
    }
}
