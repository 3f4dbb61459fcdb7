//! Where data and words go: data to standard output, words to standard error, tables in columns.
//!
//! Deliberately absent: colours. What is printed reads the same in a terminal, a file and a mail.

use std::io::{self, IsTerminal as _, Write};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Says something to the person; never data.
pub(crate) fn say(words: impl AsRef<str>) {
    // A person who cannot be reached needs no words, and the work goes on.
    let _ = writeln!(io::stderr().lock(), "servanda: {}", words.as_ref());
}

/// Prints data as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Prints data as it is.
pub(crate) fn print_text(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// A progress bar on standard error, seen only when a terminal watches. Without a known length it counts only.
pub(crate) fn progress_bar(length: Option<u64>, what: &'static str) -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target);
    let template = match length {
        Some(_) => "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
        None => "{msg} {spinner} {human_pos}, {per_sec}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Rows in columns. The first row is the head.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// A table with a head.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).to_vec()], right: Vec::new() }
    }

    /// Sets columns, counted from 0, flush right: numbers.
    pub(crate) fn right(mut self, columns: &[usize]) -> Self {
        self.right = columns.to_vec();
        self
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Whether it has rows beside its head.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// The lines of the table, each behind `indent` blanks.
    pub(crate) fn lines(&self, indent: usize) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(indent);
            for (column, cell) in row.iter().enumerate() {
                let blanks = " ".repeat(widths[column] - cell.chars().count());
                if self.right.contains(&column) {
                    line.push_str(&format!("{blanks}{cell}  "));
                } else {
                    line.push_str(&format!("{cell}{blanks}  "));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["what", "days"]).right(&[1]);
        assert!(table.is_empty());
        table.row(["мектеп".to_owned(), "7".to_owned()]);
        table.row(["x".to_owned(), "1234".to_owned()]);
        assert_eq!(table.lines(2), "  what    days\n  мектеп     7\n  x       1234\n");
    }
}
