//! How many rows a list has: `топ 5`, `ten biggest customers`.

use super::concept::Concept;
use super::read::singular;
use super::reading::Reading;
use super::scan::{Scan, What};

impl Reading {
    /// Takes the number of rows that the best, the worst or a list has.
    pub(super) fn take_limit(&mut self, scan: &Scan) {
        for at in 0..scan.marks.len() {
            let What::Number(number) = scan.marks[at].what else { continue };
            let Some(number) = number.integer().filter(|number| (1..=1_000).contains(number)) else { continue };
            if self.used[at] {
                continue;
            }
            let near = |place: Option<usize>| {
                place.and_then(|place| scan.marks.get(place)).is_some_and(|mark| match &mark.what {
                    What::Says(Concept::Top | Concept::Worst | Concept::Latest) => true,
                    What::Says(Concept::Noun(_) | Concept::Dimension(_) | Concept::Attribute(_)) => {
                        // "Product 5" is one of that name, "5 products" are so many.
                        mark.tokens.start >= scan.marks[at].tokens.end || !singular(&scan.typed(mark).to_lowercase())
                    }
                    _ => false,
                })
            };
            let next = (at + 1..scan.marks.len()).find(|place| !matches!(scan.marks[*place].what, What::Silent));
            // "For one customer" is no list of one.
            let spoken = scan.typed(&scan.marks[at]).chars().all(char::is_alphabetic);
            let ranked = self.before(scan, at, false).is_some_and(|place| {
                matches!(scan.marks[place].what, What::Says(Concept::Top | Concept::Worst | Concept::Latest))
            });
            // "The best ten percent" are as many as there are: not ten rows.
            let percent = scan.marks.get(at + 1).is_some_and(|mark| {
                let typed = scan.typed(mark).to_lowercase();
                typed == "%" || typed.starts_with("процент") || typed.starts_with("percent") || typed == "per cent"
            });
            if percent {
                continue;
            }
            // "50 pounds" are no rows.
            let money = next.is_some_and(|next| scan.marks[next].what == What::Says(Concept::Money));
            if number == 1 && spoken && !ranked || money {
                continue;
            }
            // "Top customers in France, ten of them", "топ товаров, штук десять".
            let ranks =
                (0..at).any(|place| matches!(scan.marks[place].what, What::Says(Concept::Top | Concept::Worst)));
            const OF_THEM: [&str; 16] = [
                "them",
                "those",
                "these",
                "человек",
                "позиций",
                "строк",
                "мест",
                "пунктов",
                "rows",
                "lines",
                "places",
                "entries",
                "штук",
                "позиции",
                "строки",
                "их",
            ];
            let counted = |place: usize| OF_THEM.contains(&scan.typed(&scan.marks[place]).to_lowercase().as_str());
            let comma = at.checked_sub(1).is_some_and(|before| {
                scan.typed(&scan.marks[before]) == "," || scan.typed(&scan.marks[before]).eq_ignore_ascii_case("штук")
            });
            let ends = next.is_none()
                || next.is_some_and(|next| {
                    counted(next)
                        || scan.marks.get(next + 1).is_some()
                            && scan.typed(&scan.marks[next]).eq_ignore_ascii_case("of")
                            && counted(next + 1)
                });
            if ranks && comma && ends && self.limit.is_none() {
                for place in [at.checked_sub(1), next].into_iter().flatten() {
                    if counted(place) {
                        self.used[place] = true;
                        self.bounded.push(place);
                    }
                }
                self.used[at] = true;
                self.limit = u32::try_from(number).ok();
                continue;
            }
            if near(self.before(scan, at, false)) || near(next) {
                self.used[at] = true;
                self.limit = u32::try_from(number).ok();
            }
        }
    }
}
