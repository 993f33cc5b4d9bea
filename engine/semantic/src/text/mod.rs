//! Words and numbers of a question, in Russian and English, with their places in it.

pub mod layout;
pub mod numbers;
pub mod plural;
pub mod stem;
mod token;
pub mod translit;
pub mod typo;
mod word_numbers;

pub use token::{Kind, Token, fold, tokenize};

pub(crate) use word_numbers::{ADJECTIVE as ADJECTIVE_ENDS, adjective, numeral};
