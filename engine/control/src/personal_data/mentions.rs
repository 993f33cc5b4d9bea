//! People in prose: who is named by name, address or number in what others wrote and were told.
//!
//! The control database does not know what customers are called; whoever erases one tells it, while the records are there. A
//! text that may be about somebody else of that name goes as well: too much is deleted rather than too little.

use kupets_core::{Result, TenantId};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;

use crate::database::control_error;

/// Rows that are looked at together: as many texts are in memory.
const PAGE: i64 = 200;
/// Digits in which two ways to write one telephone number agree: the country's prefix differs (+7, 8, none).
const PHONE_DIGITS: usize = 10;
/// Fewer digits are no telephone number.
const FEWEST_DIGITS: usize = 7;
/// Letters that an ending may have in place of the one that was taken off ("Анна", "Анною").
const ENDING: usize = 3;

/// How people call a customer besides their id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// A table with prose. Statements: `$1` the tenant.
struct Prose {
    table: &'static str,
    /// The row's number and its texts, those after the row `$2`, at most `$3`.
    read: &'static str,
    /// What becomes of the row `$2`.
    forget: &'static str,
}

const PROSE: [Prose; 13] = [
    Prose {
        table: "assistant_messages",
        read: "SELECT rowid, concat_ws(char(10), question, answer, interpretation, plan, statement, bound, choices, \
               alternatives, chart) FROM assistant_messages WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM assistant_messages WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "assistant_feedback",
        read: "SELECT rowid, coalesce(comment, '') FROM assistant_feedback \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE assistant_feedback SET comment = NULL WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "verified_questions",
        read: "SELECT rowid, concat_ws(char(10), name, question, plan, statement) FROM verified_questions \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM verified_questions WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "telegram_outbox",
        read: "SELECT rowid, concat_ws(char(10), title, body) FROM telegram_outbox \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM telegram_outbox WHERE tenant = $1 AND rowid = $2",
    },
    // The question is about no one person, only its rows name them.
    Prose {
        table: "verified_questions",
        read: "SELECT rowid, coalesce(expected, '') FROM verified_questions \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE verified_questions SET expected = NULL WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "tasks",
        read: "SELECT rowid, title FROM tasks WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE tasks SET title = '—' WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "tasks",
        read: "SELECT rowid, coalesce(note, '') FROM tasks WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE tasks SET note = NULL WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "saved_views",
        read: "SELECT rowid, concat_ws(char(10), name, query_text) FROM saved_views \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM saved_views WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "saved_reports",
        read: "SELECT rowid, concat_ws(char(10), statement, parameters, chart) FROM saved_reports \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM saved_reports WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "saved_reports",
        read: "SELECT rowid, name FROM saved_reports WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE saved_reports SET name = '—' WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "saved_reports",
        read: "SELECT rowid, coalesce(description, '') FROM saved_reports \
               WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE saved_reports SET description = NULL WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "dashboard_cards",
        read: "SELECT rowid, card FROM dashboard_cards WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "DELETE FROM dashboard_cards WHERE tenant = $1 AND rowid = $2",
    },
    Prose {
        table: "dashboards",
        read: "SELECT rowid, name FROM dashboards WHERE tenant = $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
        forget: "UPDATE dashboards SET name = '—' WHERE tenant = $1 AND rowid = $2",
    },
];

/// Forgets every text that names the person. Returns how many rows changed.
pub(super) async fn forget(connection: &mut SqliteConnection, tenant: &TenantId, person: &Person) -> Result<u64> {
    let wanted = Wanted::new(person);
    let mut rows = 0;
    for prose in &PROSE {
        for (row, _) in find(connection, tenant, &wanted, prose).await? {
            let query = sqlx::query(prose.forget).bind(tenant.as_str()).bind(row);
            rows += query.execute(&mut *connection).await.map_err(control_error)?.rows_affected();
        }
    }
    Ok(rows)
}

/// Every text that names the person, by table.
pub(super) async fn export(connection: &mut SqliteConnection, tenant: &TenantId, person: &Person) -> Result<Value> {
    let wanted = Wanted::new(person);
    let mut told: Map<String, Value> = Map::new();
    for prose in &PROSE {
        let texts: Vec<Value> =
            find(connection, tenant, &wanted, prose).await?.into_iter().map(|(_, text)| Value::String(text)).collect();
        if texts.is_empty() {
            continue;
        }
        if let Value::Array(all) = told.entry(prose.table).or_insert_with(|| Value::Array(Vec::new())) {
            all.extend(texts);
        }
    }
    Ok(Value::Object(told))
}

async fn find(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    wanted: &Wanted,
    prose: &Prose,
) -> Result<Vec<(i64, String)>> {
    let mut found = Vec::new();
    if wanted.is_nobody() {
        return Ok(found);
    }
    let mut after = 0;
    loop {
        let query = sqlx::query_as(prose.read).bind(tenant.as_str()).bind(after).bind(PAGE);
        let page: Vec<(i64, String)> = query.fetch_all(&mut *connection).await.map_err(control_error)?;
        let Some((last, _)) = page.last() else { return Ok(found) };
        after = *last;
        found.extend(page.into_iter().filter(|(_, text)| wanted.is_named_in(text)));
    }
}

/// A person as texts are searched for them.
struct Wanted {
    /// The words of the name, without their endings.
    name: Vec<String>,
    email: Option<String>,
    phone: Option<String>,
}

impl Wanted {
    fn new(person: &Person) -> Self {
        let name = person.name.as_deref().map(|name| words(&folded(name)).map(stem).collect()).unwrap_or_default();
        let email = person.email.as_deref().map(|email| folded(email.trim())).filter(|email| email.contains('@'));
        let digits: String = person.phone.iter().flat_map(|phone| phone.chars()).filter(char::is_ascii_digit).collect();
        let phone =
            (digits.len() >= FEWEST_DIGITS).then(|| digits[digits.len().saturating_sub(PHONE_DIGITS)..].to_owned());
        Self { name, email, phone }
    }

    fn is_nobody(&self) -> bool {
        self.name.is_empty() && self.email.is_none() && self.phone.is_none()
    }

    fn is_named_in(&self, text: &str) -> bool {
        let text = folded(text);
        self.email.as_ref().is_some_and(|email| text.contains(email.as_str()))
            || self.phone.as_ref().is_some_and(|phone| numbers(&text).any(|number| number.contains(phone.as_str())))
            || !self.name.is_empty() && self.has_name(&text)
    }

    /// Whether every word of the name is there, in any order and inflected.
    fn has_name(&self, text: &str) -> bool {
        let spoken: Vec<&str> = words(text).collect();
        self.name.iter().all(|stem| {
            spoken
                .iter()
                .any(|word| word.strip_prefix(stem.as_str()).is_some_and(|ending| ending.chars().count() <= ENDING))
        })
    }
}

/// In lower case, with one letter for two that people mix, and spaces for those of JSON.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е").replace("\\n", " ").replace("\\t", " ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A word of a Russian name without the vowel that its cases change; any other as it is.
fn stem(word: &str) -> String {
    let stem = word.trim_end_matches(['а', 'е', 'и', 'й', 'о', 'у', 'ы', 'ь', 'ю', 'я']);
    // "Ия" and "Юлия": too little would be left to tell anybody by.
    if stem.chars().count() >= 3 { stem.to_owned() } else { word.to_owned() }
}

/// The digits of what may be telephone numbers.
fn numbers(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_ascii_digit() || " \u{a0}-()+.".contains(c)))
        .map(|run| run.chars().filter(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests;
