//! Plans to statements: bound, read-only, and the same after JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{TimeZone, Utc};
use chrono_tz::Tz;
use kupets_semantic::catalogue::{DIMENSIONS, Dimension, METRICS, Metric};
use kupets_semantic::compile::{Called, OfRow, Value, behind, behind_row, call, statement};
use kupets_semantic::period::{Calendar, Comparison, Expr, Slot, Unit, Which, YearOf, compare, resolve};
use kupets_semantic::plan::{Filter, Intent, Operator, Order, Plan, PlanPeriod, Subject};
use proptest::prelude::*;

fn calendar() -> Calendar {
    Calendar::new(Utc.with_ymd_and_hms(2011, 12, 10, 9, 0, 0).unwrap(), Tz::Europe__London)
}

fn period(expr: Expr) -> PlanPeriod {
    let resolved = resolve(&expr, &calendar()).unwrap();
    PlanPeriod::of(&expr, &resolved, false)
}

fn plan(metric: Metric) -> Plan {
    Plan { metrics: vec![metric], period: period(Expr::Year(YearOf::Number(2011))), ..Plan::default() }
}

fn compared(mut plan: Plan) -> Plan {
    let resolved = plan.period.as_resolved(&calendar());
    let other = compare(&resolved, &Comparison::Previous, &calendar()).unwrap().unwrap();
    plan.compared_with = Some(PlanPeriod::resolved(&other, false));
    plan.intent = Intent::Compare;
    plan
}

/// Plans of every kind, for this test and for the oracle.
fn many() -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for known in METRICS {
        if known.metric == Metric::Interactions {
            continue;
        }
        plans.push(plan(known.metric));
        plans.push(compared(plan(known.metric)));
        plans.push(Plan { grain: Some(Unit::Month), intent: Intent::List, ..plan(known.metric) });
        plans.push(compared(Plan { grain: Some(Unit::Month), ..plan(known.metric) }));
        plans.push(Plan { intent: Intent::Rows, limit: Some(5), ..plan(known.metric) });
        for (dimension, ..) in DIMENSIONS {
            if !dimension.fits(known.metric) || matches!(dimension, Dimension::Segment | Dimension::Lifecycle) {
                continue;
            }
            let by = Plan { dimensions: vec![dimension.clone()], intent: Intent::List, ..plan(known.metric) };
            plans.push(by.clone());
            plans.push(compared(by));
        }
    }
    let country = Dimension::Attribute("country".into());
    let germany = Filter::one_of(country.clone(), vec!["Germany".into(), "France".into()], Vec::new());
    for metric in [Metric::Revenue, Metric::Orders, Metric::Customers, Metric::RepeatRate, Metric::NewCustomers] {
        let mut share = Plan { filters: vec![germany.clone()], share: !metric.is_quotient(), ..plan(metric) };
        share.filters[0].part = true;
        plans.push(compared(share.clone()));
        plans.push(share);
        let mut not = germany.clone();
        not.op = Operator::NotIn;
        let two = Filter {
            field: Subject::Metric(Metric::Orders),
            op: Operator::AtLeast,
            values: vec!["2".into()],
            labels: Vec::new(),
            part: false,
        };
        plans.push(Plan { filters: vec![not.clone(), two.clone()], ..plan(metric) });
        plans.push(Plan {
            filters: vec![two.clone()],
            dimensions: vec![Dimension::Customer],
            intent: Intent::List,
            order: Some(Order { by: "orders".into(), descending: false }),
            ..plan(metric)
        });
        plans.push(Plan { filters: vec![two, not], intent: Intent::Rows, ..plan(metric) });
        plans.push(Plan {
            dimensions: vec![country.clone(), Dimension::Weekday],
            intent: Intent::List,
            ..plan(metric)
        });
    }
    plans.push(Plan {
        metrics: vec![Metric::Revenue, Metric::Customers],
        ratio: true,
        dimensions: vec![country.clone()],
        intent: Intent::List,
        order: Some(Order { by: "ratio".into(), descending: true }),
        ..plan(Metric::Revenue)
    });
    plans.push(Plan {
        dimensions: vec![Dimension::Product],
        share: true,
        intent: Intent::List,
        limit: Some(3),
        ..plan(Metric::Revenue)
    });
    plans.push(Plan {
        period: period(Expr::All),
        dimensions: vec![Dimension::CustomerKind],
        intent: Intent::List,
        ..plan(Metric::Revenue)
    });
    plans.push(Plan { grain: Some(Unit::HalfYear), intent: Intent::List, ..plan(Metric::Revenue) });
    plans.extend(grouped(&country));
    // Customers by customer are one each, and no plan.
    let itself = |plan: &Plan| plan.dimensions.iter().any(|dimension| dimension.is_counted_by(plan.metric()));
    plans.retain(|plan| !itself(plan));
    plans
}

