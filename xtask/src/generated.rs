//! Generated files are committed; this sees that they are what the code generates today.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{compile, places::Places, step::Step, tidy::Findings};

const BINDINGS: &str = "ui/src/bindings";

pub fn check(places: &Places, step: &mut Step) -> Result<Findings> {
    let fresh = generate(places, step)?;
    Ok(differences(&read(&fresh)?, &read(&places.root.join(BINDINGS))?))
}

pub fn write(places: &Places, step: &mut Step) -> Result<()> {
    let fresh = read(&generate(places, step)?)?;
    let folder = places.root.join(BINDINGS);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (path, text) in fresh {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().context("a file has a folder")?)?;
        fs::write(file, text)?;
    }
    Ok(())
}

/// The types' own export tests write them; the folder is ours, so that a check changes nothing in the clone.
fn generate(places: &Places, step: &mut Step) -> Result<PathBuf> {
    let folder = places.cache.join("bindings");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let export = compile::whole(places, "test").args(["--lib", "export_bindings"]);
    step.run(export.env("TS_RS_EXPORT_DIR", &folder))?;
    Ok(folder)
}

type Files = BTreeMap<String, String>;

fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read_to_string(&path)?.replace("\r\n", "\n"));
            }
        }
    }
    Ok(files)
}

fn differences(fresh: &Files, kept: &Files) -> Findings {
    let say = |name: &str, what| {
        format!("{BINDINGS}/{name} {what}: run `cargo xtask tidy --fix` and commit")
    };
    let stale = fresh.iter().filter_map(|(name, text)| match kept.get(name) {
        None => Some(say(name, "is missing")),
        Some(old) if old != text => Some(say(name, "is out of date")),
        Some(_) => None,
    });
    let surplus = kept
        .keys()
        .filter(|name| !fresh.contains_key(*name))
        .map(|name| say(name, "is no longer generated"));
    stale.chain(surplus).collect()
}

#[cfg(test)]
mod tests {
    use super::{Files, differences};

    #[test]
    fn missing_stale_and_surplus_files_are_each_named() {
        let files = |pairs: &[(&str, &str)]| -> Files {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let fresh = files(&[("a.ts", "1"), ("b.ts", "2"), ("c.ts", "3")]);
        let kept = files(&[("b.ts", "old"), ("c.ts", "3"), ("d.ts", "4")]);
        let found = differences(&fresh, &kept);
        assert_eq!(found.len(), 3);
        assert!(found[0].contains("a.ts is missing") && found[1].contains("b.ts is out of date"));
        assert!(found[2].contains("d.ts is no longer generated"));
        assert!(differences(&fresh, &fresh).is_empty());
    }
}
