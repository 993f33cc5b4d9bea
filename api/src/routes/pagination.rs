//! Query strings: read strictly, and the part that all lists share.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures::future::{Ready, ready};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::problem::{Problem, Result, field};

/// Items of a page unless `limit` is sent.
const DEFAULT_LIMIT: usize = 50;
/// Items of a page at most.
pub const MAX_LIMIT: usize = 500;

/// A query string as `T`. Unlike the framework's own, a wrong one is answered with a problem that names it.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

/// A query string as `T`.
///
/// # Errors
/// 422 that names the parameter where the error does.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T> {
    let query = actix_web::web::Query::<T>::from_query(query);
    query.map(actix_web::web::Query::into_inner).map_err(|error| {
        // "Query deserialize error: unknown field `x`, expected ..."
        let text = error.to_string();
        let message = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
        // Ours begin with the name; serde's are about a "field `x`".
        let named = message.starts_with('`') || message.contains("field `");
        let name = message.split('`').nth(1).filter(|_| named).unwrap_or_default();
        Problem::fields(vec![field(name, message)])
    })
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "whole")]
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Items at most.
    ///
    /// # Errors
    /// 422 out of range.
    pub fn limit(&self) -> Result<usize> {
        limit(self.limit)
    }
}

/// `limit` as a whole number, with an error that names it.
///
/// # Errors
/// It is none.
pub fn whole<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let number = text
        .parse()
        .map_err(|_| serde::de::Error::custom(format_args!("`limit` is `{text}`; it is a whole number")))?;
    Ok(Some(number))
}

/// Items at most, checked.
///
/// # Errors
/// 422 out of range.
pub fn limit(asked: Option<usize>) -> Result<usize> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::fields(vec![field("limit", format!("1 to {MAX_LIMIT}"))])),
    }
}

/// Rows of which one more than `limit` was asked for, as a page and where the next one begins.
pub fn page<T>(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}
