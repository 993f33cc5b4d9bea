//! A document as messages of Telegram's older HTML: split before tags are set, on boundaries, by UTF-16 length.

use super::{cut, escape, table, utf16};
use crate::document::{Block, Document, Grid, Inline};

/// UTF-16 units of a message, a little below Telegram's 4,096.
pub(crate) const LONGEST: usize = 4_000;
/// Rows of a table that are told one by one where it is too wide.
const CARDS: usize = 15;

/// What is said where there is nothing to say: Telegram takes no empty message.
const NOTHING: &str = "—";

/// A piece that stays in one message: its HTML, its length as seen, and whether anything is seen of it.
#[derive(Default)]
struct Piece {
    html: String,
    length: usize,
    seen: bool,
}

/// The messages.
pub(crate) fn messages(document: &Document) -> Vec<String> {
    let mut pieces = Vec::new();
    for block in &document.blocks {
        push(block, &mut pieces);
    }
    let mut messages: Vec<(String, usize)> = Vec::new();
    for piece in pieces.into_iter().filter(|piece| piece.seen) {
        match messages.last_mut() {
            Some((html, length)) if *length + 2 + piece.length <= LONGEST => {
                html.push_str("\n\n");
                html.push_str(&piece.html);
                *length += 2 + piece.length;
            }
            _ => messages.push((piece.html, piece.length)),
        }
    }
    if messages.is_empty() {
        return vec![NOTHING.to_owned()];
    }
    messages.into_iter().map(|(html, _)| html).collect()
}

fn push(block: &Block, pieces: &mut Vec<Piece>) {
    match block {
        Block::Heading(text) => paragraph(&[Inline::Bold(text.clone())], pieces),
        Block::Footer(text) => paragraph(&[Inline::Italic(text.clone())], pieces),
        Block::Paragraph(parts) => paragraph(parts, pieces),
        Block::List(items) => {
            let mut parts = Vec::new();
            for (at, item) in items.iter().enumerate() {
                parts.push(Inline::Plain(if at == 0 { "• ".to_owned() } else { "\n• ".to_owned() }));
                parts.extend(item.iter().cloned());
            }
            paragraph(&parts, pieces);
        }
        Block::Code(language, text) => {
            let open = format!("<pre><code class=\"language-{}\">", escape(language));
            framed(&text.lines().map(str::to_owned).collect::<Vec<_>>(), 0, &open, "</code></pre>", pieces);
        }
        Block::Details(title, blocks) => details(title, blocks, pieces),
        Block::Table(grid) => grid_of(grid, pieces),
    }
}

/// The words of a message's HTML, without its tags.
pub(crate) fn bare(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // What a person wrote is escaped: this is the end of the tag.
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Inline text in pieces that fit, broken at a line, a word or a letter.
fn paragraph(parts: &[Inline], pieces: &mut Vec<Piece>) {
    let mut piece = Piece::default();
    for part in parts {
        let mut rest = part.text();
        while !rest.is_empty() {
            let room = LONGEST - piece.length;
            let (head, tail) = split(rest, room);
            if head.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                continue;
            }
            let text = escape(head);
            piece.html.push_str(&match part {
                Inline::Plain(_) => text,
                Inline::Bold(_) => format!("<b>{text}</b>"),
                Inline::Italic(_) => format!("<i>{text}</i>"),
                Inline::Code(_) => format!("<code>{text}</code>"),
            });
            piece.length += utf16(head);
            piece.seen |= is_seen(head);
            rest = tail;
            if !rest.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
        }
    }
    if !piece.html.is_empty() {
        pieces.push(piece);
    }
}

/// Whether there is anything to see: Telegram takes blanks, signs that are not printed and those without a width for nothing.
fn is_seen(text: &str) -> bool {
    text.chars().any(|c| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    })
}

/// What fits into so many UTF-16 units, and the rest. A word that fits a message whole is not broken.
fn split(text: &str, room: usize) -> (&str, &str) {
    if utf16(text) <= room {
        return (text, "");
    }
    let mut length = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if length + c.len_utf16() > room {
            break;
        }
        length += c.len_utf16();
        end = at + c.len_utf8();
    }
    let head = &text[..end];
    let place = head.rfind('\n').or_else(|| head.rfind(' ')).filter(|at| *at > 0);
    match place {
        Some(at) => (&text[..at], &text[at + 1..]),
        // Less than a whole message was free: the word goes to the next one.
        None if room < LONGEST => ("", text),
        None => (head, &text[end..]),
    }
}

/// Lines within one pair of tags, so many of them repeated on each piece.
fn framed(lines: &[String], head: usize, open: &str, close: &str, pieces: &mut Vec<Piece>) {
    let (top, rows) = lines.split_at(head.min(lines.len()));
    let begin = top.join("\n");
    let mut text = begin.clone();
    let flush = |text: &str, pieces: &mut Vec<Piece>| {
        pieces.push(Piece { html: format!("{open}{}{close}", escape(text)), length: utf16(text), seen: is_seen(text) });
    };
    for row in rows {
        let row = cut(row, LONGEST / 2);
        if utf16(&text) + 1 + utf16(&row) > LONGEST {
            flush(&text, pieces);
            text.clone_from(&begin);
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&row);
    }
    if !text.is_empty() {
        flush(&text, pieces);
    }
}

