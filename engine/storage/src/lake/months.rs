//! Cutting a stream of rows in order of time where their month changes, in UTC.

use std::sync::Arc;

use arrow::{
    array::{AsArray as _, RecordBatch},
    datatypes::{Schema, TimestampMicrosecondType},
};
use chrono::{DateTime, Datelike as _};
use datafusion::{
    error::{DataFusionError, Result},
    execution::SendableRecordBatchStream,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures::StreamExt as _;
use tokio::sync::Mutex;

/// The month of a time in microseconds since the epoch, counted from the year 0; none: it is no time.
pub(super) fn month_of(time_us: i64) -> Option<i32> {
    DateTime::from_timestamp_micros(time_us).map(|time| time.year() * 12 + time.month0() as i32)
}

/// The month of a time as the catalog notes it: `2026-01-31 10:00:00+00`.
pub(super) fn month_of_text(text: &str) -> Option<i32> {
    let (year, rest) = text.split_once('-')?;
    let month: i32 = rest.split('-').next()?.parse().ok()?;
    let year: i32 = year.parse().ok()?;
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

/// What is left of the rows.
struct Rows {
    stream: SendableRecordBatchStream,
    /// Rows that were taken from the stream and not given out.
    next: Option<RecordBatch>,
}

impl Rows {
    /// Makes sure that there is a next row, unless there is none.
    async fn fill(&mut self) -> Result<bool> {
        while self.next.as_ref().is_none_or(|batch| batch.num_rows() == 0) {
            match self.stream.next().await {
                Some(batch) => self.next = Some(batch?),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The next rows, up to where their month is another than that of the first.
    async fn take(&mut self, column: Option<usize>, month: Option<i32>) -> Result<Option<RecordBatch>> {
        if !self.fill().await? {
            return Ok(None);
        }
        let Some(batch) = self.next.take() else { return Ok(None) };
        let Some(column) = column else { return Ok(Some(batch)) };
        let times = times(&batch, column)?;
        // They are in order of time.
        let same = times.values().partition_point(|time| month_of(*time) <= month);
        if same < batch.num_rows() {
            self.next = Some(batch.slice(same, batch.num_rows() - same));
        }
        Ok((same > 0).then(|| batch.slice(0, same)))
    }

    async fn month(&mut self, column: Option<usize>) -> Result<Option<i32>> {
        match (&self.next, column) {
            (Some(batch), Some(column)) => Ok(times(batch, column)?.values().first().copied().and_then(month_of)),
            _ => Ok(None),
        }
    }
}

fn times(batch: &RecordBatch, column: usize) -> Result<&arrow::array::PrimitiveArray<TimestampMicrosecondType>> {
    let times = batch.column(column).as_primitive_opt::<TimestampMicrosecondType>();
    times.ok_or_else(|| DataFusionError::Internal("a time is not in microseconds".to_owned()))
}

/// A stream as the streams of its months, one after another.
pub(super) struct Months {
    rows: Arc<Mutex<Rows>>,
    column: Option<usize>,
    schema: arrow::datatypes::SchemaRef,
}

impl Months {
    /// Cuts `stream` by the months of `column`; none: nowhere.
    pub fn new(stream: SendableRecordBatchStream, column: Option<&str>, data: &Schema) -> Self {
        let column = column.and_then(|name| data.index_of(name).ok());
        let schema = stream.schema();
        Self { rows: Arc::new(Mutex::new(Rows { stream, next: None })), column, schema }
    }

    /// The next month, if there is one. Each is read to its end before the next is asked for.
    pub async fn next(&mut self) -> Result<Option<SendableRecordBatchStream>> {
        let month = {
            let mut rows = self.rows.lock().await;
            if !rows.fill().await? {
                return Ok(None);
            }
            rows.month(self.column).await?
        };
        let column = self.column;
        let part = futures::stream::try_unfold(self.rows.clone(), move |rows| async move {
            let batch = rows.lock().await.take(column, month).await?;
            Ok::<_, DataFusionError>(batch.map(|batch| (batch, rows)))
        });
        Ok(Some(Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), part))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use arrow::{
        array::{ArrayRef, TimestampMicrosecondArray},
        datatypes::DataType,
    };
    use futures::TryStreamExt as _;

    use super::*;

    fn us(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    #[test]
    fn months_are_those_of_utc() {
        assert_eq!(month_of(us("2026-01-31T23:59:59.999999Z")), Some(2026 * 12));
        assert_eq!(month_of(us("2026-02-01T00:00:00Z")), Some(2026 * 12 + 1));
        assert_eq!(month_of(us("1969-12-31T23:00:00Z")), Some(1969 * 12 + 11));
        assert_eq!(month_of_text("2026-02-01 00:00:00+00"), Some(2026 * 12 + 1));
        assert_eq!(month_of_text("0987-12-01 00:00:00+00"), Some(987 * 12 + 11));
        assert_eq!(month_of_text("-infinity"), None);
        assert_eq!(month_of_text("2026-13-01"), None);
    }

    #[tokio::test]
    async fn each_month_is_a_stream_and_no_row_is_lost() {
        let days = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-31", "2026-03-01", "2026-03-02"];
        let times: Vec<i64> = days.iter().map(|day| us(&format!("{day}T12:00:00Z"))).collect();
        for size in 1..=6 {
            let batches: Vec<RecordBatch> = times
                .chunks(size)
                .map(|times| {
                    let times = TimestampMicrosecondArray::from(times.to_vec()).with_timezone("UTC");
                    RecordBatch::try_from_iter([("at", Arc::new(times) as ArrayRef)]).unwrap()
                })
                .collect();
            let schema = batches[0].schema();
            assert!(matches!(schema.field(0).data_type(), DataType::Timestamp(_, Some(_))));
            let whole = |column: Option<&str>| {
                let batches = futures::stream::iter(batches.clone().into_iter().map(Ok));
                let stream = Box::pin(RecordBatchStreamAdapter::new(schema.clone(), batches));
                Months::new(stream, column, &schema)
            };
            let counts = async |mut months: Months| {
                let mut counts = Vec::new();
                while let Some(month) = months.next().await.unwrap() {
                    let batches: Vec<RecordBatch> = month.try_collect().await.unwrap();
                    counts.push(batches.iter().map(RecordBatch::num_rows).sum::<usize>());
                }
                counts
            };
            assert_eq!(counts(whole(Some("at"))).await, [2, 2, 2], "batches of {size}");
            assert_eq!(counts(whole(None)).await, [6]);
        }
    }
}
