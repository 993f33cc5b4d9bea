//! Tables as Markdown, which a terminal shows as well; and figures as people read them.

/// A table: headings, then rows.
#[derive(Debug)]
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with these columns. Figures stand right: all columns but the first.
    pub fn new(columns: [&str; N]) -> Self {
        Self { rows: vec![columns.map(str::to_owned)] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// Prints it.
    pub fn print(&self) {
        print!("{}", self.text());
    }

    fn text(&self) -> String {
        let width = |c: usize| self.rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..N).map(width).collect();
        let mut text = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let fill = " ".repeat(widths[c] - cell.chars().count());
                text += &if c == 0 { format!("| {cell}{fill} ") } else { format!("| {fill}{cell} ") };
            }
            text += "|\n";
            if i == 0 {
                for (c, width) in widths.iter().enumerate() {
                    text += &if c == 0 {
                        format!("|{}", "-".repeat(width + 2))
                    } else {
                        format!("|{}:", "-".repeat(width + 1))
                    };
                }
                text += "|\n";
            }
        }
        text
    }
}

/// 1234567 as `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in MiB.
pub fn mib(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    let mib = bytes as f64 / f64::from(1 << 20);
    format!("{mib:.1} MiB")
}

/// Seconds as milliseconds.
pub fn ms(seconds: f64) -> String {
    let ms = seconds * 1e3;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

/// The value below which a share of `sorted` lies; 0 if there is none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(index).copied().unwrap_or(0.0)
}

/// Minimum, median and maximum.
pub fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [quantile(&sorted, 0.0), quantile(&sorted, 0.5), quantile(&sorted, 1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(["what", "rate"]);
        table.row(["выручка".into(), count(27_000)]);
        assert_eq!(table.text(), "| what    |   rate |\n|---------|-------:|\n| выручка | 27,000 |\n");
    }

    #[test]
    fn figures() {
        assert_eq!((count(0), count(999), count(1_234_567)), ("0".into(), "999".into(), "1,234,567".into()));
        assert_eq!(spread(&[3.0, 1.0, 2.0]), [1.0, 2.0, 3.0]);
        assert!(quantile(&[], 0.5).abs() < f64::EPSILON);
    }
}
