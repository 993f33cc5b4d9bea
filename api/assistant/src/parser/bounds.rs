//! Bounds on numbers: `больше 10 000`, `at least two orders`.

use kupets_semantic::catalogue::Metric;
use kupets_semantic::plan::{Filter, Operator, Subject};
use kupets_semantic::text::numbers::{Number, amount};

use super::concept::{Concept, Noun};
use super::reading::Reading;
use super::scan::{Scan, What};

impl Reading {
    /// Takes the bounds of a question.
    pub(super) fn take_bounds(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            let What::Says(Concept::Bound(op)) = scan.marks[at].what else { continue };
            let op = joined(scan, at).unwrap_or(op);
            self.used[at] = true;
            // "Which single day": one row, and no bound.
            let ranks = |concept: &What| matches!(concept, What::Says(Concept::Top | Concept::Worst));
            let asks = matches!(self.concept_before(scan, at), Some(Concept::Which | Concept::Top | Concept::Worst))
                || scan.marks.get(at + 1).is_some_and(|next| ranks(&next.what));
            if op == Operator::In && asks && scan.typed(&scan.marks[at]).eq_ignore_ascii_case("single") {
                self.told_bounds.push(at);
                continue;
            }
            if let Some(number) = within(scan, at) {
                // "Только один раз": the number is a part of the phrase.
                let typed = scan.typed(&scan.marks[at]).to_lowercase();
                self.times_said |= ["раз", "once", "time"].iter().any(|word| typed.contains(word));
                self.take_bound(scan, at, op, number, at);
            } else if let Some((number, last)) = self.number_after(scan, at) {
                if op == Operator::Between {
                    self.take_between(scan, at, number, last);
                    continue;
                }
                self.take_bound(scan, at, op, number, last);
            } else if let Some((before, number)) = self.number_before(scan, at) {
                // "Two or more orders", "на 1000 фунтов и больше".
                self.used[before] = true;
                // "Больше" alone after a number of things begins something else.
                let open = scan.typed(&scan.marks[at]).split(' ').count() < 2;
                if open
                    && before + 1 < at
                    && !matches!(scan.marks[at - 1].what, What::Says(Concept::Money) | What::Silent)
                {
                    self.used[before] = false;
                    self.loose_bounds.push((at, op));
                    continue;
                }
                for place in before + 1..at {
                    self.used[place] =
                        !matches!(scan.marks[place].what, What::Says(Concept::Noun(_) | Concept::Metric(_)));
                    self.bounded.push(place);
                }
                self.take_bound(scan, at, op, number, at);
            } else if matches!(op, Operator::More | Operator::Less) {
                self.loose_bounds.push((at, op));
            }
        }
        // "5+ orders".
        for at in 0..scan.marks.len() {
            let What::Number(number) = scan.marks[at].what else { continue };
            let plus = scan
                .marks
                .get(at + 1)
                .is_some_and(|mark| scan.typed(mark) == "+" && scan.tokens[mark.tokens.start].glued);
            if plus && !self.used[at] {
                self.used[at] = true;
                self.take_bound(scan, at, Operator::AtLeast, number, at + 1);
            }
        }
        self.take_spans(scan);
        // "Once" and "twice" say their own numbers.
        for at in 0..scan.marks.len() {
            let typed = scan.typed(&scan.marks[at]).to_lowercase();
            let number = match typed.as_str() {
                "twice" | "дважды" => 2,
                "трижды" => 3,
                "once" => 1,
                _ => continue,
            };
            if matches!(scan.marks[at].what, What::Says(Concept::Times)) && !self.used[at] {
                self.used[at] = true;
                let bound = Filter::bound(Subject::Metric(Metric::Orders), Operator::In, &[Number::whole(number)]);
                self.bounds.push((at, bound));
            }
        }
    }

    /// "Spent 5k to 10k", "с выручкой 5-10 тысяч": two numbers with a dash or "to" between them, of what is named beside them.
    fn take_spans(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            let number = |place: usize| match scan.marks.get(place).map(|mark| &mark.what) {
                Some(What::Number(number)) => Some(*number),
                _ => None,
            };
            // A sign of money may stand before each.
            let second = if scan.marks.get(at + 2).is_some_and(|mark| mark.what == What::Says(Concept::Money)) {
                at + 3
            } else {
                at + 2
            };
            let (Some(first), Some(last)) = (number(at), number(second)) else { continue };
            let between = scan.marks.get(at + 1).map(|mark| scan.typed(mark).to_lowercase()).unwrap_or_default();
            let spans = matches!(between.as_str(), "to" | "-" | "–" | "—" | "до" | "..");
            if !spans || self.used[at] || self.used[second] {
                continue;
            }
            let before = at.checked_sub(1).and_then(|before| match scan.marks[before].what {
                What::Says(Concept::Money) | What::Silent | What::Says(Concept::Fluff) => {
                    self.before(scan, before, true)
                }
                _ => Some(before),
            });
            let counts = |concept: &Concept| {
                matches!(
                    concept,
                    Concept::Metric(_)
                        | Concept::Spent
                        | Concept::Bought
                        | Concept::Worth
                        | Concept::Noun(Noun::Order)
                        | Concept::Money
                        | Concept::Times
                )
            };
            let says = |place: Option<usize>| matches!(place.and_then(|place| scan.marks.get(place)).map(|mark| &mark.what), Some(What::Says(concept)) if counts(concept));
            if !says(before) && !says(Some(second + 1)) {
                continue;
            }
            for place in [at, at + 1, second] {
                self.used[place] = true;
            }
            self.take_bound(scan, at, Operator::AtLeast, first, at);
            self.take_bound(scan, second, Operator::AtMost, last, second);
        }
    }

    /// The number right before a bound, with the money that it is of.
    fn number_before(&self, scan: &Scan, at: usize) -> Option<(usize, Number)> {
        let before = (0..at).rev().find(|place| {
            !matches!(
                scan.marks[*place].what,
                What::Says(
                    Concept::Money
                        | Concept::Noun(Noun::Order)
                        | Concept::Metric(Metric::Orders | Metric::Units)
                        | Concept::Times
                ) | What::Silent
            )
        })?;
        match scan.marks[before].what {
            What::Number(number) if !self.used[before] => Some((before, number)),
            _ => None,
        }
    }

    /// "Customers with one order", "кто купил три раза": a number of orders or times says which customers are meant.
    pub(super) fn take_counts(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            let What::Number(number) = scan.marks[at].what else { continue };
            if self.used[at] || number.integer().is_none_or(|number| !(1..=999).contains(&number)) {
                continue;
            }
            let next = (at + 1..scan.marks.len())
                .find(|place| !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Only)));
            let Some(next) = next else { continue };
            let orders = matches!(
                scan.marks[next].what,
                What::Says(Concept::Noun(Noun::Order) | Concept::Metric(Metric::Orders) | Concept::Times)
            );
            let people = (0..at).any(|place| {
                matches!(
                    scan.marks[place].what,
                    What::Says(Concept::Noun(Noun::Customer) | Concept::Metric(Metric::Customers) | Concept::Who)
                )
            });
            let listed = self.before(scan, at, false).is_some_and(|place| {
                matches!(scan.marks[place].what, What::Says(Concept::Top | Concept::Worst | Concept::Latest))
            });
            if orders && people && !listed {
                self.used[at] = true;
                self.used[next] = true;
                self.bounded.push(next);
                let bound = Filter::bound(Subject::Metric(Metric::Orders), Operator::In, &[number]);
                self.bounds.push((at, bound));
            }
        }
    }

    /// `Between 100 and 500`.
    fn take_between(&mut self, scan: &Scan, at: usize, first: Number, last: usize) {
        self.take_bound(scan, at, Operator::AtLeast, first, last);
        let and = scan.marks.get(last + 1).filter(|mark| mark.what == What::Says(Concept::And));
        if and.is_some()
            && let Some((second, end)) = self.number_after(scan, last + 1)
        {
            self.take_bound(scan, at, Operator::AtMost, second, end);
        }
    }

    /// The number that follows, and the place of its mark.
    fn number_after(&mut self, scan: &Scan, at: usize) -> Option<(Number, usize)> {
        for place in at + 1..scan.marks.len().min(at + 5) {
            let mark = &scan.marks[place];
            match &mark.what {
                What::Number(number) if !self.used[place] => {
                    self.used[place] = true;
                    return Some((*number, place));
                }
                What::Says(Concept::Fluff) | What::Unknown => {
                    // "Хотя бы один": a number that is also a filling word.
                    if let Some((number, end)) = amount(&scan.tokens, mark.tokens.start)
                        && end == mark.tokens.end
                    {
                        self.used[place] = true;
                        return Some((number, place));
                    }
                    if mark.what == What::Unknown {
                        return None;
                    }
                }
                What::Says(Concept::Times) if ["once", "twice"].contains(&scan.typed(mark).to_lowercase().as_str()) => {
                    self.used[place] = true;
                    let number = if scan.typed(mark).eq_ignore_ascii_case("once") { 1 } else { 2 };
                    self.times_said = true;
                    return Some((Number::whole(number), place));
                }
                What::Says(Concept::Money) | What::Silent => {
                    self.used[place] = true;
                }
                _ => return None,
            }
        }
        None
    }

    fn take_bound(&mut self, scan: &Scan, at: usize, op: Operator, number: Number, last: usize) {
        let mut number = number;
        // "Не больше" is told apart from "больше" by the lexicon; a lone "не" turns the bound round.
        let mut subject = None;
        for place in last + 1..scan.marks.len().min(last + 4) {
            match &scan.marks[place].what {
                What::Silent => {}
                // "Over 100 from new customers" bounds no customers.
                What::Says(Concept::Fluff) => {
                    const LINKS: [&str; 12] =
                        ["from", "for", "to", "by", "with", "via", "у", "от", "из", "для", "с", "через"];
                    if LINKS.contains(&scan.typed(&scan.marks[place]).to_lowercase().as_str()) {
                        break;
                    }
                }
                What::Says(Concept::Bound(next)) if matches!((op, next), (Operator::AtLeast, Operator::AtMost)) => {
                    break;
                }
                // "Above 10 %": of what is a share itself, and written as a fraction.
                What::Says(Concept::Share) if number.scale < 10 => {
                    self.used[place] = true;
                    number.scale += 2;
                    subject = Some(Said::Percent);
                    break;
                }
                What::Says(Concept::Money) => {
                    self.used[place] = true;
                    subject = Some(Said::Money);
                    break;
                }
                What::Says(Concept::Times) => {
                    self.used[place] = true;
                    subject = Some(Said::Figure(Metric::Orders));
                    break;
                }
                What::Says(Concept::Noun(Noun::Order)) => {
                    self.used[place] = true;
                    subject = Some(Said::Figure(Metric::Orders));
                    break;
                }
                What::Says(Concept::Metric(metric))
                    if metric.unit() != kupets_semantic::catalogue::UnitOf::Currency =>
                {
                    self.used[place] = true;
                    subject = Some(Said::Figure(*metric));
                    break;
                }
                What::Says(Concept::Noun(Noun::Product)) => {
                    self.used[place] = true;
                    subject = Some(Said::Figure(Metric::Units));
                    break;
                }
                What::Says(Concept::Noun(Noun::Customer)) => {
                    self.used[place] = true;
                    self.bounded.push(place);
                    subject = Some(Said::Figure(Metric::Customers));
                    break;
                }
                // "More than five countries": what is counted is not a figure.
                What::Says(Concept::Dimension(_) | Concept::Attribute(_) | Concept::Segment(_)) | What::Unknown => {
                    self.unexplained.push(number.to_string());
                    return;
                }
                _ => break,
            }
        }
        if self.times_said && subject.is_none() {
            subject = Some(Said::Figure(Metric::Orders));
        }
        // What stands before: "с выручкой больше", "заказы дороже", "revenue over", "revenue in November over".
        let near = self.before(scan, at, false).and_then(|place| match &scan.marks[place].what {
            What::Time => self.before(scan, place, false),
            _ => Some(place),
        });
        let before = near.map(|place| (place, scan.marks[place].what.clone()));
        // "Refunds in the amount of more than 500": the figure is before the words for money.
        let before = match before {
            Some((place, What::Says(Concept::Worth | Concept::Money))) => {
                self.used[place] = true;
                let figure = self.before(scan, place, false).filter(|place| {
                    matches!(scan.marks[*place].what, What::Says(Concept::Metric(metric)) if metric.unit() == kupets_semantic::catalogue::UnitOf::Currency)
                });
                figure.or(Some(place)).map(|place| (place, scan.marks[place].what.clone()))
            }
            other => other,
        };
        // "Countries under 1,000 in revenue".
        let next = (last + 1..scan.marks.len())
            .find(|place| !matches!(scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff)));
        let next = next.filter(|next| {
            // "2,000 in revenue", "2000 выручки", and not "over 500 and revenue".
            (last + 1..*next)
                .all(|place| matches!(scan.typed(&scan.marks[place]).to_lowercase().as_str(), "in" | "of" | "по" | "в"))
        });
        if subject.is_none()
            && !matches!(&before, Some((_, What::Says(Concept::Metric(_)))))
            && let Some((place, What::Says(Concept::Metric(metric)))) = next.map(|next| (next, &scan.marks[next].what))
            && !metric.counts_customers()
        {
            self.used[place] = true;
            self.bounded.push(place);
            subject = Some(Said::Figure(*metric));
        }
        if subject.is_none()
            && let Some((place, What::Says(Concept::Attribute(_) | Concept::Dimension(_)))) = &before
        {
            // "Where country is greater than 5": a key is no number.
            self.unexplained.push(scan.typed(&scan.marks[*place]));
            return;
        }
        let figure =
            matches!(&before, Some((_, What::Says(Concept::Metric(_) | Concept::Noun(Noun::Order) | Concept::Spent))));
        // "Products dearer than 50": prices are not what is summed up here.
        let priced = matches!(
            scan.typed(&scan.marks[at]).to_lowercase().as_str(),
            "дороже"
                | "дешевле"
                | "cheaper than"
                | "cheaper"
                | "more expensive than"
                | "pricier than"
                | "costlier than"
                | "more costly than"
        );
        let orders = scan.marks.iter().any(|mark| mark.what == What::Says(Concept::Noun(Noun::Order)));
        if priced && !orders {
            self.unexplained.push(scan.typed(&scan.marks[at]));
            return;
        }
        let ratio = matches!(
            &before,
            Some((_, What::Says(Concept::Metric(metric)))) if metric.unit() == kupets_semantic::catalogue::UnitOf::Ratio
        );
        if (subject == Some(Said::Percent)) != ratio && (ratio || subject == Some(Said::Percent)) {
            // "Revenue above 10 %", "refund rate above 10": of what, in what?
            self.unexplained.push(scan.typed(&scan.marks[at]));
            return;
        }
        // "С 9 до 12": a preposition bounds only what is named beside it.
        let weak = matches!(scan.typed(&scan.marks[at]).to_lowercase().as_str(), "от" | "до" | "up to");
        let worth = matches!(&before, Some((_, What::Says(Concept::Worth | Concept::Money | Concept::Noun(_)))));
        let second = matches!(self.bounds.last(), Some((_, other)) if other.op == Operator::AtLeast);
        // "От 5 до 10 заказов": what both bound is named after the second.
        let named_later = op == Operator::AtLeast && named_after_second(scan, last);
        let named = subject.is_some() || figure || worth || named_later;
        if weak && !named && !(op == Operator::AtMost && second) {
            self.unexplained.push(scan.typed(&scan.marks[at]));
            return;
        }
        if op == Operator::In && subject.is_none() && !figure {
            // "Just one": of what?
            self.unexplained.push(scan.typed(&scan.marks[at]));
            return;
        }
        let field = match (subject, before) {
            (Some(Said::Figure(metric)), _) => Subject::Metric(metric),
            (_, Some((place, What::Says(Concept::Metric(metric))))) => {
                self.bounded.push(place);
                Subject::Metric(metric)
            }
            (_, Some((place, What::Says(Concept::Noun(Noun::Order))))) => {
                if subject == Some(Said::Money) || number.integer().is_none_or(|number| number > 50) {
                    Subject::OrderAmount
                } else {
                    self.bounded.push(place);
                    Subject::Metric(Metric::Orders)
                }
            }
            // "Who returned goods for more than 1,000".
            _ if self.only_refunds(scan).is_some_and(|place| place < at) => {
                self.bounded.extend(self.only_refunds(scan));
                Subject::Metric(Metric::Refunds)
            }
            (_, Some((_, What::Says(Concept::Spent)))) | (Some(Said::Money), _) => Subject::Metric(Metric::Revenue),
            _ => {
                self.bare_bounds.push(at);
                let order = scan.marks.iter().position(|mark| {
                    let rows = Concept::Intent(kupets_semantic::plan::Intent::Rows);
                    matches!(&mark.what, What::Says(said) if *said == Concept::Noun(Noun::Order) || *said == rows)
                });
                if order.is_some() { Subject::OrderAmount } else { Subject::Metric(Metric::Revenue) }
            }
        };
        let mut field = field;
        let scale = scale_of(scan, last);
        if op == Operator::AtLeast {
            self.unscaled = Some(number).filter(|_| scale == 1);
        }
        // "От 20 до 50 тысяч": the thousands are of both.
        if let (Operator::AtMost, Some(first), Some((_, other))) = (op, self.unscaled, self.bounds.last_mut())
            && other.op == Operator::AtLeast
            && scale > 1
            && let Some(digits) = first.digits.checked_mul(scale)
        {
            other.values = vec![Number { digits, ..first }.to_string()];
        }
        // "From 1000 to 5000": both are about one thing, which is named after the second or before the first.
        if let (Operator::AtMost, Some((_, other))) = (op, self.bounds.last_mut())
            && other.op == Operator::AtLeast
        {
            match subject {
                Some(Said::Figure(_)) => other.field = field.clone(),
                _ => field = other.field.clone(),
            }
        }
        self.bounds.push((at, Filter::bound(field, op, &[number])));
    }
}

