//! What a write changes in the search index: noted row by row, brought into the index once, before
//! the commit. A customer who comes with five tags is turned into words once and not six times.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shuke_domain::{Collection, Record, RecordId, nouns::Customer};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    codec::{Devices, table},
    customer::{searchable, tags_of},
    search::{self, Searchable},
    write::Placed,
};

/// Fields that the search index is made of: an edit of any other leaves it alone.
const SEARCHED: &[&str] =
    &["name", "reading", "phone", "landline", "other_phones", "email", "member_no", "company"];

/// Customers whose words are no longer what the index holds.
#[derive(Debug, Default)]
pub(crate) struct Indexing {
    /// As they stand, but for their tags.
    changed: BTreeMap<RecordId, (i64, Searchable)>,
    /// Got or lost a tag.
    tagged: BTreeSet<RecordId>,
    /// Tags that came or changed their name. A new one too: what is tagged with it may have come first.
    tags: BTreeSet<RecordId>,
    gone: BTreeMap<RecordId, i64>,
}

impl Indexing {
    pub(crate) fn note(&mut self, collection: &Collection, placed: &[Placed]) {
        match collection.name {
            "customer" => placed.iter().for_each(|placed| self.note_customer(placed)),
            "customer_tag" => self.tagged.extend(
                placed.iter().filter_map(|placed| placed.stored.record.reference("customer")),
            ),
            "tag" => self.tags.extend(placed.iter().map(|placed| placed.stored.record.id)),
            _ => {}
        }
    }

    fn note_customer(&mut self, placed: &Placed) {
        let (row, now) = (placed.stored.row, &placed.stored.record);
        let before = placed.before.as_ref().filter(|before| !before.is_deleted());
        if now.is_deleted() {
            self.changed.remove(&now.id);
            if before.is_some() {
                self.gone.insert(now.id, row);
            }
            return;
        }
        let same = |before: &Record| {
            SEARCHED.iter().all(|field| before.fields.get(*field) == now.fields.get(*field))
        };
        if !before.is_some_and(same) || self.gone.remove(&now.id).is_some() {
            self.changed.insert(now.id, (row, searchable(now, None)));
        }
    }

    /// The row itself goes.
    pub(crate) fn take_out(&mut self, id: RecordId, row: i64) {
        self.changed.remove(&id);
        self.gone.insert(id, row);
    }

    /// Brings the index up to what was noted.
    pub(crate) async fn write(self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let Self { mut changed, mut tagged, tags, gone } = self;
        for tag in tags {
            let ids: Vec<Vec<u8>> =
                sqlx::query_scalar("select customer from customer_tag where tag = ?1")
                    .bind(tag.as_bytes().as_slice())
                    .fetch_all(&mut *connection)
                    .await?;
            tagged.extend(ids.iter().filter_map(|id| RecordId::from_slice(id)));
        }
        tagged.retain(|id| !changed.contains_key(id));
        let ids: Vec<RecordId> = tagged.into_iter().collect();
        let mut devices = Devices::default();
        for stored in table(Customer::COLLECTION)?.read(connection, &mut devices, &ids).await? {
            if !stored.record.is_deleted() {
                changed.insert(stored.record.id, (stored.row, searchable(&stored.record, None)));
            }
        }
        // Tags may have arrived before their customer, so that even a new one may have some.
        let mut tags = if any_tag(connection).await? {
            let ids: Vec<RecordId> = changed.keys().copied().collect();
            tags_of(connection, &ids).await?
        } else {
            HashMap::new()
        };
        let words: Vec<(i64, String)> = changed
            .into_iter()
            .map(|(id, (row, mut customer))| {
                customer.tags = tags.remove(&id).unwrap_or_default();
                (row, search::tokens(&customer))
            })
            .collect();
        search::put_many(connection, &words).await?;
        for row in gone.into_values() {
            search::remove(connection, row).await?;
        }
        Ok(())
    }
}

async fn any_tag(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from customer_tag)")
        .fetch_one(connection)
        .await?)
}
