//! `cargo xtask run`: from a fresh clone to the open window.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    call::{Call, Kept},
    compile,
    display::{self, Virtual},
    places::Places,
    session::{self, Session},
    step::{Step, Steps},
    toolchain::{self, Needs},
    ui,
};

#[derive(Args)]
pub struct Run {
    /// On a virtual display: end once the picture is taken
    #[arg(long)]
    once: bool,
    /// Use a virtual display even where there is a real one
    #[arg(long)]
    headless: bool,
    /// Handed to the app
    #[arg(last = true)]
    args: Vec<String>,
}

/// The laptop that the screens are drawn for.
const SCREEN: (u32, u32) = (1366, 768);

pub fn run(places: &Places, verb: &Run) -> Result<()> {
    let mut steps = Steps::new(places, "run", 3)?;
    let needs = Needs { ui: true, window: true, tests: false, licences: false };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    steps.step("Screens", |step| {
        let node = tools.node.as_ref().context("Node was asked for")?;
        ui::install(places, node, step)?;
        ui::build(places, node, step)
    })?;
    steps.step("App", |step| step.run(compile::window(places)))?;
    if verb.headless || !display::exists() {
        return looked_at(places, verb);
    }
    println!("\nShuke opens. It ends with its window, or with Ctrl-C.");
    Call::new(places.debug_binary("shuke")).args(&verb.args).show()
}

/// The window on a display of our own, with a picture to look at.
fn looked_at(places: &Places, verb: &Run) -> Result<()> {
    let screen = Virtual::start(SCREEN.0, SCREEN.1)?;
    println!(
        "\nNo display here: Shuke opens on a virtual one, {} ({} × {}).",
        screen.name(),
        SCREEN.0,
        SCREEN.1
    );
    let mut env = screen.env();
    let session = if session::keychain_there() {
        None
    } else {
        let session = Session::start(&places.cache.join("keychain"), &env)?;
        println!(
            "No keychain here either: one for looking around is started and kept in {}. Anybody can open it, so \
             enter nothing real.",
            session.folder().display()
        );
        Some(session)
    };
    env.extend(session.iter().flat_map(Session::env));
    let log = places.logs().join("shuke.log");
    let out = std::fs::File::create(&log)?;
    let other = out.try_clone()?;
    let program = places.debug_binary("shuke");
    let program = program.to_str().context("the cache's path is not Unicode")?;
    let mut app = Kept::start(program, |call| {
        call.args(&verb.args).envs(&env).command(|command| {
            command.stdout(Stdio::from(out)).stderr(Stdio::from(other));
        })
    })?;
    let picture = places.cache.join("shuke.png");
    let began = Instant::now();
    let painted = screen.picture(&picture, Duration::from_secs(60), || Ok(!app.ended()?));
    painted.with_context(|| format!("what the app said: {}", log.display()))?;
    println!(
        "Painted within {:.1} s. A picture of it: {}",
        began.elapsed().as_secs_f64(),
        picture.display()
    );
    if verb.once {
        return Ok(());
    }
    println!("It keeps running until Ctrl-C; what it says is in {}.", log.display());
    let status = app.child().wait()?;
    if !status.success() {
        bail!("Shuke ended with {status}; what it said: {}", log.display());
    }
    Ok(())
}

/// Opens an installed or built program on a virtual display and says whether it painted: for `bundle`.
pub fn starts(places: &Places, step: &mut Step, program: &Path, picture: &Path) -> Result<()> {
    let screen = Virtual::start(SCREEN.0, SCREEN.1)?;
    let mut env = screen.env();
    let folder = tempfile::tempdir()?;
    let session = Session::start(&folder.path().join("keychain"), &env)?;
    env.extend(session.env());
    // A home of its own: trying an installer must not touch anybody's customers.
    env.extend(
        ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]
            .map(|name| (name, folder.path().join(name).into())),
    );
    let program = program.to_str().context("the program's path is not Unicode")?;
    let log = std::fs::File::create(places.logs().join("installed.log"))?;
    let other = log.try_clone()?;
    let mut app = Kept::start(program, |call| {
        call.envs(&env).command(|command| {
            command.stdout(Stdio::from(log)).stderr(Stdio::from(other));
        })
    })?;
    screen.picture(picture, Duration::from_secs(60), || Ok(!app.ended()?))?;
    step.note(format!("picture {}", picture.display()));
    Ok(())
}
