//! The screens: their packages, their checks, their build.

use std::fs;

use anyhow::{Context, Result};

use crate::{node::Node, places::Places, step::Step, tally::Tally};

/// Installs the packages when the lock file is not the one they were installed from.
pub fn install(places: &Places, node: &Node, step: &mut Step) -> Result<()> {
    let lock = fs::read(places.ui().join("package-lock.json")).context("ui/package-lock.json")?;
    let stamp = places.ui().join("node_modules/.shuke-lock");
    if fs::read(&stamp).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    step.run(node.npm(places)?.args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).context("the stamp of the installed packages")
}

pub fn build(places: &Places, node: &Node, step: &mut Step) -> Result<()> {
    step.run(node.npm(places)?.args(["run", "build"]))
}

pub fn check(places: &Places, node: &Node, step: &mut Step) -> Result<()> {
    step.run(node.npm(places)?.args(["run", "typecheck"]))?;
    step.run_tests(node.npm(places)?.args(["run", "test"]), Tally::of_vitest)
}
