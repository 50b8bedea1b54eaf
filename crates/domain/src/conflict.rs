//! Concurrent edits of one unit: found where a change was based on another value than the one that
//! stands, kept with all values, settled by a person. Nothing blocks meanwhile: the newest leads.
//!
//! Two edits are concurrent when neither was written by someone who had seen the other: the base of
//! the one that comes later is not the stamp that stands. One device's own edits follow each other,
//! and equal values are no conflict. The record that comes out is the same in whatever order the
//! edits arrive.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Stamp,
    code::Failure,
    collection::Collection,
    edit::{DELETED, Edit, FieldChange, MADE},
    id::{DeviceId, RecordId},
    nouns::{Conflict, ConflictId},
    record::{Record, Unit},
};

/// How many values one conflict keeps; the oldest go first, and stand in history still.
pub const SIDES: usize = 16;

/// The unit under which a conflict is settled: all that devices may write of it.
pub const SETTLED: &str = "settled";

/// What `taken` says where no side was taken.
pub const ORIGINAL: &str = "original";
pub const OTHER: &str = "other";

/// The values of a unit by their fields; cleared and unset fields are left out.
pub type Values = BTreeMap<String, Value>;

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// When, and on which device.
    pub stamp: Stamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RecordId>,
    pub values: Values,
}

/// An edit that met another one which it did not know of.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    pub unit: String,
    pub base: Option<Stamp>,
    pub original: Values,
    /// What stood when it came. Who wrote that, the record does not say.
    pub theirs: Side,
    pub mine: Side,
}

impl Clash {
    pub fn id(&self, record: RecordId) -> RecordId {
        ConflictId::of(record, &self.unit).into()
    }
}

/// The clashes of a pushed record with the version that stands.
pub fn clashes(
    pushed: &Record,
    changes: &[FieldChange],
    author: RecordId,
    current: &Record,
) -> Vec<Clash> {
    let collection = Collection::find(&pushed.collection);
    // Conflicts about conflicts would have no end; a ledger's rows never change.
    let apart = collection.is_some_and(|collection| {
        collection.append_only || collection.name == Conflict::COLLECTION.name
    });
    if apart || pushed.erased || current.erased {
        return Vec::new();
    }
    let mut by_unit: BTreeMap<&str, Vec<&FieldChange>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.field != DELETED && change.field != MADE) {
        let unit = collection.map_or(change.field.as_str(), |known| known.unit_of(&change.field));
        by_unit.entry(unit).or_default().push(change);
    }
    let (sent, standing) = (pushed.units(), current.units());
    let mut found = Vec::new();
    for (unit, changes) in by_unit {
        let Some(theirs) = standing.get(unit) else { continue };
        let runs = runs(&changes);
        for (place, run) in runs.iter().enumerate() {
            let last = place + 1 == runs.len();
            let Some(mine) = written(run, sent.get(unit).filter(|_| last), author) else {
                continue;
            };
            let base = run.first().and_then(|change| change.base);
            let theirs = Side { stamp: theirs.stamp, person: None, values: values(theirs) };
            let aware = base == Some(theirs.stamp);
            let own = theirs.stamp.device == mine.stamp.device;
            if aware || own || theirs.values == mine.values {
                continue;
            }
            let original = original(run, sent.get(unit));
            found.push(Clash { unit: unit.to_owned(), base, original, theirs, mine });
        }
    }
    found
}

/// Changes that follow each other on one device. Between two runs something came from elsewhere and
/// took the place of what was written, before that was ever sent.
fn runs<'a>(changes: &[&'a FieldChange]) -> Vec<Vec<&'a FieldChange>> {
    let mut runs: Vec<Vec<&FieldChange>> = Vec::new();
    for change in changes {
        let follows = runs.last().and_then(|run| run.last()).is_some_and(|before| {
            before.stamp.is_none() || change.base == before.stamp || change.stamp == before.stamp
        });
        match runs.last_mut() {
            Some(run) if follows => run.push(change),
            _ => runs.push(vec![change]),
        }
    }
    runs
}

/// What a run of changes led to: the unit as it was sent, or what was overwritten at home.
fn written(run: &[&FieldChange], sent: Option<&Unit<'_>>, author: RecordId) -> Option<Side> {
    let last = run.last()?;
    let person = Some(last.author.unwrap_or(author));
    match (last.stamp, sent) {
        (stamp, Some(unit)) if stamp.is_none_or(|stamp| stamp == unit.stamp) => {
            Some(Side { stamp: unit.stamp, person, values: values(unit) })
        }
        (stamp, _) => {
            let mut values = Values::new();
            for change in run {
                values.insert(change.field.clone(), change.to.clone());
            }
            values.retain(|_, value| !value.is_null());
            Some(Side { stamp: stamp?, person, values })
        }
    }
}

fn original(run: &[&FieldChange], sent: Option<&Unit<'_>>) -> Values {
    let mut original = sent.map(values).unwrap_or_default();
    for change in run.iter().rev() {
        original.insert(change.field.clone(), change.from.clone());
    }
    original.retain(|_, value| !value.is_null());
    original
}

fn values(unit: &Unit<'_>) -> Values {
    let set = unit.fields.iter().filter(|(_, value)| !value.is_null());
    set.map(|(field, value)| ((*field).to_owned(), (*value).clone())).collect()
}

