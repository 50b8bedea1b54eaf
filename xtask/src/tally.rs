//! How many tests passed and failed, read from what the test runners print.

use std::{fmt, ops::AddAssign};

use regex::Regex;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub ignored: u32,
}

impl Tally {
    pub fn ran(self) -> bool {
        self != Self::default()
    }

    /// Rust's test harness: one `test result:` line per binary.
    pub fn of_cargo(said: &str) -> Self {
        let mut tally = Self::default();
        let Ok(line) = Regex::new(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
        else {
            return tally;
        };
        for found in line.captures_iter(said) {
            let number = |at: usize| found[at].parse().unwrap_or(0);
            tally += Self { passed: number(1), failed: number(2), ignored: number(3) };
        }
        tally
    }

    /// Vitest: one `Tests  1 failed | 12 passed | 2 skipped (15)` line.
    pub fn of_vitest(said: &str) -> Self {
        let Some(line) = said.lines().rev().find(|line| line.contains(" Tests ")) else {
            return Self::default();
        };
        let number = |word: &str| {
            let before = line.split(word).next().filter(|before| before.len() < line.len());
            let digits = before
                .and_then(|before| before.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next());
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        Self { passed: number(" passed"), failed: number(" failed"), ignored: number(" skipped") }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        for (count, word) in [(self.failed, "failed"), (self.ignored, "ignored")] {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn cargo_lines_add_up() {
        let said = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\nnoise\n\
                    test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(Tally::of_cargo(said), Tally { passed: 7, failed: 2, ignored: 1 });
    }

    #[test]
    fn vitest_counts_tests_not_files() {
        let said = " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed | 2 skipped (15)\n";
        assert_eq!(Tally::of_vitest(said), Tally { passed: 12, failed: 1, ignored: 2 });
        assert_eq!(
            Tally::of_vitest("      Tests  5 passed (5)"),
            Tally { passed: 5, failed: 0, ignored: 0 }
        );
        assert_eq!(Tally::of_vitest("no tests"), Tally::default());
    }
}
