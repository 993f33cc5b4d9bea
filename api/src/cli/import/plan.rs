//! What is to be imported as what, by the command line's words.

use super::args::ImportArgs;
use crate::importing::Plan;

/// Settles it, reading the file's header if it has to.
///
/// # Errors
/// Options that do not fit, a file that cannot be read, or one of which nothing can be said.
pub(super) fn settle(args: &ImportArgs) -> Result<Plan, String> {
    let said = args.records()?.map(super::args::Records::table);
    let plan = Plan::settle(args.files()?, args.options()?, said).map_err(|e| e.to_string())?;
    plan.ok_or_else(|| {
        let file = args.shown().unwrap_or_default();
        format!(
            "{file}: it is no export that is known here, and its columns do not tell what it is: say customers, purchases \
             or interactions before the file, and --map"
        )
    })
}

/// Refuses to store what is a guess that nobody has agreed to.
///
/// # Errors
/// It is one; the message has the mapping to agree to.
pub(super) fn agreed(plan: &Plan, args: &ImportArgs) -> Result<(), String> {
    if !plan.is_guess || args.yes {
        return Ok(());
    }
    let files: Vec<String> = args.files()?.iter().map(|file| file.display().to_string()).collect();
    let pairs: Vec<String> = plan.options.mapping.iter().map(|(field, column)| format!("{field}={column}")).collect();
    Err(format!(
        "the mapping is guessed from the names and values of the columns: look at it with --dry-run, then pass --yes, or \
         say it:\n  kupets import {} {} --map '{}'",
        plan.options.table.name(),
        files.join(" "),
        pairs.join(",")
    ))
}
