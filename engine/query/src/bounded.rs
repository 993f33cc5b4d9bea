//! Functions that make much out of little. `repeat('x', 1e9)` or `range(0, 1e10)` would take the process's memory in one
//! call that no pool sees, so their sizes are worked out before they run.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::cast,
    datatypes::{DataType, Float64Type},
};
use datafusion::{
    error::{DataFusionError, Result},
    execution::{FunctionRegistry, SessionState},
    logical_expr::{
        ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
        simplify::{ExprSimplifyResult, SimplifyContext},
    },
};
use kupets_core::{Error, Kind};

use super::budget::{self, Budget};

/// Bytes that one call may make for one batch of rows.
const MAX_BYTES: f64 = 256.0 * 1024.0 * 1024.0;

/// Bytes that are not counted, and that may be worked out while planning.
const SMALL: f64 = 1024.0;

/// How a function's output grows with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Growth {
    /// First argument's bytes times the second argument.
    Times,
    /// Second argument, times the bytes of the third or four.
    Pad,
    /// Elements from the first argument to the second by the third, eight bytes each.
    Range,
    /// Second argument, eight bytes each.
    Resize,
    /// First argument's bytes, each by the bytes of the third, as `regexp_replace` may do.
    Replace,
}

/// The functions as they are without a bound.
#[derive(Debug)]
pub(super) struct Originals(Vec<(Arc<ScalarUDF>, Growth)>);

impl Originals {
    /// Those of `state`, which has not been bounded yet.
    pub(super) fn of(state: &SessionState) -> Self {
        let growing = [
            ("repeat", Growth::Times),
            ("array_repeat", Growth::Times),
            ("lpad", Growth::Pad),
            ("rpad", Growth::Pad),
            ("range", Growth::Range),
            ("generate_series", Growth::Range),
            ("gen_series", Growth::Range),
            ("array_resize", Growth::Resize),
            ("replace", Growth::Replace),
            ("regexp_replace", Growth::Replace),
            ("array_replace_all", Growth::Replace),
        ];
        Self(growing.into_iter().filter_map(|(name, growth)| Some((state.udf(name).ok()?, growth))).collect())
    }

