//! Gifts in stock, by till: delivered, counted, moved between tills, and what a till that was given up had left.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, RecordId, Roles,
    nouns::{Device, Reward, StockMovement},
};
use shuke_store::Write;
use ts_rs::TS;

use crate::{App, Session, customer::ById, session::fresh_id};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct GiftStock {
    pub reward: RecordId,
    pub name: String,
    pub pieces: i64,
    pub tills: Vec<TillStock>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TillStock {
    pub till: RecordId,
    pub name: Option<String>,
    /// Below zero where more went than there was: found after tills worked apart.
    pub pieces: i64,
    pub here: bool,
    /// The till was given up: what it had may be moved.
    pub gone: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct MovementRow {
    pub at: i64,
    pub kind: String,
    pub pieces: i64,
    pub till: Option<String>,
    pub why: Option<String>,
    pub person: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Deliver {
    pub reward: RecordId,
    /// This till where it is left out.
    pub till: Option<RecordId>,
    pub pieces: i64,
    pub why: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct CountStock {
    pub reward: RecordId,
    /// What lies at this till.
    pub pieces: i64,
    pub why: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct TransferStock {
    pub reward: RecordId,
    pub from: RecordId,
    pub to: RecordId,
    pub pieces: i64,
    pub why: Option<String>,
}

/// The most pieces of one movement: more is a slip of the keys.
const MOST: i64 = 1_000_000;

const MOVEMENTS: u32 = 200;

pub async fn list(app: &App, (): ()) -> Result<Vec<GiftStock>, Failure> {
    let session = app.session().await?;
    session.may_read(StockMovement::COLLECTION).await?;
    let devices: HashMap<RecordId, Device> = session
        .store
        .all(Device::COLLECTION)
        .await?
        .into_iter()
        .map(|record| (record.id, record.view()))
        .collect();
    let stock = session.store.stock().await?;
    let mut gifts = Vec::new();
    for record in session.store.rewards().await? {
        let reward: Reward = record.view();
        if reward.stocked != Some(true) {
            continue;
        }
        let of_gift =
            stock.iter().filter(|pieces| pieces.reward == record.id.as_bytes().as_slice());
        let mut tills: Vec<TillStock> = of_gift
            .filter_map(|pieces| {
                let till = RecordId::from_slice(&pieces.till)?;
                let device = devices.get(&till);
                Some(TillStock {
                    till,
                    name: device.and_then(|device| device.name.clone()),
                    pieces: pieces.pieces,
                    here: till == session.identity.device,
                    gone: device.is_none_or(|device| device.retired_at.is_some()),
                })
            })
            .collect();
        tills.sort_by_key(|till| (!till.here, till.name.clone(), till.till));
        gifts.push(GiftStock {
            reward: record.id,
            name: reward.name.unwrap_or_default(),
            pieces: tills.iter().map(|till| till.pieces).sum(),
            tills,
        });
    }
    Ok(gifts)
}

pub async fn movements(app: &App, request: ById) -> Result<Vec<MovementRow>, Failure> {
    let session = app.session().await?;
    session.may_read(StockMovement::COLLECTION).await?;
    let names = session.names().await?;
    let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id).cloned());
    let records = session.store.stock_movements(request.id, MOVEMENTS).await?;
    Ok(records
        .into_iter()
        .map(|record| {
            let moved: StockMovement = record.view();
            MovementRow {
                at: moved.at.unwrap_or_default(),
                kind: moved.kind.unwrap_or_default(),
                pieces: moved.pieces.unwrap_or_default(),
                till: name(moved.till),
                why: moved.why,
                person: name(moved.person),
            }
        })
        .collect())
}

/// What moves, before anything is said of where.
struct Movement<'a> {
    kind: &'static str,
    reward: RecordId,
    why: Option<&'a str>,
    transfer: Option<RecordId>,
    redemption: Option<RecordId>,
}

impl Movement<'_> {
    async fn write(
        &self,
        session: &Session,
        write: &mut Write,
        till: RecordId,
        pieces: i64,
    ) -> Result<(), Failure> {
        let moved = StockMovement {
            reward: Some(self.reward),
            till: Some(till),
            kind: Some(self.kind.to_owned()),
            pieces: Some(pieces),
            transfer: self.transfer,
            redemption: self.redemption,
            why: self.why.map(str::trim).filter(|why| !why.is_empty()).map(str::to_owned),
            person: Some(session.person()),
            at: Some(i64::try_from(session.now().await?).unwrap_or(i64::MAX)),
        };
        write.create(&moved, fresh_id(), session.author()).await?;
        Ok(())
    }
}

fn movement<'a>(kind: &'static str, reward: RecordId, why: Option<&'a str>) -> Movement<'a> {
    Movement { kind, reward, why, transfer: None, redemption: None }
}

fn check(pieces: i64, least: i64) -> Result<(), Failure> {
    if (least..=MOST).contains(&pieces) {
        return Ok(());
    }
    Err(Failure::new(Code::FieldInvalid).with("field", "pieces"))
}

pub async fn deliver(app: &App, request: Deliver) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    check(request.pieces, 1)?;
    let till = request.till.unwrap_or(session.identity.device);
    if session.record::<Device>(till).await?.is_none() {
        return Err(Failure::new(Code::DeviceNotFound).with("id", till.to_string()));
    }
    let mut write = session.write().await?;
    known(&mut write, request.reward).await?;
    let delivered = movement("deliver", request.reward, request.why.as_deref());
    delivered.write(&session, &mut write, till, request.pieces).await?;
    session.commit(write).await
}

