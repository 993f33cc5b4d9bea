//! The figures of a run.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::judge::Verdict;
use crate::line::Line;

/// A question that was asked.
pub struct Judged<'a> {
    pub line: &'a Line,
    pub verdict: Verdict,
    pub differs: Vec<String>,
    pub source: &'static str,
    pub took: Duration,
}

/// Counts over some questions.
#[derive(Default)]
pub struct Figures {
    asked: usize,
    in_scope: usize,
    answered_in_scope: usize,
    right_in_scope: usize,
    right: usize,
    wrong: usize,
    asked_back: usize,
}

impl Figures {
    pub fn of(judged: &[Judged<'_>], which: impl Fn(&Line) -> bool) -> Self {
        let mut figures = Self::default();
        for one in judged.iter().filter(|one| which(one.line)) {
            let right = usize::from(one.verdict == Verdict::Right);
            figures.asked += 1;
            figures.right += right;
            figures.wrong += usize::from(one.verdict == Verdict::Wrong);
            figures.asked_back += usize::from(one.source == "clarify");
            if one.line.in_scope() {
                figures.in_scope += 1;
                figures.right_in_scope += right;
                figures.answered_in_scope += usize::from(one.source == "catalogue");
            }
        }
        figures
    }

    /// Right ones among those that have an answer in the data.
    pub fn accuracy(&self) -> f64 {
        share(self.right_in_scope, self.in_scope)
    }

    /// Answers that are wrong, among all questions.
    pub fn wrong_rate(&self) -> f64 {
        share(self.wrong, self.asked)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Prints the figures of a run: all, by language, by file, and the times.
pub fn print(title: &str, judged: &[Judged<'_>]) {
    println!("{title:<28} asked  right  right in scope  share in scope  wrong   asked back");
    let row = |name: &str, figures: &Figures| {
        let percent = |part: usize, whole: usize| format!("{:.1} %", 100.0 * share(part, whole));
        println!(
            "  {name:<26} {:>5} {:>6} {:>15} {:>15} {:>6} {:>12}",
            figures.asked,
            figures.right,
            percent(figures.right_in_scope, figures.in_scope),
            percent(figures.answered_in_scope, figures.in_scope),
            percent(figures.wrong, figures.asked),
            percent(figures.asked_back, figures.asked),
        );
    };
    row("all", &Figures::of(judged, |_| true));
    for locale in ["ru", "en"] {
        row(locale, &Figures::of(judged, |line| line.locale == locale));
    }
    let files: BTreeSet<&str> = judged.iter().map(|one| one.line.file.as_str()).collect();
    for file in files {
        row(file, &Figures::of(judged, |line| line.file == file));
    }
    let mut times: Vec<Duration> = judged.iter().map(|one| one.took).collect();
    times.sort_unstable();
    let at = |part: f64| times.get(((times.len() as f64 * part) as usize).min(times.len().saturating_sub(1)));
    if let (Some(half), Some(most)) = (at(0.5), at(0.95)) {
        println!("  a question is read in {half:.1?} (p50), {most:.1?} (p95)");
    }
}
