//! The project's own chores: run, test, tidy, bench, load, simulate, bundle, dev. Here only the command line; each verb has its file.
#![expect(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

mod bench;
mod bundle;
mod call;
mod compile;
mod debian;
mod dev;
mod display;
mod edges;
mod frame;
mod generated;
mod licences;
mod load;
mod locales;
mod node;
mod places;
mod postgres;
mod run;
mod session;
mod simulate;
mod sources;
mod step;
mod style;
mod tally;
mod test;
mod tidy;
mod toolchain;
mod ui;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{places::Places, step::Told};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Shuke's chores", version)]
struct Line {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what is needed, build, and open the window
    Run(run::Run),
    /// Install what is needed and run every test
    Test(test::Test),
    /// Check edges, locales, generated files, formatting, lints and licences
    Tidy(tidy::Tidy),
    /// Measure, and write docs/performance.md
    Bench(bench::Bench),
    /// Run the shop through hostile histories, and ask for what sync promises
    Simulate(simulate::Simulate),
    /// Set thousands of devices on real servers, all on this machine
    Load(load::Load),
    /// Build the installer for this system, and try it where that is possible
    Bundle(bundle::Bundle),
    /// Open the window on the screens' development server
    Dev(dev::Dev),
}

fn main() -> ExitCode {
    let Err(error) = Places::find().and_then(|places| work(&places, Line::parse().verb)) else {
        return ExitCode::SUCCESS;
    };
    if !error.is::<Told>() {
        println!("{error:#}");
    }
    ExitCode::FAILURE
}

fn work(places: &Places, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Run(verb) => run::run(places, &verb),
        Verb::Test(verb) => test::test(places, &verb),
        Verb::Tidy(verb) => tidy::tidy(places, &verb),
        Verb::Bench(verb) => bench::bench(places, &verb),
        Verb::Simulate(verb) => simulate::simulate(places, &verb),
        Verb::Load(verb) => load::load(places, &verb),
        Verb::Bundle(verb) => bundle::bundle(places, &verb),
        Verb::Dev(verb) => dev::dev(places, &verb),
    }
}
