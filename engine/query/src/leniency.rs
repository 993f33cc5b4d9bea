//! What other engines take and DataFusion refuses or rounds, put into words that it takes: the same column twice in the list of a
//! statement, unions that stand in FROM without a name, and numbers of more digits than a double has.

use std::{collections::HashSet, ops::ControlFlow};

use datafusion::sql::{
    parser::Statement as Parsed,
    sqlparser::ast::{
        CastKind, DataType, ExactNumberInfo, Expr, Ident, Query, SelectItem, SetExpr, Statement, TableAlias,
        TableFactor, Value, VisitMut as _, VisitorMut,
    },
};

/// Decimal digits that any double keeps.
const DIGITS_OF_DOUBLES: usize = 15;

/// Changes a statement that has passed the first wall.
pub(super) fn apply(statement: &mut Parsed) {
    let Some(query) = query_of(statement) else { return };
    // Below the outermost list a second name would only be ambiguous.
    name_apart(&mut query.body);
    let ControlFlow::Continue(()) = query.visit(&mut Numbers);
    let ControlFlow::Continue(()) = query.visit(&mut Unions { named: 0 });
}

/// Gives each column of the outermost lists a name of its own: `SELECT amount, amount` answers `amount` and `amount_2`.
fn name_apart(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            let taken: HashSet<String> = select.projection.iter().filter_map(name_of).collect();
            let mut seen = HashSet::new();
            for item in &mut select.projection {
                let Some(name) = name_of(item) else { continue };
                let is_subquery = matches!(item, SelectItem::UnnamedExpr(Expr::Subquery(_)));
                if seen.insert(name.clone()) {
                    // DataFusion calls every subquery by one name.
                    if is_subquery {
                        set_alias(item, Ident::with_quote('"', name));
                    }
                    continue;
                }
                let bare = name.rsplit('.').next().unwrap_or(&name).to_owned();
                let apart = (2..).map(|n| format!("{bare}_{n}")).find(|n| !taken.contains(n) && !seen.contains(n));
                let Some(apart) = apart else { continue };
                seen.insert(apart.clone());
                let alias = Ident::with_quote('"', apart);
                set_alias(item, alias);
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

fn set_alias(item: &mut SelectItem, alias: Ident) {
    match item {
        SelectItem::UnnamedExpr(expr) => *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias },
        SelectItem::ExprWithAlias { alias: old, .. } => *old = alias,
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
        SelectItem::UnnamedExpr(Expr::Subquery(query)) => match query.body.as_ref() {
            SetExpr::Select(select) => match select.projection.first()? {
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(spelt),
                item => name_of(item),
            },
            _ => Some("subquery".to_owned()),
        },
        SelectItem::UnnamedExpr(expr) => Some(expr.to_string()),
        SelectItem::ExprWithAlias { alias, .. } => Some(spelt(alias)),
        _ => None,
    }
}

/// Names the unions, intersections and differences of FROM that have no name: their columns belong to no table then, and beside those
/// of an `IN (SELECT …)`, which becomes a join, DataFusion 55.2 holds them for ambiguous.
struct Unions {
    named: usize,
}

impl VisitorMut for Unions {
    type Break = std::convert::Infallible;

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<Self::Break> {
        if let TableFactor::Derived { subquery, alias: alias @ None, .. } = table
            && matches!(subquery.body.as_ref(), SetExpr::SetOperation { .. })
        {
            self.named += 1;
            let name = Ident::with_quote('"', format!("__union_{}", self.named));
            *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }
}

/// Writes numbers that a double would round as decimals: whole ones past 64 bits, and those of more digits than doubles tell apart.
struct Numbers;

impl VisitorMut for Numbers {
    type Break = std::convert::Infallible;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Self::Break> {
        let Expr::Value(value) = expr else { return ControlFlow::Continue(()) };
        let Value::Number(number, _) = &value.value else { return ControlFlow::Continue(()) };
        let digits = number.replace('_', "");
        if let Some((precision, scale)) = beyond_doubles(&digits) {
            let text = Value::SingleQuotedString(digits).with_span(value.span);
            *expr = Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(Expr::Value(text)),
                data_type: DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)),
                array: false,
                format: None,
            };
        }
        ControlFlow::Continue(())
    }
}

/// Precision and scale of a number that neither 64 bits nor a double hold as it is written.
fn beyond_doubles(number: &str) -> Option<(u64, i64)> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || number.parse::<u64>().is_ok() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let significant = format!("{whole}{fraction}").trim_start_matches('0').trim_end_matches('0').len();
    if significant <= DIGITS_OF_DOUBLES && number.contains('.') {
        return None;
    }
    let precision = u64::try_from(whole.len() + fraction.len()).ok()?;
    Some((precision.max(1), i64::try_from(fraction.len()).ok()?))
}

/// What stands beside a star in the outermost list, if there is a name in it that the star may have brought as well: the statement with
/// the stars alone, from which their names can be known.
pub(super) fn stars_alone(statement: &Parsed) -> Option<Parsed> {
    let mut probe = statement.clone();
    let query = query_of(&mut probe)?;
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    if !select.projection.iter().any(is_star) || !select.projection.iter().any(|item| name_of(item).is_some()) {
        return None;
    }
    select.projection.retain(is_star);
    select.distinct = None;
    query.order_by = None;
    query.limit_clause = None;
    query.fetch = None;
    Some(probe)
}