/// The conflict's record once a clash is noted in it; `None` where it says so already.
///
/// An open conflict gathers: a third value joins the two. What somebody replaced who had seen it is
/// no side any more. A settled one begins anew. `stamp` is the server's own.
pub fn noted(
    known: Option<&Record>,
    clash: &Clash,
    about: &Record,
    stamp: Stamp,
) -> Result<Option<Record>, Failure> {
    let id = clash.id(about.id);
    let before = known.map(Record::view::<Conflict>).unwrap_or_default();
    if known.is_some_and(|known| known.erased) {
        return Ok(None);
    }
    let sides_before = before.sides();
    if sides_before.iter().any(|side| side.stamp == clash.mine.stamp) {
        return Ok(None);
    }
    let (mut sides, mut base, mut original) = (Vec::new(), clash.base, clash.original.clone());
    if before.is_open() {
        let lost = sides_before.len().saturating_sub(1);
        sides.extend(sides_before.into_iter().take(lost));
        sides.retain(|side| Some(side.stamp) != clash.base);
        let earlier = before.base.as_deref().and_then(|base| base.parse().ok());
        if earlier <= base {
            base = earlier;
            original = before.original();
        }
    }
    sides.extend([clash.theirs.clone(), clash.mine.clone()]);
    let sides = joined(sides);
    if sides.len() < 2 || (before.is_open() && sides == before.sides()) {
        return Ok(None);
    }
    let conflict = Conflict {
        collection: Some(about.collection.to_string()),
        record: Some(about.id),
        customer: customer_of(about),
        field: Some(clash.unit.clone()),
        original: serde_json::to_value(original).ok(),
        sides: serde_json::to_value(sides).ok(),
        as_of: Some(stamp.to_string()),
        ..Conflict::default()
    };
    let mut edit = Edit::setting(&conflict);
    let base = base.map_or(Value::Null, |base| Value::from(base.to_string()));
    edit.fields.insert("base".to_owned(), base);
    let empty = || Record::empty(Conflict::COLLECTION.name, id);
    let (record, _) = edit.apply(&known.cloned().unwrap_or_else(empty), stamp)?;
    Ok(Some(record))
}

/// One side for each value, the latest that wrote it, oldest first.
fn joined(mut sides: Vec<Side>) -> Vec<Side> {
    sides.sort_by_key(|side| std::cmp::Reverse(side.stamp));
    let mut kept: Vec<Side> = Vec::with_capacity(sides.len());
    for side in sides {
        if !kept.iter().any(|known| known.values == side.values) {
            kept.push(side);
        }
    }
    kept.truncate(SIDES);
    kept.reverse();
    kept
}

/// The customer whom a record is or hangs on.
pub fn customer_of(record: &Record) -> Option<RecordId> {
    if record.collection == "customer" { Some(record.id) } else { record.reference("customer") }
}

/// Under which ids there may be conflicts about a record: all go when it is erased.
pub fn ids_about(record: &Record) -> Vec<RecordId> {
    let known = Collection::find(&record.collection)
        .into_iter()
        .flat_map(|collection| collection.fields.iter().map(|field| field.unit));
    let mut units: Vec<&str> = known.chain(record.units().into_keys()).collect();
    units.sort_unstable();
    units.dedup();
    units.into_iter().map(|unit| ConflictId::of(record.id, unit).into()).collect()
}

impl Conflict {
    /// Whether somebody still has to decide.
    pub fn is_open(&self) -> bool {
        self.as_of.is_some() && self.settled_of != self.as_of
    }

    /// What each wrote, oldest first.
    pub fn sides(&self) -> Vec<Side> {
        self.sides.clone().and_then(|sides| serde_json::from_value(sides).ok()).unwrap_or_default()
    }

    pub fn original(&self) -> Values {
        self.original
            .clone()
            .and_then(|original| serde_json::from_value(original).ok())
            .unwrap_or_default()
    }
}

/// Whose word a reader of the conflict would call their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Mine,
    Theirs,
}

/// A conflict as it looks from one device: what stands, what does not, and what was there before.
#[derive(Clone, Debug, PartialEq)]
pub struct Three {
    pub original: Values,
    pub theirs: Side,
    pub mine: Side,
    /// Which of the two stands.
    pub leads: Whose,
    /// What yet others wrote, newest first.
    pub others: Vec<Side>,
}

/// The three values as a device sees them. *Mine* is what was written on it; where neither was, what
/// does not stand. An edit that came after both leads in the place of the one that it replaced.
pub fn three(conflict: &Conflict, about: &Record, device: DeviceId) -> Option<Three> {
    let mut lost = conflict.sides();
    let led = lost.pop()?;
    let standing = about.units().remove(conflict.field.as_deref()?).map(|unit| Side {
        stamp: unit.stamp,
        person: led.person.filter(|_| unit.stamp == led.stamp),
        values: values(&unit),
    });
    let leading = standing.unwrap_or(led);
    let own = lost.iter().rposition(|side| side.stamp.device == device);
    let (leads, place) = match own {
        _ if leading.stamp.device == device => (Whose::Mine, lost.len().checked_sub(1)?),
        Some(own) => (Whose::Theirs, own),
        None => (Whose::Theirs, lost.len().checked_sub(1)?),
    };
    let other = lost.remove(place);
    lost.reverse();
    let (theirs, mine) = match leads {
        Whose::Mine => (other, leading),
        Whose::Theirs => (leading, other),
    };
    Some(Three { original: conflict.original(), theirs, mine, leads, others: lost })
}

/// The edit that gives a unit of a record these values and clears what else belongs to it.
pub fn settling(about: &Record, unit: &str, values: &Values) -> Edit {
    let known = Collection::find(&about.collection)
        .into_iter()
        .flat_map(|collection| collection.fields.iter())
        .filter(|field| field.unit == unit && about.fields.contains_key(field.name));
    let mut fields: BTreeMap<String, Value> =
        known.map(|field| (field.name.to_owned(), Value::Null)).collect();
    if fields.is_empty() && values.is_empty() {
        fields.insert(unit.to_owned(), Value::Null);
    }
    fields.extend(values.iter().map(|(field, value)| (field.clone(), value.clone())));
    Edit { fields, deleted: None }
}
