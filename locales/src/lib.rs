//! Every sentence, one source for window, command line, documents and server pages.
//!
//! The files are i18next's: nested keys, `{{param}}` for what is put in. A key is written
//! `namespace:path.to.key`; zh-CN is the source and the last resort.

use std::{collections::HashMap, sync::OnceLock};

use serde_json::Value;

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    #[default]
    ZhCn,
    ZhTw,
    En,
}

impl Locale {
    pub const ALL: [Locale; 3] = [Locale::ZhCn, Locale::ZhTw, Locale::En];

    pub const fn as_str(self) -> &'static str {
        match self {
            Locale::ZhCn => "zh-CN",
            Locale::ZhTw => "zh-TW",
            Locale::En => "en",
        }
    }

    /// The language meant by a BCP 47 tag or a POSIX locale (`zh_TW.UTF-8`, `en-GB`, `zh-Hant`).
    pub fn parse(text: &str) -> Option<Locale> {
        let tag =
            text.split(['.', '@']).next().unwrap_or(text).replace('_', "-").to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next() {
            Some("en") => Some(Locale::En),
            Some("zh") => {
                let traditional = parts.any(|part| matches!(part, "tw" | "hk" | "mo" | "hant"));
                Some(if traditional { Locale::ZhTw } else { Locale::ZhCn })
            }
            _ => None,
        }
    }

    /// The sentence of a key with its parameters put in; the key itself where there is no sentence.
    pub fn text(self, key: &str, params: &[(&str, &str)]) -> String {
        let found = sentences(self).get(key).or_else(|| sentences(Locale::ZhCn).get(key));
        let Some(sentence) = found else { return key.to_owned() };
        params.iter().fold(sentence.clone(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
    }

    /// Whether this very language has the sentence.
    pub fn has(self, key: &str) -> bool {
        sentences(self).contains_key(key)
    }

    /// All keys of this language.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        sentences(self).keys().map(String::as_str)
    }
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

fn sentences(locale: Locale) -> &'static HashMap<String, String> {
    static ALL: OnceLock<[HashMap<String, String>; 3]> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        Locale::ALL.map(|locale| {
            let mut map = HashMap::new();
            for (language, namespace, text) in FILES {
                if *language == locale.as_str()
                    && let Ok(value) = serde_json::from_str::<Value>(text)
                {
                    flatten(&format!("{namespace}:"), &value, &mut map);
                }
            }
            map
        })
    });
    &all[locale as usize]
}

fn flatten(prefix: &str, value: &Value, into: &mut HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let dot = if prefix.ends_with(':') { "" } else { "." };
                flatten(&format!("{prefix}{dot}{key}"), value, into);
            }
        }
        Value::String(text) => {
            into.insert(prefix.to_owned(), text.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_all_kinds_are_understood() {
        assert_eq!(Locale::parse("zh_CN.UTF-8"), Some(Locale::ZhCn));
        assert_eq!(Locale::parse("zh-Hant-HK"), Some(Locale::ZhTw));
        assert_eq!(Locale::parse("en"), Some(Locale::En));
        assert_eq!(Locale::parse("C"), None);
    }

    #[test]
    fn every_file_is_json() {
        for (language, namespace, text) in FILES {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{language}/{namespace}");
        }
    }
}
