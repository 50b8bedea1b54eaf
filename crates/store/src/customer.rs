//! Customers as rows: what the search index and the order by name are given, and their files read.

use std::collections::HashMap;

use shuke_domain::{Collection, Record, RecordId, nouns::Customer, phone};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Store, StoreError,
    codec::{CHUNK, Devices, Stored, places, table},
    search::{self, Searchable},
    totals::Totals,
};

/// A customer's place in the order by name.
pub(crate) fn name_key(collection: &Collection, record: &Record) -> Option<String> {
    if collection.name != "customer" {
        return None;
    }
    record.text("name").map(|name| search::sort_key(name, record.text("reading")))
}

/// What of a customer can be found.
pub fn searchable(record: &Record, tags: Option<&Vec<String>>) -> Searchable {
    let text = |field: &str| record.text(field).filter(|text| !text.is_empty()).map(str::to_owned);
    let others = record.fields.get("other_phones").and_then(|value| value.as_array());
    let others = others.into_iter().flatten().filter_map(|phone| phone.as_str().map(str::to_owned));
    Searchable {
        name: text("name").unwrap_or_default(),
        reading: text("reading"),
        phones: text("phone").into_iter().chain(text("landline")).chain(others).collect(),
        email: text("email"),
        member_no: text("member_no"),
        company: text("company"),
        tags: tags.cloned().unwrap_or_default(),
    }
}

/// Names of the tags of some customers; equal names are one.
pub(crate) async fn tags_of(
    connection: &mut SqliteConnection,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, Vec<String>>, StoreError> {
    let mut tags: HashMap<RecordId, Vec<String>> = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let sql = format!(
            "select customer_tag.customer, tag.name from customer_tag join tag on tag.id = customer_tag.tag
             where customer_tag.customer in ({}) and customer_tag.deleted = 0 and tag.deleted = 0 and tag.name is not null
             group by customer_tag.customer, tag.name order by min(customer_tag.stamp), tag.name",
            places(ids.len())
        );
        let mut query = sqlx::query_as::<_, (Vec<u8>, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.as_bytes().as_slice());
        }
        for (customer, name) in query.fetch_all(&mut *connection).await? {
            if let Some(id) = RecordId::from_slice(&customer) {
                tags.entry(id).or_default().push(name);
            }
        }
    }
    Ok(tags)
}

/// A customer with all that is computed about them.
#[derive(Debug)]
pub struct File {
    pub stored: Stored,
    pub totals: Totals,
    pub tags: Vec<String>,
    pub owner_name: Option<String>,
    pub store_name: Option<String>,
    pub waiting: bool,
}

