//! Node for the screens: the one on PATH if it is new enough, else the one that npm itself can bring.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{call::Call, places::Places, step::Step};

/// Vite's own floor.
const FLOOR: (u32, u32) = (20, 19);
/// The version npm brings where the machine's own is too old.
const BROUGHT: &str = "node@22";

#[derive(Debug)]
pub struct Node {
    /// A folder to put before PATH, when it is not the machine's own Node.
    folder: Option<PathBuf>,
}

impl Node {
    pub fn find(places: &Places, step: &mut Step) -> Result<Self> {
        let own = version(Call::new("node"));
        if own.is_some_and(|version| version >= FLOOR) && npm_there() {
            return Ok(Self { folder: None });
        }
        if !npm_there() {
            bail!(
                "the screens need Node {}.{} or newer with npm: https://nodejs.org/en/download",
                FLOOR.0,
                FLOOR.1
            );
        }
        let home = places.tools().join("node");
        let folder = home.join("node_modules/node/bin");
        let node = Self { folder: Some(folder.clone()) };
        if version(Call::new(folder.join("node"))).is_none_or(|version| version < FLOOR) {
            step.say(&format!(
                "Node here is older than {}.{}: bringing {BROUGHT} by npm",
                FLOOR.0, FLOOR.1
            ));
            std::fs::create_dir_all(&home)?;
            let install = npm()
                .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
                .arg(&home)
                .arg(BROUGHT);
            step.run(install.at(&home)).context("npm could not bring a newer Node")?;
        }
        Ok(node)
    }

    /// A call of npm in the folder of the screens.
    pub fn npm(&self, places: &Places) -> Result<Call> {
        self.call(places, npm())
    }

    /// A call of a program that the screens' packages brought, from the root of the clone.
    pub fn program(&self, places: &Places, name: &str) -> Result<Call> {
        let ending = if cfg!(windows) { ".cmd" } else { "" };
        let path = places.ui().join("node_modules/.bin").join(format!("{name}{ending}"));
        Ok(self.call(places, Call::new(path))?.at(&places.root))
    }

    fn call(&self, places: &Places, call: Call) -> Result<Call> {
        let call =
            call.at(places.ui()).env("NO_COLOR", "1").env("npm_config_update_notifier", "false");
        match &self.folder {
            Some(folder) => call.path_first(std::slice::from_ref(folder)),
            None => Ok(call),
        }
    }
}

fn npm() -> Call {
    Call::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

pub fn npm_there() -> bool {
    npm().arg("--version").succeeds()
}

fn version(node: Call) -> Option<(u32, u32)> {
    parse(&node.arg("--version").read().ok()?)
}

fn parse(said: &str) -> Option<(u32, u32)> {
    let mut parts = said.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{FLOOR, parse};

    #[test]
    fn versions_compare_by_number() {
        assert!(parse("v20.20.2\n").is_some_and(|version| version >= FLOOR));
        assert!(parse("v20.9.0").is_some_and(|version| version < FLOOR));
        assert!(parse("v18.20.4").is_some_and(|version| version < FLOOR));
        assert_eq!(parse("20.1"), None);
    }
}