fn grid_of(grid: &Grid, pieces: &mut Vec<Piece>) {
    if let Some(lines) = table::monospaced(grid) {
        framed(&lines, 2, "<pre>", "</pre>", pieces);
    } else {
        // Too wide for a phone: a row is told as lines.
        for row in grid.rows.iter().take(CARDS) {
            let mut parts = Vec::new();
            for (at, (cell, column)) in row.iter().zip(&grid.columns).enumerate() {
                match at {
                    0 => parts.push(Inline::Bold(cell.clone())),
                    _ => parts.push(Inline::Plain(format!("\n{}: {cell}", column.title))),
                }
            }
            paragraph(&parts, pieces);
        }
        let left = grid.rows.len().saturating_sub(CARDS);
        if left > 0 {
            paragraph(&[Inline::Italic(format!("+{left}"))], pieces);
        }
    }
    if let Some(note) = &grid.note {
        paragraph(&[Inline::Italic(note.clone())], pieces);
    }
}

/// A folded part: its words as an expandable quotation. Tables and program text cannot stand in one and follow it.
fn details(title: &str, blocks: &[Block], pieces: &mut Vec<Piece>) {
    let mut parts = vec![Inline::Bold(title.to_owned())];
    let mut after = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(inner) => {
                parts.push(Inline::Plain("\n".to_owned()));
                parts.extend(inner.iter().cloned());
            }
            Block::Heading(text) => parts.push(Inline::Bold(format!("\n{text}"))),
            Block::Footer(text) => parts.push(Inline::Italic(format!("\n{text}"))),
            Block::List(items) => {
                for item in items {
                    parts.push(Inline::Plain("\n• ".to_owned()));
                    parts.extend(item.iter().cloned());
                }
            }
            other => after.push(other),
        }
    }
    let mut inner = Vec::new();
    paragraph(&parts, &mut inner);
    for piece in inner {
        let html = format!("<blockquote expandable>{}</blockquote>", piece.html);
        pieces.push(Piece { html, ..piece });
    }
    for block in after {
        push(block, pieces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::GridColumn;

    #[test]
    fn long_text_is_split_by_utf16_length_and_never_within_a_letter() {
        // A letter outside the basic plane is two units.
        let text = "😀".repeat(5_000);
        let parts = messages(&Document::text(text));
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| utf16(part) <= LONGEST));
        assert_eq!(parts.concat().chars().count(), 5_000);
    }

    #[test]
    fn no_message_is_empty() {
        let empty =
            [Document::new(), Document::text(""), Document::text(" \n\u{200b}"), Document::new().code("sql", "")];
        for document in empty {
            assert_eq!(messages(&document), [NOTHING]);
        }
        // A gap longer than a message is no message.
        let text = format!("a{}b", "\n".repeat(9_000));
        let parts = messages(&Document::text(text));
        assert!(parts.len() >= 2 && parts.iter().all(|part| is_seen(part)), "{}", parts.len());
    }

    #[test]
    fn words_and_tags_stay_whole() {
        let words = "слово <b> & ".repeat(600);
        let document = Document::new().paragraph(vec![Inline::Bold(words.clone()), Inline::Plain(words)]);
        for part in messages(&document) {
            assert_eq!(part.matches("<b>").count(), part.matches("</b>").count(), "{part}");
            assert!(!part.contains("<b> &"), "what a person wrote is escaped");
        }
    }

    #[test]
    fn without_tags_the_words_are_what_was_written() {
        let words = "a < b & \"c\" > &lt;";
        let document =
            Document::new().heading(words).details("Ещё", vec![Block::Code("sql".to_owned(), "1 < 2".to_owned())]);
        assert_eq!(bare(&messages(&document).concat()), format!("{words}\n\nЕщё\n\n1 < 2"));
    }

    #[test]
    fn a_long_table_repeats_its_head() {
        let columns = vec![GridColumn { title: "Товар".to_owned(), right: false }];
        let rows = (0..900).map(|at| vec![format!("товар {at}")]).collect();
        let parts = messages(&Document::new().table(Grid { columns, rows, note: None }));
        assert!(parts.len() > 1);
        assert!(parts.iter().all(|part| part.starts_with("<pre>Товар\n") && part.ends_with("</pre>")));
    }

    #[test]
    fn folded_program_text_follows_its_quotation() {
        let blocks = vec![
            Block::Paragraph(vec![Inline::Plain("a < b".to_owned())]),
            Block::Code("sql".to_owned(), "x".to_owned()),
        ];
        let parts = messages(&Document::new().details("SQL", blocks));
        assert_eq!(
            parts,
            [
                "<blockquote expandable><b>SQL</b>\na &lt; b</blockquote>\n\n<pre><code class=\"language-sql\">x</code></pre>"
            ]
        );
    }
}
