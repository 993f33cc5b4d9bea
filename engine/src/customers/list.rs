//! The list: customers with their figures, filtered, in order, a page at a time.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use rust_decimal::Decimal;

use super::{
    condition::{condition, typed},
    cursor::{self, ListCursor, fingerprint},
    field::{Field, ID, Type, sortable},
    figures, history,
    model::{CustomerPage, CustomerQuery, CustomerRow, Filter},
    rows, search, segment,
};
use kupets_core::{Error, Result, TenantContext};
use kupets_query::{Answer, Meta, RowLimit, Statement};

use crate::{
    Engine,
    insight::{Horizon, scores},
    reports,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// The parts of a query that a cursor must find again.
const QUERY: &str = "search, segment, filter, sort and currency";

/// Customers of an answer with all of them at most: memory and time end it before.
const EVERYBODY: usize = 100_000_000;

/// A list goes to whoever writes letters and makes calls: of who wants to be left alone it has no address, and neither a number nor an
/// address over which somebody refused to be contacted. All the rest stays, so that figures and rows are complete.
const CONTACTABLE: &str = "* REPLACE (
    CASE WHEN do_not_contact OR NOT consent_given(consent, 'email') THEN NULL ELSE email END AS email,
    CASE WHEN do_not_contact OR NOT consent_given(consent, 'phone') OR NOT consent_given(consent, 'sms') THEN NULL ELSE phone END AS phone
)";

/// All customers of a query, whatever its page is, as they stream.
pub(super) async fn everybody(engine: &Engine, tenant: &TenantContext, query: &CustomerQuery) -> Result<Answer> {
    let currency = reports::currency_code(query.currency.as_deref(), tenant.currency())?;
    let sort = query.sort.as_deref().map_or(Ok(ID), sortable)?;
    let mut values = Values::default();
    let conditions = asked(tenant, query, &mut values)?;
    values.name("limit", i64::try_from(EVERYBODY).unwrap_or(i64::MAX));
    let sql = statement(CONTACTABLE, &conditions, sort, query.descending);
    let reader = reader(engine, tenant, &currency).await?;
    let meta = Meta { currency: Some(currency), ..Meta::default() };
    reader.run(Statement::ours(sql, values, RowLimit::Fail(EVERYBODY)), meta).await
}

/// Passes if a query can be asked.
///
/// # Errors
/// An unknown field, or a value that does not parse.
pub(super) fn check(tenant: &TenantContext, query: &CustomerQuery) -> Result<()> {
    reports::currency_code(query.currency.as_deref(), tenant.currency())?;
    query.sort.as_deref().map_or(Ok(ID), sortable)?;
    asked(tenant, query, &mut Values::default()).map(drop)
}

/// The conditions of a query but its cursor's.
fn asked(tenant: &TenantContext, query: &CustomerQuery, values: &mut Values) -> Result<Vec<String>> {
    let mut conditions = Vec::new();
    if let Some(text) = &query.search {
        conditions.extend(search::condition(text, values)?);
    }
    if let Some(name) = &query.segment {
        segment::check(tenant.segments(), name)?;
        conditions.push(format!("segment = {}", values.bind(ScalarValue::from(name.as_str()))));
    }
    for group in &query.filters {
        conditions.extend(any_of(group, tenant, values)?);
    }
    Ok(conditions)
}

/// One version of the tables, with `everyone` and `scores`.
async fn reader(engine: &Engine, tenant: &TenantContext, currency: &str) -> Result<SnapshotReader> {
    let now = engine.clock().now();
    let mut reader = SnapshotReader::open(engine, tenant).await?;
    let everyone = figures::figures(&reader, currency, now).await?;
    let scores = scores(&reader, currency, now, Horizon::CARD).await?;
    reader.add_rows("everyone", (*everyone).clone())?;
    reader.add_rows("scores", scores.rows.clone())?;
    Ok(reader)
}

/// A page of the list.
pub(super) async fn page(engine: &Engine, tenant: &TenantContext, query: &CustomerQuery) -> Result<CustomerPage> {
    let currency = reports::currency_code(query.currency.as_deref(), tenant.currency())?;
    let sort = query.sort.as_deref().map_or(Ok(ID), sortable)?;
    let limit = query.limit.max(1);
    let query_name =
        fingerprint(&(&query.search, &query.segment, spelled(query), sort.name, query.descending, &currency));

    let mut values = Values::default();
    let mut conditions = asked(tenant, query, &mut values)?;
    if let Some(text) = &query.cursor {
        let cursor: ListCursor = cursor::decode(text)?;
        if (cursor.sort.as_str(), cursor.desc, &cursor.query) != (sort.name, query.descending, &query_name) {
            return Err(cursor::of_another(QUERY));
        }
        conditions.push(after(&cursor, sort, tenant, &mut values)?);
    }

    // One more than asked for tells whether there is a next page.
    values.name("limit", i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let sql = statement("*", &conditions, sort, query.descending);
    let found = reader(engine, tenant, &currency).await?.collect(sql, values).await?;

    let shown = found.slice(0, found.num_rows().min(limit));
    let next_cursor = match found.num_rows() > limit {
        true => Some(cursor::encode(&ListCursor {
            sort: sort.name.to_owned(),
            desc: query.descending,
            last: last_value(&shown, sort)?,
            id: last_value(&shown, ID)?.unwrap_or_default(),
            query: query_name,
        })?),
        false => None,
    };
    let items = rows::customers(&shown)?.into_iter().zip(rows::figures(&shown)?);
    let items = items.map(|(customer, figures)| CustomerRow { customer, figures }).collect();
    Ok(CustomerPage { items, next_cursor, currency: Arc::from(currency) })
}

/// That one of a group's conditions holds; nothing of a group without any. A condition on an absent value is neither true
/// nor false: beside one that is true that does not matter.
fn any_of(group: &[Filter], tenant: &TenantContext, values: &mut Values) -> Result<Option<String>> {
    let parts = group.iter().map(|filter| condition(filter, tenant.time_zone(), values)).collect::<Result<Vec<_>>>()?;
    Ok(match parts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("({})", several.join(" OR "))),
    })
}

