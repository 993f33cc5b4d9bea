//! Shops that are made for one question each: first orders, cohorts, launches, orders that were taken back.

use super::*;

/// Three of March: `a` comes back in May, `b` in April, `c` never; in May, which is today's month, nobody else does.
const MARCH: &[Sale] = &[
    sale("p1", Some("a"), "2026-03-02T12:00:00Z", FIVE_TEAS),
    sale("p2", Some("b"), "2026-03-03T12:00:00Z", FIVE_TEAS),
    sale("p3", Some("c"), "2026-03-04T12:00:00Z", FIVE_TEAS),
    sale("p4", Some("b"), "2026-04-05T12:00:00Z", FIVE_TEAS),
    sale("p5", Some("d"), "2026-04-06T12:00:00Z", FIVE_TEAS),
    sale("p6", Some("a"), "2026-05-01T00:00:00Z", FIVE_TEAS),
];

#[tokio::test]
async fn of_two_orders_at_one_moment_one_is_the_first() {
    let sales = &[
        sale("p1", Some("a"), "2026-01-10T12:00:00Z", FIVE_TEAS),
        sale("p2", Some("a"), "2026-01-10T12:00:00Z", TWO_TEAS),
        sale("p3", None, "2026-01-10T12:00:00Z", TWO_TEAS),
    ];
    assert_eq!(
        run_in(Tz::UTC, sales, "new_vs_returning", &[]).await,
        ["2026-01-01|1|0|14.0000|0.0000|4.0000|1|1|1|4.0000|10.0000|4.0000"]
    );
}

