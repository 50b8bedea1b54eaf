//! Activities and who took part: all of it is on every device, in the shared order where there is one.

use shuke_domain::{
    Record, RecordId,
    nouns::{Activity, Contribution, PrizeLot},
};

use crate::{Store, StoreError, Write};

/// Somebody who took part.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Part {
    pub id: Vec<u8>,
    pub activity: Vec<u8>,
    pub customer: Vec<u8>,
    /// The server's number; unset until it gave one.
    pub number: Option<i64>,
    pub at: i64,
    pub till: Option<Vec<u8>>,
    pub person: Option<Vec<u8>>,
    pub lot: Option<Vec<u8>>,
    pub ticket: Option<i64>,
    pub rank: i64,
    pub joined_on: Option<String>,
    /// Unset where the customer is not in the data of this device.
    pub name: Option<String>,
}

const PART: &str = "select p.id, p.activity, p.customer, p.number, ifnull(p.at, 0) as at, p.till, p.person, p.lot,
        p.ticket, ifnull(p.rank, 0) as rank, p.joined_on, c.name
    from participation p left join customer c on c.id = p.customer and c.deleted = 0 and c.erased = 0
    where p.deleted = 0 and p.activity is not null and p.customer is not null";

/// How many took part in an activity.
#[derive(Debug, sqlx::FromRow)]
pub struct Crowd {
    pub activity: Vec<u8>,
    pub parts: i64,
    pub people: i64,
}

impl Store {
    /// Activities that live.
    pub async fn activities(&self) -> Result<Vec<Record>, StoreError> {
        self.all(Activity::COLLECTION).await
    }

    /// Everyone who took part in one, in the order of time.
    pub async fn parts(&self, activity: RecordId) -> Result<Vec<Part>, StoreError> {
        let sql = format!("{PART} and p.activity = ?1 order by p.at, p.id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(activity.as_bytes().as_slice())
            .fetch_all(self.readers())
            .await?)
    }

    /// All that one customer took part in, the latest first.
    pub async fn parts_of(&self, customer: RecordId) -> Result<Vec<Part>, StoreError> {
        let sql = format!("{PART} and p.customer = ?1 order by p.at desc, p.id desc");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(customer.as_bytes().as_slice())
            .fetch_all(self.readers())
            .await?)
    }

    pub async fn crowds(&self) -> Result<Vec<Crowd>, StoreError> {
        Ok(sqlx::query_as(
            "select activity, count(*) as parts, count(distinct customer) as people from participation
             where deleted = 0 and activity is not null group by activity",
        )
        .fetch_all(self.readers())
        .await?)
    }

    /// Lots of tickets, the oldest first.
    pub async fn prize_lots(&self) -> Result<Vec<Record>, StoreError> {
        self.all(PrizeLot::COLLECTION).await
    }

    /// How many contributions wait to be looked at, of activities that ask for it.
    pub async fn reviews_waiting(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select count(*) from contribution c join activity a on a.id = c.activity
             where c.verdict is null and c.deleted = 0 and a.terms ->> '$.reviewed' = 1",
        )
        .fetch_one(self.readers())
        .await?)
    }

    /// What waits to be looked at, the oldest first, or what was looked at, the latest first.
    pub async fn contributions(
        &self,
        waiting: bool,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let sql = if waiting {
            "select id from contribution where verdict is null and deleted = 0 order by at, id limit ?1"
        } else {
            "select id from contribution where verdict is not null and deleted = 0 order by reviewed_at desc, id limit ?1"
        };
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar(sql).bind(limit).fetch_all(self.readers()).await?;
        let found = self.by_ids(Contribution::COLLECTION, &ids).await?;
        Ok(found.into_iter().map(|stored| stored.record).collect())
    }

    /// What one customer did for the club, the latest first.
    pub async fn contributions_of(&self, customer: RecordId) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from contribution where customer = ?1 and deleted = 0 order by at desc, id desc",
        )
        .bind(customer.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?;
        let found = self.by_ids(Contribution::COLLECTION, &ids).await?;
        Ok(found.into_iter().map(|stored| stored.record).collect())
    }
}

impl Write {
    /// How often, and when last, a member took part in an activity: asked where they are about to.
    pub async fn took_part(
        &mut self,
        activity: RecordId,
        customer: RecordId,
    ) -> Result<(i64, Option<i64>), StoreError> {
        Ok(sqlx::query_as(
            "select count(*), max(at) from participation where activity = ?1 and customer = ?2 and deleted = 0",
        )
        .bind(activity.as_bytes().as_slice())
        .bind(customer.as_bytes().as_slice())
        .fetch_one(self.connection())
        .await?)
    }

    /// The next ticket of a lot that nobody drew.
    pub async fn next_ticket(&mut self, lot: RecordId, first: i64) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select ifnull(max(ticket) + 1, ?2) from participation where lot = ?1 and deleted = 0",
        )
        .bind(lot.as_bytes().as_slice())
        .bind(first)
        .fetch_one(self.connection())
        .await?)
    }
}
