//! Every row of one database into another: backup, restore, and the move from SQLite to PostgreSQL.

use futures_util::TryStreamExt;
use sqlx::{ColumnIndex, Database as Engine, Decode, QueryBuilder, Row, Type};

use super::{Tx, on};
use crate::Refused;

/// How a column is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bytes,
    Text,
    Int,
    Flag,
}

use Kind::{Bytes, Flag, Int, Text};

/// A table by its name and columns.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
}

/// All tables and all columns; a test holds this list against the migrations.
pub const TABLES: &[Table] = &[
    Table {
        name: "workspace",
        columns: &[
            ("one", Int),
            ("id", Bytes),
            ("name", Text),
            ("number", Int),
            ("epoch", Bytes),
            ("next_member", Int),
            ("founded", Flag),
            ("device", Bytes),
            ("clock", Text),
            ("url", Text),
            ("fingerprint", Text),
            ("created_at", Int),
            ("visibility", Text),
            ("generation", Int),
            ("building", Text),
            ("building_generation", Int),
            ("signing_key", Bytes),
            ("pepper", Text),
        ],
    },
    Table {
        name: "record",
        columns: &[
            ("collection", Text),
            ("id", Bytes),
            ("scope", Text),
            ("number", Int),
            ("deleted", Flag),
            ("body", Text),
        ],
    },
    Table {
        name: "device",
        columns: &[
            ("id", Bytes),
            ("name", Text),
            ("platform", Text),
            ("person_id", Bytes),
            ("role", Text),
            ("store_id", Bytes),
            ("token_hash", Bytes),
            ("number_from", Int),
            ("number_to", Int),
            ("high", Text),
            ("nonce", Text),
            ("previous_nonce", Text),
            ("enrolled_at", Int),
            ("last_seen_at", Int),
            ("revoked_at", Int),
            ("ending", Text),
            ("retiring", Flag),
        ],
    },
    Table { name: "spare_number", columns: &[("number_from", Int), ("number_to", Int)] },
    Table { name: "device_person", columns: &[("device", Bytes), ("person", Bytes)] },
    Table {
        name: "enrolment",
        columns: &[
            ("secret_hash", Bytes),
            ("role", Text),
            ("store_id", Bytes),
            ("created_at", Int),
            ("expires_at", Int),
            ("used_at", Int),
            ("person", Bytes),
            ("replaces", Bytes),
        ],
    },
    Table {
        name: "batch",
        columns: &[
            ("device", Bytes),
            ("batch", Bytes),
            ("digest", Bytes),
            ("answer", Text),
            ("at", Int),
        ],
    },
    Table { name: "mark", columns: &[("number", Int), ("word", Text)] },
    Table { name: "clamp", columns: &[("device", Bytes), ("original", Text), ("became", Text)] },
    Table {
        name: "change",
        columns: &[
            ("collection", Text),
            ("id", Bytes),
            ("stamp", Text),
            ("number", Int),
            ("author", Bytes),
            ("device", Bytes),
            ("at", Int),
            ("fields", Text),
            ("place", Int),
            ("salt", Bytes),
            ("commitment", Bytes),
            ("link", Bytes),
        ],
    },
    Table {
        name: "chain",
        columns: &[("one", Int), ("place", Int), ("link", Bytes), ("pruned", Int)],
    },
    Table {
        name: "aside",
        columns: &[
            ("device", Bytes),
            ("batch", Bytes),
            ("position", Int),
            ("code", Text),
            ("body", Text),
            ("at", Int),
        ],
    },
    Table {
        name: "scope_entry",
        columns: &[
            ("generation", Int),
            ("place", Text),
            ("number", Int),
            ("collection", Text),
            ("id", Bytes),
            ("gone", Flag),
        ],
    },
    Table { name: "hanging", columns: &[("root", Bytes), ("collection", Text), ("id", Bytes)] },
    Table {
        name: "intake_token",
        columns: &[
            ("id", Bytes),
            ("name", Text),
            ("source", Text),
            ("store_id", Bytes),
            ("token_hash", Bytes),
            ("created_at", Int),
            ("used_at", Int),
            ("removed_at", Int),
        ],
    },
    Table {
        name: "scope_work",
        columns: &[("root", Bytes), ("after_collection", Text), ("after_id", Bytes)],
    },
];

