//! The M3 competition (Makridakis & Hibon 2000): 3,003 series, and what came after each.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, ensure};
use arrow::datatypes::{Float64Type, Int64Type};

use crate::columns;

/// The name of its file.
pub const FILE: &str = "m3.parquet";

/// How long the periods of a series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Months.
    Monthly,
    /// Quarters.
    Quarterly,
    /// Years.
    Yearly,
    /// Not told.
    Other,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Monthly, Self::Quarterly, Self::Yearly, Self::Other];

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Monthly => "MONTHLY",
            Self::Quarterly => "QUARTERLY",
            Self::Yearly => "YEARLY",
            Self::Other => "OTHER",
        }
    }

    /// Periods in a season; 1 for none.
    #[must_use]
    pub fn season(self) -> usize {
        match self {
            Self::Monthly => 12,
            Self::Quarterly => 4,
            Self::Yearly | Self::Other => 1,
        }
    }
}

/// A series of the competition.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// What was known.
    pub known: Vec<f64>,
    /// What came.
    pub came: Vec<f64>,
}

/// The series of a period, by their names.
///
/// # Errors
/// The file cannot be read, or a series of it has nothing to forecast.
pub fn series(path: &Path, period: Period) -> Result<Vec<Series>> {
    // By name and place: the rows of the file need no order.
    let mut rows: BTreeMap<String, [BTreeMap<i64, f64>; 2]> = BTreeMap::new();
    for batch in columns::read(path, &["series_id", "period", "split", "t", "value"])? {
        let text = |name| columns::texts(&batch, name);
        let (id, periods, split) = (text("series_id")?, text("period")?, text("split")?);
        let t = columns::numbers::<Int64Type>(&batch, "t")?;
        let value = columns::numbers::<Float64Type>(&batch, "value")?;
        for i in (0..batch.num_rows()).filter(|&i| periods.value(i) == period.name()) {
            let [known, came] = rows.entry(id.value(i).to_owned()).or_default();
            let side = if split.value(i) == "test" { came } else { known };
            side.insert(t.value(i), value.value(i));
        }
    }
    for (name, [known, came]) in &rows {
        ensure!(!known.is_empty() && !came.is_empty(), "{}: the series {name} lacks a part", path.display());
    }
    let values = |side: BTreeMap<i64, f64>| side.into_values().collect();
    Ok(rows.into_values().map(|[known, came]| Series { known: values(known), came: values(came) }).collect())
}
