//! A saved sale, from the command to the totals, beside what the disk itself asks for.

use std::{path::Path, time::Instant};

use anyhow::Result;
use serde_json::json;
use shuke_app::App;

use super::{Report, ask, bare, millis, percentile, questions::some_customers};

pub async fn sales(app: &App, home: &Path, rounds: u32, report: &mut Report) -> Result<()> {
    let ids = some_customers(app, rounds).await?;
    let fsync = bare::fsync(home, rounds)?;
    let floor = millis(percentile(&fsync, 50));
    let mut times = Vec::new();
    for id in &ids {
        let line = json!({ "sku": "LJ-050", "quantity": 1000, "amount": 12_800 });
        let begun = Instant::now();
        ask(app, "sale.add", json!({ "customer": id, "lines": [line] })).await?;
        times.push(begun.elapsed());
    }
    let note = format!(
        "durable, totals and points computed; limit is 10 ms above one fsync, here {floor:.2} ms"
    );
    report.time("a saved sale", &times, 10.0 + floor, &note);
    Ok(())
}
