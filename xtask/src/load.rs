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

pub fn load(places: &Places, verb: &Load) -> Result<()> {
    let programs = postgres::programs()
        .context("PostgreSQL is not installed: cargo xtask test installs it")?;
    compile::measured(places, "build").arg("--bins").show()?;
    let cluster = Postgres::start(&programs, &places.logs().join("postgres.log"))?;
    compile::measured(places, "run")
        .args(["--quiet", "--bin", "load", "--"])
        .args(&verb.args)
        .envs(&[
            ("SHUKE_TEST_POSTGRES", cluster.url().into()),
            ("SHUKE_BINARIES", compile::measured_folder(places).into()),
        ])
        .show()
}
