//! Every sentence in every language: the same keys and parameters in all three, none missing that the code
//! asks for, none that nobody asks for.
//!
//! A key is written in full, `namespace:path.to.key`, in a plain literal. A composed one counts for all keys
//! it may become: `` `shell:sync.${state}` `` in a screen, `"errors:{code}"` in Rust. Prefixes that are put
//! together in other ways are listed, with the reason, in `locales/dynamic.json`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;

use crate::{places::Places, sources::Source, tidy::Findings};

const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];
/// Where the codes of errors are declared, each of which needs a sentence.
const CODES: &str = "crates/domain/src/code.rs";

/// Full key to sentence.
type Sentences = BTreeMap<String, String>;

pub fn check(places: &Places, files: &[Source]) -> Result<Findings> {
    let mut found = Findings::new();
    let mut languages = Vec::new();
    for language in LANGUAGES {
        let folder = format!("locales/{language}/");
        let mut sentences = Sentences::new();
        for file in
            files.iter().filter(|file| file.path.starts_with(&folder) && file.ends(&[".json"]))
        {
            let name = file.path[folder.len()..].trim_end_matches(".json");
            match serde_json::from_str(&file.text) {
                Ok(tree) => flatten(&tree, &format!("{name}:"), &mut sentences),
                Err(error) => found.push(format!("{}: {error}", file.path)),
            }
        }
        languages.push((language, sentences));
    }
    let dynamic = places.root.join("locales/dynamic.json");
    let declared: BTreeMap<String, String> = if dynamic.exists() {
        serde_json::from_str(&std::fs::read_to_string(&dynamic)?).context("locales/dynamic.json")?
    } else {
        BTreeMap::new()
    };
    found.extend(unlike(&languages, files));
    let uses = Uses::of(files, declared.into_keys().collect())?;
    found.extend(uses.against(&languages[0].1));
    found.extend(codes(files, &languages[0].1)?);
    Ok(found)
}

fn flatten(tree: &Value, prefix: &str, sentences: &mut Sentences) {
    match tree {
        Value::Object(branches) => {
            for (name, branch) in branches {
                let dot = if prefix.ends_with(':') { "" } else { "." };
                flatten(branch, &format!("{prefix}{dot}{name}"), sentences);
            }
        }
        leaf => {
            sentences.insert(
                prefix.to_owned(),
                leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned),
            );
        }
    }
}

/// The key the code asks for: a language's plural forms are one key.
fn base(key: &str) -> &str {
    key.strip_suffix("_one").or_else(|| key.strip_suffix("_other")).unwrap_or(key)
}

fn unlike(languages: &[(&str, Sentences)], files: &[Source]) -> Findings {
    let mut found = Findings::new();
    let bases = |sentences: &Sentences| {
        sentences.keys().map(|key| base(key).to_owned()).collect::<BTreeSet<_>>()
    };
    let Some((source, first)) = languages.first() else { return found };
    let (source_keys, source_params) = (bases(first), params(first));
    for (language, sentences) in languages {
        let keys = bases(sentences);
        found.extend(source_keys.difference(&keys).map(|key| format!("{language} lacks {key}")));
        found.extend(
            keys.difference(&source_keys)
                .map(|key| format!("{source} lacks {key}, which {language} has")),
        );
        for (key, own) in params(sentences) {
            let theirs = source_params.get(&key).filter(|theirs| **theirs != own);
            if let Some(theirs) = theirs
                && !given(files, &key, own.union(theirs))
            {
                found.push(format!("{key}: {language} puts in {own:?}, {source} {theirs:?}"));
            }
        }
        let ones = sentences.keys().filter_map(|key| key.strip_suffix("_one"));
        let lone = ones.filter(|key| !sentences.contains_key(&format!("{key}_other")));
        found.extend(lone.map(|key| format!("{language} has {key}_one without {key}_other")));
        let empty = sentences.iter().filter(|(_, text)| text.trim().is_empty());
        found.extend(empty.map(|(key, _)| format!("{language} says nothing for {key}")));
    }
    found
}

/// Whether a file that asks for the key speaks of all these parameters: then each language may choose among
/// them, as English does with a month's name where Chinese takes its number.
fn given<'a>(files: &[Source], key: &str, params: impl Iterator<Item = &'a String>) -> bool {
    let params: Vec<_> = params.collect();
    let asking =
        files.iter().filter(|file| file.ends(&[".rs", ".ts", ".tsx"]) && file.text.contains(key));
    let speaks = |text: &str, word: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|it| it == word)
    };
    asking.into_iter().any(|file| params.iter().all(|param| speaks(&file.text, param)))
}

/// What each key puts in. `count` chooses a plural, so a language need not also write it.
fn params(sentences: &Sentences) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::<String, BTreeSet<String>>::new();
    for (key, text) in sentences {
        let named = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
        let names = named.map(|name| name.split(',').next().unwrap_or(name).trim().to_owned());
        all.entry(base(key).to_owned()).or_default().extend(names.filter(|name| name != "count"));
    }
    all
}

#[derive(Debug, Default)]
struct Uses {
    /// Literals that look like keys, whether or not they are ones.
    keys: BTreeSet<String>,
    prefixes: BTreeSet<String>,
    /// Keys handed to a translating function, with the file: these must exist.
    asked: Vec<(String, String)>,
}

