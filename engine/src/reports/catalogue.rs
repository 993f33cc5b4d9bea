//! All reports, from the files in `queries/`, which are part of the binary.

use std::sync::LazyLock;

use super::{
    common_parameters::common,
    header::{self, Report},
};
use kupets_core::{Error, Kind, Result};

macro_rules! files {
    ($($id:literal),* $(,)?) => { [$(($id, include_str!(concat!("../../../queries/", $id, ".sql")))),*] };
}

/// In the order in which people see them.
const FILES: &[(&str, &str)] = &files![
    "sales_summary",
    "sales_over_time",
    "top_products",
    "top_customers",
    "categories",
    "channels",
    "by_attribute",
    "new_vs_returning",
    "cohort_retention",
    "rfm_segments",
    "segment_movement",
    "lifecycle",
    "abc_xyz",
    "purchase_hours",
    "refunds",
    "margin",
    "interactions_summary",
    "basket_pairs",
    "customer_value",
];

// The files are constants, and the test `every_file_parses` reads each of them: a header that does not parse never ships.
#[allow(clippy::panic)]
static CATALOGUE: LazyLock<Vec<Report>> = LazyLock::new(|| {
    let read = |&(id, text): &(&str, &'static str)| {
        let mut report = header::parse(id, text).unwrap_or_else(|e| panic!("{e}"));
        report.parameters.extend(common(report.currency));
        report
    };
    FILES.iter().map(read).collect()
});

/// All reports, with everything that `GET /v1/reports` tells of them.
pub fn catalogue() -> &'static [Report] {
    &CATALOGUE
}

/// The report of that id.
///
/// # Errors
/// There is none; the message lists those there are.
pub fn find(id: &str) -> Result<&'static Report> {
    catalogue().iter().find(|report| report.id == id).ok_or_else(|| {
        let ids = catalogue().iter().map(|report| report.id.as_str()).collect::<Vec<_>>().join(", ");
        Error::new(Kind::NotFound, "unknown_report", format!("There is no report `{id}`. There are: {ids}."))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_parses() {
        for &(id, text) in FILES {
            let report = header::parse(id, text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(report.id, id, "the id is the file's name");
            let latin = report.description.ru.chars().filter(char::is_ascii_alphabetic).count();
            let letters = report.description.ru.chars().filter(|c| c.is_alphabetic()).count();
            assert!(latin * 2 < letters, "{id}: the Russian description is not in Russian");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../queries");
        let files = std::fs::read_dir(folder).unwrap().filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".sql").map(str::to_owned)
        });
        assert_eq!(files.collect::<BTreeSet<_>>(), FILES.iter().map(|(id, _)| (*id).to_owned()).collect());
    }

    #[test]
    fn find_lists_what_there_is() {
        assert_eq!(find("channels").unwrap().id, "channels");
        let error = find("chanels").unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound);
        assert!(error.to_string().contains("sales_summary, sales_over_time"), "{error}");
    }

    #[test]
    fn serialises_for_the_interface() {
        let json = serde_json::to_value(catalogue()).unwrap();
        assert_eq!(json[1]["id"], "sales_over_time");
        assert_eq!(json[1]["title"]["ru"], "Продажи по времени");
        assert_eq!(json[1]["parameters"][0]["allowed"][2], "week");
        assert_eq!(json[1]["columns"][1]["unit"], "currency");
        assert!(json[1].get("sql").is_none(), "the statement comes with a result, bound values and all");
    }
}
