//! What people ask all day: the search box, a customer's file, the grid.

use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};
use shuke_app::App;

use super::{Report, ask, percentile};

const SEARCH_LIMIT: f64 = 10.0;

const KINDS: &[(&str, &[&str])] = &[
    ("search: one character", &["王", "丽", "单", "文", "华"]),
    ("search: two characters", &["王丽", "文博", "张伟", "雨晨"]),
    ("search: one letter", &["w", "z", "l", "a"]),
    ("search: initials", &["zl", "wxm", "lw", "zlh"]),
    ("search: pinyin", &["wang", "zhangli", "chenx", "lv"]),
    ("search: mixed", &["wang w", "zl 88", "li 138"]),
    ("search: one digit", &["8", "1", "0"]),
    ("search: phone tail", &["88", "6688", "0571"]),
    ("search: phone front", &["138", "1580", "+86139"]),
    ("search: member number", &["10000", "1000088"]),
    ("search: nobody", &["qqxxzz", "龘靐", "zl 99999999"]),
];

pub async fn search(app: &App, rounds: u32, report: &mut Report) -> Result<()> {
    for (name, texts) in KINDS {
        let mut times = Vec::new();
        let mut by_text = vec![Vec::new(); texts.len()];
        for round in 0..rounds as usize {
            let place = round % texts.len();
            let begun = Instant::now();
            ask(app, "customer.search", json!({ "text": texts[place], "limit": 20 })).await?;
            times.push(begun.elapsed());
            by_text[place].push(begun.elapsed());
        }
        let usual = by_text.iter().map(|times| percentile(times, 50)).zip(*texts);
        let slowest = usual.max().map_or("", |(_, text)| text);
        let note = format!("command to JSON, 20 hits explained; slowest is {slowest}");
        report.time(name, &times, SEARCH_LIMIT, &note);
    }
    Ok(())
}

/// Ids of customers from all over the list, those who bought last among them.
pub(crate) async fn some_customers(app: &App, count: u32) -> Result<Vec<Value>> {
    let sort = json!({ "key": "last_sale", "descending": true });
    let view = ask(app, "customer.view", json!({ "conditions": [], "sort": sort })).await?;
    let all = view["count"].as_u64().unwrap_or(1);
    let mut ids = Vec::new();
    for place in 0..u64::from(count) {
        let from = place * place * 7_919 % all;
        let window = json!({ "view": view["view"], "from": from, "count": 1 });
        let window = ask(app, "customer.window", window).await?;
        ids.extend(window["rows"].as_array().into_iter().flatten().map(|row| row["id"].clone()));
    }
    anyhow::ensure!(!ids.is_empty(), "no customers to ask for");
    Ok(ids)
}

pub async fn files(app: &App, rounds: u32, report: &mut Report) -> Result<()> {
    let ids = some_customers(app, rounds).await?;
    let mut times = Vec::new();
    for id in &ids {
        let begun = Instant::now();
        ask(app, "customer.show", json!({ "id": id })).await?;
        ask(app, "customer.timeline", json!({ "id": id })).await?;
        times.push(begun.elapsed());
    }
    report.time(
        "a customer's whole file",
        &times,
        10.0,
        "file and first page of the timeline, each customer asked once",
    );
    Ok(())
}

pub async fn grid(app: &App, rounds: u32, report: &mut Report) -> Result<()> {
    let mut sorts = Vec::new();
    let mut view = Value::Null;
    for descending in [true, false] {
        for key in
            ["name", "last_sale", "spent_12_months", "points", "sales", "joined", "member_no"]
        {
            let sort = json!({ "key": key, "descending": descending });
            let begun = Instant::now();
            view = ask(app, "customer.view", json!({ "conditions": [], "sort": sort })).await?;
            sorts.push(begun.elapsed());
        }
    }
    report.time("grid: change of sort", &sorts, 300.0, "seven keys, both ways, everyone");
    let count = view["count"].as_u64().unwrap_or(1);
    let mut jumps = Vec::new();
    for round in 0..u64::from(rounds) {
        let window = json!({ "view": view["view"], "from": round * 104_729 % count, "count": 60 });
        let begun = Instant::now();
        ask(app, "customer.window", window).await?;
        jumps.push(begun.elapsed());
    }
    report.time("grid: jump to any row", &jumps, 30.0, "a window of 60 rows");
    Ok(())
}
