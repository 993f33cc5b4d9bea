//! Customers who may be one person: the same e-mail address, the same telephone number, or the same name in the same city.

use std::collections::BTreeMap;

use kupets_core::{Result, TenantContext};
use serde::{Deserialize, Serialize};

use super::{cursor, rows::Texts};
use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values},
};

/// Customers of one address or number at most: behind more stands nobody, but what a form was filled in with.
const MAX_TOGETHER: i64 = 20;
/// Rows that are read at most.
const MAX_ROWS: i64 = 100_000;
/// Digits of a number that is somebody's.
const PHONE_DIGITS: i64 = 7;

/// By what customers are alike.
const REASONS: [(&str, Reason); 3] =
    [("email", Reason::Email), ("phone", Reason::Phone), ("name_and_city", Reason::NameAndCity)];

/// Why customers may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// They have the same e-mail address.
    Email,
    /// They have the same telephone number.
    Phone,
    /// They have the same name, and live in the same city: the attribute `city`.
    NameAndCity,
}

impl Reason {
    /// Its name in answers.
    pub fn name(self) -> &'static str {
        REASONS.iter().find(|(_, reason)| *reason == self).map_or("", |(name, _)| *name)
    }
}

/// A customer of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The app's own id.
    pub customer_id: String,
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// The attribute `city`.
    pub city: Option<String>,
}

/// Customers who may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicates {
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who, by their ids.
    pub customers: Vec<Duplicate>,
}

/// A page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DuplicatesPage {
    /// The groups.
    pub items: Vec<Duplicates>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
}

/// The end of a page: the ids of its last group.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    ids: Vec<String>,
}

const SQL: &str = "WITH keyed AS (
    SELECT customer_id, 'email' AS reason, search_key(email) AS key FROM customers WHERE email IS NOT NULL
    UNION ALL
    SELECT customer_id, 'phone', phone_key(phone) FROM customers WHERE length(phone_key(phone)) >= $digits
    UNION ALL
    SELECT customer_id, 'name_and_city', concat(search_key(name), chr(10), search_key(json_as_text(attributes, 'city')))
    FROM customers
    WHERE name IS NOT NULL AND json_as_text(attributes, 'city') <> ''
),
alike AS (
    SELECT reason, key FROM keyed GROUP BY reason, key HAVING count(*) > 1 AND count(*) <= $most
)
SELECT k.reason, k.key, c.customer_id, c.name, c.email, c.phone, json_as_text(c.attributes, 'city') AS city
FROM keyed k
JOIN alike a ON a.reason = k.reason AND a.key = k.key
JOIN customers c ON c.customer_id = k.customer_id
ORDER BY k.reason, k.key, c.customer_id
LIMIT $rows";

impl Engine {
    /// Customers who may be one person, by the ids of the first.
    ///
    /// # Errors
    /// A cursor that is not one, and the limits of queries.
    pub async fn duplicates(
        &self,
        tenant: &TenantContext,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<DuplicatesPage> {
        let (engine, tenant, cursor) = (self.clone(), tenant.clone(), cursor.map(str::to_owned));
        self.on_runtime(async move { page(&engine, &tenant, limit, cursor.as_deref()).await }).await
    }
}

async fn page(engine: &Engine, tenant: &TenantContext, limit: usize, cursor: Option<&str>) -> Result<DuplicatesPage> {
    let after: Option<End> = cursor.map(cursor::decode).transpose()?;
    let mut values = Values::default();
    values.name("digits", PHONE_DIGITS);
    values.name("most", MAX_TOGETHER);
    values.name("rows", MAX_ROWS);
    let found = SnapshotReader::open(engine, tenant).await?.collect(SQL.to_owned(), values).await?;
    let texts = |name: &str| Texts::of(&found, name);
    let (reasons, keys, ids) = (texts("reason")?, texts("key")?, texts("customer_id")?);
    let (names, emails, phones, cities) = (texts("name")?, texts("email")?, texts("phone")?, texts("city")?);
    let mut alike: BTreeMap<(String, String), Vec<Duplicate>> = BTreeMap::new();
    for row in 0..found.num_rows() {
        alike.entry((reasons.at(row), keys.at(row))).or_default().push(Duplicate {
            customer_id: ids.at(row),
            name: names.get(row),
            email: emails.get(row),
            phone: phones.get(row),
            city: cities.get(row),
        });
    }
    // The same people may be alike for several reasons.
    let mut groups: BTreeMap<Vec<String>, Duplicates> = BTreeMap::new();
    for ((reason, _), customers) in alike {
        let Some((_, reason)) = REASONS.iter().find(|(name, _)| *name == reason) else { continue };
        // The last one may be cut off by the limit of rows.
        if customers.len() < 2 {
            continue;
        }
        let of = customers.iter().map(|customer| customer.customer_id.clone()).collect();
        let group = groups.entry(of).or_insert_with(|| Duplicates { reasons: Vec::new(), customers });
        group.reasons.push(*reason);
    }
    let mut rest = groups.into_iter().filter(|(ids, _)| after.as_ref().is_none_or(|end| *ids > end.ids)).peekable();
    let mut items = Vec::new();
    let mut last = Vec::new();
    while let Some((ids, group)) = rest.next_if(|_| items.len() < limit.max(1)) {
        last = ids;
        items.push(group);
    }
    let next_cursor = match rest.peek() {
        Some(_) => Some(cursor::encode(&End { ids: last })?),
        None => None,
    };
    Ok(DuplicatesPage { items, next_cursor })
}
