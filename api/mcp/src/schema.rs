//! JSON schemas of arguments and results, from their types.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;

/// What a tool takes.
pub fn input_schema<T: JsonSchema>() -> Arc<JsonObject> {
    tidy(settings().into_generator().into_root_schema_for::<T>())
}

/// What a tool answers with.
pub fn output_schema<T: JsonSchema>() -> Arc<JsonObject> {
    tidy(settings().for_serialize().into_generator().into_root_schema_for::<T>())
}

/// No references: many clients hand a schema to a model as it is, and a model does not follow them.
fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    })
}

fn tidy(schema: Schema) -> Arc<JsonObject> {
    let mut schema = Value::from(schema);
    strip(&mut schema);
    Arc::new(match schema {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    })
}

/// Takes out what is of Rust: the names of types, and formats of numbers that are in no register.
fn strip(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("title").is_some_and(Value::is_string) {
                object.remove("title");
            }
            let foreign = |format: &str| !matches!(format, "date" | "date-time" | "uri");
            if object.get("format").and_then(Value::as_str).is_some_and(foreign) {
                object.remove("format");
            }
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Asked {
        /// What it is called.
        title: String,
        /// How many.
        count: Option<u32>,
    }

    #[test]
    fn a_schema_says_what_there_is_and_no_more() {
        assert_eq!(
            Value::Object((*input_schema::<Asked>()).clone()),
            json!({
                "type": "object",
                "properties": {
                    "title": {"type": "string", "description": "What it is called."},
                    "count": {"type": ["integer", "null"], "minimum": 0, "description": "How many."},
                },
                "required": ["title"],
                "additionalProperties": false,
            })
        );
    }
}
