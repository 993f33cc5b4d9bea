//! Plans that are no statement: the engine's own calls, told as a table and in words.

use std::collections::BTreeMap;

use kupets_assistant::{
    answer::{
        Answer, Chart, Context, Table,
        calls::{self, plan::OpenTask},
    },
    language::Language,
};
use kupets_engine::{
    Engine, Error, Result, TenantContext,
    customers::{CustomerCard, Event, Timeline},
    insight::{self, Explain},
    plans::{self, Worked},
    query::{Meta, Told},
    record::Interaction,
    semantic::{
        catalogue::{Dimension, UnitOf},
        compile::{Call, Called, Column, call, explained_filters},
        period::Calendar,
        plan::{Intent, Plan},
    },
    tasks::{After, Filter, Status, TaskRow},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{carried::Carried, conversations::moment, recorded::recorded, reply::ResultTable, table};

/// Rows of a list that a call gives unless the plan says how many.
const ROWS: usize = 10;
/// Open tasks of a plan unless it says how many.
const TASKS: u32 = 50;
/// The latest events of a customer among which interactions are looked for: many purchases may lie between two of them.
const EVENTS: usize = 100;
/// Days over which the worth of customers is told.
const WORTH_DAYS: u32 = 365;

/// Whose figures, in which words.
struct Asking<'a> {
    engine: &'a Engine,
    tenant: &'a TenantContext,
    plan: &'a Plan,
    calendar: &'a Calendar,
    language: Language,
    parameters: BTreeMap<String, String>,
    /// The currencies whose money is not in the figures.
    others: Vec<String>,
    /// The first and the last day with records, as texts.
    recorded: Option<(String, String)>,
}

/// Carries out a plan that is a call.
///
/// # Errors
/// A plan that cannot be worked out, and the limits of queries.
pub async fn carry_out(
    engine: &Engine,
    tenant: &TenantContext,
    plan: &Plan,
    calendar: &Calendar,
    language: Language,
) -> Result<Carried> {
    let Call { what, parameters } = call(plan, calendar).map_err(plans::bad_plan)?;
    let mut asking =
        Asking { engine, tenant, plan, calendar, language, parameters, others: Vec::new(), recorded: None };
    if of_sales(plan.intent) {
        let extent = engine.extent(tenant).await?;
        asking.recorded = recorded(&extent, plan.metric(), calendar, language);
        asking.others = if by_period(plan.intent) {
            engine.other_currencies(tenant, plan, calendar).await?
        } else {
            let own = asking.currency();
            extent.currencies.iter().filter(|currency| *currency != own).cloned().collect()
        };
    }
    let mut carried = match what {
        Called::Explain => asking.explain().await,
        Called::Forecast => asking.forecast().await,
        Called::Recommendations if plan.intent == Intent::Plan => asking.plan().await,
        Called::Recommendations => asking.recommendations().await,
        Called::Customer => asking.customer().await,
        Called::Offers => asking.offers().await,
        Called::Report(_) if matches!(plan.intent, Intent::Churn | Intent::Clv) => asking.worth().await,
        Called::Report(id) => asking.report(id).await,
        Called::Nothing => Ok(told_only(calls::help::write(language))),
    }?;
    asking.note(&mut carried);
    Ok(carried)
}

/// Whether the call works out figures of sales, whose currencies and extent are worth telling.
fn of_sales(intent: Intent) -> bool {
    by_period(intent)
        || matches!(intent, Intent::Forecast | Intent::Churn | Intent::Clv | Intent::Basket | Intent::Cohort)
}

/// Whether its money is that of the plan's period; otherwise all that is recorded is looked at.
fn by_period(intent: Intent) -> bool {
    matches!(intent, Intent::Explain | Intent::Segments | Intent::Abc)
}

/// An answer without figures.
fn told_only(answer: Answer) -> Carried {
    let Answer { text, chart, next } = answer;
    Carried { result: None, table: Table::default(), sql: None, bound: Map::new(), answer: text, chart, next }
}

