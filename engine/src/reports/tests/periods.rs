//! Periods, what came before them, and clocks that jump.

use super::*;

#[tokio::test]
async fn empty_periods_cross_the_change_of_the_clock() {
    let pairs = |grain| [("grain", grain), ("from", "2026-03-28"), ("to", "2026-03-31")];
    let days = run_in(Tz::Europe__Berlin, &[], "sales_over_time", &pairs("day")).await;
    assert_eq!(days.iter().map(|d| &d[..10]).collect::<Vec<_>>(), ["2026-03-28", "2026-03-29", "2026-03-30"]);
    assert_eq!(run_in(Tz::Europe__Berlin, &[], "sales_over_time", &pairs("hour")).await.len(), 72);
    for (grain, count) in [("year", 300), ("quarter", 1200), ("month", 3600), ("week", 15_654)] {
        let pairs = [("grain", grain), ("from", "1900-01-01"), ("to", "2200-01-01")];
        let mut periods = run_in(Tz::UTC, &[], "sales_over_time", &pairs).await;
        assert_eq!(periods.len(), count, "{grain}");
        periods.dedup();
        assert_eq!(periods.len(), count, "{grain}: each once");
    }
}

#[tokio::test]
async fn a_period_ends_before_its_end_even_where_the_clock_jumps() {
    // Beirut's 27 March 2022 began at one o'clock: the microsecond before it is still on the 26th.
    let week = [("grain", "day"), ("from", "2022-03-20"), ("to", "2022-03-27")];
    for id in ["sales_over_time", "refunds"] {
        let days = run_in(Tz::Asia__Beirut, &[], id, &week).await;
        assert_eq!(days.len(), 7, "{id}: {days:?}");
        assert!(days[6].starts_with("2022-03-26|"), "{id}: {days:?}");
    }
    // In Asunción it was 1 October 2023: a September of its own, in which equal units are perfectly steady.
    let september = [("from", "2023-09-01"), ("to", "2023-10-01")];
    let sales = &[sale("p1", None, "2023-09-10T12:00:00Z", FIVE_TEAS)];
    assert_eq!(
        run_in(Tz::America__Asuncion, sales, "abc_xyz", &september).await,
        ["tea|Tea|10.0000|1.0|A|0.0|X|5.0000|2023-09-01"]
    );
    // From midnight to the jump at two o'clock there are two hours in Berlin.
    let hours = [("grain", "hour"), ("from", "2026-03-29"), ("to", "2026-03-29T01:00:00Z")];
    let hours = run_in(Tz::Europe__Berlin, &[], "sales_over_time", &hours).await;
    assert_eq!(hours, ["2026-03-29|0.0000|0|0|0.0000|", "2026-03-29T01:00:00|0.0000|0|0|0.0000|"]);
}

#[tokio::test]
async fn a_day_of_23_hours_is_one_day() {
    let sales = &[
        sale("p1", Some("a"), "2026-03-28T22:59:59.999999Z", FIVE_TEAS),
        sale("p2", Some("a"), "2026-03-28T23:00:00Z", FIVE_TEAS),
        sale("p3", Some("a"), "2026-03-29T21:59:59.999999Z", FIVE_TEAS),
        sale("p4", Some("a"), "2026-03-29T22:00:00Z", FIVE_TEAS),
    ];
    let day = [("from", "2026-03-29"), ("to", "2026-03-30")];
    let summary = run_in(Tz::Europe__Berlin, sales, "sales_summary", &day).await;
    assert_eq!(summary[0], "revenue|20.000000|10.000000|1.0|EUR");
    let days = [("from", "2026-03-28"), ("to", "2026-03-31"), ("grain", "day")];
    assert_eq!(
        run_in(Tz::Europe__Berlin, sales, "sales_over_time", &days).await,
        [
            "2026-03-28|10.0000|1|1|5.0000|10.0000",
            "2026-03-29|20.0000|2|1|10.0000|10.0000",
            "2026-03-30|10.0000|1|1|5.0000|10.0000",
        ]
    );
}

#[tokio::test]
async fn a_month_is_compared_with_the_month_before() {
    // March has 31 days: as many before it would begin in January.
    let sales = &[
        sale("p1", Some("a"), "2026-01-30T12:00:00Z", FIVE_TEAS),
        sale("p2", Some("a"), "2026-02-10T12:00:00Z", FIVE_TEAS),
        sale("p3", Some("b"), "2026-03-10T12:00:00Z", FIVE_TEAS),
    ];
    let march = run_in(Tz::UTC, sales, "sales_summary", &[("from", "2026-03-01"), ("to", "2026-04-01")]).await;
    assert_eq!(
        (march[0].as_str(), march[3].as_str()),
        ("revenue|10.000000|10.000000|0.0|EUR", "orders|1.000000|1.000000|0.0|orders")
    );
    assert_eq!(march[7], "new_customers|1.000000|0.000000||customers");
}

#[tokio::test]
async fn a_change_from_less_than_nothing_is_not_told() {
    let sales = &[
        sale("p1", Some("a"), "2026-01-10T12:00:00Z", REFUND),
        sale("p2", Some("a"), "2026-02-10T12:00:00Z", FIVE_TEAS),
    ];
    let february = run_in(Tz::UTC, sales, "sales_summary", &[("from", "2026-02-01"), ("to", "2026-03-01")]).await;
    assert_eq!(
        (february[0].as_str(), february[2].as_str(), february[4].as_str()),
        ("revenue|10.000000|-6.000000||EUR", "refunds|0.000000|6.000000|-1.0|EUR", "units|5.000000|-3.000000||units")
    );
}

#[tokio::test]
async fn a_refund_before_the_first_order_makes_no_customer() {
    let sales = &[
        sale("p1", Some("a"), "2026-01-10T12:00:00Z", REFUND),
        sale("p2", Some("a"), "2026-02-10T12:00:00Z", FIVE_TEAS),
    ];
    assert_eq!(
        run_in(Tz::UTC, sales, "new_vs_returning", &[]).await,
        [
            "2026-01-01|0|0|0.0000|0.0000|-6.0000|0|0|0|0.0000|0.0000|0.0000",
            "2026-02-01|1|0|10.0000|0.0000|0.0000|1|0|0|10.0000|0.0000|0.0000"
        ]
    );
    assert_eq!(run_in(Tz::UTC, sales, "cohort_retention", &[]).await, ["2026-02-01|0|1|1.0|10.0000|1|false"]);
    let january = run_in(Tz::UTC, sales, "sales_summary", &[("to", "2026-02-01")]).await;
    assert_eq!(
        (january[3].as_str(), january[5].as_str(), january[7].as_str()),
        ("orders|0.000000|||orders", "customers|0.000000|||customers", "new_customers|0.000000|||customers")
    );
    assert_eq!(january[8], "repeat_rate||||ratio");
    assert!(run_in(Tz::UTC, sales, "rfm_segments", &[("as_of", "2026-02-01")]).await.is_empty());
}
