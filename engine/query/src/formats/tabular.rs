//! Arrow IPC and Parquet. Types that a format lacks are written as JSON text.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
    ipc::writer::StreamWriter,
    json::EncoderOptions,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use super::{
    cell,
    writer::{Writer, failed},
};
use kupets_core::Result;

use crate::{Answer, answer::Progress};

/// Bytes of a Parquet row group held back before it is written out.
const ROW_GROUP_BYTES: usize = 32 << 20;

pub(super) struct ArrowIpc(StreamWriter<Vec<u8>>);

impl ArrowIpc {
    pub(super) fn open(answer: &Answer) -> Result<Self> {
        StreamWriter::try_new(Vec::new(), &answer.schema).map(Self).map_err(|e| failed("Arrow", e))
    }
}

impl Writer for ArrowIpc {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        self.0.write(batch).map_err(|e| failed("Arrow", e))?;
        Ok(std::mem::take(self.0.get_mut()))
    }

    fn finish(mut self: Box<Self>, _: &Progress) -> Result<Vec<u8>> {
        self.0.finish().map_err(|e| failed("Arrow", e))?;
        Ok(std::mem::take(self.0.get_mut()))
    }
}

pub(super) struct Parquet {
    writer: ArrowWriter<Vec<u8>>,
    schema: SchemaRef,
    options: EncoderOptions,
}

impl Parquet {
    pub(super) fn open(answer: &Answer) -> Result<Self> {
        let fields: Vec<Arc<Field>> = answer
            .schema
            .fields()
            .iter()
            .map(|f| match is_storable(f.data_type()) {
                true => f.clone(),
                false => Arc::new(Field::new(f.name(), DataType::Utf8, true)),
            })
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(|e| failed("Parquet", e))?))
            .build();
        let writer =
            ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).map_err(|e| failed("Parquet", e))?;
        Ok(Self { writer, schema, options: cell::options() })
    }
}

/// Whether Parquet has a type for it.
fn is_storable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Union(..) | DataType::Interval(_) | DataType::Duration(_) | DataType::RunEndEncoded(..) => false,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => is_storable(item.data_type()),
        DataType::ListView(_) | DataType::LargeListView(_) => false,
        DataType::Struct(fields) => !fields.is_empty() && fields.iter().all(|f| is_storable(f.data_type())),
        _ => true,
    }
}

impl Writer for Parquet {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        let given = batch.schema();
        let columns = given
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| match is_storable(field.data_type()) {
                true => Ok(array.clone()),
                false => cell::to_text(field, array, &self.options),
            })
            .collect::<Result<Vec<_>, _>>()
            .and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns))
            .map_err(|e| failed("Parquet", e))?;
        self.writer.write(&columns).map_err(|e| failed("Parquet", e))?;
        if self.writer.in_progress_size() > ROW_GROUP_BYTES {
            self.writer.flush().map_err(|e| failed("Parquet", e))?;
        }
        // The writer counts offsets itself, so what it has written may be taken away.
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    fn finish(mut self: Box<Self>, _: &Progress) -> Result<Vec<u8>> {
        self.writer.finish().map_err(|e| failed("Parquet", e))?;
        Ok(std::mem::take(self.writer.inner_mut()))
    }
}
