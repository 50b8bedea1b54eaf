//! A receipt for a thermal printer, as ESC/POS in GB 18030: what printers for Chinese speak out of the box.

use std::cell::RefCell;

use encoding_rs::GB18030;
use escpos::{
    driver::Driver,
    errors::Result,
    printer::Printer,
    utils::{JustifyMode, Protocol},
};
use shuke_domain::{Fen, Quantity};
use shuke_locales::Locale;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::sheet::yuan;

/// Selects the Chinese set of characters (`FS &`).
const CHINESE: &[u8] = b"\x1c&";

/// What stands on a receipt.
#[derive(Clone, Debug, Default)]
pub struct Slip {
    pub workspace: String,
    pub store: Option<String>,
    pub number: String,
    pub when: String,
    pub person: Option<String>,
    pub customer: Option<String>,
    pub lines: Vec<SlipLine>,
    /// A coupon's name and what it took off.
    pub coupon: Option<(String, Fen)>,
    pub total: Fen,
    /// How it was paid: kinds by their names in `nouns:pay`.
    pub tenders: Vec<(String, Fen)>,
    pub points: Option<i64>,
    pub balance: Option<i64>,
    /// By the name that the ladder gives it, or one of ours.
    pub tier: Option<String>,
    /// What is missing for the next tier, and its name.
    pub gap: Option<(Fen, String)>,
    /// Points that lapse next, and the last day on which they are good.
    pub expiring: Option<(i64, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct SlipLine {
    pub name: String,
    pub quantity: Quantity,
    pub amount: Fen,
}

/// Keeps what a printer would have been sent.
#[derive(Default)]
struct Sheet(RefCell<Vec<u8>>);

impl Driver for &Sheet {
    fn name(&self) -> String {
        "sheet".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}

impl Slip {
    /// The bytes for a printer of so many columns (48 on 80 mm, 32 on 58 mm), cut at the end.
    pub fn escpos(&self, columns: usize, locale: Locale) -> Result<Vec<u8>> {
        let sheet = Sheet::default();
        let mut printer = Printer::new(&sheet, Protocol::default(), None);
        printer.init()?.custom(CHINESE)?;
        for row in self.rows(columns, locale) {
            let (place, large) = match row.lean {
                Lean::Middle => (JustifyMode::CENTER, false),
                Lean::Title => (JustifyMode::CENTER, true),
                Lean::Side => (JustifyMode::LEFT, false),
                Lean::Sum => (JustifyMode::LEFT, true),
            };
            printer.justify(place)?.bold(large)?.size(1, 1 + u8::from(large))?;
            // What the printer has no character for is a question mark, never a broken line.
            printer.custom(&GB18030.encode(&row.text).0)?.feed()?;
        }
        printer.bold(false)?.size(1, 1)?.feeds(3)?.partial_cut()?.print()?;
        drop(printer);
        Ok(sheet.0.into_inner())
    }

    /// The same as text, one line each.
    pub fn text(&self, columns: usize, locale: Locale) -> String {
        self.rows(columns, locale).iter().map(|row| format!("{}\n", row.text)).collect()
    }

    fn rows(&self, columns: usize, locale: Locale) -> Vec<Row> {
        let word = |key: &str| locale.text(&format!("counter:receipt.{key}"), &[]);
        let tier_name = |name: &str| {
            let key = format!("nouns:tier.{name}");
            if locale.has(&key) { locale.text(&key, &[]) } else { name.to_owned() }
        };
        let mut rows = Rows { columns, rows: Vec::new() };
        rows.put(Lean::Title, &self.workspace);
        if let Some(store) = self.store.as_deref().filter(|store| *store != self.workspace) {
            rows.put(Lean::Middle, store);
        }
        rows.pair(&word("number"), &self.number);
        rows.pair(&word("when"), &self.when);
        for (key, value) in [("person", &self.person), ("customer", &self.customer)] {
            if let Some(value) = value {
                rows.pair(&word(key), value);
            }
        }
        rows.rule();
        for line in &self.lines {
            rows.put(Lean::Side, &line.name);
            let unit = match line.quantity.0 {
                0 => line.amount.0,
                quantity => (line.amount.0 * 1000 + quantity / 2).div_euclid(quantity),
            };
            rows.pair(&format!("  {} x {}", line.quantity, yuan(Fen(unit))), &yuan(line.amount));
        }
        rows.rule();
        if let Some((name, off)) = &self.coupon {
            let name = locale.text("counter:receipt.coupon", &[("name", name)]);
            rows.pair(&name, &yuan(-*off));
        }
        rows.sum(&word("total"), &yuan(self.total));
        for (kind, amount) in &self.tenders {
            let key = format!("nouns:pay.{kind}");
            let name = if locale.has(&key) { locale.text(&key, &[]) } else { kind.clone() };
            rows.pair(&name, &yuan(*amount));
        }
        if let Some(points) = self.points {
            rows.rule();
            rows.pair(&word("points"), &points.to_string());
            if let Some(balance) = self.balance {
                rows.pair(&word("balance"), &balance.to_string());
            }
            if let Some(tier) = &self.tier {
                rows.pair(&word("tier"), &tier_name(tier));
            }
            if let Some((gap, next)) = &self.gap {
                let params = [("gap", yuan(*gap)), ("tier", tier_name(next))];
                let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
                rows.put(Lean::Side, &locale.text("counter:receipt.gap", &params));
            }
            if let Some((points, day)) = &self.expiring {
                let points = points.to_string();
                let params = [("points", points.as_str()), ("day", day.as_str())];
                rows.put(Lean::Side, &locale.text("counter:receipt.expiring", &params));
            }
        }
        rows.rule();
        rows.put(Lean::Middle, &word("thanks"));
        rows.rows
    }
}

#[derive(Clone, Copy)]
enum Lean {
    Side,
    Middle,
    Title,
    Sum,
}

struct Row {
    lean: Lean,
    text: String,
}

struct Rows {
    columns: usize,
    rows: Vec<Row>,
}

impl Rows {
    /// A text over as many lines as it takes.
    fn put(&mut self, lean: Lean, text: &str) {
        let mut line = String::new();
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if line.width() + letter.width().unwrap_or(0) > self.columns {
                self.rows.push(Row { lean, text: std::mem::take(&mut line) });
            }
            line.push(letter);
        }
        self.rows.push(Row { lean, text: line });
    }

    fn rule(&mut self) {
        self.put(Lean::Side, &"-".repeat(self.columns));
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.between(Lean::Side, name, value);
    }

    fn sum(&mut self, name: &str, value: &str) {
        self.between(Lean::Sum, name, value);
    }

    /// A name on the left and a value at the right edge; under each other where both do not fit.
    fn between(&mut self, lean: Lean, name: &str, value: &str) {
        let taken = name.width() + value.width();
        if taken < self.columns {
            let gap = " ".repeat(self.columns - taken);
            return self.put(lean, &format!("{name}{gap}{value}"));
        }
        self.put(lean, name);
        let indent = " ".repeat(self.columns.saturating_sub(value.width()));
        self.put(lean, &format!("{indent}{value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip() -> Slip {
        Slip {
            workspace: "西湖茶舍".into(),
            store: Some("湖滨店".into()),
            number: "1126-001".into(),
            when: "2026-11-26 10:15".into(),
            person: Some("陈晓".into()),
            customer: Some("王敏".into()),
            lines: vec![SlipLine {
                name: "武夷肉桂特级礼盒装 125 g 年节限定，附手作茶则一支".into(),
                quantity: Quantity(2_000),
                amount: Fen(39_600),
            }],
            coupon: Some(("生日礼".into(), Fen(5_000))),
            total: Fen(34_600),
            tenders: vec![("wechat_pay".into(), Fen(34_600))],
            points: Some(346),
            balance: Some(2_628),
            tier: Some("金卡".into()),
            gap: Some((Fen(271_820), "铂金".into())),
            expiring: Some((120, "2026-12-31".into())),
        }
    }

    #[test]
    fn a_receipt_fits_its_paper_in_every_language() {
        for locale in Locale::ALL {
            for columns in [32, 48] {
                let text = slip().text(columns, locale);
                assert!(text.lines().all(|line| line.width() <= columns), "{text}");
                assert!(text.contains("346.00") && text.contains("120"), "{text}");
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
        insta::assert_snapshot!(slip().text(48, Locale::ZhCn));
    }

    #[test]
    fn bytes_begin_the_printer_anew_speak_chinese_and_cut() {
        let bytes = slip().escpos(48, Locale::ZhCn).unwrap();
        assert_eq!(&bytes[..2], b"\x1b@");
        assert_eq!(&bytes[2..4], CHINESE);
        let name = GB18030.encode("西湖茶舍").0;
        assert!(bytes.windows(name.len()).any(|part| part == &*name));
        assert!(bytes.windows(2).any(|part| part == b"\x1dV"), "a cut");
    }
}
