//! A write: one transaction in which rows, search index, totals, history and outbox move together.
//! What it touched is announced after the commit and never before.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use serde_json::Value;
use shuke_domain::{
    Clock, Code, Collection, DeviceId, Edit, Failure, FieldChange, HybridClock, Life, Mutant,
    Record, RecordId, Stamp, edit,
    nouns::{Customer, Noun},
    scope,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::broadcast;

use crate::{
    StoreError,
    codec::{Devices, Stored, table},
    customer::name_key,
    history,
    indexing::Indexing,
    lens::{Lens, Turns},
    outbox, purge, totals,
};

/// Who writes, for history and for the server: a person of the team, or the app itself at first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author(pub Option<RecordId>);

/// A row as it is to stand, and how it came about.
pub(crate) struct Placed {
    pub(crate) stored: Stored,
    pub(crate) before: Option<Record>,
}

/// An open write. Dropped without [`commit`](Write::commit), it never happened.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction<'static, Sqlite>,
    announce: broadcast::Sender<Vec<&'static str>>,
    turns: Turns,
    /// Whose writes these are, where they see only a part of what is here.
    lens: Option<Arc<Lens>>,
    /// What was made here: its maker may go on with it, wherever it lies.
    made: HashSet<RecordId>,
    pub(crate) devices: Devices,
    clock: HybridClock,
    device: DeviceId,
    now: u64,
    touched: BTreeSet<&'static str>,
    next_rows: HashMap<&'static str, i64>,
    indexing: Indexing,
    /// Whether derived figures are computed before the commit, or left marked as stale.
    settle: bool,
    /// Whether what is written waits for a server and leaves a history.
    outbox: bool,
}

