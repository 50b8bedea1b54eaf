//! Coins for taking part (R78): noted at the counter, where it is asked for looked at first (R83). What is
//! turned down later is taken back by an entry of its own: history stays.

use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Failure, RecordId, Roles,
    activity::{self, Terms},
    nouns::{Activity, Contribution, ContributionId, Currency, LedgerEntry},
};
use shuke_store::{Write, write::Author};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::ById,
    points::{self, Balances},
    session::fresh_id,
};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddContribution", export_to = "app.ts", optional_fields)]
pub struct Add {
    pub activity: RecordId,
    pub customer: RecordId,
    /// What they wrote or did.
    pub text: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "ContributionAdded", export_to = "app.ts")]
pub struct Added {
    pub id: RecordId,
    /// Coins that came of it now; nothing while it waits to be looked at, or where the day is full.
    pub coins: i64,
    pub waits: bool,
    pub balances: Balances,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "ReviewContributions", export_to = "app.ts", optional_fields)]
pub struct Review {
    pub ids: Vec<RecordId>,
    pub accept: bool,
    pub why: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ReviewQueue {
    /// The oldest first.
    pub waiting: Vec<ContributionRow>,
    /// The latest first.
    pub reviewed: Vec<ContributionRow>,
    /// Whether the signed-in person may decide.
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ContributionRow {
    pub id: RecordId,
    pub activity: String,
    pub customer: RecordId,
    pub name: Option<String>,
    pub text: String,
    pub amount: i64,
    pub at: i64,
    pub person: Option<String>,
    pub verdict: Option<String>,
    pub verdict_why: Option<String>,
    pub reviewed_by: Option<String>,
    pub reviewed_at: Option<i64>,
}

const WAITING: u32 = 500;
const REVIEWED: u32 = 100;

pub async fn add(app: &App, request: Add) -> Result<Added, Failure> {
    let session = app.session().await?;
    session.may_write(Contribution::COLLECTION).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let file = session.store.customer(request.customer).await?;
    let file = file.filter(|file| !file.stored.record.is_deleted()).ok_or_else(|| {
        Failure::new(Code::CustomerNotFound).with("id", request.customer.to_string())
    })?;
    let activity: Activity = session
        .record(request.activity)
        .await?
        .ok_or_else(|| Failure::new(Code::ActivityNotFound))?;
    let Some(Terms::Coins { amount, reviewed }) = Terms::of(&activity) else {
        return Err(Failure::new(Code::FieldInvalid).with("field", "activity"));
    };
    let tier = rules.standing(&file.totals).tier;
    activity::may_join(&activity, &tier, (&rules.ladder, rules.calendar.day_of(now)))?;
    let text = request.text.unwrap_or_default().trim().to_owned();
    let essence = activity::essence(&text);
    if reviewed && essence.is_empty() {
        return Err(Failure::new(Code::ActivityTextMissing));
    }
    // What was said before earns nothing, whatever became of it (R78).
    let before = session.store.contributions_of(request.customer).await?;
    let same = |record: &&shuke_domain::Record| {
        record.reference("activity") == Some(request.activity)
            && activity::essence(record.text("text").unwrap_or_default()) == essence
    };
    if !essence.is_empty()
        && let Some(same) = before.iter().find(same)
    {
        return Err(
            Failure::new(Code::ActivityRepeated).with("at", same.int("at").unwrap_or_default())
        );
    }
    let contribution = Contribution {
        activity: Some(request.activity),
        customer: Some(request.customer),
        text: Some(text),
        amount: Some(amount),
        person: Some(session.person()),
        at: Some(now),
        ..Contribution::default()
    };
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&contribution, id, session.author()).await?;
    if !reviewed {
        let rule = rules.earn.in_force(now).map(|rule| rule.id);
        pay(&mut write, id, &contribution, &activity, rule, session.author()).await?;
    }
    session.commit(write).await?;
    let balances = points::show(app, ById { id: request.customer }).await?;
    let coins = balances.coins - file.totals.coins;
    Ok(Added { id, coins, waits: reviewed, balances })
}

/// The entry that pays for it, under one id whoever writes it, and as of when it was done.
async fn pay(
    write: &mut Write,
    id: RecordId,
    contribution: &Contribution,
    activity: &Activity,
    rule: Option<RecordId>,
    author: Author,
) -> Result<(), Failure> {
    let entry_id = ContributionId::entry(id);
    if write.find(LedgerEntry::COLLECTION, entry_id).await?.is_some() {
        return Ok(());
    }
    let entry = LedgerEntry {
        customer: contribution.customer,
        currency: Some(Currency::Coins.as_str().to_owned()),
        kind: Some("activity".to_owned()),
        amount: contribution.amount,
        earn_rule: rule,
        contribution: Some(id),
        why: activity.name.clone(),
        person: contribution.person,
        at: contribution.at,
        ..LedgerEntry::default()
    };
    write.create(&entry, entry_id, author).await?;
    Ok(())
}

pub async fn review(app: &App, request: Review) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let mut write = session.write().await?;
    for id in request.ids {
        let found = write.find(Contribution::COLLECTION, id).await?;
        let found = found
            .filter(|found| !found.record.is_deleted())
            .ok_or_else(|| Failure::new(Code::RecordNotFound).with("id", id.to_string()))?;
        let contribution: Contribution = found.record.view();
        let stands = contribution.verdict.as_deref() == Some("rejected");
        // Turned down is turned down: the entry and its reversal are one pair.
        if stands {
            return Err(Failure::new(Code::ActivityReviewed));
        }
        let verdict = if request.accept { "accepted" } else { "rejected" };
        let why = request.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
        let fields = [
            ("verdict", json!(verdict)),
            ("reviewed_by", json!(session.person().to_string())),
            ("reviewed_at", json!(now)),
            ("verdict_why", json!(why)),
        ];
        write.set(Contribution::COLLECTION, id, fields, session.author()).await?;
        if request.accept {
            let activity = match contribution.activity {
                Some(activity) => write.find(Activity::COLLECTION, activity).await?,
                None => None,
            };
            let activity = activity.map(|found| found.record.view()).unwrap_or_default();
            let rule = rules.earn.in_force(contribution.at.unwrap_or(now)).map(|rule| rule.id);
            pay(&mut write, id, &contribution, &activity, rule, session.author()).await?;
        } else {
            reverse(&session, &mut write, id, now).await?;
        }
    }
    session.commit(write).await
}

