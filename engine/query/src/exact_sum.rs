//! `sum` over whole numbers that does not wrap around.
//!
//! DataFusion 55.2 adds them up in 64 bits and says nothing when these do not suffice. Here they are added up as decimals of 38 digits;
//! what does not fit back into the type of the column is an error.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray},
    compute::{CastOptions, cast, cast_with_options},
    datatypes::{DataType, Field, FieldRef},
    error::ArrowError,
};
use datafusion::{
    common::ScalarValue,
    error::Result,
    functions_aggregate::sum::sum_udaf,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, ReversedUDAF,
        SetMonotonicity, Signature,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::AggregateOrderSensitivity,
    },
};

/// In what whole numbers are added up: more than 2^63 rows of the largest fit.
const WIDE: DataType = DataType::Decimal128(38, 0);

/// The function, to be registered in place of DataFusion's.
pub(super) fn sum() -> AggregateUDF {
    AggregateUDF::new_from_impl(ExactSum { inner: sum_udaf() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ExactSum {
    inner: Arc<AggregateUDF>,
}

/// Whether sums of that type would wrap around.
fn wraps(of: &FieldRef) -> bool {
    matches!(of.data_type(), DataType::Int64 | DataType::UInt64)
}

fn widened(of: &FieldRef) -> FieldRef {
    Arc::new(Field::new(of.name(), WIDE, of.is_nullable()))
}

/// Calls `make` with arguments that speak of wide numbers.
fn widely<T>(args: AccumulatorArgs<'_>, make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>) -> Result<T> {
    let fields: Vec<FieldRef> = args.expr_fields.iter().map(widened).collect();
    make(AccumulatorArgs { return_field: widened(&args.return_field), expr_fields: &fields, ..args })
}

impl AggregateUDFImpl for ExactSum {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if !wraps(&args.return_field) {
            return self.inner.accumulator(args);
        }
        let narrow = args.return_field.data_type().clone();
        Ok(Box::new(Narrowing { inner: widely(args, |args| self.inner.accumulator(args))?, narrow }))
    }

    fn state_fields(&self, mut args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if wraps(&args.return_field) {
            args.return_field = widened(&args.return_field);
        }
        self.inner.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        if !wraps(&args.return_field) {
            return self.inner.create_groups_accumulator(args);
        }
        let narrow = args.return_field.data_type().clone();
        Ok(Box::new(NarrowingGroups {
            inner: widely(args, |args| self.inner.create_groups_accumulator(args))?,
            narrow,
        }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        // Sums of what differs slide over whole numbers only.
        if !wraps(&args.return_field) || args.is_distinct {
            return self.inner.create_sliding_accumulator(args);
        }
        let narrow = args.return_field.data_type().clone();
        Ok(Box::new(Narrowing { inner: widely(args, |args| self.inner.create_sliding_accumulator(args))?, narrow }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(data_type)
    }
}

fn wide(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    Ok(values.iter().map(|values| cast(values, &WIDE)).collect::<Result<_, _>>()?)
}

fn narrowed(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &strict)
        .map_err(|_| ArrowError::ArithmeticOverflow("a sum of whole numbers".into()).into())
}

/// Adds up widely and answers in the type of the column.
#[derive(Debug)]
struct Narrowing {
    inner: Box<dyn Accumulator>,
    narrow: DataType,
}

impl Accumulator for Narrowing {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&wide(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = narrowed(&self.inner.evaluate()?.to_array()?, &self.narrow)?;
        ScalarValue::try_from_array(&sum, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(&wide(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// The same for many groups at once.
struct NarrowingGroups {
    inner: Box<dyn GroupsAccumulator>,
    narrow: DataType,
}

impl GroupsAccumulator for NarrowingGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner.update_batch(&wide(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        narrowed(&self.inner.evaluate(emit_to)?, &self.narrow)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.inner.merge_batch(values, groups, total)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&wide(values)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
