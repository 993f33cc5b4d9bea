//! The first wall: the text and its syntax tree. One read-only query over known tables, of a bounded size.
//!
//! The grammar is PostgreSQL's as `sqlparser` reads it, so that `attributes->>'city' = 'Kazan'` groups as a person expects.

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
};

use datafusion::sql::{
    parser::{DFParserBuilder, Statement as Parsed},
    sqlparser::{
        ast::{
            Expr, GroupByExpr, Ident, ObjectName, Query, Select, SetExpr, SetOperator, SetQuantifier, Statement,
            TableFactor, Visit, Visitor,
        },
        keywords::Keyword,
        tokenizer::{Token, TokenWithSpan, Tokenizer},
    },
};

use super::{
    borrowed,
    dialect::SPOKEN,
    errors::{MAX_PARSE_DEPTH, nearest, not_allowed},
    leniency,
};
use kupets_core::{Error, Result};

/// Bytes of a statement.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// Lexical tokens of a statement, blanks and comments aside.
const MAX_TOKENS: usize = 20_000;
/// Operators of a statement. Bounds the depth of the syntax tree before it exists: a chain `1+1+…` nests once for each.
const MAX_OPERATORS: usize = 4_000;
/// Brackets `[` of a statement, and depth of `(`: the parser descends into the types `int[][]…` and `f(g(h(…` unguarded.
const MAX_BRACKETS: usize = 500;
const MAX_PARENTHESES: usize = 100;
/// Stack of the parser, taken from the system only as far as it is used. The limits above keep to far less.
const PARSER_STACK_BYTES: usize = 32 << 20;
/// Depth of one expression. Evaluation recurses over it.
const MAX_EXPRESSION_DEPTH: usize = 300;
/// Depth of queries in queries.
const MAX_QUERY_DEPTH: usize = 16;
/// Depth of `WITH` inside `WITH`. The planner's table look-up visits each level twice.
const MAX_WITH_DEPTH: usize = 6;
/// `UNION`, `EXCEPT` and `INTERSECT` of one query.
const MAX_SET_OPERATIONS: usize = 100;
/// SELECTs and tables after each name of a `WITH` has been replaced by its query: the planner copies it at each use.
const MAX_EXPANDED: u64 = 500;

/// A statement that has passed the first wall.
pub(super) struct Checked {
    /// The syntax tree: a query, or a plain `EXPLAIN` of one.
    pub statement: Parsed,
    /// Whether it is an `EXPLAIN`.
    pub explain: bool,
    /// The known tables that it names.
    pub tables: BTreeSet<String>,
}

