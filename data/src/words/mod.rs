//! Word lists, written for this generator, from which names of products and people, cities and texts are composed.

pub(crate) mod goods;
pub(crate) mod people;
pub(crate) mod talk;