impl Reading {
    /// Where refunds are named, if no other figure is.
    fn only_refunds(&self, scan: &Scan) -> Option<usize> {
        let mut figures = (0..scan.marks.len()).filter(|at| {
            matches!(
                &scan.marks[*at].what,
                What::Says(Concept::Metric(_) | Concept::Spent | Concept::Worth | Concept::Noun(Noun::Order))
            )
        });
        let one = figures.next().filter(|at| scan.marks[*at].what == What::Says(Concept::Metric(Metric::Refunds)))?;
        figures.next().is_none().then_some(one)
    }
}

/// "И больше 5 заказов", "and over 100": a second condition, where a number follows, and no end of "5 and more".
fn joined(scan: &Scan, at: usize) -> Option<Operator> {
    let typed = scan.typed(&scan.marks[at]).to_lowercase();
    let joins = ["и ", "and ", "или ", "or "].iter().any(|and| typed.starts_with(and));
    let after =
        scan.marks.get(at + 1).is_some_and(|mark| matches!(mark.what, What::Number(_) | What::Says(Concept::Money)));
    let less =
        ["меньше", "менее", "ниже", "less", "under", "below", "fewer", "lower"].iter().any(|word| typed.contains(word));
    (joins && after).then_some(if less { Operator::Less } else { Operator::More })
}

