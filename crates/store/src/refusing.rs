//! What the server refused: the only place where an older version wins. What was refused goes to its author as a
//! task, so that nothing typed is lost; what others wrote in the same row goes on without it.

use serde_json::json;
use shuke_domain::{
    Code, Collection, Mutant, Record, RecordId,
    nouns::Task,
    parting::{self, Parted},
    wire::{PulledRow, RowAnswer},
};

use crate::{
    Author, StoreError, Write,
    apply::keep_unknown,
    codec::Stored,
    identity,
    outbox::{self, Outgoing},
    write::Placed,
};

/// The only place where an older version wins: the server's replaces ours exactly, or ours goes where
/// it has none, and what was refused goes to its author as a task. Gives whether the row left the outbox.
pub(crate) async fn refuse(
    write: &mut Write,
    outgoing: &Outgoing,
    answer: RowAnswer,
) -> Result<bool, StoreError> {
    let record = &outgoing.row.record;
    let (name, id) = (record.collection.as_ref(), record.id);
    if let Some(parted) = parted(outgoing, &answer)
        && let Some(collection) = Collection::find(name)
    {
        keep_the_rest(write, collection, outgoing, parted, answer).await?;
        return Ok(false);
    }
    if !outbox::clear(write.connection(), name, id, outgoing.version).await? {
        // Edited meanwhile: it is sent once more with all that was changed, and refused as a whole.
        return Ok(false);
    }
    if Mutant::DeniedRowKept.awake() {
        return Ok(true);
    }
    let Some(collection) = Collection::find(name) else {
        replace_unknown(write, record, answer).await?;
        return Ok(true);
    };
    if let Some(mine) = write.find(collection, id).await? {
        match answer.record {
            Some(theirs) => {
                let number = Some(answer.number).filter(|number| number.0 > 0).or(mine.number);
                let stored = Stored { row: mine.row, number, record: theirs.normalised() };
                write.place(collection, &[Placed { stored, before: Some(mine.record) }]).await?;
            }
            None => write.remove(collection, mine).await?,
        }
    }
    // What another till told of one sale: whoever was first has it, and nobody typed anything.
    let told_twice = id.is_derived()
        && ["sale", "sale_line"].contains(&name)
        && outgoing.row.changes.is_empty()
        && answer.code.as_deref() == Some(Code::RecordFixed.as_str());
    let silent = Mutant::RefusedInSilence.awake() || told_twice;
    if collection.name == Task::COLLECTION.name || outgoing.row.offered || silent {
        return Ok(true);
    }
    tell(write, outgoing, answer.code, answer.params).await?;
    Ok(true)
}

/// Where the server refuses a row for some of those who had a hand in it, what the others wrote goes on.
fn parted(outgoing: &Outgoing, answer: &RowAnswer) -> Option<Parted> {
    let is_about_people = answer.code.as_deref() == Some(Code::AuthorUnknown.as_str());
    if !is_about_people || answer.left || outgoing.row.offered {
        return None;
    }
    let people = answer.params.get(parting::PEOPLE)?.as_array()?;
    let people: Vec<RecordId> = people.iter().filter_map(|id| id.as_str()?.parse().ok()).collect();
    parting::part(&outgoing.row, answer.record.as_ref(), |person| people.contains(&person))
}

/// Takes back what was refused of a row and leaves the rest of it in the outbox. A row that was edited meanwhile
/// goes up once more as it is, and is parted then.
async fn keep_the_rest(
    write: &mut Write,
    collection: &'static Collection,
    outgoing: &Outgoing,
    parted: Parted,
    answer: RowAnswer,
) -> Result<(), StoreError> {
    let Parted { kept, refused } = parted;
    if !outbox::put_back(write.connection(), &kept, outgoing.version).await? {
        return Ok(());
    }
    if let Some(mine) = write.find(collection, kept.record.id).await? {
        let stored = Stored { row: mine.row, number: mine.number, record: kept.record };
        write.place(collection, &[Placed { stored, before: Some(mine.record) }]).await?;
    }
    if collection.name == Task::COLLECTION.name || Mutant::RefusedInSilence.awake() {
        return Ok(());
    }
    let refused = Outgoing { row: refused, ..outgoing.clone() };
    tell(write, &refused, answer.code, answer.params).await
}

async fn replace_unknown(
    write: &mut Write,
    record: &Record,
    answer: RowAnswer,
) -> Result<(), StoreError> {
    sqlx::query("delete from unknown_record where collection = ?1 and id = ?2")
        .bind(record.collection.as_ref())
        .bind(record.id.as_bytes().as_slice())
        .execute(write.connection())
        .await?;
    match answer.record {
        Some(record) => keep_unknown(write, PulledRow { number: answer.number, record }, 0).await,
        None => Ok(()),
    }
}

/// A task for the author: what was refused, and why.
async fn tell(
    write: &mut Write,
    outgoing: &Outgoing,
    code: Option<String>,
    params: serde_json::Map<String, serde_json::Value>,
) -> Result<(), StoreError> {
    let record = &outgoing.row.record;
    // Who is a stranger to this device can't say anything from here, not even that they were refused.
    let stranger = code.as_deref() == Some(Code::AuthorUnknown.as_str());
    let teller = if stranger { identity::person_here(write.connection()).await? } else { None };
    for (author, values) in outbox::refused_values(&outgoing.row) {
        let task = Task {
            kind: Some("refused".to_owned()),
            title: record.text("name").or(record.text("title")).map(str::to_owned),
            customer: if record.collection == "customer" {
                Some(record.id)
            } else {
                record.reference("customer")
            },
            assignee: Some(author),
            created_at: i64::try_from(write.now()).ok(),
            details: Some(json!({
                "code": code,
                "params": params,
                "collection": record.collection,
                "id": record.id,
                "values": values,
            })),
            ..Task::default()
        };
        let task_id = RecordId::derived(
            "refused",
            &[record.id, author, RecordId::from_u128(u128::from(write.stamp().clock.bits()))],
        );
        write.create(&task, task_id, Author(teller.or(Some(author)))).await?;
    }
    Ok(())
}
