//! NDJSON: one object a line. Cells keep the JSON they were written in, so that a number stays exactly the number it was.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
    io::BufRead,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, RecordBatch, StringBuilder},
    datatypes::FieldRef,
};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    cells::json_field,
    error::unreadable,
    json_key::{EachKey, Key},
    progress::Progress,
    rows::{BATCH_ROWS, Rows, finish},
    text::TextFile,
};
use kupets_core::Result;

/// Name of the only column of a file of whole records.
const RECORD: &str = "record";
/// Bytes of a batch at most, so that long lines do not fill the memory.
const BATCH_BYTES: usize = 16 << 20;

/// An NDJSON file whose keys are known.
#[derive(Debug)]
pub(super) struct NdJson {
    path: PathBuf,
    text: TextFile,
    columns: Vec<String>,
    records: bool,
}

impl NdJson {
    /// Reads the file once for its keys: any line may bring a new one, and none may be lost in silence.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn open(path: &Path, text: TextFile) -> Result<Self> {
        let mut reader = text.reader(&Progress::new(0))?;
        let (mut columns, mut line) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        while read_line(reader.as_mut(), &mut line, path)? {
            // A line that is not an object is reported when it is read as a row.
            let mut json = serde_json::Deserializer::from_slice(&line);
            let mut take = |key: &str| {
                if !seen.contains(key) {
                    seen.insert(key.to_owned());
                    columns.push(key.to_owned());
                }
            };
            let _reported_later = json.deserialize_map(Keys(&mut take));
        }
        Ok(Self { path: path.to_owned(), text, columns, records: false })
    }

    pub(super) fn is_records(&self) -> bool {
        self.records
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn note(&self) -> Option<&str> {
        self.text.note.as_deref()
    }

    /// Whole records are those with a `nested` list, or, where records have none, those with no key but `fields`.
    pub(super) fn take_whole_records(&mut self, fields: &[&str], nested: Option<&str>) {
        self.records = match nested {
            Some(list) => self.columns.iter().any(|c| c == list),
            None => self.columns.iter().all(|c| fields.contains(&c.as_str())),
        };
        if self.records {
            self.columns = vec![RECORD.to_owned()];
        }
    }

    pub(super) fn rows(&self, wanted: &[usize], progress: &Progress) -> Result<Rows> {
        let mut position: HashMap<String, Place> = HashMap::new();
        for (at, name) in wanted.iter().map(|&w| &self.columns[w]).enumerate() {
            position.entry(name.clone()).or_default().own = Some(at);
            if let Some((outer, inner)) = name.split_once('.') {
                position.entry(outer.to_owned()).or_default().inner.push((inner.to_owned(), at));
            }
        }
        Ok(Box::new(NdJsonRows {
            path: self.path.clone(),
            reader: self.text.reader(progress)?,
            fields: wanted.iter().map(|&w| Arc::new(json_field(&self.columns[w])) as FieldRef).collect(),
            position,
            records: self.records,
            line: 0,
            done: false,
        }))
    }
}

/// Reads the next line without its end; false at the end of the file.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>, path: &Path) -> Result<bool> {
    line.clear();
    let read = reader.read_until(b'\n', line).map_err(|e| unreadable(path, &e))?;
    Ok(read > 0)
}

struct NdJsonRows {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    fields: Vec<FieldRef>,
    position: HashMap<String, Place>,
    records: bool,
    /// Number of the last line read, from 1.
    line: u64,
    done: bool,
}

impl NdJsonRows {
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let mut columns: Vec<StringBuilder> = self.fields.iter().map(|_| StringBuilder::new()).collect();
        let (mut numbers, mut errors, mut bytes) = (Vec::new(), StringBuilder::new(), 0);
        let mut line = Vec::new();
        while numbers.len() < BATCH_ROWS
            && bytes < BATCH_BYTES
            && read_line(self.reader.as_mut(), &mut line, &self.path)?
        {
            self.line += 1;
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            numbers.push(self.line);
            bytes += text.len();
            errors.append_option(self.row(text, &mut columns).err());
        }
        if numbers.is_empty() {
            return Ok(None);
        }
        let arrays = columns.iter_mut().map(|c| Arc::new(c.finish()) as ArrayRef).collect();
        finish(self.fields.clone(), arrays, numbers.into_iter(), errors.finish()).map(Some)
    }

    /// Appends one row, with nulls where the line cannot be read.
    fn row(&self, line: &[u8], columns: &mut [StringBuilder]) -> Result<(), String> {
        let mut cells: Vec<Option<&str>> = vec![None; columns.len()];
        let read = if self.records {
            std::str::from_utf8(line).map(|text| cells[0] = Some(text)).map_err(|e| e.to_string())
        } else {
            let mut json = serde_json::Deserializer::from_slice(line);
            json.deserialize_map(Cells { position: &self.position, cells: &mut cells })
                .and_then(|()| json.end())
                .map_err(|e| format!("the line is not a JSON object: {e}"))
        };
        for (column, cell) in columns.iter_mut().zip(&cells) {
            column.append_option(cell.filter(|_| read.is_ok()));
        }
        read
    }
}

