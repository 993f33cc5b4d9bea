//! What to do next: found by rules over facts read by SQL, decided on by people, measured against a hold-out.
//!
//! The rules are in `kupets_analytics::recommend`, pure. Here their facts are read ([`sources`], [`facts`], [`bundles`], [`season`]),
//! their figures get sentences ([`text`]) and evidence that anybody may run again ([`evidence`]), decisions are kept
//! ([`status`]), and what tasks brought is measured ([`lift`]).

mod amount;
mod bundles;
mod candidates;
mod decide;
mod evidence;
mod facts;
mod figures;
mod item;
mod lift;
mod list;
mod season;
mod sentences;
mod sources;
mod status;
mod text;
mod text_en;
mod text_ru;
mod trailing_year;
mod year_ago;

pub use decide::Decision;
pub use evidence::Evidence;
pub use item::{Expected, Product};
pub use lift::Lift;
pub use list::{ExpectedTold, Folded, NoneFound, Recommendations, Recommended, TargetTold};
pub use status::Status;

pub(super) use decide::decide;
pub(super) use list::answer;

/// Names of all kinds of recommendations.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    kupets_analytics::recommend::KINDS.into_iter().map(kupets_analytics::recommend::Kind::name)
}
