//! Which values the words of a question name.

use std::collections::HashMap;

use crate::text::{stem, typo};

use super::{Entry, ValueIndex, fold};

/// How well words and a name agree, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The whole name or key, letter by letter.
    Exact,
    /// The whole name, inflected or in another alphabet.
    Form,
    /// The whole name with typing mistakes.
    Typo,
    /// Some of its words.
    Part,
}

/// A value that words name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The value.
    pub entry: &'a Entry,
    /// How well it agrees.
    pub quality: Quality,
}

impl ValueIndex {
    /// The values that these words, all of them, name: whole names first, then names that have all of the words. At most
    /// `limit` of the best quality found.
    pub fn find(&self, words: &[String], limit: usize) -> Vec<Hit<'_>> {
        if words.is_empty() || limit == 0 {
            return Vec::new();
        }
        let exact = self.names.get(&words.join(" "));
        let mut hits = self.hits(exact.into_iter().flatten().copied(), Quality::Exact);
        if hits.is_empty() {
            hits = self.by_roots(words, false);
        }
        if hits.is_empty() {
            hits = self.by_roots(words, true);
        }
        let best = hits.iter().map(|hit| hit.quality).min();
        hits.retain(|hit| Some(hit.quality) == best);
        hits.sort_by(|one, other| {
            other.entry.weight.cmp(&one.entry.weight).then_with(|| one.entry.key.cmp(&other.entry.key))
        });
        hits.truncate(limit);
        hits
    }

    /// Whether a value is called exactly so.
    pub fn knows(&self, words: &[String]) -> bool {
        self.names.contains_key(&words.join(" "))
    }

    fn hits(&self, places: impl Iterator<Item = u32>, quality: Quality) -> Vec<Hit<'_>> {
        let entries = places.filter_map(|at| self.entries.get(at as usize));
        entries.map(|entry| Hit { entry, quality }).collect()
    }

    fn by_roots(&self, words: &[String], mistakes: bool) -> Vec<Hit<'_>> {
        let mut common: Option<HashMap<u32, bool>> = None;
        for word in words {
            let root = fold::root(word);
            let mut found: HashMap<u32, bool> = HashMap::new();
            let places = self.words.get(&root).into_iter().flatten();
            found.extend(places.map(|at| (*at, false)));
            if mistakes && found.is_empty() {
                found.extend(self.misspelt(word, &root).into_iter().map(|at| (at, true)));
            }
            let both = match common {
                None => found,
                Some(common) => {
                    let kept = common.into_iter().filter_map(|(at, typo)| Some((at, typo || *found.get(&at)?)));
                    kept.collect()
                }
            };
            if both.is_empty() {
                return Vec::new();
            }
            common = Some(both);
        }
        let roots: Vec<String> = words.iter().map(|word| fold::root(word)).collect();
        let places = common.unwrap_or_default();
        let hits = places.into_iter().filter_map(|(at, typo)| {
            let entry = self.entries.get(at as usize)?;
            // "Грелки" are no "Greeks": fingers do not slip into another alphabet.
            if typo && !same_script(entry, words) {
                return None;
            }
            let whole = covers(entry, &roots, typo);
            // A part of a name with mistakes in it is a guess.
            let quality = match (whole, typo) {
                (true, false) => Quality::Form,
                (true, true) => Quality::Typo,
                // "Boxing day" is no "keepsake box for days": a part of a name is words of it side by side.
                (false, false) if words.len() > 1 && !together(entry, &roots) => return None,
                (false, false) => Quality::Part,
                (false, true) => return None,
            };
            Some(Hit { entry, quality })
        });
        let hits: Vec<Hit<'_>> = hits.collect();
        // "Австралии" and "Австрии" share a short root; the nearer form is meant.
        let near: Vec<Hit<'_>> =
            hits.iter().filter(|hit| names(hit.entry).any(|name| forms(&name, words))).cloned().collect();
        if near.is_empty() || near.len() == hits.len() { hits } else { near }
    }

    /// Entries with a word that this one may be a misspelling of. The first letter is rarely wrong.
    fn misspelt(&self, word: &str, root: &str) -> Vec<u32> {
        let letters = word.chars().count();
        if letters < 5 || word.chars().any(|char| char.is_ascii_digit()) {
            return Vec::new();
        }
        let Some(first) = root.chars().next() else { return Vec::new() };
        let begin = first.to_string();
        let limit = typo::allowed(letters).min(if letters < 8 { 1 } else { 2 });
        let mut best: Vec<u32> = Vec::new();
        let mut nearest = limit + 1;
        for (known, places) in self.words.range(begin..).take_while(|(known, _)| known.starts_with(first)) {
            // Short roots are near to too many words: "данные" is not "Дания".
            let shortest = known.chars().count().min(root.chars().count());
            let limit = limit.min(if shortest < 5 { 0 } else { limit });
            match typo::distance(root, known, limit) {
                Some(mistakes) if mistakes < nearest => {
                    nearest = mistakes;
                    best = places.clone();
                }
                Some(mistakes) if mistakes == nearest => best.extend(places),
                _ => {}
            }
        }
        best
    }
}

