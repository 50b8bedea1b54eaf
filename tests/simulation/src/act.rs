//! What a person does at a till, through the store's own door, as the use cases do it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shuke_domain::{
    Collection, Edit, Fen, Quantity, RecordId,
    nouns::{
        Customer, CustomerTag, CustomerTagId, LedgerEntry, Product, Sale, SaleLine, Task, Workspace,
    },
};
use shuke_store::{Author, Store, StoreError, Write};

use crate::{
    step::{Act, Of},
    template::ROLES,
};

const CUSTOMER: u128 = 0xc;
const SALE: u128 = 0x5a1e;
const LINE: u128 = 0x11e;
const ENTRY: u128 = 0xe;
const TASK: u128 = 0x7a5c;
const PRODUCT: u128 = 0xb0;
const TAG: u128 = 0x7a6;
const STORE: u128 = 0x5708e;

/// The shop's own record, which the first device made.
pub const SHOP: RecordId = RecordId::from_u128(0x5409 << 96);

/// An id by kind, maker and place: dropping a step from a history moves no other record.
fn id(kind: u128, of: Of) -> RecordId {
    RecordId::from_u128(kind << 96 | (of.slot as u128) << 32 | of.place as u128)
}

pub fn customer(of: Of) -> RecordId {
    id(CUSTOMER, of)
}

pub fn tag(place: usize) -> RecordId {
    id(TAG, Of { slot: 0, place })
}

pub fn store(place: usize) -> RecordId {
    id(STORE, Of { slot: 0, place })
}

pub fn product() -> RecordId {
    id(PRODUCT, Of { slot: 0, place: 0 })
}

/// Who acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    pub slot: usize,
    pub person: RecordId,
    /// Their store, which is that of the customers they take in.
    pub store: Option<RecordId>,
    /// Everybody, by the seats.
    pub people: [RecordId; ROLES.len()],
    pub now: u64,
    /// What is written names the step, so that each value is told from any other.
    pub step: usize,
}

