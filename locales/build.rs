//! Lists the language files, so that a new namespace needs no second mention.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut list =
        String::from("/// Language, namespace, text.\nstatic FILES: &[(&str, &str, &str)] = &[\n");
    for language in ["zh-CN", "zh-TW", "en"] {
        let folder = Path::new(&root).join(language);
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::file_name);
        for file in files {
            let path = file.path();
            if let Some(namespace) = path.file_stem().and_then(|stem| stem.to_str()) {
                println!("cargo:rerun-if-changed={}", path.display());
                writeln!(list, "    ({language:?}, {namespace:?}, include_str!({path:?})),")?;
            }
        }
    }
    list.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), list)?;
    Ok(())
}
