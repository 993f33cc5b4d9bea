//! The words that questions are made of, found by their letters or their stems, and put right where they are misspelt.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use kupets_semantic::catalogue::{ABSENT, ATTRIBUTES, DIMENSIONS, METRICS};
use kupets_semantic::text::{Kind, Token, stem::stem, tokenize, typo};

use super::concept::Concept;
use super::words::phrases;

/// A phrase that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub concept: Concept,
    /// Tokens it takes.
    pub len: usize,
    /// Letter by letter, not by its stems.
    pub exact: bool,
}

/// What a word may be guessed for: the more a wrong guess costs, the nearer it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Nothing,
    Refuses,
    Something,
}

type Phrases = HashMap<String, Vec<(Vec<String>, Concept)>>;

/// All phrases.
pub(super) struct Lexicon {
    exact: Phrases,
    stems: Phrases,
    /// Words that may be misspelt, with their stems, and whether they say anything.
    words: Vec<(String, String, Says)>,
    known: HashSet<String>,
}

/// The lexicon, made once.
pub(super) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(Lexicon::new)
}

impl Lexicon {
    fn new() -> Self {
        let mut made = Self { exact: HashMap::new(), stems: HashMap::new(), words: Vec::new(), known: HashSet::new() };
        let mut seen: HashSet<String> = HashSet::new();
        for (phrase, concept) in phrases() {
            made.add(phrase, &concept, &mut seen);
        }
        let metrics = METRICS.iter().map(|known| (known.names, Concept::Metric(known.metric)));
        let dimensions = DIMENSIONS.into_iter().map(|(dimension, _, names)| (names, Concept::Dimension(dimension)));
        let attributes = ATTRIBUTES.iter().enumerate().map(|(at, (_, names))| (*names, Concept::Attribute(at)));
        let absent = ABSENT.iter().enumerate().map(|(at, absent)| (absent.names, Concept::Absent(at)));
        for (names, concept) in metrics.chain(dimensions).chain(attributes).chain(absent) {
            for phrase in names.all() {
                made.add(phrase, &concept, &mut seen);
            }
        }
        // A word that says something in one phrase says something.
        made.words.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.2.cmp(&one.2)));
        made.words.dedup_by(|one, other| one.0 == other.0);
        made
    }

    fn add(&mut self, phrase: &str, concept: &Concept, seen: &mut HashSet<String>) {
        let (exactly, phrase) = phrase.strip_prefix('=').map_or((false, phrase), |phrase| (true, phrase));
        let words: Vec<String> = tokenize(phrase).into_iter().map(|token| token.text).collect();
        let Some(first) = words.first().cloned() else { return };
        if !seen.insert(words.join(" ")) {
            return;
        }
        for word in &words {
            self.known.insert(word.clone());
            if word.chars().count() >= 4 {
                // A refusal is no guess: its words are taken letter by letter, and so are filling words told so.
                if *concept != Concept::Alien && !(exactly && *concept == Concept::Fluff) {
                    let says = match concept {
                        Concept::Fluff | Concept::Money => Says::Nothing,
                        Concept::Absent(_) => Says::Refuses,
                        _ => Says::Something,
                    };
                    self.words.push((word.clone(), stem(word), says));
                }
            }
        }
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        if exactly {
            self.exact.entry(first).or_default().push((words, concept.clone()));
            return;
        }
        self.stems.entry(stem(&first)).or_default().push((stems, concept.clone()));
        self.exact.entry(first).or_default().push((words, concept.clone()));
    }

    /// The longest phrase at that token; letters count for more than stems.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<Found> {
        let token = tokens.get(at)?;
        let exact = longest(self.exact.get(&token.text), |place| Some(tokens.get(at + place)?.text.clone()));
        let found = longest(self.stems.get(&stem(&token.text)), |place| Some(stem(&tokens.get(at + place)?.text)));
        match (exact, found) {
            (Some((concept, len)), None) => Some(Found { concept, len, exact: true }),
            (Some((concept, len)), Some((_, other))) if len >= other => Some(Found { concept, len, exact: true }),
            (_, Some((concept, len))) => Some(Found { concept, len, exact: false }),
            (None, None) => None,
        }
    }

    /// Whether the word stands in some phrase as it is.
    pub fn knows(&self, word: &str) -> bool {
        self.known.contains(word)
    }

    /// The word of a phrase that this one is a misspelling of.
    pub fn mended(&self, word: &str) -> Option<&str> {
        // Words of their own that are near to others.
        const OWN: [&str; 12] = [
            "розница",
            "розницу",
            "рознице",
            "розницы",
            "розницей",
            "сумка",
            "сумки",
            "сумку",
            "цена",
            "цены",
            "price",
            "prices",
        ];
        if OWN.contains(&word) {
            return None;
        }
        let letters = word.chars().count();
        if letters < 4 || word.chars().any(|char| !char.is_alphabetic()) {
            return None;
        }
        let limit = if letters >= 9 { 2 } else { 1 };
        let first = word.chars().next()?;
        let root = stem(word);
        let mut best: Option<(usize, &str)> = None;
        for (known, known_root, says) in &self.words {
            let same_start = known.starts_with(first)
                || known.chars().nth(1) == Some(first) && word.chars().nth(1) == known.chars().next();
            if !same_start || letters == 4 && !lacks_vowel(word, known) && !swapped(word, known) {
                continue;
            }
            // A refusal is guessed of a word of as many letters only: "подставки" are no "поставки".
            if *says == Says::Refuses && letters != known.chars().count() {
                continue;
            }
            // A word that says nothing is not guessed: it would take a word that says something out of the question.
            if *says == Says::Nothing && letters < 7 {
                continue;
            }
            let limit = if *says == Says::Something { limit } else { 1 };
            let whole = typo::distance(word, known, limit).filter(|_| letters >= 7 || typo::likely(word, known));
            let roots = typo::distance(&root, known_root, 1)
                .filter(|_| *says == Says::Something && known_root.chars().count() >= 5)
                .filter(|_| letters >= 7 || typo::likely(&root, known_root));
            // The whole word counts for more than its stem.
            let whole = whole.map(|mistakes| mistakes * 2);
            let roots = roots.map(|mistakes| mistakes.max(1) * 2 + 1);
            let Some(mistakes) = whole.into_iter().chain(roots).min() else { continue };
            if best.is_none_or(|(least, _)| mistakes < least) {
                best = Some((mistakes, known));
            }
        }
        best.map(|(_, word)| word)
    }
}

