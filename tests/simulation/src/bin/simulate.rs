//! Histories by the number: `simulate --seeds N [--from S] [--mutant NAME]`.

#![expect(clippy::print_stdout, reason = "a chore speaks to the person who started it")]

use std::process::ExitCode;

use shuke_simulation::{History, run, runtime};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let from: u64 = args.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let count: u64 = args.next().and_then(|text| text.parse().ok()).unwrap_or(100);
    let Ok(runtime) = runtime() else { return ExitCode::FAILURE };
    let begun = std::time::Instant::now();
    let mut broken = 0;
    for seed in from..from + count {
        let history = History::of(seed);
        let ended = runtime.block_on(run(&history, count == 1));
        for line in &ended.lines {
            println!("{line}");
        }
        if let Some(what) = ended.broken {
            broken += 1;
            println!("{seed}: {what}");
        }
    }
    let time = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = count as f64 / time;
    println!("{count} histories, {broken} broken, {rate:.1}/s");
    ExitCode::SUCCESS
}
