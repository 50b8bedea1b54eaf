//! The figures of docs/performance.md: everything over one encrypted file of made-up data, each
//! figure beside a limit that is measured in the same run, because machines differ and are shared.
//!
//! `bench --customers 1000000 --sales 4000000 --json FILE`

#![expect(clippy::print_stderr, reason = "a chore speaks to the person who started it")]

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::Parser;
use serde::Serialize;
use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_tests::measure::{bare, percentile};

#[derive(Parser)]
struct Wish {
    #[arg(long, default_value_t = 1_000_000)]
    customers: u32,
    /// About two and a half lines each.
    #[arg(long, default_value_t = 4_000_000)]
    sales: u32,
    /// How often each question is asked.
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// A folder to keep the data in, so that the next run need not make them again.
    #[arg(long)]
    keep: Option<PathBuf>,
    #[arg(long)]
    json: PathBuf,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    limit: Option<f64>,
    ratio: Option<f64>,
    note: String,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    rows: Vec<Row>,
}

impl Report {
    fn time(&mut self, name: &str, times: &[Duration], limit_ms: f64, note: impl Into<String>) {
        let p99 = percentile(times, 99).as_secs_f64() * 1000.0;
        let p50 = percentile(times, 50).as_secs_f64() * 1000.0;
        let note = format!("p50 {p50:.2} ms; {}", note.into());
        self.rows.push(Row {
            name: format!("{name}, p99"),
            value: p99,
            unit: "ms",
            limit: Some(limit_ms),
            ratio: None,
            note,
        });
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let wish = Wish::parse();
    let temporary = tempfile::tempdir()?;
    let home = wish.keep.clone().unwrap_or_else(|| temporary.path().join("home"));
    std::fs::create_dir_all(&home)?;
    let app = App::open(&home, KeyPlace::File, false).await?;
    if ask(&app, "home.state", Value::Null).await?["phase"] == "new" {
        let begun = Instant::now();
        ask(&app, "home.demo", json!({ "customers": wish.customers, "sales": wish.sales })).await?;
        eprintln!(
            "made {} customers and {} sales in {:.0?}",
            wish.customers,
            wish.sales,
            begun.elapsed()
        );
    }
    let mut report = Report::default();
    search(&app, &wish, &mut report).await?;
    files(&app, &wish, &mut report).await?;
    sales(&app, &wish, &home, &mut report).await?;
    grid(&app, &wish, &mut report).await?;
    app.close().await?;
    apply(&mut report).await?;
    std::fs::write(&wish.json, serde_json::to_vec_pretty(&report)?)?;
    for row in &report.rows {
        eprintln!("{:<48} {:>10.2} {:<6} {}", row.name, row.value, row.unit, row.note);
    }
    Ok(())
}

async fn ask(app: &App, name: &str, request: Value) -> Result<Value> {
    shuke_app::call(app, name, request).await.with_context(|| name.to_owned())
}

async fn search(app: &App, wish: &Wish, report: &mut Report) -> Result<()> {
    const KINDS: &[(&str, &[&str])] = &[
        ("search: one character", &["王", "丽", "单", "文", "华"]),
        ("search: two characters", &["王丽", "文博", "张伟", "雨晨"]),
        ("search: one letter", &["w", "z", "l", "a"]),
        ("search: initials", &["zl", "wxm", "lw", "zlh"]),
        ("search: pinyin", &["wang", "zhangli", "chenx", "lv"]),
        ("search: mixed", &["wang w", "zl 88", "li 138"]),
        ("search: phone tail", &["88", "6688", "0571"]),
        ("search: phone front", &["138", "1580", "+86139"]),
        ("search: member number", &["10000", "1000088"]),
    ];
    for (name, texts) in KINDS {
        let mut times = Vec::new();
        for round in 0..wish.rounds {
            let text = texts[round as usize % texts.len()];
            let begun = Instant::now();
            ask(app, "customer.search", json!({ "text": text, "limit": 20 })).await?;
            times.push(begun.elapsed());
        }
        report.time(name, &times, 10.0, "command to JSON, 20 hits explained");
    }
    Ok(())
}

async fn files(app: &App, wish: &Wish, report: &mut Report) -> Result<()> {
    let list = ask(
        app,
        "customer.list",
        json!({ "limit": 500, "sort": { "key": "created", "descending": false } }),
    )
    .await?;
    let ids: Vec<Value> =
        list["rows"].as_array().into_iter().flatten().map(|row| row["id"].clone()).collect();
    let mut times = Vec::new();
    for round in 0..wish.rounds {
        let id = &ids[round as usize * 7 % ids.len()];
        let begun = Instant::now();
        ask(app, "customer.show", json!({ "id": id })).await?;
        ask(app, "customer.timeline", json!({ "id": id })).await?;
        times.push(begun.elapsed());
    }
    report.time("a customer's whole file", &times, 10.0, "file and first page of the timeline");
    Ok(())
}

async fn sales(app: &App, wish: &Wish, home: &Path, report: &mut Report) -> Result<()> {
    let list = ask(app, "customer.list", json!({ "limit": 200 })).await?;
    let ids: Vec<Value> =
        list["rows"].as_array().into_iter().flatten().map(|row| row["id"].clone()).collect();
    let fsync = bare::fsync(home, wish.rounds)?;
    let floor = percentile(&fsync, 50).as_secs_f64() * 1000.0;
    let mut times = Vec::new();
    for round in 0..wish.rounds {
        let id = &ids[round as usize % ids.len()];
        let line = json!({ "sku": "LJ-050", "quantity": 1000, "amount": 12_800 });
        let begun = Instant::now();
        ask(app, "sale.add", json!({ "customer": id, "lines": [line] })).await?;
        times.push(begun.elapsed());
    }
    report.time(
        "a saved sale",
        &times,
        10.0 + floor,
        format!("limit is 10 ms above one fsync, here {floor:.2} ms"),
    );
    Ok(())
}

async fn grid(app: &App, wish: &Wish, report: &mut Report) -> Result<()> {
    let mut sorts = Vec::new();
    let mut view = Value::Null;
    for key in ["name", "last_sale", "spent_12_months", "points", "sales"] {
        let begun = Instant::now();
        let sort = json!({ "key": key, "descending": key != "name" });
        view = ask(app, "customer.view", json!({ "conditions": [], "sort": sort })).await?;
        sorts.push(begun.elapsed());
    }
    report.time("grid: change of sort", &sorts, 300.0, "five keys, everyone");
    let count = view["count"].as_u64().unwrap_or(1);
    let mut jumps = Vec::new();
    for round in 0..u64::from(wish.rounds) {
        let from = round * 7_919 % count;
        let begun = Instant::now();
        ask(app, "customer.window", json!({ "view": view["view"], "from": from, "count": 60 }))
            .await?;
        jumps.push(begun.elapsed());
    }
    report.time("grid: jump to any row", &jumps, 30.0, "a window of 60 rows");
    Ok(())
}

/// Pulled records through the product's apply, against bare prepared inserts of the same rows.
async fn apply(report: &mut Report) -> Result<()> {
    let rows = 100_000;
    let bare = bare::inserts(rows)?;
    let ours = shuke_tests::measure::apply(rows).await?;
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    report.rows.push(Row {
        name: "bulk apply of pulled sale lines".to_owned(),
        value: f64::from(rows) / ours.as_secs_f64(),
        unit: "rows/s",
        limit: Some(2.0),
        ratio: Some(ratio),
        note: format!(
            "ratio of times; {rows} rows; bare prepared inserts {:.0} rows/s",
            f64::from(rows) / bare.as_secs_f64()
        ),
    });
    Ok(())
}
