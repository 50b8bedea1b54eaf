//! Who may hold what: asked of all that the server has, by the two functions that the design has for it,
//! and of no book that the server keeps of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shuke_domain::{
    Collection, DeviceId, Record, RecordId, Role,
    nouns::{Customer, Person, Workspace},
    scope::{self, Anchor, Onlooker, Place, Reach, Visibility},
};

use crate::held::{Holdings, Key};

/// How far roots may have roots.
const DEPTH: u8 = 8;

/// All there is, and the owner's choice of who sees which customers.
#[derive(Debug)]
pub struct Sight {
    records: BTreeMap<Key, Record>,
    visibility: Visibility,
}

/// What one device may hold.
#[derive(Debug)]
pub struct Due {
    role: Role,
    reach: Reach,
}

impl Due {
    pub fn is_whole(&self) -> bool {
        self.reach == Reach::Whole
    }
}

impl Sight {
    pub fn of(records: Vec<Record>, workspace: RecordId) -> Self {
        let records: BTreeMap<Key, Record> = records
            .into_iter()
            .map(|record| ((record.collection.to_string(), record.id), record))
            .collect();
        let own = records.get(&("workspace".to_owned(), workspace));
        let visibility =
            own.map_or(Visibility::Everyone, |own| Visibility::of(&own.view::<Workspace>()));
        Self { records, visibility }
    }

    /// What the server holds, as a dump shows it.
    pub fn holdings(&self) -> Holdings {
        let mut all = Holdings::default();
        for record in self.records.values() {
            all.add(record.expanded());
        }
        all
    }

    pub fn due(&self, person: RecordId, device: DeviceId, role: Role) -> Due {
        let known = self.records.get(&("person".to_owned(), person));
        let store = known.and_then(|known| known.view::<Person>().store);
        let people = [Onlooker { person, role, store }];
        Due { role, reach: scope::reach(&people, device, self.visibility) }
    }

    pub fn may_hold(&self, due: &Due, key: &Key) -> bool {
        let may_read = match Collection::find(&key.0) {
            Some(collection) => collection.may_read(due.role),
            None => due.role != Role::It,
        };
        may_read
            && (due.is_whole()
                || self
                    .records
                    .get(key)
                    .is_some_and(|record| due.reach.sees(&self.places(record, 0))))
    }

    /// Whether it is sent there: what hangs on a customer goes to nobody who sees no customers.
    pub fn is_due(&self, due: &Due, key: &Key, record: &Value) -> bool {
        let hangs = record.pointer("/fields/customer").is_some_and(|customer| !customer.is_null());
        self.may_hold(due, key) && (!hangs || Customer::COLLECTION.may_read(due.role))
    }

    fn places(&self, record: &Record, depth: u8) -> BTreeSet<Place> {
        let pusher = record.stamp.map_or(DeviceId::from_u128(0), |stamp| stamp.device);
        scope::places(record, self.visibility, pusher, |collection, id| {
            match self.records.get(&(collection.to_owned(), id)) {
                Some(root) if depth < DEPTH => Anchor::of(root, &self.places(root, depth + 1)),
                _ => Anchor::Unknown,
            }
        })
    }
}
