//! The club as a whole: who stands where, what is outstanding, and who got more than they had.

use shuke_domain::{
    Record, RecordId,
    nouns::{LedgerEntry, Reward},
    tier::Tier,
};
use sqlx::AssertSqlSafe;

use crate::{
    Store, StoreError, Write,
    codec::{Devices, table},
};

/// What all members together hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Outstanding {
    pub points: i64,
    pub coins: i64,
    /// Members who hold any points.
    pub holders: i64,
}

/// Points that are gone at one moment, of the members whose next it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Lapse {
    pub at: i64,
    pub points: i64,
    pub members: i64,
}

/// A member who got more than they had.
#[derive(Debug, sqlx::FromRow)]
pub struct Overdrawn {
    pub id: Vec<u8>,
    pub name: Option<String>,
    pub points: i64,
    pub coins: i64,
}

impl Store {
    /// How many members stand on each step.
    pub async fn members_by_tier(
        &self,
        ladder: &[Tier],
        grace: bool,
    ) -> Result<Vec<i64>, StoreError> {
        let sql = if grace {
            "select count(*) from customer_totals
             where max(spent_12_months, ifnull(held_12_months, spent_12_months)) between ?1 and ?2"
        } else {
            "select count(*) from customer_totals where spent_12_months between ?1 and ?2"
        };
        let mut members = Vec::with_capacity(ladder.len());
        for (place, step) in ladder.iter().enumerate() {
            let from = if place == 0 { i64::MIN } else { step.from.0 };
            let below = ladder.get(place + 1).map_or(i64::MAX, |next| next.from.0 - 1);
            members.push(
                sqlx::query_scalar(sql).bind(from).bind(below).fetch_one(self.readers()).await?,
            );
        }
        Ok(members)
    }

    pub async fn outstanding(&self) -> Result<Outstanding, StoreError> {
        Ok(sqlx::query_as(
            "select (select ifnull(sum(points), 0) from customer_totals where points > 0) as points,
                    (select ifnull(sum(coins), 0) from customer_totals where coins > 0) as coins,
                    (select count(*) from customer_totals where points > 0) as holders",
        )
        .fetch_one(self.readers())
        .await?)
    }

    /// What lapses next, soonest first.
    pub async fn lapses(&self, now: i64, limit: u32) -> Result<Vec<Lapse>, StoreError> {
        Ok(sqlx::query_as(
            "select expires_at as at, sum(expiring) as points, count(*) as members from customer_totals
             where expires_at is not null and expires_at > ?1 group by expires_at order by expires_at limit ?2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// Members whose balance is below zero, the deepest first.
    pub async fn overdrawn(&self, limit: u32) -> Result<Vec<Overdrawn>, StoreError> {
        let sql = format!(
            "select c.id, c.name, t.points, t.coins from customer_totals t {}
             join customer c on c.row = t.customer
             where (t.points < 0 or t.coins < 0) and c.deleted = 0 and c.erased = 0
             order by min(t.points, 0) + min(t.coins, 0), c.id limit ?1",
            self.hint("indexed by customer_totals_owed"),
        );
        Ok(sqlx::query_as(AssertSqlSafe(sql)).bind(limit).fetch_all(self.readers()).await?)
    }

    /// Rewards that live.
    pub async fn rewards(&self) -> Result<Vec<Record>, StoreError> {
        self.all(Reward::COLLECTION).await
    }
}

impl Write {
    /// What one redemption wrote, and what took any of it back.
    pub async fn redemption(&mut self, redemption: RecordId) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from ledger_entry where redemption = ?1 and deleted = 0 order by id",
        )
        .bind(redemption.as_bytes().as_slice())
        .fetch_all(self.connection())
        .await?;
        let ids: Vec<RecordId> = ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        let stored = table(LedgerEntry::COLLECTION)?
            .read(self.connection(), &mut Devices::default(), &ids)
            .await?;
        Ok(stored.into_iter().map(|stored| stored.record).collect())
    }
}
