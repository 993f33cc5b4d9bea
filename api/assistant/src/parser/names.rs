//! Names of the data in a question: which value each is, and whether it is meant or left out.

use kupets_semantic::catalogue::{ATTRIBUTES, Dimension};
use kupets_semantic::plan::Filter;
use kupets_semantic::text::stem;
use kupets_semantic::values::{Entry, Quality, ValueIndex};

use super::concept::{Concept, Noun};
use super::reading::{Doubt, Reading};
use super::scan::{Mark, Scan, What};

/// The attribute of the data that people call so.
pub(super) fn attribute(place: usize, values: &ValueIndex) -> Option<Dimension> {
    let (name, names) = ATTRIBUTES.get(place)?;
    let fits = |known: &&str| {
        let known = known.to_lowercase();
        known == *name
            || names.all().any(|name| name == known)
            || known.split(['_', '-', ' ']).any(|part| part == *name)
    };
    let found = values.attributes().find(fits)?;
    Some(Dimension::Attribute(found.to_owned()))
}

/// What a word before a name says it is.
fn context(concept: &Concept, values: &ValueIndex) -> Option<Dimension> {
    match concept {
        Concept::Noun(Noun::Customer) => Some(Dimension::Customer),
        Concept::Noun(Noun::Product) => Some(Dimension::Product),
        Concept::Dimension(dimension) => Some(dimension.clone()),
        Concept::Attribute(place) => attribute(*place, values),
        _ => None,
    }
}

/// Of names that differ in nothing but their letters' case, the one that was typed; else the one that is seen far more often.
fn prefer(entries: &mut Vec<Entry>, typed: &str) {
    let Some(first) = entries.first().cloned() else { return };
    let same =
        |entry: &Entry| entry.dimension == first.dimension && entry.key.to_lowercase() == first.key.to_lowercase();
    if entries.iter().filter(|entry| entry.dimension == first.dimension).any(|entry| !same(entry)) {
        return;
    }
    let most = entries.iter().filter(|entry| same(entry)).map(|entry| entry.weight).max().unwrap_or(0);
    // A name in small letters may be typed so by a hand in a hurry: what is hardly ever seen is not meant.
    let rare = |entry: &Entry| entry.weight.saturating_mul(10) < most;
    let exact = entries.iter().any(|entry| same(entry) && entry.key == typed && !rare(entry));
    entries.retain(|entry| !same(entry) || if exact { entry.key == typed } else { entry.weight == most });
}

/// One plain word that a product or customer was called once, and is not now ("found", "amazon"): it may be meant as the word.
fn ordinary(scan: &Scan, mark: &Mark, entry: &Entry) -> bool {
    let typed = scan.typed(mark);
    let tokens = scan.tokens.get(mark.tokens.clone()).unwrap_or_default();
    let begins = mark.tokens.start == 0;
    let (label, words) = (kupets_semantic::values::normal(&entry.label), kupets_semantic::values::normal(&typed));
    let called = label.len() == words.len() && label.iter().zip(&words).all(|(one, other)| stem::same(one, other));
    matches!(entry.dimension, Dimension::Product | Dimension::Customer)
        && !called
        && tokens.len() == 1
        && typed.chars().all(char::is_alphabetic)
        && (begins || tokens.iter().all(|token| !token.capital))
}

impl Reading {
    /// Takes the names of a question as filters.
    pub(super) fn take_names(&mut self, scan: &Scan, values: &ValueIndex) {
        for (at, mark) in scan.marks.iter().enumerate() {
            if let What::Name(entries, quality) = &mark.what {
                self.take_name(scan, values, at, mark, entries, *quality);
            }
        }
    }

    /// "Зарубежные покупатели", "domestic sales": one's own country is the one that most records are of, where one has most of
    /// them; which it is, is told.
    pub(super) fn take_home(&mut self, scan: &Scan, values: &ValueIndex) {
        let home = Dimension::Attribute("country".to_owned());
        let named = self.filters.iter().any(|filter| filter.dimension() == Some(&home));
        if named || self.doubts.iter().any(|doubt| doubt.entries.iter().any(|entry| entry.dimension == home)) {
            return;
        }
        for (at, mark) in scan.marks.iter().enumerate() {
            let foreign = match &mark.what {
                What::Says(Concept::Foreign) => true,
                What::Says(Concept::Domestic) => false,
                _ => continue,
            };
            let all = values.values(&home, usize::MAX);
            let sum: u64 = all.iter().map(|entry| u64::from(entry.weight)).sum();
            let Some(own) = all.first().filter(|own| u64::from(own.weight) * 2 > sum) else { return };
            let sign = if foreign { "≠ " } else { "" };
            self.read_as.push((scan.typed(mark), format!("{sign}{}", own.label)));
            self.used[at] = true;
            self.add_value((*own).clone(), foreign);
            return;
        }
    }

