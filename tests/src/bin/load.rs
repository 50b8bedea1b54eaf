//! `cargo xtask load`: thousands of devices at real servers over one PostgreSQL, all on this machine.

#![expect(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use anyhow::{Context as _, Result};
use clap::Parser;
use shuke_tests::load::{self, Plan};

#[derive(Parser)]
struct Arguments {
    /// How many devices hold an event stream
    #[arg(long, default_value_t = 2_000)]
    devices: usize,
    /// How many of them write at once
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// How many servers run beside each other over the one database
    #[arg(long, default_value_t = 2)]
    servers: usize,
    /// How long they write without a pause
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let asked = Arguments::parse();
    let cluster = std::env::var("SHUKE_TEST_POSTGRES").context(
        "SHUKE_TEST_POSTGRES names no throw-away cluster: start this by cargo xtask load",
    )?;
    let plan = Plan {
        devices: asked.devices,
        writers: asked.writers.clamp(1, asked.devices),
        servers: asked.servers.max(1),
        seconds: asked.seconds,
    };
    load::run(&cluster, plan, |figure| println!("{figure}")).await
}
