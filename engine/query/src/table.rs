//! An answer in JSON as the OpenAPI document describes it. What is written streams row by row in `formats::json`, so these types
//! hold nothing; the tests of the API hold real answers against them.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaType, Type},
    },
};

use crate::{Column, Told};

/// A cell of a result.
#[derive(Debug)]
pub enum Cell {}

impl PartialSchema for Cell {
    fn schema() -> RefOr<Schema> {
        let any = || ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        let plain = [Type::String, Type::Number, Type::Boolean, Type::Null];
        AnyOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(SchemaType::from_iter(plain)))
            .item(ArrayBuilder::new().items(any()))
            .item(ObjectBuilder::new().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true))))
            .description(Some(
                "A value as its column's `type` has it: numbers of any kind, exact decimals among them, as JSON numbers with all of \
                 their digits; times as RFC 3339 texts, days as `YYYY-MM-DD`; null for none. Arrays and objects come from SQL alone, \
                 where a statement makes them.",
            ))
            .into()
    }
}

impl ToSchema for Cell {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Cell")
    }
}

/// A whole result.
#[derive(Debug, ToSchema)]
#[schema(as = ResultBody)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with its cells in the order of the columns.
    pub rows: Vec<Vec<Cell>>,
    /// What it says of itself.
    pub meta: Told,
}
