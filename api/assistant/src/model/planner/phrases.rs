//! Phrases that support a part of a plan: the catalogue's own words, a few signs, and a closed list of words that say nothing.

use std::collections::HashMap;
use std::sync::OnceLock;

use kupets_semantic::catalogue::{ABSENT, ATTRIBUTES, DIMENSIONS, Dimension, METRICS, Metric};
use kupets_semantic::text::{Token, stem::stem, tokenize};

/// What a phrase supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    Metric(Metric),
    Dimension(Dimension),
    /// An attribute by what people call it, by its place in the catalogue.
    Attribute(usize),
    /// Something that is not in the data, by its place in the catalogue.
    Absent(usize),
    /// The best first.
    Best,
    /// The worst first.
    Worst,
    /// A share of the whole.
    Share,
    /// Why a figure changed.
    Why,
    /// What is to come.
    Ahead,
    /// At the beginning of a question: it continues the one before.
    Follow,
    /// Nothing, whatever stands around it.
    Glue,
}

const SIGNS: [(Says, &str); 7] = [
    (Says::Metric(Metric::Revenue), "продажи | продаж | продажам | sales"),
    (
        Says::Best,
        "топ | лучший | самый лучший | больше всего | самый большой | наибольший | самый продаваемый | самый популярный | \
         top | best | highest | largest | biggest | best selling | top selling",
    ),
    (
        Says::Worst,
        "худший | самый худший | меньше всего | самый маленький | наименьший | антитоп | worst | lowest | smallest",
    ),
    (Says::Share, "доля | процент от | share | share of | percentage of"),
    (Says::Why, "почему | из за чего | why | what caused"),
    (Says::Ahead, "прогноз | спрогнозируй | forecast | predict | projection"),
    (Says::Follow, "а | теперь | тогда | а что | а если | what about | how about | and what about | now | and"),
];

/// Words that change no question, wherever they stand. Negations, bounds, "or", "only" and "before" do, so they are not here.
const GLUE: &str = "в | во | на | по | за | с | со | у | о | об | для | из | и | же | ли | бы | ну | вот | мне | нам | нас | \
    наш | наша | наше | наши | наших | нашей | мой | моя | мои | моих | я | мы | ты | вы | какой | какая | какое | какие | \
    каков | какова | каковы | каких | какую | сколько | что | это | был | была | было | были | есть | составляет | \
    составила | составил | покажи | покажите | показать | выведи | выведите | вывести | дай | дайте | скажи | скажите | сказать | \
    посчитай | посчитайте | посчитать | рассчитай | узнать | знать | хочу | хочется | хотел | хотела | хотелось | нужно | нужна | \
    нужен | нужны | надо | можно | можешь | можете | пожалуйста | плиз | привет | здравствуйте | спасибо | общая | \
    общий | общее | итоговая | разбивка | разрезе | глянь | подскажи | подскажите | интересует | любезный | давай | \
    the | a | an | of | for | in | on | at | by | with | me | my | our | us | we | i | you | please | pls | plz | kindly | hi | \
    hello | hey | show | give | tell | get | fetch | display | find | want | need | see | know | can | could | would | will | \
    like | what | whats | which | how | much | many | is | are | was | were | did | do | does | have | has | had | it | that | \
    there | here | s | report | figure | figures | data | total | overall | let | thanks | thank | calculate | compute | list | \
    make | lets | us | grab";

type Table = HashMap<String, Vec<(Vec<String>, Says)>>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::new();
        let mut add = |phrases: &str, says: &Says| {
            for phrase in phrases.split('|') {
                let stems: Vec<String> = tokenize(phrase).iter().map(|token| stem(&token.text)).collect();
                let Some(first) = stems.first().cloned() else { continue };
                let known = table.entry(first).or_default();
                if !known.iter().any(|(other, said)| *other == stems && said == says) {
                    known.push((stems, says.clone()));
                }
            }
        };
        for known in METRICS {
            add(known.names.words, &Says::Metric(known.metric));
        }
        for (dimension, _, names) in DIMENSIONS {
            add(names.words, &Says::Dimension(dimension));
        }
        for (place, (_, names)) in ATTRIBUTES.iter().enumerate() {
            add(names.words, &Says::Attribute(place));
        }
        for (place, absent) in ABSENT.iter().enumerate() {
            add(absent.names.words, &Says::Absent(place));
        }
        for (says, phrases) in SIGNS {
            add(phrases, &says);
        }
        table
    })
}

/// What the longest phrase at that token supports, and how many tokens it takes.
pub(super) fn at(tokens: &[Token], at: usize) -> Option<(Vec<Says>, usize)> {
    let first = tokens.get(at)?;
    let fits = |phrase: &[String]| {
        phrase
            .iter()
            .enumerate()
            .all(|(place, part)| tokens.get(at + place).is_some_and(|token| stem(&token.text) == *part))
    };
    let found: Vec<&(Vec<String>, Says)> =
        table().get(&stem(&first.text)).into_iter().flatten().filter(|(phrase, _)| fits(phrase)).collect();
    let longest = found.iter().map(|(phrase, _)| phrase.len()).max();
    if let Some(longest) = longest {
        let says = found.iter().filter(|(phrase, _)| phrase.len() == longest).map(|(_, says)| says.clone());
        // Inside a question "and" and "а" join, and say nothing.
        let says: Vec<Says> = says.map(|says| if says == Says::Follow && at > 0 { Says::Glue } else { says }).collect();
        return Some((says, longest));
    }
    glue(&first.text).then(|| (vec![Says::Glue], 1))
}

/// Letter by letter: a stem may be that of a word that says something.
fn glue(word: &str) -> bool {
    GLUE.split('|').any(|known| known.trim() == word)
}
