//! From a file and a mapping to bodies.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use kupets_core::{Error, Result, schema::Table};

use super::{
    batch::Batches,
    carry::{carried, continued},
    currency,
    encode::{Encoder, Figures},
    files::{Files, apart},
    fingerprint::Fingerprint,
    mapping::{self, Mapping},
    number::{Mark, Numbers},
    options::ImportOptions,
    preset::{self, Preset},
    progress::Progress,
    propose::{self, Glance, Proposal},
    rows::shown,
    source::{FileFormat, SourceOptions},
    survey::{Role, Survey, whole_ids},
    value::Reading,
    zone::Zone,
};

/// A file that is about to be imported, or several as one.
#[derive(Debug)]
pub struct Import {
    paths: Vec<PathBuf>,
    source: Files,
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
        Self::open_all(&[path.to_owned()], options)
    }

    /// Opens several files that make one import: an order may have its lines in some of them.
    ///
    /// # Errors
    /// One cannot be read, the mapping does not fit, or they are not alike.
    pub fn open_all(paths: &[PathBuf], options: ImportOptions) -> Result<Self> {
        let named =
            options.mapping.iter().flat_map(|(_, column)| column.split('+')).filter(|column| !column.is_empty());
        let columns = options.source.columns.iter().cloned().chain(named.map(|c| c.trim().to_owned())).collect();
        let mut source = Files::open(paths, &SourceOptions { columns, ..options.source.clone() })?;
        let mut notes = source.notes();
        let table = options.table;
        if options.mapping.is_empty() {
            let fields: Vec<&str> = mapping::fields(table).iter().map(|f| f.name).collect();
            source.take_whole_records(&fields, (table == Table::Purchases).then_some("items"))?;
        }
        let mut float_ids = Vec::new();
        let names = names_of(paths, &source);
        let (encoder, wanted, mapped, ignored) = if source.format() == FileFormat::Records {
            (Encoder::raw(table, names), vec![0], Vec::new(), Vec::new())
        } else if let Some(preset) = options.known.and_then(preset::titled) {
            check_known(&source, preset)?;
            let columns = source.columns();
            let (mut encoder, wanted) = Encoder::known(preset, columns, reading(&options)?, names);
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
            let (mut encoder, wanted) = Encoder::new(table, &mapping, columns, reading, names);
            if let Some((file, column)) = source.lacking(&wanted) {
                return Err(apart(&format!("{file} has no column {column:?}, which the mapping names")));
            }
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
        Ok(Self { paths: paths.to_owned(), source, encoder, wanted, mapped, ignored, notes, float_ids, options })
    }

    /// What files are taken for by their columns and first values; none if nothing is likely.
    ///
    /// # Errors
    /// They cannot be read, or are not of one kind.
    pub fn propose(paths: &[PathBuf], options: &SourceOptions) -> Result<Option<Proposal>> {
        propose::propose(&Files::open(paths, options)?)
    }

    /// What files look like before anything is said of them, with at most so many values a column.
    ///
    /// # Errors
    /// They cannot be read, or are not of one kind.
    pub fn glance(paths: &[PathBuf], options: &SourceOptions, most: usize) -> Result<Glance> {
        propose::glance(&Files::open(paths, options)?, most)
    }

    /// What the files are called, in their order; those of an archive by their own names.
    pub fn files(&self) -> &[String] {
        self.source.names()
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

    /// What tells these files from others and from themselves after a change.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn fingerprint(&self) -> Result<Fingerprint> {
        Fingerprint::of_all(&self.paths)
    }

    /// Reads the files into bodies.
    ///
    /// # Errors
    /// The file cannot be opened; in the iterator: it cannot be read on, or the temporary folder refuses.
    pub fn batches(self) -> Result<Batches> {
        let rows = whole_ids(self.source.rows(&self.wanted)?, self.float_ids.clone());
        let rows = carried(rows, self.encoder.carries());
        let rows = continued(rows, self.encoder.continues());
        let grouped_by = self.grouped_by();
        let progress = self.source.progress().clone();
        let files = if self.source.is_several() { self.source.names().to_vec() } else { Vec::new() };
        Ok(Batches::new(rows, self.encoder, grouped_by, progress, files.into(), &self.options))
    }
}

/// Names of which ids are made for records that have none. An archive of one file is called as a person calls it.
fn names_of(paths: &[PathBuf], source: &Files) -> Vec<String> {
    match paths {
        [path] if !source.is_several() => vec![path.file_name().unwrap_or_default().to_string_lossy().into_owned()],
        _ => source.names().to_vec(),
    }
}

/// Passes if each of several files is this export.
fn check_known(source: &Files, preset: &'static Preset) -> Result<()> {
    let is_other = |columns: &[String]| preset::recognise(columns).is_none_or(|own| own.title != preset.title);
    match source.each().find(|(_, columns)| source.is_several() && is_other(columns)) {
        Some((name, _)) => Err(apart(&format!("{name} is not {}", preset.title))),
        None => Ok(()),
    }
}

