//! Where a JSON object ends in a text that is still coming: a server sends blanks after it for a while, which nobody needs.

/// Watches a text for the end of its first object. Whatever stands before it, such as a fence of code, is passed over.
#[derive(Debug, Default)]
pub struct JsonEnd {
    depth: u32,
    begun: Option<usize>,
    in_text: bool,
    escaped: bool,
    read: usize,
}

impl JsonEnd {
    /// Reads on in the whole text so far; the place of the object, once it is complete.
    pub fn find(&mut self, text: &str) -> Option<std::ops::Range<usize>> {
        // Only ASCII bytes matter, and no byte of another letter is one of them.
        for (at, byte) in text.bytes().enumerate().skip(self.read) {
            self.read = at + 1;
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if self.begun.is_some() => self.in_text = true,
                b'{' => {
                    self.begun.get_or_insert(at);
                    self.depth += 1;
                }
                b'}' if self.begun.is_some() => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return self.begun.map(|from| from..at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_ends_where_it_ends() {
        for (text, expected) in [
            ("{}", Some("{}")),
            ("{\"a\": {\"b\": \"}\"}} \n\n {\"c\": 1}", Some("{\"a\": {\"b\": \"}\"}}")),
            ("```json\n{\"a\": \"\\\"}\"}\n```", Some("{\"a\": \"\\\"}\"}")),
            ("{\"слово\": \"чай\"}", Some("{\"слово\": \"чай\"}")),
            ("{\"a\": [1, 2}", Some("{\"a\": [1, 2}")),
            ("{\"a\": \"}", None),
            ("}}", None),
            ("", None),
        ] {
            // At once, and letter by letter.
            let found = JsonEnd::default().find(text).map(|range| &text[range]);
            assert_eq!(found, expected, "{text}");
            let mut end = JsonEnd::default();
            let stepwise = text
                .char_indices()
                .find_map(|(at, char)| end.find(&text[..at + char.len_utf8()]))
                .map(|range| &text[range]);
            assert_eq!(stepwise, expected, "{text}");
        }
    }
}
