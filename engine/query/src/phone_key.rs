//! `phone_key(text)`: the digits of a telephone number as it is dialled from abroad, as far as it says so: `8 (900) 123-45-67` and
//! `+7 900 1234567` are one number, and so are `+49 (0) 711 123456` and `0049 711 123456`. A number without its country keeps none:
//! `0711 123456` is `711123456`.

/// Digits of a number with a code of its area, at least.
const AREA_DIGITS: usize = 5;
/// Digits of a Russian number with its trunk prefix 8, or with the country's 7.
const RUSSIAN_DIGITS: usize = 11;

/// The key of a text: of several numbers behind commas or semicolons, or on lines, each on its line. Empty: no digit is in it.
pub fn phone_key(text: &str) -> String {
    let keys: Vec<String> = text.split([',', ';', '\n']).map(one).filter(|key| !key.is_empty()).collect();
    keys.join("\n")
}

fn one(text: &str) -> String {
    let digits = digits(text);
    let abroad = is_abroad(text);
    if let Some(rest) = digits.strip_prefix("00").filter(|rest| !abroad && rest.len() > AREA_DIGITS) {
        return rest.to_owned();
    }
    if abroad {
        return digits;
    }
    match digits.strip_prefix('8') {
        Some(rest) if digits.len() == RUSSIAN_DIGITS => format!("7{rest}"),
        _ => digits
            .strip_prefix('0')
            .filter(|rest| rest.len() > AREA_DIGITS)
            .map_or_else(|| digits.clone(), str::to_owned),
    }
}

/// Whether the sign for the country's code stands before its digits.
pub fn is_abroad(text: &str) -> bool {
    text.chars()
        .take_while(|char| !char.is_ascii_digit() && wide_digit(*char).is_none())
        .any(|char| matches!(char, '+' | '＋'))
}

/// The digits, in whatever script, without a trunk prefix in brackets and without an extension.
pub fn digits(text: &str) -> String {
    let mut digits = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            // `(0)`: dialled at home only.
            '(' => {
                let inside: String =
                    chars.clone().take_while(|char| *char != ')').filter(|c| !c.is_whitespace()).collect();
                if inside == "0" && !digits.is_empty() {
                    while chars.next_if(|char| *char != ')').is_some() {}
                }
            }
            // What follows a word is an extension; what is before one, its name.
            _ if char.is_alphabetic() && digits.len() >= AREA_DIGITS => break,
            _ => digits
                .extend(char.to_digit(10).or_else(|| wide_digit(char)).and_then(|digit| char::from_digit(digit, 10))),
        }
    }
    digits
}

fn wide_digit(char: char) -> Option<u32> {
    ('０'..='９').contains(&char).then(|| u32::from(char) - u32::from('０'))
}

#[cfg(test)]
mod tests {
    use super::phone_key;

    #[test]
    fn one_number_has_one_key_however_it_is_written() {
        for (written, key) in [
            ("8 900 123-45-67", "79001234567"),
            ("+7 (900) 123 45 67", "79001234567"),
            ("7 900 1234567", "79001234567"),
            ("８ ９００ １２３ ４５ ６７", "79001234567"),
            ("тел. 8-900-123-45-67 доб. 12", "79001234567"),
            ("+49 (0) 711 123456", "49711123456"),
            ("+49 ( 0 )711/123456", "49711123456"),
            ("0049 711 123456", "49711123456"),
            ("0711 123456", "711123456"),
            ("(0711) 123456", "711123456"),
            ("+81 3 1234 5678", "81312345678"),
            ("office: +81 3 1234 5678", "81312345678"),
            ("112", "112"),
            ("+7", "7"),
            ("8 900 123-45-67, +49 711 123456", "79001234567\n49711123456"),
            ("нет", ""),
            ("", ""),
        ] {
            assert_eq!(phone_key(written), key, "{written}");
        }
    }
}
