//! What may lie on this device: the union of what the people enrolled on it may see. Where rights are lost,
//! what they covered is purged, from rows, history, search index and freed pages (the round scrubs the file next); where they are gained, the
//! server's order is read again from its beginning.

use std::collections::BTreeSet;

use shuke_domain::{
    Collection, Eyes, Guards, Record, Role, Roles,
    nouns::{Customer, Device, Person, Sale, Task, Workspace},
    rights,
};
use sqlx::AssertSqlSafe;

use crate::{
    Store, StoreError,
    codec::{CHUNK, Devices, Stored, table},
    part,
    purge::note_scrub,
    search,
    write::Placed,
};

/// Notes in the file: what was allowed when last looked, and whether there is a server.
const REACH: &str = "reach";
const SERVER: &str = "server";
const ROLE: &str = "role";

/// The unit of a customer that a sale may carry too.
const PHONE: &str = "phone";

/// Customers looked at in one transaction.
const SLICE: i64 = 1_000;

/// What changed hands.
#[derive(Debug, Default)]
struct Difference {
    collections: Vec<&'static Collection>,
    units: Vec<&'static str>,
}

impl Difference {
    fn is_empty(&self) -> bool {
        self.collections.is_empty() && self.units.is_empty()
    }
}

impl Store {
    /// Everyone who may sign in here, whether at work or not. Without a server that is the whole team.
    pub async fn enrolled(&self) -> Result<Vec<Record>, StoreError> {
        let people = self.all(Person::COLLECTION).await?;
        let Some(identity) = self.identity().await? else { return Ok(Vec::new()) };
        if self.meta(SERVER).await?.is_none() {
            return Ok(people);
        }
        let device = self.record(Device::COLLECTION, identity.device).await?;
        let also =
            device.and_then(|device| device.record.view::<Device>().people).unwrap_or_default();
        let is_enrolled =
            |person: &Record| person.id == identity.person || also.contains(&person.id.to_string());
        Ok(people.into_iter().filter(is_enrolled).collect())
    }

    /// What the people of this device see together; `None` in a file that is nobody's yet.
    pub async fn eyes(&self) -> Result<Option<Eyes>, StoreError> {
        let Some(identity) = self.identity().await? else { return Ok(None) };
        let people = self.enrolled().await?;
        let mut roles = people
            .iter()
            .filter(|person| rights::is_at_work(person))
            .fold(Roles::NONE, |roles, person| roles.with(rights::role_of(person)));
        if !people.iter().any(|person| person.id == identity.person)
            && self.record(Person::COLLECTION, identity.person).await?.is_none()
        {
            // Just joined: the person's own record comes with the first pull.
            let told = self.meta(ROLE).await?.as_deref().and_then(Role::parse);
            roles = told.map_or(roles, |role| roles.with(role));
        }
        let workspace = self.record(Workspace::COLLECTION, identity.workspace).await?;
        let guards = workspace.map(|stored| Guards::of(&stored.record.view())).unwrap_or_default();
        Ok(Some(Eyes::new(roles, guards)))
    }

    /// Brings what lies here in line with what may. `true` where the order must be read again.
    pub async fn follow_rights(&self, now: u64) -> Result<bool, StoreError> {
        let Some(eyes) = self.eyes().await? else { return Ok(false) };
        let reach = eyes.reach();
        let Some(known) = self.meta(REACH).await? else {
            self.set_meta(REACH, Some(&reach)).await?;
            return Ok(false);
        };
        if known == reach {
            return Ok(false);
        }
        let (gained, lost) = (difference(&reach, &known), difference(&known, &reach));
        let whole = lost.is_empty() || self.purge(&lost, now).await?;
        // What waits to be sent stays until the server has answered: then this is done again.
        if whole {
            self.set_meta(REACH, Some(&reach)).await?;
        }
        if !gained.is_empty() {
            self.forget_cursors().await?;
        }
        let _ = self.announcer().send(vec!["customer", "sale", "tag", "task", "team"]);
        Ok(!gained.is_empty() && whole)
    }

