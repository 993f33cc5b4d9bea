//! From a file and a mapping to bodies.

use std::path::{Path, PathBuf};

use kupets_core::{Error, Result, schema::Table};

use super::{
    batch::Batches,
    encode::Encoder,
    fingerprint::Fingerprint,
    mapping::{self, Mapping},
    number::{Mark, Numbers},
    options::ImportOptions,
    preset,
    progress::Progress,
    propose::{self, Glance, Proposal},
    source::{FileFormat, FileSource, SourceOptions},
    survey::{Role, Survey, whole_ids},
    value::Reading,
    zone::Zone,
};

/// A file that is about to be imported.
#[derive(Debug)]
pub struct Import {
    path: PathBuf,
    source: FileSource,
    encoder: Encoder,
    wanted: Vec<usize>,
    mapped: Vec<(String, String)>,
    ignored: Vec<String>,
    notes: Vec<String>,
    /// Cells whose ids lose their `.0`.
    float_ids: Vec<usize>,
    options: ImportOptions,
}

impl Import {
    /// Opens a file and settles how its columns become fields.
    ///
    /// # Errors
    /// The file cannot be read, or the mapping does not fit; the message lists the columns there are.
    pub fn open(path: &Path, options: ImportOptions) -> Result<Self> {
        let named =
            options.mapping.iter().flat_map(|(_, column)| column.split('+')).filter(|column| !column.is_empty());
        let columns = options.source.columns.iter().cloned().chain(named.map(|c| c.trim().to_owned())).collect();
        let mut source = FileSource::open(path, &SourceOptions { columns, ..options.source.clone() })?;
        let mut notes = source.notes();
        let table = options.table;
        if options.mapping.is_empty() {
            let fields: Vec<&str> = mapping::fields(table).iter().map(|f| f.name).collect();
            source.take_whole_records(&fields, (table == Table::Purchases).then_some("items"));
        }
        let mut float_ids = Vec::new();
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (encoder, wanted, mapped, ignored) = if source.format() == FileFormat::Records {
            (Encoder::raw(table, file_name), vec![0], Vec::new(), Vec::new())
        } else if let Some(preset) = options.known.and_then(preset::titled) {
            let columns = source.columns();
            let (mut encoder, wanted) = Encoder::known(preset, columns, reading(&options)?, file_name);
            let used = |at: &usize| wanted.contains(at);
            let ignored = (0..columns.len()).filter(|at| !used(at)).map(|at| columns[at].clone()).collect();
            source.set_mapped(encoder.id.map(|cell| wanted[cell]), &wanted);
            float_ids = survey(&source, &mut encoder, &wanted, &options, &mut notes)?;
            notes.extend(preset.notes.iter().map(|note| (*note).to_owned()));
            (encoder, wanted, Vec::new(), ignored)
        } else {
            let columns = source.columns();
            let mapping = Mapping::resolve(table, columns, &options.mapping)?;
            let reading = reading(&options)?;
            let (mut encoder, wanted) = Encoder::new(table, &mapping, columns, reading, file_name);
            let id = mapping::fields(table)[0].name;
            encoder.share_attributes(options.attributes);
            if encoder.id.is_none() {
                notes.push(format!("no column for {id}: each row is a record of its own, with an id made of its row"));
            }
            source.set_mapped(encoder.id.map(|cell| wanted[cell]), &wanted);
            let columns = source.columns();
            float_ids = survey(&source, &mut encoder, &wanted, &options, &mut notes)?;
            if table != Table::Customers && !mapping.has("occurred_at") {
                notes.push("no column for occurred_at: records get the time of the import".to_owned());
            }
            let mapped = mapping.mapped.iter().map(|(t, at)| (t.to_string(), columns[*at].clone())).collect();
            (encoder, wanted, mapped, mapping.ignored)
        };
        Ok(Self { path: path.to_owned(), source, encoder, wanted, mapped, ignored, notes, float_ids, options })
    }

