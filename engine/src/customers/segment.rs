//! The rule of segments: how customers are scored stands in the report `rfm_segments`, between two marks; what the scores are
//! called is the workspace's own, and takes the place of the report's one CASE, which has the default names. How far back orders
//! count stands in that report too. Few customers are not ranked: their segments are the stages of the lifecycle.

use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

use kupets_core::{SegmentRule as Rule, SegmentRules as Rules};

use super::cursor;
use kupets_core::{Error, FEWEST_RANKED, Result, STAGES};

const REPORT: &str = include_str!("../../../queries/rfm_segments.sql");

/// The stages of customers, as parts of a WITH clause.
const STAGED: &str = include_str!("stages.sql");

/// A moment in microseconds, as the report counts.
const COUNTED: &str = "CAST($as_of AS BIGINT)";
/// The same of a moment that is written out, which is one of nanoseconds.
const COUNTED_ALIKE: &str = "CAST(CAST($as_of AS TIMESTAMP(6)) AS BIGINT)";
/// `$as_of` as the tables hold a moment.
const MOMENT: &str = "arrow_cast(CAST($as_of AS BIGINT), 'Timestamp(Microsecond, Some(\"UTC\"))')";

/// What the report says that a workspace may want otherwise.
struct Text {
    /// The rule with the default names.
    rule: &'static str,
    /// Of it the CASE.
    names: &'static str,
    /// The part that counts whole days.
    aged: &'static str,
    /// The condition on an order that it is not too long ago, by default.
    look_back: &'static str,
}

static TEXT: LazyLock<Option<Text>> = LazyLock::new(|| {
    let (_, from) = REPORT.split_once("\n-- rule begins\n")?;
    let (rule, _) = from.split_once("\n-- rule ends\n")?;
    let (begin, end) = (rule.find("CASE\n")?, rule.find("END AS segment\n")?);
    let (aged, _) = rule.split_once("\nscored AS (")?;
    let look_back = REPORT.lines().map(str::trim).find(|line| line.starts_with(LOOK_BACK))?;
    Some(Text { rule, names: rule.get(begin..end + "END".len())?, aged, look_back })
});

/// How the condition on an order's age begins.
const LOOK_BACK: &str = "AND occurred_at >= utc_time(";

fn text() -> Result<&'static Text> {
    TEXT.as_ref().ok_or_else(|| Error::internal("the report rfm_segments does not mark the rule of segments"))
}

/// By what the segments of customers are named.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming<'a> {
    rules: &'a Rules,
    /// There are too few of them to be ranked.
    few: bool,
}

impl<'a> Naming<'a> {
    /// By rules; `few` says that by the default ones nobody is ranked.
    pub(crate) fn new(rules: &'a Rules, few: bool) -> Self {
        Self { rules, few }
    }

    /// The rules.
    pub(crate) fn rules(&self) -> &'a Rules {
        self.rules
    }

    /// The parts of a WITH clause that make `named`, with the column `segment`, out of `buyers`: its `frequency`, `monetary`
    /// and `last_order_at`, all null for whoever has no order that counts, as of `$as_of` and in `$currency`.
    ///
    /// # Errors
    /// The report has lost its marks, which a test keeps from being shipped.
    pub(crate) fn rule(&self) -> Result<String> {
        let text = text()?;
        let rule = match self.few {
            true => staged(text),
            false => text.rule.replace(text.names, &expression(self.rules)),
        };
        Ok(rule.replace(COUNTED, COUNTED_ALIKE))
    }

    /// The condition that an order is not too long ago to count, before `$as_of`: empty, or begins with AND.
    ///
    /// # Errors
    /// As [`Self::rule`].
    pub(crate) fn look_back(&self) -> Result<String> {
        Ok(look_back(text()?, self.rules).replace(COUNTED, COUNTED_ALIKE))
    }
}

/// The rule for few customers.
fn staged(text: &Text) -> String {
    format!(
        "{}\n{},\nnamed AS (\n    SELECT a.*, coalesce(w.stage, 'new') AS segment\n    FROM aged a\n    \
         LEFT JOIN staged w ON w.customer_id = a.customer_id\n)",
        text.aged,
        STAGED.trim_end().replace("$moment", MOMENT)
    )
}

/// The look-back of the rules in place of the default one.
fn look_back(text: &Text, rules: &Rules) -> String {
    let months = Rules::default().look_back_months().unwrap_or_default();
    rules.look_back_months().map_or_else(String::new, |own| {
        text.look_back.replace(&format!("'{months} months'"), &format!("'{own} months'"))
    })
}

