//! Scopes: which part of a workspace's data a record belongs to, and so which devices hold it.
//!
//! A [`Place`] is where a record lies under the owner's choice of [`Visibility`]: with everyone, in a
//! store, with a person. Only customers choose; what hangs on them lies where they lie, and a record with
//! two roots lies where either does. Two pure functions say it all: [`places`] for a record, [`reach`]
//! for the people of a device. A [`Scope`] is a place in one life of the setting, as the wire names it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    collection::Collection,
    id::{DeviceId, RecordId},
    nouns::Workspace,
    record::Record,
    role::Role,
};

/// A name for a set of records that travel together. The whole workspace is one such set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    /// Everything there is: what each device holds, unless the owner narrowed it.
    pub fn workspace() -> Self {
        Self("workspace".to_owned())
    }

    /// A place in one generation of the setting. Another generation begins with each change of it, so
    /// that no cursor of before is taken for one of now.
    pub fn of(generation: i64, place: Place) -> Self {
        Self(format!("{generation}.{place}"))
    }

    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_workspace(&self) -> bool {
        self.0 == "workspace"
    }

    /// The generation and the place, unless it is the whole workspace or no scope of this version's.
    pub fn place(&self) -> Option<(i64, Place)> {
        let (generation, place) = self.0.split_once('.')?;
        Some((generation.parse().ok()?, place.parse().ok()?))
    }
}

/// Where a record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// With everyone of the team: stores, people, products, and customers who belong to no store.
    Common,
    Store(RecordId),
    Person(RecordId),
    /// With the device that pushed it, until the record that it hangs on is known.
    Device(DeviceId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common => f.write_str("common"),
            Self::Store(id) => write!(f, "store.{id}"),
            Self::Person(id) => write!(f, "person.{id}"),
            Self::Device(id) => write!(f, "device.{id}"),
        }
    }
}

/// The text names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        if text == "common" {
            return Ok(Self::Common);
        }
        let (kind, id) = text.split_once('.').ok_or(NoPlace)?;
        match kind {
            "store" => id.parse().map(Self::Store).map_err(|_| NoPlace),
            "person" => id.parse().map(Self::Person).map_err(|_| NoPlace),
            "device" => id.parse().map(Self::Device).map_err(|_| NoPlace),
            _ => Err(NoPlace),
        }
    }
}

/// Who sees which customers: a setting of the workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everyone sees everyone's.
    #[default]
    Everyone,
    /// Each store's customers are seen by the people of that store.
    Store,
    /// Customers are seen by who looks after them, and by those with whom they are shared.
    Owner {
        /// Whom nobody looks after is seen by all people of their store.
        share_ownerless: bool,
    },
}

impl Visibility {
    /// As the workspace's record says it; a word that this version does not know hides more, not less.
    pub fn of(workspace: &Workspace) -> Self {
        match workspace.visibility.as_deref() {
            None | Some("everyone") => Self::Everyone,
            Some("store") => Self::Store,
            Some(_) => {
                Self::Owner { share_ownerless: workspace.share_ownerless.unwrap_or_default() }
            }
        }
    }

    /// The word under which records and settings name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Store => "store",
            Self::Owner { .. } => "owner",
        }
    }
}

/// What a record hangs on, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It lies there; what hangs on it lies there too.
    In(BTreeSet<Place>),
    /// Nobody has sent it yet.
    Unknown,
}

impl Anchor {
    /// What a record that lies in some places is to those that hang on it. One that was erased no
    /// longer says whose it was, so it holds nothing.
    pub fn of(record: &Record, places: &BTreeSet<Place>) -> Self {
        Self::In(if record.erased { BTreeSet::new() } else { places.clone() })
    }
}

