//! Which texts a spreadsheet program would run: those that begin with a sign of a formula (OWASP, "CSV Injection").

/// What makes a text of it: spreadsheet programs show what follows and do not run it.
pub(super) const MARK: &[u8] = b"'";

/// Whether a cell of that text could be taken for a formula. Programs trim what is blank in front, and East Asian ones read
/// the full-width signs as well; a tab or a line break at the beginning moves the rest into a cell of its own.
pub(super) fn is_formula(text: &[u8]) -> bool {
    match text {
        // The usual text, without looking further.
        [first, ..] if first.is_ascii_alphanumeric() => false,
        [b'\t' | b'\r' | b'\n', ..] => true,
        _ => String::from_utf8_lossy(text).trim_start_matches(is_blank).starts_with(SIGNS),
    }
}

const SIGNS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Nothing that is seen: white space, control characters, zero-width ones.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_formula_is_seen() {
        for sign in SIGNS {
            for before in ["", " ", "  ", "\u{a0}", "\u{3000}", "\u{feff}", "\u{200b}", "\t", "\r", "\n", "\r\n ", "\0"]
            {
                let text = format!("{before}{sign}cmd|'/C calc'!A0");
                assert!(is_formula(text.as_bytes()), "{text:?}");
            }
        }
        for text in ["\tx", "\rx", "\nx"] {
            assert!(is_formula(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in ["", " ", "x=1", "a-b", "1+1", "Чай", "'=1", "\"=1\"", "(=1)", "\u{2212}5", "{\"a\":1}", "e@x.de"]
        {
            assert!(!is_formula(text.as_bytes()), "{text:?}");
        }
    }
}
