//! Bytes into text, a piece at a time: a file of any size takes the memory of one piece.

use std::io::{self, Read};

use encoding_rs::Decoder;

use super::{charset::Charset, dialect::SAMPLE};

const PIECE: usize = 64 * 1024;

/// A stream of text whose encoding may become known only when its first letter beyond ASCII comes.
pub(super) struct Source {
    input: Box<dyn Read + Send>,
    charset: Charset,
    decoder: Decoder,
    bytes: Vec<u8>,
    read: u64,
    started: bool,
    ended: bool,
}

impl Source {
    pub fn new(input: Box<dyn Read + Send>, charset: Charset) -> Self {
        let decoder = charset.encoding.new_decoder_without_bom_handling();
        Self { input, charset, decoder, bytes: Vec::new(), read: 0, started: false, ended: false }
    }

    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// How many bytes of the file have been read.
    pub fn position(&self) -> u64 {
        self.read
    }

    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Appends at least `wanted` more bytes' worth of text, less only at the end.
    pub fn append(&mut self, text: &mut String, wanted: usize) -> io::Result<()> {
        self.fill(wanted.max(PIECE))?;
        if !self.charset.settled
            && let Some(first) = self.bytes.iter().position(|byte| !byte.is_ascii())
        {
            // All before is ASCII and reads alike in every encoding that can follow.
            self.fill(first + SAMPLE)?;
            self.charset = Charset { bom: false, ..Charset::detect(&self.bytes[first..]) };
            self.decoder = self.charset.encoding.new_decoder_without_bom_handling();
        }
        let bytes = std::mem::take(&mut self.bytes);
        text.reserve(self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
        let start = text.len();
        let (_, _, _) = self.decoder.decode_to_string(&bytes, text, self.ended);
        if !self.started && text.len() > start {
            self.started = true;
            if text[start..].starts_with('\u{FEFF}') {
                text.drain(start..start + '\u{FEFF}'.len_utf8());
            }
        }
        Ok(())
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.ended || self.bytes.len() >= wanted {
            return Ok(());
        }
        let missing = wanted - self.bytes.len();
        let got = self
            .input
            .by_ref()
            .take(u64::try_from(missing).unwrap_or(u64::MAX))
            .read_to_end(&mut self.bytes)?;
        self.read += u64::try_from(got).unwrap_or(0);
        self.ended = got < missing;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn an_encoding_that_shows_late_is_still_found() {
        let text =
            format!("name,phone\n{}张伟,13812345678\n王芳,13912345678\n", "a,1\n".repeat(100_000));
        let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
        let charset = Charset::detect(&bytes[..SAMPLE]);
        assert!(!charset.settled);
        let mut source = Source::new(Box::new(Cursor::new(bytes.into_owned())), charset);
        let mut read = String::new();
        while !source.ended() {
            assert!(source.append(&mut read, 0).is_ok());
        }
        assert_eq!(source.charset().encoding, encoding_rs::GB18030);
        assert_eq!(read, text);
    }
}
