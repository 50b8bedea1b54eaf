//! Records as rows: one SQL text per collection, made from the collection table, never from data.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use serde_json::Value;
use shuke_domain::{
    Clock, Collection, DeviceId, Kind, Life, Mutant, Record, RecordId, Stamp, wire::Number,
};
use sqlx::{
    AssertSqlSafe, Row as _, SqliteConnection,
    query::Query,
    sqlite::{Sqlite, SqliteArguments, SqliteRow},
};

use crate::StoreError;

/// Columns before the fields, in the order in which they are written.
const HEAD: &[&str] = &[
    "row",
    "id",
    "stamp",
    "device",
    "exceptions",
    "rest",
    "life",
    "life_device",
    "deleted",
    "erased",
    "number",
];

/// How many rows one statement writes; more was measured to be no faster.
pub(crate) const CHUNK: usize = 200;

/// A record with its local key and the server's number.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub row: i64,
    pub number: Option<Number>,
    pub record: Record,
}

/// A value derived from the record that stands in a column beside its fields.
pub(crate) type Derived = Option<String>;

/// The SQL of one collection.
pub(crate) struct Table {
    pub(crate) collection: &'static Collection,
    /// A column that is computed when the row is written; only customers have one.
    derived: Option<&'static str>,
    select: String,
    columns: String,
    width: usize,
    conflict: String,
}