impl Asking<'_> {
    fn currency(&self) -> &str {
        self.plan.currency.as_deref().unwrap_or_else(|| self.tenant.currency())
    }

    fn context(&self) -> Context<'_> {
        Context {
            language: self.language,
            currency: self.currency(),
            other_currencies: &self.others,
            recorded: self.recorded.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
            zone: self.tenant.time_zone(),
        }
    }

    /// Adds what must be told beside the figures: money that is not in them, and what is recorded where there are none.
    fn note(&self, carried: &mut Carried) {
        let money = match self.plan.intent {
            Intent::Explain | Intent::Forecast => self.plan.metric().unit() == UnitOf::Currency,
            intent => matches!(intent, Intent::Segments | Intent::Abc | Intent::Churn | Intent::Clv),
        };
        // An explanation without findings is one of figures that are there.
        let empty =
            self.plan.intent != Intent::Explain && carried.result.as_ref().is_some_and(|result| result.rows.is_empty());
        let context = self.context();
        let currencies = context.told_currencies().filter(|_| money && !empty);
        for note in currencies.into_iter().chain(context.told_records().filter(|_| empty)) {
            carried.answer.push('\n');
            carried.answer.push_str(&note);
        }
    }

    fn locale(&self) -> insight::Language {
        match self.language {
            Language::En => insight::Language::En,
            Language::Ru => insight::Language::Ru,
        }
    }

    fn customer_id(&self) -> &str {
        self.parameters.get("customer_id").map(String::as_str).unwrap_or_default()
    }

    /// The parameters of a call that tells in sentences.
    fn spoken(&self) -> BTreeMap<String, String> {
        let mut parameters = self.parameters.clone();
        parameters.insert("locale".to_owned(), self.language.pick("ru", "en").to_owned());
        parameters
    }

    async fn explain(&self) -> Result<Carried> {
        let get = |name: &str| self.parameters.get(name).cloned();
        let request = Explain {
            metric: get("metric"),
            from: get("from").unwrap_or_default(),
            to: get("to").unwrap_or_default(),
            compare_from: get("compare_from").unwrap_or_default(),
            compare_to: get("compare_to").unwrap_or_default(),
            dimensions: get("dimensions").map(|names| names.split(',').map(str::to_owned).collect()),
            filters: explained_filters(self.plan),
            currency: get("currency"),
            locale: self.locale(),
        };
        let found = value(&self.engine.explain(self.tenant, request).await?)?;
        let unit = found["total"]["unit"].clone();
        let columns = [
            ("dimension", "VARCHAR", Value::Null),
            ("key", "VARCHAR", Value::Null),
            ("label", "VARCHAR", Value::Null),
            ("before", "DECIMAL(38,4)", unit.clone()),
            ("after", "DECIMAL(38,4)", unit.clone()),
            ("contribution", "DECIMAL(38,4)", unit),
        ];
        let limit = self.plan.limit.map_or(usize::MAX, |limit| limit as usize);
        let findings = found["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
        let rows = findings.iter().take(limit).map(|finding| pick(finding, &columns)).collect();
        let sql = findings.first().and_then(|finding| finding["sql"].as_str()).map(str::to_owned);
        let answer = calls::explain::write(self.plan, &read(&found)?, &self.context());
        Ok(self.carried(&columns, rows, sql, answer))
    }

    async fn forecast(&self) -> Result<Carried> {
        let mut found = value(&self.engine.forecast(self.tenant, &self.spoken()).await?)?;
        let unit = found["unit"].clone();
        let figure = |name| (name, "DOUBLE", unit.clone());
        let columns = [
            ("period", "DATE", Value::Null),
            figure("value"),
            figure("lower80"),
            figure("upper80"),
            figure("lower95"),
            figure("upper95"),
        ];
        let points = found["points"].as_array().map(Vec::as_slice).unwrap_or_default();
        let rows = points.iter().map(|point| pick(point, &columns)).collect();
        let sql = found["sql"].as_str().map(str::to_owned);
        found["model"] = found["model"]["name"].take();
        let answer = calls::forecast::write(self.plan, &read(&found)?, &self.context());
        Ok(self.carried(&columns, rows, sql, answer))
    }

    async fn recommendations(&self) -> Result<Carried> {
        let mut parameters = self.spoken();
        parameters.entry("limit".to_owned()).or_insert_with(|| ROWS.to_string());
        let found = value(&self.engine.recommendations(self.tenant, &parameters).await?)?;
        let money = json!(self.tenant.currency());
        let columns = [
            ("id", "VARCHAR", Value::Null),
            ("kind", "VARCHAR", Value::Null),
            ("title", "VARCHAR", Value::Null),
            ("reason", "VARCHAR", Value::Null),
            ("expected", "DECIMAL(38,4)", money.clone()),
            ("lower", "DECIMAL(38,4)", money.clone()),
            ("upper", "DECIMAL(38,4)", money),
            ("confidence", "DOUBLE", json!("ratio")),
            ("status", "VARCHAR", Value::Null),
            ("customers_total", "BIGINT", json!("customers")),
        ];
        let items = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let row = |item: &Value| {
            let mut row = pick(item, &columns);
            for (place, name) in [(4, "value"), (5, "lower"), (6, "upper")] {
                row[place] = item["expected"][name].clone();
            }
            row
        };
        let rows = items.iter().map(row).collect();
        let sql = items.first().and_then(|item| item["evidence"]["sql"].as_str()).map(str::to_owned);
        let answer = match self.plan.intent {
            Intent::Plan => calls::plan::write(self.plan, &read(&found)?, &self.context()),
            _ => calls::recommend::write(&read(&found)?, &self.context()),
        };
        Ok(self.carried(&columns, rows, sql, answer))
    }

    /// The tasks that are open; where there are none, the recommendations that were accepted.
    async fn plan(&self) -> Result<Carried> {
        let customer = Some(self.customer_id()).filter(|id| !id.is_empty()).map(str::to_owned);
        let most = self.plan.limit.unwrap_or(TASKS);
        // A plan of a week is what is due by its end, what is late already too; a period that is over plans nothing.
        let end = self.plan.period.end(self.calendar).filter(|end| *end > self.calendar.now);
        let due_before = end.map(|end| end.timestamp_micros());
        let filter = Filter { statuses: vec![Status::Open], customer_id: customer, due_before, ..Filter::default() };
        let tasks = self.engine.tasks();
        let mut open = tasks.list(self.tenant.id(), &filter, None, most).await?;
        let room = most.saturating_sub(u32::try_from(open.len()).unwrap_or(u32::MAX));
        if due_before.is_some() && room > 0 {
            // What has no date can be done in any week.
            let filter = Filter { due_before: None, ..filter };
            let dated = After { due: i64::MAX, created_at: i64::MIN, id: String::new() };
            open.extend(tasks.list(self.tenant.id(), &filter, Some(&dated), room).await?);
        }
        if open.is_empty() {
            return self.recommendations().await;
        }
        let columns = [
            ("id", "VARCHAR", Value::Null),
            ("title", "VARCHAR", Value::Null),
            ("due_at", "TIMESTAMP", Value::Null),
            ("assignee", "VARCHAR", Value::Null),
            ("customer_id", "VARCHAR", Value::Null),
            ("recommendation_id", "VARCHAR", Value::Null),
        ];
        let (now, zone) = (self.engine.clock().now(), self.tenant.time_zone());
        let (mut rows, mut told) = (Vec::new(), Vec::new());
        for TaskRow { task, assignee_name, .. } in open {
            let due = task.due_at.map(moment);
            rows.push(vec![
                json!(task.id),
                json!(task.title),
                json!(due),
                json!(assignee_name),
                json!(task.customer_id),
                json!(task.recommendation_id),
            ]);
            told.push(OpenTask {
                title: task.title,
                due: due.map(|due| due.with_timezone(&zone).date_naive()),
                overdue: due.is_some_and(|due| due < now),
                assignee: assignee_name,
            });
        }
        let answer = calls::plan::write_tasks(self.plan, &told, &self.context());
        Ok(self.carried(&columns, rows, None, answer))
    }

    async fn customer(&self) -> Result<Carried> {
        let (engine, id) = (self.engine, self.customer_id());
        let currency = self.parameters.get("currency").map(String::as_str);
        let (card, timeline) = tokio::try_join!(
            engine.customer(self.tenant, id, currency, self.locale()),
            engine.timeline(self.tenant, id, EVENTS, None),
        )?;
        let money = json!(&*card.currency);
        let columns = [
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
            ("expected_purchases", "DOUBLE", json!("orders")),
            ("next_order_at", "TIMESTAMP", Value::Null),
            ("churn_horizon_days", "BIGINT", json!("days")),
        ];
        let found = card_value(&card, &timeline);
        let answer = calls::customer::write(&read(&found)?, &self.context());
        Ok(self.carried(&columns, vec![pick(&found, &columns)], None, answer))
    }

    async fn offers(&self) -> Result<Carried> {
        let id = self.customer_id();
        let limit = self.plan.limit.map_or(5, |limit| limit as usize);
        let found = value(&self.engine.offers(self.tenant, id, limit, self.locale()).await?)?;
        let columns = [
            ("list", "VARCHAR", Value::Null),
            ("product_id", "VARCHAR", Value::Null),
            ("product", "VARCHAR", Value::Null),
            ("score", "DOUBLE", json!("ratio")),
            ("reason", "VARCHAR", Value::Null),
        ];
        let mut rows = Vec::new();
        for list in ["repeat", "new"] {
            for offer in found[list].as_array().into_iter().flatten() {
                let mut row = pick(offer, &columns);
                row[0] = json!(list);
                rows.push(row);
            }
        }
        let answer = calls::offer::write(id, &read(&found)?, &self.context());
        Ok(self.carried(&columns, rows, None, answer))
    }

    async fn worth(&self) -> Result<Carried> {
        let at_risk = self.plan.intent == Intent::Churn;
        let limit = self.plan.limit.map_or(ROWS, |limit| limit as usize);
        let worked = self.engine.valued_customers(self.tenant, at_risk, limit).await?;
        let rows = records(&worked)?;
        let answer = if at_risk {
            calls::churn::write(&rows, &self.context())
        } else {
            calls::clv::write(&rows, WORTH_DAYS, &self.context())
        };
        Ok(of_worked(worked, answer))
    }

    async fn report(&self, id: &str) -> Result<Carried> {
        let product = self.plan.filter_on(&Dimension::Product).and_then(|filter| filter.values.first());
        let worked = match product.filter(|_| self.plan.intent == Intent::Basket) {
            Some(product) => self.bought_with(id, product).await?,
            None => self.engine.report_rows(self.tenant, id, &self.parameters).await?,
        };
        let context = self.context();
        let answer = match self.plan.intent {
            Intent::Segments => calls::segments::write(&records(&worked)?, &context),
            Intent::Basket => calls::basket::write(self.plan, &records(&worked)?, &context),
            Intent::Cohort => calls::cohort::write(&records(&worked)?, &context),
            _ => calls::abc::write(self.plan, &records(&worked)?, &context),
        };
        Ok(of_worked(worked, answer))
    }

    /// The pairs of one product: the report has them among all others, so that all are asked for and those are kept.
    async fn bought_with(&self, id: &str, product: &str) -> Result<Worked> {
        let mut parameters = self.parameters.clone();
        parameters.remove("limit");
        // Less support than for the pairs of the whole shop: one product has fewer orders.
        parameters.insert("min_support".to_owned(), "0.002".to_owned());
        let mut worked = self.engine.report_rows(self.tenant, id, &parameters).await?;
        let place = worked.columns.iter().position(|column| column.name == "antecedent");
        worked.rows.retain(|row| place.and_then(|place| row.get(place)).and_then(Value::as_str) == Some(product));
        worked.rows.truncate(self.plan.limit.map_or(ROWS, |limit| limit as usize));
        Ok(worked)
    }

    fn carried(&self, columns: Columns<'_>, rows: Vec<Vec<Value>>, sql: Option<String>, answer: Answer) -> Carried {
        let told = columns.iter().map(|(name, kind, unit)| json!({"name": name, "type": kind, "unit": unit})).collect();
        let typed = Table {
            columns: columns.iter().map(|(name, ..)| Column::field(name)).collect(),
            rows: rows.iter().map(|row| row.iter().map(table::cell).collect()).collect(),
        };
        let meta = Told {
            meta: Meta {
                sql: sql.clone().unwrap_or_default(),
                time_zone: self.tenant.time_zone().name().to_owned(),
                currency: Some(self.context().currency.to_owned()),
                ..Meta::default()
            },
            truncated: false,
            rows_scanned: 0,
            elapsed_ms: 0,
        };
        let meta = serde_json::to_value(meta).unwrap_or_default();
        let Answer { text, chart, next } = answer;
        let chart = if rows.len() < 2 { Chart::None } else { chart };
        let result = Some(ResultTable { columns: told, rows, meta });
        Carried { result, table: typed, sql, bound: Map::new(), answer: text, chart, next }
    }
}

