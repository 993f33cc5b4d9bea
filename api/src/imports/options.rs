//! What a person says of how a file is to be read.

use std::collections::BTreeMap;

use kupets_engine::{FieldError, schema::Table};
use kupets_import::{DecimalMark, ImportOptions, Sharing, SourceOptions, known_exports};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Problem, Result, field};

/// Memory for grouping the lines of orders, in bytes: past it temporary files are used.
const GROUPING_BYTES: usize = 64 << 20;
/// An archive or a workbook may come to so many times what a file may have.
const UNPACKED_TIMES: u64 = 4;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportRecords)]
pub enum Records {
    /// A customer a row.
    Customers,
    /// A line of a purchase a row, or a purchase where there is no purchase_id.
    Purchases,
    /// An interaction a row.
    Interactions,
}

impl Records {
    /// The table they go into.
    pub fn table(self) -> Table {
        match self {
            Self::Customers => Table::Customers,
            Self::Purchases => Table::Purchases,
            Self::Interactions => Table::Interactions,
        }
    }
}

/// What separates the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportDecimalMark)]
pub enum Mark {
    /// 1,5.
    Comma,
    /// 1.5.
    Point,
}

/// What becomes of an attribute in which the lines of one purchase differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportAttributes)]
pub enum Attributes {
    /// The purchase is refused.
    Agree,
    /// The first line's value is taken.
    First,
    /// All different values, with commas between them.
    Join,
    /// A list with the value of each line.
    Line,
}

/// How a file is to be read, as far as somebody has said it; the rest is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ImportSettings, example = json!({"records": "purchases", "mapping": {"purchase_id": "Order No", "occurred_at": "Date", "amount": "Total"}}))]
pub struct Options {
    /// What its rows are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<Records>,
    /// The known export that it is, by the name in `presets`: its rules make the orders, and `mapping` says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Which column goes into which field: of a record, of a line, or `attributes.NAME`. A field that is not named takes the column of
    /// its own name; an empty column leaves it out. `occurred_at` may be two columns, `Date+Time`; so may `status` (`State+Paid`) and
    /// `customer_id` (`Id+Email`: the first that is filled). `time_zone` names the column with the zone, `order_total` one that has in
    /// each row of an order what the whole order comes to, `operation` one that tells sales from refunds, `refunded` one of what was
    /// given back of an order, `items` one of several items in each cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapping: Option<BTreeMap<String, String>>,
    /// Which line is the header, from 1, counting those that are not empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub header_row: Option<u32>,
    /// The worksheet of a workbook, by its name or its number from 1; `sheets` of the look lists them. Unless given, the first visible
    /// one that has cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// What stands between two cells of a CSV file: one ASCII character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Encoding of a text file, for example `windows-1251`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What separates the fraction of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_mark: Option<Mark>,
    /// Round numbers of more than four fraction digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<bool>,
    /// Format of times, as `strftime` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<String>,
    /// Zone of times that do not say theirs, for example `Europe/Moscow`; the workspace's unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Leave ids such as `13085.0` as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_ids: Option<bool>,
    /// What becomes of attributes in which the lines of one purchase differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Keep the lines that are stored of a purchase, and add those of the file that are not: for an order that is split over several
    /// files. Without it a purchase is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub append: Option<bool>,
}

impl Options {
    /// Passes if they can be meant.
    ///
    /// # Errors
    /// 422 that names what is wrong.
    pub fn check(&self) -> Result<()> {
        let mut wrong: Vec<FieldError> = Vec::new();
        if let Some(preset) = &self.preset
            && !known_exports().contains(&preset.as_str())
        {
            wrong.push(field("preset", format!("one of {}", known_exports().join(", "))));
        }
        if self.delimiter.as_ref().is_some_and(|text| text.len() != 1) {
            wrong.push(field("delimiter", "one ASCII character"));
        }
        if self.header_row == Some(0) {
            wrong.push(field("header_row", "1 for the first line that is not empty"));
        }
        if self.append == Some(true) && self.attributes == Some(Attributes::Line) {
            let message =
                "`append` and `attributes: line` do not go together: the values of stored lines are not known";
            wrong.push(field("append", message));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Problem::fields(wrong)) }
    }

    /// What the reader of files is told; `limit` is what a file may have, in bytes.
    pub(super) fn reading(&self, limit: u64) -> ImportOptions {
        let mapping = self.mapping.iter().flatten().map(|(field, column)| (field.clone(), column.clone())).collect();
        let known = self.preset.as_deref().and_then(|name| known_exports().into_iter().find(|known| *known == name));
        ImportOptions {
            mapping,
            known,
            source: SourceOptions {
                delimiter: self.delimiter.as_ref().and_then(|text| text.bytes().next()),
                encoding: self.encoding.clone(),
                header_row: self.header_row,
                sheet: self.sheet.clone().filter(|sheet| !sheet.trim().is_empty()),
                max_unpacked: Some(limit.saturating_mul(UNPACKED_TIMES)),
                ..SourceOptions::default()
            },
            decimal_mark: self.decimal_mark.map(|mark| match mark {
                Mark::Comma => DecimalMark::Comma,
                Mark::Point => DecimalMark::Point,
            }),
            round: self.round.unwrap_or_default(),
            date_format: self.date_format.clone(),
            time_zone: self.time_zone.clone(),
            keep_ids: self.keep_ids.unwrap_or_default(),
            attributes: match self.attributes {
                None | Some(Attributes::Agree) => Sharing::Agree,
                Some(Attributes::First) => Sharing::First,
                Some(Attributes::Join) => Sharing::Join,
                Some(Attributes::Line) => Sharing::Line,
            },
            memory_bytes: GROUPING_BYTES,
            ..ImportOptions::new(self.records.map_or(Table::Purchases, Records::table))
        }
    }

    /// Which records the rows are, where that is said: a known export is of purchases.
    pub(super) fn said(&self) -> Option<Table> {
        self.records.map(Records::table).or_else(|| self.preset.as_ref().map(|_| Table::Purchases))
    }
}
