//! HTML as Telegram parses it: few tags, closed in order, few entities.

/// Tags of messages.
const PLAIN: &[&str] = &[
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "tg-emoji",
    "code",
    "pre",
    "blockquote",
];
/// Tags of rich messages: blocks.
const BLOCKS: &[&str] = &[
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "pre",
    "footer",
    "ul",
    "ol",
    "li",
    "blockquote",
    "aside",
    "table",
    "tr",
    "details",
];
/// And what stands within them.
const INLINE: &[&str] = &[
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "mark",
    "sub",
    "sup",
    "tg-spoiler",
    "a",
    "br",
    "td",
    "th",
    "caption",
    "summary",
    "cite",
    "hr",
];

/// What is seen of a source.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) blocks: usize,
    pub(crate) columns: usize,
}

/// Reads a message's HTML.
pub(crate) fn plain(source: &str) -> Result<Seen, String> {
    read(source, &|tag, open| {
        if !PLAIN.contains(&tag) {
            return Err(format!("Unsupported start tag \"{tag}\""));
        }
        let within = |name: &str| open.iter().any(|(tag, _)| tag == name);
        if within("code")
            || (within("pre") && tag != "code")
            || (within("blockquote") && matches!(tag, "blockquote" | "pre"))
        {
            return Err(format!("the tag \"{tag}\" cannot stand there"));
        }
        Ok(())
    })
}

/// Reads a rich message's HTML.
pub(crate) fn rich(source: &str) -> Result<Seen, String> {
    read(source, &|tag, open| {
        if !BLOCKS.contains(&tag) && !INLINE.contains(&tag) {
            return Err(format!("Unsupported start tag \"{tag}\""));
        }
        if open.len() >= 16 {
            return Err("too many levels".to_owned());
        }
        let in_cell = open.iter().any(|(tag, _)| matches!(tag.as_str(), "td" | "th"));
        if in_cell && BLOCKS.contains(&tag) {
            return Err(format!("the block \"{tag}\" cannot stand in a cell"));
        }
        Ok(())
    })
}

/// Open tags, and where the text of each began.
type Open = Vec<(String, usize)>;
type Allowed<'a> = &'a dyn Fn(&str, &Open) -> Result<(), String>;

fn read(source: &str, allowed: Allowed<'_>) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let mut open: Open = Vec::new();
    let mut cells = 0;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        match c {
            '<' => {
                let end = rest.find('>').ok_or("Unclosed start tag")?;
                let inner = &rest[1..end];
                rest = &rest[end + 1..];
                if let Some(name) = inner.strip_prefix('/') {
                    let (last, _) = open.pop().ok_or_else(|| format!("Unexpected end tag \"{name}\""))?;
                    if last != name {
                        return Err(format!("Unmatched end tag, expected \"</{last}>\", found \"</{name}>\""));
                    }
                    after(name, &mut seen, &mut cells);
                    continue;
                }
                let name = inner.split([' ', '/']).next().unwrap_or_default().to_owned();
                allowed(&name, &open)?;
                if BLOCKS.contains(&name.as_str()) {
                    seen.blocks += 1;
                }
                if matches!(name.as_str(), "br" | "hr") {
                    seen.text.push('\n');
                } else {
                    open.push((name, seen.text.len()));
                }
            }
            '&' => {
                let end = rest.find(';').filter(|end| *end < 10).ok_or("an ampersand that is no entity")?;
                seen.text.push(match &rest[1..end] {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    other => return Err(format!("the entity \"{other}\" is not known")),
                });
                rest = &rest[end + 1..];
            }
            '>' => return Err("a bracket that closes nothing".to_owned()),
            c => {
                seen.text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    match open.pop() {
        Some((name, at)) => Err(format!("Can't find end tag corresponding to start tag \"{name}\" at {at}")),
        None => Ok(seen),
    }
}

/// Blocks are lines of what is seen, cells are apart.
fn after(name: &str, seen: &mut Seen, cells: &mut usize) {
    match name {
        "td" | "th" => {
            *cells += 1;
            seen.columns = seen.columns.max(*cells);
            seen.text.push_str(" | ");
        }
        "tr" => {
            *cells = 0;
            seen.text.push('\n');
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "li" | "footer" | "summary" => seen.text.push('\n'),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_telegram_refuses_is_refused() {
        for wrong in [
            "<b>a",
            "a</b>",
            "<b><i>a</b></i>",
            "a & b",
            "a < b",
            "<h1>a</h1>",
            "&nbsp;",
            "<pre><b>a</b></pre>",
            "a > b",
        ] {
            assert!(plain(wrong).is_err(), "{wrong}");
        }
        assert_eq!(plain("<b>a</b> &lt; <i>b</i>").map(|seen| seen.text), Ok("a < b".to_owned()));
        assert!(rich("<table><tr><td><p>a</p></td></tr></table>").is_err());
        assert_eq!(rich("<table><tr><td>a</td><td>b</td></tr></table>").map(|seen| seen.columns), Ok(2));
    }
}
