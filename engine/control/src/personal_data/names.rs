//! How statements find a customer in texts.

/// Whether a text names the customer `$2` by their id: as a word of its own, in any case of ASCII letters, or as a JSON string.
/// A word that is short or a short number is no evidence in prose ("top 5"): such ids count as JSON strings only, and through
/// `assistant_message_customers`.
macro_rules! names {
    ($($column:literal),+) => {
        concat!(
            "(FALSE",
            $(
                " OR instr(", $column, ", json_quote($2)) > 0 \
                 OR (length($2) > 5 OR length($2) > 2 AND $2 GLOB '*[^0-9]*') \
                 AND ' ' || lower(", $column, ") || ' ' GLOB '*[^0-9a-z_А-яЁё]' \
                 || replace(replace(replace(lower($2), '[', '[[]'), '*', '[*]'), '?', '[?]') || '[^0-9a-z_А-яЁё]*'",
            )+
            ")"
        )
    };
}
