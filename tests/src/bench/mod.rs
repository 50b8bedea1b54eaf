//! What `cargo xtask bench` measures: each figure beside a limit that is measured in the same run,
//! because machines differ and are shared.
//!
//! Questions are asked through the command table, as the window asks them. [`bare`] is the machine's
//! own measure: the same rows through SQLite's C interface, one fsync, a copy of the file.

pub mod apply;
pub mod bare;
pub mod first_sync;
pub mod questions;
pub mod sales;
pub mod window;

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;
use shuke_app::App;

/// One figure. Where there is a ratio, the limit is the ratio's.
#[derive(Debug, Serialize)]
pub struct Row {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    pub limit: Option<f64>,
    pub ratio: Option<f64>,
    pub note: String,
}

/// All figures of a run.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// What was measured over, and how busy the machine was with other things.
    pub circumstances: String,
    pub rows: Vec<Row>,
}

impl Report {
    /// The 99th of a hundred times against a limit in milliseconds.
    pub fn time(&mut self, name: &str, times: &[Duration], limit_ms: f64, note: &str) {
        let p50 = millis(percentile(times, 50));
        self.rows.push(Row {
            name: format!("{name}, p99"),
            value: millis(percentile(times, 99)),
            unit: "ms",
            limit: Some(limit_ms),
            ratio: None,
            note: format!("p50 {p50:.2} ms of {}; {note}", times.len()),
        });
    }

    /// What took `ours` against what took `bare` in the same run.
    pub fn ratio(&mut self, name: &str, ours: Duration, bare: Duration, limit: f64, note: &str) {
        self.rows.push(Row {
            name: name.to_owned(),
            value: ours.as_secs_f64(),
            unit: "s",
            limit: Some(limit),
            ratio: Some(ours.as_secs_f64() / bare.as_secs_f64()),
            note: format!("against {:.2} s; {note}", bare.as_secs_f64()),
        });
    }
}

/// How many cores there are, and how many programs wanted one during the last minute.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    match load.as_deref().and_then(|text| text.split(' ').next()) {
        Some(load) => format!("{cores} cores, load {load}"),
        None => format!("{cores} cores"),
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value below which `percent` of the times lie.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// A command of the table, as the window calls it.
pub(crate) async fn ask(app: &App, name: &str, request: Value) -> Result<Value> {
    shuke_app::call(app, name, request).await.with_context(|| name.to_owned())
}
