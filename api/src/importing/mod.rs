//! What importing a file comes to, wherever it is done: by the command line through REST, or by the server itself.

mod append;
mod ask;
mod check;
mod count;
mod errors;
mod existing;
mod plan;
mod sums;
mod totals;

pub use append::{stored, united, with_ids as ids};
pub use ask::Ask;
pub use check::{Checked, check};
pub use count::count;
pub use errors::ErrorsFile;
pub use existing::{Existing, existing};
pub use plan::Plan;
pub use sums::Amount;
pub use totals::Totals;
