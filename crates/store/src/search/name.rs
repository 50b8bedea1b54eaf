//! A name as the search reads it: a row of units, each one character with its readings or one
//! Latin word. Index and explanation both read names here, so they cannot disagree.

use unicode_normalization::UnicodeNormalization;

use super::{
    fold::{Class, Glyph, glyphs},
    pinyin::{self, Place, Sound},
    syllable,
};

/// What is read of a name; the rest of a longer one is not searched.
const LONGEST: usize = 64;

/// How many ways of reading a name are kept: any of a person's, the likelier ones of a long sign's.
/// The first reading of each character always is.
const READINGS: usize = 32;
const READINGS_OF_A_SIGN: usize = 8;
const LONGEST_PERSON: usize = 5;

/// One character with its readings, or one Latin word (whose only reading is itself).
#[derive(Clone, Debug)]
pub struct Unit {
    pub letters: String,
    /// UTF-16 range in the text of each letter.
    pub places: Vec<(u32, u32)>,
    pub sounds: Vec<Sound>,
    pub word: bool,
    pub character: char,
}

#[derive(Clone, Debug, Default)]
pub struct Name {
    pub units: Vec<Unit>,
}

impl Name {
    pub fn parse(text: &str) -> Self {
        let mut units: Vec<Unit> = Vec::new();
        let mut glyphs = glyphs(text);
        glyphs.truncate(LONGEST);
        let letters: Vec<Glyph> =
            glyphs.iter().copied().filter(|g| g.class == Class::Character).collect();
        let mut seen = 0_usize;
        let mut open = false;
        for glyph in &glyphs {
            let place = (glyph.start, glyph.end);
            match glyph.class {
                Class::Break => open = false,
                Class::Character => {
                    open = false;
                    let at = Place {
                        written: glyph.written,
                        letter: glyph.letter,
                        before: seen.checked_sub(1).and_then(|i| letters.get(i)).map(|g| g.letter),
                        next: letters.get(seen + 1).map(|g| g.letter),
                        first: units.is_empty(),
                    };
                    seen += 1;
                    units.push(Unit {
                        letters: glyph.letter.to_string(),
                        places: vec![place],
                        sounds: pinyin::sounds(at),
                        word: false,
                        character: glyph.written,
                    });
                }
                Class::Letter | Class::Digit => match units.last_mut() {
                    Some(word) if open => {
                        word.letters.push(glyph.letter);
                        word.places.push(place);
                    }
                    _ => {
                        open = true;
                        units.push(Unit {
                            letters: glyph.letter.to_string(),
                            places: vec![place],
                            sounds: Vec::new(),
                            word: true,
                            character: glyph.written,
                        });
                    }
                },
            }
        }
        for word in units.iter_mut().filter(|unit| unit.word) {
            word.sounds =
                vec![Sound { letters: word.letters.clone(), shown: word.letters.clone() }];
        }
        let mut name = Self { units };
        name.keep_few_readings();
        name
    }

    /// A name with the reading its owner gave. What is no reading of the characters (a Latin name
    /// beside a Chinese one) comes back as a second name.
    pub fn with_reading(text: &str, reading: Option<&str>) -> (Self, Option<Self>) {
        let mut name = Self::parse(text);
        let Some(reading) = reading.filter(|reading| !reading.trim().is_empty()) else {
            return (name, None);
        };
        match name.spoken(reading) {
            Some(spoken) => {
                let characters = name.units.iter_mut().filter(|unit| !unit.word);
                for (unit, shown) in characters.zip(spoken) {
                    let given = pinyin::typed(&shown)
                        .into_iter()
                        .map(|letters| Sound { letters, shown: shown.clone() });
                    let given: Vec<Sound> = given.collect();
                    unit.sounds.retain(|sound| given.iter().all(|g| g.letters != sound.letters));
                    unit.sounds.splice(0..0, given);
                }
                name.keep_few_readings();
                (name, None)
            }
            None => (name, Some(Self::parse(reading))),
        }
    }

    /// The reading cut into one piece for each character, or for the first ones only.
    fn spoken(&self, reading: &str) -> Option<Vec<String>> {
        let count = self.units.iter().filter(|unit| !unit.word).count();
        let reading: String = reading.nfc().collect::<String>().to_lowercase();
        let words: Vec<&str> =
            reading.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let plain = |word: &str| pinyin::typed(word).into_iter().next().unwrap_or_default();
        let whole = |word: &&str| syllable::is_whole(&plain(word));
        if count == 0 || words.is_empty() {
            return None;
        }
        if words.len() <= count && words.iter().all(whole) && (words.len() > 1 || count == 1) {
            return Some(words.iter().map(|&word| word.to_owned()).collect());
        }
        let run: String = words.concat();
        let letters = plain(&run);
        // Composed tone letters are one character each; only then do the pieces line up.
        if letters.chars().count() != run.chars().count() {
            return None;
        }
        let pieces = syllable::divide(&letters, count).or_else(|| syllable::divide(&letters, 1))?;
        let mut rest = run.chars();
        Some(pieces.iter().map(|piece| rest.by_ref().take(piece.len()).collect()).collect())
    }

