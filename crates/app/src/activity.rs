//! Activities at the counter (R82): everything for a member by their phone number alone, in two steps. What
//! came of it is reckoned over everyone who took part, never kept.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Failure, RecordId, Roles,
    activity::{self, Entry, Place, Terms},
    draw,
    nouns::{Activity, Participation},
    offer::Offer,
};
use shuke_store::activity::{Crowd, Part};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    draw as drawing,
    reward::Refusal,
    session::{Rules, fresh_id},
};

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "ListActivities", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    /// Whether this member may take part in each, and how they stand.
    pub customer: Option<RecordId>,
    /// Also what is over.
    pub all: Option<bool>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ActivityRow {
    pub id: RecordId,
    pub activity: Activity,
    /// Unset where a newer version made it.
    pub terms: Option<Terms>,
    pub on: bool,
    /// How often somebody took part, and how many people.
    pub parts: i64,
    pub people: i64,
    /// Why the member may not take part now.
    pub refusal: Option<Refusal>,
    /// What they took part in, the latest first.
    pub taken: Vec<Taken>,
    /// Tickets that this till still has (R76).
    pub tickets: Option<i64>,
}

/// One time that somebody took part, with what came of it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "TookPart", export_to = "app.ts")]
pub struct Taken {
    pub id: RecordId,
    pub customer: RecordId,
    /// Unset where the customer is not in the data of this device.
    pub name: Option<String>,
    pub at: i64,
    pub place: Option<Place>,
    /// What a draw or a place won.
    pub won: Option<String>,
    pub till: Option<String>,
    pub person: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ActivityPage {
    pub row: ActivityRow,
    /// Everyone, in the order that counts.
    pub people: Vec<Taken>,
    pub lots: Vec<drawing::LotRow>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddActivity", export_to = "app.ts")]
pub struct Add {
    pub activity: Activity,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "EditActivity", export_to = "app.ts")]
pub struct EditActivity {
    pub id: RecordId,
    /// Only what changed; `null` clears a field.
    #[ts(type = "{ [field in keyof Activity]?: Activity[field] | null }")]
    pub fields: std::collections::BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Join {
    pub activity: RecordId,
    pub customer: RecordId,
}

/// How many of those who took part a page lists.
const PEOPLE: usize = 2_000;

fn entry(part: &Part) -> Option<Entry<'_>> {
    Some(Entry {
        id: RecordId::from_slice(&part.id)?,
        customer: RecordId::from_slice(&part.customer)?,
        number: part.number,
        at: part.at,
        rank: part.rank,
        joined_on: part.joined_on.as_deref(),
    })
}

/// What came of everyone's taking part, in the order that counts.
async fn reckoned(
    session: &Session,
    rules: &Rules,
    activity: RecordId,
    terms: &Terms,
) -> Result<Vec<Taken>, Failure> {
    let parts = session.store.parts(activity).await?;
    let entries: Vec<Entry> = parts.iter().filter_map(entry).collect();
    let placed = match terms {
        Terms::Activation { every, .. } => activity::activations(&entries, *every, rules.shared),
        Terms::Trial { units } => activity::trials(&entries, *units),
        Terms::Draw { .. } | Terms::Coins { .. } => Vec::new(),
    };
    let decks = match terms {
        Terms::Draw { .. } => drawing::decks(session, activity).await?,
        _ => HashMap::new(),
    };
    let order: HashMap<RecordId, usize> =
        placed.iter().enumerate().map(|(order, (id, _))| (*id, order)).collect();
    let places: HashMap<RecordId, Place> = placed.into_iter().collect();
    let names = session.names().await?;
    let named = |id: &Option<Vec<u8>>| {
        id.as_deref().and_then(RecordId::from_slice).and_then(|id| names.get(&id).cloned())
    };
    let mut taken: Vec<Taken> = parts
        .iter()
        .filter_map(|part| {
            let id = RecordId::from_slice(&part.id)?;
            let place = places.get(&id).copied();
            let won = match (terms, place) {
                (Terms::Activation { gift, .. }, Some(Place::Counted { wins: true, .. })) => {
                    Some(gift.clone())
                }
                (Terms::Draw { .. }, _) => drawn(&decks, part),
                _ => None,
            };
            Some(Taken {
                id,
                customer: RecordId::from_slice(&part.customer)?,
                name: part.name.clone(),
                at: part.at,
                place,
                won,
                till: named(&part.till),
                person: named(&part.person),
            })
        })
        .collect();
    taken.sort_by_key(|taken| order.get(&taken.id).copied());
    Ok(taken)
}

fn drawn(decks: &HashMap<RecordId, Vec<Option<String>>>, part: &Part) -> Option<String> {
    let lot = part.lot.as_deref().and_then(RecordId::from_slice)?;
    let ticket = usize::try_from(part.ticket?).ok()?;
    decks.get(&lot)?.get(ticket)?.clone()
}

pub async fn list(app: &App, request: ListRequest) -> Result<Vec<ActivityRow>, Failure> {
    let session = app.session().await?;
    session.may_read(Participation::COLLECTION).await?;
    let rules = session.rules().await?;
    let file = match request.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let tier = file.as_ref().map(|file| rules.standing(&file.totals).tier);
    let crowds = session.store.crowds().await?;
    let mut rows = Vec::new();
    for record in session.store.activities().await? {
        let row = row(&session, &rules, &record, &crowds).await?;
        if !row.on && request.all != Some(true) {
            continue;
        }
        rows.push(match (request.customer, &tier) {
            (Some(customer), Some(tier)) => {
                of_member(&session, &rules, row, customer, tier).await?
            }
            _ => row,
        });
    }
    rows.sort_by_key(|row| (!row.on, row.id));
    Ok(rows)
}

async fn row(
    session: &Session,
    rules: &Rules,
    record: &shuke_domain::Record,
    crowds: &[Crowd],
) -> Result<ActivityRow, Failure> {
    let activity: Activity = record.view();
    let terms = Terms::of(&activity);
    let crowd = crowds.iter().find(|crowd| crowd.activity == record.id.as_bytes().as_slice());
    let tickets = match terms {
        Some(Terms::Draw { .. }) => Some(drawing::tickets_here(session, record.id).await?),
        _ => None,
    };
    Ok(ActivityRow {
        id: record.id,
        on: Offer::from(&activity).is_on(rules.calendar.day_of(rules.earn.now)),
        terms,
        activity,
        parts: crowd.map_or(0, |crowd| crowd.parts),
        people: crowd.map_or(0, |crowd| crowd.people),
        refusal: None,
        taken: Vec::new(),
        tickets,
    })
}

async fn of_member(
    session: &Session,
    rules: &Rules,
    mut row: ActivityRow,
    customer: RecordId,
    tier: &str,
) -> Result<ActivityRow, Failure> {
    let Some(terms) = row.terms.clone() else { return Ok(row) };
    let today = rules.calendar.day_of(rules.earn.now);
    let all = reckoned(session, rules, row.id, &terms).await?;
    row.taken = all.into_iter().filter(|taken| taken.customer == customer).collect();
    row.taken.sort_by_key(|taken| std::cmp::Reverse(taken.at));
    let last = row.taken.first().map(|taken| rules.calendar.day_of(taken.at));
    let refused = activity::may_join(&row.activity, tier, (&rules.ladder, today))
        .and_then(|()| again(&terms, last, today))
        .and_then(|()| match row.tickets {
            Some(0) => Err(Failure::new(Code::DrawNoLot)),
            _ => Ok(()),
        });
    row.refusal = refused.err().map(Refusal::of);
    Ok(row)
}

/// Whether somebody may take part once more. `last` is the business day on which they last did.
fn again(
    terms: &Terms,
    last: Option<chrono::NaiveDate>,
    today: chrono::NaiveDate,
) -> Result<(), Failure> {
    match terms {
        Terms::Draw { every_months } => draw::may_draw(last, *every_months, today),
        Terms::Activation { .. } | Terms::Trial { .. } if last.is_some() => {
            Err(Failure::new(Code::ActivityAgain))
        }
        _ => Ok(()),
    }
}

pub async fn page(app: &App, request: ById) -> Result<ActivityPage, Failure> {
    let session = app.session().await?;
    session.may_read(Participation::COLLECTION).await?;
    let rules = session.rules().await?;
    let record = session
        .store
        .record(Activity::COLLECTION, request.id)
        .await?
        .ok_or_else(|| Failure::new(Code::ActivityNotFound))?
        .record;
    let row = row(&session, &rules, &record, &session.store.crowds().await?).await?;
    let mut people = match &row.terms {
        Some(terms) => reckoned(&session, &rules, request.id, terms).await?,
        None => Vec::new(),
    };
    people.truncate(PEOPLE);
    let lots = match row.terms {
        Some(Terms::Draw { .. }) => drawing::lots(&session, request.id).await?,
        _ => Vec::new(),
    };
    Ok(ActivityPage { row, people, lots })
}

fn check(activity: &Activity, rules: &Rules) -> Result<(), Failure> {
    let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
    if !Offer::from(activity).has_name() {
        return wrong("name");
    }
    let Some(terms) = Terms::of(activity) else { return wrong("terms") };
    terms.check()?;
    Offer::from(activity).check(&rules.ladder)
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Activity::COLLECTION).await?;
    check(&request.activity, &session.rules().await?)?;
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&request.activity, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn edit(app: &App, request: EditActivity) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Activity::COLLECTION).await?;
    let rules = session.rules().await?;
    let mut write = session.write().await?;
    let stored = write.find(Activity::COLLECTION, request.id).await?;
    let stored = stored
        .filter(|stored| !stored.record.is_deleted())
        .ok_or_else(|| Failure::new(Code::ActivityNotFound))?;
    let before: Activity = stored.record.view();
    let edit = Edit { fields: request.fields, deleted: None };
    let (after, _) = edit.apply(&stored.record, write.stamp())?;
    let after: Activity = after.view();
    check(&after, &rules)?;
    // What people took part in does not become something else.
    let kind =
        |activity: &Activity| Terms::of(activity).map(|terms| std::mem::discriminant(&terms));
    if kind(&before).is_some() && kind(&before) != kind(&after) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "terms"));
    }
    session.edit(&mut write, Activity::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

/// A member takes part: activates, draws, or asks for a trial. Coins for taking part have their own way:
/// `contribution.add`.
pub async fn join(app: &App, request: Join) -> Result<Taken, Failure> {
    let session = app.session().await?;
    session.may_write(Participation::COLLECTION).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let today = rules.calendar.day_of(now);
    let file = session.store.customer(request.customer).await?;
    let file = file.filter(|file| !file.stored.record.is_deleted()).ok_or_else(|| {
        Failure::new(Code::CustomerNotFound).with("id", request.customer.to_string())
    })?;
    let standing = rules.standing(&file.totals);
    let till = session.identity.device;
    let mut write = session.write().await?;
    let found = write.find(Activity::COLLECTION, request.activity).await?;
    let found = found
        .filter(|found| !found.record.is_deleted())
        .ok_or_else(|| Failure::new(Code::ActivityNotFound))?;
    let activity: Activity = found.record.view();
    let terms = Terms::of(&activity).ok_or_else(|| Failure::new(Code::ActivityNotFound))?;
    activity::may_join(&activity, &standing.tier, (&rules.ladder, today))?;
    let (_, last) = write.took_part(request.activity, request.customer).await?;
    again(&terms, last.map(|last| rules.calendar.day_of(last)), today)?;
    let mut part = Participation {
        activity: Some(request.activity),
        customer: Some(request.customer),
        till: Some(till),
        person: Some(session.person()),
        at: Some(now),
        ..Participation::default()
    };
    match terms {
        Terms::Draw { .. } => {
            let (lot, ticket) = drawing::next(&session, &mut write, request.activity, till).await?;
            (part.lot, part.ticket) = (Some(lot), Some(ticket));
        }
        Terms::Trial { .. } => {
            let rank = rules.ladder.iter().position(|step| step.name == standing.tier);
            part.rank = rank.and_then(|rank| i64::try_from(rank).ok());
            part.joined_on = file.stored.record.text("joined_on").map(str::to_owned);
        }
        Terms::Activation { .. } => {}
        Terms::Coins { .. } => {
            return Err(Failure::new(Code::FieldInvalid).with("field", "activity"));
        }
    }
    let id = fresh_id();
    write.create(&part, id, session.author()).await?;
    session.commit(write).await?;
    let all = reckoned(&session, &rules, request.activity, &terms).await?;
    all.into_iter().find(|taken| taken.id == id).ok_or_else(|| Code::RecordNotFound.into())
}

/// Takes it back, where it was a slip: by who leads, and not for a draw, whose ticket is drawn.
pub async fn undo(app: &App, request: ById) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let mut write = session.write().await?;
    let found = write.find(Participation::COLLECTION, request.id).await?;
    let found = found.ok_or_else(|| Failure::new(Code::RecordNotFound))?;
    if found.record.reference("lot").is_some() {
        return Err(Failure::new(Code::RecordFixed));
    }
    let edit = Edit { fields: std::collections::BTreeMap::new(), deleted: Some(true) };
    write.edit(Participation::COLLECTION, request.id, &edit, session.author()).await?;
    session.commit(write).await
}
