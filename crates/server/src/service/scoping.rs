//! Keeping records where they belong, once the owner narrowed who sees what.
//!
//! Two generations of places may be kept at once: the one in force, which devices pull, and the one being
//! prepared after the setting changed, which nobody reads until it is whole. A record that moves takes a
//! new number and leaves an entry where it was; what hangs on it follows in steps of bounded size, noted in
//! the database, so that neither a long tail nor a kill holds anyone up. All of it under the workspace's lock.

use std::collections::{BTreeSet, HashMap};

use shuke_domain::{
    DeviceId, Mutant, Record, RecordId, Scope,
    scope::{self, Anchor, Place, Visibility},
    wire::Number,
};

use super::{Service, locked, reach::may_change};
use crate::{
    Refused,
    database::{Entry, Key, Narrowed, Scoping, Stored, Tx, Work, WorkspaceRow},
};

/// Records that one step looks at.
const STEP: usize = 500;

/// What moving led to.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Places in force in which something changed.
    pub touched: BTreeSet<Place>,
    /// The last number taken.
    pub last: Option<Number>,
    /// Another setting came into force.
    pub changed: bool,
}

/// How much work one transaction does beside what it came for.
const INLINE: usize = 2 * STEP;

impl Service {
    /// One bounded step of what is still to be moved, prepared or tidied; `false` when nothing is left.
    pub async fn rescope(&self) -> Result<bool, Refused> {
        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
        let mut moved = Moved::default();
        let more = step(&mut tx, &mut workspace, &mut moved).await?;
        tx.commit().await?;
        self.announce_moved(&workspace, &moved).await;
        Ok(more)
    }

    /// Writes one record that the server itself brings in, numbered and put where it belongs. The workspace
    /// must be locked; what hangs on the record follows once [`follow`](Self::follow) is told of it.
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        scope: Scope,
        record: Record,
    ) -> Result<Moved, Refused> {
        let number = tx.take_numbers(1, Some(&self.nonce()?)).await?;
        let mut moved = Moved { last: Some(number), ..Moved::default() };
        moved.changed = may_change(&workspace.scoping, std::iter::once(&*record.collection));
        let stored = Stored { scope, number, record };
        tx.write_records(&[&stored]).await?;
        place(tx, &workspace.scoping, &[&stored], &mut moved).await?;
        Ok(moved)
    }

    /// Tells devices of what was entered, and lets follow what hangs on it.
    pub(super) async fn follow(&self, workspace: &WorkspaceRow, moved: &Moved) {
        self.announce_moved(workspace, moved).await;
        self.work.notify_one();
    }

    /// Does what is to be done, whenever there is something, for as long as the server runs.
    pub async fn keep_scoped(&self) -> Result<(), Refused> {
        loop {
            while self.rescope().await? {
                // Whoever waits for the lock goes first.
                tokio::task::yield_now().await;
            }
            self.work.notified().await;
        }
    }
}

/// What a change of the workspace's own record means for the setting; `true` where it begins another.
pub(super) fn choose(scoping: &mut Scoping, wanted: Visibility) -> bool {
    let now = scoping.in_force.map_or(Visibility::Everyone, |one| one.visibility);
    let heading = scoping.building.map_or(now, |one| one.visibility);
    if wanted == heading {
        return false;
    }
    scoping.building = None;
    if wanted == Visibility::Everyone {
        scoping.in_force = None;
    } else if wanted != now {
        scoping.last += 1;
        scoping.building = Some(Narrowed { generation: scoping.last, visibility: wanted });
    }
    true
}

/// Writes a changed setting down and begins to prepare it.
pub(super) async fn begin(tx: &mut Tx, scoping: &Scoping) -> Result<(), Refused> {
    tx.set_scoping(scoping).await?;
    match scoping.building {
        Some(_) => tx.put_work(&Work { root: None, after: beginning() }).await,
        None => tx.end_work(None).await,
    }
}

/// Puts records that were just written, under the numbers that they took, where they belong.
pub(super) async fn place(
    tx: &mut Tx,
    scoping: &Scoping,
    rows: &[&Stored],
    moved: &mut Moved,
) -> Result<(), Refused> {
    if scoping.kept().next().is_none() || rows.is_empty() {
        return Ok(());
    }
    let plan = plan(tx, scoping, rows).await?;
    let everything: Vec<Entry> = rows
        .iter()
        .flat_map(|row| plan.of(row, row.number, scoping))
        .flat_map(|(entries, _)| entries)
        .collect();
    finish(tx, scoping, plan, everything, moved).await
}

