//! A question cut into what each of its words says: concepts, names of the data, numbers, times, and words that say nothing known.

use std::ops::Range;

use kupets_semantic::catalogue::ABSENT;
use kupets_semantic::find::{self, NamedDay, Said};
use kupets_semantic::period::Expr;
use kupets_semantic::text::numbers::{Number, amount};
use kupets_semantic::text::{Kind, Token, layout, tokenize, translit, typo};
use kupets_semantic::values::{Entry, Quality, ValueIndex, normal, words};

use super::concept::Concept;
use super::lexicon::{lexicon, silent};

/// Values that one name may stand for.
pub(super) const MOST_HITS: usize = 12;

/// What words say.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A concept.
    Says(Concept),
    /// A name of the data: the values it may be.
    Name(Vec<Entry>, Quality),
    /// A number.
    Number(Number),
    /// Something of time, told by [`Said`].
    Time,
    /// Nothing known.
    Unknown,
    /// Punctuation.
    Silent,
}

/// Words and what they say.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub what: What,
    pub tokens: Range<usize>,
}

/// A question as it was read.
#[derive(Debug)]
pub(super) struct Scan {
    pub text: String,
    pub tokens: Vec<Token>,
    pub marks: Vec<Mark>,
    pub said: Said,
    /// Words that were put right: as they were typed, and as they were read.
    pub mended: Vec<(String, String)>,
}

/// What is not in every shop's data is a metric where it is in this one's.
fn recorded(mark: &mut Mark, values: &ValueIndex) {
    if let What::Says(Concept::Absent(place)) = mark.what
        && let Some(metric) = ABSENT.get(place).and_then(|absent| absent.metric)
        && values.records(metric)
    {
        mark.what = What::Says(Concept::Metric(metric));
    }
}

impl Scan {
    /// "In that time" after a question about a period: the same one, and so none of its own.
    pub(super) fn forget_same_time(&mut self) {
        const SAME: [&str; 34] = [
            "тот же период",
            "за тот же период",
            "в тот же период",
            "тот же месяц",
            "за тот же месяц",
            "ту же неделю",
            "за ту же неделю",
            "тот же квартал",
            "за тот же квартал",
            "за тот же год",
            "тот же год",
            "за тот же день",
            "в то же время",
            "за то же время",
            "в том же месяце",
            "в том же году",
            "the same period",
            "for the same period",
            "in the same period",
            "the same month",
            "for the same month",
            "in the same month",
            "in that time",
            "that time",
            "at that time",
            "over that time",
            "back then",
            "in those days",
            "тогда",
            "в то время",
            "за то время",
            "за это время",
            "в тот период",
            "за тот период",
        ];
        let same = |words: &str| SAME.contains(&words.to_lowercase().trim());
        let found: Vec<bool> = self
            .said
            .periods
            .iter()
            .map(|found| matches!(found.expr, Expr::Vague(_)) && same(&self.words_at(found.tokens.clone())))
            .collect();
        let mut found = found.into_iter();
        self.said.periods.retain(|_| !found.next().unwrap_or_default());
    }

    /// Reads a question.
    pub fn new(question: &str, values: &ValueIndex, named: &[NamedDay]) -> Self {
        let spoken = |word: &str| {
            lexicon().knows(word)
                || find::known(word)
                || match tokenize(word).as_slice() {
                    tokens @ [_] => lexicon().at(tokens, 0).is_some(),
                    _ => false,
                }
        };
        let named_so = |word: &str| {
            let words = normal(word);
            let long = word.chars().count() >= 5;
            values.knows(&words)
                || long && values.find(&words, 1).first().is_some_and(|hit| hit.quality <= Quality::Form)
        };
        let known = |word: &str| spoken(word) || named_so(word);
        let text = layout::mend(question, known).unwrap_or_else(|| question.to_owned());
        let text = translit::mend(&text, known).unwrap_or(text);
        let tokens = tokenize(&text);
        // A long name may have words of time in it: they are no period.
        let mut masked = tokens.clone();
        for range in exact_names(&tokens, values) {
            masked[range].iter_mut().for_each(|token| token.text = MASK.to_owned());
        }
        let said = find::read(&masked, named);
        let mut scan = Self { text, tokens, marks: Vec::new(), said, mended: Vec::new() };
        scan.take_falling_days();
        scan.read(values);
        scan
    }

    /// The question without the names of the data, which may be in any language.
    pub fn own_words(&self) -> String {
        let own = self.marks.iter().filter(|mark| !matches!(mark.what, What::Name(..)));
        own.map(|mark| self.typed(mark)).collect::<Vec<_>>().join(" ")
    }

