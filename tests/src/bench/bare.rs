//! The limits of the same machine in the same minute: SQLite through its C interface, and the disk.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{Connection, params, params_from_iter, types::Value};
use shuke_store::open::LOG_PAGES;

use super::apply::{PAGE, id, line};

/// A key that protects nothing but made-up data.
pub(crate) const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Rows of one transaction: as many as a page of a pull.
const TRANSACTION: usize = PAGE as usize;

/// How long one write of a page and its fsync take.
pub fn fsync(folder: &Path, rounds: u32) -> Result<Vec<Duration>> {
    let path = folder.join("fsync.probe");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(times)
}

/// An encrypted file with the settings that the product opens its own with.
pub(crate) fn open(path: &Path, key: &str) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!(
        "pragma key = \"x'{key}'\"; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -24000; \
         pragma wal_autocheckpoint = {LOG_PAGES};"
    ))?;
    Ok(connection)
}

/// Made-up lines by prepared `insert or replace`, one statement a row, commits as often as a page
/// has rows, with the same columns and indexes.
pub fn inserts(rows: u32) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let mut connection = open(&folder.path().join("bare.db"), KEY)?;
    connection.execute_batch(
        "create table sale_line (
           row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
           life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0,
           number integer, sale blob, position integer, product blob, sku text, name text, quantity integer,
           amount integer, list_price integer);
         create index sale_line_sale on sale_line (sale);",
    )?;
    let begun = Instant::now();
    for first in (0..rows).step_by(TRANSACTION) {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "insert or replace into sale_line
                 (row, id, stamp, device, deleted, erased, number, sale, position, sku, name, quantity, amount)
                 values (?1, ?2, ?3, 1, 0, 0, ?1, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for place in first..(first + PAGE).min(rows) {
                let line = line(place);
                insert.execute(params![
                    i64::from(place) + 1,
                    id(place).to_be_bytes().as_slice(),
                    (1_700_000_000_000_i64 + i64::from(place)) << 16,
                    line.sale.map(|sale| sale.as_bytes().to_vec()),
                    line.position,
                    line.sku,
                    line.name,
                    line.quantity.map(|quantity| quantity.0),
                    line.amount.map(|amount| amount.0),
                ])?;
            }
        }
        transaction.commit()?;
    }
    Ok(begun.elapsed())
}

/// One table as it lies in a file: its own statements, and its rows in memory.
pub(crate) struct Table {
    name: String,
    definitions: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    pub(crate) fn read(connection: &Connection, name: &str) -> Result<Self> {
        let definitions = connection
            .prepare("select sql from sqlite_master where tbl_name = ?1 and sql is not null order by type desc")?
            .query_map([name], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut select = connection.prepare(&format!("select * from {name} order by row"))?;
        let width = select.column_count();
        let rows = select
            .query_map([], |row| (0..width).map(|column| row.get(column)).collect())?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self { name: name.to_owned(), definitions, rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Puts the rows into a file that has none of them: one prepared statement, one row each.
    pub(crate) fn insert(&self, connection: &mut Connection) -> Result<()> {
        for definition in &self.definitions {
            connection.execute_batch(definition)?;
        }
        let Some(width) = self.rows.first().map(Vec::len) else { return Ok(()) };
        let sql = format!("insert into {} values ({})", self.name, vec!["?"; width].join(", "));
        for rows in self.rows.chunks(TRANSACTION) {
            let transaction = connection.transaction()?;
            {
                let mut insert = transaction.prepare_cached(&sql)?;
                for row in rows {
                    insert.execute(params_from_iter(row))?;
                }
            }
            transaction.commit()?;
        }
        Ok(())
    }
}

/// How long the file's copy and the check of the copy take.
pub(crate) fn copy_and_check(file: &Path, key: &str) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy.db");
    let begun = Instant::now();
    std::fs::copy(file, &copy)?;
    File::open(&copy)?.sync_all()?;
    let connection = open(&copy, key)?;
    let said: String = connection.query_row("pragma integrity_check", [], |row| row.get(0))?;
    anyhow::ensure!(said == "ok", "the copy is damaged: {said}");
    Ok(begun.elapsed())
}