/// Whether a second bound follows and a thing after it.
fn named_after_second(scan: &Scan, last: usize) -> bool {
    let what = |at: usize| scan.marks.get(at).map(|mark| &mark.what);
    let bound = matches!(what(last + 1), Some(What::Says(Concept::Bound(Operator::AtMost))));
    let number = matches!(what(last + 2), Some(What::Number(_)));
    let thing = matches!(
        what(last + 3),
        Some(What::Says(
            Concept::Noun(Noun::Order | Noun::Customer | Noun::Product)
                | Concept::Metric(_)
                | Concept::Money
                | Concept::Times
        ))
    );
    bound && number && thing
}

/// What the word after a number multiplies it by: "50 тысяч".
fn scale_of(scan: &Scan, at: usize) -> i64 {
    let start = scan.marks.get(at).map_or(0, |mark| mark.tokens.start);
    let plain = kupets_semantic::text::numbers::number(&scan.tokens, start).map(|(number, _)| number.digits);
    let whole = amount(&scan.tokens, start).map(|(number, _)| number.digits);
    match (plain, whole) {
        (Some(plain), Some(whole)) if plain > 0 && whole > plain => whole / plain,
        _ => 1,
    }
}

/// The number that a phrase of a bound has in it.
fn within(scan: &Scan, at: usize) -> Option<Number> {
    const ONE: [&str; 9] = [
        "single",
        "a single",
        "единственный",
        "единственную",
        "единственным",
        "единственной",
        "только раз",
        "only once",
        "just once",
    ];
    if ONE.contains(&scan.typed(&scan.marks[at]).to_lowercase().as_str()) {
        return Some(Number::whole(1));
    }
    let tokens = scan.marks[at].tokens.clone();
    let end = tokens.end;
    (end > tokens.start + 1).then_some(())?;
    tokens.into_iter().find_map(|at| amount(scan.tokens.get(..end)?, at)).map(|(number, _)| number)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Money,
    Percent,
    Figure(Metric),
}
