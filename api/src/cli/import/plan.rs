//! What is to be imported as what: as a person said, or as the columns of the file say.

use std::{fs::File, io::Read, path::Path};

use kupets_import::{Import, ImportOptions, Proposal};

use super::args::ImportArgs;

/// How a file is going to be imported.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// All that decides on the records.
    pub(super) options: ImportOptions,
    /// What the file was taken for, for people; none if they said it.
    pub(super) taken_for: Option<String>,
    /// The mapping is a guess, which a person has to look at before anything is stored.
    pub(super) is_guess: bool,
}

impl Plan {
    /// Settles it, reading the file's header if it has to.
    ///
    /// # Errors
    /// Options that do not fit, a file that cannot be read, or one of which nothing can be said.
    pub(super) fn of(args: &ImportArgs) -> Result<Self, String> {
        let mut options = args.options()?;
        if args.records()?.is_some() {
            return Ok(Self { options, taken_for: None, is_guess: false });
        }
        let proposal = if is_json(args.file()?) {
            None
        } else {
            Import::propose(args.file()?, &options.source).map_err(|e| e.to_string())?
        };
        let Some(Proposal { table, known, mapping }) = proposal else {
            return Err(format!(
                "{}: it is no export that is known here, and its columns do not tell what it is: say customers, purchases \
                 or interactions before the file, and --map",
                args.file()?.display()
            ));
        };
        options.table = table;
        if !options.mapping.is_empty() {
            return Ok(Self { options, taken_for: Some(table.name().to_owned()), is_guess: false });
        }
        let by_rules = known.is_some() && mapping.is_empty();
        options.known = known.filter(|_| by_rules);
        options.mapping = mapping;
        let taken_for = known.map_or_else(|| table.name().to_owned(), str::to_owned);
        Ok(Self { options, taken_for: Some(taken_for), is_guess: known.is_none() })
    }

    /// Refuses to store what is a guess that nobody has agreed to.
    ///
    /// # Errors
    /// It is one; the message has the mapping to agree to.
    pub(super) fn agreed(&self, args: &ImportArgs) -> Result<(), String> {
        if !self.is_guess || args.yes {
            return Ok(());
        }
        let pairs: Vec<String> =
            self.options.mapping.iter().map(|(field, column)| format!("{field}={column}")).collect();
        Err(format!(
            "the mapping is guessed from the names and values of the columns: look at it with --dry-run, then pass --yes, or \
             say it:\n  kupets import {} {} --map '{}'",
            self.options.table.name(),
            args.file()?.display(),
            pairs.join(",")
        ))
    }
}

/// Files of JSON lines say nothing by columns; of them a person says what they are.
fn is_json(path: &Path) -> bool {
    let mut start = [0; 1];
    File::open(path).and_then(|mut file| file.read(&mut start)).is_ok() && start == *b"{"
}