    /// The words of a mark, as they were typed.
    pub fn typed(&self, mark: &Mark) -> String {
        self.words_at(mark.tokens.clone())
    }

    /// The words of those tokens, as they were typed.
    pub fn words_at(&self, tokens: Range<usize>) -> String {
        let first = self.tokens.get(tokens.start).map_or(0, |token| token.span.start);
        let last = tokens.end.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(first, |token| token.span.end);
        self.text.get(first..last).unwrap_or_default().to_owned()
    }

    fn read(&mut self, values: &ValueIndex) {
        let len = self.tokens.len();
        let mut taken = vec![false; len];
        let mut marks: Vec<Mark> = Vec::new();
        let claim = |marks: &mut Vec<Mark>, taken: &mut [bool], tokens: Range<usize>, what: What| {
            for at in tokens.clone() {
                if let Some(place) = taken.get_mut(at) {
                    *place = true;
                }
            }
            marks.push(Mark { what, tokens });
        };
        for (tokens, name) in self.quoted() {
            let hits = values.find(&normal(&name), MOST_HITS);
            // A word in quotation marks that is only a part of some name may be a word of the question.
            let part = |quality: &Quality| *quality != Quality::Part || normal(&name).len() > 1;
            if let Some(quality) = hits.first().map(|hit| hit.quality).filter(part) {
                let entries = hits.into_iter().map(|hit| hit.entry.clone()).collect();
                claim(&mut marks, &mut taken, tokens, What::Name(entries, quality));
            }
        }
        self.drop_doubtful(values, &taken);
        let mut times: Vec<Range<usize>> = self.said.periods.iter().map(|found| found.tokens.clone()).collect();
        times.extend(self.said.comparison.iter().map(|found| found.tokens.clone()));
        times.extend(self.said.weekdays.iter().map(|found| found.tokens.clone()));
        times.extend(self.said.repeated.iter().cloned());
        times.extend(self.said.hours.iter().map(|found| found.tokens.clone()));
        times.extend(self.said.grain.iter().map(|found| found.tokens.clone()));
        times.extend(self.said.average.iter().map(|found| found.tokens.clone()));
        for time in times {
            if time.clone().all(|at| taken.get(at) == Some(&false)) {
                claim(&mut marks, &mut taken, time, What::Time);
            }
        }
        for (tokens, entries, quality) in self.long_names(values, &taken) {
            if tokens.clone().all(|at| !taken[at]) {
                claim(&mut marks, &mut taken, tokens, What::Name(entries, quality));
            }
        }
        let mut at = 0;
        while at < len {
            if taken[at] {
                at += 1;
                continue;
            }
            let free = (at..len).take_while(|at| !taken[*at]).count();
            let (what, count) = self.one(at, free, values);
            let count = count.max(1);
            self.tell_mended(&what, at..at + count);
            claim(&mut marks, &mut taken, at..at + count, what);
            at += count;
        }
        marks.sort_by_key(|mark| mark.tokens.start);
        self.part_returns(&mut marks);
        marks.iter_mut().for_each(|mark| recorded(mark, values));
        self.marks = marks;
        self.take_all_but();
        self.take_average();
    }

    /// "Every country but Germany": after a word for all of them, "but" leaves out what follows.
    fn take_all_but(&mut self) {
        const ALL: [&str; 16] = [
            "all",
            "every",
            "each",
            "any",
            "everything",
            "everyone",
            "everybody",
            "anyone",
            "anything",
            "everywhere",
            "anywhere",
            "nothing",
            "nobody",
            "whole",
            "все",
            "всех",
        ];
        const BUT: [&str; 4] = ["but", "bar", "save", "besides"];
        for at in 1..self.marks.len() {
            let typed = self.typed(&self.marks[at]).to_lowercase();
            let all = (at.saturating_sub(4)..at).any(|before| {
                self.typed(&self.marks[before]).to_lowercase().split(' ').any(|word| ALL.contains(&word))
            });
            let named = self
                .marks
                .iter()
                .skip(at + 1)
                .find(|mark| !matches!(mark.what, What::Silent | What::Says(Concept::Fluff)))
                .is_some_and(|mark| matches!(mark.what, What::Name(..)));
            if BUT.contains(&typed.as_str()) && all && named {
                self.marks[at].what = What::Says(Concept::Not);
            }
        }
    }

