//! Arithmetic that says when it cannot give the right number.
//!
//! DataFusion 55.2 lets sums and products of whole numbers wrap around (`9223372036854775807 + 1` is negative), and gives infinity or "not a
//! number" where a double is divided by zero, which JSON shows as null. Here both are errors, as a division of whole numbers by zero
//! is: each operation becomes a function over Arrow's checked kernels. Decimals and times are left alone: their kernels check.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, ArrayRef, AsArray, Datum},
    compute::kernels::numeric,
    datatypes::{DataType, Field, FieldRef, Float16Type, Float32Type, Float64Type},
    error::ArrowError,
};
use datafusion::{
    common::{DFSchema, ScalarValue, tree_node::Transformed},
    config::ConfigOptions,
    error::Result,
    logical_expr::{
        BinaryExpr, Cast, ColumnarValue, Expr, ExprSchemable as _, LogicalPlan, Operator, ReturnFieldArgs,
        ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TryCast, Volatility,
    },
    optimizer::AnalyzerRule,
    physical_expr_common::datum,
};

use super::{finite, walk};

/// The rule; it goes behind the coercion of types, which makes both sides alike.
#[derive(Debug)]
pub(super) struct CheckArithmetic;

impl AnalyzerRule for CheckArithmetic {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        walk::change_expressions(plan, check)
    }

    fn name(&self) -> &str {
        "check_arithmetic"
    }
}

fn check(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match &expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let Some(checked) = CHECKED.iter().find(|(known, _)| known == op) else { return Ok(Transformed::no(expr)) };
            match (left.get_type(schema), right.get_type(schema)) {
                (Ok(left), Ok(right)) if left == right && wraps(&left) => {}
                _ => return Ok(Transformed::no(expr)),
            }
            let Expr::BinaryExpr(BinaryExpr { left, right, .. }) = expr else { return Ok(Transformed::no(expr)) };
            Ok(Transformed::yes(checked.1.call(vec![*left, *right])))
        }
        Expr::Negative(inner) => {
            let Ok(of) = inner.get_type(schema) else { return Ok(Transformed::no(expr)) };
            let Some((_, minus)) = CHECKED.iter().find(|(op, _)| of.is_integer() && *op == Operator::Minus) else {
                return Ok(Transformed::no(expr));
            };
            let zero = Expr::Literal(ScalarValue::new_zero(&of)?, None);
            Ok(Transformed::yes(minus.call(vec![zero, inner.as_ref().clone()])))
        }
        // Text may say `NaN`, and a double may be too large for a narrower one.
        Expr::Cast(Cast { expr: inner, field }) | Expr::TryCast(TryCast { expr: inner, field }) => {
            let unsafe_cast = field.data_type().is_floating()
                && inner.get_type(schema).is_ok_and(|from| from.is_string() || from.is_floating());
            Ok(if unsafe_cast { Transformed::yes(finite::guard(expr)) } else { Transformed::no(expr) })
        }
        _ => Ok(Transformed::no(expr)),
    }
}

/// Whether arithmetic over values of that type goes wrong without a word.
fn wraps(of: &DataType) -> bool {
    of.is_integer() || of.is_floating()
}

static CHECKED: LazyLock<[(Operator, Arc<ScalarUDF>); 5]> = LazyLock::new(|| {
    let all = [
        (Operator::Plus, "checked_add"),
        (Operator::Minus, "checked_subtract"),
        (Operator::Multiply, "checked_multiply"),
        (Operator::Divide, "checked_divide"),
        (Operator::Modulo, "checked_modulo"),
    ];
    all.map(|(op, name)| {
        (op, Arc::new(Checked { op, name, signature: Signature::any(2, Volatility::Immutable) }.into()))
    })
});

/// One operation, over two values of one type.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    op: Operator,
    name: &'static str,
    signature: Signature,
}

impl Checked {
    fn work_out(&self, left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef, ArrowError> {
        let floating = left.get().0.data_type().is_floating();
        match self.op {
            Operator::Plus => numeric::add(left, right),
            Operator::Minus => numeric::sub(left, right),
            Operator::Multiply => numeric::mul(left, right),
            Operator::Divide | Operator::Modulo => {
                let worked_out = match self.op {
                    Operator::Divide => numeric::div(left, right)?,
                    _ => numeric::rem(left, right)?,
                };
                if floating && divides_by_zero(right, &worked_out) {
                    return Err(ArrowError::DivideByZero);
                }
                Ok(worked_out)
            }
            _ => Err(ArrowError::InvalidArgumentError(format!("{} is no arithmetic", self.op))),
        }
    }
}

/// Whether a quotient that is there was divided by zero.
fn divides_by_zero(divisor: &dyn Datum, quotients: &dyn Array) -> bool {
    let (divisors, one) = divisor.get();
    (0..quotients.len()).any(|row| {
        let place = if one { 0 } else { row };
        quotients.is_valid(row) && divisors.is_valid(place) && is_zero(divisors, place)
    })
}

fn is_zero(array: &dyn Array, row: usize) -> bool {
    match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row) == 0.0,
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row) == 0.0,
        DataType::Float16 => array.as_primitive::<Float16Type>().value(row).to_f32() == 0.0,
        _ => false,
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types.first().cloned().unwrap_or(DataType::Null))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        let of = args.arg_fields.first().map_or(DataType::Null, |field| field.data_type().clone());
        Ok(Arc::new(Field::new(self.name, of, nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return datafusion::common::exec_err!("{} has two arguments", self.name);
        };
        let made = datum::apply(left, right, |left, right| self.work_out(left, right))?;
        finite::check(made)
    }
}
