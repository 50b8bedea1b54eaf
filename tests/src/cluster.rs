//! A database of one's own inside the throw-away PostgreSQL that `SHUKE_TEST_POSTGRES` names.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::{Place, skip};

/// Tells a story on SQLite and, where there is one, on PostgreSQL.
pub fn on_each_database(story: impl Fn(&Place)) {
    story(&Place::Sqlite);
    match Database::new() {
        Some(database) => story(&Place::Postgres(database.url.clone())),
        None => skip("on PostgreSQL: SHUKE_TEST_POSTGRES names no throw-away cluster"),
    }
}

/// An empty PostgreSQL database, where there is one.
pub fn with_postgres(story: impl Fn(&str)) {
    match Database::new() {
        Some(database) => story(&database.url),
        None => skip("SHUKE_TEST_POSTGRES names no throw-away cluster"),
    }
}

/// A fresh database of a cluster, for who runs inside a runtime already.
pub async fn fresh(cluster: &str) -> anyhow::Result<Database> {
    let cluster = cluster.to_owned();
    let made = tokio::task::spawn_blocking(move || Database::of(cluster)).await?;
    Ok(made)
}

/// Dropped with the story, whoever is still connected.
#[derive(Debug)]
pub struct Database {
    cluster: String,
    name: String,
    url: String,
}

impl Database {
    fn new() -> Option<Self> {
        std::env::var("SHUKE_TEST_POSTGRES").ok().map(Self::of)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    fn of(cluster: String) -> Self {
        let name = format!("shuke_{}", uuid::Uuid::new_v4().simple());
        execute(&cluster, format!("create database {name}")).unwrap();
        let (base, _) =
            cluster.rsplit_once('/').unwrap_or_else(|| panic!("no database in {cluster}"));
        let url = format!("{base}/{name}");
        Self { cluster, name, url }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The cluster goes with the run; a database left in it harms nobody. A runtime cannot be begun
        // inside another.
        let (cluster, sql) =
            (self.cluster.clone(), format!("drop database {} with (force)", self.name));
        let _ = std::thread::spawn(move || execute(&cluster, sql)).join();
    }
}

fn execute(cluster: &str, sql: String) -> Result<(), sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = PgConnection::connect(cluster).await?;
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
        connection.close().await
    })
}