    /// What a file is taken for by its columns and their first values; none if nothing is likely.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn propose(path: &Path, options: &SourceOptions) -> Result<Option<Proposal>> {
        propose::propose(&FileSource::open(path, options)?)
    }

    /// What a file looks like before anything is said of it, with at most so many values a column.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn glance(path: &Path, options: &SourceOptions, most: usize) -> Result<Glance> {
        propose::glance(&FileSource::open(path, options)?, most)
    }

    /// The file's format.
    pub fn format(&self) -> FileFormat {
        self.source.format()
    }

    /// Fields and their columns; empty for a file of whole records.
    pub fn mapped(&self) -> &[(String, String)] {
        &self.mapped
    }

    /// Columns that go nowhere.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What a person should know of how the file is read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether two batches may hold records of one id, which must then be sent one after the other.
    pub fn ids_may_repeat(&self) -> bool {
        self.grouped_by().is_none()
    }

    /// Whether the records have ids that the file gives them.
    pub fn has_ids(&self) -> bool {
        self.encoder.id.is_some()
    }

    /// The cell that tells which lines make one purchase; none where each row is a record of its own.
    fn grouped_by(&self) -> Option<usize> {
        self.encoder.id.filter(|_| self.options.table == Table::Purchases)
    }

    /// How far the reading is; it moves while [`Batches`] are taken.
    pub fn progress(&self) -> &Progress {
        self.source.progress()
    }

    /// What tells this file from another and from itself after a change.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn fingerprint(&self) -> Result<Fingerprint> {
        Fingerprint::of(&self.path)
    }

    /// Reads the file into bodies.
    ///
    /// # Errors
    /// The file cannot be opened; in the iterator: it cannot be read on, or the temporary folder refuses.
    pub fn batches(self) -> Result<Batches> {
        let rows = whole_ids(self.source.rows(&self.wanted)?, self.float_ids.clone());
        let grouped_by = self.grouped_by();
        let progress = self.source.progress().clone();
        Ok(Batches::new(rows, self.encoder, grouped_by, progress, self.path, &self.options))
    }
}

/// How text is read before the file has been looked at.
fn reading(options: &ImportOptions) -> Result<Reading> {
    let zone = options.time_zone.as_deref().map(Zone::named).transpose();
    let zone = zone.map_err(|message| Error::invalid("import_zone", format!("--time-zone: {message}")))?;
    Ok(Reading { date_format: options.date_format.clone(), zone, ..Reading::default() })
}

/// Reads the file once for what its values say together, and settles by it how they are read. Returns the cells of ids that
/// lose their `.0`.
fn survey(
    source: &FileSource,
    encoder: &mut Encoder,
    wanted: &[usize],
    options: &ImportOptions,
    notes: &mut Vec<String>,
) -> Result<Vec<usize>> {
    // Ids of typed files are what they are: only text can be a float by mistake.
    let typed = source.format() == FileFormat::Parquet;
    let looked_at: Vec<(usize, Role)> = (encoder.roles().into_iter().enumerate())
        .map(|(cell, role)| (cell, Role { id: role.id && !typed, ..role }))
        .filter(|(cell, role)| role.is_any() && source.is_text(wanted[*cell]))
        .collect();
    let mut survey = Survey::default();
    if !looked_at.is_empty() {
        let columns: Vec<usize> = looked_at.iter().map(|(cell, _)| wanted[*cell]).collect();
        let roles: Vec<Role> = looked_at.iter().map(|(_, role)| *role).collect();
        survey = Survey::of(source.rows(&columns)?, &roles)?;
    }
    let mark = options.decimal_mark.map_or(survey.mark, Mark::Known);
    encoder.read_with(|reading| {
        reading.numbers = Numbers { mark, round: options.round };
        reading.days = survey.days;
    });
    let totals = source.totals();
    if !totals.is_empty() {
        let rows: Vec<String> = totals.iter().take(5).map(u64::to_string).collect();
        let more = if totals.len() > 5 { " …" } else { "" };
        notes.push(format!("rows of totals are left out: row {}{more}", rows.join(", ")));
    }
    let floats: Vec<usize> = survey.floats.iter().map(|at| looked_at[*at].0).collect();
    if floats.is_empty() {
        return Ok(floats);
    }
    let names: Vec<&str> = floats.iter().map(|cell| source.columns()[wanted[*cell]].as_str()).collect();
    let names = names.join(", ");
    if options.keep_ids {
        notes.push(format!("ids of {names} look like 13085.0 and stay so: --keep-ids"));
        return Ok(Vec::new());
    }
    notes.push(format!(
        "ids of {names} are whole numbers that were saved with .0, which is taken off; --keep-ids leaves it"
    ));
    Ok(floats)
}