/// Averages over steps, the best of each group, and what the best come to together.
fn grouped(country: &Dimension) -> Vec<Plan> {
    let mut plans = Vec::new();
    for metric in
        [Metric::Revenue, Metric::Orders, Metric::Units, Metric::Customers, Metric::NewCustomers, Metric::Refunds]
    {
        for unit in [Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter] {
            let average = Plan { average_per: Some(unit), ..plan(metric) };
            plans.push(Plan { period: period(Expr::All), ..average.clone() });
            plans.push(compared(average.clone()));
            plans.push(average);
        }
        for dimension in [country.clone(), Dimension::Weekday, Dimension::MonthOfYear, Dimension::Product] {
            let by = vec![dimension];
            plans.push(Plan { average_per: Some(Unit::Day), dimensions: by, intent: Intent::List, ..plan(metric) });
        }
        let best = Plan { limit: Some(3), limit_each: true, intent: Intent::List, ..plan(metric) };
        plans.push(Plan { dimensions: vec![country.clone(), Dimension::Product], ..best.clone() });
        plans.push(Plan { dimensions: vec![Dimension::Weekday, country.clone()], ..best.clone() });
        plans.push(Plan { dimensions: vec![Dimension::Customer], grain: Some(Unit::Month), ..best });
        let together = Plan { limit: Some(10), together: true, ..plan(metric) };
        plans.push(Plan { dimensions: vec![Dimension::Customer], ..together.clone() });
        plans.push(Plan { dimensions: vec![Dimension::Customer], share: true, ..together });
    }
    plans
}

#[test]
fn every_plan_is_one_statement_and_survives_json() {
    let plans = many();
    let mut written = Vec::new();
    for plan in &plans {
        let json = serde_json::to_string(plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), *plan, "{json}");
        let made = statement(plan, "GBP", &calendar()).unwrap_or_else(|fault| panic!("{fault}: {json}"));
        assert!(made.sql.starts_with("WITH ") && !made.sql.contains(';'), "{}", made.sql);
        for value in ["Germany", "country", "GBP"] {
            assert!(!made.sql.contains(value), "{value} is spliced: {}", made.sql);
        }
        let values: serde_json::Map<String, serde_json::Value> = made
            .values
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(text) => serde_json::json!({"text": text}),
                    Value::Integer(number) => serde_json::json!({"integer": number}),
                    Value::Decimal(number) => serde_json::json!({"decimal": number.to_string()}),
                    Value::Time(at) => serde_json::json!({"time": at.to_rfc3339()}),
                };
                (name.clone(), value)
            })
            .collect();
        let columns: Vec<&str> = made.columns.iter().map(|column| column.name.as_str()).collect();
        written.push(serde_json::json!({"sql": made.sql, "values": values, "columns": columns, "plan": plan}));
    }
    // For the oracle, which runs them on real sales.
    if let Some(path) = std::env::var_os("KUPETS_STATEMENTS") {
        std::fs::write(path, serde_json::to_string(&written).unwrap()).unwrap();
    }
}

