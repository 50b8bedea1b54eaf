//! Sales of another till system, as it writes them down: JSON (a list, one record a line, or one record),
//! or a table in which rows that share a number are one sale.
//!
//! Every sale is taken whole or not at all, with an entry that says why; amounts are read exactly.

use std::{collections::HashMap, io::Read, path::Path};

use chrono::{DateTime, NaiveTime};
use serde_json::{Map, Value};
use shuke_domain::{
    Fen, Quantity,
    day::Calendar,
    intake::{ForeignLine, ForeignSale, ForeignTender, LINE_LIMIT},
};
use shuke_locales::Locale;

use crate::{
    import::{Import, ImportError, Options},
    problem::{Finding, Problem, RowOutcome},
    record::sale::{SaleField, SaleRow, TillRow},
    table::reader::{ReadError, TableReader},
    value::{decimal, phone},
};

/// When a file gives no time of day.
const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

/// The largest amount that is read out of a bare JSON number: beyond, its last digits may be made up.
const BARE_LIMIT: f64 = 1e13;

/// The largest sum of a line, in fen.
const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000;

/// The longest text of a field.
const TEXT_LIMIT: usize = 500;

/// What the workspace knows and another system does not say.
#[derive(Clone, Debug)]
pub struct House {
    pub region: String,
    pub calendar: Calendar,
}

/// A sale, or why it cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The record's number, as a spreadsheet or a list counts.
    pub row: u64,
    pub number: Option<String>,
    pub sale: Result<ForeignSale, Problem>,
}

/// All that a text or a table tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tale {
    pub sales: Vec<Told>,
    /// Rows that are no sale, and values that were left out.
    pub notes: Vec<Problem>,
}

/// JSON: a list, `{"sales": […]}`, one record a line, or one record.
pub fn json(text: &str, house: &House) -> Result<Tale, ImportError> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return Err(ImportError::Empty);
    }
    let records: Vec<(u64, Option<Value>)> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(records)) => counted(records),
        Ok(Value::Object(mut all)) => match all.remove("sales") {
            Some(Value::Array(records)) => counted(records),
            Some(other) => counted(vec![other]),
            None => counted(vec![Value::Object(all)]),
        },
        Ok(other) => counted(vec![other]),
        Err(error) if !text.starts_with('{') => {
            return Err(ReadError::from(std::io::Error::other(error)).into());
        }
        Err(_) => (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(row, line)| (row, serde_json::from_str(line).ok()))
            .collect(),
    };
    let sales = records.into_iter().map(|(row, value)| {
        let sale = match &value {
            Some(Value::Object(fields)) => Fields { fields, row, path: "" }.sale(house),
            _ => Err(Problem::new(row, "", Finding::RowMalformed, "")),
        };
        let number = value.as_ref().and_then(|value| word(value.get("sale_no")?));
        Told { row, number, sale }
    });
    Ok(Tale { sales: sales.collect(), notes: Vec::new() })
}

fn counted(records: Vec<Value>) -> Vec<(u64, Option<Value>)> {
    (1..).zip(records.into_iter().map(Some)).collect()
}

/// A table: CSV in any dress, or a workbook.
pub fn table(path: &Path, house: &House) -> Result<Tale, ImportError> {
    rows(TableReader::open(path)?, house)
}

/// The same from bytes that are no file.
pub fn table_from(bytes: Vec<u8>, house: &House) -> Result<Tale, ImportError> {
    let input: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(bytes));
    rows(TableReader::new(input)?, house)
}

