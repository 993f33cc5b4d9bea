//! The questions, as `questions/README.md` describes them.

use std::path::Path;

use chrono::{DateTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde_json::Value;

/// A question and what is expected of its answer.
pub struct Line {
    pub id: String,
    /// The file it stands in, without its ending.
    pub file: String,
    pub locale: String,
    pub conversation: Vec<String>,
    pub question: String,
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub held_out: bool,
    pub expect: Value,
}

impl Line {
    /// Whether an answer from the data is the only right one.
    pub fn in_scope(&self) -> bool {
        self.expect["source"] == "catalogue"
    }
}

/// When questions are asked that do not say: a Saturday after the last sale.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2011, 12, 10, 12, 0, 0).unwrap()
}

/// All questions, file by file.
pub fn all() -> Vec<Line> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "ndjson"));
    files.sort();
    files.iter().flat_map(|path| of_file(path)).collect()
}

/// The questions of a file.
pub fn of_file(path: &Path) -> Vec<Line> {
    let file = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|text| line(&file, &serde_json::from_str(text).unwrap())).collect()
}

fn line(file: &str, value: &Value) -> Line {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let turns = value["conversation"].as_array().into_iter().flatten();
    Line {
        id: text("id").unwrap(),
        file: file.to_owned(),
        locale: text("locale").unwrap(),
        conversation: turns.map(|turn| turn.as_str().unwrap().to_owned()).collect(),
        question: text("question").unwrap(),
        now: text("now").map_or_else(now, |now| DateTime::parse_from_rfc3339(&now).unwrap().to_utc()),
        zone: text("zone").map_or(Tz::Europe__London, |zone| zone.parse().unwrap()),
        held_out: value["held_out"] == true,
        expect: value["expect"].clone(),
    }
}
