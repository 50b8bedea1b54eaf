//! The shop on its first morning: a founded server and five devices that have joined, made once and
//! then copied for each history, because migrations cost more than a history does.

use std::sync::OnceLock;

use shuke_domain::{
    DeviceId, RecordId, Role,
    nouns::{Device as DeviceNoun, Person, Product, Store, Tag, Workspace},
};
use shuke_store::Author;
use shuke_sync::{Answer, Ask, Engine};

use crate::{
    act,
    broken::Broken,
    device::{Device, Seat},
    disk::Image,
    server::{Letter, Path, Server},
};

/// When every history begins.
pub const MORNING: u64 = 1_800_000_000_000;

/// Who sits where. A history takes the first two and some of the others.
pub const ROLES: [Role; 5] = [Role::Owner, Role::Counter, Role::Rep, Role::It, Role::ReadOnly];

/// In which of the two stores; the others belong to the head office.
const STORES: [Option<usize>; 5] = [None, Some(0), Some(1), None, Some(1)];

const STORE_NAMES: [&str; 2] = ["甲店", "乙店"];

/// The images that histories begin with.
#[derive(Debug)]
pub struct Template {
    pub server: Image,
    pub seats: Vec<Seat>,
    pub office: Office,
    /// The server's own record of the workspace, which carries the owner's choices.
    pub workspace: RecordId,
}

/// A device that speaks by hand.
#[derive(Clone, Debug)]
pub struct Office {
    pub token: String,
    pub person: RecordId,
}

pub const OFFICE: DeviceId = DeviceId::from_u128(0x0f << 96);

/// The one template of this process.
pub async fn template() -> Result<&'static Template, Broken> {
    static ONE: OnceLock<Template> = OnceLock::new();
    if let Some(made) = ONE.get() {
        return Ok(made);
    }
    let made = make().await?;
    Ok(ONE.get_or_init(|| made))
}

pub fn device_id(slot: usize) -> DeviceId {
    DeviceId::from_u128(0xd0 << 96 | slot as u128)
}

fn wrong(error: impl std::fmt::Debug) -> Broken {
    Broken::new(0, format!("no template: {error:?}"))
}

async fn make() -> Result<Template, Broken> {
    let server = Server::start(&Image::default(), 1, MORNING - 86_400_000).await?;
    let first = server.service().init("熟客小店").await.map_err(wrong)?;
    let mut seats = Vec::new();
    for (slot, role) in ROLES.into_iter().enumerate() {
        let code = match slot {
            0 => first.secret.as_str().to_owned(),
            _ => server
                .code(role, STORES[slot].map(|place| STORE_NAMES[place]))
                .await
                .map_err(wrong)?,
        };
        let reply =
            server.enrol(&code, device_id(slot), &format!("{slot} 号柜")).await.map_err(wrong)?;
        let (mounted, store) = Device::fresh(device_id(slot)).await?;
        let identity = serde_json::json!({
            "workspace": reply.workspace_id, "person": reply.person_id, "device": device_id(slot),
        });
        store.set_meta("identity", Some(&identity.to_string())).await.map_err(wrong)?;
        if slot == 0 {
            found(&store, reply.person_id).await.map_err(wrong)?;
            push(&server, &store, &reply.token).await?;
        }
        store.close().await.map_err(wrong)?;
        let image = mounted.disk().end();
        let store = STORES[slot].map(act::store);
        seats.push(Seat { role, person: reply.person_id, store, token: reply.token, image });
    }
    let code = server.code(Role::Owner, None).await.map_err(wrong)?;
    let reply = server.enrol(&code, OFFICE, "店里").await.map_err(wrong)?;
    let office = Office { token: reply.token, person: reply.person_id };
    server.service().database().close().await;
    let image = server.disk().end();
    server.set_time(MORNING);
    Ok(Template { server: image, seats, office, workspace: reply.workspace_id })
}

async fn found(
    store: &shuke_store::Store,
    person: RecordId,
) -> Result<(), shuke_store::StoreError> {
    let author = Author(Some(person));
    let mut write = store.write(MORNING - 86_400_000).await?;
    let workspace = Workspace {
        name: Some("熟客小店".into()),
        currency: Some("CNY".into()),
        time_zone: Some("Asia/Shanghai".into()),
        ..Workspace::default()
    };
    write.create(&workspace, act::SHOP, author).await?;
    let owner = Person {
        name: Some("店主".into()),
        role: Some(Role::Owner.as_str().into()),
        ..Person::default()
    };
    write.create(&owner, person, author).await?;
    let device = DeviceNoun { name: Some("1 号柜".into()), ..DeviceNoun::default() };
    write.create(&device, RecordId::from_uuid(*device_id(0).as_uuid()), author).await?;
    for place in 0..2 {
        let tag = Tag { name: Some(format!("标签{place}")) };
        write.create(&tag, act::tag(place), author).await?;
    }
    for (place, name) in STORE_NAMES.into_iter().enumerate() {
        let store = Store { name: Some(name.into()), ..Store::default() };
        write.create(&store, act::store(place), author).await?;
    }
    let product =
        Product { sku: Some("A1".into()), name: Some("茶".into()), ..Product::default() };
    write.create(&product, act::product(), author).await?;
    write.commit().await
}

async fn push(server: &Server, store: &shuke_store::Store, token: &str) -> Result<(), Broken> {
    let mut engine = Engine::default();
    let ask = engine.ask(store, uuid::Uuid::from_u128(1)).await.map_err(wrong)?;
    let Some(Ask::Push(request)) = ask else { return Err(wrong("nothing to push")) };
    let letter = Letter {
        slot: 0,
        token: token.to_owned(),
        path: Path::Push,
        body: serde_json::to_vec(&request).map_err(wrong)?,
    };
    let reply = server.serve(&letter).await.map_err(wrong)?;
    let reply = serde_json::from_slice(&reply).map_err(wrong)?;
    engine.answer(store, Answer::Pushed(reply), MORNING - 86_400_000).await.map_err(wrong)
}
