//! The rule of segments: how customers are scored stands in the report `rfm_segments`, between two marks; what the scores are
//! called is the workspace's own, and takes the place of the report's one CASE, which has the default names.

use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

use kupets_core::{SegmentRule as Rule, SegmentRules as Rules};

use super::cursor;
use kupets_core::{Error, Result};

const REPORT: &str = include_str!("../../../queries/rfm_segments.sql");

/// The rule with the default names, and of it the CASE.
static RULE: LazyLock<Option<(&str, &str)>> = LazyLock::new(|| {
    let (_, from) = REPORT.split_once("\n-- rule begins\n")?;
    let (rule, _) = from.split_once("\n-- rule ends\n")?;
    let (begin, end) = (rule.find("CASE\n")?, rule.find("END AS segment\n")?);
    Some((rule, rule.get(begin..end + "END".len())?))
});

/// The parts of a WITH clause that make `named`, with the column `segment`, out of `buyers`: its `frequency`, `monetary`
/// and `last_order_at`, all null for whoever has no order, as of `$as_of`.
///
/// # Errors
/// The report has lost its marks, which a test keeps from being shipped.
pub(crate) fn rule(rules: &Rules) -> Result<String> {
    let (rule, names) =
        RULE.ok_or_else(|| Error::internal("the report rfm_segments does not mark the rule of segments"))?;
    Ok(rule.replace(names, &expression(rules)))
}

/// A report's statement with the workspace's names of segments in place of the default ones, if it has them.
pub(crate) fn in_report(sql: &'static str, rules: &Rules) -> Cow<'static, str> {
    match *RULE {
        Some((_, names)) if sql.contains(names) => sql.replace(names, &expression(rules)).into(),
        _ => sql.into(),
    }
}

/// Whether the workspace has the segment.
///
/// # Errors
/// It has not; the message lists those it has.
pub(crate) fn check(rules: &Rules, segment: &str) -> Result<()> {
    if rules.segments().iter().any(|name| name == segment) {
        return Ok(());
    }
    let names = rules.segments().join(", ");
    Err(Error::invalid("bad_parameter", format!("There is no segment `{segment}`. There are: {names}.")))
}

/// A short name of the rules: what is kept of a computation with one is not that of another.
pub(crate) fn fingerprint(rules: &Rules) -> String {
    cursor::fingerprint(&rules.rules())
}

/// The segment as an expression over `r`, `f`, `m` and `fm`. The last rule takes what the others leave: rules take all scores.
fn expression(rules: &Rules) -> String {
    let mut text = String::from("CASE");
    let (last, others) = match rules.rules().split_last() {
        Some((last, [])) => return quoted(&last.segment),
        Some(split) => split,
        // Rules that take all scores are never none.
        None => return "NULL".to_owned(),
    };
    for rule in others {
        // Writing to a String does not fail.
        let _ = write!(text, "\n            WHEN {} THEN {}", condition(rule), quoted(&rule.segment));
    }
    let _ = write!(text, "\n            ELSE {}\n        END", quoted(&last.segment));
    text
}

/// When a rule holds, in as few words as its ranges need.
fn condition(rule: &Rule) -> String {
    let ranges = [("r", rule.r), ("f", rule.f), ("m", rule.m), ("fm", rule.fm)];
    let conditions = ranges.into_iter().filter_map(|(score, range)| match range {
        (1, 5) => None,
        (low, high) if low == high => Some(format!("{score} = {low}")),
        (low, 5) => Some(format!("{score} >= {low}")),
        (1, high) => Some(format!("{score} <= {high}")),
        (low, high) => Some(format!("{score} BETWEEN {low} AND {high}")),
    });
    let conditions: Vec<String> = conditions.collect();
    if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }
}

