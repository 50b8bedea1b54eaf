//! Where things lie: the clone, and beside it the caches, which never lie inside the clone.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

#[derive(Debug)]
pub struct Places {
    pub root: PathBuf,
    pub cache: PathBuf,
}

impl Places {
    pub fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().context("xtask lies inside the workspace")?.to_owned();
        let cache = match env::var_os("SHUKE_CACHE") {
            Some(folder) => std::path::absolute(folder)?,
            None => home_cache()?.join("shuke"),
        };
        let places = Self { root, cache };
        for folder in [places.target(), places.tools(), places.logs(), places.screens()] {
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        Ok(places)
    }

    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    pub fn target(&self) -> PathBuf {
        self.cache.join("target")
    }

    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    pub fn logs(&self) -> PathBuf {
        self.cache.join("logs")
    }

    pub fn screens(&self) -> PathBuf {
        self.cache.join("screens")
    }

    /// A binary of the debug build that all verbs share.
    pub fn debug_binary(&self, name: &str) -> PathBuf {
        self.target().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A program that `cargo install` put into the cache.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.tools().join("bin").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}

fn home_cache() -> Result<PathBuf> {
    if cfg!(windows) {
        return env::var_os("LOCALAPPDATA").map(PathBuf::from).context("LOCALAPPDATA is not set");
    }
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").filter(|_| !cfg!(target_os = "macos")) {
        return Ok(folder.into());
    }
    let home = env::home_dir().context("this account has no home folder")?;
    Ok(home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
}
