//! Doubles that are numbers. Infinity and "not a number" have no place in JSON, which would show them as null, and no place in a sum: what
//! gives one is an error.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, FieldRef, Float32Type, Float64Type},
    error::ArrowError,
};
use datafusion::{
    error::Result,
    execution::{FunctionRegistry, SessionState},
    logical_expr::{
        ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
        Volatility,
    },
};

/// Functions that have no answer for some doubles, or one that is too large.
const FUNCTIONS: [&str; 15] = [
    "acos", "acosh", "asin", "atanh", "cosh", "cot", "degrees", "exp", "ln", "log", "log10", "log2", "power", "sinh",
    "sqrt",
];

/// Puts the check behind every function that needs it.
pub(super) fn wrap(state: &mut SessionState) -> Result<()> {
    for name in FUNCTIONS {
        if let Ok(inner) = state.udf(name) {
            state.register_udf(Arc::new(ScalarUDF::from(Finite { inner: Some(inner), signature: any() })))?;
        }
    }
    Ok(())
}

/// `expr`, and an error where it is no number.
pub(super) fn guard(expr: Expr) -> Expr {
    static GUARD: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(Finite { inner: None, signature: any() }.into()));
    GUARD.call(vec![expr])
}

/// The value again, or an error if a double of it is infinite or not a number.
pub(super) fn check(value: ColumnarValue) -> Result<ColumnarValue> {
    match &value {
        ColumnarValue::Array(array) => check_array(array)?,
        ColumnarValue::Scalar(scalar) if scalar.data_type().is_floating() => check_array(&scalar.to_array()?)?,
        ColumnarValue::Scalar(_) => {}
    }
    Ok(value)
}

/// An error if a double of the array is infinite or not a number.
pub(super) fn check_array(array: &ArrayRef) -> Result<()> {
    let sound = match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().flatten().all(f64::is_finite),
        DataType::Float32 => array.as_primitive::<Float32Type>().iter().flatten().all(f32::is_finite),
        _ => true,
    };
    if sound {
        return Ok(());
    }
    Err(ArrowError::ArithmeticOverflow("infinite, or not a number".into()).into())
}

fn any() -> Signature {
    Signature::any(1, Volatility::Immutable)
}

/// A function whose doubles are checked; none is the one that gives its argument back.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Finite {
    inner: Option<Arc<ScalarUDF>>,
    signature: Signature,
}

impl ScalarUDFImpl for Finite {
    fn name(&self) -> &str {
        self.inner.as_ref().map_or("finite", |inner| inner.name())
    }

    fn aliases(&self) -> &[String] {
        match &self.inner {
            Some(inner) => inner.aliases(),
            None => &[],
        }
    }

    fn signature(&self) -> &Signature {
        self.inner.as_ref().map_or(&self.signature, |inner| inner.signature())
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match &self.inner {
            Some(inner) => inner.return_type(types),
            None => Ok(types.first().cloned().unwrap_or(DataType::Null)),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        match (&self.inner, args.arg_fields.first()) {
            (Some(inner), _) => inner.return_field_from_args(args),
            (None, Some(field)) => Ok(field.clone()),
            (None, None) => datafusion::common::exec_err!("finite has one argument"),
        }
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match &self.inner {
            Some(inner) => inner.coerce_types(types),
            None => Ok(types.to_vec()),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.as_ref().and_then(|inner| inner.documentation())
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match (&self.inner, args.args.pop()) {
            (Some(inner), Some(last)) => {
                args.args.push(last);
                check(inner.invoke_with_args(args)?)
            }
            (None, Some(value)) => check(value),
            (_, None) => datafusion::common::exec_err!("{} needs an argument", self.name()),
        }
    }
}