fn of_worked(mut worked: Worked, answer: Answer) -> Carried {
    let sql = Some(worked.sql.clone());
    let bound = std::mem::take(&mut worked.bound);
    let typed = table::typed(&worked);
    let Answer { text, chart, next } = answer;
    Carried { result: Some(table::told(worked)), table: typed, sql, bound, answer: text, chart, next }
}

/// The rows of a result as records by the names of its columns.
fn records<T: DeserializeOwned>(worked: &Worked) -> Result<Vec<T>> {
    let names: Vec<&str> = worked.columns.iter().map(|column| column.name.as_str()).collect();
    let record = |row: &Vec<Value>| {
        let fields: Map<String, Value> = names.iter().map(|name| (*name).to_owned()).zip(row.iter().cloned()).collect();
        read(&Value::Object(fields))
    };
    worked.rows.iter().map(record).collect()
}

/// A card with its last interactions, as the API tells them.
fn card_value(card: &CustomerCard, timeline: &Timeline) -> Value {
    let figures = &card.row.figures;
    let exact = |value: rust_decimal::Decimal| serde_json::from_str::<Value>(&value.to_string()).unwrap_or_default();
    let interactions = timeline.items.iter().filter_map(|event| match event {
        Event::Interaction(one) => {
            let at = chrono::DateTime::from_timestamp_micros(one.occurred_at)?;
            let Interaction { kind, subject, body, outcome, .. } = one;
            Some(json!({"kind": kind, "occurred_at": at, "subject": subject, "body": body, "outcome": outcome}))
        }
        Event::Purchase(_) => None,
    });
    json!({
        "customer_id": card.row.customer.customer_id,
        "name": card.row.customer.name,
        "segment": figures.segment,
        "orders": figures.orders,
        "revenue": exact(figures.revenue),
        "average_order": figures.average_order.map(exact),
        "first_purchase_at": figures.first_purchase_at,
        "last_purchase_at": figures.last_purchase_at,
        "churn_risk": figures.churn_risk,
        "churn_horizon_days": figures.churn_horizon_days,
        "churn_reasons": card.churn_reasons,
        "predicted_clv": figures.predicted_clv.map(exact),
        "expected_purchases": card.expected_purchases,
        "next_order_at": card.next_order_at,
        "interactions": interactions.collect::<Vec<_>>(),
    })
}

type Columns<'a> = &'a [(&'a str, &'a str, Value)];

fn pick(item: &Value, columns: Columns<'_>) -> Vec<Value> {
    columns.iter().map(|(name, ..)| item.get(*name).cloned().unwrap_or(Value::Null)).collect()
}

fn value(found: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(found)
        .map_err(|e| Error::internal("an answer of the engine does not serialize").with_source(e))
}

fn read<T: DeserializeOwned>(found: &Value) -> Result<T> {
    T::deserialize(found).map_err(|e| Error::internal("an answer of the engine is not as it is told").with_source(e))
}