/// A stock-take of this till: what was counted stands, and the difference is on record.
pub async fn count(app: &App, request: CountStock) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(StockMovement::COLLECTION).await?;
    check(request.pieces, 0)?;
    let till = session.identity.device;
    let mut write = session.write().await?;
    known(&mut write, request.reward).await?;
    let difference = request.pieces - write.pieces(request.reward, till).await?;
    let counted = movement("count", request.reward, request.why.as_deref());
    counted.write(&session, &mut write, till, difference).await?;
    session.commit(write).await
}

pub async fn transfer(app: &App, request: TransferStock) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    check(request.pieces, 1)?;
    let mut write = session.write().await?;
    known(&mut write, request.reward).await?;
    if request.from == request.to || write.find(Device::COLLECTION, request.to).await?.is_none() {
        return Err(Failure::new(Code::DeviceNotFound).with("id", request.to.to_string()));
    }
    let left = write.pieces(request.reward, request.from).await?;
    if left < request.pieces {
        return Err(Failure::new(Code::StockShort).with("left", left));
    }
    let why = request.why.as_deref();
    let moved =
        Movement { transfer: Some(fresh_id()), ..movement("transfer", request.reward, why) };
    moved.write(&session, &mut write, request.from, -request.pieces).await?;
    moved.write(&session, &mut write, request.to, request.pieces).await?;
    session.commit(write).await
}

async fn known(write: &mut Write, reward: RecordId) -> Result<(), Failure> {
    let found = write.find(Reward::COLLECTION, reward).await?;
    match found.filter(|found| !found.record.is_deleted()) {
        Some(_) => Ok(()),
        None => Err(Failure::new(Code::RewardNotFound)),
    }
}

/// Takes a piece from this till for a redemption. Refused where none lies here, whatever lies elsewhere.
pub(crate) async fn give(
    session: &Session,
    write: &mut Write,
    (reward_id, reward): (RecordId, &Reward),
    redemption: RecordId,
) -> Result<(), Failure> {
    if reward.stocked != Some(true) {
        return Ok(());
    }
    let till = session.identity.device;
    if write.pieces(reward_id, till).await? < 1 {
        return Err(Failure::new(Code::StockShort).with("left", 0));
    }
    let given = Movement { redemption: Some(redemption), ..movement("give", reward_id, None) };
    given.write(session, write, till, -1).await
}

/// Puts it back where the redemption is taken back.
pub(crate) async fn put_back(
    session: &Session,
    write: &mut Write,
    redemption: RecordId,
) -> Result<(), Failure> {
    let Some((reward, till)) = write.piece_of(redemption).await? else { return Ok(()) };
    let back = Movement { redemption: Some(redemption), ..movement("undo", reward, None) };
    back.write(session, write, till, 1).await
}
