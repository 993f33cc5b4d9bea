//! What is to be imported as what: as a person said, or as the columns of the file say.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use kupets_engine::{Error, schema::Table};
use kupets_import::{Import, ImportOptions, Proposal};

/// How a file is going to be imported.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All that decides on the records.
    pub options: ImportOptions,
    /// What the file was taken for, for people; none if they said it.
    pub taken_for: Option<String>,
    /// The mapping is a guess, which a person has to look at before anything is stored.
    pub is_guess: bool,
}

impl Plan {
    /// Settles it, reading the files' headers if nobody has said what their rows are. None: nothing can be said of them.
    ///
    /// # Errors
    /// A file that cannot be read, or files that are not of one kind.
    pub fn settle(paths: &[PathBuf], options: ImportOptions, said: Option<Table>) -> Result<Option<Self>, Error> {
        if let Some(table) = said {
            let options = ImportOptions { table, ..options };
            return Ok(Some(Self { options, taken_for: None, is_guess: false }));
        }
        let proposal =
            if paths.iter().any(|path| is_json(path)) { None } else { Import::propose(paths, &options.source)? };
        Ok(proposal.map(|proposal| Self::of(proposal, options)))
    }

    /// What was said of a file, and what it was taken for beside that.
    pub fn of(proposal: Proposal, mut options: ImportOptions) -> Self {
        let Proposal { table, known, mapping } = proposal;
        options.table = table;
        if !options.mapping.is_empty() {
            return Self { options, taken_for: Some(table.name().to_owned()), is_guess: false };
        }
        let by_rules = known.is_some() && mapping.is_empty();
        options.known = known.filter(|_| by_rules);
        options.mapping = mapping;
        let taken_for = known.map_or_else(|| table.name().to_owned(), str::to_owned);
        Self { options, taken_for: Some(taken_for), is_guess: known.is_none() }
    }
}

/// Files of JSON lines say nothing by columns; of them a person says what they are.
fn is_json(path: &Path) -> bool {
    let mut start = [0; 1];
    File::open(path).and_then(|mut file| file.read(&mut start)).is_ok() && start == *b"{"
}
