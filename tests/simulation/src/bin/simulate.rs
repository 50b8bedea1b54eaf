//! Histories by the number: `simulate --seeds N [--from S] [--mutant NAME] [--replay SEED]`.

#![expect(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use std::{process::ExitCode, time::Instant};

use clap::Parser;
use shuke_domain::Mutant;
use shuke_simulation::{
    History,
    crowd::{Wish, run_many, wake},
    run, runtime,
    shrink::shrink,
};

/// After how many histories it says how far it is.
const SPOKEN: u64 = 10_000;

#[derive(Parser)]
#[command(about = "Runs the shop through hostile histories and asks for the seven promises")]
struct Line {
    /// How many histories.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Wakes a hand-made fault.
    #[arg(long)]
    mutant: Option<String>,
    /// One for each core, unless told.
    #[arg(long)]
    threads: Option<usize>,
    /// Tells one history step by step instead.
    #[arg(long)]
    replay: Option<u64>,
}

fn main() -> ExitCode {
    let line = Line::parse();
    let mutant = match line.mutant.as_deref().map(|name| (name, Mutant::parse(name))) {
        None => None,
        Some((_, Some(mutant))) if cfg!(feature = "mutants") => Some(mutant),
        Some((name, known)) => {
            let why = if known.is_some() { "built without mutants" } else { "no such mutant" };
            println!("{name}: {why}; there are: {}", names());
            return ExitCode::FAILURE;
        }
    };
    match line.replay {
        Some(seed) => replay(seed, mutant),
        None => many(&line, mutant),
    }
}

fn names() -> String {
    Mutant::ALL.iter().map(|mutant| mutant.as_str()).collect::<Vec<_>>().join(", ")
}

fn many(line: &Line, mutant: Option<Mutant>) -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let threads = line.threads.unwrap_or(cores);
    let wish = Wish { from: line.from, count: line.seeds, threads, mutant, first: true };
    let begun = Instant::now();
    let tally = run_many(wish, |histories| {
        if histories.is_multiple_of(SPOKEN) {
            let next = line.from + histories;
            println!("{histories} histories, {:.1} per second, to {next}", rate(histories, begun));
        }
    });
    let (histories, broken) = (tally.histories, tally.broken.len());
    let rate = rate(histories, begun);
    println!("{histories} histories, {broken} broken, {rate:.1} per second on {threads} threads");
    match tally.broken.first() {
        Some((seed, broken)) => {
            println!("seed {seed}: {broken}");
            replay(*seed, mutant);
            if mutant.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        None if mutant.is_some() => ExitCode::FAILURE,
        None => ExitCode::SUCCESS,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(histories: u64, begun: Instant) -> f64 {
    histories as f64 / begun.elapsed().as_secs_f64()
}

/// Tells a history step by step; one that breaks a promise is made as short as it can be first.
fn replay(seed: u64, mutant: Option<Mutant>) -> ExitCode {
    wake(mutant);
    let Ok(runtime) = runtime() else { return ExitCode::FAILURE };
    let whole = History::of(seed);
    let ended = runtime.block_on(run(&whole, true));
    let Some(broken) = &ended.broken else {
        ended.lines.iter().for_each(|line| println!("{line}"));
        println!("seed {seed}: no promise broken, {}", ended.hash);
        return ExitCode::SUCCESS;
    };
    let history = runtime.block_on(shrink(&whole, broken.promise));
    let (before, after) = (whole.steps.len(), history.steps.len());
    println!("seed {seed}, {after} of {before} steps, seats {:?}:", history.seats);
    let ended = runtime.block_on(run(&history, true));
    ended.lines.iter().for_each(|line| println!("{line}"));
    ExitCode::FAILURE
}
