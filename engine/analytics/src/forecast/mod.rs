//! What comes next: points with intervals for a series of days, weeks or months.
//!
//! [`forecast`] takes out what the calendar explains, forecasts the rest with a combination of methods, tries it and
//! simpler methods on the series' own past, and answers with the one that was better there. It always answers: with too
//! little history by a simpler method and wider intervals, and says so.

mod accuracy;
mod airline;
mod answer;
mod backtest;
mod calendar;
mod ces;
mod closed;
mod combination;
mod ets;
mod holidays;
mod intermittent;
mod interval;
mod mean;
mod path;
mod pipeline;
mod position;
mod season;
mod selection;
mod simplex;
mod theta;
mod year;

pub use accuracy::{mae, scale, smape};
pub use answer::{Accuracy, Backtest, Forecast, Method, Model, Note, Options, Part, Point, Tried};
pub use calendar::{Calendar, Day, Grain, civil, day, weekday};
pub use pipeline::forecast;