/// Parses `sql` and checks that it is one read-only query over `known` tables.
pub(super) fn check(sql: &str, known: &BTreeSet<&str>) -> Result<Checked> {
    if sql.len() > MAX_BYTES {
        return Err(too_complex(format!("the statement is {} bytes long; at most {MAX_BYTES} are read", sql.len())));
    }
    let tokens = tokenize(sql)?;
    let mut statements = stacker::grow(PARSER_STACK_BYTES, || {
        DFParserBuilder::new(tokens)
            .with_dialect(&SPOKEN)
            .with_recursion_limit(MAX_PARSE_DEPTH)
            .build()
            .and_then(|mut parser| parser.parse_statements())
    })
    .map_err(super::from_datafusion)?;
    let (Some(mut statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return Err(not_allowed("send exactly one statement: a SELECT, WITH or VALUES query, or EXPLAIN of one"));
    };
    stacker::grow(PARSER_STACK_BYTES, || borrowed::translate(&mut statement));
    let (query, explain) = the_query(&statement)?;
    let mut walk = Walk { known, frames: Vec::new(), expression_depth: 0, tables: BTreeSet::new() };
    if let ControlFlow::Break(error) = query.visit(&mut walk) {
        return Err(error);
    }
    let tables = walk.tables;
    leniency::apply(&mut statement);
    Ok(Checked { statement, explain, tables })
}

/// The names of a statement's placeholders, `$name`, without the sign. Of `$1` the name is `1`.
///
/// # Errors
/// The text cannot be read, or is over the limits of a statement.
pub fn placeholders(sql: &str) -> Result<BTreeSet<String>> {
    if sql.len() > MAX_BYTES {
        return Err(too_complex(format!("the statement is {} bytes long; at most {MAX_BYTES} are read", sql.len())));
    }
    let names = tokenize(sql)?.into_iter().filter_map(|token| match token.token {
        Token::Placeholder(text) => Some(text.strip_prefix('$').unwrap_or(&text).to_owned()),
        _ => None,
    });
    Ok(names.collect())
}

fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(&SPOKEN, sql)
        .tokenize_with_location()
        .map_err(|e| Error::invalid("sql_invalid", format!("The statement cannot be read: {e}.")))?;
    let (mut count, mut operators, mut brackets, mut depth) = (0, 0, 0, 0_usize);
    let mut before = None;
    let mut after_type = false;
    for token in &tokens {
        match &token.token {
            Token::Whitespace(_) => continue,
            Token::Word(word) => {
                after_type = matches!(word.keyword, Keyword::ARRAY | Keyword::STRUCT | Keyword::MAP);
                operators += usize::from(is_operator(word.keyword));
                let prefix = matches!(word.keyword, Keyword::EXPLAIN | Keyword::INTERVAL).then_some(word.keyword);
                // The parser descends at each of them.
                if prefix.is_some() && before == prefix {
                    return Err(too_complex(format!("{} stands twice in a row", word.value)));
                }
                before = prefix;
                count += 1;
                continue;
            }
            Token::LParen => {
                depth += 1;
                if depth > MAX_PARENTHESES {
                    return Err(too_complex(format!("parentheses nest over {MAX_PARENTHESES} deep")));
                }
            }
            Token::RParen => depth = depth.saturating_sub(1),
            Token::LBracket | Token::LBrace => {
                brackets += 1;
                operators += 1;
            }
            Token::Lt => {
                brackets += usize::from(after_type);
                operators += 1;
            }
            Token::Comma
            | Token::Period
            | Token::SemiColon
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Placeholder(_)
            | Token::EOF => {}
            _ => operators += 1,
        }
        count += 1;
        before = None;
        after_type = false;
    }
    if brackets > MAX_BRACKETS {
        return Err(too_complex(format!("the statement has {brackets} brackets; at most {MAX_BRACKETS} are read")));
    }
    if count > MAX_TOKENS {
        return Err(too_complex(format!("the statement has {count} words and signs; at most {MAX_TOKENS} are read")));
    }
    if operators > MAX_OPERATORS {
        return Err(too_complex(format!("the statement has {operators} operators; at most {MAX_OPERATORS} are read")));
    }
    Ok(tokens)
}

fn is_operator(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::AND
            | Keyword::OR
            | Keyword::NOT
            | Keyword::IS
            | Keyword::NOTNULL
            | Keyword::IN
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::SIMILAR
            | Keyword::RLIKE
            | Keyword::REGEXP
            | Keyword::BETWEEN
            | Keyword::AT
            | Keyword::COLLATE
            | Keyword::DIV
            | Keyword::XOR
            | Keyword::OVERLAPS
            | Keyword::OPERATOR
            | Keyword::MEMBER
            | Keyword::INTERVAL
            | Keyword::PRIOR
            | Keyword::UNION
            | Keyword::EXCEPT
            | Keyword::INTERSECT
            | Keyword::MINUS
            | Keyword::JOIN
    )
}

/// The query inside a statement, or why there is none.
fn the_query(statement: &Parsed) -> Result<(&Query, bool)> {
    match statement {
        Parsed::Statement(inner) => match inner.as_ref() {
            Statement::Query(query) => Ok((query, false)),
            other => Err(refuse_statement(&other.to_string())),
        },
        Parsed::Explain(explain) => {
            let options = &explain.options;
            if options.analyze
                || options.verbose
                || options.format.is_some()
                || options.analyze_level.is_some()
                || options.analyze_categories.is_some()
                || options.show_statistics.is_some()
            {
                return Err(not_allowed("EXPLAIN takes no options here: write EXPLAIN SELECT …"));
            }
            match explain.statement.as_ref() {
                Parsed::Statement(inner) => match inner.as_ref() {
                    Statement::Query(query) => Ok((query, true)),
                    other => Err(refuse_statement(&other.to_string())),
                },
                other => Err(refuse_statement(&other.to_string())),
            }
        }
        other => Err(refuse_statement(&other.to_string())),
    }
}

