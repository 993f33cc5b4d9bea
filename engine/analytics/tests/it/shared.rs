//! Where the real data sets are that the methods are checked on, and how figures over them are checked. They are not in this
//! repository.

use std::{io::Write, path::PathBuf};

use kupets_evaluation::{
    Figure,
    online_retail::{self, Sales},
};

/// A file of the shared data, or none with a loud word: the test then passes without having tested anything.
pub fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KUPETS_SHARED_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    let _ = writeln!(std::io::stderr(), "SKIPPED: {} is not here; set KUPETS_SHARED_DATA", path.display());
    None
}

/// Online Retail, if it is here.
pub fn online_retail() -> Option<Sales> {
    Some(Sales::read(&file(online_retail::FILE)?).unwrap())
}

/// Prints the figures; each must be what it should.
pub fn hold(figures: impl IntoIterator<Item = Figure>) {
    let mut missed = Vec::new();
    for figure in figures {
        println!("{figure}");
        if figure.held() == Some(false) {
            missed.push(format!("{figure}; the goal is from: {}", figure.source));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
