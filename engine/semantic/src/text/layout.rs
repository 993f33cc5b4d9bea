//! Text typed with the wrong keyboard layout on: `ghbdtn` for `привет`, `руддщ` for `hello`.

const EN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";
const RU: &str = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ";

/// The same keys on the other layout. A text is taken to be Russian if it has a Cyrillic letter.
pub fn swap(text: &str) -> String {
    let russian = text.chars().any(|char| RU.contains(char));
    let (from, to) = if russian { (RU, EN) } else { (EN, RU) };
    let other =
        |char: char| from.chars().zip(to.chars()).find(|(key, _)| *key == char).map_or(char, |(_, other)| other);
    text.chars().map(other).collect()
}

/// The text with the words that were typed on the wrong layout put right, or `None` if there are none. A word is one when it is
/// not `known` as it stands and is `known` with the same keys on the other layout; words get to `known` in lower case.
pub fn mend(text: &str, known: impl Fn(&str) -> bool) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut changed = false;
    // Where most words are typed on the wrong layout, a short one that happens to mean something is typed on it too.
    let chunks = || text.split_whitespace().filter(|chunk| chunk.chars().any(char::is_alphabetic));
    let wrong = chunks().filter(|chunk| other_reading(chunk, &known).is_some()).count();
    let all = wrong * 2 >= chunks().count() && wrong > 0;
    // Three keys are a word on either layout too often: they go with the others of their script. Where those stand, so do they.
    let long = |chunk: &str| letters(chunk).chars().count() > 3;
    let latin = |chunk: &str| chunk.chars().any(|char| char.is_ascii_alphabetic());
    let stays = |chunk: &str| {
        let others = || chunks().filter(|other| latin(other) == latin(chunk) && long(other));
        !long(chunk)
            && others().any(|other| known(&super::fold(&letters(other))))
            && !others().any(|other| other_reading(other, &known).is_some())
    };
    let mut rest = text;
    while let Some(start) = rest.find(|char: char| !char.is_whitespace()) {
        let (space, tail) = rest.split_at(start);
        let (chunk, tail) = tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len()));
        mended.push_str(space);
        let short = || {
            let other = swap(chunk);
            let few = chunk.chars().count() <= 3;
            (all && few && known(&super::fold(&letters(&other)))).then_some(other)
        };
        match other_reading(chunk, &known).or_else(short) {
            Some(word) if !stays(chunk) => {
                changed = true;
                mended.push_str(&word);
            }
            _ => mended.push_str(chunk),
        }
        rest = tail;
    }
    mended.push_str(rest);
    changed.then_some(mended)
}

fn letters(text: &str) -> String {
    text.trim_matches(|char: char| !char.is_alphabetic()).to_lowercase()
}

fn other_reading(chunk: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    let plain = letters(chunk);
    // "abc-анализ" is typed on both layouts on purpose.
    let latin = chunk.chars().any(|char| char.is_ascii_alphabetic());
    if latin && chunk.chars().any(|char| ('а'..='я').contains(&char) || ('А'..='Я').contains(&char)) {
        return None;
    }
    // One letter is an ending or a mark ("50-й", "H1") more often than a word.
    if plain.chars().count() < 2 || known(&super::fold(&plain)) {
        return None;
    }
    // On the Russian layout `,` and `.` are letters, so the end of a word may be one or a mark: the longer word first.
    let whole = swap(chunk);
    let bare = chunk.trim_end_matches([',', '.', '?', '!', ';', ':']);
    let cut = swap(bare) + &chunk[bare.len()..];
    [whole, cut].into_iter().find(|word| known(&super::fold(&letters(word))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_on_the_other_layout() {
        assert_eq!(swap("ghbdtn"), "привет");
        assert_eq!(swap("руддщ"), "hello");
        assert_eq!(swap("Dshexrf"), "Выручка");
        assert_eq!(swap(&swap("pf ytltk.")), "pf ytltk.");
    }

    #[test]
    fn a_short_word_goes_with_the_others() {
        let known = |word: &str| ["выручка", "шт", "in", "november", "revenue"].contains(&word);
        assert_eq!(mend("кумутгу шт тщмуьиук", known).as_deref(), Some("revenue in november"));
        assert_eq!(mend("выручка шт", known), None);
    }

    #[test]
    fn a_short_word_beside_words_that_stand_is_no_other() {
        let known = |word: &str| ["яяя", "за", "неделю", "revenue", "by", "city"].contains(&word);
        assert_eq!(mend("zzz revenue by city", known), None);
        assert_eq!(mend("revenue pf ytltk.", known).as_deref(), Some("revenue за неделю"));
        assert_eq!(mend("zzz", known).as_deref(), Some("яяя"));
    }

    #[test]
    fn only_the_wrong_words_are_mended() {
        let known = |word: &str| ["за", "неделю", "выручка", "last", "week", "sales"].contains(&word);
        assert_eq!(mend("dshexrf pf ytltk.", known).as_deref(), Some("выручка за неделю"));
        assert_eq!(mend("dshexrf  за ytltk.?", known).as_deref(), Some("выручка  за неделю?"));
        assert_eq!(mend("ыфдуы дфые цуул, please", known).as_deref(), Some("sales last week, please"));
        assert_eq!(mend("выручка last week", known), None);

        assert_eq!(mend("iphone pf", known).as_deref(), Some("iphone за"));
    }
}