fn refuse_statement(text: &str) -> Error {
    let word: String = text.split_whitespace().next().unwrap_or_default().chars().take(20).collect();
    let instead = match word.to_uppercase().as_str() {
        "SHOW" | "DESCRIBE" | "DESC" => {
            "; SELECT * FROM purchases LIMIT 0 answers with the columns of a table, and a table that is not there with all that are"
        }
        _ => "",
    };
    not_allowed(&format!("{word} is not a query: only SELECT, WITH, VALUES, and EXPLAIN of them are allowed{instead}"))
}

pub(super) fn too_complex(what: String) -> Error {
    Error::invalid("sql_too_complex", format!("The statement is too complex: {what}. Split it, or simplify it."))
}

/// One query on the way down to where the walk is.
struct Frame {
    /// Names of its WITH clause, in order; the walk meets their queries first.
    names: Vec<String>,
    /// How many of them are behind the walk.
    done: usize,
    /// Expanded size of each of those.
    sizes: HashMap<String, u64>,
    /// Expanded size of this query so far.
    size: u64,
}

struct Walk<'a> {
    known: &'a BTreeSet<&'a str>,
    frames: Vec<Frame>,
    expression_depth: usize,
    tables: BTreeSet<String>,
}

impl Walk<'_> {
    fn add(&mut self, size: u64) -> ControlFlow<Error> {
        let Some(frame) = self.frames.last_mut() else { return ControlFlow::Continue(()) };
        frame.size = frame.size.saturating_add(size);
        if frame.size > MAX_EXPANDED {
            return ControlFlow::Break(too_complex(format!(
                "with every name of WITH replaced by its query it has more than {MAX_EXPANDED} SELECTs and tables"
            )));
        }
        ControlFlow::Continue(())
    }

    fn relation(&mut self, name: &ObjectName) -> ControlFlow<Error> {
        let [part] = name.0.as_slice() else {
            return refuse(&format!(
                "write the table's name alone, without a schema or catalog, instead of {}; the tables are {}",
                clip(&name.to_string()),
                self.list()
            ));
        };
        let Some(ident) = part.as_ident() else {
            return refuse(&format!("{} is not a table; the tables are {}", clip(&name.to_string()), self.list()));
        };
        let name = normalize(ident);
        if let Some(size) = self.frames.iter().rev().find_map(|f| f.sizes.get(&name)).copied() {
            return self.add(size);
        }
        if !self.known.contains(name.as_str()) {
            let hint = nearest(&name, self.known.iter().copied())
                .map(|near| format!(" Did you mean {near}?"))
                .unwrap_or_default();
            return ControlFlow::Break(Error::invalid(
                "sql_invalid",
                format!("There is no table {}.{hint} The tables are {}.", clip(&name), self.list()),
            ));
        }
        self.tables.insert(name);
        self.add(1)
    }

    fn list(&self) -> String {
        self.known.iter().copied().collect::<Vec<_>>().join(", ")
    }
}

fn refuse(message: &str) -> ControlFlow<Error> {
    ControlFlow::Break(not_allowed(message))
}

/// The name as the planner will look it up: lower case unless quoted.
fn normalize(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_ascii_lowercase() }
}

fn clip(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("\"{short}…\"") } else { format!("\"{short}\"") }
}

