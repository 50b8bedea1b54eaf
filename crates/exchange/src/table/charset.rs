//! Which encoding a file's bytes are in.
//!
//! GB18030 and Big5 overlap almost wholly, so that either decodes the other without an error:
//! they are told apart by how common the characters are that come out, and by the header's words.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::synonyms;

/// What a sample's bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset {
    pub encoding: &'static Encoding,
    pub bom: bool,
    /// False while only ASCII was seen: the first other byte decides.
    pub settled: bool,
}

impl Charset {
    /// Looks at the start of a file, or at a stretch from its first byte beyond ASCII.
    pub fn detect(sample: &[u8]) -> Charset {
        let settled = |encoding, bom| Charset { encoding, bom, settled: true };
        if let Some((encoding, _)) = Encoding::for_bom(sample) {
            return settled(encoding, true);
        }
        if let Some(encoding) = wide(sample) {
            return settled(encoding, false);
        }
        if sample.is_ascii() {
            return Charset { encoding: UTF_8, bom: false, settled: false };
        }
        if is_mostly_utf8(sample) {
            return settled(UTF_8, false);
        }
        let gb = commonness(sample, gb_character) + known_words(sample, GB18030);
        let big5 = commonness(sample, big5_character) + known_words(sample, BIG5);
        if gb.max(big5) >= 0.5 {
            return settled(if big5 > gb { BIG5 } else { GB18030 }, false);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        let guess = detector.guess(None, Utf8Detection::Deny);
        settled(if guess == GBK { GB18030 } else { guess }, false)
    }
}

/// UTF-16 without a mark: the other byte of every delimiter, digit and line end is zero.
fn wide(sample: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = sample.as_chunks::<2>();
    if pairs.len() < 4 {
        return None;
    }
    let plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let little = pairs.iter().filter(|pair| pair[1] == 0 && plain(pair[0])).count();
    let big = pairs.iter().filter(|pair| pair[0] == 0 && plain(pair[1])).count();
    let (encoding, most, least) =
        if little > big { (UTF_16LE, little, big) } else { (UTF_16BE, big, little) };
    let enough = most * 20 >= pairs.len() && most > least * 10;
    let whole = &sample[..pairs.len() * 2];
    // A surrogate cut in two at the sample's end is no error.
    let errors =
        encoding.decode_without_bom_handling(whole).0.matches(char::REPLACEMENT_CHARACTER).count();
    (enough && errors <= 1).then_some(encoding)
}

/// UTF-8, even with a few damaged bytes in it.
fn is_mostly_utf8(sample: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    let mut chunks = sample.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // The sample may end inside a character.
        if !chunk.invalid().is_empty() && chunks.peek().is_some() {
            bad += 1;
        }
    }
    good > bad * 9
}

/// How a byte sequence reads in one encoding: its length, and whether it is a common character.
type Character = fn(&[u8]) -> Option<(usize, bool)>;

fn gb_character(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes {
        [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..] => Some((4, false)),
        // Punctuation, full-width forms, and the 3,755 characters of the first level.
        [0xA1 | 0xA3 | 0xB0..=0xD7, 0xA1..=0xFE, ..] => Some((2, true)),
        [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => Some((2, false)),
        _ => None,
    }
}

fn big5_character(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes {
        [0xA1..=0xC6, 0x40..=0x7E | 0xA1..=0xFE, ..] => Some((2, true)),
        [0x87..=0xFE, 0x40..=0x7E | 0xA1..=0xFE, ..] => Some((2, false)),
        _ => None,
    }
}

/// The share of common characters among all beyond ASCII, less a heavy toll for errors.
fn commonness(sample: &[u8], character: Character) -> f64 {
    let (mut all, mut common, mut errors) = (0_u32, 0_u32, 0_u32);
    let mut rest = sample;
    while let Some(&byte) = rest.first() {
        let length = if byte < 0x80 {
            1
        } else if let Some((length, is_common)) = character(rest) {
            all += 1;
            common += u32::from(is_common);
            length
        } else {
            all += 1;
            errors += u32::from(rest.len() > 3);
            1
        };
        rest = &rest[length..];
    }
    if all == 0 { 0.0 } else { (f64::from(common) - 5.0 * f64::from(errors)) / f64::from(all) }
}

/// A bonus where the first line holds column names that we know: no other evidence is as good.
fn known_words(sample: &[u8], encoding: &'static Encoding) -> f64 {
    let line = sample
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let (text, _) = encoding.decode_without_bom_handling(line);
    let words = text.split([',', ';', '\t', '|', '"', ' ']).filter(|word| !word.is_ascii());
    f64::from(u8::from(words.filter(|word| synonyms::is_known(word)).count() > 0)) * 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAINLAND: &str = "会员号,姓名,手机,地址\n001,张伟,13812345678,广东省深圳市南山区\n002,𠮷野家,13912345678,㐀丙\n";
    const TAIWAN: &str = "會員編號,姓名,手機,地址\n001,陳怡君,0912345678,臺北市大安區忠孝東路\n002,林志豪,0922345678,高雄市\n";

    #[test]
    fn encodings_are_told_apart() {
        let (gb, _, _) = GB18030.encode(MAINLAND);
        assert_eq!(Charset::detect(&gb).encoding, GB18030);
        let (big5, _, _) = BIG5.encode(TAIWAN);
        assert_eq!(Charset::detect(&big5).encoding, BIG5);
        for text in [MAINLAND, TAIWAN] {
            assert_eq!(
                Charset::detect(text.as_bytes()),
                Charset { encoding: UTF_8, bom: false, settled: true }
            );
            let marked = format!("\u{feff}{text}");
            assert!(Charset::detect(marked.as_bytes()).bom);
            for (encoding, bytes) in [
                (UTF_16LE, marked.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
                (UTF_16BE, marked.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            ] {
                assert_eq!(Charset::detect(&bytes), Charset { encoding, bom: true, settled: true });
                assert_eq!(
                    Charset::detect(&bytes[2..]),
                    Charset { encoding, bom: false, settled: true }
                );
            }
        }
    }

    #[test]
    fn headers_in_words_nobody_knows_do_not_matter() {
        let (gb, _, _) = GB18030.encode("甲,乙\n王小明,李雷\n韩梅梅,浙江省杭州市西湖区\n");
        assert_eq!(Charset::detect(&gb).encoding, GB18030);
        let (big5, _, _) = BIG5.encode("甲,乙\n王小明,李雷\n韓梅梅,浙江省杭州市西湖區\n");
        assert_eq!(Charset::detect(&big5).encoding, BIG5);
    }

    #[test]
    fn damage_does_not_change_the_verdict() {
        let mut bytes = MAINLAND.as_bytes().to_vec();
        bytes[30] = 0xFF;
        assert_eq!(Charset::detect(&bytes).encoding, UTF_8);
        let nul = MAINLAND.replace("001", "0\u{0}01");
        assert_eq!(Charset::detect(nul.as_bytes()).encoding, UTF_8);
        assert!(!Charset::detect(b"name,phone\n").settled);
        assert_eq!(
            Charset::detect(b"name,city\nJos\xE9,Orl\xE9ans\nFran\xE7ois,N\xEEmes\n")
                .encoding
                .name(),
            "windows-1252"
        );
    }
}