/// Tables that are made from the others: no part of a backup, and empty after a restore.
pub const DERIVED: &[&str] = &["segment", "lookup"];

/// Rows for one statement.
const CHUNK: usize = 200;

enum Cell {
    Bytes(Option<Vec<u8>>),
    Text(Option<String>),
    Int(Option<i64>),
    Flag(Option<bool>),
}

impl Tx {
    /// Adds every row of `from`. Gives the number of records among them.
    pub async fn copy_all(&mut self, from: &mut Tx) -> Result<u64, Refused> {
        let mut records = 0;
        for table in TABLES {
            let count = self.copy_table(table, from).await?;
            if table.name == "record" {
                records = count;
            }
        }
        Ok(records)
    }

    /// Empties every table; only ever within the transaction that fills them again.
    pub async fn clear_all(&mut self) -> Result<(), Refused> {
        for table in TABLES.iter().map(|table| table.name).chain(DERIVED.iter().copied()) {
            let mut sql = String::from("delete from ");
            sql.push_str(table);
            on!(&mut *self, c => { QueryBuilder::new(sql).build().execute(c).await?; });
        }
        Ok(())
    }

    async fn copy_table(&mut self, table: &Table, from: &mut Tx) -> Result<u64, Refused> {
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let (select, insert) = (
            format!("select {} from {}", names.join(", "), table.name),
            format!("insert into {} ({}) ", table.name, names.join(", ")),
        );
        let mut count = 0;
        match from {
            Tx::Sqlite(inner) => {
                let mut query = QueryBuilder::new(select);
                let query = query.build();
                let mut rows = query.fetch(&mut **inner);
                let mut chunk = Vec::with_capacity(CHUNK);
                while let Some(row) = rows.try_next().await? {
                    chunk.push(cells(&row, table)?);
                    if chunk.len() == CHUNK {
                        count += self.insert_cells(&insert, &mut chunk).await?;
                    }
                }
                count += self.insert_cells(&insert, &mut chunk).await?;
            }
            Tx::Postgres(inner) => {
                let mut query = QueryBuilder::new(select);
                let query = query.build();
                let mut rows = query.fetch(&mut **inner);
                let mut chunk = Vec::with_capacity(CHUNK);
                while let Some(row) = rows.try_next().await? {
                    chunk.push(cells(&row, table)?);
                    if chunk.len() == CHUNK {
                        count += self.insert_cells(&insert, &mut chunk).await?;
                    }
                }
                count += self.insert_cells(&insert, &mut chunk).await?;
            }
        }
        Ok(count)
    }

    async fn insert_cells(
        &mut self,
        insert: &str,
        chunk: &mut Vec<Vec<Cell>>,
    ) -> Result<u64, Refused> {
        if chunk.is_empty() {
            return Ok(0);
        }
        let rows = std::mem::take(chunk);
        let count = rows.len() as u64;
        on!(self, c => {
            let mut query = QueryBuilder::new(insert);
            query.push_values(rows, |mut tuple, row| {
                for cell in row {
                    match cell {
                        Cell::Bytes(value) => tuple.push_bind(value),
                        Cell::Text(value) => tuple.push_bind(value),
                        Cell::Int(value) => tuple.push_bind(value),
                        Cell::Flag(value) => tuple.push_bind(value),
                    };
                }
            });
            query.build().execute(c).await?;
        });
        Ok(count)
    }
}

fn cells<'r, R>(row: &'r R, table: &Table) -> Result<Vec<Cell>, Refused>
where
    R: Row,
    usize: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Engine,
{
    let cell = |(index, (_, kind)): (usize, &(&str, Kind))| {
        Ok(match kind {
            Bytes => Cell::Bytes(row.try_get(index)?),
            Text => Cell::Text(row.try_get(index)?),
            Int => Cell::Int(row.try_get(index)?),
            Flag => Cell::Flag(row.try_get(index)?),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}