/// The filters as a fingerprint reads them.
fn spelled(query: &CustomerQuery) -> Vec<Vec<(&str, u8, &str)>> {
    query.filters.iter().map(|group| group.iter().map(spell).collect()).collect()
}

fn spell(filter: &Filter) -> (&str, u8, &str) {
    (filter.field.as_str(), filter.comparison as u8, filter.value.as_str())
}

/// Over `everyone` and `scores`; `shown` are the columns that it gives.
fn statement(shown: &str, conditions: &[String], sort: Field, descending: bool) -> String {
    let columns = history::COLUMNS;
    let conditions =
        if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join("\n  AND ")) };
    let direction = if descending { "DESC" } else { "ASC" };
    let order = match sort {
        ID => format!("customer_id {direction}"),
        field => format!("{} {direction} NULLS LAST, customer_id", sorted_by(field, field.name)),
    };
    format!(
        "WITH listed AS (\n    SELECT{columns},
        h.segment,
        s.churn_risk,
        s.predicted_clv,
        s.lifecycle,
        c.consent,
        coalesce(c.do_not_contact, FALSE) AS do_not_contact,
        s.churn_horizon_days
    FROM customers c
    LEFT JOIN everyone h ON h.customer_id = c.customer_id
    LEFT JOIN scores s ON s.customer_id = c.customer_id\n)
SELECT {shown} FROM listed\n{conditions}\nORDER BY {order}\nLIMIT $limit"
    )
}

/// By what a value of that field is sorted: names as people look for them, with ё beside е.
fn sorted_by(field: Field, value: &str) -> String {
    if field.name == "name" { format!("sort_key({value})") } else { value.to_owned() }
}

/// The customers behind a cursor: absent values come last, equal ones by id.
fn after(cursor: &ListCursor, sort: Field, tenant: &TenantContext, values: &mut Values) -> Result<String> {
    let (name, beyond) = (sort.name, if cursor.desc { "<" } else { ">" });
    let id = values.bind(ScalarValue::from(cursor.id.as_str()));
    if sort == ID {
        return Ok(format!("customer_id {beyond} {id}"));
    }
    let Some(last) = &cursor.last else { return Ok(format!("{name} IS NULL AND customer_id > {id}")) };
    let last = match sort.kind {
        Type::Time => last.parse().map(micros).map_err(|_| cursor::of_another(QUERY))?,
        kind => typed(name, kind, last, tenant.time_zone()).map_err(|_| cursor::of_another(QUERY))?,
    };
    let last = values.bind(last);
    let (key, last) = (sorted_by(sort, name), sorted_by(sort, &last.to_string()));
    Ok(format!("({key} {beyond} {last} OR ({key} = {last} AND customer_id > {id}) OR {name} IS NULL)"))
}

/// The last row's value, as [`ListCursor::last`] has it.
fn last_value(rows: &RecordBatch, field: Field) -> Result<Option<String>> {
    let wrong = || Error::internal(format!("the column {} of an answer cannot be read", field.name));
    let column = rows.column_by_name(field.name).ok_or_else(wrong)?;
    let row = rows.num_rows().checked_sub(1).ok_or_else(wrong)?;
    let value = ScalarValue::try_from_array(column, row).map_err(|_| wrong())?;
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(match value {
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text)) => text,
        ScalarValue::Int64(Some(number)) => number.to_string(),
        ScalarValue::Float64(Some(number)) => number.to_string(),
        ScalarValue::TimestampMicrosecond(Some(time), _) => time.to_string(),
        ScalarValue::Decimal128(Some(value), _, scale) => {
            let scale = u32::try_from(scale).map_err(|_| wrong())?;
            Decimal::try_from_i128_with_scale(value, scale).map_err(|_| wrong())?.to_string()
        }
        _ => return Err(wrong()),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_are_sorted_as_people_look_for_them() {
        let order = |field: &str| statement("*", &[], sortable(field).unwrap(), true);
        assert!(order("name").contains("ORDER BY sort_key(name) DESC NULLS LAST, customer_id\n"));
        assert!(order("created_at").contains("ORDER BY created_at DESC NULLS LAST, customer_id\n"));
    }
}
