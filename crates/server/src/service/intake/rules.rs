//! What the workspace says that matters to a sale which comes in.

use shuke_domain::{
    Record,
    day::Calendar,
    earn::{self, Rule},
    nouns::{EarnRule, Workspace},
    points::PointsRule,
    tier::{self, Tier},
};

use crate::{
    Refused,
    database::{Key, Tx, WorkspaceRow},
};

#[derive(Debug)]
pub(super) struct Rules {
    pub calendar: Calendar,
    pub region: String,
    pub steps: Vec<Tier>,
    pub grace_days: i64,
    pub points_rule: i64,
    earn: Vec<Rule>,
}

impl Rules {
    pub async fn read(tx: &mut Tx, workspace: &WorkspaceRow) -> Result<Self, Refused> {
        let key: Key = (Workspace::COLLECTION.name.to_owned(), workspace.id);
        let stored = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
        let house: Workspace = stored.map(|stored| stored.record.view()).unwrap_or_default();
        let rules: Vec<Record> = tx.living(EarnRule::COLLECTION.name).await?;
        let points: PointsRule = house
            .points_rule
            .clone()
            .and_then(|rule| serde_json::from_value(rule).ok())
            .unwrap_or_default();
        let steps = house.tiers.clone().and_then(|steps| serde_json::from_value(steps).ok());
        Ok(Self {
            calendar: Calendar::of(&house),
            steps: steps.unwrap_or_else(tier::default_ladder),
            grace_days: house.tier_grace.unwrap_or_default().clamp(0, 366),
            region: house.region.unwrap_or_else(|| "CN".to_owned()),
            points_rule: points.version,
            earn: rules.iter().filter_map(Rule::read).collect(),
        })
    }

    pub fn in_force(&self, at: i64) -> Option<&Rule> {
        earn::in_force(&self.earn, self.calendar.day_of(at))
    }

    pub fn of(&self, sale: &Record) -> Option<&Rule> {
        let id = sale.reference("earn_rule")?;
        self.earn.iter().find(|rule| rule.id == id)
    }
}
