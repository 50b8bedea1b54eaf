//! Words that must not stay in the tree, and files that have grown too long.

use crate::{sources::Source, tidy::Findings};

/// Written apart, so that this file does not find itself.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (concat!("TO", "DO"), &[".rs", ".ts", ".tsx", ".css", ".sql", ".toml", ".yml", ".sh"]),
    (concat!("FIX", "ME"), &[".rs", ".ts", ".tsx", ".css", ".sql", ".toml", ".yml", ".sh"]),
    (concat!("db", "g!("), &[".rs"]),
    (concat!("#[all", "ow("), &[".rs"]),
    (concat!("console", ".log("), &[".ts", ".tsx"]),
    (concat!("debug", "ger;"), &[".ts", ".tsx"]),
    (concat!("@ts-", "ignore"), &[".ts", ".tsx"]),
    (concat!(".on", "ly("), &[".test.ts", ".test.tsx"]),
];
const MOST_LINES: usize = 500;

pub fn forbidden(files: &[Source]) -> Findings {
    let mut found = Findings::new();
    for file in files {
        let words: Vec<_> = FORBIDDEN
            .iter()
            .filter(|(_, endings)| file.ends(endings))
            .map(|(word, _)| *word)
            .collect();
        for (line, text) in file.text.lines().enumerate() {
            for word in words.iter().filter(|word| stands(text, word)) {
                found.push(format!("{}:{}: {word}", file.path, line + 1));
            }
        }
    }
    found
}

/// Whether the word stands by itself: part of a longer word is another word.
fn stands(text: &str, word: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let open = |own: Option<char>, other: Option<char>| {
            !(own.is_some_and(letter) && other.is_some_and(letter))
        };
        open(word.chars().next(), before) && open(word.chars().next_back(), after)
    })
}

/// A warning only: some tables are long.
pub fn long(files: &[Source]) -> Findings {
    let written = files.iter().filter(|file| {
        file.ends(&[".rs", ".ts", ".tsx", ".css"]) && !file.path.contains("/bindings/")
    });
    let lines = written.map(|file| (file.text.lines().count(), &file.path));
    lines
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| format!("warning: {path} has {lines} lines"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{forbidden, stands};
    use crate::sources::Source;

    #[test]
    fn only_whole_words_count() {
        let word = concat!("TO", "DO");
        assert!(stands(&format!("// {word}: later"), word));
        assert!(!stands(&format!("const {word}S = 1"), word));
    }

    #[test]
    fn a_word_is_found_with_its_place_and_only_in_its_language() {
        let text = format!("fn f() {{}}\n{}x);", concat!("db", "g!("));
        let file = |path: &str| vec![Source { path: path.to_owned(), text: text.clone() }];
        assert_eq!(forbidden(&file("a.rs")), [format!("a.rs:2: {}", concat!("db", "g!("))]);
        assert!(forbidden(&file("a.md")).is_empty());
    }
}
