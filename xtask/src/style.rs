//! Formatting and lints of the Rust side.

use anyhow::{Context, Result};

use crate::{call::Call, compile, places::Places, step::Step};

pub fn rust(places: &Places, step: &mut Step) -> Result<()> {
    step.run(Call::cargo(places).args(["fmt", "--all", "--check"]))
        .context("`cargo xtask tidy --fix` mends formatting")
}

pub fn lints(places: &Places, step: &mut Step) -> Result<()> {
    step.run(compile::whole(places, "clippy").args(["--all-targets", "--", "-D", "warnings"]))
}
