//! A telephone number as people type it: from the front in any of its spellings, or from the tail.

use shuke_domain::phone;

/// A way of writing a number: the country's, the trunk's, the town's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spelling {
    digits: String,
    /// How many digits of the number as kept come before this spelling.
    skipped: usize,
    /// Digits of the spelling that the number as kept lacks: the 0 before an area code.
    added: usize,
}

#[derive(Clone, Debug)]
pub struct Number {
    /// All digits of the number as kept, country code first where it has one.
    pub digits: String,
    places: Vec<(u32, u32)>,
    spellings: Vec<Spelling>,
}

/// A matched stretch of the kept text; `None` where the only digit typed is the trunk's 0.
pub type Stretch = Option<(u32, u32)>;

impl Number {
    pub fn parse(text: &str) -> Self {
        let kept = text.split(';').next().unwrap_or(text);
        let glyphs = super::fold::glyphs(kept);
        let digit = glyphs.iter().filter(|glyph| glyph.class == super::fold::Class::Digit);
        let (digits, places): (String, Vec<_>) =
            digit.map(|glyph| (glyph.letter, (glyph.start, glyph.end))).unzip();
        let mut spellings = vec![Spelling { digits: digits.clone(), skipped: 0, added: 0 }];
        let national = phone::national(kept);
        if kept.starts_with('+') && national.len() < kept.len() && digits.ends_with(national) {
            let skipped = digits.len() - national.len();
            let mut spell = |digits: String, skipped, added| {
                spellings.push(Spelling { digits, skipped, added });
            };
            spell(national.to_owned(), skipped, 0);
            let mainland = kept.starts_with("+86");
            let mobile = mainland && national.len() == 11 && national.starts_with('1');
            if kept.starts_with("+886") || (mainland && !mobile) {
                spell(format!("0{national}"), skipped, 1);
            }
            if mainland && !mobile {
                let area =
                    if national.starts_with("10") || national.starts_with('2') { 2 } else { 3 };
                if let Some(local) = national.get(area..).filter(|local| local.len() >= 5) {
                    spell(local.to_owned(), skipped + area, 0);
                }
            }
        }
        Self { digits, places, spellings }
    }

    pub fn fronts(&self) -> impl Iterator<Item = &str> {
        self.spellings
            .iter()
            .map(|spelling| spelling.digits.as_str())
            .filter(|digits| !digits.is_empty())
    }

    pub fn is(&self, typed: &str) -> Option<Stretch> {
        self.spellings
            .iter()
            .find(|spelling| spelling.digits == typed)
            .map(|s| self.stretch(s, typed.len()))
    }

    pub fn begins(&self, typed: &str) -> Option<Stretch> {
        self.spellings
            .iter()
            .rev()
            .find(|spelling| spelling.digits.starts_with(typed))
            .map(|s| self.stretch(s, typed.len()))
    }

    pub fn ends(&self, typed: &str) -> Option<Stretch> {
        let from = self.digits.len().checked_sub(typed.len())?;
        self.digits.ends_with(typed).then(|| self.between(from, self.digits.len()))
    }

    fn stretch(&self, spelling: &Spelling, typed: usize) -> Stretch {
        self.between(spelling.skipped, spelling.skipped + typed.saturating_sub(spelling.added))
    }

    fn between(&self, from: usize, to: usize) -> Stretch {
        let last = self.places.get(from..to)?.last()?;
        Some((self.places.get(from)?.0, last.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_begins_in_many_ways() {
        let landline = Number::parse("+8657187654088");
        for typed in ["0571", "571", "86571", "8765", "057187654088"] {
            assert!(landline.begins(typed).is_some(), "{typed}");
        }
        assert_eq!(landline.begins("0571"), Some(Some((3, 6))));
        assert_eq!(landline.begins("0"), Some(None));
        assert_eq!(landline.ends("88"), Some(Some((12, 14))));
        let mobile = Number::parse("+8613805716688");
        assert_eq!(mobile.begins("138"), Some(Some((3, 6))));
        assert!(mobile.begins("0138").is_none());
        assert!(Number::parse("+886912345678").begins("0912").is_some());
        assert!(Number::parse("186687507").ends("507").is_some());
        assert!(Number::parse("").ends("1").is_none());
    }
}
