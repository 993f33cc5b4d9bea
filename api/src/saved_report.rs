//! Saved reports as the engine runs them: what is stored of their parameters, read.

use kupets_control::saved::reports::SavedReport;
use kupets_core::{Error, FieldError, Result};
use kupets_engine::reports::{SavedParameter, SavedReport as Runnable, SavedType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, SchemaType, Type},
    },
};

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SavedParameterType)]
pub enum TypeBody {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A day: `2026-01-31`.
    Date,
    /// RFC 3339, or a date: midnight in the workspace's zone.
    Timestamp,
}

/// A value where none is sent: a text or a number.
fn default_schema() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Null])).into()
}

/// A parameter of a saved report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SavedParameterBody)]
pub struct ParameterBody {
    /// What the statement calls it, without `$`.
    #[schema(pattern = "^[a-z_][a-z0-9_]{0,59}$")]
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: TypeBody,
    /// Its value where none is sent, a text or a number; null: it must be sent.
    #[serde(default)]
    #[schema(schema_with = default_schema, required = false)]
    pub default: Value,
    /// What people call it.
    #[serde(default)]
    pub label: Option<String>,
}

impl TypeBody {
    fn kind(self) -> SavedType {
        match self {
            Self::Text => SavedType::Text,
            Self::Number => SavedType::Number,
            Self::Date => SavedType::Date,
            Self::Timestamp => SavedType::Timestamp,
        }
    }
}

impl ParameterBody {
    /// As the engine takes it.
    ///
    /// # Errors
    /// Its default is neither a text nor a number.
    fn read(self) -> Result<SavedParameter> {
        let default = match self.default {
            Value::Null => None,
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                let message = format!("the default of {} is a text or a number", self.name);
                return Err(Error::wrong_fields(vec![FieldError::of("parameters", message)]));
            }
        };
        Ok(SavedParameter { name: self.name, kind: self.kind.kind(), default })
    }
}

/// A stored report as the engine runs it.
///
/// # Errors
/// Its parameters cannot be read.
pub fn runnable(report: &SavedReport) -> Result<Runnable> {
    let declared: Vec<ParameterBody> = serde_json::from_str(&report.parameters)
        .map_err(|e| Error::wrong_fields(vec![FieldError::of("parameters", format!("cannot be read: {e}"))]))?;
    let parameters = declared.into_iter().map(ParameterBody::read).collect::<Result<_>>()?;
    Ok(Runnable { id: report.id.clone(), sql: report.statement.clone(), parameters })
}