    /// Drops totals that belong to a phrase ("больше всего"), and periods that are not certain where the same words are a name of the data.
    fn drop_doubtful(&mut self, values: &ValueIndex, taken: &[bool]) {
        let tokens = &self.tokens;
        let named = |range: &Range<usize>| {
            let words = slice_words(tokens, range.clone());
            range.clone().any(|at| taken.get(at) == Some(&true)) || values.knows(&words)
        };
        let phrased = |range: &Range<usize>| {
            let before = range.start.checked_sub(1);
            range.len() == 1 && before.and_then(|at| lexicon().at(tokens, at)).is_some_and(|found| found.len > 1)
        };
        // "Давно не заказывали": a phrase of its own.
        let begins =
            |range: &Range<usize>| lexicon().at(tokens, range.start).is_some_and(|found| found.len > range.len());
        self.said.periods.retain(|found| !matches!(found.expr, Expr::Vague(_)) || !begins(&found.tokens));
        self.said.periods.retain(|found| found.expr != Expr::All || !phrased(&found.tokens));
        self.said.periods.retain(|found| {
            (found.certain || !named(&found.tokens)) && !(found.tokens.clone().all(|at| taken.get(at) == Some(&true)))
        });
    }

    /// The texts between quotation marks, with their tokens.
    fn quoted(&self) -> Vec<(Range<usize>, String)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let close = match self.tokens[at].text.as_str() {
                "«" => "»",
                "\"" => "\"",
                "“" => "”",
                "„" => "“",
                _ => {
                    at += 1;
                    continue;
                }
            };
            let end = (at + 1..self.tokens.len()).find(|end| self.tokens[*end].text == close);
            let Some(end) = end.filter(|end| *end > at + 1) else {
                at += 1;
                continue;
            };
            let text = self.text.get(self.tokens[at].span.end..self.tokens[end].span.start).unwrap_or_default();
            found.push((at..end + 1, text.to_owned()));
            at = end + 1;
        }
        found
    }

    /// What the words at that token say, and how many they are; `free` tokens are free.
    fn one(&self, at: usize, free: usize, values: &ValueIndex) -> (What, usize) {
        let token = &self.tokens[at];
        // "Account for this year": "for" belongs to the time, and no account is meant.
        let accounts = token.text == "account" && self.tokens.get(at + 1).is_some_and(|next| next.text == "for");
        if accounts {
            return (What::Says(Concept::Fluff), 1);
        }
        let found = lexicon().at(&self.tokens[..at + free], at);
        let alone = |entries: Option<(What, usize)>| entries.filter(|(_, count)| *count >= 1);
        match &found {
            Some(found) if found.len > 1 => return (What::Says(found.concept.clone()), found.len),
            Some(found) => {
                // A city called like a verb: a name with a capital letter, against a word known by its stem only.
                let name = (!found.exact
                    || found.concept == Concept::Fluff && token.capital && at > 0 && token.text.chars().count() > 2)
                    .then(|| {
                        // "Дании" is no form of "данные": a word that says nothing gives way to a name in its own form.
                        let forms = token.capital && (at > 0 || found.concept != Concept::Fluff);
                        alone(self.name(at, free, values, forms))
                    })
                    .flatten();
                return name.unwrap_or((What::Says(found.concept.clone()), 1));
            }
            None => {}
        }
        if silent(token) {
            return (What::Silent, 1);
        }
        if let Some((attribute, count)) = self.attribute(at, free, values) {
            return (What::Says(Concept::Dimension(attribute)), count);
        }
        if let Some(number) = collective(&token.text) {
            return (What::Number(Number::whole(number)), 1);
        }
        if let Some(name) = self
            .name(at, free, values, true)
            .filter(|(what, _)| !matches!(what, What::Name(_, Quality::Typo | Quality::Part)))
        {
            return name;
        }
        if let Some((number, end)) = amount(&self.tokens[..at + free], at) {
            return (What::Number(number), end - at);
        }
        if let Some(found) = self.misspelt(at, free) {
            return found;
        }
        if self.ends_name(at) {
            return (What::Says(Concept::Fluff), 1);
        }
        if slip(&token.text) {
            return (What::Says(Concept::Fluff), 1);
        }
        // A unit of time is no part of a name.
        if find::known(&token.text) {
            return (What::Unknown, 1);
        }
        self.name(at, free, values, true).unwrap_or((What::Unknown, 1))
    }

    /// "Doormat'ов": a Russian ending after a name in Latin letters.
    fn ends_name(&self, at: usize) -> bool {
        const ENDINGS: [&str; 20] = [
            "а", "у", "ы", "и", "е", "ом", "ов", "ам", "ами", "ах", "ой", "ю", "ем", "ей", "я", "ям", "ями", "ях",
            "ев", "ою",
        ];
        let Some(mark) = at.checked_sub(1).and_then(|mark| self.tokens.get(mark)) else { return false };
        let latin = at
            .checked_sub(2)
            .and_then(|name| self.tokens.get(name))
            .is_some_and(|name| name.kind == Kind::Word && name.text.is_ascii());
        latin
            && mark.glued
            && self.tokens[at].glued
            && matches!(mark.text.as_str(), "'" | "-")
            && ENDINGS.contains(&self.tokens[at].text.as_str())
    }

    /// "Which customers returned the most": they sent goods back, and did not come again.
    fn part_returns(&self, marks: &mut Vec<Mark>) {
        let returning = What::Says(Concept::Metric(kupets_semantic::catalogue::Metric::ReturningCustomers));
        let found = (0..marks.len()).find(|at| {
            let typed = self.typed(&marks[*at]).to_lowercase();
            let most =
                marks.get(at + 1).is_some_and(|next| matches!(next.what, What::Says(Concept::Top | Concept::Worst)));
            marks[*at].what == returning && most && typed.ends_with(" returned") && marks[*at].tokens.len() == 2
        });
        let Some(at) = found else { return };
        let tokens = marks[at].tokens.clone();
        marks[at] = Mark {
            what: What::Says(Concept::Noun(super::concept::Noun::Customer)),
            tokens: tokens.start..tokens.start + 1,
        };
        let refunds = What::Says(Concept::Metric(kupets_semantic::catalogue::Metric::Refunds));
        marks.insert(at + 1, Mark { what: refunds, tokens: tokens.start + 1..tokens.end });
    }

    /// Keeps which misspelt words were put right, where they say something.
    fn tell_mended(&mut self, what: &What, tokens: Range<usize>) {
        let What::Says(concept) = what else { return };
        if *concept == Concept::Fluff {
            return;
        }
        for at in tokens {
            let token = &self.tokens[at];
            let unknown = token.kind == Kind::Word && !lexicon().knows(&token.text);
            if unknown
                && lexicon().at(std::slice::from_ref(token), 0).is_none()
                && let Some(word) = lexicon().mended(&token.text)
            {
                self.mended.push((self.words_at(at..at + 1), word.to_owned()));
            }
        }
    }

    /// The phrase at that token, where its words are misspelt.
    fn misspelt(&self, at: usize, free: usize) -> Option<(What, usize)> {
        let end = (at + free).min(at + 5).min(self.tokens.len());
        let mut tokens = self.tokens[..end].to_vec();
        for token in tokens.iter_mut().skip(at) {
            // A short word with a capital letter inside a question is a name, and a word of time is what it is.
            let own = token.capital && at > 0 && token.text.chars().count() <= 5 || find::known(&token.text);
            if token.kind == Kind::Word
                && !own
                && lexicon().at(std::slice::from_ref(token), 0).is_none()
                && let Some(word) = lexicon().mended(&token.text)
            {
                word.clone_into(&mut token.text);
            }
        }
        let found = lexicon().at(&tokens, at)?;
        Some((What::Says(found.concept), found.len))
    }
}

