//! Coupons and what was used of them. A use counts until its sale was given back whole (R6).

use shuke_domain::{
    Record, RecordId,
    nouns::{Coupon, CouponUse},
};

use crate::{Store, StoreError, Write};

/// What stands of a use: not what a sale took that was given back whole.
const STANDS: &str = "u.deleted = 0 and not exists (
    select 1 from sale s where s.id = u.sale and s.total > 0 and s.total + ifnull(
        (select sum(r.total) from sale r where r.refund_of = s.id and r.deleted = 0), 0) <= 0)";

/// A coupon that a member used in which period.
#[derive(Debug, sqlx::FromRow)]
pub struct Used {
    pub coupon: Vec<u8>,
    pub period: String,
    pub at: i64,
}

/// A coupon that somebody used more than once in its period: two tills apart gave it.
#[derive(Debug, sqlx::FromRow)]
pub struct UsedTwice {
    pub coupon: Vec<u8>,
    pub customer: Vec<u8>,
    pub name: Option<String>,
    pub period: String,
    pub times: i64,
    /// What all but the dearest use took off.
    pub effect: i64,
    pub last_at: i64,
}

/// What came of a coupon.
#[derive(Debug, sqlx::FromRow)]
pub struct Uses {
    pub coupon: Vec<u8>,
    pub times: i64,
    pub amount: i64,
}

impl Store {
    /// Coupons that live.
    pub async fn coupons(&self) -> Result<Vec<Record>, StoreError> {
        self.all(Coupon::COLLECTION).await
    }

    /// What a member has used.
    pub async fn coupons_used(&self, customer: RecordId) -> Result<Vec<Used>, StoreError> {
        let sql = format!(
            "select u.coupon, ifnull(u.period, '') as period, ifnull(u.at, 0) as at from coupon_use u
             where u.customer = ?1 and u.coupon is not null and {STANDS} order by u.at desc"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(customer.as_bytes().as_slice())
            .fetch_all(self.readers())
            .await?)
    }

    /// The coupon that a sale took, and what it took off.
    pub async fn coupon_of_sale(&self, sale: RecordId) -> Result<Option<CouponUse>, StoreError> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("select id from coupon_use where sale = ?1 and deleted = 0 limit 1")
                .bind(sale.as_bytes().as_slice())
                .fetch_all(self.readers())
                .await?;
        let found = self.by_ids(CouponUse::COLLECTION, &ids).await?.pop();
        Ok(found.map(|stored| stored.record.view()))
    }

    /// Coupons used more often than once, the latest first.
    pub async fn coupons_used_twice(&self, limit: u32) -> Result<Vec<UsedTwice>, StoreError> {
        let sql = format!(
            "select u.coupon, u.customer, c.name, ifnull(u.period, '') as period, count(*) as times,
                    sum(u.amount) - max(u.amount) as effect, max(u.at) as last_at
             from coupon_use u join customer c on c.id = u.customer and c.deleted = 0 and c.erased = 0
             where u.coupon is not null and {STANDS}
             group by u.coupon, u.customer, u.period having count(*) > 1 order by last_at desc limit ?1"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(self.readers()).await?)
    }

    /// How often each coupon was used, and what that took off.
    pub async fn coupon_uses(&self) -> Result<Vec<Uses>, StoreError> {
        let sql = format!(
            "select u.coupon, count(*) as times, ifnull(sum(u.amount), 0) as amount from coupon_use u
             where u.coupon is not null and {STANDS} group by u.coupon"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(self.readers()).await?)
    }
}

impl Write {
    /// In which periods a member has used a coupon, asked where it is about to be used.
    pub async fn periods_used(
        &mut self,
        customer: RecordId,
        coupon: RecordId,
    ) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "select ifnull(u.period, '') from coupon_use u where u.customer = ?1 and u.coupon = ?2 and {STANDS}"
        );
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(customer.as_bytes().as_slice())
            .bind(coupon.as_bytes().as_slice())
            .fetch_all(self.connection())
            .await?)
    }
}