type Touched = Vec<(&'static Collection, RecordId)>;

/// Does it in one write. Gives what was touched; nothing where there was nothing to do it to.
pub async fn perform(store: &Store, who: Who, act: Act) -> Result<Touched, StoreError> {
    let mut write = store.write(who.now).await?;
    let touched = within(&mut write, who, act).await?;
    if !touched.is_empty() {
        write.commit().await?;
    }
    Ok(touched)
}

async fn within(write: &mut Write, who: Who, act: Act) -> Result<Touched, StoreError> {
    let author = Author(Some(who.person));
    let word = Value::from(format!("s{}", who.step));
    match act {
        Act::NewCustomer(place) => {
            let noun = Customer {
                name: Some(format!("客s{}", who.step)),
                phone: Some(format!("+861380000{:04}", who.step)),
                birthday: Some("1990-05-06".into()),
                birthday_calendar: Some("solar".into()),
                store: who.store,
                ..Customer::default()
            };
            let id = customer(Of { slot: who.slot, place });
            if write.find(Customer::COLLECTION, id).await?.is_some() {
                return edit(write, Customer::COLLECTION, id, [("remarks", word)], author).await;
            }
            write.create(&noun, id, author).await?;
            Ok(vec![(Customer::COLLECTION, id)])
        }
        Act::Set(of, "birthday") => {
            let fields = [("birthday", word), ("birthday_calendar", json!("lunar"))];
            edit(write, Customer::COLLECTION, customer(of), fields, author).await
        }
        Act::Set(of, "consent") => {
            let fields = [("consent", json!({ "wechat": word }))];
            edit(write, Customer::COLLECTION, customer(of), fields, author).await
        }
        Act::Set(of, field) => {
            edit(write, Customer::COLLECTION, customer(of), [(field, word)], author).await
        }
        Act::Move(of, place) => {
            let fields = [("store", json!(store(place)))];
            edit(write, Customer::COLLECTION, customer(of), fields, author).await
        }
        Act::Give(of, slot) => {
            let fields = [("owner", json!(who.people.get(slot)))];
            edit(write, Customer::COLLECTION, customer(of), fields, author).await
        }
        Act::Share(of, slot) => {
            let fields = [("shared_with", json!([who.people.get(slot)]))];
            edit(write, Customer::COLLECTION, customer(of), fields, author).await
        }
        Act::Clear(of, field) => {
            edit(write, Customer::COLLECTION, customer(of), [(field, Value::Null)], author).await
        }
        Act::Delete(of) => life(write, Customer::COLLECTION, customer(of), true, author).await,
        Act::Revive(of) => life(write, Customer::COLLECTION, customer(of), false, author).await,
        Act::Tag(of, place) => {
            let link = RecordId::from(CustomerTagId::of(customer(of), tag(place)));
            if write.find(CustomerTag::COLLECTION, link).await?.is_some() {
                return life(write, CustomerTag::COLLECTION, link, false, author).await;
            }
            let noun = CustomerTag { customer: Some(customer(of)), tag: Some(tag(place)) };
            write.create(&noun, link, author).await?;
            Ok(vec![(CustomerTag::COLLECTION, link)])
        }
        Act::Untag(of, place) => {
            let link = RecordId::from(CustomerTagId::of(customer(of), tag(place)));
            life(write, CustomerTag::COLLECTION, link, true, author).await
        }
        Act::Sale(of, place) => sell(write, who, customer(of), place, None).await,
        Act::Refund(of, place) => {
            let sold = id(SALE, of);
            let Some(sale) = write.find(Sale::COLLECTION, sold).await? else {
                return Ok(Vec::new());
            };
            let customer = sale.record.reference("customer").unwrap_or(SHOP);
            sell(write, who, customer, place, Some(sold)).await
        }
        Act::Void(of) => life(write, Sale::COLLECTION, id(SALE, of), true, author).await,
        Act::Points(of, place) => {
            let entry = id(ENTRY, Of { slot: who.slot, place });
            if write.find(LedgerEntry::COLLECTION, entry).await?.is_some() {
                return Ok(Vec::new());
            }
            let noun = LedgerEntry {
                customer: Some(customer(of)),
                currency: Some("points".into()),
                kind: Some("adjust".into()),
                amount: i64::try_from(who.step).ok(),
                person: Some(who.person),
                ..LedgerEntry::default()
            };
            write.create(&noun, entry, author).await?;
            Ok(vec![(LedgerEntry::COLLECTION, entry)])
        }
        Act::NewTask(of, place) => {
            let task = id(TASK, Of { slot: who.slot, place });
            if write.find(Task::COLLECTION, task).await?.is_some() {
                return edit(write, Task::COLLECTION, task, [("why", word)], author).await;
            }
            let noun = Task {
                customer: Some(customer(of)),
                kind: Some("todo".into()),
                title: Some(format!("s{}", who.step)),
                ..Task::default()
            };
            write.create(&noun, task, author).await?;
            Ok(vec![(Task::COLLECTION, task)])
        }
        Act::Done(of) => {
            let fields = [("done_at", json!(who.step)), ("done_by", json!(who.person))];
            edit(write, Task::COLLECTION, id(TASK, of), fields, author).await
        }
        Act::RenameShop => edit(write, Workspace::COLLECTION, SHOP, [("name", word)], author).await,
        Act::RenameProduct => {
            edit(write, Product::COLLECTION, product(), [("name", word)], author).await
        }
        Act::Burst(of) => {
            let mut touched = Vec::new();
            for turn in 0..40 {
                let value = Value::from(format!("s{}.{turn}", who.step));
                let fields = [("habits", value)];
                touched = edit(write, Customer::COLLECTION, customer(of), fields, author).await?;
            }
            Ok(touched)
        }
    }
}

async fn edit<const N: usize>(
    write: &mut Write,
    collection: &'static Collection,
    id: RecordId,
    fields: [(&str, Value); N],
    author: Author,
) -> Result<Touched, StoreError> {
    let found = write.find(collection, id).await?;
    if found.is_none_or(|found| found.record.erased) {
        return Ok(Vec::new());
    }
    let fields: BTreeMap<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let edit = Edit { fields, deleted: None };
    write.edit(collection, id, &edit, author).await?;
    Ok(vec![(collection, id)])
}

async fn life(
    write: &mut Write,
    collection: &'static Collection,
    id: RecordId,
    deleted: bool,
    author: Author,
) -> Result<Touched, StoreError> {
    let found = write.find(collection, id).await?;
    if found.is_none_or(|found| found.record.erased) {
        return Ok(Vec::new());
    }
    write.edit(collection, id, &Edit::deleting(deleted), author).await?;
    Ok(vec![(collection, id)])
}

/// A sale of two lines, or what is given back of one.
async fn sell(
    write: &mut Write,
    who: Who,
    customer: RecordId,
    place: usize,
    refund_of: Option<RecordId>,
) -> Result<Touched, StoreError> {
    let author = Author(Some(who.person));
    let of = Of { slot: who.slot, place };
    let sale = id(SALE, of);
    if write.find(Sale::COLLECTION, sale).await?.is_some() {
        return Ok(Vec::new());
    }
    let noun = Sale {
        receipt_number: Some(format!("{}-{place}", who.slot)),
        customer: Some(customer),
        sold_at: i64::try_from(who.now).ok(),
        refund_of,
        ..Sale::default()
    };
    write.create(&noun, sale, author).await?;
    let mut touched: Touched = vec![(Sale::COLLECTION, sale)];
    let amount = if refund_of.is_some() { -500 } else { 12_850 };
    for line in 0..2 {
        let own = id(LINE, Of { slot: who.slot, place: place * 2 + line });
        let noun = SaleLine {
            sale: Some(sale),
            position: i64::try_from(line).ok(),
            product: Some(product()),
            quantity: Some(Quantity(1_000)),
            amount: Some(Fen(amount)),
            ..SaleLine::default()
        };
        write.create(&noun, own, author).await?;
        touched.push((SaleLine::COLLECTION, own));
    }
    Ok(touched)
}
