//! What must be on the machine before a verb can work, and what is installed when it is not.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{call::Call, debian, display, node, places::Places, postgres, step::Step};

/// What a verb needs beyond a Rust compiler.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Screens are built or checked: Node.
    pub ui: bool,
    /// A window opens, here or on a virtual display.
    pub window: bool,
    /// The whole test run: PostgreSQL, WebDriver, keychain.
    pub tests: bool,
    /// Licences are checked.
    pub licences: bool,
}

/// Where the step found, or put, what cannot be assumed to be on PATH.
#[derive(Debug)]
pub struct Tools {
    pub node: Option<node::Node>,
    pub driver: Option<PathBuf>,
    pub deny: Option<PathBuf>,
}

pub fn ready(places: &Places, step: &mut Step, needs: Needs) -> Result<Tools> {
    system(step, needs)?;
    let node = needs.ui.then(|| node::Node::find(places, step)).transpose()?;
    let driver = if needs.tests && cfg!(target_os = "linux") {
        Some(tool(places, step, "tauri-driver", "2.1.0")?)
    } else {
        None
    };
    let deny = needs.licences.then(|| tool(places, step, "cargo-deny", "0.20.2")).transpose()?;
    Ok(Tools { node, driver, deny })
}

fn system(step: &mut Step, needs: Needs) -> Result<()> {
    if cfg!(target_os = "macos") {
        return mac(step, needs);
    }
    if cfg!(windows) {
        return windows(step, needs);
    }
    if debian::here() {
        return debian::install(step, needs);
    }
    let missing = other_linux(needs);
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "this is neither Debian nor Ubuntu, so please install these by your own package manager:\n  {}",
        missing.join("\n  ")
    )
}

fn mac(step: &mut Step, needs: Needs) -> Result<()> {
    if !Call::new("xcode-select").arg("-p").succeeds() {
        bail!("the command line tools are missing. Install them with:\n  xcode-select --install");
    }
    if needs.tests && postgres::programs().is_none() {
        step.say("no PostgreSQL here: its tests are skipped (brew install postgresql@17)");
    }
    Ok(())
}

fn windows(step: &mut Step, needs: Needs) -> Result<()> {
    let strawberry = PathBuf::from(r"C:\Strawberry\perl\bin\perl.exe");
    if !strawberry.exists() && env::var_os("OPENSSL_SRC_PERL").is_none() {
        bail!(
            "SQLCipher's OpenSSL needs a Windows Perl. Install it with:\n  winget install \
             StrawberryPerl.StrawberryPerl\n(or name another in OPENSSL_SRC_PERL)"
        );
    }
    if needs.tests && postgres::programs().is_none() {
        step.say(
            "no PostgreSQL here: its tests are skipped (winget install PostgreSQL.PostgreSQL.17)",
        );
    }
    Ok(())
}

fn other_linux(needs: Needs) -> Vec<&'static str> {
    let has = |module: &str| Call::new("pkg-config").args(["--exists", module]).succeeds();
    let runs = |program: &str, arg: &str| Call::new(program).arg(arg).succeeds();
    let mut missing = Vec::new();
    let mut need = |there: bool, what: &'static str| {
        if !there {
            missing.push(what);
        }
    };
    need(runs("cc", "--version"), "a C compiler, make and perl");
    need(runs("pkg-config", "--version"), "pkg-config");
    need(has("webkit2gtk-4.1"), "WebKitGTK 4.1, development files");
    need(has("ayatana-appindicator3-0.1"), "Ayatana AppIndicator 3, development files");
    need(has("librsvg-2.0"), "librsvg, development files");
    need(has("dbus-1"), "D-Bus, development files");
    if needs.window && (needs.tests || !display::exists()) {
        need(runs("Xvfb", "-help"), "Xvfb");
        need(runs("dbus-daemon", "--version"), "dbus-daemon");
        need(runs("gnome-keyring-daemon", "--version"), "gnome-keyring");
    }
    if needs.tests {
        need(
            runs("WebKitWebDriver", "--version"),
            "WebKitWebDriver (often in a package named webkit2gtk-driver)",
        );
        need(postgres::programs().is_some(), "PostgreSQL's server programs (initdb, postgres)");
    }
    missing
}

/// A program from crates.io, compiled once into the cache.
fn tool(places: &Places, step: &mut Step, name: &str, version: &str) -> Result<PathBuf> {
    let path = places.tool(name);
    if path.exists() {
        return Ok(path);
    }
    step.say(&format!("installing {name} {version} into {}", places.tools().display()));
    let install = Call::cargo(places)
        .without_env("CARGO_TARGET_DIR")
        .at(&places.cache)
        .args(["install", name, "--version", version, "--locked", "--root"])
        .arg(places.tools());
    step.run(install).with_context(|| format!("{name} could not be installed from crates.io"))?;
    Ok(path)
}
