//! Purchases that are stored already: an import replaces them, and must not take lines away without a word.

use std::collections::HashMap;

use super::ask::Ask;

/// Purchases that are asked about at once.
const AT_ONCE: usize = 500;

/// What is stored of the purchases of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Existing {
    /// How many of them there are already.
    pub known: u64,
    /// Those of which fewer lines stand in the file than are stored: id, lines stored, lines in the file.
    pub losing: Vec<(String, u64, u64)>,
}

/// Asks about purchases and the count of their lines in the file.
///
/// # Errors
/// It is not answered, as for a key that may not query.
pub async fn existing<A: Ask>(asked_of: &A, purchases: &[(String, u64)]) -> Result<Existing, A::Error> {
    let mut found = Existing::default();
    for some in purchases.chunks(AT_ONCE) {
        let answer = asked_of.ask(statement(some)).await?;
        let stored = answer.rows.iter().filter_map(|row| {
            let lines = row.get(1)?;
            Some((row.first()?.as_str()?, lines.as_u64().or_else(|| lines.as_str()?.parse().ok())?))
        });
        found.compare(&stored.collect(), some);
    }
    Ok(found)
}

impl Existing {
    fn compare(&mut self, stored: &HashMap<&str, u64>, purchases: &[(String, u64)]) {
        for (id, lines) in purchases {
            let Some(before) = stored.get(id.as_str()) else { continue };
            self.known += 1;
            if before > lines {
                self.losing.push((id.clone(), *before, *lines));
            }
        }
    }

    /// What a person should know of it, whether purchases keep the lines that are stored (`append`) or not.
    pub fn lines(&self, append: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if append {
            if self.known > 0 {
                lines.push(format!(
                    "stored already, and would keep their lines beside those of the file: {}",
                    self.known
                ));
            }
            return lines;
        }
        if self.known > 0 {
            lines.push(format!("stored already, and would be replaced: {}", self.known));
        }
        for (id, before, after) in self.losing.iter().take(10) {
            lines.push(format!("purchase {id} would lose lines: {before} are stored, {after} stand in the file"));
        }
        if !self.losing.is_empty() {
            lines.push(format!(
                "{} purchases would lose lines: if an export was split over several files, --append keeps the lines that are stored",
                self.losing.len()
            ));
        }
        lines
    }
}

fn statement(purchases: &[(String, u64)]) -> String {
    let ids: Vec<String> = purchases.iter().map(|(id, _)| format!("'{}'", id.replace('\'', "''"))).collect();
    format!(
        "SELECT purchase_id, count(*) AS lines FROM purchases WHERE purchase_id IN ({}) GROUP BY purchase_id",
        ids.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purchases_that_would_lose_lines_are_told() {
        let purchases = [("o'1".to_owned(), 1), ("o2".to_owned(), 3), ("o3".to_owned(), 1)];
        assert!(statement(&purchases).contains("('o''1', 'o2', 'o3')"));
        let mut found = Existing::default();
        found.compare(&HashMap::from([("o'1", 2), ("o2", 3)]), &purchases);
        assert_eq!((found.known, &found.losing[..]), (2, &[("o'1".to_owned(), 2, 1)][..]));
        assert!(found.lines(true)[0].contains("keep their lines") && found.lines(true).len() == 1);
        assert!(found.lines(false)[1].contains("purchase o'1 would lose lines: 2 are stored, 1 stand"));
        assert!(Existing::default().lines(false).is_empty());
    }
}
