//! The workspace, its stores, people and devices.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Failure, Record, RecordId, Role,
    nouns::{Device, Person, Workspace},
};
use ts_rs::TS;

use crate::{
    App,
    customer::Id,
    home::{Named, SignedIn},
    session::fresh_id,
};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Team {
    pub workspace: Named,
    pub stores: Vec<Named>,
    pub people: Vec<SignedIn>,
    pub devices: Vec<DeviceRow>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct DeviceRow {
    pub id: RecordId,
    pub name: String,
    pub store: Option<String>,
    pub platform: Option<String>,
    pub this: bool,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Rename {
    pub name: String,
}

pub async fn show(app: &App, (): ()) -> Result<Team, Failure> {
    let session = app.session().await?;
    let name = |record: &Record| record.text("name").unwrap_or_default().to_owned();
    let stores = session.store.all(shuke_domain::nouns::Store::COLLECTION).await?;
    let people = session.store.all(Person::COLLECTION).await?;
    let devices = session.store.all(Device::COLLECTION).await?;
    let store_name =
        |id: Option<RecordId>| stores.iter().find(|store| Some(store.id) == id).map(name);
    Ok(Team {
        workspace: Named {
            id: session.identity.workspace,
            name: session.workspace().await?.name.unwrap_or_default(),
        },
        people: people
            .iter()
            .filter(|person| person.int("left_at").is_none())
            .map(|person| SignedIn {
                id: person.id,
                name: name(person),
                role: person.text("role").and_then(Role::parse).unwrap_or(Role::ReadOnly),
            })
            .collect(),
        devices: devices
            .iter()
            .map(|device| DeviceRow {
                id: device.id,
                name: name(device),
                store: store_name(device.reference("store")),
                platform: device.text("platform").map(str::to_owned),
                this: device.id == session.identity.device,
            })
            .collect(),
        stores: stores.iter().map(|store| Named { id: store.id, name: name(store) }).collect(),
    })
}

/// One more place where customers are met.
pub async fn add_store(app: &App, request: Rename) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(shuke_domain::nouns::Store::COLLECTION).await?;
    let name = request.name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::FieldInvalid).with("field", "name"));
    }
    let store = shuke_domain::nouns::Store { name: Some(name.to_owned()), ..Default::default() };
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&store, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn rename_workspace(app: &App, request: Rename) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(Workspace::COLLECTION).await?;
    let name = request.name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::FieldInvalid).with("field", "name"));
    }
    let mut write = session.write().await?;
    let fields = [("name", Value::from(name))];
    write.set(Workspace::COLLECTION, session.identity.workspace, fields, session.author()).await?;
    session.commit(write).await
}