/// The tables of all collections.
pub(crate) fn table(collection: &'static Collection) -> Result<&'static Table, StoreError> {
    static TABLES: OnceLock<HashMap<&'static str, Table>> = OnceLock::new();
    TABLES
        .get_or_init(|| {
            Collection::all()
                .iter()
                .map(|collection| (collection.name, Table::new(collection)))
                .collect()
        })
        .get(collection.name)
        .ok_or(StoreError::Foreign)
}

impl Table {
    fn new(collection: &'static Collection) -> Self {
        let derived = (collection.name == "customer").then_some("name_key");
        let names: Vec<String> = HEAD
            .iter()
            .copied()
            .chain(collection.fields.iter().map(|field| field.name))
            .chain(derived)
            .map(|name| format!("\"{name}\""))
            .collect();
        let columns = names.join(", ");
        let conflict: Vec<String> =
            names[2..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
        Self {
            collection,
            derived,
            select: format!("select {columns} from {}", collection.name),
            conflict: format!(" on conflict (row) do update set {}", conflict.join(", ")),
            width: names.len(),
            columns,
        }
    }

    pub(crate) fn select(&self) -> &str {
        &self.select
    }

    /// Reads the records of some ids; ids that are not there are left out.
    pub(crate) async fn read(
        &self,
        connection: &mut SqliteConnection,
        devices: &mut Devices,
        ids: &[RecordId],
    ) -> Result<Vec<Stored>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let sql = format!("{} where id in ({})", self.select, places(ids.len()));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in ids {
                query = query.bind(id.as_bytes().as_slice());
            }
            for row in query.fetch_all(&mut *connection).await? {
                found.push(self.decode(&row, devices, connection).await?);
            }
        }
        Ok(found)
    }

    pub(crate) async fn decode(
        &self,
        row: &SqliteRow,
        devices: &mut Devices,
        connection: &mut SqliteConnection,
    ) -> Result<Stored, StoreError> {
        for column in [3, 7] {
            if let Some(device) = row.try_get::<Option<i64>, _>(column)? {
                devices.id(device, connection).await?;
            }
        }
        self.decode_known(row, devices)
    }

    fn decode_known(&self, row: &SqliteRow, devices: &Devices) -> Result<Stored, StoreError> {
        let id: &[u8] = row.try_get(1)?;
        let mut record = Record::empty(
            self.collection.name,
            RecordId::from_slice(id).ok_or(StoreError::Foreign)?,
        );
        let stamp = |clock: Option<i64>, device: Option<i64>| {
            let device = device.and_then(|device| devices.known(device))?;
            clock.map(|bits| Stamp { clock: Clock::from_bits(bits.unsigned_abs()), device })
        };
        record.stamp = stamp(row.try_get(2)?, row.try_get(3)?);
        if let Some(exceptions) = row.try_get::<Option<&str>, _>(4)? {
            record.exceptions = serde_json::from_str(exceptions)?;
        }
        record.erased = row.try_get(9)?;
        if let Some(stamp) = stamp(row.try_get(6)?, row.try_get(7)?) {
            record.life = Some(Life { stamp, deleted: row.try_get(8)? });
        }
        for (place, field) in self.collection.fields.iter().enumerate() {
            let column = HEAD.len() + place;
            let value = match field.kind {
                Kind::Text => row.try_get::<Option<String>, _>(column)?.map(Value::from),
                Kind::Int => row.try_get::<Option<i64>, _>(column)?.map(Value::from),
                Kind::Flag => row.try_get::<Option<bool>, _>(column)?.map(Value::from),
                Kind::Ref => row
                    .try_get::<Option<&[u8]>, _>(column)?
                    .and_then(RecordId::from_slice)
                    .map(|id| Value::from(id.to_string())),
                Kind::Json => match row.try_get::<Option<&str>, _>(column)? {
                    Some(text) => Some(serde_json::from_str(text)?),
                    None => None,
                },
            };
            if let Some(value) = value {
                record.fields.insert(field.name.to_owned(), value);
            }
        }
        if let Some(rest) = row.try_get::<Option<&str>, _>(5)? {
            record.fields.extend(serde_json::from_str::<BTreeMap<String, Value>>(rest)?);
        }
        Ok(Stored {
            row: row.try_get(0)?,
            number: row.try_get::<Option<i64>, _>(10)?.map(Number),
            record,
        })
    }

    /// Writes whole rows; a row that is there is replaced under its own key.
    pub(crate) async fn put(
        &self,
        connection: &mut SqliteConnection,
        devices: &mut Devices,
        rows: &[(&Stored, Derived)],
    ) -> Result<(), StoreError> {
        for chunk in rows.chunks(CHUNK) {
            let sql = if chunk.len() == CHUNK {
                Cow::Borrowed(self.full_chunk())
            } else {
                Cow::Owned(self.insert(chunk.len()))
            };
            let mut query = sqlx::query(AssertSqlSafe(sql.into_owned()));
            for (stored, derived) in chunk {
                query = self.bind(query, stored, derived, devices, connection).await?;
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }

    fn insert(&self, rows: usize) -> String {
        let tuple = format!("({})", places(self.width));
        let tuples = vec![tuple.as_str(); rows].join(", ");
        format!(
            "insert into {} ({}) values {tuples}{}",
            self.collection.name, self.columns, self.conflict
        )
    }

    fn full_chunk(&self) -> &'static str {
        static FULL: OnceLock<HashMap<&'static str, String>> = OnceLock::new();
        FULL.get_or_init(|| {
            Collection::all()
                .iter()
                .filter_map(|collection| {
                    Some((collection.name, table(collection).ok()?.insert(CHUNK)))
                })
                .collect()
        })
        .get(self.collection.name)
        .map_or("", String::as_str)
    }

    async fn bind<'q>(
        &self,
        mut query: Query<'q, Sqlite, SqliteArguments>,
        stored: &Stored,
        derived: &Derived,
        devices: &mut Devices,
        connection: &mut SqliteConnection,
    ) -> Result<Query<'q, Sqlite, SqliteArguments>, StoreError> {
        let record = &stored.record;
        let base = match record.stamp {
            Some(stamp) => Some((bits(stamp), devices.reference(stamp.device, connection).await?)),
            None => None,
        };
        let life = match record.life {
            Some(life) => {
                Some((bits(life.stamp), devices.reference(life.stamp.device, connection).await?))
            }
            None => None,
        };
        let exceptions = (!record.exceptions.is_empty())
            .then(|| serde_json::to_string(&record.exceptions))
            .transpose()?;
        let columns: Vec<Option<Column<'_>>> = self
            .collection
            .fields
            .iter()
            .map(|field| Column::of(field.kind, record.fields.get(field.name)?))
            .collect();
        let rest = if columns.iter().flatten().count() < record.fields.len() {
            let mut rest: BTreeMap<&String, &Value> =
                record.fields.iter().filter(|(name, value)| !self.fits(name, value)).collect();
            if Mutant::UnknownFieldDropped.awake() {
                rest.retain(|name, _| self.collection.field(name).is_some());
            }
            Some(serde_json::to_string(&rest)?)
        } else {
            None
        };
        query = query
            .bind(stored.row)
            .bind(record.id.as_bytes().to_vec())
            .bind(base.map(|(clock, _)| clock))
            .bind(base.map(|(_, device)| device))
            .bind(exceptions)
            .bind(rest)
            .bind(life.map(|(clock, _)| clock))
            .bind(life.map(|(_, device)| device))
            .bind(record.life.is_some_and(|life| life.deleted))
            .bind(record.erased)
            .bind(stored.number.map(|number| number.0));
        for (field, column) in self.collection.fields.iter().zip(columns) {
            query = match (field.kind, column) {
                (_, Some(Column::Text(text))) => query.bind(text.to_owned()),
                (_, Some(Column::Int(number))) => query.bind(number),
                (_, Some(Column::Flag(flag))) => query.bind(flag),
                (_, Some(Column::Ref(id))) => query.bind(id.as_bytes().to_vec()),
                (_, Some(Column::Json(value))) => query.bind(serde_json::to_string(value)?),
                (Kind::Text | Kind::Json, None) => query.bind(None::<String>),
                (Kind::Int, None) => query.bind(None::<i64>),
                (Kind::Flag, None) => query.bind(None::<bool>),
                (Kind::Ref, None) => query.bind(None::<Vec<u8>>),
            };
        }
        if self.derived.is_some() {
            query = query.bind(derived.clone());
        }
        Ok(query)
    }

    /// Whether a column can hold the value so that it reads back the same.
    fn fits(&self, name: &str, value: &Value) -> bool {
        let field = self.collection.field(name);
        field.is_some_and(|field| Column::of(field.kind, value).is_some())
    }
}

