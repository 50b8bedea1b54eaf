//! The figures of docs/performance.md, over one encrypted file of made-up data.
//!
//! `bench --json FILE [--customers N --sales N] [--keep FOLDER] [--only PART …]`

#![expect(clippy::print_stderr, reason = "a chore speaks to the person who started it")]

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_tests::bench::{Report, apply, first_sync, machine, questions, sales, window};

#[derive(Parser)]
struct Wish {
    #[arg(long, default_value_t = 1_000_000)]
    customers: u32,
    /// About two and a half lines each.
    #[arg(long, default_value_t = 4_000_000)]
    sales: u32,
    /// Customers that a new till takes over, with twice as many sales.
    #[arg(long, default_value_t = 100_000)]
    joining: u32,
    /// How often each question is asked.
    #[arg(long, default_value_t = 300)]
    rounds: u32,
    /// A folder to keep the data in, so that the next run need not make them again.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Only these figures
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    #[arg(long)]
    json: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Search,
    Files,
    Sales,
    Grid,
    Apply,
    FirstSync,
    /// How soon it stands, and what it weighs.
    Window,
    /// How soon an answer is painted.
    Keys,
}

impl Part {
    const OVER_A_FILE: &[Part] =
        &[Part::Search, Part::Files, Part::Sales, Part::Grid, Part::Window, Part::Keys];
}

impl Wish {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let wish = Wish::parse();
    let temporary = tempfile::tempdir()?;
    let home = wish.keep.clone().unwrap_or_else(|| temporary.path().join("home"));
    let mut report = Report::default();
    let before = machine();
    if Part::OVER_A_FILE.iter().any(|part| wish.wants(*part)) {
        over_a_file(&wish, &home, &mut report).await?;
    }
    if wish.wants(Part::Apply) {
        apply::apply(&mut report).await?;
    }
    if wish.wants(Part::FirstSync) {
        first_sync::first_sync(wish.joining, &mut report).await?;
    }
    report.circumstances = format!(
        "{} customers and {} sales of about two and a half lines each, encrypted, on {before} at the start and {} at the end.",
        wish.customers,
        wish.sales,
        machine().rsplit(", ").next().unwrap_or_default(),
    );
    std::fs::write(&wish.json, serde_json::to_vec_pretty(&report)?)?;
    for row in &report.rows {
        let ratio = row.ratio.map(|ratio| format!("ratio {ratio:.2}")).unwrap_or_default();
        eprintln!("{:<44} {:>9.2} {:<3} {ratio:<11} {}", row.name, row.value, row.unit, row.note);
    }
    Ok(())
}

async fn over_a_file(wish: &Wish, home: &Path, report: &mut Report) -> Result<()> {
    std::fs::create_dir_all(home)?;
    let app = App::open(home, KeyPlace::File, false).await?;
    let state = shuke_app::call(&app, "home.state", Value::Null).await?;
    if state["phase"] == "new" {
        let begun = Instant::now();
        let plan = json!({ "customers": wish.customers, "sales": wish.sales });
        shuke_app::call(&app, "home.demo", plan).await?;
        let (customers, sales) = (wish.customers, wish.sales);
        eprintln!("made {customers} customers and {sales} sales in {:.0?}", begun.elapsed());
    }
    if wish.wants(Part::Search) {
        questions::search(&app, wish.rounds, report).await?;
    }
    if wish.wants(Part::Files) {
        questions::files(&app, wish.rounds, report).await?;
    }
    if wish.wants(Part::Grid) {
        questions::grid(&app, wish.rounds, report).await?;
    }
    if wish.wants(Part::Sales) {
        sales::sales(&app, home, wish.rounds, report).await?;
    }
    app.close().await?;
    if wish.wants(Part::Window) {
        window::openings(home, report)?;
    }
    if wish.wants(Part::Keys) {
        window::keys(home, report).await?;
    }
    Ok(())
}