impl Visitor for Walk<'_> {
    type Break = Error;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Error> {
        // A statement inside a query, as in `WITH x AS (DELETE … RETURNING *)`.
        ControlFlow::Break(refuse_statement(&statement.to_string()))
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
        if !query.locks.is_empty()
            || query.for_clause.is_some()
            || query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            return refuse("FOR UPDATE, SETTINGS, FORMAT and |> are not part of a query here: leave them out");
        }
        let names = match &query.with {
            Some(with) if with.recursive => {
                return refuse(
                    "WITH RECURSIVE is not allowed: write WITH without RECURSIVE, or join the table to itself",
                );
            }
            Some(with) => with.cte_tables.iter().map(|cte| normalize(&cte.alias.name)).collect(),
            None => Vec::new(),
        };
        self.frames.push(Frame { names, done: 0, sizes: HashMap::new(), size: 0 });
        if self.frames.len() > MAX_QUERY_DEPTH {
            return ControlFlow::Break(too_complex(format!("queries stand in queries over {MAX_QUERY_DEPTH} deep")));
        }
        if self.frames.iter().filter(|f| !f.names.is_empty()).count() > MAX_WITH_DEPTH {
            return ControlFlow::Break(too_complex(format!("WITH stands in WITH over {MAX_WITH_DEPTH} deep")));
        }
        check_body(&query.body)
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<Error> {
        let Some(done) = self.frames.pop() else { return ControlFlow::Continue(()) };
        let Some(parent) = self.frames.last_mut() else { return ControlFlow::Continue(()) };
        // The walk meets the queries of a WITH clause before the body, in the order of their names.
        if let Some(name) = parent.names.get(parent.done).cloned() {
            parent.done += 1;
            parent.sizes.insert(name, done.size);
            return ControlFlow::Continue(());
        }
        self.add(done.size)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Error> {
        if select.into.is_some() {
            return refuse("SELECT … INTO is not allowed: leave out INTO; the rows are the answer");
        }
        if let GroupByExpr::Expressions(expressions, _) = &select.group_by {
            // CUBE (a, b, …) makes 2^n groupings.
            let widest = expressions.iter().map(grouping_width).max().unwrap_or(0);
            if widest > 12 {
                return ControlFlow::Break(too_complex("CUBE or ROLLUP over more than 12 columns".into()));
            }
        }
        self.add(1)
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        match factor {
            TableFactor::Table { args: Some(_), name, .. } | TableFactor::Function { name, .. } => refuse(&format!(
                "table functions such as {} are not allowed; the tables are {}",
                clip(&name.to_string()),
                self.list()
            )),
            TableFactor::Table {
                name,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
                ..
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => self.relation(name),
            TableFactor::Table { .. } => {
                refuse("a table takes no hints, version, partition, path or sample: write its name alone")
            }
            TableFactor::Derived { sample: None, .. } | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            TableFactor::UNNEST { .. } => self.add(1),
            TableFactor::Pivot { .. } => refuse(
                "PIVOT is not read here: write one column for each value, as in sum(amount) FILTER (WHERE channel = 'web') AS web",
            ),
            TableFactor::Unpivot { .. } => {
                refuse("UNPIVOT is not read here: write one SELECT for each column, joined by UNION ALL")
            }
            other => {
                refuse(&format!("{} cannot stand in FROM; the tables are {}", clip(&other.to_string()), self.list()))
            }
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        if matches!(expr, Expr::Collate { .. }) {
            return refuse(
                "COLLATE is not read here: ORDER BY sort_key(name) puts ё beside е and capitals beside small letters",
            );
        }
        self.expression_depth += 1;
        if self.expression_depth > MAX_EXPRESSION_DEPTH {
            return ControlFlow::Break(too_complex(format!(
                "an expression nests over {MAX_EXPRESSION_DEPTH} deep; write a chain of OR as IN (…)"
            )));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _expr: &Expr) -> ControlFlow<Error> {
        self.expression_depth -= 1;
        ControlFlow::Continue(())
    }
}

fn grouping_width(expr: &Expr) -> usize {
    match expr {
        Expr::Cube(sets) | Expr::Rollup(sets) => sets.iter().map(Vec::len).sum(),
        _ => 0,
    }
}

/// Only SELECT, VALUES and set operations of them make a query.
fn check_body(body: &SetExpr) -> ControlFlow<Error> {
    let mut stack = vec![body];
    let mut operations = 0;
    while let Some(part) = stack.pop() {
        match part {
            SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => {}
            SetExpr::SetOperation { op, set_quantifier, left, right } => {
                // DataFusion 55.2 does not count the copies: what is in both stays, or goes, with all of them.
                if *op != SetOperator::Union && matches!(set_quantifier, SetQuantifier::All | SetQuantifier::AllByName)
                {
                    return refuse(&format!(
                        "{op} ALL does not count how often a row is there: write {op} without ALL, or number the copies with \
                         row_number() OVER (PARTITION BY …) in both queries"
                    ));
                }
                operations += 1;
                if operations > MAX_SET_OPERATIONS {
                    return ControlFlow::Break(too_complex(format!(
                        "more than {MAX_SET_OPERATIONS} UNION, EXCEPT or INTERSECT"
                    )));
                }
                stack.push(left);
                stack.push(right);
            }
            SetExpr::Table(_) => return refuse("TABLE name is not read here: write SELECT * FROM name"),
            SetExpr::Insert(other) | SetExpr::Update(other) | SetExpr::Delete(other) | SetExpr::Merge(other) => {
                return ControlFlow::Break(refuse_statement(&other.to_string()));
            }
        }
    }
    ControlFlow::Continue(())
}