    /// Takes away what nobody here may see any more. `false` where some of it still waits in the outbox.
    async fn purge(&self, lost: &Difference, now: u64) -> Result<bool, StoreError> {
        let mut whole = true;
        for collection in &lost.collections {
            whole &= self.purge_collection(collection, "").await?;
        }
        let customers = Customer::COLLECTION.name;
        if lost.collections.iter().any(|collection| collection.name == customers) {
            // A refusal that waits for its author names a customer and is the author's own.
            whole &= self
                .purge_collection(
                    Task::COLLECTION,
                    "and customer is not null and ifnull(kind, '') <> 'refused'",
                )
                .await?;
            self.index_what_is_left().await?;
        } else if !lost.units.is_empty() {
            whole &= self.purge_units(&lost.units, now).await?;
            if lost.units.contains(&PHONE) {
                whole &= self.purge_phones_of_sales(now).await?;
            }
        }
        let mut transaction = self.begin().await?;
        // Reports of imports name people and their numbers.
        sqlx::query(
            "update import set summary = json_set(summary, '$.errors', (
               select json_group_array(json_set(value, '$.value', '')) from json_each(summary, '$.errors')))
             where json_array_length(summary, '$.errors') > 0",
        )
        .execute(&mut *transaction)
        .await?;
        part::forget(&mut transaction).await?;
        note_scrub(&mut transaction, true).await?;
        transaction.commit().await?;
        Ok(whole)
    }

    async fn purge_collection(
        &self,
        collection: &Collection,
        narrowed: &'static str,
    ) -> Result<bool, StoreError> {
        let name = collection.name;
        let waits = format!("id in (select id from outbox where collection = '{name}')");
        let mut transaction = self.begin().await?;
        let history = format!(
            "delete from history where collection = '{name}' and id in
             (select id from {name} where not {waits} {narrowed})"
        );
        sqlx::query(AssertSqlSafe(history)).execute(&mut *transaction).await?;
        let rows = format!("delete from {name} where not {waits} {narrowed}");
        sqlx::query(AssertSqlSafe(rows)).execute(&mut *transaction).await?;
        let left = format!("select count(*) from {name} where true {narrowed}");
        let left: i64 =
            sqlx::query_scalar(AssertSqlSafe(left)).fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(left == 0)
    }

    /// The search index and the figures of the customers that are still here: those that wait.
    async fn index_what_is_left(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("insert into customer_search(customer_search) values ('delete-all')")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("delete from customer_totals where customer not in (select row from customer)")
            .execute(&mut *transaction)
            .await?;
        let rows: Vec<i64> =
            sqlx::query_scalar("select row from customer").fetch_all(&mut *transaction).await?;
        for rows in rows.chunks(CHUNK) {
            let customers = search::load(&mut transaction, rows).await?;
            let words: Vec<(i64, String)> = customers
                .into_iter()
                .map(|(row, customer)| (row, search::tokens(&customer)))
                .collect();
            search::put_many(&mut transaction, &words).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn purge_units(&self, units: &[&'static str], now: u64) -> Result<bool, StoreError> {
        let fields: Vec<&str> = Customer::COLLECTION
            .fields
            .iter()
            .filter(|field| units.contains(&field.unit))
            .map(|field| field.name)
            .collect();
        let table = table(Customer::COLLECTION)?;
        let page = format!(
            "{} where row > ?1 and id not in (select id from outbox where collection = 'customer') order by row limit ?2",
            table.select()
        );
        let mut after = 0_i64;
        loop {
            let mut write = self.write(now).await?.unsettled();
            let rows = sqlx::query(AssertSqlSafe(page.clone()))
                .bind(after)
                .bind(SLICE)
                .fetch_all(write.connection())
                .await?;
            let mut placed = Vec::new();
            let mut devices = Devices::default();
            for row in &rows {
                let stored = table.decode(row, &mut devices, write.connection()).await?;
                after = stored.row;
                let record = stored.record.without(units);
                if record != stored.record {
                    let before = Some(stored.record);
                    placed.push(Placed {
                        stored: Stored { row: stored.row, number: stored.number, record },
                        before,
                    });
                }
            }
            write.place(Customer::COLLECTION, &placed).await?;
            write.commit().await?;
            for placed in &placed {
                self.served.forget(placed.stored.row);
            }
            if rows.is_empty() {
                break;
            }
        }
        let mut transaction = self.begin().await?;
        // Two values of what is hidden are no less hidden.
        for sql in [
            "delete from history where collection = 'conflict' and id in (select id from conflict
             where collection = 'customer' and field in (select value from json_each(?1)))",
            "delete from conflict where collection = 'customer' and field in (select value from json_each(?1))
             and id not in (select id from outbox where collection = 'conflict')",
        ] {
            sqlx::query(sql).bind(serde_json::to_string(units)?).execute(&mut *transaction).await?;
        }
        sqlx::query(
            "delete from history where collection = 'customer' and field in (select value from json_each(?1))
             and id not in (select id from outbox where collection = 'customer')",
        )
        .bind(serde_json::to_string(&fields)?)
        .execute(&mut *transaction)
        .await?;
        let left: i64 =
            sqlx::query_scalar("select count(*) from outbox where collection = 'customer'")
                .fetch_one(&mut *transaction)
                .await?;
        transaction.commit().await?;
        Ok(left == 0)
    }
}

impl Store {
    /// What another till said of whom it served is hidden like a customer's own number.
    async fn purge_phones_of_sales(&self, now: u64) -> Result<bool, StoreError> {
        let mut write = self.write(now).await?.unsettled();
        let rows = format!(
            "{} where phone is not null and id not in (select id from outbox where collection = 'sale')",
            table(Sale::COLLECTION)?.select()
        );
        let rows = sqlx::query(AssertSqlSafe(rows)).fetch_all(write.connection()).await?;
        let (mut placed, mut devices) = (Vec::with_capacity(rows.len()), Devices::default());
        for row in &rows {
            let stored =
                table(Sale::COLLECTION)?.decode(row, &mut devices, write.connection()).await?;
            let record = stored.record.without(&[PHONE]);
            let before = Some(stored.record);
            let stored = Stored { row: stored.row, number: stored.number, record };
            placed.push(Placed { stored, before });
        }
        write.place(Sale::COLLECTION, &placed).await?;
        let left: i64 = sqlx::query_scalar("select count(*) from sale where phone is not null")
            .fetch_one(write.connection())
            .await?;
        write.commit().await?;
        Ok(left == 0)
    }
}

/// What one reach has that another has not.
fn difference(of: &str, without: &str) -> Difference {
    let parts = |text: &str| -> (BTreeSet<String>, BTreeSet<String>) {
        let (readable, hidden) = text.split_once(';').unwrap_or((text, ""));
        let set = |list: &str| {
            list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        (set(readable), set(hidden))
    };
    let ((mine, my_hidden), (theirs, their_hidden)) = (parts(of), parts(without));
    Difference {
        collections: mine.difference(&theirs).filter_map(|name| Collection::find(name)).collect(),
        // Hidden there and not here is seen here alone.
        units: rights::guarded(Customer::COLLECTION)
            .into_iter()
            .filter(|unit| their_hidden.contains(*unit) && !my_hidden.contains(*unit))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_has_that_another_has_not() {
        let eyes = |role, set| Eyes::of(role, Guards::read(Some(&set))).reach();
        let open = eyes(Role::Counter, serde_json::json!({}));
        let hidden = eyes(Role::Counter, serde_json::json!({ "counter": { "phone": "hidden" } }));
        let it = eyes(Role::It, serde_json::json!({}));
        assert_eq!(difference(&open, &hidden).units, ["phone"]);
        assert!(difference(&hidden, &open).is_empty());
        let lost = difference(&open, &it).collections;
        assert!(lost.iter().any(|collection| collection.name == "customer"));
        assert!(!lost.iter().any(|collection| collection.name == "device"));
    }
}
