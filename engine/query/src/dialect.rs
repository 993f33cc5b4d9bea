//! The grammar that statements are read by: PostgreSQL's, and `* EXCLUDE (column)`, `* EXCEPT (column)` and `* REPLACE (value AS column)` of DuckDB and others, which people and models write.

use std::any::TypeId;

use datafusion::sql::sqlparser::{
    dialect::{Dialect, PostgreSqlDialect, Precedence},
    keywords::Keyword,
    parser::{Parser, ParserError},
};

/// PostgreSQL's grammar with what is understood beside it.
#[derive(Debug)]
pub(super) struct Spoken(PostgreSqlDialect);

/// The one that there is.
pub(super) static SPOKEN: Spoken = Spoken(PostgreSqlDialect {});

/// What PostgreSQL's dialect says of queries, said by this one.
macro_rules! as_postgresql {
    ($($name:ident($($argument:ident: $of:ty),*) -> $gives:ty;)*) => {
        $(fn $name(&self $(, $argument: $of)*) -> $gives { self.0.$name($($argument),*) })*
    };
}

impl Dialect for Spoken {
    fn dialect(&self) -> TypeId {
        // Places of the parser that ask which dialect it is take it for PostgreSQL's.
        TypeId::of::<PostgreSqlDialect>()
    }

    fn supports_select_wildcard_exclude(&self) -> bool {
        true
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn supports_select_wildcard_replace(&self) -> bool {
        true
    }

    /// No: to find names that are more than a word the parser reads arguments more than once, and some statements take it far too long.
    fn supports_named_fn_args_with_expr_name(&self) -> bool {
        false
    }

    as_postgresql! {
        identifier_quote_style(identifier: &str) -> Option<char>;
        is_delimited_identifier_start(ch: char) -> bool;
        is_identifier_start(ch: char) -> bool;
        is_identifier_part(ch: char) -> bool;
        supports_unicode_string_literal() -> bool;
        is_reserved_for_identifier(kw: Keyword) -> bool;
        is_custom_operator_part(ch: char) -> bool;
        get_next_precedence(parser: &Parser) -> Option<Result<u8, ParserError>>;
        supports_filter_during_aggregation() -> bool;
        supports_group_by_expr() -> bool;
        prec_value(prec: Precedence) -> u8;
        allow_extract_custom() -> bool;
        allow_extract_single_quotes() -> bool;
        supports_explain_with_utility_options() -> bool;
        supports_factorial_operator() -> bool;
        supports_bitwise_shift_operators() -> bool;
        supports_named_fn_args_with_colon_operator() -> bool;
        supports_empty_projections() -> bool;
        supports_nested_comments() -> bool;
        supports_string_escape_constant() -> bool;
        supports_numeric_literal_underscores() -> bool;
        supports_array_typedef_with_brackets() -> bool;
        supports_geometric_types() -> bool;
        supports_notnull_operator() -> bool;
        supports_interval_options() -> bool;
        supports_select_wildcard_with_alias() -> bool;
        supports_comma_separated_trim() -> bool;
        supports_xml_expressions() -> bool;
        supports_comment_optimizer_hint() -> bool;
    }
}