fn rows(table: TableReader, house: &House) -> Result<Tale, ImportError> {
    let wishes: [&str; 0] = [];
    let options = Options { region: house.region.clone(), date_order: None };
    let import = Import::<TillRow>::new(table, &wishes, options)?;
    let columns: HashMap<SaleField, String> = import
        .column_map()
        .columns()
        .iter()
        .filter_map(|column| Some((column.field?, column.name.clone())))
        .collect();
    let mut read = Tale { notes: import.header_problems(), ..Tale::default() };
    let mut places: HashMap<String, usize> = HashMap::new();
    for outcome in import {
        let (row, outcome) = outcome?;
        let (taken, problems) = match outcome {
            RowOutcome::Skipped(problem) => {
                if problem.code != Finding::RowBlank {
                    read.notes.push(problem);
                }
                continue;
            }
            // Whose line this was nobody can tell: it is reported, and what is whole goes on.
            RowOutcome::Failed(problem) => {
                read.sales.push(Told { row, number: None, sale: Err(problem) });
                continue;
            }
            RowOutcome::Row(taken, problems) => (taken, problems),
        };
        read.notes.extend(problems);
        let Some(number) = taken.sale_no else {
            let problem = Problem::new(row, "", Finding::RowNumberMissing, "");
            read.sales.push(Told { row, number: None, sale: Err(problem) });
            continue;
        };
        let line = taken.read.map_err(|(code, field)| {
            let column = field.and_then(|field| columns.get(&field));
            Problem::new(row, column.map_or("", String::as_str), code, "")
        });
        let known = places.get(&number).and_then(|at| read.sales.get_mut(*at));
        match (known, line) {
            (None, line) => {
                places.insert(number.clone(), read.sales.len());
                let sale = line.map(|line| begun(&number, line, house));
                read.sales.push(Told { row, number: Some(number), sale });
            }
            (Some(told), Ok(line)) => {
                if let Ok(sale) = &mut told.sale {
                    add(sale, line);
                }
            }
            (Some(told), Err(problem)) => {
                if told.sale.is_ok() {
                    told.sale = Err(problem);
                }
            }
        }
    }
    for told in &mut read.sales {
        if let Ok(sale) = &mut told.sale
            && let Err(code) = settle(sale)
        {
            told.sale = Err(Problem::new(told.row, "", code, &sale.number));
        }
    }
    Ok(read)
}

fn begun(number: &str, row: SaleRow, house: &House) -> ForeignSale {
    let local = row.date.date.and_time(row.date.time.unwrap_or(NOON));
    let sold_at = match row.date.offset {
        Some(seconds) => local.and_utc().timestamp_millis() - i64::from(seconds) * 1000,
        None => house.calendar.moment(local),
    };
    let mut sale = ForeignSale { number: number.to_owned(), sold_at, ..ForeignSale::default() };
    add(&mut sale, row);
    sale
}

/// One more row of a sale: a line, and what the rows before did not say.
fn add(sale: &mut ForeignSale, row: SaleRow) {
    let phone = row.customer_phone.map(|phone| phone.as_str().to_owned());
    sale.store = sale.store.take().or(row.store);
    sale.phone = sale.phone.take().or(phone);
    sale.member_no = sale.member_no.take().or(row.customer_no);
    sale.refund_of = sale.refund_of.take().or(row.refund_of);
    sale.lines.push(ForeignLine {
        sku: row.sku,
        barcode: None,
        name: row.product,
        quantity: row.quantity,
        amount: row.amount,
        unit_price: row.unit_price,
    });
}

/// What must hold of a whole sale. What is given back is below zero, however it was written.
fn settle(sale: &mut ForeignSale) -> Result<(), Finding> {
    if sale.lines.is_empty() {
        return Err(Finding::RowLinesMissing);
    }
    let odd = |line: &ForeignLine| line.amount.0.checked_abs().is_none_or(|sum| sum > AMOUNT_LIMIT);
    if sale.lines.len() > LINE_LIMIT || sale.lines.iter().any(odd) {
        return Err(Finding::RowAmountInvalid);
    }
    if sale.refund_of.is_some() {
        let rising = sale.lines.iter().any(|line| line.amount.0 > 0);
        if rising && sale.lines.iter().any(|line| line.amount.0 < 0) {
            // Goods exchanged: what was taken home is a sale of its own.
            return Err(Finding::RowAmountInvalid);
        }
        for line in &mut sale.lines {
            line.amount = Fen(-line.amount.0.abs());
            line.quantity = Quantity(line.quantity.0.checked_abs().map_or(0, |some| -some));
        }
    }
    Ok(())
}

/// The fields of a JSON record, with where it stands for what is to be said of them.
struct Fields<'a> {
    fields: &'a Map<String, Value>,
    row: u64,
    path: &'a str,
}