#[test]
fn faults_name_the_field() {
    let wrong = |plan: Plan| statement(&plan, "GBP", &calendar()).unwrap_err().field;
    assert_eq!(wrong(Plan { metrics: Vec::new(), ..plan(Metric::Revenue) }), "metrics");
    assert_eq!(wrong(Plan { limit: Some(0), ..plan(Metric::Revenue) }), "limit");
    assert_eq!(wrong(Plan { grain: Some(Unit::Minute), ..plan(Metric::Revenue) }), "grain");
    assert_eq!(wrong(Plan { share: true, ..plan(Metric::RepeatRate) }), "share");
    assert_eq!(wrong(Plan { ratio: true, ..plan(Metric::Revenue) }), "metrics");
    assert_eq!(wrong(Plan { currency: Some("gbp'".into()), ..plan(Metric::Revenue) }), "currency");
    let order = Some(Order { by: "1; DROP TABLE purchases".into(), descending: true });
    assert_eq!(wrong(Plan { order, ..plan(Metric::Revenue) }), "order.by");
    let filter = Filter::one_of(Dimension::Channel, Vec::new(), Vec::new());
    assert_eq!(wrong(Plan { filters: vec![filter], ..plan(Metric::Revenue) }), "filters[0].values");
    let bound = Filter {
        field: Subject::OrderAmount,
        op: Operator::More,
        values: vec!["1 OR 1=1".into()],
        labels: Vec::new(),
        part: false,
    };
    assert_eq!(wrong(Plan { filters: vec![bound], ..plan(Metric::Revenue) }), "filters[0].values");
    let kind = vec![Dimension::Kind];
    assert_eq!(wrong(Plan { dimensions: kind, ..plan(Metric::Revenue) }), "dimensions");
    assert!(serde_json::from_str::<Plan>(r#"{"intent":"value","metrics":["profit"]}"#).is_err());
}

#[test]
fn an_edited_period_is_settled_by_its_ends() {
    let text =
        r#"{"intent":"value","metrics":["revenue"],"period":{"from":"2011-03-01","to":"2011-04-01","label":"?"}}"#;
    let plan: Plan = serde_json::from_str(text).unwrap();
    let settled = plan.period.settled(&calendar(), false);
    assert_eq!(settled.label, "Mar 1–31, 2011");
    let made = statement(&plan, "GBP", &calendar()).unwrap();
    assert_eq!(made.values["to"], Value::Time(Utc.with_ymd_and_hms(2011, 3, 31, 23, 0, 0).unwrap()));
}

#[test]
fn rows_behind_a_row_have_its_key() {
    let by = Plan { dimensions: vec![Dimension::Channel], intent: Intent::List, ..plan(Metric::Revenue) };
    let rows = behind(&by, &[(Dimension::Channel, Some("web".into()))]);
    let made = statement(&rows, "GBP", &calendar()).unwrap();
    assert!(made.values.values().any(|value| *value == Value::Text("web".into())), "{:?}", made.values);
    let none = behind(&by, &[(Dimension::Channel, None)]);
    assert!(statement(&none, "GBP", &calendar()).unwrap().sql.contains("p.channel IS NULL"));
}

#[test]
fn rows_behind_a_step_are_of_its_time_in_either_period() {
    let month = |number| period(Expr::Yearly { slot: Slot::Month(number), which: Which::Of(YearOf::Number(2011)) });
    let by = Plan {
        dimensions: vec![Dimension::Channel],
        grain: Some(Unit::Day),
        period: month(11),
        compared_with: Some(month(10)),
        intent: Intent::Compare,
        ..plan(Metric::Orders)
    };
    let keys = vec![Some("web".to_owned()), Some("2011-11-03".to_owned())];
    for (before, month) in [(false, 11), (true, 10)] {
        let rows = behind_row(&by, &OfRow { keys: keys.clone(), before }, &calendar()).unwrap();
        let from = rows.period.begin(&calendar()).unwrap().with_timezone(&Tz::Europe__London).date_naive();
        assert_eq!(from.to_string(), format!("2011-{month}-03"));
        assert_eq!(rows.period.days(&calendar()).1, Some(from));
    }
    let wrong = |row: OfRow| behind_row(&by, &row, &calendar()).unwrap_err().field;
    assert_eq!(wrong(OfRow { keys: vec![Some("web".to_owned())], before: false }), "key");
    assert_eq!(
        behind_row(&plan(Metric::Orders), &OfRow { keys, before: false }, &calendar()).unwrap_err().field,
        "key"
    );
    let ahead =
        Plan { intent: Intent::Forecast, period: PlanPeriod { future: true, ..month(11) }, ..plan(Metric::Orders) };
    let rows = behind_row(&ahead, &OfRow::default(), &calendar()).unwrap();
    assert!(statement(&rows, "GBP", &calendar()).is_ok());
}

#[test]
fn rows_behind_returning_customers_are_theirs() {
    let made = statement(&behind(&plan(Metric::ReturningCustomers), &[]), "GBP", &calendar()).unwrap();
    assert!(made.sql.contains("r.first_at < $from"), "{}", made.sql);
}

#[test]
fn what_is_no_statement_is_a_call() {
    let asked = Plan { intent: Intent::Forecast, horizon: Some(3), grain: Some(Unit::Month), ..plan(Metric::Orders) };
    let made = call(&asked, &calendar()).unwrap();
    assert_eq!(made.what, Called::Forecast);
    assert_eq!(made.parameters["metric"], "orders");
    let country = Dimension::Attribute("country".into());
    for (field, op, values) in [
        (country, Operator::In, vec!["Germany"]),
        (Dimension::Product, Operator::In, vec!["a", "b"]),
        (Dimension::Channel, Operator::NotIn, vec!["web"]),
    ] {
        // No narrower and no wider a forecast than what was asked for.
        let values = values.into_iter().map(str::to_owned).collect();
        let filter = Filter { op, ..Filter::one_of(field, values, Vec::new()) };
        let fault = call(&Plan { filters: vec![filter], ..asked.clone() }, &calendar()).unwrap_err();
        assert_eq!(fault.field, "filters");
    }
    assert!(call(&Plan { intent: Intent::Customer, ..Plan::default() }, &calendar()).is_err());
    assert_eq!(
        call(&Plan { intent: Intent::Segments, ..Plan::default() }, &calendar()).unwrap().what,
        Called::Report("rfm_segments")
    );
}

proptest! {
    /// Whatever a value, a key or an attribute is called, it never becomes a part of the statement.
    #[test]
    fn values_are_never_spliced(value in "[a-zA-Zа-я' \";$-]{3,20}", attribute in "[a-zA-Zа-я' \";$-]{3,20}") {
        let field = Dimension::Attribute(attribute.clone());
        let plain = Plan {
            filters: vec![Filter::one_of(field.clone(), vec!["x".into()], Vec::new())],
            dimensions: vec![Dimension::Attribute("y".into())],
            intent: Intent::List,
            ..plan(Metric::Revenue)
        };
        let evil = Plan {
            filters: vec![Filter::one_of(Dimension::Attribute("x1".into()), vec![value.clone()], Vec::new())],
            dimensions: vec![field],
            ..plain.clone()
        };
        let (plain, evil) = (statement(&plain, "GBP", &calendar()).unwrap(), statement(&evil, "GBP", &calendar()).unwrap());
        let shape = |sql: &str| sql.chars().filter(|char| !char.is_ascii_digit()).collect::<String>();
        if plain.values.len() == evil.values.len() {
            prop_assert_eq!(shape(&plain.sql), shape(&evil.sql));
        }
    }
}

#[test]
fn averages_are_over_the_whole_steps_of_the_period() {
    let november = period(Expr::Yearly { slot: Slot::Month(11), which: Which::Of(YearOf::Number(2011)) });
    let average = |unit, metric, period: PlanPeriod| Plan { average_per: Some(unit), period, ..plan(metric) };
    let bound = |plan: &Plan, name: &str| statement(plan, "GBP", &calendar()).unwrap().values[name].clone();
    let daily = average(Unit::Day, Metric::Revenue, november.clone());
    assert_eq!(bound(&daily, "steps"), Value::Integer(30));
    // The weeks of 31 October and 28 November are not whole.
    let weekly = average(Unit::Week, Metric::Customers, november.clone());
    assert_eq!(bound(&weekly, "steps"), Value::Integer(3));
    assert_eq!(bound(&weekly, "from"), Value::Time(Utc.with_ymd_and_hms(2011, 11, 7, 0, 0, 0).unwrap()));
    assert_eq!(bound(&weekly, "to"), Value::Time(Utc.with_ymd_and_hms(2011, 11, 28, 0, 0, 0).unwrap()));
    // December runs.
    let monthly = average(Unit::Month, Metric::Orders, period(Expr::Year(YearOf::Number(2011))));
    assert_eq!(bound(&monthly, "steps"), Value::Integer(11));
    // Of the weekdays that are left.
    let mut mondays = daily.clone();
    mondays.period.weekdays = Some(kupets_semantic::period::Weekdays::one(1));
    assert_eq!(bound(&mondays, "steps"), Value::Integer(4));
    let by_weekday = Plan { dimensions: vec![Dimension::Weekday], intent: Intent::List, ..daily.clone() };
    let made = statement(&by_weekday, "GBP", &calendar()).unwrap();
    assert!(made.sql.contains("WHEN 1 THEN 4 WHEN 2 THEN 5 WHEN 3 THEN 5"), "{}", made.sql);
    // Without a beginning they are counted from the first record on.
    let ever = average(Unit::Month, Metric::Orders, period(Expr::All));
    assert!(statement(&ever, "GBP", &calendar()).unwrap().sql.contains("min(date_part('year', step)"));

    let wrong = |plan: Plan| statement(&plan, "GBP", &calendar()).unwrap_err().field;
    assert_eq!(wrong(Plan { grain: Some(Unit::Day), ..daily.clone() }), "average_per");
    assert_eq!(wrong(average(Unit::Day, Metric::AverageOrder, november.clone())), "average_per");
    assert_eq!(wrong(average(Unit::Month, Metric::Revenue, period(Expr::Ago { unit: Unit::Day, back: 1 }))), "period");
    let weekend = Filter::one_of(Dimension::Weekday, vec!["6".into()], Vec::new());
    assert_eq!(wrong(Plan { filters: vec![weekend], ..daily.clone() }), "average_per");

    let rows = behind_row(&weekly, &OfRow::default(), &calendar()).unwrap();
    assert_eq!(rows.period.begin(&calendar()), Some(Utc.with_ymd_and_hms(2011, 11, 7, 0, 0, 0).unwrap()));
    assert_eq!(rows.average_per, None);
}

#[test]
fn a_limit_may_be_of_each_group() {
    let country = Dimension::Attribute("country".into());
    let best = Plan {
        dimensions: vec![country.clone(), Dimension::Product],
        limit: Some(3),
        limit_each: true,
        intent: Intent::List,
        ..plan(Metric::Revenue)
    };
    let made = statement(&best, "GBP", &calendar()).unwrap();
    assert!(made.sql.contains("PARTITION BY a.k0 ORDER BY a.revenue DESC"), "{}", made.sql);
    assert_eq!(made.values["limit_each"], Value::Integer(3));
    let monthly = Plan { dimensions: vec![Dimension::Product], grain: Some(Unit::Month), ..best.clone() };
    assert!(statement(&monthly, "GBP", &calendar()).unwrap().sql.contains("PARTITION BY a.period"));
    let wrong = |plan: Plan| statement(&plan, "GBP", &calendar()).unwrap_err().field;
    assert_eq!(wrong(Plan { limit: None, ..best.clone() }), "limit_each");
    assert_eq!(wrong(Plan { dimensions: vec![country], ..best }), "limit_each");
}

#[test]
fn the_best_may_be_added_up() {
    let best = Plan {
        dimensions: vec![Dimension::Customer],
        limit: Some(10),
        share: true,
        together: true,
        ..plan(Metric::Revenue)
    };
    let made = statement(&best, "GBP", &calendar()).unwrap();
    let columns: Vec<&str> = made.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["revenue", "revenue_whole", "share", "records"]);
    assert!(made.sql.contains("sum(part)") && made.sql.contains("a.k0 IS NOT NULL"), "{}", made.sql);
    let wrong = |plan: Plan| statement(&plan, "GBP", &calendar()).unwrap_err().field;
    assert_eq!(wrong(Plan { limit: None, ..best.clone() }), "together");
    let people =
        Plan { metrics: vec![Metric::Customers], dimensions: vec![Dimension::Product], share: false, ..best.clone() };
    assert_eq!(wrong(people), "together");
    assert_eq!(behind_row(&best, &OfRow::default(), &calendar()).unwrap_err().field, "key");
}

#[test]
fn nothing_is_counted_by_itself() {
    for (metric, dimension) in [(Metric::Customers, Dimension::Customer), (Metric::Products, Dimension::Product)] {
        let itself = Plan { dimensions: vec![Dimension::Channel, dimension], intent: Intent::List, ..plan(metric) };
        for plan in [itself.clone(), Plan { metrics: vec![Metric::Revenue, metric], ..itself.clone() }] {
            let fault = statement(&plan, "GBP", &calendar()).unwrap_err();
            assert_eq!(fault.field, "dimensions", "{fault}");
            assert!(fault.message.contains("are one each") && fault.russian().contains("ровно один"), "{fault}");
        }
        let other = Plan { metrics: vec![Metric::Revenue], ..itself };
        assert!(statement(&other, "GBP", &calendar()).is_ok());
    }
}

#[test]
fn an_edit_takes_along_what_has_no_place_any_more() {
    let average = Plan { average_per: Some(Unit::Day), grain: Some(Unit::Week), ..plan(Metric::Revenue) }.settled();
    assert_eq!((average.average_per, average.grain), (None, Some(Unit::Week)));
    let product = vec![Dimension::Product];
    let each =
        Plan { limit: Some(3), limit_each: true, dimensions: product.clone(), ..plan(Metric::Revenue) }.settled();
    assert!(!each.limit_each && each.limit == Some(3));
    let together = Plan { limit: Some(3), together: true, dimensions: product, ..plan(Metric::Revenue) };
    assert!(together.clone().settled().together);
    assert!(!compared(together).settled().together);
}
