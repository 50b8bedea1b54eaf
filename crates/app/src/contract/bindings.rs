//! Writes the command table as TypeScript: `ui/src/bindings/commands.ts`, beside what ts-rs exports.

use std::{fmt::Write as _, path::PathBuf};

use ts_rs::{Config, TS, TypeVisitor};

use super::{COMMANDS, typescript};

/// Exports what a type is made of: a list has no file of its own, its items do.
struct Parts<'a>(&'a Config);

impl TypeVisitor for Parts<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // A number or a text has nothing to export.
        let _ = T::export_all(self.0);
        T::visit_generics(self);
    }
}

/// Exports a type with all it mentions, and gives its name.
pub(crate) fn exported<T: TS + 'static>(config: &Config) -> String {
    Parts(config).visit::<T>();
    T::name(config)
}

#[test]
fn export_bindings_commands() {
    let config = Config::from_env();
    let folder: PathBuf = config.out_dir().to_path_buf();
    let rows = typescript(&config);
    let mut app = std::collections::BTreeSet::new();
    let mut nouns = std::collections::BTreeSet::new();
    let exported = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    let (app_ts, nouns_ts) = (exported("app.ts"), exported("nouns.ts"));
    let has = |text: &str, name: &str| text.contains(&format!("export type {name} "));
    for (_, request, reply) in &rows {
        for word in request
            .split(|c: char| !c.is_alphanumeric())
            .chain(reply.split(|c: char| !c.is_alphanumeric()))
        {
            if has(&app_ts, word) {
                app.insert(word.to_owned());
            } else if has(&nouns_ts, word) {
                nouns.insert(word.to_owned());
            }
        }
    }
    let list = |names: std::collections::BTreeSet<String>| {
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    let mut text =
        String::from("// This file was generated from the command table. Do not edit it.\n\n");
    if !app.is_empty() {
        writeln!(text, "import type {{ {} }} from \"./app\";", list(app)).unwrap();
    }
    if !nouns.is_empty() {
        writeln!(text, "import type {{ {} }} from \"./nouns\";", list(nouns)).unwrap();
    }
    text.push_str(
        "\n/** Every command with what it takes and gives. */\nexport interface Commands {\n",
    );
    for (name, request, reply) in &rows {
        writeln!(text, "  \"{name}\": {{ request: {request}; reply: {reply} }};").unwrap();
    }
    text.push_str("}\n\nexport type CommandName = keyof Commands;\n\n");
    for (what, doc) in
        [("reads", "Tags a command's reply depends on."), ("touches", "Tags a command changes.")]
    {
        writeln!(
            text,
            "/** {doc} */\nexport const {what}: Record<CommandName, readonly string[]> = {{"
        )
        .unwrap();
        for command in COMMANDS {
            let tags = if what == "reads" { command.reads } else { command.touches };
            writeln!(text, "  \"{}\": {},", command.name, serde_json::to_string(tags).unwrap())
                .unwrap();
        }
        text.push_str("};\n\n");
    }
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("commands.ts"), text.trim_end().to_owned() + "\n").unwrap();
}
