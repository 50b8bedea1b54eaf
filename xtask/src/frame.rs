//! One picture of a virtual display: read from the server's own XWD file, judged, written as PNG.
//! Not a general reader of XWD: only the 32-bit true-colour form that Xvfb writes.

use std::{collections::HashSet, fs, io::BufWriter, path::Path};

use anyhow::{Context, Result, ensure};

/// A blank page on a blank ground has two colours; text and icons bring their smoothed edges.
const COLOURS_OF_A_SCREEN: usize = 24;

#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    /// Red, green, blue per pixel, row by row.
    pixels: Vec<u8>,
}

impl Frame {
    pub fn read(file: &Path) -> Result<Self> {
        let bytes =
            fs::read(file).with_context(|| format!("the screen's file {}", file.display()))?;
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let word = |at: usize| -> Result<u32> {
            let four = bytes.get(at * 4..at * 4 + 4).context("the screen's file is cut short")?;
            Ok(u32::from_be_bytes(four.try_into()?))
        };
        let (width, height) = (word(4)?, word(5)?);
        ensure!(word(11)? == 32 && word(7)? == 0, "the screen is not 32-bit little-endian");
        let start = usize::try_from(word(0)? + word(19)? * 12)?;
        let (stride, wide, high) =
            (usize::try_from(word(12)?)?, usize::try_from(width)?, usize::try_from(height)?);
        let body =
            bytes.get(start..start + stride * high).context("the screen's file is cut short")?;
        ensure!(stride >= wide * 4, "the screen's rows are shorter than its width");
        let rows = body.chunks_exact(stride).flat_map(|row| row[..wide * 4].chunks_exact(4));
        let pixels = rows.flat_map(|dot| [dot[2], dot[1], dot[0]]).collect();
        Ok(Self { width, height, pixels })
    }

    /// Whether more than an empty window is to be seen.
    pub fn painted(&self) -> bool {
        let mut colours = HashSet::new();
        self.pixels.chunks_exact(3).any(|dot| {
            colours.insert(dot);
            colours.len() >= COLOURS_OF_A_SCREEN
        })
    }

    pub fn write(&self, file: &Path) -> Result<()> {
        let out =
            fs::File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
        let mut png = png::Encoder::new(BufWriter::new(out), self.width, self.height);
        png.set_color(png::ColorType::Rgb);
        png.set_depth(png::BitDepth::Eight);
        png.write_header()?.write_image_data(&self.pixels)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;

    /// A screen of `width` by one with the given blue-green-red-nothing dots.
    fn screen(dots: &[[u8; 4]]) -> Vec<u8> {
        let mut words = [0_u32; 25];
        let width = u32::try_from(dots.len()).unwrap();
        (words[0], words[4], words[5]) = (100, width, 1);
        (words[11], words[12]) = (32, width * 4);
        let head = words.iter().flat_map(|word| word.to_be_bytes());
        head.chain(dots.iter().flatten().copied()).collect()
    }

    #[test]
    fn dots_turn_from_blue_first_to_red_first() {
        let frame = Frame::parse(&screen(&[[1, 2, 3, 0], [9, 8, 7, 0]])).unwrap();
        assert_eq!(frame.pixels, [3, 2, 1, 7, 8, 9]);
    }

    #[test]
    fn an_empty_window_is_not_painted_and_letters_are() {
        let blank: Vec<_> = (0..200).map(|dot| if dot < 100 { [0; 4] } else { [255; 4] }).collect();
        assert!(!Frame::parse(&screen(&blank)).unwrap().painted());
        let letters: Vec<_> = (0..200).map(|dot| [dot, dot, dot, 0]).collect();
        assert!(Frame::parse(&screen(&letters)).unwrap().painted());
    }

    #[test]
    fn a_file_cut_short_is_refused() {
        let mut bytes = screen(&[[1, 2, 3, 0]]);
        bytes.pop();
        assert!(Frame::parse(&bytes).is_err());
    }
}
