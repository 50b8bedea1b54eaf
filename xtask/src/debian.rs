//! Packages of Debian and Ubuntu: which are missing, and installing just those.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{call::Call, display, node, step::Step, toolchain::Needs};

const BUILD: &[&str] = &[
    "build-essential",
    "ca-certificates",
    "curl",
    "git",
    "libayatana-appindicator3-dev",
    "libdbus-1-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "perl",
    "pkg-config",
];
/// A window where nobody looks: a display, a session bus, a keychain, and letters to draw.
const VIRTUAL: &[&str] = &["dbus", "fonts-noto-cjk", "gnome-keyring", "xauth", "xvfb"];
const TESTS: &[&str] = &["postgresql", "webkit2gtk-driver"];

pub fn here() -> bool {
    Path::new("/etc/debian_version").exists() && Call::new("apt-get").arg("--version").succeeds()
}

pub fn install(step: &mut Step, needs: Needs) -> Result<()> {
    let mut wanted = BUILD.to_vec();
    if needs.window && (needs.tests || !display::exists()) {
        wanted.extend(VIRTUAL);
    }
    if needs.tests {
        wanted.extend(TESTS);
    }
    if needs.ui && !node::npm_there() {
        wanted.push("npm");
    }
    let missing = missing(&wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    step.say(&format!("installing {}", missing.join(" ")));
    let list = "apt-get install -y --no-install-recommends";
    let become_root: &[&str] = if is_root()? {
        &[]
    } else if Call::new("sudo").args(["-n", "true"]).succeeds() {
        &["sudo", "-n"]
    } else {
        bail!(
            "these packages are missing and this account may not install them. Please run:\n  sudo {list} {}",
            missing.join(" ")
        );
    };
    let apt = |args: &[&str]| {
        let all: Vec<&str> = become_root
            .iter()
            .copied()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
            .chain(args.iter().copied())
            .collect();
        Call::new(all[0]).args(&all[1..])
    };
    let mut now = vec!["install", "-y", "--no-install-recommends"];
    now.extend(&missing);
    if step.run(apt(&now)).is_ok() {
        return Ok(());
    }
    // The lists of a fresh machine are empty or old.
    step.run(apt(&["update"])).context("the package lists cannot be fetched")?;
    step.run(apt(&now)).context("the packages above could not be installed")
}

fn missing<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>> {
    let status = fs::read_to_string("/var/lib/dpkg/status").context("dpkg's list of packages")?;
    Ok(absent(&status, wanted))
}

/// The wanted names that no installed paragraph of dpkg's status file has or provides.
fn absent<'a>(status: &str, wanted: &[&'a str]) -> Vec<&'a str> {
    let installed = status.split("\n\n").filter(|it| it.contains("Status: install ok installed"));
    let names: Vec<&str> = installed
        .flat_map(|paragraph| paragraph.lines())
        .filter_map(|line| {
            line.strip_prefix("Package: ").or_else(|| line.strip_prefix("Provides: "))
        })
        .flat_map(|names| names.split(','))
        .map(|name| name.split_whitespace().next().unwrap_or_default())
        .collect();
    wanted.iter().copied().filter(|name| !names.contains(name)).collect()
}

pub fn is_root() -> Result<bool> {
    Ok(Call::new("id").arg("-u").read()?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::absent;

    #[test]
    fn removed_packages_count_as_missing_and_provided_ones_do_not() {
        let status = "Package: xvfb\nStatus: install ok installed\n\n\
                      Package: perl\nStatus: deinstall ok config-files\n\n\
                      Package: pkgconf\nStatus: install ok installed\nProvides: pkg-config (= 1.8.1), x\n";
        assert_eq!(absent(status, &["xvfb", "perl", "pkg-config", "git"]), ["perl", "git"]);
    }
}
