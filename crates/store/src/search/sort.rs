//! How names stand in order: by pinyin, then by tone, then by character; and how one is read aloud.

use unicode_normalization::UnicodeNormalization;

use super::name::Name;

/// The place of a name in the order of names: what is read alike stands together, tones apart.
pub fn sort_key(name: &str, reading: Option<&str>) -> String {
    let (parsed, _) = Name::with_reading(name, reading);
    let mut key = String::new();
    for unit in &parsed.units {
        if !key.is_empty() {
            key.push(' ');
        }
        match unit.sounds.first().filter(|_| !unit.word) {
            Some(sound) => {
                key.push_str(&sound.letters);
                key.push(tone(&sound.shown));
            }
            None => key.push_str(&unit.letters),
        }
    }
    key.push('\u{1}');
    key.push_str(name);
    key
}

/// The syllables of a name with their tones, one for each character; empty for a Latin name.
pub fn read_aloud(name: &str, reading: Option<&str>) -> Vec<String> {
    let (parsed, _) = Name::with_reading(name, reading);
    let characters = parsed.units.iter().filter(|unit| !unit.word);
    characters.filter_map(|unit| unit.sounds.first()).map(|sound| sound.shown.clone()).collect()
}

fn tone(shown: &str) -> char {
    shown
        .nfd()
        .find_map(|letter| match letter {
            '\u{304}' => Some('1'),
            '\u{301}' => Some('2'),
            '\u{30c}' => Some('3'),
            '\u{300}' => Some('4'),
            _ => None,
        })
        .unwrap_or('5')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_by_sound_then_tone() {
        let mut names = ["赵磊", "曾励", "单文博", "张丽华", "章琳", "Zoe Lin", "陈晓"];
        names.sort_by_key(|name| sort_key(name, None));
        assert_eq!(names, ["陈晓", "单文博", "曾励", "张丽华", "章琳", "赵磊", "Zoe Lin"]);
    }

    #[test]
    fn a_surname_is_read_as_one() {
        assert_eq!(read_aloud("单文博", None), ["shàn", "wén", "bó"]);
        assert!(read_aloud("Zoe Lin", None).is_empty());
    }
}
