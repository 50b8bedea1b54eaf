//! Who may see and write what: the one place that decides, from the collection table, a person's role and the
//! owner's guards. A device asks it offline, the server asks it again.
//!
//! A *masked* field is on the device and shown as `138****8000`; a *hidden* one never comes there where nobody
//! may see it, and is left as it stands by whoever edits the rest. Guards are kept by merge unit, so that what
//! belongs together is hidden together.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    collection::Collection,
    id::RecordId,
    nouns::{Conflict, Person, Workspace},
    record::Record,
    role::{Role, Roles},
};

/// How much of a field somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "nouns.ts")]
pub enum Sight {
    Open,
    Masked,
    Hidden,
}

/// What the owner set: for some roles, some units of a customer masked or hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards(BTreeMap<Role, BTreeMap<String, Sight>>);

/// Who belongs to the shop and what it is: without customers in it.
const TEAM: &[&str] = &["workspace", "store", "person", "device"];

/// Ways to reach somebody and what is nobody's business: masked for who only looks on, unless the owner says
/// otherwise. Whoever serves customers sees them: they stand in front of them.
const LOOKING_ON: &[&str] = &[
    "phone",
    "landline",
    "other_phones",
    "email",
    "wechat",
    "birthday",
    "address",
    "personality",
    "family",
];

impl Guards {
    /// As the workspace has them; what is not said there is as it comes.
    pub fn of(workspace: &Workspace) -> Self {
        Self::read(workspace.guards.as_ref())
    }

    pub fn read(set: Option<&Value>) -> Self {
        let usual = LOOKING_ON.iter().map(|unit| ((*unit).to_owned(), Sight::Masked)).collect();
        let mut guards = BTreeMap::from([(Role::ReadOnly, usual)]);
        for (role, units) in set.and_then(Value::as_object).into_iter().flatten() {
            let (Some(role), Some(units)) = (Role::parse(role), units.as_object()) else {
                continue;
            };
            // A newer version's word for something between: what we cannot read we do not show.
            let read =
                |sight: &Value| serde_json::from_value(sight.clone()).unwrap_or(Sight::Hidden);
            guards
                .entry(role)
                .or_insert_with(BTreeMap::new)
                .extend(units.iter().map(|(unit, sight)| (unit.clone(), read(sight))));
        }
        Self(guards)
    }