/// Whether a word is another without one of its vowels ("ordr"): a short word that differs otherwise is another word.
fn lacks_vowel(word: &str, known: &str) -> bool {
    let letters: Vec<char> = known.chars().collect();
    letters.len() == word.chars().count() + 1
        && (0..letters.len()).any(|at| {
            "аоеиыуэюяaeiouy".contains(letters[at])
                && letters.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, char)| *char).eq(word.chars())
        })
}

/// Whether a word is another with two neighbours in each other's place ("mnay").
fn swapped(word: &str, known: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    one.len() == other.len()
        && (1..one.len()).any(|at| {
            let mut turned = one.clone();
            turned.swap(at - 1, at);
            one[at] != one[at - 1] && turned == other
        })
}

fn longest(
    phrases: Option<&Vec<(Vec<String>, Concept)>>,
    word: impl Fn(usize) -> Option<String>,
) -> Option<(Concept, usize)> {
    let mut best: Option<(&Concept, usize)> = None;
    for (phrase, concept) in phrases? {
        let longer = best.is_none_or(|(_, len)| phrase.len() > len);
        if longer && phrase.iter().enumerate().all(|(place, part)| word(place).as_ref() == Some(part)) {
            best = Some((concept, phrase.len()));
        }
    }
    best.map(|(concept, len)| (concept.clone(), len))
}

/// Whether a token is only a mark that needs no explanation.
pub(super) fn silent(token: &Token) -> bool {
    token.kind == Kind::Mark
        && !matches!(token.text.as_str(), "%" | "&" | "$" | "€" | "£" | "₽" | "," | "/" | ">" | "<")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_semantic::catalogue::Metric;

    use super::*;

    #[test]
    fn phrases_are_found_in_any_form() {
        let found = |text: &str| lexicon().at(&tokenize(text), 0).map(|found| found.concept);
        for (text, metric) in [
            ("выручку", Metric::Revenue),
            ("среднего чека", Metric::AverageOrder),
            ("новыми клиентами", Metric::NewCustomers),
            ("average order values", Metric::AverageOrder),
            ("доле возвратов", Metric::RefundRate),
            ("first-time buyers", Metric::NewCustomers),
        ] {
            assert_eq!(found(text), Some(Concept::Metric(metric)), "{text}");
        }
        assert_eq!(found("самовар"), None);
        for (wrong, right) in
            [("выруча", "выручка"), ("выручкка", "выручка"), ("revenu", "revenue"), ("customrs", "customers")]
        {
            assert_eq!(stem(lexicon().mended(wrong).unwrap()), stem(right), "{wrong}");
        }
        assert_eq!(lexicon().mended("самовар"), None);
    }
}