    /// Puts the bound before each of them, and takes what they make out of `budget`, if there is one.
    pub(super) fn bound(&self, state: &mut SessionState, budget: Option<&Arc<Budget>>) -> Result<()> {
        for (inner, growth) in &self.0 {
            let bounded = Bounded { inner: Arc::clone(inner), growth: *growth, budget: budget.map(Arc::clone) };
            state.register_udf(Arc::new(ScalarUDF::from(bounded)))?;
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
    budget: Option<Arc<Budget>>,
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<arrow::datatypes::FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        // The inner function might put an unbounded form of itself in its place.
        Ok(ExprSimplifyResult::Original(args))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let bytes = size(self.growth, &args)?;
        if bytes > MAX_BYTES {
            return Err(DataFusionError::External(Box::new(Error::new(
                Kind::Limit,
                "query_memory",
                format!("{} would make more than 256 MB out of one batch of rows: ask it for less.", self.inner.name()),
            ))));
        }
        let rows = args.number_rows;
        let Some(budget) = self.budget.as_ref().filter(|_| bytes > SMALL) else {
            return self.inner.invoke_with_args(args);
        };
        let held = budget.take(bytes as usize)?;
        let made = self.inner.invoke_with_args(args)?.into_array(rows)?;
        Ok(ColumnarValue::Array(budget::hold(made, held)?))
    }
}

/// Bytes that the call would make, estimated from above.
fn size(growth: Growth, args: &ScalarFunctionArgs) -> Result<f64> {
    // What is the same in every row is written out for each of them.
    let rows = args.number_rows;
    let numbers = |i: usize| args.args.get(i).map(|a| numbers(a, rows)).transpose();
    let widths = |i: usize| args.args.get(i).map(|a| widths(a, rows)).transpose();
    let sum = |a: Option<Vec<f64>>, b: Option<Vec<f64>>, one: f64| -> f64 {
        (0..rows)
            .map(|row| {
                let get = |v: &Option<Vec<f64>>| v.as_ref().and_then(|v| v.get(row)).copied().unwrap_or(one);
                get(&a).max(0.0) * get(&b).max(1.0)
            })
            .sum()
    };
    Ok(match growth {
        Growth::Times => sum(numbers(1)?, widths(0)?, 1.0),
        Growth::Pad => sum(numbers(1)?, widths(2)?, 4.0),
        Growth::Resize => sum(numbers(1)?, None, 8.0),
        Growth::Replace => sum(widths(0)?, widths(2)?, 1.0),
        Growth::Range => {
            let (first, second, step) = (numbers(0)?, numbers(1)?, numbers(2)?);
            let (from, to) = if second.is_some() { (first, second) } else { (None, first) };
            (0..rows)
                .map(|row| {
                    let get =
                        |v: &Option<Vec<f64>>, or: f64| v.as_ref().and_then(|v| v.get(row)).copied().unwrap_or(or);
                    let step = get(&step, 1.0).abs();
                    // A step that is no number, as an interval, counts as one day; a day is the unit of dates, too.
                    let step = if step.is_normal() { step } else { 1.0 };
                    (get(&to, 0.0) - get(&from, 0.0)).abs() / step * 8.0
                })
                .sum()
        }
    })
}

fn numbers(value: &ColumnarValue, rows: usize) -> Result<Vec<f64>> {
    let array = value.to_array(rows)?;
    // Instants and dates count in days.
    let per_unit = match array.data_type() {
        DataType::Timestamp(unit, _) => {
            use arrow::datatypes::TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
            1.0 / 86_400.0
                / match unit {
                    Second => 1.0,
                    Millisecond => 1e3,
                    Microsecond => 1e6,
                    Nanosecond => 1e9,
                }
        }
        _ => 1.0,
    };
    let array = match array.data_type() {
        DataType::Timestamp(..) | DataType::Date64 => cast(&array, &DataType::Int64)?,
        DataType::Date32 => cast(&array, &DataType::Int32)?,
        DataType::Interval(_) => {
            let steps: Vec<f64> = (0..array.len()).map(|i| interval_days(&array, i)).collect();
            return Ok(steps);
        }
        _ => array,
    };
    let Ok(array) = cast(&array, &DataType::Float64) else { return Ok(vec![1.0; rows]) };
    let array = array.as_primitive::<Float64Type>();
    Ok((0..array.len()).map(|i| if array.is_null(i) { 0.0 } else { array.value(i) * per_unit }).collect())
}

fn interval_days(array: &ArrayRef, row: usize) -> f64 {
    use arrow::datatypes::{IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType};
    if let Some(a) = array.as_primitive_opt::<IntervalMonthDayNanoType>() {
        let v = a.value(row);
        return f64::from(v.months) * 30.0 + f64::from(v.days) + v.nanoseconds as f64 / 86_400e9;
    }
    if let Some(a) = array.as_primitive_opt::<IntervalDayTimeType>() {
        let v = a.value(row);
        return f64::from(v.days) + f64::from(v.milliseconds) / 86_400e3;
    }
    array.as_primitive_opt::<IntervalYearMonthType>().map_or(1.0, |a| f64::from(a.value(row)) * 30.0)
}

fn widths(value: &ColumnarValue, rows: usize) -> Result<Vec<f64>> {
    let array = value.to_array(rows)?;
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|s| s.map_or(0.0, |s| s.len() as f64)).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(|s| s.map_or(0.0, |s| s.len() as f64)).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(|s| s.map_or(0.0, |s| s.len() as f64)).collect(),
        // Anything else by its mean size.
        _ => vec![(array.get_array_memory_size() as f64 / rows.max(1) as f64).max(8.0); rows],
    })
}
