//! What the benchmarks measure against: the same rows through SQLite's C interface, one fsync.

use std::time::{Duration, Instant};

use anyhow::Result;
use shuke_domain::{
    Clock, DeviceId, Fen, Quantity, RecordId, Scope, Stamp, edit,
    nouns::SaleLine,
    wire::{Epoch, Number, PulledRow},
};
use shuke_store::{Key, Store, apply::Page};

/// The value below which `percent` of the times lie.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// A key that protects nothing but made-up data.
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const PAGE: u32 = 5_000;

/// Applies pulled sale lines page by page into a fresh file, and says how long it took.
pub async fn apply(rows: u32) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let device = DeviceId::from_u128(1);
    let key = Key::from_hex(KEY).ok_or_else(|| anyhow::anyhow!("key"))?;
    let store = Store::create(&folder.path().join("apply.db"), &key, device).await?;
    let mut pages = Vec::new();
    for first in (0..rows).step_by(PAGE as usize) {
        let mut page = Vec::new();
        for place in first..(first + PAGE).min(rows) {
            let stamp = Stamp { clock: Clock::at(1_700_000_000_000 + u64::from(place)), device };
            let record = edit::create(&line(place), RecordId::from_u128(id(place)), stamp)?;
            page.push(PulledRow { number: Number(i64::from(place) + 1), record });
        }
        pages.push(page);
    }
    let begun = Instant::now();
    for rows in pages {
        let next = rows.last().map(|row| row.number).unwrap_or_default();
        let page = Page { epoch: Epoch(uuid::Uuid::nil()), scope: Scope::workspace(), rows, next };
        store.apply(page, 1_700_000_000_000).await?;
    }
    let took = begun.elapsed();
    store.close().await?;
    Ok(took)
}

fn id(place: u32) -> u128 {
    (0x018b_cfe5_6800_7000_u128 << 64) + u128::from(place)
}

fn line(place: u32) -> SaleLine {
    SaleLine {
        sale: Some(RecordId::from_u128(id(place / 3))),
        position: Some(i64::from(place % 3)),
        sku: Some("LJ-050".to_owned()),
        name: Some("西湖龙井 明前特级 50 g".to_owned()),
        quantity: Some(Quantity(1000)),
        amount: Some(Fen(12_800)),
        ..SaleLine::default()
    }
}

/// The limits of the same machine in the same minute.
pub mod bare {
    use std::{
        fs::File,
        io::Write as _,
        path::Path,
        time::{Duration, Instant},
    };

    use anyhow::Result;
    use rusqlite::{Connection, params};

    use super::{KEY, PAGE, id, line};

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

    /// The same rows by prepared `insert or replace`, one statement a row, commits as often as a
    /// page has rows, into a file encrypted alike, with the same columns and indexes.
    pub fn inserts(rows: u32) -> Result<Duration> {
        let folder = tempfile::tempdir()?;
        let mut connection = Connection::open(folder.path().join("bare.db"))?;
        connection.execute_batch(&format!(
            "pragma key = \"x'{KEY}'\"; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -24000;
             create table sale_line (
               row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
               life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0,
               number integer, sale blob, position integer, product blob, sku text, name text, quantity integer,
               amount integer, list_price integer);
             create index sale_line_sale on sale_line (sale);"
        ))?;
        let begun = Instant::now();
        for first in (0..rows).step_by(PAGE as usize) {
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
}
