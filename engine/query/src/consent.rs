//! What customers agreed to, in statements: `consent_given(consent, channel)`, and `consent_refused(consent)` for who refused all that
//! they were asked. Of a channel what was said last counts.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{AsArray, BooleanArray, StringArray},
    compute::cast,
    datatypes::DataType,
};
use chrono::{DateTime, Utc};
use datafusion::{
    error::Result,
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        scalar_doc_sections::DOC_SECTION_STRING,
    },
};
use serde::Deserialize;

/// The functions, to be registered.
pub(super) fn consent_udfs() -> [ScalarUDF; 2] {
    [
        Function { of_channel: true, signature: Signature::string(2, Volatility::Immutable) }.into(),
        Function { of_channel: false, signature: Signature::string(1, Volatility::Immutable) }.into(),
    ]
}

/// An entry of `consent`.
#[derive(Deserialize)]
struct Entry {
    channel: String,
    given: bool,
    at: Option<DateTime<Utc>>,
}

fn folded(channel: &str) -> String {
    channel.trim().to_lowercase()
}

/// What was said last, by channel. Of entries of one time, and of those without one, the later in the list is the last; whoever has a time
/// comes after those that have none. None: nothing can be read.
fn last(consent: &str) -> Option<HashMap<String, bool>> {
    let mut entries: Vec<Entry> = serde_json::from_str(consent).ok()?;
    entries.sort_by_key(|entry| entry.at);
    Some(entries.into_iter().map(|entry| (folded(&entry.channel), entry.given)).collect())
}

fn given(consent: &str, channel: &str) -> Option<bool> {
    last(consent)?.get(&folded(channel)).copied()
}

/// Whether something was said, and all of it is no.
fn refused(consent: &str) -> Option<bool> {
    let said = last(consent)?;
    Some(!said.is_empty() && said.values().all(|given| !given))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function {
    /// Whether it asks for a channel.
    of_channel: bool,
    signature: Signature,
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        if self.of_channel { "consent_given" } else { "consent_refused" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = |value: &ColumnarValue| -> Result<StringArray> {
            let array = cast(&value.to_array(args.number_rows)?, &DataType::Utf8)?;
            Ok(array.as_string::<i32>().clone())
        };
        let answer: BooleanArray = match args.args.as_slice() {
            [consent] => texts(consent)?.iter().map(|consent| refused(consent?)).collect(),
            [consent, channel] => {
                let (consent, channel) = (texts(consent)?, texts(channel)?);
                consent.iter().zip(channel.iter()).map(|(consent, channel)| given(consent?, channel?)).collect()
            }
            _ => {
                return datafusion::common::exec_err!(
                    "write consent_given(consent, 'email') or consent_refused(consent)"
                );
            }
        };
        Ok(ColumnarValue::Array(Arc::new(answer)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        static DOCUMENTATION: std::sync::LazyLock<[Documentation; 2]> = std::sync::LazyLock::new(|| {
            let of = |says: &str, example: &str| {
                Documentation::builder(DOC_SECTION_STRING, says, example)
                    .with_argument("consent", "The column of customers")
            };
            [
                of(
                    "Whether a customer has refused to be contacted over every channel that they were asked about: what was said last \
                     counts, null where nothing was.",
                    "consent_refused(consent)",
                )
                .build(),
                of(
                    "Whether a customer has agreed to be contacted over a channel: what was said last counts, null where nothing was. \
                     WHERE consent_given(consent, 'email') AND do_not_contact IS NOT TRUE.",
                    "consent_given(consent, channel)",
                )
                .with_argument("channel", "email, phone, sms, …")
                .build(),
            ]
        });
        DOCUMENTATION.get(usize::from(self.of_channel))
    }
}

#[cfg(test)]
mod tests {
    use super::{given, refused};

    #[test]
    fn what_was_said_last_counts() {
        let twice = r#"[{"channel":"email","given":true,"at":"2026-02-01T00:00:00Z"},{"channel":"email","given":false,"at":"2026-01-01T00:00:00Z"}]"#;
        assert_eq!(given(twice, "EMAIL "), Some(true));
        assert_eq!(given(twice, "sms"), None);
        assert_eq!(refused(twice), Some(false));
        let plain = r#"[{"channel":"sms","given":true},{"channel":"sms","given":false,"source":"call"}]"#;
        assert_eq!((given(plain, "sms"), refused(plain)), (Some(false), Some(true)));
        let mixed = r#"[{"channel":"sms","given":false,"at":"2026-01-01T00:00:00.5Z"},{"channel":"sms","given":true},{"channel":"email","given":true}]"#;
        assert_eq!((given(mixed, "sms"), refused(mixed)), (Some(false), Some(false)));
        assert_eq!((given("[]", "sms"), refused("[]")), (None, Some(false)));
        assert_eq!((given("no JSON", "sms"), refused("no JSON")), (None, None));
    }
}