impl Store {
    /// One record of any collection, as it stands.
    pub async fn record(
        &self,
        collection: &'static Collection,
        id: RecordId,
    ) -> Result<Option<Stored>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        Ok(table(collection)?.read(&mut connection, &mut Devices::default(), &[id]).await?.pop())
    }

    pub async fn customer(&self, id: RecordId) -> Result<Option<File>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let found = table(Customer::COLLECTION)?
            .read(&mut transaction, &mut Devices::default(), &[id])
            .await?
            .pop();
        let Some(stored) = found else { return Ok(None) };
        let totals: Option<Totals> =
            sqlx::query_as("select * from customer_totals where customer = ?1")
                .bind(stored.row)
                .fetch_optional(&mut *transaction)
                .await?;
        let tags = tags_of(&mut transaction, &[id]).await?.remove(&id).unwrap_or_default();
        let (owner_name, store_name, waiting): (Option<String>, Option<String>, bool) = sqlx::query_as(
            "select (select name from person where id = ?1), (select name from store where id = ?2),
                    exists (select 1 from outbox where collection = 'customer' and id = ?3)",
        )
        .bind(stored.record.reference("owner").map(|id| id.as_bytes().to_vec()))
        .bind(stored.record.reference("store").map(|id| id.as_bytes().to_vec()))
        .bind(id.as_bytes().as_slice())
        .fetch_one(&mut *transaction)
        .await?;
        Ok(Some(File {
            stored,
            totals: totals.unwrap_or_default(),
            tags,
            owner_name,
            store_name,
            waiting,
        }))
    }

    /// Rows of the customers that a typed text may mean, best first.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Vec<i64>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let candidates = self.served.search(&mut connection, text, limit).await?;
        Ok(candidates.into_iter().map(|candidate| candidate.row).collect())
    }

    /// Reads who was served since the last time: a search would do so itself, while somebody waits.
    pub async fn recall_served(&self) -> Result<(), StoreError> {
        let mut connection = self.readers().acquire().await?;
        Ok(self.served.refresh(&mut connection).await?)
    }

    /// Living customers who have a number, in any of their fields for one.
    pub async fn customers_by_phone(&self, e164: &str) -> Result<Vec<RecordId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from customer where (phone = ?1 or landline = ?1) and deleted = 0 and erased = 0 order by row limit 20",
        )
        .bind(e164)
        .fetch_all(self.readers())
        .await?;
        let mut found: Vec<RecordId> =
            ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        if found.is_empty() {
            let mut connection = self.readers().acquire().await?;
            let national = phone::national(e164);
            let rows: Vec<i64> = self
                .served
                .search(&mut connection, national, 20)
                .await?
                .into_iter()
                .map(|candidate| candidate.row)
                .collect();
            let customers = by_rows(&mut connection, &rows).await?;
            found.extend(customers.iter().filter_map(|stored| {
                let has = searchable(&stored.record, None).phones.iter().any(|phone| phone == e164);
                has.then_some(stored.record.id)
            }));
        }
        Ok(found)
    }

    /// Living customers with a member number.
    pub async fn customers_by_member_no(&self, number: &str) -> Result<Vec<RecordId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from customer where member_no = ?1 and deleted = 0 and erased = 0 order by row limit 20",
        )
        .bind(number)
        .fetch_all(self.readers())
        .await?;
        Ok(ids.iter().filter_map(|id| RecordId::from_slice(id)).collect())
    }

    /// Customers by their rows, in the order of the rows given, with totals and tags.
    pub async fn customers_by_rows(
        &self,
        rows: &[i64],
    ) -> Result<Vec<(Stored, Totals, Vec<String>)>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let customers = by_rows(&mut transaction, rows).await?;
        let ids: Vec<RecordId> = customers.iter().map(|stored| stored.record.id).collect();
        let mut tags = tags_of(&mut transaction, &ids).await?;
        let totals = totals_by_rows(&mut transaction, rows).await?;
        Ok(customers
            .into_iter()
            .map(|stored| {
                let tags = tags.remove(&stored.record.id).unwrap_or_default();
                let totals = totals.get(&stored.row).copied().unwrap_or_default();
                (stored, totals, tags)
            })
            .collect())
    }
}

async fn by_rows(
    connection: &mut SqliteConnection,
    rows: &[i64],
) -> Result<Vec<Stored>, StoreError> {
    let table = table(Customer::COLLECTION)?;
    let mut devices = Devices::default();
    let mut found = HashMap::new();
    for rows in rows.chunks(CHUNK) {
        let sql = format!("{} where row in ({})", table.select(), places(rows.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for row in rows {
            query = query.bind(row);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let stored = table.decode(&row, &mut devices, connection).await?;
            found.insert(stored.row, stored);
        }
    }
    Ok(rows
        .iter()
        .filter_map(|row| found.remove(row))
        .filter(|stored| !stored.record.is_deleted())
        .collect())
}

async fn totals_by_rows(
    connection: &mut SqliteConnection,
    rows: &[i64],
) -> Result<HashMap<i64, Totals>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        customer: i64,
        #[sqlx(flatten)]
        totals: Totals,
    }
    let mut found = HashMap::new();
    for rows in rows.chunks(CHUNK) {
        let sql =
            format!("select * from customer_totals where customer in ({})", places(rows.len()));
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
        for row in rows {
            query = query.bind(row);
        }
        found.extend(
            query
                .fetch_all(&mut *connection)
                .await?
                .into_iter()
                .map(|row| (row.customer, row.totals)),
        );
    }
    Ok(found)
}
