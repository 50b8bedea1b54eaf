//! `cargo xtask bench`: lets the bench binary measure, and writes its figures down for people.

use std::{fmt::Write, fs};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use crate::{
    compile,
    display::Virtual,
    places::Places,
    session::{self, Session},
    step::Steps,
    toolchain::{self, Needs},
    ui,
};

#[derive(Args)]
pub struct Bench {
    /// Handed to the bench, such as the name of one figure
    #[arg(last = true)]
    args: Vec<String>,
}

#[derive(Deserialize)]
struct Figures {
    #[serde(default)]
    circumstances: String,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    value: f64,
    unit: String,
    /// What the value must not exceed; a ratio's limit where `ratio` is given.
    limit: Option<f64>,
    ratio: Option<f64>,
    #[serde(default)]
    note: String,
}

impl Row {
    fn holds(&self) -> Option<bool> {
        self.limit.map(|limit| self.ratio.unwrap_or(self.value) <= limit)
    }
}

pub fn bench(places: &Places, verb: &Bench) -> Result<()> {
    let mut steps = Steps::new(places, "bench", 4)?;
    let needs = Needs { ui: true, window: true, tests: true, licences: false };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    steps.step("Screens", |step| {
        let node = tools.node.as_ref().context("Node was asked for")?;
        ui::install(places, node, step)?;
        ui::build(places, node, step)
    })?;
    steps.step("Build", |step| {
        let example = ["--bins", "--example", "empty_window"];
        step.run(compile::measured(places, "build").args(example))
    })?;
    let out = places.cache.join("bench.json");
    steps.step("Measure", |step| {
        let release = compile::measured_folder(places);
        let mut env = vec![
            ("SHUKE_APP", release.join("shuke").into()),
            ("SHUKE_EMPTY_WINDOW", release.join("examples/empty_window").into()),
        ];
        env.push(("SHUKE_BINARIES", release.into()));
        // A display of our own even beside a real one: the start is seen in its memory.
        let screen = cfg!(target_os = "linux").then(|| Virtual::start(1366, 768)).transpose()?;
        env.extend(screen.iter().flat_map(Virtual::env));
        env.extend(screen.iter().map(|screen| ("SHUKE_FRAMEBUFFER", screen.memory().into())));
        if let Some(driver) = &tools.driver {
            env.push(("SHUKE_TEST_WINDOW", "1".into()));
            env.push(("TAURI_DRIVER", driver.into()));
        }
        let keychain = tempfile::tempdir()?;
        let session = (!session::keychain_there())
            .then(|| Session::start(keychain.path(), &env))
            .transpose()?;
        env.extend(session.iter().flat_map(Session::env));
        let call =
            compile::measured(places, "run").args(["--bin", "bench", "--", "--json"]).arg(&out);
        step.run(call.args(&verb.args).envs(&env))
    })?;
    let figures: Figures =
        serde_json::from_str(&fs::read_to_string(&out)?).context("the bench's figures")?;
    let page = page(&figures)?;
    println!("\n{page}");
    // Part of the figures must not replace the page of all of them.
    if is_whole(&verb.args) {
        fs::write(places.root.join("docs/performance.md"), &page)?;
    }
    let broken: Vec<_> = figures
        .rows
        .iter()
        .filter(|row| row.holds() == Some(false))
        .map(|row| row.name.as_str())
        .collect();
    if !broken.is_empty() {
        bail!("over the limit: {}", broken.join(", "));
    }
    Ok(())
}

/// Whether all is measured, at full size.
fn is_whole(args: &[String]) -> bool {
    const LESS: &[&str] = &["--only", "--customers", "--sales", "--joining", "--rounds"];
    !args.iter().any(|arg| LESS.iter().any(|less| arg.starts_with(less)))
}

fn page(figures: &Figures) -> Result<String> {
    let mut page = format!(
        "# Performance\n\nWritten by `cargo xtask bench`; a ratio compares two things measured in the same run.\n\n{}\n\n\
         | figure | value | ratio | limit | holds | how |\n|---|---:|---:|---:|---|---|\n",
        figures.circumstances
    );
    for row in &figures.rows {
        let number =
            |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
        let holds = row.holds().map_or("", |holds| if holds { "yes" } else { "**no**" });
        let (value, unit) = (number(Some(row.value)), &row.unit);
        writeln!(
            page,
            "| {} | {value} {unit} | {} | {} | {holds} | {} |",
            row.name,
            number(row.ratio),
            number(row.limit),
            row.note
        )?;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::{Figures, is_whole, page};

    #[test]
    fn a_ratio_is_held_against_the_limit_before_the_value_is() {
        let json = r#"{"circumstances":"Quiet.","rows":[{"name":"apply","value":9.0,"unit":"s","limit":2.0,"ratio":1.5,"note":"n"},
                               {"name":"search","value":12,"unit":"ms","limit":10,"ratio":null,"note":""},
                               {"name":"size","value":4.3,"unit":"MB","limit":null,"ratio":null}]}"#;
        let figures: Figures = serde_json::from_str(json).unwrap();
        let holds: Vec<_> = figures.rows.iter().map(super::Row::holds).collect();
        assert_eq!(holds, [Some(true), Some(false), None]);
        assert!(page(&figures).unwrap().contains("\n\nQuiet.\n\n| figure"));
        assert!(page(&figures).unwrap().contains("| search | 12.00 ms |  | 10.00 | **no** |  |"));
    }

    #[test]
    fn kept_data_are_as_good_as_new_ones() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_whole(&[]) && is_whole(&args("--keep folder")));
        assert!(!is_whole(&args("--keep folder --only search")) && !is_whole(&args("--sales=9")));
    }
}
