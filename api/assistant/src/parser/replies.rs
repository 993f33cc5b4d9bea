//! What the parser says: questions back, reasons, assumptions.

use kupets_semantic::catalogue::Absent;

use crate::language::Language;

/// A question back about words that were not understood.
pub(super) fn unexplained(language: Language, words: &[String]) -> String {
    let words: Vec<String> = words.iter().take(4).map(|word| quoted(language, word)).collect();
    let words = words.join(", ");
    match language {
        Language::Ru => {
            format!("Не понимаю, что значит {words}. Уточните, пожалуйста, или выберите один из вариантов.")
        }
        Language::En => format!("I do not understand {words}. Please say it differently, or pick one of these."),
    }
}

/// A question back about words that were understood, but not as a part of this question.
pub(super) fn left_out(language: Language, words: &[String]) -> String {
    let words: Vec<String> = words.iter().take(4).map(|word| quoted(language, word)).collect();
    let words = words.join(", ");
    match language {
        Language::Ru => {
            format!("Не понимаю, как учесть {words} в этом вопросе. Спросите иначе или возьмите ответ без этих слов.")
        }
        Language::En => {
            format!(
                "I cannot tell how {words} belongs to this question. Ask differently, or take the answer without it."
            )
        }
    }
}

/// Something that is no question about sales.
pub(super) fn alien(language: Language, typed: &str) -> String {
    let typed = quoted(language, typed);
    match language {
        Language::Ru => format!(
            "Такого я не делаю ({typed}): я только отвечаю на вопросы о продажах и клиентах вашего пространства, ничего не меняю и не отправляю."
        ),
        Language::En => format!(
            "That is not something I do ({typed}): I only answer questions about the sales and customers of your workspace; I change and send nothing."
        ),
    }
}

/// A text in the language's quotation marks, cut where it is long.
pub(super) fn quoted(language: Language, text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    match language {
        Language::Ru => format!("«{short}»"),
        Language::En => format!("“{short}”"),
    }
}

/// A name that is several values.
pub(super) fn which(language: Language, typed: &str) -> String {
    match language {
        Language::Ru => format!("Нашлось несколько вариантов для {}. Что имеется в виду?", quoted(language, typed)),
        Language::En => format!("{} may be several things. Which one do you mean?", quoted(language, typed)),
    }
}

/// A name that is no value.
pub(super) fn no_such(language: Language, typed: &str, what: Option<&str>) -> String {
    let name = quoted(language, typed);
    match (language, what) {
        (Language::Ru, Some(what)) => {
            format!("В данных нет такого значения: {} {name}. Выберите из того, что есть.", what.to_lowercase())
        }
        (Language::Ru, None) => format!("В данных нет ничего с названием {name}."),
        (Language::En, Some(what)) => {
            format!("There is no {} {name} in the data. Pick one that is there.", what.to_lowercase())
        }
        (Language::En, None) => format!("Nothing in the data is called {name}."),
    }
}

/// Something that is not in the data.
pub(super) fn absent(language: Language, what: &Absent) -> String {
    match language {
        Language::Ru => format!("{}: {}.", what.names.ru, what.why.0),
        Language::En => format!("{}: {}.", what.names.en, what.why.1),
    }
}

/// An attribute that no record has.
pub(super) fn no_attribute(language: Language, title: &str) -> String {
    match language {
        Language::Ru => format!(
            "Признака «{title}» в данных нет: передавайте его с покупками или клиентами, и по нему можно будет спрашивать."
        ),
        Language::En => format!(
            "No record has a “{title}” attribute: send it with purchases or customers, and it can be asked for."
        ),
    }
}
