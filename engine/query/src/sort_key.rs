//! `sort_key(text)`: by what people sort names. Plain order is by code points, where `Ё` stands before `А`, `ё` behind `я`, and every
//! capital before every small letter.

use std::sync::Arc;

use arrow::{
    array::{AsArray, StringArray},
    compute::cast,
    datatypes::DataType,
};
use datafusion::{
    common::ScalarValue,
    error::Result,
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        scalar_doc_sections::DOC_SECTION_STRING,
    },
};
use unicode_normalization::UnicodeNormalization as _;

/// The function, to be registered.
pub(super) fn sort_key_udf() -> ScalarUDF {
    SortKey { signature: Signature::string(1, Volatility::Immutable) }.into()
}

/// Letters and their accents apart: those without accents and in lower case first, the text as it is where they are the same.
fn key(text: &str) -> String {
    let mut letters = String::with_capacity(2 * text.len() + 1);
    for letter in text.nfc().flat_map(char::to_lowercase) {
        match letter {
            // A letter of its own, though Unicode takes it for an accent on another.
            'й' | 'ї' | 'ў' => letters.push(letter),
            _ => letters.extend(std::iter::once(letter).nfd().filter(|part| !('\u{300}'..='\u{36f}').contains(part))),
        }
    }
    // Below every letter, so that what ends first comes first.
    letters.push('\u{1}');
    letters.push_str(text);
    letters
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SortKey {
    signature: Signature,
}

impl ScalarUDFImpl for SortKey {
    fn name(&self) -> &str {
        "sort_key"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.as_slice() {
            [ColumnarValue::Scalar(text)] => {
                let key = text.try_as_str().flatten().map(key);
                Ok(ColumnarValue::Scalar(ScalarValue::Utf8(key)))
            }
            [ColumnarValue::Array(texts)] => {
                let texts = cast(texts, &DataType::Utf8)?;
                let keys: StringArray = texts.as_string::<i32>().iter().map(|text| text.map(key)).collect();
                Ok(ColumnarValue::Array(Arc::new(keys)))
            }
            _ => datafusion::common::exec_err!("write sort_key(text)"),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        static SORT_KEY: std::sync::LazyLock<Documentation> = std::sync::LazyLock::new(|| {
            Documentation::builder(
                DOC_SECTION_STRING,
                "What to sort a text by so that people find it: capitals beside small letters, ё beside е, é beside e. \
                 ORDER BY sort_key(name).",
                "sort_key(text)",
            )
            .with_argument("text", "A name or any other text")
            .build()
        });
        Some(&SORT_KEY)
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn people_find_what_is_sorted() {
        let mut names =
            ["я", "Ёлка", "ель", "Елена", "ежик", "Жанна", "ёж", "А", "йод", "икра", "Еж", "Émile", "Eva", "emil"];
        names.sort_by_key(|name| key(name));
        assert_eq!(
            names,
            ["emil", "Émile", "Eva", "А", "Еж", "ёж", "ежик", "Елена", "Ёлка", "ель", "Жанна", "икра", "йод", "я"]
        );
        // In two parts as in one.
        assert!(key("е\u{308}лка") < key("елок") && key("е\u{308}лка") > key("ели"));
    }
}
