//! Why did sales change, on Online Retail with causes made up.

use kupets_analytics::attribution::{Rows, causes};
use kupets_evaluation::attribution;

use super::shared;

#[test]
fn a_single_cause_comes_first() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(attribution::single_causes(&sales).unwrap());
}

#[test]
fn contributions_of_real_months_are_exact() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(attribution::exact_sums(&sales));
}

#[test]
fn degenerate_rows_are_answered() {
    assert!(causes(&Rows { after: &[], amounts: &[], orders: &[], dimensions: &[] }).is_empty());
    assert!(causes(&Rows { after: &[true], amounts: &[5], orders: &[1], dimensions: &[&[0]] }).is_empty());
    // One key, refunds only, zeros, billions: nothing to tell, and no panic.
    let billion = 10_i64.pow(13);
    for amounts in
        [[0; 4], [-5, -5, -7, -9], [billion, -billion, billion, billion], [i64::MAX, i64::MAX, i64::MIN, i64::MAX]]
    {
        let (after, orders) = ([false, false, true, true], [0, 1, 2, 3]);
        let dimensions: [&[u32]; 3] = [&[0; 4], &[0, 1, 0, 1], &[3, 2, 1, 0]];
        let found = causes(&Rows { after: &after, amounts: &amounts, orders: &orders, dimensions: &dimensions });
        assert!(found.iter().all(|cause| !cause.evidence.is_nan()), "{amounts:?} {found:?}");
    }
}
