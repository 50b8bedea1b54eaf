//! Words the shop uses for some of its customers.

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Edit, Failure, RecordId,
    nouns::{CustomerTag, CustomerTagId, Tag},
};
use shuke_store::{Author, Write};
use ts_rs::TS;

use crate::{App, session::fresh_id};

/// Equal names are one tag, however many devices made it.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TagCount {
    pub name: String,
    pub customers: i64,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct PutTag {
    pub customers: Vec<RecordId>,
    pub name: String,
}

pub async fn list(app: &App, (): ()) -> Result<Vec<TagCount>, Failure> {
    let session = app.session().await?;
    session.may_read(Tag::COLLECTION).await?;
    let tags = session.store.tags().await?;
    Ok(tags.into_iter().map(|(name, customers)| TagCount { name, customers }).collect())
}

pub async fn put(app: &App, request: PutTag) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(CustomerTag::COLLECTION).await?;
    let mut write = session.write().await?;
    for customer in request.customers {
        put_in(&mut write, customer, &request.name, session.author()).await?;
    }
    session.commit(write).await
}

pub async fn remove(app: &App, request: PutTag) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(CustomerTag::COLLECTION).await?;
    let mut write = session.write().await?;
    // Equal names are one tag, whichever device made it.
    for tag in write.tags_named(request.name.trim()).await? {
        for customer in &request.customers {
            let id = RecordId::from(CustomerTagId::of(*customer, tag));
            if write.find(CustomerTag::COLLECTION, id).await?.is_some() {
                write
                    .edit(CustomerTag::COLLECTION, id, &Edit::deleting(true), session.author())
                    .await?;
            }
        }
    }
    session.commit(write).await
}

/// Tags a customer within a write that is under way, making the tag where it is new.
pub(crate) async fn put_in(
    write: &mut Write,
    customer: RecordId,
    name: &str,
    author: Author,
) -> Result<(), Failure> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::TagNameMissing));
    }
    let tag = match write.tag_named(name).await? {
        Some(tag) => tag,
        None => {
            let id = fresh_id();
            write.create(&Tag { name: Some(name.to_owned()) }, id, author).await?;
            id
        }
    };
    let id = RecordId::from(CustomerTagId::of(customer, tag));
    match write.find(CustomerTag::COLLECTION, id).await? {
        None => {
            let link = CustomerTag { customer: Some(customer), tag: Some(tag) };
            write.create(&link, id, author).await?;
        }
        Some(_) => {
            write.edit(CustomerTag::COLLECTION, id, &Edit::deleting(false), author).await?;
        }
    }
    Ok(())
}
