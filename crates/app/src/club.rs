//! The club for who leads it: members by tier, what is outstanding, and what went wrong between tills.

use serde::Serialize;
use shuke_domain::{Failure, Fen, RecordId, Roles, nouns::LedgerEntry, tier::Tier};
use ts_rs::TS;

use crate::{App, Session};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Club {
    pub tiers: Vec<TierMembers>,
    pub points: i64,
    pub coins: i64,
    /// Members who hold any points.
    pub holders: i64,
    /// What the points would cost the shop, at what a hundred are worth to it.
    pub liability: Fen,
    pub worth_of_100: Fen,
    /// What lapses next of each member, soonest first.
    pub lapses: Vec<LapseRow>,
    pub exceptions: Vec<Exception>,
    /// Coupons that two tills apart gave the same member.
    pub coupons_twice: Vec<CouponTwice>,
    /// Leave that somebody waits for.
    pub approvals_waiting: i64,
    /// Contributions that wait to be looked at.
    pub reviews_waiting: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CouponTwice {
    pub coupon: String,
    pub customer: RecordId,
    pub name: String,
    pub times: i64,
    /// What all but the dearest use took off.
    pub effect: Fen,
    pub at: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TierMembers {
    pub tier: Tier,
    pub members: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct LapseRow {
    /// The first moment without them.
    pub at: i64,
    pub points: i64,
    pub members: i64,
    pub worth: Fen,
}

/// A balance below zero: more was given than there was, by two tills apart or by a refund after it.
#[derive(Debug, Serialize, TS)]
#[ts(rename = "ClubException", export_to = "app.ts")]
pub struct Exception {
    pub customer: RecordId,
    pub name: String,
    pub points: i64,
    pub coins: i64,
    /// What the missing points are worth.
    pub effect: Fen,
    /// The latest redemptions that stand, newest first.
    pub redemptions: Vec<GivenOut>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct GivenOut {
    pub redemption: RecordId,
    pub reward: String,
    pub at: i64,
    pub points: i64,
    pub coins: i64,
    pub person: Option<String>,
}

/// How many a screen shows; more than that is another kind of trouble.
const EXCEPTIONS: u32 = 100;
const LAPSES: u32 = 6;

/// What some points are worth, rounded towards the shop paying more.
fn worth(points: i64, of_100: Fen) -> Fen {
    let exact = i128::from(points) * i128::from(of_100.0);
    Fen(i64::try_from(exact.div_euclid(100) + i128::from(exact.rem_euclid(100) > 0))
        .unwrap_or(i64::MAX))
}

pub async fn show(app: &App, (): ()) -> Result<Club, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let rules = session.rules().await?;
    let store = &session.store;
    let now = rules.earn.now;
    let terms = rules.earn.in_force(now).map(|rule| rule.terms.clone()).unwrap_or_default();
    let members = store.members_by_tier(&rules.ladder, rules.earn.grace > 0).await?;
    let outstanding = store.outstanding().await?;
    let lapses = store.lapses(now, LAPSES).await?;
    Ok(Club {
        tiers: rules
            .ladder
            .iter()
            .zip(members)
            .map(|(tier, members)| TierMembers { tier: tier.clone(), members })
            .collect(),
        points: outstanding.points,
        coins: outstanding.coins,
        holders: outstanding.holders,
        liability: worth(outstanding.points, terms.worth_of_100),
        worth_of_100: terms.worth_of_100,
        lapses: lapses
            .into_iter()
            .map(|lapse| LapseRow {
                at: lapse.at,
                points: lapse.points,
                members: lapse.members,
                worth: worth(lapse.points, terms.worth_of_100),
            })
            .collect(),
        exceptions: exceptions(&session, terms.worth_of_100).await?,
        coupons_twice: coupons_twice(&session).await?,
        approvals_waiting: store.approvals_waiting().await?,
        reviews_waiting: store.reviews_waiting().await?,
    })
}

async fn coupons_twice(session: &Session) -> Result<Vec<CouponTwice>, Failure> {
    let coupons = session.store.coupons().await?;
    let name = |id: RecordId| {
        let found = coupons.iter().find(|coupon| coupon.id == id);
        found.and_then(|coupon| coupon.text("name")).unwrap_or_default().to_owned()
    };
    let twice = session.store.coupons_used_twice(EXCEPTIONS).await?;
    Ok(twice
        .into_iter()
        .filter_map(|used| {
            Some(CouponTwice {
                coupon: name(RecordId::from_slice(&used.coupon)?),
                customer: RecordId::from_slice(&used.customer)?,
                name: used.name.unwrap_or_default(),
                times: used.times,
                effect: Fen(used.effect),
                at: used.last_at,
            })
        })
        .collect())
}

async fn exceptions(session: &Session, of_100: Fen) -> Result<Vec<Exception>, Failure> {
    let names = session.names().await?;
    let mut rows = Vec::new();
    for overdrawn in session.store.overdrawn(EXCEPTIONS).await? {
        let Some(customer) = RecordId::from_slice(&overdrawn.id) else { continue };
        let mut redemptions: Vec<GivenOut> = Vec::new();
        let mut undone = Vec::new();
        for record in session.store.ledger_of(customer, 50).await? {
            let entry: LedgerEntry = record.view();
            undone.extend(entry.reverses);
            let Some(redemption) = entry.redemption else { continue };
            if entry.reverses.is_some() || undone.contains(&record.id) {
                continue;
            }
            let amount = -entry.amount.unwrap_or_default();
            let is_coins = entry.currency.as_deref() == Some("coins");
            let (points, coins) = if is_coins { (0, amount) } else { (amount, 0) };
            if let Some(same) = redemptions.iter_mut().find(|same| same.redemption == redemption) {
                same.points += points;
                same.coins += coins;
                continue;
            }
            redemptions.push(GivenOut {
                redemption,
                reward: entry.why.unwrap_or_default(),
                at: entry.at.unwrap_or_default(),
                points,
                coins,
                person: entry.person.and_then(|id| names.get(&id).cloned()),
            });
        }
        redemptions.truncate(5);
        rows.push(Exception {
            customer,
            name: overdrawn.name.unwrap_or_default(),
            effect: worth(-overdrawn.points.min(0), of_100),
            points: overdrawn.points,
            coins: overdrawn.coins,
            redemptions,
        });
    }
    Ok(rows)
}
