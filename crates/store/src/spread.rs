//! How customers are spread over stores and owners: counted where it is decided who would see them.

use std::collections::BTreeMap;

use serde_json::Value;
use shuke_domain::{Clock, DeviceId, Record, RecordId, Stamp, nouns::Customer};

use crate::{Store, StoreError};

/// Customers of one store and owner, shared with the same people.
#[derive(Debug, sqlx::FromRow)]
pub struct Spread {
    store: Option<Vec<u8>>,
    owner: Option<Vec<u8>>,
    shared_with: Option<String>,
    pub count: i64,
}

impl Spread {
    /// A customer such as these are.
    pub fn customer(&self) -> Record {
        let id = |bytes: &Option<Vec<u8>>| {
            let id = bytes.as_deref().and_then(RecordId::from_slice);
            id.map_or(Value::Null, |id| Value::from(id.to_string()))
        };
        let shared = self.shared_with.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let fields = [
            ("store", id(&self.store)),
            ("owner", id(&self.owner)),
            ("shared_with", shared.unwrap_or_default()),
        ];
        let fields: BTreeMap<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let stamp = Stamp { clock: Clock::default(), device: DeviceId::from_u128(0) };
        Record::new(Customer::COLLECTION, RecordId::from_u128(0), stamp, fields)
    }
}

impl Store {
    pub async fn customer_spread(&self) -> Result<Vec<Spread>, StoreError> {
        Ok(sqlx::query_as(
            "select store, owner, shared_with, count(*) as count from customer
             where deleted = 0 and erased = 0 group by store, owner, shared_with",
        )
        .fetch_all(self.readers())
        .await?)
    }

    /// Whether anything here speaks of a customer who is not: they are at another store, and no mistake.
    pub async fn speaks_of(&self, customer: RecordId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "select exists (select 1 from sale where customer = ?1)
                 or exists (select 1 from interaction where customer = ?1)
                 or exists (select 1 from task where customer = ?1)
                 or exists (select 1 from ledger_entry where customer = ?1)",
        )
        .bind(customer.as_bytes().as_slice())
        .fetch_one(self.readers())
        .await?)
    }
}
