//! What a person sees while an import runs: a bar on a terminal, a line every few seconds elsewhere.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Steps of the bar.
const STEPS: u64 = 1_000;
/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows how far something is, on standard error.
#[derive(Debug)]
pub struct Show {
    bar: ProgressBar,
    plain: bool,
    label: String,
    last_line: Instant,
}

impl Show {
    /// Begins, with a label.
    pub fn new(label: &str) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let target = if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let bar = ProgressBar::with_draw_target(Some(STEPS), target).with_message(label.to_owned());
        if let Ok(style) =
            ProgressStyle::with_template("{msg:<44} {wide_bar:.green} {percent:>3} % · {elapsed} · left {eta}")
        {
            bar.set_style(style);
        }
        Self { bar, plain, label: label.to_owned(), last_line: Instant::now() }
    }

    /// How far it is, from 0 to 1, and what to say of it.
    pub fn at(&mut self, share: f64, text: &str) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
        let step = (share.clamp(0.0, 1.0) * STEPS as f64) as u64;
        self.bar.set_position(step);
        self.bar.set_message(format!("{}: {text}", self.label));
        if self.plain && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            eprintln!("{}: {text}, {} %", self.label, step / (STEPS / 100));
        }
    }

    /// What others may speak through while the bar moves.
    pub fn handle(&self) -> Voice {
        Voice(self.bar.clone())
    }

    /// Ends, and takes the bar away.
    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Says things above a bar.
#[derive(Debug, Clone)]
pub struct Voice(ProgressBar);

impl Voice {
    /// Says a line.
    pub fn say(&self, text: &str) {
        self.0.suspend(|| eprintln!("{text}"));
    }
}
