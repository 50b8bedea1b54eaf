//! The recovery phrase: twelve BIP 39 words, 128 random bits and a checksum of four.
//!
//! The Chinese lists pair up, character by character: the entry at a place is the simplified and
//! the traditional form of one thing, and no character stands at two places. So a phrase printed
//! in one script may be typed in the other, even mixed, and means the same.

use std::fmt;

use bip39::{Language, Mnemonic};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::random::random;
use crate::{DatabaseKey, KeyError, SealedKey, SecretBytes};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhraseLanguage {
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
    #[serde(rename = "zh-TW")]
    TraditionalChinese,
    #[serde(rename = "en")]
    English,
}

impl PhraseLanguage {
    fn list(self) -> Language {
        match self {
            Self::SimplifiedChinese => Language::SimplifiedChinese,
            Self::TraditionalChinese => Language::TraditionalChinese,
            Self::English => Language::English,
        }
    }
}

/// Twelve words that open the database key and every backup. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryPhrase(Mnemonic);

impl RecoveryPhrase {
    pub const WORDS: usize = 12;

    pub fn generate(language: PhraseLanguage) -> Result<Self, KeyError> {
        Self::from_entropy(language, random::<16>()?.as_slice())
    }

    /// Takes what people type: any of the three languages, any spaces, line breaks, numbers and
    /// punctuation between the words, full-width letters, Chinese without spaces.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let words = split(text);
        if words.len() != Self::WORDS {
            return Err(KeyError::PhraseLength { expected: Self::WORDS, found: words.len() });
        }
        let language = language_of(&words);
        let places: Vec<u16> = words
            .iter()
            .enumerate()
            .map(|(index, word)| {
                place(language, word).ok_or(KeyError::PhraseUnknownWord { position: index + 1 })
            })
            .collect::<Result<_, _>>()?;
        let list = language.list().word_list();
        let mut text = Zeroizing::new(String::with_capacity(Self::WORDS * 12));
        for place in places {
            text.push_str(list[usize::from(place)]);
            text.push(' ');
        }
        Mnemonic::parse_in_normalized(language.list(), &text)
            .map(Self)
            .map_err(|_| KeyError::PhraseChecksum)
    }

    pub fn words(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        self.0.words()
    }

    pub fn language(&self) -> PhraseLanguage {
        match self.0.language() {
            Language::SimplifiedChinese => PhraseLanguage::SimplifiedChinese,
            Language::TraditionalChinese => PhraseLanguage::TraditionalChinese,
            Language::English => PhraseLanguage::English,
        }
    }

    /// The words with a space between, for the keychain (to show it again) or a printed sheet.
    pub fn to_secret(&self) -> SecretBytes {
        let mut text = Vec::with_capacity(Self::WORDS * 12);
        for word in self.words() {
            if !text.is_empty() {
                text.push(b' ');
            }
            text.extend_from_slice(word.as_bytes());
        }
        SecretBytes::new(text)
    }

    /// The same phrase for someone who reads the other script; English becomes other words.
    pub fn in_language(&self, language: PhraseLanguage) -> Result<Self, KeyError> {
        Self::from_entropy(language, self.entropy().as_slice())
    }

    /// Each time under a fresh salt: two seals of one key have nothing in common.
    pub fn seal(&self, key: &DatabaseKey) -> Result<SealedKey, KeyError> {
        SealedKey::seal(self.entropy().as_slice(), key)
    }

    pub fn open(&self, sealed: &SealedKey) -> Result<DatabaseKey, KeyError> {
        sealed.open(self.entropy().as_slice())
    }

    /// From the places of the words, not by the library's `to_entropy`: that one guesses the
    /// language anew and panics where every character stands in both Chinese lists, which is one
    /// phrase in three hundred.
    fn entropy(&self) -> Zeroizing<[u8; 16]> {
        // Twelve times eleven bits; the last four are the checksum.
        let mut bits = Zeroizing::new(0_u128);
        for (index, place) in self.0.word_indices().enumerate() {
            *bits = if index + 1 < Self::WORDS {
                (*bits << 11) | place as u128
            } else {
                (*bits << 7) | (place >> 4) as u128
            };
        }
        Zeroizing::new(bits.to_be_bytes())
    }

    fn from_entropy(language: PhraseLanguage, entropy: &[u8]) -> Result<Self, KeyError> {
        Mnemonic::from_entropy_in(language.list(), entropy)
            .map(Self)
            .map_err(|_| KeyError::PhraseChecksum)
    }
}

impl fmt::Debug for RecoveryPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryPhrase(…)")
    }
}