/// A name as a string of SQL. Names have no quotes, and still one would not end the string.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use arrow::{
        array::{Array as _, AsArray as _},
        compute::cast,
        datatypes::DataType,
    };
    use datafusion::prelude::SessionContext;
    use kupets_core::{RfmScore as Score, SegmentRuleError as RuleError};
    use proptest::prelude::*;

    use super::*;

    fn all(segment: &str) -> Rule {
        Rule::new(segment, (1, 5), (1, 5))
    }

    #[test]
    fn the_report_holds_the_rule_with_the_default_names() {
        let rules = Rules::default();
        let (text, names) = RULE.unwrap();
        assert!(text.starts_with("aged AS (") && text.ends_with(')'));
        assert_eq!(names, expression(&rules));
        assert_eq!(rule(&rules).unwrap(), text);
        assert!(REPORT.contains(names) && in_report(REPORT, &rules) == REPORT);
    }

    #[test]
    fn a_report_gets_the_names_of_the_workspace() {
        let rules = Rules::new(vec![Rule::new("лучшие", (3, 5), (2, 4)), all("rest")]).unwrap();
        let sql = in_report(REPORT, &rules);
        assert!(sql.contains("WHEN r >= 3 AND fm BETWEEN 2 AND 4 THEN 'лучшие'\n            ELSE 'rest'\n"), "{sql}");
        assert!(!sql.contains("'champions'") && rule(&rules).unwrap().contains("'лучшие'"));
        assert_eq!(in_report("SELECT 1", &rules), "SELECT 1");
        assert_eq!(expression(&Rules::new(vec![all("everyone")]).unwrap()), "'everyone'");
        assert_ne!(fingerprint(&rules), fingerprint(&Rules::default()));
    }

    #[test]
    fn a_segment_is_one_of_the_workspaces() {
        let rules = Rules::default();
        assert!(check(&rules, "champions").is_ok() && check(&rules, "lost").is_ok());
        let message = check(&rules, "vip").unwrap_err().to_string();
        assert_eq!(message.matches(',').count(), 10, "{message}");
        let own = Rules::new(vec![all("vip")]).unwrap();
        assert!(check(&own, "vip").is_ok() && check(&own, "champions").is_err());
    }

    /// The segments of all scores, by the statement and by the rules.
    fn assert_alike(rules: &Rules) {
        let scores = (0..125_u8).map(|cell| Score { r: cell / 25 + 1, f: cell / 5 % 5 + 1, m: cell % 5 + 1 });
        let rows: Vec<String> =
            scores.clone().map(|Score { r, f, m }| format!("({r}, {f}, {m}, ({f} + {m} + 1) / 2)")).collect();
        let sql = format!(
            "SELECT {} AS segment FROM (VALUES {}) AS t (r, f, m, fm) ORDER BY r, f, m",
            expression(rules),
            rows.join(", ")
        );
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let batches =
            runtime.block_on(async { SessionContext::new().sql(&sql).await.unwrap().collect().await.unwrap() });
        let mut named = Vec::new();
        for batch in batches {
            let column = cast(batch.column(0), &DataType::Utf8).unwrap();
            let column = column.as_string::<i32>();
            named.extend((0..column.len()).map(|row| column.value(row).to_owned()));
        }
        assert_eq!(named, scores.map(|score| rules.name(score).to_owned()).collect::<Vec<_>>(), "{sql}");
    }

    #[test]
    fn the_statement_says_what_the_default_rules_say() {
        assert_alike(&Rules::default());
    }

    /// Rules out of some: those that never hold are left out, and a last one takes what is left.
    fn made_valid(mut rules: Vec<Rule>) -> Arc<Rules> {
        loop {
            match Rules::new(rules.clone()) {
                Ok(valid) => return Arc::new(valid),
                Err(RuleError::Uncovered(_)) => rules.push(all("rest")),
                Err(RuleError::Unreachable(place)) => drop(rules.remove(place)),
                Err(error) => unreachable!("{error}"),
            }
        }
    }

    fn range() -> impl Strategy<Value = (u8, u8)> {
        (1..=5_u8, 1..=5_u8).prop_map(|(a, b)| (a.min(b), a.max(b)))
    }

    fn some_rule() -> impl Strategy<Value = Rule> {
        ("[a-zа-я0-9_-][a-zа-я _-]{0,6}[a-zа-я0-9_-]", range(), range(), range(), range())
            .prop_map(|(segment, r, f, m, fm)| Rule { segment, r, f, m, fm })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn the_statement_says_what_any_rules_say(rules in proptest::collection::vec(some_rule(), 0..40)) {
            assert_alike(&made_valid(rules));
        }
    }
}