/// A report's statement with the workspace's names of segments and its look-back in place of the default ones, if it has them.
pub(crate) fn in_report(sql: &'static str, rules: &Rules) -> Cow<'static, str> {
    let Some(text) = &*TEXT else { return sql.into() };
    let mut own = Cow::Borrowed(sql);
    let last = LazyLock::force(&DEFAULT);
    if sql.contains(text.names) && rules.rules() != last.rules() {
        own = own.replace(text.names, &expression(rules)).into();
    }
    if sql.contains(text.look_back) && rules.look_back_months() != last.look_back_months() {
        // A line of its own: without a look-back it is none.
        let (with, without) = (look_back(text, rules), format!("\n      {}", text.look_back));
        own = if with.is_empty() { own.replace(&without, "") } else { own.replace(text.look_back, &with) }.into();
    }
    own
}

static DEFAULT: LazyLock<Rules> = LazyLock::new(Rules::default);

/// The statement of `rfm_segments` for few customers: the rule in it by stages of the lifecycle. Others are as they are.
pub(crate) fn in_report_of_few(sql: &str) -> String {
    let Some(text) = &*TEXT else { return sql.to_owned() };
    sql.replace(text.rule, &staged(text))
}

/// Whether the workspace has the segment.
///
/// # Errors
/// It has not; the message lists those it has.
pub(crate) fn check(rules: &Rules, segment: &str) -> Result<()> {
    if rules.names().contains(&segment) {
        return Ok(());
    }
    let names = rules.segments().join(", ");
    let words = match rules.word_few() {
        true => format!(" With fewer than {FEWEST_RANKED} customers there are: {}.", STAGES.join(", ")),
        false => String::new(),
    };
    Err(Error::invalid("bad_parameter", format!("There is no segment `{segment}`. There are: {names}.{words}")))
}

/// A short name of the rules: what is kept of a computation with one is not that of another.
pub(crate) fn fingerprint(rules: &Rules) -> String {
    cursor::fingerprint(&(rules.rules(), rules.look_back_months()))
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
        let Text { rule, names, aged, look_back } = *text().unwrap();
        assert!(rule.starts_with("aged AS (") && rule.ends_with(')'));
        assert!(aged.starts_with("aged AS (") && aged.ends_with("),"), "{aged}");
        assert_eq!(names, expression(&rules));
        let alike = |text: &str| text.replace(COUNTED, COUNTED_ALIKE);
        assert_eq!(Naming::new(&rules, false).rule().unwrap(), alike(rule));
        assert_eq!(Naming::new(&rules, false).look_back().unwrap(), alike(look_back));
        assert!(rule.contains(COUNTED) && look_back.contains(COUNTED));
        assert!(REPORT.contains(names) && in_report(REPORT, &rules) == REPORT);
    }

    #[test]
    fn a_report_looks_back_as_far_as_the_workspace_says() {
        let sql = |months| in_report(REPORT, &Rules::default().looking_back(months).unwrap()).into_owned();
        assert_eq!(sql(Some(24)), REPORT);
        let (half, all) = (sql(Some(6)), sql(None));
        assert!(half.contains("INTERVAL '6 months')") && !half.contains("INTERVAL '24 months')"), "{half}");
        assert!(!all.contains("utc_time(") && all.contains("occurred_at <= $as_of\n    GROUP BY"), "{all}");
        let naming = |months| Rules::default().looking_back(months).unwrap();
        assert_eq!(Naming::new(&naming(None), false).look_back().unwrap(), "");
        assert_ne!(fingerprint(&naming(None)), fingerprint(&Rules::default()));
    }

    #[test]
    fn few_are_told_by_stages() {
        let rules = Rules::default();
        let rule = Naming::new(&rules, true).rule().unwrap();
        assert!(rule.starts_with("aged AS (") && rule.ends_with(')') && rule.contains("\nnamed AS ("), "{rule}");
        assert!(!rule.contains("champions") && !rule.contains("$moment") && rule.contains("'won_back'"), "{rule}");
        let report = in_report_of_few(REPORT);
        assert!(
            report.replace(COUNTED, COUNTED_ALIKE).contains(&rule) && !report.contains("THEN 'champions'"),
            "{report}"
        );
        assert_eq!(in_report_of_few("SELECT 1"), "SELECT 1");
        for stage in STAGES {
            assert!(STAGED.contains(&format!("'{stage}'")), "{stage}");
        }
    }

    #[test]
    fn a_report_gets_the_names_of_the_workspace() {
        let rules = Rules::new(vec![Rule::new("лучшие", (3, 5), (2, 4)), all("rest")]).unwrap();
        let sql = in_report(REPORT, &rules);
        assert!(sql.contains("WHEN r >= 3 AND fm BETWEEN 2 AND 4 THEN 'лучшие'\n            ELSE 'rest'\n"), "{sql}");
        assert!(!sql.contains("'champions'") && Naming::new(&rules, false).rule().unwrap().contains("'лучшие'"));
        assert_eq!(in_report("SELECT 1", &rules), "SELECT 1");
        assert_eq!(expression(&Rules::new(vec![all("everyone")]).unwrap()), "'everyone'");
        assert_ne!(fingerprint(&rules), fingerprint(&Rules::default()));
    }

    #[test]
    fn a_segment_is_one_of_the_workspaces() {
        let rules = Rules::default();
        assert!(check(&rules, "champions").is_ok() && check(&rules, "lost").is_ok());
        let message = check(&rules, "vip").unwrap_err().to_string();
        assert_eq!(message.matches(',').count(), 14, "{message}");
        assert!(
            check(&rules, "won_back").is_ok()
                && message.ends_with("customers there are: new, active, cooling, lost, won_back.")
        );
        let own = Rules::new(vec![all("vip")]).unwrap();
        assert!(check(&own, "vip").is_ok() && check(&own, "champions").is_err() && check(&own, "active").is_err());
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