impl Uses {
    fn of(files: &[Source], prefixes: BTreeSet<String>) -> Result<Self> {
        let literal = Regex::new(r#"["'`]([a-z][a-z0-9_]*:[A-Za-z0-9_.\-]*)(["'`]|\$\{|\{)"#)?;
        let asked = Regex::new(
            r#"(?:\bt|\btext|\bhas|\bexists)\(\s*["'`]([a-z][a-z0-9_]*:[A-Za-z0-9_.\-]+)["'`]|i18nKey=["']([^"']+)["']"#,
        )?;
        let mut uses = Self { prefixes, ..Self::default() };
        let code = files
            .iter()
            .filter(|file| file.ends(&[".rs", ".ts", ".tsx"]) && !file.path.starts_with("xtask/"));
        for file in code.filter(|file| !file.path.contains(".test.")) {
            for hit in literal.captures_iter(&file.text) {
                let open = hit[2].ends_with('{');
                let set = if open { &mut uses.prefixes } else { &mut uses.keys };
                set.insert(hit[1].to_owned());
            }
            let calls =
                asked.captures_iter(&file.text).filter_map(|hit| hit.get(1).or_else(|| hit.get(2)));
            uses.asked.extend(calls.map(|key| (key.as_str().to_owned(), file.path.clone())));
        }
        Ok(uses)
    }

    fn against(&self, sentences: &Sentences) -> Findings {
        let known: BTreeSet<&str> = sentences.keys().map(|key| base(key)).collect();
        let missing = self.asked.iter().filter(|(key, _)| !known.contains(base(key)));
        let unused = known.iter().filter(|key| {
            !self.keys.contains(**key)
                && !self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
        });
        missing
            .map(|(key, path)| format!("{path} asks for {key}, which no language has"))
            .chain(unused.map(|key| format!("nobody asks for {key}")))
            .collect()
    }
}

/// Every declared error code has its sentence.
fn codes(files: &[Source], sentences: &Sentences) -> Result<Findings> {
    let row = Regex::new(r#"(?m)^\s+\w+ = "([a-z0-9_.]+)","#)?;
    let Some(file) = files.iter().find(|file| file.path == CODES) else {
        return Ok(vec![format!(
            "{CODES} is gone: tell xtask/src/locales.rs where error codes are declared"
        )]);
    };
    let keys = row.captures_iter(&file.text).map(|hit| format!("errors:{}", &hit[1]));
    Ok(keys
        .filter(|key| !sentences.contains_key(key))
        .map(|key| format!("no sentence {key} for the code in {CODES}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::{Sentences, Uses, codes, flatten, unlike};
    use crate::sources::Source;

    fn sentences(pairs: &[(&str, &str)]) -> Sentences {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    fn code(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn nested_files_become_full_keys() {
        let mut flat = Sentences::new();
        flatten(
            &serde_json::json!({"sync": {"done": "已同步"}, "name": "熟客"}),
            "shell:",
            &mut flat,
        );
        assert_eq!(flat, sentences(&[("shell:name", "熟客"), ("shell:sync.done", "已同步")]));
    }

    #[test]
    fn languages_share_keys_and_parameters_but_not_plural_forms() {
        let zh = sentences(&[("a:x", "{{count}} 条"), ("a:y", "{{name}} 好")]);
        let en = sentences(&[
            ("a:x_one", "one"),
            ("a:x_other", "{{count}} rows"),
            ("a:y", "hi {{name}}"),
        ]);
        assert!(unlike(&[("zh-CN", zh.clone()), ("en", en)], &[]).is_empty());
        let poor = sentences(&[("a:x_one", "one"), ("a:y", "hi {{who}}"), ("a:z", "")]);
        let both = [("zh-CN", zh), ("en", poor)];
        let found = unlike(&both, &[]);
        assert_eq!(found.len(), 4, "{found:?}");
        let asking = [code("ui/src/a.ts", "t('a:y', { name, who })")];
        assert_eq!(unlike(&both, &asking).len(), 3);
    }

    #[test]
    fn a_lacking_key_is_named() {
        let found =
            unlike(&[("zh-CN", sentences(&[("a:x", "一")])), ("en", Sentences::new())], &[]);
        assert_eq!(found, ["en lacks a:x"]);
    }

    #[test]
    fn missing_and_unused_keys_are_found_and_composed_ones_count() {
        let files = [
            code("ui/src/a.tsx", "t('a:gone'); t(`a:state.${s}`); const k = \"a:kept\";"),
            code("crates/cli/src/b.rs", "locale.text(\"a:rust\", &[]); format!(\"e:{code}\")"),
        ];
        let uses = Uses::of(&files, ["a:far.".to_owned()].into()).unwrap();
        let all = sentences(&[
            ("a:state.on", "开"),
            ("a:kept", "留"),
            ("a:rust_one", "1"),
            ("a:rust_other", "2"),
            ("e:x.y", "错"),
            ("a:far.off", "远"),
            ("a:dead", "死"),
        ]);
        assert_eq!(
            uses.against(&all),
            ["ui/src/a.tsx asks for a:gone, which no language has", "nobody asks for a:dead"]
        );
    }

    #[test]
    fn each_error_code_needs_its_sentence() {
        let files = [code(
            super::CODES,
            "codes! {\n    DiskFull = \"disk.full\",\n    Internal = \"internal\",\n}",
        )];
        let found = codes(&files, &sentences(&[("errors:internal", "出错")])).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("errors:disk.full"));
    }
}
