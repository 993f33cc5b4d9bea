//! A document as a rich message (Bot API 10.1 and later), in its HTML.

use super::{cut, escape, utf16};
use crate::document::{Block, Document, Grid, Inline};

/// Characters of the text, a little below Telegram's 32,768.
const LONGEST: usize = 32_000;
/// Blocks, table rows among them, below Telegram's 500.
const BLOCKS: usize = 480;
/// Columns of a table.
pub(crate) const COLUMNS: usize = 20;

/// What may still be put in.
struct Room {
    characters: usize,
    blocks: usize,
}

/// The message's HTML. What is over the limits is left out from the end; the rest of a table is a file's matter.
pub(crate) fn html(document: &Document) -> String {
    let mut room = Room { characters: LONGEST, blocks: BLOCKS };
    let mut html = String::new();
    blocks(&document.blocks, &mut room, &mut html);
    html
}

fn blocks(blocks: &[Block], room: &mut Room, html: &mut String) {
    for block in blocks {
        if room.blocks == 0 || room.characters == 0 {
            return;
        }
        room.blocks -= 1;
        match block {
            Block::Heading(text) => wrap("h3", &spend(text, room), html),
            Block::Footer(text) => wrap("footer", &spend(text, room), html),
            Block::Paragraph(parts) => wrap("p", &inlines(parts, room), html),
            Block::List(items) => {
                html.push_str("<ul>");
                for item in items.iter().take(room.blocks) {
                    room.blocks -= 1;
                    wrap("li", &inlines(item, room), html);
                }
                html.push_str("</ul>");
            }
            Block::Code(language, text) => {
                let text = spend(text, room);
                html.push_str(&format!("<pre><code class=\"language-{}\">{text}</code></pre>", escape(language)));
            }
            Block::Details(title, inner) => {
                html.push_str(&format!("<details><summary>{}</summary>", spend(title, room)));
                self::blocks(inner, room, html);
                html.push_str("</details>");
            }
            Block::Table(grid) => table(grid, room, html),
        }
    }
}

fn wrap(tag: &str, inner: &str, html: &mut String) {
    html.push_str(&format!("<{tag}>{inner}</{tag}>"));
}

fn spend(text: &str, room: &mut Room) -> String {
    let kept = cut(text, room.characters);
    room.characters -= utf16(&kept).min(room.characters);
    // Line breaks of the source are blanks in rich HTML, except in program text, which is never broken up here.
    escape(&kept)
}

fn inlines(parts: &[Inline], room: &mut Room) -> String {
    let mut html = String::new();
    for part in parts {
        let text = spend(part.text(), room).replace('\n', "<br>");
        match part {
            Inline::Plain(_) => html.push_str(&text),
            Inline::Bold(_) => wrap("b", &text, &mut html),
            Inline::Italic(_) => wrap("i", &text, &mut html),
            Inline::Code(_) => wrap("code", &text, &mut html),
        }
    }
    html
}

fn table(grid: &Grid, room: &mut Room, html: &mut String) {
    html.push_str("<table bordered striped compact><tr>");
    for column in grid.columns.iter().take(COLUMNS) {
        let align = if column.right { " align=\"right\"" } else { "" };
        html.push_str(&format!("<th{align}>{}</th>", spend(&column.title, room)));
    }
    html.push_str("</tr>");
    for row in &grid.rows {
        // Its own words and those of what follows must fit.
        let length: usize = row.iter().map(|cell| utf16(cell)).sum();
        if room.blocks < 8 || room.characters < length + 2_000 {
            break;
        }
        room.blocks -= 1;
        html.push_str("<tr>");
        for (cell, column) in row.iter().zip(&grid.columns).take(COLUMNS) {
            let align = if column.right { " align=\"right\"" } else { "" };
            html.push_str(&format!("<td{align}>{}</td>", spend(cell, room)));
        }
        html.push_str("</tr>");
    }
    html.push_str("</table>");
    if let Some(note) = &grid.note {
        wrap("footer", &spend(note, room), html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::GridColumn;

    #[test]
    fn a_long_table_stays_within_the_limits() {
        let columns = vec![GridColumn { title: "<A>".to_owned(), right: true }; 25];
        let rows = vec![vec!["я & я".to_owned(); 25]; 900];
        let html = html(&Document::new().table(Grid { columns, rows, note: Some("more".to_owned()) }).footer("end"));
        let (rows, heads) = (html.matches("<tr>").count(), html.matches("<th").count());
        assert!(
            rows < 480 && heads == 20 && html.contains("&lt;A&gt;") && html.ends_with("<footer>end</footer>"),
            "{rows}"
        );
        assert!(html.contains("<td align=\"right\">я &amp; я</td>"));
    }
}
