//! Rewards: what points and coins are given for. Redeeming writes what both ledgers lose in one
//! transaction, or nothing (R74, R77).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shuke_domain::{
    Code, Edit, Failure, RecordId,
    authority::Matter,
    nouns::{Currency, Customer, LedgerEntry, Reward},
    offer::Offer,
    reward::{self, Member},
};
use ts_rs::TS;

use crate::{
    App, Session,
    authority::{self, Consent},
    customer::{ById, Id},
    points::{self, Balances},
    session::{Rules, fresh_id},
    stock,
};

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "ListRewards", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    /// Whether this member may have each, and if not, why.
    pub customer: Option<RecordId>,
    /// Also what is not offered today.
    pub all: Option<bool>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RewardRow {
    pub id: RecordId,
    pub reward: Reward,
    pub offered: bool,
    /// Why the member may not have it.
    pub refusal: Option<Refusal>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Refusal {
    pub code: String,
    #[ts(type = "Record<string, unknown>")]
    pub params: Map<String, Value>,
}

impl Refusal {
    pub(crate) fn of(failure: Failure) -> Self {
        Self { code: failure.code.as_str().to_owned(), params: failure.params }
    }
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddReward", export_to = "app.ts")]
pub struct Add {
    pub reward: Reward,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "EditReward", export_to = "app.ts")]
pub struct EditReward {
    pub id: RecordId,
    /// Only what changed; `null` clears a field.
    #[ts(type = "{ [field in keyof Reward]?: Reward[field] | null }")]
    pub fields: std::collections::BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Redeem {
    pub customer: RecordId,
    pub reward: RecordId,
    /// By whose leave, where it goes beyond a limit (R41).
    pub consent: Option<Consent>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct UndoRedemption {
    pub redemption: RecordId,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Redeemed {
    pub redemption: RecordId,
    pub reward: String,
    pub balances: Balances,
}

pub async fn list(app: &App, request: ListRequest) -> Result<Vec<RewardRow>, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let today = rules.calendar.day_of(rules.earn.now);
    let totals = match request.customer {
        Some(customer) => {
            session.may_read(LedgerEntry::COLLECTION).await?;
            session.store.customer(customer).await?.map(|file| file.totals)
        }
        None => None,
    };
    let mut rows = Vec::new();
    for record in session.store.rewards().await? {
        let reward: Reward = record.view();
        let offered = Offer::from(&reward).is_on(today);
        if !offered && request.all != Some(true) {
            continue;
        }
        let refusal = totals.as_ref().and_then(|totals| {
            let tier = rules.standing(totals).tier;
            let points = totals.points_at(rules.earn.now);
            let member = Member { tier: &tier, points, coins: totals.coins };
            let failure = reward::may_have(&reward, member, &rules.ladder, today).err()?;
            Some(Refusal::of(failure))
        });
        rows.push(RewardRow { id: record.id, reward, offered, refusal });
    }
    // What costs least first: that is what most may have.
    rows.sort_by_key(|row| (row.reward.points.unwrap_or(0), row.reward.coins.unwrap_or(0), row.id));
    Ok(rows)
}

/// Refuses what nobody could hand out.
fn check(reward: &Reward, rules: &Rules) -> Result<(), Failure> {
    if !Offer::from(reward).has_name() {
        return Err(Failure::new(Code::RewardNameMissing));
    }
    let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
    let price = |amount: Option<i64>| (0..=1_000_000_000).contains(&amount.unwrap_or(0));
    if !price(reward.points) {
        return wrong("points");
    }
    if !price(reward.coins) {
        return wrong("coins");
    }
    Offer::from(reward).check(&rules.ladder)
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Reward::COLLECTION).await?;
    check(&request.reward, &session.rules().await?)?;
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&request.reward, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn edit(app: &App, request: EditReward) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Reward::COLLECTION).await?;
    let rules = session.rules().await?;
    let mut write = session.write().await?;
    let stored = write.find(Reward::COLLECTION, request.id).await?;
    let stored = stored
        .filter(|stored| !stored.record.is_deleted())
        .ok_or_else(|| Failure::new(Code::RewardNotFound))?;
    let edit = Edit { fields: request.fields, deleted: None };
    let (after, _) = edit.apply(&stored.record, write.stamp())?;
    check(&after.view(), &rules)?;
    session.edit(&mut write, Reward::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

/// Hands out a reward: asks first, then takes both currencies under one redemption. What two tills
/// give apart is kept on both: the balance falls below zero and a manager sees it.
pub async fn redeem(app: &App, request: Redeem) -> Result<Redeemed, Failure> {
    let session = app.session().await?;
    session.may_write(LedgerEntry::COLLECTION).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let wanted: Option<Reward> = session.record(request.reward).await?;
    let cost = wanted.and_then(|reward| reward.points).unwrap_or_default();
    let matter = (Matter::Redemption, cost);
    let leave =
        authority::leave(&session, matter, Some(request.customer), request.consent.as_ref())
            .await?;
    let mut write = session.write().await?;
    let customer = write.find(Customer::COLLECTION, request.customer).await?;
    if customer.is_none_or(|found| found.record.is_deleted()) {
        return Err(Failure::new(Code::CustomerNotFound).with("id", request.customer.to_string()));
    }
    let found = write.find(Reward::COLLECTION, request.reward).await?;
    let found = found
        .filter(|found| !found.record.is_deleted())
        .ok_or_else(|| Failure::new(Code::RewardNotFound))?;
    let reward: Reward = found.record.view();
    let totals = write.totals(request.customer).await?;
    let tier = rules.standing(&totals).tier;
    let member = Member { tier: &tier, points: totals.points_at(now), coins: totals.coins };
    reward::may_have(&reward, member, &rules.ladder, rules.calendar.day_of(now))?;
    let redemption = fresh_id();
    stock::give(&session, &mut write, (request.reward, &reward), redemption).await?;
    let approval = leave.write(&session, &mut write, redemption).await?;
    let name = reward.name.clone().unwrap_or_default();
    let costs = [(Currency::Points, reward.points), (Currency::Coins, reward.coins)];
    let mut taken = 0;
    for (currency, cost) in costs {
        let cost = cost.unwrap_or_default();
        // What costs nothing is handed out too, and the ledger says so once.
        if cost == 0 && !(currency == Currency::Coins && taken == 0) {
            continue;
        }
        taken += 1;
        let entry = LedgerEntry {
            customer: Some(request.customer),
            currency: Some(currency.as_str().to_owned()),
            kind: Some("redeem".to_owned()),
            amount: Some(-cost),
            reward: Some(request.reward.to_string()),
            redemption: Some(redemption),
            approval,
            why: Some(name.clone()),
            person: Some(session.person()),
            at: Some(now),
            ..LedgerEntry::default()
        };
        write.create(&entry, fresh_id(), session.author()).await?;
    }
    session.commit(write).await?;
    let balances = points::show(app, ById { id: request.customer }).await?;
    Ok(Redeemed { redemption, reward: name, balances })
}

/// Takes a redemption back, whole: each entry by one that reverses it.
pub async fn undo(app: &App, request: UndoRedemption) -> Result<Balances, Failure> {
    let session = app.session().await?;
    session.may_write(LedgerEntry::COLLECTION).await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let mut write = session.write().await?;
    let records = write.redemption(request.redemption).await?;
    let reversed: Vec<RecordId> =
        records.iter().filter_map(|record| record.reference("reverses")).collect();
    let (mut customer, mut undone) = (None, false);
    for record in records.iter().filter(|record| record.reference("reverses").is_none()) {
        let entry: LedgerEntry = record.view();
        customer = entry.customer;
        if reversed.contains(&record.id) {
            continue;
        }
        undone = true;
        let back = LedgerEntry {
            kind: Some("undo".to_owned()),
            amount: entry.amount.map(|amount| -amount),
            reverses: Some(record.id),
            person: Some(session.person()),
            at: Some(now),
            ..entry
        };
        write.create(&back, fresh_id(), session.author()).await?;
    }
    let Some(customer) = customer else { return Err(Failure::new(Code::RewardNotFound)) };
    if !undone {
        return Err(Failure::new(Code::RewardUndone));
    }
    stock::put_back(&session, &mut write, request.redemption).await?;
    session.commit(write).await?;
    points::show(app, ById { id: customer }).await
}

/// A reward by its id or, where that is none, by its whole name.
pub async fn named(app: &App, text: &str) -> Result<RecordId, Failure> {
    let session: std::sync::Arc<Session> = app.session().await?;
    let rewards = session.store.rewards().await?;
    let is = |record: &shuke_domain::Record| {
        record.id.to_string() == text || record.text("name") == Some(text)
    };
    rewards
        .iter()
        .find(|record| is(record))
        .map(|record| record.id)
        .ok_or_else(|| Failure::new(Code::RewardNotFound))
}
