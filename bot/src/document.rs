//! What a message says, before it has a form: rich for servers that know it, HTML for the others.

use serde::{Deserialize, Serialize};

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) blocks: Vec<Block>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Block {
    Heading(String),
    /// Lines are kept.
    Paragraph(Vec<Inline>),
    List(Vec<Vec<Inline>>),
    Table(Grid),
    /// Program text, with its language.
    Code(String, String),
    /// A folded part: its title, and what is in it.
    Details(String, Vec<Block>),
    /// What stands small below.
    Footer(String),
}

/// Text within a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Inline {
    Plain(String),
    Bold(String),
    Italic(String),
    Code(String),
}

impl Inline {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Bold(text) | Self::Italic(text) | Self::Code(text) => text,
        }
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Grid {
    pub(crate) columns: Vec<GridColumn>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Told below: rows that are not shown, for example.
    pub(crate) note: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct GridColumn {
    pub(crate) title: String,
    /// Figures stand on the right.
    pub(crate) right: bool,
}

impl Document {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A message of plain words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::new().plain(text)
    }

    pub(crate) fn heading(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    pub(crate) fn plain(self, text: impl Into<String>) -> Self {
        self.paragraph(vec![Inline::Plain(text.into())])
    }

    pub(crate) fn paragraph(mut self, inlines: Vec<Inline>) -> Self {
        self.blocks.push(Block::Paragraph(inlines));
        self
    }

    pub(crate) fn list(mut self, items: Vec<Vec<Inline>>) -> Self {
        self.blocks.push(Block::List(items));
        self
    }

    pub(crate) fn table(mut self, grid: Grid) -> Self {
        self.blocks.push(Block::Table(grid));
        self
    }

    pub(crate) fn code(mut self, language: &str, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Code(language.to_owned(), text.into()));
        self
    }

    pub(crate) fn details(mut self, title: impl Into<String>, blocks: Vec<Block>) -> Self {
        self.blocks.push(Block::Details(title.into(), blocks));
        self
    }

    pub(crate) fn footer(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Footer(text.into()));
        self
    }

    /// Whether a rich message shows it better than HTML does.
    pub(crate) fn wants_rich(&self) -> bool {
        self.blocks.iter().any(|block| matches!(block, Block::Table(_) | Block::Details(..)))
    }
}
