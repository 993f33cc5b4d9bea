//! The questions of `questions/`, read without a model over the names of Online Retail. The questions that are held out run
//! with `KUPETS_HELD_OUT=1`, and then only their totals are told. Needs the data: `KUPETS_SHARED_DATA`, else `shared/data`
//! beside the checkout. `--nocapture` shows the table and every open question that was read otherwise than expected.
//! `KUPETS_ASK=FILE` shows instead what the questions of a file are read as; `KUPETS_JUDGE=FILE` judges those of a file of
//! the form of `questions/`, to try the parser on questions that it was not tuned on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod filters;
mod judge;
mod line;
mod retail;
mod table;

use std::time::Instant;

use kupets_assistant::parser::evaluate;

use judge::judge;
use line::Line;
use retail::Retail;
use table::{Figures, Judged, print};

#[test]
fn questions_are_read_as_people_mean_them() {
    let Some(path) = retail::file() else {
        eprintln!("SKIPPED: no online_retail.parquet; set KUPETS_SHARED_DATA to the folder that holds it");
        return;
    };
    let retail = retail::read(&path);
    if let Some(questions) = std::env::var_os("KUPETS_ASK") {
        return ask(&std::fs::read_to_string(questions).unwrap(), &retail);
    }
    if let Some(questions) = std::env::var_os("KUPETS_JUDGE") {
        let lines = line::of_file(std::path::Path::new(&questions));
        return tell(&run(&lines, &retail));
    }
    let (held_out, open): (Vec<Line>, Vec<Line>) = line::all().into_iter().partition(|line| line.held_out);
    assert!(open.len() >= 400 && held_out.len() >= 150, "{} and {} questions", open.len(), held_out.len());
    let judged = run(&open, &retail);
    tell(&judged);
    if std::env::var_os("KUPETS_HELD_OUT").is_some_and(|value| value == "1") {
        print("held out", &run(&held_out, &retail));
    }

    let all = Figures::of(&judged, |_| true);
    let of = |locale: &str| Figures::of(&judged, |line| line.locale == locale).accuracy();
    assert!(all.accuracy() >= 0.95, "right in scope: {}", all.accuracy());
    assert!(all.wrong_rate() <= 0.01, "wrong answers: {}", all.wrong_rate());
    assert!((of("ru") - of("en")).abs() <= 0.03, "Russian {}, English {}", of("ru"), of("en"));
}

/// Shows what was read otherwise than expected, and the figures.
fn tell(judged: &[Judged<'_>]) {
    for one in judged.iter().filter(|one| !one.differs.is_empty()) {
        println!("{} {:?} {:?} {}", one.line.id, one.line.conversation, one.line.question, one.differs.join("; "));
    }
    print("open", judged);
}

/// Shows what questions are read as: a line each, the turns of a conversation between `||`.
fn ask(questions: &str, retail: &Retail) {
    for line in questions.lines().filter(|line| !line.trim().is_empty()) {
        let turns: Vec<&str> = line.split("||").map(str::trim).collect();
        let (question, before) = turns.split_last().unwrap();
        let now = line::now();
        let parsed = evaluate(question, before, "en", now, chrono_tz::Europe::London, &retail.values);
        println!("{line}\n    {}", judge::told(&parsed, retail));
    }
}

fn run<'a>(lines: &'a [Line], retail: &Retail) -> Vec<Judged<'a>> {
    let ask = |line: &'a Line| {
        let conversation: Vec<&str> = line.conversation.iter().map(String::as_str).collect();
        let begun = Instant::now();
        let parsed = evaluate(&line.question, &conversation, &line.locale, line.now, line.zone, &retail.values);
        let took = begun.elapsed() / (conversation.len() as u32 + 1);
        let (verdict, differs) = judge(line, &parsed, retail);
        Judged { line, verdict, differs, source: parsed.source(), took }
    };
    // The first question pays for the lexicon.
    let _ = lines.first().map(ask);
    lines.iter().map(ask).collect()
}
