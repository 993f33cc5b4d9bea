//! `{"columns":[{name,type,unit}],"rows":[[…]],"meta":{…}}`. The closing bracket of the rows is written only after the last
//! row. After an error it is followed by `"error":{code,detail}` in place of `meta`.

use arrow::{array::RecordBatch, json::EncoderOptions};

use super::{
    cell,
    writer::{Writer, failed, told},
};
use kupets_core::{Error, Result};

use crate::{Answer, Meta, answer::Progress};

pub(super) struct Json {
    options: EncoderOptions,
    meta: Meta,
    first: bool,
}

impl Json {
    pub(super) fn open(answer: &Answer) -> Result<(Vec<u8>, Self)> {
        let columns = serde_json::to_string(&answer.columns).map_err(|e| failed("JSON", e))?;
        let head = format!("{{\"columns\":{columns},\"rows\":[");
        Ok((head.into_bytes(), Self { options: cell::options(), meta: answer.meta.clone(), first: true }))
    }
}

impl Writer for Json {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        let schema = batch.schema();
        let mut encoders = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| cell::encoder(field, array.as_ref(), &self.options))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| failed("JSON", e))?;
        let mut out = Vec::with_capacity(batch.num_rows() * encoders.len() * 12);
        for row in 0..batch.num_rows() {
            out.extend_from_slice(if self.first { b"\n[" } else { b",\n[" });
            self.first = false;
            for (i, encoder) in encoders.iter_mut().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                if encoder.is_null(row) {
                    out.extend_from_slice(b"null");
                } else {
                    encoder.encode(row, &mut out);
                }
            }
            out.push(b']');
        }
        Ok(out)
    }

    fn fail(&self, error: &Error) -> Vec<u8> {
        format!("\n],\"error\":{}}}\n", told(error)).into_bytes()
    }

    fn tells_of_cuts(&self) -> bool {
        true
    }

    fn finish(self: Box<Self>, progress: &Progress) -> Result<Vec<u8>> {
        let meta = serde_json::to_string(&progress.told(self.meta)).map_err(|e| failed("JSON", e))?;
        Ok(format!("\n],\"meta\":{meta}}}\n").into_bytes())
    }
}
