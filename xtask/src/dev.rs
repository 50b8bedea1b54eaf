//! `cargo xtask dev`: the window on the screens' development server, both rebuilt as files change.

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    display,
    places::Places,
    step::Steps,
    toolchain::{self, Needs},
    ui,
};

#[derive(Args)]
pub struct Dev {
    /// Handed to `tauri dev`
    #[arg(last = true)]
    args: Vec<String>,
}

pub fn dev(places: &Places, verb: &Dev) -> Result<()> {
    if !display::exists() {
        bail!("there is no display here to work on; `cargo xtask run` opens a virtual one");
    }
    let mut steps = Steps::new(places, "dev", 2)?;
    let needs = Needs { ui: true, window: true, tests: false, licences: false };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    let node = tools.node.as_ref().context("Node was asked for")?;
    steps.step("Packages of the screens", |step| ui::install(places, node, step))?;
    let dev = node.program(places, "tauri")?.arg("dev").args(&verb.args);
    dev.env("CARGO_TARGET_DIR", places.target()).show()
}
