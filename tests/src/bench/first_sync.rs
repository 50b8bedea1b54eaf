//! A new till takes over a shop: two real processes and a real server on loopback, against bare
//! inserts of the very rows that arrived, plus building the same search index.

use std::{
    collections::HashMap,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use rusqlite::Connection;
use serde_json::Value;
use shuke_keys::{DatabaseKey, KeyPlace, KeyStore};
use shuke_store::search::{self, Searchable};

use super::{
    Report,
    bare::{self, KEY, Table},
};
use crate::{Device, Place, Server, device::text};

/// What a first sync fills; figures that are computed from it are not in the bare limit.
const TABLES: &[&str] = &[
    "workspace",
    "store",
    "person",
    "device",
    "tag",
    "customer_tag",
    "product",
    "customer",
    "sale",
    "sale_line",
];

pub async fn first_sync(customers: u32, report: &mut Report) -> Result<()> {
    let server = Server::start(&Place::Sqlite);
    let source = Device::founded("西湖茶舍");
    let (count, sales) = (customers.to_string(), (customers * 2).to_string());
    source.run(&["demo", "--customers", &count, "--sales", &sales]);
    let begun = Instant::now();
    source.enrol(&server.init("西湖茶舍")).map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
    let pushed = source.run(&["sync"])["pushed"].as_f64().unwrap_or_default();
    let push_rate = pushed / begun.elapsed().as_secs_f64();

    // For the first till the server packs as it reads; for the second everything lies ready.
    let (till, first) = joined(&server)?;
    let (_next, second) = joined(&server)?;
    let packing = packing(&server.log());

    let file = till.home().join("shuke.db");
    let key = key_of(&till).await?;
    let connection = bare::open(&file, &key)?;
    let tables =
        TABLES.iter().map(|name| Table::read(&connection, name)).collect::<Result<Vec<_>>>()?;
    let people = searchable(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    let bare = built(&tables, &people)?;
    let copied = bare::copy_and_check(&file, &key)?;
    let rows: usize = tables.iter().map(Table::len).sum();
    let note = format!(
        "{rows} rows and the search index of {} customers in {} by bare inserts; the round said {} pulled; \
         copying and checking the file {:.2} s, ratio {:.1}; it was pushed at {push_rate:.0} rows/s; {packing}; \
         at most {} MB of memory for the till, {} MB for the server",
        people.len(),
        text(&file).rsplit('/').next().unwrap_or_default(),
        first.pulled,
        copied.as_secs_f64(),
        first.took.as_secs_f64() / copied.as_secs_f64(),
        first.memory.unwrap_or_default(),
        memory(server.id()).unwrap_or_default(),
    );
    report.ratio(&format!("first sync of {customers} customers"), first.took, bare, 2.5, &note);
    let note = format!(
        "the same again, the segments lying ready; at most {} MB of memory",
        second.memory.unwrap_or_default()
    );
    report.ratio(
        &format!("first sync of {customers} customers, the second till"),
        second.took,
        bare,
        2.5,
        &note,
    );
    Ok(())
}

/// What a till's first round took.
struct Joined {
    took: Duration,
    pulled: u64,
    memory: Option<u64>,
}

fn joined(server: &Server) -> Result<(Device, Joined)> {
    let till = Device::new();
    till.enrol(&server.invite("counter")).map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
    let begun = Instant::now();
    let mut sync = till.start(&["sync"]);
    let mut most = None;
    while sync.try_wait()?.is_none() {
        most = memory(sync.id()).or(most);
        sleep(Duration::from_millis(20));
    }
    let took = begun.elapsed();
    let output = sync.wait_with_output()?;
    let round: Value = serde_json::from_slice(&output.stdout).context("the round")?;
    let pulled = round["pulled"].as_u64().context("pulled")?;
    Ok((till, Joined { took, pulled, memory: most }))
}

/// The most that a process ever held, in megabytes, as the kernel says.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// How many segments the server packed, as its log tells, and how long that took.
fn packing(log: &str) -> String {
    let built = log.lines().filter(|line| line.contains("segment built"));
    let took = built.filter_map(|line| {
        line.split("took_ms=").nth(1)?.split_whitespace().next()?.parse::<u64>().ok()
    });
    let took: Vec<u64> = took.collect();
    let all = Duration::from_millis(took.iter().sum());
    format!("{} segments packed in {:.2} s", took.len(), all.as_secs_f64())
}

async fn key_of(device: &Device) -> Result<String> {
    let keys = KeyStore::open(&device.home(), KeyPlace::File)?;
    let secret = keys.get("database").await?.context("the device has a key")?;
    Ok(DatabaseKey::from_secret("database", &secret)?.to_hex().to_string())
}

/// What the search index is made of, by the customer's row.
fn searchable(connection: &Connection) -> Result<Vec<(i64, Searchable)>> {
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    let mut select = connection.prepare(
        "select c.row, t.name from customer_tag ct join customer c on c.id = ct.customer join tag t on t.id = ct.tag",
    )?;
    for pair in select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (row, name) = pair?;
        tags.entry(row).or_default().push(name);
    }
    let mut select = connection.prepare(
        "select row, name, reading, phone, landline, email, member_no, company from customer order by row",
    )?;
    let people = select.query_map([], |row| {
        let place: i64 = row.get(0)?;
        let phones: [Option<String>; 2] = [row.get(3)?, row.get(4)?];
        Ok((
            place,
            Searchable {
                name: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                reading: row.get(2)?,
                phones: phones.into_iter().flatten().collect(),
                email: row.get(5)?,
                member_no: row.get(6)?,
                company: row.get(7)?,
                tags: tags.remove(&place).unwrap_or_default(),
            },
        ))
    })?;
    Ok(people.collect::<rusqlite::Result<_>>()?)
}

/// The same rows and the same index, put into a fresh encrypted file by bare statements.
fn built(tables: &[Table], people: &[(i64, Searchable)]) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let mut connection = bare::open(&folder.path().join("bare.db"), KEY)?;
    let begun = Instant::now();
    for table in tables {
        table.insert(&mut connection)?;
    }
    for statement in search::CREATE {
        connection.execute(statement, [])?;
    }
    for people in people.chunks(5_000) {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction
                .prepare_cached("insert into customer_search(rowid, words) values (?1, ?2)")?;
            for (row, customer) in people {
                insert.execute(rusqlite::params![row, search::tokens(customer)])?;
            }
        }
        transaction.commit()?;
    }
    Ok(begun.elapsed())
}
