//! Who may know whom: the table of ARCHITECTURE.md as a check, for crates and for the screens.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use crate::{call::Call, places::Places, sources::Source, tidy::Findings};

/// One row of the table.
struct Room {
    name: &'static str,
    /// The crates of ours it may use.
    ours: &'static [&'static str],
    /// What from outside it may use.
    outside: Outside,
}

enum Outside {
    /// Only these: a pure room.
    Only(&'static [&'static str]),
    /// Everything but these families.
    Not(&'static [&'static [&'static str]]),
}

const DATABASE: &[&str] =
    &["sqlx", "rusqlite", "libsqlite3-sys", "diesel", "postgres", "tokio-postgres"];
const CLIENT: &[&str] = &["reqwest", "hyper", "hyper-util", "ureq", "curl"];
const SERVER: &[&str] = &["axum", "axum-server", "tower-http", "actix-web", "warp"];
const SHELL: &[&str] = &["tauri", "tauri-build", "tauri-plugin-*", "wry", "tao", "gtk"];
const SENTENCES: &[&str] = &["shuke-locales"];

const ROOMS: &[Room] = &[
    Room {
        name: "shuke-domain",
        ours: &[],
        outside: Outside::Only(&[
            "chrono",
            "chrono-tz",
            "phonenumber",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "ts-rs",
            "uuid",
        ]),
    },
    Room {
        name: "shuke-insight",
        ours: &["shuke-domain"],
        outside: Outside::Only(&["chrono", "serde", "statrs", "thiserror", "ts-rs"]),
    },
    Room {
        name: "shuke-store",
        ours: &["shuke-domain"],
        outside: Outside::Not(&[CLIENT, SERVER, SHELL, SENTENCES]),
    },
    Room {
        name: "shuke-sync",
        ours: &["shuke-domain", "shuke-store"],
        outside: Outside::Not(&[SERVER, SHELL, SENTENCES]),
    },
    Room {
        name: "shuke-keys",
        ours: &[],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER, SHELL, SENTENCES]),
    },
    Room {
        name: "shuke-exchange",
        ours: &["shuke-domain", "shuke-locales"],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER, SHELL]),
    },
    Room {
        name: "shuke-app",
        ours: &[
            "shuke-domain",
            "shuke-store",
            "shuke-sync",
            "shuke-insight",
            "shuke-exchange",
            "shuke-keys",
        ],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER, SHELL, SENTENCES]),
    },
    Room {
        name: "shuke-server",
        ours: &["shuke-domain", "shuke-keys", "shuke-exchange", "shuke-locales"],
        outside: Outside::Not(&[CLIENT, SHELL]),
    },
    Room {
        name: "shuke",
        ours: &["shuke-app", "shuke-locales"],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER]),
    },
    Room {
        name: "shuke-cli",
        ours: &["shuke-app", "shuke-locales"],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER, SHELL]),
    },
    Room {
        name: "shuke-locales",
        ours: &[],
        outside: Outside::Not(&[DATABASE, CLIENT, SERVER, SHELL]),
    },
    Room { name: "xtask", ours: &[], outside: Outside::Not(&[]) },
];

/// Stories over several crates: they may know everybody.
const FREE: &[&str] = &["shuke-tests", SIMULATION];
const SIMULATION: &str = "shuke-simulation";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Absent for an ordinary dependency; tests may use more.
    kind: Option<String>,
    path: Option<String>,
    #[serde(default)]
    features: Vec<String>,
}

pub fn crates(places: &Places) -> Result<Findings> {
    let said =
        Call::cargo(places).args(["metadata", "--format-version", "1", "--no-deps"]).read()?;
    let metadata = serde_json::from_str(&said)?;
    let mut found = broken(&metadata);
    found.extend(wakes(&metadata));
    Ok(found)
}

