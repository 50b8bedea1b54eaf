//! One step after another: its name, its progress, its time; the first failure ends the row and shows why.

use std::{
    fmt,
    fs::{self, File},
    io::{IsTerminal, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{call::Call, places::Places, tally::Tally};

/// A step that runs longer than this hangs.
const LIMIT: Duration = Duration::from_secs(40 * 60);
const PULSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Steps {
    logs: PathBuf,
    total: usize,
    rows: Vec<Row>,
    tally: Tally,
    began: Instant,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    time: Duration,
    mark: &'static str,
    note: String,
}

impl Steps {
    /// A row for one verb, which keeps its logs in a folder of its own.
    pub fn new(places: &Places, verb: &str, total: usize) -> Result<Self> {
        let logs = places.logs().join(verb);
        if logs.exists() {
            fs::remove_dir_all(&logs)?;
        }
        fs::create_dir_all(&logs)?;
        let (rows, tally) = (Vec::new(), Tally::default());
        Ok(Self { logs, total, rows, tally, began: Instant::now() })
    }

    /// Does one step. An error is told with the tail of the step's log and the table, and ends the row.
    pub fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Step) -> Result<T>,
    ) -> Result<T> {
        let number = self.rows.len() + 1;
        let file = name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "-");
        let log = self.logs.join(format!("{number:02}-{file}.log"));
        let mut step = Step::begin(format!("[{number}/{}] {name}", self.total), log)?;
        let result = work(&mut step);
        step.bar.finish_and_clear();
        let time = step.began.elapsed();
        let tally = step.tally;
        self.tally += tally;
        let mark = if result.is_ok() { "✓" } else { "✗" };
        let mut notes = step.notes;
        if tally.ran() {
            notes.insert(0, tally.to_string());
        }
        let note = notes.join("; ");
        let gap = if note.is_empty() { "" } else { "  " };
        println!("{mark} [{number}/{}] {name}  {}{gap}{note}", self.total, seconds(time));
        self.rows.push(Row { name, time, mark, note });
        result.map_err(|error| {
            if tally.failed == 0 {
                self.tally.failed += 1;
            }
            println!("\n{}", tail(&step.log, 80));
            println!("\n{name}: {error:#}\nThe whole log: {}", step.log.display());
            self.end();
            Told.into()
        })
    }

    /// The table of steps, and the one plain line that sums up.
    pub fn end(&self) {
        let wide = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        println!();
        for row in &self.rows {
            println!("  {} {:wide$}  {:>8}  {}", row.mark, row.name, seconds(row.time), row.note);
        }
        println!("    {:wide$}  {:>8}\n", "all", seconds(self.began.elapsed()));
        if self.tally.ran() {
            println!("{} passed, {} failed", self.tally.passed, self.tally.failed);
        }
    }
}

/// The failure of a step, which the person has already been told.
#[derive(Debug)]
pub struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step failed")
    }
}

impl std::error::Error for Told {}

#[derive(Debug)]
pub struct Step {
    title: String,
    log: PathBuf,
    bar: ProgressBar,
    began: Instant,
    spoke: Instant,
    pub tally: Tally,
    notes: Vec<String>,
}

impl Step {
    /// A step on its own, outside any row: `run` and `bundle` work so.
    pub fn begin(title: String, log: PathBuf) -> Result<Self> {
        File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let bar = if std::io::stdout().is_terminal() {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {prefix} {elapsed}  {wide_msg:.dim}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(title.clone());
            bar
        } else {
            println!("  {title} …");
            ProgressBar::hidden()
        };
        let now = Instant::now();
        Ok(Self {
            title,
            log,
            bar,
            began: now,
            spoke: now,
            tally: Tally::default(),
            notes: Vec::new(),
        })
    }

    /// A remark that stays beside the step in the table.
    pub fn note(&mut self, words: impl Into<String>) {
        self.notes.push(words.into());
    }

    /// A line for the person, now.
    pub fn say(&self, words: &str) {
        self.bar.suspend(|| println!("  {words}"));
    }

    /// Runs a program into the step's log, showing its last line meanwhile.
    pub fn run(&mut self, call: Call) -> Result<()> {
        let words = call.to_string();
        let mut log = File::options().append(true).open(&self.log)?;
        std::io::Write::write_all(&mut log, format!("$ {words}\n").as_bytes())?;
        let other = log.try_clone()?;
        let call = call.command(|command| {
            command.stdout(Stdio::from(log)).stderr(Stdio::from(other));
        });
        let mut child = call.start()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if start.elapsed() > LIMIT {
                child.kill()?;
                child.wait()?;
                bail!("{words}: no end after {} minutes", LIMIT.as_secs() / 60);
            }
            self.progress();
            sleep(Duration::from_millis(100));
        };
        if !status.success() {
            bail!("{words}: {status}");
        }
        Ok(())
    }

    /// Runs a program whose output counts tests; failing tests are counted before the error comes back.
    pub fn run_tests(&mut self, call: Call, count: fn(&str) -> Tally) -> Result<()> {
        let before = fs::metadata(&self.log)?.len();
        let result = self.run(call);
        let mut said = Vec::new();
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::Start(before))?;
        log.read_to_end(&mut said)?;
        let said = String::from_utf8_lossy(&said);
        self.tally += count(&said);
        let skipped = said.lines().map(str::trim).filter(|line| line.starts_with("skipped: "));
        let mut skipped: Vec<_> = skipped.map(str::to_owned).collect();
        skipped.sort();
        skipped.dedup();
        for line in skipped {
            self.say(&line);
        }
        result
    }

    fn progress(&mut self) {
        if self.bar.is_hidden() {
            if self.spoke.elapsed() > PULSE {
                self.spoke = Instant::now();
                println!(
                    "  {}  {}  {}",
                    self.title,
                    seconds(self.began.elapsed()),
                    last_line(&self.log)
                );
            }
        } else {
            self.bar.set_message(last_line(&self.log));
            self.bar.tick();
        }
    }
}

pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn ending(log: &Path, bytes: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(bytes)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    read().map(|end| String::from_utf8_lossy(&end).into_owned()).unwrap_or_default()
}

fn last_line(log: &Path) -> String {
    let end = ending(log, 600);
    let line = end.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(110).collect()
}

fn tail(log: &Path, lines: usize) -> String {
    let end = ending(log, 16_000);
    let all: Vec<_> = end.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
