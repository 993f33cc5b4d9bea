//! Functions that make one text of another, as functions of statements.

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

use super::{phone_key::phone_key, search_key::search_key, sort_key::sort_key};

/// Makes one text of another.
type Make = fn(&str) -> String;

const FUNCTIONS: [(&str, Make, &str); 3] = [
    (
        "sort_key",
        sort_key,
        "What to sort a text by so that people find it: capitals beside small letters, ё beside е, é beside e. ORDER BY sort_key(name).",
    ),
    (
        "search_key",
        search_key,
        "A text as it is looked for: in small letters, without accents, ё as е. search_key(name) = search_key('Пётр').",
    ),
    (
        "phone_key",
        phone_key,
        "The digits of a telephone number as it is dialled from abroad: 8 900 and +7 900, +49 (0) 711 and 0049 711 are the same.",
    ),
];

/// The functions, to be registered.
pub(super) fn text_udfs() -> impl Iterator<Item = ScalarUDF> {
    FUNCTIONS.into_iter().map(|(name, make, says)| {
        let documentation = Documentation::builder(DOC_SECTION_STRING, says, format!("{name}(text)"))
            .with_argument("text", "A name, a number or any other text")
            .build();
        TextFunction {
            name,
            make,
            documentation: Box::new(documentation),
            signature: Signature::string(1, Volatility::Immutable),
        }
        .into()
    })
}

#[derive(Debug)]
struct TextFunction {
    name: &'static str,
    make: Make,
    documentation: Box<Documentation>,
    signature: Signature,
}

// By its name: there is one of each.
impl PartialEq for TextFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for TextFunction {}

impl std::hash::Hash for TextFunction {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        self.name
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
                let made = text.try_as_str().flatten().map(self.make);
                Ok(ColumnarValue::Scalar(ScalarValue::Utf8(made)))
            }
            [ColumnarValue::Array(texts)] => {
                let texts = cast(texts, &DataType::Utf8)?;
                let made: StringArray = texts.as_string::<i32>().iter().map(|text| text.map(self.make)).collect();
                Ok(ColumnarValue::Array(Arc::new(made)))
            }
            _ => datafusion::common::exec_err!("write {}(text)", self.name),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