/// How text is read before the file has been looked at.
fn reading(options: &ImportOptions) -> Result<Reading> {
    let zone = options.time_zone.as_deref().map(Zone::named).transpose();
    let zone = zone.map_err(|message| Error::invalid("import_zone", format!("--time-zone: {message}")))?;
    Ok(Reading { date_format: options.date_format.clone(), zone, ..Reading::default() })
}

/// Tells the encoder what has been found of purchases, and people what they should know of it.
fn settle<'a>(
    survey: &Survey,
    encoder: &mut Encoder,
    looked_at: &[(usize, Role)],
    header: impl Fn(usize) -> &'a str,
) -> Vec<String> {
    let mut notes = Vec::new();
    let mut met = survey.currencies.clone();
    if !encoder.has_currency() {
        met.extend(
            looked_at.iter().filter(|(_, role)| role.money).filter_map(|(cell, _)| currency::of_header(header(*cell))),
        );
    }
    let figures = if encoder.has_currency() { Figures::None } else { Figures::of(&met) };
    match figures {
        Figures::One(code) => notes.push(format!("figures are in {code}, as the file says beside them")),
        Figures::Several => {
            let codes: BTreeSet<&str> = met.iter().map(|currency| currency.code).collect();
            let codes: Vec<&str> = codes.into_iter().collect();
            notes.push(format!("figures are in several currencies, each in its own: {}", codes.join(", ")));
        }
        Figures::None if !met.is_empty() && !encoder.has_currency() => {
            notes.push(
                "the sign beside the figures is one of several currencies: they are in the workspace's".to_owned(),
            );
        }
        Figures::None => {}
    }
    encoder.settle(survey.grammar.map(|(grammar, _)| grammar), figures, survey.negative);
    if survey.nobody > 0 {
        notes.push(format!(
            "{} rows name a guest, or nobody, for a customer: no customer is made of that",
            survey.nobody
        ));
    }
    if survey.partly > 0 && !encoder.knows_refunds() {
        notes.push(format!(
            "{} rows say that a part was given back, and no column says how much: map one with --map refunded=COLUMN, or they count \
             in full",
            survey.partly
        ));
    }
    for at in &survey.spoilt {
        let name = header(looked_at[*at].0);
        notes.push(format!(
            "ids of {name} such as 4,60701E+12 have been cut by a spreadsheet, so that different ones look alike"
        ));
    }
    if encoder.takes_discount_off() {
        notes.push("no column for amount: lines come to quantity times price, less the discount".to_owned());
    }
    notes
}

/// Reads the file once for what its values say together, and settles by it how they are read. Returns the cells of ids that
/// lose their `.0`.
fn survey(
    source: &Files,
    encoder: &mut Encoder,
    wanted: &[usize],
    options: &ImportOptions,
    notes: &mut Vec<String>,
) -> Result<Vec<usize>> {
    // Ids of typed files are what they are: only text can be a float by mistake.
    let typed = source.format() == FileFormat::Parquet;
    let looked_at: Vec<(usize, Role)> = (encoder.roles().into_iter().enumerate())
        .map(|(cell, role)| (cell, Role { id: role.id && !typed, ..role }))
        .filter(|(cell, role)| {
            role.is_any()
                && (source.is_text(wanted[*cell]) || role.items || role.state || role.money && encoder.is_parted())
        })
        .collect();
    let mut survey = Survey::default();
    if !looked_at.is_empty() {
        let columns: Vec<usize> = looked_at.iter().map(|(cell, _)| wanted[*cell]).collect();
        let roles: Vec<Role> = looked_at.iter().map(|(_, role)| *role).collect();
        survey = Survey::of(source.rows(&columns)?, &roles)?;
    }
    let mark = options.decimal_mark.map_or(survey.mark, Mark::Known);
    if options.decimal_mark.is_none() {
        encoder.mark_columns(survey.own_marks.iter().map(|(at, own)| (looked_at[*at].0, *own)).collect());
    }
    encoder.read_with(|reading| {
        reading.numbers = Numbers { mark, round: options.round };
        reading.days = survey.days;
        reading.stamps = survey.stamps;
    });
    if survey.stamps.is_some() && options.date_format.is_none() {
        notes.extend(survey.stamps.map(|stamps| stamps.note().to_owned()));
    }
    let header = |cell: usize| source.columns()[wanted[cell]].as_str();
    notes.extend(settle(&survey, encoder, &looked_at, header));
    if survey.blank_ids > 0
        && let Some(how) = encoder.continues()
    {
        let lines = how.count(source.rows(wanted)?)?;
        if lines > 0 {
            notes.push(format!(
                "{lines} rows have goods and nothing of a purchase: they are lines of the purchase above them"
            ));
        }
    }
    let totals = source.totals();
    if !totals.is_empty() {
        let rows: Vec<String> = totals.iter().take(5).copied().map(shown).collect();
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
