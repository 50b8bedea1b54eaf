//! Rows of words under each other: Chinese letters are two columns wide.

use unicode_width::UnicodeWidthStr as _;

/// Which side a column leans on: words left, figures right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lean {
    Left,
    Right,
}

pub(crate) fn lines(leans: &[Lean], rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max()
    };
    let widths: Vec<usize> = (0..leans.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for ((cell, lean), width) in row.iter().zip(leans).zip(&widths) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            match lean {
                Lean::Left => line.extend([cell.as_str(), &pad]),
                Lean::Right => line.extend([&pad, cell.as_str()]),
            }
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_cells_line_up() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["王芳", "9", "x"]), row(["Anna", "12", ""])];
        assert_eq!(
            lines(&[Lean::Left, Lean::Right, Lean::Left], &rows),
            ["王芳   9  x", "Anna  12"]
        );
    }
}
