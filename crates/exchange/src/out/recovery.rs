//! The recovery phrase as a text file: the words, whose they are, and what to do with them.

use std::{
    io::{self, Write as _},
    path::Path,
};

use chrono::NaiveDate;
use shuke_locales::Locale;
use tempfile::NamedTempFile;

/// What stands in the file. The words are one line, to be copied as they are.
#[derive(Debug)]
pub struct RecoverySheet<'a> {
    pub shop: &'a str,
    pub day: NaiveDate,
    pub words: &'a str,
}

impl RecoverySheet<'_> {
    /// Readable by its owner alone, and there only once it is whole.
    pub fn write(&self, path: &Path, locale: Locale) -> io::Result<()> {
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        // An old editor takes UTF-8 without the mark for the machine's code page.
        file.write_all("\u{feff}".as_bytes())?;
        file.write_all(self.text(locale).replace('\n', "\r\n").as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }

    fn text(&self, locale: Locale) -> String {
        let day = self.day.to_string();
        let title = locale.text("exchange:recovery.title", &[("shop", self.shop)]);
        let written = locale.text("exchange:recovery.written", &[("day", &day)]);
        let advice = [
            "exchange:recovery.opens",
            "exchange:recovery.secret",
            "exchange:recovery.away",
            "exchange:recovery.use",
        ]
        .map(|key| locale.text(key, &[]))
        .join("\n");
        format!("{title}\n{written}\n\n{}\n\n{advice}\n", self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_stand_alone_on_a_line_in_every_language() {
        let folder = tempfile::tempdir().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 9, 18).unwrap();
        for locale in Locale::ALL {
            let path = folder.path().join(locale.as_str());
            let sheet = RecoverySheet { shop: "云栖茶铺", day, words: "的 茶 山 雨" };
            sheet.write(&path, locale).unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with('\u{feff}') && text.contains("云栖茶铺"), "{text}");
            assert!(text.contains("2026-09-18") && !text.contains("exchange:"), "{text}");
            assert_eq!(text.lines().filter(|line| *line == "的 茶 山 雨").count(), 1, "{text}");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = std::fs::metadata(&path).unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "others may read it");
            }
        }
    }
}
