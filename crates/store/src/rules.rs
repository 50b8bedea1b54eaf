//! The workspace's rules that figures depend on, and every rule of earning that was ever set.

use std::collections::HashMap;

use shuke_domain::{
    Fen, RecordId,
    day::Calendar,
    earn::{self, ONCE, Rule, Terms},
    nouns::{EarnRule, Workspace},
    points::PointsRule,
};
use sqlx::SqliteConnection;

use crate::{
    Store, StoreError,
    codec::{Devices, table},
};

/// The rules as they stand at one moment.
#[derive(Clone, Debug)]
pub struct Rules {
    /// For sales that carry no rule.
    pub points: PointsRule,
    pub earn: HashMap<RecordId, Rule>,
    pub calendar: Calendar,
    pub now: i64,
    /// Sales from this moment on count for tiers.
    pub twelve_months_from: i64,
    /// For how many days a tier is kept.
    pub grace: i64,
}

impl Rules {
    pub async fn read(connection: &mut SqliteConnection, now: u64) -> Result<Self, StoreError> {
        type Row = (Option<String>, Option<i64>, Option<String>, Option<i64>);
        let row: Option<Row> = sqlx::query_as(
            "select time_zone, day_cut, points_rule, tier_grace from workspace where deleted = 0 order by row limit 1",
        )
        .fetch_optional(&mut *connection)
        .await?;
        let (time_zone, day_cut, rule, grace) = row.unwrap_or_default();
        let calendar = Calendar::of(&Workspace { time_zone, day_cut, ..Workspace::default() });
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        Ok(Self {
            points: rule.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            earn: earn_rules(connection).await?.into_iter().map(|rule| (rule.id, rule)).collect(),
            calendar,
            now,
            twelve_months_from: calendar.twelve_months_before(now),
            grace: grace.unwrap_or_default().clamp(0, 366),
        })
    }

    /// The rule in force at a moment.
    pub fn in_force(&self, at: i64) -> Option<&Rule> {
        earn::in_force(self.earn.values(), self.calendar.day_of(at))
    }

    /// The terms under which something was sold; `None` where it carries no rule, or one that is not here.
    pub fn terms(&self, rule: Option<RecordId>) -> Option<&Terms> {
        self.earn.get(&rule?).map(|rule| &rule.terms)
    }

    /// What a sale would earn on its own. `earning` as it stands in its row.
    pub fn points_of(
        &self,
        rule: Option<RecordId>,
        earning: Option<i64>,
        (total, refunded): (i64, i64),
    ) -> i64 {
        let (total, refunded) = (Fen(total), Fen(refunded));
        match self.terms(rule) {
            Some(terms) => {
                terms.points_of(earning.unwrap_or(total.0.saturating_mul(ONCE)), total, refunded)
            }
            None => self.points.points_of(total, refunded),
        }
    }

    pub(crate) fn held_from(&self) -> i64 {
        self.calendar.twelve_months_before(self.now - self.grace * 86_400_000)
    }
}

/// All rules that were ever set and that we understand.
async fn earn_rules(connection: &mut SqliteConnection) -> Result<Vec<Rule>, StoreError> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar("select id from earn_rule where deleted = 0")
        .fetch_all(&mut *connection)
        .await?;
    let ids: Vec<RecordId> = ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let stored =
        table(EarnRule::COLLECTION)?.read(connection, &mut Devices::default(), &ids).await?;
    Ok(stored.iter().filter_map(|stored| Rule::read(&stored.record)).collect())
}

impl Store {
    /// The rules that figures depend on.
    pub async fn rules(&self, now: u64) -> Result<Rules, StoreError> {
        let mut connection = self.readers().acquire().await?;
        Rules::read(&mut connection, now).await
    }
}
