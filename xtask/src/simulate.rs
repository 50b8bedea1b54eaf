//! `cargo xtask simulate`: hostile histories by the number, through the code as it ships.

use anyhow::Result;
use clap::Args;

use crate::{compile, places::Places};

#[derive(Args)]
pub struct Simulate {
    /// How many histories
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Wakes a hand-made fault, and ends when it is caught
    #[arg(long)]
    mutant: Option<String>,
    /// Tells one history step by step; a broken one as short as it can be
    #[arg(long)]
    replay: Option<u64>,
}

pub fn simulate(places: &Places, verb: &Simulate) -> Result<()> {
    // Only a fault needs the build that has them.
    let with = if verb.mutant.is_some() { compile::whole } else { compile::shipped };
    let mut call = with(places, "run").args(["--release", "--quiet", "--bin", "simulate", "--"]);
    call = call.args(["--seeds", &verb.seeds.to_string(), "--from", &verb.from.to_string()]);
    if let Some(mutant) = &verb.mutant {
        call = call.args(["--mutant", mutant]);
    }
    if let Some(seed) = verb.replay {
        call = call.args(["--replay", &seed.to_string()]);
    }
    call.show()
}