impl Fields<'_> {
    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn problem(&self, field: &str, code: Finding) -> Problem {
        let value = self.get(field).and_then(word).unwrap_or_default();
        Problem::new(self.row, &format!("{}{field}", self.path), code, &value)
    }

    /// A text, or a number that is a name.
    fn text(&self, field: &str) -> Result<Option<String>, Problem> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let text = word(value).ok_or_else(|| self.problem(field, Finding::RowMalformed))?;
        if text.len() > TEXT_LIMIT {
            return Err(self.problem(field, Finding::FieldTooLong));
        }
        Ok((!text.is_empty()).then_some(text))
    }

    fn fen(&self, field: &str) -> Result<Option<Fen>, Problem> {
        self.exact(field, Finding::RowAmountInvalid, decimal::fen).map(|fen| fen.map(Fen))
    }

    fn exact(
        &self,
        field: &str,
        invalid: Finding,
        read: impl Fn(&str) -> Result<Option<i64>, Finding>,
    ) -> Result<Option<i64>, Problem> {
        let cell = match self.get(field) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number))
                if number.as_f64().is_some_and(|size| size.abs() < BARE_LIMIT) =>
            {
                number.to_string()
            }
            Some(_) => return Err(self.problem(field, invalid)),
        };
        read(&cell).map_err(|code| self.problem(field, code))
    }

    fn sale(&self, house: &House) -> Result<ForeignSale, Problem> {
        let number = self.text("sale_no")?;
        let number = number.ok_or_else(|| self.problem("sale_no", Finding::RowNumberMissing))?;
        let at = self.text("sold_at")?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        let at = at.ok_or_else(|| self.problem("sold_at", Finding::RowDateInvalid))?;
        let phone = self.text("phone")?.and_then(|text| {
            let (phones, _) = phone::read(&text, &house.region);
            phones.first().map(|phone| phone.as_str().to_owned())
        });
        let mut sale = ForeignSale {
            number,
            sold_at: at.timestamp_millis(),
            store: self.text("store")?,
            phone,
            member_no: self.text("member_no")?,
            lines: self.each("lines", |line| line.line())?,
            tenders: self.each("tenders", |tender| tender.tender())?,
            refund_of: self.text("refund_of")?,
        };
        settle(&mut sale).map_err(|code| self.problem("lines", code))?;
        Ok(sale)
    }

    fn each<T>(
        &self,
        field: &str,
        read: impl Fn(&Fields<'_>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let list = match self.get(field) {
            None => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(self.problem(field, Finding::RowMalformed)),
        };
        let read = |(place, value): (usize, &Value)| {
            let path = format!("{field}[{place}].");
            match value {
                Value::Object(fields) => read(&Fields { fields, row: self.row, path: &path }),
                _ => Err(self.problem(field, Finding::RowMalformed)),
            }
        };
        list.iter().enumerate().map(read).collect()
    }

    fn line(&self) -> Result<ForeignLine, Problem> {
        let quantity =
            self.exact("quantity", Finding::FieldQuantityInvalid, decimal::thousandths)?;
        let quantity = quantity.map_or(Quantity::ONE, Quantity);
        let unit_price = self.fen("unit_price")?;
        let amount = self.fen("amount")?.or_else(|| unit_price.map(|price| quantity.at(price)));
        let amount = amount.ok_or_else(|| self.problem("amount", Finding::RowAmountInvalid))?;
        Ok(ForeignLine {
            sku: self.text("sku")?,
            barcode: self.text("barcode")?,
            name: self.text("name")?,
            quantity,
            amount,
            unit_price,
        })
    }

    fn tender(&self) -> Result<ForeignTender, Problem> {
        let amount = self.fen("amount")?;
        let amount = amount.ok_or_else(|| self.problem("amount", Finding::RowAmountInvalid))?;
        Ok(ForeignTender { kind: self.text("kind")?.unwrap_or_else(|| "other".to_owned()), amount })
    }
}

/// What a text or a whole number says. A number with a point is no name.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(
            text.chars()
                .filter(|letter| !letter.is_control())
                .collect::<String>()
                .trim()
                .to_owned(),
        ),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// What is to be said of a file, as a table for people: one problem a row, with its sentence.
pub fn report(problems: &[Problem], locale: Locale) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let title = |key: &str| quoted(&locale.text(&format!("exchange:report.{key}"), &[]));
    let mut text = String::from("\u{FEFF}");
    text.push_str(&["row", "column", "value", "what", "code"].map(title).join(","));
    text.push_str("\r\n");
    for problem in problems {
        let code = problem.code.as_str();
        let said = locale.text(&format!("exchange:problem.{code}"), &[]);
        let value = crate::value::inert::disarm(&problem.value);
        let cells = [problem.column.as_str(), &value, &said, code].map(quoted);
        text.push_str(&format!("{},{}\r\n", problem.row, cells.join(",")));
    }
    text
}

#[cfg(test)]
mod tests {
    use shuke_domain::nouns::Workspace;

    use super::*;

    fn house() -> House {
        House { region: "CN".to_owned(), calendar: Calendar::of(&Workspace::default()) }
    }

    fn sold(amount: &str) -> Result<ForeignSale, Problem> {
        let text = format!(
            r#"{{"sale_no": 7, "sold_at": "2026-03-02T10:00:00+08:00", "lines": [{{"amount": {amount}}}]}}"#
        );
        json(&text, &house()).unwrap().sales.remove(0).sale
    }

