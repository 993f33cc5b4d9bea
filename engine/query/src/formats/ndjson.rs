//! One JSON object a line, a line a row. After an error the last line is `{"error":{code,detail}}`.

use arrow::{array::RecordBatch, json::EncoderOptions};

use super::{
    cell,
    writer::{Writer, failed, told},
};
use kupets_core::{Error, Result};

use crate::{Answer, answer::Progress};

pub(super) struct NdJson {
    options: EncoderOptions,
    /// `"name":` of each column.
    keys: Vec<Vec<u8>>,
}

impl NdJson {
    pub(super) fn open(answer: &Answer) -> Result<Self> {
        let key = |name: &str| {
            let mut key = serde_json::to_vec(name).map_err(|e| failed("NDJSON", e))?;
            key.push(b':');
            Ok(key)
        };
        let keys = answer.columns.iter().map(|column| key(&column.name)).collect::<Result<_>>()?;
        Ok(Self { options: cell::options(), keys })
    }
}

impl Writer for NdJson {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        let schema = batch.schema();
        let mut encoders = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| cell::encoder(field, array.as_ref(), &self.options))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| failed("NDJSON", e))?;
        let mut out = Vec::with_capacity(batch.num_rows() * encoders.len() * 24);
        for row in 0..batch.num_rows() {
            for (i, (encoder, key)) in encoders.iter_mut().zip(&self.keys).enumerate() {
                out.push(if i == 0 { b'{' } else { b',' });
                out.extend_from_slice(key);
                if encoder.is_null(row) {
                    out.extend_from_slice(b"null");
                } else {
                    encoder.encode(row, &mut out);
                }
            }
            out.extend_from_slice(if encoders.is_empty() { b"{}\n" } else { b"}\n" });
        }
        Ok(out)
    }

    fn fail(&self, error: &Error) -> Vec<u8> {
        format!("{{\"error\":{}}}\n", told(error)).into_bytes()
    }

    fn finish(self: Box<Self>, _: &Progress) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }
}