/// Does work up to a bound within a transaction that came for something else. `true` if more is left.
pub(super) async fn work(
    tx: &mut Tx,
    workspace: &mut WorkspaceRow,
    moved: &mut Moved,
) -> Result<bool, Refused> {
    for _ in 0..INLINE / STEP {
        if !step(tx, workspace, moved).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn step(
    tx: &mut Tx,
    workspace: &mut WorkspaceRow,
    moved: &mut Moved,
) -> Result<bool, Refused> {
    let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
    let Some(work) = tx.next_work().await? else { return tidy(tx, workspace, limit).await };
    let keys = match work.root {
        Some(root) => tx.hanging(root, &work.after, limit).await?,
        None => tx.keys_after(&work.after, limit).await?,
    };
    settle(tx, &workspace.scoping, &keys, moved).await?;
    match keys.last() {
        Some(last) if keys.len() == STEP => {
            tx.put_work(&Work { after: last.clone(), ..work }).await?;
        }
        _ => {
            tx.end_work(work.root).await?;
            if work.root.is_none() && workspace.scoping.building.is_some() {
                workspace.scoping.in_force = workspace.scoping.building.take();
                tx.set_scoping(&workspace.scoping).await?;
                moved.changed = true;
            }
        }
    }
    Ok(true)
}

/// Takes away what no setting needs any more.
async fn tidy(tx: &mut Tx, workspace: &WorkspaceRow, limit: i64) -> Result<bool, Refused> {
    let kept: Vec<i64> = workspace.scoping.kept().map(|one| one.generation).collect();
    let wanted = match kept.as_slice() {
        [] => [0, 0],
        [one] => [*one, *one],
        [one, other, ..] => [*one, *other],
    };
    let mut gone = tx.drop_stale(wanted, limit * 4).await?;
    if gone == 0 && kept.is_empty() {
        gone = tx.drop_hanging(limit * 4).await?;
    }
    Ok(gone > 0)
}

/// Looks whether records lie where they belong, and moves those that do not.
async fn settle(
    tx: &mut Tx,
    scoping: &Scoping,
    keys: &[Key],
    moved: &mut Moved,
) -> Result<(), Refused> {
    if scoping.kept().next().is_none() || keys.is_empty() {
        return Ok(());
    }
    let mut found = tx.records(keys).await?;
    let mut rows: Vec<Stored> = keys.iter().filter_map(|key| found.remove(key)).collect();
    let plan = plan(tx, scoping, &rows.iter().collect::<Vec<_>>()).await?;
    // Only who moves in what devices read takes a new number.
    let moving: Vec<bool> =
        rows.iter().map(|row| plan.of(row, row.number, scoping).any(|(_, moves)| moves)).collect();
    let count = moving.iter().filter(|moves| **moves).count();
    if count > 0 {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let end = tx.take_numbers(count, None).await?;
        let mut next = end.0 - count;
        for (row, _) in rows.iter_mut().zip(&moving).filter(|(_, moves)| **moves) {
            next += 1;
            row.number = Number(next);
        }
        moved.last = Some(end);
        let renumbered: Vec<&Stored> =
            rows.iter().zip(&moving).filter(|(_, moves)| **moves).map(|(row, _)| row).collect();
        tx.write_records(&renumbered).await?;
    }
    let mut entries = Vec::new();
    for (row, moves) in rows.iter().zip(&moving) {
        for (mut theirs, _) in plan.of(row, row.number, scoping) {
            // What stays where it was, under its number, is written already.
            theirs.retain(|entry| *moves || entry.gone || !plan.lies(entry));
            entries.append(&mut theirs);
        }
    }
    finish(tx, scoping, plan, entries, moved).await
}

/// Where some records lie and where they should.
struct Plan {
    ground: Ground,
    lying: crate::database::Lying,
    rows: Vec<Key>,
}

async fn plan(tx: &mut Tx, scoping: &Scoping, rows: &[&Stored]) -> Result<Plan, Refused> {
    let keys: Vec<Key> = rows.iter().map(|row| key_of(&row.record)).collect();
    debug_assert!(scoping.kept().next().is_some());
    Ok(Plan { ground: Ground::lay(tx, rows).await?, lying: tx.lying(&keys).await?, rows: keys })
}

impl Plan {
    /// The entries of one record, for each setting that is kept, and whether it moves in the one in force.
    fn of<'a>(
        &'a self,
        row: &'a Stored,
        number: Number,
        scoping: &'a Scoping,
    ) -> impl Iterator<Item = (Vec<Entry>, bool)> + 'a {
        scoping.kept().map(move |narrowed| {
            let key = key_of(&row.record);
            let new = self.ground.places(&row.record, narrowed.visibility, 0);
            let old = self.old(&key, narrowed.generation);
            let moves = scoping.in_force == Some(narrowed) && old != new;
            let entry = |place: &Place, gone| Entry {
                generation: narrowed.generation,
                place: *place,
                number,
                key: key.clone(),
                gone,
            };
            let stays = new.iter().map(|place| entry(place, false));
            let leaves = old.difference(&new).filter(|_| !Mutant::LeaveForgotten.awake());
            let leaves = leaves.map(|place| entry(place, true));
            (stays.chain(leaves).collect(), moves)
        })
    }

    fn old(&self, key: &Key, generation: i64) -> BTreeSet<Place> {
        self.lying.get(key).and_then(|lies| lies.get(&generation)).cloned().unwrap_or_default()
    }

    fn lies(&self, entry: &Entry) -> bool {
        let lies = self.lying.get(&entry.key).and_then(|lies| lies.get(&entry.generation));
        lies.is_some_and(|places| places.contains(&entry.place))
    }
}

