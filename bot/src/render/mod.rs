//! Documents in the forms that Telegram takes.

pub(crate) mod html;
pub(crate) mod rich;
mod table;

/// Length as Telegram counts it: UTF-16 code units of what is seen.
pub(crate) fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Text for between tags, and for attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Telegram refuses the message, or shows a box.
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// At most so many UTF-16 units, with an ellipsis where something went.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if utf16(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut length = 1;
    for c in text.chars() {
        length += c.len_utf16();
        if length > most {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}
