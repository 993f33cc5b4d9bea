//! A tool's arguments as its type, or what is wrong with them.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{error::ToolError, schema::input_schema};

/// What a type of arguments asks for beyond what its fields say.
pub trait Check {
    /// Whether the values make sense together.
    ///
    /// # Errors
    /// What does not, where, and what to do.
    fn check(&self) -> Result<(), ToolError> {
        Ok(())
    }
}

/// The arguments of a call.
///
/// Types must not buffer what they read (`flatten`, `untagged`, tags inside): a number such as 1.5 would come out of the buffer as
/// an object, because this build keeps numbers as they are written.
///
/// # Errors
/// A field that is missing, unknown or of another kind, and what [`Check`] finds.
pub fn parse<T: DeserializeOwned + JsonSchema + Check>(arguments: JsonObject) -> Result<T, ToolError> {
    let arguments: T = serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| {
        let path = error.path().to_string();
        let wrong = ToolError::new(format!("{}.", sentence(&error.inner().to_string()))).advice(takes::<T>());
        // The root has no name.
        if path == "." { wrong } else { wrong.at(path) }
    })?;
    arguments.check()?;
    Ok(arguments)
}

/// What the tool takes, in a sentence.
fn takes<T: JsonSchema>() -> String {
    let schema = input_schema::<T>();
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let names = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|fields| fields.keys());
    let named: Vec<String> = names
        .map(|name| if required.contains(&name.as_str()) { format!("{name} (required)") } else { name.clone() })
        .collect();
    match named.as_slice() {
        [] => "The tool takes no arguments. Call it again without any.".to_owned(),
        named => format!("The tool takes {}. Correct this and call it again.", named.join(", ")),
    }
}

/// An error of a parser as the beginning of a sentence.
fn sentence(error: &str) -> String {
    // What `arbitrary_precision` makes of 1.5 where there is no half.
    if error == "invalid number" {
        return "It is not a whole number from 0 on".to_owned();
    }
    let mut letters = error.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
