//! What records are found by that name no id. Kept from the first intake on; before that nobody asks.

use shuke_domain::{Record, RecordId};
use sqlx::QueryBuilder;

use super::{Key, Tx, id_of, on};
use crate::Refused;

/// Stands in the table once it says all there is.
const READY: &str = "ready";

const CHUNK: usize = 200;

/// The words that a record is found by. The first letter says what kind of record is meant.
pub fn words_of(record: &Record) -> Vec<String> {
    if record.is_deleted() || record.erased {
        return Vec::new();
    }
    let text = |front: &str, field: &str| record.text(field).map(|text| format!("{front}:{text}"));
    let link = |front: &str, field: &str| record.reference(field).map(|id| format!("{front}:{id}"));
    let words: Vec<Option<String>> = match &*record.collection {
        "customer" => {
            let others = record.fields.get("other_phones").and_then(|value| value.as_array());
            let others = others.into_iter().flatten().filter_map(|phone| phone.as_str());
            others
                .map(|phone| Some(format!("phone:{phone}")))
                .chain([
                    text("phone", "phone"),
                    text("phone", "landline"),
                    text("card", "member_no"),
                ])
                .collect()
        }
        "sale" => {
            let imported = record.text("source") == Some("import");
            let number = imported.then(|| text("imported", "receipt_number")).flatten();
            vec![link("sold_to", "customer"), link("refund_of", "refund_of"), number]
        }
        "sale_line" => vec![link("line_of", "sale")],
        "product" => vec![text("sku", "sku"), text("barcode", "barcode")],
        _ => Vec::new(),
    };
    let mut words: Vec<String> = words.into_iter().flatten().collect();
    words.sort();
    words.dedup();
    words
}

impl Tx {
    pub async fn looks_up(&mut self) -> Result<bool, Refused> {
        const SQL: &str = "select count(*) from lookup where key = $1";
        let found: i64 = on!(self, c => sqlx::query_scalar(SQL).bind(READY).fetch_one(c).await?);
        Ok(found > 0)
    }

    /// Says that everything there is can be found.
    pub async fn look_up_from_now(&mut self) -> Result<(), Refused> {
        self.insert_words(&[(READY.to_owned(), (READY.to_owned(), RecordId::from_u128(0)))]).await
    }

    /// The records that go by a word.
    pub async fn looked_up(&mut self, word: &str) -> Result<Vec<RecordId>, Refused> {
        const SQL: &str = "select id from lookup where key = $1 order by id";
        let ids: Vec<Vec<u8>> =
            on!(self, c => sqlx::query_scalar(SQL).bind(word).fetch_all(c).await?);
        ids.iter().map(|id| id_of(id)).collect()
    }

    /// Keeps what records are found by in line with what they say now.
    pub async fn note_words(&mut self, records: &[&Record]) -> Result<(), Refused> {
        let known: Vec<&&Record> = records
            .iter()
            .filter(|record| {
                ["customer", "sale", "sale_line", "product"].contains(&&*record.collection)
            })
            .collect();
        for chunk in known.chunks(CHUNK) {
            on!(&mut *self, c => {
                let mut query = QueryBuilder::new("delete from lookup where (collection, id) in (");
                let mut list = query.separated(", ");
                for record in chunk {
                    list.push("(");
                    list.push_bind_unseparated(record.collection.to_string());
                    list.push_unseparated(", ");
                    list.push_bind_unseparated(record.id.as_bytes().to_vec());
                    list.push_unseparated(")");
                }
                query.push(")");
                query.build().execute(c).await?;
            });
        }
        let words: Vec<(String, Key)> = known
            .iter()
            .flat_map(|record| {
                let key = (record.collection.to_string(), record.id);
                words_of(record).into_iter().map(move |word| (word, key.clone()))
            })
            .collect();
        self.insert_words(&words).await
    }

    async fn insert_words(&mut self, words: &[(String, Key)]) -> Result<(), Refused> {
        for chunk in words.chunks(CHUNK) {
            on!(&mut *self, c => {
                let mut query = QueryBuilder::new("insert into lookup (key, collection, id) ");
                query.push_values(chunk, |mut tuple, (word, key)| {
                    tuple
                        .push_bind(word.clone())
                        .push_bind(key.0.clone())
                        .push_bind(key.1.as_bytes().to_vec());
                });
                query.push(" on conflict do nothing");
                query.build().execute(c).await?;
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use shuke_domain::{
        Clock, DeviceId, Stamp, edit,
        nouns::{Customer, Sale},
    };

    use super::*;

    #[test]
    fn people_are_found_by_all_their_numbers_and_the_gone_by_none() {
        let stamp = Stamp { clock: Clock::at(1), device: DeviceId::from_u128(1) };
        let wang = Customer {
            phone: Some("+8613800138000".into()),
            landline: Some("+861084495431".into()),
            other_phones: Some(vec!["+8613800138000".into(), "+8613900139000".into()]),
            member_no: Some("V77".into()),
            ..Customer::default()
        };
        let mut record = edit::create(&wang, RecordId::from_u128(7), stamp).unwrap();
        let words =
            ["card:V77", "phone:+861084495431", "phone:+8613800138000", "phone:+8613900139000"];
        assert_eq!(words_of(&record), words);
        record.erased = true;
        assert!(words_of(&record).is_empty());
        let sale = Sale {
            receipt_number: Some("1".into()),
            source: Some("counter".into()),
            ..Sale::default()
        };
        assert!(words_of(&edit::create(&sale, RecordId::from_u128(8), stamp).unwrap()).is_empty());
    }
}