/// Writes entries, what hangs on what, and the work that follows from roots that moved.
async fn finish(
    tx: &mut Tx,
    scoping: &Scoping,
    plan: Plan,
    entries: Vec<Entry>,
    moved: &mut Moved,
) -> Result<(), Refused> {
    let in_force = scoping.in_force.map(|one| one.generation);
    // In what nobody reads yet, leaving needs no trace.
    let (dropped, written): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.gone && Some(entry.generation) != in_force);
    tx.drop_entries(&dropped).await?;
    tx.write_entries(&written).await?;
    let read = written.iter().filter(|entry| Some(entry.generation) == in_force);
    moved.touched.extend(read.map(|entry| entry.place));

    let mut hung = Vec::new();
    let mut roots = Vec::new();
    for key in &plan.rows {
        let Some(Some(record)) = plan.ground.records.get(key) else { continue };
        for (collection, root) in scope::roots(record).filter(|root| root.0 != "store") {
            debug_assert_ne!(collection, "store");
            hung.push((root, key.clone()));
        }
        if scope::is_root(&key.0) {
            let anywhere = scoping.kept().any(|narrowed| {
                plan.old(key, narrowed.generation)
                    != plan.ground.places(record, narrowed.visibility, 0)
            });
            if anywhere {
                roots.push(key.1);
            }
        }
    }
    tx.hang(&hung).await?;
    for root in tx.hung_on(&roots).await? {
        tx.put_work(&Work { root: Some(root), after: beginning() }).await?;
    }
    Ok(())
}

/// Before every key.
fn beginning() -> Key {
    (String::new(), RecordId::from_u128(0))
}

fn key_of(record: &Record) -> Key {
    (record.collection.to_string(), record.id)
}

/// Records with everything that they hang on, as far as it is known.
struct Ground {
    records: HashMap<Key, Option<Record>>,
}

/// How far roots may have roots; the collection table needs three.
const DEPTH: u8 = 8;

impl Ground {
    async fn lay(tx: &mut Tx, rows: &[&Stored]) -> Result<Self, Refused> {
        let mut records: HashMap<Key, Option<Record>> =
            rows.iter().map(|row| (key_of(&row.record), Some(row.record.clone()))).collect();
        let mut fresh: Vec<Key> = records.keys().cloned().collect();
        for _ in 0..DEPTH {
            let wanted: BTreeSet<Key> = fresh
                .iter()
                .filter_map(|key| records.get(key)?.as_ref())
                .flat_map(scope::roots)
                .filter(|(collection, _)| *collection != "store")
                .map(|(collection, id)| (collection.to_owned(), id))
                .filter(|key| !records.contains_key(key))
                .collect();
            if wanted.is_empty() {
                break;
            }
            fresh = wanted.into_iter().collect();
            let mut found = tx.records(&fresh).await?;
            for key in &fresh {
                records.insert(key.clone(), found.remove(key).map(|stored| stored.record));
            }
        }
        Ok(Self { records })
    }

    fn places(&self, record: &Record, visibility: Visibility, depth: u8) -> BTreeSet<Place> {
        // Who wrote it first waits with it.
        let pusher = record.stamp.map_or(DeviceId::from_u128(0), |stamp| stamp.device);
        scope::places(record, visibility, pusher, |collection, id| {
            match self.records.get(&(collection.to_owned(), id)) {
                Some(Some(root)) if depth < DEPTH => {
                    Anchor::of(root, &self.places(root, visibility, depth + 1))
                }
                _ => Anchor::Unknown,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Visibility = Visibility::Owner { share_ownerless: true };

    fn heading(scoping: &Scoping) -> (Option<Visibility>, Option<Visibility>) {
        let visibility = |one: Option<Narrowed>| one.map(|one| one.visibility);
        (visibility(scoping.in_force), visibility(scoping.building))
    }

    #[test]
    fn a_setting_is_prepared_before_it_counts_and_widening_counts_at_once() {
        let mut scoping = Scoping::default();
        assert!(!choose(&mut scoping, Visibility::Everyone));
        assert!(choose(&mut scoping, Visibility::Store));
        assert_eq!(heading(&scoping), (None, Some(Visibility::Store)));
        assert!(!choose(&mut scoping, Visibility::Store), "it is under way");
        scoping.in_force = scoping.building.take();
        assert!(choose(&mut scoping, OWNER));
        assert_eq!(heading(&scoping), (Some(Visibility::Store), Some(OWNER)));
        assert!(choose(&mut scoping, Visibility::Store), "back before it was ready");
        assert_eq!(heading(&scoping), (Some(Visibility::Store), None));
        assert!(choose(&mut scoping, Visibility::Everyone));
        assert_eq!(heading(&scoping), (None, None));
        choose(&mut scoping, Visibility::Store);
        let generation = scoping.building.map(|one| one.generation);
        assert_eq!(generation, Some(3), "no generation comes twice");
    }
}
