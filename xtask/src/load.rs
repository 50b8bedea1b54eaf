//! `cargo xtask load`: thousands of devices on loopback, at real servers over a PostgreSQL of their own.

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{
    compile,
    places::Places,
    postgres::{self, Postgres},
};

#[derive(Args)]
pub struct Load {
    /// Handed on, such as --devices 500
    #[arg(last = true)]
    args: Vec<String>,
}

/// Optimised as what is shipped, but for LTO.
const PROFILE: &str = "--profile=measure";

pub fn load(places: &Places, verb: &Load) -> Result<()> {
    let programs = postgres::programs()
        .context("PostgreSQL is not installed: cargo xtask test installs it")?;
    compile::shipped(places, "build").args([PROFILE, "--bins"]).show()?;
    let cluster = Postgres::start(&programs, &places.logs().join("postgres.log"))?;
    compile::shipped(places, "run")
        .args([PROFILE, "--quiet", "--bin", "load", "--"])
        .args(&verb.args)
        .envs(&[
            ("SHUKE_TEST_POSTGRES", cluster.url().into()),
            ("SHUKE_BINARIES", places.target().join("measure").into()),
        ])
        .show()
}
