//! A service over a fresh database, with a clock that the story turns, on SQLite and on PostgreSQL.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::Value;
use shuke_domain::{
    Clock, DeviceId, FieldChange, Record, RecordId, Role, Scope, Stamp,
    nouns::Noun,
    wire::{
        EnrolReply, EnrolRequest, Epoch, Number, OwnWorkspace, PROTOCOL, PullReply, PullRequest,
        PushReply, PushRequest, PushRow,
    },
};
use shuke_server::{Database, Outside, Refused, Service, database::DeviceRow};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

pub const NOW: u64 = 1_800_000_000_000;
pub const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A clock that the story turns, and chance from the system.
#[derive(Debug)]
pub struct Turned(AtomicU64);

impl Outside for Turned {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        getrandom::fill(bytes).map_err(Refused::internal)
    }
}

pub struct Bench {
    pub service: Service,
    pub clock: Arc<Turned>,
    pub folder: TempDir,
}

impl Bench {
    pub fn forward(&self, millis: u64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// A first device: its owner founds the workspace.
    pub async fn owner(&self) -> Till<'_> {
        let invited = self.service.init("熟客小店").await.unwrap();
        self.enrol(invited.secret.as_str(), 1, None).await.unwrap()
    }

    pub async fn join(&self, role: Role, device: u128) -> Till<'_> {
        let invited = self.service.invite(role, None).await.unwrap();
        self.enrol(invited.secret.as_str(), device, None).await.unwrap()
    }

    pub async fn enrol(
        &self,
        secret: &str,
        device: u128,
        own: Option<OwnWorkspace>,
    ) -> Result<Till<'_>, Refused> {
        let reply = self
            .service
            .enrol(EnrolRequest {
                protocol: PROTOCOL,
                secret: secret.into(),
                device_id: DeviceId::from_u128(device),
                device_name: format!("{device} 号柜"),
                platform: "linux".into(),
                person_name: "王姐".into(),
                workspace: own,
            })
            .await?;
        let row = self.service.authenticate(&reply.token).await?;
        Ok(Till { bench: self, reply, row })
    }
}

/// A device, as a story sees it.
pub struct Till<'a> {
    pub bench: &'a Bench,
    pub reply: EnrolReply,
    pub row: DeviceRow,
}

impl Till<'_> {
    pub fn stamp(&self, millis: u64) -> Stamp {
        Stamp { clock: Clock::at(millis), device: self.row.id }
    }

    /// A row that sets fields at once.
    pub fn row<N: Noun>(&self, id: u128, millis: u64, fields: &[(&str, Value)]) -> PushRow {
        self.raw(N::COLLECTION.name, id, millis, fields)
    }

    pub fn raw(
        &self,
        collection: &str,
        id: u128,
        millis: u64,
        fields: &[(&str, Value)],
    ) -> PushRow {
        let mut record = Record::empty(collection.to_owned(), RecordId::from_u128(id));
        record.fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect::<BTreeMap<_, _>>();
        record.stamp = Some(self.stamp(millis));
        let changes = fields.iter().map(|(name, value)| FieldChange {
            field: (*name).to_owned(),
            to: value.clone(),
            ..FieldChange::default()
        });
        PushRow { record, author: self.reply.person_id, changes: changes.collect(), offered: false }
    }

    pub async fn push(&self, rows: Vec<PushRow>) -> Result<PushReply, Refused> {
        self.push_batch(uuid::Uuid::new_v4(), rows).await
    }

    pub async fn push_batch(
        &self,
        batch: uuid::Uuid,
        rows: Vec<PushRow>,
    ) -> Result<PushReply, Refused> {
        let request = PushRequest { protocol: PROTOCOL, batch, nonce: None, rows };
        self.bench.service.push(&self.row, request).await
    }

    pub async fn pull(&self, after: Number, limit: usize) -> Result<PullReply, Refused> {
        self.pull_in(Some(self.reply.epoch), after, limit).await
    }

    pub async fn pull_in(
        &self,
        epoch: Option<Epoch>,
        after: Number,
        limit: usize,
    ) -> Result<PullReply, Refused> {
        let request = PullRequest {
            protocol: PROTOCOL,
            epoch,
            scope: Scope::workspace(),
            after,
            mark: None,
            stood: None,
            limit,
        };
        let page = self.bench.service.pull(&self.row, &request).await?;
        Ok(serde_json::from_str(&page.to_json().unwrap()).unwrap())
    }

    /// Everything, page by page.
    pub async fn pull_all(&self, limit: usize) -> Vec<(Number, Record)> {
        let (mut after, mut all) = (Number(0), Vec::new());
        loop {
            let page = self.pull(after, limit).await.unwrap();
            after = page.next;
            all.extend(page.rows.into_iter().map(|row| (row.number, row.record)));
            if page.last {
                return all;
            }
        }
    }
}

/// Tells one story on SQLite and, where `SHUKE_TEST_POSTGRES` names a throw-away cluster, on PostgreSQL.
pub fn on_each<Story, Told>(story: Story)
where
    Story: Fn(Arc<Bench>) -> Told,
    Told: Future<Output = ()>,
{
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::sqlite(&folder.path().join("server.db"), KEY).await.unwrap();
        let bench = laid(folder, database.clone());
        story(bench).await;
        database.close().await;

        let Ok(cluster) = std::env::var("SHUKE_TEST_POSTGRES") else {
            eprintln!("skipped on PostgreSQL: SHUKE_TEST_POSTGRES names no throw-away cluster");
            return;
        };
        let name = format!("shuke_{}", uuid::Uuid::new_v4().simple());
        let mut admin = PgConnection::connect(&cluster).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .unwrap();
        let (base, _) = cluster.rsplit_once('/').unwrap();
        let database = Database::postgres(&format!("{base}/{name}")).await.unwrap();
        let bench = laid(tempfile::tempdir().unwrap(), database.clone());
        story(bench).await;
        database.close().await;
        sqlx::query(AssertSqlSafe(format!("drop database {name} with (force)")))
            .execute(&mut admin)
            .await
            .unwrap();
    });
}

fn laid(folder: TempDir, database: Database) -> Arc<Bench> {
    let clock = Arc::new(Turned(AtomicU64::new(NOW)));
    let outside: Arc<dyn Outside> = clock.clone();
    Arc::new(Bench { service: Service::new(database, outside), clock, folder })
}
