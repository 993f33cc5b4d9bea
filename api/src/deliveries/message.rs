//! What is sent, before it is known by which way.

/// A text in plain words: whoever sends it escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its first line; the subject of a mail.
    pub title: String,
    /// The rest.
    pub body: String,
    /// What it says, in a line that names no customer.
    pub summary: String,
}

/// Characters of a body at most: a message of Telegram has 4096.
const MAX_BODY: usize = 3_500;

impl Message {
    /// A message of these parts, with an empty line between them.
    pub fn new(title: String, parts: &[String], summary: String) -> Self {
        let mut body = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n\n");
        if body.chars().count() > MAX_BODY {
            body = body.chars().take(MAX_BODY).chain(['…']).collect();
        }
        Self { title, body, summary }
    }
}

/// A heading and its lines; nothing where there are none.
pub fn part(heading: &str, lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<_> = lines.into_iter().map(|line| format!("• {line}")).collect();
    if lines.is_empty() { String::new() } else { format!("{heading}\n{}", lines.join("\n")) }
}