/// Letters are joined into words, every Chinese character is one, all else stands between.
fn split(text: &str) -> Vec<Zeroizing<String>> {
    let mut words: Vec<Zeroizing<String>> = Vec::new();
    let mut inside = false;
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphabetic() && inside {
            if let Some(word) = words.last_mut() {
                word.push(letter);
            }
        } else if letter.is_alphabetic() {
            words.push(Zeroizing::new(letter.to_string()));
        }
        inside = letter.is_ascii_alphabetic();
    }
    words
}

/// By the majority of the script, so that one stray word is reported as that word.
fn language_of(words: &[Zeroizing<String>]) -> PhraseLanguage {
    let known =
        |language: Language| words.iter().filter(|w| language.find_word(w).is_some()).count();
    let simplified = known(Language::SimplifiedChinese);
    let traditional = known(Language::TraditionalChinese);
    if known(Language::English) > simplified.max(traditional) {
        PhraseLanguage::English
    } else if traditional > simplified {
        PhraseLanguage::TraditionalChinese
    } else {
        PhraseLanguage::SimplifiedChinese
    }
}

fn place(language: PhraseLanguage, word: &str) -> Option<u16> {
    match language {
        PhraseLanguage::English => Language::English.find_word(word),
        PhraseLanguage::SimplifiedChinese | PhraseLanguage::TraditionalChinese => {
            Language::SimplifiedChinese
                .find_word(word)
                .or_else(|| Language::TraditionalChinese.find_word(word))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [PhraseLanguage; 3] = [
        PhraseLanguage::SimplifiedChinese,
        PhraseLanguage::TraditionalChinese,
        PhraseLanguage::English,
    ];

    fn joined(phrase: &RecoveryPhrase, between: &str) -> String {
        phrase.words().collect::<Vec<_>>().join(between)
    }

    #[test]
    fn a_phrase_comes_back_in_three_languages_however_it_is_typed() -> Result<(), KeyError> {
        for language in LANGUAGES {
            for _ in 0..50 {
                let phrase = RecoveryPhrase::generate(language)?;
                assert_eq!(phrase.words().count(), RecoveryPhrase::WORDS);
                for between in [" ", "\n", "\u{3000}", " \u{200b}\t", "、", ",", "\r\n7. "] {
                    let typed = joined(&phrase, between);
                    let back = RecoveryPhrase::parse(&format!("1. {typed}\u{3000}\n"))?;
                    assert_eq!(back.entropy(), phrase.entropy());
                }
                assert_eq!(
                    RecoveryPhrase::parse(phrase.to_secret().expose_text().unwrap())?.entropy(),
                    phrase.entropy()
                );
            }
        }
        Ok(())
    }

    #[test]
    fn chinese_needs_no_spaces_and_english_no_small_letters() -> Result<(), KeyError> {
        let phrase = RecoveryPhrase::generate(PhraseLanguage::SimplifiedChinese)?;
        assert_eq!(RecoveryPhrase::parse(&joined(&phrase, ""))?.entropy(), phrase.entropy());

        let phrase = RecoveryPhrase::generate(PhraseLanguage::English)?;
        let wide: String = joined(&phrase, " ")
            .to_uppercase()
            .chars()
            .map(|c| if c == ' ' { c } else { char::from_u32(c as u32 + 0xfee0).unwrap() })
            .collect();
        assert_eq!(RecoveryPhrase::parse(&wide)?, phrase);
        Ok(())
    }

    #[test]
    fn one_script_may_be_typed_in_the_other() -> Result<(), KeyError> {
        let simplified = RecoveryPhrase::generate(PhraseLanguage::SimplifiedChinese)?;
        let traditional = simplified.in_language(PhraseLanguage::TraditionalChinese)?;
        let mixed: String = simplified
            .words()
            .zip(traditional.words())
            .enumerate()
            .map(|(i, (s, t))| if i % 2 == 0 { s } else { t })
            .collect();
        let key = DatabaseKey::random()?;
        let sealed = simplified.seal(&key)?;
        for typed in [joined(&traditional, ""), mixed] {
            assert_eq!(RecoveryPhrase::parse(&typed)?.open(&sealed)?, key);
        }
        Ok(())
    }

    #[test]
    fn the_bits_are_those_that_went_in() -> Result<(), KeyError> {
        for language in LANGUAGES {
            for _ in 0..500 {
                let bits = random::<16>()?;
                let phrase = RecoveryPhrase::from_entropy(language, bits.as_slice())?;
                assert_eq!(phrase.entropy(), bits);
                assert_eq!(phrase.language(), language);
            }
        }
        Ok(())
    }

    /// Every character of this one is in both Chinese lists.
    #[test]
    fn a_phrase_common_to_both_scripts_seals_and_opens() -> Result<(), KeyError> {
        let phrase = RecoveryPhrase::parse(&format!("{}在", "的".repeat(11)))?;
        let key = DatabaseKey::random()?;
        assert_eq!(phrase.open(&phrase.seal(&key)?)?, key);
        Ok(())
    }

    /// What the module's promise about the two scripts rests on.
    #[test]
    fn no_character_stands_at_two_places_of_the_chinese_lists() {
        let traditional = Language::TraditionalChinese;
        for (index, word) in Language::SimplifiedChinese.word_list().iter().enumerate() {
            if let Some(other) = traditional.find_word(word) {
                assert_eq!(usize::from(other), index, "{word}");
            }
        }
    }

    /// Published: zero entropy is "abandon" eleven times and "about", 的 eleven times and 在.
    #[test]
    fn the_published_phrases_are_understood() -> Result<(), KeyError> {
        let english = RecoveryPhrase::parse(&format!("{}about", "abandon ".repeat(11)))?;
        let chinese = RecoveryPhrase::parse(&format!("{}在", "的".repeat(11)))?;
        assert_eq!(*english.entropy(), [0; 16]);
        assert_eq!(chinese.entropy(), english.entropy());
        Ok(())
    }

    #[test]
    fn a_typo_is_found_by_the_checksum_or_by_the_seal() -> Result<(), KeyError> {
        for language in LANGUAGES {
            let phrase = RecoveryPhrase::generate(language)?;
            let sealed = phrase.seal(&DatabaseKey::random()?)?;
            let right: Vec<&str> = phrase.words().collect();
            let (mut by_checksum, mut by_seal) = (0, 0);
            let wrong = phrase.0.language().word_list().iter().filter(|w| **w != right[4]);
            for word in wrong.step_by(8) {
                let mut typed = right.clone();
                typed[4] = word;
                match RecoveryPhrase::parse(&typed.join(" ")) {
                    Err(KeyError::PhraseChecksum) => by_checksum += 1,
                    Ok(other) => {
                        assert!(matches!(other.open(&sealed), Err(KeyError::WrongPhrase)));
                        by_seal += 1;
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            // Four bits of checksum: about one slip in sixteen gets past them.
            assert_eq!(by_checksum + by_seal, 256);
            assert!(by_checksum > 200, "{by_checksum}");
        }
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said_by_its_place() {
        let typed = format!("{} abandn {} about", "abandon ".repeat(3), "abandon ".repeat(7));
        assert!(matches!(
            RecoveryPhrase::parse(&typed),
            Err(KeyError::PhraseUnknownWord { position: 4 })
        ));
        assert!(matches!(
            RecoveryPhrase::parse("的的的の的的的的的的的在"),
            Err(KeyError::PhraseUnknownWord { position: 4 })
        ));
        assert!(matches!(
            RecoveryPhrase::parse("的的的"),
            Err(KeyError::PhraseLength { expected: 12, found: 3 })
        ));
        assert!(matches!(
            RecoveryPhrase::parse(" \n"),
            Err(KeyError::PhraseLength { expected: 12, found: 0 })
        ));
    }

    #[test]
    fn the_sealed_key_is_json_that_only_the_phrase_opens() -> Result<(), KeyError> {
        let (phrase, key) = (RecoveryPhrase::generate(LANGUAGES[0])?, DatabaseKey::random()?);
        let sealed = phrase.seal(&key)?;
        assert_ne!(sealed, phrase.seal(&key)?);

        let json = serde_json::to_value(&sealed).unwrap();
        assert_eq!(json["version"], 1);
        let fields: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(fields.len(), 4, "{fields:?}");
        let back: SealedKey = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(phrase.open(&back)?, key);

        let stranger = RecoveryPhrase::generate(LANGUAGES[0])?;
        assert!(matches!(stranger.open(&back), Err(KeyError::WrongPhrase)));

        let mut damaged = json;
        damaged["salt"] = "AAAA".into();
        assert!(serde_json::from_value::<SealedKey>(damaged).is_err());
        Ok(())
    }

    #[test]
    fn a_phrase_is_silent_in_logs() -> Result<(), KeyError> {
        let phrase = RecoveryPhrase::generate(PhraseLanguage::English)?;
        let shown = format!("{phrase:?}");
        assert!(phrase.words().all(|word| !shown.contains(word)));
        Ok(())
    }
}
