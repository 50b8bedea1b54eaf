//! An e-mail address: found from its front and from each of its pieces (`zoe`, `lin`, `88`, `qq`).

use super::fold::{Class, glyphs};

const LONGEST: usize = 96;

#[derive(Clone, Debug)]
pub struct Email {
    /// Letters and digits without the signs between them.
    pub letters: String,
    places: Vec<(u32, u32)>,
    /// Where in `letters` a piece begins, the first at 0.
    pub pieces: Vec<usize>,
}

impl Email {
    pub fn parse(text: &str) -> Self {
        let mut letters = String::new();
        let mut places = Vec::new();
        let mut pieces = Vec::new();
        let mut before = Class::Break;
        for glyph in glyphs(text).into_iter().take(LONGEST) {
            if glyph.class != Class::Break {
                if glyph.class != before {
                    pieces.push(letters.len());
                }
                letters.push(glyph.letter);
                // Byte offsets index `places`, so that a piece is found without counting.
                places.resize(letters.len(), (glyph.start, glyph.end));
            }
            before = glyph.class;
        }
        // Everyone ends in .com: not a piece one looks for.
        if text.contains('@') && pieces.len() > 2 {
            pieces.pop();
        }
        Self { letters, places, pieces }
    }

    /// The first piece that begins with the typed letters, and the stretch of text they cover.
    pub fn find(&self, typed: &str) -> Option<(usize, (u32, u32))> {
        let from = *self.pieces.iter().find(|&&from| self.letters[from..].starts_with(typed))?;
        let last = self.places.get(from + typed.len() - 1)?;
        Some((from, (self.places.get(from)?.0, last.1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found() {
        let email = Email::parse("zoe.lin88@qq.com");
        assert_eq!(email.find("zoelin"), Some((0, (0, 7))));
        assert_eq!(email.find("88"), Some((6, (7, 9))));
        assert_eq!(email.find("lin88qq"), Some((3, (4, 12))));
        assert_eq!(email.find("com"), None);
        assert_eq!(email.find("oe"), None);
    }
}
