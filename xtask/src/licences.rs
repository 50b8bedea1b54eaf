//! What comes into the build from outside: licences, banned crates, sources, by deny.toml.

use anyhow::{Context, Result};

use crate::{call::Call, places::Places, step::Step, toolchain::Tools};

pub fn check(places: &Places, step: &mut Step, tools: &Tools) -> Result<()> {
    let deny = tools.deny.as_ref().context("cargo-deny was asked for")?;
    let call = Call::new(deny).at(&places.root).env("CARGO_TARGET_DIR", places.target());
    step.note("advisories not checked: they need their database from the network");
    step.run(call.args(["check", "licenses", "bans", "sources"]))
}
