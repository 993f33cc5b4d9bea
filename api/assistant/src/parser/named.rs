//! Names of the data in the words of a question: where they may stand, and which words are none.

use std::ops::Range;

use kupets_semantic::catalogue::{ATTRIBUTES, Dimension, UnitOf};
use kupets_semantic::text::{Kind, stem, tokenize};
use kupets_semantic::values::{Entry, Quality, ValueIndex};

use super::concept::{Concept, Noun};
use super::lexicon::{lexicon, silent};
use super::scan::{MOST_HITS, Scan, What, slice_words};

impl Scan {
    /// Names of two words and more, whole ones only.
    pub(super) fn long_names(&self, values: &ValueIndex, taken: &[bool]) -> Vec<(Range<usize>, Vec<Entry>, Quality)> {
        let mut found: Vec<(Range<usize>, Vec<Entry>, Quality)> = Vec::new();
        if values.is_empty() {
            return found;
        }
        let mut at = 0;
        while at < self.tokens.len() {
            let most = (at..self.tokens.len()).take(12).take_while(|place| !taken[*place]).count();
            let mut step = 1;
            for count in (2..=most).rev() {
                let range = at..at + count;
                let edges = [&self.tokens[range.start], &self.tokens[range.end - 1]];
                let words = slice_words(&self.tokens, range.clone());
                if edges.iter().any(|token| token.kind == Kind::Mark) || words.len() < 2 && count < 2 {
                    continue;
                }
                let hits = values.find(&words, MOST_HITS);
                let Some(quality) = hits.first().map(|hit| hit.quality).filter(|quality| *quality <= Quality::Form)
                else {
                    continue;
                };
                found.push((range, hits.into_iter().map(|hit| hit.entry.clone()).collect(), quality));
                step = count;
                break;
            }
            at += step;
        }
        found
    }

    /// The longest name at that token, of words that say nothing else.
    pub(super) fn name(&self, at: usize, free: usize, values: &ValueIndex, forms: bool) -> Option<(What, usize)> {
        if values.is_empty() {
            return None;
        }
        let unknown = |place: usize| place == at || lexicon().at(&self.tokens, place).is_none_or(|found| !found.exact);
        let most = (at..at + free.min(7)).take_while(|place| unknown(*place) && !silent(&self.tokens[*place])).count();
        let mut best: Option<(What, usize, Quality)> = None;
        for count in (1..=most).rev() {
            let words = slice_words(&self.tokens, at..at + count);
            let mut hits = values.find(&words, MOST_HITS);
            // "Топ-5", "за 30 дней": a number alone names something only where a word before it says what.
            if words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
                let key = self.looks_like_key(at, count);
                hits.retain(|hit| self.introduces(at, &hit.entry.dimension) || key && hit.entry.key == words.concat());
            }
            // "No", "it" and "us" are codes of countries in capital letters only.
            let code = matches!(words.as_slice(), [word] if word.chars().count() == 2 && word.chars().all(char::is_alphabetic));
            if code
                && !["uk", "gb", "eu", "рф", "ес", "вк", "тг", "нн"].contains(&words.concat().as_str())
                && !self.shouted(at)
            {
                continue;
            }
            let Some(quality) = hits.first().map(|hit| hit.quality) else { continue };
            if quality != Quality::Exact && !forms {
                continue;
            }
            if best.as_ref().is_none_or(|(.., known)| quality < *known) {
                best = Some((
                    What::Name(hits.into_iter().map(|hit| hit.entry.clone()).collect(), quality),
                    count,
                    quality,
                ));
            }
        }
        best.map(|(what, count, _)| (what, count))
    }

    /// An attribute of the workspace by its own name: `loyalty_tier` is also "loyalty tiers".
    pub(super) fn attribute(&self, at: usize, free: usize, values: &ValueIndex) -> Option<(Dimension, usize)> {
        let found = values.attributes().filter_map(|name| {
            let parts: Vec<String> =
                tokenize(name).into_iter().filter(|token| token.kind != Kind::Mark).map(|token| token.text).collect();
            let mut place = at;
            for part in &parts {
                while place > at
                    && self.tokens.get(place).is_some_and(|token| token.kind == Kind::Mark && token.text != ",")
                {
                    place += 1;
                }
                let token =
                    self.tokens.get(place).filter(|token| place < at + free && stem::same(&token.text, part))?;
                place += usize::from(token.kind != Kind::Mark);
            }
            let letters: usize = parts.iter().map(|part| part.chars().count()).sum();
            (letters >= 3).then(|| (Dimension::Attribute(name.to_owned()), place - at))
        });
        found.max_by_key(|(_, count)| *count)
    }

    /// Whether a word stands in capital letters.
    pub(super) fn shouted(&self, at: usize) -> bool {
        let typed = self.words_at(at..at + 1);
        typed.chars().any(char::is_alphabetic) && typed.chars().all(|char| !char.is_lowercase())
    }

    /// "Доля 22423", "together with 22423": five digits and more that are a key of the data, and no amount, count or year.
    pub(super) fn looks_like_key(&self, at: usize, count: usize) -> bool {
        let token = &self.tokens[at];
        let says =
            |place: Option<usize>| place.and_then(|place| lexicon().at(&self.tokens, place)).map(|found| found.concept);
        let before = says(at.checked_sub(1));
        // "Заказ от 17511", and not "от 10000 до 20000".
        let next = self.tokens.get(at + count).map(|token| token.text.as_str());
        let from = at.checked_sub(1).is_some_and(|before| self.tokens[before].text == "от")
            && !matches!(next, Some("до" | "и" | "-" | "," | "тыс" | "тысяч" | "руб" | "рублей" | "фунтов"));
        // "14646 by revenue": only what the number itself counts.
        let by = self
            .tokens
            .get(at + count)
            .is_some_and(|token| ["по", "by", "в", "in", "за", "for"].contains(&token.text.as_str()));
        let after = says(Some(at + count)).filter(|_| !by);
        count == 1
            && token.text.chars().count() >= 5
            && !matches!(
                before.filter(|_| !from),
                Some(Concept::Bound(_) | Concept::Top | Concept::Worst | Concept::Latest | Concept::Money)
            )
            && !matches!(&after, Some(Concept::Money | Concept::Times | Concept::Noun(_) | Concept::Bound(_)))
            && !matches!(&after, Some(Concept::Metric(metric)) if metric.unit() != UnitOf::Currency)
    }

    /// Whether the words before that token say that a value of the dimension follows: "клиент 17850", "customer #12", "товар № 5".
    pub(super) fn introduces(&self, at: usize, dimension: &Dimension) -> bool {
        const NUMBER: [&str; 9] = ["#", "№", ":", "id", "no", "number", "номер", "номером", "код"];
        let before = (0..at).rev().find(|place| !NUMBER.contains(&self.tokens[*place].text.as_str()));
        let found = before.and_then(|place| lexicon().at(&self.tokens, place));
        match found.map(|found| found.concept.clone()) {
            Some(Concept::Noun(Noun::Customer)) => *dimension == Dimension::Customer,
            Some(Concept::Noun(Noun::Product)) => *dimension == Dimension::Product,
            Some(Concept::Dimension(said)) => *dimension == said,
            Some(Concept::Attribute(place)) => {
                ATTRIBUTES.get(place).is_some_and(|(name, _)| *dimension == Dimension::Attribute((*name).to_owned()))
            }
            _ => false,
        }
    }
}
