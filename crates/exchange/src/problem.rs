//! What was found wrong in a file, row by row, as codes. The sentences are in
//! `locales/…/exchange.json` under `problem`.

use serde::{Serialize, Serializer};
use ts_rs::TS;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a row is out, or why a value is empty, kept as text or mended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Finding { $($(#[$doc])* $name,)* }

        impl Finding {
            /// All of them, so that a test can ask every language for its sentence.
            pub const ALL: &'static [Finding] = &[$(Finding::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Finding::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// Nothing in it but blanks.
    RowBlank = "row.blank",
    /// A sale whose number is there already: a ledger row is not taken twice.
    RowAlreadyThere = "row.already_there",
    /// The header once more, as page breaks and pasted files leave it.
    RowRepeatedHeader = "row.repeated_header",
    /// A line of sums.
    RowTotals = "row.totals",
    /// A title or a note above the header.
    RowPreamble = "row.preamble",
    /// So many or so few cells that their columns cannot be told.
    RowWidth = "row.width",
    /// Nothing that names what the row is about.
    RowNameless = "row.nameless",
    /// A sale without a day that can be read.
    RowDateInvalid = "row.date_invalid",
    /// A sale without an amount that can be read.
    RowAmountInvalid = "row.amount_invalid",
    /// A sale of another till without its number there: sent again it would be another one.
    RowNumberMissing = "row.number_missing",
    /// A sale in which nothing was sold.
    RowLinesMissing = "row.lines_missing",
    /// Another row of the same sale cannot be taken, and so none of it.
    RowSaleIncomplete = "row.sale_incomplete",
    /// A sale of that number is there, and came to another sum.
    RowSaleDiffers = "row.sale_differs",
    /// No record of a sale at all.
    RowMalformed = "row.malformed",

    /// Not imported: no field is known by this name.
    FieldColumnUnmapped = "field.column_unmapped",
    /// The row ended early: this and all later columns are empty.
    FieldMissing = "field.missing",
    /// Cells beyond the last column, left out.
    FieldSurplus = "field.surplus",
    /// A stand-in for "nothing": left empty.
    FieldPlaceholder = "field.placeholder",
    /// Outer blanks taken off.
    FieldTrimmed = "field.trimmed",
    /// Invisible or control characters taken out.
    FieldInvisible = "field.invisible",
    /// A spreadsheet's wrapping that marks text (`="…"`, a leading apostrophe) taken off.
    FieldUnwrapped = "field.unwrapped",
    /// A quotation mark out of place: kept or dropped as the text shows.
    FieldQuote = "field.quote",
    /// Bytes that the file's encoding does not know.
    FieldUndecodable = "field.undecodable",
    /// Longer than a field may be: left empty.
    FieldTooLong = "field.too_long",
    /// Digits lost to a spreadsheet's `1.77688E+10`.
    FieldPhoneMangled = "field.phone_mangled",
    FieldPhoneInvalid = "field.phone_invalid",
    /// Several numbers in one cell: each is kept by itself.
    FieldPhoneSeveral = "field.phone_several",
    FieldNumberMangled = "field.number_mangled",
    FieldNumberInvalid = "field.number_invalid",
    FieldAmountInvalid = "field.amount_invalid",
    /// More places than the currency has: never rounded, left empty.
    FieldAmountPrecision = "field.amount_precision",
    FieldQuantityInvalid = "field.quantity_invalid",
    FieldDateInvalid = "field.date_invalid",
    /// Day and month cannot be told apart.
    FieldDateAmbiguous = "field.date_ambiguous",
    /// A year without a day.
    FieldDateIncomplete = "field.date_incomplete",
    FieldEmailInvalid = "field.email_invalid",
    FieldGenderUnknown = "field.gender_unknown",
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How much of a cell an entry shows: a damaged file must not fill the list with itself.
const SHOWN: usize = 1_000;

/// One entry of an import's list: nothing is left out or changed without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Problem {
    /// The record's number as a spreadsheet counts, the header being a record too.
    #[ts(type = "number")]
    pub row: u64,
    /// The column's name in the file; empty where the whole row is meant.
    pub column: String,
    #[ts(type = "string")]
    pub code: Finding,
    /// What stood in the file.
    pub value: String,
}

impl Problem {
    pub fn new(row: u64, column: &str, code: Finding, value: &str) -> Self {
        let mut value: String = value.to_owned();
        if let Some((end, _)) = value.char_indices().nth(SHOWN) {
            value.truncate(end);
            value.push('…');
        }
        Self { row, column: column.to_owned(), code, value }
    }
}

/// What became of one record of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome<T> {
    /// It is in; the entries say what was left empty, kept as text or mended.
    Row(T, Vec<Problem>),
    /// It was never meant to be data.
    Skipped(Problem),
    /// It was, and cannot be taken.
    Failed(Problem),
}

#[cfg(test)]
mod tests {
    use shuke_locales::Locale;

    use super::*;

    #[test]
    fn every_finding_has_its_sentence_in_every_language() {
        for finding in Finding::ALL {
            for locale in Locale::ALL {
                assert!(
                    locale.has(&format!("exchange:problem.{}", finding.as_str())),
                    "{locale:?} {}",
                    finding.as_str()
                );
            }
        }
    }
}