/// Where a record lies. `anchor` tells of what it hangs on; a record whose root is not known lies with
/// `pusher` until it is. Whoever holds the whole workspace sees it wherever it lies, also in no place.
pub fn places(
    record: &Record,
    visibility: Visibility,
    pusher: DeviceId,
    mut anchor: impl FnMut(&str, RecordId) -> Anchor,
) -> BTreeSet<Place> {
    if record.erased {
        // Nothing is left of it but that it must go everywhere.
        return BTreeSet::from([Place::Common]);
    }
    if record.collection == "customer" {
        return of_customer(record, visibility);
    }
    // What a newer app keeps there may be about anybody.
    if Collection::find(&record.collection).is_none() {
        return BTreeSet::from([Place::Device(pusher)]);
    }
    let mut places = BTreeSet::new();
    let mut hangs = false;
    for (collection, id) in roots(record) {
        hangs = true;
        match collection {
            "store" => {
                places.insert(Place::Store(id));
            }
            _ => match anchor(collection, id) {
                Anchor::In(theirs) => places.extend(theirs),
                Anchor::Unknown => {
                    places.insert(Place::Device(pusher));
                }
            },
        }
    }
    if !hangs {
        places.insert(Place::Common);
    }
    places
}

fn of_customer(customer: &Record, visibility: Visibility) -> BTreeSet<Place> {
    let shared = customer.fields.get("shared_with").and_then(|value| value.as_array());
    let shared = shared.into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok());
    let mut places: BTreeSet<Place> = shared.map(Place::Person).collect();
    let home = customer.reference("store").map_or(Place::Common, Place::Store);
    match (visibility, customer.reference("owner")) {
        (Visibility::Everyone | Visibility::Store, _)
        | (Visibility::Owner { share_ownerless: true }, None) => places.insert(home),
        (Visibility::Owner { .. }, Some(owner)) => places.insert(Place::Person(owner)),
        (Visibility::Owner { share_ownerless: false }, None) => false,
    };
    places
}

/// What a record hangs on: collection and id of each root that is set.
pub fn roots(record: &Record) -> impl Iterator<Item = (&'static str, RecordId)> {
    let collection = Collection::find(&record.collection);
    let roots = collection.into_iter().flat_map(|collection| collection.roots);
    roots.filter_map(|root| Some((root.collection, record.reference(root.field)?)))
}

/// Whether records of a collection have others hanging on them, whose places follow theirs. A store's
/// never move: its place is its id.
pub fn is_root(collection: &str) -> bool {
    collection != "store"
        && Collection::all()
            .iter()
            .any(|other| other.roots.iter().any(|root| root.collection == collection))
}

/// Someone of the team, as far as it decides what they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Onlooker {
    pub person: RecordId,
    pub role: Role,
    /// Their store; `None` at the head office.
    pub store: Option<RecordId>,
}

/// What a device holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The workspace whole.
    Whole,
    /// What lies in these places.
    In(BTreeSet<Place>),
}

impl Reach {
    pub fn sees(&self, places: &BTreeSet<Place>) -> bool {
        match self {
            Self::Whole => true,
            Self::In(mine) => !mine.is_disjoint(places),
        }
    }

    /// The scopes to pull, in one generation of the setting.
    pub fn scopes(&self, generation: i64) -> Vec<Scope> {
        match self {
            Self::Whole => vec![Scope::workspace()],
            Self::In(places) => places.iter().map(|place| Scope::of(generation, *place)).collect(),
        }
    }
}

/// What one person sees. The owner sees everything, and so do a manager and a reader of the head office.
pub fn sight(of: Onlooker, visibility: Visibility) -> Reach {
    let head_office = of.store.is_none() && matches!(of.role, Role::Manager | Role::ReadOnly);
    if visibility == Visibility::Everyone || of.role == Role::Owner || head_office {
        return Reach::Whole;
    }
    let mut places = BTreeSet::from([Place::Common]);
    // IT looks after devices: what they may not read at all is kept from them by collection.
    if of.role != Role::It {
        places.insert(Place::Person(of.person));
        places.extend(of.store.map(Place::Store));
    }
    Reach::In(places)
}

/// What a device holds: all that any of the people enrolled on it sees, and what it waits with.
pub fn reach(people: &[Onlooker], device: DeviceId, visibility: Visibility) -> Reach {
    let mut places = BTreeSet::from([Place::Common, Place::Device(device)]);
    if visibility == Visibility::Everyone {
        return Reach::Whole;
    }
    for person in people {
        match sight(*person, visibility) {
            Reach::Whole => return Reach::Whole,
            Reach::In(theirs) => places.extend(theirs),
        }
    }
    Reach::In(places)
}

#[cfg(test)]
mod tests;
