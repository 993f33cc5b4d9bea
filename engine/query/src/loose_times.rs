//! A time may do without its seconds: `occurred_at > '2026-01-02 10:00'`, which DataFusion refuses. Texts are looked at once the coercion
//! of types has said which of them are times.

use arrow::datatypes::DataType;
use datafusion::{
    common::{ScalarValue, tree_node::Transformed},
    config::ConfigOptions,
    error::Result,
    logical_expr::{Cast, Expr, LogicalPlan, TryCast},
    optimizer::AnalyzerRule,
};

use super::walk;

/// The rule; it goes behind the coercion of types.
#[derive(Debug)]
pub(super) struct LooseTimes;

impl AnalyzerRule for LooseTimes {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        walk::change_expressions(plan, |expr, _| Ok(loosen(expr)))
    }

    fn name(&self) -> &str {
        "loose_times"
    }
}

fn loosen(mut expr: Expr) -> Transformed<Expr> {
    let (Expr::Cast(Cast { expr: inner, field }) | Expr::TryCast(TryCast { expr: inner, field })) = &mut expr else {
        return Transformed::no(expr);
    };
    if !matches!(field.data_type(), DataType::Timestamp(..)) {
        return Transformed::no(expr);
    }
    let Expr::Literal(
        ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) | ScalarValue::Utf8View(Some(text)),
        _,
    ) = inner.as_mut()
    else {
        return Transformed::no(expr);
    };
    match with_seconds(text) {
        Some(whole) => {
            *text = whole;
            Transformed::yes(expr)
        }
        None => Transformed::no(expr),
    }
}

/// `2026-01-02 10:00` as `2026-01-02 10:00:00`, whatever stands behind it; nothing if it is no such text.
fn with_seconds(text: &str) -> Option<String> {
    let shape: String = text.chars().take(16).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let time = matches!(shape.as_str(), "0000-00-00 00:00" | "0000-00-00T00:00");
    // A byte of the first sixteen is a character.
    if !time || text.as_bytes().get(16) == Some(&b':') {
        return None;
    }
    let (minutes, rest) = text.split_at(16);
    Some(format!("{minutes}:00{rest}"))
}

#[cfg(test)]
mod tests {
    use super::with_seconds;

    #[test]
    fn a_time_may_do_without_seconds() {
        assert_eq!(with_seconds("2026-01-02 10:00").as_deref(), Some("2026-01-02 10:00:00"));
        assert_eq!(with_seconds("2026-01-02T10:00Z").as_deref(), Some("2026-01-02T10:00:00Z"));
        assert_eq!(with_seconds("2026-01-02 10:00+03:00").as_deref(), Some("2026-01-02 10:00:00+03:00"));
        for same in ["2026-01-02 10:00:30", "2026-01-02", "10:00", "2026-01-02 вечер", ""] {
            assert_eq!(with_seconds(same), None, "{same}");
        }
    }
}
