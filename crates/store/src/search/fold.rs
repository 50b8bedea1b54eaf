//! One spelling for everything that people take for the same letter: case, accents, full width,
//! 简/繁, apostrophes. Not a tokenizer: it keeps order and tells where each letter came from.
//!
//! Characters are folded one by one, on purpose. OpenCC by phrases writes 乾 as 干 or leaves it,
//! depending on its neighbours; then a part of a name would fold otherwise than the whole name,
//! and “any part of a name” could not be found.

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::{UnicodeNormalization, char::decompose_compatible};

/// What a folded letter is to the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `a`–`z`.
    Letter,
    /// `0`–`9`.
    Digit,
    /// Anything that stands for itself: 张, か, и, 🌸.
    Character,
    /// Divides words (also `@`, `.`, `-`).
    Break,
}

/// A folded letter and the UTF-16 range of the original it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    pub letter: char,
    pub class: Class,
    /// The character as it was written, for its reading: 乾 and 干 are read differently.
    pub written: char,
    pub start: u32,
    pub end: u32,
}

/// The letters of a text, folded, in order.
pub fn glyphs(text: &str) -> Vec<Glyph> {
    let mut folded = Vec::with_capacity(text.len());
    let mut start = 0;
    for written in text.chars() {
        let end = start + if written.len_utf16() == 1 { 1 } else { 2 };
        each(written, |letter| {
            if let Some(class) = class(letter) {
                folded.push(Glyph { letter, class, written, start, end });
            }
        });
        start = end;
    }
    folded
}

/// The letters alone, breaks left out.
pub fn fold(text: &str) -> String {
    glyphs(text)
        .iter()
        .filter(|glyph| glyph.class != Class::Break)
        .map(|glyph| glyph.letter)
        .collect()
}

fn each(written: char, mut push: impl FnMut(char)) {
    if written.is_ascii() {
        return push(written.to_ascii_lowercase());
    }
    if ('\u{4E00}'..='\u{9FFF}').contains(&written) {
        return push(simplified(written));
    }
    let mut plain = String::new();
    decompose_compatible(written, |part| {
        if !('\u{300}'..='\u{36F}').contains(&part) {
            plain.push(part);
        }
    });
    // Composed again, or one Hangul syllable would be three letters.
    for part in plain.nfc() {
        for lower in part.to_lowercase().filter(|c| !('\u{300}'..='\u{36F}').contains(c)) {
            match spelled(lower) {
                Some(letters) => letters.chars().for_each(&mut push),
                None => push(simplified(lower)),
            }
        }
    }
}

/// Latin letters that Unicode does not take apart.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        _ => return None,
    })
}

/// `None` for what is neither a letter nor a border: apostrophes (O'Brien, xi'an) and what only
/// changes the look of its neighbour.
fn class(letter: char) -> Option<Class> {
    Some(match letter {
        'a'..='z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\'' | '`' | '´' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2BC}' | '\u{2032}' => {
            return None;
        }
        '\u{200B}'..='\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{AD}' => return None,
        '々' | '〆' | '〇' => Class::Character,
        c if c.is_whitespace() || c.is_control() || c.is_ascii() => Class::Break,
        '\u{A0}'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}' => {
            Class::Break
        }
        '・' | '\u{FE10}'..='\u{FE6F}' => Class::Break,
        _ => Class::Character,
    })
}

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

/// 繁 to 简, one character each; loaded once, after which the converter is let go.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    let converter = match OpenCC::from_config(BuiltinConfig::T2s) {
        Ok(converter) => converter,
        Err(error) => {
            tracing::error!(%error, "search: no table of simplified characters");
            return all;
        }
    };
    let lines: String = all.iter().flat_map(|c| [*c, '\n']).collect();
    let converted = converter.convert(&lines);
    all.iter()
        .zip(converted.split('\n'))
        .map(|(from, to)| {
            let mut letters = to.chars();
            letters.next().filter(|_| letters.next().is_none()).unwrap_or(*from)
        })
        .collect()
});

fn simplified(letter: char) -> char {
    let at = (letter as u32).wrapping_sub(FIRST) as usize;
    if letter as u32 >= FIRST && letter as u32 <= LAST {
        SIMPLIFIED.get(at).copied().unwrap_or(letter)
    } else {
        letter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_are_one() {
        for (written, folded) in [
            ("張麗華", "张丽华"),
            ("JOSÉ", "jose"),
            ("Jose\u{301}", "jose"),
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("ＺＯＥ　１２３", "zoe123"),
            ("Müller Straße", "mullerstrasse"),
            ("Łukasz Ørsted", "lukaszorsted"),
            ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
            ("がぎ 김철수", "がぎ김철수"),
            ("🌸小美", "🌸小美"),
            ("İpek", "ipek"),
            ("乾", "干"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn a_part_folds_as_in_its_whole() {
        for whole in ["乾隆皇帝後裏", "著作者乾燥", "頭髮發財"] {
            let parts: String = whole.chars().map(|c| fold(&c.to_string())).collect();
            assert_eq!(fold(whole), parts);
        }
    }

    #[test]
    fn offsets_are_utf16() {
        let glyphs = glyphs("🌸é张");
        let places: Vec<_> = glyphs.iter().map(|g| (g.letter, g.start, g.end)).collect();
        assert_eq!(places, [('🌸', 0, 2), ('e', 2, 3), ('张', 3, 4)]);
    }
}
