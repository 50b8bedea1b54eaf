//! `cargo xtask test`: every test, in the order in which a failure is found soonest.

use std::{ffi::OsString, time::Duration};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    call::Call,
    compile,
    display::Virtual,
    places::Places,
    postgres::{self, Postgres},
    session::Session,
    step::{Step, Steps},
    tally::Tally,
    tidy,
    toolchain::{self, Needs, Tools},
    ui,
};

#[derive(Args)]
pub struct Test {
    /// The long forms of the tests that are shortened otherwise
    #[arg(long)]
    long: bool,
}

pub fn test(places: &Places, verb: &Test) -> Result<()> {
    let mut steps = Steps::new(places, "test", 9)?;
    let needs = Needs { ui: true, window: true, tests: true, licences: true };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    let node = tools.node.as_ref().context("Node was asked for")?;
    steps.step("Packages of the screens", |step| ui::install(places, node, step))?;
    steps.step("Tidy: text", |step| tidy::text(places, step))?;
    steps.step("Screens: checks", |step| {
        tidy::screens(places, node, step)?;
        ui::check(places, node, step)
    })?;
    steps.step("Screens: build", |step| ui::build(places, node, step))?;
    steps.step("Build", |step| step.run(compile::everything(places)))?;
    steps.step("Tidy: code", |step| tidy::code(places, step, &tools))?;
    steps.step("Tests", |step| crates(places, step, verb))?;
    steps.step("Keychain and window", |step| desktop(places, step, verb, &tools))?;
    steps.end();
    Ok(())
}

fn crates(places: &Places, step: &mut Step, verb: &Test) -> Result<()> {
    let database = match postgres::programs() {
        Some(programs) => Some(Postgres::start(&programs, &places.logs().join("postgres.log"))?),
        None => {
            step.note("without PostgreSQL, which is not installed");
            None
        }
    };
    let mut env = common(places, verb);
    env.extend(database.iter().map(|server| ("SHUKE_TEST_POSTGRES", server.url().into())));
    // Shown, so that a test that skips can say so; the step repeats those lines.
    step.run_tests(compile::tests(places).envs(&env).args(["--", "--show-output"]), Tally::of_cargo)
}

/// What needs a session: the real keychain, and real windows.
fn desktop(places: &Places, step: &mut Step, verb: &Test, tools: &Tools) -> Result<()> {
    let mut env = common(places, verb);
    env.push(("SHUKE_TEST_KEYCHAIN", "1".into()));
    if !cfg!(target_os = "linux") {
        step.note("no window journeys: they need WebKitGTK's driver");
        return keychain(places, step, &env);
    }
    // The sizes of a till's screen and more: the journeys set their window's own.
    let screen = Virtual::start(1920, 1080)?;
    env.extend(screen.env());
    let folder = tempfile::tempdir()?;
    let session = Session::start(folder.path(), &env)?;
    env.extend(session.env());
    keychain(places, step, &env)?;
    let driver = tools.driver.as_ref().context("tauri-driver was asked for")?;
    env.push(("SHUKE_TEST_WINDOW", "1".into()));
    env.push(("SHUKE_APP", places.debug_binary("shuke").into()));
    env.push(("TAURI_DRIVER", driver.into()));
    let journeys = compile::whole(places, "test").args(["--test", "window", "--no-fail-fast"]);
    let journeys =
        journeys.envs(&env).args(["--", "--include-ignored", "--test-threads=1", "--show-output"]);
    let result = step.run_tests(journeys, Tally::of_cargo);
    let picture = places.screens().join("last.png");
    if result.is_err() && screen.picture(&picture, Duration::from_secs(3), || Ok(true)).is_ok() {
        step.say(&format!("the screen as it was at the end: {}", picture.display()));
    }
    result
}

fn keychain(places: &Places, step: &mut Step, env: &[(&'static str, OsString)]) -> Result<()> {
    let call: Call = compile::whole(places, "test").args(["--test", "keychain", "--no-fail-fast"]);
    step.run_tests(call.envs(env).args(["--", "--show-output"]), Tally::of_cargo)
}

/// What every test may know about its surroundings.
fn common(places: &Places, verb: &Test) -> Vec<(&'static str, OsString)> {
    let mut env = vec![
        ("SHUKE_BINARIES", places.target().join("debug").into()),
        ("SHUKE_SCREENS", places.screens().into()),
        ("TS_RS_EXPORT_DIR", places.cache.join("bindings").into()),
    ];
    if verb.long {
        env.push(("SHUKE_TEST_LONG", "1".into()));
    }
    env
}