    /// Takes hours of the day as a filter; which hours "the morning" has is told.
    pub(super) fn take_hours(&mut self, scan: &Scan) {
        let Some(found) = &scan.said.hours else { return };
        let values: Vec<String> = found.expr.hours().map(|hour| hour.to_string()).collect();
        let labels: Vec<String> = found.expr.hours().map(|hour| format!("{hour}:00")).collect();
        if !found.certain {
            let span = match (labels.first(), found.expr.hours().last()) {
                (Some(first), Some(last)) => format!("{first}–{last}:59"),
                _ => String::new(),
            };
            self.read_as.push((scan.words_at(found.tokens.clone()), span));
        }
        self.filters.push(Filter::one_of(Dimension::Hour, values, labels));
    }

    fn take_name(
        &mut self,
        scan: &Scan,
        values: &ValueIndex,
        at: usize,
        mark: &Mark,
        entries: &[Entry],
        quality: Quality,
    ) {
        let mut entries = entries.to_vec();
        let mut introduced = false;
        let beside = [self.before(scan, at, true), at.checked_add(1).filter(|next| *next < scan.marks.len())];
        for place in beside.into_iter().flatten() {
            let What::Says(concept) = &scan.marks[place].what else { continue };
            let Some(dimension) = context(concept, values).filter(|_| !self.used[place]) else { continue };
            if entries.iter().any(|entry| entry.dimension == dimension) {
                entries.retain(|entry| entry.dimension == dimension);
                // "Customers in Kazan" counts customers: only a name of a customer is called by them.
                self.used[place] = true;
                introduced = true;
                break;
            }
        }
        self.used[at] = true;
        let negated = self.negated(scan, at);
        let rank = |dimension: &Dimension| match dimension {
            Dimension::Category => 0,
            Dimension::Channel => 1,
            Dimension::Attribute(_) => 2,
            Dimension::Product => 3,
            Dimension::Customer => 4,
            _ => 5,
        };
        entries.sort_by_key(|entry| rank(&entry.dimension));
        let typed = scan.typed(mark);
        prefer(&mut entries, &typed);
        let Some(first) = entries.first().cloned() else { return };
        let alike = entries.iter().filter(|entry| entry.dimension == first.dimension).count();
        let words = kupets_semantic::values::normal(&typed).len();
        let doubtful = match quality {
            // One word of a longer name is a guess.
            Quality::Part => alike > 1 || words < 2,
            _ => alike > 1 || !introduced && ordinary(scan, mark, &first),
        };
        if doubtful && self.take_named_so(scan, values, &typed, &entries, negated) {
            return;
        }
        if doubtful {
            self.doubts.push(Doubt { typed, entries, negated });
            return;
        }
        if matches!(quality, Quality::Typo | Quality::Part) {
            self.read_as.push((typed, first.label.clone()));
        }
        for other in entries.iter().skip(1).filter(|entry| entry.dimension != first.dimension) {
            self.other_names.push((first.clone(), other.clone()));
        }
        self.add_value(first, negated);
    }

    /// "Lunch bag", "doormats": products of many names that have those words, all of them together, which is told.
    fn take_named_so(
        &mut self,
        scan: &Scan,
        values: &ValueIndex,
        typed: &str,
        entries: &[Entry],
        negated: bool,
    ) -> bool {
        const MOST: usize = 400;
        const LEAST: usize = 3;
        let goods = |entry: &Entry| entry.dimension == Dimension::Product;
        let other = self.filters.iter().any(|filter| filter.dimension() == Some(&Dimension::Product))
            || scan
                .marks
                .iter()
                .filter(|mark| matches!(&mark.what, What::Name(named, _) if named.iter().any(goods)))
                .count()
                > 1;
        let words = kupets_semantic::values::normal(typed);
        if other || words.is_empty() || !entries.iter().all(goods) {
            return false;
        }
        let hits = values.find(&words, MOST + 1);
        let fits = hits.len() <= MOST && hits.iter().all(|hit| goods(hit.entry) && hit.quality != Quality::Typo);
        // One word must be what many products are called first or last: "bunting", and not a word that some name has in it.
        let head = |label: &str| {
            let label = kupets_semantic::values::normal(label);
            let same = |one: Option<&String>| one.zip(words.first()).is_some_and(|(one, word)| stem::same(one, word));
            same(label.first()) || same(label.last())
        };
        let called = hits.iter().filter(|hit| head(&hit.entry.label)).count();
        let long = typed.chars().count() >= 4;
        // "Scandinavian revenue": a word that describes says of many things which they are.
        const DESCRIBES: [&str; 9] = ["ian", "ese", "ish", "ing", "ous", "ful", "less", "able", "ed"];
        if let [word] = words.as_slice()
            && DESCRIBES.iter().any(|end| word.ends_with(end))
        {
            return false;
        }
        if !fits || !long || words.len() == 1 && (called < LEAST || called * 3 < hits.len()) || hits.len() < 2 {
            return false;
        }
        self.read_as.push((typed.to_owned(), format!("*{}* ({})", words.join(" "), hits.len())));
        for hit in hits {
            self.add_value(hit.entry.clone(), negated);
        }
        true
    }

