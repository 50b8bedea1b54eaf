//! Draws (R76): lots of tickets that tills hand out one by one, and the page on which anyone checks them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Failure, RecordId, Roles,
    draw::{self, Prize},
    nouns::{Activity, Device, PrizeLot},
};
use shuke_store::Write;
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    session::fresh_id,
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct HandOut {
    pub activity: RecordId,
    /// This till where it is left out.
    pub till: Option<RecordId>,
    pub tickets: i64,
    pub prizes: Vec<Prize>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Reclaim {
    pub lot: RecordId,
    /// This till where it is left out.
    pub till: Option<RecordId>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct LotRow {
    pub id: RecordId,
    pub till: Option<RecordId>,
    pub till_name: Option<String>,
    /// The till was given up: what it had not drawn may be reclaimed.
    pub till_gone: bool,
    pub at: i64,
    pub tickets: i64,
    pub drawn: i64,
    pub prizes: Vec<PrizeLeft>,
    /// Empty for who does not lead, until the last ticket is drawn.
    pub seed: String,
    /// Its rest went on in another lot.
    pub reclaimed: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct PrizeLeft {
    pub name: String,
    pub count: i64,
    pub left: i64,
}

/// A draw done over: what the ticket says by the seed. `again` is another draw of the same ticket.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Replay {
    /// Empty for who does not lead, until the last ticket is drawn; so are the tickets that wait.
    pub seed: String,
    pub tickets: Vec<ReplayedTicket>,
    pub prizes: Vec<Prize>,
    /// No ticket was drawn twice, none lies outside the lot, and no prize was given more often than there were.
    pub fair: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ReplayedTicket {
    pub ticket: i64,
    pub won: Option<String>,
    /// Who drew it; unset while nobody did.
    pub drawn_at: Option<i64>,
    pub name: Option<String>,
    pub again: bool,
}

async fn lots_of(
    session: &Session,
    activity: RecordId,
) -> Result<Vec<(RecordId, PrizeLot)>, Failure> {
    let lots = session.store.prize_lots().await?.into_iter();
    let lots = lots.map(|record| (record.id, record.view::<PrizeLot>()));
    Ok(lots.filter(|(_, lot)| lot.activity == Some(activity)).collect())
}

/// What the tickets of each lot win.
pub(crate) async fn decks(
    session: &Session,
    activity: RecordId,
) -> Result<HashMap<RecordId, Vec<Option<String>>>, Failure> {
    let lots = lots_of(session, activity).await?;
    Ok(lots.iter().map(|(id, lot)| (*id, draw::deck(lot))).collect())
}

fn taken_over(lots: &[(RecordId, PrizeLot)], lot: RecordId) -> bool {
    lots.iter().any(|(_, later)| later.reclaims == Some(lot))
}

pub(crate) async fn lots(session: &Session, activity: RecordId) -> Result<Vec<LotRow>, Failure> {
    let lots = lots_of(session, activity).await?;
    let lead = Roles::LEAD.contains(session.role().await?);
    let parts = session.store.parts(activity).await?;
    let tills: HashMap<RecordId, Device> = session
        .store
        .all(Device::COLLECTION)
        .await?
        .into_iter()
        .map(|record| (record.id, record.view()))
        .collect();
    let mut rows = Vec::with_capacity(lots.len());
    for (id, lot) in &lots {
        let deck = draw::deck(lot);
        let first = lot.first.unwrap_or_default();
        let drawn: Vec<usize> = parts
            .iter()
            .filter(|part| part.lot.as_deref() == Some(id.as_bytes().as_slice()))
            .filter_map(|part| usize::try_from(part.ticket?).ok())
            .collect();
        let rest = usize::try_from(first).unwrap_or_default();
        let left = |name: &str| {
            let of = |(place, won): (usize, &Option<String>)| {
                won.as_deref() == Some(name) && place >= rest && !drawn.contains(&place)
            };
            i64::try_from(deck.iter().enumerate().filter(|ticket| of(*ticket)).count()).unwrap_or(0)
        };
        let till = lot.till.and_then(|till| tills.get(&till));
        let over = drawn.len() + rest >= deck.len();
        rows.push(LotRow {
            id: *id,
            till: lot.till,
            till_name: till.and_then(|till| till.name.clone()),
            till_gone: till.is_none_or(|till| till.retired_at.is_some()),
            at: lot.at.unwrap_or_default(),
            tickets: lot.tickets.unwrap_or_default() - first,
            drawn: i64::try_from(drawn.len()).unwrap_or_default(),
            prizes: draw::prizes(lot)
                .into_iter()
                .map(|prize| PrizeLeft {
                    left: left(&prize.name),
                    name: prize.name,
                    count: prize.count,
                })
                .collect(),
            seed: lot.seed.clone().filter(|_| lead || over).unwrap_or_default(),
            reclaimed: taken_over(&lots, *id),
        });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows)
}

/// How many tickets this till may still hand out.
pub(crate) async fn tickets_here(session: &Session, activity: RecordId) -> Result<i64, Failure> {
    let till = session.identity.device;
    let rows = lots(session, activity).await?;
    let here = rows.iter().filter(|row| row.till == Some(till) && !row.reclaimed);
    Ok(here.map(|row| (row.tickets - row.drawn).max(0)).sum())
}

/// The next ticket of this till, from its oldest lot that has any.
pub(crate) async fn next(
    session: &Session,
    write: &mut Write,
    activity: RecordId,
    till: RecordId,
) -> Result<(RecordId, i64), Failure> {
    let lots = lots_of(session, activity).await?;
    let mut here: Vec<&(RecordId, PrizeLot)> =
        lots.iter().filter(|(id, lot)| lot.till == Some(till) && !taken_over(&lots, *id)).collect();
    here.sort_by_key(|(id, lot)| (lot.at, *id));
    for (id, lot) in here {
        let ticket = write.next_ticket(*id, lot.first.unwrap_or_default()).await?;
        if ticket < lot.tickets.unwrap_or_default() {
            return Ok((*id, ticket));
        }
    }
    Err(Failure::new(Code::DrawNoLot))
}

/// Gives a till tickets: from here on their order is fixed, whatever is drawn when.
pub async fn hand_out(app: &App, request: HandOut) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(PrizeLot::COLLECTION).await?;
    let found = session.record::<Activity>(request.activity).await?;
    if found.is_none() {
        return Err(Failure::new(Code::ActivityNotFound));
    }
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| Failure::new(Code::Internal).because(error))?;
    let lot = PrizeLot {
        activity: Some(request.activity),
        till: Some(till(&session, request.till).await?),
        tickets: Some(request.tickets),
        prizes: Some(json!(request.prizes)),
        seed: Some(seed.iter().map(|byte| format!("{byte:02x}")).collect()),
        person: Some(session.person()),
        at: Some(i64::try_from(session.now().await?).unwrap_or(i64::MAX)),
        ..PrizeLot::default()
    };
    draw::check(&lot)?;
    create(&session, &lot).await
}

/// What a till that was given up had not drawn goes on at another, ticket by ticket as it would have.
pub async fn reclaim(app: &App, request: Reclaim) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(PrizeLot::COLLECTION).await?;
    let old: PrizeLot =
        session.record(request.lot).await?.ok_or_else(|| Failure::new(Code::LotNotFound))?;
    let activity = old.activity.ok_or_else(|| Failure::new(Code::LotNotFound))?;
    let rows = lots(&session, activity).await?;
    let row = rows.iter().find(|row| row.id == request.lot);
    let row = row.ok_or_else(|| Failure::new(Code::LotNotFound))?;
    if !row.till_gone || row.reclaimed {
        return Err(
            Failure::new(Code::LotInUse).with("till", row.till_name.clone().unwrap_or_default())
        );
    }
    let lot = PrizeLot {
        first: Some(old.first.unwrap_or_default() + row.drawn),
        reclaims: Some(request.lot),
        till: Some(till(&session, request.till).await?),
        person: Some(session.person()),
        at: Some(i64::try_from(session.now().await?).unwrap_or(i64::MAX)),
        ..old
    };
    create(&session, &lot).await
}

