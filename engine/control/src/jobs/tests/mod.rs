//! The queue and its runner, with a clock that the tests move.

mod queue;
mod runner;
mod schedule;
mod simulation;