    fn keep_few_readings(&mut self) {
        let most = if self.units.len() > LONGEST_PERSON { READINGS_OF_A_SIGN } else { READINGS };
        let mut ways = 1;
        for unit in &mut self.units {
            unit.sounds.truncate((most / ways).max(1));
            ways *= unit.sounds.len().max(1);
        }
    }

    /// The characters from a unit on, up to the next Latin word.
    pub fn characters(&self, from: usize) -> String {
        self.units[from..]
            .iter()
            .take_while(|unit| !unit.word)
            .map(|unit| unit.letters.as_str())
            .collect()
    }

    /// Every way of reading the name aloud from a unit on.
    pub fn read_from(&self, from: usize) -> Vec<String> {
        self.cross(from, |unit| unit.sounds.iter().map(|sound| sound.letters.as_str()).collect())
    }

    /// Every row of initials from a unit on.
    pub fn initials_from(&self, from: usize) -> Vec<String> {
        self.cross(from, |unit| {
            let mut letters: Vec<&str> =
                unit.sounds.iter().filter_map(|sound| sound.letters.get(..1)).collect();
            letters.dedup();
            letters
        })
    }

    /// The initials of a unit with the reading each stands for: a letter, and `zh`, `ch`, `sh`.
    pub fn initials(&self, at: usize) -> Vec<(usize, &str)> {
        let Some(unit) = self.units.get(at) else { return Vec::new() };
        let sounds = unit.sounds.iter().enumerate();
        sounds
            .flat_map(|(sound, heard)| {
                let double = heard
                    .letters
                    .get(..2)
                    .filter(|d| !unit.word && matches!(*d, "zh" | "ch" | "sh"));
                heard
                    .letters
                    .get(..1)
                    .into_iter()
                    .chain(double)
                    .map(move |initial| (sound, initial))
            })
            .collect()
    }

    /// An initial and the Latin word that follows: `jsmith`.
    pub fn initial_and_word(&self, at: usize) -> Vec<String> {
        let Some(word) = self.units.get(at + 1).filter(|unit| unit.word) else { return Vec::new() };
        self.initials(at)
            .into_iter()
            .map(|(_, initial)| format!("{initial}{}", word.letters))
            .collect()
    }

    fn cross<'a>(&'a self, from: usize, ways: impl Fn(&'a Unit) -> Vec<&'a str>) -> Vec<String> {
        let mut all = vec![String::new()];
        for unit in &self.units[from..] {
            let ways = ways(unit);
            if ways.is_empty() {
                break;
            }
            all = ways
                .iter()
                .flat_map(|way| all.iter().map(move |head| format!("{head}{way}")))
                .collect();
        }
        all.sort();
        all.dedup();
        all.retain(|row| !row.is_empty());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_way() {
        let name = Name::parse("曾励");
        assert_eq!(name.read_from(0), ["cengli", "zengli"]);
        assert_eq!(name.initials_from(0), ["cl", "zl"]);
        assert_eq!(Name::parse("Zoe O’Brien").read_from(0), ["zoeobrien"]);
        assert_eq!(Name::parse("王Amy").read_from(0), ["wangamy"]);
        assert_eq!(Name::parse("吕绿绿绿绿").read_from(0).len(), READINGS);
        assert_eq!(Name::parse("吕绿绿绿绿绿").read_from(0).len(), READINGS_OF_A_SIGN);
    }

    #[test]
    fn a_given_reading_leads() {
        for (reading, shown) in [
            ("Shàn Lìhuá", "shàn"),
            ("shan", "shan"),
            ("Shàn Lì Huá", "shàn"),
            ("shanlihua", "shan"),
        ] {
            let (name, other) = Name::with_reading("单丽华", Some(reading));
            assert_eq!(name.units[0].sounds[0].shown, shown, "{reading}");
            assert!(name.units[0].sounds.iter().any(|s| s.letters == "dan"));
            assert!(other.is_none());
        }
        let (_, other) = Name::with_reading("金秀贤", Some("Kim Soohyun"));
        assert_eq!(other.map(|name| name.read_from(0)), Some(vec!["kimsoohyun".to_owned()]));
    }
}
