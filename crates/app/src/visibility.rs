//! Who sees which customers: the owner's setting, what it would mean for each person, and what of the
//! workspace this device holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Collection, Failure, Record, RecordId, Role, Roles,
    nouns::{Customer, Person, Store, Workspace},
    scope::{self, Anchor, Onlooker, Place, Reach, Visibility},
};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::EditCustomer,
    home::{Named, SignedIn},
};

/// A setting, chosen or in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct VisibilityChoice {
    /// `everyone`, `store`, `owner`.
    pub visibility: String,
    /// Under `owner`: customers whom nobody looks after are seen by all people of their store.
    pub share_ownerless: bool,
}

/// What a setting would mean.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct VisibilityPreview {
    /// Living customers, of the whole workspace as far as it is here.
    pub all: i64,
    /// Who belong to no store: everyone sees them, unless somebody looks after them.
    pub without_store: i64,
    pub without_owner: i64,
    pub people: Vec<Sees>,
    pub stores: Vec<Has>,
}

/// How many customers one person would see.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Sees {
    pub person: SignedIn,
    pub store: Option<String>,
    pub customers: i64,
    /// Everything, whatever the setting.
    pub whole: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Has {
    pub store: Named,
    pub customers: i64,
}

/// Whether an edit takes a customer out of sight of who is signed in.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct WouldLeave {
    pub leaves: bool,
}

/// What is seen on this device, where that is not the whole workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Range {
    /// Stores whose customers are here.
    pub stores: Vec<String>,
    /// People whose customers are here.
    pub people: Vec<String>,
    /// What the server took away and is still being taken out.
    pub leaving: bool,
}

pub async fn show(app: &App, (): ()) -> Result<VisibilityChoice, Failure> {
    let workspace = app.session().await?.workspace().await?;
    Ok(VisibilityChoice {
        visibility: Visibility::of(&workspace).as_str().to_owned(),
        share_ownerless: workspace.share_ownerless.unwrap_or(true),
    })
}

pub async fn set(app: &App, request: VisibilityChoice) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::of(&[Role::Owner])).await?;
    chosen(&request)?;
    let mut write = session.write().await?;
    let fields = [
        ("visibility", Value::from(request.visibility)),
        ("share_ownerless", Value::from(request.share_ownerless)),
    ];
    write.set(Workspace::COLLECTION, session.identity.workspace, fields, session.author()).await?;
    session.commit(write).await
}

fn chosen(request: &VisibilityChoice) -> Result<Visibility, Failure> {
    match request.visibility.as_str() {
        "everyone" => Ok(Visibility::Everyone),
        "store" => Ok(Visibility::Store),
        "owner" => Ok(Visibility::Owner { share_ownerless: request.share_ownerless }),
        _ => Err(Failure::new(Code::FieldInvalid).with("field", "visibility")),
    }
}

pub async fn preview(app: &App, request: VisibilityChoice) -> Result<VisibilityPreview, Failure> {
    let visibility = chosen(&request)?;
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    // Customers who lie in the same places, counted together.
    let spread: Vec<(Record, i64)> = session
        .store
        .customer_spread()
        .await?
        .into_iter()
        .map(|spread| (spread.customer(), spread.count))
        .collect();
    let lie: Vec<(BTreeSet<Place>, i64)> =
        spread.iter().map(|(customer, count)| (places(customer, visibility), *count)).collect();
    let with = |field: &str, wanted: Option<RecordId>| {
        let same = spread.iter().filter(|(customer, _)| customer.reference(field) == wanted);
        same.map(|(_, count)| *count).sum()
    };
    let stores = session.store.all(Store::COLLECTION).await?;
    let name = |record: &Record| record.text("name").unwrap_or_default().to_owned();
    let mut people = Vec::new();
    for record in session.store.all(Person::COLLECTION).await? {
        let person: Person = record.view();
        if person.left_at.is_some() {
            continue;
        }
        let onlooker = onlooker(record.id, &person);
        let sight = scope::sight(onlooker, visibility);
        let seen = lie.iter().filter(|(places, _)| sight.sees(places)).map(|(_, count)| *count);
        let may = Customer::COLLECTION.may_read(onlooker.role);
        people.push(Sees {
            customers: if may { seen.sum() } else { 0 },
            whole: may && sight == Reach::Whole,
            store: stores.iter().find(|store| Some(store.id) == person.store).map(name),
            person: SignedIn { id: record.id, name: name(&record), role: onlooker.role },
        });
    }
    Ok(VisibilityPreview {
        all: spread.iter().map(|(_, count)| *count).sum(),
        without_store: with("store", None),
        without_owner: with("owner", None),
        stores: stores
            .iter()
            .map(|store| Has {
                store: Named { id: store.id, name: name(store) },
                customers: with("store", Some(store.id)),
            })
            .collect(),
        people,
    })
}

fn onlooker(id: RecordId, person: &Person) -> Onlooker {
    let role = person.role.as_deref().and_then(Role::parse).unwrap_or(Role::ReadOnly);
    Onlooker { person: id, role, store: person.store }
}

fn places(customer: &Record, visibility: Visibility) -> BTreeSet<Place> {
    scope::places(customer, visibility, shuke_domain::DeviceId::from_u128(0), |_, _| {
        Anchor::Unknown
    })
}

/// Whether an edit of store or owner would take a customer out of sight: asked before it is saved.
pub async fn would_leave(app: &App, request: EditCustomer) -> Result<WouldLeave, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let visibility = Visibility::of(&session.workspace().await?);
    let Some(stored) = session.store.record(Customer::COLLECTION, request.id).await? else {
        return Ok(WouldLeave { leaves: false });
    };
    if visibility == Visibility::Everyone {
        return Ok(WouldLeave { leaves: false });
    }
    let me = session.person();
    let mine = session.record::<Person>(me).await?.unwrap_or_default();
    let sight = scope::sight(onlooker(me, &mine), visibility);
    let mut after = stored.record.clone();
    after.fields.extend(request.fields.into_iter().map(|(name, value)| match value {
        Value::String(text) if text.trim().is_empty() => (name, Value::Null),
        value => (name, value),
    }));
    let sees = |customer: &Record| sight.sees(&places(customer, visibility));
    Ok(WouldLeave { leaves: sees(&stored.record) && !sees(&after) })
}

/// What of the workspace is seen here: by who is signed in, or of what the device holds where nobody is; `None`
/// where it is all of it.
pub(crate) async fn range(session: &Session) -> Result<Option<Range>, Failure> {
    let cursors = session.store.cursors().await?;
    let held: Vec<Place> = match session.store.lens() {
        Some(lens) => lens.places().to_vec(),
        None => {
            let held = || cursors.iter().filter(|cursor| !cursor.lost);
            if held().all(|cursor| cursor.scope.is_workspace()) {
                return Ok(None);
            }
            held().filter_map(|cursor| Some(cursor.scope.place()?.1)).collect()
        }
    };
    let mut range = Range {
        stores: Vec::new(),
        people: Vec::new(),
        leaving: cursors.iter().any(|cursor| cursor.lost),
    };
    let called = async |collection: &'static Collection, id: RecordId| {
        let stored = session.store.record(collection, id).await?;
        Ok::<_, Failure>(stored.and_then(|stored| stored.record.text("name").map(str::to_owned)))
    };
    for place in held {
        match place {
            Place::Store(id) => range.stores.extend(called(Store::COLLECTION, id).await?),
            Place::Person(id) => range.people.extend(called(Person::COLLECTION, id).await?),
            Place::Common | Place::Device(_) => {}
        }
    }
    Ok(Some(range))
}