    /// As the workspace record keeps it.
    pub fn to_value(&self) -> Value {
        self.0
            .iter()
            .map(|(role, units)| {
                let units = units.iter().map(|(unit, sight)| {
                    (unit.clone(), serde_json::to_value(sight).unwrap_or_default())
                });
                (role.as_str().to_owned(), Value::Object(units.collect()))
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    pub fn set(&mut self, role: Role, unit: &str, sight: Sight) {
        self.0.entry(role).or_default().insert(unit.to_owned(), sight);
    }

    /// How much one role sees of a field. The owner sees everything: somebody must.
    pub fn sight(&self, role: Role, collection: &Collection, field: &str) -> Sight {
        if !collection.may_read(role) {
            return Sight::Hidden;
        }
        let unit = collection.unit_of(field);
        if role == Role::Owner || !is_guarded(collection, unit) {
            return Sight::Open;
        }
        self.0.get(&role).and_then(|units| units.get(unit)).copied().unwrap_or(Sight::Open)
    }
}

/// Units that may be guarded, in the table's order.
pub fn guarded(collection: &'static Collection) -> Vec<&'static str> {
    let mut units: Vec<&'static str> = Vec::new();
    for field in collection.fields.iter().filter(|field| field.guard.is_some()) {
        if !units.contains(&field.unit) {
            units.push(field.unit);
        }
    }
    units
}

fn is_guarded(collection: &Collection, unit: &str) -> bool {
    collection.fields.iter().any(|field| field.unit == unit && field.guard.is_some())
}

/// What some people see, taken together: one who is signed in, or all who are enrolled on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eyes {
    roles: Roles,
    guards: Guards,
}

impl Eyes {
    pub fn new(roles: Roles, guards: Guards) -> Self {
        Self { roles, guards }
    }

    pub fn of(role: Role, guards: Guards) -> Self {
        Self::new(Roles::NONE.with(role), guards)
    }

    pub fn roles(&self) -> Roles {
        self.roles
    }

    pub fn may_read(&self, collection: &Collection) -> bool {
        // Where nobody is at work any more, what says so is still heard.
        let tells = self.roles.is_empty() && TEAM.contains(&collection.name);
        tells || collection.read.meets(self.roles)
    }

    /// Whether a record may be seen: also what it hangs on must be.
    pub fn may_read_record(&self, record: &Record) -> bool {
        let Some(collection) = Collection::find(&record.collection) else { return true };
        let told = about(record).is_none_or(|(collection, unit)| {
            self.may_read(collection) && self.sight(collection, unit) != Sight::Hidden
        });
        told && self.may_read(collection)
            && collection.roots.iter().all(|root| {
                let hangs = record.fields.get(root.field).is_some_and(|value| !value.is_null());
                !hangs || Collection::find(root.collection).is_none_or(|root| self.may_read(root))
            })
    }

    /// The most that any of them sees of a field.
    pub fn sight(&self, collection: &Collection, field: &str) -> Sight {
        self.roles
            .iter()
            .map(|role| self.guards.sight(role, collection, field))
            .min()
            .unwrap_or(Sight::Hidden)
    }

    /// Units of a collection that none of them sees.
    pub fn hidden(&self, collection: &'static Collection) -> Vec<&'static str> {
        self.guarded_as(collection, Sight::Hidden)
    }

    /// Units of a collection that are shown masked.
    pub fn masked(&self, collection: &'static Collection) -> Vec<&'static str> {
        self.guarded_as(collection, Sight::Masked)
    }

    fn guarded_as(&self, collection: &'static Collection, sight: Sight) -> Vec<&'static str> {
        let mut units = guarded(collection);
        units.retain(|unit| self.sight(collection, unit) == sight);
        units
    }

    /// Whether there is anything in the workspace that they may not have on their device.
    pub fn is_narrow(&self) -> bool {
        Collection::all()
            .iter()
            .any(|collection| !self.may_read(collection) || !self.hidden(collection).is_empty())
    }

    /// A record as it may lie on their device, in normal form; `None` where it may not.
    pub fn carried(&self, record: &Record) -> Option<Record> {
        if !self.may_read_record(record) {
            return None;
        }
        let hidden = Collection::find(&record.collection)
            .map(|collection| self.hidden(collection))
            .unwrap_or_default();
        Some(if hidden.is_empty() { record.clone() } else { record.without(&hidden) })
    }

    /// A value as it is shown; `None` where it is hidden.
    pub fn value(&self, collection: &Collection, field: &str, value: &Value) -> Option<Value> {
        match self.sight(collection, field) {
            Sight::Open => Some(value.clone()),
            Sight::Hidden => None,
            Sight::Masked => Some(match collection.field(field).and_then(|field| field.guard) {
                Some(mask) => mask.of(value),
                None => value.clone(),
            }),
        }
    }

    /// A record as it is shown: masked where it must be, without what is hidden.
    #[must_use]
    pub fn shown(&self, record: &Record) -> Record {
        let Some(collection) = Collection::find(&record.collection) else { return record.clone() };
        let mut shown = record.clone();
        shown.fields = record
            .fields
            .iter()
            .filter_map(|(field, value)| {
                Some((field.clone(), self.value(collection, field, value)?))
            })
            .collect();
        shown
    }

    /// What they may have on a device, in one text: two of them are equal where nothing has to come or go.
    pub fn reach(&self) -> String {
        let readable: Vec<&str> = Collection::all()
            .iter()
            .filter(|collection| self.may_read(collection))
            .map(|collection| collection.name)
            .collect();
        let hidden: Vec<&str> = Collection::all().iter().flat_map(|one| self.hidden(one)).collect();
        format!("{};{}", readable.join(","), hidden.join(","))
    }
}

/// Who writes, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    pub person: RecordId,
    pub role: Role,
}

/// Fields whose values differ between two versions. A field that was never set and one that is cleared are alike.
pub fn changed<'a>(before: Option<&'a Record>, after: &'a Record) -> BTreeSet<&'a str> {
    let value = |record: Option<&'a Record>, field: &str| {
        record.and_then(|record| record.fields.get(field)).unwrap_or(&Value::Null)
    };
    let fields = before.into_iter().chain([after]).flat_map(|record| record.fields.keys());
    fields
        .map(String::as_str)
        .filter(|field| value(before, field) != value(Some(after), field))
        .collect()
}

/// Whether somebody may set a field of a record, going from one version to another.
pub fn may_set(
    writer: Writer,
    guards: &Guards,
    (before, after): (Option<&Record>, &Record),
    field: &str,
) -> Result<(), Failure> {
    let Some(collection) = Collection::find(&after.collection) else {
        // A newer app's collection: who may write it there we cannot know, but these two write nothing.
        return match writer.role {
            Role::It | Role::ReadOnly => Err(missing(writer.role, &after.collection)),
            _ => Ok(()),
        };
    };
    if is_own_pin(writer, after, field) {
        return Ok(());
    }
    may_touch(writer, (before, after))?;
    if let Some((of, unit)) = about(after)
        && guards.sight(writer.role, of, unit) == Sight::Hidden
    {
        return Err(missing(writer.role, of.name).with("field", unit));
    }
    let only = collection.field(field).and_then(|field| field.only);
    let kept = only.is_some_and(|only| !only.contains(writer.role));
    if kept || guards.sight(writer.role, collection, field) == Sight::Hidden {
        return Err(missing(writer.role, collection.name).with("field", field));
    }
    Ok(())
}

/// Whether somebody may write a record at all: delete it, bring it back, or anything of it.
pub fn may_touch(
    writer: Writer,
    (before, after): (Option<&Record>, &Record),
) -> Result<(), Failure> {
    let Some(collection) = Collection::find(&after.collection) else { return Ok(()) };
    let of = about(after).map_or(collection, |(of, _)| of);
    if !collection.may_write(writer.role) || !of.may_write(writer.role) {
        return Err(missing(writer.role, of.name));
    }
    if after.erased
        && !before.is_some_and(|before| before.erased)
        && !Roles::LEAD.contains(writer.role)
    {
        return Err(missing(writer.role, collection.name));
    }
    // Only an owner makes another, or unmakes one.
    let is_owners = [before, Some(after)]
        .into_iter()
        .flatten()
        .any(|record| record.text("role") == Some(Role::Owner.as_str()));
    if collection.name == Person::COLLECTION.name && is_owners && writer.role != Role::Owner {
        return Err(missing(writer.role, collection.name).with("field", "role"));
    }
    Ok(())
}

/// Whether somebody may make one version of a record into another.
pub fn may_change(
    writer: Writer,
    guards: &Guards,
    (before, after): (Option<&Record>, &Record),
) -> Result<(), Failure> {
    for field in changed(before, after) {
        may_set(writer, guards, (before, after), field)?;
    }
    let lived = before.is_some_and(Record::is_deleted);
    if lived != after.is_deleted() {
        may_touch(writer, (before, after))?;
    }
    Ok(())
}

/// What a conflict is about, whose rights it shares: of which collection, and which unit.
fn about(record: &Record) -> Option<(&'static Collection, &str)> {
    if record.collection != Conflict::COLLECTION.name {
        return None;
    }
    Some((Collection::find(record.text("collection")?)?, record.text("field")?))
}

fn is_own_pin(writer: Writer, after: &Record, field: &str) -> bool {
    after.collection == Person::COLLECTION.name && after.id == writer.person && field == "pin"
}

fn missing(role: Role, collection: &str) -> Failure {
    Failure::new(Code::RightMissing).with("role", role.as_str()).with("collection", collection)
}

/// Whether a person's record says that they are at work: it lives, and they have not left.
pub fn is_at_work(person: &Record) -> bool {
    !person.is_deleted() && person.int("left_at").is_none()
}

/// What a person is in the shop, by their own record; one that says nothing we know may look and not touch.
pub fn role_of(person: &Record) -> Role {
    person.text("role").and_then(Role::parse).unwrap_or(Role::ReadOnly)
}

fn is_owner(person: &Record) -> bool {
    is_at_work(person) && role_of(person) == Role::Owner
}

/// Refuses what would leave a workspace without an owner. `others` are the other people's records.
pub fn keeps_an_owner<'a>(
    (before, after): (Option<&Record>, &Record),
    others: impl IntoIterator<Item = &'a Record>,
) -> Result<(), Failure> {
    let ends = before.is_some_and(is_owner) && !is_owner(after);
    let another = || others.into_iter().any(|person| person.id != after.id && is_owner(person));
    if ends && !another() {
        return Err(Failure::new(Code::PersonLastOwner));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::{Clock, Stamp},
        edit,
        id::DeviceId,
        nouns::{Customer, Device, Sale, Task},
    };

    fn stamp(millis: u64) -> Stamp {
        Stamp { clock: Clock::at(millis), device: DeviceId::from_u128(1) }
    }

    fn wang() -> Record {
        let customer = Customer {
            name: Some("王敏".into()),
            phone: Some("+8613812348000".into()),
            birthday: Some("1990-09-23".into()),
            birthday_calendar: Some("lunar".into()),
            ..Customer::default()
        };
        edit::create(&customer, RecordId::from_u128(7), stamp(5)).unwrap()
    }

    fn guards(set: &Value) -> Guards {
        Guards::read(Some(set))
    }

    fn writer(role: Role) -> Writer {
        Writer { person: RecordId::from_u128(1), role }
    }

    #[test]
    fn the_owner_sees_all_and_others_what_was_left_open() {
        let guards = guards(&json!({
            "owner": { "phone": "hidden" },
            "counter": { "phone": "masked", "birthday": "hidden", "name": "hidden" },
            "rep": { "phone": "seen_by_moonlight" },
        }));
        let sight = |role, field| guards.sight(role, Customer::COLLECTION, field);
        assert_eq!(sight(Role::Owner, "phone"), Sight::Open);
        assert_eq!(sight(Role::Counter, "phone"), Sight::Masked);
        assert_eq!(sight(Role::Counter, "birthday_calendar"), Sight::Hidden, "one unit");
        assert_eq!(
            sight(Role::Counter, "name"),
            Sight::Open,
            "a name is not personal in that sense"
        );
        assert_eq!(sight(Role::Rep, "phone"), Sight::Hidden, "an unknown word hides");
        assert_eq!(sight(Role::Service, "phone"), Sight::Open);
        assert_eq!(
            sight(Role::ReadOnly, "phone"),
            Sight::Masked,
            "unless the owner says otherwise"
        );
        assert_eq!(sight(Role::It, "name"), Sight::Hidden, "no customers at all");
        assert_eq!(Guards::read(Some(&guards.to_value())), guards);
    }

    #[test]
    fn several_people_see_what_any_of_them_sees() {
        let guards =
            guards(&json!({ "counter": { "phone": "hidden" }, "rep": { "phone": "masked" } }));
        let eyes = |roles: &[Role]| Eyes::new(Roles::of(roles), guards.clone());
        let sight = |roles: &[Role]| eyes(roles).sight(Customer::COLLECTION, "phone");
        assert_eq!(sight(&[Role::Counter]), Sight::Hidden);
        assert_eq!(sight(&[Role::Counter, Role::Rep]), Sight::Masked);
        assert_eq!(sight(&[Role::Counter, Role::Rep, Role::Service]), Sight::Open);
        assert_eq!(sight(&[]), Sight::Hidden);
        assert_ne!(eyes(&[Role::Counter]).reach(), eyes(&[Role::Counter, Role::Rep]).reach());
        assert_eq!(
            eyes(&[Role::Rep]).reach(),
            eyes(&[Role::Counter, Role::Rep]).reach(),
            "masked or open makes no difference to what lies on a device"
        );
    }

    #[test]
    fn where_nobody_is_at_work_only_the_team_is_seen() {
        let eyes = Eyes::new(Roles::NONE, Guards::default());
        assert!(eyes.may_read(Person::COLLECTION) && eyes.may_read(Workspace::COLLECTION));
        assert!(!eyes.may_read(Customer::COLLECTION) && !eyes.may_read(Task::COLLECTION));
    }

    #[test]
    fn what_is_hidden_is_not_carried_and_the_rest_stays_in_normal_form() {
        let eyes = Eyes::of(Role::Counter, guards(&json!({ "counter": { "phone": "hidden" } })));
        let mut record = wang();
        record.exceptions.insert("phone".into(), stamp(9));
        let carried = eyes.carried(&record).unwrap();
        assert!(!carried.fields.contains_key("phone") && carried.exceptions.is_empty());
        assert_eq!(carried.clone().normalised(), carried);
        // Who edits the rest and sends it back leaves the hidden value as it stands.
        let (edited, _) =
            edit::Edit { fields: [("name".to_owned(), json!("王明"))].into(), deleted: None }
                .apply(&carried, stamp(20))
                .unwrap();
        let merged = record.merge(&edited);
        assert_eq!(
            (merged.text("name"), merged.text("phone")),
            (Some("王明"), Some("+8613812348000"))
        );
    }

    #[test]
    fn what_hangs_on_a_customer_is_as_secret_as_the_customer() {
        let eyes = Eyes::of(Role::It, Guards::default());
        let task = |customer| {
            let task = Task { title: Some("打电话".into()), customer, ..Task::default() };
            edit::create(&task, RecordId::from_u128(3), stamp(1)).unwrap()
        };
        assert!(eyes.carried(&task(None)).is_some());
        assert!(eyes.carried(&task(Some(RecordId::from_u128(7)))).is_none());
        assert!(eyes.carried(&wang()).is_none());
    }

    #[test]
    fn shown_is_masked_and_without_what_is_hidden() {
        let set = json!({ "counter": { "phone": "masked", "birthday": "hidden" } });
        let shown = Eyes::of(Role::Counter, guards(&set)).shown(&wang());
        assert_eq!(shown.text("phone"), Some("138****8000"));
        assert!(!shown.fields.contains_key("birthday_calendar"));
        assert_eq!(shown.text("name"), Some("王敏"));
    }

    #[test]
    fn rights_are_asked_field_by_field() {
        let guards = guards(&json!({ "counter": { "phone": "hidden", "email": "masked" } }));
        let may = |role, before: Option<&Record>, after: &Record| {
            may_change(writer(role), &guards, (before, after)).map_err(|failure| failure.code)
        };
        let (before, mut after) = (wang(), wang());
        after.fields.insert("email".into(), json!("a@b.c"));
        assert_eq!(may(Role::Counter, Some(&before), &after), Ok(()), "masked may be written over");
        after.fields.insert("phone".into(), json!("+8613900000000"));
        assert_eq!(may(Role::Counter, Some(&before), &after), Err(Code::RightMissing));
        assert_eq!(may(Role::Rep, Some(&before), &after), Ok(()));
        assert_eq!(may(Role::Counter, None, &before), Err(Code::RightMissing), "also in a new one");
        assert_eq!(
            may(Role::Counter, Some(&before), &before),
            Ok(()),
            "what changes nothing is free"
        );
        assert_eq!(may(Role::ReadOnly, Some(&before), &after), Err(Code::RightMissing));
    }

    #[test]
    fn only_the_owner_guards_and_only_leaders_let_people_sign_in() {
        let set = |collection: &'static str, field: &str, value: Value| {
            let mut record = Record::empty(collection, RecordId::from_u128(4));
            record.fields.insert(field.into(), value);
            record
        };
        let may = |role, record: &Record| {
            may_change(writer(role), &Guards::default(), (None, record)).is_ok()
        };
        let guards = set("workspace", "guards", json!({}));
        assert!(may(Role::Owner, &guards) && !may(Role::Manager, &guards));
        assert!(may(Role::Manager, &set("workspace", "name", json!("店"))));
        let people = set(Device::COLLECTION.name, "people", json!(["x"]));
        assert!(may(Role::Manager, &people) && !may(Role::Counter, &people));
        assert!(may(Role::Counter, &set(Device::COLLECTION.name, "name", json!("2 号柜"))));
        assert!(may(Role::Counter, &set(Sale::COLLECTION.name, "note", json!("好"))));
    }

    #[test]
    fn a_pin_is_ones_own_and_owners_are_made_by_owners() {
        let person = |id, role: &str| {
            let mut record = Record::empty("person", RecordId::from_u128(id));
            record.fields.insert("role".into(), json!(role));
            record
        };
        let may = |role, before: &Record, after: &Record| {
            may_change(writer(role), &Guards::default(), (Some(before), after)).is_ok()
        };
        let me = person(1, "counter");
        let mut mine = me.clone();
        mine.fields.insert("pin".into(), json!("$argon2id$…"));
        assert!(may(Role::Counter, &me, &mine));
        let (other, mut theirs) = (person(2, "counter"), person(2, "counter"));
        theirs.fields.insert("pin".into(), json!("$argon2id$…"));
        assert!(!may(Role::Counter, &other, &theirs) && may(Role::Manager, &other, &theirs));
        assert!(!may(Role::Counter, &me, &person(1, "owner")), "nobody promotes themselves");
        assert!(!may(Role::Manager, &other, &person(2, "owner")));
        assert!(!may(Role::Manager, &person(2, "owner"), &other));
        assert!(may(Role::Owner, &person(2, "owner"), &other));
    }

    #[test]
    fn a_workspace_keeps_an_owner() {
        let person = |id, role: &str, left: Option<i64>| {
            let mut record = Record::empty("person", RecordId::from_u128(id));
            record.fields.insert("role".into(), json!(role));
            record.fields.insert("left_at".into(), json!(left));
            record
        };
        let (owner, demoted) = (person(1, "owner", None), person(1, "manager", None));
        let gone = person(1, "owner", Some(5));
        let (second, left) = (person(2, "owner", None), person(2, "owner", Some(3)));
        let keeps = |after: &Record, others: &[&Record]| {
            keeps_an_owner((Some(&owner), after), others.iter().copied()).is_ok()
        };
        assert!(!keeps(&demoted, &[&owner]) && !keeps(&gone, &[&owner, &left]));
        assert!(keeps(&demoted, &[&owner, &second]) && keeps(&gone, &[&second]));
        assert!(keeps(&owner, &[]));
    }
}
