//! The files of one import, read as one: their columns are brought together by their names, and their rows come one after the
//! other. So an order that an export has split over two files is one order.

use std::{
    collections::HashMap,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, UInt64Array, new_null_array},
    datatypes::{DataType, Field, FieldRef, Schema, UInt64Type},
};
use kupets_core::{Error, Result};

use super::{
    cells::json_field,
    error::unreadable,
    fingerprint::Fingerprint,
    header::plain,
    progress::Progress,
    rows::{Rows, numbered},
    source::{FileFormat, FileSource, SourceOptions},
};

/// Files that have been opened: their columns are known, their rows have not been read.
#[derive(Debug)]
pub(super) struct Files {
    sources: Vec<FileSource>,
    /// What people call each.
    names: Vec<String>,
    columns: Vec<String>,
    /// Of each file: which of its columns each of `columns` is; none: it lacks it.
    places: Vec<Vec<Option<usize>>>,
    progress: Progress,
}

impl Files {
    /// Opens files, and archives of files.
    ///
    /// # Errors
    /// One cannot be read, they cannot be one import, or one of them is there twice.
    pub(super) fn open(paths: &[PathBuf], options: &SourceOptions) -> Result<Self> {
        let (mut sources, mut names) = (Vec::new(), Vec::new());
        for path in paths {
            for source in FileSource::open_all(path, options)? {
                let own = source.name().and_then(|name| name.rsplit('/').next()).map(str::to_owned);
                let name = own.unwrap_or_else(|| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
                let taken = names.contains(&name);
                let longer = || source.name().map_or_else(|| path.display().to_string(), str::to_owned);
                names.push(if taken { longer() } else { name });
                sources.push(source);
            }
        }
        let Some(first) = sources.first() else {
            return Err(Error::invalid("import_file", "which file is to be imported? None was given"));
        };
        let (format, own_columns) = (first.format(), first.columns().to_vec());
        let mut files = Self { sources, names, columns: Vec::new(), places: Vec::new(), progress: Progress::new(0) };
        if files.is_several() {
            files.check_formats(format)?;
            files.check_contents()?;
        }
        files.progress = Progress::of_all(files.sources.iter().map(FileSource::progress));
        if files.is_several() {
            files.bring_together();
            files.check_types()?;
        } else {
            files.places = vec![(0..own_columns.len()).map(Some).collect()];
            files.columns = own_columns;
        }
        Ok(files)
    }

    /// Whether there are several.
    pub(super) fn is_several(&self) -> bool {
        self.sources.len() > 1
    }

    /// The columns of each file with what people call it.
    pub(super) fn each(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.names.iter().map(String::as_str).zip(self.sources.iter().map(FileSource::columns))
    }

    /// What people call them.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Names of the worksheets of a workbook.
    pub(super) fn sheets(&self) -> &[String] {
        self.sources.first().map(FileSource::sheets).unwrap_or_default()
    }

    /// Their format.
    pub(super) fn format(&self) -> FileFormat {
        self.sources.first().map_or(FileFormat::Records, FileSource::format)
    }

    /// Names of all columns, in the order in which the files have them.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What a person should know of how they are read.
    pub(super) fn notes(&self) -> Vec<String> {
        let several = self.is_several();
        let shown = |name: &str, note: String| if several { format!("{name}: {note}") } else { note };
        let of = |(name, source): (&String, &FileSource)| -> Vec<String> {
            source.notes().into_iter().map(|note| shown(name, note)).collect()
        };
        self.names.iter().zip(&self.sources).flat_map(of).collect()
    }

    /// Tells of which columns records are made, and which has their ids.
    pub(super) fn set_mapped(&mut self, id: Option<usize>, mapped: &[usize]) {
        for (source, places) in self.sources.iter_mut().zip(&self.places) {
            let own: Vec<usize> = mapped.iter().filter_map(|at| places[*at]).collect();
            source.set_mapped(id.and_then(|at| places[at]), &own);
        }
    }

    /// Numbers of the rows of totals that the last reading has left out.
    pub(super) fn totals(&self) -> Vec<u64> {
        let of = |(at, source): (usize, &FileSource)| -> Vec<u64> {
            source.totals().into_iter().map(|row| self.number(at, row)).collect()
        };
        self.sources.iter().enumerate().flat_map(of).collect()
    }

    /// Whether a column holds text: values of other types say themselves what they are.
    pub(super) fn is_text(&self, column: usize) -> bool {
        let of = |(source, places): (&FileSource, &Vec<Option<usize>>)| Some(source.is_text(places[column]?));
        self.sources.iter().zip(&self.places).find_map(of).unwrap_or_default()
    }

    /// How far the reading is.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// NDJSON whose lines may be whole records: see [`FileSource::take_whole_records`].
    ///
    /// # Errors
    /// Some of the files are such, and some are not.
    pub(super) fn take_whole_records(&mut self, fields: &[&str], nested: Option<&str>) -> Result<()> {
        self.sources.iter_mut().for_each(|source| source.take_whole_records(fields, nested));
        let whole = |source: &FileSource| source.format() == FileFormat::Records;
        let Some((records, others)) = self.split_by(whole) else {
            if self.sources.iter().all(whole) {
                self.columns = self.sources.first().map(|source| source.columns().to_vec()).unwrap_or_default();
                self.places = vec![vec![Some(0)]; self.sources.len()];
            }
            return Ok(());
        };
        Err(apart(&format!("{records} has whole records, {others} has not")))
    }

    /// The first file that lacks one of these columns, and the column.
    pub(super) fn lacking(&self, wanted: &[usize]) -> Option<(&str, &str)> {
        let of = |(file, places): (usize, &Vec<Option<usize>>)| {
            wanted.iter().find(|at| places[**at].is_none()).map(|at| (file, *at))
        };
        let (file, at) = self.places.iter().enumerate().find_map(of)?;
        Some((&self.names[file], &self.columns[at]))
    }

    /// Reads the columns of these positions, of one file after the other.
    ///
    /// # Errors
    /// A file cannot be opened again; in the iterator: it cannot be read on, and where.
    pub(super) fn rows(&self, wanted: &[usize]) -> Result<Rows> {
        let [source] = self.sources.as_slice() else { return self.rows_of_all(wanted) };
        source.rows(wanted)
    }

    fn rows_of_all(&self, wanted: &[usize]) -> Result<Rows> {
        let mut all: Vec<Rows> = Vec::with_capacity(self.sources.len());
        for (at, (source, places)) in self.sources.iter().zip(&self.places).enumerate() {
            let own: Vec<usize> = wanted.iter().filter_map(|column| places[*column]).collect();
            let shape = Shape {
                file: at,
                fields: wanted
                    .iter()
                    .map(|column| (self.columns[*column].clone(), places[*column].is_some()))
                    .collect(),
                is_json: source.format() == FileFormat::NdJson,
            };
            let rows = source.rows(&own)?;
            all.push(Box::new(rows.map(move |batch| shape.apply(&batch?))));
        }
        Ok(Box::new(all.into_iter().flatten()))
    }

    fn number(&self, file: usize, row: u64) -> u64 {
        if self.is_several() { numbered(file, row) } else { row }
    }

    /// Names of a file that is so and of one that is not, if there are both.
    fn split_by(&self, is: impl Fn(&FileSource) -> bool) -> Option<(&str, &str)> {
        let named = || self.names.iter().zip(&self.sources);
        let (one, _) = named().find(|(_, source)| is(source))?;
        let (other, _) = named().find(|(_, source)| !is(source))?;
        Some((one, other))
    }

    fn check_formats(&self, first: FileFormat) -> Result<()> {
        let class = |format: FileFormat| match format {
            FileFormat::Csv { .. } => "a table of text",
            FileFormat::NdJson | FileFormat::Records => "NDJSON",
            FileFormat::Parquet => "Parquet",
        };
        let wanted = class(first);
        let Some((one, other)) = self.split_by(|source| class(source.format()) == wanted) else { return Ok(()) };
        Err(apart(&format!("{one} is {wanted}, and {other} is not")))
    }

    /// A file that is there twice would double all its orders.
    fn check_contents(&self) -> Result<()> {
        let mut known: HashMap<(u64, String), Vec<(&str, &Path)>> = HashMap::new();
        for (name, source) in self.names.iter().zip(&self.sources) {
            let path = source.content_path();
            let Fingerprint { size, ends, .. } = Fingerprint::of(path)?;
            let alike = known.entry((size, ends)).or_default();
            for (other, there) in alike.iter() {
                if is_same(path, there).map_err(|e| unreadable(path, &e))? {
                    let what = format!("{other} and {name} are the same file: leave one of them out");
                    return Err(Error::invalid("import_files", what));
                }
            }
            alike.push((name, path));
        }
        Ok(())
    }

    /// Columns of one name are one column; of several in one file with the same name the first are one, and so on.
    fn bring_together(&mut self) {
        let mut known: HashMap<(String, usize), usize> = HashMap::new();
        for source in &self.sources {
            let mut met: HashMap<String, usize> = HashMap::new();
            for name in source.columns() {
                let key = key(name);
                let times = met.entry(key.clone()).or_default();
                *times += 1;
                known.entry((key, *times)).or_insert_with(|| {
                    self.columns.push(name.clone());
                    self.columns.len() - 1
                });
            }
        }
        for source in &self.sources {
            let mut met: HashMap<String, usize> = HashMap::new();
            let mut places = vec![None; self.columns.len()];
            for (own, name) in source.columns().iter().enumerate() {
                let key = key(name);
                let times = met.entry(key.clone()).or_default();
                *times += 1;
                if let Some(at) = known.get(&(key, *times)) {
                    places[*at] = Some(own);
                }
            }
            self.places.push(places);
        }
    }

    /// Parquet files have types, which are to be the same in all of them.
    fn check_types(&self) -> Result<()> {
        for (at, column) in self.columns.iter().enumerate() {
            let mut first: Option<(&str, &DataType)> = None;
            for ((name, source), places) in self.names.iter().zip(&self.sources).zip(&self.places) {
                let Some(kind) = places[at].and_then(|own| source.data_type(own)) else { continue };
                match first {
                    Some((other, known)) if known != kind => {
                        return Err(apart(&format!("{column} is {known} in {other} and {kind} in {name}")));
                    }
                    Some(_) => {}
                    None => first = Some((name, kind)),
                }
            }
        }
        Ok(())
    }
}

/// What is told of files that cannot be one import.
pub(super) fn apart(why: &str) -> Error {
    Error::invalid("import_files", format!("{why}: files of one import have to be alike; import them one by one"))
}

/// A name as it is compared, also one of nothing but signs.
fn key(name: &str) -> String {
    let plain = plain(name);
    if plain.is_empty() { name.trim().to_owned() } else { plain }
}

fn is_same(a: &Path, b: &Path) -> io::Result<bool> {
    let open = |path: &Path| std::fs::File::open(path).map(BufReader::new);
    let (mut a, mut b) = (open(a)?.bytes(), open(b)?.bytes());
    loop {
        match (a.next().transpose()?, b.next().transpose()?) {
            (None, None) => return Ok(true),
            (one, other) if one != other => return Ok(false),
            _ => {}
        }
    }
}

/// How the rows of a file become those of all of them.
struct Shape {
    file: usize,
    /// The wanted columns, and whether the file has them.
    fields: Vec<(String, bool)>,
    is_json: bool,
}

impl Shape {
    fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let failed = |e| Error::internal("rows of several files").with_source(e);
        let schema = batch.schema();
        let (mut fields, mut columns): (Vec<FieldRef>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        let mut next = 0;
        for (name, is_there) in &self.fields {
            if *is_there {
                let field = schema.field(next);
                let renamed = Field::new(name, field.data_type().clone(), true).with_metadata(field.metadata().clone());
                fields.push(Arc::new(renamed));
                columns.push(batch.column(next).clone());
                next += 1;
                continue;
            }
            let field = if self.is_json { json_field(name) } else { Field::new(name, DataType::Utf8, true) };
            fields.push(Arc::new(field));
            columns.push(new_null_array(&DataType::Utf8, batch.num_rows()));
        }
        let numbers = batch.column(next).as_primitive::<UInt64Type>();
        let numbers: UInt64Array = numbers.values().iter().map(|row| numbered(self.file, *row)).collect();
        fields.push(Arc::new(Field::new(schema.field(next).name(), DataType::UInt64, false)));
        columns.push(Arc::new(numbers));
        fields.push(schema.fields()[next + 1].clone());
        columns.push(batch.column(next + 1).clone());
        debug_assert!(columns.iter().all(|column| column.len() == batch.num_rows()));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn files(contents: &[(&str, &str)]) -> (tempfile::TempDir, Result<Files>) {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = contents.iter().map(|(name, _)| folder.path().join(name)).collect();
        for (path, (_, content)) in paths.iter().zip(contents) {
            std::fs::write(path, content).unwrap();
        }
        let opened = Files::open(&paths, &SourceOptions::default());
        (folder, opened)
    }

    #[test]
    fn columns_are_brought_together_by_their_names() {
        let (_folder, opened) =
            files(&[("a.csv", "Id,Note,Note,Sum\n1,x,y,5\n"), ("b.csv", "sum;id;Shop;note\n6;2;s;z\n")]);
        let files = opened.unwrap();
        assert_eq!(files.columns(), ["Id", "Note", "Note", "Sum", "Shop"]);
        let rows: Vec<RecordBatch> = files.rows(&[0, 2, 3, 4]).unwrap().map(Result::unwrap).collect();
        let cell = |batch: usize, column: usize| {
            let texts = rows[batch].column(column).as_string::<i32>();
            (!texts.is_null(0)).then(|| texts.value(0).to_owned())
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!([cell(0, 0), cell(0, 1), cell(0, 2), cell(0, 3)], [text("1"), text("y"), text("5"), None]);
        assert_eq!([cell(1, 0), cell(1, 1), cell(1, 2), cell(1, 3)], [text("2"), None, text("6"), text("s")]);
        let numbers = |batch: usize| rows[batch].column(4).as_primitive::<UInt64Type>().value(0);
        assert_eq!((numbers(0), numbers(1)), (numbered(0, 1), numbered(1, 1)));
        assert_eq!(rows[0].schema(), rows[1].schema(), "they may go to one temporary file");
        assert_eq!(files.lacking(&[0, 3]), None);
        assert_eq!(files.lacking(&[0, 4]), Some(("a.csv", "Shop")));
    }

    #[test]
    fn what_cannot_be_one_import_is_refused() {
        let error = |contents: &[(&str, &str)]| files(contents).1.unwrap_err().to_string();
        let same = error(&[("a.csv", "id,sum\n1,5\n"), ("a (1).csv", "id,sum\n1,5\n")]);
        assert!(same.contains("a.csv and a (1).csv are the same file"), "{same}");
        let mixed = error(&[("a.csv", "id,sum\n1,5\n"), ("b.ndjson", "{\"id\":1}\n")]);
        assert!(mixed.contains("b.ndjson is not") && mixed.contains("one by one"), "{mixed}");
        assert!(Files::open(&[], &SourceOptions::default()).is_err());
    }
}
