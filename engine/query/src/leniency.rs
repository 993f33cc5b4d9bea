//! What other engines take and DataFusion refuses, put into words that it takes: the same column twice in the list of a statement, and a
//! time without its seconds.

use std::{collections::HashSet, ops::ControlFlow};

use datafusion::sql::{
    parser::Statement as Parsed,
    sqlparser::ast::{
        DataType, Expr, Ident, Query, SelectItem, SetExpr, Statement, TypedString, Value, VisitMut as _, VisitorMut,
    },
};

/// Changes a statement that has passed the first wall.
pub(super) fn apply(statement: &mut Parsed) {
    match statement {
        Parsed::Statement(inner) => {
            if let Statement::Query(query) = inner.as_mut() {
                apply_to(query);
            }
        }
        Parsed::Explain(explain) => apply(&mut explain.statement),
        _ => {}
    }
}

fn apply_to(query: &mut Query) {
    // Below the outermost list a second name would only be ambiguous.
    name_apart(&mut query.body);
    let ControlFlow::Continue(()) = query.visit(&mut Times);
}

/// Gives each column of the outermost lists a name of its own: `SELECT amount, amount` answers `amount` and `amount_2`.
fn name_apart(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            let taken: HashSet<String> = select.projection.iter().filter_map(name_of).collect();
            let mut seen = HashSet::new();
            for item in &mut select.projection {
                let Some(name) = name_of(item) else { continue };
                if seen.insert(name.clone()) {
                    continue;
                }
                let bare = name.rsplit('.').next().unwrap_or(&name).to_owned();
                let apart = (2..).map(|n| format!("{bare}_{n}")).find(|n| !taken.contains(n) && !seen.contains(n));
                let Some(apart) = apart else { continue };
                seen.insert(apart.clone());
                let alias = Ident::with_quote('"', apart);
                match item {
                    SelectItem::UnnamedExpr(expr) => {
                        *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
                    }
                    SelectItem::ExprWithAlias { alias: old, .. } => *old = alias,
                    _ => {}
                }
            }
        }
        SetExpr::Query(query) => name_apart(&mut query.body),
        SetExpr::SetOperation { left, right, .. } => {
            name_apart(left);
            name_apart(right);
        }
        _ => {}
    }
}

/// What a column of a list is called, as far as the text tells.
fn name_of(item: &SelectItem) -> Option<String> {
    let spelt = |ident: &Ident| match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    };
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(spelt(ident)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
            Some(parts.iter().map(spelt).collect::<Vec<_>>().join("."))
        }
        SelectItem::UnnamedExpr(expr) => Some(expr.to_string()),
        SelectItem::ExprWithAlias { alias, .. } => Some(spelt(alias)),
        _ => None,
    }
}

/// Puts seconds into times that have none.
struct Times;

impl VisitorMut for Times {
    type Break = std::convert::Infallible;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Self::Break> {
        match expr {
            Expr::TypedString(TypedString { data_type: DataType::Timestamp(..), value, .. }) => whole(&mut value.value),
            Expr::Cast { expr, data_type: DataType::Timestamp(..), .. } => {
                if let Expr::Value(value) = expr.as_mut() {
                    whole(&mut value.value);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// `2026-01-02 10:00` becomes `2026-01-02 10:00:00`, whatever stands behind it.
fn whole(value: &mut Value) {
    let Value::SingleQuotedString(text) = value else { return };
    let shape: String = text.chars().take(16).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let time = matches!(shape.as_str(), "0000-00-00 00:00" | "0000-00-00T00:00");
    // A byte of the first sixteen is a character.
    if time && text.as_bytes().get(16) != Some(&b':') {
        text.insert_str(16, ":00");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use datafusion::sql::parser::DFParserBuilder;

    use super::*;
    use crate::dialect::SPOKEN;

    fn changed(sql: &str) -> String {
        let mut parser = DFParserBuilder::new(sql).with_dialect(&SPOKEN).build().unwrap();
        let mut statement = parser.parse_statements().unwrap().pop_front().unwrap();
        apply(&mut statement);
        statement.to_string()
    }

    #[test]
    fn a_column_may_stand_twice() {
        assert_eq!(changed("SELECT amount, amount FROM t"), "SELECT amount, amount AS \"amount_2\" FROM t");
        assert_eq!(changed("SELECT a, A, b AS a FROM t"), "SELECT a, A AS \"a_2\", b AS \"a_3\" FROM t");
        assert_eq!(changed("SELECT a, a, a_2 FROM t"), "SELECT a, a AS \"a_3\", a_2 FROM t");
        assert_eq!(changed("SELECT t.a, s.a, t.a FROM t, s"), "SELECT t.a, s.a, t.a AS \"a_2\" FROM t, s");
        assert_eq!(changed("SELECT count(*), count(*) FROM t"), "SELECT count(*), count(*) AS \"count(*)_2\" FROM t");
        let below = "SELECT x FROM (SELECT a AS x, b AS x FROM t) AS u";
        assert_eq!(changed(below), below);
    }

    #[test]
    fn a_time_may_do_without_seconds() {
        assert_eq!(changed("SELECT TIMESTAMP '2026-01-02 10:00'"), "SELECT TIMESTAMP '2026-01-02 10:00:00'");
        assert_eq!(changed("SELECT TIMESTAMP '2026-01-02T10:00Z'"), "SELECT TIMESTAMP '2026-01-02T10:00:00Z'");
        assert_eq!(
            changed("SELECT CAST('2026-01-02 10:00' AS TIMESTAMP)"),
            "SELECT CAST('2026-01-02 10:00:00' AS TIMESTAMP)"
        );
        for same in
            ["SELECT TIMESTAMP '2026-01-02 10:00:30'", "SELECT TIMESTAMP '2026-01-02'", "SELECT '2026-01-02 10:00'"]
        {
            assert_eq!(changed(same), same);
        }
    }

    #[test]
    fn a_star_may_leave_columns_out() {
        assert_eq!(changed("SELECT * EXCLUDE (a) FROM t"), "SELECT * EXCLUDE (a) FROM t");
    }
}