/// Gives the columns beside the stars names that the stars do not bring: `brought` has them, with their tables.
pub(super) fn name_beside_stars(statement: &mut Parsed, brought: &[(Option<String>, String)]) {
    let Some(query) = query_of(statement) else { return };
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    let mut taken: HashSet<String> = brought.iter().map(|(_, name)| name.clone()).collect();
    taken.extend(select.projection.iter().filter_map(name_of));
    for item in &mut select.projection {
        let Some(name) = name_of(item) else { continue };
        let named = matches!(item, SelectItem::ExprWithAlias { .. });
        let (table, bare) = match name.rsplit_once('.') {
            Some((table, bare)) if !named => (Some(table), bare),
            _ => (None, name.as_str()),
        };
        let twice = |(of, column): &(Option<String>, String)| {
            column == bare && (table.is_none() || of.as_deref().is_none_or(|of| Some(of) == table))
        };
        if !brought.iter().any(twice) {
            continue;
        }
        let Some(apart) = (2..).map(|n| format!("{bare}_{n}")).find(|name| !taken.contains(name)) else { continue };
        taken.insert(apart.clone());
        set_alias(item, Ident::with_quote('"', apart));
    }
}

fn is_star(item: &SelectItem) -> bool {
    matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
}

pub(super) fn query_of(statement: &mut Parsed) -> Option<&mut Query> {
    match statement {
        Parsed::Statement(inner) => match inner.as_mut() {
            Statement::Query(query) => Some(query.as_mut()),
            _ => None,
        },
        Parsed::Explain(explain) => query_of(&mut explain.statement),
        _ => None,
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
        assert_eq!(
            changed("SELECT count(*), (SELECT count(*) FROM t), (SELECT max(t.a) FROM t) FROM t"),
            "SELECT count(*), (SELECT count(*) FROM t) AS \"count(*)_2\", (SELECT max(t.a) FROM t) AS \"max(t.a)\" FROM t"
        );
        assert_eq!(changed("SELECT count(*), count(*) FROM t"), "SELECT count(*), count(*) AS \"count(*)_2\" FROM t");
        let below = "SELECT x FROM (SELECT a AS x, b AS x FROM t) AS u";
        assert_eq!(changed(below), below);
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(changed("SELECT 18446744073709551616"), "SELECT CAST('18446744073709551616' AS DECIMAL(20,0))");
        assert_eq!(changed("SELECT -99999999999999.9999"), "SELECT -CAST('99999999999999.9999' AS DECIMAL(18,4))");
        for same in
            ["SELECT 18446744073709551615", "SELECT 7.0 / 2", "SELECT 1e3", "SELECT 0.1", "SELECT 123456789012.345"]
        {
            assert_eq!(changed(same), same);
        }
    }

    #[test]
    fn unions_without_a_name_have_one() {
        assert_eq!(
            changed("SELECT a FROM (SELECT a FROM t UNION ALL SELECT a FROM s) WHERE a NOT IN (SELECT a FROM u)"),
            "SELECT a FROM (SELECT a FROM t UNION ALL SELECT a FROM s) AS \"__union_1\" WHERE a NOT IN (SELECT a FROM u)"
        );
        for same in ["SELECT a FROM (SELECT a FROM t UNION SELECT a FROM s) AS x", "SELECT t.a FROM (SELECT a FROM t)"]
        {
            assert_eq!(changed(same), same);
        }
    }

    #[test]
    fn what_stands_beside_a_star_has_a_name_of_its_own() {
        let beside = |sql: &str, brought: &[(Option<&str>, &str)]| {
            let mut parser = DFParserBuilder::new(sql).with_dialect(&SPOKEN).build().unwrap();
            let mut statement = parser.parse_statements().unwrap().pop_front().unwrap();
            let brought: Vec<_> =
                brought.iter().map(|(of, name)| (of.map(str::to_owned), (*name).to_owned())).collect();
            name_beside_stars(&mut statement, &brought);
            statement.to_string()
        };
        let t = [(Some("t"), "a"), (Some("t"), "b")];
        assert_eq!(beside("SELECT *, a FROM t", &t), "SELECT *, a AS \"a_2\" FROM t");
        assert_eq!(beside("SELECT *, t.a FROM t", &t), "SELECT *, t.a AS \"a_2\" FROM t");
        assert_eq!(beside("SELECT *, a + 1 AS a, a AS a_2 FROM t", &t), "SELECT *, a + 1 AS \"a_3\", a AS a_2 FROM t");
        for same in ["SELECT t.*, s.a FROM t, s", "SELECT *, upper(a) FROM t", "SELECT *, a AS c FROM t"] {
            assert_eq!(beside(same, &t), same);
        }
    }

    #[test]
    fn a_star_may_leave_columns_out() {
        assert_eq!(changed("SELECT * EXCLUDE (a) FROM t"), "SELECT * EXCLUDE (a) FROM t");
    }
}