async fn create(session: &Session, lot: &PrizeLot) -> Result<Id, Failure> {
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(lot, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

async fn till(session: &Session, wanted: Option<RecordId>) -> Result<RecordId, Failure> {
    let Some(till) = wanted else {
        return Ok(session.identity.device);
    };
    let gone = || Failure::new(Code::DeviceNotFound).with("id", till.to_string());
    let device = session.record::<Device>(till).await?.ok_or_else(gone)?;
    if device.retired_at.is_some() { Err(gone()) } else { Ok(till) }
}

/// Does a lot's draws over from its seed.
pub async fn replay(app: &App, request: ById) -> Result<Replay, Failure> {
    let session = app.session().await?;
    session.may_read(PrizeLot::COLLECTION).await?;
    let lot: PrizeLot =
        session.record(request.id).await?.ok_or_else(|| Failure::new(Code::LotNotFound))?;
    let activity = lot.activity.ok_or_else(|| Failure::new(Code::LotNotFound))?;
    let parts = session.store.parts(activity).await?;
    let mut parts: Vec<_> = parts
        .iter()
        .filter(|part| part.lot.as_deref() == Some(request.id.as_bytes().as_slice()))
        .collect();
    parts.sort_by_key(|part| (part.ticket, part.at));
    let deck = draw::deck(&lot);
    let first = lot.first.unwrap_or_default();
    let lead = Roles::LEAD.contains(session.role().await?);
    let mut tickets = Vec::new();
    let (mut fair, mut over) = (true, true);
    for (place, won) in (0_i64..).zip(&deck).skip(usize::try_from(first).unwrap_or_default()) {
        let mut drawn = parts.iter().filter(|part| part.ticket == Some(place)).peekable();
        let waits = drawn.peek().is_none();
        over &= !waits;
        // Who stands at the till must not know what comes next.
        if waits && lead {
            let (drawn_at, name) = (None, None);
            tickets.push(ReplayedTicket {
                ticket: place,
                won: won.clone(),
                drawn_at,
                name,
                again: false,
            });
        }
        for (time, part) in drawn.enumerate() {
            fair &= time == 0;
            tickets.push(ReplayedTicket {
                ticket: place,
                won: won.clone(),
                drawn_at: Some(part.at),
                name: part.name.clone(),
                again: time > 0,
            });
        }
    }
    let last = i64::try_from(deck.len()).unwrap_or_default();
    fair &=
        parts.iter().all(|part| part.ticket.is_some_and(|ticket| (first..last).contains(&ticket)));
    Ok(Replay {
        seed: lot.seed.clone().filter(|_| lead || over).unwrap_or_default(),
        tickets,
        prizes: draw::prizes(&lot),
        fair,
    })
}
