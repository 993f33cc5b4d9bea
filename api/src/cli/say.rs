//! Lines for whoever has started the program.

use std::io::Write as _;

/// Prints a line. Whoever started the program may have stopped reading, which is no reason to stop.
pub fn say(line: &str) {
    let _nobody_reads = writeln!(std::io::stdout(), "{line}");
}
