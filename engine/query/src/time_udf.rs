//! `local_time` and `utc_time`: between an instant and what the clock on the wall showed.

use std::{str::FromStr, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, PrimitiveArray},
    datatypes::{DataType, TimeUnit, TimestampMicrosecondType},
};
use datafusion::{
    common::{ScalarValue, exec_err, plan_err},
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        scalar_doc_sections::DOC_SECTION_DATETIME,
    },
};

use super::zone::Zone;

/// `local_time(ts [, zone])`; `zone` defaults to the workspace's.
pub(super) fn local_time_udf(zone: Arc<Zone>) -> ScalarUDF {
    TimeFunction { direction: Direction::ToLocal, zone, signature: Signature::user_defined(Volatility::Immutable) }
        .into()
}

/// `utc_time(local [, zone])`; `zone` defaults to the workspace's.
pub(super) fn utc_time_udf(zone: Arc<Zone>) -> ScalarUDF {
    TimeFunction { direction: Direction::ToUtc, zone, signature: Signature::user_defined(Volatility::Immutable) }.into()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Direction {
    ToLocal,
    ToUtc,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TimeFunction {
    direction: Direction,
    zone: Arc<Zone>,
    signature: Signature,
}

impl TimeFunction {
    fn types(&self) -> (DataType, DataType) {
        let local = DataType::Timestamp(TimeUnit::Microsecond, None);
        let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        match self.direction {
            Direction::ToLocal => (instant, local),
            Direction::ToUtc => (local, instant),
        }
    }

    fn convert(&self, zone: &Zone, times: &PrimitiveArray<TimestampMicrosecondType>) -> ArrayRef {
        let values = match self.direction {
            Direction::ToLocal => zone.to_local(times.values()),
            Direction::ToUtc => zone.to_utc(times.values()),
        };
        let made = PrimitiveArray::<TimestampMicrosecondType>::new(values.into(), times.nulls().cloned());
        match self.direction {
            Direction::ToLocal => Arc::new(made),
            Direction::ToUtc => Arc::new(made.with_timezone("UTC")),
        }
    }
}

fn zone_named(name: &str) -> Result<Arc<Zone>> {
    match chrono_tz::Tz::from_str(name) {
        Ok(tz) => Ok(Zone::of(tz)),
        Err(_) => exec_err!("there is no time zone '{name}'; use an IANA name such as 'Europe/Moscow'"),
    }
}

impl ScalarUDFImpl for TimeFunction {
    fn name(&self) -> &str {
        match self.direction {
            Direction::ToLocal => "local_time",
            Direction::ToUtc => "utc_time",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.types().1)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let (time, _) = self.types();
        let is_time = |t: &DataType| {
            matches!(
                t,
                DataType::Timestamp(..)
                    | DataType::Date32
                    | DataType::Date64
                    | DataType::Utf8
                    | DataType::LargeUtf8
                    | DataType::Utf8View
                    | DataType::Null
            )
        };
        match given {
            // A local reading must not be shifted by the zone that its type carries.
            [t, ..] if self.direction == Direction::ToUtc && matches!(t, DataType::Timestamp(_, Some(_))) => {
                plan_err!("utc_time takes a TIMESTAMP without time zone; this value already is an instant")
            }
            [t] if is_time(t) => Ok(vec![time]),
            [t, zone] if is_time(t) && (zone.is_string() || zone.is_null()) => Ok(vec![time, DataType::Utf8]),
            _ => plan_err!("write {}(time) or {}(time, 'Zone/Name')", self.name(), self.name()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let is_scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let mut args = args.args.into_iter();
        let (Some(times), zone) = (args.next(), args.next()) else {
            return exec_err!("{} needs a time", self.name());
        };
        let times = times.into_array(if is_scalar { 1 } else { rows })?;
        let Some(times) = times.as_primitive_opt::<TimestampMicrosecondType>() else {
            return exec_err!("{} got {} instead of a timestamp", self.name(), times.data_type());
        };
        let made = match zone {
            None => self.convert(&self.zone, times),
            Some(ColumnarValue::Scalar(name)) => match name.try_as_str().flatten() {
                Some(name) => self.convert(zone_named(name)?.as_ref(), times),
                None => arrow::array::new_null_array(&self.types().1, times.len()),
            },
            Some(ColumnarValue::Array(names)) => {
                let names = names.as_string_opt::<i32>().ok_or_else(|| {
                    DataFusionError::Execution(format!("{} got a zone that is not text", self.name()))
                })?;
                let parts: Vec<ArrayRef> = (0..times.len())
                    .map(|i| {
                        let one = times.slice(i, 1);
                        if names.is_null(i) {
                            return Ok(arrow::array::new_null_array(&self.types().1, 1));
                        }
                        Ok(self.convert(zone_named(names.value(i))?.as_ref(), &one))
                    })
                    .collect::<Result<_>>()?;
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                if parts.is_empty() {
                    arrow::array::new_empty_array(&self.types().1)
                } else {
                    arrow::compute::concat(&parts)?
                }
            }
        };
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&made, 0)?));
        }
        Ok(ColumnarValue::Array(made))
    }

    fn documentation(&self) -> Option<&Documentation> {
        static LOCAL: std::sync::LazyLock<Documentation> = std::sync::LazyLock::new(|| {
            Documentation::builder(
                DOC_SECTION_DATETIME,
                "What the clock on the wall shows at an instant: a TIMESTAMP without zone, in the workspace's time zone or \
                 the named one, daylight saving included. Use it to bucket by day, week or month: \
                 date_trunc('month', local_time(occurred_at)).",
                "local_time(time [, 'Zone/Name'])",
            )
            .with_argument("time", "An instant; a value without zone counts as UTC")
            .with_argument("zone", "IANA name, for example 'Europe/Moscow'")
            .build()
        });
        static UTC: std::sync::LazyLock<Documentation> = std::sync::LazyLock::new(|| {
            Documentation::builder(
                DOC_SECTION_DATETIME,
                "The instant at which the clock on the wall shows a time: the inverse of local_time. A time that the clock \
                 shows twice means the first one; one that it skips is read with the offset before the change.",
                "utc_time(time [, 'Zone/Name'])",
            )
            .with_argument("time", "A TIMESTAMP without zone, a date, or text of one")
            .with_argument("zone", "IANA name, for example 'Europe/Moscow'")
            .build()
        });
        Some(match self.direction {
            Direction::ToLocal => &LOCAL,
            Direction::ToUtc => &UTC,
        })
    }
}