impl Iterator for NdJsonRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let batch = self.batch().transpose();
        self.done = !matches!(batch, Some(Ok(_)));
        batch
    }
}

/// Where the value of a key goes, and the values within it, where it is an object.
#[derive(Debug, Default)]
struct Place {
    own: Option<usize>,
    inner: Vec<(String, usize)>,
}

/// Tells the keys of an object, and those of objects within it as `outer.inner`.
struct Keys<'a, F>(&'a mut F);

impl<'de, F: FnMut(&str)> Visitor<'de> for Keys<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            (self.0)(&key);
            let value = map.next_value::<&'de RawValue>()?.get();
            // Attributes are an object as a whole.
            if value.starts_with('{') && key != "attributes" {
                let mut json = serde_json::Deserializer::from_str(value);
                let _checked_above = json.deserialize_map(EachKey(|inner: &str| (self.0)(&format!("{key}.{inner}"))));
            }
        }
        Ok(())
    }
}

/// Collects the raw values of the wanted keys.
struct Cells<'a, 'de> {
    position: &'a HashMap<String, Place>,
    cells: &'a mut [Option<&'de str>],
}

impl<'de> Visitor<'de> for Cells<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) = map.next_key_seed(Key(|key: &str| self.position.get(key)))? {
            match place {
                Some(place) => {
                    let value = map.next_value::<&'de RawValue>()?.get();
                    if let Some(at) = place.own {
                        self.cells[at] = Some(value);
                    }
                    if value.starts_with('{') {
                        for (inner, at) in &place.inner {
                            self.cells[*at] = member(value, inner).or(self.cells[*at]);
                        }
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The raw value of a key of an object.
fn member<'de>(object: &'de str, name: &str) -> Option<&'de str> {
    struct Member<'n>(&'n str);
    impl<'de> Visitor<'de> for Member<'_> {
        type Value = Option<&'de str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(is_it) = map.next_key_seed(Key(|key: &str| key == self.0))? {
                let value = map.next_value::<&'de RawValue>()?.get();
                found = if is_it { Some(value) } else { found };
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(object).deserialize_map(Member(name)).ok().flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use arrow::{array::AsArray, datatypes::UInt64Type};

    use super::*;

    fn open(text: &str) -> (tempfile::NamedTempFile, NdJson) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let json = NdJson::open(file.path(), TextFile::open(file.path(), None).unwrap()).unwrap();
        (file, json)
    }

    #[test]
    fn keys_of_all_lines_are_columns_and_values_stay_as_written() {
        let (_file, json) =
            open("{\"a\": 1.50, \"b\":\"x\"}\n\n{\"b\":null,\"c\":{\"d\":[1, 2]}}\nnot json\n{\"a\":1} x\n");
        assert_eq!(json.columns(), ["a", "b", "c", "c.d"]);
        let inner = json.rows(&[3], &Progress::new(1)).unwrap().next().unwrap().unwrap();
        assert_eq!(inner.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), [None, Some("[1, 2]"), None, None]);
        let batch = json.rows(&[2, 0, 1], &Progress::new(1)).unwrap().next().unwrap().unwrap();
        let cells = |c: usize| batch.column(c).as_string::<i32>().iter().collect::<Vec<_>>();
        assert_eq!(cells(0), [None, Some("{\"d\":[1, 2]}"), None, None]);
        assert_eq!(cells(1), [Some("1.50"), None, None, None]);
        assert_eq!(cells(2), [Some("\"x\""), Some("null"), None, None]);
        assert_eq!(batch.column(3).as_primitive::<UInt64Type>().values(), &[1, 3, 4, 5]);
        let errors = cells(4);
        assert!(errors[0].is_none() && errors[1].is_none());
        assert!(errors[2].unwrap().contains("not a JSON object") && errors[3].is_some());
    }

    #[test]
    fn whole_records_are_recognised() {
        let (_file, mut json) = open("{\"purchase_id\":\"1\"}\n{\"purchase_id\":\"2\",\"items\":[]}\n");
        json.take_whole_records(&["purchase_id"], Some("items"));
        assert!(json.is_records());
        let batch = json.rows(&[0], &Progress::new(1)).unwrap().next().unwrap().unwrap();
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "{\"purchase_id\":\"1\"}");

        let (_file, mut json) = open("{\"customer_id\":\"1\",\"Name\":\"x\"}\n");
        json.take_whole_records(&["customer_id", "name"], None);
        assert!(!json.is_records());
    }
}
