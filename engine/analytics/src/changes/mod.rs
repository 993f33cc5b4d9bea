//! Since when, and is it news: change points, anomalies by day, season.
//!
//! Series are values at even steps without gaps; a caller fills what is missing with 0. The running, unfinished period is left
//! out by the caller.

mod anomalies;
mod change_points;
mod news;
mod reason;
mod robust;
mod season;
mod surety;

pub use anomalies::{Anomaly, THRESHOLD, anomalies};
pub use change_points::{ChangePoint, change_points};
pub use news::{SeasonOrNews, Verdict, season_or_news};
pub use reason::Reason;
pub use season::{Adjusted, Season, deseasonalize};
pub use surety::surety;
