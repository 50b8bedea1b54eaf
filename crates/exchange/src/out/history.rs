//! Who changed what, as a table: one row for each change, in words that its reader knows.

use chrono::NaiveDateTime;
use serde_json::Value;
use shuke_domain::edit::{DELETED, MADE};
use shuke_locales::Locale;

use super::sheet::Cell;

pub const KEYS: &[&str] = &["at", "record", "field", "from", "to", "person", "device"];

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    pub at: NaiveDateTime,
    /// What people call the record.
    pub record: String,
    pub field: String,
    pub from: Value,
    pub to: Value,
    pub person: Option<String>,
    pub device: Option<String>,
}

impl Change {
    pub fn cells(self, locale: Locale) -> Vec<Cell> {
        let (field, from, to) = match self.field.as_str() {
            MADE => (locale.text("exchange:history.made", &[]), Cell::Empty, Cell::Empty),
            DELETED => {
                let deleted = self.to == Value::Bool(true);
                let key =
                    if deleted { "exchange:history.deleted" } else { "exchange:history.restored" };
                (locale.text(key, &[]), Cell::Empty, Cell::Empty)
            }
            field => {
                let key = format!("nouns:customer.{field}");
                let word = if locale.has(&key) { locale.text(&key, &[]) } else { field.to_owned() };
                (word, cell(&self.from), cell(&self.to))
            }
        };
        vec![
            Cell::Moment(self.at),
            Cell::text(Some(self.record)),
            Cell::Text(field),
            from,
            to,
            Cell::text(self.person),
            Cell::text(self.device),
        ]
    }
}

/// A value as it was, whatever its kind; a text stays a text, and is disarmed where it is written.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::String(text) => Cell::text(Some(text.as_str())),
        Value::Number(number) => number.as_i64().map_or(Cell::Empty, Cell::Whole),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Cell::text(Some(texts.join(";")))
        }
        other => Cell::text(Some(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_in_words_and_values_as_they_were() {
        let change = |field: &str, from: Value, to: Value| Change {
            at: NaiveDateTime::default(),
            record: "王敏".into(),
            field: field.into(),
            from,
            to,
            person: Some("陈晓".into()),
            device: None,
        };
        let cells = |change: Change| change.cells(Locale::default())[2..5].to_vec();
        let told = cells(change("phone", Value::Null, "=1+1".into()));
        assert_eq!(told[1..], [Cell::Empty, Cell::Text("=1+1".into())]);
        assert!(matches!(&told[0], Cell::Text(word) if word != "phone"));
        let made = cells(change(MADE, Value::Null, Value::Null));
        assert_eq!(made[1..], [Cell::Empty, Cell::Empty]);
        assert_ne!(
            cells(change(DELETED, false.into(), true.into())),
            cells(change(DELETED, true.into(), false.into()))
        );
        let own = cells(change("鞋码", 38.into(), 39.into()));
        assert_eq!(own, [Cell::Text("鞋码".into()), Cell::Whole(38), Cell::Whole(39)]);
    }
}
