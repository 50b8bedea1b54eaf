//! The one table of collections: which records exist, of which fields, hanging on what, whose.
//!
//! Client tables, the server's checks, the importer and the screens all read it. A noun puts its
//! row here by one [`noun!`](crate::nouns) declaration.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    code::{Code, Failure},
    mask::Mask,
    nouns,
    role::{Role, Roles},
};

/// How a field's value looks on the wire and in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string; a text column.
    Text,
    /// A JSON integer; an integer column. Money, quantities and moments (milliseconds) are these.
    Int,
    /// A JSON boolean; an integer column of 0 and 1.
    Flag,
    /// The id of a record; a 16-byte column.
    Ref,
    /// A list or map that is only ever replaced whole; a text column of JSON.
    Json,
}

/// One field of a collection.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// Fields of one unit change hands together (an address is not half one person's, half another's).
    pub unit: &'static str,
    /// Personal: the owner may have it masked or hidden from a role; masked it looks like this.
    pub guard: Option<Mask>,
    /// Who may write it, where not everyone may who writes the collection.
    pub only: Option<Roles>,
}

/// What a record hangs on: its scope follows that record's.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    pub field: &'static str,
    pub collection: &'static str,
}

/// One row of the table.
#[derive(Debug)]
pub struct Collection {
    pub name: &'static str,
    pub fields: &'static [Field],
    pub roots: &'static [Root],
    pub read: Roles,
    pub write: Roles,
    /// A ledger: rows are added, never edited; a correction is a row that names what it reverses.
    pub append_only: bool,
}

/// The longest text a field may hold, in bytes.
pub const TEXT_LIMIT: usize = 16 * 1024;

/// How many fields a record may have, its own and unknown ones together.
pub const FIELD_LIMIT: usize = 200;

impl Collection {
    /// Every collection, in the order in which parents come before children.
    pub fn all() -> &'static [&'static Collection] {
        nouns::ALL
    }

    pub fn find(name: &str) -> Option<&'static Collection> {
        nouns::ALL.iter().copied().find(|collection| collection.name == name)
    }

    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The unit of merge that a field belongs to; a field we do not know is a unit of its own.
    pub fn unit_of<'a>(&self, field: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.field(field).map_or(field, |known| known.unit)
    }

    pub fn may_read(&self, role: Role) -> bool {
        self.read.contains(role)
    }

    pub fn may_write(&self, role: Role) -> bool {
        self.write.contains(role)
    }

    /// Whether the values have the shapes that the table names. Unknown fields pass: a newer
    /// version may have sent them, and what we do not understand we keep.
    pub fn check(&self, fields: &BTreeMap<String, Value>) -> Result<(), Failure> {
        if fields.len() > FIELD_LIMIT {
            return Err(Failure::new(Code::FieldInvalid).with("field", self.name));
        }
        for (name, value) in fields {
            let fits = match (self.field(name).map(|field| field.kind), value) {
                (_, Value::Null) => true,
                (None, _) | (Some(Kind::Json), _) => true,
                (Some(Kind::Text), Value::String(_)) => true,
                (Some(Kind::Int), Value::Number(number)) => number.is_i64(),
                (Some(Kind::Flag), Value::Bool(_)) => true,
                (Some(Kind::Ref), Value::String(text)) => {
                    text.len() == 36 && text.parse::<uuid::Uuid>().is_ok()
                }
                _ => false,
            };
            if !fits {
                return Err(Failure::new(Code::FieldInvalid).with("field", name.as_str()));
            }
            let limit = self.text_limit();
            if size(value) > limit {
                return Err(Failure::new(Code::TextTooLong)
                    .with("field", name.as_str())
                    .with("limit", limit));
            }
        }
        Ok(())
    }

    /// The longest value: what holds other fields' values must have room for them.
    fn text_limit(&self) -> usize {
        if self.name == nouns::Conflict::COLLECTION.name {
            TEXT_LIMIT * 2 * crate::conflict::SIDES
        } else {
            TEXT_LIMIT
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + size(value)).sum(),
        _ => 8,
    }
}
