//! What people write for DuckDB, MySQL, SQL Server, BigQuery and others, put into words that DataFusion has: functions under other
//! names, `FROM generate_series(…)`, `TOP`, `FETCH FIRST`, `SEMI JOIN`, `attributes->>'$.city'`. Only what means the same is here: of
//! `dayofweek`, which begins with 0 in one and with 1 in another, nothing is guessed.
//!
//! It comes before the walls, which judge what has become of it.

use std::ops::ControlFlow;

use datafusion::sql::{
    parser::Statement as Parsed,
    sqlparser::{
        ast::{
            BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, JoinOperator,
            LimitClause, ObjectName, Query, Select, SelectItem, SetExpr, TableAlias, TableFactor, TopQuantity, Value,
            VisitMut as _, VisitorMut,
        },
        parser::Parser,
    },
};

use super::{dialect::SPOKEN, errors::MAX_PARSE_DEPTH, leniency::query_of};

/// Bytes of the arguments of a function that is written anew: some of them are then there twice.
const MAX_ARGUMENTS: usize = 2_000;

/// Functions that only have another name here.
const RENAMED: [(&str, &str); 21] = [
    ("argmax", "arg_max"),
    ("ceiling", "ceil"),
    ("collect_list", "array_agg"),
    ("every", "bool_and"),
    ("group_concat", "string_agg"),
    ("json_array_length", "json_length"),
    ("json_extract_path", "json_get"),
    ("json_extract_path_text", "json_as_text"),
    ("jsonb_array_length", "json_length"),
    ("jsonb_extract_path", "json_get"),
    ("jsonb_extract_path_text", "json_as_text"),
    ("lcase", "lower"),
    ("len", "length"),
    ("list", "array_agg"),
    ("listagg", "string_agg"),
    ("logical_and", "bool_and"),
    ("logical_or", "bool_or"),
    ("rand", "random"),
    ("regexp_matches", "regexp_like"),
    ("ucase", "upper"),
    ("variance", "var_samp"),
];

/// Changes a statement as it was read.
pub(super) fn translate(statement: &mut Parsed) {
    let Some(query) = query_of(statement) else { return };
    let titles = titles(&query.body);
    let ControlFlow::Continue(()) = query.visit(&mut Translator);
    keep_titles(&mut query.body, &mut titles.into_iter());
}

/// The columns of the outermost lists that have no name, as they were written.
fn titles(body: &SetExpr) -> Vec<String> {
    match body {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .filter_map(|item| match item {
                SelectItem::UnnamedExpr(expr) => Some(expr.to_string()),
                _ => None,
            })
            .collect(),
        SetExpr::Query(query) => titles(&query.body),
        SetExpr::SetOperation { left, right, .. } => [titles(left), titles(right)].concat(),
        _ => Vec::new(),
    }
}

/// A column is called what was written, not what became of it.
fn keep_titles(body: &mut SetExpr, titles: &mut impl Iterator<Item = String>) {
    match body {
        SetExpr::Select(select) => {
            for item in &mut select.projection {
                let SelectItem::UnnamedExpr(expr) = item else { continue };
                let Some(title) = titles.next().filter(|title| *title != expr.to_string()) else { continue };
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::with_quote('"', title) };
            }
        }
        SetExpr::Query(query) => keep_titles(&mut query.body, titles),
        SetExpr::SetOperation { left, right, .. } => {
            keep_titles(left, titles);
            keep_titles(right, titles);
        }
        _ => {}
    }
}

struct Translator;

