//! Cutting a text into words, digits and marks.

use std::ops::Range;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters.
    Word,
    /// Decimal digits.
    Digits,
    /// One other character that is not a space.
    Mark,
}

/// A word, a run of digits or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its text for comparing: lower case, `ё` as `е`, any dash as `-`, any apostrophe as `'`.
    pub text: String,
    /// What it is made of.
    pub kind: Kind,
    /// Its bytes in the question.
    pub span: Range<usize>,
    /// Whether nothing stands between it and the token before.
    pub glued: bool,
    /// Whether its first letter was a capital.
    pub capital: bool,
}

/// The tokens of a text. A place where letters meet digits is a border: `Q1` is two tokens, the second glued.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (start, char) in text.char_indices() {
        let end = start + char.len_utf8();
        if char.is_whitespace() || invisible(char, &mut tokens, start, end) || combine(char, &mut tokens, start, end) {
            continue;
        }
        let kind = match char {
            _ if char.is_alphabetic() => Kind::Word,
            '0'..='9' => Kind::Digits,
            _ => Kind::Mark,
        };
        let glued = tokens.last().is_some_and(|last| last.span.end == start);
        match tokens.last_mut() {
            Some(last) if glued && last.kind == kind && kind != Kind::Mark => {
                last.span.end = end;
                last.text.extend(folded(char));
            }
            _ => tokens.push(Token {
                text: folded(char).collect(),
                kind,
                span: start..end,
                glued,
                capital: char.is_uppercase(),
            }),
        }
    }
    tokens
}

/// A text as tokens are compared: lower case, `ё` as `е`, dashes and apostrophes of one kind.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(folded).collect()
}

/// Puts a combining dot or breve on the letter before it: some keyboards and file systems write `й` and `ё` in two parts.
fn combine(mark: char, tokens: &mut [Token], start: usize, end: usize) -> bool {
    if !('\u{300}'..='\u{36f}').contains(&mark) {
        return false;
    }
    let Some(last) = tokens.last_mut().filter(|last| last.kind == Kind::Word && last.span.end == start) else {
        return true;
    };
    last.span.end = end;
    if mark == '\u{306}' && last.text.ends_with('и') {
        last.text.pop();
        last.text.push('й');
    }
    true
}

/// Soft hyphens, joiners and marks of direction are there for the eye only.
fn invisible(char: char, tokens: &mut [Token], start: usize, end: usize) -> bool {
    if !matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') {
        return false;
    }
    if let Some(last) = tokens.last_mut().filter(|last| last.span.end == start) {
        last.span.end = end;
    }
    true
}

fn folded(char: char) -> impl Iterator<Item = char> {
    char.to_lowercase().map(|char| match char {
        'ё' => 'е',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '`' => '\'',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places() {
        let text = "Выручка за Q1’25 — всё?";
        let tokens = tokenize(text);
        let words: Vec<_> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words, ["выручка", "за", "q", "1", "'", "25", "-", "все", "?"]);
        assert_eq!(&text[tokens[7].span.clone()], "всё");
        assert!(tokens[3].glued && !tokens[1].glued && tokens[0].capital && !tokens[1].capital);
    }

    #[test]
    fn letters_in_two_parts_are_one() {
        let tokens = tokenize("и\u{306}од е\u{308}лка не\u{ad}деля");
        let words: Vec<_> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words, ["йод", "елка", "неделя"]);
    }
}
