//! What one person sees of what lies in the file. A replica holds what any of its people may see; who is at work
//! sees a part of it, and [`Store::through`] is the file as that part.
//!
//! On the connections that read for such a person a view stands in front of each table, under its name: whatever is
//! asked, of whatever noun, now or later, meets only rows that are theirs. No query can forget it, and who sees
//! everything reads the tables themselves. Writes go to the tables and ask first ([`Write`](crate::Write)).

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use shuke_domain::{
    Code, Collection, Failure, RecordId,
    collection::Root,
    nouns::{Customer, Sale, Task},
    scope::{self, Onlooker, Place, Reach, Visibility},
};
use sqlx::{AssertSqlSafe, SqliteConnection, sqlite::SqlitePoolOptions};

use crate::{Store, StoreError, search::Served};

/// Beside what devices always have: where there are people who see a part, their part is found by these.
const INDEXES: &str = "
create index if not exists customer_seen_by_store on customer (store, owner);
create index if not exists customer_seen_by_owner on customer (owner, store);
create index if not exists customer_seen_shared on customer (shared_with) where shared_with is not null;
create index if not exists customer_seen_erased on customer (erased) where erased = 1;";

/// Conditions on rows, by collection; a collection without one is seen whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    onlooker: Onlooker,
    visibility: Visibility,
    places: Vec<Place>,
}

/// How far the team's records have changed in this process: who sees what is looked up anew after that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<AtomicU64>);