#[tokio::test]
async fn a_period_that_is_not_over_is_told() {
    // Now is the first moment of May: its cells have hardly begun.
    assert_eq!(
        run_in(Tz::UTC, MARCH, "cohort_retention", &[]).await,
        [
            "2026-03-01|0|3|1.0|30.0000|3|false",
            "2026-03-01|1|1|0.3333333333333333|10.0000|3|false",
            "2026-03-01|2|1|0.3333333333333333|10.0000|3|true",
            "2026-04-01|0|1|1.0|10.0000|1|false",
            "2026-04-01|1|0|0.0|0.0000|1|true",
        ]
    );
    // In a question that ends within April it is April that is not over; in one that ends with it nothing is.
    let flags = |to: &'static str| async move {
        let rows = run_in(Tz::UTC, MARCH, "cohort_retention", &[("to", to)]).await;
        rows.iter().map(|row| row.rsplit_once('|').unwrap().1.to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(flags("2026-04-20").await, "false true true");
    assert_eq!(flags("2026-05-01").await, "false false false");
    // A day that begins at one o'clock is over before the next one, which begins at midnight.
    let days = [("grain", "day"), ("to", "2022-03-28")];
    let sales = &[sale("p1", Some("a"), "2022-03-27T12:00:00Z", FIVE_TEAS)];
    assert_eq!(
        run_in(Tz::Asia__Beirut, sales, "cohort_retention", &days).await,
        ["2022-03-27|0|1|1.0|10.0000|1|false"]
    );
    let days = [("grain", "day"), ("to", "2022-03-27")];
    let sales = &[sale("p1", Some("a"), "2022-03-26T12:00:00Z", FIVE_TEAS)];
    assert_eq!(
        run_in(Tz::Asia__Beirut, sales, "cohort_retention", &days).await,
        ["2022-03-26|0|1|1.0|10.0000|1|false"]
    );
}

#[tokio::test]
async fn rolling_retention_counts_who_comes_later_too() {
    // Of March two came in April or later, `a` alone in May; the money stays that of the month itself.
    assert_eq!(
        run_in(Tz::UTC, MARCH, "cohort_retention", &[("mode", "rolling")]).await,
        [
            "2026-03-01|0|3|1.0|30.0000|3|false",
            "2026-03-01|1|2|0.6666666666666666|10.0000|3|false",
            "2026-03-01|2|1|0.3333333333333333|10.0000|3|true",
            "2026-04-01|0|1|1.0|10.0000|1|false",
            "2026-04-01|1|0|0.0|0.0000|1|true",
        ]
    );
    // A month in which nobody came holds those who come after it: with `b` left out, April is such a one.
    let sales = &[
        sale("p1", Some("a"), "2026-02-02T12:00:00Z", FIVE_TEAS),
        sale("p2", Some("c"), "2026-02-04T12:00:00Z", FIVE_TEAS),
        sale("p3", Some("a"), "2026-04-03T12:00:00Z", FIVE_TEAS),
    ];
    assert_eq!(
        run_in(Tz::UTC, sales, "cohort_retention", &[("mode", "rolling")]).await,
        [
            "2026-02-01|0|2|1.0|20.0000|2|false",
            "2026-02-01|1|1|0.5|0.0000|2|false",
            "2026-02-01|2|1|0.5|10.0000|2|false"
        ]
    );
}

#[tokio::test]
async fn an_order_taken_back_whole_is_none_of_the_segments() {
    const ALL_BACK: &[Line] = &[("tea", "Tea", DRINKS, -50_000, -100_000)];
    let sales = &[
        sale("p1", Some("a"), "2026-01-10T12:00:00Z", FIVE_TEAS),
        sale("p2", Some("a"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("-p2", Some("a"), "2026-02-20T00:00:00Z", ALL_BACK),
        sale("p3", Some("b"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("-p3", Some("b"), "2026-02-12T12:00:00Z", REFUND),
        sale("p4", Some("c"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("r", Some("c"), "2026-02-11T12:00:00Z", ALL_BACK),
        sale("p5", Some("d"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("-p5", Some("d"), "2026-02-11T12:00:00Z", ALL_BACK),
    ];
    // Of `a` one order of 10 counts, of January; of `b` a part came back; the refund of `c` names nothing; `d` has no order left.
    let told = |to: &'static str| async move {
        let rows = run_in(Tz::UTC, sales, "rfm_segments", &[("as_of", to)]).await;
        let figures = |row: &String| row.split('|').skip(1).take(4).collect::<Vec<_>>().join(" ");
        let mut figures: Vec<_> = rows.iter().map(figures).collect();
        figures.sort();
        figures
    };
    // `a` ordered 49 days ago, `b` and `c` 18: two segments, whose names are not the point here.
    let all: Vec<String> = told("2026-02-28T12:00:00Z").await;
    let sum = |place: usize| all.iter().map(|f| f.split(' ').nth(place).unwrap().parse::<f64>().unwrap()).sum::<f64>();
    assert_eq!((sum(0), sum(1)), (3.0, 14.0), "{all:?}");
    assert!(all.iter().any(|figures| figures.ends_with(" 49.0 1.0")), "{all:?}");
    // Before the refund of p2 was made, it was an order like any other.
    let before = told("2026-02-19T12:00:00Z").await;
    assert!(before.iter().any(|figures| figures.ends_with(" 9.0 2.0")), "{before:?}");
}

#[tokio::test]
async fn a_product_is_judged_since_its_launch() {
    const FIVE_CUPS: &[Line] = &[("cup", "Cup", DISHES, 50_000, 100_000)];
    // Tea is sold since 2025; cups come in March and sell five a month, as evenly as can be. With the months before their launch as
    // zeros they would be Z.
    let sales = &[
        sale("p0", None, "2025-06-10T12:00:00Z", FIVE_TEAS),
        sale("p1", None, "2026-01-10T12:00:00Z", TWO_TEAS),
        sale("p2", None, "2026-03-10T12:00:00Z", FIVE_CUPS),
        sale("p3", None, "2026-04-10T12:00:00Z", FIVE_CUPS),
        sale("p4", None, "2026-05-10T12:00:00Z", FIVE_CUPS),
        sale("p5", None, "2026-05-11T12:00:00Z", FIVE_TEAS),
    ];
    let half = |from: &'static str, to: &'static str| [("from", from), ("to", to)];
    // Tea in six months: 2, 0, 0, 0, 5, 0: mean 7/6, deviation 1.8634.
    assert_eq!(
        run_in(Tz::UTC, sales, "abc_xyz", &half("2026-01-01", "2026-07-01")).await,
        [
            "cup|Cup|30.0000|0.6818181818181818|A|0.57735|Y|15.0000|2026-03-01",
            "tea|Tea|14.0000|0.3181818181818182|A|1.597191|Z|7.0000|2026-01-01",
        ]
    );
    let to_june = run_in(Tz::UTC, sales, "abc_xyz", &half("2026-01-01", "2026-06-01")).await;
    assert!(to_june[0].ends_with("|0.0|X|15.0000|2026-03-01"), "{to_june:?}");
    // From February on tea is first sold in May, but not launched there: it has been sold before.
    let later = run_in(Tz::UTC, sales, "abc_xyz", &half("2026-02-01", "2026-06-01")).await;
    assert_eq!(
        later.iter().map(|row| row.rsplit_once('|').unwrap().1).collect::<Vec<_>>(),
        ["2026-03-01", "2026-02-01"],
        "{later:?}"
    );
}

#[tokio::test]
async fn refunds_count_with_their_sale_too() {
    let sales = &[
        sale("p1", Some("a"), "2026-01-10T12:00:00Z", FIVE_TEAS),
        sale("p2", Some("b"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("-p1", Some("a"), "2026-02-12T12:00:00Z", REFUND),
        sale("r", Some("b"), "2026-03-12T12:00:00Z", REFUND),
    ];
    // What came back in February was bought in January; that of March may be of any sale.
    assert_eq!(
        run_in(Tz::UTC, sales, "refunds", &[]).await,
        [
            "2026-01-01|0.0000|0.0|10.0000|0|6.0000|0.6|0.0000",
            "2026-02-01|6.0000|0.6|10.0000|1|0.0000|0.0|0.0000",
            "2026-03-01|6.0000||0.0000|1|0.0000||6.0000",
        ]
    );
    // What was taken back after the period counts, as it is of its sales.
    assert_eq!(
        run_in(Tz::UTC, sales, "refunds", &[("to", "2026-02-01")]).await,
        ["2026-01-01|0.0000|0.0|10.0000|0|6.0000|0.6|0.0000"]
    );
}
