//! `kupets check`: whether what a data folder holds can be read, and is what was written.

use clap::Args;
use kupets_engine::check::check;

use super::{failure::Failure, place::Place, say::say};

/// Arguments of `kupets check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    place: Place,
}

/// Looks at everything and says what is damaged.
///
/// # Errors
/// Something is damaged, a server runs on the folder, or it cannot be read.
pub async fn run(args: CheckArgs) -> Result<(), Failure> {
    let checked = check(args.place.engine_config()?).await?;
    checked.damage.iter().for_each(|what| say(what));
    if checked.damage.is_empty() {
        say(&format!("{} workspaces were read; nothing is damaged", checked.workspaces));
        return Ok(());
    }
    Err(format!(
        "{} places are damaged, in {} workspaces that were read. Keep copies, and restore these files from a backup while no server runs",
        checked.damage.len(),
        checked.workspaces
    )
    .into())
}