/// A value as its column holds it.
enum Column<'a> {
    Text(&'a str),
    Int(i64),
    Flag(bool),
    Ref(RecordId),
    Json(&'a Value),
}

impl<'a> Column<'a> {
    /// `None` where the column could not give the same value back.
    fn of(kind: Kind, value: &'a Value) -> Option<Self> {
        match (kind, value) {
            (_, Value::Null) => None,
            (Kind::Text, Value::String(text)) => Some(Self::Text(text)),
            (Kind::Flag, Value::Bool(flag)) => Some(Self::Flag(*flag)),
            (Kind::Json, _) => Some(Self::Json(value)),
            (Kind::Int, Value::Number(number)) => number.as_i64().map(Self::Int),
            (Kind::Ref, Value::String(text)) => {
                let id: RecordId = text.parse().ok()?;
                let mut canonical = uuid::Uuid::encode_buffer();
                (id.as_uuid().hyphenated().encode_lower(&mut canonical) == text)
                    .then_some(Self::Ref(id))
            }
            _ => None,
        }
    }
}

/// `?, ?, ?`
pub(crate) fn places(count: usize) -> String {
    vec!["?"; count].join(", ")
}

pub(crate) fn bits(stamp: Stamp) -> i64 {
    i64::try_from(stamp.clock.bits()).unwrap_or(i64::MAX)
}

/// Devices by their small numbers, remembered for the length of a write or read.
#[derive(Debug, Default)]
pub struct Devices {
    by_ref: HashMap<i64, DeviceId>,
    by_id: HashMap<DeviceId, i64>,
}

impl Devices {
    fn known(&self, reference: i64) -> Option<DeviceId> {
        self.by_ref.get(&reference).copied()
    }

    async fn id(
        &mut self,
        reference: i64,
        connection: &mut SqliteConnection,
    ) -> Result<Option<DeviceId>, StoreError> {
        if !self.by_ref.contains_key(&reference) {
            let id: Option<Vec<u8>> =
                sqlx::query_scalar("select id from device_ref where ref = ?1")
                    .bind(reference)
                    .fetch_optional(connection)
                    .await?;
            if let Some(id) = id.as_deref().and_then(DeviceId::from_slice) {
                self.remember(reference, id);
            }
        }
        Ok(self.known(reference))
    }

    pub(crate) async fn reference(
        &mut self,
        id: DeviceId,
        connection: &mut SqliteConnection,
    ) -> Result<i64, StoreError> {
        if let Some(reference) = self.by_id.get(&id) {
            return Ok(*reference);
        }
        let reference: i64 = sqlx::query_scalar(
            "insert into device_ref (id) values (?1) on conflict (id) do update set id = excluded.id returning ref",
        )
        .bind(id.as_bytes().as_slice())
        .fetch_one(connection)
        .await?;
        self.remember(reference, id);
        Ok(reference)
    }

    fn remember(&mut self, reference: i64, id: DeviceId) {
        self.by_ref.insert(reference, id);
        self.by_id.insert(id, reference);
    }
}
