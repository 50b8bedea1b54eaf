//! The owner's rules: what sales earn, tried out before it is set, and the ladder of tiers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Edit, Failure, Fen, RecordId,
    earn::{Circumstances, Goods, Rule, Terms},
    nouns::{EarnRule, Workspace},
    tier::{self, Tier},
};
use ts_rs::TS;

use crate::{App, customer::Id, session::fresh_id};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct HouseRules {
    /// What earns today; the terms without a rule where none was ever set.
    pub terms: Terms,
    pub since: Option<String>,
    /// Set for a later day, or in force before: latest first.
    pub versions: Vec<RuleVersion>,
    pub tiers: Vec<Tier>,
    pub grace_days: i64,
    pub today: String,
    pub categories: Vec<String>,
    /// Whether the signed-in person may change them.
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RuleVersion {
    pub id: RecordId,
    pub since: String,
    pub terms: Terms,
    pub in_force: bool,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct SetTerms {
    pub terms: Terms,
    /// The first business day; today where it is left out.
    pub since: Option<String>,
}

/// A sale that was never made.
#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct TryTerms {
    pub terms: Terms,
    pub lines: Vec<TriedLine>,
    pub tier: Option<String>,
    /// Today where it is left out.
    pub day: Option<String>,
    pub birthday_month: Option<bool>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct TriedLine {
    pub sku: Option<String>,
    pub category: Option<String>,
    pub amount: Fen,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Tried {
    pub points: i64,
    /// By what is in force on that day.
    pub points_now: i64,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SetTiers {
    pub tiers: Vec<Tier>,
    pub grace_days: i64,
}

/// The longest a tier may be kept: a year is another window.
const LONGEST_GRACE: i64 = 366;

fn day(text: Option<&str>, today: NaiveDate) -> Result<NaiveDate, Failure> {
    let wrong = || Failure::new(Code::FieldInvalid).with("field", "day");
    text.map_or(Ok(today), |text| text.parse().map_err(|_| wrong()))
}

pub async fn show(app: &App, (): ()) -> Result<HouseRules, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let today = rules.calendar.day_of(rules.earn.now);
    let current = rules.earn.in_force(rules.earn.now);
    let mut versions: Vec<&Rule> = rules.earn.earn.values().collect();
    versions.sort_unstable_by_key(|rule| std::cmp::Reverse((rule.since, rule.id)));
    Ok(HouseRules {
        terms: current.map(|rule| rule.terms.clone()).unwrap_or_default(),
        since: current.map(|rule| rule.since.to_string()),
        versions: versions
            .into_iter()
            .map(|rule| RuleVersion {
                id: rule.id,
                since: rule.since.to_string(),
                terms: rule.terms.clone(),
                in_force: current.is_some_and(|current| current.id == rule.id),
            })
            .collect(),
        tiers: rules.ladder.clone(),
        grace_days: rules.earn.grace,
        today: today.to_string(),
        categories: session.store.categories().await?,
        mine: EarnRule::COLLECTION.may_write(session.role().await?),
    })
}

/// What a sale would earn by terms that are not set yet, and by those that are. Caps are left out: they
/// depend on who buys.
pub async fn preview(app: &App, request: TryTerms) -> Result<Tried, Failure> {
    let session = app.session().await?;
    request.terms.check()?;
    let rules = session.rules().await?;
    let day = day(request.day.as_deref(), rules.calendar.day_of(rules.earn.now))?;
    let circumstances = Circumstances {
        day,
        tier: request.tier.as_deref(),
        birthday_month: request.birthday_month.unwrap_or_default(),
    };
    let total: Fen = request.lines.iter().map(|line| line.amount).sum();
    let points = |terms: &Terms| {
        let goods = request.lines.iter().map(|line| Goods {
            sku: line.sku.as_deref(),
            category: line.category.as_deref(),
            amount: line.amount,
        });
        terms.points_of(terms.earning(circumstances, total, goods), total, Fen(0))
    };
    let now = rules.earn.in_force(rules.calendar.start_of(day));
    Ok(Tried {
        points: points(&request.terms),
        points_now: now.map_or_else(|| points(&Terms::default()), |rule| points(&rule.terms)),
    })
}

/// One more version. What was sold before keeps the rule it was sold under.
pub async fn set(app: &App, request: SetTerms) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(EarnRule::COLLECTION).await?;
    request.terms.check()?;
    let rules = session.rules().await?;
    let today = rules.calendar.day_of(rules.earn.now);
    let since = day(request.since.as_deref(), today)?;
    if since < today {
        return Err(Failure::new(Code::RuleInvalid).with("field", "since"));
    }
    let terms = serde_json::to_value(&request.terms)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let rule = EarnRule {
        since: Some(since.to_string()),
        terms: Some(terms),
        person: Some(session.person()),
        at: Some(rules.earn.now),
    };
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&rule, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn set_tiers(app: &App, request: SetTiers) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(Workspace::COLLECTION).await?;
    tier::check(&request.tiers)?;
    if !(0..=LONGEST_GRACE).contains(&request.grace_days) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "grace_days"));
    }
    let fields = [
        ("tiers".to_owned(), json!(request.tiers)),
        ("tier_grace".to_owned(), json!(request.grace_days)),
    ];
    let edit = Edit { fields: fields.into(), deleted: None };
    let mut write = session.write().await?;
    session.edit(&mut write, Workspace::COLLECTION, session.identity.workspace, &edit).await?;
    session.commit(write).await?;
    // Another grace is another ladder for many: not with the next tidying up, but now.
    Ok(session.store.settle(session.now().await?).await?)
}
