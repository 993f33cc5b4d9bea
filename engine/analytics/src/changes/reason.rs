//! Why a series has no answer.

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The series is too short, or has values that are no numbers.
    TooShort,
    /// All values are the same.
    Constant,
}