impl VisitorMut for Translator {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Self::Break> {
        limit_of_fetch(query);
        limit_of_top(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Self::Break> {
        for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
            join.join_operator = match std::mem::replace(&mut join.join_operator, JoinOperator::CrossApply) {
                JoinOperator::Semi(on) => JoinOperator::LeftSemi(on),
                JoinOperator::Anti(on) => JoinOperator::LeftAnti(on),
                other => other,
            };
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<Self::Break> {
        if let Some(series) = series(table) {
            *table = series;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Self::Break> {
        let written = match expr {
            Expr::Function(function) => {
                rename(function);
                written(function)
            }
            Expr::BinaryOp { left, op: op @ (BinaryOperator::Arrow | BinaryOperator::LongArrow), right } => {
                text_of(right)
                    .filter(|path| path.starts_with("$."))
                    .and_then(|path| steps(&left.to_string(), path, *op == BinaryOperator::LongArrow))
                    .and_then(|sql| read(&sql))
            }
            _ => None,
        };
        if let Some(written) = written {
            *expr = written;
        }
        ControlFlow::Continue(())
    }
}

/// `FETCH FIRST 3 ROWS ONLY` is `LIMIT 3`.
fn limit_of_fetch(query: &mut Query) {
    let Some(fetch) = query.fetch.take_if(|fetch| !fetch.with_ties && !fetch.percent) else { return };
    let rows = fetch.quantity.clone().unwrap_or_else(|| number(1));
    match &mut query.limit_clause {
        None => query.limit_clause = Some(limited(rows)),
        Some(LimitClause::LimitOffset { limit: limit @ None, .. }) => *limit = Some(rows),
        Some(_) => query.fetch = Some(fetch),
    }
}

/// `SELECT TOP 3 …` is `LIMIT 3`.
fn limit_of_top(query: &mut Query) {
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    if query.limit_clause.is_some() || query.fetch.is_some() {
        return;
    }
    let Some(top) = select.top.take_if(|top| !top.with_ties && !top.percent && top.quantity.is_some()) else { return };
    query.limit_clause = top.quantity.map(|rows| match rows {
        TopQuantity::Expr(rows) => limited(rows),
        TopQuantity::Constant(rows) => limited(number(rows)),
    });
}

fn limited(rows: Expr) -> LimitClause {
    LimitClause::LimitOffset { limit: Some(rows), offset: None, limit_by: Vec::new() }
}

fn number(value: u64) -> Expr {
    Expr::value(Value::Number(value.to_string(), false))
}

/// `FROM generate_series(a, b, step) AS d` and `FROM range(…)`: rows, and a column called as PostgreSQL calls it.
fn series(table: &TableFactor) -> Option<TableFactor> {
    let (name, args, alias) = match table {
        TableFactor::Table { name, args: Some(args), alias, with_ordinality: false, .. } if args.settings.is_none() => {
            (name, &args.args, alias)
        }
        TableFactor::Function { lateral: false, name, args, alias, with_ordinality: false } => (name, args, alias),
        _ => return None,
    };
    let name = known(name).filter(|name| ["generate_series", "range"].contains(&name.as_str()))?;
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let called = alias.as_ref().map_or_else(|| Ident::new(&name), |alias| alias.name.clone());
    let column = alias.as_ref().and_then(|alias| alias.columns.first()).map_or(&called, |column| &column.name);
    let sql = format!("SELECT unnest({name}({})) AS {column}", args.join(", "));
    let subquery =
        Parser::new(&SPOKEN).with_recursion_limit(MAX_PARSE_DEPTH).try_with_sql(&sql).ok()?.parse_query().ok()?;
    let alias = Some(TableAlias { explicit: true, name: called, columns: Vec::new(), at: None });
    Some(TableFactor::Derived { lateral: false, subquery, alias, sample: None })
}

/// A function's name in small letters, if it is one word without quotes.
fn known(name: &ObjectName) -> Option<String> {
    let [part] = name.0.as_slice() else { return None };
    part.as_ident().filter(|ident| ident.quote_style.is_none()).map(|ident| ident.value.to_lowercase())
}

fn rename(function: &mut Function) {
    let Some(name) = known(&function.name) else { return };
    let Some((_, ours)) = RENAMED.iter().find(|(theirs, _)| *theirs == name) else { return };
    function.name = ObjectName::from(vec![Ident::new(*ours)]);
    // What stands between the values is a comma where nothing else is said.
    if let ("group_concat" | "listagg", FunctionArguments::List(list)) = (name.as_str(), &mut function.args)
        && list.args.len() == 1
    {
        let comma = Expr::value(Value::SingleQuotedString(",".into()));
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(comma)));
    }
}

/// A call of another dialect's function in words of ours.
fn written(function: &Function) -> Option<Expr> {
    if function.filter.is_some() || function.null_treatment.is_some() || !function.within_group.is_empty() {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    let raw: Vec<&Expr> = list
        .args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let name = known(&function.name)?;
    let texts: Vec<String> = raw.iter().map(ToString::to_string).collect();
    if texts.iter().map(String::len).sum::<usize>() > MAX_ARGUMENTS {
        return None;
    }
    let args: Vec<&str> = texts.iter().map(String::as_str).collect();
    let sql = if function.over.is_none() { scalar(&name, &args, &raw) } else { None };
    let mut expr = read(&sql.or_else(|| aggregate(&name, &args))?)?;
    if let Expr::Function(written) = &mut expr {
        written.over.clone_from(&function.over);
    }
    Some(expr)
}

fn scalar(name: &str, args: &[&str], raw: &[&Expr]) -> Option<String> {
    Some(match (name, args) {
        (
            "year" | "quarter" | "month" | "week" | "hour" | "minute" | "second" | "isodow" | "isoyear" | "epoch",
            [x],
        ) => {
            format!("date_part('{name}', {x})")
        }
        ("day" | "dayofmonth", [x]) => format!("date_part('day', {x})"),
        ("dayofyear", [x]) => format!("date_part('doy', {x})"),
        ("weekofyear", [x]) => format!("date_part('week', {x})"),
        ("date", [x]) => format!("CAST({x} AS DATE)"),
        ("dayname", [x]) => format!("to_char({x}, 'FMDay')"),
        ("monthname", [x]) => format!("to_char({x}, 'FMMonth')"),
        ("last_day", [x]) => {
            format!("CAST(date_trunc('month', {x}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)")
        }
        // SQLite has the pattern first.
        ("strftime", [pattern, x]) if text_of(raw[0]).is_some_and(|text| text.contains('%')) => {
            format!("to_char({x}, {pattern})")
        }
        ("strftime", [x, pattern]) => format!("to_char({x}, {pattern})"),
        ("datediff", [later, earlier]) => format!("(CAST({later} AS DATE) - CAST({earlier} AS DATE))"),
        ("datediff" | "date_diff" | "timestampdiff", [_, from, to]) if unit_of(raw[0]).is_some() => {
            crossed(&unit_of(raw[0])?, from, to)?
        }
        ("datediff" | "date_diff", [to, from, _]) => crossed(&unit_of(raw[2])?, from, to)?,
        ("date_add", [x, span]) if matches!(raw[1], Expr::Interval(_)) => format!("({x} + {span})"),
        ("date_sub", [x, span]) if matches!(raw[1], Expr::Interval(_)) => format!("({x} - {span})"),
        ("dateadd" | "date_add" | "timestampadd", [_, count, x]) => {
            format!("({x} + INTERVAL '{} {}')", count.parse::<i32>().ok()?, unit_of(raw[0])?)
        }
        ("time_bucket", [span, x]) if ["month", "quarter", "year"].iter().any(|unit| calls(span, unit)) => {
            format!("date_bin({span}, {x})")
        }
        // Weeks begin on Monday.
        ("time_bucket", [span, x]) => format!("date_bin({span}, {x}, TIMESTAMP '2000-01-03 00:00:00')"),
        ("curdate" | "today", []) => "CURRENT_DATE".to_owned(),
        ("getdate" | "sysdate", []) => "now()".to_owned(),
        ("timezone", [zone, x]) => format!("(({x}) AT TIME ZONE {zone})"),
        ("if" | "iff" | "iif", [condition, yes, no]) => format!("CASE WHEN {condition} THEN {yes} ELSE {no} END"),
        ("isnull", [x]) => format!("({x} IS NULL)"),
        ("isnull", [x, otherwise]) => format!("coalesce({x}, {otherwise})"),
        ("json_extract_string" | "json_extract_scalar" | "json_value" | "get_json_object", [x, _]) => {
            steps(x, text_of(raw[1])?, true)?
        }
        ("json_extract" | "json_query", [x, _]) => steps(x, text_of(raw[1])?, false)?,
        _ => return None,
    })
}

fn aggregate(name: &str, args: &[&str]) -> Option<String> {
    let at = |x: &str, y: &str, way: &str| {
        format!("first_value({x} ORDER BY {y} {way}) FILTER (WHERE {x} IS NOT NULL AND {y} IS NOT NULL)")
    };
    Some(match (name, args) {
        ("count_if" | "countif", [condition]) => format!("count(*) FILTER (WHERE {condition})"),
        ("arg_max" | "max_by", [x, y]) => at(x, y, "DESC"),
        ("arg_min" | "min_by", [x, y]) => at(x, y, "ASC"),
        _ => return None,
    })
}

/// How many borders of a unit lie between two moments, as DuckDB, SQL Server and others count. Weeks they count each in its own way.
fn crossed(unit: &str, from: &str, to: &str) -> Option<String> {
    let parts = |per_year: u32| {
        let count = |x: &str| format!("(date_part('year', {x}) * {per_year} + date_part('{unit}', {x}))");
        format!("({} - {})", count(to), count(from))
    };
    let seconds = |each: u32| {
        let start = |x: &str| format!("date_part('epoch', date_trunc('{unit}', CAST({x} AS TIMESTAMP)))");
        format!("CAST(({} - {}) / {each} AS BIGINT)", start(to), start(from))
    };
    Some(match unit {
        "year" => format!("(date_part('year', {to}) - date_part('year', {from}))"),
        "quarter" => parts(4),
        "month" => parts(12),
        "day" => format!("(CAST({to} AS DATE) - CAST({from} AS DATE))"),
        "hour" => seconds(3600),
        "minute" => seconds(60),
        "second" => seconds(1),
        _ => return None,
    })
}

/// The field of JSON that a path such as `$.a.b[0]` leads to, step by step.
fn steps(value: &str, path: &str, text: bool) -> Option<String> {
    let path = path.strip_prefix('$').map_or_else(|| format!(".{path}"), str::to_owned);
    let mut keys = Vec::new();
    for part in path.strip_prefix('.')?.split('.') {
        let (name, places) = part.split_once('[').map_or((part, ""), |(name, places)| (name, places));
        let name = name.trim_matches('"');
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c)) {
            return None;
        }
        keys.push(format!("'{name}'"));
        for place in places.split('[').filter(|place| !place.is_empty()) {
            keys.push(place.strip_suffix(']')?.parse::<u32>().ok()?.to_string());
        }
    }
    let last = keys.pop()?;
    let before: String = keys.iter().map(|key| format!(" -> {key}")).collect();
    Some(format!("({value}){before} {} {last}", if text { "->>" } else { "->" }))
}

/// A unit of time as a word: `day`, `'days'`.
fn unit_of(expr: &Expr) -> Option<String> {
    let word = match expr {
        Expr::Identifier(ident) => ident.value.as_str(),
        other => text_of(other)?,
    };
    let word = word.to_lowercase();
    let unit = word.strip_suffix('s').unwrap_or(&word);
    ["year", "quarter", "month", "week", "day", "hour", "minute", "second"].contains(&unit).then(|| unit.to_owned())
}

fn calls(span: &str, unit: &str) -> bool {
    span.to_lowercase().contains(unit)
}

fn text_of(expr: &Expr) -> Option<&str> {
    let Expr::Value(value) = expr else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    Some(text)
}

fn read(sql: &str) -> Option<Expr> {
    Parser::new(&SPOKEN).with_recursion_limit(MAX_PARSE_DEPTH).try_with_sql(sql).ok()?.parse_expr().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use datafusion::sql::parser::DFParserBuilder;

    use super::*;

    fn translated(sql: &str) -> String {
        let mut parser = DFParserBuilder::new(sql).with_dialect(&SPOKEN).build().unwrap();
        let mut statement = parser.parse_statements().unwrap().pop_front().unwrap();
        translate(&mut statement);
        statement.to_string()
    }

    #[test]
    fn functions_of_others_are_ours_and_columns_keep_their_titles() {
        assert_eq!(
            translated("SELECT year(a), count_if(b > 1) AS n FROM t GROUP BY year(a)"),
            "SELECT date_part('year', a) AS \"year(a)\", count(*) FILTER (WHERE b > 1) AS n FROM t GROUP BY date_part('year', a)"
        );
        assert_eq!(
            translated(
                "SELECT list(a ORDER BY b) AS x, group_concat(DISTINCT a) AS y, variance(a) OVER (PARTITION BY b) AS z FROM t"
            ),
            "SELECT array_agg(a ORDER BY b) AS x, string_agg(DISTINCT a, ',') AS y, var_samp(a) OVER (PARTITION BY b) AS z FROM t"
        );
        let same = "SELECT \"year\"(a), dayofweek(a), date_add(a, 7), s.year(a) FROM t";
        assert_eq!(translated(same), same);
    }

    #[test]
    fn paths_are_steps() {
        assert_eq!(translated("SELECT a ->> '$.b.c[0]' AS x FROM t"), "SELECT (a) -> 'b' -> 'c' ->> 0 AS x FROM t");
        assert_eq!(
            translated("SELECT json_extract_string(a, 'b') AS x FROM t WHERE json_extract(a, '$.b') IS NULL"),
            "SELECT (a) ->> 'b' AS x FROM t WHERE (a) -> 'b' IS NULL"
        );
        for same in ["SELECT a ->> '$city' FROM t", "SELECT a ->> '$.b[*]' FROM t", "SELECT a ->> 'b.c' FROM t"] {
            assert_eq!(translated(same), same);
        }
    }

    #[test]
    fn rows_of_numbers_stand_in_from() {
        assert_eq!(
            translated("SELECT d FROM generate_series(1, 3) AS d"),
            "SELECT d FROM (SELECT unnest(generate_series(1, 3)) AS d) AS d"
        );
        assert_eq!(
            translated("SELECT x FROM range(0, 3) AS r (x)"),
            "SELECT x FROM (SELECT unnest(range(0, 3)) AS x) AS r"
        );
        let same = "SELECT * FROM read_csv('x')";
        assert_eq!(translated(same), same);
    }

    #[test]
    fn limits_and_joins_of_others_are_ours() {
        assert_eq!(translated("SELECT TOP 3 a FROM t"), "SELECT a FROM t LIMIT 3");
        assert_eq!(
            translated("SELECT a FROM t OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY"),
            "SELECT a FROM t LIMIT 3 OFFSET 2 ROWS"
        );
        assert_eq!(translated("SELECT a FROM t ANTI JOIN s USING (a)"), "SELECT a FROM t LEFT ANTI JOIN s USING(a)");
    }

    #[test]
    fn what_would_grow_without_end_is_left() {
        let inside = format!("'{}'", "a".repeat(1_100));
        let once = translated(&format!("SELECT arg_max({inside}, a) AS x FROM t"));
        assert!(once.contains("first_value(") && once.len() < 3 * inside.len());
        let twice = format!("SELECT date_diff('month', date_diff('month', {inside}, a), a) AS x FROM t");
        assert!(translated(&twice).contains("date_diff('month', ((date_part("), "the outer call is left as it was");
    }
}