    #[test]
    fn money_is_read_exactly_or_not_at_all() {
        for (amount, fen) in [
            ("328.50", 32_850),
            ("\"328.5\"", 32_850),
            ("0.1", 10),
            ("\"¥1,000.25\"", 100_025),
            ("-7", -700),
        ] {
            assert_eq!(sold(amount).unwrap().total(), Fen(fen), "{amount}");
        }
        for (amount, code) in [
            ("12.345", Finding::FieldAmountPrecision),
            ("0.30000000000000004", Finding::FieldAmountPrecision),
            // The nearest number of its kind ends in 94.
            ("90071992547409.93", Finding::RowAmountInvalid),
            ("1e21", Finding::RowAmountInvalid),
            ("true", Finding::RowAmountInvalid),
            ("\"zehn\"", Finding::FieldAmountInvalid),
        ] {
            assert_eq!(sold(amount).unwrap_err().code, code, "{amount}");
        }
        assert_eq!(sold("\"90071992547409.93\"").unwrap_err().code, Finding::RowAmountInvalid);
    }

    #[test]
    fn what_is_given_back_is_below_zero_however_it_was_written() {
        let refund = |one: &str, other: &str| {
            let text = format!(
                r#"{{"sale_no": "8", "sold_at": "2026-03-02T10:00:00Z", "refund_of": 7,
                    "lines": [{{"amount": {one}, "quantity": 2}}, {{"amount": {other}}}]}}"#
            );
            json(&text, &house()).unwrap().sales.remove(0).sale
        };
        for sale in [refund("5", "1").unwrap(), refund("-5", "-1").unwrap()] {
            assert_eq!((sale.total(), sale.refund_of.as_deref()), (Fen(-600), Some("7")));
            assert_eq!(sale.lines[0].quantity, Quantity(-2_000));
        }
        assert_eq!(refund("5", "-1").unwrap_err().code, Finding::RowAmountInvalid);
    }

    #[test]
    fn rows_of_a_number_are_one_sale_and_one_bad_row_takes_it_out() {
        let text = "单号,手机,日期,货号,金额,原单号\n1,13800138000,2026-03-01 09:30,LJ,10,\n2,,2026-03-01,LJ,5,\n1,,2026-03-01 09:30,CUP,2.5,\n2,,2026-03-01,CUP,x,\n3,,2026-03-02,LJ,10,1\n";
        let tale = table_from(text.as_bytes().to_vec(), &house()).unwrap();
        let numbers: Vec<_> = tale.sales.iter().map(|told| told.number.as_deref()).collect();
        assert_eq!(numbers, [Some("1"), Some("2"), Some("3")]);
        let first = tale.sales[0].sale.as_ref().unwrap();
        assert_eq!((first.lines.len(), first.total()), (2, Fen(1_250)));
        assert_eq!(first.phone.as_deref(), Some("+8613800138000"));
        let problem = tale.sales[1].sale.as_ref().unwrap_err();
        assert_eq!((problem.row, problem.code), (5, Finding::RowAmountInvalid));
        let refund = tale.sales[2].sale.as_ref().unwrap();
        assert_eq!((refund.total(), refund.refund_of.as_deref()), (Fen(-1_000), Some("1")));
    }

    #[test]
    fn a_list_a_record_and_a_record_a_line_say_the_same() {
        let one =
            r#"{"sale_no": "1", "sold_at": "2026-03-02T10:00:00Z", "lines": [{"amount": 1}]}"#;
        let texts = [
            one.to_owned(),
            format!("[{one}]"),
            format!("{one}\n\n{{}}\n"),
            format!(r#"{{"sales": [{one}]}}"#),
        ];
        let told: Vec<_> = texts
            .iter()
            .map(|text| json(text, &house()).unwrap().sales.remove(0).sale.unwrap())
            .collect();
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
        assert!(json("[{", &house()).is_err() && json(" ", &house()).is_err());
        let broken = json(&format!("{one}\n{{\"sale_no\": \n"), &house()).unwrap();
        assert_eq!(broken.sales[1].sale.as_ref().unwrap_err().code, Finding::RowMalformed);
    }

    #[test]
    fn a_report_runs_in_no_spreadsheet() {
        let problem = Problem::new(3, "金额", Finding::RowAmountInvalid, "=1+1");
        let text = report(&[problem], Locale::default());
        assert!(text.contains("3,\"金额\",\"'=1+1\","), "{text}");
    }
}