impl Write {
    pub(crate) async fn begin(
        mut transaction: Transaction<'static, Sqlite>,
        (announce, turns): (broadcast::Sender<Vec<&'static str>>, Turns),
        lens: Option<Arc<Lens>>,
        now: u64,
    ) -> Result<Self, StoreError> {
        let (device, clock): (Vec<u8>, i64) = sqlx::query_as("select device, clock from replica")
            .fetch_one(&mut *transaction)
            .await?;
        Ok(Self {
            transaction,
            announce,
            turns,
            lens,
            made: HashSet::new(),
            devices: Devices::default(),
            clock: HybridClock::resume(Clock::from_bits(clock.unsigned_abs())),
            device: DeviceId::from_slice(&device).ok_or(StoreError::Foreign)?,
            now,
            touched: BTreeSet::new(),
            next_rows: HashMap::new(),
            indexing: Indexing::default(),
            settle: true,
            outbox: true,
        })
    }

    /// Leaves derived figures marked as stale, for bulk work that computes them once at its end.
    #[must_use]
    pub fn unsettled(mut self) -> Self {
        self.settle = false;
        self
    }

    /// Without an outbox nothing waits for a server and nothing is kept of how it came about: for
    /// made-up data in a workspace that never has one.
    #[must_use]
    pub fn with_outbox(mut self, outbox: bool) -> Self {
        self.outbox = outbox;
        self
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// A stamp for a new write of this replica.
    pub fn stamp(&mut self) -> Stamp {
        Stamp { clock: self.clock.tick(self.now), device: self.device }
    }

    /// What is written from here on is another device's.
    pub(crate) fn become_device(&mut self, device: DeviceId) {
        self.device = device;
    }

    pub(crate) fn observe(&mut self, clock: Clock) {
        self.clock.observe(clock);
    }

    pub(crate) fn touch(&mut self, tag: &'static str) {
        self.touched.insert(tag);
    }

    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// One record as it stands now. Refused where it is not theirs who write.
    pub async fn find(
        &mut self,
        collection: &'static Collection,
        id: RecordId,
    ) -> Result<Option<Stored>, StoreError> {
        self.must_see(collection, id).await?;
        Ok(table(collection)?.read(&mut self.transaction, &mut self.devices, &[id]).await?.pop())
    }

    async fn must_see(&mut self, collection: &Collection, id: RecordId) -> Result<(), StoreError> {
        match self.lens.clone() {
            Some(lens) if !self.made.contains(&id) => {
                lens.must_see(&mut self.transaction, collection, id).await
            }
            _ => Ok(()),
        }
    }

    /// A record is hung on what is theirs, be it one of several roots: a sale of their own store may be
    /// refunded there, whose customer it ever was. A store alone is everyone's to sell in.
    async fn must_see_roots(&mut self, record: &Record) -> Result<(), StoreError> {
        let mut hidden = Ok(());
        for (root, id) in scope::roots(record) {
            if root == shuke_domain::nouns::Store::COLLECTION.name {
                if self.lens.as_ref().is_some_and(|lens| lens.store() == Some(id)) {
                    return Ok(());
                }
            } else if let Some(collection) = Collection::find(root) {
                let seen = self.must_see(collection, id).await;
                hidden = hidden.and(seen);
            }
        }
        hidden
    }

    /// A question by something else than an id, as far as the answer is theirs who write.
    pub(crate) fn narrowed(&self, sql: &'static str, collection: &Collection) -> Cow<'static, str> {
        match &self.lens {
            Some(lens) => lens.narrow(sql, collection).into(),
            None => sql.into(),
        }
    }

    /// Makes a record of a noun and puts it in the outbox.
    pub async fn create<N: Noun>(
        &mut self,
        noun: &N,
        id: RecordId,
        author: Author,
    ) -> Result<Stored, StoreError> {
        let stamp = self.stamp();
        let record = edit::create(noun, id, stamp)?;
        self.insert(N::COLLECTION, vec![record], author).await?.pop().ok_or(StoreError::Foreign)
    }

    /// Puts records that are certainly new, many at a time.
    pub async fn insert(
        &mut self,
        collection: &'static Collection,
        records: Vec<Record>,
        author: Author,
    ) -> Result<Vec<Stored>, StoreError> {
        if self.lens.is_some() {
            for record in &records {
                self.must_see_roots(record).await?;
            }
            self.made.extend(records.iter().map(|record| record.id));
        }
        let mut placed = Vec::with_capacity(records.len());
        for record in records {
            let row = self.next_row(collection).await?;
            placed.push(Placed { stored: Stored { row, number: None, record }, before: None });
        }
        self.place(collection, &placed).await?;
        if Mutant::OutboxApart.awake() {
            self.part().await?;
        }
        if self.outbox {
            outbox::add_new(&mut self.transaction, &placed, author, self.now).await?;
            if !collection.append_only {
                history::made(&mut self.transaction, &mut self.devices, &placed, author).await?;
            }
        }
        self.touch("sync");
        Ok(placed.into_iter().map(|placed| placed.stored).collect())
    }

    /// Changes a record; a change that changes nothing writes nothing. Returns what changed.
    pub async fn edit(
        &mut self,
        collection: &'static Collection,
        id: RecordId,
        edit: &Edit,
        author: Author,
    ) -> Result<Vec<FieldChange>, StoreError> {
        self.change((collection, false), id, author, |record, stamp| edit.apply(record, stamp))
            .await
    }

    /// Lets a ledger's row say what it did not say. What it says stays said: such a field is refused.
    pub async fn complete(
        &mut self,
        collection: &'static Collection,
        id: RecordId,
        fields: BTreeMap<String, Value>,
        author: Author,
    ) -> Result<Vec<FieldChange>, StoreError> {
        let edit = Edit { fields, deleted: None };
        self.change((collection, true), id, author, |record, stamp| edit.apply(record, stamp)).await
    }

    /// Changes a record, and writes anew what stands already: who decides for it wins over who
    /// decided otherwise before.
    pub async fn insist(
        &mut self,
        collection: &'static Collection,
        id: RecordId,
        edit: &Edit,
        author: Author,
    ) -> Result<Vec<FieldChange>, StoreError> {
        self.change((collection, false), id, author, |record, stamp| edit.insist(record, stamp))
            .await
    }

    async fn change(
        &mut self,
        (collection, completing): (&'static Collection, bool),
        id: RecordId,
        author: Author,
        apply: impl FnOnce(&Record, Stamp) -> Result<(Record, Vec<FieldChange>), Failure> + Send,
    ) -> Result<Vec<FieldChange>, StoreError> {
        let Some(stored) = self.find(collection, id).await? else {
            return Err(Failure::new(Code::RecordNotFound).with("id", id.to_string()).into());
        };
        let stamp = self.stamp();
        let (record, changes) = apply(&stored.record, stamp)?;
        let fixed = |change: &FieldChange| {
            change.field != edit::DELETED && !(completing && change.from.is_null())
        };
        if collection.append_only && changes.iter().any(fixed) {
            return Err(Failure::new(Code::FieldInvalid).with("field", collection.name).into());
        }
        if changes.is_empty() {
            return Ok(changes);
        }
        if self.lens.is_some()
            && collection
                .roots
                .iter()
                .any(|root| changes.iter().any(|change| change.field == root.field))
        {
            self.must_see_roots(&record).await?;
        }
        let placed = Placed {
            stored: Stored { row: stored.row, number: stored.number, record },
            before: Some(stored.record),
        };
        let placed = [placed];
        self.place(collection, &placed).await?;
        if Mutant::OutboxApart.awake() {
            self.part().await?;
        }
        outbox::add_changes(
            &mut self.transaction,
            &placed[0].stored.record,
            &changes,
            author,
            self.now,
        )
        .await?;
        history::changed(
            &mut self.transaction,
            &mut self.devices,
            &placed[0].stored.record,
            &changes,
            stamp,
            author,
        )
        .await?;
        self.touch("sync");
        Ok(changes)
    }

    /// Sets single fields, by name.
    pub async fn set(
        &mut self,
        collection: &'static Collection,
        id: RecordId,
        fields: impl IntoIterator<Item = (&str, Value)>,
        author: Author,
    ) -> Result<Vec<FieldChange>, StoreError> {
        let fields: BTreeMap<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.edit(collection, id, &Edit { fields, deleted: None }, author).await
    }

    /// Writes rows of one collection with all that is derived from them. Local edits and what comes
    /// from the server go through here alike.
    pub(crate) async fn place(
        &mut self,
        collection: &'static Collection,
        placed: &[Placed],
    ) -> Result<(), StoreError> {
        if placed.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = placed
            .iter()
            .map(|placed| (&placed.stored, name_key(collection, &placed.stored.record)))
            .collect();
        table(collection)?.put(&mut self.transaction, &mut self.devices, &rows).await?;
        self.indexing.note(collection, placed);
        totals::mark_stale(&mut self.transaction, collection, placed).await?;
        if placed.iter().any(|placed| placed.stored.record.erased) {
            purge::erase_traces(&mut self.transaction, collection, placed).await?;
        }
        self.touch(tag_of(collection));
        Ok(())
    }

    /// Takes a row out as if it had never been, with all that is derived from it.
    pub(crate) async fn remove(
        &mut self,
        collection: &'static Collection,
        stored: Stored,
    ) -> Result<(), StoreError> {
        let stamp = self.stamp();
        let mut gone = stored.record.clone();
        gone.life = Some(Life { stamp, deleted: true });
        let (id, row, before) = (stored.record.id, stored.row, Some(stored.record));
        let placed = Placed { stored: Stored { row, number: None, record: gone }, before };
        self.place(collection, &[placed]).await?;
        if collection.name == Customer::COLLECTION.name {
            self.unindex(id, row);
            sqlx::query("delete from customer_totals where customer = ?1")
                .bind(row)
                .execute(&mut *self.transaction)
                .await?;
        }
        let sql = format!("delete from {} where row = ?1", collection.name);
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// A customer's row goes, whatever else this write said of it.
    pub(crate) fn unindex(&mut self, id: RecordId, row: i64) {
        self.indexing.take_out(id, row);
    }

    pub(crate) async fn next_row(
        &mut self,
        collection: &'static Collection,
    ) -> Result<i64, StoreError> {
        let next = match self.next_rows.get(collection.name) {
            Some(next) => *next,
            None => {
                let sql = format!("select ifnull(max(row), 0) + 1 from {}", collection.name);
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .fetch_one(&mut *self.transaction)
                    .await?
            }
        };
        self.next_rows.insert(collection.name, next + 1);
        Ok(next)
    }

    /// Cuts the write in two, as several mutants do and nothing else ever must.
    pub(crate) async fn part(&mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("commit; begin immediate").execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Makes it all durable, then says what was touched.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.indexing.write(&mut self.transaction).await?;
        if self.settle && totals::settle(&mut self.transaction, self.now).await? {
            self.touched.extend(["customer", "points"]);
        }
        sqlx::query("update replica set clock = max(clock, ?1)")
            .bind(i64::try_from(self.clock.last().bits()).unwrap_or(i64::MAX))
            .execute(&mut *self.transaction)
            .await?;
        let tags: Vec<&'static str> = self.touched.into_iter().collect();
        if !tags.is_empty() {
            sqlx::query("insert into touched (tags) values (?1)")
                .bind(tags.join(" "))
                .execute(&mut *self.transaction)
                .await?;
        }
        self.transaction.commit().await?;
        if tags.contains(&"team") {
            self.turns.turn();
        }
        if !tags.is_empty() {
            // Nobody listening is no failure: the command line has no views to refresh.
            let _ = self.announce.send(tags);
        }
        Ok(())
    }
}

/// The tag under which views hear of a collection.
pub(crate) fn tag_of(collection: &Collection) -> &'static str {
    match collection.name {
        "customer" => "customer",
        "customer_tag" | "tag" => "tag",
        "sale" | "sale_line" => "sale",
        "ledger_entry" => "points",
        "product" => "product",
        "earn_rule" | "reward" | "coupon" | "coupon_use" | "activity" | "participation"
        | "prize_lot" | "stock_movement" | "contribution" => "club",
        "approval" => "approval",
        "shift" => "shift",
        "interaction" => "interaction",
        "reveal" => "reveal",
        "task" => "task",
        "conflict" => "conflict",
        _ => "team",
    }
}
