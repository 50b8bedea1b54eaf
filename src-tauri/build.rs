//! Tells Tauri where this layout keeps its capabilities, and lets a plain `cargo build` pass before the screens
//! were ever built.

use std::{fs, path::Path};

use tauri_build::{AppManifest, Attributes};

const CAPABILITIES: &str = "src-tauri/capabilities";
const SCREENS: &str = "ui/dist";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed={CAPABILITIES}");
    // The screens are embedded when they are compiled in, so a new build of them is a new program.
    println!("cargo:rerun-if-changed={SCREENS}");
    let page = Path::new(SCREENS).join("index.html");
    if !page.exists() {
        fs::create_dir_all(SCREENS)?;
        fs::write(&page, "<!doctype html><title>npm run build</title>")?;
    }
    tauri_build::try_build(
        Attributes::new()
            .capabilities_path_pattern("src-tauri/capabilities/**/*")
            // Named here, `call` needs a capability like every other command.
            .app_manifest(AppManifest::new().commands(&["call"])),
    )?;
    Ok(())
}
