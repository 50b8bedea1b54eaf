//! `cargo xtask tidy`: the rules that no compiler holds.

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    call::Call,
    edges, generated, licences, locales,
    node::Node,
    places::Places,
    sources,
    step::Step,
    step::Steps,
    style,
    toolchain::{self, Needs, Tools},
    ui, words,
};

#[derive(Args)]
pub struct Tidy {
    /// Mend what can be mended: formatting, generated files, lints with a safe answer
    #[arg(long)]
    fix: bool,
    /// Only the rules about text, which need no compiler: seconds
    #[arg(long, conflicts_with = "fix")]
    text: bool,
}

/// What a rule found: each line says where and what.
pub type Findings = Vec<String>;

pub fn tidy(places: &Places, verb: &Tidy) -> Result<()> {
    if verb.text {
        let mut steps = Steps::new(places, "tidy", 1)?;
        steps.step("Text", |step| text(places, step))?;
        steps.end();
        return Ok(());
    }
    let mut steps = Steps::new(places, "tidy", 5)?;
    let needs = Needs { ui: true, window: false, tests: false, licences: true };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    let node = tools.node.as_ref().context("Node was asked for")?;
    steps.step("Packages of the screens", |step| ui::install(places, node, step))?;
    if verb.fix {
        steps.step("Mend", |step| mend(places, node, step))?;
    } else {
        steps.step("Text", |step| text(places, step))?;
    }
    steps.step("Screens", |step| screens(places, node, step))?;
    steps.step("Code", |step| {
        // The window's crate embeds the screens, so something must be there to embed.
        if !places.ui().join("dist").exists() {
            ui::build(places, node, step)?;
        }
        code(places, step, &tools)
    })?;
    steps.end();
    Ok(())
}

fn mend(places: &Places, node: &Node, step: &mut Step) -> Result<()> {
    step.run(Call::cargo(places).args(["fmt", "--all"]))?;
    generated::write(places, step)?;
    step.run(node.npm(places)?.args(["run", "format"]))?;
    text(places, step)
}

/// Edges, locales, forbidden words, formatting: no compiler needed.
pub fn text(places: &Places, step: &mut Step) -> Result<()> {
    let files = sources::list(places)?;
    let mut found = edges::crates(places)?;
    found.extend(edges::purity(&files));
    found.extend(edges::screens(&files));
    found.extend(locales::check(places, &files)?);
    found.extend(words::forbidden(&files));
    for line in words::long(&files) {
        step.say(&line);
    }
    report(&found)?;
    style::rust(places, step)
}

/// Formatting and lints of the screens.
pub fn screens(places: &Places, node: &Node, step: &mut Step) -> Result<()> {
    step.run(node.npm(places)?.args(["run", "format:check"]))
        .context("`cargo xtask tidy --fix` mends formatting")?;
    step.run(node.npm(places)?.args(["run", "lint"]))
}

/// What needs a compiler or the crates themselves.
pub fn code(places: &Places, step: &mut Step, tools: &Tools) -> Result<()> {
    licences::check(places, step, tools)?;
    style::lints(places, step)?;
    report(&generated::check(places, step)?)
}

fn report(found: &Findings) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    bail!("{} findings\n  {}", found.len(), found.join("\n  "))
}
