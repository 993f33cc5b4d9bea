//! What is wrong with a plan, and where, in the words of both languages.

use std::fmt;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field of the plan, as `filters[0].values`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What a message is in Russian, by how it begins or ends; the first that fits is taken.
const RUSSIAN: [(&str, &str); 30] = [
    ("is still to come", "этот период ещё не наступил: можно спросить прогноз"),
    ("is before `from`", "конец периода раньше его начала"),
    ("is too fine", "слишком мелкий шаг: самый мелкий — час"),
    ("it may be 1 to", "число строк может быть от 1 до 1000"),
    ("is not a code of three", "валюту называют кодом из трёх заглавных букв, например EUR"),
    ("names no metric", "не назван показатель"),
    ("are too many", "слишком много: не больше 8 показателей и 3 разрезов"),
    ("name the same thing twice", "одно и то же названо дважды"),
    ("mix interactions and sales", "обращения и продажи — разные записи, их не считают вместе"),
    ("are one each", "в каждой строке был бы ровно один: назовите другой показатель"),
    ("cannot be cut by", "этот показатель нельзя разбить или отобрать по такому признаку"),
    (
        "cannot stand beside a grain",
        "среднее за шаг времени не сочетается с разбивкой по времени, долей или отношением",
    ),
    ("takes whole steps out", "такой отбор убирает шаги целиком: назовите дни частью периода"),
    ("do not lie within", "среднее за такой шаг не раскладывается по этому разрезу"),
    ("takes one cycle", "среднее берётся только по одному циклу: по дням недели или по месяцам"),
    ("has no beginning", "у периода нет начала, поэтому неизвестно, сколько в нём таких дней"),
    ("which is a quotient already", "этот показатель сам уже отношение: среднего за день, неделю или месяц у него нет"),
    ("has no whole", "в этом периоде нет ни одного полного шага, по которому можно посчитать среднее"),
    (
        "needs a limit, a dimension to list",
        "чтобы взять лучших в каждой группе, нужны число строк и два разреза, без долей",
    ),
    (
        "needs a limit, a dimension and one metric",
        "вместе складывается одно число: нужен один показатель, разрез и число строк",
    ),
    ("of a ratio are two", "для отношения нужны два показателя"),
    ("is a quotient already", "этот показатель сам уже отношение, доли у него нет"),
    ("do not add up", "этот показатель не складывается по таким разрезам, поэтому доли от целого нет"),
    ("is not a column", "такого столбца в ответе нет, по нему нельзя упорядочить"),
    ("cannot take", "число значений не подходит к условию"),
    ("longer than", "значение условия длиннее 1024 байт"),
    ("is not a number", "значение условия — не число"),
    ("does not fit", "такое условие не подходит к этому полю"),
    ("name no customer", "не назван клиент"),
    ("such an answer is given", "такой ответ даётся по всему магазину или по одному значению: снимите отбор"),
];

impl Fault {
    pub(super) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// The message for people, in Russian.
    pub fn russian(&self) -> String {
        let known = RUSSIAN.iter().find(|(part, _)| self.message.contains(part));
        known.map_or("такой запрос составлен неверно", |(_, told)| told).to_owned()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for Fault {}