/// A preposition of two letters with a key beside the right one ("зв" for "за").
fn slip(word: &str) -> bool {
    const PREPOSITIONS: [&str; 7] = ["за", "по", "на", "во", "из", "от", "со"];
    word.chars().count() == 2
        && PREPOSITIONS.iter().any(|right| {
            let same = word.chars().zip(right.chars()).filter(|(one, other)| one == other).count();
            same == 1 && typo::beside(word, right)
        })
}

/// "Пятёрка", "тройка", "dozen": a number as a noun.
fn collective(word: &str) -> Option<i64> {
    const NOUNS: [(&str, i64); 9] = [
        ("двойк", 2),
        ("тройк", 3),
        ("четверк", 4),
        ("пятерк", 5),
        ("шестерк", 6),
        ("семерк", 7),
        ("десятк", 10),
        ("дюжин", 12),
        ("двадцатк", 20),
    ];
    let found = NOUNS.iter().find(|(noun, _)| {
        word.strip_prefix(noun).is_some_and(|end| ["а", "у", "е", "и", "ой", "ах", "ами"].contains(&end))
    });
    found.map(|(_, number)| *number)
}

/// What stands for the words of a long name where times are looked for.
const MASK: &str = "\u{fffc}";

/// Names of three words and more that stand there letter by letter.
fn exact_names(tokens: &[Token], values: &ValueIndex) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let longest = (at + 3..=tokens.len().min(at + 12)).rev().find(|end| {
            let words = slice_words(tokens, at..*end);
            tokens[*end - 1].kind != Kind::Mark && words.len() >= 3 && values.knows(&words)
        });
        match longest {
            Some(end) if tokens[at].kind != Kind::Mark => {
                found.push(at..end);
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

pub(super) fn slice_words(tokens: &[Token], range: Range<usize>) -> Vec<String> {
    words(tokens.get(range).unwrap_or_default())
}
