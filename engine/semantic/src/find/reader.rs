//! The question as the grammar reads it.

use crate::period::{Expr, Rule};
use crate::text::{Kind, Token, tokenize};

use super::known::known;
use super::{typos, words};

/// A named day or days of a workspace, found by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDay {
    /// What people call it, in any language; inflected forms are matched.
    pub names: Vec<String>,
    /// When it is.
    pub rule: Rule,
}

/// What a rule of the grammar reads: its meaning, and the index of the token after it.
pub(super) type Read<T = Expr> = Option<(T, usize)>;

/// Tokens with misspelt period words put right.
pub(super) struct Reader {
    pub tokens: Vec<Token>,
    /// Whether the word at that place was misspelt and is short enough to be another word.
    pub mended: Vec<bool>,
    names: Vec<(Vec<String>, Rule)>,
}

impl Reader {
    pub fn new(tokens: &[Token], named: &[NamedDay]) -> Self {
        let mut mended = vec![false; tokens.len()];
        let mut tokens = tokens.to_vec();
        let mut pointed = false;
        for (token, mended) in tokens.iter_mut().zip(&mut mended) {
            // After "last" even a short word may be a misspelt unit ("last mnth").
            let least = if pointed { 4 } else { 5 };
            pointed = words::pointer(&token.text).is_some();
            if token.kind != Kind::Word || known(&token.text) {
                continue;
            }
            if let Some(word) = typos::mended(&token.text, least) {
                *mended = token.text.chars().count() < 7;
                pointed = words::pointer(&word).is_some();
                token.text = word;
            }
        }
        let texts = |name: &String| tokenize(name).into_iter().map(|token| token.text).collect();
        let names = named.iter().flat_map(|day| day.names.iter().map(move |name| (texts(name), day.rule.clone())));
        Self { tokens, mended, names: names.collect() }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The text of that token, empty past the end.
    pub fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// The text of the token before.
    pub fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    pub fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| words.contains(&token.text.as_str()))
    }

    /// The index after those words, if they stand here.
    pub fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut next = at;
        for word in phrase.split(' ') {
            // A hyphen between the words of a phrase is as good as a space.
            if next > at && self.word(next) == "-" && word != "-" {
                next += 1;
            }
            if self.word(next) != word {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    pub fn any(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(at, phrase)).max()
    }

    pub fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    /// A run of digits of that length, as a number.
    pub fn digits(&self, at: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Digits)?;
        lengths.contains(&token.text.len()).then(|| token.text.parse().ok())?
    }

    /// Past an English article or "of".
    pub fn skip(&self, at: usize, words: &[&str]) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }

    /// Past a possessive ending ("yesterday's").
    pub fn possessive(&self, at: usize) -> usize {
        if self.word(at) == "'" && self.glued(at) {
            return at + 1 + usize::from(self.word(at + 1) == "s" && self.glued(at + 1));
        }
        at
    }

    /// Past a dot that ends a short word.
    pub fn dot(&self, at: usize) -> usize {
        if self.word(at) == "." && self.glued(at) && !(self.glued(at + 1) && self.digits(at + 1, 1..=9).is_some()) {
            at + 1
        } else {
            at
        }
    }

    /// Whether the next token begins another word of the sentence (not a mark, not the end).
    pub fn noun_follows(&self, at: usize) -> bool {
        const LINKS: [&str; 26] = [
            "и", "в", "во", "на", "по", "с", "со", "за", "до", "к", "от", "или", "а", "и", "and", "or", "in", "by",
            "for", "to", "vs", "per", "of", "from", "with", "against",
        ];
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word) && !self.is(at, &LINKS)
    }

    /// The named day at that place.
    pub fn named(&self, at: usize) -> Read<Rule> {
        let ru = |at: usize, stem: &str| crate::text::adjective(self.word(at), stem);
        let friday = words::weekday(self.word(at + 1)) == Some(5);
        if friday && (self.word(at) == "black" || ru(at, "черн")) {
            return Some((Rule::BlackFriday, at + 2));
        }
        let monday = |at: usize| words::weekday(self.word(at)) == Some(1);
        if self.word(at) == "cyber" || self.word(at) == "кибер" {
            let next = self.skip(at + 1, &["-"]);
            if monday(next) {
                return Some((Rule::CyberMonday, next + 1));
            }
        }
        let joined = self.word(at).strip_prefix("кибер").or_else(|| self.word(at).strip_prefix("cyber"));
        if joined.is_some_and(|rest| words::weekday(rest) == Some(1)) {
            return Some((Rule::CyberMonday, at + 1));
        }
        let found = self.names.iter().filter(|(name, _)| {
            !name.is_empty()
                && name.iter().enumerate().all(|(on, word)| crate::text::stem::same(self.word(at + on), word))
        });
        let (name, rule) = found.max_by_key(|(name, _)| name.len())?;
        Some((rule.clone(), at + name.len()))
    }
}
