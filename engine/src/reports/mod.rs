//! Reports: one file a report in `queries/`, SQL under a header that describes it.
