//! Segments of Online Retail, against DuckDB with the rules of the reports.

use kupets_evaluation::segments;

use super::shared;

#[test]
fn rfm_and_movement() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(segments::rfm(&sales).unwrap());
}

#[test]
fn abc_and_xyz() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(segments::products(&sales).unwrap());
}

#[test]
fn cohorts() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(segments::cohorts(&sales));
}

#[test]
fn later_stages_come_back_less() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(segments::stages(&sales));
}