/// Takes back what was paid for it, if anything was.
async fn reverse(
    session: &Session,
    write: &mut Write,
    id: RecordId,
    now: i64,
) -> Result<(), Failure> {
    let entry_id = ContributionId::entry(id);
    let Some(paid) = write.find(LedgerEntry::COLLECTION, entry_id).await? else { return Ok(()) };
    let paid: LedgerEntry = paid.record.view();
    let back = LedgerEntry {
        kind: Some("undo".to_owned()),
        amount: paid.amount.map(|amount| -amount),
        reverses: Some(entry_id),
        person: Some(session.person()),
        at: Some(now),
        ..paid
    };
    write.create(&back, ContributionId::reversal(id), session.author()).await?;
    Ok(())
}

pub async fn list(app: &App, (): ()) -> Result<ReviewQueue, Failure> {
    let session = app.session().await?;
    session.may_read(Contribution::COLLECTION).await?;
    Ok(ReviewQueue {
        waiting: rows(&session, true).await?,
        reviewed: rows(&session, false).await?,
        mine: Roles::LEAD.contains(session.role().await?),
    })
}

/// What waits: only of activities that ask for it.
async fn rows(session: &Session, waiting: bool) -> Result<Vec<ContributionRow>, Failure> {
    let names = session.names().await?;
    let activities: std::collections::HashMap<RecordId, Activity> = session
        .store
        .activities()
        .await?
        .into_iter()
        .map(|record| (record.id, record.view()))
        .collect();
    let limit = if waiting { WAITING } else { REVIEWED };
    let mut rows = Vec::new();
    for record in session.store.contributions(waiting, limit).await? {
        let contribution: Contribution = record.view();
        let Some(customer) = contribution.customer else { continue };
        let activity = contribution.activity.and_then(|id| activities.get(&id));
        let paid_at_once =
            matches!(activity.and_then(Terms::of), Some(Terms::Coins { reviewed: false, .. }));
        if waiting && paid_at_once {
            continue;
        }
        let file = session.store.customer(customer).await?;
        let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id).cloned());
        rows.push(ContributionRow {
            id: record.id,
            activity: activity.and_then(|activity| activity.name.clone()).unwrap_or_default(),
            customer,
            name: file.and_then(|file| file.stored.record.text("name").map(str::to_owned)),
            text: contribution.text.unwrap_or_default(),
            amount: contribution.amount.unwrap_or_default(),
            at: contribution.at.unwrap_or_default(),
            person: name(contribution.person),
            verdict: contribution.verdict,
            verdict_why: contribution.verdict_why,
            reviewed_by: name(contribution.reviewed_by),
            reviewed_at: contribution.reviewed_at,
        });
    }
    Ok(rows)
}
