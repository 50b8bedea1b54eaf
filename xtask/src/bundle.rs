//! `cargo xtask bundle`: the installers of this system; on Debian and Ubuntu also a proof that the package
//! installs, starts and leaves nothing behind.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::{
    call::Call,
    debian,
    places::Places,
    run,
    step::{Step, Steps},
    toolchain::{self, Needs},
    ui,
};

#[derive(Args)]
pub struct Bundle {
    /// Kinds, by commas: deb, rpm, dmg, nsis, msi. Default: what this system's people install
    #[arg(long, value_delimiter = ',')]
    bundles: Vec<String>,
    /// Only build: don't install the package here to try it
    #[arg(long)]
    untried: bool,
}

/// What a .deb may weigh.
const MOST_BYTES: u64 = 15_000_000;
const PACKAGE: &str = "shuke";

pub fn bundle(places: &Places, verb: &Bundle) -> Result<()> {
    let kinds = if verb.bundles.is_empty() { default_kinds() } else { verb.bundles.clone() };
    let tried = kinds.iter().any(|kind| kind == "deb") && !verb.untried && debian::here();
    let mut steps = Steps::new(places, "bundle", if tried { 6 } else { 3 })?;
    let needs = Needs { ui: true, window: tried, tests: false, licences: false };
    let tools = steps.step("Prerequisites", |step| toolchain::ready(places, step, needs))?;
    let node = tools.node.as_ref().context("Node was asked for")?;
    steps.step("Packages of the screens", |step| ui::install(places, node, step))?;
    let folder = places.target().join("release/bundle");
    steps.step("Installers", |step| {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let build =
            node.program(places, "tauri")?.args(["build", "--ci", "--bundles", &kinds.join(",")]);
        step.run(build.env("CARGO_TARGET_DIR", places.target()))?;
        for file in installers(&folder)? {
            let deb = file.extension().is_some_and(|ending| ending == "deb");
            if deb && debian::here() {
                pack_tighter(step, &file)?;
            }
            let size = fs::metadata(&file)?.len();
            step.say(&format!("{}  {:.1} MB", file.display(), megabytes(size)));
            if deb {
                ensure!(size <= MOST_BYTES, "{} is heavier than 15 MB", file.display());
            }
        }
        Ok(())
    })?;
    if tried {
        let package = installers(&folder)?
            .into_iter()
            .find(|file| file.extension().is_some_and(|ending| ending == "deb"));
        let package = package.context("no .deb was built")?;
        steps.step("Install", |step| install(step, &package))?;
        // Whatever the start shows, the package goes again.
        let started = steps.step("Start", |step| start(places, step));
        let gone = steps.step("Uninstall", |step| uninstall(step, &package));
        started.and(gone)?;
    }
    steps.end();
    Ok(())
}

/// Tauri packs by gzip: half as much again as by xz, which every dpkg of these years reads.
fn pack_tighter(step: &mut Step, package: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("package");
    step.run(Call::new("dpkg-deb").arg("-R").arg(package).arg(&tree))?;
    let pack = Call::new("dpkg-deb").args(["-Zxz", "--root-owner-group", "-b"]);
    step.run(pack.arg(&tree).arg(package))
}

fn default_kinds() -> Vec<String> {
    let kinds: &[&str] = if cfg!(windows) {
        &["nsis", "msi"]
    } else if cfg!(target_os = "macos") {
        &["dmg"]
    } else {
        &["deb"]
    };
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

fn installers(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in
        fs::read_dir(folder).with_context(|| format!("no installers in {}", folder.display()))?
    {
        let kind = kind?.path();
        for file in fs::read_dir(&kind)? {
            let file = file?.path();
            let ending = file.extension().unwrap_or_default();
            if ["deb", "rpm", "dmg", "exe", "msi"].iter().any(|it| ending == *it) {
                found.push(file);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

fn as_root(program: &str) -> Result<Call> {
    if debian::is_root()? {
        return Ok(Call::new(program));
    }
    if Call::new("sudo").args(["-n", "true"]).succeeds() {
        return Ok(Call::new("sudo").args(["-n", program]));
    }
    bail!("trying the package needs root, or sudo without a password; `--untried` only builds it")
}

fn install(step: &mut Step, package: &Path) -> Result<()> {
    if Call::new("dpkg-query").args(["-W", PACKAGE]).succeeds() {
        bail!(
            "{PACKAGE} is already installed here, and trying ours would remove it; `--untried` only builds"
        );
    }
    step.run(as_root("dpkg")?.arg("-i").arg(package))
}

fn start(places: &Places, step: &mut Step) -> Result<()> {
    let picture = places.screens().join("installed.png");
    run::starts(places, step, Path::new("/usr/bin/shuke"), &picture)
}

fn uninstall(step: &mut Step, package: &Path) -> Result<()> {
    let said = Call::new("dpkg-deb").arg("-c").arg(package).read()?;
    let files: Vec<PathBuf> = said
        .lines()
        .filter(|line| !line.starts_with('d'))
        .filter_map(|line| line.split_whitespace().nth(5))
        .map(|path| Path::new("/").join(path.trim_start_matches("./").trim_start_matches('/')))
        .collect();
    ensure!(
        !files.is_empty() && files.iter().all(|file| file.exists()),
        "the package's files are not all installed"
    );
    step.run(as_root("dpkg")?.args(["--purge", PACKAGE]))?;
    let left: Vec<_> =
        files.iter().filter(|file| file.exists()).map(|file| file.display().to_string()).collect();
    ensure!(left.is_empty(), "left behind: {}", left.join(", "));
    ensure!(
        !Call::new("dpkg-query").args(["-s", PACKAGE]).succeeds(),
        "dpkg still knows {PACKAGE}"
    );
    step.note(format!("{} files came and went", files.len()));
    Ok(())
}