/// Hand-made faults are for the simulation: no other crate may turn them on, and none by default.
fn wakes(metadata: &Metadata) -> Findings {
    let mut found = Findings::new();
    for package in &metadata.packages {
        let mutants = |feature: &String| feature.contains("mutants");
        let by_dependency = package.dependencies.iter().any(|it| it.features.iter().any(mutants));
        let by_feature = package.features.iter().any(|(name, turns_on)| {
            turns_on.iter().any(mutants) && !(package.name == SIMULATION && name == "mutants")
        });
        if by_dependency || by_feature {
            found.push(format!("{} turns on the feature mutants", package.name));
        }
    }
    found
}

fn broken(metadata: &Metadata) -> Findings {
    let mut found = Findings::new();
    for package in metadata.packages.iter().filter(|package| !FREE.contains(&package.name.as_str()))
    {
        let Some(room) = ROOMS.iter().find(|room| room.name == package.name) else {
            found.push(format!(
                "{} has no row in xtask/src/edges.rs: say what it may know",
                package.name
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|it| it.kind.as_deref() != Some("dev"))
        {
            let name = dependency.name.as_str();
            let allowed = if dependency.path.is_some() {
                room.ours.contains(&name)
            } else {
                match room.outside {
                    Outside::Only(names) => names.contains(&name),
                    Outside::Not(families) => {
                        !families.iter().any(|family| family.iter().any(|it| like(it, name)))
                    }
                }
            };
            if !allowed {
                found.push(format!("{} must not use {name}", package.name));
            }
        }
    }
    found
}

fn like(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

/// What a pure room must not reach even through the standard library: time and ids are handed in.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "rand::",
];

pub fn purity(files: &[Source]) -> Findings {
    let pure = |path: &str| {
        path.starts_with("crates/domain/src/") || path.starts_with("crates/insight/src/")
    };
    let mut found = Findings::new();
    for file in files.iter().filter(|file| pure(&file.path)) {
        // Tests stand at a file's end and may roll dice.
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (line, text) in code.lines().enumerate() {
            for word in IMPURE
                .iter()
                .filter(|word| text.contains(**word) && !text.trim_start().starts_with("//"))
            {
                found.push(format!("{}:{}: {word} in a pure crate", file.path, line + 1));
            }
        }
    }
    found
}

/// The screens: one door to the shell, and no feature reaches into another.
pub fn screens(files: &[Source]) -> Findings {
    let Ok(import) = Regex::new(r#"(?:from|import|import\(|mock\(|require\()\s*["']([^"']+)["']"#)
    else {
        return vec!["the pattern for imports is wrong".to_owned()];
    };
    let mut found = Findings::new();
    for file in
        files.iter().filter(|file| file.path.starts_with("ui/src/") && file.ends(&[".ts", ".tsx"]))
    {
        let own = feature(&file.path);
        for name in
            import.captures_iter(&file.text).filter_map(|hit| hit.get(1)).map(|hit| hit.as_str())
        {
            if name.starts_with("@tauri-apps/") && !file.path.starts_with("ui/src/host/") {
                found.push(format!("{} imports {name}: only ui/src/host may", file.path));
            }
            let target = resolve(&file.path, name);
            if let (Some(own), Some(other)) = (own, target.as_deref().and_then(feature))
                && own != other
            {
                found.push(format!(
                    "{} imports from the feature {other}: share it below ui/src instead",
                    file.path
                ));
            }
        }
    }
    found
}

fn feature(path: &str) -> Option<&str> {
    let (name, _) = path.strip_prefix("ui/src/features/")?.split_once('/')?;
    Some(name)
}

/// The path an import means, for our own files.
fn resolve(from: &str, name: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix("@/").or_else(|| name.strip_prefix("~/")) {
        return Some(format!("ui/src/{rest}/"));
    }
    if !name.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = Path::new(from).parent()?.to_str()?.split('/').collect();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    Some(parts.join("/") + "/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Dependency, Metadata, Package, broken, purity, screens, wakes};
    use crate::sources::Source;

    fn uses(package: &str, name: &str, kind: Option<&str>) -> Metadata {
        let path = name.starts_with("shuke").then(|| format!("/x/{name}"));
        let dependency = Dependency {
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
            path,
            features: Vec::new(),
        };
        Metadata {
            packages: vec![Package {
                name: package.to_owned(),
                dependencies: vec![dependency],
                features: BTreeMap::new(),
            }],
        }
    }

    fn source(path: &str, text: &str) -> Vec<Source> {
        vec![Source { path: path.to_owned(), text: text.to_owned() }]
    }

    #[test]
    fn each_broken_edge_is_named() {
        for (package, name) in [
            ("shuke-domain", "tokio"),
            ("shuke-insight", "sqlx"),
            ("shuke-store", "shuke-sync"),
            ("shuke-sync", "axum"),
            ("shuke-keys", "sqlx"),
            ("shuke-exchange", "reqwest"),
            ("shuke-app", "shuke-locales"),
            ("shuke-app", "sqlx"),
            ("shuke-server", "shuke-store"),
            ("shuke", "rusqlite"),
            ("shuke-cli", "tauri-plugin-dialog"),
        ] {
            assert_eq!(
                broken(&uses(package, name, None)),
                [format!("{package} must not use {name}")]
            );
        }
        assert_eq!(broken(&uses("shuke-new", "serde", None)).len(), 1);
    }

    #[test]
    fn allowed_edges_and_tests_own_tools_pass() {
        assert!(broken(&uses("shuke-store", "sqlx", None)).is_empty());
        assert!(broken(&uses("shuke-domain", "proptest", Some("dev"))).is_empty());
        assert!(broken(&uses("shuke-tests", "shuke-server", None)).is_empty());
    }

    #[test]
    fn only_the_simulation_wakes_mutants() {
        let mut metadata = uses("shuke-server", "shuke-domain", None);
        assert!(wakes(&metadata).is_empty());
        metadata.packages[0].dependencies[0].features.push("mutants".to_owned());
        assert_eq!(wakes(&metadata), ["shuke-server turns on the feature mutants"]);

        let on = |name: &str| {
            BTreeMap::from([(name.to_owned(), vec!["shuke-domain/mutants".to_owned()])])
        };
        let mut metadata = uses("shuke-simulation", "shuke-domain", None);
        metadata.packages[0].features = on("mutants");
        assert!(wakes(&metadata).is_empty());
        metadata.packages[0].features = on("default");
        assert_eq!(wakes(&metadata).len(), 1);
    }

    #[test]
    fn a_pure_crate_reads_no_clock_outside_its_tests() {
        let code = "// Utc::now is handed in\nfn f() { Utc::now() }\n#[cfg(test)]\nmod t { fn g() { Utc::now() } }";
        assert_eq!(
            purity(&source("crates/domain/src/a.rs", code)),
            ["crates/domain/src/a.rs:2: Utc::now in a pure crate"]
        );
        assert!(purity(&source("crates/app/src/a.rs", code)).is_empty());
    }

    #[test]
    fn screens_use_one_door_and_stay_in_their_room() {
        let shell = "import { invoke } from \"@tauri-apps/api/core\";";
        assert_eq!(screens(&source("ui/src/parts/A.tsx", shell)).len(), 1);
        assert!(screens(&source("ui/src/host/tauri.ts", shell)).is_empty());
        for other in ["../sale/Form", "../../features/sale/Form", "@/features/sale/Form"] {
            let text = format!("import {{ Form }} from '{other}';");
            assert_eq!(
                screens(&source("ui/src/features/customer/Page.tsx", &text)).len(),
                1,
                "{other}"
            );
        }
        assert!(screens(&source("ui/src/features/sale/Page.tsx", "import './Form';")).is_empty());
        assert!(
            screens(&source("ui/src/shell/routes.tsx", "import x from '../features/sale/Page';"))
                .is_empty()
        );
    }
}