    /// Whether "except" stands before that name, or before the names that it is joined to.
    fn negated(&mut self, scan: &Scan, at: usize) -> bool {
        // "UK left out".
        let after = (at + 1..scan.marks.len().min(at + 5)).find(|place| {
            let named = matches!(scan.marks[*place].what, What::Name(..) | What::Silent)
                || matches!(scan.marks[*place].what, What::Says(Concept::And | Concept::Fluff));
            !named
        });
        // "DOT и POST выкинь", at the end.
        let last = |place: usize| scan.marks.iter().skip(place + 1).all(|mark| mark.what == What::Silent);
        let aside = |place: &usize| match scan.marks[*place].what {
            What::Says(Concept::Aside) => true,
            What::Says(Concept::Not) => last(*place) && scan.typed(&scan.marks[*place]).chars().count() > 4,
            _ => false,
        };
        if let Some(place) = after.filter(aside) {
            self.used[place] = true;
            return true;
        }
        if self.left_out(scan, at) {
            return true;
        }
        for place in (0..at).rev() {
            match &scan.marks[place].what {
                What::Says(Concept::Not) => {
                    self.used[place] = true;
                    return true;
                }
                // "Everything bought in the UK", "those from Spain", "orders placed in France": what is left out.
                What::Says(
                    Concept::These
                    | Concept::Everything
                    | Concept::Sold
                    | Concept::Bought
                    | Concept::Who
                    | Concept::Noun(Noun::Order | Noun::Sales),
                ) if self.those_left_out(scan, place) => {}
                What::Silent
                | What::Says(Concept::Fluff | Concept::And | Concept::Dimension(_) | Concept::Attribute(_)) => {}
                What::Says(Concept::Noun(Noun::Customer | Noun::Product)) => {}
                What::Name(..) if self.joined(scan, place, at) => {}
                _ => return false,
            }
        }
        false
    }

    /// Whether words for what was sold follow a word of leaving out: "not counting orders placed in". They say nothing more.
    fn those_left_out(&mut self, scan: &Scan, at: usize) -> bool {
        let passes = |place: usize| {
            matches!(
                scan.marks[place].what,
                What::Silent
                    | What::Says(
                        Concept::Fluff
                            | Concept::These
                            | Concept::Everything
                            | Concept::Sold
                            | Concept::Bought
                            | Concept::Who
                            | Concept::Noun(_)
                    )
            )
        };
        let Some(not) = (0..at).rev().find(|place| !passes(*place)) else { return false };
        let says = scan.marks[not].what == What::Says(Concept::Not);
        // "Products not sold in Germany" are another thing.
        let things = scan.marks.get(not + 1).is_some_and(|next| {
            !matches!(next.what, What::Says(Concept::Sold | Concept::Bought | Concept::Fluff))
                || scan.typed(next).eq_ignore_ascii_case("the")
        });
        if says && things {
            for place in not + 1..=at {
                self.used[place] = true;
            }
        }
        says && things
    }

    /// "Leave Australia out", "take the UK away".
    fn left_out(&mut self, scan: &Scan, at: usize) -> bool {
        const TAKE: [&str; 22] = [
            "leave",
            "leaving",
            "leaves",
            "take",
            "taking",
            "keep",
            "keeping",
            "strip",
            "stripping",
            "cut",
            "cutting",
            "count",
            "counting",
            "throw",
            "throwing",
            "knock",
            "filter",
            "filtering",
            "rule",
            "drop",
            "we leave",
            "you leave",
        ];
        let typed = |place: usize| scan.typed(&scan.marks[place]).to_lowercase();
        let after = (at + 1..scan.marks.len()).find(|place| !matches!(scan.marks[*place].what, What::Silent));
        let Some(after) = after.filter(|place| {
            let typed = typed(*place);
            ["out", "off", "aside", "away", "out of it", "out as well", "out too"].contains(&typed.as_str())
        }) else {
            return false;
        };
        let before = (0..at).rev().find(|place| {
            let word = typed(*place);
            !matches!(scan.marks[*place].what, What::Silent) && !matches!(word.as_str(), "the" | "all" | "all the")
        });
        let Some(before) = before.filter(|place| TAKE.contains(&typed(*place).as_str())) else { return false };
        self.used[before] = true;
        self.used[after] = true;
        true
    }

    fn joined(&self, scan: &Scan, from: usize, to: usize) -> bool {
        (from + 1..to).any(|place| matches!(&scan.marks[place].what, What::Says(Concept::And)))
    }
}