impl Turns {
    pub(crate) fn turn(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn at(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Lens {
    /// `None` where they see everything.
    pub fn of(onlooker: Onlooker, visibility: Visibility) -> Option<Self> {
        match scope::sight(onlooker, visibility) {
            Reach::Whole => None,
            Reach::In(places) => {
                Some(Self { onlooker, visibility, places: places.into_iter().collect() })
            }
        }
    }

    /// Where what they see lies.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The store that a new customer belongs to, so that who made them sees them.
    pub fn store(&self) -> Option<RecordId> {
        self.onlooker.store
    }

    /// Who must look after a new customer, so that who made them sees them.
    pub fn owner(&self) -> Option<RecordId> {
        let unseen = Visibility::Owner { share_ownerless: false };
        (self.visibility == unseen).then_some(self.onlooker.person)
    }

    /// The condition under which a row is seen; `alias` is what the row's table is called there.
    fn seen(&self, collection: &Collection, alias: &str) -> Option<String> {
        if collection.name == Customer::COLLECTION.name {
            return Some(self.customer(alias));
        }
        if collection.roots.is_empty() {
            return None;
        }
        let none = collection.roots.iter().map(|root| format!("{alias}.{} is null", root.field));
        let mut any = vec![
            format!("{alias}.erased = 1"),
            format!("({})", none.collect::<Vec<_>>().join(" and ")),
        ];
        any.extend(collection.roots.iter().filter_map(|root| self.through_root(root, alias)));
        let me = literal(self.onlooker.person);
        let hangs = any.join(" or ");
        Some(if collection.name == Task::COLLECTION.name {
            // What was refused is its author's, whatever it was about.
            format!("iif(ifnull({alias}.kind, '') = 'refused', {alias}.assignee is {me}, {hangs})")
        } else if collection.name == Sale::COLLECTION.name {
            // Who sold it at another store's till still holds the receipt in their hand.
            format!("{hangs} or ({alias}.customer is null and {alias}.person = {me})")
        } else {
            hangs
        })
    }

    fn through_root(&self, root: &Root, alias: &str) -> Option<String> {
        if root.collection == "store" {
            return self.store_is(&format!("{alias}.{}", root.field));
        }
        let above = format!("{alias}_{}", root.field);
        let seen = self.seen(Collection::find(root.collection)?, &above)?;
        Some(format!(
            "exists (select 1 from main.{} as {above} where {above}.id = {alias}.{} and ({seen}))",
            root.collection, root.field
        ))
    }

    fn store_is(&self, column: &str) -> Option<String> {
        let mine = self.places.iter().find_map(|place| match place {
            Place::Store(id) => Some(*id),
            _ => None,
        });
        mine.map(|id| format!("{column} = {}", literal(id)))
    }

    /// As [`scope::places`] says it of a customer: a test holds the two together.
    fn customer(&self, alias: &str) -> String {
        let me = self.places.contains(&Place::Person(self.onlooker.person));
        let home =
            [Some(format!("{alias}.store is null")), self.store_is(&format!("{alias}.store"))];
        let mut any = vec![format!("{alias}.erased = 1")];
        for home in home.into_iter().flatten() {
            match self.visibility {
                Visibility::Everyone | Visibility::Store => any.push(home),
                Visibility::Owner { share_ownerless: true } => {
                    any.push(format!("({home} and {alias}.owner is null)"));
                }
                Visibility::Owner { share_ownerless: false } => {}
            }
        }
        if me {
            let person = self.onlooker.person;
            if matches!(self.visibility, Visibility::Owner { .. }) {
                any.push(format!("{alias}.owner = {}", literal(person)));
            }
            any.push(format!(
                "({alias}.shared_with > '' and exists (select 1 from json_each({alias}.shared_with) as {alias}_shared
                  where {alias}_shared.value = '{person}'))"
            ));
        }
        any.join(" or ")
    }

    /// The views that stand in front of the tables.
    fn views(&self) -> String {
        let narrowed: BTreeMap<&str, String> = Collection::all()
            .iter()
            .filter_map(|collection| Some((collection.name, self.seen(collection, "t")?)))
            .collect();
        let view = |name: &str, seen: &str| {
            format!("create temp view {name} as select * from main.{name} as t where {seen};\n")
        };
        let mut views: String = narrowed.iter().map(|(name, seen)| view(name, seen)).collect();
        let of = |name: &str| {
            let collection = Collection::find(name)?;
            let seen = self.seen(collection, "about")?;
            Some(format!(
                "when '{name}' then exists (select 1 from main.{name} as about where about.id = t.id and ({seen}))"
            ))
        };
        let known: Vec<String> = narrowed.keys().filter_map(|name| of(name)).collect();
        views.push_str(&view(
            "history",
            &format!("case t.collection {} else 1 end", known.join(" ")),
        ));
        // By the key of a customer: all of theirs are found at once, by the indexes.
        let theirs = self.customer("c");
        views.push_str(&view(
            "customer_totals",
            &format!("t.customer in (select c.row from main.customer as c where {theirs})"),
        ));
        // What a newer app keeps there may be about anybody.
        views.push_str(&view("unknown_record", "0"));
        views
    }

    /// Refuses a record that stands there and is not theirs.
    pub(crate) async fn must_see(
        &self,
        connection: &mut SqliteConnection,
        collection: &Collection,
        id: RecordId,
    ) -> Result<(), StoreError> {
        let Some(seen) = self.seen(collection, "t") else { return Ok(()) };
        let sql = format!(
            "select exists (select 1 from main.{} as t where t.id = ?1 and not ifnull({seen}, 0))",
            collection.name
        );
        let hidden: bool = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(id.as_bytes().as_slice())
            .fetch_one(connection)
            .await?;
        if hidden { Err(out_of_sight(id).into()) } else { Ok(()) }
    }

    /// Narrows a question of the writing connection, which reads the tables themselves.
    pub(crate) fn narrow(&self, sql: &str, collection: &Collection) -> String {
        match self.seen(collection, collection.name) {
            Some(seen) => sql.replacen(" where ", &format!(" where ({seen}) and "), 1),
            None => sql.to_owned(),
        }
    }
}

fn literal(id: RecordId) -> String {
    let hex: String = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{hex}'")
}

/// Somebody else's.
pub fn out_of_sight(id: RecordId) -> Failure {
    Failure::new(Code::RecordOutOfSight).with("id", id.to_string())
}

impl Store {
    /// The same file as one person sees it; what is written through it is asked whether it is theirs. The
    /// connections that read are its own and end with it.
    pub async fn through(&self, lens: Lens) -> Result<Self, StoreError> {
        sqlx::raw_sql(INDEXES).execute(self.writer()).await?;
        let views: Arc<str> =
            format!("pragma query_only = off; {} pragma query_only = on;", lens.views()).into();
        let readers = self.readers();
        let pool: SqlitePoolOptions =
            readers.options().clone().after_connect(move |connection, _| {
                let views = Arc::clone(&views);
                Box::pin(async move {
                    sqlx::raw_sql(AssertSqlSafe(views.to_string())).execute(connection).await?;
                    Ok(())
                })
            });
        let readers = pool.connect_lazy_with(readers.connect_options().as_ref().clone());
        Ok(self.with_readers(readers, Served::narrowed(), lens))
    }

    /// Through whose eyes the file is read here; `None` where it is read whole.
    pub fn lens(&self) -> Option<&Lens> {
        self.held_lens().map(Arc::as_ref)
    }

    /// Ends the connections that read for one person.
    pub async fn close_readers(&self) {
        self.readers().close().await;
    }

    /// Grows with each change of the team that this process made or heard of.
    pub fn team_turn(&self) -> u64 {
        self.turns().at()
    }

    /// Another process changed the team.
    pub fn turn_team(&self) {
        self.turns().turn();
    }

    /// A hint that only a table understands.
    pub(crate) fn hint(&self, hint: &'static str) -> &'static str {
        if self.lens().is_some() { "" } else { hint }
    }
}
