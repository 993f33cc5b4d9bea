//! Casts that lose something stay where they were written.
//!
//! DataFusion 55.2 takes a cast off the column of a comparison and puts the reverse one on the literal, in the logical and in the
//! physical simplifier: `CAST(amount AS DECIMAL(18, 2)) = 1.23` becomes `amount = 1.2300` and no longer finds 1.2345
//! (apache/datafusion#23095), `TRY_CAST(n AS INT) > 1` finds what is no INT (#24702). That is right only where the cast tells all
//! values apart. Every other cast is put into a function that gives its argument back and that no simplifier looks into.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, FieldRef};
use datafusion::{
    common::{DFSchema, tree_node::Transformed},
    config::ConfigOptions,
    error::Result,
    logical_expr::{
        Cast, ColumnarValue, Expr, ExprSchemable as _, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
        ScalarUDFImpl, Signature, TryCast, Volatility,
    },
    optimizer::AnalyzerRule,
};

use super::walk;

/// The rule; it goes behind the coercion of types, whose casts are meant as well.
#[derive(Debug)]
pub(super) struct KeepLossyCasts;

impl AnalyzerRule for KeepLossyCasts {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        walk::change_expressions(plan, |expr, schema| Ok(keep(expr, schema)))
    }

    fn name(&self) -> &str {
        "keep_lossy_casts"
    }
}

fn keep(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let (Expr::Cast(Cast { expr: inner, field }) | Expr::TryCast(TryCast { expr: inner, field })) = &expr else {
        return Transformed::no(expr);
    };
    // A literal is worked out once, whatever the cast.
    if matches!(**inner, Expr::Literal(..)) {
        return Transformed::no(expr);
    }
    if inner.get_type(schema).is_ok_and(|from| tells_all_apart(&from, field.data_type())) {
        return Transformed::no(expr);
    }
    Transformed::yes(AS_CAST.call(vec![expr]))
}

/// Whether different values of `from` stay different, and none is refused or made null. Times are left to DataFusion, which
/// knows of those that lose precision.
fn tells_all_apart(from: &DataType, to: &DataType) -> bool {
    use DataType::{Date32, Date64, Dictionary, Float32, Float64, LargeUtf8, Null, Timestamp, Utf8, Utf8View};
    let text = |of: &DataType| matches!(of, Utf8 | LargeUtf8 | Utf8View);
    let time = |of: &DataType| matches!(of, Timestamp(..) | Date32 | Date64);
    match (from, to) {
        (Null, _) => true,
        (from, to) if from == to || text(from) && text(to) || time(from) && time(to) => true,
        (Dictionary(_, from), to) => tells_all_apart(from, to),
        (from, Dictionary(_, to)) => tells_all_apart(from, to),
        (Float32, Float64) => true,
        (from, Float64) => integer_bits(from).is_some_and(|(bits, _)| bits <= 32),
        (from, to) => match (integer_bits(from), integer_bits(to), digits(from), digits(to)) {
            (Some((from, from_signed)), Some((to, to_signed)), ..) => {
                if from_signed == to_signed {
                    to >= from
                } else {
                    to_signed && to > from
                }
            }
            (_, _, Some((from, from_scale)), Some((to, to_scale))) => to_scale >= from_scale && to >= from,
            _ => false,
        },
    }
}

fn integer_bits(of: &DataType) -> Option<(u8, bool)> {
    match of {
        DataType::Int8 => Some((8, true)),
        DataType::Int16 => Some((16, true)),
        DataType::Int32 => Some((32, true)),
        DataType::Int64 => Some((64, true)),
        DataType::UInt8 => Some((8, false)),
        DataType::UInt16 => Some((16, false)),
        DataType::UInt32 => Some((32, false)),
        DataType::UInt64 => Some((64, false)),
        _ => None,
    }
}

/// Digits before the point, and behind it.
fn digits(of: &DataType) -> Option<(i16, i16)> {
    match of {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            Some((i16::from(*precision) - i16::from(*scale), i16::from(*scale)))
        }
        of => integer_bits(of).map(|(bits, _)| (if bits == 64 { 20 } else { i16::from(bits) / 3 + 1 }, 0)),
    }
}

static AS_CAST: LazyLock<Arc<ScalarUDF>> =
    LazyLock::new(|| Arc::new(AsCast { signature: Signature::any(1, Volatility::Immutable) }.into()));

/// Gives its argument back.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AsCast {
    signature: Signature,
}

impl ScalarUDFImpl for AsCast {
    fn name(&self) -> &str {
        "as_cast"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(arg_types.first().cloned().unwrap_or(DataType::Null))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = args.arg_fields.first().map(|field| field.as_ref().clone());
        Ok(Arc::new(
            field.unwrap_or_else(|| arrow::datatypes::Field::new("", DataType::Null, true)).with_name(self.name()),
        ))
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.pop() {
            Some(value) => Ok(value),
            None => datafusion::common::exec_err!("as_cast has one argument"),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::DataType::{Decimal128, Float64, Int8, Int32, Int64, UInt32, UInt64, Utf8, Utf8View};

    use super::tells_all_apart;

    #[test]
    fn what_widens_tells_all_apart() {
        for (from, to) in [
            (Int32, Int64),
            (UInt32, Int64),
            (Int8, Decimal128(3, 0)),
            (Int64, Decimal128(22, 2)),
            (Decimal128(18, 4), Decimal128(20, 6)),
            (Int32, Float64),
            (Utf8, Utf8View),
        ] {
            assert!(tells_all_apart(&from, &to), "{from} {to}");
        }
        for (from, to) in [
            (Int64, Int32),
            (Int64, UInt64),
            (UInt64, Int64),
            (Int64, Decimal128(18, 0)),
            (Int64, Float64),
            (Decimal128(18, 4), Decimal128(18, 2)),
            (Decimal128(18, 4), Decimal128(18, 5)),
            (Decimal128(18, 4), Float64),
            (Float64, Decimal128(18, 4)),
            (Utf8, Int32),
            (Int32, Utf8),
        ] {
            assert!(!tells_all_apart(&from, &to), "{from} {to}");
        }
    }
}