/// Whether each word has a word near it in the names of a value: in its own alphabet, or in what the value itself is called.
fn same_script(entry: &Entry, words: &[String]) -> bool {
    let near = |word: &String, known: &String| {
        let (one, other) = (fold::root(word), fold::root(known));
        let short = one.chars().count().min(other.chars().count()) < 5;
        let limit = if short { 0 } else { typo::allowed(word.chars().count()) };
        typo::distance(&one, &other, limit).is_some()
    };
    let label = fold::normal(&entry.label);
    let known: Vec<String> = names(entry).flatten().collect();
    words.iter().all(|word| {
        let own = known.iter().filter(|known| known.is_ascii() == word.is_ascii());
        own.chain(&label).any(|known| near(word, known))
    })
}

/// Whether those roots are all of a name: of the label, or of what it is called elsewhere, which may have another number of words.
fn covers(entry: &Entry, roots: &[String], typo: bool) -> bool {
    // A misspelt word has another root: there the number of words must do.
    names(entry)
        .any(|name| name.len() <= roots.len() && (typo || name.iter().all(|word| roots.contains(&fold::root(word)))))
}

/// Whether those roots stand side by side in a name.
fn together(entry: &Entry, roots: &[String]) -> bool {
    names(entry).any(|name| {
        let known: Vec<String> = name.iter().map(|word| fold::root(word)).collect();
        known.windows(roots.len()).any(|window| window == roots)
    })
}

/// What a value is called: its label, its key and what it is called elsewhere, as words.
fn names(entry: &Entry) -> impl Iterator<Item = Vec<String>> {
    let label = fold::normal(&entry.label);
    let whole = label.join(" ");
    let others: Vec<Vec<String>> = super::countries::others(&whole).map(fold::normal).collect();
    std::iter::once(label).chain(std::iter::once(fold::normal(&entry.key))).chain(others)
}

/// Whether each word is a form of a word of the name.
fn forms(name: &[String], words: &[String]) -> bool {
    words.iter().all(|word| name.iter().any(|known| stem::same(known, word)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Limits, normal};
    use super::*;
    use crate::catalogue::Dimension;

    fn index() -> ValueIndex {
        let mut index = ValueIndex::default();
        let city = || Dimension::Attribute("city".into());
        for value in ["Москва", "Санкт-Петербург", "Казань", "Нижний Новгород"]
        {
            index.insert(city(), value, None);
        }
        for value in ["United Kingdom", "Germany", "France", "EIRE"] {
            index.insert(Dimension::Attribute("country".into()), value, None);
        }
        index.insert(Dimension::Product, "85123A", Some("WHITE HANGING HEART T-LIGHT HOLDER"));
        index.insert(Dimension::Product, "P1", Some("Чайник электрический"));
        index.insert(Dimension::Product, "P2", Some("Чайник заварочный"));
        index.insert(Dimension::Customer, "12345", Some("Иван Петров"));
        index.insert(Dimension::Channel, "web", None);
        index
    }

    #[test]
    fn names_are_found_in_any_form() {
        let index = index();
        for (words, key, quality) in [
            ("москва", "Москва", Quality::Exact),
            ("москве", "Москва", Quality::Form),
            ("moskva", "Москва", Quality::Form),
            ("Moscow", "Москва", Quality::Exact),
            ("питере", "Санкт-Петербург", Quality::Form),
            ("санкт-петербурге", "Санкт-Петербург", Quality::Form),
            ("нижнем новгороде", "Нижний Новгород", Quality::Form),
            ("казани", "Казань", Quality::Form),
            ("германии", "Germany", Quality::Form),
            ("великобритании", "United Kingdom", Quality::Form),
            ("uk", "United Kingdom", Quality::Exact),
            ("ирландию", "EIRE", Quality::Form),
            ("Germny", "Germany", Quality::Typo),
            ("маскве", "Москва", Quality::Typo),
            ("85123a", "85123A", Quality::Exact),
            ("12345", "12345", Quality::Exact),
            ("ивана петрова", "12345", Quality::Form),
            ("электрический чайник", "P1", Quality::Form),
            ("white hanging heart", "85123A", Quality::Part),
            ("сайте", "web", Quality::Form),
        ] {
            let hits = index.find(&normal(words), 5);
            assert_eq!(hits.len(), 1, "{words}: {hits:?}");
            assert_eq!((hits[0].entry.key.as_str(), hits[0].quality), (key, quality), "{words}");
        }
        assert_eq!(index.find(&normal("чайники"), 5).len(), 2);
        for nothing in ["самовар", "", "?!", "а", "новгородец ивана"] {
            assert!(index.find(&normal(nothing), 5).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut index = ValueIndex::with_limits(Limits { values: 3, bytes: 1 << 20 });
        for number in 0..10 {
            index.insert(Dimension::Product, &format!("product {number}"), None);
            index.insert(Dimension::Product, "product 1", None);
        }
        assert_eq!((index.len(), index.left_out()), (3, 7));
        assert_eq!(index.get(&Dimension::Product, "product 1").unwrap().weight, 11);
    }
}
